"""Damage to Python source: lines, indentation, encodings, depth."""

import re

DEEP = (
    ("(", "1", ")"), ("[", "", "]"), ("{", "", "}"), ("-", "1", ""), ("not ", "1", ""),
    ("f(", "", ")"), ("lambda:", "1", ""), ("(yield ", "1", ")"), ("a.", "a", ""), ("", "a", "[0]"),
    ("1+", "1", ""), ("1**", "1", ""), ("a if ", "b", " else c"), ("f'{", "1", "}'"),
)  # fmt: skip
LINES = (
    "", "\t", " x", "def", "def f(", "return", "'''", '"""', "'\\N{x}'", "\\", "%matplotlib inline",
    "%%bash", "!ls", "x?", "?x", "x = !ls", "await f()", "async def f(): pass", "from x import *",
    "import *", "nonlocal x", "global x", "yield", "del None", "x: int = 1", "match x:",
    "  case _: pass", "except*:", "x = 10**10**10", "'a' * 10**10", "0" * 50 + "1", "9" * 5000,
    "0777", "1_000_", "0x", "1e999", "print 'a'", "`x`", "x <> y", "f'{x!}'", "b'é'", "ı = 1",
    "ﬁ = 1",
    "from __future__ import braces", "from __future__ import annotations", "# coding: rot13",
    "def im2col(*a): ...", "im2col = lambda: 0", "class im2col: pass", "@", "\x0c", "\x1a",
    "\ufeff",
)  # fmt: skip
CODINGS = (
    "utf-8", "latin-1", "utf-16", "utf-7", "rot13", "hex", "idna", "punycode", "unicode_escape",
    "raw_unicode_escape", "undefined", "mbcs", "cp949", "shift_jis", "iso2022_jp", "hz", "big5",
    "x",
    "zlib", "base64", "utf-32", "utf_8_sig", "uu", "ascii", "\0", "é", "a" * 1000,
)  # fmt: skip


def _on_lines(change):
    def mutator(data, rng):
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        change(lines, rng.randrange(len(lines)), rng)
        return "\n".join(lines).encode("utf-8", "surrogateescape")

    return mutator


def _delete(lines, at, rng):
    del lines[at : at + rng.choice((1, 1, 5))]


def _duplicate(lines, at, rng):
    lines[at:at] = lines[at : at + rng.choice((1, 3))] * rng.choice((1, 2, 300))


def _swap(lines, at, rng):
    other = rng.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def _insert(lines, at, rng):
    lines.insert(at, " " * rng.choice((0, 0, 4)) + rng.choice(LINES))


def _indent(lines, at, rng):
    lines[at] = rng.choice((" ", "    ", "\t", "\u00a0", "\x0c")) + lines[at]


def _dedent(lines, at, rng):
    lines[at] = lines[at].lstrip()


def _join(lines, at, rng):
    lines[at : at + 2] = [rng.choice(("", ";", "\\\n", "\r", "\u2028")).join(lines[at : at + 2])]


def _nest(lines, at, rng):
    depth = rng.choice((20, 90, 200, 1000, 5000))
    left, middle, right = rng.choice(DEEP)
    lines.insert(at, "x = " + left * depth + middle + right * depth)


def _nest_blocks(lines, at, rng):
    depth, head = rng.choice((19, 21, 99, 101, 300)), rng.choice(("if 1:", "def f():", "class A:"))
    lines[at:at] = [" " * i + head for i in range(depth)] + [" " * depth + "pass"]


def _long(lines, at, rng):
    lines.insert(
        at, rng.choice(("x = '" + "a" * 10**5 + "'", "x = [" + "1," * 10**4 + "]", "#" * 10**5))
    )


def token_changed(data, rng):
    """A word or sign replaced by another one of the file."""
    tokens = list(re.finditer(rb"\w+|[^\w\s]", data))
    here, there = rng.sample(tokens, 2)
    return data[: here.start()] + there[0] + data[here.end() :]


def null_bytes(data, rng):
    """Null bytes somewhere, or after each byte."""
    if rng.random() < 0.2:
        return b"".join(bytes([byte, 0]) for byte in data)
    at = rng.randint(0, len(data))
    return data[:at] + b"\0" + data[at:]


def declared(data, rng):
    """The declaration of an encoding, and mostly not the encoding itself."""
    first = f"# -*- coding: {rng.choice(CODINGS)} -*-\n".encode()
    return rng.choice((b"", b"#!/usr/bin/python\n", b"\xef\xbb\xbf")) + first + data


def recoded(data, rng):
    """Another encoding, mostly not declared."""
    text = data.decode() + rng.choice(("# é", "# 한", "# \U0001f600", "x = 'ß'"))
    encoding = rng.choice(
        ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1", "cp949", "utf-7")
    )
    return text.encode(encoding, "replace")


def line_ends(data, rng):
    """Other ends of lines."""
    return data.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\r", b"\x0b", b"\x85", b"\n\n")))


MUTATORS = (
    *map(
        _on_lines,
        (_delete, _delete, _duplicate, _swap, _insert, _insert, _indent, _dedent, _join, _nest,
         _nest_blocks, _long),
    ),
    token_changed, token_changed, null_bytes, declared, recoded, line_ends,
)  # fmt: skip
