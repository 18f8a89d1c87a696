"""Files of weights: exact round trips, and clear words for damaged ones."""

import json

import numpy as np
import pytest
import safetensors.numpy

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


def test_the_same_weights_are_the_same_bytes_as_those_of_the_library(tmp_path, rng):
    """The library's order of several texts is random, so it is compared with one."""
    arrays = {
        "wide": rng.normal(size=(2, 3)),
        "b": rng.normal(size=5).astype(np.float32),
        "ä b": np.arange(6, dtype=np.int16).reshape(3, 2).T,
        "empty": np.zeros((0, 4), np.float16),
        "number": np.array(7, np.int64),
        "flags": np.array([True, False, True]),
    }
    straight = {name: a.copy(order="C") for name, a in arrays.items()}
    for metadata in (None, {"title": '한 "text" \n\x1b \x7f'}):
        weights.save(tmp_path / "ours", arrays, metadata)
        assert (tmp_path / "ours").read_bytes() == safetensors.numpy.save(straight, metadata)
        found = weights.load(tmp_path / "ours")
        assert all(np.array_equal(found[name], a) for name, a in arrays.items())
    texts = {f"key {k}": str(k) for k in range(20)}
    for name in "ab":
        weights.save(tmp_path / name, arrays, texts)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert weights.read(tmp_path / "a").metadata == texts
    with safetensors.safe_open(tmp_path / "a", "numpy") as file:
        assert file.metadata() == texts
        assert np.array_equal(file.get_tensor("ä b"), arrays["ä b"])


def test_numbers_of_the_other_byte_order_are_saved_too(tmp_path):
    weights.save(tmp_path / "w", {"a": np.arange(3, dtype=">f4")})
    assert np.array_equal(weights.load(tmp_path / "w")["a"], [0, 1, 2])


@pytest.mark.parametrize(
    ("arrays", "metadata", "error", "words"),
    [
        ({"a": np.ones(2, complex)}, None, TypeError, "a has dtype complex128: safetensors has F6"),
        ({"a": np.array(["x"])}, None, TypeError, "a has dtype <U1: safetensors has"),
        ({"a": np.ones(2)}, {"epoch": 3}, TypeError, "metadata of weights is text"),
        ({"__metadata__": np.ones(2)}, None, ValueError, "no tensor can have the name"),
    ],
)
def test_what_the_format_lacks_is_refused_before_anything_is_written(
    tmp_path, arrays, metadata, error, words
):
    with pytest.raises(error, match=words):
        weights.save(tmp_path / "w", arrays, metadata)
    assert not list(tmp_path.iterdir())


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


