"""The inference loop: batches that fit into memory, images in their order, modes and devices."""

import numpy as np
import pytest

from minivgg import data, layers, models, ops
from minivgg.evaluation import inference
from minivgg.evaluation.inference import (
    class_probabilities,
    group_by_size,
    image_batches,
    infer,
    inference_batch_size,
)

NORMALIZE = data.Normalize((0.5,), (0.25,))


@pytest.fixture
def net():
    return models.vgg([4, "M"], 3, (1, 8, 8), (6,), dropout=0.9)


@pytest.mark.parametrize(
    ("shape", "size"),
    [((3, 224, 224), 8), ((3, 448, 448), 2), ((3, 2000, 2000), 1), ((1, 8, 8), 256)],
)
def test_a_batch_has_at_most_so_many_pixels_and_images_but_at_least_one_image(shape, size):
    assert inference_batch_size(shape) == size


def test_images_come_back_in_order_normalised_and_in_batches(rng, monkeypatch):
    monkeypatch.setattr(inference, "MAX_BATCH_IMAGES", 4)
    images = rng.integers(0, 256, (10, 1, 8, 8), np.uint8)
    for given in (images, list(images)):
        batches = [x for (x,) in image_batches(given, NORMALIZE)]
        assert [len(x) for x in batches] == [4, 4, 2]
        assert (np.concatenate(batches) == NORMALIZE(images)).all()


def test_the_network_is_in_eval_mode_only_while_it_is_asked(rng, net, device):
    """Dropout in training mode would give other numbers each time."""
    net.to(device)
    net["flatten"].eval()
    images = rng.integers(0, 256, (5, 1, 8, 8), np.uint8)
    first, second = (
        np.concatenate(infer(net, image_batches(images, NORMALIZE), class_probabilities))
        for _ in range(2)
    )
    assert isinstance(first, np.ndarray)
    assert (first == second).all()
    assert (net.training, net["features"].training, net["flatten"].training) == (True, True, False)
    net.to("cpu")
    with layers.eval_mode(net):
        assert first == pytest.approx(ops.softmax(net(NORMALIZE(images))), abs=1e-6)


def test_what_comes_with_a_batch_is_passed_on(rng, net):
    images = NORMALIZE(rng.integers(0, 256, (3, 1, 8, 8), np.uint8))
    batches = [(images[:2], "two", 2), (images[2:], "one", 1)]
    found = infer(net, batches, lambda y, word, number: (len(y), word, number))
    assert found == [(2, "two", 2), (1, "one", 1)]


def test_images_of_one_size_form_a_group_with_their_indices(rng):
    sizes = [(8, 9), (9, 8), (8, 9), (8, 8)]
    images = [rng.integers(0, 256, (1, *size), np.uint8) for size in sizes]
    groups = list(group_by_size(images))
    assert [indices for indices, _ in groups] == [[0, 2], [1], [3]]
    assert all((group[k] == images[i]).all() for ids, group in groups for k, i in enumerate(ids))


def test_a_net_without_weights_is_on_the_default_device(monkeypatch):
    linear = layers.Linear(2, 2).to("cpu")
    monkeypatch.setattr(inference.backend, "device", lambda: "the default")
    assert inference.device_of_net(layers.ReLU()) == "the default"
    assert inference.device_of_net(linear) == "cpu"


def test_a_batch_counts_the_pixels_of_one_channel(monkeypatch):
    monkeypatch.setattr(inference, "MAX_BATCH_PIXELS", 60)
    assert [inference_batch_size((c, 4, 5)) for c in (1, 3, 8)] == [3, 3, 3]
    assert [inference_batch_size((1, *sides)) for sides in ((3, 10), (7, 9), (6, 10))] == [2, 1, 1]
