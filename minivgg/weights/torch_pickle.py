"""PyTorch's .pth, both kinds, without torch and without pickle.

A pickle is a small program for a stack machine, and one of its instructions calls any function by name; that is how a file can run code.
The machine here knows a table of tensors and nothing else: it puts numbers, texts, tuples and dictionaries together and writes down which
bytes belong to which tensor. It has no instruction that calls anything, so there is nothing to abuse.

zip:     NAME/data.pkl is the program, NAME/data/KEY are the bytes of storage KEY          (since PyTorch 1.6)
legacy:  five pickles in a row (a magic number, a version, the machine, the program, the keys), then for each key a count and the bytes
"""

import io
import pickletools
from typing import NamedTuple

import numpy as np

from minivgg.weights.memory_map import CorruptFileError, view_at
from minivgg.weights.npz import is_zip, members

MAGIC = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."  # the pickled number 0x1950a86a20f9469cfc6c, with which legacy files begin
DTYPES = {
    "DoubleStorage": "<f8", "FloatStorage": "<f4", "HalfStorage": "<f2", "LongStorage": "<i8", "IntStorage": "<i4", "ShortStorage": "<i2",
    "CharStorage": "i1", "ByteStorage": "u1", "BoolStorage": "?",
}  # fmt: skip
STORAGES = {f"torch {name}": np.dtype(dtype) for name, dtype in DTYPES.items()}
ORDERED_DICT = "collections OrderedDict"
TENSORS = ("torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_tensor")
PARAMETER = "torch._utils _rebuild_parameter"
STATES = (
    "state_dict",
    "model_state_dict",
    "model",
)  # under which training scripts keep the weights among other things

LITERALS = {
    "BININT", "BININT1", "BININT2", "LONG1", "LONG4", "INT", "LONG", "BINFLOAT", "FLOAT", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8",
    "UNICODE", "BINSTRING", "SHORT_BINSTRING", "STRING", "BINBYTES", "SHORT_BINBYTES",
}  # fmt: skip
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
MARK = object()
KEYS = (
    str,
    int,
    float,
    bytes,
    type(None),
)  # what a dictionary's keys are; hashing a deep tuple would take the stack, or for ever
MOST = (
    1_000_000  # instructions of one program; a large net with the optimizer's state needs 100,000
)
CONTENTS = 1 << 20  # bytes at the end of a zip, with its table of contents


class Name(NamedTuple):
    """A function or class that the program names; known ones only, and never looked up."""

    name: str


class Storage(NamedTuple):
    """A piece of the file: its key, what its numbers are and how many."""

    key: str
    dtype: np.dtype
    count: int


class Tensor(NamedTuple):
    """Which numbers of a storage a tensor shows; offset and strides count numbers."""

    storage: Storage
    offset: int
    shape: tuple
    strides: tuple


def is_torch_zip(memory):
    """Whether a file is a zip with such a program, the first of whose members is NAME/data.pkl or NAME/.format_version or the like."""
    return is_zip(memory) and memory.rfind(b"/data.pkl", max(0, len(memory) - CONTENTS)) > 0


def is_legacy(memory):
    """Whether a file begins with the magic number."""
    return memory[: len(MAGIC)] == MAGIC


def read_torch_zip(path, memory):
    """({name: array shown from the file}, {}). Raises ``CorruptFileError``."""
    found = members(path, memory)
    program = next((name for name in found if name.endswith("/data.pkl")), None)
    if program is None:
        raise CorruptFileError("it lacks data.pkl")
    root = program.removesuffix("data.pkl")
    if root + "byteorder" in found:
        start, size = found[root + "byteorder"]
        if memory[start : start + size] != b"little":
            raise CorruptFileError("its numbers are not little-endian")
    start, size = found[program]
    places = {
        name.removeprefix(f"{root}data/"): place
        for name, place in found.items()
        if name.startswith(f"{root}data/")
    }
    return _arrays(memory, _state(run(io.BytesIO(memory[start : start + size]))[0]), places), {}


