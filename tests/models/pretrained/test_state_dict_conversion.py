"""Tensors of every source under the names, and in the order of axes, of a net here."""

import numpy as np
import pytest

from minivgg import models
from minivgg.layers.normalization import DEFAULT_EPS
from minivgg.models.pretrained.file_layers import FileLayer, FileLayers
from minivgg.models.pretrained.state_dict_conversion import convert_state_dict, read_layers


def numbers(*shape, start=0):
    return np.arange(start, start + np.prod(shape, dtype=int), dtype=np.float32).reshape(shape)


def net(batch_norm=False, hidden=(5,), **options):
    return models.vgg(
        [4, "M", 6], 2, (3, 4, 6), hidden, batch_norm=batch_norm, initializer="zeros", **options
    )


def converted(file, target, bgr=False, layers=None):
    layers = read_layers(file, {}) if layers is None else layers
    return convert_state_dict(file, target, layers, bgr)


def torch_file(batch_norm=False):
    return {
        name: numbers(*array.shape, start=7 * i)
        for i, (name, array) in enumerate(net(batch_norm).arrays().items())
    }


def frossard():
    return {
        "conv1_1_W": numbers(3, 3, 3, 4), "conv1_1_b": numbers(4),
        "conv2_1_W": numbers(3, 3, 4, 6), "conv2_1_b": numbers(6),
        "fc6_W": numbers(36, 5), "fc6_b": numbers(5), "fc7_W": numbers(5, 2), "fc7_b": numbers(2),
    }  # fmt: skip


@pytest.mark.parametrize("batch_norm", [False, True])
def test_torchvisions_names_are_ours(batch_norm):
    file = torch_file(batch_norm)
    found = converted(file, net(batch_norm))
    assert {ours: theirs for ours, (theirs, _) in found.items()} == {name: name for name in file}
    assert all(found[name][1] is array for name, array in file.items())


def test_frossards_names_and_order_of_axes():
    file = frossard()
    layers = read_layers(file, {})
    assert layers.source == "frossard"
    assert [(c.name, c.path, c.inputs, c.outputs, c.kernel) for c in layers.convolutions] == [
        ("conv1_1", "conv1_1", 3, 4, 3), ("conv2_1", "conv2_1", 4, 6, 3),
    ]  # fmt: skip
    assert [(d.name, d.path, d.inputs, d.outputs) for d in layers.head] == [
        ("fc6", "", 36, 5), ("fc7", "", 5, 2),
    ]  # fmt: skip
    found = converted(file, net())
    assert {ours: theirs for ours, (theirs, _) in found.items()} == {
        "features.0.weight": "conv1_1_W", "features.0.bias": "conv1_1_b",
        "features.3.weight": "conv2_1_W", "features.3.bias": "conv2_1_b",
        "classifier.0.weight": "fc6_W", "classifier.0.bias": "fc6_b",
        "classifier.3.weight": "fc7_W", "classifier.3.bias": "fc7_b",
    }  # fmt: skip
    filters = file["conv1_1_W"].transpose(3, 2, 0, 1)
    assert np.array_equal(found["features.0.weight"][1], filters)
    first = file["fc6_W"].reshape(2, 3, 6, 5).transpose(3, 2, 0, 1)  # of a map (H, W, C)
    assert np.array_equal(found["classifier.0.weight"][1], first)
    assert np.array_equal(found["classifier.3.weight"][1], file["fc7_W"].T)


def test_frossards_names_by_themselves():
    """A layer may be incomplete or of another shape: what is missing is told later."""
    odd = {"conv1_1_W": numbers(3, 3, 3, 4), "conv2_1_b": numbers(4), "conv3_1_W": numbers(5),
           "fc6_b": numbers(3), "fc7_W": numbers(3, 2, 2), "other": numbers(1), "fc8_x": numbers(1),
           "conv1_1_W2": numbers(1)}  # fmt: skip
    layers = read_layers(odd, {})
    sizes = [(c.name, c.inputs, c.outputs, c.kernel) for c in layers.convolutions]
    assert sizes == [("conv1_1", 3, 4, 3), ("conv2_1", 0, 0, 0), ("conv3_1", 0, 0, 5)]
    assert [(d.name, d.inputs, d.outputs) for d in layers.head] == [("fc6", 0, 0), ("fc7", 0, 0)]
    assert layers.others == ["other", "fc8_x", "conv1_1_W2"]
    assert layers.norms == []


def test_other_names_are_shown():
    for names, shown in ((("a", "b"), "a, b"), ("abcd", "a, b, c"), ((), "there are none")):
        with pytest.raises(ValueError, match=f"match no known source: {shown}$"):
            read_layers({name: numbers(2) for name in names}, {})


def test_only_the_first_filters_are_reversed():
    file = torch_file()
    found, plain = converted(file, net(), bgr=True), converted(file, net())
    assert np.array_equal(found["features.0.weight"][1], file["features.0.weight"][:, ::-1])
    for name in file:
        if name != "features.0.weight":
            assert found[name][1] is plain[name][1]
    caffe = converted(frossard(), net(), bgr=True)["features.0.weight"][1]
    assert np.array_equal(caffe, converted(frossard(), net())["features.0.weight"][1][:, ::-1])


