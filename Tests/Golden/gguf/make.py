"""Makes the GGUF files that Pacer must read as the upstream package does: python make.py (gguf, numpy; see VERSIONS).

mixed.gguf has a key of every type and, for each element type, a tensor NAME beside NAME.expected: the same values as
the package dequantises them, stored as F32. Q8_0 and Q4_0 are quantised by the package, which only reads the types
of 256: their blocks are random bytes with sensible scales.
"""
import os
import sys
from importlib.metadata import version

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

here = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(7)


def blocks(kind, rows, row_length):
    """Random blocks whose float16 scales are small and finite."""
    count, size = gguf.GGML_QUANT_SIZES[kind]
    data = random.integers(0, 256, (rows, row_length // count, size), dtype=np.uint8)
    places = {Type.Q4_K: [0, 2], Type.Q6_K: [208]}[kind]
    for place in places:
        scales = random.normal(0, 0.01, data.shape[:2]).astype(np.float16)
        data[:, :, place:place + 2] = scales.view(np.uint8).reshape(*data.shape[:2], 2)
    return data.reshape(rows, -1)


def add(writer, name, kind, data, shape):
    writer.add_tensor(name, data, raw_shape=data.shape if data.dtype == np.uint8 else None, raw_dtype=kind)
    expected = gguf.quants.dequantize(data, kind).astype(np.float32).reshape(shape)
    writer.add_tensor(name + ".expected", expected)


writer = gguf.GGUFWriter(os.path.join(here, "mixed.gguf"), "llama")
for kind in ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"):
    getattr(writer, "add_" + kind)("test." + kind, np.iinfo(kind).max - 1)
for kind in ("int8", "int16", "int32", "int64"):
    getattr(writer, "add_" + kind)("test.least_" + kind, np.iinfo(kind).min)
writer.add_float32("test.float32", 0.1)
writer.add_float64("test.float64", 0.1)
writer.add_bool("test.true", True)
writer.add_bool("test.false", False)
writer.add_string("test.string", "Ġ▁ nüll")
writer.add_array("test.strings", ["a", "", "Ċ"])
writer.add_array("test.integers", [3, -1, 2])
writer.add_array("test.floats", [0.5, -1.5])

values = np.concatenate([random.normal(0, 1, (3, 63)), [[0.0], [-0.0], [6.1e-5]]], axis=1).astype(np.float32)
values[1, :32] = 0
writer.add_tensor("f32", values)
writer.add_tensor("vector", values[0])
writer.add_tensor("cube", values[:, :4].reshape(2, 3, 2).copy())
writer.add_tensor("i64", np.array([5, -7, 1 << 40], dtype=np.int64))
writer.add_tensor("i32", np.array([5, -7], dtype=np.int32))
for name, kind in (("f16", Type.F16), ("bf16", Type.BF16), ("q8_0", Type.Q8_0), ("q4_0", Type.Q4_0)):
    add(writer, name, kind, gguf.quants.quantize(values, kind), values.shape)
add(writer, "q4_k", Type.Q4_K, blocks(Type.Q4_K, 2, 512), (2, 512))
add(writer, "q6_k", Type.Q6_K, blocks(Type.Q6_K, 2, 512), (2, 512))
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
with open(os.path.join(here, "VERSIONS"), "w") as file:
    file.write(f"python {sys.version.split()[0]}\n")
    for package in ("gguf", "numpy"):
        file.write(f"{package} {version(package)}\n")
