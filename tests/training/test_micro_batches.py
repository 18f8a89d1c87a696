"""Micro-batches cover a shard of a batch once, and know where in the whole batch they are."""

import pytest

from minivgg.backend.sharding import Shard
from minivgg.training.micro_batches import micro_batches


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
