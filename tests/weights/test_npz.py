"""NumPy's files: arrays by name, and dictionaries of arrays in pickles."""

import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from minivgg import weights
from minivgg.weights import npz
from minivgg.weights.memory_map import Budget, CorruptFileError
from minivgg.weights.npz import is_npy, is_pickle


@pytest.fixture
def read(tmp_path):
    """Write content to a file and read that."""

    def of(content, name="x"):
        path = tmp_path / name
        path.write_bytes(content)
        return weights.read(path)

    return of


def npy(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array), version)
    return file.getvalue()


def zipped(**contents):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name.replace("__", "."), content)
    return file.getvalue()


ONE = np.array([[1, 2, 3], [4, 5, 6]], np.float32)


def test_formats_are_told_by_their_ends():
    assert is_npy(b"\x93NUMPY")
    assert not is_npy(b"\x93NUMP")
    for protocol in range(2, 6):
        assert is_pickle(pickle.dumps({}, protocol))
        assert not is_pickle(pickle.dumps({}, protocol) + b"\n")
    assert not is_pickle(b"\x80\x01.")
    assert not is_pickle(b"\x80\x06.")
    assert not is_pickle(pickle.dumps({}, 0))


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_has_the_name_of_its_file(version, order, read):
    file = read(npy(np.asarray(ONE, order=order), version), "w.of.npy")
    assert (file.kind, list(file), file.metadata) == ("npy", ["w.of"], {})
    assert np.array_equal(file["w.of"], ONE)
    assert not file["w.of"].flags.owndata


@pytest.mark.parametrize("shape", [(), (0,), (1,) * 8])
def test_every_shape_of_up_to_eight_axes(shape, read):
    assert read(npy(np.zeros(shape)))["x"].shape == shape


