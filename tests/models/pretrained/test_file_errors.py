"""Errors about files of weights name the file once, and say where the other parts are."""

from pathlib import Path

import pytest

from minivgg.models.pretrained.file_errors import about_file


@pytest.mark.parametrize("text", ["it is odd", "a/w.pth: it is odd"])
def test_the_file_is_named_once(text):
    for path in ("a/w.pth", Path("a/w.pth")):
        error = about_file(path, ValueError(text))
        assert (type(error), str(error)) == (ValueError, f"{path}: it is odd")
    assert str(about_file("b", ValueError("a: it is odd"))) == "b: a: it is odd"


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("model-00001-of-00003.safetensors", "3"), ("x-2-of-10.bin", "10"),
        ("m-1-of-100.pt", "100"),
        ("model-of-3.safetensors", None), ("model.safetensors", None), ("a-1-of-3x.pt", None),
    ],
)  # fmt: skip
def test_a_part_of_the_weights_says_how_many_there_are(name, count):
    more = (
        f"it is one of {count} files that hold the weights together, so name their index, such as "
        "model.safetensors.index.json, or the folder; "
    )
    path = f"run-1-of-2/{name}"
    found = str(about_file(path, ValueError(f"{path}: it lacks fc")))
    assert found == f"{path}: {more if count else ''}it lacks fc"
