"""The table of a net adds up and says what it counts."""

import dataclasses

import numpy as np
import pytest

from minivgg import layers, models
from minivgg.analysis.gradcheck import examples
from minivgg.analysis.receptive_field import receptive_field


def test_the_table_has_a_line_for_each_layer_and_exact_totals():
    table = str(models.summary(models.vgg("D", initializer="zeros"), (3, 224, 224)))
    assert "138,357,544" in table
    assert repr(models.summary(models.vgg("D", initializer="zeros"), (3, 224, 224))) == table
    assert "15,470,264,320" in table
    assert "one multiplication and its addition" in table
    line = next(line for line in table.splitlines() if line.startswith("features.28"))
    assert line.split()[-5:] == ["2,359,808", "462,422,016", "196", "392.0", "KiB"]


def test_the_columns_of_the_table():
    """Words begin, and numbers end, one below the other; a MiB has 1,024 KiB."""
    net = layers.Sequential(layers.Conv2d(1, 1024, 3), layers.MaxPool2d(2), layers.Flatten())
    assert str(models.summary(net, (1, 18, 18))).splitlines()[:7] == [
        "one image of 1×18×18",
        "layer                      output      parameters  multiply-adds  sees     memory",
        "─" * 81,
        "0      Conv2d(1, 1024, 3)  1024×16×16      10,240      2,359,296     3    1.0 MiB",
        "1      MaxPool2d(2)        1024×8×8                                  4  256.0 KiB",
        "2      Flatten()           65536                                     4  256.0 KiB",
        "─" * 81,
    ]


def test_less_than_a_mib_is_in_kib():
    assert "  768.0 KiB" in str(models.summary(layers.ReLU(), (3, 256, 256)))


def test_a_stride_counts_from_the_next_layer_on():
    """Of VGG-16, the first two blocks; then a kernel of 5 over pixels that are 4 apart."""
    assert receptive_field([(3, 1), (3, 1), (2, 2), (3, 1), (3, 1), (2, 2)]) == (16, 4)
    assert receptive_field([(2, 2), (2, 2), (5, 3)]) == (4 + 4 * 4, 12)
    assert receptive_field([]) == (1, 1)


def test_rows_cannot_be_changed():
    row = models.summary(layers.ReLU(), (1, 2, 2)).rows[0]
    for value, name in ((row, "macs"), (row.receptive_field[0], "size")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, 3)


def test_residual_blocks_are_walked_through():
    block = layers.Residual(
        layers.Sequential(layers.Conv2d(4, 4, 3, padding=1), layers.ReLU()), layers.Conv2d(4, 4, 1)
    )
    summary = models.summary(
        layers.Sequential(block, layers.GlobalAvgPool2d(), layers.Linear(4, 2)), (4, 9, 6)
    )
    assert [row.name for row in summary.rows] == ["0.body.0", "0.body.1", "0.shortcut", "1", "2"]
    assert summary.macs == block.macs((4, 9, 6)) + 8
    assert [field.size for field in summary.rows[-1].receptive_field] == [
        3 + 8,
        3 + 5,
    ]  # global pooling sees the whole 9×6 map


def test_branches_side_by_side_are_followed_by_what_they_are_joined_to():
    block = layers.Concat(
        {"thin": layers.Conv2d(4, 3, 1), "wide": layers.Conv2d(4, 2, 5, padding=2)}
    )
    summary = models.summary(layers.Sequential(block, layers.Conv2d(5, 1, 3)), (4, 9, 6))
    assert [row.name for row in summary.rows] == ["0.thin", "0.wide", "0", "1"]
    assert [row.receptive_field[0].size for row in summary.rows] == [1, 5, 5, 7]
    assert [row.output_shape[0] for row in summary.rows] == [3, 2, 5, 1]
    assert summary.macs == block.macs((4, 9, 6)) + 5 * 9 * 28
    assert summary.parameters == sum(p.data.size for p in block.parameters().values()) + 46
    assert "Concat(thin, wide)" in str(summary)
    strides = layers.Concat(
        layers.Conv2d(1, 1, 2, 2), layers.Conv2d(1, 1, 7)
    )  # of 12 and of 6 pixels
    assert models.summary(strides, (1, 12, 12)).rows[-1].receptive_field is None


def test_a_field_that_is_not_square_is_height_by_width():
    table = str(models.summary(layers.Conv2d(1, 1, (5, 3)), (1, 9, 9)))
    assert "  5×3  " in table


def test_images_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="expects 3 channels or features, got an input of shape"):
        models.summary(models.vgg("small-32x32", 10), (1, 32, 32))
    with pytest.raises(ValueError, match=r"0 MaxPool2d\(2\): nothing is left .* \(3, 4, 1\)"):
        models.summary(layers.Sequential(layers.MaxPool2d(2)), (3, 4, 1))
    with pytest.raises(ValueError, match="nothing is left"):
        models.summary(models.vgg("small-32x32", 10), (3, 4, 4))


