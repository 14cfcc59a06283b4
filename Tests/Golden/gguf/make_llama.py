"""Makes llama.gguf, a tiny Llama with grouped queries and Llama 3's rotary scaling: python make_llama.py (gguf, numpy;
see VERSIONS, which make.py writes).

Element k of tensor number t, in the order of TENSORS and of Hugging Face's layout, is 10000 t + k; queries and keys are
then put into the file's order of rows, and the rotary factors computed, by the formulas of llama.cpp's converter.
"""
import math
import os

import gguf
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
HIDDEN, INNER, HEADS, KV_HEADS, HEAD, VOCABULARY = 32, 24, 2, 1, 16, 7
THETA, FACTOR, LOW, HIGH, ORIGINAL = 500000.0, 8.0, 1.0, 4.0, 8192
TENSORS = [
    ("token_embd", (VOCABULARY, HIDDEN)), ("output_norm", (HIDDEN,)), ("output", (VOCABULARY, HIDDEN)),
    ("blk.0.attn_norm", (HIDDEN,)), ("blk.0.attn_q", (HEADS * HEAD, HIDDEN)), ("blk.0.attn_k", (KV_HEADS * HEAD, HIDDEN)),
    ("blk.0.attn_v", (KV_HEADS * HEAD, HIDDEN)), ("blk.0.attn_output", (HIDDEN, HEADS * HEAD)), ("blk.0.ffn_norm", (HIDDEN,)),
    ("blk.0.ffn_gate", (INNER, HIDDEN)), ("blk.0.ffn_up", (INNER, HIDDEN)), ("blk.0.ffn_down", (HIDDEN, INNER))]


def permuted(weights, heads):
    size = weights.shape[0] // heads
    return weights.reshape(heads, 2, size // 2, -1).swapaxes(1, 2).reshape(weights.shape)


def rotary_factors():
    factors = []
    for place in range(0, HEAD, 2):
        wavelength = 2 * math.pi * THETA ** (place / HEAD)
        if wavelength < ORIGINAL / HIGH:
            factors.append(1.0)
        elif wavelength > ORIGINAL / LOW:
            factors.append(FACTOR)
        else:
            smooth = (ORIGINAL / wavelength - LOW) / (HIGH - LOW)
            factors.append(1 / ((1 - smooth) / FACTOR + smooth))
    return np.array(factors, dtype=np.float32)


writer = gguf.GGUFWriter(os.path.join(here, "llama.gguf"), "llama")
writer.add_block_count(1)
writer.add_context_length(1024)
writer.add_embedding_length(HIDDEN)
writer.add_feed_forward_length(INNER)
writer.add_head_count(HEADS)
writer.add_head_count_kv(KV_HEADS)
writer.add_rope_freq_base(THETA)
writer.add_layer_norm_rms_eps(1e-5)
writer.add_key_length(HEAD)
writer.add_value_length(HEAD)
writer.add_vocab_size(VOCABULARY)
writer.add_rope_dimension_count(HEAD)
writer.add_tokenizer_model("llama")
writer.add_tokenizer_pre("default")
writer.add_token_list(["<unk>", "<s>", "</s>", "▁", "a", "b", "ab"])
writer.add_token_scores([0.0, 0.0, 0.0, -4.0, -2.0, -3.0, -1.0])
writer.add_token_types([2, 3, 3, 1, 1, 1, 1])
writer.add_bos_token_id(1)
writer.add_eos_token_id(2)
writer.add_unk_token_id(0)
writer.add_add_bos_token(True)
writer.add_chat_template("{{ messages }}")
for number, (name, shape) in enumerate(TENSORS):
    weights = (10000 * number + np.arange(math.prod(shape))).astype(np.float32).reshape(shape)
    if name.endswith("attn_q"):
        weights = permuted(weights, HEADS)
    if name.endswith("attn_k"):
        weights = permuted(weights, KV_HEADS)
    writer.add_tensor(name + ".weight", np.ascontiguousarray(weights))
writer.add_tensor("rope_freqs.weight", rotary_factors())
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
