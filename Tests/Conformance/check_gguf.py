"""Checks exported GGUF files against llama.cpp, and files of llama.cpp's against Pacer.

Usage: check_gguf.py PACER MODEL FOLDER [RANDOM …]
MODEL is a Hugging Face folder of a Llama with a byte-level tokenizer. llama.cpp must load its export, cut texts into the same
tokens, and give `pacer score`'s log-probabilities and `pacer generate`'s greedy tokens. A random model that llama.cpp
quantises must come out of Pacer with the very weights that the gguf package finds in it. Of each RANDOM model of
random_models.py llama.cpp must give the same log-probabilities; those of Phi-3, which Pacer reads but does not write, become
GGUF files by the rules of llama.cpp's converter.
"""
import functools
import json
import pathlib
import sys

import gguf
import llama_cpp
import numpy as np
from safetensors.numpy import load_file

from gguf_files import Type, run, tensors

TOLERANCE = 1e-4
NEW_TOKENS = 60
TEXTS = [
    "Once upon a time there was a boat.\ndef add(a, b):\n    return a + b  # sum: 12 + 30 = 42\n", "", " ", "  a\t\n\n b",
    "I've told you: WE'LL see 12345 ünïcödé «quotes» 你好 🚀", "<|end|>text<|begin|>"]


def logits(model, ids):
    model.reset()
    model.eval(ids)
    return np.array(model.scores[:len(ids)], dtype=np.float64)


def log_softmax(values):
    shifted = values - values.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@functools.cache
def load(path):
    # Keys and values in float32: llama.cpp keeps them in half precision otherwise, which alone is worth 1e-3.
    return llama_cpp.Llama(
        str(path), n_ctx=256, n_batch=256, logits_all=True, verbose=False, n_threads=2, flash_attn=False,
        type_k=llama_cpp.GGML_TYPE_F32, type_v=llama_cpp.GGML_TYPE_F32)


def check_tokens(pacer, exported, model):
    good = True
    for text in TEXTS:
        for place in (exported, model):
            ours = json.loads(run(pacer, "tokenize", place, "--text", text, "--json"))["ids"]
            theirs = load(exported).tokenize(text.encode(), add_bos=False, special=True)
            good = good and ours == theirs
    print("llama.cpp's tokens agree" if good else "llama.cpp's tokens DIFFER")
    return good


def check_scores(pacer, exported, tolerance):
    model = load(exported)
    ids = np.random.default_rng(1).integers(0, model.n_vocab(), 100).tolist()
    reference = log_softmax(logits(model, ids))
    result = json.loads(run(pacer, "score", exported, "--tokens", ",".join(map(str, ids)), "--json"))
    worst = max(abs(result["logprobs"][i] - reference[i - 1, ids[i]]) for i in range(1, len(ids)))
    top = max(abs(choice["logprob"] - reference[i - 1, choice["id"]])
              for i in range(1, len(ids)) for choice in result["top"][i])
    print(f"{exported.name}: largest difference of log-probabilities {worst:.2e}, of the five likeliest {top:.2e}")
    return max(worst, top) <= tolerance


def check_greedy(pacer, exported):
    model = load(exported)
    good = True
    for text in ("Once upon a time", "def add(a, b):", "The answer is"):
        output = run(pacer, "generate", exported, "--prompt", text, "--max-new-tokens", NEW_TOKENS, "--json")
        ours = json.loads(output)["completions"][0]["ids"]
        ids = [model.token_bos()] + model.tokenize(text.encode(), add_bos=False, special=True)
        model.reset()
        model.eval(ids)
        theirs = []
        while len(theirs) < NEW_TOKENS:
            theirs.append(int(np.argmax(model.scores[model.n_tokens - 1])))
            if theirs[-1] == model.token_eos():
                break
            model.eval(theirs[-1:])
        if ours and ours[-1] != model.token_eos() and theirs[-1] == model.token_eos():
            theirs.pop()
        good = good and ours == theirs
    print("llama.cpp's greedy tokens agree" if good else "llama.cpp's greedy tokens DIFFER")
    return good


