"""Datasets by name: which of their files are taken, and in which order."""

import gzip
import io
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from minivgg import data
from minivgg.data import datasets
from minivgg.data.folder import ImageFolder


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """All data on this machine are those that a test puts there."""
    monkeypatch.setenv("MINIVGG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path / "data"))
    (tmp_path / "data" / "mnist").mkdir(parents=True)
    return tmp_path / "data"


def idx(*shape, value):
    header = bytes([0, 0, 8, len(shape)]) + b"".join(n.to_bytes(4, "big") for n in shape)
    return header + bytes([value]) * int(np.prod(shape))


def put_mnist(folder, prefix, value, pack=lambda content: content, suffix=""):
    images, labels = idx(2, 3, 4, value=value), idx(2, value=value)
    (folder / f"{prefix}-images-idx3-ubyte{suffix}").write_bytes(pack(images))
    (folder / f"{prefix}-labels-idx1-ubyte{suffix}").write_bytes(pack(labels))


def test_mnist_has_a_pair_of_files_for_each_split_which_may_be_unpacked(folder):
    put_mnist(folder / "mnist", "train", 1)
    put_mnist(folder / "mnist", "t10k", 2)
    for split, value in (("train", 1), ("test", 2)):
        found = data.load("mnist", split)
        assert (found.images == np.full((2, 1, 3, 4), value)).all()
        assert found.labels.tolist() == [value, value]
        assert found.classes == list("0123456789")
    put_mnist(folder / "mnist", "train", 3, gzip.compress, ".gz")
    assert data.load("mnist").labels.tolist() == [3, 3]  # the packed file is taken first


def test_fashion_mnist_has_its_own_classes(folder):
    (folder / "fashion-mnist").mkdir()
    put_mnist(folder / "fashion-mnist", "train", 9)
    found = data.load("fashion-mnist")
    assert [found.classes[label] for label in found.labels] == ["ankle boot"] * 2


@pytest.mark.parametrize("content", [b"", b"\0\0\x08", idx(2, 3, 4, value=1)[:-1]])
def test_a_file_that_ends_early_is_damaged(folder, content):
    put_mnist(folder / "mnist", "train", 1)
    path = folder / "mnist" / "train-images-idx3-ubyte"
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"ubyte is damaged .*: remove it, and it will be downloaded"):
        data.load("mnist")


def test_the_batches_of_cifar10_are_read_in_their_order(folder):
    with tarfile.open(folder / "cifar-10-binary.tar.gz", "w:gz") as tar:
        for label, name in enumerate(
            ["data_batch_5", "data_batch_3", "data_batch_1", "test_batch", "data_batch_2",
             "data_batch_4", "data_batch_6", "data_batch_0"],
        ):  # fmt: skip
            pixels = np.repeat(np.arange(3, dtype=np.uint8) + 10 * label, 1024).tobytes()
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            member.size = 3073
            tar.addfile(member, io.BytesIO(bytes([label]) + pixels))
    train, test = data.load("cifar10"), data.load("cifar10", "test")
    assert train.labels.tolist() == [2, 4, 1, 5, 0]
    assert train.images[:, :, 31, 31].tolist() == [
        [20, 21, 22], [40, 41, 42], [10, 11, 12], [50, 51, 52], [0, 1, 2],
    ]  # fmt: skip
    assert (test.labels.tolist(), test.shape) == ([3], (3, 32, 32))


@pytest.mark.parametrize("where", ["", "cifar10", "cache"])
def test_cifar10_may_be_a_folder_of_images_or_a_zip_of_them(folder, where, capsys):
    top = folder.parent / "cache" / "cifar10" if where == "cache" else folder / where
    for split in ("train", "test"):
        for k, name in enumerate(("bird", "cat")):
            (top / split / name).mkdir(parents=True)
            Image.new("RGB", (4, 3), (k, 7, 9)).save(top / split / name / f"{split}.png")
    found = data.load("cifar10", "test", progress=False)
    assert capsys.readouterr().err == ""
    assert isinstance(found, ImageFolder)
    assert (found.path, found.classes) == (top, ["bird", "cat"])
    for path in top.rglob("*.png"):
        path.unlink()  # they are in memory
    assert found.batch(np.arange(2))[:, :, 0, 0].tolist() == [[0, 7, 9], [1, 7, 9]]
    assert found.files[0].as_posix() == "test/bird/test.png"


def test_a_zip_of_cifar10_is_preferred_to_the_folder_it_is_in(folder):
    buffer = io.BytesIO()
    Image.new("RGB", (4, 3)).save(buffer, "png")
    (folder / "test" / "frog").mkdir(parents=True)
    (folder / "test" / "frog" / "0.png").write_bytes(buffer.getvalue())
    with zipfile.ZipFile(folder / "cifar10.zip", "w") as archive:
        archive.writestr("train/cat/0.png", buffer.getvalue())
    assert data.load("cifar10", progress=False).classes == ["cat"]


def test_digits_are_scaled_to_the_range_of_pixels_and_rounded():
    with np.load(datasets.__file__.replace("datasets.py", "digits.npz")) as file:
        original = file["test_images"]
    scaled = data.load("digits", "test").images[:, 0]
    by_value = {int(k): set(scaled[original == k].tolist()) for k in np.unique(original)}
    assert by_value[0] == {0}
    assert by_value[1] == {16}  # 15.94
    assert by_value[8] == {128}  # 127.5, to the even number
    assert by_value[16] == {255}
    assert data.load("digits").classes == list("0123456789")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("https://example.org/pets.zip", "pets.zip is an address: download it, and name the"),
        ("DIGITS", "did you mean 'digits'"), ("minst", "did you mean 'mnist'"),
        ("qqqqqqqqqq", "path: the datasets are digits, cifar10, mnist, fashion-mnist$"),
        ("digitz", r"did you mean 'digits'\? The datasets are digits, cifar10, mnist, fashion"),
        ("no/such/folder", "nor an existing path: the datasets are"),
    ],
)  # fmt: skip
def test_what_is_neither_a_name_nor_a_path(name, words):
    with pytest.raises(ValueError, match=words):
        data.load(name)


def test_hidden_files_are_not_suggested(tmp_path):
    (tmp_path / ".photos").mkdir()
    with pytest.raises(ValueError, match="nor an existing path: the datasets are"):
        data.load(tmp_path / "photos")


def test_the_sizes_of_the_files_are_those_of_their_publishers():
    """As the pages of the datasets and of TensorFlow Datasets list them."""
    sizes = {
        name: [size for _, size in files.values()] for name, files in datasets.CHECKSUMS.items()
    }
    assert sizes == {
        "cifar10": [170052171],
        "mnist": [9912422, 28881, 1648877, 4542],
        "fashion-mnist": [26421880, 29515, 4422102, 5148],
    }


def test_images_of_a_path_are_read_at_once_in_colour_and_with_a_bar(tmp_path, capsys):
    for split in ("train", "test"):
        (tmp_path / "x" / split / "a").mkdir(parents=True)
        Image.new("L", (4, 3), 7).save(tmp_path / "x" / split / "a" / f"{split}.png")
    found = data.load(tmp_path / "x")
    assert "reading train" in capsys.readouterr().err
    assert (found.shape, found.files[0].name) == ((3, 3, 4), "train.png")
    (tmp_path / "x" / "train" / "a" / "train.png").unlink()
    assert found.batch(np.arange(1)).max() == 7
    data.load(tmp_path / "x", "test", progress=False)
    assert capsys.readouterr().err == ""
    assert data.load(tmp_path / "x", "test", channels=1, size=2).shape == (1, 2, 2)
