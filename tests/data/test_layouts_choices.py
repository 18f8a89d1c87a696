"""Which of several folders counts, and what is said of the others."""

import sys
import unicodedata
import warnings

import pytest
from PIL import Image

from minivgg import data
from minivgg.data.file_sources import open_source
from minivgg.data.layouts import find_layout, tree_of


def make(root, *files):
    """Pictures, and files with a letter under the names of other kinds."""
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".png":
            Image.new("L", (2, 2)).save(path)
        else:
            path.write_text("x")
    return root


def layout(root):
    return find_layout(tree_of(open_source(root)), root)


def said(path):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        data.ImageFolder(path)
    return [str(w.message).replace(str(path), "it") for w in caught]


@pytest.mark.parametrize(
    ("files", "classes"),
    [
        # the one folder in a split is a class unless it has the split's name
        (["train/pets/cat/0.png", "test/pets/cat/0.png"], ["pets"]),
        (["train/train/a/0.png", "train/0.png", "test/train/0.png"], ["train"]),
    ],
)
def test_the_only_folder_in_a_split(tmp_path, files, classes):
    assert data.ImageFolder(make(tmp_path, *files)).classes == classes


@pytest.mark.parametrize(
    ("folders", "chosen"),
    [
        ("VAL val_set", "val_set"), ("VAL Val_set", "VAL"), ("dev valid", "valid"),
        ("validation dev", "validation"), ("VAL dev", "dev"),
    ],
)  # fmt: skip
def test_of_two_folders_of_one_kind_the_usual_name_and_then_small_letters_count(
    tmp_path, folders, chosen
):
    names = [f"{folder}/a/0.png" for folder in ("train", *folders.split())]
    assert layout(make(tmp_path, *names)).kinds == {"train": "train", "validation": chosen}


def test_a_folder_without_images_that_is_a_class_in_another_split_is_a_class(tmp_path):
    made = layout(
        make(
            tmp_path, "train/a/0.png", "train/b/x.txt", "val/a/0.png", "val/b/0.png", "val/c/x.txt"
        )
    )
    assert {name: sorted(classes) for name, classes in made.splits.items()} == {
        "train": ["a", "b"], "val": ["a", "b"],
    }  # fmt: skip
    assert made.notices == [
        f"left out of {tmp_path}: the folder val/c, which is not a split or class"
    ]


@pytest.mark.skipif(sys.platform == "darwin", reason="there, both names are one folder")
@pytest.mark.parametrize("split", ["", "train/", "test/"])
def test_folders_whose_names_are_shown_alike_are_one_class(tmp_path, split):
    names = [unicodedata.normalize(form, "Köln") for form in ("NFC", "NFD")]
    made = make(tmp_path, *(f"{split}{name}/0.png" for name in names), f"{split}other/0.png")
    if split:
        make(tmp_path, *(f"{s}/{c}/0.png" for s in ("train", "test") for c in (names[0], "other")))
    found = data.ImageFolder(made, "all")
    assert found.classes == [names[0], "other"]
    assert len(found) == (3 if not split else 5)


def test_the_first_camera_picture_is_the_example(tmp_path, monkeypatch):
    monkeypatch.setattr("minivgg.data.layouts.is_image", lambda name: False)
    with pytest.raises(ValueError, match=r"but 3 \.heic; to read these"):
        layout(make(tmp_path, "a/1.heic", "b/1.txt", "b/2.heif", "c/3.HEIF"))


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (["train/a/0.png", "test/a/0.png", "testing/0.png"],
         ["left out of it: the folder testing, which is not a split or class"]),
        (["train/a/0.png", "val/a/0.png", "test/notes.txt"],
         ["left out of it: the folder test, which is not a split or class"]),
        (["train/a/0.png", "val/0.png", "test/0.png"],
         ["left out of it: test, whose images are not in class folders",
          "left out of it: val, whose images are not in class folders"]),
        (["train/a/0.png", "train/b/0.png", "test/a/0.png", "test/b/0.png", "c/c/0.png"],
         ["left out of it: the folder c, which is not a split or class"]),
    ],
)  # fmt: skip
def test_folders_beside_the_splits_are_named(tmp_path, files, words):
    assert said(make(tmp_path, *files)) == words


@pytest.mark.parametrize("split", ["", "train/"])
def test_a_folder_with_camera_pictures_among_other_files_is_a_class(tmp_path, monkeypatch, split):
    """Its pictures may not be readable here, and are not left out without a word."""
    monkeypatch.setattr("minivgg.data.layouts.is_image", lambda name: name.endswith("png"))
    made = make(tmp_path, *(f"{split}{f}" for f in ("a/0.png", "b/0.png", "c/1.HEIF", "c/x.txt")))
    found = layout(made)
    assert {k: sorted(v) for k, v in found.splits.items()} == {split[:-1]: ["a", "b", "c"]}
    assert found.notices == []
