"""Checkpoints as other libraries write them: the weights are found, and nothing else is built."""

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from minivgg import weights
from minivgg.utils.notices import Notice
from minivgg.weights import narrow_floats, other_formats
from minivgg.weights.memory_map import Budget, CorruptFileError

DATA = Path(__file__).parent / "data"
EXPECTED = dict(np.load(DATA / "expected.npz"))
LAYERS = {
    "conv1_1": [np.arange(54, dtype="f4").reshape(3, 3, 3, 2), np.ones(2, "f4")],
    "fc6": [np.arange(12, dtype="f4").reshape(4, 3), np.zeros(3, "f4")],
}
NAMES = {
    f"{layer}_{part}": a
    for layer, pair in LAYERS.items()
    for part, a in zip("Wb", pair, strict=True)
}


def same(found, expected):
    return set(found) == set(expected) and all(
        found[name].shape == a.shape and (found[name] == a).all() for name, a in expected.items()
    )


@pytest.mark.parametrize("name", ["reference", "legacy", "whole"])
def test_the_weights_of_a_checkpoint_are_found_beside_other_objects(name):
    assert same(weights.read(DATA / f"{name}.pth"), EXPECTED)


def test_plain_weights_are_taken_before_averaged_ones_and_the_user_is_told():
    with pytest.warns(Notice, match="state_dict is taken, and not state_dict_ema"):
        assert same(weights.read(DATA / "averaged.pth"), EXPECTED)


def test_bfloat16_is_read_as_float32_of_the_same_value():
    found = weights.read(DATA / "bfloat16.pth")
    for name, array in EXPECTED.items():
        assert abs(found[name] - array).max() <= 2**-8 * abs(array).max()
        assert found[name].dtype == array.dtype
        if array.dtype == np.float32:
            assert not (np.ascontiguousarray(found[name]).view("u4") & 0xFFFF).any()


def test_float8_is_read_as_float32():
    found = weights.read(DATA / "float8.pth")["features.0.weight"]
    array = EXPECTED["features.0.weight"]
    assert found.dtype == np.float32
    assert (abs(found - array) <= np.maximum(2**-4 * abs(array), 2**-10)).all()


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("float8_e4m3fn", {0x00: 0, 0x01: 2**-9, 0x08: 2**-6, 0x38: 1, 0x7E: 448, 0xB8: -1}),
        ("float8_e5m2", {0x00: 0, 0x01: 2**-16, 0x3C: 1, 0x7B: 57344, 0x7C: np.inf, 0xBC: -1}),
    ],
)
def test_known_values_of_float8(kind, values):
    bits = np.array([*values, 0x7F], "u1")
    found = narrow_floats.widen(bits, kind, "x", Budget(100))
    assert not found.flags.writeable
    assert found[:-1].tolist() == list(values.values())
    assert np.isnan(found[-1])


def test_float32_takes_four_bytes_of_the_budget_for_each_number(monkeypatch):
    monkeypatch.setattr("minivgg.backend.free_memory", lambda device: 40)
    for kind, dtype in (("bfloat16", "u2"), ("float8_e5m2", "u1")):
        assert narrow_floats.widen(np.zeros(10, dtype), kind, "x", Budget(100)).nbytes == 40
        with pytest.raises(CorruptFileError, match="x needs 44 bytes"):
            narrow_floats.widen(np.zeros(11, dtype), kind, "x", Budget(100))


def test_a_torchscript_program_says_how_to_save_its_weights():
    with pytest.raises(OSError, match=r"TorchScript: load it with torch\.jit\.load"):
        weights.read(DATA / "script.pth")


@pytest.mark.parametrize("name", ["small.keras", "small.h5"])
def test_all_arrays_of_keras_files_come_out_with_the_config(name):
    pytest.importorskip("h5py")
    expected = np.load(DATA / "small_expected.npz")
    found = weights.read(DATA / name)
    assert sorted(a.tobytes() for a in found.values()) == sorted(
        a.tobytes() for a in expected.values()
    )
    assert json.loads(found.metadata["keras_config"])["class_name"] == "Sequential"
    if name == "small.keras":
        assert found.kind == "Keras zip"
        assert json.loads(found.metadata["keras_names"])["layers/conv2d"] == "block1_conv1"
    else:
        assert json.loads(found.metadata["keras_layers"]) == ["block1_conv1", "flatten", "head"]


