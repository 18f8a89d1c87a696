"""Weights in several files with an index beside them, as Hugging Face writes large models."""

import json
import struct

import numpy as np
import pytest
from support import foreign

from minivgg import models, weights
from minivgg.weights import shards

INDEXES = {"safetensors": "model.safetensors.index.json", "bin": "pytorch_model.bin.index.json"}
STATE = {f"layer.{k}": np.full((2, k + 1), k, np.float32) for k in range(5)}


def written(folder, suffix="safetensors", state=STATE, count=2):
    """The index of a model in so many files."""
    folder.mkdir(exist_ok=True)
    names, stem = list(state), "model" if suffix == "safetensors" else "pytorch_model"
    weight_map = {}
    for k in range(count):
        shard = f"{stem}-{k + 1:05}-of-{count:05}.{suffix}"
        part = {name: state[name] for name in names[k::count]}
        if suffix == "safetensors":
            weights.save(folder / shard, part, {"format": "pt"})
        else:
            foreign.torch_zip(folder / shard, part)
        weight_map |= dict.fromkeys(part, shard)
    return index_of(folder, weight_map, INDEXES[suffix])


def index_of(folder, weight_map, name=INDEXES["safetensors"]):
    path = folder / name
    path.write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": weight_map}, indent=2))
    return path


@pytest.mark.parametrize("suffix", list(INDEXES))
@pytest.mark.parametrize("named", ["index", "folder"])
def test_all_tensors_of_all_files_are_read(suffix, named, tmp_path):
    index = written(tmp_path, suffix)
    file = weights.read(index if named == "index" else tmp_path)
    assert file.path == index
    assert file.kind == {"safetensors": "safetensors", "bin": "PyTorch zip"}[suffix]
    assert set(file) == set(STATE)
    for name, array in STATE.items():
        np.testing.assert_array_equal(file[name], array)
    file.release_pages()
    np.testing.assert_array_equal(file["layer.4"], STATE["layer.4"])  # mapped again


def test_a_net_takes_its_weights_from_several_files(tmp_path):
    net, other = (models.vgg([4, "M"], 2, (3, 8, 8), (5,)).eval() for _ in range(2))
    state = {name: np.asarray(array) for name, array in net.state_dict().items()}
    written(tmp_path, state=state, count=3)
    (tmp_path / "config.json").write_text("{}")  # as in a folder from Hugging Face
    models.load_weights(other, tmp_path, mean=(0.5,) * 3, std=(0.5,) * 3)
    for name, array in state.items():
        np.testing.assert_array_equal(other.state_dict()[name], array)


def test_one_of_the_files_points_to_the_index(tmp_path):
    net = models.vgg([4, "M"], 2, (3, 8, 8), (5,))
    state = {name: np.asarray(array) for name, array in net.state_dict().items()}
    index = written(tmp_path, state=state)
    shard = index.parent / "model-00001-of-00002.safetensors"
    with pytest.raises(ValueError, match=r"one of 2 files .* name their index, such as "):
        models.load_weights(net, shard)


def test_files_may_be_links_as_in_the_cache_of_hugging_face(tmp_path):
    written(tmp_path / "blobs")
    snapshot = tmp_path / "snapshot"
    snapshot.mkdir()
    for path in (tmp_path / "blobs").iterdir():
        (snapshot / path.name).symlink_to(path)
    assert set(weights.read(snapshot)) == set(STATE)


def test_tensors_that_the_index_does_not_name_are_left_out(tmp_path):
    written(tmp_path)
    index_of(tmp_path, {"layer.1": "model-00002-of-00002.safetensors"})
    assert list(weights.read(tmp_path)) == ["layer.1"]


@pytest.mark.parametrize(
    "name",
    ["../other.safetensors", "/etc/passwd", "a/../../b", r"C:\b", r"..\b", r"\\host\b", "", ".",
     "..", 5, None, {"a": "b"}, "a\0b"],
)  # fmt: skip
def test_a_path_that_leads_out_of_the_folder_is_refused(name, tmp_path):
    folder = tmp_path / "model"
    written(folder)
    weights.save(tmp_path / "other.safetensors", {"a": np.zeros(1, np.float32)})
    index_of(folder, {"a": name})
    with pytest.raises(OSError, match=r"cannot be used: its tensor 'a' is in .* not a file in the"):
        weights.read(folder)


def test_a_missing_file_is_named(tmp_path):
    written(tmp_path, count=3)
    (tmp_path / "model-00002-of-00003.safetensors").unlink()
    (tmp_path / "model-00003-of-00003.safetensors").unlink()
    with pytest.raises(OSError, match=r"'model-00002-of-00003\.safetensors' and 1 more of its 3 f"):
        weights.read(tmp_path)


