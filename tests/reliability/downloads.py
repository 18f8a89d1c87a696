"""Downloads from hostile servers, chosen by a seed: a right file or one sentence, and no loss."""

import hashlib
import random
import time
from collections import Counter
from dataclasses import dataclass, field

from minivgg.utils import downloads
from minivgg.utils.remote_file import Limits, RemoteFile

from .hostile_server import Answer, HostileServer
from .survival import Failure

CONTENT = random.Random(0).randbytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
LIMITS = Limits(
    schemes=("http",),
    idle_seconds=0.2,
    slow_bytes=1 << 12,
    slow_seconds=0.4,
    total_seconds=4,
    attempts=3,
    first_wait_seconds=0.01,
    longest_wait_seconds=0.05,
)
MOST_SECONDS = 6  # total_seconds, and what a busy machine adds
HARMLESS = ("good (", "no range (", "good, good (", "no range, good (", "cut, good (part: none")
PART = 100_000  # what an earlier attempt has left


RANGES = ["bytes 5-9/300000", "bytes 0-9/300000", "items 1-2/3", "", "bytes 7-*/9"]
WAITS = ["0", "1", "9999999", "-3", "soon", "Wed, 21 Oct 2099 07:28:00 GMT"]
PLACES = [
    "/weights.bin", "ftp://127.0.0.1/x", "file:///etc/passwd", "https://127.0.0.1:1/", "//",
    "http://[", "\x1b]0;x\x07",
]  # fmt: skip
NO_HTTP = [b"", b"SSH-2.0-x\r\n", b"\x00" * 99, b"x" * 99_999]


def _somewhere(rng):
    return rng.randrange(1, len(CONTENT))


ATTACKS = {  # a name, and an answer from a random number generator
    "good": lambda rng: Answer(chunked=rng.random() < 0.3),
    "cut": lambda rng: Answer(stop_after=_somewhere(rng), length=rng.choice(["right", "none"])),
    "reset": lambda rng: Answer(stop_after=_somewhere(rng), reset=True),
    "cut between chunks": lambda rng: Answer(stop_after=_somewhere(rng), chunked=True),
    "stalls": lambda rng: Answer(pause_after=_somewhere(rng), pause=60),
    "a byte now and then": lambda rng: Answer(pause_after=_somewhere(rng), pause=0.05),
    "slow header": lambda rng: Answer(raw=b"HTTP/1.1 200 OK\r\nX: y", pause_after=9, pause=0.1),
    "no range": lambda rng: Answer(ranges=False),
    "no range, cut": lambda rng: Answer(ranges=False, stop_after=_somewhere(rng)),
    "other range": lambda rng: Answer(range_header=rng.choice(RANGES)),
    "other length": lambda rng: Answer(length=rng.choice(["more", "less"])),
    "odd length": lambda rng: Answer(length=rng.choice(["-1", "1e9", "many", "9" * 30, "0"])),
    "endless": lambda rng: Answer(content="endless", length="none", ranges=rng.random() < 0.5),
    "endless chunks": lambda rng: Answer(content="endless", chunked=True, ranges=False),
    "wrong bits": lambda rng: Answer(content="flipped", ranges=rng.random() < 0.5),
    "login page": lambda rng: Answer(
        content="page", ranges=False, headers=(("Content-Type", "text/html; charset=utf-8"),)
    ),
    "page without type": lambda rng: Answer(content="page", ranges=False),
    "busy": lambda rng: Answer(
        rng.choice([429, 500, 502, 503, 504]), headers=(("Retry-After", rng.choice(WAITS)),)
    ),
    "refused": lambda rng: Answer(rng.choice([401, 403, 404, 410, 416, 451, 511, 999]), "No"),
    "odd status": lambda rng: Answer(rng.choice([201, 204, 206, 226]), "Perhaps"),
    "redirected": lambda rng: Answer(
        rng.choice([301, 302, 303, 307, 308]),
        headers=(("Location", rng.choice(PLACES)),),
        content=rng.choice(["right", "endless"]),
    ),
    "control characters": lambda rng: Answer(404, "\x1b]0;owned\x07 \x9b31m"),
    "no HTTP": lambda rng: Answer(raw=rng.choice(NO_HTTP)),
    "many headers": lambda rng: Answer(headers=tuple((f"X-{i}", "y") for i in range(300))),
    "long header": lambda rng: Answer(headers=(("X", "y" * 100_000),)),
}
PARTS = {
    "none": b"",
    "right": CONTENT[:PART],
    "wrong": bytes(PART),
    "whole": CONTENT,
    "whole, wrong": bytes(len(CONTENT)),
    "too long": CONTENT + b"more",
}


