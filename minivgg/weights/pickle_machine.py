"""A restricted unpickler: it builds tables of arrays and cannot call anything.

A pickle is a small program for a stack machine. Some of its instructions call any function by
name, which is how a file can run code. The machine here has no such instruction. It builds numbers,
strings, tuples, lists and dictionaries, and notes which bytes belong to which array. Where a
program would make any other object, there is an ``Opaque``: what would have been called, and with
what. No name is ever looked up and nothing is imported, so there is nothing to exploit.
"""

import pickletools
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from mmap import mmap
from typing import Any, NamedTuple, TypeAlias

from minivgg.weights.memory_map import Buffer, CorruptFileError

MAX_NAME = 400  # characters of a function or class, with its module
MAX_ARGUMENTS = 10  # of a function that is known
MAX_STEPS = 500_000  # of one program; a large net with the optimizer's state needs 100,000
INSTRUCTIONS = {each.code: each for each in pickletools.opcodes}
LITERALS = {
    "BININT", "BININT1", "BININT2", "LONG1", "LONG4", "INT", "LONG", "BINFLOAT", "FLOAT",
    "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "UNICODE", "SHORT_BINSTRING", "STRING",
    "SHORT_BINBYTES",
}  # fmt: skip
RAW_BYTES = {"BINSTRING": 4, "BINBYTES": 4, "BINBYTES8": 8, "BYTEARRAY8": 8}  # bytes of the length
CONSTANTS: dict[str, object] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": ()}
NO_EFFECT = {"PROTO", "FRAME", "STOP", "READONLY_BUFFER"}
COLLECTIONS = {
    "EMPTY_DICT", "EMPTY_LIST", "TUPLE1", "TUPLE2", "TUPLE3", "TUPLE", "LIST", "APPEND", "APPENDS",
    "SETITEM", "SETITEMS", "DICT",
}  # fmt: skip
OBJECTS = {"REDUCE", "NEWOBJ", "NEWOBJ_EX", "INST", "OBJ", "EMPTY_SET", "ADDITEMS", "FROZENSET"}
MEMOIZE = {"BINPUT", "LONG_BINPUT", "PUT", "MEMOIZE"}
RECALL = {"BINGET", "LONG_BINGET", "GET"}
MARK = object()
# of dictionaries; to hash a deeply nested tuple would exhaust the stack, or take forever
KEY_TYPES = (str, bytes, type(None))
# whole numbers can be chosen so that all have one hash, which makes a dictionary slow: the places
# of a list, and the numbers of an optimizer's parameters, are small
SMALL = range(1 << 16)
MAX_PLACE = 1 << 21  # of the memo, whose places are counted
# what nobody saves with weights: a file that names one is refused, although it is never called
RUNS_CODE = {
    "os", "posix", "nt", "subprocess", "sys", "socket", "pty", "shutil", "runpy", "ctypes",
    "importlib", "pip", "webbrowser",
}  # fmt: skip
BUILTINS = {"builtins", "__builtin__"}
RUNNING_BUILTINS = {"eval", "exec", "execfile", "compile", "open", "file", "__import__", "input"}
# what a damaged program can make the machine raise, besides CorruptFileError
MACHINE_ERRORS = (
    ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, RecursionError,
    MemoryError, EOFError,
)  # fmt: skip


class Name(NamedTuple):
    """A function or class that a program names, which is never looked up.

    Parameters
    ----------
    name : str
        Its module and its name, as in "torch FloatStorage".
    """

    name: str


class RawBytes(NamedTuple):
    """A long string of bytes in the file, of which nothing is read yet.

    Parameters
    ----------
    start : int
        Where it begins in the buffer.
    size : int
        How many bytes it has.
    """

    start: int
    size: int


class Opaque:
    """An object that is not built.

    Parameters
    ----------
    name : str
        What would make it: module and name.
    arguments : object
        What that would be given.
    """

    def __init__(self, name: str, arguments: object = ()) -> None:
        self.name, self.arguments = name, arguments
        self.state: object = None


# What a call of a known function makes; ``None`` where the function is not known.
Builder: TypeAlias = Callable[[str, Any], object]


