"""Random cases of each task: for the hidden checks of an instructor, and for tests of the bank."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator

from minivgg.classroom.tasks import Calls, distinct, levels, normal, rng
from minivgg.utils.files import JsonObject


def generate_cases(task: str, count: int, seed: int | Sequence[int] | None) -> list[JsonObject]:
    """Random cases of a task.

    Parameters
    ----------
    task : str
        Its name.
    count : int
        The number of cases.
    seed : int or sequence of int, optional
        The same cases for the same seed, as long as NumPy draws the same numbers: it may change
        its generators from one version to the next. Others each time without a seed.

    Returns
    -------
    cases : list of dict
        Entries {"about", "seed", "calls"} of a file, see ``Case.from_dict``.

    Examples
    --------
    >>> [case] = generate_cases("receptive_field", 1, seed=0)
    >>> case["calls"]
    [[[[5, 3], [4, 1], [4, 1], [3, 1], [1, 1], [2, 3]]]]
    """
    generator = np.random.default_rng(seed)
    return [
        {
            "about": f"hidden case {i + 1}",
            "seed": int(generator.integers(2**31)),
            "calls": _generator_of(task, i)(generator),
        }
        for i in range(count)
    ]


def _generator_of(task: str, i: int) -> Callable[[Generator], Calls]:
    """What draws the case with this index: the first cases hold what no set may lack."""
    always = _ALWAYS.get(task, ())
    return always[i] if i < len(always) else _GENERATORS[task]


def _int(generator: Generator, low: int, high: int) -> int:
    """An integer from low to high, both included."""
    return int(generator.integers(low, high + 1))


class _Geometry(NamedTuple):
    x: tuple[int, int, int, int]  # (N, C, H, W)
    kernel: tuple[int, int]
    stride: int
    padding: int
    out: tuple[int, int]  # (OH, OW)


def _geometry(generator: Generator) -> _Geometry:
    """A convolution with N ≥ 2, several windows in both directions, and H ≠ W."""
    kh, kw, stride, padding = (
        _int(generator, 1, 3),
        _int(generator, 2, 4),
        _int(generator, 1, 3),
        _int(generator, 0, 2),
    )
    h, w = kh + _int(generator, 2, 5), kw + _int(generator, 6, 9)
    if generator.integers(2):
        (h, w), (kh, kw) = (w, h), (kw, kh)
    oh, ow = ((side + 2 * padding - k) // stride + 1 for side, k in ((h, kh), (w, kw)))
    x = (_int(generator, 2, 3), _int(generator, 1, 3), h, w)
    return _Geometry(x, (kh, kw), stride, padding, (oh, ow))


def _im2col(generator: Generator) -> Calls:
    x, kernel, stride, padding, _ = _geometry(generator)
    return [[normal(*x), *kernel, stride, padding]]


def _conv_forward(generator: Generator) -> Calls:
    x, kernel, stride, padding, _ = _geometry(generator)
    f = x[1] + _int(generator, 1, 3)
    return [[normal(*x), normal(f, x[1], *kernel), normal(f), stride, padding]]


def _col2im(generator: Generator) -> Calls:
    (n, c, h, w), (kh, kw), stride, padding, (oh, ow) = _geometry(generator)
    return [[normal(n * oh * ow, c * kh * kw), [n, c, h, w], kh, kw, stride, padding]]


def _conv_backward(generator: Generator) -> Calls:
    x, kernel, stride, padding, out = _geometry(generator)
    f = x[1] + _int(generator, 1, 3)
    return [
        [normal(x[0], f, *out), normal(*x), normal(f, x[1], *kernel), normal(f), stride, padding]
    ]


def _pool(generator: Generator) -> tuple[tuple[int, int, int, int], int, int, list[int]]:
    size, stride = _int(generator, 2, 3), _int(generator, 1, 3)
    sides = [size + _int(generator, 1, 4), size + _int(generator, 5, 8)]
    if generator.integers(2):
        sides.reverse()
    x = (_int(generator, 2, 3), _int(generator, 1, 3), sides[0], sides[1])
    return x, size, stride, [(side - size) // stride + 1 for side in x[2:]]


def _maxpool_forward(generator: Generator) -> Calls:
    x, size, stride, _ = _pool(generator)
    return [[normal(*x), size, stride]]


def _maxpool_backward(generator: Generator) -> Calls:
    x, size, stride, out = _pool(generator)
    return [[normal(*x[:2], *out), normal(*x), size, stride]]


def _shape(generator: Generator) -> list[int]:
    """One to four axes, none as short as in the public cases."""
    axes = _int(generator, 1, 4)
    return [_int(generator, 7, 12)] if axes == 1 else [_int(generator, 4, 6) for _ in range(axes)]


def _both_signs(generator: Generator, shape: list[int]) -> JsonObject:
    """Multiples of 0.5 from −10 to 10, some of them negative, some small, some large."""
    numbers = generator.integers(-20, 21, int(np.prod(shape))) / 2
    numbers[:3] = -1.5, 0.5, 7.5
    return {"array": generator.permutation(numbers).reshape(shape).tolist()}


def _relu_forward(generator: Generator) -> Calls:
    return [[_both_signs(generator, _shape(generator))]]


def _relu_backward(generator: Generator) -> Calls:
    shape = _shape(generator)
    return [[distinct(*shape), _both_signs(generator, shape)]]


def _dropout_forward(generator: Generator) -> Calls:
    """In training and at test time."""
    p = _int(generator, 1, 9) / 10
    return [
        [normal(100, 150), p, training, rng(_int(generator, 0, 10**6))]
        for training in (True, False)
    ]


def _dropout_backward(generator: Generator) -> Calls:
    """With a mask and without."""
    p = _int(generator, 1, 4) / 10
    mask = (generator.random((120, 100)) >= p) / (1 - p)
    return [[normal(120, 100), {"array": mask.tolist()}], [normal(4, 5), None]]


def _softmax_cross_entropy(generator: Generator) -> Calls:
    """The first row is wrong, so neither the loss nor the gradient is 0."""
    n, k = _int(generator, 2, 6), _int(generator, 2, 8)
    logits = (generator.standard_normal((n, k)) * 10.0 ** _int(generator, 0, 3)).round(3)
    labels = generator.integers(0, k, n)
    labels[0] = (logits[0].argmax() + 1) % k
    return [[{"array": logits.tolist()}, {"array": labels.tolist()}]]


def _confident_and_wrong(generator: Generator) -> Calls:
    """Logits with a difference of 2000 and more, so p of the label is 0 in float64."""
    n, k = _int(generator, 2, 6), _int(generator, 2, 8)
    logits, labels = generator.integers(-9, 10, (n, k)), generator.integers(0, k, n)
    logits[0, (labels[0] + 1) % k] += _int(generator, 2020, 3000)
    return [[{"array": logits.astype(float).tolist()}, {"array": labels.tolist()}]]


def _sgd_step(generator: Generator) -> Calls:
    shape, rates = _shape(generator), [round(float(r), 3) for r in generator.uniform(0.01, 0.5, 3)]
    momentum = _int(generator, 5, 9) / 10
    first = [normal(*shape), normal(*shape), levels(1, *shape), rates[0], momentum, rates[1]]
    return [first, [{"previous": 0}, normal(*shape), {"previous": 1}, rates[2], momentum, rates[1]]]


def _plateau(generator: Generator) -> Calls:
    """A history that lowers the rate, one that does not, and one that is too short to decide."""
    lr, factor = _int(generator, 1, 9) / 100, _int(generator, 2, 5) / 10
    patience = _int(generator, 1, 4)
    histories = [_history(generator, patience, is_plateau) for is_plateau in (True, False)]
    histories.append(_accuracies(generator, _int(generator, 0, patience)))
    return [[history, lr, factor, patience] for history in histories]


def _accuracies(generator: Generator, count: int) -> list[float]:
    return [round(float(a), 2) for a in generator.uniform(0, 1, count)]


def _history(generator: Generator, patience: int, is_plateau: bool) -> list[float]:
    while True:
        history = _accuracies(generator, patience + _int(generator, 1, 6))
        if (max(history[-patience:]) <= max(history[:-patience])) == is_plateau:
            return history


def _receptive_field(generator: Generator) -> Calls:
    """At least one layer has a stride, and a layer with a kernel follows it."""
    layers = [[_int(generator, 1, 7), _int(generator, 1, 3)] for _ in range(_int(generator, 0, 6))]
    return [[[[_int(generator, 2, 7), _int(generator, 2, 3)], [_int(generator, 2, 5), 1], *layers]]]


def _configuration(generator: Generator) -> tuple[list[Any], list[int]]:
    items: list[Any] = []
    for _ in range(_int(generator, 1, 3)):
        filters = _int(generator, 2, 64)
        items += (
            [filters, [filters, 1], "M"] if generator.integers(2) else [filters, filters + 1, "M"]
        )
    return items, [_int(generator, 1, 4), _int(generator, 16, 40), _int(generator, 41, 70)]


def _layer_shapes(generator: Generator) -> Calls:
    return [list(_configuration(generator))]


def _count_parameters(generator: Generator) -> Calls:
    configuration, shape = _configuration(generator)
    return [[configuration, _int(generator, 2, 1000), shape]]


def _linear_to_convolution(generator: Generator) -> Calls:
    c, h, w = _int(generator, 1, 4), _int(generator, 1, 3), _int(generator, 4, 5)
    return [[normal(_int(generator, 2, 6), c * h * w), c, h, w]]


def _class_map(generator: Generator) -> Calls:
    c, h, w = _int(generator, 1, 3), _int(generator, 1, 2), _int(generator, 2, 3)
    sizes = [_int(generator, 3, 8) for _ in range(_int(generator, 1, 3))]
    layers = [
        [normal(outs, ins), normal(outs)]
        for ins, outs in zip([c * h * w, *sizes], sizes, strict=False)
    ]
    return [[normal(2, c, h + _int(generator, 0, 2), w + _int(generator, 1, 3)), layers, h, w]]


def _dense_posteriors(generator: Generator) -> Calls:
    shape = [
        _int(generator, 1, 3),
        _int(generator, 2, 6),
        _int(generator, 1, 3),
        _int(generator, 2, 4),
    ]
    return [[normal(*shape), normal(*shape)]]


_GENERATORS: dict[str, Callable[[Generator], Calls]] = {
    "im2col": _im2col,
    "conv_forward": _conv_forward,
    "col2im": _col2im,
    "conv_backward": _conv_backward,
    "maxpool_forward": _maxpool_forward,
    "maxpool_backward": _maxpool_backward,
    "relu_forward": _relu_forward,
    "relu_backward": _relu_backward,
    "dropout_forward": _dropout_forward,
    "dropout_backward": _dropout_backward,
    "softmax_cross_entropy": _softmax_cross_entropy,
    "sgd_step": _sgd_step,
    "plateau": _plateau,
    "receptive_field": _receptive_field,
    "layer_shapes": _layer_shapes,
    "count_parameters": _count_parameters,
    "linear_to_convolution": _linear_to_convolution,
    "class_map": _class_map,
    "dense_posteriors": _dense_posteriors,
}

_ALWAYS: dict[str, tuple[Callable[[Generator], Calls], ...]] = {
    "softmax_cross_entropy": (_confident_and_wrong,),
}
