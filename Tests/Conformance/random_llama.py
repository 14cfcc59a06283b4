"""Makes random tiny Llama directories the way Hugging Face writes them.

Usage: random_llama.py FOLDER
Writes FOLDER/target (grouped queries, untied head, llama3 rotary scaling, head_dim != dim/heads, sharded bf16) and
FOLDER/legacy (tied head, old spelling of the rotary settings, one float32 file).
"""
import json
import pathlib
import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast


def tokenizer(folder):
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=384, special_tokens=["<|begin|>", "<|end|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tok.train_from_iterator(["The small boat crossed the wide lake. ", "def add(a, b): return a + b "] * 50, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tok, bos_token="<|begin|>", eos_token="<|end|>")
    fast.save_pretrained(folder)
    return len(fast)


def main():
    root = pathlib.Path(sys.argv[1])
    torch.manual_seed(0)
    for name in ("target", "legacy"):
        folder = root / name
        folder.mkdir(parents=True, exist_ok=True)
        vocabulary = tokenizer(folder)
        common = dict(
            vocab_size=vocabulary, hidden_size=48, intermediate_size=80, num_hidden_layers=3, num_attention_heads=6,
            num_key_value_heads=2, head_dim=10, max_position_embeddings=256, bos_token_id=0, eos_token_id=1)
        if name == "target":
            scaling = {
                "rope_type": "llama3", "rope_theta": 5000.0, "factor": 8.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
            config = LlamaConfig(**common, rope_parameters=scaling, tie_word_embeddings=False)
        else:
            config = LlamaConfig(**common, tie_word_embeddings=True)
        model = LlamaForCausalLM(config).eval()
        for parameter in model.parameters():
            if parameter.dim() > 1:
                torch.nn.init.normal_(parameter, std=0.15)
        if name == "target":
            model.to(torch.bfloat16).save_pretrained(folder, max_shard_size="40KB")
        else:
            model.save_pretrained(folder)
            path = folder / "config.json"
            settings = json.loads(path.read_text())
            settings.pop("rope_parameters", None)
            settings.update(rope_theta=10000.0, rope_scaling=None, torch_dtype="float32")
            settings.pop("dtype", None)
            path.write_text(json.dumps(settings, indent=2))
        print(folder, sorted(p.name for p in folder.iterdir()))


if __name__ == "__main__":
    main()
