"""Arrays in a mapped file lie within it, and what a file may take has limits."""

import numpy as np
import pytest

from minivgg.weights import memory_map
from minivgg.weights.memory_map import Budget, CorruptFileError, view_at

MEMORY = np.arange(6, dtype="<i2").tobytes()  # 12 bytes
I2 = np.dtype("<i2")


@pytest.mark.parametrize(
    ("offset", "shape", "strides", "expected"),
    [
        (0, (6,), None, [0, 1, 2, 3, 4, 5]),
        (2, (5,), None, [1, 2, 3, 4, 5]),
        (0, (2, 3), None, [[0, 1, 2], [3, 4, 5]]),
        (0, (2, 3), (2, 4), [[0, 2, 4], [1, 3, 5]]),
        (0, (3,), (4,), [0, 2, 4]),
        (10, (1,), (999,), [5]),  # a stride that is never used
        (10, (1,), (0,), [5]),
        (0, (2, 1), (2, 0), [[0], [1]]),
        (10, (), None, 5),
        (0, (0, 5), None, []),
        (0, (3, 0), (0, 0), [[], [], []]),
        (1 << 48, (0, 1 << 48), None, []),
        (0, (1,) * 8, None, [[[[[[[[0]]]]]]]]),
    ],
)
def test_an_array_views_its_bytes(offset, shape, strides, expected):
    found = view_at(MEMORY, "a", offset, I2, shape, strides)
    assert (found.shape, found.dtype) == (shape, I2)
    assert found.tolist() == expected


@pytest.mark.parametrize(
    ("offset", "shape", "strides", "words"),
    [
        (-1, (1,), None, "a has an impossible shape or offset"),
        (0, (-1,), None, "a has an impossible shape or offset"),
        (0, (1,), (-2,), "a has an impossible shape or offset"),
        (0, (0, (1 << 48) + 1), None, "a has an impossible shape or offset"),
        ((1 << 48) + 1, (1,), None, "a has an impossible shape or offset"),
        (0, (1,), ((1 << 48) + 1,), "a has an impossible shape or offset"),
        (0, (1,) * 9, None, "a has an impossible shape or offset"),
        (0, (2,), (0,), r"a, of shape \(2,\) and strides \(0,\), would contain the same bytes twi"),
        (0, (2, 3), (2, 2), "would contain the same bytes twice"),
        (0, (3,), (1,), "would contain the same bytes twice"),
        (0, (2, 2), (0, 8), "would contain the same bytes twice"),
        (2, (6,), None, "it is truncated: a would end at byte 14 of 12"),
        (11, (1,), None, "it is truncated: a would end at byte 13 of 12"),
        (0, (4,), (4,), "it is truncated: a would end at byte 14 of 12"),
        (12, (500, 2), None, "it is truncated: a would end at byte 2,012 of 12"),
    ],
)
def test_an_array_that_is_not_in_the_file_is_refused(offset, shape, strides, words):
    with pytest.raises(CorruptFileError, match=words):
        view_at(MEMORY, "a", offset, I2, shape, strides)


def test_each_axis_has_one_stride():
    with pytest.raises(ValueError, match=r"shorter|longer"):
        view_at(MEMORY, "a", 0, I2, (2,), (2, 2))


MEGABYTE = 1 << 20


@pytest.mark.parametrize(
    ("file_bytes", "net_bytes", "most"),
    [
        (0, None, 64 * MEGABYTE),
        (10 * MEGABYTE, None, 200 * MEGABYTE),
        (0, 1000, 1000 + 100 * MEGABYTE),
        (50 * MEGABYTE, 1000, 200 * MEGABYTE),
    ],
)
def test_memory_is_taken_up_to_a_limit(file_bytes, net_bytes, most, monkeypatch):
    monkeypatch.setattr("minivgg.backend.free_memory", lambda device: None)
    budget = Budget(file_bytes, net_bytes)
    budget.take("nothing", 0)
    budget.take("a", most - 5)
    budget.take("a", 5)
    with pytest.raises(CorruptFileError, match="b would take 1 bytes, far more than the "):
        budget.take("b", 1)
    with pytest.raises(CorruptFileError, match="b would take -1 bytes"):
        Budget(file_bytes, net_bytes).take("b", -1)


def test_what_is_too_much_is_compared_with_the_file_and_the_net():
    with pytest.raises(CorruptFileError, match=r"in a file of 1,000 bytes do$"):
        Budget(1000).take("a", 1 << 40)
    message = "than the net, which has 2,000, and than a file of 1,000 bytes should hold$"
    with pytest.raises(CorruptFileError, match=message):
        Budget(1000, 2000).take("a", 1 << 40)


def test_memory_that_is_not_free_is_not_taken(monkeypatch):
    monkeypatch.setattr("minivgg.backend.free_memory", lambda device: {"cpu": 1000}[device])
    budget = Budget(1)
    budget.take("a", 1000)
    message = "b needs 1 bytes when it is unpacked, and only 1,000 bytes of memory are free"
    with pytest.raises(CorruptFileError, match=message):
        budget.take("b", 1)


def test_arrays_may_share_bytes_once_and_be_as_large_as_what_was_unpacked(monkeypatch):
    monkeypatch.setattr(memory_map, "UNPACKED_BYTES", 100)
    array = np.zeros(100, np.uint8)
    budget = Budget(100)
    budget.check_total({"a": array, "b": array})
    three = {"a": array, "b": array, "c": array}
    message = "its arrays would take 300 bytes, far more than the weights in a file of 100 bytes"
    with pytest.raises(CorruptFileError, match=message):
        budget.check_total(three)
    budget.take("c", 99)
    with pytest.raises(CorruptFileError, match=message):
        budget.check_total(three)
    budget.take("c", 1)
    budget.check_total(three)
    with pytest.raises(CorruptFileError, match="a file of 50 bytes"):
        Budget(50, 1000).check_total(three)
    larger = Budget(100)
    larger.add_file(50)
    larger.check_total(three)


def test_the_arrays_of_a_file_are_few_and_have_short_names(monkeypatch):
    budget = Budget(1)
    budget.count(10_000)
    with pytest.raises(CorruptFileError, match="it has 10,001 arrays; at most 10,000 are read"):
        budget.count(10_001)
    budget.check_total({})
    budget.check_total({"x" * 1000: np.zeros(1)})
    with pytest.raises(CorruptFileError, match="an array whose name has 1,001 characters"):
        budget.check_total({"x" * 1001: np.zeros(1), "b": np.zeros(1)})
    monkeypatch.setattr(memory_map, "MAX_ARRAYS", 1)
    with pytest.raises(CorruptFileError, match="it has 2 arrays"):
        budget.check_total({"a": np.zeros(1), "b": np.zeros(1)})


def test_the_work_of_a_reader_is_limited_altogether():
    budget = Budget(1)
    budget.spend(400_000)
    budget.spend(600_000)
    with pytest.raises(CorruptFileError, match="to search it takes more than 1,000,000 steps"):
        budget.spend(1)
