"""Writes docs/conformance.md from what the checks printed.

Usage: report.py PACER LOGS OUTPUT
"""
import ast
import datetime
import importlib.metadata
import pathlib
import platform
import subprocess
import sys

# Logs that another check has written than that of their name.
CHECKS = {"eagle3": "speculative"}
HERE = pathlib.Path(__file__).parent
PACKAGES = [
    "transformers", "torch", "tokenizers", "sentencepiece", "safetensors", "h5py", "gguf", "llama-cpp-python", "tensorboard",
    "jinja2"]


def purpose(name):
    """The docstring of a check without its usage line, as one paragraph."""
    text = ast.get_docstring(ast.parse((HERE / f"check_{name}.py").read_text(encoding="utf-8")))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("Usage:")]
    return " ".join(lines)


def main():
    pacer, logs, output = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    versions = [f"| {name} | {importlib.metadata.version(name)} |" for name in PACKAGES]
    pacer_version = subprocess.run([pacer, "--version"], check=True, capture_output=True, text=True).stdout.split()[-1]
    parts = []
    for log in sorted(logs.iterdir(), key=lambda path: path.stat().st_mtime):
        said = log.read_text(encoding="utf-8").strip()
        table = [line for line in said.splitlines() if line.startswith("|")]
        rest = "\n".join(line for line in said.splitlines() if not line.startswith("|"))
        parts.append(f"## {log.name}\n\n{purpose(CHECKS.get(log.name, log.name))}\n\n```\n{rest}\n```\n" + ("\n" + "\n".join(table) + "\n" if table else ""))
    output.write_text(f"""# Conformance

`make conformance` writes this page: every check below ran and passed on {datetime.date.today()}, Python
{platform.python_version()}, Pacer {pacer_version}, with these programs, all from PyPI:

| package | version |
|---|---|
""" + "\n".join(versions) + """

llama.cpp is the one that the package llama-cpp-python compiles, its `llama-speculative-simple` from the same source.
SGLang and vLLM need a GPU: what Pacer prints for them (launch lines, layouts) follows their sources and has not been run.
`make conformance-fast`, which runs with every submission, is the part without llama.cpp and TensorBoard.

""" + "\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
