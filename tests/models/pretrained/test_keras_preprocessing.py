"""What a net of Keras' does with its images before the first convolution, layer by layer."""

import json

import numpy as np
import pytest

from minivgg.models.pretrained.keras_preprocessing import CAFFE_BGR, Channel, input_of

CONV = ("Conv2D", {})


def listed(*layers):
    return [
        {"class_name": kind, "config": {"name": f"l{i}", **settings}}
        for i, (kind, settings) in enumerate(layers)
    ]


def sequential(*layers):
    return json.dumps({"class_name": "Sequential", "config": {"layers": listed(*layers)}})


def channels(*layers, learned=None):
    found = input_of(sequential(*layers, CONV), learned or {}, 3)
    assert found.not_understood == ""
    return found.channels


def plain(slope=1.0, shift=0.0, order=(0, 1, 2)):
    return [Channel(c, slope, shift) for c in order]


@pytest.mark.parametrize(
    "kind",
    ["InputLayer", "Dropout", "Resizing", "CenterCrop", "ZeroPadding2D", "Identity", "RandomFlip"],
)
def test_layers_that_do_not_change_what_a_channel_means(kind):
    assert channels((kind, {})) == plain()


@pytest.mark.parametrize("kind", ["Conv2D", "Convolution2D"])
def test_the_first_convolution_is_the_end(kind):
    assert input_of(sequential((kind, {}), ("Odd", {})), {}, 3).channels == plain()
    assert input_of(sequential(("InputLayer", {})), {}, 3) is None
    assert input_of("", {}, 3) is None
    assert input_of(sequential(CONV), {}, 1).channels == plain(order=(0,))


def test_rescaling():
    assert channels(("Rescaling", {"scale": 0.5})) == plain(0.5)
    assert channels(("Rescaling", {"scale": 0.5, "offset": -1})) == plain(0.5, -1)
    assert channels(("Rescaling", {"scale": [1, 2, 4], "offset": [5, 6, 7]})) == [
        Channel(0, 1, 5), Channel(1, 2, 6), Channel(2, 4, 7),
    ]  # fmt: skip
    twice = [("Rescaling", {"scale": 0.5, "offset": 1}), ("Rescaling", {"scale": 4, "offset": 3})]
    assert channels(*twice) == plain(2, 7)


LEARNED = {"l0": (np.array([1.0, 2.0, 3.0]), np.array([4.0, 16.0, 0.0]))}


def test_normalization_by_its_settings_or_by_what_it_has_learned():
    settings = {"mean": [[1, 2, 3]], "variance": [[4, 16, 64]]}
    expected = [Channel(0, 0.5, -0.5), Channel(1, 0.25, -0.5), Channel(2, 0.125, -0.375)]
    assert channels(("Normalization", settings)) == expected
    assert channels(("Normalization", settings | {"invert": False})) == expected
    own = channels(("Normalization", {}), learned=LEARNED | {"other": LEARNED["l0"]})
    assert own[:2] == expected[:2]
    assert own[2] == Channel(2, 1 / 1e-7, -3 / 1e-7)  # a variance of 0
    alone = channels(("Normalization", {"mean": None}), learned={"normalization": LEARNED["l0"]})
    assert alone == own


@pytest.mark.parametrize(
    ("settings", "learned"),
    [
        ({"mean": [1, 2, 3], "variance": [1, 1, 1], "invert": True}, {}),
        ({}, {}),
        ({}, {"a": LEARNED["l0"], "b": LEARNED["l0"]}),  # which of them?
        ({"mean": [1, 2], "variance": [1, 1]}, {}),
        ({"mean": [1, 2, 3], "variance": [1, 1]}, {}),
    ],
)
def test_another_normalization_is_not_understood(settings, learned):
    found = input_of(sequential(("Normalization", settings), CONV), learned, 3)
    assert (found.not_understood, found.channels) == ("l0 (Normalization)", plain())


def test_the_function_preprocess_input_is_caffes():
    config = {"function": {"class_name": "function", "config": "preprocess_input"}}
    assert channels(("Lambda", config)) == [
        Channel(c, 1, -mean) for c, mean in zip((2, 1, 0), CAFFE_BGR, strict=True)
    ]
    for other in ({"function": "my_preprocess_input_too"}, {}):
        found = input_of(sequential(("Lambda", other), CONV), {}, 3)
        assert found.not_understood == "l0 (Lambda)"


IMAGE = {"class_name": "__keras_tensor__", "config": {"keras_history": ["image", 0, 0]}}


def history(name):
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}


def functional(*layers):
    """Layers (class, name, arguments of its call) behind the images, and a convolution."""
    items = [{"class_name": "InputLayer", "name": "image", "config": {}, "inbound_nodes": []}]
    items += [
        {"class_name": kind, "name": name, "config": {}, "inbound_nodes": [{"args": arguments}]}
        for kind, name, arguments in layers
    ]
    last = layers[-1][1]
    items.append(
        {"class_name": "Conv2D", "config": {}, "inbound_nodes": [{"args": [history(last)]}]}
    )
    return input_of(json.dumps({"config": {"layers": items}}), {}, 3)


