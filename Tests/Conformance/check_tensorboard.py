"""Checks that TensorBoard reads from our event files what metrics.jsonl says.

Usage: check_tensorboard.py PACER FOLDER
Carries out a few steps of the quickstart in FOLDER/plain, and in FOLDER/killed once more with a SIGKILL in the middle
and a resume, whose points beyond the last checkpoint TensorBoard must drop. Every tag, step and value that
tensorboard's own EventAccumulator finds must stand in metrics.jsonl, and the other way round.
"""
import json
import pathlib
import subprocess
import sys
import time

import numpy
from tensorboard.backend.event_processing.event_accumulator import SCALARS, EventAccumulator

RECIPE = "recipes/fastdraft/quickstart.yaml"
CHANGES = [
    f"stages.{stage}.{key}" for stage in ("pretrain", "continue", "align")
    for key in ("steps=6", "schedule.warmup_steps=2")]
CHANGES += [
    f"stages.evaluate-{stage}.{key}" for stage in ("pretrain", "continue", "align")
    for key in ("count=3", "new_tokens=24")]
CHANGES += [
    "stages.corpus.tokens=4000", "evaluation.every_steps=3", "evaluation.count=2", "checkpoint.every_steps=4",
    "logging.every_steps=1"]
STEPS = 18
KILLED_AFTER = 7


def entries(path):
    """The whole lines of a metrics.jsonl, the last of which may still be being written."""
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text[:text.rfind("\n") + 1].splitlines()]


def expected(path):
    """For each tag of TensorBoard the steps and what makes a value right, in the order of the file."""
    def same(number):
        return lambda value: numpy.float32(number) == numpy.float32(value)

    tags = {}
    for entry in entries(path):
        if "eval" in entry:
            prefix = f"{'eval' if entry['eval'] == 'full' else 'eval_brief'}/{entry['domain']}/"
            points = {prefix + key: same(entry[key]) for key in ("tau", "acceptance_rate", "speedup") if key in entry}
        else:
            points = {"train/loss": same(entry["loss"]), "optimizer/lr": same(entry["lr"])}
            points["optimizer/grad_norm"] = same(entry["grad_norm"])
            points |= {f"speed/{key}": same(entry[key]) for key in ("data_wait_s", "save_wait_s")}
            points |= {f"train/{key[5:]}": same(entry[key]) for key in entry if key.startswith("loss/")}
            if "acceptance" in entry:
                points["train/acceptance"] = same(entry["acceptance"])
            # metrics.jsonl rounds these two to whole numbers; float32 may move a half to either side.
            points["speed/tokens_per_s"] = lambda value, n=entry["tok_s"]: abs(value - n) <= 0.5 + n * 2**-23
            points["memory/resident_mib"] = lambda value, n=entry["rss_mib"]: n <= value < n + 1
        for tag, check in points.items():
            tags.setdefault(tag, []).append((entry["step"], check))
    return tags


def check(run):
    accumulator = EventAccumulator(str(run / "tb"), size_guidance={SCALARS: 0})
    accumulator.Reload()
    found = {tag: accumulator.Scalars(tag) for tag in accumulator.Tags()["scalars"]}
    wanted = expected(run / "metrics.jsonl")
    problems = [f"tag {tag} is only in {'TensorBoard' if tag in found else 'metrics.jsonl'}"
                for tag in sorted(found.keys() ^ wanted.keys())]
    for tag in sorted(found.keys() & wanted.keys()):
        steps = [point.step for point in found[tag]]
        if steps != [step for step, _ in wanted[tag]]:
            problems.append(f"{tag}: steps {steps}, metrics.jsonl has {[step for step, _ in wanted[tag]]}")
            continue
        problems += [f"{tag}: {point.value} at step {point.step} differs"
                     for point, (_, is_right) in zip(found[tag], wanted[tag]) if not is_right(point.value)]
    if [point.step for point in found.get("train/loss", [])] != list(range(1, STEPS + 1)):
        problems.append(f"train/loss does not have the steps 1 to {STEPS}")
    for problem in problems:
        print(f"{run.name}: {problem}")
    count = sum(len(points) for points in found.values())
    files = len(list((run / "tb").iterdir()))
    print(f"{run.name}: {len(found)} tags, {count} points in {files} event files, {len(problems)} problems")
    return not problems


def killed_run(pacer, run):
    """A run that loses the steps after its last checkpoint and makes them again."""
    process = subprocess.Popen([pacer, "run", RECIPE, *CHANGES, "--run", str(run), "--quiet"], stdout=subprocess.DEVNULL)
    while process.poll() is None and not any(e["step"] >= KILLED_AFTER for e in entries(run / "metrics.jsonl")):
        time.sleep(0.01)
    process.kill()
    process.wait()
    subprocess.run([pacer, "resume", str(run), "--quiet"], check=True, stdout=subprocess.DEVNULL)


def main():
    pacer, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    plain, killed = folder / "plain", folder / "killed"
    command = [pacer, "run", RECIPE, *CHANGES, "--run", str(plain), "--quiet"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    killed_run(pacer, killed)
    results = [check(plain), check(killed)]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
