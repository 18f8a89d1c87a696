"""Shares of parameters and of multiplications."""

from support.figure_text import texts_off_the_page, words

from minivgg import layers, models
from minivgg.plots import shares


def test_the_shares_of_vgg16():
    figure = shares.parameters_and_multiplications(models.vgg16(initializer="zeros"), (3, 224, 224))
    text = words(figure)
    assert "89 %" in text  # of 138,357,544 parameters 123,642,856 are fully connected
    assert "11 %" in text
    assert "99 %" in text  # of the multiplications
    assert texts_off_the_page(figure) == []


def test_a_net_without_convolutions_has_one_part():
    net = layers.Sequential(layers.Flatten(), layers.Linear(12, 2))
    assert words(shares.parameters_and_multiplications(net, (3, 2, 2))).count("100 %") == 2
