"""Assignment 4: the gradient of dropout."""

import math

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.options import Mistakes
from minivgg.classroom.tasks import Calls, Case, Mistake, Observed, Task, array, distinct, normal
from minivgg.utils.files import JsonObject


def dropout_backward(dy: Array, mask: Array | None, mistakes: Mistakes = ()) -> Array | None:
    """dy · mask, or dy where nothing was dropped."""
    if mask is None:
        if "nothing-without-mask/2" in mistakes:
            return None
        if "gradient-forgotten/2" in mistakes:
            return np.ones_like(dy)
        if "fails-without-mask" in mistakes:
            return dy * mask
        if "nothing-without-mask/3" in mistakes:
            return np.zeros(())
        return dy * 0 if "nothing-without-mask" in mistakes else dy
    if "no-mask" in mistakes or "no-mask/2" in mistakes:
        return dy * mask.max() if "no-mask/2" in mistakes else dy
    if "mask-not-scaled" in mistakes:
        return dy * (mask > 0)
    if "divided-by-mask/2" in mistakes:
        return dy / mask
    if "mask-inverted/2" in mistakes:
        return dy * (mask == 0)
    if "mask-inverted/3" in mistakes:
        return dy * (1 - mask)
    if "scaled-twice" in mistakes:
        return dy * mask * mask.max()
    if "divided-by-mask" in mistakes:
        return np.where(mask > 0, dy / np.maximum(mask, 1e-9), 0)
    if "gradient-forgotten" in mistakes or "gradient-forgotten/2" in mistakes:
        return mask * 1.0
    if "mask-added" in mistakes:
        return dy + mask
    if "fresh-mask" in mistakes:
        return dy * np.random.default_rng().permutation(mask.ravel()).reshape(mask.shape)
    if "fresh-mask/2" in mistakes:
        return dy * (np.random.default_rng().random(dy.shape) < 0.5) / 0.5
    return dy * (mask == 0) * mask.max() if "mask-inverted" in mistakes else dy * mask


_ENOUGH = 1000  # numbers, for a share to be precise
_OTHER_ZEROS = "zeros of dx at other positions than those of mask (1 = yes, 0 = no)"
_AT_ZEROS, _ELSEWHERE = "share of zeros in dx where mask is 0", "share of zeros in dx elsewhere"


def _observe_dropout_backward(calls: Calls, outputs: Calls) -> Observed:
    """dx, or statistics of it if a random mask was drawn, with other zeros than the mask's."""
    observed: dict[str, Array | float | None] = {}
    for i, ((dy, mask), (dx,)) in enumerate(zip(calls, outputs, strict=True)):
        end = f" of call {i + 1}" if i else ""
        dropped = np.zeros(dy.shape, bool) if mask is None else mask == 0
        if np.shape(dx) != dy.shape or not _is_random(dx, dropped):
            observed["dx" + end] = dx
            if np.array_equal(dx == 0, dropped):
                observed[_OTHER_ZEROS + end] = 0.0
            continue
        observed[_OTHER_ZEROS + end] = 1.0
        observed["dx / dy where dx is not 0" + end] = np.median((dx / dy)[dx != 0])
        if dx.size >= _ENOUGH:
            observed[_AT_ZEROS + end] = (dx[dropped] == 0).mean()
            observed[_ELSEWHERE + end] = (dx[~dropped] == 0).mean()
    return observed


def _is_random(dx: Array, dropped: Array) -> bool:
    """Whether some units that were dropped, or some that were kept, have a gradient of 0."""
    return any(np.unique(dx[part] == 0).size == 2 for part in (dropped, ~dropped))


def _mask(p: float, *shape: int) -> JsonObject:
    """A mask in which a share of exactly p is 0."""
    size = math.prod(shape)
    kept = np.random.default_rng(0).permutation(np.arange(size) >= size * p)
    return array((kept.reshape(shape) / (1 - p)).tolist())


DROPOUT_BACKWARD = Task(
    "dropout_backward(dy, mask)",
    ("dx",),
    "The gradient of dropout: dy · mask, with the mask of the forward pass. If mask is None, "
    "nothing was dropped.",
    dropout_backward,
    (
        Case("p = 0.2", ([normal(200, 200), _mask(0.2, 200, 200)],)),
        Case("p = 0.75", ([normal(200, 200), _mask(0.75, 200, 200)],)),
        Case("test time, without a mask", ([normal(4, 5), None],)),
        # each of these differs from the one before it in one respect
        Case("forty numbers, no mask", ([distinct(5, 8), None],)),
        Case("forty numbers, p = 0", ([distinct(5, 8), _mask(0, 5, 8)],)),
        Case("forty numbers, p = 0.5", ([distinct(5, 8), _mask(0.5, 5, 8)],)),
        Case("forty numbers, p = 0.75", ([distinct(5, 8), _mask(0.75, 5, 8)],)),
        Case("a gradient of ones, p = 0.75", ([array([[1.0] * 8] * 5), _mask(0.75, 5, 8)],)),
        Case("a vector, p = 0.5", ([distinct(40), _mask(0.5, 40)],)),
        Case("images, p = 0.5", ([distinct(2, 2, 3, 4), _mask(0.5, 2, 2, 3, 4)],)),
    ),
    (
        Mistake("no-mask", "Your gradient passes where units were dropped.",
                "Does y depend on a unit that was dropped?", 5, variants=2),
        Mistake("fresh-mask", "Your gradient uses another mask than the forward pass.",
                "Random numbers are drawn once, in the forward pass. Which mask do you use?",
                5, variants=2),
        Mistake("mask-not-scaled", "Your gradient lacks the factor 1/(1 − p) of the forward pass.",
                "y = x / (1 − p) where a unit was kept. What is the derivative?", 5),
        Mistake("scaled-twice",
                "Your gradient contains the factor 1/(1 − p) of the forward pass twice.",
                "Is the mask already scaled?", 5),
        Mistake("divided-by-mask",
                "Your gradient is divided by the factor 1/(1 − p) of the mask, not multiplied by "
                "it.", "y = x · mask. What is the derivative of y with respect to x?",
                5, variants=2),
        Mistake("mask-added", "Your function adds the mask to the gradient.",
                "y = x · mask. What is the derivative of y with respect to x?", 5),
        Mistake("gradient-forgotten", "Your function returns the mask, not its product with dy.",
                "The chain rule multiplies the mask by dy, the gradient of the output.",
                5, variants=2),
        Mistake("mask-inverted",
                "Your gradient passes where units were dropped. Where they were kept, it is 0 or "
                "has the opposite sign.",
                "Where does y depend on x: where the mask is 0, or where it is not?",
                5, variants=3),
        Mistake("fails-without-mask", "Your function fails if mask is None.",
                "What is the gradient if nothing was dropped?", 5),
        Mistake("nothing-without-mask",
                "Your function returns 0 or None instead of dy if mask is None.",
                "Nothing was dropped. What is the derivative of y = x?", 5, variants=3),
    ),
    points=5,
    observe=_observe_dropout_backward,
    tolerances={
        name + end: 0.05
        for name in (_AT_ZEROS, _ELSEWHERE)
        for end in ("", *(f" of call {i + 1}" for i in range(1, 8)))
    },
)  # fmt: skip
