"""GoogLeNet's settings reach every layer, and its blocks have the branches that are asked for."""

import numpy as np
import pytest

from minivgg import layers
from minivgg.models.inception import BLOCKS, NORM_EPS, Inception, inception, inception_net


def convolutions(net):
    return [layer for layer in net.descendants() if isinstance(layer, layers.Conv2d)]


def test_settings_reach_every_layer():
    net = inception_net(3, (1, 40, 64), 0.4, "ones")
    assert net.input_shape == (1, 40, 64)
    assert net.output_shape((1, 40, 64)) == (3,)
    found = convolutions(net)
    assert len(found) == 3 + 9 * 6
    assert all((c.weight.data == 1).all() and c.bias is None for c in found)
    assert (net["fc"].weight.data == 1).all()
    assert net["dropout"].p == 0.4
    norms = [layer for layer in net.descendants() if isinstance(layer, layers.BatchNorm2d)]
    assert {layer.eps for layer in norms} == {NORM_EPS} == {0.001}
    assert found[0].in_channels == 1
    assert net.training


def test_defaults_are_those_of_the_paper():
    net = inception_net(initializer="zeros")
    assert (net.input_shape, net["dropout"].p, net["fc"].out_features) == ((3, 224, 224), 0.2, 1000)


def test_a_block_has_four_branches():
    filters = Inception(2, 3, 4, 5, 6, 7)
    assert filters.outputs == 2 + 4 + 6 + 7
    block = inception(8, filters, "ones")
    assert [*block.layers] == ["branch1", "branch2", "branch3", "branch4"]
    sizes = [
        [(c.in_channels, c.out_channels, c.kernel_size, c.stride, c.padding) for c in
         convolutions(branch)] for branch in block.layers.values()
    ]  # fmt: skip

    def one(c, o):
        return c, o, (1, 1), (1, 1), (0, 0)

    def three(c, o):
        return c, o, (3, 3), (1, 1), (1, 1)

    assert sizes == [[one(8, 2)], [one(8, 3), three(3, 4)], [one(8, 5), three(5, 6)], [one(8, 7)]]
    assert block.output_shape((8, 5, 9)) == (19, 5, 9)
    pool = block.layers["branch4"][0]
    assert isinstance(pool, layers.MaxPool2d)
    assert block(np.ones((2, 8, 5, 9), np.float32)).shape == (2, 19, 5, 9)


@pytest.mark.parametrize(
    ("sides", "fits"), [((31, 31), True), ((30, 31), False), ((31, 30), False), ((31, 99), True)]
)
def test_the_smallest_images(sides, fits):
    if fits:
        assert inception_net(2, (1, *sides), initializer="zeros").output_shape((1, *sides)) == (2,)
        return
    size = f"{sides[0]}×{sides[1]}"
    message = rf"^googlenet: nothing is left of images of {size} pixels: use at least 31×31$"
    with pytest.raises(ValueError, match=message):
        inception_net(2, (1, *sides), initializer="zeros")


def test_blocks_follow_each_other():
    """Table 1: the channels of each block's output, and where max-pools stand."""
    blocks = {name: b.outputs for name, b in BLOCKS.items() if isinstance(b, Inception)}
    assert list(blocks.values()) == [256, 480, 512, 512, 512, 528, 832, 832, 1024]
    pools = {name: kernel for name, kernel in BLOCKS.items() if name not in blocks}
    assert pools == {"maxpool3": 3, "maxpool4": 2}
