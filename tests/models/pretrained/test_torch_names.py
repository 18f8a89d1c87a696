"""The layers in a file of PyTorch, by the names and the shapes of its tensors."""

import numpy as np
import pytest

from minivgg.models.pretrained.torch_names import read_torch_names, without_wrappers
from minivgg.utils.notices import Notice


def conv(place, i=3, o=4, k=3):
    return {f"{place}.weight": np.zeros((o, i, k, k)), f"{place}.bias": np.zeros(o)}


def norm(place, n=4):
    roles = ("weight", "bias", "running_mean", "running_var")
    return {f"{place}.{r}": np.zeros(n) for r in roles} | {
        f"{place}.num_batches_tracked": np.array(1)
    }


def dense(place, i, o):
    return {f"{place}.weight": np.zeros((o, i)), f"{place}.bias": np.zeros(o)}


def names(layers):
    return [(each.name, each.path) for each in layers]


def test_a_net_of_torchvisions():
    file = {
        **conv("features.10", 4, 6, 5), **norm("features.3"), **conv("features.2"),
        **norm("features.11", 6), **dense("classifier.0", 24, 5), **dense("classifier.3", 5, 2),
    }  # fmt: skip
    layers = read_torch_names(file)
    assert layers.source == "torchvision"
    assert names(layers.convolutions) == [(f"features.{i}",) * 2 for i in (2, 10)]
    assert names(layers.norms) == [(f"features.{i}",) * 2 for i in (3, 11)]
    first, last = layers.convolutions
    assert (first.inputs, first.outputs, first.kernel) == (3, 4, 3)
    assert (last.inputs, last.outputs, last.kernel) == (4, 6, 5)
    assert first.arrays == {"weight": "features.2.weight", "bias": "features.2.bias"}
    assert (layers.norms[0].inputs, layers.norms[0].outputs) == (0, 4)
    assert set(layers.norms[0].arrays) == {
        "weight", "bias", "running_mean", "running_var", "num_batches_tracked",
    }  # fmt: skip
    assert [(each.name, each.path, each.inputs, each.outputs) for each in layers.head] == [
        ("classifier.0", "", 24, 5), ("classifier.3", "", 5, 2),
    ]  # fmt: skip
    assert layers.others == []


def test_filters_that_are_not_square_have_the_width_of_a_kernel():
    file = {"features.0.weight": np.zeros((4, 3, 5, 7))}
    assert read_torch_names(file).convolutions[0].kernel == 7


@pytest.mark.parametrize("body", ["", "features.", "a.b.features.", "feature.", "features.conv."])
def test_convolutions_may_be_numbered_in_any_part(body):
    layers = read_torch_names(conv(f"{body}0") | conv(f"{body}2", 4) | dense("head.fc1", 8, 2))
    assert names(layers.convolutions) == [(f"{body}{i}", f"features.{i}") for i in (0, 2)]
    assert names(layers.head) == [("head.fc1", "")]


def test_files_of_others_are_none():
    assert read_torch_names({}) is None
    assert read_torch_names({"conv1_1_W": np.zeros((3, 3, 3, 4))}) is None
    assert read_torch_names(conv("layer.conv")) is None
    assert read_torch_names({"0.weight": np.zeros((4, 3, 3))}) is None
    assert names(read_torch_names(dense("fc", 3, 2)).head) == [("fc", "")]  # a head alone


@pytest.mark.parametrize("odd", ["features.0.zero_point", "classifier._packed_params.dtype"])
def test_quantised_layers_are_refused(odd):
    with pytest.raises(ValueError, match="some of its layers are quantised: save the state_dict"):
        read_torch_names(conv("features.0") | {odd: np.zeros(())})
    assert read_torch_names(conv("features.0") | {"zero_point": np.zeros(()),
                                                  "a.zero_points": np.zeros(())})  # fmt: skip


@pytest.mark.parametrize("place", ["pre_logits.fc1", "head.fc", "classifier.0", "a.classifier.0"])
def test_fully_connected_layers_may_be_convolutions(place):
    layers = read_torch_names(conv("features.0") | conv(place, 4, 5, 2))
    assert [(each.name, each.inputs, each.outputs) for each in layers.head] == [(place, 16, 5)]
    timm = not place.endswith("classifier.0")
    assert layers.source == ("timm" if timm else "torchvision")


def test_one_name_of_timms_is_enough():
    layers = read_torch_names(
        conv("features.0") | conv("pre_logits.fc1", 4, 5, 2) | dense("out", 5, 3)
    )
    assert [name for name, _ in names(layers.head)] == ["pre_logits.fc1", "out"]
    assert layers.source == "timm"


def test_a_layer_without_outputs_takes_nothing():
    layers = read_torch_names(conv("features.0") | dense("fc", 5, 0))
    assert [(each.inputs, each.outputs) for each in layers.head] == [(0, 0)]


def test_other_filters_are_left_over():
    layers = read_torch_names(conv("features.0") | conv("head.other", 4, 5, 2))
    assert (layers.head, layers.others) == ([], ["head.other.weight", "head.other.bias"])


def test_mmpretrains_modules_have_no_place_in_a_net_here():
    file = {
        **conv("backbone.features.0.conv"), **norm("backbone.features.0.bn"),
        **conv("backbone.features.2.conv", 4),
    }  # fmt: skip
    layers = read_torch_names(file)
    assert [path for _, path in names(layers.convolutions + layers.norms)] == [""] * 3
    assert [name for name, _ in names(layers.convolutions)] == [
        "backbone.features.0.conv", "backbone.features.2.conv",
    ]  # fmt: skip
    assert [name for name, _ in names(layers.norms)] == ["backbone.features.0.bn"]


