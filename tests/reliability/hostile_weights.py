"""Files of weights that somebody made by hand to run code, to hang, or to fill the memory.

``HOSTILE`` has a builder for each: a function of an empty folder that returns the path to read.
"""

import json
import os
import pickle
import re
import struct
import warnings
import zipfile
import zlib
from pathlib import Path

import numpy as np

from . import weight_files

HOSTILE = {}
NEEDS = {"hdf5": "h5py", "onnx": "onnx", "keras": "h5py"}  # by the first word of the name
PRIME = 2**61 - 1  # Python's hash of a whole number is its remainder
TENSOR = b"ctorch._utils\n_rebuild_tensor_v2\n"
ORDERED = b"ccollections\nOrderedDict\n"
MODULE = b"cnet\nNet\n)\x81"  # an object that is not built; BUILD gives it its state


def hostile(name):
    """Note a builder under a name, which begins with the format."""

    def noted(build):
        HOSTILE[name] = build
        return build

    return noted


def text(value):
    """The instruction for a text."""
    raw = value.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def number(value):
    """The instruction for a whole number of any size."""
    raw = value.to_bytes(value.bit_length() // 8 + 1, "little")
    return b"\x8a" + bytes([len(raw)]) + raw


def put(place):
    """The instruction that remembers what is on the stack."""
    return b"r" + struct.pack("<I", place)


def get(place):
    """The instruction that puts it on the stack again."""
    return b"j" + struct.pack("<I", place)


def zipped(folder, members, method=zipfile.ZIP_STORED, name="file"):
    """A zip of {name: content}, or of pairs."""
    with zipfile.ZipFile(folder / name, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there twice
        for member, content in members.items() if isinstance(members, dict) else members:
            archive.writestr(member, content)
    return folder / name


def pth(folder, program, more=()):
    """A .pth whose table of tensors is this program."""
    return zipped(folder, [("a/data.pkl", b"\x80\x02" + program + b"."), *more])


def storage(count=4, key="0"):
    """The reference to a storage of floats."""
    parts = text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + number(count)
    return b"(" + parts + b"tQ"


def tensor(shape=b"K\x04\x85", strides=b"K\x01\x85", kept=None):
    """The call that makes a tensor."""
    return (
        TENSOR
        + b"("
        + (kept or storage())
        + b"K\x00"
        + shape
        + strides
        + b"\x89"
        + ORDERED
        + b")RtR"
    )


def safetensors(folder, header, data=bytes(4)):
    """A file with this header."""
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    (folder / "file").write_bytes(len(header).to_bytes(8, "little") + header + data)
    return folder / "file"


def npy(program=None, header=None, data=b""):
    """An array of objects with this program, or of this header."""
    if header is None:
        header = b"{'descr': '|O', 'fortran_order': False, 'shape': ()}"
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    body = data if program is None else b"\x80\x02" + program + b"."
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + body


def written(folder, content, name="file"):
    """A file with this content."""
    (folder / name).write_bytes(content)
    return folder / name


def flipped(path, needle, distance):
    """The file with a bit changed, some bytes after the first of these bytes."""
    data = bytearray(path.read_bytes())
    data[data.index(needle) + distance] ^= 0x40
    path.write_bytes(data)
    return path


@hostile("pth: a dictionary of a long tuple, again and again")
def _(folder):
    long = ORDERED + put(0) + text("ab") + put(1) + b"(" + get(1) * 100_000 + b"t\x85" + put(2)
    return pth(folder, long + (get(0) + get(2) + b"R") * 60_000)


@hostile("pth: numbers of one hash as keys")
def _(folder):
    return pth(folder, b"}(" + b"".join(number(k * PRIME) + b"N" for k in range(1, 60_000)) + b"u")


@hostile("pth: small numbers of one hash as keys")
def _(folder):
    return pth(folder, b"}(" + b"".join(number(k << 40) + b"N" for k in range(1, 60_000)) + b"u")


@hostile("pth: places of one hash in the memo")
def _(folder):
    return pth(folder, b"N" + b"".join(b"p%d\n" % (k * PRIME) for k in range(1, 60_000)))


@hostile("pth: a long name, put together again and again")
def _(folder):
    long = text("a" * 500_000) + put(0) + text("b") + put(1)
    return pth(folder, long + (get(0) + get(1) + b"\x93") * 60_000)


@hostile("pth: a long text, encoded again and again")
def _(folder):
    encode = b"c_codecs\nencode\n" + put(0)
    long = encode + text("a" * 500_000) + text("latin1") + b"\x86" + put(1)
    return pth(folder, long + (get(0) + get(1) + b"R") * 60_000)


@hostile("pth: a tensor in a tensor in a tensor, again and again")
def _(folder):
    rebuild = b"ctorch._tensor\n_rebuild_from_type_v2\n" + put(0)
    nested = rebuild + b")" + (put(1) + get(0) + b"N" + get(1) + b"\x87") * 800 + put(2)
    return pth(folder, nested + (get(0) + get(2) + b"R") * 60_000)


@hostile("pth: a shape of 100,000 axes, again and again")
def _(folder):
    shape = b"(" + b"K\x01" * 100_000 + b"t" + put(0)
    call = TENSOR + put(1) + b"(" + storage() + b"K\x00" + get(0) + get(0) + b"\x89Nt" + put(2)
    return pth(folder, shape + call + (get(1) + get(2) + b"R") * 60_000)


@hostile("pth: 20,000 tensors on one megabyte")
def _(folder):
    once = tensor(b"J\x00\x00\x04\x00\x85", b"K\x01\x85", storage(1 << 18)) + put(0)
    items = b"".join(text(f"t{k}") + get(0) for k in range(20_000))
    return pth(folder, once + b"}(" + items + b"u", [("a/data/0", bytes(1 << 20))])


@hostile("pth: 3,000 tensors on one megabyte")
def _(folder):
    once = tensor(b"J\x00\x00\x04\x00\x85", b"K\x01\x85", storage(1 << 18)) + put(0)
    items = b"".join(text(f"t{k}") + get(0) for k in range(3000))
    return pth(folder, once + b"}(" + items + b"u", [("a/data/0", bytes(1 << 20))])


@hostile("pth: modules that hold one module twice, 50 deep")
def _(folder):
    state = text("_modules") + put(1) + b"}s" + b"b"
    program = MODULE + b"}" + state + put(2)
    for _ in range(50):
        program += MODULE + b"}" + get(1) + b"}(" + text("a") + get(2) + text("b") + get(2) + b"us"
        program += b"b" + put(2)
    return pth(folder, program)


@hostile("pth: 400 modules of 400 modules with one long dictionary")
def _(folder):
    entries = b"".join(text(f"n{k}") + b"N" for k in range(10_000))
    child = MODULE + b"}(" + text("_modules") + b"}" + text("_buffers") + b"}(" + entries + b"uub"
    children = b"".join(text(f"c{k}") + get(2) for k in range(400))
    inner = MODULE + b"}" + text("_modules") + b"}(" + children + b"usb" + put(3)
    outer = b"".join(text(f"m{k}") + get(3) for k in range(400))
    return pth(folder, child + put(2) + inner + MODULE + b"}" + text("_modules") + b"}(" + outer
               + b"usb")  # fmt: skip


@hostile("pth: a dictionary of 160,000 dictionaries")
def _(folder):
    return pth(folder, b"}(" + b"".join(text(f"d{k}") + b"}" for k in range(160_000)) + b"u")


@hostile("pth: a tuple in a tuple in a tuple as a key")
def _(folder):
    return pth(folder, b"})" + (b"0)" + b"\x85" * 100_000) + b"Ns")


@hostile("pth: a number of a million digits as a size")
def _(folder):
    large = b"\x8b" + struct.pack("<I", 500_000) + b"\x7f" * 500_000
    return pth(folder, b"}" + text("a") + tensor(large + b"\x85") + b"s")


@hostile("pth: data.pkl twice")
def _(folder):
    good = b"}" + text("a") + tensor() + b"s"
    program = b"\x80\x02" + good + b"."
    members = [("a/data.pkl", program), ("a/data/0", bytes(16)), ("a/data.pkl", program)]
    return zipped(folder, members)


@hostile("pth: a table of contents of 100,000 files")
def _(folder):
    good = b"\x80\x02}" + text("a") + tensor() + b"s."
    file = zipped(folder, {"a/data.pkl": good, "a/data/0": bytes(16)})
    data = file.read_bytes()
    at = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    names = (f"a/x{k:07}".encode() for k in range(100_000))
    entry = bytearray(data[at : at + 46])
    entry[28:30] = struct.pack("<H", 10)
    directory = data[at:end] + b"".join(bytes(entry) + name for name in names)
    tail = data[end : end + 12] + struct.pack("<II", len(directory), at) + data[end + 20 :]
    return written(folder, data[:at] + directory + tail)


@hostile("pth: a wrong checksum of a tensor")
def _(folder):
    good = b"}" + text("a") + tensor() + b"s"
    return flipped(pth(folder, good, [("a/data/0", b"0123456789abcdef")]), b"0123456789abcdef", 9)


@hostile("pth: a wrong checksum of data.pkl")
def _(folder):
    good = b"}" + text("abcdefgh") + tensor() + b"s"
    return flipped(pth(folder, good, [("a/data/0", bytes(16))]), b"abcdefgh", 3)


for protocol in range(6):

    class _Evil:
        def __reduce__(self):
            return os.system, ("touch /tmp/executed",)

    @hostile(f"pth: os.system, protocol {protocol}")
    def _(folder, protocol=protocol):
        program = pickle.dumps({"a": _Evil()}, protocol)
        return zipped(folder, {"a/data.pkl": program})


for name, call in {
    "eval": b"cbuiltins\neval\n" + text("1") + b"\x85R",
    "a module by an instruction": b"(" + text("id") + b"ios\nsystem\n",
    "an extension": b"\x82\x01",
    "a reference to something outside": text("x") + b"Q",
}.items():

    @hostile(f"pth: {name}")
    def _(folder, call=call):
        return pth(folder, b"}" + text("a") + call + b"s")


@hostile("npz: 100 MB of zeros in 100 kB")
def _(folder):
    np.savez_compressed(folder / "file.npz", a=np.zeros(25 << 20, "f4"))
    return folder / "file.npz"


@hostile("npz: an array compressed by bzip2")
def _(folder):
    array = npy(header=b"{'descr': '<f4', 'fortran_order': False, 'shape': (4,)}", data=bytes(16))
    return zipped(folder, {"a.npy": array}, zipfile.ZIP_BZIP2)


@hostile("npz: 3,000 names for one megabyte")
def _(folder):
    array = npy(header=b"{'descr': '<f4', 'fortran_order': False, 'shape': (262144,)}",
                data=bytes(1 << 20))  # fmt: skip
    data = zipped(folder, {"a.npy": array}).read_bytes()
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = bytearray(data[at : at + 46])
    entry[28:30] = struct.pack("<H", 9)
    directory = b"".join(bytes(entry) + f"{k:05}.npy".encode() for k in range(3000))
    tail = data[end : end + 8] + struct.pack("<HHII", 3000, 3000, len(directory), at) + b"\0\0"
    return written(folder, data[:at] + directory + tail)


@hostile("npz: a wrong checksum")
def _(folder):
    np.savez(folder / "file.npz", a=np.arange(1000, dtype="f8"))
    return flipped(folder / "file.npz", struct.pack("<d", 500), 2)


@hostile("npz: a wrong checksum of a compressed array")
def _(folder):
    np.savez_compressed(folder / "file.npz", a=np.arange(1000, dtype="f8"))
    path = folder / "file.npz"
    data = path.read_bytes()
    crc = struct.pack("<I", zlib.crc32(zipfile.ZipFile(path).read("a.npy")))
    return written(folder, data.replace(crc, b"\1\2\3\4"), "file.npz")


@hostile("npz: protected by a password")
def _(folder):
    np.savez(folder / "file.npz", a=np.zeros(4))
    data = bytearray((folder / "file.npz").read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return written(folder, data, "file.npz")


@hostile("npz: an object that is a program")
def _(folder):
    return zipped(folder, {"a.npy": npy(b"cos\nsystem\n" + text("id") + b"\x85R")})


@hostile("npy: brackets in brackets")
def _(folder):
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': " + b"(" * 9000 + b")" * 9000
    return written(folder, npy(header=header + b"}", data=bytes(4)))


for name, shape in {"a large": b"(1152921504606846976,)", "a negative": b"(-4,)",
                    "two huge axes in a": b"(4294967296, 4294967296)",
                    "9,000 axes in a": b"(" + b"1," * 4500 + b")"}.items():  # fmt: skip

    @hostile(f"npy: {name} shape")
    def _(folder, shape=shape):
        header = b"{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + b"}"
        return written(folder, npy(header=header, data=bytes(16)))


@hostile("npy: lists of lists of one list")
def _(folder):
    program = b"](" + b"N" * 1000 + b"e" + put(0)
    for _ in range(3):
        program += b"](" + get(0) * 200 + b"e" + put(0)
    return written(folder, npy(program))


@hostile("npy: 5,000 arrays of one text")
def _(folder):
    make = b"cnumpy.core.multiarray\n_reconstruct\n" + put(0)
    dtype = b"cnumpy\ndtype\n" + text("f4") + b"\x85R" + put(1)
    long = text("a" * (1 << 18)) + put(2)
    array = get(0) + b")R(" + number(1 << 16) + b"\x85" + get(1) + b"\x89" + get(2) + b"tb"
    items = b"".join(text(f"t{k}") + array for k in range(5000))
    return written(folder, npy(make + b"0" + dtype + b"0" + long + b"0}(" + items + b"u"))


@hostile("safetensors: a shape of 800,000 axes")
def _(folder):
    shape = b",".join([b"9"] * 800_000)
    return safetensors(
        folder, b'{"a":{"dtype":"F32","shape":[' + shape + b'],"data_offsets":[0,4]}}'
    )


@hostile("safetensors: 3,000 tensors over one megabyte")
def _(folder):
    entry = {"dtype": "F32", "shape": [1 << 18], "data_offsets": [0, 1 << 20]}
    return safetensors(folder, {f"t{k}": entry for k in range(3000)}, bytes(1 << 20))


@hostile("safetensors: two tensors with bytes in common")
def _(folder):
    entries = {
        name: {"dtype": "F32", "shape": [2], "data_offsets": [at, at + 8]}
        for name, at in (("a", 0), ("b", 4))
    }
    return safetensors(folder, entries, bytes(12))


@hostile("safetensors: a header of 20 MB")
def _(folder):
    entry = b'{"dtype":"F32","shape":[],"data_offsets":[0,4]}'
    entries = b",".join(b'"%d":%s' % (k, entry) for k in range(350_000))
    return safetensors(folder, b"{" + entries + b"}")


@hostile("safetensors: 30,000 tensors of nothing")
def _(folder):
    entry = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    return safetensors(folder, {f"t{k}": entry for k in range(30_000)})


@hostile("safetensors: a name twice")
def _(folder):
    entry = b'"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}'
    return safetensors(folder, b"{" + entry + b"," + entry + b"}")


for name, changed in {
    "a negative axis": {"shape": [-1]},
    "a text as axis": {"shape": ["1"]},
    "a shape that is text": {"shape": "1"},
    "offsets before the file": {"data_offsets": [-4, 0]},
    "offsets behind the file": {"data_offsets": [1 << 40, (1 << 40) + 4]},
    "an unknown type": {"dtype": "F32" * 100_000},
    "huge axes": {"shape": [1 << 62, 1 << 62]},
}.items():

    @hostile(f"safetensors: {name}")
    def _(folder, changed=changed):
        entry = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]} | changed
        return safetensors(folder, {"a": entry})