def test_a_matrix_of_another_size_is_only_transposed():
    file = frossard() | {"fc6_W": numbers(35, 5)}
    assert np.array_equal(converted(file, net())["classifier.0.weight"][1], file["fc6_W"].T)
    file["fc6_W"] = numbers(2, 3, 6, 5)
    assert converted(file, net())["classifier.0.weight"][1].shape == (5, 6, 3, 2)


def test_a_net_without_a_head_leaves_that_of_the_file():
    features = models.Net({"features": net()["features"]}, (3, 4, 6))
    for file in (torch_file(), frossard()):
        assert all(name.startswith("features") for name in converted(file, features))
    more = torch_file() | {"classifier.9.other": numbers(3)}
    assert "classifier.9.other" not in converted(more, features)
    assert converted(more, net())["classifier.9.other"][0] == "classifier.9.other"


def layer(name, path="", arrays=None, **more):
    return FileLayer(name, path, arrays or {"weight": name}, 3, 4, **more)


def test_layers_without_a_place_are_taken_in_order():
    file = {"a": numbers(4, 3, 3, 3), "b": numbers(6, 4, 3, 3), "c": numbers(1, 1, 3, 3)}
    layers = FileLayers("torchvision", [layer("a"), layer("b"), layer("c")], [], [], [])
    assert list(converted(file, net(), layers=layers)) == [
        "features.0.weight", "features.3.weight", "c",
    ]  # fmt: skip


def test_the_papers_names_are_used_only_if_all_convolutions_have_them():
    file = {"a": numbers(4, 3, 3, 3), "b": numbers(6, 4, 3, 3)}
    named = [layer("b", "conv2_1"), layer("a", "conv1_1")]
    found = converted(file, net(), layers=FileLayers("torchvision", named, [], [], []))
    assert {ours: theirs for ours, (theirs, _) in found.items()} == {
        "features.3.weight": "b", "features.0.weight": "a",
    }  # fmt: skip
    mixed = [layer("a", "conv2_1"), layer("b")]
    found = converted(file, net(), layers=FileLayers("torchvision", mixed, [], [], []))
    assert {ours: theirs for ours, (theirs, _) in found.items()} == {
        "features.0.weight": "a", "features.3.weight": "b",
    }  # fmt: skip
    unknown = [layer("a", "conv1_1"), layer("b", "conv7_1")]
    found = converted(file, net(), layers=FileLayers("torchvision", unknown, [], [], []))
    assert list(found) == ["features.0.weight", "b"]


def test_norms_are_taken_in_order_with_our_epsilon():
    file = {f"{n}.{r}": numbers(4) for n in "ab" for r in ("weight", "running_var")}
    norms = [
        layer(n, arrays={r: f"{n}.{r}" for r in ("weight", "running_var")}, epsilon=e)
        for n, e in (("a", 1e-3), ("b", DEFAULT_EPS))
    ]
    found = converted(file, net(True), layers=FileLayers("keras", [], norms, [], []))
    assert {ours: theirs for ours, (theirs, _) in found.items()} == {
        "features.1.weight": "a.weight", "features.1.running_var": "a.running_var",
        "features.5.weight": "b.weight", "features.5.running_var": "b.running_var",
    }  # fmt: skip
    variance = found["features.1.running_var"][1]
    assert variance == pytest.approx(numbers(4) + 1e-3 - DEFAULT_EPS, rel=1e-6)
    assert variance.dtype == np.float32
    assert found["features.5.running_var"][1] is file["b.running_var"]
    assert found["features.1.weight"][1] is file["a.weight"]


def test_pruned_weights_are_zeros_where_the_mask_is():
    file = {"w": numbers(4, 3, 3, 3), "m": numbers(4, 3, 3, 3) % 2, "b": numbers(4)}
    arrays = {"weight": "w", "weight_mask": "m", "bias": "b"}
    found = converted(file, net(), layers=FileLayers(
        "torchvision", [layer("c", "features.0", arrays)], [], [], []))  # fmt: skip
    assert list(found) == ["features.0.weight", "features.0.bias"]
    assert np.array_equal(found["features.0.weight"][1], file["w"] * file["m"])
    assert found["features.0.bias"][1] is file["b"]


def test_two_tensors_for_one_place_are_refused():
    file = {"a": numbers(4, 3, 3, 3), "b": numbers(4, 3, 3, 3)}
    twice = [layer("a", "features.0"), layer("b", "features.0")]
    with pytest.raises(ValueError, match=r"its a and b would both be features\.0\.weight"):
        converted(file, net(), layers=FileLayers("torchvision", twice, [], [], []))


def test_a_bias_before_a_batch_norm_may_be_missing():
    file = torch_file(True)
    del file["features.0.bias"]
    theirs, zeros = converted(file, net(True))["features.0.bias"]
    assert theirs == "features.0.weight without a bias"
    assert (zeros.dtype, zeros.tolist()) == (np.float32, [0] * 4)
    plain = torch_file()
    del plain["features.0.bias"], plain["features.3.bias"]
    assert not {"features.0.bias", "features.3.bias"} & set(converted(plain, net()))
    del file["features.0.weight"]
    assert "features.0.bias" not in converted(file, net(True))


def test_other_tensors_keep_their_names_and_counters_are_left_out():
    file = torch_file() | {
        "other": numbers(2), "single": np.float32(1).reshape(()), "seeds": np.arange(3),
    }  # fmt: skip
    found = converted(file, net())
    assert found["other"][0] == "other"
    assert not {"single", "seeds"} & set(found)
