"""Loads an exported drafter with the speculators package and compares every weight and its first predictions.

Usage: check_speculators.py PACER TARGET DRAFTER FOLDER
TARGET is a Hugging Face folder, DRAFTER an EAGLE-3 drafter in any format that Pacer reads. It is exported as `speculators`
in float32 and loaded by `SpeculatorModel.from_pretrained`: every tensor of the file must be a parameter or buffer of the
model, with the same values, and nothing of the model may be left without values.
"""
import importlib.metadata
import json
import pathlib
import subprocess
import sys

import torch
from safetensors.torch import load_file
from speculators import SpeculatorModel


def main():
    pacer, target, drafter = sys.argv[1:4]
    folder = pathlib.Path(sys.argv[4])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "drafter-speculators"
    subprocess.run([pacer, "export", drafter, "--target", str(pathlib.Path(target).absolute()), "--format", "speculators",
                    "--out", path, "--dtype", "f32", "--force"], check=True, capture_output=True)
    model = SpeculatorModel.from_pretrained(str(path))
    state = model.state_dict()
    written = load_file(path / "model.safetensors")
    missing = [name for name in written if name not in state]
    different = [name for name, values in written.items()
                 if name in state and not torch.equal(state[name].to(values.dtype), values)]
    unset = [name for name, values in state.items()
             if values.is_floating_point() and not torch.isfinite(values).all()]
    config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    layers = list(model.config.eagle_aux_hidden_state_layer_ids)
    good = not missing and not different and not unset and layers == config["eagle_aux_hidden_state_layer_ids"]
    version = importlib.metadata.version("speculators")
    print(f"{type(model).__name__} of speculators {version}: {len(written)} tensors, unknown to it {missing}, "
          f"different {different}, not set {unset}; states after layers {layers}: {'ok' if good else 'DIFFERS'}")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
