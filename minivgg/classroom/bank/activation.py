"""Assignment 4: ReLU and dropout."""

import numpy as np

from minivgg.classroom.tasks import Case, Mistake, Task, array, levels, normal, rng

LEAKS = {
    "leaky": 0.01,
    "leaky/2": 0.1,
    "leaky/3": 0.2,
    "leaky/4": 0.25,
    "leaky/5": 0.3,
    "leaky/6": 0.5,
    "leaky/7": 0.05,
}


def relu_forward(x, wrong=()):
    """max(x, 0)."""
    kinds = {
        "absolute-value": lambda: np.abs(x),
        "keeps-the-negative": lambda: np.minimum(x, 0),
        **{
            name: lambda slope=slope: np.where(x > 0, x, slope * x) for name, slope in LEAKS.items()
        },
        "mask-instead-of-values": lambda: (x > 0) * 1.0,
        "capped": lambda: np.clip(x, 0, 1),
        "capped/2": lambda: np.clip(x, 0, 6),
        "threshold-at-one": lambda: x * (x > 1),
        "threshold-at-one/2": lambda: x * (x >= 1),
        "softplus": lambda: np.logaddexp(0, x),
        "sigmoid": lambda: 1 / (1 + np.exp(-x)),
    }
    return next((kinds[name] for name in kinds if name in wrong), lambda: np.maximum(x, 0))()


def relu_backward(dy, x, wrong=()):
    """dy where x > 0."""
    slope = (x > 0) * 1.0
    if "one-at-zero" in wrong:
        slope = (x >= 0) * 1.0
    if "half-at-zero" in wrong:
        slope = slope + 0.5 * (x == 0)
    if "mask-from-gradient" in wrong:
        slope = (dy > 0) * 1.0
    if "mask-from-gradient/2" in wrong:
        slope = slope * (dy > 0)
    if "mask-inverted" in wrong:
        slope = 1 - slope
    if "values-instead-of-mask" in wrong:
        slope = slope * x
    if "values-instead-of-mask/2" in wrong:
        slope = x
    if "sign-instead-of-mask" in wrong:
        slope = np.sign(x)
    if "leaky" in wrong:
        slope = np.where(x > 0, slope, 0.01)
    if "no-mask" in wrong:
        return dy
    return slope if "gradient-forgotten" in wrong else dy * slope


def _but_at_zero(calls, results):
    """The slope at exactly 0 is a convention."""
    return {
        f"dx of call {i + 1}": np.where(x == 0, 0, dx)
        for i, ((_, x), (dx,)) in enumerate(zip(calls, results, strict=True))
    }


RELU = Task(
    "relu_forward(x)",
    ("y",),
    "x where it is positive, else 0; any shape.",
    relu_forward,
    (
        Case("a vector", ([array([-2.0, -0.5, 0.0, 0.5, 2.0, 9.0])],)),
        Case("maps", ([normal(2, 3, 4, 5)],)),
        Case("a batch of features", ([levels(7, 3, 4)],)),
    ),
    (
        Mistake("absolute-value", "Negative numbers become positive.", "What is max(−2, 0)?", 5),
        Mistake("keeps-the-negative", "What is negative stays, what is positive becomes 0.", "Is the comparison the right way round?", 5),
        Mistake("leaky", "Negative numbers are made small, not 0.",
                "That is another function, leaky ReLU. What does max(x, 0) do?", 5, ways=7),
        Mistake("mask-instead-of-values", "The result is 0 or 1.", "x > 0 says where: and what is there?", 5),
        Mistake("capped", "Large numbers are cut off.", "ReLU has no upper bound.", 5, ways=2),
        Mistake("threshold-at-one", "Small positive numbers become 0.", "Where is the bend of ReLU?", 5, ways=2),
        Mistake("softplus", "The bend is smooth.", "That is softplus. What does max(x, 0) do?", 5),
        Mistake("sigmoid", "The result lies between 0 and 1.", "That is the sigmoid.", 5),
    ),
    points=5,
)  # fmt: skip

