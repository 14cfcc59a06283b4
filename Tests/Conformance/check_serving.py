"""Checks `pacer generate --endpoint` against llama-cpp-python's server on the loopback.

Usage: check_serving.py PACER COMPLETER CONVERSER FOLDER
COMPLETER and CONVERSER are Hugging Face folders, the second with a chat template. Both are exported to GGUF and served.
Greedy texts must be those that Pacer writes itself, log-probabilities in a corpus those of `pacer score`, also where a
generation was killed and begun again; a wrong key must be refused, and the right one be in no file.
"""
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import h5py
import numpy as np

KEY = "sk-of-the-conformance-test"
# Of float32 sums in another order; a corpus keeps 11 bits of each number besides.
TOLERANCE = 1e-3
ENTRIES = 8
PLAIN = ["--parameter", "repeat_penalty=1", "--parameter", "top_k=0", "--parameter", "min_p=0"]


def run(*arguments, key=KEY, check=True):
    environment = {**os.environ, "SERVER_KEY": key}
    answer = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, env=environment)
    if check and answer.returncode:
        sys.exit(f"{arguments}: {answer.stderr}")
    return answer


@contextlib.contextmanager
def served(model):
    """The base URL of a server that runs a GGUF file, with keys and values in float32 as Pacer has them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "llama_cpp.server", "--model", str(model), "--host", "127.0.0.1", "--port", str(port),
        "--n_ctx", "512", "--n_batch", "512", "--n_threads", "1", "--logits_all", "true", "--flash_attn", "false",
        "--type_k", "0", "--type_v", "0", "--model_alias", "model", "--api_key", KEY, "--verbose", "false"]
    log = model.with_suffix(".log")
    with open(log, "w") as output, subprocess.Popen(command, stdout=output, stderr=output) as server:
        try:
            for _ in range(600):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/docs", timeout=5)
                    break
                if server.poll() is not None:
                    sys.exit(log.read_text())
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()


def endpoint(base):
    return ["--endpoint", base, "--served-model", "model", "--key-variable", "SERVER_KEY", "--concurrency", "4", *PLAIN]


def prompt_file(path, prompts):
    path.write_text("".join(json.dumps({"prompt": prompt}) + "\n" for prompt in prompts))
    return path


def asset_prompts(count):
    """The first prompts of each of Pacer's own sets."""
    files = sorted(pathlib.Path("assets/prompts").glob("*.jsonl"))
    return [json.loads(line)["prompt"] for file in files for line in file.read_text().splitlines()[:count]]


def completions(pacer, *arguments):
    return [text["ids"] for text in json.loads(run(pacer, "generate", *arguments, "--json").stdout)["completions"]]


def report(what, ours, theirs):
    equal = sum(a == b for a, b in zip(ours, theirs, strict=True))
    print(f"{what}: {equal} of {len(ours)} greedy texts equal")
    return equal == len(ours)


def check_completions(pacer, model, base, folder):
    prompts = prompt_file(folder / "prompts.jsonl", asset_prompts(8))
    common = [model, "--prompts", prompts, "--max-new-tokens", 40]
    # The spellings of log-probabilities tell of tokens that no tokenizer would make of the text.
    theirs = completions(pacer, *common, *endpoint(base), "--top-k-logits", 1)
    return report("completions", completions(pacer, *common), theirs)


def check_chat(pacer, model, base, folder):
    questions = ["What is a boat?", "Tell me a story about a dog.", "Add 3 and 4.", "Write a function that adds."]
    rendered = [f"<|user|>\n{question}<|end|>\n<|assistant|>\n" for question in questions]
    length = ["--max-new-tokens", 40]
    ours = completions(pacer, model, "--prompts", prompt_file(folder / "rendered.jsonl", rendered), *length)
    theirs = completions(
        pacer, model, "--prompts", prompt_file(folder / "questions.jsonl", questions), *length, *endpoint(base),
        "--api", "chat", "--top-k-logits", 1)
    return report("chat", ours, theirs)


def documents(path):
    with h5py.File(path) as file:
        offsets, values = file["offsets"][:], file["teacher/log_probabilities"][:].astype(np.float64)
        for index, prompt in enumerate(file["prompt_lengths"][:]):
            part = slice(offsets[index], offsets[index + 1])
            yield file["tokens"][part].tolist(), int(prompt), file["teacher/ids"][part], values[part]


