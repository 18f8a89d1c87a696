"""Assignment 4: dropout."""

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.dropout_backward import DROPOUT_BACKWARD
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Calls, Case, Mistake, Observed, Task, array, distinct, normal
from minivgg.classroom.tasks import rng as generator


def dropout_forward(
    x: Array, p: float, training: bool, rng: np.random.Generator, mistakes: Mistakes = ()
) -> tuple[Array, Array | None]:
    """x · mask, with mask 0 with probability p, else 1/(1 − p)."""
    if "training-and-test-swapped" in mistakes:
        training = not training
    keep = 1 - p
    if "keep-and-drop-swapped" in mistakes or "keep-and-drop-swapped/2" in mistakes:
        keep = p
    if not training:
        return _forward_at_test(x, p, keep, rng, mistakes)
    if "ignores-the-generator" in mistakes:
        rng = np.random.default_rng()
    if "ignores-the-generator/2" in mistakes:
        rng = np.random.default_rng(0)
    shape = _shape_of_mask(x, mistakes)
    small_kept = _draw_kept(rng, shape, keep, mistakes)
    kept = np.broadcast_to(small_kept, x.shape)
    scale = np.divide(1.0, keep)
    if set(mistakes) & {"not-scaled", "nothing-dropped", "scaled-at-test-only"}:
        scale = 1
    if "scaled-by-drop-probability" in mistakes:
        scale = np.divide(1.0, p)
    if "keep-and-drop-swapped/2" in mistakes:
        scale = 1 / (1 - p)
    if "scaled-down" in mistakes or "scaled-down/2" in mistakes:
        scale = 1 - p if "scaled-down" in mistakes else p
    mask = kept * scale
    y = x * (rng.random(shape) < keep) * scale if "two-masks" in mistakes else x * mask
    if "mask-not-applied" in mistakes or "mask-not-applied/2" in mistakes:
        y = x * scale if "mask-not-applied/2" in mistakes else x
    masks = {
        "mask-missing": None,
        "mask-not-scaled": kept * 1.0,
        "mask-of-the-dropped/2": (mask == 0) * scale,
        "mask-of-the-dropped": (mask == 0) * 1.0,
        "one-mask-for-the-batch/2": small_kept * scale,
        "whole-images-dropped/2": small_kept * scale,
    }
    return y, select(masks, mistakes, mask)


def _shape_of_mask(x: Array, mistakes: Mistakes) -> tuple[int, ...]:
    """The shape of the random numbers that are drawn."""
    one_for_all = x.shape[1:]
    whole_images = (len(x), *([1] * (x.ndim - 1)))
    shapes = {
        "one-mask-for-the-batch": one_for_all,
        "one-mask-for-the-batch/2": one_for_all,
        "whole-images-dropped": whole_images,
        "whole-images-dropped/2": whole_images,
        "whole-channels-dropped": (*x.shape[:2], *([1] * (x.ndim - 2))),
    }
    return select(shapes, mistakes, x.shape)


def _draw_kept(
    rng: np.random.Generator, shape: tuple[int, ...], keep: float, mistakes: Mistakes
) -> Array:
    if "nothing-dropped" in mistakes or "nothing-dropped/2" in mistakes:
        return np.ones(shape, bool)
    if "normal-instead-of-uniform" in mistakes:
        return rng.standard_normal(shape) >= 1 - keep
    if "normal-instead-of-uniform/2" in mistakes:
        return rng.standard_normal(shape) < keep
    return rng.random(shape) < keep


def _forward_at_test(
    x: Array, p: float, keep: float, rng: np.random.Generator, mistakes: Mistakes
) -> tuple[Array, Array | None]:
    mask = None
    if "mask-at-test" in mistakes or "training-and-test-swapped" in mistakes:
        mask = np.ones_like(x)
    if "drops-at-test" in mistakes or "drops-at-test/2" in mistakes:
        scale = 1 if "not-scaled" in mistakes else 1 / (1 - p)
        mask = (rng.random(x.shape) < 1 - p) * scale
        return x * mask, None if "drops-at-test/2" in mistakes else mask
    if "mask-at-test/3" in mistakes:
        mask = np.ones(())
    if "mask-at-test/2" in mistakes:  # drawn, but not used
        mask = (rng.random(x.shape) < 1 - p) / (1 - p)
    if "scaled-at-test" in mistakes or "scaled-at-test-only" in mistakes:
        return x * keep, None if mask is None else mask * keep
    if "training-and-test-swapped" in mistakes:
        mask = None
    return (x / keep if "scaled-at-test/2" in mistakes else x), mask


