"""The nets in the package: what they are, what they expect, and the cards with their licences."""

import numpy as np
import pytest

from minivgg import models, weights
from minivgg.models.pretrained.packaged import VGG16_POOL3_LAYERS, packaged_folder


@pytest.mark.parametrize("name", models.PACKAGED)
def test_each_has_a_card_with_what_a_user_must_know(name):
    card = (packaged_folder(name) / "MODEL_CARD.md").read_text(encoding="utf-8")
    for section in ("Licence", "Training data", "Accuracy", "Intended use", "Limits"):
        assert f"**{section}.**" in card
    net = models.packaged_net(name)
    assert not net.training
    assert net.preprocessing is not None


def test_the_authors_convolutions_are_in_float16_with_their_attribution():
    file = weights.read(packaged_folder("vgg16-pool3") / "weights.safetensors")
    assert {str(array.dtype) for array in file.values()} <= {"float16", "float32"}
    assert sum(array.size for array in file.values()) == 1_735_488
    assert file.metadata["licence"] == "CC BY 4.0"
    assert "Simonyan" in file.metadata["attribution"]
    assert file.metadata["net"] == VGG16_POOL3_LAYERS
    card = (packaged_folder("vgg16-pool3") / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in card
    assert "What was changed" in card


def test_its_features_tell_an_edge_from_a_plain_surface():
    """Maps have an eighth of the sides, and are nearly zero where nothing is to be seen."""
    net = models.packaged_net("vgg16-pool3")
    images = np.full((2, 3, 32, 40), 124, np.uint8)
    images[1, :, :, 20:] = 0
    plain, edge = net(net.preprocessing(images))
    assert net.input_shape == (3, 224, 224)
    assert plain.shape == (256, 4, 5)
    assert (edge.max(axis=(1, 2)) > 3 * plain.max(axis=(1, 2))).mean() > 0.1


def test_another_name_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="no packaged net 'cifar': did you mean 'cifar10'"):
        models.packaged_net("cifar")
