"""Compares `pacer score` with transformers on the models of random_models.py.

Usage: check_score.py PACER FOLDER
Every log-probability must agree to 1e-4 and the best token at every position must be the same.
"""
import json
import pathlib
import subprocess
import sys

import torch
from transformers import AutoModelForCausalLM

TOLERANCE = 1e-4
# More than Pacer scores at a time, so that keys come from the cache as well.
LENGTH = 300


def reference(model, ids):
    with torch.no_grad():
        return model(ids).logits[0].log_softmax(-1)


def score(pacer, folder, ids):
    text = ",".join(str(i) for i in ids[0].tolist())
    output = subprocess.run(
        [pacer, "score", str(folder), "--tokens", text, "--json"], check=True, capture_output=True, text=True).stdout
    return json.loads(output)


def check(pacer, folder):
    torch.manual_seed(1)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    ids = torch.randint(0, model.config.vocab_size, (1, LENGTH))
    wanted, result = reference(model, ids), score(pacer, folder, ids)
    assert result["tokens"] == ids[0].tolist() and result["logprobs"][0] is None
    expected = wanted[:-1].gather(1, ids[0, 1:, None])[:, 0]
    worst = (torch.tensor(result["logprobs"][1:]) - expected).abs().max().item()
    assert result["top"][0] is None
    best = [position[0]["id"] for position in result["top"][1:]] + [result["next"][0]["id"]]
    agree = best == wanted.argmax(-1).tolist()
    print(f"{folder.name}: largest difference {worst:.2e}, best tokens {'agree' if agree else 'DIFFER'}")
    if worst <= TOLERANCE and agree:
        return True
    # Both are deterministic; one that says something else the second time is the one that is wrong.
    print(f"{folder.name}: DIFFERS; asked again, Pacer says the same: {score(pacer, folder, ids) == result}, "
          f"transformers the same: {torch.equal(reference(model, ids), wanted)}")
    return False


def main():
    pacer, root = sys.argv[1], pathlib.Path(sys.argv[2])
    results = [check(pacer, folder) for folder in sorted(root.iterdir())]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
