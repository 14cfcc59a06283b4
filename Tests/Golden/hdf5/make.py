"""Makes the HDF5 files that Pacer must read or refuse: python make.py (h5py; versions are stamped in VERSIONS)."""
import os
import sys

import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
a = np.arange(12, dtype="<f4").reshape(3, 4)


def new(name):
    return h5py.File(os.path.join(here, name + ".h5"), "w", libver=("v108", "v110"))


with new("good") as f:
    for kind in "f2 f4 f8 i1 u1 u2 i4 u4 i8 u8".split():
        f.create_dataset("types/" + kind, data=np.arange(6, dtype="<" + kind).reshape(3, 2))
    f.create_dataset("packed", data=a, chunks=(2, 4), compression="gzip", shuffle=True, fletcher32=True)
    f["packed"].attrs["label"] = np.bytes_("größe".encode())
    f["packed"].attrs["count"] = np.int32(-7)
    f["packed"].attrs["rate"] = 0.25
    f.create_dataset("names", data=np.array([b"a", "ö".encode(), b"longer"]))
    f.create_dataset("empty", shape=(0, 4), dtype="<f4")
with new("links") as f:
    f["real"] = a
    f["soft"] = h5py.SoftLink("/real")
    f["external"] = h5py.ExternalLink("good.h5", "/packed")
with new("external-storage") as f:
    f.create_dataset("x", (3, 4), "<f4", external=[("/etc/hostname", 0, 48)])
with new("virtual") as f:
    layout = h5py.VirtualLayout(shape=(3, 4), dtype="<f4")
    layout[:] = h5py.VirtualSource("good.h5", "packed", shape=(3, 4))
    f.create_virtual_dataset("x", layout)
with new("bomb") as f:
    f.create_dataset("x", (1 << 40,), "<f4", chunks=(1 << 20,))
    f.create_dataset("wide", (1 << 62, 4), "<f4", chunks=(1, 4))
    f.create_dataset("packed", (1 << 30,), "<f4", chunks=(1 << 14,), compression="gzip")[:10] = 1
    f.create_dataset("chunk", (4,), "<f4", chunks=(1 << 28,), maxshape=(None,))
with new("types") as f:
    f["big-endian"] = a.astype(">f4")
    f["compound"] = np.zeros(3, dtype=[("a", "<i4"), ("b", "<f4")])
    f["scalar"] = 3
    f.create_dataset("variable", data=["a", "bc"], dtype=h5py.string_dtype())
    f.create_dataset("lzf", data=a, compression="lzf")
    f.create_dataset("scaled", data=np.arange(99, dtype="<i4"), chunks=(99,), scaleoffset=8)
    f.attrs["variable"] = "text"
    f.attrs["many"] = np.arange(3)
with new("cycle") as f:
    f["a/x"] = a
    f["a/b"] = f["a"]
with new("deep") as f:
    f.create_group("/".join(["g"] * 200))
with open(os.path.join(here, "VERSIONS"), "w") as v:
    v.write(f"python {sys.version.split()[0]}\nh5py {h5py.__version__}\nhdf5 {h5py.version.hdf5_version}\n")
