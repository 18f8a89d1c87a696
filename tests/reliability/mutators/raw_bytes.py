"""Damage that needs no knowledge of the format: broken disks, broken uploads, fuzzing."""

INTERESTING = (0, 1, 0x7F, 0x80, 0xFE, 0xFF, 10, 13, 32, 34, 39, 44, 45, 46, 47, 58, 91, 92, 123)
MAX_BLOCK = 300


def _block(data, rng):
    """The start and end of a block, mostly a short one, near one of the ends in a third of all."""
    length = min(rng.choice((1, 2, 4, 8, 64, MAX_BLOCK)), len(data))
    last = len(data) - length
    start = rng.choice((rng.randint(0, last), min(rng.randrange(64), last), max(0, last - 64)))
    return start, start + length


def flipped(data, rng):
    """One to eight bits flipped."""
    found = bytearray(data or b"\0")
    for _ in range(rng.choice((1, 1, 2, 8))):
        found[rng.randrange(len(found))] ^= 1 << rng.randrange(8)
    return bytes(found)


def changed(data, rng):
    """A block of other bytes."""
    start, end = _block(data, rng)
    return data[:start] + rng.randbytes(end - start) + data[end:]


def set_to_interesting(data, rng):
    """A byte, or 2, 4 or 8 in a row, of a value that is at the edge of something."""
    start = rng.randrange(len(data) or 1)
    value = bytes([rng.choice(INTERESTING)]) * rng.choice((1, 1, 2, 4, 8))
    return data[:start] + value + data[start + len(value) :]


def inserted(data, rng):
    """A block of other bytes more."""
    start = rng.randint(0, len(data))
    return data[:start] + rng.randbytes(rng.randint(1, 64)) + data[start:]


def deleted(data, rng):
    """A block less."""
    start, end = _block(data, rng)
    return data[:start] + data[end:]


def duplicated(data, rng):
    """A block twice, or some hundred times."""
    start, end = _block(data, rng)
    return data[:end] + data[start:end] * rng.choice((1, 1, 2, 200)) + data[end:]


def swapped(data, rng):
    """Two blocks exchanged."""
    if len(data) < 2:
        return data
    first, second = sorted(rng.sample(range(len(data)), 2))
    length = min(second - first, len(data) - second, rng.randint(1, MAX_BLOCK))
    a, b = data[first : first + length], data[second : second + length]
    return data[:first] + b + data[first + length : second] + a + data[second + length :]


def truncated(data, rng):
    """The end is missing, or the beginning."""
    at = rng.choice((rng.randint(0, len(data)), max(0, len(data) - rng.randint(1, 32)), 0))
    return data[at:] if rng.random() < 0.2 else data[:at]


def zeroed(data, rng):
    """Zeros, from some byte for some length or to the end, as after a power cut."""
    start = rng.randrange(len(data) or 1)
    end = rng.choice((len(data), min(len(data), start + rng.randint(1, 4096))))
    return data[:start] + bytes(end - start) + data[end:]


def repeated(data, rng):
    """The whole file twice or three times."""
    return data * rng.choice((2, 3))


def spliced(first, second, rng):
    """The beginning of one file and the end of another."""
    return first[: rng.randint(0, len(first))] + second[rng.randint(0, len(second)) :]


MUTATORS = (
    flipped, flipped, changed, set_to_interesting, set_to_interesting, inserted, deleted,
    duplicated, swapped, truncated, zeroed, repeated,
)  # fmt: skip
