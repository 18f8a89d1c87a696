"""One function of an assignment as people write it: in cells of notebooks, and around it."""

import json

from minivgg.classroom import check

NAME = "softmax_cross_entropy"

LOSS = """import numpy as np
def softmax_cross_entropy(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    n = len(labels)
    loss = -logp[np.arange(n), labels].mean()
    d = np.exp(logp)
    d[np.arange(n), labels] -= 1
    return loss, d / n
"""

LSE = "np.log(np.exp(z).sum(axis=1, keepdims=True))"
LATER = f"def {NAME}(logits, labels):\n    return reference(logits, labels)"


def using(expression, line=""):
    """The function, with an expression that has to be 1, and perhaps a further line."""
    return LOSS.replace(".mean()", f".mean() * ({expression})").replace("    n =", f"{line}    n =")


def notebook(*cells, metadata=None, counts=()):
    counted = [*counts, *[None] * len(cells)]
    code = {"cell_type": "code", "metadata": {}, "outputs": []}
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": metadata or {},
            "cells": [
                code | {"id": f"c{i}", "source": cell, "execution_count": count}
                for i, (cell, count) in enumerate(zip(cells, counted, strict=False))
            ],
        }
    )


def assert_right(module):
    verdict = check(getattr(module, NAME), NAME, quiet=True)
    assert verdict.passed, verdict.message


# Cells around a function that is right in Jupyter.
COUNT = {
    "a constant that is computed": [
        "import numpy as np\nTINY = np.finfo(float).tiny",
        using("TINY / TINY"),
    ],
    "a constant with a type": ["ONE: float = float('1')", using("ONE")],
    "several names at once": ["(ONE, *REST), TWO = [1, 5], max(2, 1)", using("ONE * TWO / 2")],
    "a constant that is changed": ["ONE = 3\nONE -= 2", using("ONE")],
    "a constant of a constant": ["A = len('a')\nB = A * 2", "C = B - A", using("C")],
    "a list that is filled": [
        "T = []\nfor i in range(3):\n    T.append(i)\nT.sort()",
        using("T[1]"),
    ],
    "an item that is set": ["D = {}\nD['a'] = 1\nD.update(b=2)", using("D['a'] * D['b'] / 2")],
    "an attribute of a function": [using(f"{NAME}.one"), f"{NAME}.one = 1"],
    "an attribute of a module": ["import numpy as np\nnp.one = int(1)", using("np.one")],
    "a helper as lambda": ["lse = lambda z: " + LSE, LOSS.replace(LSE, "lse(z)")],
    "the answer as lambda": [LOSS.replace(NAME, "f"), f"{NAME} = lambda *a: f(*a)"],
    "the answer by another name": [LOSS.replace(NAME, "mine"), f"{NAME} = mine"],
    "the answer as partial": [
        "from functools import partial",
        LOSS.replace(NAME + "(", "f(mode, "),
        f"{NAME} = partial(f, 'mean')",
    ],
    "a class": [
        "class Helper:\n    one = 1\n    def get(self):\n        return self.one * ONE",
        "ONE = 1\nhelper = Helper()",
        using("helper.get()"),
    ],
    "a decorator": [
        "import functools\ndef same(f):\n    @functools.wraps(f)\n    def g(*a):\n"
        "        return f(*a)\n    return g",
        LOSS.replace("def ", "@same\ndef "),
    ],
    "a default": ["ONE = int(1)", using("one").replace("labels):", "labels, one=ONE):")],
    "a global that is counted": ["calls = 0", using("1", "    global calls\n    calls += 1\n")],
    "a guarded import": [
        "try:\n    import cupy as np\nexcept ImportError:\n    !pip install numpy\n"
        "    import numpy as np",
        LOSS.replace("import numpy as np\n", ""),
    ],
    "a definition in an if": [
        "if len('a') == 1:\n    def one(): return 1\nelse:\n    one = None",
        using("one()"),
    ],
    "names in a with": [
        "import numpy as np\nwith np.errstate(all='ignore'):\n    E = np.exp(0)",
        using("E"),
    ],
    "all names of a module": [
        "from math import *\nfrom minivgg.classroom import *",
        using("cos(0)"),
    ],
    "annotations of a later version": [
        "from __future__ import annotations",
        LOSS.replace("labels):", "labels: Array) -> Result:"),
    ],
    "a setting": [
        "import sys\nsys.setrecursionlimit(6000)",
        using("one(4000)", "    def one(k): return one(k - 1) if k else 1\n"),
    ],
    "a helper below": [LATER, LOSS.replace(NAME, "reference")],
    "the last definition": [LOSS.replace("d / n", "d"), LOSS],
    "%%time": ["%%time\n" + LOSS, "%%capture out\nONE = int(1)"],
    "%%timeit": ["%%timeit -n 3\n" + LOSS],
    "%%timeit after the definition": [LOSS, f"%%timeit\nnp = 3\ndef {NAME}(): pass"],
    "%%writefile": ["%%writefile loss.py\n" + LOSS, f"import loss\ncheck(loss.{NAME})"],
    "cells of other languages": ["%%bash\nls -l", LOSS, "%%html\n<b>x", "%%javascript\nvar x = {"],
    "commands": [
        "%matplotlib inline\n!pip install numpy",
        LOSS,
        "np.pad?\nfiles = !ls\nt = %timeit -o f()\nif files:\n    %cd ..\n,f a",
        "?np.pad",
    ],
    "operators at the beginning of lines": [
        using("1", "    labels = (\n        labels\n        % logits.shape[1]\n    )\n"),
    ],
    "waiting": [
        "import asyncio",
        LOSS,
        "await asyncio.sleep(1)\nx = await f()\nasync with a as b: c()",
    ],
    "progress bars": [
        "from tqdm.auto import tqdm, trange",
        using(
            "sum(1 for _ in tqdm([0]))", "    for i in tqdm(trange(2), desc='x'): tqdm.write('x')\n"
        ),
    ],
}
