"""Every operation has a specification in plain loops, and a test here that compares the two."""

import ast
import inspect
from pathlib import Path

import pytest

from minivgg import ops
from minivgg.textbook import loops

WITHOUT_LOOPS = {
    "im2col",  # its specification is textbook.im2col, and so is col2im's
    "col2im",
    "filters_channels_last",  # changes the order of memory only
    "output_size",
    "pair",
}
NOT_OF_ARRAYS = {"output_size", "pair"} | {
    name for name in ops.__all__ if name.endswith("_backward") or not callable(getattr(ops, name))
}
OPERATIONS = sorted(
    name for name in ops.__all__ if callable(getattr(ops, name)) and name not in WITHOUT_LOOPS
)


def compared_names():
    """What the tests of this folder take from ``loops`` as well as from ``ops``."""
    taken = {"ops": set(), "loops": set()}
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                taken.get(node.value.id, set()).add(node.attr)
    return taken["ops"] & taken["loops"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_compared_with_its_specification(name):
    assert callable(getattr(loops, name, None)), f"write {name} in minivgg/textbook/loops.py"
    assert name in compared_names(), f"compare ops.{name} with loops.{name} in tests/ops"


@pytest.mark.parametrize("name", [name for name in ops.__all__ if name not in NOT_OF_ARRAYS])
def test_none_instead_of_an_array_is_refused_by_name(name):
    operation = getattr(ops, name)
    parameters = inspect.signature(operation).parameters.values()
    first, *others = [p.name for p in parameters if p.default is p.empty]
    with pytest.raises(TypeError, match=rf"^{name}: {first} is None, expected a NumPy or CuPy"):
        operation(None, *([None] * len(others)))


def test_every_operation_that_is_differentiated_is_exported_with_its_gradient():
    backward = {name for name in ops.__all__ if name.endswith("_backward")}
    assert {f"{name}_backward" for name in ops.__all__} & set(vars(ops)) == backward
    assert {name.removesuffix("_backward") for name in backward} <= set(ops.__all__)


def test_the_exceptions_are_operations_without_a_specification():
    assert set(ops.__all__) >= WITHOUT_LOOPS
    assert not WITHOUT_LOOPS & set(vars(loops))