class _Sum(layers.Layer):
    """Convolutions with several kernels, added up; says nothing about itself."""

    def __init__(self, channels=2):
        self.branches = [layers.Conv2d(channels, 3, k, padding=k // 2) for k in (1, 3, 5)]

    def output_shape(self, shape):
        return self.branches[0].output_shape(shape)


class _Declared(_Sum):
    kernel_size = 5

    def macs(self, shape):
        return sum(branch.macs(shape) for branch in self.branches)


class _Scale(layers.Layer):
    def __init__(self):
        self.factor = layers.Parameter(np.ones(1, np.float32))


class _Halve(layers.Layer):
    """Every second pixel; no weights."""

    def output_shape(self, shape):
        return (shape[0], *(-(-side // 2) for side in shape[1:]))


class _DeclaredHalve(_Halve):
    kernel_size, stride = 1, (2, 2)


def sees(*net, shape=(2, 12, 12)):
    fields = [row.receptive_field for row in models.summary(layers.Sequential(*net), shape).rows]
    return [field and field[0].size for field in fields]


def test_a_kernel_with_a_dilation_sees_what_it_spans():
    """r ← r + d·(k − 1)·j; the multiply-adds are those of its 3×3 weights."""
    dilated = layers.Conv2d(2, 3, 3, padding="same", dilation=(2, 4))
    row = models.summary(layers.Sequential(dilated), (2, 12, 12)).rows[0]
    assert [field.size for field in row.receptive_field] == [5, 9]
    assert row.output_shape == (3, 12, 12)
    assert row.macs == 12 * 12 * 3 * 2 * 9
    assert sees(layers.MaxPool2d(2), dilated) == [2, 10]


def test_a_layer_that_does_not_say_what_it_sees_is_unknown_and_so_are_later_ones():
    net = layers.Conv2d(2, 2, 3), _Sum(), layers.ReLU(), layers.Conv2d(3, 2, 3)
    summary = models.summary(layers.Sequential(*net), (2, 12, 12))
    assert [row.receptive_field is None for row in summary.rows] == [False, True, True, True]
    assert [row.macs for row in summary.rows] == [3600, None, 0, 3456]
    lines = str(summary).splitlines()
    assert next(line for line in lines if "_Sum()" in line).split()[-4:-2] == ["?", "?"]
    assert "7,056 + ?" in next(line for line in lines if line.startswith("total"))
    assert "?: the layer does not say" in lines[-1]


def test_a_layer_that_declares_its_kernel_and_its_cost_is_counted_like_any_other():
    declared, convolution = (
        models.summary(layers.Sequential(layers.Conv2d(2, 2, 3), layer, _Halve()), (2, 12, 12))
        for layer in (_Declared(), layers.Conv2d(2, 3, 5, padding=2))
    )
    assert declared.rows[1].receptive_field == convolution.rows[1].receptive_field
    assert declared.rows[1].macs == 10 * 10 * 2 * 3 * (1 + 9 + 25)
    assert "?" not in str(models.summary(_Declared(), (2, 12, 12)))


def test_a_stride_may_be_an_int_or_a_pair_and_counts_for_later_layers():
    assert sees(_DeclaredHalve(), layers.Conv2d(2, 2, 3)) == [1, 5]
    assert sees(_Halve(), layers.Conv2d(2, 2, 3)) == [None, None]


@pytest.mark.parametrize("place", ["kernel_size", "stride"])
def test_a_declaration_that_is_no_size_is_refused(place):
    layer = _DeclaredHalve()
    setattr(layer, place, "two")
    with pytest.raises(TypeError, match=rf"0 _DeclaredHalve\(\): {place} must be an integer or a"):
        sees(layer)


def test_a_stride_without_an_output_shape_is_refused():
    layer = _Scale()
    layer.stride = 2
    with pytest.raises(ValueError, match=r"0 _Scale\(\): has stride 2, so it must also define out"):
        sees(layer)


def test_a_layer_with_weights_is_elementwise_only_if_it_says_so_or_comes_after_linear():
    """After a Linear, every unit sees the same pixels already."""
    assert sees(layers.Conv2d(2, 2, 3), _Scale()) == [3, None]
    declared = _Scale()
    declared.kernel_size = 1
    assert sees(layers.Conv2d(2, 2, 3), declared) == [3, 3]
    head = layers.Flatten(), layers.Linear(288, 4), _Scale(), layers.Linear(4, 2)
    assert sees(*head) == [1, 12, 12, 12]
    twice = layers.Flatten(), layers.Flatten(), layers.Linear(288, 4)
    assert sees(layers.Conv2d(2, 2, 3, padding=1), *twice) == [3, 3, 3, 14]
    assert models.summary(declared, (2, 4, 4)).rows[0].macs == 0  # no matrix, nothing to count


def test_every_layer_of_the_package_says_what_it_sees():
    for layer, x in examples():
        for row in models.summary(layers.Sequential(layer), x.shape[1:]).rows:
            assert row.receptive_field is not None, layer
            assert row.macs is not None, layer
