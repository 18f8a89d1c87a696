"""Squares and layers that explanations take by default, and the bounds of what they accept."""

import numpy as np
import pytest

from minivgg import layers
from minivgg.analysis import explanations
from minivgg.analysis.explanations import default_square, grad_cam, occlusion, saliency


@pytest.fixture
def net(rng):
    """Scores of three classes for images of 8×12."""
    net = layers.Sequential(layers.Flatten(), layers.Linear(96, 3)).to(dtype=np.float64)
    net["1"].weight.data[...] = rng.standard_normal((3, 96))
    return net


@pytest.fixture
def x(rng):
    return rng.standard_normal((1, 1, 8, 12))


@pytest.mark.parametrize(
    ("size", "stride", "shape", "same_as"),
    [
        (None, None, (7, 11), (2, 1)), (None, 3, (3, 4), (2, 3)), (5, None, (2, 4), (5, 2)),
        (4, None, (3, 5), (4, 2)), (1, None, (8, 12), (1, 1)), (8, None, (1, 2), (8, 4)),
        (3, 2, (3, 5), (3, 2)), (8, 20, (1, 1), (8, 20)), (1, 12, (1, 1), (1, 12)),
    ],
)  # fmt: skip
def test_the_squares_that_lie_on_the_image(net, x, size, stride, shape, same_as):
    options = {k: v for k, v in (("size", size), ("stride", stride)) if v is not None}
    before = x.copy()
    found = occlusion(net, x, 1, **options)
    assert (found.shape, found.dtype) == (shape, np.float64)
    np.testing.assert_array_equal(found, occlusion(net, x, 1, *same_as))
    np.testing.assert_array_equal(x, before)
    covered = x.copy()
    side, step = same_as
    top, left = step * (shape[0] - 1), step * (shape[1] - 1)  # the last square
    covered[..., top : top + side, left : left + side] = 0

    def share(image):
        scores = np.exp(net(image)[0])
        return scores[1] / scores.sum()

    assert found[-1, -1] == pytest.approx(share(x) - share(covered), abs=1e-12)


@pytest.mark.parametrize(
    ("size", "stride", "said"),
    [
        (9, None, "a square of 9 pixels, moved by 4,"),
        (0, None, "a square of 0 pixels, moved by 1,"),
        (8, 0, "a square of 8 pixels, moved by 0,"), (-1, 1, "a square of -1 pixels, moved by 1,"),
    ],
)  # fmt: skip
def test_squares_that_do_not_fit(net, x, size, stride, said):
    with pytest.raises(ValueError, match=f"occlusion: {said} does not fit an image of 8×12$"):
        occlusion(net, x, 0, size, stride)


@pytest.mark.parametrize(("sides", "square"), [((8, 8), (2, 1)), ((200, 12), (3, 1)),
                                               ((16, 99), (4, 2)), ((20, 20), (5, 2))])  # fmt: skip
def test_the_default_square_is_a_quarter_of_the_smaller_side(sides, square):
    assert default_square(*sides) == square


def test_classes_from_the_first_to_the_last(net, x):
    for label in (0, 2):
        assert occlusion(net, x, label, 4, 4).shape == (2, 3)
        assert saliency(net, x, label).shape == (8, 12)
    for label in (-1, 3):
        message = rf"^occlusion: there is no class {label} in an output of \(1, 3\)$"
        with pytest.raises(ValueError, match=message):
            occlusion(net, x, label)
    with pytest.raises(ValueError, match=r"there is no class 0 in an output of \(1, 1, 8, 12\)"):
        occlusion(layers.ReLU(), x, 0)


@pytest.mark.parametrize("options", [{}, {"progress": False}, {"progress": True}])
def test_a_bar_over_the_rows_is_shown_on_demand(net, x, monkeypatch, options):
    bars = []

    def bar(rows, **settings):
        bars.append((list(rows), settings))
        return rows

    monkeypatch.setattr(explanations, "progress_bar", bar)
    occlusion(net, x, 0, 4, 2, **options)
    disable = not options.get("progress")
    assert bars == [
        ([0, 2, 4], {"desc": "covering squares", "leave": False, "disable": disable})
    ]  # fmt: skip


def head(channels):
    return [layers.GlobalAvgPool2d(), layers.Linear(channels, 2)]


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ([layers.Conv2d(1, 2, 1), *head(2)], "0"),
        ([layers.Conv2d(1, 2, 1), layers.ReLU(), *head(2)], "1"),
        ([layers.Conv2d(1, 2, 1), layers.BatchNorm2d(2), layers.ReLU(), *head(2)], "2"),
        ([layers.Conv2d(1, 2, 1), layers.ReLU(), layers.Conv2d(2, 3, 1), *head(3)], "2"),
        ([layers.Conv2d(1, 2, 1), layers.MaxPool2d(2), layers.ReLU(), *head(2)], "0"),
        ([layers.Residual(layers.Conv2d(1, 1, 1)), layers.ReLU(), *head(1)], "1"),
        ([layers.Concat(layers.Conv2d(1, 1, 1), layers.ReLU()), *head(2)], "0"),
        ([layers.Sequential(layers.Conv2d(1, 2, 1), layers.ReLU()), *head(2)], "0.1"),
    ],
)  # fmt: skip
def test_the_last_maps_are_those_after_the_batch_norm_and_the_relu(parts, path, x):
    net = layers.Sequential(*parts)
    image = x.astype(np.float32)
    found = grad_cam(net, image, 1)
    np.testing.assert_array_equal(found, grad_cam(net, image, 1, layer=path))
    assert found.shape == (8, 12)


def test_maps_that_end_a_net_or_are_none_are_told():
    assert explanations._last_maps([("a", layers.Conv2d(1, 1, 1)), ("b", layers.ReLU())]) == "b"
    assert explanations._last_maps([("a", layers.ReLU()), ("b", layers.Conv2d(1, 1, 1))]) == "b"
    with pytest.raises(ValueError, match=r"^grad_cam: the net has no convolutions, so there are"):
        explanations._last_maps([("a", layers.ReLU())])
