"""Checks exported GGUF files with the gguf package.

Usage: check_gguf_files.py PACER MODEL FOLDER
MODEL is a Hugging Face folder of a Llama with a byte-level tokenizer. For every element type the gguf package must read each
key and tensor of the export and find the model's own weights in it, rounded as the type allows. The files stay in FOLDER as
MODEL-TYPE.gguf.
"""
import json
import pathlib
import sys

import numpy as np
from safetensors.numpy import load_file

from gguf_files import FILE_TYPES, Type, run, tensors, worst_error


def check_file(path, kind, model):
    config = json.loads((model / "config.json").read_text())
    weights = {name: values.astype(np.float32) for name, values in load_file(model / "model.safetensors").items()}
    reader, found = tensors(path)
    field = {name: field.contents() for name, field in reader.fields.items()}
    expected = {
        "general.architecture": "llama", "general.file_type": FILE_TYPES[kind], "llama.block_count": config["num_hidden_layers"],
        "llama.embedding_length": config["hidden_size"], "llama.vocab_size": config["vocab_size"],
        "llama.attention.head_count_kv": config["num_key_value_heads"], "llama.attention.key_length": config["head_dim"],
        "tokenizer.ggml.bos_token_id": config["bos_token_id"], "tokenizer.ggml.eos_token_id": config["eos_token_id"]}
    good = all(field[name] == value for name, value in expected.items()) and found.keys() == weights.keys()
    good = good and len(field["tokenizer.ggml.tokens"]) == config["vocab_size"]
    good = good and all(
        (stored == Type.F32) == (weights[name].ndim == 1 or kind == "f32") for name, (stored, _) in found.items())
    worst = max(worst_error(stored, values, weights[name]) for name, (stored, values) in found.items())
    print(f"{kind}: {len(found)} tensors, {len(field)} keys, worst rounding {worst:.2f} of what is allowed"
          f"{'' if good else ', WRONG keys or types'}")
    return good and worst <= 1


def main():
    pacer, model, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    results = []
    for kind in FILE_TYPES:
        path = folder / f"{model.name}-{kind}.gguf"
        run(pacer, "export", model, "--format", "gguf", "--dtype", kind, "--target", model, "--out", path)
        results.append(check_file(path, kind, model))
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
