"""Damage to HDF5: the little-endian numbers of its structures (addresses, sizes, counts, flags)."""

VALUES = (0, 1, 2, 7, 0xFF, 0xFFFF, 2**31 - 1, 2**32 - 1, 2**63 - 1, 2**64 - 1)
MARKS = (b"OHDR", b"TREE", b"SNOD", b"HEAP", b"\x89HDF", b"FRHP", b"BTHD")


def _near_mark(data, rng):
    marks = [data.find(mark) for mark in MARKS if mark in data]
    return rng.choice(marks) + rng.randrange(64)


def number(data, rng):
    """A number near one of the marks of a structure."""
    at, size = _near_mark(data, rng), rng.choice((1, 2, 4, 8))
    value = rng.choice((*VALUES, len(data), rng.randrange(len(data)))) % (1 << 8 * size)
    return data[:at] + value.to_bytes(size, "little") + data[at + size :]


def address(data, rng):
    """An aligned number that may be an address points to another place of the file."""
    places = [
        at
        for at in range(0, len(data) - 8, 8)
        if 0 < int.from_bytes(data[at : at + 8], "little") < len(data)
    ]
    at = rng.choice(places)
    return data[:at] + rng.choice((rng.randrange(len(data)), 0, 2**64 - 1)).to_bytes(
        8, "little"
    ) + data[at + 8 :]  # fmt: skip


MUTATORS = (number, number, address, address)
