"""An index of weights in several files: what is one, what it may name, and what is said."""

import json
from pathlib import Path

import pytest

from minivgg.weights import shards
from minivgg.weights.memory_map import CorruptFileError
from minivgg.weights.shards import index_in, is_index, read_index


class Memory(bytes):
    """Bytes as a mapped file has them."""


def index(weight_map):
    return Memory(json.dumps({"weight_map": weight_map}).encode())


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'{"weight_map": 1}', True), (b'\xef\xbb\xbf \n{"weight_map"', True),
        (b'{"metadata": {}, "weight_map"', True), (b'["weight_map"]', False),
        (b'{"other": {}}', False), (b'{"\0": "weight_map"}', False), (b"", False),
        (b" " * 15 + b'{"weight_map"', True), (b" " * 16 + b'{"weight_map"', False),
    ],
)  # fmt: skip
def test_an_index_is_told_by_its_beginning_and_a_name(content, found):
    assert is_index(Memory(content)) == found


def test_files_are_in_the_order_of_the_index_with_their_tensors(tmp_path):
    for name in "ab":
        (tmp_path / name).write_bytes(b"x")
    found = read_index(tmp_path / "i.json", index({"1": "b", "2": "a", "3": "b", "0": "a"}))
    assert list(found.items()) == [(tmp_path / "b", ["1", "3"]), (tmp_path / "a", ["2", "0"])]


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("MAX_SHARDS", "it names 2 files; at most 1 are read"),
        ("MAX_TOTAL_BYTES", "its files have 5 bytes together; at most 4 are read"),
        ("MAX_INDEX_BYTES", "it has 36 bytes, more than an index can have"),
    ],
)
def test_as_much_as_a_limit_is_read_and_no_more(tmp_path, monkeypatch, limit, words):
    (tmp_path / "a").write_bytes(b"xx")
    (tmp_path / "b").write_bytes(b"xxx")
    memory = index({"1": "a", "2": "b"})
    most = {"MAX_SHARDS": 2, "MAX_TOTAL_BYTES": 5, "MAX_INDEX_BYTES": len(memory)}[limit]
    monkeypatch.setattr(shards, limit, most)
    assert len(read_index(tmp_path / "i.json", memory)) == 2
    monkeypatch.setattr(shards, limit, most - 1)
    with pytest.raises(CorruptFileError) as refused:
        read_index(tmp_path / "i.json", memory)
    assert str(refused.value) == words.replace("36", str(len(memory)))


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ("a", "'a' of its 1 files is not in this folder: download all files of the model into one "
         "folder"),
        ("a there b", "'a' and 1 more of its 3 files are not in this folder: download all files of "
         "the model into one folder"),
    ],
)  # fmt: skip
def test_files_that_are_missing_are_counted(tmp_path, names, words):
    (tmp_path / "there").write_bytes(b"x")
    with pytest.raises(CorruptFileError) as refused:
        read_index(tmp_path / "i.json", index({name: name for name in names.split()}))
    assert str(refused.value) == words


@pytest.mark.parametrize(
    "name", ["/a", "../a", "a/../b", "C:a", "\\\\a\\b", "..\\a", "", "a\0b", 7]
)
def test_a_name_that_may_lead_elsewhere_is_refused(tmp_path, name):
    with pytest.raises(CorruptFileError, match=r"which is not a file in the folder of the index$"):
        read_index(tmp_path / "i.json", index({"1": name}))


def test_files_below_the_folder_may_be_named(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a").write_bytes(b"x")
    assert list(read_index(tmp_path / "i.json", index({"1": "deep/a"}))) == [tmp_path / "deep/a"]


@pytest.mark.parametrize("name", [["a"], "x.weights.h5"])
def test_the_index_of_keras_is_told_so(name):
    with pytest.raises(CorruptFileError, match="that Keras has written to several files, which"):
        read_index(Path("i.json"), index({"1": name}))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"weight_map": {', "it is truncated or damaged: it is not valid JSON"),
        (b"[" * 100_000, "it is truncated or damaged: it is not valid JSON"),
        (b'["weight_map"]', "it is damaged: its weight_map names no files"),
        (b'{"weight_map": {}}', "it is damaged: its weight_map names no files"),
        (b'{"weight_map": ["a"]}', "it is damaged: its weight_map names no files"),
        (b"{}", "it is damaged: its weight_map names no files"),
    ],
)
def test_a_damaged_index_is_one_sentence(content, words):
    with pytest.raises(CorruptFileError, match=f"^{words}$"):
        read_index(Path("i.json"), Memory(content))


def test_a_folder_holds_one_index_or_none(tmp_path):
    assert index_in(tmp_path) is None
    (tmp_path / "model.safetensors.index.json").write_text("")
    (tmp_path / "config.json").write_text("")
    assert index_in(tmp_path) == tmp_path / "model.safetensors.index.json"
    (tmp_path / "a.safetensors.index.json").write_text("")
    names = r"a\.safetensors\.index\.json, model\.safetensors\.index\.json"
    with pytest.raises(OSError, match=rf"holds several models \({names}\): name the index of"):
        index_in(tmp_path)
