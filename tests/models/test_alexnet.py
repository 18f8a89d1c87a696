"""AlexNet to the last parameter."""

import numpy as np
import pytest

from minivgg import layers, models
from minivgg.analysis import trace


@pytest.mark.parametrize(("groups", "parameters"), [(2, 60_965_224), (1, 62_378_344)])
def test_parameters_to_the_last_digit(groups, parameters):
    net = models.alexnet(groups=groups, initializer="zeros")
    assert models.summary(net, net.input_shape).parameters == parameters
    assert not any(p.data.any() for p in net.parameters().values())
    convolutions = [layer for layer in net["features"] if isinstance(layer, layers.Conv2d)]
    assert [c.groups for c in convolutions] == [1, groups, 1, groups, groups]
    assert [c.padding for c in convolutions] == [(0, 0), (2, 2), (1, 1), (1, 1), (1, 1)]


@pytest.mark.parametrize("sides", [(66, 67), (67, 66), (66, 200)])
def test_images_that_are_too_small_are_refused(sides):
    with pytest.raises(
        ValueError, match=f"images of {sides[0]}×{sides[1]} pixels: use at least 67"
    ):
        models.alexnet(2, (3, *sides), initializer="zeros")


@pytest.mark.parametrize("classes", [0, 2.5, True])
def test_classes_are_counted(classes):
    with pytest.raises(ValueError, match="alexnet: classes must be a number from 1 to"):
        models.alexnet(classes, (3, 67, 67), initializer="zeros")


def test_the_smallest_images():
    net = models.alexnet(2, (3, 67, 67), dropout=0.25, initializer="zeros")
    assert net["features"].output_shape((3, 67, 67)) == (256, 1, 1)
    dropouts = [layer for layer in net["classifier"] if isinstance(layer, layers.Dropout)]
    assert [layer.p for layer in dropouts] == [0.25] * 2


def test_receptive_fields():
    rows = trace(models.alexnet(initializer="zeros"), (3, 227, 227))
    seen = [
        (row.receptive_field[0].size, row.receptive_field[0].jump)
        for row in rows
        if isinstance(row.layer, layers.Conv2d | layers.MaxPool2d)
    ]
    assert seen == [(11, 4), (19, 8), (51, 8), (67, 16), (99, 16), (131, 16), (163, 16), (195, 32)]
    assert next(row.receptive_field[0].size for row in rows if row.name == "classifier.0") == 355


@pytest.mark.slow
def test_it_answers_and_learns(rng):
    net = models.alexnet(3, (3, 67, 67))
    y = net(rng.standard_normal((2, 3, 67, 67)).astype(np.float32))
    assert y.shape == (2, 3)
    net.backward_parameters(np.ones_like(y))
    assert all(np.abs(p.grad).max() > 0 for p in net.parameters().values())