def random_model(path):
    """A Llama whose rows are whole blocks of 256, so that llama.cpp quantises every matrix as it is asked to."""
    hidden, inner, heads, kv_heads, vocabulary = 256, 512, 8, 2, 300
    random = np.random.default_rng(3)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(2)
    writer.add_context_length(256)
    writer.add_embedding_length(hidden)
    writer.add_feed_forward_length(inner)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(vocabulary)
    writer.add_rope_dimension_count(hidden // heads)
    writer.add_tokenizer_model("no_vocab")
    shapes = {"token_embd": (vocabulary, hidden), "output_norm": (hidden,), "output": (vocabulary, hidden)}
    for layer in range(2):
        keys = hidden // heads * kv_heads
        block = {
            "attn_norm": (hidden,), "attn_q": (hidden, hidden), "attn_k": (keys, hidden), "attn_v": (keys, hidden),
            "attn_output": (hidden, hidden), "ffn_norm": (hidden,), "ffn_gate": (inner, hidden), "ffn_up": (inner, hidden),
            "ffn_down": (hidden, inner)}
        shapes.update({f"blk.{layer}.{name}": shape for name, shape in block.items()})
    for name, shape in shapes.items():
        writer.add_tensor(name + ".weight", random.normal(0, 0.05, shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def quantized(source, name, file_type, tensor_type):
    path = source.with_name(f"{name}.gguf")
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = file_type
    parameters.pure = True
    parameters.nthread = 2
    assert llama_cpp.llama_model_quantize(str(source).encode(), str(path).encode(), parameters) == 0
    kinds = {kind for kind, _ in tensors(path)[1].values()}
    assert tensor_type in kinds, kinds
    return path


def check_quantized(pacer, folder):
    source = folder / "random.gguf"
    random_model(source)
    good = check_scores(pacer, source, TOLERANCE)
    for name, file_type, tensor_type in [
            ("q4_0", llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0, Type.Q4_0), ("q8_0", llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0, Type.Q8_0),
            ("q4_k", llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_K_M, Type.Q4_K), ("q6_k", llama_cpp.LLAMA_FTYPE_MOSTLY_Q6_K, Type.Q6_K)]:
        path = quantized(source, name, file_type, tensor_type)
        run(pacer, "export", path, "--format", "hf", "--out", folder / name)
        ours, (_, theirs) = load_file(folder / name / "model.safetensors"), tensors(path)
        equal = ours.keys() == theirs.keys() and all(
            np.array_equal(ours[key].view(np.uint32), values.view(np.uint32)) for key, (_, values) in theirs.items())
        print(f"{name}: {'bitwise equal' if equal else 'DIFFERS'}")
        good = good and equal
    return good


def phi3(folder, path):
    """A Hugging Face folder of Phi-3 as a GGUF file, by the rules of llama.cpp's converter."""
    config = json.loads((folder / "config.json").read_text())
    weights = load_file(folder / "model.safetensors")
    writer = gguf.GGUFWriter(path, "phi3")
    rotary = config["rope_parameters"]
    size, original = config["hidden_size"] // config["num_attention_heads"], config["original_max_position_embeddings"]
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_freq_base(rotary["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_dimension_count(size)
    writer.add_rope_scaling_orig_ctx_len(original)
    writer.add_vocab_size(config["vocab_size"])
    writer.add_sliding_window(config["sliding_window"] or 0)
    writer.add_tokenizer_model("no_vocab")
    if rotary["rope_type"] == "longrope":
        scale = config["max_position_embeddings"] / original
        writer.add_rope_scaling_attn_factors((1 + np.log(scale) / np.log(original)) ** 0.5 if scale > 1 else 1.0)
        for kind in ("short", "long"):
            writer.add_tensor(f"rope_factors_{kind}.weight", np.array(rotary[f"{kind}_factor"], dtype=np.float32))
    names = {"input_layernorm": "attn_norm", "self_attn.qkv_proj": "attn_qkv", "self_attn.o_proj": "attn_output",
             "post_attention_layernorm": "ffn_norm", "mlp.gate_up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}
    outer = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
    for name, values in weights.items():
        stem = name.removesuffix(".weight")
        if stem in outer:
            stem = outer[stem]
        else:
            _, _, layer, rest = stem.split(".", 3)
            stem = f"blk.{layer}.{names[rest]}"
        writer.add_tensor(stem + ".weight", np.ascontiguousarray(values, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    pacer, model, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    exported = folder / f"{model.name}-f32.gguf"
    run(pacer, "export", model, "--format", "gguf", "--dtype", "f32", "--out", exported, "--force")
    results = [check_tokens(pacer, exported, model), check_scores(pacer, exported, TOLERANCE), check_greedy(pacer, exported)]
    results.append(check_quantized(pacer, folder))
    for family in sys.argv[4:]:
        exported = folder / f"{pathlib.Path(family).name}-f32.gguf"
        if json.loads((pathlib.Path(family) / "config.json").read_text())["model_type"] == "phi3":
            phi3(pathlib.Path(family), exported)
            results.append(check_scores(pacer, exported, TOLERANCE))
            continue
        run(pacer, "export", family, "--format", "gguf", "--dtype", "f32", "--out", exported)
        results.append(check_scores(pacer, exported, TOLERANCE))
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
