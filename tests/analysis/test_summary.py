"""The table of a net adds up and says what it counts."""

import pytest

from minivgg import layers, models


def test_the_table_has_a_line_for_each_layer_and_exact_totals():
    table = str(models.summary(models.vgg("D", initializer="zeros"), (3, 224, 224)))
    assert "138,357,544" in table
    assert repr(models.summary(models.vgg("D", initializer="zeros"), (3, 224, 224))) == table
    assert "15,470,264,320" in table
    assert "one multiplication and its addition" in table
    line = next(line for line in table.splitlines() if line.startswith("features.28"))
    assert line.split()[-5:] == ["2,359,808", "462,422,016", "196", "392.0", "KiB"]


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


def test_a_field_that_is_not_square_is_height_by_width():
    table = str(models.summary(layers.Conv2d(1, 1, (5, 3)), (1, 9, 9)))
    assert "  5×3  " in table


def test_images_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="expects 3 channels or features, got an input of shape"):
        models.summary(models.vgg("small-32x32", 10), (1, 32, 32))
    with pytest.raises(ValueError, match="nothing is left"):
        models.summary(models.vgg("small-32x32", 10), (3, 4, 4))
