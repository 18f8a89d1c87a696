"""Assignment 4: dropout and its gradient."""

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Calls, Case, Mistake, Observed, Task, array, normal, rng


def dropout_forward(
    x: Array, p: float, training: bool, rng: np.random.Generator, mistakes: Mistakes = ()
) -> tuple[Array, Array | None]:
    """x · mask, with mask 0 with probability p, else 1/(1 − p)."""
    if "training-and-test-swapped" in mistakes:
        training = not training
    if not training:
        return _forward_at_test(x, p, rng, mistakes)
    keep = 1 - p
    if "keep-and-drop-swapped" in mistakes or "keep-and-drop-swapped/2" in mistakes:
        keep = p
    if "ignores-the-generator" in mistakes:
        rng = np.random.default_rng()
    if "ignores-the-generator/2" in mistakes:
        rng = np.random.default_rng(0)
    shape = x.shape
    if "one-mask-for-the-batch" in mistakes:
        shape = x.shape[1:]
    if "whole-images-dropped" in mistakes:
        shape = (len(x), *([1] * (x.ndim - 1)))
    kept = np.broadcast_to(rng.random(shape) < keep, x.shape)
    scale = 1 / keep
    if "not-scaled" in mistakes:
        scale = 1
    if "scaled-by-drop-probability" in mistakes:
        scale = 1 / p
    if "keep-and-drop-swapped/2" in mistakes:
        scale = 1 / (1 - p)
    if "scaled-down" in mistakes or "scaled-down/2" in mistakes:
        scale = 1 - p if "scaled-down" in mistakes else p
    mask = kept * scale
    y = x * (rng.random(shape) < keep) * scale if "two-masks" in mistakes else x * mask
    masks = {
        "mask-not-scaled": kept * 1.0,
        "mask-of-the-dropped/2": (mask == 0) * scale,
        "mask-of-the-dropped": (mask == 0) * 1.0,
    }
    return y, select(masks, mistakes, mask)


def _forward_at_test(
    x: Array, p: float, rng: np.random.Generator, mistakes: Mistakes
) -> tuple[Array, Array | None]:
    mask = None
    if "mask-at-test" in mistakes or "training-and-test-swapped" in mistakes:
        mask = np.ones_like(x)
    if "drops-at-test" in mistakes or "drops-at-test/2" in mistakes:
        scale = 1 if "not-scaled" in mistakes else 1 / (1 - p)
        mask = (rng.random(x.shape) < 1 - p) * scale
        return x * mask, None if "drops-at-test/2" in mistakes else mask
    if "mask-at-test/2" in mistakes:  # drawn, but not used
        mask = (rng.random(x.shape) < 1 - p) / (1 - p)
    if "scaled-at-test" in mistakes:
        return x * (1 - p), mask
    if "training-and-test-swapped" in mistakes:
        mask = None
    return (x / (1 - p) if "scaled-at-test/2" in mistakes else x), mask


_MAX_CALLS = 8  # the further calls of a case are not compared


def _observe_dropout(calls: Calls, outputs: Calls) -> Observed:
    """Masks are random, so their statistics are compared, and whether y and mask agree."""
    calls, outputs = calls[:_MAX_CALLS], outputs[:_MAX_CALLS]
    observed: dict[str, Array | float | None] = {}
    for i, ((x, p, training, _), (y, mask)) in enumerate(zip(calls, outputs, strict=True)):
        scales = np.broadcast_to(y, x.shape) / x
        dropped = scales == 0
        kept = scales[~dropped]
        statistics = {
            "mask is an array": float(mask is not None),
            **_observe_dropped(dropped, p, training),
            "scale of the units kept": np.median(kept) if kept.size else 0.0,
            "scales differ": float(np.ptp(kept) > 1e-3) if kept.size else 0.0,
            "mask agrees with y": 1.0 if mask is None else ((mask == 0) == dropped).mean(),
            "largest number of mask": 1.0 if mask is None else np.max(mask),
        }
        if i > 0:
            first = outputs[0][0]
            is_same = np.shape(y) == first.shape and np.array_equal(y, first)
            statistics["same as call 1"] = float(is_same)
        observed |= {f"call {i + 1}: {name}": value for name, value in statistics.items()}
    return observed