RELU_BACKWARD = Task(
    "relu_backward(dy, x)",
    ("dx",),
    "The gradient of ReLU: dy where x is positive, else 0.",
    relu_backward,
    (
        Case("maps", ([normal(2, 3, 4, 5), normal(2, 3, 4, 5)],)),
        Case("a batch of features", ([normal(4, 6), normal(4, 6)],)),
        Case("an exact zero", ([array([1.0, -2.0, 3.0, 4.0]), array([0.0, 0.0, -1.0, 2.0])],)),
    ),
    (
        Mistake("one-at-zero", "The slope at exactly 0 is 1.", "The paper's frameworks say 0; both are subgradients.", 5, convention=True),
        Mistake("half-at-zero", "The slope at exactly 0 is one half.",
                "Most frameworks say 0; all from 0 to 1 are subgradients.", 5, convention=True),
        Mistake("mask-from-gradient", "Negative gradients are lost.", "Whose sign opens the gate: x's, or dy's?", 5, ways=2),
        Mistake("mask-inverted", "The gradient passes where it should not, and is stopped where it should pass.",
                "Where did y follow x?", 5),
        Mistake("values-instead-of-mask", "The gradient is multiplied by the input.", "What is the slope of y = x at x = 5?", 5, ways=2),
        Mistake("sign-instead-of-mask", "Where x is negative the gradient comes back with the wrong sign.",
                "What is the slope of ReLU at −2?", 5),
        Mistake("leaky", "A hundredth of the gradient passes where x is negative.", "That belongs to leaky ReLU.", 5),
        Mistake("no-mask", "The gradient passes everywhere.", "How much does y change where x is negative?", 5),
        Mistake("gradient-forgotten", "The result is 0 or 1.", "The chain rule multiplies by what comes from above.", 5),
    ),
    points=5,
    observe=_but_at_zero,
)  # fmt: skip


def dropout_forward(x, p, training, rng, wrong=()):
    """x · mask, with mask 0 with probability p, else 1/(1 − p)."""
    if "training-and-test-swapped" in wrong:
        training = not training
    if not training:
        return _at_test(x, p, rng, wrong)
    keep, draw = 1 - p, rng
    if "keep-and-drop-swapped" in wrong or "keep-and-drop-swapped/2" in wrong:
        keep = p
    if "ignores-the-generator" in wrong:
        draw = np.random.default_rng()
    if "ignores-the-generator/2" in wrong:
        draw = np.random.default_rng(0)
    shape = x.shape
    if "one-mask-for-the-batch" in wrong:
        shape = x.shape[1:]
    if "whole-images-dropped" in wrong:
        shape = (len(x), *([1] * (x.ndim - 1)))
    kept = np.broadcast_to(draw.random(shape) < keep, x.shape)
    scale = 1 / keep
    if "not-scaled" in wrong:
        scale = 1
    if "scaled-by-drop-probability" in wrong:
        scale = 1 / p
    if "keep-and-drop-swapped/2" in wrong:
        scale = 1 / (1 - p)
    if "scaled-down" in wrong or "scaled-down/2" in wrong:
        scale = 1 - p if "scaled-down" in wrong else p
    mask = kept * scale
    y = x * (draw.random(shape) < keep) * scale if "two-masks" in wrong else x * mask
    if "mask-not-scaled" in wrong:
        return y, kept * 1.0
    if "mask-of-the-dropped/2" in wrong:
        return y, (mask == 0) * scale
    return y, 1.0 * (mask == 0) if "mask-of-the-dropped" in wrong else mask


def _at_test(x, p, rng, wrong):
    mask = (
        np.ones_like(x) if "mask-at-test" in wrong or "training-and-test-swapped" in wrong else None
    )
    if "drops-at-test" in wrong or "drops-at-test/2" in wrong:
        scale = 1 if "not-scaled" in wrong else 1 / (1 - p)
        mask = (rng.random(x.shape) < 1 - p) * scale
        return x * mask, None if "drops-at-test/2" in wrong else mask
    if "mask-at-test/2" in wrong:  # drawn, but not used
        mask = (rng.random(x.shape) < 1 - p) / (1 - p)
    if "scaled-at-test" in wrong:
        return x * (1 - p), mask
    return (x / (1 - p) if "scaled-at-test/2" in wrong else x), (
        None if "training-and-test-swapped" in wrong else mask
    )


def _nearest(share, choices):
    """Where few numbers are drawn their share says little: which of the choices is it?"""
    return min(choices, key=lambda choice: abs(choice - share))