def cut(*settings):
    return {"class_name": "slice", "config": settings[0] if len(settings) == 1 else list(settings)}


@pytest.mark.parametrize("last", [cut(None, None, -1), cut({"step": -1})])
def test_channels_are_reversed(last):
    found = functional(("GetItem", "x", [IMAGE, [{"class_name": "__ellipsis__"}, last]]))
    assert found.channels == plain(order=(2, 1, 0))


def test_channels_are_chosen_and_joined():
    parts = [("GetItem", f"x{c}", [IMAGE, [None, c]]) for c in (0, 1, 2)]
    joined = [history(name) for name in ("x2", "x0", "x1")]
    for kind in ("Stack", "Concatenate"):
        found = functional(*parts, (kind, "all", [joined]))
        assert found.channels == plain(order=(2, 0, 1))


@pytest.mark.parametrize(
    ("kind", "arguments", "named"),
    [
        ("GetItem", [IMAGE, [None, cut(None, None, -2)]], "x (GetItem)"),
        ("GetItem", [IMAGE, [None, cut(0, 2, None)]], "x (GetItem)"),
        ("GetItem", [IMAGE, [None, {"class_name": "other", "config": {"step": -1}}]],
         "x (GetItem)"),
        ("Subtract", [5, IMAGE], "x (Subtract)"),
        ("Divide", [{"class_name": "__tensor__", "config": {"value": 5}}, IMAGE], "x (Divide)"),
        ("Add", [IMAGE, IMAGE], "x (Add)"),
        ("Add", [IMAGE], "x (Add)"),
        ("Add", [IMAGE, {"class_name": "__tensor__", "config": {"value": [1, 2]}}], "x (Add)"),
        ("Divide", [IMAGE, 0], "x (Divide)"),
        ("Exp", [IMAGE], "x (Exp)"),
    ],
)  # fmt: skip
def test_another_operation_is_named(kind, arguments, named):
    assert functional((kind, "x", arguments)).not_understood == named


def test_a_layer_is_named_by_its_settings_where_it_has_no_name():
    assert input_of(sequential(("Odd", {}), CONV), {}, 3).not_understood == "l0 (Odd)"


def test_a_constant_may_follow_others():
    arguments = [IMAGE, None, {"class_name": "other", "config": {}}, 4]
    assert functional(("Multiply", "x", arguments)).channels == plain(4)


def test_each_layer_takes_what_its_inputs_are():
    """Two branches: the convolution takes the first, although the second came last."""
    items = [
        {"class_name": "InputLayer", "name": "image", "config": {}},
        {"class_name": "Rescaling", "name": "a", "config": {"scale": 2},
         "inbound_nodes": [[["image", 0, 0, {}]]]},
        {"class_name": "Rescaling", "name": "b", "config": {"scale": 3},
         "inbound_nodes": [[["image", 0, 0, {}]]]},
        {"class_name": "Conv2D", "name": "c", "config": {}, "inbound_nodes": [[["a", 0, 0, {}]]]},
    ]  # fmt: skip
    assert input_of(json.dumps({"config": {"layers": items}}), {}, 3).channels == plain(2)
    items[3]["inbound_nodes"] = [[["a", 0, 1, {}]]]  # another output: of the layer before it
    assert input_of(json.dumps({"config": {"layers": items}}), {}, 3).channels == plain(3)
    items[3]["inbound_nodes"] = [[["unknown", 0, 0, {}]]]
    assert input_of(json.dumps({"config": {"layers": items}}), {}, 3).channels == plain(3)


def test_a_net_inside_of_a_net_is_followed():
    inner = {
        "class_name": "Sequential", "name": "inner",
        "config": {"layers": listed(("Rescaling", {"scale": 2}))},
    }  # fmt: skip
    layers = [*listed(("Rescaling", {"scale": 3})), inner, *listed(CONV)]
    assert input_of(json.dumps({"config": {"layers": layers}}), {}, 3).channels == plain(6)
    inner["config"]["layers"] += listed(CONV)
    layers[2:] = listed(("Odd", {}))
    assert input_of(json.dumps({"config": {"layers": layers}}), {}, 3).channels == plain(6)


@pytest.mark.parametrize("node", [["a", 0, 0], ["a", 0, 0, {}]])
def test_the_inputs_of_a_layer_have_options_or_none(node):
    items = [
        {"class_name": "InputLayer", "name": "image", "config": {}},
        *(
            {"class_name": "Rescaling", "name": name, "config": {"scale": scale},
             "inbound_nodes": [[["image", 0, 0]]]}
            for name, scale in (("a", 2), ("b", 3))
        ),
        {"class_name": "Conv2D", "name": "c", "config": {}, "inbound_nodes": [[node]]},
    ]  # fmt: skip
    assert input_of(json.dumps({"config": {"layers": items}}), {}, 3).channels == plain(2)