@dataclass
class Downloads:
    """What became of hostile downloads."""

    seed: int
    count: int = 0
    right: int = 0
    refused: int = 0
    failures: list = field(default_factory=list)
    slowest: float = 0.0

    def kinds(self):
        """{kind of failure: how many}."""
        return Counter(failure.kind for failure in self.failures)

    def __str__(self):
        lines = [f"{self.count} downloads, {len(self.failures)} failed (seed {self.seed})"]
        lines += [f"  {f.number}: {f.kind}: {f.text}" for f in self.failures[:10]]
        return "\n".join(lines)


def attack(seed, number):
    """(what it is, the part that is there before, the server's answers) of one download."""
    rng = random.Random(f"{seed}/{number}")
    names = [rng.choice(list(ATTACKS)) for _ in range(rng.choice([1, 1, 2, 3]))]
    answers = [ATTACKS[name](rng) for name in names]
    if rng.random() < 0.5:  # else the last one is repeated for ever
        names, answers = [*names, "good"], [*answers, Answer()]
    part = rng.choice(["none", "right", "right", "right", *PARTS])
    return f"{', '.join(names)} (part: {part})", PARTS[part], answers


def survive(count, seed, folder, first=0):
    """Download ``count`` times, each time from another server."""
    found = Downloads(seed)
    for number in range(first, first + count):
        found.count += 1
        what, part, answers = attack(seed, number)
        path = folder / f"{number}" / "weights.bin"
        path.parent.mkdir(parents=True)
        kept = path.with_name("weights.bin.part")
        if part:
            kept.write_bytes(part)
        started = time.monotonic()
        with HostileServer(CONTENT, answers) as server:
            problem = _problem(server, path, found)
        took = time.monotonic() - started
        found.slowest = max(found.slowest, took)
        if took > MOST_SECONDS:
            problem = ("hang", f"{took:.1f} s")
        loses = not path.exists() and part == CONTENT[: len(part)]
        if not path.exists() and what.startswith(HARMLESS):
            problem = ("not downloaded", str(server.asked))
        if not problem and loses and _common(kept) < len(part):
            problem = ("loss", f"{_common(kept):,} of {len(part):,} bytes are left")
        if problem:
            found.failures.append(Failure(number, problem[0], f"{what}: {problem[1]}"))
    return found


def _problem(server, path, found):
    """(kind, text) of what is wrong with one download, if anything."""
    file = RemoteFile(server.url, SHA256, len(CONTENT))
    try:
        downloads.fetch(file, path, False, LIMITS)
    except OSError as error:
        found.refused += 1
        text = str(error)
        if not text.isprintable() or not 10 < len(text) < 1000:
            return "sentence", repr(text)
        if path.exists():
            return "wrong", "refused, and yet there"
    except Exception as error:
        return "uncaught", repr(error)
    else:
        found.right += 1
        if path.read_bytes() != CONTENT:
            return "wrong", "a wrong file was accepted"
    others = {entry.name for entry in path.parent.iterdir()} - {path.name, f"{path.name}.part"}
    if others:
        return "leftovers", str(others)
    part = path.with_name(f"{path.name}.part")
    if part.exists() and part.stat().st_size > len(CONTENT):
        return "too many bytes", f"{part.stat().st_size:,}"
    return None


def _common(part):
    """How many bytes of a part are those of the file."""
    data = part.read_bytes() if part.exists() else b""
    return len(data) if data == CONTENT[: len(data)] else 0
