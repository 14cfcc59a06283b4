"""Writes optimizers.json: weights after 1, 2 and 10 steps of each optimizer, in float32.

SGD, AdamW and Adafactor are PyTorch's; Lion and Muon follow their papers in NumPy (PyTorch's Muon iterates in
bfloat16; it is compared here, loosely). Run: python Tests/Golden/optimizers.py
"""

import json
import math
import pathlib
import platform
import re

import numpy
import torch

SHAPES = {"tall": (5, 3), "norm": (6,), "wide": (3, 7), "bias": (19,)}
STEPS = 10
KEPT = (1, 2, 10)
f32 = numpy.float32


def make_inputs():
    random = numpy.random.Generator(numpy.random.Philox(20240607))
    weights = {name: random.normal(size=shape).astype(f32) for name, shape in SHAPES.items()}
    # A common direction plus noise, of a size that changes, so that momentum and clipping both matter.
    drift = {name: random.normal(size=shape) for name, shape in SHAPES.items()}
    size = [1.0, 0.3, 2.0, 0.05, 1.0, 1.5, 0.02, 0.7, 3.0, 0.4]
    gradients = [
        {name: (size[step] * (drift[name] + random.normal(size=shape))).astype(f32) for name, shape in SHAPES.items()}
        for step in range(STEPS)
    ]
    return weights, gradients


def clipped(gradients, limit):
    """As torch.nn.utils.clip_grad_norm_ does it."""
    if limit is None:
        return gradients
    tensors = {name: torch.nn.Parameter(torch.zeros(g.shape)) for name, g in gradients.items()}
    for name, g in gradients.items():
        tensors[name].grad = torch.from_numpy(g.copy())
    torch.nn.utils.clip_grad_norm_(list(tensors.values()), limit)
    return {name: t.grad.numpy() for name, t in tensors.items()}


def decay_of(case, name):
    return case["decay"] if case["vectors_decay"] or len(SHAPES[name]) == 2 else 0.0


class Torch:
    def __init__(self, case, weights, make):
        self.weights = {name: torch.nn.Parameter(torch.from_numpy(w.copy())) for name, w in weights.items()}
        groups = [
            {"params": [w], "weight_decay": decay_of(case, name)} for name, w in self.weights.items()
        ]
        self.optimizer = make(groups)

    def step(self, gradients):
        for name, w in self.weights.items():
            w.grad = torch.from_numpy(gradients[name].copy())
        self.optimizer.step()

    def values(self):
        return {name: w.detach().numpy() for name, w in self.weights.items()}


class Lion:
    def __init__(self, case, weights):
        self.case = case
        self.weights = {name: w.copy() for name, w in weights.items()}
        self.momentum = {name: numpy.zeros_like(w) for name, w in weights.items()}

    def step(self, gradients):
        s = self.case["settings"]
        beta1, beta2, rate = f32(s["beta1"]), f32(s["beta2"]), f32(self.case["learning_rate"])
        for name, p in self.weights.items():
            g, m = gradients[name], self.momentum[name]
            blend = beta1 * m + (1 - beta1) * g
            assert numpy.abs(blend).min() > 1e-5, "a sign hangs on rounding; choose another seed"
            self.weights[name] = p - rate * (numpy.sign(blend) + f32(decay_of(self.case, name)) * p)
            self.momentum[name] = beta2 * m + (1 - beta2) * g

    def values(self):
        return self.weights


def orthogonal(x):
    a, b, c = f32(3.4445), f32(-4.7750), f32(2.0315)
    transposed = x.shape[0] > x.shape[1]
    x = x.T if transposed else x
    x = x / max(numpy.sqrt((x.astype(numpy.float64) ** 2).sum()).astype(f32), f32(1e-7))
    for _ in range(5):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    assert x.dtype == f32
    return x.T if transposed else x


class Muon:
    """Matrices by Muon, vectors by PyTorch's AdamW."""

    def __init__(self, case, weights):
        self.case = case
        self.matrices = {name: w.copy() for name, w in weights.items() if w.ndim == 2}
        self.momentum = {name: numpy.zeros_like(w) for name, w in self.matrices.items()}
        vectors = {name: w for name, w in weights.items() if w.ndim != 2}
        ratio = case["settings"].get("adamw_rate_ratio", 1.0)
        self.rest = Torch(case, vectors, lambda groups: torch.optim.AdamW(groups, lr=case["learning_rate"] * ratio))
        s = case["settings"]
        self.twin = {name: torch.nn.Parameter(torch.from_numpy(w.copy())) for name, w in self.matrices.items()}
        self.reference = torch.optim.Muon(
            list(self.twin.values()), lr=case["learning_rate"], weight_decay=case["decay"], momentum=s["momentum"],
            nesterov=bool(s["nesterov"]), adjust_lr_fn=case["scale"])

    def step(self, gradients):
        s = self.case["settings"]
        momentum, rate = s["momentum"], self.case["learning_rate"]
        for name, p in self.matrices.items():
            g = gradients[name]
            b = self.momentum[name] = f32(momentum) * self.momentum[name] + f32(1 - momentum) * g
            u = orthogonal(f32(1 - momentum) * g + f32(momentum) * b if s["nesterov"] else b)
            rows, columns = p.shape
            scale = {
                "original": math.sqrt(max(1, rows / columns)),
                "match_rms_adamw": 0.2 * math.sqrt(max(rows, columns)),
            }[self.case["scale"]]
            self.matrices[name] = f32(1 - rate * decay_of(self.case, name)) * p - f32(rate * scale) * u
            self.twin[name].grad = torch.from_numpy(g.copy())
        self.reference.step()
        self.rest.step({name: gradients[name] for name in self.rest.weights})

    def values(self):
        for name, p in self.matrices.items():
            limit = 0.1 * STEPS * self.case["learning_rate"]
            assert numpy.abs(p - self.twin[name].detach().numpy()).max() < limit, "far from PyTorch's Muon"
        return {**self.matrices, **self.rest.values()}


