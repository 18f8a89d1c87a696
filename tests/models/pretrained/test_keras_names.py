"""The layers in a file of Keras, by the names and the shapes of its arrays."""

import json

import numpy as np
import pytest

from minivgg.models.pretrained.keras_names import normalization, read_keras_names


def layer(*shape):
    """The arrays of a convolution, a fully connected layer or, of one number, a batch norm."""
    kernel = np.zeros(shape, np.float32)
    return (np.zeros(shape),) * 4 if len(shape) == 1 else (kernel, np.zeros(shape[-1]))


def numbered(**layers):
    return {
        f"{place.replace('__', '/')}/vars/{i}": array
        for place, arrays in layers.items()
        for i, array in enumerate(arrays)
    }


def found(file, **metadata):
    return read_keras_names(file, {f"keras_{k}": json.dumps(v) for k, v in metadata.items()})


def names(layers):
    return [each.name for each in layers]


@pytest.mark.parametrize(
    ("kernel", "bias"),
    [
        ("c/c/kernel", "c/c/bias"),
        ("c/c/kernel:0", "c/c/bias:0"),
        ("c/c_W_1:0", "c/c_b_1:0"),
        ("model_weights/c/W", "model_weights/c/b"),
        ("layers/c/vars/0", "layers/c/vars/1"),
    ],
)
def test_arrays_are_told_by_all_names_that_versions_have_given(kernel, bias):
    file = dict(zip((kernel, bias), layer(3, 3, 1, 2), strict=True)) | {"other/thing": np.zeros(2)}
    layers = found(file)
    (only,) = layers.convolutions
    assert (layers.source, only.name, only.path) == ("keras", "c", "")
    assert (only.inputs, only.outputs, only.kernel) == (1, 2, 3)
    assert only.arrays == {"weight": kernel, "bias": bias}
    assert (layers.norms, layers.head, layers.others) == ([], [], [])


def test_numbered_arrays_are_told_by_their_shapes():
    file = numbered(a=layer(5, 5, 3, 4), b=layer(4), c=layer(4, 6), d=(np.zeros(3),) * 3)
    layers = found(file)
    (convolution,), (norm,), (dense,) = layers.convolutions, layers.norms, layers.head
    assert (convolution.inputs, convolution.outputs, convolution.kernel) == (3, 4, 5)
    assert (norm.name, norm.inputs, norm.outputs, norm.epsilon) == ("b", 4, 4, 1e-3)
    assert norm.arrays == {
        "weight": "b/vars/0", "bias": "b/vars/1", "running_mean": "b/vars/2",
        "running_var": "b/vars/3",
    }  # fmt: skip
    assert (dense.inputs, dense.outputs, dense.kernel) == (4, 6, 1)
    assert dense.arrays == {"weight": "c/vars/0", "bias": "c/vars/1"}
    assert layers.others == []  # what a Normalization has learned is preprocessing


def test_a_batch_norm_by_names():
    roles = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean",
             "moving_variance": "running_var"}  # fmt: skip
    file = numbered(c=layer(3, 3, 1, 2)) | {f"n/{name}": np.zeros(2) for name in roles}
    (norm,) = found(file).norms
    assert norm.arrays == {role: f"n/{name}" for name, role in roles.items()}


def test_other_layers_are_kept_apart():
    file = numbered(c=layer(3, 3, 1, 2)) | {"e/kernel": np.zeros((2, 2, 2))}
    file |= {"f/bias": np.zeros(4), "g/vars/0": np.zeros((3, 3, 3))}
    assert found(file).others == ["e/kernel", "f/bias", "g/vars/0"]


@pytest.mark.parametrize(
    "place", ["optimizer", "optimizer_weights", "seed_generator", "metrics", "_metrics"]
)
def test_what_is_no_layer_is_left_out(place):
    other = {f"{place}/vars/0": np.zeros((2, 2)), f"a/{place}/vars/0": np.zeros((2, 2))}
    layers = found(numbered(c=layer(3, 3, 1, 2)) | other)
    assert (len(layers.convolutions), layers.head, layers.others) == (1, [], [])
    assert found(other) is None