def unpickle(
    file: BytesIO | mmap,
    build: Builder,
    persistent: Callable[[Any], object] | None = None,
) -> object:
    """Run the program at the current position of a file.

    Parameters
    ----------
    file : BytesIO or mmap
        Afterwards it is at the end of the program.
    build : callable
        (name of a function, its arguments) -> what it would make, or None if it is not known here.
        What it makes may have a method ``with_state``, which takes the state of the object.
    persistent : callable, optional
        What the program means by a reference to something outside.

    Returns
    -------
    found : object
        What the program builds.

    Raises
    ------
    CorruptFileError
        If the program cannot be read, or names a function that no file of weights needs.
    """
    machine = _Machine(build, persistent, _size(file))
    try:
        for name, argument in _instructions(file):
            machine.count_steps(1)
            machine.step(name, argument)
    except MACHINE_ERRORS as error:
        raise CorruptFileError(
            "it is truncated or damaged: its table of tensors cannot be read "
            f"({str(error)[:200] or type(error).__name__})"
        ) from error
    return machine.stack[-1] if machine.stack else None


def bytes_of(buffer: Buffer, found: object) -> bytes:
    """The bytes that a program has as a string of any kind.

    Parameters
    ----------
    buffer : mmap or bytes
        What the program was read from.
    found : object
        Bytes, ``RawBytes``, or text in latin-1, as Python 2 has it.

    Returns
    -------
    bytes
        A copy.

    Raises
    ------
    ValueError
        If it is something else.
    """
    if isinstance(found, RawBytes):
        return bytes(buffer[found.start : found.start + found.size])
    if isinstance(found, str):
        return found.encode("latin-1")
    if not isinstance(found, bytes):
        raise ValueError("bytes are expected")
    return found


def _instructions(file: BytesIO | mmap) -> Iterator[tuple[str, Any]]:
    """The name and the argument of each instruction; long strings of bytes are passed over."""
    size = _size(file)
    while True:
        code = file.read(1)
        if not code:
            raise EOFError("it ends before its last instruction")
        instruction = INSTRUCTIONS.get(code.decode("latin-1"))
        if instruction is None:
            raise ValueError(f"{code!r} is no instruction")
        name, argument = instruction.name, None
        if name in RAW_BYTES:
            length = int.from_bytes(file.read(RAW_BYTES[name]), "little")
            argument = RawBytes(file.tell(), length)
            if argument.start + length > size:
                raise EOFError(f"{length:,} bytes are expected at byte {argument.start:,}")
            file.seek(argument.start + length)
        elif instruction.arg is not None:
            # a mapped file has the two methods that are needed, read and readline
            argument = instruction.arg.reader(file)  # type: ignore[arg-type]
        yield name, argument
        if name == "STOP":
            return


def _size(file: BytesIO | mmap) -> int:
    return len(file) if isinstance(file, mmap) else len(file.getbuffer())


