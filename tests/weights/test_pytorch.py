"""PyTorch's .pth files, new and old: which storages there are, and what tensors view of them."""

import pickle
import struct
import zipfile

import numpy as np
import pytest
from support import foreign

from minivgg import weights
from minivgg.utils.notices import Notice
from minivgg.weights.memory_map import Budget
from minivgg.weights.pytorch import MAGIC, is_legacy, is_torch_zip, read_legacy

STATE = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(2, np.float64)}


@pytest.fixture
def read(tmp_path):
    """Write a zip of files, and read it."""

    def of(files):
        path = tmp_path / "x.pth"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return weights.read(path)

    return of


def parts(tmp_path, state=STATE):
    """The files in a zip of PyTorch."""
    foreign.torch_zip(tmp_path / "whole.pth", state)
    with zipfile.ZipFile(tmp_path / "whole.pth") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_formats_are_told_by_their_content(tmp_path):
    assert is_legacy(MAGIC)
    assert not is_legacy(MAGIC[:-1])
    assert pickle.dumps(0x1950A86A20F9469CFC6C, 2) == MAGIC
    foreign.torch_zip(tmp_path / "x", STATE)
    assert is_torch_zip(_Memory((tmp_path / "x").read_bytes()))


class _Memory(bytes):
    """As a mapped file."""


def test_the_folder_in_the_zip_may_have_any_name(tmp_path, read):
    files = {name.replace("archive/", "my/model/"): c for name, c in parts(tmp_path).items()}
    found = read(files)
    assert found.kind == "PyTorch zip"
    assert all(np.array_equal(found[name], array) for name, array in STATE.items())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"archive/data.pkl": None, "archive/data.pkl.old": b""}, "it lacks data.pkl"),
        ({"archive/constants.pkl": b""}, "it is a program of TorchScript: load it with torch.jit"),
        ({"archive/byteorder": b"big"}, "its numbers are not little-endian"),
        ({"archive/data/1": None}, "it lacks storage '1', the numbers of b"),
        ({"archive/data/0": b"1234"}, "a reaches beyond its storage: number 6 of 1"),
        ({"archive/minivgg.json": b"[]"}, "its minivgg.json is not an object of texts"),
        ({"archive/minivgg.json": b'{"a": 1}'}, "its minivgg.json is not an object of texts"),
    ],
)
def test_what_is_missing_is_named(changes, words, tmp_path, read):
    files = parts(tmp_path) | changes
    with pytest.raises(OSError, match=words):
        read({name: content for name, content in files.items() if content is not None})


def test_files_of_older_versions_do_not_say_their_byte_order(tmp_path, read):
    files = parts(tmp_path)
    del files["archive/byteorder"]
    assert set(read(files)) == set(STATE)
    assert read(files | {"archive/minivgg.json": b'{"a": "b"}'}).metadata == {"a": "b"}


def test_storages_that_no_weight_uses_are_not_needed(tmp_path, read):
    files = parts(tmp_path)
    del files["archive/data/0"]
    program = files["archive/data.pkl"]
    assert program.count(b"X\x01\x00\x00\x00a") == 1
    with pytest.raises(OSError, match="it lacks storage '0'"):
        read(files)


def plain(value):
    """The instructions for a value."""
    return pickle.dumps(value, 2)[2:-1]


def tensor(offset, shape, strides, count=6):
    storage = b"(" + plain("storage") + b"ctorch\nFloatStorage\n"
    storage += b"".join(map(plain, ("0", "cpu", count))) + b"tQ"
    sizes = b"".join(map(plain, (offset, shape, strides)))
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + sizes + b"tR"


def program(**entries):
    return b"\x80\x02}(" + b"".join(plain(k) + v for k, v in entries.items()) + b"u."


NUMBERS = np.arange(6, dtype=np.float32)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ((0, (6,), (1,)), [0, 1, 2, 3, 4, 5]),
        ((2, (4,), (1,)), [2, 3, 4, 5]),
        ((0, (3, 2), (1, 3)), [[0, 3], [1, 4], [2, 5]]),
        ((5, (), ()), 5),
        ((1, (3,), (2,)), [1, 3, 5]),
        ((100, (0,), (1,)), []),
    ],
)
def test_tensors_view_their_storage(view, expected, read):
    found = read(
        {"a/data.pkl": program(w=tensor(*view)), "a/data/0": NUMBERS.tobytes(), "a/z": b"z" * 99}
    )
    assert found["w"].tolist() == expected


@pytest.mark.parametrize(
    "view", [(0, (7,), (1,)), (3, (4,), (1,)), (2, (3,), (2,)), (6, (), ()), (0, (2, 2), (5, 1))]
)
def test_tensors_do_not_reach_beyond_their_storage(view, read):
    files = {
        "a/data.pkl": program(w=tensor(*view)),
        "a/data/0": NUMBERS.tobytes(),
        "a/z": b"z" * 99,
    }
    with pytest.raises(OSError, match=r"w reaches beyond its storage: number 7 of 6$"):
        read(files)


