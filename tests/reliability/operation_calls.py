"""How every operation is called, forward and backward, with small arrays."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from minivgg import ops


@dataclass(frozen=True)
class Operation:
    """How to call an operation.

    make: rng, dtype -> its arrays by name. call: arrays -> results, forward and backward. labels:
    which arrays hold integers. optional: which may be None. numbers: which may be of any real
    dtype. accepts: oddities that are none here. reference: what gives the same results, if it is
    not the call itself.
    """

    make: Callable[[np.random.Generator, str], dict[str, np.ndarray]]
    call: Callable[..., Any]
    labels: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()
    reference: Callable[..., Any] | None = None


def _normal(**shapes):
    return lambda rng, dtype: {
        name: rng.standard_normal(shape).astype(dtype) for name, shape in shapes.items()
    }


def _images(**more):
    return _normal(x=(2, 3, 6, 5), **more)


def _with_variance(make):
    """The array var holds no negative numbers."""

    def made(rng, dtype):
        arrays = make(rng, dtype)
        return {**arrays, "var": np.abs(arrays["var"])}

    return made


def _pooled(forward, backward):
    """Forward and backward together: dy is the odd one in the second."""

    def call(x, dy):
        y, saved = forward(x)
        return y, backward(dy, saved)

    return call


def _conv_call(algorithm):
    def call(x, w, b, dy):
        y, saved = ops.conv2d(x, w, b, padding=1, algorithm=algorithm)
        return y, *ops.conv2d_backward(dy, saved)

    return call


def _conv(algorithm):
    make = _images(w=(4, 3, 3, 3), b=(4,), dy=(2, 4, 6, 5))
    return Operation(make, _conv_call(algorithm), optional=("b",), reference=_conv_call("im2col"))


def _linear(x, w, b, dy):
    y, saved = ops.linear(x, w, b)
    return y, *ops.linear_backward(dy, saved)


def _batch_norm(x, weight, bias, dy):
    y, saved = ops.batch_norm2d(x, weight, bias)
    return y, *ops.batch_norm2d_backward(dy, saved)


def _fixed_batch_norm(x, weight, bias, mean, var, dy):
    y, saved = ops.batch_norm2d(x, weight, bias, mean=mean, var=var)
    return y, *ops.batch_norm2d_backward(dy, saved)


def _cross_entropy(logits, labels):
    loss, saved = ops.softmax_cross_entropy(logits, labels)
    return loss, ops.softmax_cross_entropy_backward(saved)


def _weighted_cross_entropy(logits, labels, class_weights):
    loss, saved = ops.softmax_cross_entropy(logits, labels, class_weights, label_smoothing=0.1)
    return loss, ops.softmax_cross_entropy_backward(saved)


def _mse_loss(outputs, targets):
    loss, saved = ops.mse_loss(outputs, targets)
    return loss, ops.mse_loss_backward(saved)


def _dropout(x, dy):
    y, saved = ops.dropout(x, 0.3, np.random.default_rng(1))
    return y, ops.dropout_backward(dy, saved)


def _logits_and_labels(rng, dtype):
    return {
        "logits": rng.standard_normal((6, 4)).astype(dtype),
        "labels": rng.integers(0, 4, 6),
    }


OPERATIONS = {
    "conv2d": _conv("auto"),
    "conv2d im2col": _conv("im2col"),
    "conv2d winograd": _conv("winograd"),
    "conv2d direct": _conv("direct"),
    "im2col": Operation(_images(), lambda x: ops.im2col(x, 3)),
    "col2im": Operation(_normal(cols=(24, 27)), lambda cols: ops.col2im(cols, (2, 3, 6, 5), 3)),
    "filters_channels_last": Operation(_normal(w=(4, 3, 3, 3)), ops.filters_channels_last),
    "max_pool2d": Operation(
        _images(dy=(2, 3, 3, 2)),
        _pooled(lambda x: ops.max_pool2d(x, 2), ops.max_pool2d_backward),
    ),
    "avg_pool2d": Operation(
        _images(dy=(2, 3, 2, 2)),
        _pooled(lambda x: ops.avg_pool2d(x, 3, 2, 0), ops.avg_pool2d_backward),
    ),
    "local_response_norm": Operation(
        _images(dy=(2, 3, 6, 5)),
        _pooled(ops.local_response_norm, ops.local_response_norm_backward),
    ),
    "batch_norm2d": Operation(_images(weight=(3,), bias=(3,), dy=(2, 3, 6, 5)), _batch_norm),
    "batch_norm2d fixed": Operation(
        _with_variance(_images(weight=(3,), bias=(3,), mean=(3,), var=(3,), dy=(2, 3, 6, 5))),
        _fixed_batch_norm,
    ),
    "relu": Operation(_images(dy=(2, 3, 6, 5)), _pooled(ops.relu, ops.relu_backward)),
    "dropout": Operation(_images(dy=(2, 3, 6, 5)), _dropout),
    "linear": Operation(_normal(x=(5, 7), w=(4, 7), b=(4,), dy=(5, 4)), _linear, optional=("b",)),
    "softmax": Operation(_normal(logits=(5, 4)), ops.softmax, accepts=("one axis more",)),
    "softmax_cross_entropy": Operation(_logits_and_labels, _cross_entropy, labels=("labels",)),
    "softmax_cross_entropy weighted": Operation(
        lambda rng, dtype: {
            **_logits_and_labels(rng, dtype),
            "class_weights": rng.random(4).astype(dtype),
        },
        _weighted_cross_entropy,
        labels=("labels",),
        optional=("class_weights",),
    ),
    "mse_loss": Operation(_normal(outputs=(5, 4), targets=(5, 4)), _mse_loss, numbers=("targets",)),
}
