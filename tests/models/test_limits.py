"""The largest nets that are built, to the last layer, pixel and weight."""

import numpy as np
import pytest

from minivgg.models import limits
from minivgg.models.limits import (
    are_counts,
    check_classes,
    check_input,
    check_number_of_layers,
    check_parameters,
)


def test_the_number_of_layers():
    check_number_of_layers(1000)
    with pytest.raises(ValueError, match=r"1,001 layers is too long; at most 1,000 are built"):
        check_number_of_layers(1001)


def test_the_size_of_images():
    most = 1 << 16
    assert check_input("vgg", (most, most, most)) == (most, most, most)
    for shape in ((most + 1, 1, 1), (1, most + 1, 1), (1, 1, most + 1)):
        with pytest.raises(ValueError, match=rf"at most 65,536 .* got \({shape[0]}, {shape[1]}"):
            check_input("vgg", shape)


CONVOLUTIONS, CHANNELS, DENSE = [(2, 3), (3, 1)], 4, [5, 6, 7]
COUNT = 2 * 4 * 9 + 3 * 2 + 5 * 6 + 6 * 7


def test_the_number_of_weights(monkeypatch):
    monkeypatch.setattr(limits, "MAX_PARAMETERS", COUNT)
    check_parameters(CONVOLUTIONS, CHANNELS, DENSE, False)
    monkeypatch.setattr(limits, "MAX_PARAMETERS", COUNT - 1)
    message = "would have 150 weights, which take 0.0 GB: use fewer filters or outputs"
    with pytest.raises(ValueError, match=message):
        check_parameters(CONVOLUTIONS, CHANNELS, DENSE, False)


def test_weights_fit_into_the_memory_that_is_free(monkeypatch):
    monkeypatch.setattr("minivgg.backend.free_memory", lambda device: 4 * COUNT)
    check_parameters(CONVOLUTIONS, CHANNELS, DENSE, True)
    monkeypatch.setattr("minivgg.backend.free_memory", lambda device: 4 * COUNT - 1)
    check_parameters(CONVOLUTIONS, CHANNELS, DENSE, False)
    with pytest.raises(ValueError, match=r"take 0\.0 GB, and 0\.0 GB of memory are free: use"):
        check_parameters(CONVOLUTIONS, CHANNELS, DENSE, True)
    monkeypatch.setattr("minivgg.backend.free_memory", lambda device: None)
    check_parameters(CONVOLUTIONS, CHANNELS, DENSE, True)
    monkeypatch.setattr("minivgg.backend.free_memory", lambda device: 10**9)
    message = r"have 250,000,001 weights, which take 1\.0 GB, and 1\.0 GB of memory are free"
    with pytest.raises(ValueError, match=message):
        check_parameters([(1, 1)], 1, [1000, 250_000], True)


@pytest.mark.parametrize(
    ("convolutions", "dense"),
    [
        ([((1 << 16) + 1, 1)], [1]),
        ([(1, 1), ((1 << 16) + 1, 1), (1, 1)], [1]),
        ([], [1, (1 << 22) + 1]),
        ([], [1, 1, (1 << 22) + 1, 1]),
    ],
)
def test_the_size_of_a_layer(convolutions, dense):
    with pytest.raises(ValueError, match=r"at most 65,536 filters, .* layer 4,194,304 outputs"):
        check_parameters(convolutions, 1, dense, False)


def test_the_largest_layers():
    check_parameters([(1 << 16, 1)], 1, [1 << 40], False)
    check_parameters([], 1, [1, 1 << 22], False)
    check_parameters([], 1, [], False)


def test_a_net_of_four_billion_weights_is_the_largest():
    check_parameters([], 1, [1 << 10, 1 << 22], False)
    with pytest.raises(ValueError, match=r"have 4,294,967,297 weights, which take 17\.2 GB"):
        check_parameters([(1, 1)], 1, [1 << 10, 1 << 22], False)


def test_the_number_of_classes():
    for classes in (1, np.int64(5), 1 << 22):
        check_classes("net", classes)
    for classes in (0, -1, (1 << 22) + 1, 1.0, True, None, "3"):
        message = rf"^net: classes must be a number from 1 to 4,194,304, got {classes!r}$"
        with pytest.raises(ValueError, match=message):
            check_classes("net", classes)


@pytest.mark.parametrize(
    "shape", [(3, 8), (3, 8, 8, 1), (3, 8, 0), (0, 8, 8), (3, 8.0, 8), 8, None, (3, True, 8)]
)
def test_a_shape_is_three_counts(shape):
    with pytest.raises(ValueError, match="input_shape must be") as refused:
        check_input("net", shape)
    assert str(refused.value) == (
        f"net: input_shape must be (channels, height, width), got {shape!r}"
    )
    assert check_input("net", [np.int64(3), 8, 9]) == (3, 8, 9)


def test_counts_are_whole_numbers_from_1_on():
    assert are_counts(1, np.uint8(7))
    assert are_counts()
    for value in (0, -2, True, 2.0, "2", None, np.float32(1)):
        assert not are_counts(1, value)
        assert not are_counts(value, 1)
