"""The loader yields every image once an epoch, in an order that the seed determines."""

import threading

import numpy as np
import pytest

from minivgg import data
from minivgg.data import streams


def numbered(n):
    """A dataset whose image i is filled with i and labelled i."""
    images = np.broadcast_to(np.arange(n, dtype=np.uint8)[:, None, None, None], (n, 1, 3, 3))
    return data.ArrayDataset(images, np.arange(n), list(map(str, range(n))))


def labels(batches):
    return [int(k) for _, y in batches for k in y]


@pytest.mark.parametrize(("n", "batch_size"), [(10, 3), (9, 3), (1, 5), (7, 1), (50, 4)])
@pytest.mark.parametrize("prefetch", [0, 2, 100])
def test_every_image_once_and_the_last_batch_is_kept(n, batch_size, prefetch):
    loader = data.Loader(numbered(n), batch_size, shuffle=True, prefetch=prefetch)
    batches = list(loader.epoch(0))
    assert sorted(labels(batches)) == list(range(n))
    assert len(batches) == len(loader) == -(-n // batch_size)
    assert all((x[:, 0, 0, 0] == y).all() for x, y in batches)


def test_without_shuffling_the_order_is_the_datasets():
    assert labels(data.Loader(numbered(10), 4)) == list(range(10))


def test_the_order_depends_on_seed_and_epoch_alone():
    loader = data.Loader(numbered(50), 8, shuffle=True, seed=5)
    first, second = labels(loader), labels(loader)
    assert first != second
    again = data.Loader(numbered(50), 8, shuffle=True, seed=5)
    assert labels(again.epoch(1)) == second
    assert labels(again.epoch(1, start=3)) == second[24:]
    assert labels(data.Loader(numbered(50), 8, shuffle=True, seed=6)) != first


@pytest.mark.parametrize("workers", [1, 3])
def test_augmentation_depends_on_seed_epoch_and_batch_alone(workers):
    def pixels(start, workers):
        loader = data.Loader(
            numbered(30),
            4,
            shuffle=True,
            seed=2,
            transforms=[data.RandomCrop(2, padding=1)],
            workers=workers,
        )
        return [x.tobytes() for x, _ in loader.epoch(3, start)]

    assert pixels(0, 1)[2:] == pixels(2, workers)


def test_no_two_streams_begin_alike():
    """NumPy pads seeds with zeros: a key must not be another one with zeros behind it."""
    keys = [
        (streams.ORDER, 3, 0),
        (streams.AUGMENT, 3, 0, 0),
        (streams.TRAIN_VAL_SPLIT, 3),
        (streams.DROPOUT, 3, 0, 0),
        (3,),
    ]
    first = [np.random.default_rng(key).random() for key in keys]
    assert len(set(first)) == len(keys)
    assert (
        np.random.default_rng([3, 0]).random() == np.random.default_rng([3, 0, 0]).random()
    )  # why this matters


def test_an_error_in_the_background_reaches_the_loop():
    def broken(images, rng):
        raise OSError("image 7 is damaged")

    with pytest.raises(OSError, match="image 7"):
        list(data.Loader(numbered(10), 2, transforms=[broken]))


def test_leaving_the_loop_early_leaves_no_thread():
    before = threading.active_count()
    batches = data.Loader(numbered(50), 1, prefetch=10).epoch(0)
    next(batches)
    batches.close()
    assert threading.active_count() == before


def test_what_cannot_be_loaded_is_refused():
    with pytest.raises(ValueError, match="batch_size must be an integer of at least 1, got 0"):
        data.Loader(numbered(3), 0)
    for wrong in ({"prefetch": -1}, {"workers": 0}, {"batch_size": 8.5}, {"seed": -1}):
        with pytest.raises(ValueError, match=f"Loader: {next(iter(wrong))} must be an integer"):
            data.Loader(numbered(3), **wrong)
    with pytest.raises(ValueError, match="no images"):
        data.Loader(numbered(0), 2)


def test_as_many_batches_are_ahead_as_asked_for_and_one_for_each_thread():
    for prefetch, workers, expected in ((2, 1, 2), (0, 1, 0), (2, 8, 7), (9, 4, 9)):
        loader = data.Loader(numbered(3), 1, prefetch=prefetch, workers=workers)
        assert (loader.prefetch, loader.workers) == (expected, workers)


def test_shares_of_a_small_last_batch_may_be_empty_and_have_the_shape_of_the_others():
    """Seven images in batches of three: the last one has one, for the last of three ranks."""
    dataset = numbered(7)
    parts = [data.Loader(dataset, 3, share=(rank, 3)) for rank in range(3)]
    batches = [list(loader.epoch(0)) for loader in parts]
    assert [[len(x) for x, _ in found] for found in batches] == [[1, 1, 0], [1, 1, 0], [1, 1, 1]]
    images, labels = batches[0][2]
    assert (images.shape[1:], images.dtype) == (batches[2][0][0].shape[1:], batches[2][0][0].dtype)
    assert (labels.shape, labels.dtype) == ((0,), np.int64)
    assert [len(parts[0].share_of(k)) for k in range(3)] == [1, 1, 0]


@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_ranks_together_augment_as_one_alone(ranks):
    """The whole batch is drawn for, and a rank takes its own rows of it."""

    def jitter(images, rng):
        return images + rng.random((len(images), 1, 1, 1))

    dataset = numbered(7)
    whole = [x for x, _ in data.Loader(dataset, 4, shuffle=True, transforms=[jitter]).epoch(1)]
    loaders = [
        data.Loader(dataset, 4, shuffle=True, transforms=[jitter], share=(rank, ranks))
        for rank in range(ranks)
    ]
    for k, batch in enumerate(whole):
        parts = [list(loader.epoch(1))[k][0] for loader in loaders]
        assert (np.concatenate(parts) == batch).all()
