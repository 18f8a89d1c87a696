"""PyTorch's zip format: what is written is read again, here; tests/test_torch.py has PyTorch."""

import json
import pickletools
import zipfile

import numpy as np
import pytest

from minivgg import models, weights
from minivgg.data import Normalize
from minivgg.weights.torch_zip_writer import STORAGES, save_torch


def test_every_dtype_and_shape_comes_back_to_the_bit(tmp_path, rng):
    shapes = [(), (0,), (5,), (2, 3), (300, 1, 2, 3)]
    tensors = {
        f"{dtype}.{k}": (100 * rng.standard_normal(shape)).astype(dtype)
        for dtype in STORAGES
        for k, shape in enumerate(shapes)
    }
    tensors["transposed"] = np.arange(6, dtype="f4").reshape(2, 3).T
    tensors["big-endian"] = np.arange(6, dtype=">f4")
    tensors["ключ"] = np.ones(3, "f4")
    save_torch(tmp_path / "a.pth", tensors)
    found = weights.read(tmp_path / "a.pth")
    assert (found.kind, found.metadata, list(found)) == ("PyTorch zip", {}, list(tensors))
    for name, array in tensors.items():
        assert found[name].dtype == array.dtype.newbyteorder("=")
        np.testing.assert_array_equal(found[name], array)


def test_the_zip_is_laid_out_as_pytorch_does(tmp_path):
    """Stored without compression, each storage at a multiple of 64 bytes, and the same each time.

    The program has only instructions that torch.load(weights_only=True) knows.
    """
    tensors = {"a": np.ones(3, "f4"), "a longer name": np.ones((7, 5), "f8")}
    for name in ("a.pth", "b.pth"):
        save_torch(tmp_path / name, tensors, {"classes": "[]"})
    content = (tmp_path / "a.pth").read_bytes()
    assert content == (tmp_path / "b.pth").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.pth") as archive:
        assert archive.testzip() is None
        names = [entry.filename.removeprefix("archive/") for entry in archive.infolist()]
        assert names == [
            "data.pkl", "byteorder", "data/0", "data/1", "minivgg.json", "version",
        ]  # fmt: skip
        for entry in archive.infolist():
            assert entry.compress_type == zipfile.ZIP_STORED
            start = content.index(archive.read(entry), entry.header_offset)
            lengths = content[entry.header_offset + 26 : entry.header_offset + 30]
            assert start == entry.header_offset + 30 + lengths[0] + lengths[2] + 256 * lengths[3]
            assert start % 64 == 0
        program = archive.read("archive/data.pkl")
    known = {
        "PROTO", "GLOBAL", "EMPTY_TUPLE", "REDUCE", "MARK", "BINUNICODE", "BINPUT", "TUPLE",
        "TUPLE1", "TUPLE2", "BININT", "BININT1", "BININT2", "BINPERSID", "NEWFALSE", "SETITEMS",
        "STOP",
    }  # fmt: skip
    assert {code.name for code, _, _ in pickletools.genops(program)} <= known


def test_what_pytorch_has_no_tensor_for_is_named_and_the_older_file_stays(tmp_path):
    path = tmp_path / "a.pth"
    path.write_text("older")
    with pytest.raises(ValueError, match="no tensors of dtype <U1: name cannot be written"):
        save_torch(path, {"name": np.array(["x"])})
    assert path.read_text() == "older"


@pytest.mark.parametrize("stored", [b"[1]", b'{"classes": [1]}', b"{", b"\xff"])
def test_metadata_that_are_damaged_are_one_sentence(stored, tmp_path):
    path = tmp_path / "a.pth"
    save_torch(path, {"a": np.ones(3, "f4")})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("archive/minivgg.json", stored)
    with pytest.raises(OSError, match=r"a\.pth \(PyTorch zip\) cannot be used: its? "):
        weights.read(path)


@pytest.mark.parametrize("suffix", [".pth", ".pt", ".PTH"])
def test_the_weights_of_a_net_keep_their_preprocessing_and_classes(suffix, tmp_path, rng):
    """Without a notice, which would be an error here: nothing had to be assumed."""
    net = models.vgg([4, "M"], classes=2, input_shape=(3, 8, 8), hidden=(), batch_norm=True)
    net.preprocessing = Normalize((0.1, 0.2, 0.3), (1.0, 1.0, 0.5))
    path = tmp_path / f"w{suffix}"
    models.save_weights(net, path, {"classes": json.dumps(["a", "b"])})
    assert weights.read(path).kind == "PyTorch zip"
    other = models.vgg([4, "M"], classes=2, input_shape=(3, 8, 8), hidden=(), batch_norm=True)
    again = models.load_weights(other, path)
    assert again.preprocessing == net.preprocessing
    x = rng.standard_normal((2, 3, 8, 8)).astype("f4")
    np.testing.assert_array_equal(net.eval()(x), again.eval()(x))