def read_legacy(path, memory):
    """({name: array shown from the file}, {}). Raises ``CorruptFileError``."""
    memory.seek(0)
    (_, version, machine, state, keys), kept = zip(*(run(memory) for _ in range(5)), strict=True)
    if version != 1001 or not isinstance(machine, dict) or not machine.get("little_endian", True):
        raise CorruptFileError("it is of an unknown version, or its numbers are not little-endian")
    state, storages, places, at = _state(state), kept[3], {}, memory.tell()
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise CorruptFileError("its list of storages cannot be read")
    for key in keys:
        if at + 8 > len(memory):
            raise CorruptFileError(
                f"it is truncated: storage {key!r} would begin at byte {at:,} of {len(memory):,}"
            )
        count = int.from_bytes(memory[at : at + 8], "little")
        if key not in storages:
            raise CorruptFileError(f"storage {key!r} is not in its table")
        if count != storages[key].count:
            raise CorruptFileError(
                f"storage {key!r} has {count:,} numbers, but the table says {storages[key].count:,}"
            )
        places[key] = at + 8, count * storages[key].dtype.itemsize
        at += 8 + places[key][1]
    return _arrays(memory, state, places), {}


def _state(found):
    """{name: Tensor} of what a program left on the stack: a state dict, or a dictionary with one in it."""
    for key in STATES:
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
    if not isinstance(found, dict) or not found:
        raise CorruptFileError(
            "it holds no dictionary of tensors (save model.state_dict(), not the model)"
        )
    for name, tensor in found.items():
        if not isinstance(name, str) or not isinstance(tensor, Tensor):
            raise CorruptFileError(
                f"its entry {name!r} is no tensor (save model.state_dict(), not the model)"
            )
    return found


def _arrays(memory, state, places):
    found = {}
    for name, (storage, offset, shape, strides) in state.items():
        if storage.key not in places:
            raise CorruptFileError(f"it lacks storage {storage.key!r}, the numbers of {name}")
        start, size = places[storage.key]
        item = storage.dtype.itemsize
        array = view_at(
            memory,
            name,
            start + offset * item,
            storage.dtype,
            shape,
            tuple(s * item for s in strides),
        )
        reach = offset + sum((n - 1) * s for n, s in zip(shape, strides, strict=True)) + 1
        if array.size and reach * item > size:
            raise CorruptFileError(
                f"{name} reaches beyond its storage: number {reach:,} of {size // item:,}"
            )
        found[name] = array
    return found


def run(file):
    """Let one program, at the place where ``file`` is, build what it builds: (texts, numbers, tuples, lists, dictionaries, ``Tensor``s;
    {key: ``Storage``} of all that it mentions).

    Raises ``CorruptFileError`` for one that cannot be read, or names or calls anything else.
    """
    machine = _Machine()
    try:
        for instruction, argument, _ in pickletools.genops(file):
            machine.spend(1)
            machine.step(instruction.name, argument)
    except (
        ValueError,
        IndexError,
        KeyError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
        MemoryError,
    ) as error:
        raise CorruptFileError(
            f"it is truncated or damaged: its table of tensors cannot be read ({error or type(error).__name__})"
        ) from error
    return machine.stack[-1] if machine.stack else None, machine.storages


