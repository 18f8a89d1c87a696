"""Files that are often named where weights are expected are told what they are."""

from pathlib import Path

import pytest

from minivgg.weights.other_formats import advice_for_folder, what_it_is

TABLE_END = bytes.fromhex("57fb808b247547db")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"version https://git-lfs.github.com/spec/v1", "a pointer of Git LFS"),
        *((start, "a compressed archive: unpack it") for start in (
            b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"BZh9", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a",
            b"\x28\xb5\x2f\xfd\0")),
        (bytes(257) + b"ustar\0", "a tar archive: unpack it"),
        (b"\x1c\0\0\0TFL3", "a model of TensorFlow Lite"), (b"GGUF\3", "a GGUF file"),
        (b"MATLAB 5.0 MAT-file", "a file of MATLAB"), (b"\x89PNG\r\n", "an image (PNG)"),
        (b"\xff\xd8\xff\xe0", "an image (JPEG)"), (b"%PDF-1.7", "a PDF document"),
        (b'model_checkpoint_path: "x"', "the list of TensorFlow's checkpoints"),
    ],
)  # fmt: skip
def test_a_file_by_what_is_at_a_place_in_it(content, words):
    assert what_it_is(Path("x"), content + b"\xee" * 300).startswith(words)
    assert what_it_is(Path("x"), b"\xee" + content + b"\xee" * 300) is None
    assert what_it_is(Path("x"), content[1:] + b"\xee" * 300) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE HTML>", "a web page and not the file itself: download it again"),
        (b"\xef\xbb\xbf \n<html>", "a web page"), (b"<head>", "a web page"),
        (b"<?xml version='1.0'?>", "an answer of a server and not the file itself: download"),
        (b" <Error><Code>", "an answer of a server"), (b'{"a": 1}', "a file of JSON, without"),
        (b"\n[1]", "a file of JSON, without weights"), (b"x{", None), (b"", None),
        (b"x" + TABLE_END, "a part of a checkpoint of TensorFlow"), (TABLE_END + b"x", None),
        (b" " * 4095 + b"{", "a file of JSON"), (b" " * 4096 + b"{", None),
    ],
)  # fmt: skip
def test_a_text_by_its_beginning_and_a_checkpoint_by_its_end(content, words):
    found = what_it_is(Path("x"), content)
    assert found is None if words is None else found.startswith(words)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.PB", "a graph of TensorFlow"), ("a.caffemodel", "a model of Caffe"),
        ("a.prototxt", "the architecture of a net of Caffe"), ("a.params", "a file of MXNet"),
        ("a.mlmodel", "a model of Core ML"), ("a.ckpt", "perhaps a checkpoint of TensorFlow"),
        ("a.onnx", "not an ONNX model"), ("a.pth", None), ("pb", None),
        ("x.data-00000-of-00001", "a part of a checkpoint of TensorFlow"),
        ("x.data-0000-of-00001", None), ("x.data-00000-of-00001.txt", None),
    ],
)  # fmt: skip
def test_a_file_without_a_signature_by_its_name(name, words):
    found = what_it_is(Path(name), b"\x01\x02\x03")
    assert found is None if words is None else found.startswith(words)


@pytest.mark.parametrize(
    ("names", "advice"),
    [
        ("", ""), ("notes.txt", ""), ("b.pth a.txt", ": name the file in it, such as b.pth"),
        ("b.npz a.safetensors", ": name the file in it, such as a.safetensors"),
        ("data.pkl a.pth", ": it is an unpacked .pth: name the .pth itself"),
        ("archive/data.pkl", ": it is an unpacked .pth: name the .pth itself"),
        ("archive/other.pkl", ""), ("a.PTH", ""),
        *((f"x{end}", f": name the file in it, such as x{end}")
          for end in (".pt", ".h5", ".keras", ".bin", ".ckpt")),
    ],
)  # fmt: skip
def test_what_to_name_instead_of_a_folder(names, advice, tmp_path):
    for name in names.split():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert advice_for_folder(tmp_path) == advice
    (tmp_path / "saved_model.pb").write_text("")
    assert advice_for_folder(tmp_path).startswith(": it is a SavedModel of TensorFlow, which is")
