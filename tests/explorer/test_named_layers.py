"""The names and numbers of layers that the page gets."""

import pytest

from minivgg.explorer.named_layers import named_layers
from minivgg.layers import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
    Sequential,
)
from minivgg.models.net import Net


def a_net(features, classifier):
    return Net(
        {"features": Sequential(*features), "classifier": Sequential(*classifier)}, (4, 9, 9)
    )


def test_every_kind_of_layer_has_its_name_and_its_numbers():
    net = a_net(
        [
            Conv2d(4, 6, 3, 2, 1, groups=2, bias=False), BatchNorm2d(6), ReLU(),
            LocalResponseNorm(), MaxPool2d(3, 2, 1),
            Conv2d(6, 8, 1), ReLU(), GlobalAvgPool2d(),
        ],
        [Flatten(), Linear(8, 5, bias=False), ReLU(), Dropout(0.5), Linear(5, 2)],
    )  # fmt: skip
    assert named_layers(net) == [
        {"kind": "conv", "name": "conv1_1", "kernel": 3, "stride": 2, "padding": 1, "channels": 6,
         "groups": 2, "bias": False},
        {"kind": "batchnorm", "name": "bn1_1"},
        {"kind": "relu", "name": "relu1_1"},
        {"kind": "lrn", "name": "lrn1_1"},
        {"kind": "pool", "name": "pool1", "kernel": 3, "stride": 2, "padding": 1},
        {"kind": "conv", "name": "conv2_1", "kernel": 1, "stride": 1, "padding": 0, "channels": 8},
        {"kind": "relu", "name": "relu2_1"},
        {"kind": "gap", "name": "gap"},
        {"kind": "flatten", "name": "flatten"},
        {"kind": "linear", "name": "fc2", "channels": 5, "bias": False},
        {"kind": "relu", "name": "relu2"},
        {"kind": "dropout", "name": "dropout2"},
        {"kind": "linear", "name": "fc3", "channels": 2},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "layer",
    [
        Conv2d(4, 4, (3, 5)), Conv2d(4, 4, 3, (1, 2)), Conv2d(4, 4, 3, padding=(0, 1)),
        Conv2d(4, 4, 3, dilation=2), MaxPool2d(2, ceil_mode=True), MaxPool2d((2, 3)),
    ],
)  # fmt: skip
def test_windows_that_the_page_cannot_show_are_refused_by_their_place(layer):
    with pytest.raises(ValueError, match=r"windows without dilation only, not features\.1: "):
        named_layers(a_net([ReLU(), layer], [Linear(4, 2)]))


def test_a_layer_of_another_kind_is_named_by_its_place():
    with pytest.raises(ValueError, match=r"does not know the layer features\.1: "):
        named_layers(a_net([ReLU(), AvgPool2d(2)], [Linear(4, 2)]))
