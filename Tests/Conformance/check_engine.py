"""Reads engine files with h5py, by the very reader that docs/engine-format.md shows.

Usage: check_engine.py PACER MODEL FOLDER
MODEL is a Hugging Face folder. Every hash must be right, every weight MODEL's own bit for bit (MODEL is in float16, and so is the
file), the tokenizer its bytes; with a draft vocabulary the head must hold the rows of the embedding that the file names.
"""
import json
import pathlib
import re
import subprocess
import sys

import h5py
import numpy as np
from safetensors.numpy import load_file

PAGE = pathlib.Path(__file__).parent.parent.parent / "docs" / "engine-format.md"


def run(*arguments):
    return subprocess.run([str(a) for a in arguments], check=True, capture_output=True, text=True).stdout


def reader():
    """`read_engine` of the page."""
    scope = {}
    exec(re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S).group(1), scope)
    return scope["read_engine"]


def check_whole(pacer, model, folder, read):
    path = folder / "whole.h5"
    run(pacer, "export", model, "--format", "engine", "--dtype", "f16", "--out", path)
    config, generation, weights, tokenizer = read(path)
    expected = load_file(model / "model.safetensors")
    same = weights.keys() == expected.keys() and all(
        np.array_equal(weights[name].view(np.uint16), values.view(np.uint16)) for name, values in expected.items())
    same = same and tokenizer.tobytes() == (model / "tokenizer.json").read_bytes()
    same = same and config["vocab_size"] == json.loads((model / "config.json").read_text())["vocab_size"]
    print(f"{len(weights)} weights and the tokenizer {'equal' if same else 'DIFFER'}, drafts {generation['draft_length']}")
    return same


def check_trimmed(pacer, model, folder, read):
    text, path = folder / "text.jsonl", folder / "trimmed.h5"
    text.write_text(json.dumps({"text": "Once upon a time there was a small boat."}) + "\n")
    run(pacer, "trim", model, "--calibration", text, "--size", 300, "--dtype", "f16", "--out", path)
    weights = read(path)[2]
    with h5py.File(path, "r") as file:
        ids = file["draft_vocabulary/target_ids"][()]
    embedding = load_file(model / "model.safetensors")["model.embed_tokens.weight"]
    same = len(ids) == 300 and np.all(np.diff(ids) > 0) and np.array_equal(weights["lm_head.weight"], embedding[ids])
    print(f"a head of {len(ids)} rows {'holds' if same else 'DOES NOT HOLD'} those of the embedding")
    return same


def main():
    pacer, model, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    read = reader()
    results = [check_whole(pacer, model, folder, read), check_trimmed(pacer, model, folder, read)]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
