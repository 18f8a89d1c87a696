"""Files of weights: exact round trips, and clear words for damaged ones."""

import json

import numpy as np
import pytest

from minivgg import models, weights


def test_a_round_trip_is_exact(tmp_path):
    net = models.vgg("small-8x8", 10, batch_norm=True)
    weights.save(tmp_path / "w.safetensors", net.state_dict())
    loaded = weights.load(tmp_path / "w.safetensors")
    assert set(loaded) == set(net.state_dict())
    for name, a in net.state_dict().items():
        assert loaded[name].tobytes() == a.tobytes()
        assert loaded[name].dtype == a.dtype
        assert loaded[name].shape == a.shape


def test_the_layout_in_memory_is_not_saved(tmp_path):
    """safetensors writes raw memory: a transposed array must be straightened first."""
    a = np.arange(6.0).reshape(2, 3).T
    weights.save(tmp_path / "w.safetensors", {"a": a})
    assert (weights.load(tmp_path / "w.safetensors")["a"] == a).all()


def test_from_any_device(tmp_path, device):
    net = models.vgg([2, "M"], 2, (1, 4, 4), (3,))
    weights.save(tmp_path / "w.safetensors", net.state_dict())
    net.load_state_dict(weights.load(tmp_path / "w.safetensors"))


def test_damaged_and_missing_files_are_named(tmp_path):
    path = tmp_path / "w.safetensors"
    weights.save(path, {"a": np.ones(1000)})
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(OSError, match=r"w\.safetensors .*it is truncated: a would end at byte"):
        weights.load(path)
    path.write_bytes(b"")
    with pytest.raises(OSError, match="is empty"):
        weights.load(path)
    with pytest.raises(FileNotFoundError, match="no weights file"):
        weights.load(tmp_path / "none.safetensors")


@pytest.mark.parametrize(
    ("header", "length", "words"),
    [
        ({"__metadata__": [1]}, None, "metadata is not a JSON object"),
        ({"__metadata__": "text"}, None, "metadata is not a JSON object"),
        ({}, 3, "its header would end at byte 13 of 10"),
    ],
)
def test_a_header_that_is_none_is_refused(tmp_path, header, length, words):
    text = json.dumps(header).encode()
    start = len(text) if length is None else length + len(text)
    path = tmp_path / "w.safetensors"
    path.write_bytes(start.to_bytes(8, "little") + text)
    with pytest.raises(OSError, match=words):
        weights.load(path)


def test_scalars_and_empty_arrays_come_back(tmp_path):
    tensors = {"n": np.array(7, np.int64), "none": np.zeros((0, 3), np.float32)}
    weights.save(tmp_path / "w.safetensors", tensors)
    found = weights.load(tmp_path / "w.safetensors")
    assert {name: (a.shape, a.dtype) for name, a in found.items()} == {
        name: (a.shape, a.dtype) for name, a in tensors.items()
    }
    assert found["n"] == 7
