"""The mistake bank: each mistake fails and is named, right answers pass, each input is needed."""

import itertools
import random

import numpy as np
import pytest

from minivgg import analysis, models, ops
from minivgg.classroom.bank import TASKS
from minivgg.classroom.case_generators import generate_cases
from minivgg.classroom.grader import grade_results
from minivgg.classroom.results import Results
from minivgg.classroom.tasks import Case

MAX_PAIRS = 15  # that are tried of a task
VARIANTS = [
    (task, variant)
    for task in TASKS.values()
    for mistake in task.mistakes
    for variant in mistake.variant_names
]


def verdict_on(task, function, cases=None):
    return grade_results(Results.from_function(function, task, cases or task.cases))


@pytest.mark.parametrize(
    ("task", "variant"), VARIANTS, ids=lambda v: v if isinstance(v, str) else v.name
)
def test_each_mistake_fails_and_is_named_and_each_convention_passes_and_is_named(task, variant):
    verdict, mistake = verdict_on(task, task.implementation((variant,))), task.find_mistake(variant)
    assert verdict.passed == mistake.convention
    assert (verdict.score == 1) == mistake.convention
    assert verdict.mistakes == (() if mistake.convention else (mistake.name,))
    assert verdict.conventions == ((mistake.name,) if mistake.convention else ())
    assert mistake.hint in verdict.message


def test_there_are_more_than_sixty_mistakes_and_names_are_unique_in_a_task():
    assert sum(not mistake.convention for task in TASKS.values() for mistake in task.mistakes) >= 60
    for task in TASKS.values():
        assert len({mistake.name for mistake in task.mistakes}) == len(task.mistakes)


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_two_mistakes_at_once_fail_and_at_least_one_is_named(task):
    """A pair may look like one of its two, or like a third mistake. Of many, some are drawn."""
    pairs = list(itertools.combinations([m.name for m in task.mistakes if not m.convention], 2))
    pairs = random.Random(0).sample(pairs, min(len(pairs), MAX_PAIRS))
    right = {
        ("one-epoch-too-patient", "one-epoch-too-impatient"),
        ("rate-twice", "rate-forgotten"),  # PyTorch's form
        ("no-softmax", "softmax-twice"),  # scores averaged first
    }
    verdicts = {
        pair: verdict_on(task, task.implementation(pair)) for pair in pairs if pair not in right
    }
    assert not [pair for pair, verdict in verdicts.items() if verdict.passed]
    assert not [pair for pair, verdict in verdicts.items() if not verdict.mistakes]


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_what_is_said_is_short_and_does_not_give_the_answer(task):
    for mistake in task.mistakes:
        assert mistake.symptom.endswith(".")
        assert mistake.hint.endswith((".", "?"))
        assert 0 <= mistake.lesson <= 12
        assert len(mistake.symptom) + len(mistake.hint) < 240


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_a_symptom_says_what_the_students_function_does(task):
    """It begins with "Your", so that nobody reads the mistake as the rule."""
    assert not [m.name for m in task.mistakes if not m.symptom.startswith("Your ")]


# The right answers are those of the package.


def im2col_of_ops(x, kh, kw, stride, padding):
    rows = ops.im2col(x, (kh, kw), stride, padding)
    return rows.reshape(len(rows), kh * kw, x.shape[1]).swapaxes(1, 2).reshape(len(rows), -1)


def col2im_of_ops(cols, shape, kh, kw, stride, padding):
    rows = cols.reshape(len(cols), shape[1], kh * kw).swapaxes(1, 2).reshape(len(cols), -1)
    return ops.col2im(np.ascontiguousarray(rows), tuple(shape), (kh, kw), stride, padding)


def net_of(configuration, classes, shape):
    layers = [tuple(item) if isinstance(item, list) else item for item in configuration]
    return models.vgg(layers, classes, tuple(shape), (4096, 4096), initializer="zeros")


def shapes_of(configuration, shape):
    rows = analysis.trace(net_of(configuration, 2, shape)["features"], tuple(shape))
    return [row.output_shape for row in rows if type(row.layer).__name__ != "ReLU"]


OF_THE_PACKAGE = {
    "im2col": im2col_of_ops,
    "col2im": col2im_of_ops,
    "conv_forward": lambda x, w, b, stride, padding: ops.conv2d(x, w, b, stride, padding)[0],
    "conv_backward": lambda dy, x, w, b, stride, padding: ops.conv2d_backward(
        dy, ops.conv2d(x, w, b, stride, padding)[1]
    ),
    "maxpool_forward": lambda x, size, stride: ops.max_pool2d(x, size, stride)[0],
    "maxpool_backward": lambda dy, x, size, stride: ops.max_pool2d_backward(
        dy, ops.max_pool2d(x, size, stride)[1]
    ),
    "relu_forward": lambda x: ops.relu(x.astype(float))[0],  # it takes floats only
    "relu_backward": lambda dy, x: ops.relu_backward(dy, ops.relu(x)[1]),
    "softmax_cross_entropy": lambda z, y: (
        (found := ops.softmax_cross_entropy(z, y))[0],
        ops.softmax_cross_entropy_backward(found[1]),
    ),
    "receptive_field": analysis.receptive_field,
    "layer_shapes": shapes_of,
    "count_parameters": lambda configuration, classes, shape: (
        models.summary(net_of(configuration, classes, shape), tuple(shape)).parameters
    ),
}


