"""Files of weights: exact round trips, and clear words for damaged ones."""

import numpy as np
import pytest
from safetensors import safe_open

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


def test_the_package_safetensors_reads_the_same(tmp_path):
    rng = np.random.default_rng(0)
    arrays = {
        np.dtype(kind).name: (100 * rng.standard_normal((3, 2))).astype(kind)
        for kind in ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?", ">f4")
    }
    arrays |= {"0-d": np.array(7), "empty": np.zeros((0, 3)), "é \n": np.arange(5, dtype="u1")}
    weights.save(tmp_path / "w.safetensors", arrays, {"note": "ü", "other": '"{}"'})
    with safe_open(tmp_path / "w.safetensors", "np") as file:
        assert set(file.keys()) == set(arrays)
        assert file.metadata() == {"note": "ü", "other": '"{}"'}
        for name, array in arrays.items():
            assert np.array_equal(file.get_tensor(name), array)
    found = weights.read(tmp_path / "w.safetensors")
    assert found.metadata == {"note": "ü", "other": '"{}"'}
    for name, array in arrays.items():
        assert np.array_equal(found[name], array)
        assert found[name].flags.aligned


def test_equal_tensors_are_equal_files_whatever_their_order(tmp_path):
    arrays = {"b": np.ones(3, "f4"), "a": np.zeros(3, "f4"), "c": np.zeros(3, "u1")}
    metadata = {f"key {k}": str(k) for k in range(9)}
    weights.save(tmp_path / "1", arrays, metadata)
    weights.save(tmp_path / "2", dict(reversed(arrays.items())), metadata)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    assert list(weights.read(tmp_path / "1")) == ["a", "b", "c"]


def test_an_array_of_another_type_is_named(tmp_path):
    with pytest.raises(ValueError, match="no tensors of dtype complex128: a cannot be written"):
        weights.save(tmp_path / "w.safetensors", {"a": np.zeros(2, complex)})
    assert list(tmp_path.iterdir()) == []
