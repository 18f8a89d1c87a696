"""Transforms: what they do to pixels, and that they are seeded."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minivgg import data


def test_normalize_gives_mean_zero_and_deviation_one_on_its_own_data(rng):
    images = rng.integers(0, 256, (50, 3, 6, 5), np.uint8)
    images[:, 1] //= 3
    normalize = data.Normalize.from_dataset(data.ArrayDataset(images, np.zeros(50, int), ["a"]))
    x = normalize(images)
    assert x.dtype == np.float32
    assert x.mean(axis=(0, 2, 3)) == pytest.approx(0, abs=1e-5)
    assert x.std(axis=(0, 2, 3)) == pytest.approx(1, abs=1e-5)
    with pytest.raises(ValueError, match="1 channels, but there are 3 means"):
        normalize(images[:, :1])
    with pytest.raises(TypeError, match="0 to 255 as uint8 or float32, got float64"):
        normalize(images / 255)


def test_normalizing_a_constant_image_is_finite():
    images = np.full((2, 1, 3, 3), 9, np.uint8)
    assert np.isfinite(
        data.Normalize.from_dataset(data.ArrayDataset(images, [0, 0], ["a"]))(images)
    ).all()


def test_random_crop_shifts_each_image_by_itself(rng):
    images = np.zeros((64, 1, 5, 5), np.uint8)
    images[:, :, 2, 2] = 255
    shifted = data.RandomCrop(5, padding=2)(images, rng)
    assert shifted.shape == images.shape
    places = {tuple(np.argwhere(image[0])[0]) for image in shifted}
    assert len(places) > 15  # of 25
    assert all(image.sum() == 255 for image in shifted)


def test_a_shift_that_loses_the_image_is_refused(rng):
    with pytest.raises(
        ValueError, match="a border of 5 pixels could fill the whole crop: use 0 to 4"
    ):
        data.RandomCrop((5, 9), padding=5)(np.zeros((1, 1, 5, 9), np.uint8), rng)


def test_flip_mirrors_its_share(rng):
    images = np.zeros((1000, 1, 1, 2), np.uint8)
    images[..., 0] = 1
    flipped = data.RandomHorizontalFlip(0.3)(images, rng)[:, 0, 0, 1]
    assert flipped.mean() == pytest.approx(0.3, abs=0.05)
    assert (images[..., 0] == 1).all()


# §3.1 of the paper


def photo(height, width, channels=3):
    """Its rows and columns can be told apart."""
    ramp = np.linspace(0, 255, height * width).reshape(height, width)
    return np.stack([ramp, ramp[::-1], ramp[:, ::-1]][:channels]).astype(np.uint8)


@given(
    height=st.integers(1, 90),
    width=st.integers(1, 90),
    smallest=st.integers(1, 60),
    channels=st.sampled_from([1, 3]),
)
def test_rescaling_makes_the_smaller_side_exact_and_keeps_the_shape(
    height, width, smallest, channels
):
    (found,) = data.Rescale(smallest)([photo(height, width, channels)])
    assert found.dtype == np.uint8
    assert min(found.shape[1:]) == smallest
    long, short = max(height, width), min(height, width)
    assert max(found.shape[1:]) == long * smallest // short
    assert (found.shape[1] >= found.shape[2]) == (
        height >= width
    ) or long * smallest / short - smallest < 1


@pytest.mark.parametrize("shape", [(224, 224), (375, 500), (500, 375), (1000, 256), (224, 3000)])
def test_the_papers_crop_has_its_size_for_any_aspect_ratio(rng, shape):
    for scale in (256, 384, (256, 512)):
        batch = data.Compose(
            [data.Rescale(scale), data.RandomCrop(224), data.RandomHorizontalFlip()]
        )([photo(*shape)], rng)
        assert batch.shape == (1, 3, 224, 224)


def test_scale_jitter_draws_every_size_of_its_range(rng):
    images = [photo(10, 14)] * 400
    sides = [min(image.shape[1:]) for image in data.Rescale((20, 24))(images, rng)]
    assert sorted(set(sides)) == [20, 21, 22, 23, 24]
    assert min(np.bincount(sides)[20:]) > 40


def test_images_of_one_size_are_an_array_again(rng):
    assert isinstance(data.Rescale((8, 12))([photo(9, 9), photo(9, 9)], rng), list | np.ndarray)
    assert data.Rescale(8)([photo(9, 9), photo(4, 4)]).shape == (2, 3, 8, 8)
    assert isinstance(data.Rescale(8)([photo(9, 9), photo(4, 8)]), list)


def test_a_random_crop_is_a_window_of_the_image_and_every_place_occurs(rng):
    image = photo(6, 7)
    windows = {image[:, i : i + 4, j : j + 5].tobytes() for i in range(3) for j in range(3)}
    found = {crop.tobytes() for crop in data.RandomCrop((4, 5))([image] * 300, rng)}
    assert found == windows


def test_a_centre_crop_is_the_middle_and_half_a_pixel_goes_to_the_even_place():
    image = photo(7, 10)
    assert (data.CenterCrop(4)([image])[0] == image[:, 2:6, 3:7]).all()
    assert (data.CenterCrop((7, 10))(image[None]) == image).all()


@pytest.mark.parametrize("crop", [data.RandomCrop(8), data.CenterCrop(8)])
def test_an_image_smaller_than_the_crop_is_refused(rng, crop):
    with pytest.raises(
        ValueError,
        match=r"Crop\(.*\): an image has only 9×7 pixels: use a smaller crop, or a Rescale",
    ):
        crop([photo(20, 20), photo(9, 7)], rng)


def test_the_colour_shift_goes_along_the_principal_directions(rng):
    """One shift for all pixels of an image: mean zero, standard deviation std · λᵢ along pᵢ."""
    images = rng.integers(0, 256, (40, 3, 5, 5), np.uint8)
    images[:, 1] = images[:, 0] // 2 + 60
    shift = data.PCAColorShift.from_dataset(data.ArrayDataset(images, np.zeros(40, int), ["a"]))
    assert shift.values == tuple(sorted(shift.values, reverse=True))
    assert np.array(shift.vectors) @ np.array(shift.vectors).T == pytest.approx(
        np.eye(3), abs=1e-12
    )
    flat = np.full((20_000, 3, 2, 2), 128, np.uint8)
    found = shift(flat, rng)
    assert found.dtype == np.float32
    assert (found == found[:, :, :1, :1]).all()
    drawn = (found[:, :, 0, 0] - 128) / 255
    along = drawn @ np.array(shift.vectors).T
    assert along.std(axis=0) == pytest.approx(0.1 * np.array(shift.values), rel=0.03)
    assert along.mean(axis=0) == pytest.approx(0, abs=3e-3)


def test_the_shift_of_a_list_is_that_of_an_array():
    shift, images = (
        data.PCAColorShift((0.2, 0.02, 0.005), ((1, 0, 0), (0, 1, 0), (0, 0, 1))),
        [photo(4, 4)] * 3,
    )
    pair = (
        shift(np.stack(images), np.random.default_rng(1)),
        shift(images, np.random.default_rng(1)),
    )
    assert all((a == b).all() for a, b in zip(*pair, strict=True))
    assert (data.Normalize((0.5,) * 3, (0.25,) * 3)(pair[0]) == (pair[0] / 255 - 0.5) / 0.25).all()


def test_subtracting_the_mean_only_leaves_the_unit_of_pixels(rng):
    images = rng.integers(0, 256, (9, 3, 4, 4), np.uint8)
    x = data.Normalize.from_dataset(
        data.ArrayDataset(images, np.zeros(9, int), ["a"]), mean_only=True
    )(images)
    assert x == pytest.approx(images - images.mean(axis=(0, 2, 3), keepdims=True), abs=1e-3)


def test_images_of_different_sizes_cannot_be_a_batch():
    with pytest.raises(
        ValueError, match="the images of a batch differ in size: put a Rescale and a crop before it"
    ):
        data.Normalize((0.5,) * 3, (1,) * 3)([photo(4, 5), photo(5, 4)])


def test_a_composition_prints_its_steps_and_runs_them_in_turn(rng):
    steps = data.Compose(
        [data.Rescale((9, 12)), data.RandomCrop((6, 4), padding=1), data.RandomHorizontalFlip(0.25)]
    )
    assert repr(steps).splitlines() == [
        "Rescale(smallest=(9, 12))",
        "RandomCrop(size=(6, 4), padding=1)",
        "RandomHorizontalFlip(p=0.25)",
    ]
    assert repr(data.Compose([])) == "no transforms"
    by_hand, images = np.random.default_rng(3), [photo(20, 11), photo(8, 8)]
    whole = steps(images, np.random.default_rng(3))
    for step in steps:
        images = step(images, by_hand)
    assert (whole == images).all()


@pytest.mark.parametrize("smallest", [0, (5, 4), (0, 3)])
def test_a_scale_that_is_none_is_refused(smallest):
    with pytest.raises(
        ValueError, match="Rescale: the smaller side must be at least 1, or a range"
    ):
        data.Rescale(smallest)


def test_a_range_of_scales_without_random_numbers_is_refused_with_advice():
    with pytest.raises(
        TypeError, match=r"Rescale\(.*\) draws a scale for each image: call it with"
    ):
        data.Rescale((8, 12))([photo(9, 9)])
    assert data.Rescale((8, 8))([photo(9, 9)]).shape == (1, 3, 8, 8)  # nothing to draw


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_same_seed_gives_the_same_batches_with_any_number_of_threads(workers, rng):
    """Also where each image has its own size, scale and place."""
    images = rng.integers(0, 256, (40, 3, 12, 15), np.uint8)
    dataset = data.ArrayDataset(images, np.arange(40) % 3, list("abc"))
    transforms = [
        data.Rescale((10, 16)),
        data.RandomCrop(9),
        data.RandomHorizontalFlip(),
        data.PCAColorShift.from_dataset(dataset),
        data.Normalize.from_dataset(dataset),
    ]
    batches = [
        [
            (x.tobytes(), y.tolist())
            for x, y in data.Loader(
                dataset, 7, shuffle=True, seed=3, transforms=transforms, workers=n
            ).epoch(2)
        ]
        for n in (1, workers)
    ]
    assert batches[0] == batches[1]
    assert len({x for x, _ in batches[0]}) == len(batches[0])


def test_the_mirror_images_of_a_list_are_those_of_an_array(rng):
    images = rng.integers(0, 256, (50, 3, 4, 5), np.uint8)
    flip = data.RandomHorizontalFlip(0.5)
    of_array, of_list = (flip(x, np.random.default_rng(3)) for x in (images, list(images)))
    assert np.array_equal(of_array, np.stack(of_list))
    assert not np.array_equal(of_array, images)
    mirrored = (of_array == images[..., ::-1]).all(axis=(1, 2, 3))
    same = (of_array == images).all(axis=(1, 2, 3))
    assert (mirrored ^ same).all()


def test_probabilities_of_0_and_1_flip_none_and_all(rng):
    class Zeros:
        def random(self, n):
            return np.zeros(n)  # the smallest number that may be drawn

    images = rng.integers(0, 256, (5, 2, 3, 4), np.uint8)
    assert (data.RandomHorizontalFlip(0)(images, Zeros()) == images).all()
    assert (data.RandomHorizontalFlip(1)(list(images), rng)[2] == images[2, :, :, ::-1]).all()
    assert (data.RandomHorizontalFlip(1)(images, rng) == images[..., ::-1]).all()


def test_a_crop_with_a_border_of_almost_its_size(rng):
    """padding=min(size) − 1 leaves at least a row or column of the image."""
    images = np.ones((200, 1, 3, 5), np.uint8)
    found = data.RandomCrop((3, 5), padding=2)(images, rng)
    assert set(found.sum(axis=(1, 2, 3)).tolist()) == {a * b for a in (1, 2, 3) for b in (3, 4, 5)}
    as_list = data.RandomCrop((3, 5), padding=2)(list(images), np.random.default_rng(1))
    assert (as_list == data.RandomCrop((3, 5), 2)(images, np.random.default_rng(1))).all()
    with pytest.raises(ValueError, match=r"a border of 3 pixels .*: use 0 to 2"):
        data.RandomCrop((3, 5), padding=3)(images, rng)
    with pytest.raises(ValueError, match="a border of -1 pixels"):
        data.RandomCrop((3, 5), padding=-1)(images, rng)


def test_images_of_different_sizes_are_cropped_at_every_place(rng):
    images = [photo(4, 6), photo(5, 5)] * 100
    found = data.RandomCrop((4, 5))(images, rng)
    for image, crops in ((images[0], found[::2]), (images[1], found[1::2])):
        windows = {
            image[:, i : i + 4, j : j + 5].tobytes()
            for i in range(image.shape[1] - 3)
            for j in range(image.shape[2] - 4)
        }
        assert {crop.tobytes() for crop in crops} == windows


@pytest.mark.parametrize("transform", [data.CenterCrop((2, 3)), data.RandomCrop((2, 3))])
def test_a_batch_without_images_is_an_empty_batch(rng, transform):
    found = transform(np.zeros((0, 3, 4, 4), np.uint8), rng)
    assert (found.shape, found.dtype) == ((0, 0, 2, 3), np.uint8)
    floats = transform(np.zeros((2, 3, 4, 4), np.float32), rng)
    assert (floats.shape, floats.dtype) == ((2, 3, 2, 3), np.float32)


@pytest.mark.parametrize("smallest", [0, -1, (0, 4), (5, 4)])
def test_a_side_below_1_and_an_empty_range_are_refused(smallest):
    with pytest.raises(ValueError, match="must be at least 1, or a range"):
        data.Rescale(smallest)


def test_a_range_needs_random_numbers_and_a_single_side_none():
    assert data.Rescale((8, 8))([photo(9, 9)]).shape == (1, 3, 8, 8)
    assert data.Rescale((1, 1))([photo(9, 9)]).shape == (1, 3, 1, 1)
    with pytest.raises(TypeError, match="draws a scale for each image"):
        data.Rescale((8, 9))([photo(9, 9)])


def test_the_paper_subtracts_the_mean_alone(rng):
    images = rng.integers(0, 256, (9, 2, 3, 3), np.uint8)
    dataset = data.ArrayDataset(images, np.zeros(9, int), ["a"])
    found = data.Normalize.from_dataset(dataset, mean_only=True)
    assert found.std == (1 / 255, 1 / 255)
    means = images.mean(axis=(0, 2, 3), keepdims=True)
    assert found(images.astype(np.float32)) == pytest.approx(images - means, abs=1e-4)
    constant = data.ArrayDataset(np.full((2, 1, 3, 3), 9, np.uint8), [0, 0], ["a"])
    assert data.Normalize.from_dataset(constant).std == pytest.approx((1e-6,))


def test_transforms_show_the_call_that_makes_them():
    assert repr(data.Compose([])) == "no transforms"
    both = data.Compose([data.RandomCrop(4, 1), data.RandomHorizontalFlip()])
    assert repr(both) == "RandomCrop(size=4, padding=1)\nRandomHorizontalFlip(p=0.5)"
