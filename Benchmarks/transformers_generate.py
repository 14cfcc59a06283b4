"""The work of `pacer bench generate`, done by transformers: many texts of the same length side by side.

Every text begins with the begin token alone; tokens are drawn at a temperature of 0.8 and nothing ends a text early.
Prints one JSON object with the median tokens a second of three rounds after one that is not counted.
"""
import argparse
import json
import statistics
import time

import torch
from transformers import AutoModelForCausalLM


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="a Hugging Face folder")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--new-tokens", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    torch.manual_seed(1)
    model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=torch.float32).eval()
    prompt = torch.full((arguments.batch, 1), model.config.bos_token_id or 0)
    model.generation_config.eos_token_id = None
    rates = []
    for _ in range(1 + arguments.rounds):
        start = time.perf_counter()
        with torch.inference_mode():
            answer = model.generate(
                prompt, attention_mask=torch.ones_like(prompt), do_sample=True, temperature=0.8, top_k=0, top_p=1.0,
                max_new_tokens=arguments.new_tokens, pad_token_id=0)
        assert answer.shape[1] == 1 + arguments.new_tokens, "a text ended early"
        rates.append(arguments.batch * arguments.new_tokens / (time.perf_counter() - start))
    print(json.dumps({"tokens_per_s": statistics.median(rates[1:])}))


if __name__ == "__main__":
    main()
