"""Damage to pickles: other instructions, arguments, and pieces of programs; also inside of zips."""

import io
import pickletools
import zipfile

CODES = "".join(each.code for each in pickletools.opcodes).encode("latin-1")
PIECES = (
    b"0", b"2", b"(", b"t", b"}", b"]", b"N", b"R", b"b", b"a", b"e", b"s", b"u", b"h\0", b"h\1",
    b"q\0", b"cos\nsystem\n", b"cargparse\nNamespace\n)\x81}b", b"J\xff\xff\xff\x7f",
    b"\x8a\x09" + b"\xff" * 8 + b"\0", b"B\xff\xff\xff\xff", b"\x8e" + b"\xff" * 8, b"]q\0h\0a",
)  # fmt: skip


def _places(data):
    """Where the instructions of the longest program in the data begin."""
    file, found = io.BytesIO(data), []
    file.seek(max(0, data.find(b"\x80")))
    try:
        while True:
            places = [at for _, _, at in pickletools.genops(file) if at is not None]
            found = max(found, places, key=len)
    except Exception:
        return found


def _change(place):
    def mutator(data, rng):
        at = rng.choice(_places(data))
        return place(data, at, rng)

    return mutator


instruction = _change(lambda d, at, rng: d[:at] + bytes([rng.choice(CODES)]) + d[at + 1 :])
piece = _change(lambda d, at, rng: d[:at] + rng.choice(PIECES) + d[at:])
argument = _change(lambda d, at, rng: d[: at + 1] + rng.randbytes(1) + d[at + 2 :])
MUTATORS = (instruction, instruction, piece, piece, argument)


def _in_zip(change):
    """The change made to a pickle in a zip, which is otherwise whole."""

    def mutator(data, rng):
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
            for entry in old.infolist():
                content = old.read(entry)
                if entry.filename.endswith(".pkl"):
                    content = change(content, rng)
                new.writestr(zipfile.ZipInfo(entry.filename), content)  # of a fixed date
        return target.getvalue()

    return mutator


IN_ZIP = tuple(map(_in_zip, MUTATORS))
