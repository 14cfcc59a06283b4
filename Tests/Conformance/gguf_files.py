"""What is in a GGUF file, under Hugging Face's names, as the gguf package reads it."""
import subprocess

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

FILE_TYPES = {"f32": 0, "f16": 1, "bf16": 32, "q8_0": 7}
# Largest error in units of the largest weight of 32.
ROUNDING = {Type.F32: 0.0, Type.F16: 2.0 ** -11, Type.BF16: 2.0 ** -8, Type.Q8_0: 0.5 / 127 + 2.0 ** -11}
BLOCK_NAMES = {
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm", "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}


def run(*arguments):
    return subprocess.run([str(a) for a in arguments], check=True, capture_output=True, text=True).stdout


def hugging_face_name(name):
    outer = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight",
             "output.weight": "lm_head.weight"}
    if name in outer:
        return outer[name]
    _, layer, kind, _ = name.split(".")
    return f"model.layers.{layer}.{BLOCK_NAMES[kind]}.weight"


def halved(weights, heads):
    """The rows of queries or keys with rotary pairs as halves of a head: undoes what the converter does."""
    size = weights.shape[0] // heads
    return weights.reshape(heads, size // 2, 2, -1).swapaxes(1, 2).reshape(weights.shape)


def tensors(path):
    """Every tensor under Hugging Face's name: its type and its values in Hugging Face's order."""
    reader = gguf.GGUFReader(path)
    heads = {"attn_q": reader.fields["llama.attention.head_count"].contents(),
             "attn_k": reader.fields["llama.attention.head_count_kv"].contents()}
    result = {}
    for tensor in reader.tensors:
        if tensor.name == "rope_freqs.weight":
            continue
        kind = Type(tensor.tensor_type)
        values = gguf.quants.dequantize(tensor.data, kind).astype(np.float32)
        part = tensor.name.split(".")[-2]
        result[hugging_face_name(tensor.name)] = (kind, halved(values, heads[part]) if part in heads else values)
    return reader, result


def worst_error(kind, values, expected):
    """The largest difference in units of what the type allows; 0 or infinite for F32."""
    difference = np.abs(values - expected).reshape(-1)
    if ROUNDING[kind] == 0:
        return 0.0 if not difference.any() else float("inf")
    width = 32 if expected.shape[-1] % 32 == 0 else 1
    largest = np.abs(expected).reshape(-1, width).max(axis=1, keepdims=True)
    bound = largest * ROUNDING[kind] + 2.0 ** -24
    return float((difference.reshape(-1, width) / bound).max())
