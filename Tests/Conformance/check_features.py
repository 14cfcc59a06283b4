"""Has transformers compute the hidden states of a target, writes them by docs/feature-corpus.md with h5py, and compares and trains.

Usage: check_features.py PACER TARGET FOLDER
TARGET is a Hugging Face folder of a Llama. The same documents are read by a features stage of Pacer: every state, by both
rules that number them, must agree with transformers' to 1e-4 of the largest number of its row; `pacer inspect --verify` must
accept the file of h5py, its digest of the weights must be the target's, and an EAGLE-3 drafter trained on either must lose
alike, while a file of other weights must be refused.
"""
import hashlib
import json
import pathlib
import subprocess
import sys

import h5py
import numpy as np
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

TOLERANCE, LAYERS = 1e-4, (2, 4, 5)

RECIPE = """
name: features
seed: 1
target: {{path: "{target}"}}
drafter: {{kind: eagle3, layers: {layers}}}
data:
  texts: {{kind: corpus, path: "{texts}"}}
  {source}
stages:
  {stage}
  - name: align
    kind: align
    steps: 4
    sequence_length: 64
    batch_size: 4
    mixture: {{{mixture}: 1}}
    objective: {{ce: 0, forward_kl: 1, teacher: online}}
logging: {{every_steps: 1}}
"""


def weights_digest(folder):
    weights = {name: value.float().numpy() for name, value in load_file(folder / "model.safetensors").items()}
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode() + b"\0" + weights[name].astype("<f4").tobytes())
    return digest.hexdigest()


def write_texts(file, documents, vocabulary_size):
    options = {"chunks": True, "fletcher32": True}
    file.attrs["format"], file.attrs["version"] = np.bytes_("pacer-corpus"), 1
    file.attrs["vocabulary_size"] = vocabulary_size
    file.create_dataset("tokens", data=np.concatenate(documents).astype("<i4"), **options)
    file.create_dataset("offsets", data=np.cumsum([0] + [len(d) for d in documents]).astype("<i8"), **options)
    file.create_dataset("prompt_lengths", data=np.full(len(documents), 4, "<i4"), **options)


def read_states(model, documents):
    """`final` and the residuals by layers applied, each [tokens of all documents, hidden]."""
    found = {name: [] for name in ("final",) + LAYERS}
    with torch.no_grad():
        for document in documents:
            states = model(torch.tensor(document)[None], output_hidden_states=True).hidden_states
            found["final"].append(states[-1][0].numpy())
            for layer in LAYERS:
                found[layer].append(states[layer][0].numpy())
    return {name: np.concatenate(rows) for name, rows in found.items()}


def write_features(path, documents, states, model, digest, rule):
    with h5py.File(path, "w", libver=("v108", "v110")) as file:
        write_texts(file, documents, model.config.vocab_size)
        features = file.create_group("features")
        features.attrs["hidden_size"] = model.config.hidden_size
        features.attrs["layer_count"] = model.config.num_hidden_layers
        features.attrs["layer_rule"] = np.bytes_(rule)
        features.attrs["target"], features.attrs["target_sha256"] = np.bytes_("transformers"), np.bytes_(digest)
        for name, rows in states.items():
            shift = 1 if rule == "output-of-layer" else 0
            place = "final" if name == "final" else f"residual/{name - shift}"
            features.create_dataset(
                f"{place}/values", data=rows.astype("<f4"), chunks=(min(128, len(rows)), rows.shape[1]), compression=1, shuffle=True,
                fletcher32=True)


def run(pacer, folder, name, **parts):
    recipe = folder / f"{name}.yaml"
    recipe.write_text(RECIPE.format(**parts), encoding="utf-8")
    done = subprocess.run([pacer, "run", recipe, "--run", folder / name], capture_output=True, text=True)
    if done.returncode != 0:
        return done.stderr
    lines = (folder / name / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["loss"] for line in lines if "loss" in line]


def compare(corpus, states):
    """The largest difference of any number, as a share of the largest number of its row."""
    worst, start = 0.0, 0
    for shard in sorted(corpus.glob("*.h5")):
        with h5py.File(shard) as file:
            count = len(file["tokens"])
            for name, rows in states.items():
                place = "final" if name == "final" else f"residual/{name}"
                ours, theirs = file[f"features/{place}/values"][:], rows[start:start + count]
                worst = max(worst, float((np.abs(ours - theirs) / np.abs(theirs).max(axis=1, keepdims=True)).max()))
            start += count
    assert start == len(states["final"])
    return worst


def main():
    pacer, target, folder = str(pathlib.Path(sys.argv[1]).absolute()), pathlib.Path(sys.argv[2]).absolute(), pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    model = AutoModelForCausalLM.from_pretrained(target, dtype=torch.float32).eval()
    generator = np.random.default_rng(1)
    documents = [generator.integers(2, model.config.vocab_size, length).tolist() for length in (64, 31, 200, 17, 90, 40)]
    texts = folder / "texts.h5"
    with h5py.File(texts, "w", libver=("v108", "v110")) as file:
        write_texts(file, documents, model.config.vocab_size)
    states, digest = read_states(model, documents), weights_digest(target)
    shared = {"target": target, "texts": texts, "layers": list(LAYERS)}
    stage = "- {name: states, kind: features, sources: [texts], storage: f32}"
    own = run(pacer, folder, "own", source="", stage=stage, mixture="states", **shared)
    worst = compare(folder / "own" / "corpora" / "states", states)
    print(f"states of {len(states['final'])} tokens after layers {LAYERS} and the final norm: largest difference {worst:.1e} "
          "of the row's largest number")
    good = worst <= TOLERANCE
    for rule in ("layers-applied", "output-of-layer"):
        path = folder / f"{rule}.h5"
        write_features(path, documents, states, model, digest, rule)
        facts = json.loads(subprocess.run(
            [pacer, "inspect", path, "--verify", "--json"], check=True, capture_output=True, text=True).stdout)
        losses = run(pacer, folder, rule, source=f'given: {{kind: features, path: "{path.absolute()}"}}', stage="",
                     mixture="given", **shared)
        difference = max(abs(a - b) for a, b in zip(losses, own, strict=True))
        fits = facts["kind"] == "features" and facts["layers_applied"] == list(LAYERS) and difference < 1e-3
        good = good and fits
        print(f"h5py, numbered by {rule}: {len(losses)} steps, losses differ by {difference:.1e} from those on Pacer's own: "
              f"{'ok' if fits else 'DIFFERS'}")
    wrong = folder / "wrong.h5"
    write_features(wrong, documents, states, model, "0" * 64, "layers-applied")
    said = run(pacer, folder, "wrong", source=f'given: {{kind: features, path: "{wrong.absolute()}"}}', stage="",
               mixture="given", **shared)
    refused = isinstance(said, str) and "target_sha256" in said and "'transformers'" in said
    print(f"states of other weights: {'refused' if refused else 'NOT REFUSED'}")
    sys.exit(0 if good and refused else 1)


if __name__ == "__main__":
    main()
