"""Which known mistakes a wrong series of results looks like.

Every mistake of a task is made on the same cases, and so is every pair of them; a student's results that agree with one of these series
have that name. Only results are compared, so how something is written does not matter.
"""

import itertools

import numpy as np

from minivgg.classroom.results import Series, agree, made, same, same_case, same_results

# what math.exp and math.log raise instead of inf and nan
OVERFLOWS = ("OverflowError", "FloatingPointError", "ZeroDivisionError", "ValueError")
MOST_CASES = (
    40  # more hidden cases than this are graded, but mistakes are looked for in the first ones
)


def recognised(series, parts):
    """(mistakes, conventions, whether surely): the fewest that explain what is wrong.

    First the whole series is compared; then each wrong result alone, dw without dx for example; then, if little is left over, what most
    cases look like, which also helps where some of them ended in errors.
    """
    task, cases = series.task, series.cases[:MOST_CASES]
    series = Series(task, cases, series.records[: len(cases)])
    wrong = {name for part in parts for name, right in part.items() if not right}
    found = _explained(series, same if wrong or task.observe is None else same_results)
    if found is None and task.observe is None and len(task.returns) > 1:
        apart = [_explained_alone(series, name) for name in sorted(wrong)]
        found = tuple(dict.fromkeys(form for one in apart for form in one))
    surely = bool(found)
    if not found:
        found = (_most_like(series, parts) if wrong else None) or ()
    mistakes = dict.fromkeys(task.mistake(form) for form in found)
    return (
        tuple(m.name for m in mistakes if not m.convention),
        tuple(m.name for m in mistakes if m.convention),
        surely,
    )


def _candidates(task, pairs=True):
    """Single mistakes, conventions first, then pairs."""
    forms = [
        form for m in sorted(task.mistakes, key=lambda m: not m.convention) for form in m.forms
    ]
    yield from ((form,) for form in forms)
    for a, b in itertools.combinations(forms, 2) if pairs else ():
        if a.split("/")[0] != b.split("/")[0]:
            yield a, b


def _explained(series, agreeing):
    """The first candidate whose series is this one."""
    for candidate in _candidates(series.task, pairs=agreeing is same):
        if agreeing(series, made(series.task, series.cases, candidate)):
            return candidate
    return None


def _explained_alone(series, name):
    """The candidate that explains the result ``name`` and leaves most of the others alone, else ()."""
    right, fitting = made(series.task, series.cases), []
    for candidate in _candidates(series.task):
        if fitting and len(candidate) > len(fitting[0][1]):
            break
        like = made(series.task, series.cases, candidate)
        if same(series, like, {name}):
            touched = sum(not same(like, right, {other}) for other in series.task.returns)
            fitting.append((touched, candidate))
    return min(fitting)[1] if fitting else ()


def _most_like(series, parts):
    """The candidate that agrees in all cases but one, or wherever there is a result at all; in three wrong cases of four at least.

    Results that differ in axes of length 1 only, or whose case ended in an error where the candidate overflows, count as agreeing.
    """
    everywhere = range(len(series))
    errors = {i for i in everywhere if series.seen(i) is None}
    wrong = {i for i in everywhere if not all(parts[i].values())}
    for candidate in _candidates(series.task):
        like = made(series.task, series.cases, candidate)
        agree = {i for i in everywhere if _alike(series, like, i)}
        left = set(everywhere) - agree - errors
        if (
            wrong & agree
            and len(agree & wrong) >= 0.75 * len(wrong - errors)
            and len(left) <= (len(series) >= 4)
        ):
            return candidate
    return None


def _alike(series, like, i):
    """Whether a case agrees but for its form."""
    x, y = series.seen(i), like.seen(i)
    if series.task.observe is not None or y is None:
        return y is not None and same_case(series, like, i)
    if x is None:
        kind = next(record["error"][0] for record in series.records[i] if "error" in record)
        return kind in OVERFLOWS and any(
            not np.isfinite(a).all() for results in y.values() for a in results if a is not None
        )
    return all(agree(_squeezed(x[name]), _squeezed(y[name])) for name in y)


def _squeezed(results):
    return [None if a is None else np.squeeze(a) for a in results]
