"""Fresh cases for each task, drawn at random: for hidden checks, which an instructor keeps, and for tests of the bank."""

import numpy as np

from minivgg.classroom.tasks import integers, levels, normal, rng


def fresh_cases(task, count, seed):
    """``count`` cases for a task of that name as entries of a file, {"about", "seed", "calls"}."""
    stream = np.random.default_rng(seed)
    return [
        {
            "about": f"hidden case {i + 1}",
            "seed": int(stream.integers(2**31)),
            "calls": _CALLS[task](stream),
        }
        for i in range(count)
    ]


def _int(stream, low, high):
    """From low to high, both included."""
    return int(stream.integers(low, high + 1))


def _geometry(stream):
    """(N, C, H, W), kernel, stride, padding, (OH, OW); two images or more, and never square."""
    kh, kw, stride, padding = (
        _int(stream, 1, 3),
        _int(stream, 2, 4),
        _int(stream, 1, 3),
        _int(stream, 0, 2),
    )
    h, w = kh + _int(stream, 2, 5), kw + _int(stream, 6, 9)
    out = [(side + 2 * padding - k) // stride + 1 for side, k in ((h, kh), (w, kw))]
    return (_int(stream, 2, 3), _int(stream, 1, 3), h, w), (kh, kw), stride, padding, out


def _im2col(stream):
    x, kernel, stride, padding, _ = _geometry(stream)
    return [[normal(*x), *kernel, stride, padding]]


def _conv_forward(stream):
    x, kernel, stride, padding, _ = _geometry(stream)
    f = x[1] + _int(stream, 1, 3)
    return [[normal(*x), normal(f, x[1], *kernel), normal(f), stride, padding]]


def _col2im(stream):
    (n, c, h, w), (kh, kw), stride, padding, (oh, ow) = _geometry(stream)
    return [[normal(n * oh * ow, c * kh * kw), [n, c, h, w], kh, kw, stride, padding]]


def _conv_backward(stream):
    x, kernel, stride, padding, out = _geometry(stream)
    f = x[1] + _int(stream, 1, 3)
    return [
        [normal(x[0], f, *out), normal(*x), normal(f, x[1], *kernel), normal(f), stride, padding]
    ]


def _pool(stream):
    size, stride = _int(stream, 2, 3), _int(stream, 1, 3)
    x = (
        _int(stream, 2, 3),
        _int(stream, 1, 3),
        size + _int(stream, 1, 4),
        size + _int(stream, 5, 8),
    )
    return x, size, stride, [(side - size) // stride + 1 for side in x[2:]]


def _maxpool_forward(stream):
    x, size, stride, _ = _pool(stream)
    return [[normal(*x), size, stride]]


def _maxpool_backward(stream):
    x, size, stride, out = _pool(stream)
    return [[normal(*x[:2], *out), normal(*x), size, stride]]


def _shape(stream):
    return [_int(stream, 2, 6) for _ in range(_int(stream, 1, 4))]


def _relu_backward(stream):
    shape = _shape(stream)
    return [[normal(*shape), normal(*shape)]]


def _dropout_forward(stream):
    return [
        [
            normal(100, 150),
            _int(stream, 1, 9) / 10,
            bool(stream.integers(4)),
            rng(_int(stream, 0, 10**6)),
        ]
    ]


def _dropout_backward(stream):
    p = _int(stream, 1, 4) / 10
    mask = (stream.random((120, 100)) >= p) / (1 - p)
    return [[normal(120, 100), {"array": mask.tolist()}]]


def _softmax_cross_entropy(stream):
    n, k = _int(stream, 2, 6), _int(stream, 2, 8)
    return [
        [
            {
                "array": (stream.standard_normal((n, k)) * 10.0 ** _int(stream, 0, 3))
                .round(3)
                .tolist()
            },
            integers(k, n),
        ]
    ]


def _sgd_step(stream):
    shape, rates = _shape(stream), [round(float(r), 3) for r in stream.uniform(0.01, 0.5, 3)]
    first = [normal(*shape), normal(*shape), levels(1, *shape), rates[0], 0.9, rates[1]]
    return [first, [{"previous": 0}, normal(*shape), {"previous": 1}, rates[2], 0.9, rates[1]]]


def _plateau(stream):
    history = [round(float(a), 2) for a in stream.uniform(0, 1, _int(stream, 1, 8))]
    return [[history, 0.01, 0.5, _int(stream, 1, 4)]]


def _receptive_field(stream):
    return [[[[_int(stream, 1, 7), _int(stream, 1, 3)] for _ in range(_int(stream, 2, 8))]]]


def _configuration(stream):
    items = []
    for _ in range(_int(stream, 1, 3)):
        filters = _int(stream, 2, 64)
        items += [filters, [filters, 1], "M"] if stream.integers(2) else [filters, filters + 1, "M"]
    return items, [_int(stream, 1, 4), _int(stream, 16, 40), _int(stream, 41, 70)]


def _layer_shapes(stream):
    return [list(_configuration(stream))]


def _count_parameters(stream):
    configuration, shape = _configuration(stream)
    return [[configuration, _int(stream, 2, 1000), shape]]


def _linear_to_convolution(stream):
    c, h, w = _int(stream, 1, 4), _int(stream, 1, 3), _int(stream, 4, 5)
    return [[normal(_int(stream, 2, 6), c * h * w), c, h, w]]


def _class_map(stream):
    c, h, w = _int(stream, 1, 3), _int(stream, 1, 2), _int(stream, 2, 3)
    sizes = [_int(stream, 3, 8) for _ in range(_int(stream, 1, 3))]
    layers = [
        [normal(outs, ins), normal(outs)]
        for ins, outs in zip([c * h * w, *sizes], sizes, strict=False)
    ]
    return [[normal(2, c, h + _int(stream, 0, 2), w + _int(stream, 1, 3)), layers, h, w]]


def _dense_posteriors(stream):
    shape = [_int(stream, 1, 3), _int(stream, 2, 6), _int(stream, 1, 3), _int(stream, 2, 4)]
    return [[normal(*shape), normal(*shape)]]


_CALLS = {
    "im2col": _im2col, "conv_forward": _conv_forward, "col2im": _col2im, "conv_backward": _conv_backward,
    "maxpool_forward": _maxpool_forward, "maxpool_backward": _maxpool_backward,
    "relu_forward": lambda stream: [[normal(*_shape(stream))]], "relu_backward": _relu_backward,
    "dropout_forward": _dropout_forward, "dropout_backward": _dropout_backward, "softmax_cross_entropy": _softmax_cross_entropy,
    "sgd_step": _sgd_step, "plateau": _plateau, "receptive_field": _receptive_field, "layer_shapes": _layer_shapes,
    "count_parameters": _count_parameters, "linear_to_convolution": _linear_to_convolution, "class_map": _class_map,
    "dense_posteriors": _dense_posteriors,
}  # fmt: skip