class _Machine:
    """The stack, the memo, and one method for the instructions that torch.save uses."""

    def __init__(self):
        self.stack, self.memo, self.storages, self.spent = [], {}, {}, 0

    def spend(self, count):
        """Keep a small file from building something large."""
        self.spent += count
        if self.spent > MOST:
            raise CorruptFileError(f"its table of tensors takes more than {MOST:,} steps")

    def step(self, name, argument):
        stack = self.stack
        if name in LITERALS:
            stack.append(argument)
        elif name in CONSTANTS:
            stack.append(CONSTANTS[name])
        elif name in ("PROTO", "FRAME", "STOP"):
            pass
        elif name == "MARK":
            stack.append(MARK)
        elif name in ("EMPTY_DICT", "EMPTY_LIST"):
            stack.append({} if name == "EMPTY_DICT" else [])
        elif name in ("BINPUT", "LONG_BINPUT", "PUT", "MEMOIZE"):
            self.memo[len(self.memo) if name == "MEMOIZE" else argument] = stack[-1]
        elif name in ("BINGET", "LONG_BINGET", "GET"):
            stack.append(self.memo[argument])
        elif name in ("TUPLE1", "TUPLE2", "TUPLE3"):
            stack.append(tuple(reversed([stack.pop() for _ in range(int(name[-1]))])))
        elif name in ("TUPLE", "LIST"):
            items = self.since_mark()
            stack.append(tuple(items) if name == "TUPLE" else items)
        elif name in ("APPEND", "APPENDS"):
            items = [stack.pop()] if name == "APPEND" else self.since_mark()
            self.top(list).extend(items)
        elif name in ("SETITEM", "SETITEMS", "DICT"):
            items = [stack.pop(), stack.pop()][::-1] if name == "SETITEM" else self.since_mark()
            if name == "DICT":
                stack.append({})
            self.top(dict).update(_entries(zip(items[::2], items[1::2], strict=True)))
        elif name == "GLOBAL":
            stack.append(self.named(argument))
        elif name == "STACK_GLOBAL":
            attribute, module = stack.pop(), stack.pop()
            stack.append(self.named(f"{module} {attribute}"))
        elif name == "BINPERSID":
            found = _storage(stack.pop())
            self.storages[found.key] = found
            stack.append(found)
        elif name == "REDUCE":
            arguments, function = stack.pop(), stack.pop()
            if arguments and isinstance(arguments, tuple) and isinstance(arguments[0], list):
                self.spend(len(arguments[0]))
            stack.append(_built(function, arguments))
        elif (
            name == "BUILD"
        ):  # the state of a dictionary, such as the versions of a net's modules, is of no use here
            stack.pop()
            self.top(dict)
        else:
            raise CorruptFileError(
                f"its table of tensors has the instruction {name}, which tables of tensors have no use for"
            )

    def since_mark(self):
        items = []
        while (item := self.stack.pop()) is not MARK:
            items.append(item)
        return items[::-1]

    def top(self, kind):
        if not isinstance(self.stack[-1], kind):
            raise ValueError(f"a {kind.__name__} is expected, not {type(self.stack[-1]).__name__}")
        return self.stack[-1]

    def named(self, name):
        if name == "torch BFloat16Storage":
            raise CorruptFileError(
                "its numbers are bfloat16, which NumPy does not have: convert the tensors with .float() and save them again"
            )
        if name not in STORAGES and name not in (ORDERED_DICT, PARAMETER, *TENSORS):
            raise CorruptFileError(
                f"it wants to use {name.replace(' ', '.')}, but a file of weights needs only tensors and dictionaries"
            )
        return Name(name)


def _storage(found):
    if (
        not isinstance(found, tuple)
        or len(found) not in (5, 6)
        or found[0] != "storage"
        or not isinstance(found[1], Name)
    ):
        raise ValueError("a storage is expected")
    _, kind, key, _, count = found[:5]
    if kind.name not in STORAGES or not isinstance(key, str) or not isinstance(count, int):
        raise ValueError("a storage is expected")
    if found[5:] not in ((), (None,)):
        raise CorruptFileError(
            "it shows part of a storage as a storage of its own, as PyTorch before 0.4 could: save it again"
        )
    return Storage(key, STORAGES[kind.name], count)


def _entries(pairs):
    for key, value in pairs:
        if not isinstance(key, KEYS):
            raise ValueError("a dictionary's keys are texts or numbers")
        yield key, value


def _built(function, arguments):
    """What the four functions that are known would build of their arguments."""
    if not isinstance(function, Name) or not isinstance(arguments, tuple):
        raise ValueError("a call of a known function is expected")
    if function.name == ORDERED_DICT:
        return dict(_entries(*arguments) if arguments else ())
    if function.name == PARAMETER and isinstance(arguments[0], Tensor):
        return arguments[0]
    if function.name not in TENSORS or not isinstance(arguments[0], Storage):
        raise ValueError(f"{function.name} is not called like this")
    storage, offset, shape, strides = arguments[:4]
    if not all(
        isinstance(sizes, tuple) and all(isinstance(n, int) for n in sizes)
        for sizes in ((offset,), shape, strides)
    ):
        raise ValueError("a tensor's sizes are numbers")
    if len(shape) != len(strides) or min((offset, *shape)) < 0:
        raise ValueError("a tensor's sizes do not fit")
    return Tensor(storage, offset, shape, strides)
