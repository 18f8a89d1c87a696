"""The paper's names of layers, and their paths in a net."""

import pytest

from minivgg import models
from minivgg.layers.containers import innermost_layers
from minivgg.models.layer_names import head_path, layer_at


def net(name):
    return models.vgg(name, 4, (3, 32, 32), (16, 16))


def test_batch_norms_have_the_number_of_their_convolution():
    small = models.vgg([4, 4, "M", 6], 5, (3, 8, 8), (7,), batch_norm=True, initializer="zeros")
    assert models.layer_names(small) == {
        "conv1_1": "features.0", "bn1_1": "features.1", "conv1_2": "features.3",
        "bn1_2": "features.4", "conv2_1": "features.7", "bn2_1": "features.8",
        "fc2": "classifier.0", "fc3": "classifier.3",
    }  # fmt: skip
    convolutional = models.to_fully_convolutional(small)
    assert models.layer_names(convolutional) == models.layer_names(small)
    assert head_path(small) == head_path(convolutional) == "classifier.3"


def test_a_net_without_a_head_has_no_path_of_one():
    features = models.Net({"features": net("A")["features"]}, (3, 32, 32))
    assert head_path(features) is None
    assert list(models.layer_names(features))[-1] == "conv5_2"


def test_layers_by_their_paths():
    small = models.vgg([4, "M"], 5, (3, 8, 8), (7,), initializer="zeros")
    found = innermost_layers(small)
    assert [path for path, _ in found] == [
        "features.0", "features.1", "features.2", "flatten",
        *(f"classifier.{i}" for i in range(4)),
    ]  # fmt: skip
    assert all(layer_at(small, path) is layer for path, layer in found)
    assert layer_at(small, "features") is small["features"]
    assert [path for path, _ in innermost_layers(small["features"], "x.")] == ["x.0", "x.1", "x.2"]


@pytest.mark.slow
def test_names_count_blocks_and_go_on_with_the_fully_connected_layers():
    names = models.layer_names(net("D"))
    assert list(names) == [
        *(
            "conv1_1",
            "conv1_2",
            "conv2_1",
            "conv2_2",
            "conv3_1",
            "conv3_2",
            "conv3_3",
            "conv4_1",
            "conv4_2",
            "conv4_3",
        ),
        *("conv5_1", "conv5_2", "conv5_3", "fc6", "fc7", "fc8"),
    ]
    assert names["conv2_1"] == "features.5"
    assert names["fc8"] == "classifier.6"
    assert models.layer_names(net("vgg11_bn"))["bn1_1"] == "features.1"


def test_places_in_order():
    small = models.vgg([4, 4, "M", 6, "M"], 5, (3, 8, 8), (7, 6))
    assert models.layer_paths(small) == {
        "conv1_1": "features.0",
        "conv1_2": "features.2",
        "pool1": "features.4",
        "conv2_1": "features.5",
        "pool2": "features.7",
        "fc3": "classifier.0",
        "fc4": "classifier.3",
        "fc5": "classifier.6",
    }
    assert list(
        models.layer_paths(models.vgg16(classes=2, input_shape=(3, 32, 32), hidden=(4, 4)))
    )[-4:] == ["pool5", "fc6", "fc7", "fc8"]
