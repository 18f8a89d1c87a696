"""Programs of pickle: what each instruction builds, what is only noted, and what is refused."""

import mmap
import pickle
import struct
from collections import namedtuple
from io import BytesIO

import pytest

from minivgg.weights import pickle_machine
from minivgg.weights.memory_map import CorruptFileError
from minivgg.weights.pickle_machine import Name, Opaque, RawBytes, bytes_of, unpickle


def unknown(name, arguments):
    """No function is known."""


def built(program, build=unknown, persistent=None):
    return unpickle(BytesIO(program), build, persistent)


VALUES = [
    None, True, False, 0, 1, 255, 256, 65535, 65536, -1, 2**40, -(2**40), 2**2100, 1.5, "", "a",
    "ä" * 300, (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((),), [], [1], [1, 2], [[]], {},
    {"a": 1}, {"a": 1, "b": [2, ("c",)]}, {1: {2: 3}}, {None: 1},
]  # fmt: skip


@pytest.mark.parametrize("protocol", range(6))
def test_values_are_built_as_python_does(protocol):
    for value in VALUES:
        found = built(pickle.dumps(value, protocol))
        assert found == value
        assert type(found) is type(value)
    shared = ["one"]
    first, second = built(pickle.dumps([shared, shared], protocol))
    assert first is second


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        (b".", None),
        (b"I1\nI2\n.", 2),
        (b"S'ab'\n.", "ab"),
        (b"U\x02ab.", "ab"),
        (b"C\x02ab.", b"ab"),
        (b"\x80\x03\x95\0\0\0\0\0\0\0\0I1\n.", 1),
        (b"I1\nI2\n0.", 1),
        (b"I1\n(I2\nI3\n1.", 1),
        (b"I1\n2\x86.", (1, 1)),
        (b"I7\nq\x05I8\nh\x05.", 7),
        (b"I7\nr\xff\xff\x1f\0I8\nj\xff\xff\x1f\0.", 7),  # the last place
        (b"I7\np5\nI8\ng5\n.", 7),
        (b"I7\n\x94I8\n\x94h\x01h\x00\x86.", (8, 7)),
        (b"(I1\nI2\nl.", [1, 2]),
        (b"(U\x01aI1\nd.", {"a": 1}),
        (b"((I1\n(I2\nttl.", [(1, (2,))]),
    ],
)
def test_instructions_by_hand(program, expected):
    assert built(program) == expected


@pytest.mark.parametrize(("code", "width"), [(b"T", 4), (b"B", 4), (b"\x8e", 8), (b"\x96", 8)])
def test_long_bytes_are_passed_over(code, width):
    program = code + (3).to_bytes(width, "little") + b"abc" + b"I5\n\x86."
    assert built(program) == (RawBytes(1 + width, 3), 5)
    cut = code + (4).to_bytes(width, "little") + b"abc"
    with pytest.raises(CorruptFileError, match=f"4 bytes are expected at byte {1 + width}"):
        built(cut)
    with pytest.raises(CorruptFileError, match="it ends before its last instruction"):
        built(cut + b"d")


