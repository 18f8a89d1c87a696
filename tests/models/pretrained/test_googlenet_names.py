"""The layers of GoogLeNet in a file, by torchvision's names and those that wrappers put before."""

import numpy as np
import pytest

from minivgg.models.pretrained.googlenet_names import is_beside, read_googlenet_names


def file_of(prefix="", head="fc", **more):
    shapes = {
        "conv1.conv.weight": (64, 3, 7, 5), "conv1.bn.weight": (64,), "conv1.bn.bias": (64,),
        "inception3a.branch1.conv.weight": (2, 4, 1, 1), f"{head}.weight": (9, 12),
        f"{head}.bias": (9,),
    }  # fmt: skip
    arrays = {f"{prefix}{name}": np.zeros(shape) for name, shape in shapes.items()}
    return arrays | {name.replace("__", "."): np.zeros(shape) for name, shape in more.items()}


def described(found):
    return [(e.name, e.path, e.inputs, e.outputs, e.kernel) for e in found]


@pytest.mark.parametrize("prefix", ["", "backbone.", "a.b."])
@pytest.mark.parametrize("head", ["fc", "linear"])
def test_each_kind_of_layer(prefix, head):
    found = read_googlenet_names(file_of(prefix, head))
    assert (found.source, found.net, found.others) == ("torchvision", "googlenet", [])
    assert described(found.convolutions) == [
        (f"{prefix}conv1.conv", "conv1.conv", 3, 64, 7),
        (f"{prefix}inception3a.branch1.conv", "inception3a.branch1.conv", 4, 2, 1),
    ]
    assert described(found.norms) == [(f"{prefix}conv1.bn", "conv1.bn", 1, 64, 1)]
    assert described(found.head) == [(f"{prefix}{head}", "fc", 12, 9, 1)]
    assert found.head[0].arrays == {
        "weight": f"{prefix}{head}.weight", "bias": f"{prefix}{head}.bias",
    }  # fmt: skip


def test_several_fully_connected_layers_keep_their_names_and_are_put_in_order():
    found = read_googlenet_names(file_of(fc0__weight=(12, 7)))
    assert [(each.name, each.path) for each in found.head] == [("fc0", "fc0"), ("fc", "fc")]


def test_side_heads_and_other_parts_are_beside():
    more = {"net__aux1__conv__weight": (2, 2, 1, 1), "decoder__weight": (2, 2)}
    found = read_googlenet_names(file_of("net.", **more))
    assert sorted(found.others) == ["decoder.weight", "net.aux1.conv.weight"]
    assert len(found.head) == 1


@pytest.mark.parametrize(
    ("name", "prefix", "beside"),
    [
        ("aux1.fc.weight", "", True), ("aux2.conv.", "", True), ("conv1.", "", False),
        ("aux.fc", "", False), ("auxiliary1.fc", "", False), ("conv.aux1.fc", "", False),
        ("net.aux1.fc", "net.", True), ("net.fc", "net.", False), ("fc", "net.", True),
    ],
)  # fmt: skip
def test_what_is_beside_the_net(name, prefix, beside):
    assert is_beside(name, prefix) == beside


def test_other_nets_and_several_ones():
    assert read_googlenet_names({}) is None
    assert read_googlenet_names({"inception3a.branch1.conv.bias": np.zeros(2)}) is None
    assert read_googlenet_names({"inception3a_branch1.conv.weight": np.zeros(2)}) is None
    with pytest.raises(ValueError, match="several"):
        read_googlenet_names(file_of("a.") | file_of("b."))
    with pytest.raises(ValueError, match="quantised"):
        read_googlenet_names(file_of() | {"conv1.zero_point": np.zeros(1)})
