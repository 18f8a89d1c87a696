"""What a loader does that is told nothing, and numbers that it takes."""

import numpy as np
import pytest

from minivgg import data


def numbered(n):
    images = np.broadcast_to(np.arange(n, dtype=np.uint8)[:, None, None, None], (n, 1, 1, 1))
    return data.ArrayDataset(images, np.arange(n), list(map(str, range(n))))


def test_a_loader_that_is_told_nothing_keeps_the_order_in_batches_of_128():
    loader = data.Loader(numbered(200))
    assert [labels.tolist() for _, labels in loader] == [[*range(128)], [*range(128, 200)]]
    assert (loader.seed, loader.prefetch, loader.workers) == (0, 2, 1)
    assert (loader.transforms, loader.share, loader.shuffle) == ((), (0, 1), False)
    images, _ = next(iter(loader))
    assert images.dtype == np.uint8


def test_whole_numbers_of_numpy_and_the_smallest_ones_are_taken():
    loader = data.Loader(numbered(3), np.int64(2), seed=np.int32(0), prefetch=0, workers=1)
    assert (len(loader), type(loader.batch_size), type(loader.seed)) == (2, int, int)
    assert [labels.tolist() for _, labels in loader.epoch(0)] == [[0, 1], [2]]
    assert len(data.Loader(numbered(3), 1)) == 3


def test_epochs_follow_each_other_and_may_be_asked_for_by_number():
    loader = data.Loader(numbered(50), 50, shuffle=True)
    orders = [next(iter(loader))[1].tolist() for _ in range(3)]
    assert orders == [loader.order(epoch).tolist() for epoch in (0, 1, 2)]
    assert len(set(map(tuple, orders))) == 3
    assert next(loader.epoch(1))[1].tolist() == orders[1]
    assert loader.next_epoch == 3
    assert data.Loader(numbered(50), 50, shuffle=True, seed=0).order(0).tolist() == orders[0]


@pytest.mark.parametrize(("start", "left"), [(0, [2, 2, 1]), (1, [2, 1]), (2, [1]), (3, [])])
def test_the_batches_of_an_epoch_from_one_on(start, left):
    found = list(data.Loader(numbered(5), 2).epoch(0, start))
    assert [len(labels) for _, labels in found] == left


@pytest.mark.parametrize("prefetch", [0, 1, 3])
def test_no_more_batches_are_prepared_than_asked_for(prefetch):
    """One for the loop, and those in advance: the next one follows when the loop takes one."""
    asked = []

    class Counted(data.ArrayDataset):
        def batch(self, indices):
            asked.append(indices.tolist())
            return super().batch(indices)

    dataset = Counted(np.zeros((9, 1, 1, 1), np.uint8), [0] * 9, ["a"])
    batches = data.Loader(dataset, 1, prefetch=prefetch).epoch(0)
    assert asked == []
    for k in range(3):
        next(batches)
        # the thread may not have begun the last of them
        assert len(asked) <= k + 1 + 1 + prefetch
    batches.close()
    assert asked == [[i] for i in range(len(asked))]


def test_transforms_are_applied_in_turn_to_what_the_one_before_returned():
    steps = [lambda x, rng: x + 1, lambda x, rng: x * 2]
    images, _ = next(iter(data.Loader(numbered(3), transforms=steps)))
    assert images.ravel().tolist() == [2, 4, 6]


def test_a_loader_needs_images_and_labels_alone():
    """Names of classes and a shape are for others."""

    class Plain:
        labels = np.arange(3)

        def __len__(self):
            return 3

        def batch(self, indices):
            return np.asarray(indices)[:, None, None, None]

    images, labels = next(iter(data.Loader(Plain())))
    assert images.ravel().tolist() == labels.tolist() == [0, 1, 2]
