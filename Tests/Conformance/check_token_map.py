"""Has PyTorch read the token map beside a trimmed EAGLE drafter, as SGLang's `load_token_map` does.

Usage: check_token_map.py PACER TARGET DRAFTER CORPUS FOLDER
TARGET is a Hugging Face folder, DRAFTER an EAGLE drafter, CORPUS what its head's tokens are counted in. `pacer trim` cuts the
head; the list that `torch.load(weights_only=True)` gives must be the ids that the drafter's own file names, in order.
"""
import json
import pathlib
import subprocess
import sys

import torch


def main():
    pacer, target, drafter, corpus = sys.argv[1:5]
    path = pathlib.Path(sys.argv[5]) / "trimmed"
    subprocess.run([pacer, "trim", drafter, "--target", target, "--calibration", corpus, "--size", "1000", "--out", path, "--force"],
                   check=True, capture_output=True)
    read = torch.load(path / "token-map.pt", weights_only=True)
    ids = json.loads((path / "draft-vocabulary.json").read_text(encoding="utf-8"))["target_ids"]
    good = read == ids and torch.tensor(read, dtype=torch.int64).shape == (1000,)
    print(f"token map of {len(read)} tokens, read by torch {torch.__version__} from {path.name}/token-map.pt: "
          f"{'ok' if good else 'DIFFERS'}")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