class _Machine:
    """The stack, the memo, and what each instruction does."""

    def __init__(
        self, build: Builder, persistent: Callable[[Any], object] | None, size: int
    ) -> None:
        self.stack: list[Any] = []
        self.memo: dict[object, object] = {}
        self.build, self.persistent = build, persistent
        self.size = size  # of the program, in bytes
        self.steps = self.copied = 0

    def count_steps(self, count: int) -> None:
        """Limit the work, so that a small file cannot build something large."""
        self.steps += count
        if self.steps > MAX_STEPS:
            raise CorruptFileError(f"its table of tensors takes more than {MAX_STEPS:,} steps")

    def count_arguments(self, arguments: object) -> None:
        """Count what a known function may iterate over or copy, which may be the same each time."""
        if not isinstance(arguments, tuple):
            return
        self.count_steps(len(arguments))
        for argument in arguments[:MAX_ARGUMENTS]:
            if isinstance(argument, list | tuple | dict):
                self.count_steps(len(argument))
            elif isinstance(argument, str | bytes):
                self.count_bytes(len(argument))

    def count_bytes(self, count: int) -> None:
        """Limit what is copied: each text of the program may be copied once."""
        self.copied += count
        if self.copied > self.size:
            raise CorruptFileError("its table of tensors makes more bytes than it has")

    def step(self, name: str, argument: Any) -> None:
        stack = self.stack
        if name in LITERALS or name in RAW_BYTES:
            stack.append(argument)
        elif name in CONSTANTS:
            stack.append(CONSTANTS[name])
        elif name in NO_EFFECT:
            pass
        elif name == "MARK":
            stack.append(MARK)
        elif name in MEMOIZE:
            place = len(self.memo) if name == "MEMOIZE" else argument
            if not 0 <= place < MAX_PLACE:
                raise ValueError(f"place {place:.3g} of its memo")
            self.memo[place] = stack[-1]
        elif name in RECALL:
            stack.append(self.memo[argument])
        elif name in COLLECTIONS:
            self.collect(name)
        elif name == "GLOBAL":
            stack.append(_name(argument))
        elif name == "STACK_GLOBAL":
            attribute, module = stack.pop(), stack.pop()
            if not (isinstance(module, str) and isinstance(attribute, str)):
                raise ValueError("a name is expected")  # text of a nested list would be endless
            stack.append(_name(f"{module} {attribute}"))
        elif name in OBJECTS:
            self.make(name, argument)
        elif name == "BUILD":
            self.set_state(stack.pop())
        elif name == "BINPERSID" and self.persistent is not None:
            stack.append(self.persistent(stack.pop()))
        elif name in ("POP", "POP_MARK"):
            stack.pop() if name == "POP" else self.since_mark()
        elif name == "DUP":
            stack.append(stack[-1])
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
            if isinstance(stack[-1], list):  # a deque and its like are not built
                stack[-1].extend(items)
            elif not isinstance(stack[-1], Opaque):
                raise ValueError(f"a list is expected, not {type(stack[-1]).__name__}")
        else:
            items = [stack.pop(), stack.pop()][::-1] if name == "SETITEM" else self.since_mark()
            if name == "DICT":
                stack.append({})
            if isinstance(stack[-1], dict):
                stack[-1].update(_entries(zip(items[::2], items[1::2], strict=True)))
            elif not isinstance(stack[-1], Opaque):
                raise ValueError(f"a dict is expected, not {type(stack[-1]).__name__}")

    def make(self, instruction: str, argument: Any) -> None:
        """Note what an object would be made of."""
        stack = self.stack
        if instruction == "EMPTY_SET":
            stack.append(Opaque("builtins set", ([],)))
        elif instruction == "ADDITEMS":
            items = self.since_mark()
            if isinstance(stack[-1], Opaque) and isinstance(stack[-1].arguments, tuple):
                stack[-1].arguments[0].extend(items)
        elif instruction == "FROZENSET":
            stack.append(Opaque("builtins frozenset", (self.since_mark(),)))
        elif instruction == "INST":
            stack.append(self.call(_name(argument), tuple(self.since_mark())))
        elif instruction == "OBJ":
            function, *arguments = self.since_mark()
            stack.append(self.call(function, tuple(arguments)))
        else:
            if instruction == "NEWOBJ_EX":
                stack.pop()  # the arguments by keyword
            arguments, function = stack.pop(), stack.pop()
            stack.append(self.call(function, arguments))

    def call(self, function: Any, arguments: Any) -> object:
        """What a call would make, if it is known here, or a note of it."""
        if not isinstance(function, Name):  # of an object that was not built
            return Opaque(function.name if isinstance(function, Opaque) else "an object", arguments)
        self.count_arguments(arguments)
        if function.name in ("collections OrderedDict", "collections defaultdict"):
            pairs = arguments if function.name.endswith("OrderedDict") else ()
            return dict(_entries(*pairs) if pairs else ())
        made = self.build(function.name, arguments)
        return Opaque(function.name, arguments) if made is None else made

    def set_state(self, state: object) -> None:
        target = self.stack[-1]
        if isinstance(target, Opaque):
            target.state = state
        elif hasattr(target, "with_state"):
            target.with_state(state)
        # the state of a dictionary, such as the versions of a net's modules, is not needed
        elif not isinstance(target, dict) and not hasattr(target, "_fields"):
            raise ValueError(f"{type(target).__name__} has no state")

    def since_mark(self) -> list[Any]:
        items = []
        while (item := self.stack.pop()) is not MARK:
            items.append(item)
        return items[::-1]


def _name(name: str) -> Name:
    if len(name) > MAX_NAME:
        raise ValueError(f"a name of {len(name):,} characters")
    module, _, attribute = name.partition(" ")
    package = module.partition(".")[0]
    runs = package in BUILTINS and attribute.partition(".")[0] in RUNNING_BUILTINS
    if package in RUNS_CODE or runs:
        raise CorruptFileError(
            f"it wants to use {name.replace(' ', '.')}, but a file of weights needs only tensors "
            "and dictionaries: it may be malicious, so do not load it with other programs either"
        )
    return Name(name)


def _entries(pairs: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """The pairs of a dictionary whose keys are texts or small numbers; names of tensors are."""
    for key, value in pairs:
        if isinstance(key, KEY_TYPES) or (type(key) is int and key in SMALL):
            yield key, value
