"""Random cases of each task: for the hidden checks of an instructor, and for tests of the bank."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator

from minivgg.classroom.tasks import Calls, integers, levels, normal, rng
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
        The same cases for the same seed; others each time without one.

    Returns
    -------
    cases : list of dict
        Entries {"about", "seed", "calls"} of a file, see ``Case.from_dict``.

    Examples
    --------
    >>> [case] = generate_cases("relu_backward", 1, seed=0)
    >>> case["calls"]
    [[{'normal': [4, 3, 3]}, {'normal': [4, 3, 3]}]]
    """
    generator = np.random.default_rng(seed)
    return [
        {
            "about": f"hidden case {i + 1}",
            "seed": int(generator.integers(2**31)),
            "calls": _GENERATORS[task](generator),
        }
        for i in range(count)
    ]


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
    return [_int(generator, 2, 6) for _ in range(_int(generator, 1, 4))]


def _relu_backward(generator: Generator) -> Calls:
    shape = _shape(generator)
    return [[normal(*shape), normal(*shape)]]


def _dropout_forward(generator: Generator) -> Calls:
    return [
        [
            normal(100, 150),
            _int(generator, 1, 9) / 10,
            bool(generator.integers(4)),
            rng(_int(generator, 0, 10**6)),
        ]
    ]


def _dropout_backward(generator: Generator) -> Calls:
    p = _int(generator, 1, 4) / 10
    mask = (generator.random((120, 100)) >= p) / (1 - p)
    return [[normal(120, 100), {"array": mask.tolist()}]]


def _softmax_cross_entropy(generator: Generator) -> Calls:
    n, k = _int(generator, 2, 6), _int(generator, 2, 8)
    return [
        [
            {
                "array": (generator.standard_normal((n, k)) * 10.0 ** _int(generator, 0, 3))
                .round(3)
                .tolist()
            },
            integers(k, n),
        ]
    ]


def _sgd_step(generator: Generator) -> Calls:
    shape, rates = _shape(generator), [round(float(r), 3) for r in generator.uniform(0.01, 0.5, 3)]
    first = [normal(*shape), normal(*shape), levels(1, *shape), rates[0], 0.9, rates[1]]
    return [first, [{"previous": 0}, normal(*shape), {"previous": 1}, rates[2], 0.9, rates[1]]]


def _plateau(generator: Generator) -> Calls:
    history = [round(float(a), 2) for a in generator.uniform(0, 1, _int(generator, 1, 8))]
    return [[history, 0.01, 0.5, _int(generator, 1, 4)]]


def _receptive_field(generator: Generator) -> Calls:
    return [
        [[[_int(generator, 1, 7), _int(generator, 1, 3)] for _ in range(_int(generator, 2, 8))]]
    ]


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
    "relu_forward": lambda generator: [[normal(*_shape(generator))]],
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
