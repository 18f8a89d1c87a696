"""Damage to a container of a JSON header and raw bytes, with or without a length before it."""

import json
import struct

from . import json_values
from .json_values import NUMBERS

LENGTHS = ("<Q", ">Q", "<I", ">I")  # how a length before the header may be written


def _parts(data):
    """(what is before the header, the tree in it, what follows)."""
    start = min(at for at in (data.find(b"{"), data.find(b"[")) if at >= 0)
    text = data[start:].decode("latin-1")
    tree, end = json.JSONDecoder().raw_decode(text)
    return data[:start], tree, data[start + end :], end


def _with_header(change):
    """The header changed, and mostly its length, too."""

    def mutator(data, rng):
        before, tree, after, old = _parts(data)
        header = json_values.written(change(tree, rng), rng)
        if rng.random() < 0.8:
            before = _with_length(before, old, len(header))
        return before + header + after

    return mutator


def _with_length(before, old, new):
    for form in LENGTHS:
        size = struct.calcsize(form)
        if before[-size:] == struct.pack(form, old):
            return before[:-size] + struct.pack(form, new)
    return before


def _length(data, rng):
    before, _, _, old = _parts(data)
    new = rng.choice((0, 1, old - 1, old + 1, len(data), 2**31, 2**32 - 1))
    return _with_length(before, old, new) + data[len(before) :]


def _body(data, rng):
    before, _, after, old = _parts(data)
    head, size = data[: len(before) + old], len(after)
    return head + rng.choice((
        b"", after[: size // 2], after[:-1], after + b"\0", after * 2, bytes(size), b"\xff" * size,
        after[size // 2 :] + after[: size // 2], rng.randbytes(size), after + bytes(10**6),
    ))  # fmt: skip


def _number(tree, rng):
    """Shapes, offsets and counts."""
    found = [(c, k) for c, k in json_values.places(tree) if type(c[k]) is int]
    container, key = rng.choice(found)
    old = container[key]
    container[key] = rng.choice((*NUMBERS, old + 1, old - 1, -old, old * 2, old + 2**32))
    return tree


def _type(tree, rng):
    """Names of dtypes."""
    found = [(c, k) for c, k in json_values.places(tree) if isinstance(c[k], str)]
    container, key = rng.choice(found)
    container[key] = rng.choice((
        "O", "object", "|O8", "<U1000000000", "S4", "V8", "<f8", ">f8", "f2", "c16", "M8[s]",
        "bool",
        "|b1", "<i8", "u8,f8", "(2,)f4", "float128", "", "a" * 10**5, "\ud800", "F32", "BF16",
    ))  # fmt: skip
    return tree


MUTATORS = (
    *map(_with_header, (*json_values.TREES, _number, _number, _type, _type)), _length, _body, _body,
)  # fmt: skip