@pytest.mark.parametrize("name", OF_THE_PACKAGE)
def test_the_packages_own_operations_pass_public_and_random_checks(name):
    task = TASKS[name]
    random = tuple(
        Case.from_dict(entry)
        for entry in generate_cases(name, 3 if name == "count_parameters" else 12, 5)
    )
    cases = task.cases if name == "count_parameters" else (*task.cases, *random)
    cases = tuple(case for case in cases if case.about != "no layer" or name == "receptive_field")
    verdict = verdict_on(task, OF_THE_PACKAGE[name], cases)
    assert verdict.passed, verdict.message


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.name)
def test_random_cases_find_most_mistakes_too(task):
    """Random hidden checks are not written to find mistakes, and find three quarters of them."""
    cases = tuple(Case.from_dict(entry) for entry in generate_cases(task.name, 8, 3))
    assert verdict_on(task, task.implementation(), cases).passed
    variants = [
        variant
        for mistake in task.mistakes
        if not mistake.convention
        for variant in mistake.variant_names
    ]
    assert sum(
        not verdict_on(task, task.implementation((variant,)), cases).passed for variant in variants
    ) >= 0.75 * len(variants)


# Each input is needed.


class Weak(Case):
    """A case whose arguments were changed after they were drawn."""

    def __init__(self, case, change):
        super().__init__(case.about, case.calls, case.seed)
        object.__setattr__(self, "change", change)

    def arguments(self):
        """The changed arguments of each call."""
        return [self.change(*call) for call in super().arguments()]


def square(x):
    side = min(x.shape[2:])
    return x[:, :, :side, :side]


def symmetric(w):
    w = square(w)
    w = w + w[:, :, ::-1]
    w = w + w[:, :, :, ::-1]
    return w + w.swapaxes(2, 3)


def padded(x, padding):
    return np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))


def dividing(x, size, stride, padding=0):
    h, w = (
        side - (side + 2 * padding - k) % stride for side, k in zip(x.shape[2:], size, strict=True)
    )
    return x[:, :, :h, :w]


def places(dy, x, w, stride, padding):
    """dy cut to the places that a cut x and w leave, filled up with ones."""
    oh, ow = (
        (side + 2 * padding - k) // stride + 1
        for side, k in zip(x.shape[2:], w.shape[2:], strict=True)
    )
    return np.resize(dy, (len(x), len(w), oh, ow))


