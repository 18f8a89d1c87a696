"""Transforms draw for each image what the seed says, and nothing where there is nothing to draw."""

import numpy as np
import pytest

from minivgg import data


def images(*sides):
    """Each with its own pixels: 0, 1, 2, ... from the upper left."""
    return [np.arange(h * w, dtype=np.uint8).reshape(1, h, w) for h, w in sides]


@pytest.mark.parametrize("transform", [data.Rescale(3), data.Rescale((3, 3)), data.CenterCrop(2)])
def test_without_chance_nothing_is_drawn(rng, transform):
    before = rng.bit_generator.state
    transform(images((4, 5), (6, 4)), rng)
    assert rng.bit_generator.state == before


def test_a_random_number_for_each_image_whatever_the_sizes_of_the_others():
    """A crop of an image at the same place is the same in a batch of two and of three."""
    sides = [(9, 7), (8, 8), (7, 9)]
    crop = data.RandomCrop((2, 3))
    draws = [np.random.default_rng(5) for _ in range(3)]
    two, three = crop(images(*sides[:2]), draws[0]), crop(images(*sides), draws[1])
    assert (two == three[:2]).all()
    # the corner is the fraction that is drawn of all possible places
    for image, found, fraction in zip(images(*sides), three, draws[2].random((3, 2)), strict=True):
        rows, columns = image.shape[1] - 1, image.shape[2] - 2
        top, left = int(fraction[0] * rows), int(fraction[1] * columns)
        assert (found == image[:, top : top + 2, left : left + 3]).all()


def test_images_of_one_size_are_cropped_at_whole_numbers_that_are_drawn():
    found = data.RandomCrop((2, 3))(np.stack(images((9, 7), (9, 7))), np.random.default_rng(5))
    corners = np.random.default_rng(5).integers(0, [[8, 5], [8, 5]])
    assert found[:, 0, 0, 0].tolist() == [7 * top + left for top, left in corners.tolist()]


@pytest.mark.parametrize(
    ("sides", "size", "first"),
    [
        ((5, 9), (2, 3), 21), ((9, 5), (3, 2), 17), ((4, 8), (3, 3), 2), ((6, 7), (3, 4), 16),
        ((5, 5), (2, 4), 10), ((8, 3), (3, 3), 6),
    ],
)  # fmt: skip
def test_the_upper_left_pixel_of_a_centre_crop(sides, size, first):
    """Half a pixel goes to the even number: 1.5 to 2, 0.5 to 0, 2.5 to 2."""
    assert data.CenterCrop(size)(images(sides))[0, 0, 0, 0] == first


def test_the_defaults_are_those_of_the_paper_and_of_common_practice(rng):
    assert data.RandomHorizontalFlip().p == 0.5
    assert data.RandomCrop(4).padding == 0
    assert data.PCAColorShift((1.0,), ((1.0,),)).std == 0.1
    dataset = data.ArrayDataset(rng.integers(0, 256, (4, 3, 2, 2), np.uint8), [0] * 4, ["a"])
    assert data.PCAColorShift.from_dataset(dataset).std == 0.1
    assert data.PCAColorShift.from_dataset(dataset, 0.3).std == 0.3
    assert min(data.Normalize.from_dataset(dataset).std) > 0.1  # not the 1/255 of the mean alone


def test_images_of_several_sizes_are_flipped_and_shifted_one_by_one(rng):
    pair = images((2, 3), (3, 2))
    found = data.RandomHorizontalFlip(1)(pair, rng)
    assert [image.tolist() for image in found] == [
        [[[2, 1, 0], [5, 4, 3]]], [[[1, 0], [3, 2], [5, 4]]],
    ]  # fmt: skip
    shifted = data.PCAColorShift((0.2,), ((1.0,),))(pair, np.random.default_rng(2))
    alphas = 0.1 * np.random.default_rng(2).standard_normal(2)
    for before, after, alpha in zip(pair, shifted, alphas, strict=True):
        assert after - before == pytest.approx(255 * alpha * 0.2, abs=1e-5)


@pytest.mark.parametrize("padding", [1, 2])
def test_a_border_is_black_and_on_all_sides(padding, rng):
    ones = np.ones((1, 2, 3, 4), np.uint8)
    whole = data.RandomCrop((3 + 2 * padding, 4 + 2 * padding), padding)
    for given in (ones, list(ones)):
        found = whole(given, rng)
        assert found.shape == (1, 2, 3 + 2 * padding, 4 + 2 * padding)
        assert found.sum() == ones.sum()
        assert (found[:, :, padding:-padding, padding:-padding] == 1).all()


@pytest.mark.parametrize("transform", [data.CenterCrop((3, 4)), data.RandomCrop((3, 4))])
def test_a_crop_as_large_as_the_image_is_the_image(transform, rng):
    image = np.stack(images((3, 4)))
    assert (transform(image, rng) == image).all()
    for sides, shown in (((2, 9), "2×9"), ((9, 3), "9×3")):
        with pytest.raises(ValueError, match=f"an image has only {shown} pixels"):
            transform(images((5, 5), sides), rng)


def test_scales_are_whole_numbers_of_a_range_that_are_drawn_for_each_image():
    found = data.Rescale((3, 6))(images((5, 5), (5, 5), (5, 5)), np.random.default_rng(1))
    sides = np.random.default_rng(1).integers(3, 7, 3)
    assert len(set(sides.tolist())) > 1
    assert [image.shape for image in found] == [(1, side, side) for side in sides]


def test_more_means_than_channels_are_refused():
    with pytest.raises(ValueError, match="the images have 3 channels, but there are 1 means"):
        data.Normalize((0.5,), (0.25,))(np.zeros((2, 3, 1, 1), np.uint8))


@pytest.mark.parametrize(
    "transform",
    [
        data.Rescale(3), data.CenterCrop(2), data.RandomCrop(2), data.RandomHorizontalFlip(),
        data.PCAColorShift((0.2,), ((1.0,),)), data.Normalize((0.5,), (1.0,)),
    ],
)  # fmt: skip
def test_a_transform_cannot_be_changed_and_equals_another_of_the_same_call(transform):
    name = next(iter(vars(transform)))
    with pytest.raises(AttributeError, match=f"cannot assign to field '{name}'"):
        setattr(transform, name, None)
    again = type(transform)(**vars(transform))
    assert (again, hash(again)) == (transform, hash(transform))
