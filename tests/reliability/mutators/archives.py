"""Damage to zips and tars: fields of their directories, and archives with hostile entries."""

import gzip
import io
import struct
import tarfile
import warnings
import zipfile
from functools import cache

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
NAMES = (
    "../../outside.py", "/tmp/outside.py", "..\\..\\outside.py", "C:\\outside.py", "C:outside.py",
    "//host/share/outside.py", "a/../../outside.py", "./loss.py", "loss.py/", "loss.py/x.py", "",
    ".", "..",
    "/", "a" * 300 + ".py", "a/" * 300 + "a.py", "lo\0ss.py", "lo\nss.py", "con.py", "aux",
    "loss.py.",
    "loss.py ", " loss.py", "LOSS.PY", "loss.py", "loss.zip", "loss.ipynb", "\u202eyp.ssol", "é.py",
    "\udcff.py", "__MACOSX/._loss.py", ".hidden.py", "-rf.py", "~/x.py", "$(id).py", "a.tar.gz",
    "a.rar",
)  # fmt: skip
INTERESTING = (
    0,
    1,
    2,
    6,
    8,
    9,
    12,
    14,
    93,
    98,
    99,
    0x21,
    0x7F,
    0xFF,
    0xFFFF,
    0xFFFFFFFF,
    0x7FFFFFFF,
)
DATES = (
    (1980, 0, 0, 0, 0, 0), (1980, 2, 30, 0, 0, 0), (2107, 12, 31, 23, 59, 58), (2024, 13, 1, 0, 0,
    0),
    (2024, 1, 32, 25, 61, 62), (2024, 15, 31, 31, 63, 62),
)  # fmt: skip
LOCAL, CENTRAL, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
FIELDS = {  # the offsets and sizes of the fields of a record
    LOCAL: ((4, 2), (6, 2), (8, 2), (10, 2), (12, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)),
    CENTRAL: (
        (4, 2), (6, 2), (8, 2), (10, 2), (12, 2), (14, 2), (16, 4), (20, 4), (24, 4), (28, 2),
        (30, 2),
        (32, 2), (34, 2), (36, 2), (38, 4), (42, 4),
    ),
    END: ((4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2)),
}  # fmt: skip


def _records(data, mark):
    found, at = [], data.find(mark)
    while at >= 0:
        found.append(at)
        at = data.find(mark, at + 1)
    return found


def field(data, rng):
    """A field of a local header, of the central directory, or of its end."""
    mark = rng.choice((LOCAL, CENTRAL, CENTRAL, END))
    at = rng.choice(_records(data, mark))
    offset, size = rng.choice(FIELDS[mark])
    old = int.from_bytes(data[at + offset : at + offset + size], "little")
    value = rng.choice(
        (*INTERESTING, old + 1, old - 1, old * 2, old ^ 1 << rng.randrange(8 * size))
    )
    value %= 1 << 8 * size
    return data[: at + offset] + value.to_bytes(size, "little") + data[at + offset + size :]


def stream(data, rng):
    """A byte of the compressed data of an entry."""
    at = rng.choice(_records(data, LOCAL))
    size, name, extra = struct.unpack("<I4xHH", data[at + 18 : at + 30])
    at += 30 + name + extra + rng.randrange(size)
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def name_of_entry(data, rng):
    """Another name of the same length, in the central directory or in both."""
    at = rng.choice(_records(data, CENTRAL)) + 46
    length = int.from_bytes(data[at - 18 : at - 16], "little")
    old = data[at : at + length]
    new = rng.choice(
        (b"../../" * 99, b"/tmp/" + b"a" * 999, b"\xff" * 999, bytes(999), b"a/" * 999)
    )[:length]
    if rng.random() < 0.5:
        return data.replace(old, new)
    return data[:at] + new + data[at + length :]


def _write(archive, name, content):
    """An entry of a fixed date, so that a mutant of one seed is always the same."""
    archive.writestr(zipfile.ZipInfo(name), content, compress_type=archive.compression)


@cache
def _zeros(megabytes):
    """A zip with an entry of zeros: small itself."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, "zeros.py", bytes(megabytes << 20))
    return file.getvalue()


@cache
def _nested(depth):
    inner = b"x = 1\n"
    for level in range(depth):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            _write(archive, "loss.py" if level == 0 else "inner.zip", inner)
        inner = file.getvalue()
    return inner


def entry(data, rng):
    """One more entry: a strange name, a link, a date that is none, a zip in the zip."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there already
        file = io.BytesIO(data)
        with zipfile.ZipFile(file, "a") as archive:
            names = archive.namelist()
            info = zipfile.ZipInfo("x", rng.choice((*DATES, (2024, 5, 6, 7, 8, 10))))
            info.filename = rng.choice((*NAMES, *names))
            info.compress_type = rng.choice(METHODS)
            modes = (0o100644, 0o100644, 0o100000, 0o120777, 0o010644, 0o020666, 0o040000, 0o104777)
            info.external_attr = rng.choice(modes) << 16
            info.create_system = rng.choice((0, 3, 3, 255))
            info.comment = rng.randbytes(rng.choice((0, 0, 9, 60000)))
            info.extra = rng.choice(
                (b"", b"", b"\x01\x00\x04\x00", b"\x01\x00\x08\x00" + b"\xff" * 8, b"UT")
            )
            content = rng.choice((
                b"def f(): pass\n", b"/etc/passwd", b"../../../etc/passwd", b"", _nested(1),
                _nested(2),
                _nested(9), _zeros(1), data[: 1 << 16], rng.randbytes(99),
            ))  # fmt: skip
            archive.writestr(info, content)
            archive.comment = rng.choice((b"", b"", END + bytes(18), b"x" * 65535))
    return file.getvalue()