WEAKENINGS = {
    "im2col": {
        "N = 1": lambda x, *rest: [x[:1], *rest],
        "one channel": lambda x, *rest: [x[:, :1], *rest],
        "square kernel": lambda x, kh, kw, *rest: [x, min(kh, kw), min(kh, kw), *rest],
        "kernel 1×1": lambda x, kh, kw, *rest: [x, 1, 1, *rest],
        "stride 1": lambda x, kh, kw, stride, padding: [x, kh, kw, 1, padding],
        "no padding": lambda x, kh, kw, stride, padding: [padded(x, padding), kh, kw, stride, 0],
        "sizes that divide": lambda x, kh, kw, stride, padding: [
            dividing(x, (kh, kw), stride, padding),
            kh,
            kw,
            stride,
            padding,
        ],
    },
    "conv_forward": {
        "N = 1": lambda x, *rest: [x[:1], *rest],
        "one channel": lambda x, w, *rest: [x[:, :1], w[:, :1], *rest],
        "one filter": lambda x, w, b, *rest: [x, w[:1], b[:1], *rest],
        "symmetric kernel": lambda x, w, *rest: [x, symmetric(w), *rest],
        "zero bias": lambda x, w, b, *rest: [x, w, 0 * b, *rest],
        "stride 1": lambda x, w, b, stride, padding: [x, w, b, 1, padding],
        "no padding": lambda x, w, b, stride, padding: [padded(x, padding), w, b, stride, 0],
        "sizes that divide": lambda x, w, b, stride, padding: [
            dividing(x, w.shape[2:], stride, padding),
            w,
            b,
            stride,
            padding,
        ],
        "an image like the kernel": lambda x, w, b, stride, padding: [
            x[:, :, : w.shape[2], : w.shape[3]],
            w,
            b,
            stride,
            0,
        ],
    },
    "col2im": {
        "no overlap": lambda cols, shape, kh, kw, s, p: [
            cols[:, : shape[1]],
            [*shape[:2], *outputs(shape, kh, kw, s, p)],
            1,
            1,
            1,
            0,
        ],
        "N = 1 and one channel": lambda cols, shape, kh, kw, s, p: [
            cols[: len(cols) // shape[0], : kh * kw],
            [1, 1, *shape[2:]],
            kh,
            kw,
            s,
            p,
        ],
        "no padding": lambda cols, shape, kh, kw, s, p: [
            np.resize(cols, (shape[0] * np.prod(outputs(shape, kh, kw, s, 0)), cols.shape[1])),
            shape,
            kh,
            kw,
            s,
            0,
        ],
        "stride 1": lambda cols, shape, kh, kw, s, p: [
            np.resize(cols, (shape[0] * np.prod(outputs(shape, kh, kw, 1, p)), cols.shape[1])),
            shape,
            kh,
            kw,
            1,
            p,
        ],
    },
    "conv_backward": {
        "N = 1": lambda dy, x, *rest: [dy[:1], x[:1], *rest],
        "one filter": lambda dy, x, w, b, *rest: [dy[:, :1], x, w[:1], b[:1], *rest],
        "kernel 1×1": lambda dy, x, w, b, s, p: [
            places(dy, x, w[:, :, :1, :1], s, p),
            x,
            w[:, :, :1, :1],
            b,
            s,
            p,
        ],
        "symmetric kernel": lambda dy, x, w, b, s, p: [
            places(dy, x, symmetric(w), s, p),
            x,
            symmetric(w),
            b,
            s,
            p,
        ],
        "stride 1": lambda dy, x, w, b, s, p: [places(dy, x, w, 1, p), x, w, b, 1, p],
        "no padding": lambda dy, x, w, b, s, p: [dy, padded(x, p), w, b, s, 0],
        "gradient 0 but in one place": lambda dy, *rest: [
            dy * (np.arange(dy.size) == 0).reshape(dy.shape),
            *rest,
        ],
    },
    "maxpool_forward": {
        "N = 1": lambda x, *rest: [x[:1], *rest],
        "one channel": lambda x, *rest: [x[:, :1], *rest],
        "positive": lambda x, *rest: [abs(x) + 1, *rest],
        "stride = size": lambda x, size, stride: [x, size, size],
        "stride 1": lambda x, size, stride: [x, size, 1],
        "sizes that divide": lambda x, size, stride: [
            dividing(x, (size, size), stride),
            size,
            stride,
        ],
        "one window": lambda x, size, stride: [x[:, :, :size, :size], size, stride],
        "square": lambda x, size, stride: [symmetric(x), size, stride],
    },
    "maxpool_backward": {
        "no overlap": lambda dy, x, size, stride: [
            np.resize(dy, (*x.shape[:2], x.shape[2] // size, x.shape[3] // size)),
            x,
            size,
            size,
        ],
        "one case": slice(1),
        "positive": lambda dy, x, *rest: [dy, x - x.min() + 1, *rest],
        "gradient of ones": lambda dy, *rest: [dy * 0 + 1, *rest],
        "no ties": lambda dy, x, *rest: [
            dy,
            x + np.linspace(0, 1e-3, x.size).reshape(x.shape),
            *rest,
        ],
        "stride 1": lambda dy, x, size, stride: [
            np.resize(dy, (*x.shape[:2], x.shape[2] - size + 1, x.shape[3] - size + 1)),
            x,
            size,
            1,
        ],
        "one window": lambda dy, x, size, stride: [
            dy[:, :, :1, :1],
            x[:, :, :size, :size],
            size,
            stride,
        ],
    },
    "relu_forward": {
        "positive": lambda x: [abs(x)],
        "negative": lambda x: [-abs(x)],
        "small": lambda x: [np.clip(x, -1, 1)],
    },
    "relu_backward": {
        "positive gradient": lambda dy, x: [abs(dy), x],
        "gradient of ones": lambda dy, x: [dy * 0 + 1, x],
        "positive input": lambda dy, x: [dy, abs(x) + 0.1],
        "input of ±1": lambda dy, x: [dy, np.sign(x)],
    },
    "dropout_forward": {
        "p = 0.5": lambda x, p, training, rng: [x, 0.5, training, rng],
        "only training": lambda x, p, training, rng: [x, p, True, rng],
        "only testing": lambda x, p, training, rng: [x, p, False, rng],
        "one row": lambda x, p, training, rng: [x.reshape(1, -1), p, training, rng],
        "without equal seeds": slice(2),
    },
    "dropout_backward": {
        "with a mask": lambda dy, mask: [dy, np.ones_like(dy) if mask is None else mask],
        "p = 0": lambda dy, mask: [dy, None if mask is None else np.ones_like(mask)],
        "gradient of ones": lambda dy, mask: [dy * 0 + 1, mask],
    },
    "softmax_cross_entropy": {
        "N = 1": lambda logits, labels: [logits[:1], labels[:1]],
        "small logits": lambda logits, labels: [logits / 1000, labels],
        "moderate logits": lambda logits, labels: [np.clip(logits, -5, 5), labels],
        "rows at one height": lambda logits, labels: [
            logits - logits.max(axis=1, keepdims=True),
            labels,
        ],
        "two of the same row": lambda logits, labels: [logits[[0, 0]], labels[[0, 0]]],
    },
    "sgd_step": {
        "the first step only": slice(1),
        "no decay": lambda w, g, v, lr, momentum, decay: [w, g, v, lr, momentum, 0.0],
        "rate 1": lambda w, g, v, lr, momentum, decay: [w, g, v, 1.0, momentum, decay],
        "momentum 1": lambda w, g, v, lr, momentum, decay: [w, g, v, lr, 1.0, decay],
    },
    "plateau": {
        "patience 1": lambda history, lr, factor, patience: [history, lr, factor, 1],
        "two epochs": lambda history, lr, factor, patience: [history[:2], lr, factor, 1],
        "no two equal": lambda history, lr, factor, patience: [
            [a + 1e-6 * i for i, a in enumerate(history)],
            lr,
            factor,
            patience,
        ],
        "rising": lambda history, lr, factor, patience: [
            sorted(set(history)),
            lr,
            factor,
            patience,
        ],
        "factor 1": lambda history, lr, factor, patience: [history, lr, 1, patience],
        "factor = rate": lambda history, lr, factor, patience: [history, 1.0, factor, patience],
    },
    "receptive_field": {
        "no strides": lambda layers: [[[k, 1] for k, _ in layers]],
        "one layer": lambda layers: [layers[:1]],
        "kernels of 1": lambda layers: [[[1, s] for _, s in layers]],
        "no layer": lambda layers: [[]],
    },
    "layer_shapes": {
        "no pools": lambda c, shape: [[item for item in c if item != "M"], shape],
        "powers of two": lambda c, shape: [c, [shape[0], 256, 256]],
        "3×3 only": lambda c, shape: [
            [item if item == "M" or not isinstance(item, list) else item[0] for item in c],
            shape,
        ],
    },
    "count_parameters": {
        "images of 224": slice(2),
        "1000 classes": lambda c, classes, shape: [c, 1000, shape],
        "colour": lambda c, classes, shape: [c, classes, [3, *shape[1:]]],
        "3×3 only": lambda c, classes, shape: [
            [item[0] if isinstance(item, list | tuple) else item for item in c],
            classes,
            shape,
        ],
    },
    "linear_to_convolution": {
        "one channel": lambda w, c, h, wd: [w[:, : h * wd], 1, h, wd],
        "a 1×1 map": lambda w, c, h, wd: [w[:, :c], c, 1, 1],
        "square": lambda w, c, h, wd: [w[:, : c * min(h, wd) ** 2], c, min(h, wd), min(h, wd)],
    },
    "class_map": {
        "one layer": lambda maps, layers, h, w: [maps, layers[:1], h, w],
        "its own size": lambda maps, layers, h, w: [maps[:, :, :h, :w], layers, h, w],
        "zero biases": lambda maps, layers, h, w: [maps, [[a, 0 * b] for a, b in layers], h, w],
        "a 1×1 map": lambda maps, layers, h, w: [
            maps,
            [[layers[0][0][:, : maps.shape[1]], layers[0][1]], *layers[1:]],
            1,
            1,
        ],
    },
    "dense_posteriors": {
        "one place": lambda a, b: [a[:, :, :1, :1], b[:, :, :1, :1]],
        "no mirror": lambda a, b: [a, a],
        "the same everywhere": lambda a, b: [a[:, :, :1, :1] + 0 * a, b[:, :, :1, :1] + 0 * b],
    },
}


def outputs(shape, kh, kw, stride, padding):
    return [(side + 2 * padding - k) // stride + 1 for side, k in ((shape[2], kh), (shape[3], kw))]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "weakening"), [(name, w) for name in WEAKENINGS for w in WEAKENINGS[name]]
)
def test_weakening_one_input_of_the_checks_lets_a_mistake_pass(name, weakening):
    task, change = TASKS[name], WEAKENINGS[name][weakening]
    weak = (
        task.cases[change]
        if isinstance(change, slice)
        else tuple(Weak(case, change) for case in task.cases)
    )
    variants = [
        variant
        for mistake in task.mistakes
        if not mistake.convention
        for variant in mistake.variant_names
    ]
    assert verdict_on(task, task.implementation(), weak).passed
    assert any(
        verdict_on(task, task.implementation((variant,)), weak).passed for variant in variants
    )
