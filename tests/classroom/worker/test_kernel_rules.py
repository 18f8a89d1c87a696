"""What the kernel is asked for. It is only recorded here: nothing is restricted."""

import ctypes
import os
import platform
import re
import signal
import struct
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from minivgg.classroom.worker import kernel_rules

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the rules are those of Linux")

# The numbers of all calls that are refused whatever their arguments are
REFUSED = {
    "x86_64": """
        27 29 41 53 57 58 59 64 68 73 76 86 88 90-94 101 105 106 109 112-114 116 117 119 122 123
        129 132 133 135 141 142 144 155 161 163-173 175 176 188-190 197-200 221 227 235 240 246
        248-251 253 254 256 259-261 265 266 268 272 279 280 294 297 298 300 303 304 308 310-314 319
        321-323 424-434 438 440 442 447 451 452 463 466 467 469""",
    "aarch64": """
        5-7 14-16 26 27 30 32 33 36 37 39-41 45 51-55 88 89 92 97 104-106 112 117-119 130 138 140
        142-147 149 151 152 154 157 159 161 162 170 180 186 190 194 198 199 217-219 221 223-225 232
        238-241 262 264 265 268 270-274 279-282 424-434 438 440 442 447 451 452 463 466 467 469""",
}
HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}
CODES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# numbers of clone, prctl, fcntl, ioctl
WITH_ARGUMENTS = {"x86_64": (56, 157, 72, 16), "aarch64": (220, 167, 25, 29)}
OF_OTHERS = {"x86_64": (62, 234, 302, 203), "aarch64": (129, 131, 261, 122)}
UNKNOWN = {"x86_64": {435, 327, 328}, "aarch64": {435, 286, 287}}
ALLOWED, NOT_PERMITTED, NOT_KNOWN = 0x7FFF0000, 0x00050001, 0x00050026
BOTH = pytest.mark.parametrize("machine", ["x86_64", "aarch64"])


def numbers_of(text):
    """The numbers of "1 3-5"."""
    found = set()
    for part in text.split():
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def filter_of(machine):
    return kernel_rules._filter(*kernel_rules.MACHINES[machine])


def decide(steps, code, number, *arguments):
    """What a filter of the kernel decides, by the rules of its instructions."""
    data = struct.pack("<II8x6Q", number, code, *arguments, *[0] * (6 - len(arguments)))
    place = accumulator = 0
    while True:
        operation, if_true, if_false, value = steps[place]
        place += 1
        if operation == 0x06:  # return
            return value
        if operation == 0x20:  # load
            (accumulator,) = struct.unpack_from("<I", data, value)
            continue
        answer = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: accumulator & value}
        place += if_true if answer[operation] else if_false


@BOTH
def test_the_calls_that_are_refused_by_their_number(machine):
    steps, code = filter_of(machine), CODES[machine]
    decisions = {number: decide(steps, code, number) for number in range(600)}
    refused = {number for number, found in decisions.items() if found == NOT_PERMITTED}
    assert refused == numbers_of(REFUSED[machine]) | {WITH_ARGUMENTS[machine][0]}  # clone
    unknown = {number for number, found in decisions.items() if found == NOT_KNOWN}
    assert unknown == UNKNOWN[machine] | set(range(471, 600))
    assert set(decisions.values()) == {ALLOWED, NOT_PERMITTED, NOT_KNOWN}


@BOTH
def test_the_numbers_are_those_of_the_headers_of_the_kernel(machine):
    header = Path(HEADERS[machine])
    if not header.is_file():
        pytest.skip("the headers are not installed")
    lines = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text("utf-8"))
    known = {name: int(number) for name, number in lines}
    column = list(HEADERS).index(machine)
    calls = {**kernel_rules.REFUSED, **kernel_rules.OF_OTHERS, **kernel_rules.UNKNOWN}
    found = {name: numbers[column] for name, numbers in calls.items() if name in known}
    assert found == {name: known[name] for name in found}
    assert len(found) > 80
    left_out = {name for name, numbers in calls.items() if numbers[column] is None}
    assert not left_out & set(known)


