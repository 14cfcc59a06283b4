"""Makes the safetensors files that Pacer's own must equal: python make.py (torch, safetensors; see VERSIONS)."""
import json
import os
import sys

import safetensors
import torch
from safetensors.torch import save_file

here = os.path.dirname(os.path.abspath(__file__))
values = [0.0, -0.0, 1.0, -1.5, 65504.0, 65520.0, 3.0e38, 1e-8, 6.1e-5, 2.98e-8, 2.9802322387695312e-8, 1e-45,
          0.1, 1.00048828125, 1.0014648438, float("inf"), float("-inf"), 3.14159, -2.0 ** -24, 1.0039062500, 1.01171875]
values += [((i * 2654435761) % 4294967291) / 4294967291.0 * 8 - 4 for i in range(43)]
x = torch.tensor(values, dtype=torch.float32).reshape(16, 4)
save_file(
    {
        "b.f32": x, "a.f16": x.half(), "a.bf16": x.bfloat16(), "z.f64": x[:2].double(), "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 4), "d2t": torch.arange(-2, 3), "t2d": torch.tensor([True, False, True]),
    },
    os.path.join(here, "mixed.safetensors"), metadata={"format": "pt"})
shards = {"model-00001-of-00002.safetensors": {"one": x}, "model-00002-of-00002.safetensors": {"two": x.bfloat16()}}
for name, tensors in shards.items():
    save_file(tensors, os.path.join(here, name), metadata={"format": "pt"})
with open(os.path.join(here, "model.safetensors.index.json"), "w") as f:
    total = sum(t.numel() * t.element_size() for s in shards.values() for t in s.values())
    json.dump({"metadata": {"total_size": total}, "weight_map": {t: n for n, s in shards.items() for t in s}}, f)
with open(os.path.join(here, "VERSIONS"), "w") as f:
    f.write(f"python {sys.version.split()[0]}\ntorch {torch.__version__}\nsafetensors {safetensors.__version__}\n")