def test_what_is_no_tensor_is_named(read):
    odd = b"ctorch._utils\n_rebuild_qtensor\n)R"
    with pytest.raises(OSError, match=r"its tensor w is quantised: save tensor\.dequantize\(\)"):
        read({"a/data.pkl": program(w=odd)})
    objects = plain(np.array(["x"], object))
    files = {
        "a/data.pkl": program(v=tensor(0, (2, 3), (3, 1)), w=objects),
        "a/data/0": NUMBERS.tobytes(),
    }
    with pytest.raises(OSError, match=r"its entry w is not a tensor \(save model\.state_dict"):
        read(files)
    files["a/data.pkl"] = program(v=tensor(0, (2, 3), (3, 1)), w=plain(NUMBERS.reshape(2, 3)))
    assert np.array_equal(read(files)["w"], NUMBERS.reshape(2, 3))


def test_tensors_are_counted_before_they_are_viewed(read, monkeypatch):
    monkeypatch.setattr("minivgg.weights.memory_map.MAX_ARRAYS", 1)
    files = {"a/data.pkl": program(v=tensor(9, (2, 3), (3, 1)), w=tensor(9, (2, 3), (3, 1)))}
    with pytest.raises(OSError, match="it has 2 arrays; at most 1 are read"):
        read(files)


@pytest.mark.parametrize(
    ("others", "told"),
    [("a", "a"), ("abcd", "a, b, c, d"), ("abcde", "a, b, c, d, …")],
)
def test_other_dictionaries_of_tensors_are_told(others, told, read):
    def state():
        return b"}" + plain("w") + tensor(0, (2, 3), (3, 1)) + b"s"

    keys = dict.fromkeys(["state_dict", *others])
    files = {"a/data.pkl": program(**{key: state() for key in keys}), "a/data/0": NUMBERS.tobytes()}
    with pytest.warns(
        Notice, match=rf"x\.pth holds several .* state_dict is taken, and not {told}$"
    ):
        read(files)


def legacy(version=1001, machine=None, keys=("0",), count=6, content=None, table=6):
    """An old file of one tensor."""
    head = [
        0x1950A86A20F9469CFC6C,
        version,
        {"little_endian": True} if machine is None else machine,
    ]
    body = b"".join(pickle.dumps(part, 2) for part in head) + program(
        w=tensor(0, (2, 3), (3, 1), table)
    )
    body += pickle.dumps(list(keys) if isinstance(keys, tuple) else keys, 2)
    return body + struct.pack("<q", count) + (NUMBERS.tobytes() if content is None else content)


def test_an_old_file(tmp_path):
    for machine in ({}, {"little_endian": True}):
        (tmp_path / "x").write_bytes(legacy(machine=machine))
        file = weights.read(tmp_path / "x")
        assert (file.kind, file.metadata) == ("PyTorch pickle", {})
        assert np.array_equal(file["w"], NUMBERS.reshape(2, 3))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"version": 1000}, "it is of an unknown version, or its numbers are not little-endian"),
        ({"machine": {"little_endian": False}}, "its numbers are not little-endian"),
        ({"machine": [1]}, "its numbers are not little-endian"),
        ({"keys": "0"}, "its list of storages cannot be read"),
        ({"keys": (0,)}, "its list of storages cannot be read"),
        ({"keys": ("0", 0)}, "its list of storages cannot be read"),
        ({"keys": ("0", "0"), "content": NUMBERS.tobytes() + bytes(7)}, "'0' would begin at byte"),
        ({"keys": ("1",)}, "storage '1' is not in its table"),
        ({"keys": ()}, "it lacks storage '0', the numbers of w"),
        ({"count": 5}, "storage '0' has 5 numbers, but the table says 6"),
        ({"count": 5000}, "storage '0' has 5,000 numbers, but the table says 6"),
        ({"keys": ("0", "0")}, r"it is truncated: storage '0' would begin at byte \d+ of \d+$"),
        ({"content": b""}, "it is truncated: w would end at byte"),
    ],
)
def test_an_old_file_that_makes_no_sense_is_refused(options, words, tmp_path):
    (tmp_path / "x").write_bytes(legacy(**options))
    with pytest.raises(OSError, match=words):
        weights.read(tmp_path / "x")


def test_storages_of_an_old_file_follow_one_another(tmp_path):
    state = {f"a{i}": np.full(i + 1, i, np.float32) for i in range(4)}
    foreign.torch_legacy(tmp_path / "x", state)
    found = weights.read(tmp_path / "x")
    assert {name: a.tolist() for name, a in found.items()} == {
        name: a.tolist() for name, a in state.items()
    }


def test_an_old_file_is_read_from_its_beginning(tmp_path):
    import mmap

    (tmp_path / "x").write_bytes(legacy())
    with (tmp_path / "x").open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    memory.seek(7)
    arrays, _ = read_legacy(tmp_path / "x", memory, Budget(1000))
    assert list(arrays) == ["w"]
