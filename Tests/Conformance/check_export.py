"""Checks that an exported drafter works as an assistant model in transformers.

Usage: check_export.py PACER EXPORTED TARGET
EXPORTED is a folder that `pacer export --format hf` wrote, TARGET the Hugging Face folder of the model it drafts for.
The drafter must load with its tokenizer, `generate(assistant_model=…)` must give the target's own greedy text, and
`pacer score` must give transformers' log-probabilities of the exported drafter.
"""
import json
import pathlib
import subprocess
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

TOLERANCE = 1e-4
PROMPT_LENGTH = 8
NEW_TOKENS = 60


def load(folder):
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def check_greedy(drafter, target):
    torch.manual_seed(1)
    limit = min(drafter.config.vocab_size, target.config.vocab_size)
    equal = True
    for _ in range(4):
        prompt = torch.randint(3, limit, (1, PROMPT_LENGTH))
        settings = dict(
            attention_mask=torch.ones_like(prompt), do_sample=False, max_new_tokens=NEW_TOKENS, pad_token_id=0)
        plain = target.generate(prompt, **settings)
        drafted = target.generate(prompt, assistant_model=drafter, **settings)
        equal = equal and torch.equal(plain, drafted)
    print("assisted generation equals greedy generation" if equal else "assisted generation DIFFERS")
    return equal


def check_tokenizers(exported, target):
    if not (exported / "tokenizer.json").exists():
        print("no tokenizer was exported")
        return True
    ours = AutoTokenizer.from_pretrained(exported)
    if not (target / "tokenizer.json").exists():
        return len(ours) > 0
    theirs = AutoTokenizer.from_pretrained(target)
    text = "Once upon a time there was a boat.\ndef add(a, b):\n    return a + b  # sum: 12 + 30 = 42\n"
    equal = ours(text)["input_ids"] == theirs(text)["input_ids"]
    print("tokenizers agree" if equal else "tokenizers DIFFER")
    return equal


def check_scores(pacer, exported, drafter):
    torch.manual_seed(2)
    ids = torch.randint(0, drafter.config.vocab_size, (1, 40))
    with torch.no_grad():
        reference = drafter(ids).logits[0].log_softmax(-1)
    expected = reference[:-1].gather(1, ids[0, 1:, None])[:, 0]
    text = ",".join(str(i) for i in ids[0].tolist())
    command = [pacer, "score", str(exported), "--tokens", text, "--json"]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    worst = (torch.tensor(result["logprobs"][1:]) - expected).abs().max().item()
    print(f"largest difference of log-probabilities {worst:.2e}")
    return worst <= TOLERANCE


def main():
    pacer, exported, target = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    drafter = load(exported)
    results = [
        check_greedy(drafter, load(target)), check_tokenizers(exported, target),
        check_scores(pacer, exported, drafter)]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
