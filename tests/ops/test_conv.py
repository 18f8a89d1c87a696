"""Convolution: every algorithm agrees with the loops of the textbook on any shape."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from support.compare import LAYOUTS, assert_same_as_reference, error, in_layout, on_device

from minivgg import backend, ops
from minivgg.analysis.gradcheck import gradcheck
from minivgg.backend import tuning
from minivgg.backend.geometry import window_size
from minivgg.textbook import loops

CONV = (ops.conv2d, loops.conv2d, ops.conv2d_backward, loops.conv2d_backward)


def sides(low, high):
    """A number for both sides, or a pair."""
    one = st.integers(low, high)
    return st.one_of(one, st.tuples(one, one))


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": 2, "padding": 1},
        {"stride": (1, 3), "padding": (4, 2)},
        {"groups": 2, "stride": 2},
        {"dilation": (2, 3), "padding": 3},
        {"dilation": 3, "padding": "same"},
    ],
)
def test_gradients(rng, device, options):
    groups = options.get("groups", 1)
    x, w, b = (
        rng.standard_normal((2, 4, 7, 6)),
        rng.standard_normal((6, 4 // groups, 3, 2)),
        rng.standard_normal(6),
    )
    result = gradcheck(ops.conv2d, tuple(map(on_device, (x, w, b))), **options)
    assert result, str(result)


BLOCKS_OF_ONE_IMAGE = {"block_bytes": 1, "shared_tile_bytes": 1, "gpu_block_bytes": 1}


@pytest.mark.parametrize(
    ("algorithm", "limits"),
    [
        ("im2col", {"max_few_channels": 0}),
        ("im2col", {"max_few_channels": 4}),
        ("direct", {}),
        ("winograd", {}),
        ("winograd", {"min_shared_filters": 0, "min_shared_sum_filters": 0}),
    ],
)
@pytest.mark.parametrize("sums", [1, 2, 16])
def test_blocks_of_images_add_up(rng, device, algorithm, limits, sums):
    """Cutting the batch into blocks, here of one image, changes nothing but the order of sums.

    All blocks in one partial sum, several in each of two, and each in its own.
    """
    if device == "gpu" and algorithm == "direct":
        pytest.skip("the GPU has no direct convolution")
    x, w, b = (
        rng.standard_normal((5, 3, 6, 5)),
        rng.standard_normal((4, 3, 3, 3)),
        rng.standard_normal(4),
    )

    def conv2d(*arrays, **options):
        return ops.conv2d(*arrays, algorithm=algorithm, **options)

    with tuning.tuned(**BLOCKS_OF_ONE_IMAGE, **limits, max_accumulators=(sums,)):
        assert_same_as_reference(conv2d, *CONV[1:], (x, w, b), padding=1, cancelling=True)


def test_the_gradients_of_a_batch_as_in_training(rng):
    """64 images in float32, with the sizes of blocks as they are: each sum has several blocks."""
    x, dy = (rng.standard_normal((64, 32, 32, 32), np.float32) for _ in range(2))
    w, b = np.zeros((32, 32, 3, 3), np.float32), np.zeros(32, np.float32)
    grads = np.ascontiguousarray(dy.transpose(1, 0, 2, 3)).reshape(32, -1)
    seen = np.zeros((32, 64, 32, 32), np.float32)  # what the weights at (2, 1) see
    seen[:, :, :31] = x.transpose(1, 0, 2, 3)[:, :, 1:]
    expected = grads @ seen.reshape(32, -1).T
    for algorithm in ("im2col", "winograd"):
        _, saved = ops.conv2d(x, w, b, padding=1, algorithm=algorithm)
        _, dw, db = ops.conv2d_backward(dy, saved, need_dx=False)
        assert error(dw[:, :, 2, 1], expected) < 1e-4
        assert error(db, grads.sum(axis=1)) < 1e-4


@given(
    algorithm=st.sampled_from(["auto", "im2col", "direct"]), n=st.integers(0, 3),
    groups=st.integers(1, 3), channels=st.integers(1, 2), filters=st.integers(1, 2),
    height=st.integers(1, 7), width=st.integers(1, 7), kernel=sides(1, 3), stride=sides(1, 3),
    padding=sides(0, 4), dilation=sides(1, 3), bias=st.booleans(), layout=st.sampled_from(LAYOUTS),
    budget=st.sampled_from([1, 500, 2 << 20]), few=st.sampled_from([0, 9]),
    many=st.sampled_from([0, 24]), small=st.sampled_from([1, 1000, 1_000_000]),
    seed=st.integers(0, 99),
)  # fmt: skip
@settings(max_examples=300)
def test_any_shape_agrees_with_the_reference(
    device,
    algorithm,
    n,
    groups,
    channels,
    filters,
    height,
    width,
    kernel,
    stride,
    padding,
    dilation,
    bias,
    layout,
    budget,
    few,
    many,
    small,
    seed,
):
    """In blocks of one row, of some, and of all; with few channels, im2col also in planes, in
    pieces of one row or more; dx as a convolution and by col2im.
    """
    rng = np.random.default_rng(seed)
    kernel, padding = ops.pair(kernel, "kernel"), ops.pair(padding, "padding")
    window = window_size(kernel, ops.pair(dilation, "dilation"))
    assume(height + 2 * padding[0] >= window[0] and width + 2 * padding[1] >= window[1])
    assume(device == "cpu" or algorithm != "direct")  # which the GPU does not have
    x = in_layout(rng.standard_normal((n, channels * groups, height, width)), layout)
    w = rng.standard_normal((filters * groups, channels, *kernel))
    b = rng.standard_normal(filters * groups) if bias else None

    def conv2d(x, w, b, **options):
        return ops.conv2d(x, w, b, algorithm=algorithm, **options)

    with tuning.tuned(
        block_bytes=budget,
        gpu_block_bytes=budget,
        min_im2col_rows=1,
        max_few_channels=few,
        col2im_channel_ratio=many,
        max_unpacked_multiplications=small,
    ):
        assert_same_as_reference(
            conv2d,
            *CONV[1:],
            (x, w, b),
            dy_seed=seed,
            stride=stride,
            padding=padding,
            groups=groups,
            dilation=dilation,
        )


@given(
    algorithm=st.sampled_from(["auto", "im2col", "direct", "winograd"]), groups=st.integers(1, 2),
    kernel=sides(1, 4), dilation=sides(1, 3), side=sides(1, 5), budget=st.sampled_from([1, 2000]),
    few=st.sampled_from([0, 9]), many=st.sampled_from([0, 24]),
)  # fmt: skip
@settings(max_examples=30)
def test_same_padding_is_zeros_around_the_image(
    device, algorithm, groups, kernel, dilation, side, budget, few, many
):
    """As many as the window has pixels but one; where they are odd, one more at the end."""
    assume(device == "cpu" or algorithm != "direct")
    kernel, dilation = ops.pair(kernel, "kernel"), ops.pair(dilation, "dilation")
    assume(algorithm != "winograd" or (kernel, dilation, groups) == ((3, 3), (1, 1), 1))
    rng, (height, width) = np.random.default_rng(0), ops.pair(side, "side")
    x = rng.standard_normal((2, 2 * groups, height, width))
    w, b = rng.standard_normal((groups, 2, *kernel)), rng.standard_normal(groups)
    totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    (top, bottom), (left, right) = ((t // 2, t - t // 2) for t in totals)
    inside = ..., slice(top, top + height), slice(left, left + width)

    def around(x, w, b):
        padded = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
        return loops.conv2d(padded, w, b, groups=groups, dilation=dilation)

    def around_backward(dy, saved):
        dx, dw, db = loops.conv2d_backward(dy, saved)
        return dx[inside], dw, db

    def same(x, w, b):
        options = {"padding": "same", "groups": groups, "dilation": dilation}
        return ops.conv2d(x, w, b, algorithm=algorithm, **options)

    with tuning.tuned(block_bytes=budget, max_few_channels=few, col2im_channel_ratio=many):
        tolerance = 1e-10 if algorithm == "winograd" else 1e-12
        functions = same, around, ops.conv2d_backward, around_backward
        assert_same_as_reference(*functions, (x, w, b), tolerance=tolerance)


@pytest.mark.parametrize("algorithm", ["im2col", "winograd", "direct"])
@pytest.mark.parametrize("bias", [False, True])
def test_relu_taken_along_is_relu_afterwards(rng, algorithm, bias):
    x, w = (
        rng.standard_normal((2, 4, 9, 7), np.float32),
        rng.standard_normal((5, 4, 3, 3), np.float32),
    )
    b = rng.standard_normal(5, np.float32) if bias else None
    y, _ = ops.conv2d(x, w, b, padding=1, algorithm=algorithm)
    together, saved = ops.conv2d(x, w, b, padding=1, algorithm=algorithm, relu=True)
    assert (together == np.maximum(y, 0)).all()
    assert (together == 0).any()
    assert (
        error(
            ops.conv2d_backward(y, saved)[1],
            ops.conv2d_backward(y, ops.conv2d(x, w, b, padding=1)[1])[1],
        )
        < 1e-5
    )


@pytest.mark.parametrize("relu", [False, True])
@pytest.mark.parametrize("shape", [(8, 8), (9, 7), (2, 3), (13, 14)])
@pytest.mark.parametrize("algorithm", ["im2col", "winograd", "direct", "textbook"])
def test_pooling_taken_along_is_pooling_afterwards(rng, device, algorithm, shape, relu):
    if device != "cpu" and algorithm in ("direct", "textbook"):
        pytest.skip("the GPU has no such convolution")
    x, w = rng.standard_normal((3, 2, *shape), "f"), rng.standard_normal((5, 2, 3, 3), "f")
    x[1, 0, 1, 1] = np.nan  # Winograd leaves this image to im2col
    x, w, b = map(on_device, (x, w, rng.standard_normal(5, "f")))
    options = {"padding": 1, "algorithm": algorithm, "relu": relu}
    with tuning.tuned(block_bytes=3000):
        y, saved = ops.conv2d(x, w, b, pool=True, **options)
        expected, _ = ops.max_pool2d(ops.conv2d(x, w, b, **options)[0], 2)
    assert saved == ()
    assert_array_equal(backend.to_numpy(y), backend.to_numpy(expected))


def test_pooling_taken_along_has_no_backward_and_needs_a_map_of_two_pixels(rng):
    x, w = rng.standard_normal((1, 2, 4, 4)), rng.standard_normal((3, 2, 3, 3))
    y, saved = ops.conv2d(x, w, pool=True)
    with pytest.raises(ValueError, match="conv2d saves nothing with pool=True"):
        ops.conv2d_backward(y, saved)
    for algorithm in ("auto", "textbook"):
        with pytest.raises(ValueError, match="max_pool2d: the kernel 2×2 is larger"):
            ops.conv2d(x[:, :, :3], w, pool=True, algorithm=algorithm)


@pytest.mark.parametrize("algorithm", ["im2col", "winograd", "direct"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("side", [8, 9])
def test_a_relu_before_taken_along_is_its_backward_afterwards(rng, algorithm, layout, side):
    """Also where a gradient is not finite: where the ReLU was closed it is 0."""
    x, w = (
        np.maximum(in_layout(rng.standard_normal((2, 4, side, side)), layout), 0),
        rng.standard_normal((5, 4, 3, 3)),
    )
    y, saved = ops.conv2d(x, w, padding=1, algorithm=algorithm)
    y[0, 0, 0, 0] = np.inf
    with np.errstate(invalid="ignore"):  # ∞ − ∞
        alone, together = (ops.conv2d_backward(y, saved, relu=relu)[0] for relu in (False, True))
    assert not np.isfinite(alone).all()
    assert np.array_equal(together, ops.relu_backward(alone, x), equal_nan=True)


@pytest.mark.parametrize("algorithm", ["im2col", "winograd", "direct", "textbook"])
def test_the_gradients_of_the_input_or_of_the_filters_can_be_left_out(rng, algorithm):
    x, w, b = (
        rng.standard_normal((2, 4, 6, 6)),
        rng.standard_normal((5, 4, 3, 3)),
        rng.standard_normal(5),
    )
    y, saved = ops.conv2d(x, w, b, padding=1, algorithm=algorithm)
    nothing, *few = ops.conv2d_backward(y, saved, need_dx=False)
    assert nothing is None
    whole = ops.conv2d_backward(y, saved)
    assert all((a == c).all() for a, c in zip(few, whole[1:], strict=True))
    dx, *nothing = ops.conv2d_backward(y, saved, need_dw=False)
    assert (dx == whole[0]).all()
    assert nothing == [None, None]


@pytest.mark.parametrize("algorithm", ["im2col", "direct"])
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"padding": "same"}, [[44, 54, 64, 28], [84, 94, 104, 44], [29, 32, 35, 12]]),
        (
            {"padding": "same", "dilation": 2},
            [[24, 43, 50, 21], [44, 78, 88, 36], [12, 19, 22, 7]],
        ),
        (
            {"padding": "same", "dilation": (1, 3)},
            [[34, 56, 20, 24], [58, 96, 36, 40], [22, 33, 10, 11]],
        ),
        ({"dilation": (2, 3)}, [[84]]),
    ],
)
def test_dilation_and_same_padding_are_pytorchs(algorithm, options, expected):
    """The values of torch.nn.functional.conv2d: an odd zero is at the end."""
    x, w = np.arange(1.0, 13).reshape(1, 1, 3, 4), np.array([[[[1.0, 2], [3, 4]]]])
    assert ops.conv2d(x, w, algorithm=algorithm, **options)[0][0, 0].tolist() == expected


@pytest.mark.parametrize("algorithm", ["im2col", "direct"])
def test_float32_stays_close_to_float64(rng, algorithm):
    """Winograd's: see tests/backend/cpu/test_conv_winograd.py."""
    x, w = rng.standard_normal((2, 64, 14, 14)), rng.standard_normal((32, 64, 3, 3))
    exact, _ = ops.conv2d(x, w, padding=1)
    y, _ = ops.conv2d(x.astype(np.float32), w.astype(np.float32), padding=1, algorithm=algorithm)
    assert y.dtype == np.float32
    assert error(y, exact) < 1e-6


def test_an_empty_batch_gives_an_empty_result():
    y, saved = ops.conv2d(np.zeros((0, 3, 5, 5)), np.ones((4, 3, 3, 3)), np.ones(4))
    dx, dw, db = ops.conv2d_backward(y, saved)
    assert y.shape == (0, 4, 3, 3)
    assert ops.col2im(ops.im2col(np.zeros((0, 3, 5, 5)), 3), (0, 3, 5, 5), 3).shape == (0, 3, 5, 5)
    assert dx.shape == (0, 3, 5, 5)
    assert not dw.any()
    assert not db.any()


@pytest.mark.parametrize("algorithm", ["im2col", "direct"])
@pytest.mark.parametrize("padding", [(0, 4), (4, 0), (1, 4), (4, 1)])
def test_a_border_wider_than_the_kernel_on_one_side_only(rng, algorithm, padding):
    """Then dx is not a convolution with turned filters: their padding would be negative."""
    x, w = rng.standard_normal((2, 3, 6, 5)), rng.standard_normal((4, 3, 3, 3))

    def conv2d(*arrays, **options):
        return ops.conv2d(*arrays, algorithm=algorithm, **options)

    assert_same_as_reference(conv2d, *CONV[1:], (x, w, None), padding=padding)