_MAX_CALLS = 8  # the further calls of a case are not compared
_ENOUGH = 1000  # numbers, for a share to be precise

# what is compared, as messages name it
_SHARE = "share of zeros in y"
_FACTOR = "y / x where y is not 0"
_SPREAD = "difference between the largest and the smallest y / x where y is not 0"
_AGREEMENT = "share of positions where y and mask agree about 0"
_LARGEST = "largest number in mask"
_REPEATED = "share of y that is as in call 1"
_SAME_ROWS = "share of rows with the same zeros as the first row"
_WHOLE_ROWS = "share of rows dropped or kept as a whole"
_WHOLE_CHANNELS = "share of channels dropped or kept as a whole"
_TOLERANCES = {
    _SHARE: 0.05,
    _FACTOR: 0.05,
    _SPREAD: 1e-3,
    _AGREEMENT: 0.05,
    _LARGEST: 0.05,
    _REPEATED: 0.05,
}


def _observe_dropout(calls: Calls, outputs: Calls) -> Observed:
    """Masks are random, so their statistics are compared, and whether y and mask agree."""
    observed: dict[str, Array | float | None] = {}
    pairs = list(zip(calls, outputs, strict=True))[:_MAX_CALLS]
    for i, ((x, p, training, _), (y, mask)) in enumerate(pairs):
        statistics: dict[str, Array | float | None] = {
            "shape of y": np.array(np.shape(y)),
            "shape of mask": None if mask is None else np.array(np.shape(mask)),
        }
        if np.shape(y) == x.shape:
            statistics |= _observe_call(x, p, training, y, mask)
            first = outputs[0][0]
            if i > 0 and np.shape(first) == x.shape:
                statistics[_REPEATED] = (y == first).mean()
        observed |= {_in_call(name, i, len(pairs)): s for name, s in statistics.items()}
    return observed


def _in_call(name: str, i: int, count: int) -> str:
    return f"call {i + 1}: {name}" if count > 1 else name


def _observe_call(x: Array, p: float, training: bool, y: Array, mask: Array | None) -> Observed:
    factors = y / x
    dropped = factors == 0
    kept = factors[~dropped & (x != 0)]
    return {
        _FACTOR: np.median(kept) if kept.size else 0.0,
        _SPREAD: np.ptp(kept) if kept.size else 0.0,
        _AGREEMENT: 1.0 if mask is None else _share_of_agreement(mask, dropped),
        _LARGEST: 1.0 if mask is None else np.max(mask),
        **(_observe_dropped(dropped, p, training) if x.size >= _ENOUGH else {}),
    }


def _share_of_agreement(mask: Array, dropped: Array) -> float:
    try:
        zeros = np.broadcast_to(mask == 0, dropped.shape)
    except ValueError:
        return 0.0
    return float((zeros == dropped).mean())


def _observe_dropped(dropped: Array, p: float, training: bool) -> Observed:
    """The share of units dropped, and whether rows or channels are equal or dropped as a whole."""
    share = float(dropped.mean())
    if dropped.ndim == 1 or not training:
        return {_SHARE: share}
    rows = dropped.reshape(len(dropped), -1)
    observed = {
        _SAME_ROWS: float((rows == rows[0]).all()),
        _WHOLE_ROWS: _share_of_whole(rows),
    }
    if dropped.ndim > 2:
        observed[_WHOLE_CHANNELS] = _share_of_whole(dropped.reshape(-1, dropped[0, 0].size))
    if any(observed.values()):
        # few numbers are drawn, so the share is imprecise: was it p, or 1 − p?
        share = min((p, 1 - p), key=lambda choice: abs(choice - share))
    return {_SHARE: share, **observed}


def _share_of_whole(rows: Array) -> float:
    """1 if this is nearly all of the rows, else 0: where rows are drawn, this share is random."""
    return float((rows.all(axis=1) | ~rows.any(axis=1)).mean() > 0.9)


_NUMBERS = np.arange(1.0, 10_001).reshape(100, 100).tolist()

