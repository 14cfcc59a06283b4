"""Pacer's training step beside PyTorch's, eager and compiled, and its decoding beside transformers', taking turns in one
run; writes docs/performance.md.

usage: compare.py PACER OUTPUT [--rounds 3]
Each round runs every program once, in a process of its own; a figure is the median of the rounds. A ratio compares with
the better of eager and compiled PyTorch. Where PACER_DATA names a folder with models/stories260K, that model is decoded
too.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SMALL = ["--dim", "128", "--layers", "1", "--heads", "4", "--ffn", "344", "--vocab", "512", "--seq", "256", "--batch", "8"]
ROWS = [
    ("46M parameters, cross entropy, 4 × 512 tokens", []),
    ("the same, KL divergence", ["--objective", "kl"]),
    ("46M parameters, cross entropy, 1 × 2048 tokens", ["--seq", "2048", "--batch", "1"]),
    ("0.3M parameters, vocabulary of 512, 8 × 256 tokens", SMALL + ["--steps", "40"]),
]


def answer(command):
    """The JSON object that a command prints last."""
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {process.returncode}\n{process.stderr}")
    return json.loads(process.stdout[process.stdout.index("{"):])


def measured(pacer, options, rounds):
    programs = {
        "pacer": [pacer, "bench", "step", "--json"],
        "eager": [sys.executable, os.path.join(HERE, "torch_step.py")],
        "compiled": [sys.executable, os.path.join(HERE, "torch_step.py"), "--compile"],
    }
    answers = {name: [] for name in programs}
    for _ in range(rounds):
        for name, command in programs.items():
            answers[name].append(answer(command + options))

    def median(name, key):
        return statistics.median(each[key] for each in answers[name])

    return median


def row(title, median):
    best = max(median("eager", "tokens_per_s"), median("compiled", "tokens_per_s"))
    memory = min(median("eager", "peak_rss_mib"), median("compiled", "peak_rss_mib"))
    rate, library, kernels = (median("pacer", key) for key in ("gflops", "sgemm_gflops", "product_gflops"))
    return (
        f"| {title} | {median('pacer', 'tokens_per_s'):,.0f} | {median('eager', 'tokens_per_s'):,.0f} "
        f"| {median('compiled', 'tokens_per_s'):,.0f} | **{median('pacer', 'tokens_per_s') / best:.2f}** "
        f"| {rate:.0f} | {100 * rate / library:.0f} % | {100 * rate / kernels:.0f} % "
        f"| {median('pacer', 'peak_rss_mib'):,.0f} "
        f"| {memory:,.0f} | {median('pacer', 'peak_rss_mib') / memory:.2f} |")


def scaling(pacer, rounds):
    """Tokens a second of the first row's step on one thread and more, as lines of a table."""
    counts = [1]
    while counts[-1] * 2 <= os.cpu_count():
        counts.append(counts[-1] * 2)
    rates = {count: [] for count in counts}
    for _ in range(rounds):
        for count in counts:
            command = [pacer, "bench", "step", "--json", "--threads", str(count)]
            rates[count].append(answer(command)["tokens_per_s"])
    medians = {count: statistics.median(rates[count]) for count in counts}
    return [f"| {count} | {medians[count]:,.0f} | {medians[count] / medians[1]:.2f} |" for count in counts]


def generation_models(pacer, folder):
    """Models to decode with: the shipped one, and stories260K where it is at hand."""
    models = {"nano-target, 1.75M parameters": os.path.join(HERE, "..", "checkpoints", "nano-target")}
    data = os.path.join(os.environ.get("PACER_DATA", ""), "models", "stories260K")
    if os.path.isdir(data):
        exported = os.path.join(folder, "stories260K")
        source = f"{data}/stories260K.bin:{data}/tok512.bin"
        subprocess.run([pacer, "export", source, "--format", "hf", "--out", exported], check=True, capture_output=True)
        models["stories260K, 0.26M parameters"] = exported
    return models


def generation(pacer, rounds):
    """Decoded tokens a second beside transformers', as lines of a table."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for title, model in generation_models(pacer, folder).items():
            for batch in (256, 32):
                ours, theirs = [], []
                options = ["--batch", str(batch)]
                for _ in range(rounds):
                    found = answer([pacer, "bench", "generate", model, "--json"] + options)
                    ours.append(found["measurements"][0]["rate"])
                    script = os.path.join(HERE, "transformers_generate.py")
                    theirs.append(answer([sys.executable, script, model, "--rounds", "1"] + options)["tokens_per_s"])
                us, them = statistics.median(ours), statistics.median(theirs)
                lines.append(f"| {title} | {batch} | {us:,.0f} | {them:,.0f} | **{us / them:.2f}** |")
                print(lines[-1], flush=True)
    return lines


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pacer")
    parser.add_argument("output")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    lines = []
    for title, options in ROWS:
        lines.append(row(title, measured(arguments.pacer, options, arguments.rounds)))
        print(lines[-1], flush=True)
    load = os.getloadavg()[0]
    kernels = answer([arguments.pacer, "bench", "gemm", "--shape", "64,64,64", "--json"])["kernels"]
    text = f"""# Performance

`make bench` writes this page. One training step: forward, backward, clipping of the global norm, AdamW, float32, on
{os.cpu_count()} cores ({processor()}); load average at the end {load:.1f}. {arguments.rounds} rounds, Pacer, eager and
compiled PyTorch in turn, medians. Tokens a second; the ratio is Pacer's over the better of the two. GFLOP/s counts 6
operations for each multiplied weight and token and what causal attention needs; its shares are of the best large
product on the same threads in the same process, by OpenBLAS's sgemm and by the kernels that the step ran on ({kernels}).
Memory is the most that the process ever held, in MiB.

| work | Pacer | eager | compiled | ratio | GFLOP/s | of sgemm | of our products | Pacer MiB | PyTorch MiB | ratio |
|---|---|---|---|---|---|---|---|---|---|---|
""" + "\n".join(lines) + """

The first row on one thread and more, the results being the same bits:

| threads | tokens/s | times one thread |
|---|---|---|
""" + "\n".join(scaling(arguments.pacer, arguments.rounds)) + """

Decoding 200 tokens after the begin token at a temperature of 0.8, tokens a second, beside transformers' `generate`:

| model | texts at a time | Pacer | transformers | ratio |
|---|---|---|---|---|
""" + "\n".join(generation(arguments.pacer, arguments.rounds)) + "\n"
    with open(arguments.output, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
