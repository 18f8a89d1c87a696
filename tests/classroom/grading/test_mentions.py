"""What a program mentions, each kind of place once, and where."""

import ast

import pytest

from minivgg.classroom.grading.mentions import mentions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import os, subprocess, ctypes as c", [("ctypes", 1), ("subprocess", 1)]),
        ("import urllib.request\nimport os.path", [("urllib", 1)]),
        ("from inspect import stack", [("inspect", 1)]),
        ("from os import path, fork, _exit", [("os._exit", 1), ("os.fork", 1)]),
        ("from . import os", []),
        ("import minivgg", []),
        ("import minivgg.layers\nfrom minivgg import ops, layers",
         [("minivgg.layers", 1), ("minivgg.ops", 2)]),
        ("from minivgg import *\nfrom minivgg.ops import *", [("minivgg.ops", 2)]),
        ("from minivgg.classroom import check, bank\nfrom minivgg.classroom.check import x",
         [("minivgg.classroom.bank", 1), ("minivgg.classroom.check.x", 2)]),
        ("from minivgg.classroom.reference_solutions import im2col", []),
        ("import numpy.ctypeslib", [("numpy.ctypeslib", 1)]),
        ("from numpy import memmap", [("numpy.memmap", 1)]),
        ("import os as a\nimport sys as b\nimport numpy as np\na.fork()\nb.settrace\nnp.memmap\n"
         "a.settrace", [("os.fork", 4), ("sys.settrace", 5), ("numpy.memmap", 6)]),
        ("import os as a, sys as b, json as c\na.fork\nb.path\nc.fork",
         [("os.fork", 2), ("sys.path", 3)]),
        ("os.fork()", [("os.fork", 1)]),
        ("x.os.fork\nx.__globals__", [("__globals__", 2)]),
        ("eval('1')\nexec\ncompile('x', '', 'exec')\nre.compile\ncompile",
         [("eval", 1), ("exec", 2), ("compile", 3)]),
        ("getattr(x, '__code__')\ny = 'ctypes'", [("__code__", 1), ("ctypes", 2)]),
        ("'ctypes'\n'minivgg.ops'", []),
        ("x = 'see minivgg.ops.conv and minivgg.classroom.check, minivgg.layers'",
         [("minivgg.layers", 1), ("minivgg.ops.conv", 1)]),
        ("x = 3\n\nexec\nexec", [("exec", 3)]),
        (";".join(f"import {name}" for name in
                  ("torch", "gc", "dis", "imp", "pip", "pty", "code", "http", "mmap")),
         [(n, 1) for n in ("code", "dis", "gc", "http", "imp", "mmap", "pip", "pty")]),
        (f"x = 'minivgg.{70 * 'a'}'", [(f"minivgg.{52 * 'a'}", 1)]),
        (f"x = {'y' * 9_990 + ' minivgg.ops'!r}", [("minivgg.o", 1)]),
    ],
)  # fmt: skip
def test_each_kind_of_mention(text, expected):
    assert mentions(ast.parse(text)) == expected