def test_files_of_others_are_none():
    assert found({"features.0.weight": np.zeros((2, 2))}) is None
    assert found({"kernel": np.zeros((2, 2))}) is None  # in no group
    assert found({"n/gamma": np.zeros(2), "n/moving_variance": np.zeros(2)}) is None


def test_the_names_of_applications_say_which_convolution():
    file = numbered(layers__conv2d_7=layer(3, 3, 1, 2), layers__dense=layer(8, 4))
    given = found(file, names={"layers/conv2d_7/vars": "block2_conv1", "layers/dense": "fc1"})
    assert [(each.name, each.path) for each in given.convolutions] == [("block2_conv1", "conv2_1")]
    assert names(given.head) == ["fc1"]
    for odd in ([1], "text", None):
        assert names(found(file, names=odd).convolutions) == ["conv2d_7"]
    assert names(read_keras_names(file, {"keras_names": "{"}).convolutions) == ["conv2d_7"]


SQUARE = {name: layer(3, 3, 2, 2) for name in ("conv2d_10", "conv2d_2", "conv2d")}


def test_layers_are_in_the_order_of_their_numbers():
    assert names(found(numbered(**SQUARE)).convolutions) == ["conv2d", "conv2d_2", "conv2d_10"]


def test_layers_are_in_the_order_that_the_file_says():
    order = ["conv2d_2", "conv2d", "conv2d_10"]
    assert names(found(numbered(**SQUARE), layers=order).convolutions) == order
    config = {"config": [{"class_name": "Conv2D", "config": {"name": name}} for name in order]}
    given = found(numbered(**SQUARE), config=config, layers=sorted(SQUARE))
    assert names(given.convolutions) == order  # the configuration goes before the list
    nested = numbered(**{f"functional__{name}": arrays for name, arrays in SQUARE.items()})
    assert names(found(nested, layers=order).convolutions) == order
    places = {name: f"n{i}" for i, name in enumerate(order)}
    assert names(
        found(numbered(**SQUARE), names=places, layers=["n0", "n1", "n2"]).convolutions
    ) == ["n0", "n1", "n2"]


def test_the_head_is_in_the_order_of_applications_or_of_its_sizes():
    square = {name: layer(4, 4) for name in ("predictions", "fc2", "fc1", "another")}
    given = found(numbered(c=layer(3, 3, 1, 2), **square))
    assert names(given.head) == ["another", "fc1", "fc2", "predictions"]
    sizes = numbered(c=layer(3, 3, 1, 2), a=layer(5, 3), b=layer(8, 5))
    assert names(found(sizes).head) == ["b", "a"]


def test_a_net_inside_of_another_comes_first():
    file = numbered(a=layer(3, 3, 4, 5), z__b=layer(3, 3, 1, 4))
    assert names(found(file).convolutions) == ["b", "a"]


@pytest.mark.parametrize(
    ("given", "expected"), [([0.5, 0.25], [0.5, 0.25]), ([0.5], [1e-3] * 2), ([], [1e-3] * 2)]
)
def test_batch_norms_have_the_epsilon_of_the_configuration(given, expected):
    listed = [{"class_name": "BatchNormalization", "config": {"name": f"n{i}", "epsilon": e}}
              for i, e in enumerate(given)]  # fmt: skip
    file = numbered(c=layer(3, 3, 1, 2), n0=layer(2), n1=layer(2))
    layers = found(file, config={"config": listed})
    assert [each.epsilon for each in layers.norms] == expected


def test_what_normalization_has_learned():
    mean, variance, count = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array(5)
    for prefix in ("n/normalization", "a/b/anything"):
        for extra in ({}, {f"{prefix}/count": count}):
            file = {f"{prefix}/mean": mean, f"{prefix}/variance": variance} | extra
            (learned,) = normalization(file).items()
            assert learned[0] == prefix.rpartition("/")[2]
            assert [a.tolist() for a in learned[1]] == [[1, 2], [3, 4]]
    three = numbered(layers__normalization_1=(mean, variance, count))
    assert list(normalization(three)) == ["normalization_1"]
    for other in (
        numbered(layers__normalization=(mean, variance)),
        numbered(layers__batch_normalization=(mean, variance, count)),
        numbered(layers__dense=(mean, variance, count)),
        {"n/mean": mean},
        {"n/variance": variance, "n/count": count},
    ):
        assert normalization(other) == {}
