"""A loss that is not finite ends a training with the first layer that is to blame."""

from math import inf, nan

import numpy as np
import pytest

from minivgg.layers import Concat, Linear, ReLU, Residual, Sequential
from minivgg.training.divergence import TrainingDiverged, first_bad_layer, require_finite

ONES = np.ones((2, 3), np.float32)


def linear(weight=1.0, bias=0.0):
    layer = Linear(3, 3)
    layer.weight.data[...], layer.bias.data[...] = weight, bias
    return layer


@pytest.mark.parametrize("loss", [nan, inf, -inf])
def test_the_message_has_step_epoch_loss_layer_and_rate(loss):
    net = Sequential(ReLU(), linear(), linear(bias=nan))
    with pytest.raises(TrainingDiverged) as stop:
        require_finite(loss, 7, 2, net, ONES, 0.05)
    layer = "2 Linear(3, 3) (its bias)"
    assert (stop.value.step, stop.value.epoch, stop.value.layer) == (7, 2, layer)
    assert str(stop.value) == (
        f"training diverged at step 7 (epoch 2): the loss is {loss}, and the first layer with a "
        f"number that is not finite is {layer}; try a smaller learning rate than 0.05, or another "
        "initializer"
    )


def test_a_finite_loss_is_no_divergence_whatever_the_weights_are():
    require_finite(3e38, 7, 2, Sequential(linear(nan)), ONES, 0.05)


@pytest.mark.parametrize(
    ("net", "found"),
    [
        (Sequential(linear(), Sequential(ReLU(), linear(inf, nan))),
         "1.1 Linear(3, 3) (its weight)"),
        (Sequential(linear(3e38), linear(nan)), "0 Linear(3, 3) (its output)"),
        (Sequential(linear(), ReLU()), "none in a second forward pass"),
        (Sequential(linear(), Residual(Sequential(linear(bias=inf)), linear(nan))),
         "1.body.0 Linear(3, 3) (its bias)"),
        (Sequential(Concat(linear(), linear(nan)), linear(inf)), "0.1 Linear(3, 3) (its weight)"),
        # a block without a fault is passed, and what follows it has its outputs
        (Sequential(Residual(linear(2e38 / 3)), linear()), "1 Linear(3, 3) (its output)"),
        (Sequential(Concat(linear(), linear()), Linear(6, 1, initializer="ones"), ReLU()),
         "none in a second forward pass"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_first_layer_that_is_not_finite(net, found):
    assert first_bad_layer(net, ONES) == found
