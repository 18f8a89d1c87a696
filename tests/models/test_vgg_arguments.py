"""The arguments of ``vgg``: defaults, spellings of configurations, and what wrong ones are told."""

import sys

import numpy as np
import pytest

from minivgg import layers, models
from minivgg.models.vgg import resolve


def kinds(part):
    return [type(layer).__name__ for layer in part]


def test_defaults_are_those_of_the_paper():
    net = models.vgg("A", initializer="zeros")
    assert net.input_shape == (3, 224, 224)
    head = list(net["classifier"])
    assert [each.out_features for each in head if isinstance(each, layers.Linear)] == [
        4096, 4096, 1000,
    ]  # fmt: skip
    assert [each.p for each in head if isinstance(each, layers.Dropout)] == [0.5, 0.5]
    assert "BatchNorm2d" not in kinds(net["features"])
    assert (net.training, net.preprocessing) == (True, None)


def test_what_is_given_is_taken_instead():
    net = models.vgg("small-8x8", 7, (2, 16, 24), (5,), 0.25, True, initializer="zeros")
    assert net.input_shape == (2, 16, 24)
    linear, _, dropout, last = net["classifier"]
    assert (linear.out_features, dropout.p, last.out_features) == (5, 0.25, 7)
    assert net["features"][0].in_channels == 2
    assert kinds(net["features"])[:3] == ["Conv2d", "BatchNorm2d", "ReLU"]
    bare = models.vgg([3], 2, (1, 3, 5), [], initializer="zeros")
    assert kinds(bare["classifier"]) == ["Linear"]
    assert bare["classifier"][0].in_features == 3 * 3 * 5


@pytest.mark.parametrize(
    ("name", "letter", "norm"),
    [
        ("D", "D", False), ("d", "D", False), ("vgg16", "D", False), ("VGG16_BN", "D", True),
        ("d_bn", "D", True), ("vgg11_bn", "A", True), ("a-lrn", "A-LRN", False),
    ],
)  # fmt: skip
def test_names_of_configurations(name, letter, norm):
    found, with_norm = resolve(name)
    assert (found, with_norm) == (models.configurations.CONFIGURATIONS[letter], norm)


def test_lists_and_tuples_are_configurations_without_batch_norm():
    for given in ([4, "M", (5, 1)], (4, "M", (5, 1))):
        found, norm = resolve(given)
        assert (found.layers, norm) == ([4, "M", (5, 1)], False)
    net = models.vgg([4, [5, 1], (6, 5), "LRN"], 2, (1, 6, 6), (), initializer="zeros")
    assert [(c.out_channels, c.kernel_size, c.padding) for c in net["features"]
            if isinstance(c, layers.Conv2d)] == [
        (4, (3, 3), (1, 1)), (5, (1, 1), (0, 0)), (6, (5, 5), (2, 2)),
    ]  # fmt: skip
    with pytest.raises(TypeError) as refused:
        resolve({"a": 1})
    assert str(refused.value) == (
        "vgg: a configuration is a name or a list such as [64, 64, 'M'], got {'a': 1}"
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("googlenet", "models.googlenet builds that net. The"), ("zzz", "the"),
        ("AlexNet", "models.alexnet builds that net. The"),
        ("medium-32", "did you mean medium-32x32? The"),
    ],
)  # fmt: skip
def test_an_unknown_name(name, hint):
    with pytest.raises(ValueError, match="unknown configuration") as refused:
        resolve(name)
    known = ", ".join([*models.configurations.CONFIGURATIONS, *models.configurations.ALIASES])
    assert str(refused.value) == (
        f"vgg: unknown configuration {name!r}: {hint} VGG nets are {known}"
    )


@pytest.mark.parametrize(
    "item", ["64", "m", 0, -3, 2.5, True, (8, 2), (8, 0), (8, 3, 1), (8,), ("8", 3), ((8, 3), 3)]
)
def test_layers_that_are_none_are_named(item):
    with pytest.raises(ValueError, match="is not a valid layer") as refused:
        models.vgg([4, item], 2, (1, 8, 8), ())
    assert str(refused.value) == (
        f"vgg: {item!r} is not a valid layer of a configuration: use a number of 3×3 filters, "
        "(filters, odd kernel size), 'M' for a max-pool, or 'LRN'"
    )


@pytest.mark.parametrize(
    ("classes", "hidden"), [(0, None), (2.0, None), (True, ()), (2, (3, 0)), (2, 3), (2, "3")]
)
def test_classes_and_hidden_layers_are_counts(classes, hidden):
    with pytest.raises(ValueError, match="classes must be a number") as refused:
        models.vgg([4], classes, (1, 8, 8), hidden)
    assert str(refused.value) == (
        "vgg: classes must be a number and hidden a tuple of numbers, each at least 1, got "
        f"{classes!r} and {hidden!r}"
    )


def test_images_are_halved_until_one_pixel_is_left():
    assert models.vgg([1, "M", "M"], 2, (1, 4, 7), ()).output_shape((1, 4, 7)) == (2,)
    for sides in ((3, 8), (8, 3)):
        with pytest.raises(ValueError, match="nothing is left") as refused:
            models.vgg([1, "M", "M"], 2, (1, *sides), ())
        assert str(refused.value) == (
            "vgg: 2 max-pools halve the image 2 times, and nothing is left of "
            f"{sides[0]}×{sides[1]} pixels: use images of at least 4×4 or a configuration with "
            "fewer 'M'"
        )


def test_the_memory_is_that_of_the_map_after_the_max_pools(monkeypatch):
    """Of images that are not square, with more filters than channels, and without convolutions."""
    asked = []
    module = sys.modules["minivgg.models.vgg"]
    monkeypatch.setattr(module, "check_parameters", lambda *given: asked.append(given))
    models.vgg([3, "M", (5, 1), "LRN", "M"], 2, (1, 9, 13), (7,))
    models.vgg(["M"], 2, (3, 4, 6), (), initializer="zeros")
    assert asked == [
        ([(3, 3), (5, 1)], 1, [5 * 2 * 3, 7, 2], True), ([], 3, [3 * 2 * 3, 2], False),
    ]  # fmt: skip
    assert models.vgg(["M"], 2, (3, 4, 6), ())(np.zeros((1, 3, 4, 6), np.float32)).shape == (1, 2)