def _observe_dropped(dropped: Array, p: float, training: bool) -> Observed:
    """The share of units dropped, and whether rows are equal or dropped as a whole."""
    rows_equal = float(training and (dropped == dropped[:1]).all())
    uniform_rows = dropped.all(axis=1) | ~dropped.any(axis=1)
    whole_rows = float(training and uniform_rows.mean() > 0.9)
    share = dropped.mean()
    if rows_equal or whole_rows:
        # few numbers are drawn, so the share is imprecise: was it p, or 1 − p?
        share = min((p, 1 - p), key=lambda choice: abs(choice - share))
    return {
        "all rows equal": rows_equal,
        "rows dropped as a whole": whole_rows,
        "share of units dropped": share,
    }


_STATISTICS = (
    "share of units dropped",
    "scale of the units kept",
    "mask agrees with y",
    "largest number of mask",
)
_NUMBERS = np.arange(1.0, 10_001).reshape(100, 100).tolist()

DROPOUT_FORWARD = Task(
    "dropout_forward(x, p, training, rng)",
    ("y", "mask"),
    "In training each number is dropped with probability p, else divided by 1 − p: y = x · mask. "
    "At test time y = x, and mask is None.",
    dropout_forward,
    (
        Case("training, p = 0.2", ([normal(100, 200), 0.2, True, rng(1)],)),
        Case("training, p = 0.7", ([normal(100, 200), 0.7, True, rng(2)],)),
        Case("equal seeds, and another one",
             tuple([array(_NUMBERS), 0.4, True, rng(s)] for s in (3, 3, 4))),
        Case("test time", ([normal(100, 200), 0.3, False, rng(4)],)),
    ),
    (
        Mistake("keep-and-drop-swapped", "p is used as the probability to keep.",
                "p = 0.2: how many of ten units are dropped?", 5, variants=2),
        Mistake("not-scaled", "The units that are kept are not scaled up.",
                "The mean of y must be the mean of x. By which factor is it too small?", 5),
        Mistake("scaled-by-drop-probability", "The units that are kept are divided by p.",
                "The units that are kept stand for all units. What share of all units are they?",
                5),
        Mistake("scaled-down", "The units that are kept are scaled down.",
                "Some units are missing. Must the others become larger or smaller?", 5, variants=2),
        Mistake("training-and-test-swapped",
                "Units are dropped at test time, and none in training.",
                "Which branch of the if statement is which?", 5),
        Mistake("drops-at-test", "Units are dropped at test time, too.",
                "Should a net give different answers to the same image?", 5, variants=2),
        Mistake("scaled-at-test", "The output is scaled at test time, too.",
                "Training keeps the mean. What is left to do at test time?", 5, variants=2),
        Mistake("mask-at-test", "There is a mask at test time.",
                "Nothing is dropped then: the task asks for None.", 5, variants=2),
        Mistake("mask-not-scaled", "The mask is 0 or 1, but y is scaled.",
                "dropout_backward multiplies dy by the mask. Which factor is missing?", 5),
        Mistake("mask-of-the-dropped", "The mask is non-zero where a unit was dropped.",
                "y = x · mask.", 5, variants=2),
        Mistake("two-masks", "y was not computed with the mask that is returned.",
                "How often do you draw random numbers in one call?", 5),
        Mistake("one-mask-for-the-batch", "The same units are dropped in all rows of the batch.",
                "What is the shape of the random numbers that you draw?", 5),
        Mistake("whole-images-dropped", "Whole rows are dropped.",
                "What is the shape of the random numbers that you draw?", 5),
        Mistake("ignores-the-generator", "The generator rng is not used.",
                "Where do your random numbers come from? The results cannot be reproduced.",
                5, variants=2),
    ),
    observe=_observe_dropout,
    tolerances={f"call {i + 1}: {name}": 0.05 for i in range(_MAX_CALLS) for name in _STATISTICS},
)  # fmt: skip