def test_parts_of_a_body_that_are_no_layers_here():
    file = conv("features.0") | {
        "features.1.running_mean": np.zeros(4),
        "features.2.weight": np.zeros((2, 3, 4)),
        "features.3.other": np.zeros(3),
        "features.4.conv.sub.weight": np.zeros(3),
        "classifier.0.bias": np.zeros(3),
    }
    layers = read_torch_names(file)
    assert [(each.name, each.outputs) for each in layers.norms] == [
        ("features.1", 0), ("features.2", 24),
    ]  # fmt: skip
    assert sorted(layers.others) == [
        "classifier.0.bias", "features.3.other", "features.4.conv.sub.weight",
    ]  # fmt: skip


def test_pruned_weights_are_told_by_their_masks():
    file = conv("features.0")
    file = {
        "features.0.weight_orig": file["features.0.weight"], "features.0.bias": np.zeros(4),
        "features.0.weight_mask": file["features.0.weight"],
    }  # fmt: skip
    (only,) = read_torch_names(file).convolutions
    assert only.arrays == {
        "weight": "features.0.weight_orig", "bias": "features.0.bias",
        "weight_mask": "features.0.weight_mask",
    }  # fmt: skip
    del file["features.0.weight_mask"]
    assert read_torch_names(file | dense("fc", 2, 2)).others == ["features.0.weight_orig"]


def test_an_array_with_the_role_of_another_is_left_over():
    file = conv("features.0") | {f"module.{name}": a for name, a in conv("features.0").items()}
    layers = read_torch_names(file)
    assert layers.others == ["module.features.0.weight", "module.features.0.bias"]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("features.0.weight", "features.0.weight"),
        ("module.features.0.weight", "features.0.weight"),
        ("features.module.0._orig_mod.weight", "features.0.weight"),
        ("model.features.0.weight", "model.features.0.weight"),
        ("modules.0", "modules.0"),
    ],
)
def test_wrappers_are_left_out_of_names(name, plain):
    assert without_wrappers(name) == plain


def test_of_several_nets_the_one_that_is_not_averaged_is_taken():
    for average in ("ema", "model_ema", "averaged", "swa", "ema_model"):
        file = conv("net.features.0") | conv(f"{average}.features.0")
        with pytest.warns(Notice, match=rf"net\.features was taken, not {average}\.features"):
            layers = read_torch_names(file)
        assert names(layers.convolutions) == [("net.features.0", "features.0")]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([("a.features", 3), ("b.features", 3)],
         "it holds several nets, a.features, b.features: save the state_dict"),
        ([("a", 3), ("", 3)], "it holds several nets, a, one without a name"),
        ([("stem", 3), ("body", 64)],
         "its convolutions are in several parts, stem, body; those of a net here"),
        ([("a.features", 3), ("b.features", 3), ("ema.features", 3)], "it holds several nets"),
        ([("schema.features", 3), ("b.features", 3)], "it holds several nets"),
    ],
)  # fmt: skip
def test_several_nets_or_parts_are_refused(parts, words):
    file = {}
    for part, channels in parts:
        file |= conv(f"{part}.0" if part else "0", channels)
    with pytest.raises(ValueError, match=words):
        read_torch_names(file)


def test_features_go_before_other_numbered_parts():
    file = conv("encoder.features.0") | conv("decoder.0", 5) | conv("decoder.1", 5)
    layers = read_torch_names(file)
    assert names(layers.convolutions) == [("encoder.features.0", "features.0")]
    assert set(layers.others) == {f"decoder.{i}.{r}" for i in (0, 1) for r in ("weight", "bias")}


def test_the_channels_of_a_part_are_those_of_its_first_convolution():
    file = conv("a.0", 3, 4) | conv("a.1", 4, 4) | conv("b.0", 3, 4) | conv("b.1", 5, 4)
    with pytest.raises(ValueError, match="it holds several nets"):
        read_torch_names(file)


def test_the_head_is_beside_the_body_or_else_anywhere():
    body = conv("net.features.0")
    own, other = dense("net.classifier.0", 8, 2), dense("other.fc", 5, 3)
    layers = read_torch_names(body | other | own)
    assert names(layers.head) == [("net.classifier.0", "")]
    assert set(layers.others) == set(other)
    assert names(read_torch_names(body | other).head) == [("other.fc", "")]
    more = read_torch_names(body | dense("out.fc", 2, 7) | own)  # which fits behind it
    assert names(more.head) == [("net.classifier.0", ""), ("out.fc", "")]


def test_a_head_is_in_the_order_of_its_sizes():
    file = conv("features.0") | dense("classifier.fc1", 5, 2) | dense("classifier.fc0", 8, 5)
    assert [name for name, _ in names(read_torch_names(file).head)] == [
        "classifier.fc0", "classifier.fc1",
    ]  # fmt: skip


def test_an_array_of_an_odd_shape_inside_the_body_is_no_convolution():
    odd = {"a.features.1.weight": np.zeros((2, 3, 4))}
    layers = read_torch_names(conv("a.features.0") | odd | dense("classifier.0", 8, 2))
    assert names(layers.convolutions) == [("a.features.0", "features.0")]
    (norm_like,) = layers.norms
    assert (norm_like.name, norm_like.path) == ("a.features.1", "features.1")
    assert (norm_like.inputs, norm_like.outputs) == (0, 24)
    assert layers.others == []
