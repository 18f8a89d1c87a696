"""Protocols for nets and images that are not square, and what they do unless they are told."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import backend, data, layers, models, ops
from minivgg.evaluation import protocols
from minivgg.evaluation.protocols import ModelUnderTest

NORMALIZE = data.Normalize((0.5, 0.4, 0.3), (0.2, 0.2, 0.3))


@pytest.fixture(scope="module")
def wide():
    """A network for images of 4×8, whose answers are neither 0 nor 1."""
    with backend.fixed_seed(1):
        net = models.vgg([6, "M", 8, "M"], 3, (3, 4, 8), hidden=(12,))
    net["classifier"]["3"].weight.data[...] *= 0.3
    return ModelUnderTest(net, (3, 4, 8), NORMALIZE)


def photo(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (3, height, width), np.uint8)


def softmax(net, images):
    with layers.eval_mode(net):
        return ops.softmax(net(NORMALIZE(np.stack(images)))).astype(np.float64)


def test_crops_of_a_net_that_is_not_square(wide):
    image = photo(8, 20)
    (found,) = protocols.probabilities(wide, [image], "multi-crop", [8])
    cut = [image[:, i : i + 4, j : j + 8] for i in range(5) for j in range(0, 13, 3)]
    expected = softmax(wide.net, [*cut, *(c[..., ::-1] for c in cut)]).mean(axis=0)
    assert found == pytest.approx(expected, abs=1e-6)
    assert found.dtype == np.float64
    (centre,) = protocols.probabilities(wide, [image], "centre", [8])
    assert centre == pytest.approx(softmax(wide.net, [image[:, 2:6, 6:14]])[0], abs=1e-6)


def test_the_map_of_a_net_that_is_not_square(wide):
    found = protocols.class_map(wide, photo(8, 20), 8)
    assert (found.shape, found.dtype) == ((3, 2, 4), np.float64)  # steps of 4 pixels
    assert found.sum(axis=0) == pytest.approx(np.ones((2, 4)))
    first = softmax(models.to_fully_convolutional(wide.net, wide.shape), [photo(8, 20)])[0]
    assert found == pytest.approx(first, abs=1e-6)
    assert protocols.class_map(wide, photo(8, 20), 16).shape == (3, 4, 9)


def test_corners_of_a_grid_have_the_rows_first():
    assert protocols.crop_corners((3, 7, 13), (4, 8), grid=2).tolist() == [
        [0, 0], [0, 5], [3, 0], [3, 5],
    ]  # fmt: skip
    assert protocols.crop_corners((3, 4, 13), (4, 8), grid=3).tolist() == [
        [0, 0], [0, 2], [0, 5],
    ] * 3  # fmt: skip


def test_the_border_effect_of_a_crop_that_is_not_square():
    """Nothing differs for filters of one pixel, wherever the crop lies; and by how much it does."""
    ones = layers.Sequential({"features": layers.Sequential(
        layers.Conv2d(1, 2, 1), layers.MaxPool2d(2), layers.Conv2d(2, 2, 1), layers.MaxPool2d(2),
    )})  # fmt: skip
    x = np.random.default_rng(0).standard_normal((1, 1, 24, 40)).astype(np.float32)
    found = protocols.border_effect(ones, x, (4, 8))
    assert [(name, m.shape, m.max()) for name, m in found.items()] == [
        ("pool1", (8, 12), 0), ("pool2", (4, 6), 0),
    ]  # fmt: skip
    sums = layers.Conv2d(1, 2, 3, padding=1, initializer="ones")
    net = layers.Sequential({"features": layers.Sequential(sums, layers.MaxPool2d(1))})
    (effect,) = protocols.border_effect(net, np.ones((1, 1, 8, 10), np.float32), (2, 3)).values()
    # 9 ones in the whole image; 6 at the edges of the crop and 4 in its corners, for both channels
    lost = np.zeros((4, 4))
    lost[0] = lost[-1] = lost[:, 0] = lost[:, -1] = 3
    lost[0, 0] = lost[0, -1] = lost[-1, 0] = lost[-1, -1] = 5
    assert effect == pytest.approx(lost / 9)


def test_the_net_is_in_eval_mode_while_the_border_effect_is_measured():
    seen = []

    class Seen(layers.ReLU):
        """Keeps the mode."""

        def forward(self, x):
            seen.append(self.training)
            return super().forward(x)

    net = layers.Sequential({"features": layers.Sequential(Seen(), layers.MaxPool2d(2))}).train()
    protocols.border_effect(net, np.ones((1, 1, 8, 8), np.float32), (2, 2))
    assert seen == [False, False]
    assert net.training


def test_images_are_dense_at_256_pixels_without_a_bar_unless_told(monkeypatch):
    """And as many are read together as there are, or 16 of any size."""
    bars, asked, read = [], [], []

    class Bar(SimpleNamespace):
        """What tqdm is told."""

        def __enter__(self):
            bars.append(self)
            return self

        def __exit__(self, *error):
            pass

        def update(self, count):
            """Nothing."""

    class Tester:
        """Every image is of the second class."""

        def __init__(self, model, protocol):
            asked.append(protocol)

        def probabilities(self, images, scales):
            """Of two classes."""
            asked.append(tuple(scales))
            return np.tile([0.0, 1.0], (len(images), 1))

    class Files:
        """20 images."""

        labels, classes, shape = np.array([1] * 20), ["a", "b"], (3, None, None)

        def __len__(self):
            return 20

        def batch(self, indices):
            """As many arrays."""
            read.append(indices.tolist())
            return [np.zeros((3, 9, 9))] * len(indices)

    monkeypatch.setattr(protocols, "tqdm", Bar)
    monkeypatch.setattr(protocols, "_Tester", Tester)
    net = SimpleNamespace(output_shape=lambda shape: (2,))
    model = ModelUnderTest(net, (3, 8, 8), NORMALIZE)
    assert model.mirror
    found = protocols.evaluate(model, Files())
    assert (found.accuracy, found.classes, len(found.labels)) == (1, ["a", "b"], 20)
    assert asked == ["dense", (256,), (256,)]
    assert read == [list(range(16)), list(range(16, 20))]
    assert (bars[0].disable, bars[0].desc, bars[0].total) == (True, "dense at 256", 20)
    asked.clear()
    protocols.probabilities(model, [np.zeros((3, 9, 9))])
    assert asked == ["dense", (256,)]


def test_the_scales_of_a_net_of_the_paper():
    assert protocols.paper_scales(300, 224) == (268, 300, 332)
    assert protocols.paper_scales([256, 513], 224) == (256, 384, 513)
    assert protocols.paper_scales(250, 224) == (224, 250, 282)
