"""Compares llama.cpp's speculative decoding with `pacer evaluate`, cycle by cycle.

Usage: check_speculative.py PACER TARGET DRAFTER PROMPTS LLAMA_SPECULATIVE_SIMPLE FOLDER [TYPE]
TARGET is a Hugging Face folder, DRAFTER one too, or with TYPE draft-eagle3 an EAGLE-3 drafter in any format that Pacer reads;
PROMPTS is a JSONL file of {"domain", "prompt"}. Both models are exported as GGUF files;
llama.cpp drafts greedily from the very token on which Pacer's cycles begin: the first new one, which Pacer's prefill yields.
With f32 files every accepted length must be the same; with f16 and Q8_0 files, whose products llama.cpp computes in fewer
bits, the mean accepted length and the acceptance at each depth must lie within sampling error (four standard errors) of
what Pacer measures on the same files.
"""
import json
import math
import os
import pathlib
import re
import subprocess
import sys

DRAFT_LENGTH = 4
NEW_TOKENS = 96
PROMPTS = 24


def run(*arguments):
    return subprocess.run([str(a) for a in arguments], check=True, capture_output=True, text=True).stdout


def prompts_of(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines][:PROMPTS]


def first_tokens(pacer, target, prompts, folder):
    """Each prompt with the target's first greedy token appended, where the two together are cut as they were written."""
    path = folder / "prompts.jsonl"
    path.write_text("".join(json.dumps(p) + "\n" for p in prompts), encoding="utf-8")
    texts = json.loads(run(pacer, "generate", target, "--prompts", path, "--max-new-tokens", 1, "--json"))["completions"]
    kept = []
    for prompt, text in zip(prompts, texts):
        whole = prompt["prompt"] + text["text"]
        def ids(x):
            return json.loads(run(pacer, "tokenize", target, "--text", x, "--json"))["ids"]
        if text["ids"] and text["ending"] != "endOfSequence" and ids(whole) == ids(prompt["prompt"]) + text["ids"]:
            kept.append((prompt, whole))
    return kept


def pacer_cycles(pacer, target, drafter, prompts, folder):
    """For each prompt the accepted lengths of its cycles that no end shaped."""
    (path, cycles) = (folder / "kept.jsonl", folder / "cycles.jsonl")
    path.write_text("".join(json.dumps(p) + "\n" for p in prompts), encoding="utf-8")
    run(pacer, "evaluate", drafter, "--target", target, "--prompts", path, "--count", len(prompts), "--draft-length",
        DRAFT_LENGTH, "--prompt-tokens", 400, "--new-tokens", NEW_TOKENS, "--cycles", cycles, "--json")
    lines = [json.loads(line) for line in cycles.read_text(encoding="utf-8").splitlines()]
    return [[a for a, cut in zip(line["accepted"], line["cut"]) if not cut] for line in lines]


def llama_cycles(program, kind, target, drafter, text):
    """Accepted lengths of the cycles with a whole draft."""
    command = [program, "-v", "-m", target, "-md", drafter, "--spec-type", kind, "--spec-draft-n-max", DRAFT_LENGTH,
               "--spec-draft-n-min", 0, "--spec-draft-p-min", 0, "-p", text, "-n", NEW_TOKENS + 8, "--temp", 0, "-c", 512,
               "-fa", "off", "-ctk", "f32", "-ctv", "f32", "-ctkd", "f32", "-ctvd", "f32", "-t", 2, "-td", 2]
    environment = dict(os.environ, LD_LIBRARY_PATH=str(pathlib.Path(program).parent))
    output = subprocess.run(
        [str(c) for c in command], check=True, capture_output=True, env=environment, stdin=subprocess.DEVNULL)
    text = (output.stdout + output.stderr).decode("utf-8", "replace")
    found = re.findall(r"accepted (\d+)/(\d+) draft tokens", text)
    return [int(accepted) for accepted, drafted in found if int(drafted) == DRAFT_LENGTH]


def statistics(cycles):
    """Tokens a cycle with its standard error, and the share of accepted tokens at each depth that was reached."""
    flat = [accepted for prompt in cycles for accepted in prompt]
    mean = sum(flat) / len(flat)
    error = math.sqrt(sum((x - mean) ** 2 for x in flat) / len(flat) / len(flat))
    depths = []
    for depth in range(DRAFT_LENGTH):
        reached = [x for x in flat if x >= depth]
        depths.append((sum(x > depth for x in reached) / len(reached), len(reached)) if reached else (0.0, 0))
    return mean + 1, error, depths


def is_close(ours, theirs):
    mean_close = abs(ours[0] - theirs[0]) <= 4 * math.hypot(ours[1], theirs[1])
    depths_close = all(
        abs(a - b) <= 4 * math.sqrt(max(a * (1 - a), 0.01) * (1 / max(n, 1) + 1 / max(m, 1)))
        for (a, n), (b, m) in zip(ours[2], theirs[2]))
    return mean_close and depths_close


def describe(figures):
    return f"{figures[0]:.3f} | " + " ".join(f"{share:.3f}" for share, _ in figures[2])


def main():
    pacer, target, drafter, prompts, program = sys.argv[1:6]
    folder = pathlib.Path(sys.argv[6])
    spec = sys.argv[7] if len(sys.argv) > 7 else "draft-simple"
    folder.mkdir(parents=True, exist_ok=True)
    kept = first_tokens(pacer, target, prompts_of(prompts), folder)
    print(f"{len(kept)} prompts, up to {NEW_TOKENS} new tokens each, {DRAFT_LENGTH} drafted in a cycle, greedy")
    print("| files | cycles | of equal length | Pacer: tau | acceptance per depth | llama.cpp: tau | per depth | |")
    print("|---|---|---|---|---|---|---|---|")
    good = len(kept) >= PROMPTS // 2
    for kind in ("f32", "f16", "q8_0"):
        files = []
        for model in (target, drafter):
            path = folder / f"{pathlib.Path(model).name}-{kind}.gguf"
            names = ["--target", target] if model == drafter else []
            run(pacer, "export", model, *names, "--format", "gguf", "--dtype", kind, "--out", path, "--force")
            files.append(path)
        ours = pacer_cycles(pacer, *files, [prompt for prompt, _ in kept], folder)
        theirs = [llama_cycles(program, spec, *files, text) for _, text in kept]
        # Pacer stops at a number of tokens, llama.cpp a little later: what both did is compared.
        pairs = [(a[:len(b)], b[:len(a)]) for a, b in zip(ours, theirs)]
        lost = sum(len(a) - len(x) for a, (x, _) in zip(ours, pairs))
        equal = sum(x == y for a, b in pairs for x, y in zip(a, b))
        count = sum(len(a) for a, _ in pairs)
        mine, other = statistics([a for a, _ in pairs]), statistics([b for _, b in pairs])
        fine = lost <= len(kept) and (equal == count if kind == "f32" else is_close(mine, other))
        good = good and fine
        verdict = "ok" if fine else f"DIFFERS, {lost} cycles without a partner"
        print(f"| {kind} | {count} | {equal} | {describe(mine)} | {describe(other)} | {verdict} |", flush=True)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