def _of_dropout(calls, results):
    """Masks are random: what counts is how much is dropped, by how much the rest is scaled, and that y and mask say the same."""
    found = {}
    for (x, p, training, _), (y, mask), number in zip(calls, results, range(1, 9), strict=False):
        name = f"call {number}: {{}}".format
        found[name("mask is an array")] = float(mask is not None)
        ratio = np.broadcast_to(y, x.shape) / x
        dropped = ratio == 0
        found[name("all rows alike")] = alike = float(training and (dropped == dropped[:1]).all())
        found[name("rows of one kind")] = whole = float(
            training and (dropped.all(axis=1) | ~dropped.any(axis=1)).mean() > 0.9
        )
        found[name("share dropped")] = (
            _nearest(dropped.mean(), (p, 1 - p)) if alike or whole else dropped.mean()
        )
        found[name("scale of what is kept")] = (
            np.median(ratio[~dropped]) if (~dropped).any() else 0.0
        )
        found[name("scales differ")] = (
            float(np.ptp(ratio[~dropped]) > 1e-3) if (~dropped).any() else 0.0
        )
        found[name("mask agrees with y")] = (
            float(mask is None) if mask is None else ((mask == 0) == dropped).mean()
        )
        found[name("largest of mask")] = 1.0 if mask is None else np.max(mask)
        if number > 1:
            found[name("same as call 1")] = float(
                np.shape(y) == results[0][0].shape and np.array_equal(y, results[0][0])
            )
    return found


_NAMES = ("share dropped", "scale of what is kept", "mask agrees with y", "largest of mask")

_ONE_TO_MANY = np.arange(1.0, 10_001).reshape(100, 100).tolist()

DROPOUT = Task(
    "dropout_forward(x, p, training, rng)",
    ("y", "mask"),
    "In training each number is dropped with probability p, else divided by 1 − p: y = x · mask. Otherwise y = x, and mask is None.",
    dropout_forward,
    (
        Case("training, p = 0.2", ([normal(100, 200), 0.2, True, rng(1)],)),
        Case("training, p = 0.7", ([normal(100, 200), 0.7, True, rng(2)],)),
        Case("the same seed again, and another", tuple([array(_ONE_TO_MANY), 0.4, True, rng(s)] for s in (3, 3, 4))),
        Case("testing", ([normal(100, 200), 0.3, False, rng(4)],)),
    ),
    (
        Mistake("keep-and-drop-swapped", "p is taken for the probability to keep.",
                "p = 0.2: how many of ten units say nothing?", 5, ways=2),
        Mistake("not-scaled", "What is kept is not scaled up.", "The mean of y must be the mean of x: by how much is it too small?", 5),
        Mistake("scaled-by-drop-probability", "What is kept is divided by p.",
                "By which share of the units must the kept ones stand in for all?", 5),
        Mistake("scaled-down", "What is kept is made smaller.", "Some units are missing: must the others say more, or less?", 5, ways=2),
        Mistake("training-and-test-swapped", "Units are dropped while testing, and none while training.",
                "Which branch of the if is which?", 5),
        Mistake("drops-at-test", "Units are dropped while testing, too.", "Should a net answer twice in different ways?", 5, ways=2),
        Mistake("scaled-at-test", "The output is scaled while testing, too.",
                "If training keeps the mean, what is left to do while testing?", 5, ways=2),
        Mistake("mask-at-test", "While testing there is a mask.", "Nothing is dropped then: the task wants None.", 5, ways=2),
        Mistake("mask-not-scaled", "The mask is 0 or 1, while y is scaled.",
                "dropout_backward multiplies dy by the mask: what would be missing?", 5),
        Mistake("mask-of-the-dropped", "The mask is 1 where a unit was dropped.", "y = x · mask.", 5, ways=2),
        Mistake("two-masks", "y was not made with the mask that is returned.", "How often do you draw in one call?", 5),
        Mistake("one-mask-for-the-batch", "All rows of the batch lose the same units.", "Of which shape is what you draw?", 5),
        Mistake("whole-images-dropped", "Rows are dropped as a whole.", "Of which shape is what you draw?", 5),
        Mistake("ignores-the-generator", "The generator rng is not used.",
                "Where do your random numbers come from? Nobody can repeat them.", 5, ways=2),
    ),
    observe=_of_dropout,
    tolerances={f"call {i}: {name}": 0.05 for i in (1, 2, 3) for name in _NAMES},
)  # fmt: skip