@hostile("safetensors: a number of 100,000 digits")
def _(folder):
    entry = b'{"a":{"dtype":"F32","shape":[' + b"9" * 100_000 + b'],"data_offsets":[0,4]}}'
    return safetensors(folder, entry)


@hostile("safetensors: a layer whose number has 5,000 digits")
def _(folder):
    entry = {"dtype": "F32", "shape": [1, 1, 1, 1], "data_offsets": [0, 4]}
    return safetensors(folder, {f"features.{'9' * 5000}.weight": entry})


@hostile("safetensors: brackets in brackets")
def _(folder):
    return safetensors(folder, b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}")


def _h5(folder):
    import h5py

    return h5py.File(folder / "file", "w", libver="earliest")


@hostile("hdf5: 1,000 groups in each other")
def _(folder):
    with _h5(folder) as file:
        group = file
        for _ in range(1000):
            group = group.create_group("g")
        group["a"] = np.zeros(4, "f4")
    return folder / "file"


@hostile("hdf5: 6,000 groups")
def _(folder):
    with _h5(folder) as file:
        for k in range(6000):
            file.create_group(str(k))
    return folder / "file"


@hostile("hdf5: 20 million chunks of a byte")
def _(folder):
    with _h5(folder) as file:
        file.create_dataset("a", (20 << 20,), "u1", chunks=(1,))
    return folder / "file"


