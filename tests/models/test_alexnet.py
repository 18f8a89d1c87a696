"""AlexNet to the last parameter."""

import numpy as np
import pytest

from minivgg import layers, models
from minivgg.analysis import trace


@pytest.mark.parametrize(("groups", "parameters"), [(2, 60_965_224), (1, 62_378_344)])
def test_parameters_to_the_last_digit(groups, parameters):
    net = models.alexnet(groups=groups, initializer="zeros")
    assert models.summary(net, net.input_shape).parameters == parameters


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
    with pytest.raises(ValueError, match="nothing is left of images of 60×60 pixels"):
        models.alexnet(3, (3, 60, 60))
