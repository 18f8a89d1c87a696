"""The results of a function for all cases of a task, and comparing them."""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Self, TypeAlias

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.tasks import Case, Task
from minivgg.classroom.worker.calls import ErrorRecord, Record, make_calls

Arrays: TypeAlias = Array | list[Any] | None  # an output, or a list of several
Observations: TypeAlias = dict[str, Any]  # what is compared in one case, by its name

MAX_KEPT = 10_000  # results of the bank: those of about five tasks, each with all pairs of mistakes
RELATIVE_TOLERANCE = 1e-4  # of an array's largest number: float32 passes, no known mistake does


class Results:
    """What one function returned for all cases.

    Parameters
    ----------
    task : Task
        The task that the function is to solve.
    cases : sequence of Case
        Public or hidden ones.
    records : list of list
        For each case the records of ``make_calls``. The first case is there twice, once at the end,
        to see whether equal calls give equal results.
    """

    def __init__(self, task: Task, cases: Sequence[Case], records: list[list[Record]]) -> None:
        self.task, self.cases, self.records = task, tuple(cases), records
        self._observed: dict[int, Observations | None] = {}

    @classmethod
    def from_function(
        cls, function: Callable[..., object], task: Task, cases: Sequence[Case]
    ) -> Self:
        """Call a function in this process.

        Parameters
        ----------
        function : function
            A student's, or an answer of the bank.
        task : Task
            The task that the function is to solve.
        cases : sequence of Case
            For which it is called.

        Returns
        -------
        results : Results
            Of all cases, also of those that ended in an error.
        """
        count = len(task.returns)
        records = [make_calls(function, case.arguments(), count) for case in [*cases, cases[0]]]
        return cls(task, cases, records)

    def __len__(self) -> int:
        return len(self.cases)

    def arrays(self, i: int) -> list[list[Array | None]] | None:
        """What each call of a case returned.

        Parameters
        ----------
        i : int
            The index of the case; the case after the last one is the first one again.

        Returns
        -------
        arrays : list of list, or None if the case ended in an error
            The outputs of each call.
        """
        if any("error" in record for record in self.records[i]):
            return None
        return [record["arrays"] for record in self.records[i]]

    def observed(self, i: int) -> Observations | None:
        """What is compared in a case.

        Parameters
        ----------
        i : int
            The index of the case.

        Returns
        -------
        observed : dict, or None if the case ended in an error
            Arrays by the names of the outputs, or by those that the task observes.
        """
        if i not in self._observed:
            self._observed[i] = _observe(self.task, self.cases[i], self.arrays(i))
        return self._observed[i]

    @property
    def changed_arguments(self) -> tuple[int, ...]:
        """The indices of arguments that the function wrote into, of those that it may not."""
        changed = {k for records in self.records for record in records for k in record["changed"]}
        return tuple(sorted(changed - set(self.task.writable)))

    @property
    def errors(self) -> list[tuple[Case, ErrorRecord]]:
        """(case, [kind, sentence, line, code]) of each case that ended in an error."""
        return [
            (case, record["error"])
            for case, records in zip(self.cases, self.records, strict=False)
            for record in records
            if "error" in record
        ]


@lru_cache(maxsize=MAX_KEPT)
def bank_results(task: Task, cases: tuple[Case, ...], mistakes: tuple[str, ...] = ()) -> Results:
    """The results of the bank's answer with these mistakes; without any, the right results.

    Parameters
    ----------
    task : Task
        One of the bank's.
    cases : tuple of Case
        For which the answer is called.
    mistakes : tuple of str
        Names of mistakes or of their variants.

    Returns
    -------
    results : Results
        Kept for the next caller.
    """
    function, count = task.implementation(mistakes), len(task.returns)
    # the first case is repeated only in what others look at: there are many pairs of mistakes
    calls = [case.arguments() for case in (cases if mistakes else (*cases, cases[0]))]
    results = Results(task, cases, [make_calls(function, call, count) for call in calls])
    if task.observe is not None and len(mistakes) > 1:
        # there are many pairs: keep only what is compared
        for i in range(len(cases)):
            results.observed(i)
        results.records = []
    return results


def nearly_equal(actual: Arrays, expected: Arrays, atol: float | None = None) -> bool:
    """Whether two arrays, or lists of arrays, are equal up to rounding.

    Parameters
    ----------
    actual : array, None, or list of them
        A student's.
    expected : array, None, or list of them
        The bank's.
    atol : float, optional
        How much floats may differ: by default ``RELATIVE_TOLERANCE`` of the largest expected
        number. Where integers are expected, floats must be equal to them.

    Returns
    -------
    is_equal : bool
        False where shapes differ.

    Examples
    --------
    >>> nearly_equal(np.array([1.0, 2.0]), np.array([1.0, 2.00001]))
    True
    >>> nearly_equal(np.array([1, 2]), np.array([[1, 2]]))
    False
    """
    if actual is None or expected is None:
        return actual is None and expected is None
    if isinstance(actual, list) and isinstance(expected, list):
        return len(actual) == len(expected) and all(
            nearly_equal(a, b, atol) for a, b in zip(actual, expected, strict=True)
        )
    if isinstance(actual, list) or isinstance(expected, list) or actual.shape != expected.shape:
        return False
    if expected.dtype.kind in "iu" or (expected.dtype.kind == "b" and actual.dtype.kind in "biu"):
        return bool((actual == expected).all())  # a count, for example, is right or wrong
    a, b = np.asarray(actual, float), np.asarray(expected, float)
    finite = np.isfinite(b)
    if not np.array_equal(np.isfinite(a), finite):  # an overflow can give inf or nan
        return False
    a, b = a[finite], b[finite]
    if atol is None:
        atol = RELATIVE_TOLERANCE * np.abs(b).max(initial=1e-6)
    return bool((np.abs(a - b) <= atol).all())


