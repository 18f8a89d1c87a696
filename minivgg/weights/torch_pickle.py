"""A restricted unpickler for state dicts that PyTorch has saved: it cannot call anything.

A pickle is a small program for a stack machine. One of its instructions calls any function by name,
which is how a file can run code. The machine here knows state dicts and nothing else: it builds
numbers, strings, tuples and dictionaries, and notes which bytes belong to which tensor. It has no
instruction that calls anything, so there is nothing to exploit.
"""

import pickletools
from collections.abc import Iterable, Iterator
from mmap import mmap
from typing import IO, Any, NamedTuple

import numpy as np

from minivgg.backend.types import Shape
from minivgg.weights.memory_map import CorruptFileError

MAX_STEPS = 1_000_000  # of one program; a large net with the optimizer's state needs 100,000
DTYPES = {
    "DoubleStorage": "<f8", "FloatStorage": "<f4", "HalfStorage": "<f2", "LongStorage": "<i8",
    "IntStorage": "<i4", "ShortStorage": "<i2", "CharStorage": "i1", "ByteStorage": "u1",
    "BoolStorage": "?",
}  # fmt: skip
STORAGES = {f"torch {name}": np.dtype(dtype) for name, dtype in DTYPES.items()}
ORDERED_DICT = "collections OrderedDict"
TENSORS = ("torch._utils _rebuild_tensor_v2", "torch._utils _rebuild_tensor")
PARAMETER = "torch._utils _rebuild_parameter"

LITERALS = {
    "BININT", "BININT1", "BININT2", "LONG1", "LONG4", "INT", "LONG", "BINFLOAT", "FLOAT",
    "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "UNICODE", "BINSTRING", "SHORT_BINSTRING",
    "STRING", "BINBYTES", "SHORT_BINBYTES",
}  # fmt: skip
CONSTANTS: dict[str, object] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
NO_EFFECT = {"PROTO", "FRAME", "STOP"}
COLLECTIONS = {
    "EMPTY_DICT", "EMPTY_LIST", "TUPLE1", "TUPLE2", "TUPLE3", "TUPLE", "LIST", "APPEND", "APPENDS",
    "SETITEM", "SETITEMS", "DICT",
}  # fmt: skip
MEMOIZE = {"BINPUT", "LONG_BINPUT", "PUT", "MEMOIZE"}
RECALL = {"BINGET", "LONG_BINGET", "GET"}
MARK = object()
# of dictionaries; to hash a deeply nested tuple would exhaust the stack, or take forever
KEY_TYPES = (str, int, float, bytes, type(None))
# what a damaged program can make the machine raise, besides CorruptFileError
MACHINE_ERRORS = (
    ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, RecursionError,
    MemoryError,
)  # fmt: skip


class Name(NamedTuple):
    """A function or class that a program names: a known one, which is never looked up.

    Parameters
    ----------
    name : str
        Its module and its name, as in "torch FloatStorage".
    """

    name: str


class Storage(NamedTuple):
    """A block of bytes in the file.

    Parameters
    ----------
    key : str
        Its name in the file.
    dtype : dtype
        Of its numbers.
    numel : int
        How many numbers there are.
    """

    key: str
    dtype: np.dtype
    numel: int


class Tensor(NamedTuple):
    """The numbers of a storage that a tensor views.

    Parameters
    ----------
    storage : Storage
        Where the numbers are.
    offset : int
        Where the tensor begins, in numbers.
    shape : tuple of int
        Of the tensor.
    strides : tuple of int
        In numbers.
    """

    storage: Storage
    offset: int
    shape: Shape
    strides: tuple[int, ...]


def unpickle(file: IO[bytes] | mmap) -> tuple[object, dict[str, Storage]]:
    """Run the program at the current position of a file.

    Parameters
    ----------
    file : binary file or mmap
        Afterwards it is at the end of the program.

    Returns
    -------
    found : object
        What the program builds: strings, numbers, tuples, lists, dictionaries and ``Tensor``s.
    storages : dict of str to Storage
        All storages that it mentions, by key.

    Raises
    ------
    CorruptFileError
        If the program cannot be read, or names or calls anything else.
    """
    machine = _Machine()
    try:
        # a mapped file has the two methods that genops needs, read and readline
        for instruction, argument, _ in pickletools.genops(file):  # type: ignore[arg-type]
            machine.count_steps(1)
            machine.step(instruction.name, argument)
    except MACHINE_ERRORS as error:
        raise CorruptFileError(
            "it is truncated or damaged: its table of tensors cannot be read "
            f"({error or type(error).__name__})"
        ) from error
    return machine.stack[-1] if machine.stack else None, machine.storages


