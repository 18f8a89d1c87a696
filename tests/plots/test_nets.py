"""Figures of nets say what they show."""

import numpy as np
import pytest
from support.figure_text import smallest_text, texts_off_the_page, words

from minivgg import layers, models, plots


def test_the_border_effect_says_how_much_differs():
    maps = {
        "pool1": np.pad(np.zeros((6, 6)), 1, constant_values=0.5),
        "pool2": np.full((4, 4), 0.3),
    }
    text = words(plots.border_effect(maps))
    assert "pool1, 8×8" in text
    assert "44 % of positions" in text
    assert "100 % of positions" in text


def test_branches_side_by_side_are_one_box_cut_into_their_channels():
    block = layers.Concat(
        layers.Conv2d(3, 6, 1), layers.Sequential(layers.Conv2d(3, 4, 1), layers.Conv2d(4, 2, 1))
    )
    figure = plots.architecture(layers.Sequential(block, layers.MaxPool2d(2)), (3, 8, 8))
    *parts, _ = figure.axes[0].patches
    whole = sum(box.get_width() for box in parts)
    assert [box.get_width() / whole for box in parts] == pytest.approx([0.75, 0.25])
    assert "branches side by side" in words(figure)


def test_a_net_without_branches_has_none_in_its_labels():
    figure = plots.architecture(models.vgg([4, "M"], 2, (3, 8, 8), ()), (3, 8, 8))
    assert "fully connected" in words(figure)
    assert "side by side" not in words(figure)


def test_an_architecture_names_each_layer_with_its_output_and_its_field():
    figure = plots.architecture(models.vgg([4, "M"], 2, (3, 8, 8), ()), (3, 8, 8), "net")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == [
        "layer", "output", "sees", "conv 3×3", "4 × 8²", "3", "max-pool 2×2", "4 × 4²", "4",
        "fully connected", "2", "10",
    ]  # fmt: skip


def test_an_architecture_has_the_names_of_its_layers():
    net = models.vgg([4, "M"], 2, (3, 8, 8), (5,))
    figure = plots.architecture(net, (3, 8, 8), names=models.layer_paths(net))
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts[3::3] == [
        "conv1_1, 3×3", "pool1, 2×2", "fc2, fully connected", "fc3, fully connected"
    ]  # fmt: skip
    whole = models.vgg16(initializer="zeros")
    named = plots.architecture(whole, (3, 224, 224), names=models.layer_paths(whole))
    assert texts_off_the_page(named) == []


def test_a_box_is_as_wide_as_its_map():
    conv, pool, _ = (
        plots.architecture(models.vgg([4, "M"], 2, (3, 8, 8), ()), (3, 8, 8)).axes[0].patches
    )
    assert conv.get_width() == 2 * pool.get_width() == 1


def test_normalisation_is_visible():
    net = layers.Sequential(layers.Conv2d(3, 4, 3, padding=1), layers.LocalResponseNorm())
    assert "LRN" in words(plots.architecture(net, (3, 8, 6)))


def test_texts_of_an_architecture_are_large_and_on_the_page():
    figure = plots.architecture(models.vgg16(initializer="zeros"), (3, 224, 224), "VGG-16")
    assert texts_off_the_page(figure) == []
    assert smallest_text(figure) >= 9
    assert figure.get_figwidth() <= 6.2
