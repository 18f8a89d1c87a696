"""HDF5 files: which of their arrays are read, what Keras' attributes say, and the limits."""

import json
import sys

import numpy as np
import pytest

from minivgg import weights
from minivgg.weights import hdf5, hdf5_heaps
from minivgg.weights.hdf5_heaps import HEAP, check_heaps
from minivgg.weights.memory_map import Budget, CorruptFileError
from minivgg.weights.zip_archive import Part

h5py = pytest.importorskip("h5py")


@pytest.fixture
def read(tmp_path):
    """Write a file with a function, and read it."""

    def of(write, **options):
        with h5py.File(tmp_path / "x.h5", "w", **options) as file:
            write(file)
        return weights.read(tmp_path / "x.h5")

    return of


ONE = np.arange(6, dtype=np.float32).reshape(2, 3)


def test_arrays_have_their_paths_in_the_order_of_names(read):
    def write(file):
        file["b/z"], file["b/a/c"], file["a"] = ONE, ONE * 2, ONE * 3

    file = read(write)
    assert list(file) == ["a", "b/a/c", "b/z"]
    assert np.array_equal(file["b/a/c"], ONE * 2)
    assert not file["a"].flags.owndata
    assert file.metadata == {}


@pytest.mark.parametrize("dtype", ["f2", "f4", ">f8", "i1", "u2", "i4", "u8"])
@pytest.mark.parametrize("chunks", [None, (1, 2)])
def test_numbers_of_every_kind(dtype, chunks, read):
    array = ONE.astype(dtype)
    found = read(lambda file: file.create_dataset("a", data=array, chunks=chunks))["a"]
    assert found.dtype == dtype
    assert np.array_equal(found, array)
    assert not found.flags.writeable


def test_what_is_no_array_of_numbers_is_left_out(read):
    def write(file):
        file["text"], file["complex"], file["pairs"] = "text", ONE + 1j, np.zeros(2, "f4,f4")
        file["none"], file["flags"] = h5py.Empty("f4"), np.array([True])
        file["empty"], file["number"] = np.zeros((0, 3), "f4"), np.float32(7)

    file = read(write)
    assert list(file) == ["empty", "number"]
    assert file["empty"].shape == (0, 3)
    assert file["number"] == 7


def test_numbers_of_a_strange_width_are_refused(read):
    with pytest.raises(OSError, match=r"a has numbers of type float128|a has numbers of type"):
        read(lambda file: file.create_dataset("a", data=np.zeros(2, np.longdouble)))


@pytest.mark.parametrize("chunks", [None, (2,)])
def test_bfloat16_of_keras_becomes_float32(chunks, read):
    def write(file):
        bits = np.array([0x3F80, 0xC000], "<u2").view("V2")
        file.create_dataset("a", data=bits, chunks=chunks).attrs["dtype"] = "bfloat16"
        file.create_dataset("b", data=ONE).attrs["dtype"] = "bfloat16"  # it is not
        file.create_dataset("c", data=ONE).attrs["dtype"] = "float32"

    file = read(write)
    assert (file["a"].dtype, file["a"].tolist()) == (np.float32, [1, -2])
    assert np.array_equal(file["c"], ONE)


def test_links_are_not_followed_and_nothing_is_read_twice(read):
    def write(file):
        file["a/b"] = ONE
        file["again"] = file["a"]
        file["soft"] = h5py.SoftLink("/a/b")
        file["other"] = h5py.ExternalLink("other.h5", "/a")
        file["broken"] = h5py.SoftLink("/nowhere")
        file["a/round"] = file["a"]

    assert list(read(write)) == ["a/b"]


def test_groups_are_limited_in_number_and_depth(read, monkeypatch):
    def write(file):
        file["a/b/c"], file["d"] = ONE, ONE

    monkeypatch.setattr(hdf5, "MAX_ITEMS", 4)
    monkeypatch.setattr(hdf5, "MAX_DEPTH", 2)
    assert list(read(write)) == ["a/b/c", "d"]
    monkeypatch.setattr(hdf5, "MAX_DEPTH", 1)
    with pytest.raises(OSError, match="its groups are nested more than 1 deep"):
        read(write)
    monkeypatch.setattr(hdf5, "MAX_ITEMS", 3)
    with pytest.raises(OSError, match="it has more than 3 groups and arrays"):
        read(write)


