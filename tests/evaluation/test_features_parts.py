"""What features are means of, what is done unless it is told, and the settings of a classifier."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from minivgg import data, layers
from minivgg.evaluation.features import LinearClassifier, features

MODULE = sys.modules["minivgg.evaluation.features"]
PIXELS = data.Normalize((0.0,) * 3, (1 / 255,) * 3)  # values from 0 to 255


@pytest.fixture
def asked(monkeypatch):
    """A net whose layers are all the image itself; which one was asked for, and for which scale."""
    asked = []

    def extractor(net, layer, smallest_scale):
        asked.append((layer, smallest_scale))
        return layers.Sequential(layers.ReLU())

    monkeypatch.setattr(MODULE, "_extractor", extractor)
    return asked


def net_of(height=7, width=5):
    return SimpleNamespace(preprocessing=PIXELS, input_shape=(3, height, width))


def image(height=8, width=8, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (3, height, width), np.uint8)


def test_by_default_fc7_is_averaged_and_has_length_one(asked):
    x = image()
    (found,) = features(net_of(), x)
    mean = x.mean(axis=(1, 2))
    assert found == pytest.approx(mean / np.linalg.norm(mean), rel=1e-5)
    assert found.dtype == np.float32
    assert asked == [("fc7", 8)]  # 7 · 256 / 224
    (found,) = features(net_of(), x, "pool1", 8, normalize=False)
    assert found == pytest.approx(mean, rel=1e-5)
    assert features(net_of(5, 14), image(16, 16), "x").shape == (1, 3)
    assert asked[1:] == [("pool1", 8), ("x", 16)]


def test_the_smallest_of_several_scales_decides_and_all_are_averaged(asked):
    x = image(16, 16)
    both = features(net_of(), x, "a", (16, 8), normalize=False)
    alone = [features(net_of(), x, "a", q, normalize=False) for q in (16, 8)]
    assert asked == [("a", 8), ("a", 16), ("a", 8)]
    assert both == pytest.approx((alone[0] + alone[1]) / 2, rel=1e-6)


def test_the_mirror_image_counts_as_much(asked):
    x = image()
    for mirror in (True, False):
        (found,) = features(net_of(), x, "a", 8, mirror, normalize=False, grid=8)
        expected = (x + x[..., ::-1].astype(float)) / 2 if mirror else x
        assert found == pytest.approx(expected.ravel(), rel=1e-5)
    default = features(net_of(), x, "a", 8, normalize=False, grid=8)[0]
    assert default == pytest.approx((x + x[..., ::-1].astype(float)).ravel() / 2, rel=1e-5)


def test_images_keep_their_order_whatever_their_sizes(asked, monkeypatch):
    monkeypatch.setattr(MODULE, "READ_IMAGES", 3)
    images = [image(8, 8 + 2 * (k % 2), seed=k) for k in range(7)]
    found = features(net_of(), images, "a", 8, normalize=False)
    assert found == pytest.approx(np.array([x.mean(axis=(1, 2)) for x in images]), rel=1e-5)
    dataset = data.ArrayDataset(np.stack(images[::2]), [0] * 4, ["a"])
    assert features(net_of(), dataset, "a", 8, normalize=False) == pytest.approx(found[::2])


def test_an_image_without_activity_has_features_of_0(asked):
    assert (features(net_of(), np.zeros((3, 8, 8), np.uint8)) == 0).all()


@pytest.mark.parametrize(
    ("shape", "grid", "expected"),
    [
        ((2, 3), 1, [2.5, 25]), ((2, 3), 2, [0, 1.5, 3, 4.5, 0, 15, 30, 45]),
        ((1, 3), 1, [1, 10]), ((3, 3), 2, [0, 1.5, 4.5, 6, 0, 15, 45, 60]),
    ],
)  # fmt: skip
def test_cells_by_channel_row_and_column(shape, grid, expected):
    """A side that the grid does not divide has its smaller cells first."""
    maps = np.arange(np.prod(shape), dtype=np.float32).reshape(1, 1, *shape)
    found = MODULE._mean_over_positions(np.concatenate([maps, 10 * maps], axis=1), grid)
    assert found == pytest.approx(np.array([expected]))


def test_outputs_without_positions_stay():
    y = np.ones((2, 5), np.float32)
    assert MODULE._mean_over_positions(y, 1) is y


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([],), {}, "there must be at least one image and one scale"),
        ((image(), "a", ()), {}, "there must be at least one image and one scale"),
        ((image(), "a"), {"grid": 0}, "grid is a number of rows, at least 1, got 0"),
        ((image(), "a", 8), {"grid": 9}, "a grid of 9×9 is finer than the map of 8×8 positions: "
         "use a smaller grid, larger scales or an earlier layer"),
    ],
)  # fmt: skip
def test_what_has_no_features(asked, arguments, options, message):
    with pytest.raises(ValueError, match="features: ") as refused:
        features(net_of(), *arguments, **options)
    assert str(refused.value) == f"features: {message}"
    with pytest.raises(ValueError, match=r"^features: this net's preprocessing is not known: load"):
        features(SimpleNamespace(input_shape=(3, 7, 5)), image())


def test_the_settings_of_a_classifier_unless_they_are_given():
    found = LinearClassifier(2)
    assert (found.epochs, found.lr, found.weight_decay, found.batch_size, found.seed) == (
        30, 0.05, 5e-4, 64, 0,
    )  # fmt: skip
    x, labels = np.random.default_rng(0).standard_normal((9, 4)), np.arange(9) % 2
    settings = {"epochs": 2, "batch_size": 4}
    weights = [
        LinearClassifier(2, **settings | more).fit(x, labels).net.weight.data.tolist()
        for more in ({}, {"seed": 0}, {"seed": 1}, {"weight_decay": 0.5}, {"lr": 0.5},
                     {"batch_size": 9}, {"epochs": 3})
    ]  # fmt: skip
    assert weights[0] == weights[1]
    assert len({str(each) for each in weights}) == 6
    assert not LinearClassifier(2, **settings).fit(x, labels).net.training
