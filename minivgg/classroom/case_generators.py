"""Random cases of each task: for the hidden checks of an instructor, and for tests of the bank."""

import numpy as np

from minivgg.classroom.tasks import integers, levels, normal, rng


def generate_cases(task, count, seed):
    """``count`` cases of the task with this name: entries {"about", "seed", "calls"} of a file."""
    generator = np.random.default_rng(seed)
    return [
        {
            "about": f"hidden case {i + 1}",
            "seed": int(generator.integers(2**31)),
            "calls": _GENERATORS[task](generator),
        }
        for i in range(count)
    ]


def _int(generator, low, high):
    """An integer from low to high, both included."""
    return int(generator.integers(low, high + 1))


def _geometry(generator):
    """(N, C, H, W), kernel, stride, padding, (OH, OW); N ≥ 2 and H ≤ W."""
    kh, kw, stride, padding = (
        _int(generator, 1, 3),
        _int(generator, 2, 4),
        _int(generator, 1, 3),
        _int(generator, 0, 2),
    )
    h, w = kh + _int(generator, 2, 5), kw + _int(generator, 6, 9)
    out = [(side + 2 * padding - k) // stride + 1 for side, k in ((h, kh), (w, kw))]
    return (_int(generator, 2, 3), _int(generator, 1, 3), h, w), (kh, kw), stride, padding, out


def _im2col(generator):
    x, kernel, stride, padding, _ = _geometry(generator)
    return [[normal(*x), *kernel, stride, padding]]


def _conv_forward(generator):
    x, kernel, stride, padding, _ = _geometry(generator)
    f = x[1] + _int(generator, 1, 3)
    return [[normal(*x), normal(f, x[1], *kernel), normal(f), stride, padding]]


def _col2im(generator):
    (n, c, h, w), (kh, kw), stride, padding, (oh, ow) = _geometry(generator)
    return [[normal(n * oh * ow, c * kh * kw), [n, c, h, w], kh, kw, stride, padding]]


def _conv_backward(generator):
    x, kernel, stride, padding, out = _geometry(generator)
    f = x[1] + _int(generator, 1, 3)
    return [
        [normal(x[0], f, *out), normal(*x), normal(f, x[1], *kernel), normal(f), stride, padding]
    ]


def _pool(generator):
    size, stride = _int(generator, 2, 3), _int(generator, 1, 3)
    x = (
        _int(generator, 2, 3),
        _int(generator, 1, 3),
        size + _int(generator, 1, 4),
        size + _int(generator, 5, 8),
    )
    return x, size, stride, [(side - size) // stride + 1 for side in x[2:]]


def _maxpool_forward(generator):
    x, size, stride, _ = _pool(generator)
    return [[normal(*x), size, stride]]


def _maxpool_backward(generator):
    x, size, stride, out = _pool(generator)
    return [[normal(*x[:2], *out), normal(*x), size, stride]]


def _shape(generator):
    return [_int(generator, 2, 6) for _ in range(_int(generator, 1, 4))]


def _relu_backward(generator):
    shape = _shape(generator)
    return [[normal(*shape), normal(*shape)]]


def _dropout_forward(generator):
    return [
        [
            normal(100, 150),
            _int(generator, 1, 9) / 10,
            bool(generator.integers(4)),
            rng(_int(generator, 0, 10**6)),
        ]
    ]


def _dropout_backward(generator):
    p = _int(generator, 1, 4) / 10
    mask = (generator.random((120, 100)) >= p) / (1 - p)
    return [[normal(120, 100), {"array": mask.tolist()}]]


def _softmax_cross_entropy(generator):
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


def _sgd_step(generator):
    shape, rates = _shape(generator), [round(float(r), 3) for r in generator.uniform(0.01, 0.5, 3)]
    first = [normal(*shape), normal(*shape), levels(1, *shape), rates[0], 0.9, rates[1]]
    return [first, [{"previous": 0}, normal(*shape), {"previous": 1}, rates[2], 0.9, rates[1]]]


def _plateau(generator):
    history = [round(float(a), 2) for a in generator.uniform(0, 1, _int(generator, 1, 8))]
    return [[history, 0.01, 0.5, _int(generator, 1, 4)]]


def _receptive_field(generator):
    return [
        [[[_int(generator, 1, 7), _int(generator, 1, 3)] for _ in range(_int(generator, 2, 8))]]
    ]


def _configuration(generator):
    items = []
    for _ in range(_int(generator, 1, 3)):
        filters = _int(generator, 2, 64)
        items += (
            [filters, [filters, 1], "M"] if generator.integers(2) else [filters, filters + 1, "M"]
        )
    return items, [_int(generator, 1, 4), _int(generator, 16, 40), _int(generator, 41, 70)]


def _layer_shapes(generator):
    return [list(_configuration(generator))]


def _count_parameters(generator):
    configuration, shape = _configuration(generator)
    return [[configuration, _int(generator, 2, 1000), shape]]


def _linear_to_convolution(generator):
    c, h, w = _int(generator, 1, 4), _int(generator, 1, 3), _int(generator, 4, 5)
    return [[normal(_int(generator, 2, 6), c * h * w), c, h, w]]


def _class_map(generator):
    c, h, w = _int(generator, 1, 3), _int(generator, 1, 2), _int(generator, 2, 3)
    sizes = [_int(generator, 3, 8) for _ in range(_int(generator, 1, 3))]
    layers = [
        [normal(outs, ins), normal(outs)]
        for ins, outs in zip([c * h * w, *sizes], sizes, strict=False)
    ]
    return [[normal(2, c, h + _int(generator, 0, 2), w + _int(generator, 1, 3)), layers, h, w]]


def _dense_posteriors(generator):
    shape = [
        _int(generator, 1, 3),
        _int(generator, 2, 6),
        _int(generator, 1, 3),
        _int(generator, 2, 4),
    ]
    return [[normal(*shape), normal(*shape)]]


_GENERATORS = {
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
