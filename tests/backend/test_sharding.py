"""Random numbers belong to images: each image has the same ones however a batch is sharded."""

import numpy as np
import pytest

from minivgg import backend, data, ops
from minivgg.backend.sharding import Shard, ShardedGenerator


@pytest.mark.parametrize("total", [1, 5, 12, 64])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_shards_cover_a_batch_once_and_are_nearly_equal(total, size):
    shares = [Shard.of(total, rank, size) for rank in range(size)]
    assert np.concatenate([np.arange(total)[share.rows] for share in shares]).tolist() == list(
        range(total)
    )
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_a_part_of_a_shard_counts_from_its_first_image():
    assert Shard(3, 9, 12).part(0, 4) == Shard(3, 7, 12)
    assert Shard(3, 9, 12).part(4, 6) == Shard(7, 9, 12)


DRAWS = {
    "random": lambda rng, n: rng.random(n),
    "random of several": lambda rng, n: rng.random((n, 3)),
    "standard_normal of float32": lambda rng, n: rng.standard_normal((n, 3), dtype=np.float32),
    "normal with mean": lambda rng, n: rng.normal(2.0, 0.1, (n, 3)),
    "normal without limits": lambda rng, n: rng.normal(size=n),
    "uniform without limits": lambda rng, n: rng.uniform(size=n),
    "uniform": lambda rng, n: rng.uniform(-1, 2, size=n),
    "integers below": lambda rng, n: rng.integers(3, size=n),
    "normal": lambda rng, n: rng.standard_normal((n, 2)),
    "integers": lambda rng, n: rng.integers(2, 9, n),
    "integers below rows": lambda rng, n: rng.integers(0, np.full((n, 2), 7)),
    **{
        f"out of {np.dtype(dtype).name}, {per} a row": lambda rng, n, t=dtype, per=per: rng.random(
            dtype=t, out=np.empty((n, per), t)
        )
        for dtype in (np.float32, np.float64)
        for per in (1, 2, 7, 8)
    },
}


@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_each_image_gets_the_numbers_of_the_whole_batch_and_the_stream_goes_on_alike(name, size):
    """Three draws of 11 images, so that shards differ in size and float32 leaves half a word."""
    whole = ShardedGenerator(np.random.default_rng(7), Shard(0, 11, 11))
    expected = [DRAWS[name](whole, 11) for _ in range(3)]
    for rank in range(size):
        share = Shard.of(11, rank, size)
        rows = ShardedGenerator(np.random.default_rng(7), share)
        for want in expected:
            np.testing.assert_array_equal(DRAWS[name](rows, len(share)), want[share.rows])


def test_without_sharing_the_numbers_are_the_plain_generators():
    plain, rows = (
        np.random.default_rng(3),
        ShardedGenerator(np.random.default_rng(3), Shard(0, 6, 6)),
    )
    np.testing.assert_array_equal(rows.random(6), plain.random(6))
    np.testing.assert_array_equal(
        rows.random(dtype=np.float32, out=np.empty((6, 4), np.float32)),
        plain.random((6, 4), np.float32),
    )
    np.testing.assert_array_equal(
        rows.integers(0, np.full((6, 2), 5)), plain.integers(0, np.full((6, 2), 5))
    )


def test_numbers_without_a_row_for_each_image_are_refused():
    with pytest.raises(ValueError, match="have a row for each of them, got size 3"):
        ShardedGenerator(np.random.default_rng(0), Shard(0, 2, 4)).random(3)


@pytest.mark.parametrize("shape", [(10, 6), (10, 3, 5), (10, 1)])
def test_dropout_of_a_part_is_the_part_of_dropout(shape):
    x = np.ones(shape, np.float32)
    with backend.fixed_seed(1, Shard(0, 10, 10)):
        whole = ops.dropout(x, 0.4)[0]
    for start, stop in ((0, 4), (4, 10), (9, 10)):
        with backend.fixed_seed(1, Shard(start, stop, 10)):
            np.testing.assert_array_equal(ops.dropout(x[start:stop], 0.4)[0], whole[start:stop])


def test_a_shared_loader_gives_the_parts_of_the_whole_ones_batches():
    digits = data.load("digits", "test")
    steps = [
        data.RandomCrop((8, 8), 2),
        data.RandomHorizontalFlip(),
        data.Normalize.from_dataset(digits),
    ]
    options = {
        "batch_size": 90,
        "shuffle": True,
        "transforms": steps,
    }  # 359 images: the last batch has 89
    whole = list(data.Loader(digits, **options).epoch(2))
    parts = [list(data.Loader(digits, **options, share=(rank, 4)).epoch(2)) for rank in range(4)]
    for k, (images, labels) in enumerate(whole):
        np.testing.assert_array_equal(np.concatenate([part[k][0] for part in parts]), images)
        np.testing.assert_array_equal(np.concatenate([part[k][1] for part in parts]), labels)


def test_a_batch_of_fewer_images_than_parts_leaves_some_empty():
    digits = data.Subset(data.load("digits", "test"), np.arange(5))
    batches = [list(data.Loader(digits, 3, share=(rank, 4)).epoch(0)) for rank in range(4)]
    assert [[len(labels) for _, labels in b] for b in batches] == [[0, 0], [1, 1], [1, 0], [1, 1]]
    assert batches[0][0][0].shape == (0, 1, 8, 8)


@pytest.mark.parametrize("name", [name for name in DRAWS if not name.startswith("out of")])
def test_draws_for_a_whole_batch_are_the_plain_generators(name):
    draw, rows = DRAWS[name], ShardedGenerator(np.random.default_rng(3), Shard(0, 6, 6))
    np.testing.assert_array_equal(draw(rows, 6), draw(np.random.default_rng(3), 6))


def test_another_distribution_is_refused_with_the_names_of_those_there_are():
    rows = ShardedGenerator(np.random.default_rng(0), Shard(0, 2, 4))
    with pytest.raises(AttributeError, match="with several processes rng has only random, integ"):
        rows.permutation(4)