def dropout_backward(dy: Array, mask: Array | None, mistakes: Mistakes = ()) -> Array | None:
    """dy · mask, or dy where nothing was dropped."""
    if mask is None:
        if "nothing-without-mask/2" in mistakes:
            return None
        if "gradient-forgotten/2" in mistakes:
            return np.ones_like(dy)
        if "fails-without-mask" in mistakes:
            return dy * mask
        return dy * 0 if "nothing-without-mask" in mistakes else dy
    if "no-mask" in mistakes or "no-mask/2" in mistakes:
        return dy * mask.max() if "no-mask/2" in mistakes else dy
    if "mask-not-scaled" in mistakes:
        return dy * (mask > 0)
    if "divided-by-mask/2" in mistakes:
        return dy / mask
    if "mask-inverted/2" in mistakes:
        return dy * (mask == 0)
    if "scaled-twice" in mistakes:
        return dy * mask * mask.max()
    if "divided-by-mask" in mistakes:
        return np.where(mask > 0, dy / np.maximum(mask, 1e-9), 0)
    if "gradient-forgotten" in mistakes or "gradient-forgotten/2" in mistakes:
        return mask * 1.0
    if "fresh-mask" in mistakes:
        return dy * np.random.default_rng().permutation(mask.ravel()).reshape(mask.shape)
    if "fresh-mask/2" in mistakes:
        return dy * (np.random.default_rng().random(dy.shape) < 0.5) / 0.5
    return dy * (mask == 0) * mask.max() if "mask-inverted" in mistakes else dy * mask


def _observe_dropout_backward(calls: Calls, outputs: Calls) -> Observed:
    """Where the gradient is 0, for units dropped and units kept, and its factor elsewhere."""
    (dy, mask), (dx,) = calls[0], outputs[0]
    dropped = np.zeros(dy.shape, bool) if mask is None else mask == 0
    factors = np.broadcast_to(dx, dy.shape) / dy
    is_zero = factors == 0
    factors = factors[~is_zero]
    return {
        "share of zeros where dropped": is_zero[dropped].mean() if dropped.any() else 1.0,
        "share of zeros where kept": is_zero[~dropped].mean(),
        "factor": np.median(factors) if factors.size else 0.0,
        "factors differ": float(np.ptp(factors) > 1e-3) if factors.size else 0.0,
    }


def _mask(p: float, size: int = 200) -> list[list[float]]:
    """A mask in which a share of exactly p is 0."""
    kept = np.arange(size**2) >= size**2 * p
    kept = np.random.default_rng(0).permutation(kept).reshape(size, size)
    return (kept / (1 - p)).tolist()


DROPOUT_BACKWARD = Task(
    "dropout_backward(dy, mask)",
    ("dx",),
    "The gradient of dropout: dy · mask, with the mask of the forward pass. If mask is None, "
    "nothing was dropped.",
    dropout_backward,
    (
        Case("p = 0.2", ([normal(200, 200), array(_mask(0.2))],)),
        Case("p = 0.75", ([normal(200, 200), array(_mask(0.75))],)),
        Case("test time, without a mask", ([normal(4, 5), None],)),
    ),
    (
        Mistake("no-mask", "The gradient passes where units were dropped.",
                "The output does not depend on a unit that was dropped.", 5, variants=2),
        Mistake("fresh-mask", "The mask is not that of the forward pass.",
                "Random numbers are drawn once, in the forward pass. Which mask do you use?",
                5, variants=2),
        Mistake("mask-not-scaled", "The factor 1/(1 − p) of the forward pass is missing.",
                "y = x / (1 − p) where a unit was kept. What is the derivative?", 5),
        Mistake("scaled-twice", "The factor 1/(1 − p) of the forward pass is applied twice.",
                "Is the mask already scaled?", 5),
        Mistake("divided-by-mask", "The gradient is divided by the factor of the forward pass.",
                "y = x · mask. What is the derivative?", 5, variants=2),
        Mistake("gradient-forgotten", "The result is the mask.",
                "The chain rule multiplies by the gradient from above, dy.", 5, variants=2),
        Mistake("mask-inverted", "The gradient passes only where units were dropped.",
                "Where did y depend on x?", 5, variants=2),
        Mistake("fails-without-mask", "The function fails if mask is None.",
                "What is the gradient if nothing was dropped?", 5),
        Mistake("nothing-without-mask", "The gradient is missing if mask is None.",
                "Nothing was dropped. What is the derivative of y = x?", 5, variants=2),
    ),
    points=5,
    observe=_observe_dropout_backward,
    tolerances={"share of zeros where dropped": 0.05, "share of zeros where kept": 0.05},
)  # fmt: skip

TASKS = (DROPOUT_FORWARD, DROPOUT_BACKWARD)
