"""Names that a program imports, by which equal functions are recognised."""

import ast

import pytest

from minivgg.classroom.grading.function_forms import imported_names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import numpy", {"numpy": "numpy"}),
        ("import numpy as np", {"np": "numpy"}),
        ("import numpy.linalg", {"numpy": "numpy.linalg"}),
        ("import numpy.linalg as la, math", {"la": "numpy.linalg", "math": "math"}),
        ("from numpy import max as m, min", {"m": "numpy.max", "min": "numpy.min"}),
        ("def f():\n    from a.b import c\nimport d", {"c": "a.b.c", "d": "d"}),
        ("x = 1", {}),
    ],
)
def test_imported_names(text, expected):
    assert imported_names(ast.parse(text)) == expected
