"""Micro-batches cover a shard of a batch once, and know where in the whole batch they are."""

from types import SimpleNamespace

import numpy as np
import pytest

from minivgg.backend.sharding import Shard
from minivgg.training.micro_batches import micro_batches, part_weights


@pytest.mark.parametrize(
    ("size", "expected"),
    [(None, [(0, 7)]), (7, [(0, 7)]), (100, [(0, 7)]), (3, [(0, 3), (3, 6), (6, 7)])],
)
def test_a_shard_is_cut_into_parts_of_at_most_so_many_images(size, expected):
    parts = micro_batches(Shard(10, 17, 20), size)
    assert [(rows.start, rows.stop) for rows, _ in parts] == expected
    assert [part for _, part in parts] == [Shard(10 + a, 10 + b, 20) for a, b in expected]


@pytest.mark.parametrize("size", [None, 3])
def test_an_empty_shard_has_no_micro_batches(size):
    assert micro_batches(Shard(5, 5, 20), size) == []


@pytest.mark.parametrize(
    ("ranks", "weights", "expected"),
    [
        (1, None, [3 / 7, 3 / 7, 1 / 7]), (1, [1, 1, 1, 2, 2, 2, 6], [0.2, 0.4, 0.4]),
        (1, [0] * 7, [3 / 7, 3 / 7, 1 / 7]), (2, [1, 1, 1, 2, 2, 2, 6], [0.1, 0.2, 0.2]),
        (2, None, [3 / 14, 3 / 14, 1 / 14]), (2, [0] * 7, [3 / 14, 3 / 14, 1 / 14]),
    ],
)  # fmt: skip
def test_parts_weigh_as_much_as_their_images_or_what_the_loss_says(ranks, weights, expected):
    """Over all ranks the weights add up to 1; a second rank has as much as this one."""
    parts = micro_batches(Shard(0, 7, 7 * ranks), 3)
    loss = SimpleNamespace() if weights is None else SimpleNamespace(weight_sum=np.sum)
    world = SimpleNamespace(size=ranks, sum=lambda values: [2 * v for v in values])
    labels = np.arange(7) if weights is None else np.array(weights, float)
    assert part_weights(loss, parts, labels, world) == pytest.approx(expected)
    whole = micro_batches(Shard(0, 7, 7 * ranks), None)
    assert part_weights(loss, whole, labels, world) == pytest.approx([1 / ranks])


def test_another_rank_may_have_all_the_weight():
    world = SimpleNamespace(size=2, sum=lambda values: [values[0] + 5])
    loss = SimpleNamespace(weight_sum=np.sum)
    parts = micro_batches(Shard(0, 4, 8), 2)
    assert part_weights(loss, parts, np.zeros(4), world) == [0, 0]
