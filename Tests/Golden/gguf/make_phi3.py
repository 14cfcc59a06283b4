"""Makes phi3.gguf, a tiny Phi-3 with fused matrices, a window and LongRoPE: python make_phi3.py (gguf, numpy; see VERSIONS,
which make.py writes). Element k of tensor number t, in the order of TENSORS, is 10000 t + k.
"""
import os

import gguf
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
HIDDEN, INNER, HEADS, KV_HEADS, HEAD, VOCABULARY = 32, 24, 2, 1, 16, 7
TENSORS = [
    ("token_embd", (VOCABULARY, HIDDEN)), ("output_norm", (HIDDEN,)), ("output", (VOCABULARY, HIDDEN)),
    ("blk.0.attn_norm", (HIDDEN,)), ("blk.0.attn_qkv", ((HEADS + 2 * KV_HEADS) * HEAD, HIDDEN)),
    ("blk.0.attn_output", (HIDDEN, HEADS * HEAD)), ("blk.0.ffn_norm", (HIDDEN,)), ("blk.0.ffn_up", (2 * INNER, HIDDEN)),
    ("blk.0.ffn_down", (HIDDEN, INNER))]

writer = gguf.GGUFWriter(os.path.join(here, "phi3.gguf"), "phi3")
writer.add_block_count(1)
writer.add_context_length(1024)
writer.add_embedding_length(HIDDEN)
writer.add_feed_forward_length(INNER)
writer.add_head_count(HEADS)
writer.add_head_count_kv(KV_HEADS)
writer.add_rope_freq_base(10000.0)
writer.add_layer_norm_rms_eps(1e-5)
writer.add_rope_dimension_count(HEAD)
writer.add_rope_scaling_orig_ctx_len(64)
writer.add_rope_scaling_attn_factors(1.25)
writer.add_sliding_window(100)
writer.add_tokenizer_model("no_vocab")
for number, (name, shape) in enumerate(TENSORS):
    values = (10000 * number + np.arange(np.prod(shape), dtype=np.float32)).reshape(shape)
    writer.add_tensor(name + ".weight", values)
writer.add_tensor("rope_factors_short.weight", np.linspace(1, 1.7, HEAD // 2).astype(np.float32))
writer.add_tensor("rope_factors_long.weight", np.linspace(1, 8, HEAD // 2).astype(np.float32))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
