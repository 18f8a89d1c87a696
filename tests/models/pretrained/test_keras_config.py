"""Configurations of Keras that nobody has checked."""

import json

import pytest

from minivgg import models
from minivgg.models.pretrained.keras_architecture import has_head
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


def test_layers_of_one_class_are_counted():
    """As Keras names their places in .weights.h5."""
    kinds = ["Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Conv2D"]
    listed = [{"class_name": kind, "config": {"name": f"l{i}"}} for i, kind in enumerate(kinds)]
    inner = {"class_name": "Functional", "config": {"name": "in", "layers": listed}}
    last = {"class_name": "BatchNormalization", "config": {"name": "last"}}
    places = ["conv2d", "max_pooling2d", "conv2d_1", "max_pooling2d_1", "conv2d_2"]
    order = layer_order(json.dumps({"config": {"layers": [inner, last]}}))
    expected = {f"layers/functional/layers/{place}" for place in places}
    assert set(order) == expected | {"layers/batch_normalization", "last"} | {
        f"l{i}" for i in range(5)
    }
    ranks = [order[f"layers/functional/layers/{place}"] for place in places]
    assert ranks == sorted(set(ranks)) == [order[f"l{i}"] for i in range(5)]
    assert order["last"] == order["layers/batch_normalization"] > ranks[-1]
    twice = layer_order(json.dumps({"config": {"layers": [inner, inner]}}))
    assert "layers/functional_1/layers/conv2d_2" in twice


def test_a_net_with_fully_connected_layers_has_a_head():
    """Also where there are others between them."""
    net = models.vgg([2, "M"], 3, (1, 4, 4), hidden=(4,), initializer="zeros")
    assert has_head(net)
    assert not has_head(models.to_fully_convolutional(net))


def operation(kind, *operands):
    """The configuration of a net with one operation on its images before the convolution."""
    image = {"class_name": "__keras_tensor__", "config": {"keras_history": ["image", 0, 0]}}
    step = {"class_name": kind, "name": "step", "config": {"name": "step"}}
    step["inbound_nodes"] = [{"args": [image, *operands], "kwargs": {}}]
    net_input = {"class_name": "InputLayer", "name": "image", "config": {"name": "image"}}
    return json.dumps(
        {"class_name": "Functional", "config": {"layers": [net_input, step, CONVOLUTION]}}
    )


def numbers(*values):
    return {"class_name": "__tensor__", "config": {"value": list(values), "dtype": "float32"}}


@pytest.mark.parametrize(
    ("kind", "one", "three"),
    [
        ("Add", (1, 4), [(1, 1), (1, 2), (1, 4)]),
        ("Subtract", (1, -4), [(1, -1), (1, -2), (1, -4)]),
        ("Multiply", (4, 0), [(1, 0), (2, 0), (4, 0)]),
        ("Divide", (0.25, 0), [(1, 0), (0.5, 0), (0.25, 0)]),
        ("TrueDivide", (0.25, 0), [(1, 0), (0.5, 0), (0.25, 0)]),
    ],
)
def test_arithmetic_before_the_first_convolution(kind, one, three):
    """With one number, and with one for each channel: (slope, shift) of each."""
    for operands, expected in (((4,), [one] * 3), ((numbers(1, 2, 4),), three)):
        found = input_of(operation(kind, *operands), {}, 3)
        assert found.not_understood == ""
        assert [channel.source for channel in found.channels] == [0, 1, 2]
        assert [channel[1:] for channel in found.channels] == expected


def test_arithmetic_that_is_not_understood_is_named():
    assert input_of(operation("Subtract", None), {}, 3).not_understood == "step (Subtract)"
    assert input_of(operation("Power", 2), {}, 3).not_understood == "step (Power)"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ([{"epsilon": 0.001}, {"epsilon": "1e-05"}], [0.001, 1e-5]),
        ([{"epsilon": 0.001}, {}], []), ([{"epsilon": None}], []), ([], []),
    ],
)  # fmt: skip
def test_the_epsilons_of_batch_norms_are_known_of_all_or_of_none(settings, expected):
    norms = [{"class_name": "BatchNormalization", "config": each} for each in settings]
    config = {"class_name": "Sequential", "config": {"layers": [CONVOLUTION, *norms]}}
    assert epsilons(json.dumps(config)) == expected
