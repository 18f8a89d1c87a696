"""Configurations of Keras that nobody has checked."""

import json

import pytest

from minivgg.models.pretrained.keras_config import epsilons, layer_order, layers_of
from minivgg.models.pretrained.keras_preprocessing import input_of

CONVOLUTION = {"class_name": "Conv2D", "config": {"name": "c"}}


@pytest.mark.parametrize(
    "config",
    [
        [],
        {},
        {"config": {"layers": {"a": 1}}},
        {"config": {"layers": "abc"}},
        {"config": None},
        {"config": {"layers": [3]}},
        {"config": {"layers": [{"class_name": "Sequential", "config": {"layers": 7}}]}},
    ],
)
def test_what_is_no_configuration_is_as_none(config):
    text = json.dumps(config)
    assert (layers_of(text), layer_order(text), epsilons(text)) == ([], {}, [])
    assert input_of(text, {}, 3) is None


@pytest.mark.parametrize("layers", [[CONVOLUTION], {"name": "net", "layers": [CONVOLUTION]}])
def test_the_layers_of_new_and_old_versions_are_found(layers):
    text = json.dumps({"class_name": "Sequential", "config": layers})
    assert layers_of(text) == [("Conv2D", {"name": "c"})]
    assert layer_order(text) == {"layers/conv2d": 0, "c": 0}
