"""Checksums of tensors: what they depend on, and what a wrong one does."""

import numpy as np
import pytest

from minivgg import weights
from minivgg.weights.tensor_checksums import (
    CHECKSUM,
    checksum_of,
    checksum_of_json,
    require_checksum,
    require_same,
    with_checksum,
)

ARRAYS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(2, np.float32)}


def test_a_checksum_is_of_names_dtypes_shapes_and_numbers():
    first = checksum_of(ARRAYS)
    assert first == "a8292012"  # as in files that were written before
    assert len(first) == 8
    same = {"b": ARRAYS["b"].astype(">f4"), "a": np.asfortranarray(ARRAYS["a"])}
    assert checksum_of(same) == first
    for other in (
        {"a": ARRAYS["a"], "c": ARRAYS["b"]},
        ARRAYS | {"a": ARRAYS["a"].reshape(3, 2)},
        ARRAYS | {"a": ARRAYS["a"].view(np.int32)},
        ARRAYS | {"b": np.array([1, 2], np.float32)},
        {"a": ARRAYS["a"]},
    ):
        assert checksum_of(other) != first


def test_a_checksum_of_json_has_eight_digits():
    assert checksum_of_json("") == "330b153b"
    assert all(len(checksum_of_json(i)) == 8 for i in range(300))


def test_a_file_with_a_wrong_checksum_is_refused(tmp_path):
    metadata = with_checksum({"epoch": "3", "note": "x"}, checksum_of(ARRAYS))
    assert {k: v for k, v in metadata.items() if k != CHECKSUM} == {"epoch": "3", "note": "x"}
    require_checksum("w", metadata, ARRAYS)
    require_checksum("w", metadata | {"note": "y"}, ARRAYS)
    require_checksum("w", {}, ARRAYS)
    for wrong, arrays in (
        (metadata | {"epoch": "4"}, ARRAYS),
        (metadata, ARRAYS | {"b": np.zeros(2, np.float32)}),
    ):
        with pytest.raises(OSError, match=r"^w is damaged: its checksum is wrong$"):
            require_checksum("w", wrong, arrays)
    weights.save(tmp_path / "right", ARRAYS, metadata)
    assert set(weights.load(tmp_path / "right")) == set(ARRAYS)
    weights.save(tmp_path / "wrong", {"a": ARRAYS["a"], "b": ARRAYS["b"] * 2}, metadata)
    with pytest.raises(OSError, match="wrong is damaged: its checksum is wrong"):
        weights.load(tmp_path / "wrong")


def test_checksums_are_compared_as_text():
    require_same("w", "1", "1")
    with pytest.raises(OSError, match="w is damaged"):
        require_same("w", 1, "1")
