"""Each kernel of the GPU computes what its counterpart computes, in whatever order memory lies.

A CUDA source gets bare pointers, so whoever launches it must bring arrays into the order that it
expects. The arrays are made on the device, since a copy from NumPy has no gaps. Without a GPU the
stand-in for CuPy runs the CUDA sources on the CPU.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from support.compare import error, in_layout

from minivgg import backend
from minivgg.backend import cpu, cuda
from minivgg.backend.conv_algorithms import Algorithm
from minivgg.backend.geometry import Geometry
from minivgg.backend.kernels import Kernels

X, W, B, DY = (3, 4, 6, 5), (6, 4, 3, 3), (6,), (3, 6, 6, 5)
GEOMETRY = Geometry(kernel=(3, 3), stride=(1, 1), padding=(1, 1), groups=1, out=(6, 5))
WINDOWS = Geometry(kernel=(3, 2), stride=(2, 1), padding=(1, 0), groups=1, out=(3, 4))
POOLED, AREAS = (3, 4, 3, 4), (3, 4, 1)


class Case(NamedTuple):
    """A call of a kernel."""

    kernel: str
    shapes: tuple  # of its arrays
    call: Callable  # of (kernels, *arrays); returns what the kernel returns
    written: tuple = ()  # the numbers of the arrays that it fills or changes
    title: str = ""


def convolutions(by):
    """A convolution and its gradients by an algorithm."""
    return (
        Case(
            "conv2d", (X, W, B), lambda k, *a: k.conv2d(*a, GEOMETRY, by, relu=True), title=by.name
        ),
        Case(
            "conv2d_weight_grad",
            (X, DY),
            lambda k, x, dy: k.conv2d_weight_grad(x, dy, W, GEOMETRY, by),
            title=by.name,
        ),
        Case(
            "conv2d_input_grad",
            (DY, W, X),
            lambda k, dy, w, x: k.conv2d_input_grad(dy, w, X, GEOMETRY, by, relu_output=x),
            title=by.name,
        ),
    )


CASES = (
    *convolutions(Algorithm.IM2COL),
    *convolutions(Algorithm.WINOGRAD_2),
    *convolutions(Algorithm.WINOGRAD_4),
    Case("filters_channels_last", (W,), lambda k, w: k.filters_channels_last(w)),
    Case("im2col", (X,), lambda k, x: k.im2col(x, GEOMETRY)),
    Case("col2im", ((1, 90, 36),), lambda k, cols: k.col2im(cols, X, GEOMETRY)),
    Case("linear_forward", ((3, 4), (5, 4), (3, 5)), lambda k, *a: k.linear_forward(*a), (2,)),
    Case(
        "linear_input_grad", ((3, 5), (5, 4), (3, 4)), lambda k, *a: k.linear_input_grad(*a), (2,)
    ),
    Case(
        "linear_weight_grad", ((3, 5), (3, 4), (5, 4)), lambda k, *a: k.linear_weight_grad(*a), (2,)
    ),
    Case("max_pool", (X,), lambda k, x: k.max_pool(x, WINDOWS)[0]),
    Case(
        "max_pool_backward",
        (POOLED, X),
        lambda k, dy, x: k.max_pool_backward(dy, x, *k.max_pool(x, WINDOWS), WINDOWS, True),
    ),
    Case("avg_pool", (X, AREAS), lambda k, x, areas: k.avg_pool(x, areas, WINDOWS)),
    Case(
        "avg_pool_backward",
        (POOLED, AREAS),
        lambda k, dy, areas: k.avg_pool_backward(dy, areas, X, WINDOWS),
    ),
    Case("local_response_norm", (X,), lambda k, x: k.local_response_norm(x, 3, 0.3, 0.75, 2.0)),
    Case(
        "local_response_norm_backward",
        (X, X, X),
        lambda k, dy, x, s: k.local_response_norm_backward(dy, x, s * s + 1, 3, 0.3, 0.75),
    ),
    Case("sum_by_channel", (X,), lambda k, x: k.sum_by_channel(x)),
    Case("relu", (X, X), lambda k, x, y: k.relu(x, y), (1,)),
    Case("relu_backward", (X, X, X), lambda k, y, dy, dx: k.relu_backward(y, dy, dx), (2,)),
    Case("relu_backward", (X, X), lambda k, y, dy: k.relu_backward(y, dy, dy), (1,), "in place"),
    Case(
        "dropout",
        (X,),
        lambda k, x: k.dropout(x, 0.0, 3.0, backend.rng("cpu" if k is cpu else "gpu")),
        title="that keeps all",  # what it drops is tested in test_cuda.py
    ),
    Case("dropout_backward", (X, X, X), lambda k, *a: k.dropout_backward(*a), (2,)),
    Case("sgd", (W, W, W), lambda k, w, v, g: k.sgd([(w, v, g)], 0.1, 0.9, 0.05, True), (0, 1)),
    Case(
        "apply_blockwise",
        (W, W),
        lambda k, x, y: k.apply_blockwise(lambda x, y: y.__imul__(x), x, y),
        (1,),
    ),
    Case("sum_of_squares", (W,), lambda k, a: k.sum_of_squares(a)),
    Case(
        "scores_of_labels",
        ((4, 3), (4,)),
        lambda k, z, a: k.scores_of_labels(z, (a > 0).astype(np.int32)),
    ),
    Case(
        "softmax_cross_entropy_grad",
        ((4, 3), (4,), (4,)),
        lambda k, e, sums, a: k.softmax_cross_entropy_grad(e, sums, (a > 0).astype(np.int32)),
    ),
)
WITHOUT_A_CASE = {
    "find_invalid_label",  # looks at nothing on the GPU
    "image_blocks",  # divides images by their shape, differently on each device
}
ORDERS = {
    "Fortran": lambda xp, a: xp.ascontiguousarray(a.T).T,
    "channels last": lambda xp, a: (
        xp.moveaxis(xp.ascontiguousarray(xp.moveaxis(a, 1, -1)), -1, 1) if a.ndim > 2 else a
    ),
    "every second": lambda xp, a: in_layout(a, "every second"),
    "backwards": lambda xp, a: xp.ascontiguousarray(a[::-1])[::-1],
    "one for all": lambda xp, a: xp.broadcast_to(a[:1], a.shape),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kernel} {case.title}".strip())
def test_a_kernel_takes_arrays_in_every_order_of_memory(rng, xp, case, order):
    """All of its arrays in that order, and each of them alone."""
    numbers = [rng.standard_normal(shape) for shape in case.shapes]
    everything = set(range(len(numbers)))
    for chosen in (everything, *({i} for i in everything)):
        if order == "one for all":  # memory that stands for several numbers is only read
            chosen = chosen - set(case.written)
        on_gpu = [
            ORDERS[order](xp, xp.asarray(a)) if i in chosen else xp.asarray(a)
            for i, a in enumerate(numbers)
        ]
        on_cpu = [np.array(xp.asnumpy(a), order="C") for a in on_gpu]
        results = [
            [*_results(case.call(kernels, *arrays)), *(arrays[i] for i in case.written)]
            for kernels, arrays in ((cuda, on_gpu), (cpu, on_cpu))
        ]
        for found, expected in zip(*results, strict=True):
            assert error(xp.asnumpy(found), expected) < 1e-12, f"arrays in that order: {chosen}"


def _results(value):
    return value if isinstance(value, tuple) else () if value is None else (value,)


@pytest.mark.parametrize("order", ORDERS)
def test_the_orders_are_other_orders(xp, order):
    """Neither the device nor its stand-in brings arrays into C order unasked."""
    a = ORDERS[order](xp, xp.asarray(np.arange(120.0).reshape(2, 3, 4, 5)))
    assert a.shape == (2, 3, 4, 5)
    assert not a.flags.c_contiguous


def test_every_kernel_has_a_case():
    """Who adds a kernel adds a case for it to CASES."""
    contract = {name for name in dir(Kernels) if not name.startswith("_")}
    assert contract - {case.kernel for case in CASES} == WITHOUT_A_CASE
