"""Convolution by the textbook's own code, as an algorithm of the operation."""

import numpy as np
import pytest
from support.compare import error, on_device
from support.convolutions import chosen, filters, images

from minivgg import layers, ops
from minivgg.textbook import im2col as textbook


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
