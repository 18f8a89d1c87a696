"""Configurations in the words of the command line, and their defaults."""

import pytest

from minivgg.models.configurations import CONFIGURATIONS, Configuration, net_name


@pytest.mark.parametrize(
    ("configuration", "name"),
    [
        ("vgg16", "vgg16"),
        ([64, "M", (128, 1), "LRN", [256, 5]], "64,M,128x1,LRN,256x5"),
        ((64,), "64"),
        ([], ""),
    ],
)
def test_the_name_of_a_configuration(configuration, name):
    assert net_name(configuration) == name


def test_the_papers_nets_have_its_images_and_hidden_layers():
    assert Configuration([64]) == ([64], (3, 224, 224), (4096, 4096))
    for name in ("A", "A-LRN", "B", "C", "D", "E", "B-5x5"):
        assert CONFIGURATIONS[name][1:] == ((3, 224, 224), (4096, 4096))
