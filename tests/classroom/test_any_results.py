"""Whatever a function returns or raises, it gets a verdict, and not an error of the checker."""

import numpy as np
import pytest

from minivgg.classroom import check
from minivgg.classroom.bank import TASKS

ODD = [None, 0, np.nan, -np.inf, True, [], (), "text", {}, [1, [2]], np.zeros(0), np.zeros((1, 0))]


def strange_function(task, seed):
    """Right results, of which some are changed at random, in some cases."""
    rng, answer = np.random.default_rng(seed), task.implementation()

    def change(value):
        kind = rng.integers(9)
        if value is None or kind == 0:
            return ODD[rng.integers(len(ODD))]
        a = np.array(value, float)
        changes = [
            lambda: a,
            lambda: a + rng.standard_normal(a.shape),
            lambda: np.where(rng.random(a.shape) < 0.3, np.nan, a),
            lambda: a.T,
            lambda: a[..., None],
            lambda: a.reshape(-1)[:-1],
            lambda: np.full_like(a, np.inf),
            lambda: a.astype(complex),
        ]
        return changes[kind - 1]()

    def function(*arguments):
        if rng.random() < 0.2:
            errors = [
                ValueError("x"),
                KeyError("y"),
                IndexError(),
                ZeroDivisionError("z"),
                OSError(),
            ]
            raise errors[rng.integers(len(errors))]
        outputs = answer(*arguments)
        if rng.random() < 0.5:
            return outputs
        if len(task.returns) == 1:
            return change(outputs)
        return tuple(change(o) if rng.random() < 0.5 else o for o in outputs)

    return function


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_strange_results_get_a_verdict(task, seed):
    verdict = check(strange_function(task, seed), task.name, quiet=True)
    assert not verdict.passed
    assert 0 <= verdict.score < 1
    assert verdict.message.startswith(f"{task.name}: ")


def one_kind_of_change(task, seed):
    """Errors in the cases of one kind, and one change in the others."""
    rng, answer = np.random.default_rng(seed), task.implementation()
    threshold, output = rng.integers(4, 40), rng.integers(len(task.returns))

    def function(*arguments):
        size = sum(a.size for a in arguments if isinstance(a, np.ndarray))
        if size > threshold:
            raise IndexError("index 3 is out of bounds for axis 1 with size 3")
        outputs = answer(*arguments)
        several = list(outputs) if len(task.returns) > 1 else [outputs]
        if several[output] is not None:
            several[output] = np.array(several[output], float)[..., ::-1] * 2.0
        return tuple(several) if len(several) > 1 else several[0]

    return function


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "name", [t.name for t in TASKS.values() if t.name not in ("receptive_field", "plateau")]
)
def test_errors_beside_wrong_results_get_a_verdict(name, seed):
    verdict = check(one_kind_of_change(TASKS[name], seed), name, quiet=True)
    assert not verdict.passed
    assert verdict.message.startswith(f"{name}: ")
