"""Which known mistakes a wrong series of results looks like.

Every mistake of a task is made on the same cases, and so is every pair of them; a student's results that agree with one of these series
have that name. Only results are compared, so how something is written does not matter.
"""

import itertools

import numpy as np

from minivgg.classroom.series import Series, agree, made, same, same_case

OVERFLOWS = (
    "OverflowError",
    "FloatingPointError",
    "ZeroDivisionError",
    "ValueError",
)  # what math.exp and math.log raise instead of inf and nan
MOST_CASES = 40  # more hidden cases than this are graded, but mistakes are looked for in the first ones


def recognised(task, series, parts):
    """(mistakes, conventions, whether surely): the fewest that explain what is wrong.

    First the whole series is compared; then each wrong result alone, dw without dx for example; then, if little is left over, what most
    cases look like, which also helps where some of them ended in errors.
    """
    cases = series.cases[:MOST_CASES]
    series = Series(cases, series.records[: len(cases)])
    wrong = {name for part in parts for name, right in part.items() if not right}
    raw = task.observe is not None and not wrong
    found = _explained(task, series, raw)
    if found is None and task.observe is None and len(task.returns) > 1:
        apart = [_explained_alone(task, series, name) for name in sorted(wrong)]
        found = tuple(dict.fromkeys(form for one in apart for form in one))
    surely = bool(found)
    if not found:
        found = (_most_like(task, series, parts) if wrong else None) or ()
    mistakes = dict.fromkeys(task.mistake(form) for form in found)
    return tuple(m.name for m in mistakes if not m.convention), tuple(m.name for m in mistakes if m.convention), surely


def _candidates(task):
    """Single mistakes, conventions first, then pairs."""
    forms = [form for m in sorted(task.mistakes, key=lambda m: not m.convention) for form in m.forms]
    yield from ((form,) for form in forms)
    for a, b in itertools.combinations(forms, 2):
        if a.split("/")[0] != b.split("/")[0]:
            yield a, b


def _explained(task, series, raw):
    """The first candidate whose series is this one."""
    for candidate in _candidates(task):
        like = made(task, series.cases, candidate)
        if same(task, series, like, raw) and any(like.arrays(i) is not None for i in range(len(series.cases))):
            return candidate
    return None


def _explained_alone(task, series, name):
    """The candidate that explains the result ``name`` and leaves most of the others alone, else ()."""
    right, fitting = made(task, series.cases), []
    for candidate in _candidates(task):
        if fitting and len(candidate) > len(fitting[0][1]):
            break
        like = made(task, series.cases, candidate)
        if same(task, series, like, names={name}):
            touched = sum(not same(task, like, right, names={other}) for other in task.returns)
            fitting.append((touched, candidate))
    return min(fitting)[1] if fitting else ()


def _most_like(task, series, parts):
    """The candidate that agrees in all cases but one, or wherever there is a result at all; in three wrong cases of four at least.

    Results that differ in axes of length 1 only, or whose case ended in an error where the candidate overflows, count as agreeing.
    """
    everywhere = range(len(series.cases))
    errors = {i for i in everywhere if series.arrays(i) is None}
    wrong = {i for i in everywhere if not all(parts[i].values())}
    for candidate in _candidates(task):
        like = made(task, series.cases, candidate)
        agree = {i for i in everywhere if _alike(task, i, series, like)}
        left = set(everywhere) - agree - errors
        if wrong & agree and len(agree & wrong) >= 0.75 * len(wrong - errors) and len(left) <= (len(series.cases) >= 4):
            return candidate
    return None


def _alike(task, i, series, like):
    """Whether a case agrees but for its form."""
    x, y = series.arrays(i), like.arrays(i)
    if x is None:
        kind = next(record["error"][0] for record in series.records[i] if "error" in record)
        return y is not None and kind in OVERFLOWS and any(not np.isfinite(a).all() for call in y for a in call if a is not None)
    if y is None:
        return False
    if task.observe is not None:
        return same_case(task, i, series, like, False, None)
    return agree(_squeezed(x), _squeezed(y))


def _squeezed(results):
    return [[None if a is None else np.squeeze(a) for a in call] for call in results]
