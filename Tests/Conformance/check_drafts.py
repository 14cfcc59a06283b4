"""Compares the drafts of an EAGLE-3 drafter with random weights: its tokens and their probabilities in llama.cpp and in Pacer.

Usage: check_drafts.py PACER TARGET PROMPTS LLAMA_SPECULATIVE_SIMPLE FOLDER
TARGET is a Hugging Face folder, PROMPTS a JSONL file of {"domain", "prompt"}. This script writes the drafter itself, flat, as
other programs do, with a draft vocabulary; Pacer reads it, measures with it, and exports it as the GGUF file that llama.cpp
drafts with. llama.cpp shows the three likeliest of ten tokens at each of four positions, their probabilities to three decimals.
"""
import json
import math
import os
import pathlib
import re
import subprocess
import sys

import numpy
from safetensors.numpy import save_file

LENGTH = 4
TOP = 10
NEW_TOKENS = 24
PROMPTS = 6


def run(*arguments):
    return subprocess.run([str(a) for a in arguments], check=True, capture_output=True, text=True).stdout


def write_drafter(target, folder):
    """A drafter whose predictions are sharp enough for probabilities to say something."""
    config = json.loads((pathlib.Path(target) / "config.json").read_text(encoding="utf-8"))
    hidden, vocabulary, layers = config["hidden_size"], config["vocab_size"], config["num_hidden_layers"]
    heads, kv, head, inner, rows = 4, 2, hidden // 4, 2 * hidden, vocabulary // 2
    random = numpy.random.default_rng(5)

    def matrix(*shape, scale=1.0):
        return (random.standard_normal(shape) * scale / math.sqrt(shape[-1])).astype(numpy.float32)

    def norm():
        return (1 + 0.1 * random.standard_normal(hidden)).astype(numpy.float32)

    used = numpy.sort(random.permutation(vocabulary)[:rows])
    known = numpy.zeros(vocabulary, dtype=bool)
    known[used] = True
    layer = "midlayer."
    folder.mkdir(parents=True, exist_ok=True)
    save_file({
        "fc.weight": matrix(hidden, 3 * hidden), layer + "input_layernorm.weight": norm(), layer + "hidden_norm.weight": norm(),
        layer + "self_attn.q_proj.weight": matrix(heads * head, 2 * hidden, scale=2),
        layer + "self_attn.k_proj.weight": matrix(kv * head, 2 * hidden, scale=2),
        layer + "self_attn.v_proj.weight": matrix(kv * head, 2 * hidden),
        layer + "self_attn.o_proj.weight": matrix(hidden, heads * head),
        layer + "post_attention_layernorm.weight": norm(), layer + "mlp.gate_proj.weight": matrix(inner, hidden),
        layer + "mlp.up_proj.weight": matrix(inner, hidden), layer + "mlp.down_proj.weight": matrix(hidden, inner),
        "norm.weight": norm(), "lm_head.weight": matrix(rows, hidden, scale=4),
        "d2t": (used - numpy.arange(rows)).astype(numpy.int64), "t2d": known,
    }, folder / "model.safetensors", metadata={"format": "pt"})
    taps = [2, layers // 2, layers - 3]
    keys = {key: config[key] for key in ("vocab_size", "max_position_embeddings", "rms_norm_eps", "rope_theta")}
    (folder / "config.json").write_text(json.dumps({
        **keys, "architectures": ["LlamaForCausalLMEagle3"], "model_type": "llama", "num_hidden_layers": 1, "hidden_size": hidden,
        "intermediate_size": inner, "num_attention_heads": heads, "num_key_value_heads": kv, "head_dim": head,
        "draft_vocab_size": rows, "hidden_act": "silu", "eagle_aux_hidden_state_layer_ids": taps,
        "eagle_config": {"use_aux_hidden_state": True, "eagle_aux_hidden_state_layer_ids": [x - 1 for x in taps]},
    }), encoding="utf-8")


def llama_drafts(program, target, drafter, text):
    """For each cycle the candidates at every position, [(id, probability), …], and how many drafts were accepted."""
    command = [program, "-v", "-m", target, "-md", drafter, "--spec-type", "draft-eagle3", "--spec-draft-n-max", LENGTH,
               "--spec-draft-n-min", 0, "--spec-draft-p-min", 0, "-p", text, "-n", NEW_TOKENS, "--temp", 0, "-c", 512,
               "-fa", "off", "-ctk", "f32", "-ctv", "f32", "-ctkd", "f32", "-ctvd", "f32", "-t", 2, "-td", 2]
    environment = dict(os.environ, LD_LIBRARY_PATH=str(pathlib.Path(program).parent))
    output = subprocess.run(
        [str(c) for c in command], check=True, capture_output=True, env=environment, stdin=subprocess.DEVNULL)
    cycles, accepted = [], []
    for line in (output.stdout + output.stderr).decode("utf-8", "replace").splitlines():
        found = re.search(r"draft candidate +(\d+), pos +(\d+): +(\d+) \( *([\d.]+)\)", line)
        if not found:
            accepted += [int(count) for count in re.findall(r"accepted (\d+)/\d+ draft tokens", line)]
            continue
        rank, place, token, probability = int(found[1]), int(found[2]), int(found[3]), float(found[4])
        if rank == 0 and place == 0:
            cycles.append([[] for _ in range(LENGTH)])
        cycles[-1][place].append((token, probability))
    return list(zip(cycles, accepted))


def pacer_drafts(pacer, target, drafter, prompts, folder):
    """The same for every prompt, from trees of one path with all candidates beside it."""
    (path, trees) = (folder / "prompts.jsonl", folder / "trees.jsonl")
    path.write_text("".join(json.dumps(p) + "\n" for p in prompts), encoding="utf-8")
    paths = ["-".join(["0"] * level + [str(child)]) for level in range(LENGTH) for child in range(TOP)]
    run(pacer, "evaluate", drafter, "--target", target, "--prompts", path, "--count", len(prompts), "--tree", "static",
        "--prompt-tokens", 400, "--new-tokens", NEW_TOKENS, "--trees", trees, "--json", "--paths", *paths)
    result = [[] for _ in prompts]
    for line in trees.read_text(encoding="utf-8").splitlines():
        cycle, levels, parent = json.loads(line), [], 0
        for _ in range(LENGTH):
            children = [i for i, p in enumerate(cycle["parents"]) if p == parent]
            weights = [math.exp(cycle["log_probabilities"][i] - cycle["log_probabilities"][parent]) for i in children]
            levels.append([(cycle["tokens"][i], w / sum(weights)) for i, w in zip(children, weights)])
            parent = children[0]
        result[cycle["prompt"]].append((levels, len(cycle["accepted"])))
    return result


def main():
    pacer, target, prompts, program = sys.argv[1:5]
    folder = pathlib.Path(sys.argv[5])
    write_drafter(target, folder / "flat")
    files = [folder / "target.gguf", folder / "drafter.gguf"]
    run(pacer, "export", target, "--format", "gguf", "--out", files[0], "--force")
    run(pacer, "export", folder / "flat", "--target", target, "--format", "gguf", "--out", files[1], "--force")
    lines = pathlib.Path(prompts).read_text(encoding="utf-8").splitlines()[:PROMPTS]
    chosen = [json.loads(line) for line in lines]
    ours = pacer_drafts(pacer, target, folder / "flat", chosen, folder)
    compared, different, worst, least = 0, 0, 0.0, 1.0
    for prompt, mine in zip(chosen, ours):
        # llama.cpp drafts behind the last token of the prompt, Pacer's first cycle behind the token that follows it.
        first, *theirs = llama_drafts(program, *files, prompt["prompt"])
        if first[1] != 0:
            continue
        for (a, ours_accepted), (b, theirs_accepted) in zip(mine, theirs):
            for own, other in zip(a, b):
                for (token, probability), (theirs_token, theirs_probability) in zip(own, other):
                    compared += 1
                    different += token != theirs_token
                    worst = max(worst, abs(probability - theirs_probability))
                    least = min(least, theirs_probability)
            # Pacer's tree has more to accept than llama.cpp's chain: the texts go on in other cycles then.
            if ours_accepted != theirs_accepted:
                break
    good = compared > 500 and different == 0 and worst < 0.001 and least < 0.2
    print(f"{compared} drafted tokens with their probabilities: {different} other tokens, "
          f"largest difference of a probability {worst:.4f} (they are shown to 0.001): {'ok' if good else 'DIFFERS'}")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