@hostile("hdf5: 40 GB of nothing")
def _(folder):
    with _h5(folder) as file:
        file.create_dataset("a", (10**10,), "f4", chunks=(1000,))
    return folder / "file"


@hostile("hdf5: numbers in /etc/passwd")
def _(folder):
    with _h5(folder) as file:
        file.create_dataset("a", (100,), "u1", external=[("/etc/passwd", 0, 100)])
    return folder / "file"


@hostile("hdf5: numbers of another file")
def _(folder):
    import h5py

    with h5py.File(folder / "file", "w") as file:
        layout = h5py.VirtualLayout((4,), "f4")
        layout[:] = h5py.VirtualSource("/etc/hosts", "x", (4,))
        file.create_virtual_dataset("a", layout)
    return folder / "file"


@hostile("hdf5: 2,000 references to one long text")
def _(folder):
    return _references(folder, ["layer_names"], 2000, 100_000)


@hostile("hdf5: 20 attributes of 1,000 references to one long text")
def _(folder):
    return _references(folder, [f"layer_names{k}" for k in range(20)], 1000, 60_000)


def _references(folder, attributes, count, length):
    """Attributes with so many references each, all of them to one text of this length."""
    import h5py

    with _h5(folder) as file:
        file["text"] = "x" * length
        for key in attributes:
            file.attrs.create(key, ["abcdefgh"] * count, dtype=h5py.string_dtype())
    data = (folder / "file").read_bytes()
    # a reference is a length and a place; the first with this length is that of the text
    at = data.index(struct.pack("<I", length))
    reference = data[at : at + 16]
    pattern = rb"(?:\x08\0\0\0.{12}){%d}" % count
    found, changed = re.subn(pattern, lambda _: reference * count, data, flags=re.DOTALL)
    assert changed == len(attributes)
    return written(folder, found)