@BOTH
def test_calls_of_another_machine_and_of_x32_are_refused(machine):
    steps, code = filter_of(machine), CODES[machine]
    for other in (code - 1, code + 1, 0x40000003):
        assert decide(steps, other, 0) == NOT_PERMITTED
    for number in (0x40000000, 0x40000001, 0xFFFFFFFF):
        assert decide(steps, code, number) == NOT_PERMITTED
    assert decide(steps, code, 0x3FFFFFFF) == NOT_KNOWN


@BOTH
def test_calls_that_are_refused_by_their_arguments(machine):
    steps, code = filter_of(machine), CODES[machine]
    clone, prctl, fcntl, ioctl = WITH_ARGUMENTS[machine]
    for flags in (0x10400, 0x3D0F00, 0xFFFFFFFF):  # threads, which share the open files
        assert decide(steps, code, clone, flags) == ALLOWED
    for flags in (0, 17, 0x10000, 0x400, 0xFFFEFFFF, 0xFFFFFBFF):
        assert decide(steps, code, clone, flags) == NOT_PERMITTED
    options = {option for option in range(70) if decide(steps, code, prctl, option) != ALLOWED}
    assert options == {1, 4}  # to survive the grader, and to hide
    for call, expected in (
        (fcntl, {6, 7, 8, 10, 15, 37, 38, 1024, 1026}),
        (ioctl, {0x5452, 0x8901, 0x8902}),
    ):
        commands = [*range(1100), *range(0x5400, 0x5500), *range(0x8900, 0x8910)]
        found = {
            command for command in commands if decide(steps, code, call, 1, command) != ALLOWED
        }
        assert found == expected
        assert decide(steps, code, call, min(expected), 2) == ALLOWED


@BOTH
def test_a_process_may_only_change_itself(machine):
    steps, code, own = filter_of(machine), CODES[machine], os.getpid()
    for call in OF_OTHERS[machine]:
        assert [decide(steps, code, call, number) for number in (0, own)] == [ALLOWED] * 2
        for other in (1, own - 1, own + 1, 0xFFFFFFFF):
            assert decide(steps, code, call, other) == NOT_PERMITTED


@BOTH
def test_the_filter_reaches_the_kernel_as_bytes(machine, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: machine)
    seen = []

    def prctl(*arguments):
        count, address = struct.unpack("@HP", arguments[2])
        seen.append((*arguments[:2], *arguments[3:], ctypes.string_at(address, 8 * count)))
        return 0

    assert kernel_rules._restrict_calls(prctl)
    ((*options, code),) = seen
    assert options == [22, 2, 0, 0]
    assert list(struct.iter_unpack("=HBBI", code)) == filter_of(machine)
    assert not kernel_rules._restrict_calls(lambda *arguments: -1)


def test_other_machines_have_no_filter(monkeypatch):
    """Neither of the two sets of numbers is theirs."""

    def never(*arguments):
        raise AssertionError(arguments)

    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert kernel_rules._restrict_calls(never) is False
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(struct, "calcsize", lambda form: 4)  # Python of 32 bits
    assert kernel_rules._restrict_calls(never) is False


class Landlock:
    """Records what is asked for; the set of rules is an open file, which must be closed."""

    def __init__(self, version, created=True, restricted=0):
        self.version, self.created, self.restricted = version, created, restricted
        self.asked, self.rules, self.numbers = [], {}, []

    def __call__(self, number, *arguments):
        """A call of the system, by its number."""
        if number == 444 and arguments[2] == 1:
            assert (arguments[0], arguments[1].value) == (None, 0)
            return self.version
        if number == 444:
            ruleset, size, flags = arguments
            assert (size.value, flags) == (len(ruleset), 0)
            self.asked.append(struct.unpack(f"={len(ruleset) // 8}Q", ruleset))
            if not self.created:
                return -1
            self.numbers.append(os.open(os.devnull, os.O_RDONLY))
            return self.numbers[0]
        if number == 445:
            rules, kind, rule, flags = arguments
            assert (rules, kind, flags) == (self.numbers[0], 1, 0)
            rights, opened = struct.unpack("=Qi", rule)
            self.rules[str(Path(f"/proc/self/fd/{opened}").readlink())] = rights
            self.numbers.append(opened)
            return 0
        assert (number, *arguments) == (446, self.numbers[0], 0)
        return self.restricted

    def assert_closed(self):
        """No file is left open."""
        for number in self.numbers:
            with pytest.raises(OSError, match="descriptor"):
                os.fstat(number)