DROPOUT_FORWARD = Task(
    "dropout_forward(x, p, training, rng)",
    ("y", "mask"),
    "In training each number is dropped with probability p, else divided by 1 − p: y = x · mask. "
    "At test time y = x, and mask is None.",
    dropout_forward,
    (
        Case("training, p = 0.2", ([normal(100, 200), 0.2, True, generator(1)],)),
        Case("training, p = 0.7", ([normal(100, 200), 0.7, True, generator(2)],)),
        Case("equal seeds, and another one",
             tuple([array(_NUMBERS), 0.4, True, generator(s)] for s in (3, 3, 4))),
        Case("test time", ([normal(100, 200), 0.3, False, generator(4)],)),
        # each of these differs from another one in one respect
        Case("training, p = 0.5", ([normal(100, 200), 0.5, True, generator(1)],)),
        Case("training, p = 0.2, a vector", ([normal(20_000), 0.2, True, generator(1)],)),
        Case("training, p = 0.2, images", ([normal(10, 20, 10, 10), 0.2, True, generator(1)],)),
        Case("forty numbers, test time", ([distinct(5, 8), 0.5, False, generator(1)],)),
        Case("forty numbers, training, p = 0.5", ([distinct(5, 8), 0.5, True, generator(1)],)),
        Case("forty numbers, training, p = 0", ([distinct(5, 8), 0.0, True, generator(1)],)),
    ),
    (
        Mistake("keep-and-drop-swapped", "Your function keeps units with probability p.",
                "p = 0.2: how many of ten units should be dropped?", 5, variants=2),
        Mistake("nothing-dropped", "Your function drops nothing in training.",
                "Where do you compare random numbers with p? Print your mask.", 5, variants=2),
        Mistake("not-scaled", "Your function does not scale up the units that are kept.",
                "The mean of y must be the mean of x. By which factor is it too small?", 5),
        Mistake("scaled-by-drop-probability", "Your function divides the units that are kept by p.",
                "What share of the units is kept, on average?", 5),
        Mistake("scaled-down", "Your function makes the units that are kept smaller.",
                "The mean of y must be the mean of x. Must the units that are kept become larger "
                "or smaller?", 5, variants=2),
        Mistake("normal-instead-of-uniform",
                "Your function compares p or 1 − p with normally distributed random numbers.",
                "Which share of uniform numbers between 0 and 1 is below p?", 5, variants=2),
        Mistake("training-and-test-swapped",
                "Your function drops units at test time, and none in training.",
                "In which branch of your if statement is training True?", 5),
        Mistake("drops-at-test", "Your function drops units at test time.",
                "Should a trained net give different outputs for the same image?", 5, variants=2),
        Mistake("scaled-at-test", "Your function scales the output at test time.",
                "In training, y has the same mean as x already. What is left to do at test time?",
                5, variants=2),
        Mistake("scaled-at-test-only",
                "Your function scales the output at test time instead of in training.",
                "That is how dropout was first published. Here y = x at test time: what must "
                "training do then?", 5),
        Mistake("mask-at-test", "Your function returns a mask at test time.",
                "Nothing is dropped at test time: the task asks for None.", 5, variants=3),
        Mistake("mask-not-scaled",
                "Your function scales y, but its mask contains only 0 and 1 (or False and True).",
                "dropout_backward multiplies dy by the mask. Which factor would be missing there?",
                5),
        Mistake("mask-of-the-dropped", "Your mask is 0 where a unit was kept.",
                "The task asks for y = x · mask. What is the mask where y is 0?", 5, variants=2),
        Mistake("mask-not-applied", "Your function returns a mask, but does not multiply x by it.",
                "The task asks for y = x · mask. Which elements of y are 0?", 5, variants=2),
        Mistake("mask-missing", "Your function returns no mask in training.",
                "What does dropout_backward need to know about the forward pass?", 5),
        Mistake("two-masks", "Your function computes y with another mask than it returns.",
                "How often do you draw random numbers in one call?", 5),
        Mistake("one-mask-for-the-batch",
                "Your function drops the same units in all rows of the batch.",
                "What is the shape of the random numbers that you draw?", 5, variants=2),
        Mistake("whole-images-dropped", "Your function drops or keeps each row as a whole.",
                "What is the shape of the random numbers that you draw?", 5, variants=2),
        Mistake("whole-channels-dropped", "Your function drops or keeps each channel as a whole.",
                "That is spatial dropout. What is the shape of the random numbers that you draw?",
                5),
        Mistake("ignores-the-generator", "Your function does not use the generator rng.",
                "Where do your random numbers come from? Equal seeds must give equal results, and "
                "different seeds different ones.", 5, variants=2),
    ),
    observe=_observe_dropout,
    tolerances={
        _in_call(name, i, count): tolerance
        for name, tolerance in _TOLERANCES.items()
        for count in (1, 2)
        for i in range(_MAX_CALLS)
    },
)  # fmt: skip

TASKS = (DROPOUT_FORWARD, DROPOUT_BACKWARD)
