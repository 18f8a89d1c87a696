"""Damage to files of hidden checks: descriptions of arrays that are huge, negative or none."""

from . import json_values
from .json_values import NUMBERS, TEXTS, strange_value

KINDS = ("normal", "distinct", "integers", "levels", "array", "rng", "previous", "uniform", "")
SIZES = (
    0,
    1,
    2,
    3,
    1000,
    10**6,
    10**7,
    2**31,
    2**40,
    2**62,
    2**64,
    -1,
    1.0,
    2.5,
    True,
    None,
    "3",
    [3],
)
SHAPES = (
    [],
    [2] * 20,
    [2] * 40,
    [1] * 70,
    [0] * 5,
    [10**6] * 2,
    [1000] * 2,
    [1000] * 3,
    [1, 10**6],
    5,
    "ab",
    None,
)
ARRAYS = (
    [], [[]], [[], [1]], [1, "a"], [None], "text", 5, {"a": 1}, [True, 2.5], [2**70], [[1, 2], [3]],
    [float("nan")], [{"normal": [2]}], [[[[[[[[[1]]]]]]]]], [10**308 * 10], [0] * 10**5,
    [[0] * 10] * 10**4,
)  # fmt: skip


def _descriptions(tree):
    """(container, key) of each description of an argument."""
    return [(c, k) for c, k in json_values.places(tree) if k in KINDS and isinstance(c, dict)]


def _shape(rng):
    if rng.random() < 0.4:
        return rng.choice(SHAPES)
    return [rng.choice(SIZES) for _ in range(rng.randint(0, 5))]


def _size(tree, rng):
    container, key = rng.choice(_descriptions(tree))
    container[key] = _shape(rng)
    return tree


def _one_size(tree, rng):
    container, key = rng.choice(_descriptions(tree))
    container[key][rng.randrange(len(container[key]))] = rng.choice((*SIZES, *range(1, 9)))
    return tree


def _kind(tree, rng):
    container, key = rng.choice(_descriptions(tree))
    container[rng.choice(KINDS)] = container.pop(key) if rng.random() < 0.8 else container[key]
    return tree


def _argument(tree, rng):
    call = rng.choice(rng.choice(tree)["calls"])
    value = rng.choice((
        {rng.choice(KINDS): _shape(rng)}, {"array": rng.choice(ARRAYS)},
        {"rng": rng.choice((*NUMBERS, *TEXTS))},
        {"previous": rng.choice((0, 1, 2, -1, 10**9, "0", None, 0.0, True))}, rng.choice(NUMBERS),
        [{"normal": [2, 2]}] * rng.choice((1, 100)), strange_value(rng),
    ))  # fmt: skip
    at = rng.randrange(len(call))
    call[at : at + rng.choice((0, 1, 1, 1))] = [value]
    return tree


def _number(tree, rng):
    """Kernels, strides and paddings."""
    call = rng.choice(rng.choice(tree)["calls"])
    at = rng.choice([i for i, value in enumerate(call) if not isinstance(value, dict)])
    call[at] = rng.choice(
        (0, 1, 2, 5, 50, 999, 10**4, 10**5, 10**6, 10**9, -1, -1000, 2.0, True, None)
    )
    return tree


def _many(tree, rng):
    if rng.random() < 0.3:
        return tree * rng.choice((2, 30, 2000))
    entry = rng.choice(tree)
    entry["calls"] = entry["calls"] * rng.choice((0, 2, 30, 2000))
    return tree


def _seed(tree, rng):
    rng.choice(tree)["seed"] = rng.choice((*NUMBERS, *TEXTS, None, True, [], [1]))
    return tree


def _about(tree, rng):
    rng.choice(tree)["about"] = rng.choice((*TEXTS, *NUMBERS, "x" * 10**5, None, [], {}, True))
    return tree


OF_CHECKS = json_values.of_trees(
    _size,
    _size,
    _one_size,
    _one_size,
    _kind,
    _argument,
    _argument,
    _number,
    _number,
    _many,
    _seed,
    _about,
)
MUTATORS = (*OF_CHECKS, *json_values.MUTATORS)
