"""What a net of Keras' computes, by its configuration, and whether a net here computes the same."""

import json

import pytest

from minivgg import models
from minivgg.models.pretrained.keras_architecture import check_architecture, has_head, steps_of


def config(*layers):
    """A configuration of layers (class, settings), each named by its place: l0, l1, ..."""
    listed = [
        {"class_name": kind, "config": {"name": f"l{i}", **settings}}
        for i, (kind, settings) in enumerate(layers)
    ]
    return json.dumps({"class_name": "Sequential", "config": {"layers": listed}})


CONV, POOL = ("Conv2D", {"padding": "same", "activation": "relu"}), ("MaxPooling2D", {})
FLAT, DENSE = ("Flatten", {}), ("Dense", {})
NAMES = {
    "convolution": "l0", "ReLU": "l0", "max-pool": "l1", "flattening": "l2",
    "fully connected layer": "l3",
}  # fmt: skip


def test_each_layer_does_one_thing_and_its_activation():
    whole = config(CONV, POOL, FLAT, DENSE)
    assert steps_of(whole) == [(what, NAMES[what]) for what in NAMES]
    assert steps_of(whole, head=False) == [(what, NAMES[what]) for what in list(NAMES)[:3]]
    assert steps_of("") == steps_of("{}") == steps_of(config()) == []


SAME = {"padding": "same"}


@pytest.mark.parametrize(
    ("kind", "settings", "steps"),
    [
        ("Conv2D", SAME, ["convolution"]),
        ("Convolution2D", SAME, ["convolution"]),
        ("Conv2D", SAME | {"activation": "linear", "strides": [1, 1], "groups": 1,
                           "dilation_rate": [1, 1], "data_format": "channels_last"},
         ["convolution"]),
        ("Conv2D", {}, ["convolution"]),  # where nothing is said, nothing is known to differ
        ("Conv2D", {"padding": "valid", "kernel_size": [1, 1]}, ["convolution"]),
        ("Conv2D", {"padding": "valid", "kernel_size": 1}, ["convolution"]),
        ("Conv2D", {"padding": "same", "kernel_size": [1, 1]}, ["convolution"]),
        ("Dense", {"activation": "relu"}, ["fully connected layer", "ReLU"]),
        ("Dense", {"activation": {"class_name": "ReLU", "config": {"name": "r"}}},
         ["fully connected layer", "ReLU"]),
        ("Dense", {"activation": {"class_name": "ReLU", "config": None}},
         ["fully connected layer", "ReLU"]),
        ("MaxPooling2D", {"pool_size": [2, 2], "strides": 2, "padding": "valid"}, ["max-pool"]),
        ("MaxPooling2D", {"padding": "same"}, ["max-pool, rounded up"]),
        ("BatchNormalization", {"axis": 3}, ["batch norm"]),
        ("BatchNormalization", {"axis": [3]}, ["batch norm"]),
        ("BatchNormalization", {"axis": -1}, ["batch norm"]),
        ("ReLU", {"max_value": None, "negative_slope": 0.0, "threshold": 0}, ["ReLU"]),
        ("Activation", {"activation": "relu"}, ["ReLU"]),
        ("Activation", {"activation": "linear"}, []),
        ("Activation", {}, []),
        ("Flatten", {}, ["flattening"]),
        ("GlobalAveragePooling2D", {}, ["global average pooling"]),
        ("GlobalMaxPooling2D", {}, ["global max pooling"]),
        *((kind, {}, []) for kind in (
            "InputLayer", "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout",
            "Identity", "ActivityRegularization", "RandomFlip")),
    ],
)  # fmt: skip
def test_what_a_layer_does(kind, settings, steps):
    found = steps_of(config(CONV, (kind, settings), CONV))
    assert [(what, name) for what, name in found if name == "l1"] == [(s, "l1") for s in steps]
    assert len(found) == 4 + len(steps)


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        ("Conv2D", {"padding": "valid"}, "has padding='valid', but in minivgg it is 'same'"),
        ("Conv2D", {"padding": "valid", "kernel_size": [1, 3]}, "has padding='valid', but"),
        ("Conv2D", {"padding": "causal", "kernel_size": 1}, "has padding='causal', but"),
        ("Conv2D", {"strides": [1, 2]}, r"has strides=\[1, 2\], but in minivgg it is 1"),
        ("Conv2D", {"strides": 2}, "has strides=2, but in minivgg it is 1"),
        ("Conv2D", {"dilation_rate": [2, 2]}, r"has dilation_rate=\[2, 2\], but"),
        ("Conv2D", {"groups": 2}, "has groups=2, but in minivgg it is 1"),
        ("Conv2D", {"data_format": "channels_first"}, "but in minivgg it is 'channels_last'"),
        ("Conv2D", {"activation": "elu"}, "has the activation elu; the nets of minivgg have ReLU"),
        ("Dense", {"activation": "tanh"}, "has the activation tanh"),
        ("Dense", {"activation": {"class_name": "ReLU", "config": {"max_value": 6}}},
         "has the activation relu with settings"),
        ("MaxPooling2D", {"pool_size": 3}, "has pool_size=3, but in minivgg it is 2"),
        ("MaxPooling2D", {"strides": [1, 1]}, r"has strides=\[1, 1\], but in minivgg it is 2"),
        ("MaxPooling2D", {"padding": "full"}, "has padding='full', but in minivgg it is 'valid'"),
        ("BatchNormalization", {"axis": 1}, "has axis=1, but in minivgg it is 3"),
        ("ReLU", {"max_value": 6.0}, "has max_value=6.0, which the ReLU of minivgg does not have"),
        ("ReLU", {"negative_slope": 0.1}, "has negative_slope=0.1, which the ReLU"),
        ("ReLU", {"threshold": 1.0}, "has threshold=1.0, which the ReLU"),
        ("Softmax", {}, "has the activation softmax"),
        ("Activation", {"activation": "sigmoid"}, "has the activation sigmoid"),
        ("Dense", {"activation": "log_softmax"}, "has the activation log_softmax"),
        ("AveragePooling2D", {}, r"\(AveragePooling2D\) has no counterpart here"),
    ],
)  # fmt: skip
def test_what_no_net_here_does_is_named_with_its_layer(kind, settings, words):
    with pytest.raises(ValueError, match=f"^its layer l1 .*{words}"):
        steps_of(config(CONV, (kind, settings), CONV))


