"""ONNX files as bytes: recognised, and measured before the package onnx builds objects from them.

An ONNX file is a protobuf message without a signature: fields of (number, wire type, value). A
field of two bytes can become an object of a hundred, so the fields are counted first.
"""

from mmap import mmap
from typing import NamedTuple

from minivgg.weights.memory_map import CorruptFileError

MAX_IR_VERSION = 127  # of the file format: 13 in 2025
MAX_ENTRIES = 50_000  # fields: a VGG net has less than a thousand
MAX_OTHER_BYTES = 8 << 20  # of everything but weights and text
MAX_DEPTH = 20  # of graphs inside of nodes

VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5  # wire types
# the fields of a ModelProto, and their wire types
MODEL_FIELDS = {
    1: VARINT, 2: LENGTH, 3: LENGTH, 4: LENGTH, 5: VARINT, 6: LENGTH, 7: LENGTH, 8: LENGTH,
    14: LENGTH, 20: LENGTH, 25: LENGTH, 26: LENGTH,
}  # fmt: skip
GRAPH_FIELD = 7


class _Message(NamedTuple):
    """nested: the messages in its fields. plain: fields that need no more memory than bytes."""

    nested: dict[int, str]
    plain: set[int]


MESSAGES = {
    "model": _Message({7: "graph"}, {2, 3, 4, 6}),
    "graph": _Message({1: "node", 5: "tensor"}, {2, 10}),
    "node": _Message({5: "attribute"}, {1, 2, 3, 4, 6, 7, 8}),
    "attribute": _Message({5: "tensor", 6: "graph", 10: "tensor", 11: "graph"}, {1, 4, 7, 13, 21}),
    "tensor": _Message({}, {4, 5, 8, 9, 10, 12}),
}


def is_onnx(memory: mmap) -> bool:
    """Whether a mapped file begins with the fields of an ONNX model, and a graph among them.

    Parameters
    ----------
    memory : mmap
        The file.

    Returns
    -------
    bool
        True also if the rest of the file is damaged.
    """
    if memory[:1] != b"\x08" or len(memory) < 2 or not 0 < memory[1] <= MAX_IR_VERSION:
        return False
    at = 0
    try:
        while at < len(memory):
            number, wire, start, at = _field(memory, at, len(memory))
            if MODEL_FIELDS.get(number) != wire:
                return False
            if number == GRAPH_FIELD:
                return memory[start:at][:1] in (b"", b"\n", b"\x12")  # nodes or a name come first
    except CorruptFileError:
        return False
    return False


def check_size(memory: mmap) -> None:
    """Check that an ONNX file is whole, and needs little more memory than it has bytes.

    Parameters
    ----------
    memory : mmap
        The file.

    Raises
    ------
    CorruptFileError
        If a field ends beyond its message, or there are too many of them.
    """
    _Measured(memory).add("model", 0, len(memory), 0)


class _Measured:
    """What has been counted so far."""

    def __init__(self, memory: mmap) -> None:
        self.memory = memory
        self.entries = self.other_bytes = 0

    def add(self, message: str, at: int, end: int, depth: int) -> None:
        nested, plain = MESSAGES[message]
        if depth > MAX_DEPTH:
            raise CorruptFileError("its graphs are nested too deeply")
        while at < end:
            number, wire, start, at = _field(self.memory, at, end)
            if at > end:
                raise CorruptFileError(
                    f"it is truncated or damaged: a {message} would end at byte {at:,} of {end:,}"
                )
            self.entries += 1
            if wire == LENGTH and number in nested:
                self.add(nested[number], start, at, depth + 1)
            elif wire == LENGTH and number not in plain:
                self.other_bytes += at - start
            if self.entries > MAX_ENTRIES or self.other_bytes > MAX_OTHER_BYTES:
                raise CorruptFileError("it has more entries than any VGG net needs")


def _field(memory: mmap, at: int, end: int) -> tuple[int, int, int, int]:
    """(number, wire type, start and end of the value) of the field at a byte."""
    tag, at = _varint(memory, at, end)
    number, wire = tag >> 3, tag & 7
    if wire == VARINT:
        return number, wire, at, _varint(memory, at, end)[1]
    if wire == LENGTH:
        length, at = _varint(memory, at, end)
        return number, wire, at, at + length
    if wire in (EIGHT_BYTES, FOUR_BYTES):
        return number, wire, at, at + (8 if wire == EIGHT_BYTES else 4)
    raise CorruptFileError(f"it is damaged: byte {at:,} begins no field of a protobuf message")


def _varint(memory: mmap, at: int, end: int) -> tuple[int, int]:
    """(the number of up to ten bytes, of seven bits each, that begins at a byte; where it ends)."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= end:
            raise CorruptFileError(f"it is truncated or damaged: it ends at byte {end:,}")
        byte = memory[at]
        value, at = value | (byte & 127) << shift, at + 1
        if byte < 128:
            return value, at
    raise CorruptFileError(f"it is damaged: the number at byte {at - 10:,} is too long")