@pytest.mark.parametrize("name", ["x" * 5000, "\ud800"])
def test_a_name_that_no_file_can_have_is_a_missing_file(name, tmp_path):
    index = index_of(tmp_path, {"a": name})
    with pytest.raises(OSError, match="is not in this folder") as caught:
        weights.read(index)
    assert len(str(caught.value)) < 1000
    str(caught.value).encode()  # can be printed


def test_a_tensor_that_its_file_lacks_is_named(tmp_path):
    index = written(tmp_path)
    index_of(tmp_path, {"layer.0": "model-00002-of-00002.safetensors"})
    with pytest.raises(OSError, match=r"layer\.0 is not in model-00002-of-00002\.safetensors"):
        weights.read(index)


def test_a_damaged_file_is_named_itself(tmp_path):
    index = written(tmp_path)
    shard = tmp_path / "model-00002-of-00002.safetensors"
    shard.write_bytes(shard.read_bytes()[:-8])
    with pytest.raises(OSError, match=r"model-00002-of-00002\.safetensors .* truncated"):
        weights.read(index)


def test_an_index_that_names_itself_is_refused(tmp_path):
    index = index_of(tmp_path, {"a": INDEXES["safetensors"]})
    with pytest.raises(OSError, match="not a weights file"):
        weights.read(index)


@pytest.mark.parametrize(
    "text",
    [
        '{"weight_map": {"a": "b"}',
        '{"weight_map": {}}',
        '{"weight_map": []}',
        '{"a": {"weight_map": {}}}',
        '{"weight_map": ' + "[" * 100_000,
        '{"weight_map": {"a": ["model_00000.weights.h5"]}}',
        '{"weight_map": {"a": "model_00000.weights.h5"}}',
    ],
)
def test_another_json_is_one_sentence(text, tmp_path):
    path = tmp_path / INDEXES["bin"]
    path.write_text(text)
    with pytest.raises(OSError, match=r"index\.json \(index\) cannot be used: it is"):
        weights.read(path)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("MAX_SHARDS", "it names 2 files; at most 1"),
        ("MAX_TOTAL_BYTES", r"its files have \d+ bytes together; at most 1 "),
        ("MAX_INDEX_BYTES", "more than an index can have"),
    ],
)
def test_what_an_index_can_name_is_limited(limit, words, tmp_path, monkeypatch):
    index = written(tmp_path)
    files = tmp_path.glob("*.safetensors")
    most = {
        "MAX_SHARDS": 2,
        "MAX_TOTAL_BYTES": sum(path.stat().st_size for path in files),
        "MAX_INDEX_BYTES": index.stat().st_size,
    }
    monkeypatch.setattr(shards, limit, most[limit])
    assert set(weights.read(index)) == set(STATE)
    monkeypatch.setattr(shards, limit, index.stat().st_size - 1 if "INDEX" in limit else 1)
    with pytest.raises(OSError, match=words):
        weights.read(index)


def test_a_folder_with_two_models_asks_which_one(tmp_path):
    written(tmp_path)
    written(tmp_path, "bin")
    with pytest.raises(OSError, match=r"several models .*: name the index of one of them"):
        weights.read(tmp_path)


def test_a_safetensors_file_is_not_taken_for_an_index(tmp_path):
    """The length of its header can begin with the byte of a brace."""
    entry = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
    header = json.dumps({"weight_map": entry}).encode().ljust(ord("{"))
    path = tmp_path / "x.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + struct.pack("<f", 7))
    assert weights.load(path) == {"weight_map": np.float32(7)}


def test_the_checksums_of_every_file_are_compared(tmp_path):
    index = written(tmp_path, "bin", count=3)
    shard = tmp_path / "pytorch_model-00002-of-00003.bin"
    data = shard.read_bytes()
    at = data.index(STATE["layer.1"].tobytes())
    shard.write_bytes(data[:at] + b"\xff" + data[at + 1 :])
    with pytest.raises(
        OSError, match=r"cannot be used: .* the checksum of archive/data/0 in it is"
    ):
        weights.load(index)


def test_what_each_file_says_of_itself_is_read(tmp_path):
    shards_of = {"a.safetensors": {"one": "1"}, "b.safetensors": {"two": "2"}}
    for name, metadata in shards_of.items():
        weights.save(tmp_path / name, {name: np.zeros(1, np.float32)}, metadata)
    index = index_of(tmp_path, {name: name for name in shards_of})
    assert weights.read(index).metadata == {"one": "1", "two": "2"}
