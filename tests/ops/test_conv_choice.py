"""Which algorithm convolution takes: the one that was asked for, or the cheapest."""

import numpy as np
import pytest
from support.convolutions import chosen, filters, images

from minivgg import layers, ops
from minivgg.backend.cpu import conv_direct, conv_im2col


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