class _Machine:
    """The stack, the memo, and the instructions that torch.save uses."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[object, object] = {}
        self.storages: dict[str, Storage] = {}
        self.steps = 0

    def count_steps(self, count: int) -> None:
        """Limit the work, so that a small file cannot build something large."""
        self.steps += count
        if self.steps > MAX_STEPS:
            raise CorruptFileError(f"its table of tensors takes more than {MAX_STEPS:,} steps")

    def step(self, name: str, argument: Any) -> None:
        stack = self.stack
        if name in LITERALS:
            stack.append(argument)
        elif name in CONSTANTS:
            stack.append(CONSTANTS[name])
        elif name in NO_EFFECT:
            pass
        elif name == "MARK":
            stack.append(MARK)
        elif name in MEMOIZE:
            self.memo[len(self.memo) if name == "MEMOIZE" else argument] = stack[-1]
        elif name in RECALL:
            stack.append(self.memo[argument])
        elif name in COLLECTIONS:
            self.collect(name)
        elif name == "GLOBAL":
            stack.append(_known_name(argument))
        elif name == "STACK_GLOBAL":
            attribute, module = stack.pop(), stack.pop()
            stack.append(_known_name(f"{module} {attribute}"))
        elif name == "BINPERSID":
            storage = _storage(stack.pop())
            self.storages[storage.key] = storage
            stack.append(storage)
        elif name == "REDUCE":
            self.reduce()
        elif name == "BUILD":
            # the state of a dictionary, such as the versions of a net's modules, is not needed
            stack.pop()
            self.top(dict)
        else:
            raise CorruptFileError(
                f"its table of tensors contains the instruction {name}, which no table of tensors "
                "needs"
            )

    def collect(self, name: str) -> None:
        """Make or extend a tuple, list or dictionary."""
        stack = self.stack
        if name in ("EMPTY_DICT", "EMPTY_LIST"):
            stack.append({} if name == "EMPTY_DICT" else [])
        elif name in ("TUPLE1", "TUPLE2", "TUPLE3"):
            stack.append(tuple(reversed([stack.pop() for _ in range(int(name[-1]))])))
        elif name in ("TUPLE", "LIST"):
            items = self.since_mark()
            stack.append(tuple(items) if name == "TUPLE" else items)
        elif name in ("APPEND", "APPENDS"):
            items = [stack.pop()] if name == "APPEND" else self.since_mark()
            self.top(list).extend(items)
        else:
            items = [stack.pop(), stack.pop()][::-1] if name == "SETITEM" else self.since_mark()
            if name == "DICT":
                stack.append({})
            self.top(dict).update(_entries(zip(items[::2], items[1::2], strict=True)))

    def reduce(self) -> None:
        """Build what a call of a known function would return."""
        arguments, function = self.stack.pop(), self.stack.pop()
        if arguments and isinstance(arguments, tuple) and isinstance(arguments[0], list):
            self.count_steps(len(arguments[0]))
        self.stack.append(_build(function, arguments))

    def since_mark(self) -> list[Any]:
        items = []
        while (item := self.stack.pop()) is not MARK:
            items.append(item)
        return items[::-1]

    def top(self, kind: type) -> Any:
        if not isinstance(self.stack[-1], kind):
            raise ValueError(f"a {kind.__name__} is expected, not {type(self.stack[-1]).__name__}")
        return self.stack[-1]


def _known_name(name: str) -> Name:
    if name == "torch BFloat16Storage":
        raise CorruptFileError(
            "its numbers are bfloat16, which NumPy does not have: convert the tensors with "
            ".float() and save them again"
        )
    if name not in STORAGES and name not in (ORDERED_DICT, PARAMETER, *TENSORS):
        raise CorruptFileError(
            f"it wants to use {name.replace(' ', '.')}, but a file of weights needs only tensors "
            "and dictionaries"
        )
    return Name(name)


def _storage(found: Any) -> Storage:
    expected = isinstance(found, tuple) and len(found) in (5, 6) and found[0] == "storage"
    if not expected or not isinstance(found[1], Name):
        raise ValueError("a storage is expected")
    _, kind, key, _, count = found[:5]
    if kind.name not in STORAGES or not isinstance(key, str) or not isinstance(count, int):
        raise ValueError("a storage is expected")
    if found[5:] not in ((), (None,)):
        raise CorruptFileError(
            "it uses part of a storage as a storage of its own, as PyTorch before 0.4 could: "
            "save it again"
        )
    return Storage(key, STORAGES[kind.name], count)


def _entries(pairs: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    for key, value in pairs:
        if not isinstance(key, KEY_TYPES):
            raise ValueError("a dictionary's keys are texts or numbers")
        yield key, value


def _build(function: object, arguments: object) -> dict[Any, Any] | Tensor:
    """What one of the four known functions would build of these arguments."""
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