def many_entries(data, rng):
    """Some hundred empty entries more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = io.BytesIO(data)
        with zipfile.ZipFile(file, "a") as archive:
            for number in range(rng.choice((10, 300))):
                name = rng.choice((f"{number}.py", "same.py", f"{number}/", "a/" * number))
                _write(archive, name, b"")
    return file.getvalue()


def bomb(data, rng):
    """Zeros: one large entry, once or some times over the same bytes, or a size that is a lie."""
    whole = _zeros(rng.choice((1, 8, 21)))
    if rng.random() < 0.5:
        return whole
    at = _records(whole, CENTRAL)[0]
    size = rng.choice((1, 1000, 2**31, 2**32 - 1))
    return whole[: at + 24] + size.to_bytes(4, "little") + whole[at + 28 :]


def surrounded(data, rng):
    """Bytes before it, as in a self-extracting program, or after it."""
    more = rng.choice((b"MZ", b"#!/bin/sh\n", bytes(1000), END + bytes(18), data[: len(data) // 2]))
    return more + data if rng.random() < 0.5 else data + more


def encrypted(data, rng):
    """The flag of encryption, in all records."""
    found = bytearray(data)
    for mark, offset in ((LOCAL, 6), (CENTRAL, 8)):
        for at in _records(data, mark):
            found[at + offset] |= rng.choice((1, 0x41))
    return bytes(found)


ZIP = (
    field,
    field,
    field,
    stream,
    stream,
    name_of_entry,
    entry,
    entry,
    many_entries,
    bomb,
    surrounded,
    encrypted,
)

# without the damage to compressed data
ZIP_STORED = tuple(mutator for mutator in ZIP if mutator is not stream)

BLOCK = 512
TAR_FIELDS = (  # offsets and sizes: name, mode, ids, size, time, type, link, magic, names, prefix
    (0, 100), (100, 8), (108, 8), (116, 8), (124, 12), (136, 12), (156, 1), (157, 100), (257, 8),
    (265, 32), (297, 32), (329, 8), (337, 8), (345, 155),
)  # fmt: skip
TAR_TYPES = b"01234567LKSxgXVMND\0 "


def tar_field(data, rng):
    """A field of a header; mostly its sum is right again."""
    heads = [at for at in range(0, len(data), BLOCK) if data[at + 257 : at + 262] == b"ustar"]
    at = rng.choice(heads)
    head = bytearray(data[at : at + BLOCK])
    offset, size = rng.choice(TAR_FIELDS)
    value = rng.choice((
        bytes(size), b"7" * size, b"-1".ljust(size, b"\0"), b"\x80" + bytes(size - 1),
        b"\xff" * size,
        b"\x80" + b"\x7f" * (size - 1), b"../../outside"[:size].ljust(size, b"\0"),
        rng.randbytes(size),
        bytes([rng.choice(TAR_TYPES)]) * size, b" " * size, b"9999999"[:size].ljust(size, b"\0"),
    ))  # fmt: skip
    head[offset : offset + size] = value[:size]
    if rng.random() < 0.8:
        head[148:156] = b" " * 8
        head[148:156] = b"%06o\0 " % sum(head)
    return data[:at] + bytes(head) + data[at + BLOCK :]


def tar_entry(data, rng):
    """One more entry before the others: a strange name, a link, a device."""
    file = io.BytesIO()
    form = rng.choice((tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT))
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        for _ in range(rng.choice((1, 1, 5))):
            info = tarfile.TarInfo(rng.choice(NAMES))
            info.type = bytes([rng.choice(TAR_TYPES[:8])])
            info.linkname = rng.choice((*NAMES, "loss.py", "/etc/passwd"))
            info.mode, info.mtime = rng.choice((0o644, 0o4777, 0)), rng.choice((0, 1e9, 1e11))
            content = rng.choice((b"x = 1\n", b"", bytes(1 << 20)))
            info.size = len(content) if info.type == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(content))
            archive.pax_headers = {}
    return (
        file.getvalue().rstrip(b"\0").ljust(-(-len(file.getvalue()) // BLOCK) * BLOCK, b"\0") + data
    )


def tar_block(data, rng):
    """A block of 512 bytes missing, twice, or zero."""
    at = rng.randrange(0, len(data), BLOCK)
    block = data[at : at + BLOCK]
    return data[:at] + rng.choice((b"", block * 2, bytes(BLOCK), block * 50)) + data[at + BLOCK :]


TAR = (tar_field, tar_field, tar_field, tar_entry, tar_block)


def _packed(change):
    """The change made to the tar inside of a gzip."""
    return lambda data, rng: gzip.compress(change(gzip.decompress(data), rng), 1, mtime=0)


TAR_GZ = tuple(map(_packed, TAR))