def test_a_header_that_is_too_long_is_refused(tmp_path):
    path, most = tmp_path / "w.safetensors", 4 << 20
    for length in (most, most + 1):
        path.write_bytes(length.to_bytes(8, "little") + b"{" + b" " * (length - 2) + b"}")
        if length == most:
            assert weights.load(path) == {}
        else:
            message = r"its header has 4,194,305 bytes; at most 4,194,304 are read"
            with pytest.raises(OSError, match=message):
                weights.load(path)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"dtype": "F32", "shape": [1]}, "its entry for a cannot be read"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [0]}, "its entry for a cannot be read"),
        ({"shape": [1], "data_offsets": [0, 4]}, "its entry for a cannot be read"),
        (5, "its entry for a cannot be read"),
        ({"dtype": "F32", "shape": [1], "data_offsets": ["0", 4]}, "a does not lie between two"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [0, 4.0]}, "a does not lie between two"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [-4, 0]}, "a does not lie between two"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}, "a does not lie between two"),
        ({"dtype": 5, "shape": [1], "data_offsets": [0, 4]}, "a has dtype 5; the dtypes read here"),
        (
            {"dtype": "F4", "shape": [1], "data_offsets": [0, 4]},
            r"'F4'; .* BOOL, BF16, F8_E4M3, F8",
        ),
        ({"dtype": "F32", "shape": 1, "data_offsets": [0, 4]}, "a has a shape that is no list"),
        ({"dtype": "F32", "shape": [1] * 9, "data_offsets": [0, 4]}, "a has a shape of 9 axes; ar"),
        (
            {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]},
            r"a of shape \(2,\) does not fill",
        ),
        ({"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}, "does not fill its 4 bytes"),
        ({"dtype": "F32", "shape": [1.0], "data_offsets": [0, 4]}, "does not fill its 4 bytes"),
        ({"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "it is truncated: a would end at"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(entry, words, tmp_path):
    header = json.dumps({"a": entry}).encode()
    path = tmp_path / "w.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(4))
    with pytest.raises(OSError, match=words):
        weights.load(path)


def entries(**spans):
    return {
        name: {"dtype": "U8", "shape": [last - first], "data_offsets": [first, last]}
        for name, (first, last) in spans.items()
    }


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ({"a": (0, 4), "b": (4, 8)}, ""),
        ({"b": (4, 8), "a": (0, 4)}, ""),
        ({"a": (0, 4), "none": (2, 2), "b": (4, 8)}, ""),
        ({"a": (0, 4), "b": (3, 8)}, "its tensors a and b have bytes in common"),
        ({"a": (0, 8), "b": (2, 4)}, "its tensors a and b have bytes in common"),
        ({"a": (0, 8), "none": (2, 2), "b": (6, 8)}, "its tensors a and b have bytes in common"),
        ({"a": (0, 4), "b": (0, 4)}, "its tensors a and b have bytes in common"),
    ],
)
def test_tensors_have_no_bytes_in_common(spans, words, tmp_path):
    header = json.dumps(entries(**spans)).encode()
    path = tmp_path / "w.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(range(8)))
    if not words:
        found = weights.load(path)
        assert {k: a.tolist() for k, a in found.items()} == {
            k: list(range(*span)) for k, span in spans.items()
        }
        return
    with pytest.raises(OSError, match=words):
        weights.load(path)


def test_tensors_are_counted_before_they_are_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr("minivgg.weights.memory_map.MAX_ARRAYS", 1)
    header = json.dumps({"a": 5, "b": 5}).encode()
    path = tmp_path / "w.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    with pytest.raises(OSError, match="it has 2 arrays; at most 1 are read"):
        weights.load(path)


def test_a_name_twice_is_refused(tmp_path):
    header = json.dumps(entries(a=(0, 4), b=(4, 8))).replace('"b"', '"a"').encode()
    path = tmp_path / "w.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(8))
    with pytest.raises(OSError, match="its header has the name 'a' twice"):
        weights.load(path)


def test_numbers_of_16_and_8_bits_become_float32(tmp_path):
    kinds = {"BF16": (2, [0x80, 0x3F]), "F8_E4M3": (1, [0x38]), "F8_E5M2": (1, [0x3C])}
    for kind, (size, one) in kinds.items():
        entry = {"dtype": kind, "shape": [2], "data_offsets": [0, 2 * size]}
        header = json.dumps({"a": entry}).encode()
        path = tmp_path / "w.safetensors"
        path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(one * 2))
        found = weights.load(path)["a"]
        assert (found.dtype, found.tolist()) == (np.float32, [1, 1])


def test_scalars_and_empty_arrays_come_back(tmp_path):
    tensors = {"n": np.array(7, np.int64), "none": np.zeros((0, 3), np.float32)}
    tensors["largest"] = np.zeros((0, 1 << 48), np.float32)
    weights.save(tmp_path / "w.safetensors", tensors)
    found = weights.load(tmp_path / "w.safetensors")
    assert {name: (a.shape, a.dtype) for name, a in found.items()} == {
        name: (a.shape, a.dtype) for name, a in tensors.items()
    }
    assert found["n"] == 7
