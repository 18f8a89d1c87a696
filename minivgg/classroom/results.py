"""The results of a function for all cases of a task, and comparing them."""

from functools import cache

import numpy as np

from minivgg.classroom.worker.calls import make_calls

RELATIVE_TOLERANCE = 1e-4  # of an array's largest number: float32 passes, no known mistake does


class Results:
    """What one function returned for all cases.

    records: for each case a list of records of ``make_calls``. The first case is there twice, once
    at the end, to see whether equal calls give equal results.
    """

    def __init__(self, task, cases, records):
        self.task, self.cases, self.records = task, tuple(cases), records
        self._observed = {}

    @classmethod
    def from_function(cls, function, task, cases):
        """Call a function in this process."""
        count = len(task.returns)
        records = [make_calls(function, case.arguments(), count) for case in [*cases, cases[0]]]
        return cls(task, cases, records)

    def __len__(self):
        return len(self.cases)

    def arrays(self, i):
        """The arrays of each call of case ``i``, or None if the case ended in an error."""
        if any("error" in record for record in self.records[i]):
            return None
        return [record["arrays"] for record in self.records[i]]

    def observed(self, i):
        """{name: what is compared} of case ``i``, or None if the case ended in an error."""
        if i not in self._observed:
            self._observed[i] = _observe(self.task, self.cases[i], self.arrays(i))
        return self._observed[i]

    @property
    def errors(self):
        """(case, [kind, sentence, line]) of each case that ended in an error."""
        return [
            (case, record["error"])
            for case, records in zip(self.cases, self.records, strict=False)
            for record in records
            if "error" in record
        ]


@cache
def bank_results(task, cases, mistakes=()):
    """The results of the bank's answer with these mistakes; without any, the right results."""
    results = Results.from_function(task.implementation(mistakes), task, cases)
    if task.observe is not None and len(mistakes) > 1:
        # there are many pairs: keep only what is compared
        for i in range(len(cases)):
            results.observed(i)
        results.records = None
    return results


def nearly_equal(actual, expected, atol=None):
    """Whether two arrays, or lists of arrays, are equal up to rounding.

    Floats may differ by ``RELATIVE_TOLERANCE`` of the largest expected number, or by ``atol``;
    integers must be equal.
    """
    if actual is None or expected is None:
        return actual is None and expected is None
    if isinstance(actual, list):
        return len(actual) == len(expected) and all(
            nearly_equal(a, b, atol) for a, b in zip(actual, expected, strict=True)
        )
    if actual.shape != expected.shape:
        return False
    if actual.dtype.kind in "biu" and expected.dtype.kind in "biu":
        return bool((actual == expected).all())
    a, b = actual.astype(float), expected.astype(float)
    a[~np.isfinite(a)] = b[~np.isfinite(b)] = np.nan  # an overflow can give inf or nan
    if atol is None:
        atol = RELATIVE_TOLERANCE * np.abs(b).max(initial=1e-6, where=np.isfinite(b))
    return bool(np.allclose(a, b, rtol=0, atol=atol, equal_nan=True))


def integers_are_exact(actual, expected):
    """Where integers are expected, counts for example, floats must be equal to them."""
    return (
        expected is None
        or actual is None
        or expected.dtype.kind not in "iu"
        or actual.dtype.kind in "biu"
        or bool((actual == expected).all())
    )


def compare_case(results, expected, i):
    """{name: whether it is right} of what is compared in case ``i``."""
    actual, right, task = results.observed(i), expected.observed(i), results.task
    if not actual:
        return dict.fromkeys(right, False)
    if task.observe is None:
        return {
            name: nearly_equal(actual[name], right[name])
            and all(map(integers_are_exact, actual[name], right[name]))
            for name in right
        }
    return {
        name: name in actual and nearly_equal(actual[name], right[name], task.tolerances.get(name))
        for name in right
    }


def same_observations(a, b, names=None):
    """Whether what is compared is the same in all cases; names: only these."""
    return all(same_observations_in_case(a, b, i, names) for i in range(len(a)))


def same_observations_in_case(a, b, i, names=None):
    """Whether what is compared is the same in case ``i``."""
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


def same_arrays(a, b):
    """Whether the arrays are the same in all cases, even where something else is compared."""
    return all(nearly_equal(a.arrays(i), b.arrays(i)) for i in range(len(a)))


def _observe(task, case, arrays):
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
