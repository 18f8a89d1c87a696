"""Assignment 6: SGD with momentum and weight decay."""

from collections.abc import Callable

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.bank.options import Mistakes, select
from minivgg.classroom.tasks import Case, Mistake, Task, array, distinct, levels, normal, previous


def sgd_step(
    w: Array,
    g: Array,
    v: Array,
    lr: float,
    momentum: float,
    weight_decay: float,
    mistakes: Mistakes = (),
) -> tuple[Array, Array]:
    """v ← momentum · v − lr · (g + weight_decay · w); w ← w + v."""
    if "momentum-forgotten" in mistakes:
        v = 0 * v
    decay = _decay(w, g, v, weight_decay, mistakes)
    step = lr * (g + decay)
    if "decay-without-rate" in mistakes:
        step = lr * g + decay
    if "rate-forgotten" in mistakes:
        step = g + decay
    new_w, new_v = _update(w, v, step, lr, momentum, mistakes)
    if "decay-decoupled" in mistakes:
        new_w = new_w - lr * weight_decay * w
    if "decay-decoupled/2" in mistakes:
        new_w = new_w - weight_decay * w
    if "decay-decoupled/3" in mistakes:
        new_w = new_w * (1 - lr * weight_decay)
    if "weights-not-updated" in mistakes:
        new_w = w
    if "velocity-instead-of-weights" in mistakes:
        new_w = new_v
    if "velocity-unused-without-momentum" in mistakes and momentum == 0:
        return new_w, v
    return new_w, v if "old-velocity-returned" in mistakes else new_v


def _decay(w: Array, g: Array, v: Array, weight_decay: float, mistakes: Mistakes) -> Array:
    """What is added to the gradient."""
    decay = weight_decay
    if "decay-missing" in mistakes or any("decay-decoupled" in name for name in mistakes):
        decay = 0
    if "no-decay-on-biases" in mistakes and w.ndim == 1:
        decay = 0
    terms: dict[str, Callable[[], Array]] = {
        "decay-with-wrong-sign": lambda: -w,
        "decay-doubled": lambda: 2 * w,
        "decay-halved": lambda: w / 2,
        "decay-by-sign": lambda: np.sign(w),
        "decay-by-square": lambda: w**2,
        "decay-by-square/2": lambda: w**2 / 2,
        "decay-by-square/3": lambda: np.sum(w**2),
        "decay-by-square/4": lambda: np.sum(w**2) / 2,
        "decay-of-the-gradient": lambda: g,
        "decay-of-the-velocity": lambda: v,
    }
    return decay * select(terms, mistakes, lambda: w)()


def _update(
    w: Array, v: Array, step: Array, lr: float, momentum: float, mistakes: Mistakes
) -> tuple[Array, Array]:
    """The new w and v, by the rule or a variant of it. step: lr times the gradient with decay."""
    share = 1 - momentum
    after = momentum * v - step
    velocities: dict[str, Callable[[], Array]] = {  # the new w is w plus this one
        "momentum-on-the-gradient-too": lambda: momentum * (v - step),
        "momentum-and-rate-exchanged": lambda: lr * v - momentum * step / lr,
        "one-minus-momentum": lambda: share * v - step,
        "one-minus-momentum/2": lambda: share * v - momentum * step,
        "velocity-with-wrong-sign": lambda: -momentum * v - step,
        "rate-twice/2": lambda: momentum * v - lr * step,
        "rate-twice/3": lambda: lr * momentum * v - step,
        "velocity-not-decaying": lambda: v - step,
        "exponential-average": lambda: momentum * v - share * step,
        "step-uphill/2": lambda: momentum * v + step,
    }
    for name, velocity in velocities.items():
        if name in mistakes:
            return w + velocity(), velocity()
    rules: dict[str, Callable[[], tuple[Array, Array]]] = {
        "step-uphill": lambda: (w - after, after),
        "old-velocity-used": lambda: (w + v, after),
        "rate-twice": lambda: (w + lr * after, after),
        "velocity-stored-negated": lambda: (w - (momentum * v + step), momentum * v + step),
        "velocity-without-rate": lambda: (
            w - lr * (momentum * v + step / lr),
            momentum * v + step / lr,
        ),
        "velocity-without-rate/2": lambda: (
            w + lr * (momentum * v - step / lr),
            momentum * v - step / lr,
        ),
        "nesterov": lambda: (w + momentum * after - step, after),
        "nesterov/2": lambda: (
            w - lr * (step / lr + momentum * (momentum * v + step / lr)),
            momentum * v + step / lr,
        ),
        "exponential-average/2": lambda: (
            w - lr * (momentum * v + share * step / lr),
            momentum * v + share * step / lr,
        ),
        "exponential-average/3": lambda: (
            w - (momentum * v + share * step),
            momentum * v + share * step,
        ),
    }
    return select(rules, mistakes, lambda: (w + after, after))()