def dropout_backward(dy, mask, wrong=()):
    """dy · mask, or dy where nothing was dropped."""
    if mask is None:
        if "nothing-without-mask/2" in wrong:
            return None
        if "gradient-forgotten/2" in wrong:
            return np.ones_like(dy)
        return (
            dy * mask
            if "fails-without-mask" in wrong
            else dy * 0
            if "nothing-without-mask" in wrong
            else dy
        )
    if "no-mask" in wrong or "no-mask/2" in wrong:
        return dy * mask.max() if "no-mask/2" in wrong else dy
    if "mask-not-scaled" in wrong:
        return dy * (mask > 0)
    if "divided-by-mask/2" in wrong:
        return dy / mask
    if "mask-inverted/2" in wrong:
        return dy * (mask == 0)
    if "scaled-twice" in wrong:
        return dy * mask * mask.max()
    if "divided-by-mask" in wrong:
        return np.where(mask > 0, dy / np.maximum(mask, 1e-9), 0)
    if "gradient-forgotten" in wrong or "gradient-forgotten/2" in wrong:
        return mask * 1.0
    if "fresh-mask" in wrong:
        return dy * np.random.default_rng().permutation(mask.ravel()).reshape(mask.shape)
    if "fresh-mask/2" in wrong:
        return dy * (np.random.default_rng().random(dy.shape) < 0.5) / 0.5
    return dy * (mask == 0) * mask.max() if "mask-inverted" in wrong else dy * mask


def _of_dropout_backward(calls, results):
    """The share that is stopped where the mask is 0 and where it is not, and the slope of the rest."""
    (dy, mask), (dx,) = calls[0], results[0]
    zero = np.zeros(dy.shape, bool) if mask is None else mask == 0
    slope = np.broadcast_to(dx, dy.shape) / dy
    passed = slope != 0
    return {
        "stopped where dropped": (~passed)[zero].mean() if zero.any() else 1.0,
        "stopped where kept": (~passed)[~zero].mean(),
        "slope": np.median(slope[passed]) if passed.any() else 0.0,
        "slopes differ": float(np.ptp(slope[passed]) > 1e-3) if passed.any() else 0.0,
    }


def _mask(p):
    return (
        np.random.default_rng(0).permutation(np.arange(40_000) >= 40_000 * p).reshape(200, 200)
        / (1 - p)
    ).tolist()


DROPOUT_BACKWARD = Task(
    "dropout_backward(dy, mask)",
    ("dx",),
    "The gradient of dropout: dy · mask, with the mask of the forward pass; mask None means that nothing was dropped.",
    dropout_backward,
    (
        Case("p = 0.2", ([normal(200, 200), array(_mask(0.2))],)),
        Case("p = 0.75", ([normal(200, 200), array(_mask(0.75))],)),
        Case("after testing, without a mask", ([normal(4, 5), None],)),
    ),
    (
        Mistake("no-mask", "The gradient passes where units were dropped.", "A unit that said nothing had no influence.", 5, ways=2),
        Mistake("fresh-mask", "The gradient is stopped at other places than in the forward pass.",
                "Whose mask is it? Draw once, in the forward pass.", 5, ways=2),
        Mistake("mask-not-scaled", "The gradient lacks the factor of the forward pass.",
                "y = x / (1 − p) where a unit was kept: what is the slope?", 5),
        Mistake("scaled-twice", "The factor of the forward pass is there twice.", "Is the mask scaled already?", 5),
        Mistake("divided-by-mask", "The gradient is divided by the factor of the forward pass.",
                "y = x · m: what is the slope?", 5, ways=2),
        Mistake("gradient-forgotten", "The result is the mask.", "The chain rule multiplies by what comes from above.", 5, ways=2),
        Mistake("mask-inverted", "The gradient passes where units were dropped, and only there.", "Where did y follow x?", 5, ways=2),
        Mistake("fails-without-mask", "It fails when mask is None.", "What comes back when nothing was dropped?", 5),
        Mistake("nothing-without-mask", "Without a mask no gradient comes back.", "Nothing was dropped: what is the slope?", 5, ways=2),
    ),
    points=5,
    observe=_of_dropout_backward,
    tolerances={"stopped where dropped": 0.05, "stopped where kept": 0.05},
)  # fmt: skip

TASKS = (RELU, RELU_BACKWARD, DROPOUT, DROPOUT_BACKWARD)
