"""The paper's names of layers, and their paths in a net."""

import pytest

from minivgg import models


def net(name):
    return models.vgg(name, 4, (3, 32, 32), (16, 16))


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