@pytest.mark.parametrize("name", ["reference.pth", "small.keras"])
def test_a_compressed_zip_is_unpacked(name, tmp_path):
    pytest.importorskip("h5py")
    with (
        zipfile.ZipFile(DATA / name) as whole,
        zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for entry in whole.namelist():
            archive.writestr(entry, whole.read(entry))
    assert same(weights.read(tmp_path / name), weights.read(DATA / name))


@pytest.mark.parametrize("form", ["lists", "dictionaries"])
def test_vgg16_npy_gives_frossards_names_and_its_layout(form, tmp_path):
    tree = LAYERS
    if form == "dictionaries":
        tree = {name: {"weights": w, "biases": b} for name, (w, b) in LAYERS.items()}
    np.save(tmp_path / "vgg16.npy", np.array(tree, object), allow_pickle=True)
    found = weights.read(tmp_path / "vgg16.npy")
    assert same(found, NAMES)
    assert found.metadata == {"layout": "vgg16.npy"}


def test_compressed_npz_is_read_and_a_dictionary_in_it(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", **NAMES)
    np.savez_compressed(tmp_path / "b.npz", NAMES)
    assert same(weights.read(tmp_path / "a.npz"), NAMES)
    assert same(weights.read(tmp_path / "b.npz"), NAMES)


@pytest.mark.parametrize(
    "options",
    [{"compression": "gzip", "shuffle": True}, {"compression": "lzf"}, {"chunks": True}],
)
def test_hdf5_in_chunks_is_read(options, tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "x.h5", "w") as file:
        for name, array in NAMES.items():
            file.create_dataset(name, data=array, **options)
        file["note"] = "text"
    assert same(weights.read(tmp_path / "x.h5"), NAMES)


def test_a_damaged_heap_of_hdf5_is_refused(tmp_path):
    """libhdf5 would read it forever."""
    pytest.importorskip("h5py")
    data = (DATA / "small.h5").read_bytes()
    at = data.index(b"GCOL")
    (tmp_path / "x.h5").write_bytes(data[: at + 16] + bytes(2000) + data[at + 2016 :])
    with pytest.raises(OSError, match="one of its heaps has an object of no length"):
        weights.read(tmp_path / "x.h5")


def test_hdf5_data_in_other_files_are_not_opened(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("x", (4,), "f4", external=[("/etc/passwd", 0, 16)])
    with pytest.raises(OSError, match="x is stored in another file"):
        weights.read(tmp_path / "x.h5")


def test_a_file_that_would_become_larger_than_it_can_is_refused(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("x", (10**10,), "f4", chunks=(1000,))
    with pytest.raises(OSError, match=r"more than the weights in a file of [0-9,]+ bytes do"):
        weights.read(tmp_path / "x.h5")


def test_what_needs_more_memory_than_is_free_is_refused(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "x.npz", x=np.zeros(1000))
    monkeypatch.setattr("minivgg.backend.free_memory", lambda device: 100)
    with pytest.raises(OSError, match="only 100 bytes of memory are free"):
        weights.read(tmp_path / "x.npz")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b'{"a": {"b": 1}}', "a file of JSON"),
        (b"\x1f\x8b" + bytes(30), "a compressed archive"),
        (b"\x1c\0\0\0TFL3" + bytes(30), "TensorFlow Lite"),
        (b"\x89PNG\r\n\x1a\n", r"an image \(PNG\)"),
    ],
)
def test_other_files_are_named(content, words, tmp_path):
    (tmp_path / "x.pth").write_bytes(content)
    with pytest.raises(OSError, match=rf"x\.pth is not a weights file: it is .*{words}"):
        weights.read(tmp_path / "x.pth")


@pytest.mark.parametrize(("offset", "signature", "words"), other_formats.SIGNATURES)
def test_signatures_are_at_their_places(offset, signature, words, tmp_path):
    for shift in (0, 1):
        (tmp_path / "x").write_bytes(b"." * (offset + shift) + signature + bytes(300))
        with pytest.raises(OSError, match="x is not a weights file") as caught:
            weights.read(tmp_path / "x")
        assert (words in str(caught.value)) == (shift == 0)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"?" * 20 + other_formats.TABLE_END, "x", "a part of a checkpoint of TensorFlow"),
        (b"?" * 20, "model.ckpt.data-00000-of-00001", "a part of a checkpoint of TensorFlow"),
        (b"?" * 20, "model.ckpt.data-00000-of-00001.pth", "it is not in safetensors"),
        (b"\xef\xbb\xbf \n<HTML>", "x", "a web page and not the file itself"),
        (b"<head>", "x", "a web page and not the file itself"),
        (b"<?xml version", "x", "an answer of a server"),
        (b"<Error><Code>", "x", "an answer of a server"),
        (b" [1, 2]", "x", "a file of JSON"),
        (b"?" * 20, "net.PB", "a graph of TensorFlow"),
        (b"?" * 20, "net.caffemodel", "a model of Caffe"),
        (b"?" * 20, "net.other", "it is not in safetensors"),
    ],
)
def test_files_without_a_signature_are_named_by_their_text_or_name(content, name, words, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(OSError, match=f"is not a weights file: .*{words}"):
        weights.read(tmp_path / name)


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (["saved_model.pb", "a.pth"], ": it is a SavedModel of TensorFlow"),
        (["data.pkl"], ": it is an unpacked .pth: name the .pth itself"),
        (["archive/data.pkl"], ": it is an unpacked .pth: name the .pth itself"),
        *(([f"b{s}", f"a{s}", "0.txt"], f": name the file in it, such as a{s}")
          for s in (".safetensors", ".pth", ".pt", ".h5", ".keras", ".npz", ".bin", ".ckpt")),
        (["0.txt"], "is a folder, not a file of weights$"),
    ],
)  # fmt: skip
def test_what_to_name_instead_of_a_folder(inside, words, tmp_path):
    for name in inside:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(IsADirectoryError, match=words):
        weights.read(tmp_path)


def test_a_folder_says_which_file_to_name(tmp_path):
    shutil.copy(DATA / "whole.pth", tmp_path)
    with pytest.raises(IsADirectoryError, match=r"name the file in it, such as whole\.pth"):
        weights.read(tmp_path)


def test_a_name_in_a_pickle_is_text(tmp_path):
    """Writing out a list that holds a list twice, 60 levels deep, would never end."""
    level = b"".join(b"]\x94(h" + bytes([i]) * 1 + b"h" + bytes([i]) + b"e" for i in range(60))
    path = tmp_path / "endless.pkl"
    path.write_bytes(b"\x80\x04]\x94" + level + b"\x8c\x01x\x93.")
    with pytest.raises(OSError, match="endless"):
        weights.read(path)


@pytest.mark.parametrize("name", ["bfloat16.pth", "float8.pth"])
def test_narrow_floats_that_do_not_fit_into_memory_are_refused(monkeypatch, name):
    """They take more than in the file, where other tensors are read in place."""
    monkeypatch.setattr("minivgg.backend.free_memory", lambda device: 16)
    with pytest.raises(OSError, match="only 16 bytes of memory are free"):
        weights.read(DATA / name)