def test_programs_follow_one_another(tmp_path):
    content = pickle.dumps([1], 2) + pickle.dumps("two", 2)
    (tmp_path / "x").write_bytes(content)
    file = BytesIO(content)
    assert [unpickle(file, unknown), unpickle(file, unknown)] == [[1], "two"]
    with (tmp_path / "x").open("rb") as opened:
        memory = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
    assert [unpickle(memory, unknown), unpickle(memory, unknown)] == [[1], "two"]
    with pytest.raises(CorruptFileError, match="it ends before its last instruction"):
        unpickle(memory, unknown)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (b"\xff.", r"b'\\xff' is no instruction"),
        (b"0.", r"\(pop from empty list\)"),
        (b"h\x05.", r"\(5\)"),
        (b"I7\nr\0\0\x20\0.", r"place 2\.1e\+06 of its memo"),
        (b"I7\np-1\n.", "place -1 of its memo"),
        (b"I7\nI8\na.", "a list is expected, not int"),
        (b"(I7\nI8\ne.", r"\(list index out of range\)"),
        (b"I7\n(I8\ne.", "a list is expected, not int"),
        (b"]I7\nI8\ns.", "a dict is expected, not list"),
        (b"}(I7\nI8\nI9\nu.", r"zip\(\) argument 2 is shorter"),
        (b"]N\x93.", "a name is expected"),
        (b"U\x01a]\x93.", "a name is expected"),
        (b"]U\x01a\x93.", "a name is expected"),
        (b"I7\nI8\nb.", "int has no state"),
        (b"PID\n.", "contains the instruction PERSID, which no table of tensors needs"),
        (b"U\x02IDQ.", "contains the instruction BINPERSID, which no table of tensors needs"),
        (b"\x82\x05.", "contains the instruction EXT1"),
        (b"\x97.", "contains the instruction NEXT_BUFFER"),
        (b"c" + b"m" * 200 + b"\n" + b"a" * 200 + b"\n.", "a name of 401 characters"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(program, words):
    with pytest.raises(CorruptFileError, match=words):
        built(program)


def test_reasons_are_short_and_never_empty():
    def fail(error):
        def build(name, arguments):
            raise error

        return build

    call = b"cm\na\n)R."
    with pytest.raises(CorruptFileError, match=r"cannot be read \(x{200}\)$"):
        built(call, fail(ValueError("x" * 300)))
    with pytest.raises(CorruptFileError, match=r"cannot be read \(MemoryError\)$"):
        built(call, fail(MemoryError()))


@pytest.mark.parametrize(
    "program",
    [
        b"cmodule\nname\n(I1\nI2\ntR.",
        b"U\x06moduleU\x04name\x93(I1\nI2\nt\x81.",
        b"cmodule\nname\n(I1\nI2\nt}\x92.",
        b"(I1\nI2\nimodule\nname\n.",
        b"(cmodule\nname\nI1\nI2\no.",
    ],
)
def test_a_call_is_noted_or_what_is_known_of_it_is_built(program):
    found = built(program)
    assert (type(found), found.name, found.arguments) == (Opaque, "module name", (1, 2))
    assert found.state is None
    known = built(program, lambda name, arguments: (name, arguments))
    assert known == ("module name", (1, 2))


def test_a_call_of_an_object_is_noted_by_its_name():
    found = built(b"cm\na\n)R(I1\ntR.", lambda name, arguments: None)
    assert (found.name, found.arguments) == ("m a", (1,))
    assert built(b"I5\n)R.").name == "an object"
    assert built(b"cm\na\n.") == Name("m a")
    assert len(built(b"c" + b"m" * 200 + b"\n" + b"a" * 199 + b"\n.").name) == 400


def test_sets_are_noted():
    found = built(pickle.dumps({"a"}, 4))
    assert (found.name, found.arguments) == ("builtins set", (["a"],))
    frozen = built(pickle.dumps(frozenset(["a"]), 4))
    assert (frozen.name, frozen.arguments) == ("builtins frozenset", (["a"],))
    assert built(b"I5\n(I6\n\x90.") == 5  # of what is no set
    assert built(b"I9\n\x8f(I6\n\x90\x86.")[1].arguments == ([6],)


def test_dictionaries_of_collections_are_dictionaries():
    pair = b"(U\x01aI1\n\x86U\x01bI2\n\x86l"
    ordered = b"ccollections\nOrderedDict\n"
    assert built(ordered + b")R.") == {}
    assert built(ordered + b"(" + pair + b"tR.") == {"a": 1, "b": 2}
    assert built(ordered + b")RU\x01cI3\ns.") == {"c": 3}
    assert built(b"ccollections\ndefaultdict\n(c__builtin__\nlist\ntR.") == {}


def test_states_are_taken_where_they_matter():
    class Stateful:
        def with_state(self, state):
            self.found = state

    assert built(b"cm\na\n)RI5\nb.").state == 5
    assert built(b"cm\na\n)RI5\nb.", lambda name, arguments: Stateful()).found == 5
    assert built(b"ccollections\nOrderedDict\n)RI5\nb.") == {}
    named = namedtuple("Named", "x")(1)
    assert built(b"cm\na\n)RI5\nb.", lambda name, arguments: named) == named


def test_what_is_put_into_an_object_that_is_not_built_is_left_out():
    """A deque, such as those of metrics, is no list."""
    assert built(b"cm\na\n)RI5\na.").arguments == ()
    assert built(b"cm\na\n)R(I5\nI6\ne.").arguments == ()
    assert built(b"cm\na\n)RI5\nI6\ns.").arguments == ()
    assert built(b"cm\na\n)R(I5\nI6\nu.").arguments == ()


def test_references_go_to_the_reader():
    assert built(b"U\x02idQ.", persistent=lambda found: (found, "here")) == ("id", "here")


def test_keys_are_texts_and_small_numbers():
    keys = ["a", b"b", None, 0, 65535]
    left_out = [65536, -1, True, 1.5, (1,), 10**30]
    program = b"}" + b"(" + b"".join(pickle.dumps(k, 4)[2:-1] + b"I1\n" for k in keys) + b"u"
    program += b"".join(pickle.dumps(k, 3)[2:-1] + b"I1\ns" for k in left_out) + b"."
    assert built(program) == dict.fromkeys(keys, 1)


@pytest.mark.parametrize("package", sorted(pickle_machine.RUNS_CODE))
def test_a_program_that_names_what_runs_code_is_refused(package):
    for module in (package, f"{package}.inner"):
        for program in (f"c{module}\nx\n.", f"(i{module}\nx\n."):
            with pytest.raises(CorruptFileError, match=rf"it wants to use {module}\.x, but a file"):
                built(program.encode())
    assert built(f"c{package}mosis\nx\n.".encode()) == Name(f"{package}mosis x")


def test_of_the_builtins_only_those_that_run_code_are_refused():
    for module in ("builtins", "__builtin__"):
        for name in (*pickle_machine.RUNNING_BUILTINS, "eval.inner"):
            with pytest.raises(CorruptFileError, match="it may be malicious"):
                built(f"c{module}\n{name}\n.".encode())
        assert built(f"c{module}\nset\n.".encode()) == Name(f"{module} set")
    assert built(b"cmine\neval\n.") == Name("mine eval")


@pytest.mark.parametrize(
    ("program", "steps"),
    [
        (b"I1\nI2\nI3\n.", 4),
        (b"cm\na\n)R.", 4),
        (b"cm\na\n(I1\nI2\nI3\ntR.", 8 + 3),  # and each argument
        (b"cm\na\n(]I1\na]I2\naI3\natR.", 13 + 2 + 1 + 2),  # and what is in the arguments
        (b"cm\na\n(}I1\nI2\nstR.", 9 + 1 + 1),
        (b"cm\na\n(I1\n\x85tR.", 7 + 1 + 1),
        (b"cm\na\n(" + b"]" * 10 + b"]I1\natR.", 18 + 11),  # and not what is in an eleventh
        (b"cm\na\n(" + b"]" * 9 + b"]I1\natR.", 17 + 10 + 1),
        (b"cm\na\n]R.", 4),  # arguments that are none
    ],
)
def test_steps_are_counted_with_what_is_in_arguments(program, steps, monkeypatch):
    monkeypatch.setattr(pickle_machine, "MAX_STEPS", steps)
    built(program)
    monkeypatch.setattr(pickle_machine, "MAX_STEPS", steps - 1)
    with pytest.raises(CorruptFileError, match=f"takes more than {steps - 1} steps"):
        built(program)


@pytest.mark.parametrize("kind", [b"U", b"C"])
def test_texts_are_copied_no_more_often_than_the_program_is_long(kind):
    text = kind + bytes([100]) + b"x" * 100
    once = b"cm\na\n(" + text + b"q\0tR"
    again = b"cm\na\n(h\0tR"
    built(once + b".")
    assert len(once + again) < 200
    with pytest.raises(CorruptFileError, match="makes more bytes than it has"):
        built(once + again + b".")
    padding = b"N0" * 40
    assert len(once + again + padding) > 200
    built(once + again + padding + b".")


def test_bytes_are_those_of_the_file_the_program_or_a_text():
    assert bytes_of(b"0123456", RawBytes(2, 3)) == b"234"
    assert bytes_of(b"", b"ab") == b"ab"
    assert bytes_of(b"", "ÿa") == b"\xffa"
    with pytest.raises(ValueError, match="bytes are expected"):
        bytes_of(b"", 5)


def test_a_length_is_little_endian():
    content = bytes(300)
    found = built(b"B" + struct.pack("<I", 300) + content + b".")
    assert found == RawBytes(5, 300)