@pytest.mark.parametrize("dtype", ["f2", ">f8", "i4", "u1", "?"])
def test_numbers_of_every_kind(dtype, read):
    found = read(npy(ONE.astype(dtype)))["x"]
    assert found.dtype == dtype
    assert np.array_equal(found, ONE.astype(dtype))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (npy(np.array(["a"])), "x has entries of type <U1, which are not numbers"),
        (npy(np.array([1j])), "x has entries of type complex128, which are not numbers"),
        (npy(np.zeros((1,) * 9)), r"x has the impossible shape \(1, 1, 1"),
        (npy(ONE).replace(b"(2, 3)", b"(2,3.)"), "x has the impossible shape|cannot be read"),
        (npy(ONE)[:-1], "it is truncated: x would end at byte"),
        (b"\x93NUMPY\x09\x09", "the header of x cannot be read"),
        (npy(ONE).replace(b"descr", b"\xff\xff\xff\xff\xff"), "the header of x cannot be read"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused(content, words, read):
    with pytest.raises(OSError, match=words):
        read(content)


def test_an_array_may_be_followed_by_anything_but_not_by_another_file(read):
    assert read(npy(ONE) + b"more")["x"].shape == (2, 3)
    short = npy(ONE)[:-4]
    with pytest.raises(OSError, match=r"it is truncated: a has 148 bytes for 152"):
        read(zipped(a__npy=short, b__npy=npy(ONE)))


def test_an_archive_has_arrays_by_name(read):
    file = read(zipped(a__npy=npy(ONE), b__npy=npy(ONE * 2), readme=b"text"))
    assert (file.kind, list(file)) == ("npz", ["a", "b"])
    assert np.array_equal(file["b"], ONE * 2)


@pytest.mark.parametrize(
    ("contents", "inside"),
    [
        ({"a": b"", "b": b"", "c": b"", "d": b""}, "a, b, c"),
        ({"notes.txt": b""}, "notes.txt"),
    ],
)
def test_a_zip_of_other_files_is_told(contents, inside, read):
    with pytest.raises(OSError, match=rf"it is a zip of other files \({inside}\), and no .npz"):
        read(zipped(**contents))


def test_arrays_are_counted_before_they_are_read(read, monkeypatch):
    monkeypatch.setattr("minivgg.weights.memory_map.MAX_ARRAYS", 1)
    with pytest.raises(OSError, match="it has 2 arrays; at most 1"):
        read(zipped(a__npy=b"", b__npy=b""))
    with pytest.raises(OSError, match="it has 2 arrays; at most 1"):
        read(pickle.dumps(dict.fromkeys("abc", ONE)))


def objects(found, protocol=4):
    """An array of objects, as numpy.save writes a dictionary."""
    head = io.BytesIO()
    array = np.empty((), object)
    array[()] = found
    np.lib.format.write_array_header_1_0(head, np.lib.format.header_data_from_array_1_0(array))
    return head.getvalue() + pickle.dumps(array, protocol)


CAFFE = {"conv1_1": [ONE, ONE[0]], "fc6": [ONE * 2, ONE[1]]}
NAMES = {"conv1_1_W": ONE, "conv1_1_b": ONE[0], "fc6_W": ONE * 2, "fc6_b": ONE[1]}


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_dictionary_of_layers_has_the_names_of_frossard(protocol, read):
    for content in (objects(CAFFE, protocol), pickle.dumps(CAFFE, protocol)):
        file = read(content)
        assert list(file) == list(NAMES)
        assert all(np.array_equal(file[name], array) for name, array in NAMES.items())
        assert file.metadata == {"layout": "vgg16.npy"}


@pytest.mark.parametrize(
    ("tree", "names", "layout"),
    [
        ({"conv1_1": {"weights": ONE, "biases": ONE}}, ["conv1_1_W", "conv1_1_b"], True),
        ({"conv1_1": {"W": ONE, "b": ONE}}, ["conv1_1_W", "conv1_1_b"], True),
        ({b"fc6": (ONE, ONE)}, ["fc6_W", "fc6_b"], True),
        ({"conv1_1": [ONE, ONE, ONE]}, ["conv1_1_W", "conv1_1_b", "conv1_1/2"], False),
        ({"conv1_1": {"mean": ONE}}, ["conv1_1/mean"], False),
        ({"norm": [ONE]}, ["norm/0"], False),
        ({"conv1_1": [[ONE]]}, ["conv1_1/0/0"], False),
        ({"a": {"b": {"c": {"d": ONE}}}, 5: ONE}, ["a/b/c/d", "5"], False),
        ({"a": ONE, "deep": {"b": {"c": {"d": [ONE]}}}}, ["a"], False),
        ([ONE, ONE], ["0", "1"], False),
        ({"a": ONE, "text": "x", 1.5: ONE, None: ONE}, ["a"], False),
        ({"a": np.array([ONE, ONE * 2, None], object)}, ["a/0", "a/1"], False),
        (ONE, ["array"], False),
    ],
)
def test_names_are_the_keys(tree, names, layout, read):
    file = read(pickle.dumps(tree))
    assert list(file) == names
    assert file.metadata == ({"layout": "vgg16.npy"} if layout else {})


def test_of_several_dictionaries_each_has_its_name(read):
    file = read(zipped(a__npy=objects(CAFFE), b__npy=npy(ONE)))
    assert list(file) == [*(f"a/{name}" for name in NAMES), "b"]
    assert file.metadata == {}
    alone = read(zipped(a__npy=objects(CAFFE)))
    assert list(alone) == list(NAMES)
    assert alone.metadata == {"layout": "vgg16.npy"}


def test_arrays_of_objects_inside_of_each_other_are_unwrapped(read):
    inner = np.empty(1, object)
    inner[0] = CAFFE
    outer = np.empty(1, object)
    outer[0] = inner
    assert list(read(objects(outer))) == list(NAMES)


class Net:
    """Anything."""


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (pickle.dumps({"a": 1}), "it is a pickle, and holds no arrays of NumPy but a dict$"),
        (pickle.dumps([1]), "holds no arrays of NumPy but a list$"),
        (b"\x80\x04cmine\nNet\n)R.", r"holds no arrays of NumPy but a mine\.Net$"),
        (b"\x80\x04ctorch.nn\nNet\n)R.", r"but a torch\.nn\.Net: save it with torch\.save$"),
        (b"\x80\x04}\x8c\x01x5K\x01s.".replace(b"x5", b"x"), "but a dict$"),
        (b"\x80\x04}(\x8c\x01aK\x01\x8c\x01bctorch\nT\n)Ru.", r"a dict: save it with torch\.save$"),
        (b"\x80\x04}(\x8c\x01acmine\nT\n)R\x8c\x01bctorch\nT\n)Ru.", "but a dict$"),
        (pickle.dumps({"StructuredToParameterName@@": {}, "a": ONE}), "a file of PaddlePaddle"),
    ],
)
def test_a_pickle_without_arrays_is_told(program, words, read):
    with pytest.raises(OSError, match=words):
        read(program)


def test_the_search_for_arrays_is_counted(tmp_path):
    spent = []
    budget = Budget(1000)
    budget.spend = spent.append
    with (tmp_path / "x").open("w+b") as file:
        file.write(pickle.dumps({"a": [ONE, 2, 3], "b": ONE}))
        file.flush()
        memory = npz.mmap(file.fileno(), 0)
        memory.seek(3)  # where a reader before has stopped
        npz.read_pickle(Path("x"), memory, budget)
    assert spent == [2, 3]


def test_a_warning_about_a_header_is_not_shown(read):
    """Python 2 wrote long integers, of which NumPy warns."""
    content = npy(ONE).replace(b"(2, 3), }  ", b"(2L, 3L), }")
    assert np.array_equal(read(content)["x"], ONE)


def test_a_header_that_cannot_be_read_is_an_error_of_one_line():
    with pytest.raises(CorruptFileError, match=r"the header of a cannot be read \(.*\)$"):
        npz._header(io.BytesIO(b"\x93NUMPY\x01\x00\x04\x00(((("), "a")