@pytest.mark.parametrize(
    ("version", "asked", "changes_in_folder", "changes_of_file"),
    [
        (1, (0x1FFF,), 0x1BE, 0x6),
        (2, (0x3FFF,), 0x21BE, 0x6),
        (3, (0x7FFF,), 0x61BE, 0x4006),
        (4, (0x7FFF, 3), 0x61BE, 0x4006),
        (5, (0xFFFF, 3), 0x61BE, 0x4006),
        (6, (0xFFFF, 3, 3), 0x61BE, 0x4006),
        (8, (0xFFFF, 3, 3), 0x61BE, 0x4006),
    ],
)
def test_each_version_of_landlock_is_asked_for_what_it_knows(
    version, asked, changes_in_folder, changes_of_file, tmp_path
):
    paths = {name: str(tmp_path.resolve() / name) for name in ("shown", "read", "scratch", "null")}
    for name in ("shown", "scratch"):
        (tmp_path / name).mkdir()
    for name in ("read", "null"):
        (tmp_path / name).touch()
    shown, read, scratch, null = paths.values()
    landlock = Landlock(version)
    readable = [f"{tmp_path}/is-not-there", shown, read]
    assert kernel_rules._restrict_files(landlock, readable, [scratch, null]) is True
    assert landlock.asked == [asked]
    assert landlock.rules == {
        shown: 0xC, read: 0x4, scratch: changes_in_folder, null: changes_of_file,
    }  # fmt: skip
    landlock.assert_closed()


def test_without_landlock_files_are_not_restricted():
    for version in (-1, 0):
        landlock = Landlock(version)
        assert kernel_rules._restrict_files(landlock, ["/usr"], []) is False
        assert landlock.asked == []
    refusing = Landlock(3, created=False)
    assert kernel_rules._restrict_files(refusing, ["/usr"], []) is False
    assert refusing.rules == {}
    refusing = Landlock(3, restricted=-1)
    assert kernel_rules._restrict_files(refusing, ["/usr"], []) is False
    refusing.assert_closed()


@pytest.fixture
def libc(monkeypatch):
    """Its ``prctl`` accepts every option but those in ``refused``."""

    def prctl(option, *arguments):
        library.asked.append((option, *arguments[: 1 if option == 22 else 4]))
        return -1 if option in library.refused else 0

    def syscall(*arguments):
        return landlock(*arguments)

    landlock = Landlock(3)
    library = SimpleNamespace(prctl=prctl, syscall=syscall, asked=[], refused=(), landlock=landlock)
    monkeypatch.setattr(kernel_rules.ctypes, "CDLL", lambda name: library)
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(os, "getppid", lambda: 4321)
    return library


def test_all_rules_are_applied_in_their_order(libc):
    assert kernel_rules.apply(["/usr"], ["/tmp"], 4321) == ["parent", "landlock", "seccomp"]
    assert libc.asked == [(1, signal.SIGKILL, 0, 0, 0), (38, 1, 0, 0, 0), (22, 2)]
    assert libc.syscall.restype is ctypes.c_long
    assert libc.landlock.rules == {"/usr": 0xC, "/tmp": 0x61BE}


def test_a_grader_that_another_process_watches_is_not_asked_about(libc):
    assert kernel_rules.apply([], []) == ["landlock", "seccomp"]
    assert libc.asked[0] == (38, 1, 0, 0, 0)


def test_what_the_system_refuses_is_left_out(libc):
    libc.refused = (1,)
    assert kernel_rules.apply([], [], 1) == ["landlock", "seccomp"]
    libc.refused = (38,)
    assert kernel_rules.apply([], [], 4321) == ["parent"]
    libc.refused = (22,)
    libc.landlock.version = 0
    assert kernel_rules.apply([], [], 4321) == ["parent"]


def test_a_process_whose_grader_has_ended_ends(libc, monkeypatch):
    def end(status):
        raise SystemExit(status)

    monkeypatch.setattr(os, "_exit", end)
    with pytest.raises(SystemExit) as caught:
        kernel_rules.apply([], [], 4320)
    assert caught.value.code == 1


def test_other_systems_have_no_rules(libc, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert kernel_rules.apply(["/usr"], [], 4321) == []
    assert libc.asked == []