def case(name, optimizer, rate, decay=0.0, vectors_decay=False, clip=None, scale=None, **settings):
    return {
        "name": name, "optimizer": optimizer, "learning_rate": rate, "decay": decay, "vectors_decay": vectors_decay,
        "clip": clip, "scale": scale, "settings": settings,
    }


CASES = [
    case("plain SGD", "sgd", 0.1),
    case("SGD with decay on everything", "sgd", 0.1, 0.1, True),
    case("SGD with momentum", "sgd", 0.03, momentum=0.9),
    case("SGD with momentum, dampening, decay and clipping", "sgd", 0.1, 0.01, clip=1.0, momentum=0.9, dampening=0.3),
    case("SGD with Nesterov and decay on everything", "sgd", 0.02, 0.05, True, momentum=0.8, nesterov=1),
    case("AdamW", "adamw", 1e-3),
    case("AdamW with decay on matrices", "adamw", 1e-2, 0.1),
    case("AdamW with other betas, a large epsilon, decay on everything and clipping", "adamw", 3e-2, 0.05, True,
         clip=0.5, beta1=0.8, beta2=0.95, epsilon=1e-3),
    case("Lion", "lion", 1e-3, beta1=0.9, beta2=0.99),
    case("Lion with decay and clipping", "lion", 1e-2, 1.0, clip=1.0, beta1=0.95, beta2=0.98),
    case("Adafactor", "adafactor", 1e-2),
    case("Adafactor with decay and clipping", "adafactor", 5e-2, 0.1, clip=1.0),
    case("Adafactor with a capped rate and another threshold", "adafactor", 0.5, 0.01, True, relative=1,
         clip_threshold=1.2, beta2_decay=-0.6),
    case("Muon", "muon", 2e-2, scale="original", momentum=0.95, nesterov=1),
    case("Muon with decay, clipping and AdamW's scale", "muon", 1e-2, 0.1, clip=1.0, scale="match_rms_adamw",
         momentum=0.9, nesterov=1),
    case("Muon without Nesterov, the rest slower", "muon", 5e-2, 0.05, True, scale="original", momentum=0.9, nesterov=0,
         adamw_rate_ratio=0.1),
]


def make(case, weights):
    s, rate = case["settings"], case["learning_rate"]
    if case["optimizer"] == "sgd":
        return Torch(case, weights, lambda groups: torch.optim.SGD(
            groups, lr=rate, momentum=s.get("momentum", 0.0), dampening=s.get("dampening", 0.0),
            nesterov=bool(s.get("nesterov", 0))))
    if case["optimizer"] == "adamw":
        return Torch(case, weights, lambda groups: torch.optim.AdamW(
            groups, lr=rate, betas=(s.get("beta1", 0.9), s.get("beta2", 0.999)), eps=s.get("epsilon", 1e-8)))
    if case["optimizer"] == "adafactor":
        # PyTorch caps the rate at 1/sqrt(t) always; a case without the option must stay below it.
        assert s.get("relative") or rate < 1 / math.sqrt(STEPS)
        return Torch(case, weights, lambda groups: torch.optim.Adafactor(
            groups, lr=rate, beta2_decay=s.get("beta2_decay", -0.8), d=s.get("clip_threshold", 1.0)))
    return {"lion": Lion, "muon": Muon}[case["optimizer"]](case, weights)


def listed(arrays):
    # Nine digits name every float32.
    return {name: [float(f"{x:.9g}") for x in a.ravel().tolist()] for name, a in arrays.items()}


def main():
    torch.set_num_threads(1)
    weights, gradients = make_inputs()
    cases = []
    for c in CASES:
        optimizer, after = make(c, weights), {}
        for step in range(STEPS):
            optimizer.step(clipped(gradients[step], c["clip"]))
            if step + 1 in KEPT:
                after[str(step + 1)] = listed(optimizer.values())
        cases.append({**c, "after": after})
    golden = {
        "made_by": "Tests/Golden/optimizers.py",
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": numpy.__version__},
        "shapes": SHAPES, "weights": listed(weights), "gradients": [listed(g) for g in gradients], "cases": cases,
    }
    path = pathlib.Path(__file__).with_name("optimizers.json")
    lines = json.dumps(golden, indent=1, separators=(",", ":"))
    # One array per line.
    lines = re.sub(r"\[[^\[\]{}]*\]", lambda m: re.sub(r"\s+", "", m.group()), lines)
    path.write_text(lines + "\n")


main()
