"""The colours of a dataset: one pass, exact, whatever the sizes of images and batches."""

import numpy as np
import pytest

from minivgg import backend, data
from minivgg.data.statistics import _compute


def test_mean_and_covariance_are_numpys(rng):
    images = rng.integers(0, 256, (23, 3, 6, 5), np.uint8)
    images[:, 1] = images[:, 0] // 2 + images[:, 1] // 4
    pixels = images.transpose(1, 0, 2, 3).reshape(3, -1) / 255
    for batch_size in (1, 7, 1000):
        found = _compute(data.ArrayDataset(images, np.zeros(23, int), ["a"]), batch_size)
        assert found.mean == pytest.approx(pixels.mean(axis=1), rel=1e-12)
        assert found.covariance == pytest.approx(np.cov(pixels, bias=True), rel=1e-9)


def test_the_bits_depend_neither_on_threads_nor_on_batches(rng):
    """Sums of whole numbers are exact, so a resumed training normalises by the same numbers."""
    images = rng.integers(0, 256, (2000, 1, 8, 8), np.uint8)
    dataset = data.ArrayDataset(images, np.zeros(2000, int), ["a"])
    threads, found = backend.get_num_threads(), []
    try:
        for number in (1, 2, 3):
            backend.set_num_threads(number)
            found += [_compute(dataset, batch_size) for batch_size in (7, 1000, 2000)]
    finally:
        backend.set_num_threads(threads)
    assert {statistics.mean.tobytes() for statistics in found} == {found[0].mean.tobytes()}
    assert len({statistics.covariance.tobytes() for statistics in found}) == 1


def test_each_pixel_counts_the_same_where_sizes_differ(tmp_path, rng):
    from PIL import Image

    (tmp_path / "train" / "a").mkdir(parents=True)
    arrays = [rng.integers(0, 256, (h, w, 3), np.uint8) for h, w in ((4, 9), (12, 3))]
    for number, array in enumerate(arrays):
        Image.fromarray(array).save(tmp_path / "train" / "a" / f"{number}.png")
    found = data.statistics(data.ImageFolder(tmp_path, size="own"))
    assert found.mean == pytest.approx(
        np.concatenate([a.reshape(-1, 3) for a in arrays]).mean(axis=0) / 255, rel=1e-12
    )


def test_a_dataset_is_read_once(rng, monkeypatch):
    dataset = data.ArrayDataset(
        rng.integers(0, 256, (5, 3, 2, 2), np.uint8), np.zeros(5, int), ["a"]
    )
    first = data.Normalize.from_dataset(dataset)
    monkeypatch.setattr(dataset, "batch", None)
    assert data.Normalize.from_dataset(dataset) == first
    data.PCAColorShift.from_dataset(dataset)


def test_without_images_there_is_no_mean():
    with pytest.raises(ValueError, match="mean of a dataset without images"):
        data.statistics(data.ArrayDataset(np.zeros((0, 3, 2, 2), np.uint8), [], ["a"]))


@pytest.mark.parametrize("dtype", [np.float32, np.uint16])
def test_pixels_that_are_not_bytes_are_refused(dtype):
    """Their range is not known: 0 to 1 would be divided by 255."""
    dataset = data.load("digits")
    dataset.images = dataset.images.astype(dtype)
    with pytest.raises(TypeError, match=f"uint8, but this dataset has {np.dtype(dtype)}: scale"):
        data.Normalize.from_dataset(dataset)


def test_a_bar_is_shown_only_where_it_is_asked_for(rng, capsys):
    images = rng.integers(0, 256, (5, 1, 2, 2), np.uint8)
    data.statistics(data.ArrayDataset(images, [0] * 5, ["a"]))
    assert capsys.readouterr().err == ""
    data.statistics(data.ArrayDataset(images, [0] * 5, ["a"]), progress=True)
    shown = capsys.readouterr().err
    assert "mean colour:   0%|          | 0/1" in shown
    assert shown.endswith("\r")
    assert "\n" not in shown


def test_images_are_read_in_batches_of_a_thousand_and_large_ones_of_sixteen():
    class Counted:
        classes, labels = (), np.zeros(1001)

        def __init__(self, shape):
            self.shape, self.read = shape, []

        def __len__(self):
            return 1001

        def batch(self, indices):
            self.read.append(len(indices))
            return np.zeros((len(indices), 1, 1, 1), np.uint8)

    same, own = Counted((1, 1, 1)), Counted((1, None, None))
    data.statistics(same)
    data.statistics(own)
    assert same.read == [1000, 1]
    assert own.read == [16] * 62 + [9]