def test_data_of_a_virtual_dataset_are_not_fetched(read, tmp_path):
    def write(file):
        layout = h5py.VirtualLayout((2, 3), "f4")
        layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "a", (2, 3))
        file.create_virtual_dataset("a", layout)

    with pytest.raises(OSError, match="a is stored in another file"):
        read(write)


def test_what_chunks_take_is_counted_before_they_are_read(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("a", data=np.zeros((5, 7), "f4"), chunks=(2, 4))
    content = (tmp_path / "x.h5").read_bytes()
    budget, taken, spent = Budget(1), [], []
    budget.take, budget.spend = (lambda *what: taken.append(what)), spent.append
    hdf5.read_hdf5_part(tmp_path / "x.h5", Part(content, 0, len(content)), budget)
    assert taken == [("a", 140), ("a chunk of a", 32)]
    assert spent == [8 * 3 * 2]


def test_a_filter_that_is_missing_is_named(tmp_path, monkeypatch, read):
    class Failing:
        name, shape, size, dtype = "a", (2, 3), 6, np.dtype("f4")
        chunks, compression, external, is_virtual, attrs = (1, 3), None, None, False, {}

        def __getitem__(self, key):
            raise OSError("filter " + "x" * 300)

    for compression, words in (
        (None, r"a \(in chunks, compressed with a filter that HDF5 lacks here\) cannot be read \("),
        ("gzip", r"a \(in chunks, compressed with gzip\) cannot be read \(filter x{193}\)$"),
    ):
        Failing.compression = compression
        with pytest.raises(CorruptFileError, match=words):
            hdf5._unpacked("a", Failing(), Budget(1000))


def texts(*names):
    return np.array([n.encode() for n in names])


def test_the_names_of_keras_are_read(read):
    def write(file):
        file.attrs["model_config"] = '{"a": 1}'
        file.attrs["layer_names"] = texts("one", "two")
        file["layers/conv2d/vars/0"] = ONE
        file["layers/conv2d/vars"].attrs["name"] = "block1_conv1"
        file["layers/dense"] = ONE
        file["vars/0"] = ONE
        file["vars"].attrs["name"] = "top"
        file.create_group("other").attrs["name"] = "not asked for"

    metadata = read(write).metadata
    assert metadata["keras_config"] == '{"a": 1}'
    assert json.loads(metadata["keras_layers"]) == ["one", "two"]
    assert json.loads(metadata["keras_names"]) == {"layers/conv2d": "block1_conv1", "": "top"}


def test_the_names_of_layers_may_be_in_a_group_and_cut_into_parts(read):
    def write(file):
        file["model_weights/a"] = ONE
        file["model_weights"].attrs["layer_names0"] = texts("a", "b")
        file["model_weights"].attrs["layer_names1"] = texts("c")
        file["model_weights"].attrs["layer_names3"] = texts("d")

    assert json.loads(read(write).metadata["keras_layers"]) == ["a", "b", "c"]

    def both(file):
        write(file)
        file.attrs["layer_names"] = texts("first")

    assert json.loads(read(both).metadata["keras_layers"]) == ["first"]


def test_texts_that_are_no_utf_8_are_read(read):
    def write(file):
        file.attrs["layer_names"] = np.array([b"a\xff"])
        file["a"] = ONE

    assert json.loads(read(write).metadata["keras_layers"]) == ["a\ufffd"]


def test_attributes_are_limited_before_they_are_read(read, monkeypatch):
    def write(file):
        file.attrs["layer_names"] = ["x" * 80, "y"]  # references to a heap
        file["a"] = ONE

    monkeypatch.setattr(hdf5, "MAX_ATTRIBUTE_BYTES", 160)  # two texts as long as the longest
    assert len(json.loads(read(write).metadata["keras_layers"])) == 2
    monkeypatch.setattr(hdf5, "MAX_ATTRIBUTE_BYTES", 159)
    with pytest.raises(OSError, match="its attribute layer_names is too long"):
        read(write)
    monkeypatch.setattr(hdf5, "MAX_ATTRIBUTE_BYTES", 200)
    monkeypatch.setattr(hdf5, "MAX_ITEMS", 1)
    with pytest.raises(OSError, match="its attribute layer_names is too long"):
        read(write)


def test_attributes_are_limited_together(read, monkeypatch):
    def write(file):
        file["a"] = ONE
        for i in range(3):
            file.attrs[f"layer_names{i}"] = texts("x" * 50)

    monkeypatch.setattr(hdf5, "MAX_ATTRIBUTE_BYTES", 150)
    assert len(json.loads(read(write).metadata["keras_layers"])) == 3
    monkeypatch.setattr(hdf5, "MAX_ATTRIBUTE_BYTES", 149)
    with pytest.raises(OSError, match="its attributes are too long together"):
        read(write)


def test_an_attribute_that_is_no_text_is_refused(read):
    def write(file):
        file["a"] = ONE
        file.attrs.create("model_config", file["a"].ref, dtype=h5py.ref_dtype)

    with pytest.raises(OSError, match="its attribute model_config is not text"):
        read(write)


def test_without_the_package_the_user_is_told_how_to_install_it(tmp_path, monkeypatch, read):
    read(lambda file: file.create_dataset("a", data=ONE))
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(RuntimeError, match=r"x\.h5 is HDF5, which needs h5py: "):
        weights.read(tmp_path / "x.h5")


def test_newer_and_older_versions_of_the_format_are_read(read):
    for libver in ("earliest", "v108", "v110", "latest"):
        assert np.array_equal(
            read(lambda file: file.create_dataset("a", data=ONE), libver=libver)["a"], ONE
        )


def start(version=0, length=8):
    """The first bytes of a file."""
    head = bytearray(16)
    head[8] = version
    head[hdf5_heaps.WHERE_LENGTH_BYTES.get(version, 0)] = length
    return bytes(head)


def heap(*objects, size=None):
    """A heap of (index, length, bytes that follow)."""
    content = b"".join(
        i.to_bytes(2, "little") + bytes(6) + length.to_bytes(8, "little") + bytes(follow)
        for i, length, follow in objects
    )
    return (
        HEAP
        + bytes(3)
        + (16 + len(content) if size is None else size).to_bytes(8, "little")
        + content
    )


def checked(content, begin=0, end=0):
    return check_heaps(Part(content, begin, len(content) - begin - end))


def test_the_longest_text_of_all_heaps_is_found():
    first = heap((1, 5, 8), (2, 17, 24), (0, 32, 16))
    assert checked(start() + bytes(7) + first + bytes(9) + heap((1, 40, 40))) == 40
    assert checked(start() + first) == 17
    assert checked(start()) == 0
    assert checked(start() + heap((1, 10**6, 0))) == 16 + 16 + 16  # not more than the file has
    assert checked(b"before" + start() + first + b"after", 6, 5) == 17
    assert checked(start() + heap((1, 5, 8), (2, 30, 32), size=16 + 24)) == 5


@pytest.mark.parametrize("version", [0, 1, 2, 3])
def test_lengths_have_eight_bytes_in_every_version(version):
    assert checked(start(version)) == 0
    with pytest.raises(CorruptFileError, match="it does not begin as h5py writes it"):
        checked(start(version, 4))


@pytest.mark.parametrize("content", [bytes(8) + b"\4" + bytes(7), start()[:15], b""])
def test_other_beginnings_are_refused(content):
    with pytest.raises(CorruptFileError, match="it does not begin as h5py writes it"):
        checked(content)


def test_an_object_that_would_be_read_forever_is_refused():
    message = "one of its heaps has an object of no length"
    for objects in (
        [(0, 0, 0)],
        [(1, 2**64 - 16, 0)],  # with its header it has none
        [(1, 5, 8), (0, 0, 0)],
    ):
        with pytest.raises(CorruptFileError, match=message):
            checked(start() + heap(*objects))
    checked(start() + heap((1, 0, 0), (2, 0, 0)))  # texts may be empty
    whole = start() + heap((0, 0, 0), size=16 + 15)
    assert checked(whole) == 0  # no room for an object
