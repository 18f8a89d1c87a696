"""Values with arrays as bytes, and back."""

import json

import numpy as np
import pytest

from minivgg.classroom.worker import packing
from minivgg.classroom.worker.packing import from_bytes, to_bytes


def test_the_form_of_a_file():
    header = b'{"value": {"a": [1, {"array": 0}]}, "arrays": [["<i2", [2]]]}'
    array = np.array([1, 258], ">i2")
    expected = b"minivgg1" + bytes([len(header)]) + bytes(7) + header + b"\1\0\2\1"
    assert to_bytes({"a": (1, array)}) == expected
    back = from_bytes(expected)["a"]
    assert back[1].tolist() == [1, 258]
    back[1][0] = 5  # a copy, which can be changed


def test_several_arrays_are_told_from_each_other():
    given = [
        np.arange(6, dtype=np.int16).reshape(2, 3),
        np.zeros((0, 4), np.float32),
        {"inner": np.array(2.5), "text": "a"},
        [np.array([True, False]), (np.arange(3.0).astype(np.longdouble),)],
    ]
    first, empty, inner, (flags, (long,)) = from_bytes(to_bytes(given))
    assert (first.tolist(), first.dtype) == ([[0, 1, 2], [3, 4, 5]], np.int16)
    assert (empty.shape, empty.dtype) == ((0, 4), np.float32)
    assert inner["inner"].shape == ()
    assert (float(inner["inner"]), inner["text"]) == (2.5, "a")
    assert flags.tolist() == [True, False]
    assert (long.tolist(), long.dtype) == ([0, 1, 2], np.float64)
    assert from_bytes(to_bytes([np.zeros((3, 0))]))[0].shape == (3, 0)


def test_numbers_of_numpy_become_those_of_python():
    back = from_bytes(to_bytes([np.float32(0.5), np.int64(3), np.bool_(True), None, 2, "é"]))
    assert back == [0.5, 3, True, None, 2, "é"]
    assert list(map(type, back)) == [float, int, bool, type(None), int, str]


def test_a_dictionary_with_more_than_an_array_is_a_dictionary():
    packed = packing.pack({"array": np.ones(1), "more": [np.zeros(1)]}, arrays := [])
    assert packed == {"array": {"array": 0}, "more": [{"array": 1}]}
    unpacked = packing.unpack(packed, arrays)
    assert unpacked["array"] is arrays[0]
    assert unpacked["more"][0] is arrays[1]


def test_objects_are_not_stored():
    with pytest.raises(TypeError, match=r"^an array of objects is not stored$"):
        to_bytes([np.array([1, None], object)])


@pytest.mark.parametrize(
    "contents",
    [b"", b"minivgg1", b"minivgg1" + bytes(7), b"minivgg2" + bytes(8) + b"{}", b"x" * 40],
)
def test_other_files_are_refused(contents):
    with pytest.raises(ValueError, match=r"^no file of results$"):
        packing.split(contents)


def test_a_file_is_split_behind_its_header():
    header = json.dumps([1, 2]).encode()
    found, numbers = packing.split(b"minivgg1" + bytes([len(header)]) + bytes(7) + header + b"rest")
    assert (found, bytes(numbers)) == ([1, 2], b"rest")
    with pytest.raises(ValueError, match="Expecting value"):  # nothing is there
        packing.split(b"minivgg1" + bytes(8))