def test_a_layer_without_a_name_is_called_by_its_class():
    layers = [{"class_name": "Conv2D", "config": {}}, {"class_name": "Odd", "config": {}}]
    with pytest.raises(ValueError, match=r"its layer Odd \(Odd\)"):
        steps_of(json.dumps({"config": layers}))
    assert steps_of(json.dumps({"config": layers[:1]})) == [("convolution", "Conv2D")]


def test_what_comes_before_the_first_convolution_is_preprocessing():
    assert steps_of(config(("Lambda", {}), ("Dense", {}), CONV)) == [
        ("convolution", "l2"), ("ReLU", "l2"),
    ]  # fmt: skip
    assert steps_of(config(("Flatten", {}), ("Dense", {}))) == []


@pytest.mark.parametrize(
    "kind", ["Flatten", "Dense", *(f"Global{x}Pooling2D" for x in ("Average", "Max"))]
)
def test_without_its_head_a_net_ends_before_it(kind):
    found = steps_of(config(CONV, POOL, (kind, {}), ("Odd", {})), head=False)
    assert [what for what, _ in found] == ["convolution", "ReLU", "max-pool"]


@pytest.mark.parametrize("answer", ["softmax", "sigmoid", "log_softmax"])
def test_the_last_activation_is_left_to_the_user(answer):
    dense = [(what, name) for what, name in steps_of(config(CONV, FLAT, DENSE))]
    for last in (
        [("Dense", {"activation": answer})],
        [DENSE, ("Activation", {"activation": answer})],
        [("Dense", {"activation": answer}), ("Softmax", {}), ("Dropout", {})],
    ):
        assert steps_of(config(CONV, FLAT, *last)) == dense


def small(shape=(3, 8, 8), layers=(4, "M"), **options):
    return models.vgg(list(layers), 2, shape, (), initializer="zeros", **options)


BARE = ("Conv2D", {"padding": "same"})


@pytest.mark.parametrize(
    "layers",
    [
        [CONV, POOL, FLAT, DENSE],
        [BARE, ("ReLU", {}), POOL, FLAT, ("Dense", {"activation": "softmax"})],
        [CONV, ("MaxPooling2D", {"padding": "same"}), FLAT, DENSE],
        [],
    ],
)
def test_the_same_net_is_accepted(layers):
    check_architecture(config(*layers), small())


@pytest.mark.parametrize(
    ("layers", "options", "words"),
    [
        ([BARE, POOL, FLAT, DENSE], {},
         "at its layer l1, its net has a max-pool, but this net has a ReLU, so it would compute"),
        ([CONV, POOL, FLAT], {},
         "its net ends, but this net has a fully connected layer, so it would"),
        ([CONV, POOL, FLAT, DENSE, DENSE], {},
         "at its layer l4, its net has a fully connected layer, but this net ends"),
        ([CONV, POOL, FLAT, DENSE], {"batch_norm": True},
         "at its layer l0, its net has a ReLU, but this net has a batch norm"),
    ],
)  # fmt: skip
def test_another_net_is_refused(layers, options, words):
    with pytest.raises(ValueError, match=f"^{words}"):
        check_architecture(config(*layers), small(**options))


@pytest.mark.parametrize(
    ("shape", "pools", "multiple"),
    [
        ((3, 9, 8), 1, 2),
        ((3, 8, 9), 1, 2),
        ((3, 6, 8), 2, 4),
        ((3, 8, 6), 2, 4),
        ((3, 8, 8), 2, 0),
        ((3, 12, 8), 3, 8),
    ],
)
def test_max_pools_that_round_up_need_sides_that_need_no_rounding(shape, pools, multiple):
    up = ("MaxPooling2D", {"padding": "same"})
    text = config(*[CONV, up] * pools, FLAT, DENSE)
    net = small(shape, (4, "M") * pools)
    if not multiple:
        check_architecture(text, net)
        return
    with pytest.raises(ValueError, match=rf"its layer l1 has .* must be multiples of {multiple}$"):
        check_architecture(text, net)


def test_a_net_without_a_head_is_compared_up_to_it():
    whole = config(CONV, POOL, FLAT, DENSE)
    convolutional = models.to_fully_convolutional(small())
    convolutional.input_shape = (3, 8, 8)
    features = models.Net({"features": small()["features"]}, (3, 8, 8))
    for net in (convolutional, features):
        assert not has_head(net)
        check_architecture(whole, net)
    assert has_head(small())