def check_scores(pacer, model, base, folder):
    corpus = folder / "scored.h5"
    prompts = prompt_file(folder / "scored.jsonl", asset_prompts(3))
    answer = run(
        pacer, "generate", model, "--prompts", prompts, "--max-new-tokens", 30, "--temperature", 0.8, *endpoint(base),
        "--top-k-logits", ENTRIES, "--out", corpus)
    worst, rows, compared = 0.0, 0, 0
    for tokens, prompt, ids, values in documents(corpus):
        scored = json.loads(run(pacer, "score", model, "--tokens", ",".join(map(str, tokens)), "--json").stdout)
        for place in range(prompt, len(tokens)):
            known = dict(zip(ids[place].tolist(), values[place]))
            rows += 1 if ids[place][0] >= 0 else 0
            expected = [(choice["id"], choice["logprob"]) for choice in scored["top"][place]]
            for token, value in expected + [(tokens[place], scored["logprobs"][place])]:
                if token in known:
                    compared += 1
                    worst = max(worst, abs(known[token] - value) - abs(value) * 2.0 ** -11)
    print(f"corpus: {rows} rows, {compared} log-probabilities compared, largest difference {worst:.1e} beyond rounding")
    if "warning" in answer.stderr:
        print(answer.stderr)
    return compared > 4 * rows > 0 and worst <= TOLERANCE and "warning" not in answer.stderr


def tokens(path):
    """All ids of a corpus's file or folder, and its prompts' lengths."""
    files = sorted(path.glob("*.h5")) if path.is_dir() else [path]
    columns = []
    for file in files:
        with h5py.File(file) as corpus:
            columns.append((corpus["tokens"][:], corpus["prompt_lengths"][:], corpus["sources"][:]))
    return [np.concatenate(column).tolist() for column in zip(*columns)], len(files)


def check_resume(pacer, model, base, folder):
    """Long prompts fill a shard, which is the first that is on the disk, quickly."""
    story = "Once upon a time there was a boat on the sea, and the sea was blue and wide, and a little girl saw it. "
    prompts = prompt_file(folder / "many.jsonl", [f"{number}. " + story * 12 for number in range(190)])
    common = [pacer, "generate", model, "--prompts", prompts, "--max-new-tokens", 2, "--out"]
    run(*common, folder / "local.h5")
    command = [str(word) for word in [*common, folder / "pieces", *endpoint(base)]]
    pieces = folder / "pieces"
    with subprocess.Popen(command, env={**os.environ, "SERVER_KEY": KEY}, stderr=subprocess.DEVNULL) as killed:
        while not (pieces / "corpus-00000.h5").exists() and killed.poll() is None:
            time.sleep(0.01)
        killed.send_signal(signal.SIGKILL)
    unfinished = not (pieces / "MANIFEST").exists()
    run(*command)
    (expected, _), (found, count) = tokens(folder / "local.h5"), tokens(pieces)
    print(f"killed and gone on with: {len(found[2])} texts in {count} shards, {'equal' if found == expected else 'DIFFERENT'}"
          f"{'' if unfinished else ', but it had FINISHED before'}")
    return found == expected and unfinished and count > 1


def check_key(pacer, model, base, folder):
    answer = run(
        pacer, "generate", model, "--prompt", "Once", *endpoint(base), key="sk-another", check=False)
    refused = answer.returncode != 0 and "status 401" in answer.stderr and "sk-another" not in answer.stderr
    found = [file for file in folder.rglob("*") if file.is_file() and KEY.encode() in file.read_bytes()]
    print(f"a wrong key is {'refused' if refused else 'NOT refused'}; the right one is in {len(found)} files")
    return refused and not found


def main():
    pacer, completer, converser = sys.argv[1], sys.argv[2], sys.argv[3]
    folder = pathlib.Path(sys.argv[4])
    folder.mkdir(parents=True, exist_ok=True)
    results = []
    for model, checks in [(completer, [check_completions, check_scores, check_resume, check_key]), (converser, [check_chat])]:
        exported = folder / f"{pathlib.Path(model).name}.gguf"
        run(pacer, "export", model, "--format", "gguf", "--dtype", "f32", "--target", model, "--out", exported)
        with served(exported) as base:
            results += [check(pacer, model, base, folder) for check in checks]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
