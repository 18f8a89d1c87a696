"""Random hidden cases: no constant passes one, and no set lacks what the task forbids."""

import hashlib
import inspect
import json
import re

import numpy as np
import pytest

from minivgg.classroom import case_generators
from minivgg.classroom.bank import TASKS
from minivgg.classroom.case_generators import generate_cases
from minivgg.classroom.results import Results, bank_results, compare_case
from minivgg.classroom.tasks import Case

CONSTANTS = {
    "zeros": lambda right, arguments: np.zeros_like(right),
    "ones": lambda right, arguments: np.ones_like(right),
    "nothing": lambda right, arguments: np.zeros(0),
    "the first argument": lambda right, arguments: np.asarray(arguments[0]),
    "the second argument": lambda right, arguments: np.asarray(arguments[1]),
}


def constant(task, make):
    """A function that returns a constant of the right shape for each output, and None for None."""

    def function(*arguments):
        right = task.implementation()(*arguments)
        outputs = right if len(task.returns) > 1 else [right]
        made = [None if output is None else make(output, arguments) for output in outputs]
        return made if len(task.returns) > 1 else made[0]

    return function


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (name, kind)
        for name, task in TASKS.items()
        for kind in CONSTANTS
        if kind != "the second argument" or len(task.cases[0].arguments()[0]) > 1
    ],
)
def test_a_constant_passes_no_hidden_case(name, kind):
    task = TASKS[name]
    count = 1 if name == "count_parameters" else 3
    entries = [entry for seed in range(10) for entry in generate_cases(name, count, seed)]
    cases = tuple(map(Case.from_dict, entries))
    results = Results.from_function(constant(task, CONSTANTS[kind]), task, cases)
    expected = bank_results(task, cases)
    assert not [i for i in range(len(cases)) if all(compare_case(results, expected, i).values())]


def test_a_rate_that_never_or_always_falls_passes_no_hidden_case():
    task = TASKS["plateau"]
    cases = tuple(
        Case.from_dict(entry) for seed in range(30) for entry in generate_cases("plateau", 3, seed)
    )
    expected = bank_results(task, cases)
    for function in (lambda h, lr, *rest: lr, lambda h, lr, factor, patience: lr * factor):
        results = Results.from_function(function, task, cases)
        assert not [i for i in range(len(cases)) if compare_case(results, expected, i)["lr"]]


@pytest.mark.parametrize("variant", ["log-of-underflowed-p", "zero-times-log-zero"])
def test_every_set_of_hidden_cases_has_a_confident_wrong_answer_whose_p_underflows(variant):
    task = TASKS["softmax_cross_entropy"]
    for seed in range(40):
        cases = tuple(map(Case.from_dict, generate_cases(task.name, 4, seed)))
        results = bank_results(task, cases, (variant,))
        assert not np.isfinite(results.arrays(0)[0][0])
        assert not compare_case(results, bank_results(task, cases), 0)["loss"]


DIGESTS = {
    "im2col": "c530872d55c07e4d",
    "conv_forward": "e4c20f668854fc0d",
    "col2im": "086618351e0e5d2d",
    "conv_backward": "90de28192f4f79e0",
    "maxpool_forward": "a5fa10d97df0f252",
    "maxpool_backward": "af0bad049a31283d",
    "relu_forward": "4983d6017e3b9da0",
    "relu_backward": "bee5680cfb56d2f6",
    "dropout_forward": "e1db51d56c323331",
    "dropout_backward": "bb8442285a4e77c5",
    "softmax_cross_entropy": "725d7e18446942f3",
    "sgd_step": "b3f99f447f11ef75",
    "plateau": "4f90e2d4c61fb628",
    "receptive_field": "bec49f38c1282fa4",
    "layer_shapes": "77039d746f124c42",
    "count_parameters": "286bf675849bac8e",
    "linear_to_convolution": "18e8cd47c46b0f76",
    "class_map": "d2c149d3805374f5",
    "dense_posteriors": "67dccaafcbd93594",
}


def digest(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def drawn_by_numpy():
    """Of each method that the generators use; NumPy may change them (its NEP 19)."""
    generator = np.random.default_rng(0)
    return [
        generator.integers(0, 100, 20).tolist(),
        generator.permutation(20).tolist(),
        generator.random(20).tolist(),
        generator.standard_normal(20).tolist(),
        generator.uniform(0, 1, 20).tolist(),
    ]


needs_the_same_draws = pytest.mark.skipif(
    digest(drawn_by_numpy()) != "db8826ed29a324a1",
    reason="this version of NumPy draws other numbers than that of the digests",
)


@needs_the_same_draws
@pytest.mark.parametrize("name", TASKS)
def test_a_seed_gives_the_cases_that_it_has_always_given(name):
    """An instructor who kept the seed, and not the files, makes the same checks again."""
    entries = [entry for seed in range(8) for entry in generate_cases(name, 6, seed)]
    assert digest(entries) == DIGESTS[name]


def test_every_method_that_a_generator_calls_is_among_the_draws():
    source = inspect.getsource(case_generators)
    called = set(re.findall(r"\bgenerator\.(\w+)\(", source))
    assert called == set(re.findall(r"\bgenerator\.(\w+)\(", inspect.getsource(drawn_by_numpy)))


def test_cases_without_a_seed_are_drawn_anew():
    assert generate_cases("im2col", 3, None) != generate_cases("im2col", 3, None)