@hostile("keras: a wrong checksum")
def _(folder):
    path = written(folder, weight_files.keras()[0])
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("model.weights.h5")
    data = bytearray(path.read_bytes())
    if entry.compress_type == zipfile.ZIP_STORED:
        data[entry.header_offset + entry.compress_size - 8] ^= 1
    return written(folder, data)


@hostile("keras: a configuration of 80 MB of zeros")
def _(folder):
    members = {"config.json": bytes(80 << 20), "model.weights.h5": weight_files.hdf5()[0]}
    return zipped(folder, members, zipfile.ZIP_DEFLATED)


for name, target in {"of /etc/passwd": "/etc/passwd", "of a file above": "../file",
                     "of a device": "zero", "of a pipe": "pipe"}.items():  # fmt: skip

    @hostile(f"index: {name}")
    def _(folder, target=target):
        (folder / "zero").symlink_to("/dev/zero")
        os.mkfifo(folder / "pipe")
        return written(folder, json.dumps({"weight_map": {"a": target}}).encode())


@hostile("index: of 2,000 files")
def _(folder):
    return written(folder, json.dumps({"weight_map": {f"a{k}": f"f{k}" for k in range(2000)}})
                   .encode())  # fmt: skip


@hostile("onnx: 300,000 nodes")
def _(folder):
    node = b"\x0a\x00"
    graph = node * 300_000
    length = len(graph)
    size = bytes([length & 127 | 128, length >> 7 & 127 | 128, length >> 14])
    return written(folder, b"\x08\x08\x3a" + size + graph)


@hostile("device: endless zeros")
def _(folder):
    return Path("/dev/zero")


@hostile("device: a pipe")
def _(folder):
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


@hostile("device: a link to endless zeros")
def _(folder):
    (folder / "link").symlink_to("/dev/zero")
    return folder / "link"