_W, _G = array([4.0, -2.0, 1.0]), array([1.0, 3.0, -5.0])
_V, _ZERO = array([-2.0, 5.0, 3.0]), array([0.0, 0.0, 0.0])

SGD_STEP = Task(
    "sgd_step(w, g, v, lr, momentum, weight_decay)",
    ("w", "v"),
    "One step of the paper's rule: v ← momentum·v − lr·(g + weight_decay·w), then w ← w + v.",
    sgd_step,
    (
        Case("the first step", ([normal(3, 4), normal(3, 4), levels(1, 3, 4), 0.2, 0.9, 0.0],)),
        Case("with velocity", ([normal(3, 4), normal(3, 4), normal(3, 4), 0.3, 0.9, 0.0],)),
        Case("with velocity and weight decay",
             ([normal(3, 4), normal(3, 4), normal(3, 4), 0.2, 0.8, 0.3],)),
        Case(
            "three steps, the last with a lower rate",
            (
                [normal(5, 2), normal(5, 2), levels(1, 5, 2), 0.2, 0.9, 0.05],
                [previous(0), normal(5, 2), previous(1), 0.2, 0.9, 0.05],
                [previous(0), normal(5, 2), previous(1), 0.02, 0.9, 0.05],
            ),
        ),
        Case("a bias", ([normal(6), normal(6), normal(6), 0.05, 0.9, 0.5],)),
        # each of these differs from another one in one respect
        Case("no velocity, momentum 0, no decay", ([_W, _G, _ZERO, 0.5, 0.0, 0.0],)),
        Case("no velocity, momentum 0, no decay, rate 0.1", ([_W, _G, _ZERO, 0.1, 0.0, 0.0],)),
        Case("no velocity, momentum 0.8, no decay", ([_W, _G, _ZERO, 0.5, 0.8, 0.0],)),
        Case("velocity, momentum 0, no decay", ([_W, _G, _V, 0.5, 0.0, 0.0],)),
        Case("velocity, momentum 0.8, no decay", ([_W, _G, _V, 0.5, 0.8, 0.0],)),
        Case("velocity, momentum 0.8, no decay, a gradient of 0",
             ([_W, _ZERO, _V, 0.5, 0.8, 0.0],)),
        Case("no velocity, momentum 0, decay 0.1", ([_W, _G, _ZERO, 0.5, 0.0, 0.1],)),
        Case("no velocity, momentum 0, decay 0.1, a gradient of 0",
             ([_W, _ZERO, _ZERO, 0.5, 0.0, 0.1],)),
        Case("velocity, momentum 0.8, decay 0.1", ([_W, _G, _V, 0.5, 0.8, 0.1],)),
        Case("two steps",
             ([_W, _G, _V, 0.5, 0.8, 0.1], [previous(0), _G, previous(1), 0.5, 0.8, 0.1])),
        Case("filters of four dimensions",
             ([distinct(3, 2, 2, 2), distinct(3, 2, 2, 2), distinct(3, 2, 2, 2), 0.5, 0.8, 0.1],)),
    ),
    (
        Mistake("velocity-without-rate",
                "Your velocity is multiplied by the learning rate when it is used, as in "
                "PyTorch's form of momentum.",
                "In the paper's form the rate is part of the velocity, so a lower rate affects "
                "new gradients only.", 6, convention=True, variants=2),
        Mistake("velocity-stored-negated", "Your velocity is stored with the opposite sign.",
                "The paper adds v to w.", 6, convention=True),
        Mistake("nesterov", "Your step is Nesterov's momentum.",
                "The paper uses classical momentum.", 6, convention=True, variants=2),
        Mistake("exponential-average", "Your gradient is multiplied by 1 − momentum.",
                "This is an exponential moving average; the paper sums the gradients.",
                6, convention=True, variants=3),
        Mistake("velocity-unused-without-momentum",
                "Your velocity stays as it is where the momentum is 0.",
                "It has no influence then; the paper's rule stores the last step in it.",
                6, convention=True),
        Mistake("no-decay-on-biases", "Your biases (arrays with one axis) do not decay.",
                "In the paper all parameters decay; many recipes exclude the biases.",
                6, convention=True),
        Mistake("step-uphill", "Your code moves w along the gradient, not against it.",
                "If the gradient is positive, should w increase or decrease?", 6, variants=2),
        Mistake("momentum-forgotten", "Your code does not use the old velocity.",
                "With g = 0 and weight_decay = 0, what is the new v?", 6),
        Mistake("momentum-on-the-gradient-too", "Your new gradient is multiplied by momentum.",
                "Which of the two terms does momentum multiply?", 6),
        Mistake("momentum-and-rate-exchanged", "Your code uses momentum as lr, and lr as momentum.",
                "Which of the two multiplies the old velocity?", 6),
        Mistake("one-minus-momentum", "Your old velocity is multiplied by 1 − momentum.",
                "With momentum 0.9, what share of the old velocity remains?", 6, variants=2),
        Mistake("velocity-with-wrong-sign", "Your old velocity is subtracted, not added.",
                "With g = 0, does w continue in the same direction?", 6),
        Mistake("velocity-not-decaying", "Your old velocity is not multiplied by momentum.",
                "Which factor does the old velocity have in the formula?", 6),
        Mistake("old-velocity-used", "Your code updates w with the velocity of the previous step.",
                "Which is computed first: the new v, or the new w?", 6),
        Mistake("old-velocity-returned", "Your code returns the old velocity.",
                "Which velocity does the next step need?", 6),
        Mistake("weights-not-updated", "Your code returns w unchanged.",
                "How does the new v change w?", 6),
        Mistake("velocity-instead-of-weights", "Your code returns the velocity instead of w.",
                "Which two arrays should be returned?", 6),
        Mistake("rate-twice",
                "Your learning rate multiplies the gradient twice, or multiplies the old "
                "velocity.",
                "In v ← momentum·v − lr·(g + weight_decay·w), what does lr multiply? Is lr used "
                "again after that?", 6, variants=3),
        Mistake("rate-forgotten", "Your gradient is not multiplied by the learning rate.",
                "Which factor does the gradient have in the formula?", 6),
        Mistake("decay-missing", "Your weights do not decay.",
                "How does w change if g and v are 0?", 6),
        Mistake("decay-with-wrong-sign",
                "Your code subtracts weight_decay·w from the gradient instead of adding it.",
                "With g = 0 and v = 0, is the absolute value of w smaller after the step?", 6),
        Mistake("decay-of-the-gradient",
                "Your weight_decay multiplies the gradient, not the weights.",
                "Which array should become smaller?", 6),
        Mistake("decay-of-the-velocity", "Your weight_decay multiplies the velocity, not the "
                "weights.", "Which array should become smaller?", 6),
        Mistake("decay-by-sign", "Your weights all decay by the same amount.",
                "This is the derivative of λ·|w|. Which function has the derivative λ·w?", 6),
        Mistake("decay-by-square",
                "Your code adds the penalty itself, w² or its sum or half of these, to the "
                "gradient, not its derivative.", "The penalty is ½·λ·w². What is its derivative?",
                6, variants=4),
        Mistake("decay-doubled",
                "Your decay has the factor 2: it is 2·λ·w, not λ·w, with λ = weight_decay.",
                "How many times does your code apply the decay? What is the derivative of ½·λ·w²?",
                6),
        Mistake("decay-halved",
                "Your decay has the factor ½: it is ½·λ·w, not λ·w, with λ = weight_decay.",
                "What is the derivative of ½·λ·w²?", 6),
        Mistake("decay-decoupled",
                "Your decay changes w directly and not through the velocity, as in AdamW, with "
                "or without the learning rate.",
                "Where is the decay in the paper's rule: in the line of v, or in that of w?",
                6, variants=3),
        Mistake("decay-without-rate", "Your decay is not multiplied by the learning rate.",
                "In v ← momentum·v − lr·(g + weight_decay·w), what does lr multiply?", 6),
    ),
    points=15,
    writable=(0, 2),
)  # fmt: skip

TASKS = (SGD_STEP,)
