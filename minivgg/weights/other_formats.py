"""Files that are often named where weights are expected, and what to do with them."""

import re
from mmap import mmap
from pathlib import Path

HEAD_BYTES = 4096
TABLE_END = bytes.fromhex("57fb808b247547db")  # of TensorFlow's checkpoints and their index
UNPACK = "a compressed archive: unpack it, and name the file of weights in it"
DOWNLOAD_AGAIN = "download it again, with the link to the file itself"
KERAS = (
    "read it with TensorFlow and save its weights, as model.save_weights('NAME.weights.h5') does"
)
SIGNATURES = (  # (where, the bytes there, what the file is)
    (0, b"version https://git-lfs", "a pointer of Git LFS and not the file itself: fetch it with "
        "'git lfs pull'"),
    (0, b"\x1f\x8b", UNPACK),
    (0, b"\xfd7zXZ", UNPACK),
    (0, b"BZh", UNPACK),
    (0, b"7z\xbc\xaf", UNPACK),
    (0, b"Rar!", UNPACK),
    (0, b"\x28\xb5\x2f\xfd", UNPACK),
    (257, b"ustar", "a tar archive: unpack it, and name the file of weights in it"),
    (4, b"TFL3", "a model of TensorFlow Lite, which is not read: save the weights of the model "
        "that it was made from"),
    (0, b"GGUF", "a GGUF file, whose numbers are quantised: save the weights as safetensors"),
    (0, b"MATLAB 5.0", "a file of MATLAB: save its arrays with numpy.savez"),
    (0, b"model_checkpoint_path", f"the list of TensorFlow's checkpoints: {KERAS}"),
    (0, b"\x89PNG", "an image (PNG)"),
    (0, b"\xff\xd8\xff", "an image (JPEG)"),
    (0, b"%PDF", "a PDF document"),
)  # fmt: skip
SUFFIXES = {  # formats that have no signature
    ".pb": f"a graph of TensorFlow, which is not read: {KERAS}",
    ".caffemodel": "a model of Caffe, which is not read: convert it to .npz, for example with its "
    "Python interface",
    ".prototxt": "the architecture of a net of Caffe, without weights",
    ".params": "a file of MXNet, which is not read: save its arrays with numpy.savez",
    ".mlmodel": "a model of Core ML, which is not read",
    ".ckpt": f"perhaps a checkpoint of TensorFlow, which is not read: {KERAS}",
    ".onnx": "not an ONNX model that can be read",
}
SHARD = re.compile(r"\.data-\d{5}-of-\d{5}$")


def what_it_is(path: Path, memory: mmap) -> str | None:
    """What a file is that is in none of the formats that are read.

    Parameters
    ----------
    path : path
        Of the file.
    memory : mmap
        The same file.

    Returns
    -------
    str or None
        To follow "it is", with advice; None if it is not known.
    """
    head = memory[:HEAD_BYTES]
    for offset, signature, description in SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return description
    if memory[-len(TABLE_END) :] == TABLE_END or SHARD.search(path.name):
        return f"a part of a checkpoint of TensorFlow, which is not read: {KERAS}"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head")):
        return f"a web page and not the file itself: {DOWNLOAD_AGAIN}"
    if text.startswith((b"<?xml", b"<error")):
        return f"an answer of a server and not the file itself: {DOWNLOAD_AGAIN}"
    if text.startswith((b"{", b"[")):
        return "a file of JSON, without weights"
    return SUFFIXES.get(path.suffix.lower())


def advice_for_folder(path: Path) -> str:
    """What to name instead of a folder.

    Parameters
    ----------
    path : path
        Of the folder.

    Returns
    -------
    str
        An end for the sentence, which may be empty.
    """
    if (path / "saved_model.pb").exists():
        return f": it is a SavedModel of TensorFlow, which is not read: {KERAS}"
    if (path / "data.pkl").exists() or (path / "archive" / "data.pkl").exists():
        return ": it is an unpacked .pth: name the .pth itself"
    files = sorted(
        each.name
        for each in path.iterdir()
        if each.suffix in (".safetensors", ".pth", ".pt", ".h5", ".keras", ".npz", ".bin", ".ckpt")
    )
    return f": name the file in it, such as {files[0]}" if files else ""
