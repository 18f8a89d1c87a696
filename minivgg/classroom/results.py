"""What a function returned for all cases, and when two such series agree."""

from functools import cache

import numpy as np

from minivgg.classroom.worker import make_calls

RELATIVE = 1e-4  # of an array's largest number: float32 passes, no known mistake does


class Series:
    """What one function returned for all cases: ``records`` of ``child.make_calls``, a list of them for each case, the first case twice."""

    def __init__(self, task, cases, records):
        self.task, self.cases, self.records = task, tuple(cases), records
        self._seen = {}

    @classmethod
    def of(cls, function, task, cases):
        """Call a function of this process. The first case is made twice, to see whether it comes out the same."""
        return cls(
            task,
            cases,
            [make_calls(function, case.drawn(), len(task.returns)) for case in [*cases, cases[0]]],
        )

    def __len__(self):
        return len(self.cases)

    def arrays(self, i):
        """The arrays of each call of case ``i``, or None when it ended in an error."""
        records = self.records[i]
        return (
            None
            if any("error" in record for record in records)
            else [record["arrays"] for record in records]
        )

    def seen(self, i):
        """{name: what is compared} of case ``i``, or None when it ended in an error."""
        if i not in self._seen:
            self._seen[i] = _observed(self.task, self.cases[i], self.arrays(i))
        return self._seen[i]

    @property
    def errors(self):
        """(case, [kind, sentence, line]) of each case that ended in one."""
        return [
            (case, r["error"])
            for case, records in zip(self.cases, self.records, strict=False)
            for r in records
            if "error" in r
        ]


@cache
def made(task, cases, wrong=()):
    """The series of a task's answer with these mistakes; without any, the right one."""
    series = Series.of(task.made_with(wrong), task, cases)
    if (
        task.observe is not None and len(wrong) > 1
    ):  # of pairs, which are many, only what is compared is kept
        for i in range(len(cases)):
            series.seen(i)
        series.records = None
    return series


def agree(a, b, absolute=None):
    """Whether two results are the same: numbers up to RELATIVE of the largest (or ``absolute``), whole numbers exactly."""
    if a is None or b is None:
        return a is None and b is None
    if isinstance(a, list):
        return len(a) == len(b) and all(agree(x, y, absolute) for x, y in zip(a, b, strict=True))
    if a.shape != b.shape:
        return False
    if a.dtype.kind in "biu" and b.dtype.kind in "biu":
        return bool((a == b).all())
    a, b = a.astype(float), b.astype(float)
    a[~np.isfinite(a)] = b[~np.isfinite(b)] = np.nan  # an overflow may come out as inf or as nan
    bound = (
        RELATIVE * np.abs(b).max(initial=1e-6, where=np.isfinite(b))
        if absolute is None
        else absolute
    )
    return bool(np.allclose(a, b, rtol=0, atol=bound, equal_nan=True))


def exact(right, found):
    """Whole numbers, counts for example, are not rounded."""
    return (
        right is None
        or found is None
        or right.dtype.kind not in "iu"
        or found.dtype.kind in "biu"
        or bool((found == right).all())
    )


def parts_of(series, right, i):
    """{name: whether it is right} of the i-th case."""
    want, have, task = right.seen(i), series.seen(i), series.task
    if not have:
        return dict.fromkeys(want, False)
    if task.observe is None:
        return {
            name: agree(have[name], want[name]) and all(map(exact, want[name], have[name]))
            for name in want
        }
    return {
        name: name in have and agree(have[name], want[name], task.tolerances.get(name))
        for name in want
    }


def same(a, b, names=None):
    """Whether two series agree in every case; names: in these results only."""
    return all(same_case(a, b, i, names) for i in range(len(a)))


def same_case(a, b, i, names=None):
    """Whether two series agree in the i-th case."""
    x, y = a.seen(i), b.seen(i)
    if x is None or y is None:
        return x is None and y is None
    if set(x) != set(y):
        return False
    return all(
        agree(x[n], y[n], a.task.tolerances.get(n)) for n in x if names is None or n in names
    )


def same_results(a, b):
    """Whether two series agree in the results themselves, even where only something of them counts."""
    return all(agree(a.arrays(i), b.arrays(i)) for i in range(len(a)))


def _observed(task, case, arrays):
    if arrays is None:
        return None
    if task.observe is None:
        return {name: [call[k] for call in arrays] for k, name in enumerate(task.returns)}
    try:
        with np.errstate(all="ignore"):
            return {
                name: None if v is None else np.asarray(v)
                for name, v in task.observe(case.drawn(), arrays).items()
            }
    except (
        TypeError,
        ValueError,
        IndexError,
        AttributeError,
    ):  # results of a form that cannot be looked at
        return {}
