"""Datasets by name: UCI's digits, and others read from files in their official formats."""

import gzip
import io
import os
import tarfile
from pathlib import Path

import numpy as np
import pytest

from minivgg import data
from minivgg.data import datasets


@pytest.fixture(autouse=True)
def empty_places(monkeypatch, tmp_path):
    """No data on this machine but what a test makes."""
    monkeypatch.setenv("MINIVGG_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("MINIVGG_DATA", raising=False)


def write_idx(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    header = bytes([0, 0, 8, array.ndim]) + b"".join(int(n).to_bytes(4, "big") for n in array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes()))


def write_mnist(folder, rng, prefix="t10k", count=5):
    images, labels = (
        rng.integers(0, 256, (count, 28, 28), np.uint8),
        (np.arange(count) % 10).astype(np.uint8),
    )
    write_idx(folder / f"{prefix}-images-idx3-ubyte.gz", images)
    write_idx(folder / f"{prefix}-labels-idx1-ubyte.gz", labels)
    return images, labels


def write_cifar(path, rng):
    path.parent.mkdir(parents=True, exist_ok=True)
    records = rng.integers(0, 10, (4, 3073), np.uint8)
    with tarfile.open(path, "w:gz") as tar:
        for name in ["test_batch", *(f"data_batch_{i}" for i in range(1, 6))]:
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            member.size = records.nbytes
            tar.addfile(member, io.BytesIO(records.tobytes()))
    return records


def test_the_digits_are_complete_and_split_once_and_for_all():
    train, test = data.load("digits"), data.load("digits", "test")
    assert (len(train), len(test)) == (1438, 359)
    assert train.shape == (1, 8, 8)
    assert np.bincount(train.labels).tolist() == [151, 161, 143, 131, 147, 154, 150, 136, 127, 138]
    assert (train.images.min(), train.images.max()) == (0, 255)
    assert len(np.unique(train.images)) == 17
    together = np.concatenate([train.images, test.images]).reshape(1797, -1)
    assert len(np.unique(together, axis=0)) == 1797  # no image is in both


def test_a_name_may_be_a_path_object():
    assert len(data.load(Path("digits"), "test")) == len(data.load("digits", "test"))


def test_mnist_from_the_folder_of_its_name(monkeypatch, tmp_path, rng):
    images, labels = write_mnist(tmp_path / "mnist", rng)
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path))
    found = data.load("mnist", "test")
    assert (found.images[:, 0] == images).all()
    assert (found.labels == labels).all()
    assert found.classes == list("0123456789")


def test_mnist_is_not_taken_for_fashion_mnist(monkeypatch, tmp_path, rng):
    """Their files have the same names."""
    write_mnist(tmp_path / "mnist", rng)
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path / "mnist"))
    assert len(data.load("mnist", "test")) == 5
    with pytest.raises(OSError, match="fashion-mnist was not found in"):
        data.load("fashion-mnist", "test", progress=False)


def test_the_cache_is_looked_at_too(tmp_path, rng):
    write_mnist(tmp_path / "cache" / "fashion-mnist", rng)
    assert data.load("fashion-mnist", "test").classes[9] == "ankle boot"


def test_cifar10_in_its_binary_version(monkeypatch, tmp_path, rng):
    records = write_cifar(tmp_path / "cifar-10-binary.tar.gz", rng)
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path))
    test, train = data.load("cifar10", "test"), data.load("cifar10", "train")
    assert (test.labels == records[:, 0]).all()
    assert (test.images[1, 2, 0] == records[1, 1 + 2 * 1024 : 1 + 2 * 1024 + 32]).all()
    assert len(train) == 20
    assert test.classes[3] == "cat"


@pytest.mark.parametrize("name", ["cifar-10-binary.tar.gz", "mnist/t10k-images-idx3-ubyte.gz"])
def test_a_truncated_file_is_named(monkeypatch, tmp_path, rng, name):
    write_cifar(tmp_path / "cifar-10-binary.tar.gz", rng)
    write_mnist(tmp_path / "mnist", rng)
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path))
    with pytest.raises(OSError, match=f"{path.name} is damaged"):
        data.load("cifar10" if "cifar" in name else "mnist", "test")


@pytest.mark.parametrize(("name", "size"), [("cifar10", 4 * 3073), ("mnist", 16 + 5 * 784)])
def test_a_part_with_more_bytes_than_any_has_is_damaged(monkeypatch, tmp_path, rng, name, size):
    """A small archive may hold endless zeros."""
    write_mnist(tmp_path / "mnist", rng)
    write_cifar(tmp_path / "cifar10" / "cifar-10-binary.tar.gz", rng)
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path))
    monkeypatch.setattr(datasets, "MAX_PART_BYTES", size)
    assert len(data.load(name, "test")) in (4, 5)
    monkeypatch.setattr(datasets, "MAX_PART_BYTES", size - 1)
    with pytest.raises(OSError, match=rf"is damaged .*has more than {size - 1:,} bytes"):
        data.load(name, "test")


def test_a_folder_in_place_of_a_part_is_damage(monkeypatch, tmp_path):
    with tarfile.open(tmp_path / "cifar-10-binary.tar.gz", "w:gz") as tar:
        part = tarfile.TarInfo("cifar-10-batches-bin/test_batch.bin")
        part.type = tarfile.DIRTYPE
        tar.addfile(part)
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path))
    with pytest.raises(OSError, match=r"is damaged .*test_batch.bin is not a file"):
        data.load("cifar10", "test")


def test_a_failed_download_says_where_it_looked(tmp_path):
    with pytest.raises(
        OSError, match=r"mnist was not found in .*cache.mnist, and downloading https://.* failed"
    ):
        data.load("mnist", progress=False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("didgits",), "did you mean 'digits'"),
        (("cifar100",), "did you mean 'cifar10'"),
        (("digits", "validation"), "no split 'validation'; there are train and test"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(arguments, words):
    with pytest.raises(ValueError, match=words):
        data.load(*arguments)


@pytest.mark.parametrize(
    ("given", "meant"), [("photoz", "photos"), ("Photos-2", "photos"), ("pets", "pets.zip")]
)
def test_a_misspelt_folder_gets_the_one_beside_it(given, meant, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "pets.zip").write_text("")
    with pytest.raises(ValueError, match="existing path: did you mean") as found:
        data.load(tmp_path / given)
    assert repr(str(tmp_path / meant)) in str(found.value)
    with pytest.raises(ValueError, match="nor an existing path: the datasets are digits"):
        data.load(tmp_path / "holidays")


@pytest.mark.skipif(
    not Path(os.environ.get("MINIVGG_DATA", "") or "/nowhere", "cifar10.zip").exists(),
    reason="no cifar10.zip in $MINIVGG_DATA",
)
def test_cifar10_as_a_zip_of_jpegs(monkeypatch, request):
    monkeypatch.undo()  # the real $MINIVGG_DATA
    found = data.ImageFolder(Path(os.environ["MINIVGG_DATA"]) / "cifar10.zip", "test")
    assert (len(found), found.shape, found.classes[0]) == (10_000, (3, 32, 32), "airplane")


def test_every_file_has_a_whole_checksum_a_size_and_an_encrypted_address():
    for name, files in datasets.CHECKSUMS.items():
        assert datasets.URLS[name].startswith("https://")
        assert datasets.URLS[name].endswith("/")
        for sha256, size in files.values():
            assert len(bytes.fromhex(sha256)) == 32
            assert 4_000 < size < 200_000_000
