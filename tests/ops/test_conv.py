"""Convolution: im2col's matrix has the windows, and every algorithm agrees with the loops of the
textbook on any shape.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.compare import LAYOUTS, assert_same_as_reference, error, in_layout, on_device

from minivgg import layers, ops
from minivgg.analysis.gradcheck import gradcheck
from minivgg.backend import tuning
from minivgg.backend.cpu import conv_direct, conv_im2col
from minivgg.backend.geometry import window_size
from minivgg.textbook import im2col as textbook
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


@pytest.mark.parametrize("algorithm", ["im2col", "winograd", "direct"])
def test_the_gradient_of_the_input_can_be_left_out(rng, algorithm):
    x, w, b = (
        rng.standard_normal((2, 4, 6, 6)),
        rng.standard_normal((5, 4, 3, 3)),
        rng.standard_normal(5),
    )
    y, saved = ops.conv2d(x, w, b, padding=1, algorithm=algorithm)
    nothing, *few = ops.conv2d_backward(y, saved, need_dx=False)
    assert nothing is None
    assert all((a == c).all() for a, c in zip(few, ops.conv2d_backward(y, saved)[1:], strict=True))


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


# --------------------------------------------------------------------------------- the choice


def chosen(x, w, **options):
    """What ``explain`` is told, shortened to the algorithm."""
    told = []
    ops.conv2d(x, w, explain=told.append, **options)
    assert len(told) == 1
    return told[0].split(": ")[1].split(",")[0]


def images(n, c, side, dtype=np.float32):
    return np.zeros((n, c, side, side), dtype)


def filters(o, c, kernel, dtype=np.float32):
    return np.zeros((o, c, kernel, kernel), dtype)


@pytest.mark.parametrize(
    ("x", "w", "options", "expected"),
    [
        (images(1, 64, 56), filters(64, 64, 3), {"padding": 1}, "winograd F(4×4"),
        (
            images(1, 512, 14),
            filters(512, 512, 3),
            {"padding": 1},
            "winograd F(2×2",
        ),  # 14 wastes tiles of 4
        (
            images(8, 512, 14),
            filters(512, 512, 3),
            {"padding": 1},
            "winograd F(4×4",
        ),  # in many images that matters less
        (images(8, 64, 6), filters(64, 64, 3), {"padding": 1}, "winograd F(2×2"),
        (images(1, 3, 56), filters(64, 3, 3), {"padding": 1}, "im2col"),
        (images(1, 64, 56, float), filters(64, 64, 3, float), {"padding": 1}, "im2col"),
        (images(1, 64, 56), filters(64, 64, 3), {"padding": 1, "stride": 2}, "im2col"),
        (images(1, 64, 56), filters(64, 64, 5), {"padding": 2}, "im2col"),
        (images(1, 64, 56), filters(64, 32, 3), {"padding": 1, "groups": 2}, "direct"),
        (images(1, 64, 28), filters(128, 64, 1), {}, "direct"),
        (images(8, 64, 56), filters(64, 64, 3), {"padding": 2, "dilation": 2}, "im2col"),
        (images(8, 64, 56), filters(64, 64, 3), {"padding": "same"}, "winograd F(4×4"),
        (images(1, 64, 28), filters(64, 1, 3), {"padding": 1, "groups": 64}, "direct"),
    ],
)
def test_auto_chooses_by_shape_and_dtype(x, w, options, expected):
    assert chosen(x, w, **options).startswith(expected)


def test_the_choice_can_be_read_in_the_log(caplog):
    with caplog.at_level("DEBUG", logger="minivgg.ops.conv"):
        y, saved = ops.conv2d(images(2, 8, 12), filters(8, 8, 3), padding=1)
        ops.conv2d_backward(y, saved)
    assert len(caplog.messages) == 3
    assert caplog.messages[0].startswith("conv2d (2, 8, 12, 12) float32 -> 8 channels: ")
    assert "'auto' was asked for" in caplog.messages[0]
    assert "ms on one thread: " in caplog.messages[0]


@pytest.mark.parametrize("algorithm", ["im2col", "winograd", "direct"])
def test_what_was_asked_for_is_taken_forward_and_backward(caplog, algorithm):
    with caplog.at_level("DEBUG", logger="minivgg.ops.conv"):
        y, saved = ops.conv2d(
            images(2, 8, 12, float), filters(8, 8, 3, float), padding=1, algorithm=algorithm
        )
        ops.conv2d_backward(y, saved)
    assert all(f": {algorithm}" in message for message in caplog.messages)


@pytest.mark.parametrize("module", [conv_im2col, conv_direct], ids=["im2col", "direct"])
def test_what_was_asked_for_computes_the_results_and_both_gradients(rng, monkeypatch, module):
    called = []

    def counted(name, function):
        return lambda *arguments: called.append(name) or function(*arguments)

    for name in ("forward", "weight_grad", "input_grad"):
        monkeypatch.setattr(module, name, counted(name, getattr(module, name)))
    x, w = rng.standard_normal((2, 16, 9, 8)), rng.standard_normal((16, 16, 3, 3))
    algorithm = module.__name__.rpartition("_")[2]
    y, saved = ops.conv2d(x, w, stride=2, algorithm=algorithm)
    ops.conv2d_backward(y, saved)
    assert sorted(called) == ["forward", "input_grad", "weight_grad"]


@pytest.mark.parametrize(
    ("kernel", "options", "words"),
    [
        (
            3,
            {"algorithm": "fft"},
            "unknown algorithm 'fft': there are 'auto', 'im2col', 'winograd', 'direct', 'textbook'",
        ),
        (5, {"algorithm": "winograd"}, "for 3×3 filters at stride 1 .* not for 5×5 at stride"),
        (3, {"algorithm": "winograd", "stride": 2}, r"at stride \(2, 2\)"),
        (3, {"algorithm": "winograd", "padding": 3}, r"padding \(3, 3\)"),
        (3, {"algorithm": "winograd", "padding": (1, 3)}, r"padding \(1, 3\)"),
        (3, {"algorithm": "winograd", "dilation": 2}, r"and dilation \(2, 2\)"),
        (3, {"algorithm": "textbook", "dilation": 2}, "'textbook' has no dilation"),
        (2, {"algorithm": "textbook", "padding": "same"}, "pads both ends alike, .* kernel of 2×2"),
        (3, {"algorithm": "textbook", "padding": "full"}, "or 'same', got 'full'"),
    ],
)
def test_an_algorithm_that_cannot_be_had_is_refused(kernel, options, words):
    with pytest.raises(ValueError, match=words):
        ops.conv2d(images(1, 4, 9), filters(4, 4, kernel), **options)


def test_a_layer_passes_its_algorithm_on(rng):
    told = layers.Conv2d(4, 4, 5, algorithm="winograd")
    with pytest.raises(ValueError, match="not for 5×5"):
        told(rng.standard_normal((1, 4, 9, 9), np.float32))


# ------------------------------------------------------------------------------- the textbook


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("bias", [False, True])
def test_the_textbook_is_run_as_it_is(rng, dtype, bias):
    x, w = (rng.standard_normal(shape).astype(dtype) for shape in ((2, 3, 7, 6), (4, 3, 3, 2)))
    b = rng.standard_normal(4).astype(dtype) if bias else None
    expected, expected_saved = textbook.conv2d(x, w, b, (2, 1), 1)
    same = [ops.conv2d(x, w[..., :1], padding=p, algorithm="textbook")[0] for p in ("same", (1, 0))]
    assert np.array_equal(*same)
    for one in (1, (1, 1), [1, 1]):
        y, _ = ops.conv2d(x, w, b, (2, 1), 1, dilation=one, algorithm="textbook")
        assert np.array_equal(y, expected)
    y, saved = ops.conv2d(x, w, b, (2, 1), 1, algorithm="textbook")
    dy = rng.standard_normal(y.shape).astype(dtype)
    assert np.array_equal(y, expected)
    gradients = ops.conv2d_backward(dy, saved)
    for found, wanted in zip(gradients, textbook.conv2d_backward(dy, expected_saved), strict=True):
        assert (found is None) == (wanted is None)
        assert found is None or np.array_equal(found, wanted)
    assert ops.conv2d_backward(dy, saved, need_dx=False)[0] is None


def test_the_textbook_with_a_relu_is_the_relu_afterwards(rng):
    x, w = np.maximum(rng.standard_normal((2, 3, 6, 6)), 0), rng.standard_normal((4, 3, 3, 3))
    y, saved = ops.conv2d(x, w, padding=1, algorithm="textbook", relu=True)
    plain, _ = ops.conv2d(x, w, padding=1, algorithm="textbook")
    assert (plain < 0).any()
    assert np.array_equal(y, np.maximum(plain, 0))
    alone, masked = (ops.conv2d_backward(y, saved, relu=relu)[0] for relu in (False, True))
    assert np.array_equal(masked, ops.relu_backward(alone, x))


def test_the_textbook_explains_itself(caplog):
    assert chosen(images(1, 4, 9), filters(4, 4, 3), algorithm="textbook") == "textbook"
    with caplog.at_level("DEBUG", logger="minivgg.ops.conv"):
        ops.conv2d(images(1, 4, 9), filters(4, 4, 3), algorithm="textbook")
    assert caplog.messages == [
        "conv2d (1, 4, 9, 9) float32 -> 4 channels: textbook, 'textbook' was asked for"
    ]


@pytest.mark.parametrize(
    ("x", "w", "options", "error_type", "words"),
    [
        (images(1, 4, 9), filters(4, 2, 3), {"groups": 2}, ValueError, "see textbook/loops.py"),
        (images(1, 4, 2), filters(4, 4, 3), {}, ValueError, "kernel 3×3 is larger than padded"),
        (images(1, 4, 9), filters(4, 4, 3, float), {}, TypeError, "float32 and float64"),
        ([[1.0]], filters(4, 4, 3), {}, TypeError, "NumPy or CuPy array, got list"),
    ],
)
def test_the_textbook_refuses_in_its_own_words(x, w, options, error_type, words):
    with pytest.raises(error_type, match=words):
        ops.conv2d(x, w, algorithm="textbook", **options)


@pytest.mark.parametrize("kernel", [(2, 3), (3, 2), (2, 1)])
def test_the_textbook_cannot_keep_the_size_with_a_side_of_two(kernel):
    with pytest.raises(ValueError, match="a kernel of {}×{}: use algorithm='auto'".format(*kernel)):
        ops.conv2d(
            images(1, 4, 9), np.ones((2, 4, *kernel), "f"), padding="same", algorithm="textbook"
        )


def test_the_textbook_checks_the_shape_of_a_gradient():
    _, saved = ops.conv2d(images(1, 4, 9), filters(4, 4, 3), algorithm="textbook")
    with pytest.raises(ValueError, match=r"dy must have shape \(1, 4, 7, 7\), got \(1, 4, 9, 9\)"):
        ops.conv2d_backward(images(1, 4, 9), saved)


def test_the_textbook_is_for_the_cpu(device):
    x, w = on_device(images(1, 4, 9)), on_device(filters(4, 4, 3))
    if device == "cpu":
        assert ops.conv2d(x, w, algorithm="textbook")[0].shape == (1, 4, 7, 7)
        return
    with pytest.raises(ValueError, match="'textbook' is for NumPy's arrays, not for the gpu: use"):
        ops.conv2d(x, w, algorithm="textbook")


def test_a_net_of_textbook_layers_trains_like_any_other(rng):
    """Forward and backward, with the ReLU in the same step, and in eval mode."""
    found = []
    for algorithm in ("textbook", "im2col"):
        conv = [layers.Conv2d(i, 4, 3, padding=1, algorithm=algorithm) for i in (3, 4)]
        net = layers.Sequential(conv[0], layers.ReLU(), conv[1], layers.ReLU()).to(dtype=float)
        generator = np.random.default_rng(1)
        for p in net.parameters().values():
            p.data[...] = generator.standard_normal(p.data.shape)
        x, dy = generator.standard_normal((2, 3, 6, 5)), generator.standard_normal((2, 4, 6, 5))
        y, dx = net(x), net.backward(dy)
        found.append([y, dx, net.eval()(x), *(p.grad for p in net.parameters().values())])
    for mine, wanted in zip(*found, strict=True):
        assert error(mine, wanted) < 1e-12


# --------------------------------------------------------------------------------- the matrix


def test_im2col_rows_are_the_windows(rng):
    x = rng.standard_normal((2, 3, 5, 4))
    cols = ops.im2col(x, (3, 2), stride=(1, 2), padding=(1, 0))
    assert cols.shape == (2 * 5 * 2, 3 * 2 * 3)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (0, 0)))
    for row, (n, p, q) in zip(cols, np.ndindex(2, 5, 2), strict=True):
        window = padded[n, :, p : p + 3, 2 * q : 2 * q + 2]
        assert (row == window.transpose(1, 2, 0).ravel()).all()


@pytest.mark.parametrize("dilation", [1, (2, 1)])
def test_col2im_is_the_adjoint_of_im2col(rng, dilation):
    """⟨im2col(x), c⟩ = ⟨x, col2im(c)⟩ for all x and c."""
    x, windows = (
        rng.standard_normal((2, 3, 6, 5)),
        {"stride": 2, "padding": 1, "dilation": dilation},
    )
    cols = ops.im2col(x, 3, **windows)
    c = rng.standard_normal(cols.shape)
    assert np.vdot(cols, c) == pytest.approx(
        np.vdot(x, ops.col2im(c, x.shape, 3, **windows)), rel=1e-12
    )


@pytest.mark.parametrize("shape", [(2, 3, 8, 4), (2, 3, 4, 8)])
def test_im2col_of_high_and_wide_images_is_the_textbooks(rng, shape):
    x = rng.standard_normal(shape)
    assert (ops.im2col(x, (3, 2), 2, 1) == textbook.im2col(x, (3, 2), 2, 1)).all()


def test_im2col_with_a_dilation_leaves_pixels_out():
    x = np.arange(1.0, 26).reshape(1, 1, 5, 5)
    assert ops.im2col(x, 2, dilation=(3, 4)).tolist() == [[1, 5, 16, 20], [6, 10, 21, 25]]


def test_col2im_counts_the_windows_over_each_pixel():
    """A pixel comes back as often as a window saw it: adding, not assigning."""
    ones = np.ones((1, 1, 4, 4))
    counts = ops.col2im(ops.im2col(ones, 3), ones.shape, 3)[0, 0]
    assert counts.tolist() == [[1, 2, 2, 1], [2, 4, 4, 2], [2, 4, 4, 2], [1, 2, 2, 1]]


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


@pytest.mark.parametrize(
    ("x", "w", "options", "error_type", "words"),
    [
        (np.zeros((1, 4, 5, 5)), np.zeros((2, 3, 3, 3)), {}, ValueError, "4 channels .* expect 3"),
        (
            np.zeros((1, 3, 2, 9)),
            np.zeros((2, 3, 5, 5)),
            {"padding": 1},
            ValueError,
            "kernel 5×5 is larger than the padded input 4×11",
        ),
        (
            np.zeros((1, 3, 5, 5), np.uint8),
            np.zeros((2, 3, 3, 3)),
            {},
            TypeError,
            "x is uint8, expected float32 or float64",
        ),
        (
            np.zeros((1, 3, 5, 5), np.float32),
            np.zeros((2, 3, 3, 3)),
            {},
            TypeError,
            "x is float32, w is float64",
        ),
        (
            np.zeros((3, 5, 5)),
            np.zeros((2, 3, 3, 3)),
            {},
            ValueError,
            r"\(N, C, H, W\), got an array of shape \(3, 5, 5\)",
        ),
        (np.zeros((1, 3, 0, 5)), np.zeros((2, 3, 3, 3)), {}, ValueError, "images are empty"),
        (np.zeros((1, 3, 5, 5)), np.zeros((2, 3, 3)), {}, ValueError, "filters have shape"),
        (np.zeros((1, 3, 5, 5)), np.zeros((0, 3, 3, 3)), {}, ValueError, "filters have shape"),
        (
            np.zeros((1, 4, 5, 5)),
            np.zeros((3, 2, 3, 3)),
            {"groups": 2},
            ValueError,
            "3 filters cannot be split into 2 groups",
        ),
        (
            np.zeros((1, 3, 5, 5)),
            np.zeros((2, 3, 3, 3)),
            {"b": np.zeros(3)},
            ValueError,
            r"b must have shape \(2,\), got \(3,\)",
        ),
        (
            np.zeros((1, 3, 5, 5)),
            np.zeros((2, 3, 3, 3)),
            {"stride": 0},
            ValueError,
            "stride must be at least 1, got 0",
        ),
        (
            np.zeros((1, 3, 5, 5)),
            np.zeros((2, 3, 3, 3)),
            {"stride": 1.5},
            TypeError,
            "stride must be an integer or a pair",
        ),
        (
            np.zeros((1, 3, 5, 5)),
            np.zeros((2, 3, 3, 3)),
            {"padding": (1, -1)},
            ValueError,
            "padding must be at least 0",
        ),
        (
            np.zeros((1, 3, 5, 5)),
            np.zeros((2, 3, 3, 3)),
            {"padding": "valid"},
            ValueError,
            r"padding must be a number of pixels, a pair \(height, width\) or 'same', got 'valid'",
        ),
        (
            np.zeros((1, 3, 5, 5)),
            np.zeros((2, 3, 3, 3)),
            {"padding": "same", "stride": 2},
            ValueError,
            r"padding 'same' is for stride 1, but the stride is \(2, 2\): give the padding in",
        ),
        (
            np.zeros((1, 3, 5, 5)),
            np.zeros((2, 3, 3, 3)),
            {"dilation": 3},
            ValueError,
            r"kernel 7×7 \(spread by the dilation \(3, 3\)\) is larger than the padded input 5×5",
        ),
        (
            np.zeros((1, 3, 5, 5)),
            np.zeros((2, 3, 3, 3)),
            {"dilation": 0},
            ValueError,
            "dilation must be at least 1, got 0",
        ),
        (
            [[1.0]],
            np.zeros((2, 3, 3, 3)),
            {},
            TypeError,
            "expected a NumPy or CuPy array, got list",
        ),
    ],
)
def test_a_wrong_call_gets_one_clear_sentence(x, w, options, error_type, words):
    with pytest.raises(error_type, match=words):
        ops.conv2d(x, w, **options)


def test_a_gradient_of_the_wrong_shape_is_refused(rng):
    _, saved = ops.conv2d(rng.standard_normal((1, 3, 5, 5)), rng.standard_normal((2, 3, 3, 3)))
    with pytest.raises(ValueError, match=r"dy must have shape \(1, 2, 3, 3\), got \(1, 2, 5, 5\)"):
        ops.conv2d_backward(np.zeros((1, 2, 5, 5)), saved)


@pytest.mark.parametrize("algorithm", ["im2col", "direct"])
@pytest.mark.parametrize("padding", [(0, 4), (4, 0), (1, 4), (4, 1)])
def test_a_border_wider_than_the_kernel_on_one_side_only(rng, algorithm, padding):
    """Then dx is not a convolution with turned filters: their padding would be negative."""
    x, w = rng.standard_normal((2, 3, 6, 5)), rng.standard_normal((4, 3, 3, 3))

    def conv2d(*arrays, **options):
        return ops.conv2d(*arrays, algorithm=algorithm, **options)

    assert_same_as_reference(conv2d, *CONV[1:], (x, w, None), padding=padding)


@pytest.mark.parametrize("shape", [(3, 5, 5), (1, 3, 0, 5), (1,), (2, 1, 3, 5, 5)])
def test_col2im_refuses_a_shape_that_images_cannot_have(shape):
    with pytest.raises(ValueError, match=r"col2im: .*images"):
        ops.col2im(np.zeros((9, 27)), shape, 3)