class Comparison(NamedTuple):
    """One compared array of a case, beside the right one.

    Parameters
    ----------
    case : int
        The index of the case.
    call : int
        The index of the call in the case.
    name : str
        Of the output, or of what the task observes.
    actual, right : array, optional
        The student's, and the bank's; None for None.
    is_right : bool
        Whether they are nearly equal.
    """

    case: int
    call: int
    name: str
    actual: Array | None
    right: Array | None
    is_right: bool


def compare_arrays(results: Results, expected: Results) -> list[Comparison]:
    """Each compared array of each case that did not end in an error.

    Parameters
    ----------
    results, expected : Results
        A student's, and the right ones, of the same cases.

    Returns
    -------
    comparisons : list of Comparison
        In the order of cases, outputs and calls.
    """
    tolerances = results.task.tolerances
    found = []
    for i in range(len(results)):
        actual, right = results.observed(i), expected.observed(i)
        if actual is None or right is None:
            continue
        for name, arrays in right.items():
            if actual and name not in actual:
                continue  # observed in the right results only
            theirs = actual.get(name)
            several = arrays if isinstance(arrays, list) else [arrays]
            ours = theirs if isinstance(theirs, list) else [theirs] * len(several)
            found += [
                Comparison(i, call, name, a, b, nearly_equal(a, b, tolerances.get(name)))
                for call, (a, b) in enumerate(zip(ours, several, strict=True))
            ]
    return found


def compare_case(results: Results, expected: Results, i: int) -> dict[str, bool]:
    """Which outputs of a case are right.

    Parameters
    ----------
    results : Results
        A student's.
    expected : Results
        The bank's, for the same cases.
    i : int
        The index of the case.

    Returns
    -------
    correct : dict
        {name: whether it is right} of what is compared.
    """
    actual, right, task = results.observed(i), expected.observed(i), results.task
    assert right is not None, "the bank's answer has no errors"
    if not actual:
        return dict.fromkeys(right, False)
    if task.observe is None:
        return {name: nearly_equal(actual[name], right[name]) for name in right}
    return {
        name: name in actual and nearly_equal(actual[name], right[name], task.tolerances.get(name))
        for name in right
    }


def same_observations(a: Results, b: Results, names: Collection[str] | None = None) -> bool:
    """Whether what is compared is the same in all cases.

    Parameters
    ----------
    a, b : Results
        Of the same task and cases.
    names : collection of str, optional
        Compare only these outputs.

    Returns
    -------
    is_same : bool
        Up to rounding.
    """
    return all(same_observations_in_case(a, b, i, names) for i in range(len(a)))


def same_observations_in_case(
    a: Results, b: Results, i: int, names: Collection[str] | None = None
) -> bool:
    """Whether what is compared is the same in one case.

    Parameters
    ----------
    a, b : Results
        Of the same task and cases.
    i : int
        The index of the case.
    names : collection of str, optional
        Compare only these outputs.

    Returns
    -------
    is_same : bool
        Up to rounding.
    """
    x, y = a.observed(i), b.observed(i)
    if x is None or y is None:
        return x is None and y is None
    if set(x) != set(y):
        return False
    return all(
        nearly_equal(x[name], y[name], a.task.tolerances.get(name))
        for name in x
        if names is None or name in names
    )


def same_arrays(a: Results, b: Results) -> bool:
    """Whether the arrays are the same in all cases, even where something else is compared.

    Parameters
    ----------
    a, b : Results
        Of the same task and cases.

    Returns
    -------
    is_same : bool
        Up to rounding.
    """
    return all(nearly_equal(a.arrays(i), b.arrays(i)) for i in range(len(a)))


def _observe(
    task: Task, case: Case, arrays: list[list[Array | None]] | None
) -> Observations | None:
    if arrays is None:
        return None
    if task.observe is None:
        return {name: [call[k] for call in arrays] for k, name in enumerate(task.returns)}
    try:
        with np.errstate(all="ignore"):
            observed = task.observe(case.arguments(), arrays)
        return {name: None if v is None else np.asarray(v) for name, v in observed.items()}
    except (TypeError, ValueError, IndexError, AttributeError):
        return {}  # the outputs have another form
