"""What is said of a folder that a seed divides, and while its images are read."""

import shutil
import warnings

import numpy as np
import pytest
from PIL import Image

from minivgg import data
from minivgg.utils.notices import Notice


def make(root, *files):
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (2, 2)).save(root / name)
    return root


def said(path, *arguments, **options):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        data.ImageFolder(path, *arguments, **options)
    return [str(w.message).replace(str(path), "it") for w in caught]


TWO = ("a/0.png", "a/1.png")
DIVIDED = "it has no folders train and test: 20 % of the images of each class are test images"


def test_classes_of_one_image_are_counted_and_the_first_is_named(tmp_path):
    make(tmp_path, *TWO, "b/0.png", "c/0.png", "d/0.png", "d/1.png", "d/2.png")
    assert said(tmp_path) == [
        DIVIDED, "the class 'b' (and 1 others) has only one image, so it is not tested",
    ]  # fmt: skip
    shutil.rmtree(tmp_path / "c")
    assert said(tmp_path)[1:] == ["the class 'b' has only one image, so it is not tested"]
    assert said(tmp_path, "test") == []


def test_a_share_is_shown_in_percent(tmp_path):
    assert said(make(tmp_path, *TWO), test_share=0.125) == [
        "it has no folders train and test: 12.5 % of the images of each class are test images"
    ]


@pytest.mark.parametrize(
    ("name", "beside", "is_named"),
    [
        ("train", "test/", True), ("Training_Set", "val/", True), ("train", "other/", False),
        ("train", "train2/", False), ("pets", "test/", False), ("test", "val/", False),
        ("train", "test", False),
    ],
)  # fmt: skip
def test_a_test_folder_beside_a_folder_of_training_images_is_mentioned(
    tmp_path, name, beside, is_named
):
    make(tmp_path / name, *TWO)
    (tmp_path / beside).mkdir() if beside.endswith("/") else (tmp_path / beside).write_text("")
    named = f"the other folders of {tmp_path} are not used: name it to train and test with all"
    assert said(tmp_path / name) == [DIVIDED, named][: 1 + is_named]


def test_nothing_is_said_of_what_is_beside_an_archive_or_a_divided_folder(tmp_path):
    (tmp_path / "test").mkdir()
    make(tmp_path / "pets", *TWO)
    archive = shutil.make_archive(str(tmp_path / "pets"), "zip", tmp_path / "pets")
    (tmp_path / "train").write_bytes((tmp_path / "pets.zip").read_bytes())
    assert archive
    assert said(tmp_path / "train") == [DIVIDED]
    make(tmp_path / "b" / "train", *(f"train/{name}" for name in TWO))
    (tmp_path / "b" / "test").mkdir()
    assert said(tmp_path / "b" / "train") == []
    assert data.ImageFolder(tmp_path / "b" / "train").splits == {"train": "train"}
    with pytest.warns(Notice, match="has no test images"):
        assert data.ImageFolder(tmp_path / "b" / "train", test_share=0.5).splits == {}
    assert said(tmp_path / "b" / "train", test_share=0.5) == [
        "it has no test images: 50 % of the images of each class are test images"
    ]


def test_a_bar_is_shown_while_images_are_read_and_goes_away(tmp_path, capsys):
    make(tmp_path, *(f"{split}/{name}" for split in ("train", "test") for name in TWO))
    found = data.ImageFolder(tmp_path)
    found.batch(np.arange(2))
    assert capsys.readouterr().err == ""
    data.ImageFolder(tmp_path, "test", in_memory=True)
    shown = capsys.readouterr().err
    assert "reading test" in shown
    assert "0/2" in shown
    assert " images/s" in shown
    assert shown.endswith("\r")  # the line is cleared
    assert "\n" not in shown


@pytest.mark.parametrize("progress", [True, False])
def test_a_bar_is_shown_while_all_images_are_checked(tmp_path, capsys, progress):
    make(tmp_path, *TWO, "b/0.png")
    (tmp_path / "a" / "0.png").write_text("")
    with pytest.raises(OSError, match=r"a[/\\]0\.png is empty$"):
        data.ImageFolder(tmp_path, "all", progress=progress)
    shown = capsys.readouterr().err
    assert ("checking" in shown) == progress
    assert ("0/3" in shown and " images/s" in shown) == progress
    assert "\n" not in shown


def test_five_of_the_images_that_cannot_be_read_are_named(tmp_path):
    for name in "123456":
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / "a" / f"{name}.png").write_text("")
    names = ", ".join(f"a/{name}.png" for name in "12345")
    with pytest.raises(OSError, match=f"6 images of .* cannot be read, {names} and 1 more; for"):
        data.ImageFolder(tmp_path, "all", progress=False)


@pytest.mark.parametrize("in_memory", [True, False])
def test_images_of_an_archive_are_reduced_and_turned_grey_as_those_of_a_folder(tmp_path, in_memory):
    (tmp_path / "a" / "x").mkdir(parents=True)
    for i, size in enumerate(((8, 6), (4, 12))):
        Image.new("RGB", size, (255, 0, 0)).save(tmp_path / "a" / "x" / f"{i}.png")
    shutil.make_archive(str(tmp_path / "b"), "zip", tmp_path / "a")
    options = {"size": "own", "shrink_to": 3, "channels": 1, "in_memory": in_memory}
    for path in (tmp_path / "a", tmp_path / "b.zip"):
        found = data.ImageFolder(path, "all", **options)
        assert found.shape == (1, None, None)
        assert [image.shape for image in found.batch([0, 1])] == [(1, 3, 4), (1, 9, 3)]
        assert found[0][0].max() == 76  # of red: 0.299 · 255
        plain = data.ImageFolder(path, "all", size=(3, 2))
        assert (plain.shape, plain.channels, plain.size) == ((3, 3, 2), 3, (3, 2))


def test_all_is_the_default_seed_and_share_of_the_test_images(tmp_path):
    make(tmp_path, *(f"{c}/{i}.png" for c in "ab" for i in range(10)))
    found = data.ImageFolder(tmp_path, "test")
    same = data.ImageFolder(tmp_path, "test", test_share=0.2, seed=0)
    assert found.files == same.files
    assert found.files != data.ImageFolder(tmp_path, "test", seed=1).files
    assert data.load(tmp_path, "test").files == same.files
    assert data.load(tmp_path, "test", seed=1).files != same.files
