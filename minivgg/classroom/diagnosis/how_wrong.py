"""How wrong arrays differ from the right ones: a factor, an order, a shift, a constant.

Each function gets the wrong arrays of one output, in all cases in which it is wrong, and says what
all of them have in common, or "". So a sentence is an observation, and not a guess.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.diagnosis.case_facts import Facts
from minivgg.classroom.diagnosis.time_budget import check_time
from minivgg.classroom.results import nearly_equal

MAX_BORDER = 16  # rows or columns before the right result that are tried

Pair: TypeAlias = tuple[Array, Array, Facts]  # the student's array, the right one, and the case

QUANTITIES: dict[str, Callable[[Facts], float]] = {
    "N": lambda f: f["N"],
    "C": lambda f: f["C"],
    "F": lambda f: f["F"],
    "K": lambda f: f["K"],
    "kh·kw": lambda f: f["kh"] * f["kw"],
    "C·kh·kw": lambda f: f["C"] * f["kh"] * f["kw"],
    "OH·OW": lambda f: f["OH"] * f["OW"],
    "N·OH·OW": lambda f: f["N"] * f["OH"] * f["OW"],
    "C·OH·OW": lambda f: f["C"] * f["OH"] * f["OW"],
    "F·OH·OW": lambda f: f["F"] * f["OH"] * f["OW"],
    "H·W": lambda f: f["H"] * f["W"],
    "N·K": lambda f: f["N"] * f["K"],
    "N²": lambda f: f["N"] ** 2,
    "stride": lambda f: f["stride"],
    "stride²": lambda f: f["stride"] ** 2,
    "1 − p": lambda f: 1 - f["p"],
    "p": lambda f: f["p"],
}


def describe_how(pairs: Sequence[Pair]) -> str:
    """What all wrong arrays of an output have in common.

    Parameters
    ----------
    pairs : sequence of tuple
        (the student's array, the right one, facts of the case) of each wrong one.

    Returns
    -------
    words : str
        That follow "dx" and "is" or "has", for example; "" if nothing was found.
    """
    if not pairs:
        return ""
    descriptions: Sequence[Callable[[Sequence[Pair]], str]] = OTHER_SHAPE
    if _shapes_agree(pairs):
        descriptions = SAME_SHAPE
        if any(right.size > 1 for _, right, _ in pairs) and _are_constant(pairs):
            descriptions = (_nearly_right, _not_finite)  # all orders look alike
    for describe in descriptions:
        check_time()
        if found := describe(pairs):
            return found
    return ""


def _are_constant(pairs: Sequence[Pair]) -> bool:
    return all(right.size == 0 or np.ptp(right) == 0 for _, right, _ in pairs)


def _shapes_agree(pairs: Sequence[Pair]) -> bool:
    return all(actual.shape == right.shape for actual, right, _ in pairs)


def _numbers(pair: Pair) -> tuple[Array, Array]:
    return np.asarray(pair[0], float), np.asarray(pair[1], float)


def _nearly_right(pairs: Sequence[Pair]) -> str:
    """Differences of less than one part in a hundred."""
    largest = 0.0
    for pair in pairs:
        actual, right = _numbers(pair)
        if not right.size or not np.isfinite(actual).all() or not np.isfinite(right).all():
            return ""
        largest = max(largest, float(np.abs(actual - right).max() / max(np.abs(right).max(), 1e-6)))
    if largest > 0.01:
        return ""
    exact = ", and has to be exact" if pairs[0][1].dtype.kind in "iu" else ""
    return f"is nearly right: the largest difference is {100 * largest:.2g} %{exact}"


def _constant(pairs: Sequence[Pair]) -> str:
    """The same number everywhere."""
    if any(right.size < 2 and len(pairs) < 3 for _, right, _ in pairs):
        return ""
    values = {float(value) for actual, _, _ in pairs for value in np.unique(actual)}
    if len(values) != 1 or all(np.ptp(right) == 0 for _, right, _ in pairs if right.size):
        return ""
    [value] = values
    return f"is {value:g} everywhere" if np.isfinite(value) else f"is {_infinite(value)} everywhere"


def _infinite(value: float) -> str:
    return "nan" if np.isnan(value) else "inf" if value > 0 else "−inf"


def _factor(pairs: Sequence[Pair]) -> str:
    """A constant factor, or one that is a quantity of the case such as N."""
    factors = []
    for pair in pairs:
        actual, right = _numbers(pair)
        total = float((right * right).sum())
        if not total or not np.isfinite(total):
            return ""
        factor = float((actual * right).sum()) / total
        if not np.isfinite(factor) or not factor or not nearly_equal(actual, factor * right):
            return ""
        factors.append(factor)
    facts = [f for _, _, f in pairs]
    if np.ptp(factors) < 1e-3 * abs(factors[0]):
        if abs(factors[0] + 1) < 1e-3:
            return "has the wrong sign"
        if len({tuple(sorted(f.items())) for f in facts}) == 1 and pairs[0][1].size < 2:
            return ""  # one number: the factor may be a coincidence
        return f"is the right result times {factors[0]:.4g}"
    for name, quantity in QUANTITIES.items():
        try:
            values = np.array([quantity(f) for f in facts])
        except KeyError:
            continue
        for text, expected in ((f"times {name}", values), (f"divided by {name}", 1 / values)):
            if np.allclose(np.abs(factors), expected, rtol=1e-3):
                if max(factors) < 0:
                    return f"is the right result {text}, with the wrong sign"
                if min(factors) > 0:
                    return f"is the right result {text}"
    if all(right.size < 2 for _, right, _ in pairs):
        return ""  # any number is a multiple of another
    return "is the right result times a number that differs from case to case"


def _function_of_right(pairs: Sequence[Pair]) -> str:
    functions: dict[str, Callable[[Array], Array]] = {
        "is right where it is positive, and 0 where it should be negative": lambda a: a.clip(0),
        "is the absolute value of the right result": np.abs,
        "is the right result without its decimals, as integers": np.trunc,
        "is the right result rounded to integers": np.round,
        "is limited to the range from 0 to 1": lambda a: a.clip(0, 1),
        "is the square of the right result": np.square,
        "is 1 where it should be positive, else 0": lambda a: (a > 0) * 1.0,
        "is 1 where it should not be 0, else 0": lambda a: (a != 0) * 1.0,
    }
    for words, function in functions.items():
        if all(nearly_equal(a, function(r)) for a, r in map(_numbers, pairs)):
            return words
    return ""


def _order_of_axes(pairs: Sequence[Pair]) -> str:
    """The axes in another order."""
    dimensions = {right.ndim for _, right, _ in pairs}
    if len(dimensions) != 1 or not 2 <= (n := dimensions.pop()) <= 6:
        return ""
    for order in list(itertools.permutations(range(n)))[1:]:
        check_time()
        if all(nearly_equal(actual, right.transpose(order)) for actual, right, _ in pairs):
            return f"has its axes in another order: it is the right array transposed by {order}"
    return ""


def _flipped(pairs: Sequence[Pair]) -> str:
    dimensions = min(right.ndim for _, right, _ in pairs)
    for count in range(1, min(dimensions, 4) + 1):
        for axes in itertools.combinations(range(-1, -dimensions - 1, -1), count):
            if all(nearly_equal(actual, np.flip(right, axes)) for actual, right, _ in pairs):
                names = " and ".join(_axis_from_the_end(axis) for axis in axes)
                return f"is reversed along {names}"
    return ""


def _axis_from_the_end(axis: int) -> str:
    return {-1: "its last axis", -2: "its second last axis"}.get(axis, f"axis {axis}")


def _difference(pairs: Sequence[Pair]) -> str:
    """A constant added to each map or to all numbers."""
    differences = [a - r for a, r in map(_numbers, pairs)]
    if any(not np.isfinite(d).all() or d.size < 2 for d in differences):
        return ""
    flat = [d.reshape(*d.shape[:2], -1) if d.ndim == 4 else None for d in differences]
    if all(np.ptp(d) <= 1e-4 * np.abs(d).max() for d in differences):
        return "differs from the right result by the same number everywhere"
    if all(
        d is not None and d.shape[2] > 1 and (np.ptp(d, axis=2) <= 1e-4 * np.abs(d).max()).all()
        for d in flat
    ):
        return "differs from the right result by one number in each map, as a bias would"
    return ""


def _shifted(pairs: Sequence[Pair]) -> str:
    """Moved by a few rows and columns."""
    if any(right.ndim < 2 or min(right.shape[-2:]) < 3 for _, right, _ in pairs):
        return ""
    steps = sorted(
        ((i, j) for i in range(-2, 3) for j in range(-2, 3) if (i, j) != (0, 0)),
        key=lambda step: abs(step[0]) + abs(step[1]),
    )
    for i, j in steps:
        if all(nearly_equal(*_overlap(a, r, i, j)) for a, r in map(_numbers, pairs)):
            parts = [f"{_count(i, 'row')} {'down' if i > 0 else 'up'}"] * (i != 0)
            parts += [f"{_count(j, 'column')} to the {'right' if j > 0 else 'left'}"] * (j != 0)
            return f"is shifted by {' and '.join(parts)}"
    return ""


def _count(step: int, noun: str) -> str:
    return f"{abs(step)} {noun}{'s' * (abs(step) > 1)}"


def _overlap(actual: Array, right: Array, i: int, j: int) -> tuple[Array, Array]:
    """actual[y + i, x + j] beside right[y, x]."""

    def slices(step: int) -> tuple[slice, slice]:
        inner, outer = slice(max(step, 0), None), slice(max(-step, 0), None)
        return (
            slice(inner.start, -outer.start or None),
            slice(outer.start, -inner.start or None),
        )

    (rows, from_rows), (columns, from_columns) = slices(i), slices(j)
    return actual[..., rows, columns], right[..., from_rows, from_columns]


def _rolled(pairs: Sequence[Pair]) -> str:
    """Moved cyclically along the last two axes, perhaps by other steps in each case."""
    if any(right.ndim < 2 for _, right, _ in pairs):
        return ""
    for actual, right in map(_numbers, pairs):
        h, w = right.shape[-2:]
        steps = itertools.product(range(h), range(w))
        if not any(nearly_equal(actual, np.roll(right, step, (-2, -1))) for step in steps):
            return ""
    return (
        "has the right numbers, but moved cyclically: a negative index counts from the end of an "
        "axis"
    )


def _reshaped(pairs: Sequence[Pair]) -> str:
    """The right array with its axes in another order, then reshaped to the right shape."""
    dimensions = {right.ndim for _, right, _ in pairs}
    if len(dimensions) != 1 or not 2 <= (n := dimensions.pop()) <= 5:
        return ""
    for order in list(itertools.permutations(range(n)))[1:]:
        if all(nearly_equal(a, r.transpose(order).reshape(a.shape)) for a, r, _ in pairs):
            return (
                "has the right numbers in the wrong places: it was reshaped from an array whose "
                f"axes are in another order. The right array, transposed by {order} and then "
                "reshaped, gives your result"
            )
    return ""


def _other_places(pairs: Sequence[Pair]) -> str:
    for pair in pairs:
        actual, right = (np.sort(a, axis=None) for a in _numbers(pair))
        if not nearly_equal(actual, right):
            return ""
    return "has the right numbers in the wrong places"


def _not_finite(pairs: Sequence[Pair]) -> str:
    kinds = set()
    for actual, right in map(_numbers, pairs):
        odd = ~np.isfinite(actual) & np.isfinite(right)
        if not odd.any():
            return ""
        kinds |= {_infinite(value) for value in actual[odd]}
    everywhere = all(not np.isfinite(a).any() for a, _ in map(_numbers, pairs))
    return f"{'is' if everywhere else 'contains'} {' and '.join(sorted(kinds))}"


def _empty(pairs: Sequence[Pair]) -> str:
    return "is an empty array" if all(a.size == 0 < r.size for a, r, _ in pairs) else ""


def _only_shape_differs(pairs: Sequence[Pair]) -> str:
    if any(a.size != r.size for a, r, _ in pairs):
        return ""
    actual, right, _ = pairs[0]
    if all(nearly_equal(a.reshape(r.shape), r) for a, r, _ in pairs):
        if all(np.squeeze(a).shape == np.squeeze(r).shape for a, r, _ in pairs):
            return (
                f"has the right numbers, but the shape {actual.shape} instead of {right.shape}: "
                "axes of length 1 are too many or missing"
            )
        return f"has the right numbers, but the shape {actual.shape} instead of {right.shape}"
    return ""


def _with_a_border(pairs: Sequence[Pair]) -> str:
    """The right array lies somewhere in a larger one."""
    if any(
        a.ndim != r.ndim or r.ndim < 2 or a.shape[:-2] != r.shape[:-2] or a.shape == r.shape
        for a, r, _ in pairs
    ):
        return ""
    if any(a.shape[-2] < r.shape[-2] or a.shape[-1] < r.shape[-1] for a, r, _ in pairs):
        return ""
    rows = min(a.shape[-2] - r.shape[-2] for a, r, _ in pairs)
    columns = min(a.shape[-1] - r.shape[-1] for a, r, _ in pairs)
    offsets = (range(min(difference, MAX_BORDER) + 1) for difference in (rows, columns))
    for top, left in itertools.product(*offsets):
        check_time()
        parts = [a[..., top : top + r.shape[-2], left : left + r.shape[-1]] for a, r, _ in pairs]
        if all(nearly_equal(part, r) for part, (_, r, _) in zip(parts, pairs, strict=True)):
            return "contains the right result, but has additional rows or columns around it"
    return "has too many rows or columns"


def _part_missing(pairs: Sequence[Pair]) -> str:
    """The student's array is the beginning of the right one."""
    if any(a.ndim != r.ndim or a.size == 0 for a, r, _ in pairs):
        return ""
    if all(nearly_equal(a, r[tuple(map(slice, a.shape))]) for a, r, _ in pairs):
        return "is right, but rows or columns are missing at the end"
    return ""


def _summed_axis(pairs: Sequence[Pair]) -> str:
    """An axis was reduced that should not be, or the other way round."""
    reductions: dict[str, Callable[..., Any]] = {"sum": np.sum, "mean": np.mean, "maximum": np.max}
    axes = range(max(max(a.ndim, r.ndim) for a, r, _ in pairs))
    for (word, reduce), axis in itertools.product(reductions.items(), axes):

        def reduced(a: Array, axis: int = axis, reduce: Callable[..., Any] = reduce) -> Any:
            return np.asarray(reduce(a, axis=axis)) if axis < a.ndim and a.size else None

        if all(nearly_equal(a, reduced(r)) for a, r, _ in pairs):
            return f"is the {word} of the right result over axis {axis}"
        if all(nearly_equal(reduced(a), r) for a, r, _ in pairs):
            return f"is not yet reduced: its {word} over axis {axis} is the right result"
    return ""


# In this order: the first that finds something is used.
SAME_SHAPE = (
    _nearly_right,
    _constant,
    _factor,
    _function_of_right,
    _order_of_axes,
    _flipped,
    _difference,
    _shifted,
    _rolled,
    _reshaped,
    _other_places,
    _not_finite,
)
OTHER_SHAPE = (
    _empty,
    _only_shape_differs,
    _order_of_axes,
    _with_a_border,
    _part_missing,
    _summed_axis,
)
