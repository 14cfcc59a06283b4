"""Makes random tiny directories of every family the way Hugging Face writes them.

Usage: random_models.py FOLDER
Writes one folder a model: every family with grouped queries and what it has beside Llama, heads whose size is not
width / heads where the family allows it, windows shorter than the sequences, every kind of rotary scaling, an old
spelling of the rotary settings, shards, bfloat16.
"""
import json
import pathlib
import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoModelForCausalLM, LlamaConfig, MistralConfig, Phi3Config, PreTrainedTokenizerFast, Qwen2Config, Qwen3Config,
    SmolLM3Config)

LLAMA3 = {
    "rope_type": "llama3", "rope_theta": 5000.0, "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64}
YARN = {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 128}
LONGROPE = {
    "rope_type": "longrope", "rope_theta": 10000.0, "short_factor": [1.0, 1.1, 1.3, 1.7],
    "long_factor": [1.0, 1.9, 3.5, 7.0]}


def configurations(vocabulary):
    sizes = dict(
        vocab_size=vocabulary, hidden_size=48, intermediate_size=80, num_hidden_layers=4, num_attention_heads=6,
        num_key_value_heads=2, max_position_embeddings=512, bos_token_id=0, eos_token_id=1, pad_token_id=None)
    own_heads = dict(sizes, head_dim=10)
    return {
        "llama3-bf16": LlamaConfig(**own_heads, rope_parameters=LLAMA3, tie_word_embeddings=False),
        "llama-legacy": LlamaConfig(**own_heads, tie_word_embeddings=True),
        "llama-biases": LlamaConfig(**own_heads, attention_bias=True, mlp_bias=True),
        "llama-linear": LlamaConfig(
            **own_heads, rope_parameters={"rope_type": "linear", "rope_theta": 10000.0, "factor": 3.0}),
        "mistral-window": MistralConfig(**own_heads, sliding_window=19),
        "mistral": MistralConfig(**own_heads, sliding_window=None),
        "qwen2": Qwen2Config(**sizes, tie_word_embeddings=True),
        "qwen2-window-yarn": Qwen2Config(
            **sizes, rope_parameters=YARN, use_sliding_window=True, sliding_window=33, max_window_layers=2),
        "qwen3": Qwen3Config(**own_heads, tie_word_embeddings=True),
        "qwen3-biases": Qwen3Config(**own_heads, attention_bias=True),
        "phi3": Phi3Config(**sizes, sliding_window=100),
        "phi3-longrope-long": Phi3Config(
            **sizes, original_max_position_embeddings=64, rope_parameters=dict(LONGROPE)),
        "phi3-longrope-short": Phi3Config(
            **sizes, original_max_position_embeddings=400, rope_parameters=dict(LONGROPE)),
        "smollm3": SmolLM3Config(**sizes),
    }


def tokenizer():
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=384, special_tokens=["<|begin|>", "<|end|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tok.train_from_iterator(["The small boat crossed the wide lake. ", "def add(a, b): return a + b "] * 50, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tok, bos_token="<|begin|>", eos_token="<|end|>")


def spell_as_before(folder):
    path = folder / "config.json"
    settings = json.loads(path.read_text())
    settings.pop("rope_parameters", None)
    settings.update(rope_theta=10000.0, rope_scaling=None, torch_dtype="float32")
    settings.pop("dtype", None)
    path.write_text(json.dumps(settings, indent=2))


def main():
    root = pathlib.Path(sys.argv[1])
    fast = tokenizer()
    for name, config in configurations(len(fast)).items():
        torch.manual_seed(0)
        model = AutoModelForCausalLM.from_config(config).eval()
        for parameter in model.parameters():
            if parameter.dim() > 1:
                torch.nn.init.normal_(parameter, std=0.15)
            else:
                torch.nn.init.normal_(parameter, mean=float(parameter.mean()), std=0.2)
        folder = root / name
        if name.endswith("bf16"):
            model.to(torch.bfloat16).save_pretrained(folder, max_shard_size="40KB")
        else:
            model.save_pretrained(folder)
        fast.save_pretrained(folder)
        if name.endswith("legacy"):
            spell_as_before(folder)


if __name__ == "__main__":
    main()
