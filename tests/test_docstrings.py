"""The docstrings: numpydoc sections, all parameters described, examples that run."""

import doctest
import importlib
import inspect
import pkgutil
from enum import Enum
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpydoc.validate import validate

import minivgg
from minivgg import backend

# The kernels have the contract of the operation that calls them, commands are described by their
# --help, and the bank by the texts that students see: there, sections may be left out.
SECTIONS_OPTIONAL = (
    "minivgg.backend.cpu",
    "minivgg.backend.cuda",
    "minivgg.classroom.answers",
    "minivgg.classroom.bank",
    "minivgg.classroom.worker",
    "minivgg.cli",
)
MISSING_SECTION = {"PR01", "RT01", "YD01"}
NOT_ASKED = {
    "GL01",  # the summary stands in the line of the opening quotes
    "GL02",  # a docstring of one line closes in that line
    "SS02",  # a summary may begin with a formula
    "SS05",  # "Return" and "Returns" are both common
    "ES01",  # no extended summary where one sentence says it
    "PR08",  # a description may begin with a formula
    "RT02",  # a named result, "y : ...", is welcome
    "RT04",
    "SA01",  # See Also only where it helps
    "EX01",  # Examples: the list below
}
WITH_EXAMPLES = [
    "minivgg.analysis.gradcheck.gradcheck",
    "minivgg.analysis.receptive_field.receptive_field",
    "minivgg.backend.seed",
    "minivgg.backend.to_numpy",
    "minivgg.backend.use",
    "minivgg.data.ArrayDataset",
    "minivgg.data.Loader",
    "minivgg.data.Normalize",
    "minivgg.data.load",
    "minivgg.data.train_val_split",
    "minivgg.evaluation.metrics.evaluate",
    "minivgg.layers.BatchNorm2d",
    "minivgg.layers.Concat",
    "minivgg.layers.Conv2d",
    "minivgg.layers.Dropout",
    "minivgg.layers.Layer",
    "minivgg.layers.Linear",
    "minivgg.layers.MaxPool2d",
    "minivgg.layers.ReLU",
    "minivgg.layers.Residual",
    "minivgg.layers.Sequential",
    "minivgg.layers.eval_mode",
    "minivgg.layers.losses.SoftmaxCrossEntropy",
    "minivgg.models.googlenet",
    "minivgg.models.summary",
    "minivgg.models.to_fully_convolutional",
    "minivgg.models.vgg",
    "minivgg.models.vgg16",
    "minivgg.ops.conv2d",
    "minivgg.ops.conv2d_backward",
    "minivgg.ops.im2col",
    "minivgg.ops.linear",
    "minivgg.ops.max_pool2d",
    "minivgg.ops.relu",
    "minivgg.ops.softmax_cross_entropy",
    "minivgg.optim.SGD",
    "minivgg.optim.StepLR",
    "minivgg.textbook.im2col.conv2d",
    "minivgg.training.trainer.Trainer",
    "minivgg.weights.load",
    "minivgg.weights.save",
]
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(minivgg.__path__, "minivgg.")
    if not module.name.endswith("__main__")
)


def public_objects(module_name):
    """{qualified name: object} of the public classes, functions and methods of a module."""
    module, found = importlib.import_module(module_name), {}
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module_name:
            continue
        if inspect.isclass(value):
            found[f"{module_name}.{name}"] = value
            found |= {
                f"{module_name}.{name}.{key}": member
                for key, member in vars(value).items()
                if not key.startswith("_") and is_function(member, module_name)
            }
        elif inspect.isfunction(value):
            found[f"{module_name}.{name}"] = value
    return found


def is_function(member, module_name):
    """Whether a member of a class is a method or a property written in this module."""
    if isinstance(member, property):
        return True
    function = inspect.unwrap(getattr(member, "__func__", member))
    return inspect.isfunction(function) and function.__module__ == module_name


def is_never_called(value):
    """Whether this is a protocol or an enumeration: nobody passes arguments to those."""
    return inspect.isclass(value) and (
        issubclass(value, Enum) or vars(value).get("_is_protocol", False)
    )


def overrides_a_documented_method(name, module_name):
    """Whether a base class has this method, with a docstring: its sections hold for both."""
    parts = name.removeprefix(f"{module_name}.").split(".")
    if len(parts) != 2:
        return False
    cls = getattr(importlib.import_module(module_name), parts[0])
    bases = [base for base in cls.__mro__[1:] if base.__module__.startswith("minivgg")]
    return any(getattr(vars(base).get(parts[1]), "__doc__", None) for base in bases)


@cache
def has_signature(value):
    """NumPy 2.0's arrays have none, and neither have classes derived from them."""
    try:
        inspect.signature(value)
    except ValueError:
        return False
    return True


def complaints(name):
    return [(code, text) for code, text in validate(name)["errors"] if code not in NOT_ASKED]


@pytest.mark.parametrize("module_name", MODULES)
def test_docstrings_follow_numpydoc_and_describe_all_parameters(module_name):
    wrong = []
    for name, value in public_objects(module_name).items():
        found = complaints(name)
        short = module_name.startswith(SECTIONS_OPTIONAL) or is_never_called(value)
        if short or overrides_a_documented_method(name, module_name):
            found = [(code, text) for code, text in found if code not in MISSING_SECTION]
        if callable(value) and not has_signature(value):
            found = [(code, text) for code, text in found if code != "PR02"]
        wrong += [f"{name}: {code} {text}" for code, text in found]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("module_name", MODULES)
def test_examples_run(module_name, tmp_path, monkeypatch):
    """Each docstring's examples run by themselves, in an empty folder, from the same seed."""
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(module_name)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for example in doctest.DocTestFinder().find(module, module_name):
        backend.seed(0)
        with np.printoptions(precision=4, suppress=True):
            runner.run(example)
    assert runner.failures == 0


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_most_used_functions_have_examples(name):
    module, _, function = name.rpartition(".")  # minivgg.ops.linear is a function and a module
    assert ">>>" in inspect.getdoc(getattr(importlib.import_module(module), function))


@pytest.mark.parametrize("module_name", MODULES)
def test_no_public_signature_says_any(module_name):
    """mypy sees to it that there are types; an alias such as ``Array`` says what is meant.

    What a layer saves for itself, and what JSON holds, can be anything.
    """
    opaque = {
        f"minivgg.classroom.worker.packing.{name}"
        for name in ("from_bytes", "pack", "split", "unpack")
    }
    opaque |= {f"minivgg.layers.base.Layer.{name}_for_backward" for name in ("save", "saved")}
    for name, value in public_objects(module_name).items():
        value = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        value = value.__init__ if inspect.isclass(value) else value
        types = getattr(inspect.unwrap(value), "__annotations__", {}).values()
        assert name in opaque or Any not in types, name
