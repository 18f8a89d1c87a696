"""Which images are in a split, and what is said of splits and classes that there are not."""

from pathlib import Path, PurePosixPath

import pytest

from minivgg.data.layouts import Layout
from minivgg.data.seeded_split import choose_test_images
from minivgg.data.split_images import (
    class_numbers,
    folders_of_split,
    images_of_classes,
    no_split,
    part_by_seed,
)

SET = Path("set")


def files(*names):
    return [PurePosixPath(name) for name in names]


def layout(**splits):
    kinds = {kind: kind for kind in ("train", "validation", "test") if kind in splits}
    made = {k: {name: files(*v) for name, v in split.items()} for k, split in splits.items()}
    return Layout(PurePosixPath(), made, kinds, {name: [] for name in splits})


THREE = layout(train={"a": "12"}, test={"a": "3"}, extra={"a": "4"})


@pytest.mark.parametrize(
    ("split", "divided", "found"),
    [
        ("all", None, ["train", "test", "extra"]), ("train", None, ["train"]),
        ("Training", None, ["train"]), ("eval", None, ["test"]), ("extra", None, ["extra"]),
        ("test", "train", ["train"]), ("train", "", [""]), ("testing", "", [""]),
        ("extra", "train", ["extra"]),
    ],
)  # fmt: skip
def test_the_folders_of_a_split(split, divided, found):
    assert folders_of_split(THREE, split, divided, SET) == found


@pytest.mark.parametrize(
    ("split", "divided", "words"),
    [
        ("val", None, "set has no split 'val'; there are extra, test, train"),
        ("tran", None,
         "set has no split 'tran': did you mean 'train'? There are extra, test, train"),
        ("", None, "set has no split ''; there are extra, test, train"),
        ("val", "", "set has no split 'val'; there are train and test"),
        ("tst", "train", "set has no split 'tst': did you mean 'test'? There are train and test"),
    ],
)  # fmt: skip
def test_a_split_that_there_is_not(split, divided, words):
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the whole message is compared
        folders_of_split(THREE, split, divided, SET)
    assert str(refused.value) == words


def test_names_that_are_half_alike_are_meant_and_others_are_not():
    assert "did you mean 'abcd'" in str(no_split("x", "abyz", ["abcd"]))
    assert str(no_split("x", "ayz", ["abcd"])) == "x has no split 'ayz'; there are abcd"
    assert str(no_split("x", "ayz", [])) == "x has no split 'ayz'; there are "


def test_classes_are_those_of_all_splits_and_files_are_sorted():
    found = images_of_classes(layout(train={"a": "21", "b": "3"}, test={}), ["train"], SET)
    assert found == {"a": files("1", "2"), "b": files("3")}
    both = layout(train={"a": "21", "b": "9"}, test={"a": "5", "b": "4"})
    assert images_of_classes(both, ["train", "test"], SET)["a"] == files("1", "2", "5")


@pytest.mark.parametrize(
    ("found", "chosen", "words"),
    [
        (layout(train={"a": "1", "b": "2"}, test={"a": "1"}), "test",
         "set: the class 'b' has no images in split 'test', only in train"),
        (layout(train={"a": "1", "b": "2", "c": "3", "d": "4"}, test={"a": "1"}), "test",
         "set: the class 'b' has no images in split 'test' (nor do 2 others), only in train"),
        (layout(train={"a": "1", "b": "2"}, test={"a": "1", "B": "1"}), "test",
         "set: the class 'b' has no images in split 'test'; there is 'B': give the class one name"
         " in all splits"),
        (layout(**{"": {"a": "1", "b": ""}}), "", "set: the class 'b' has no images"),
        (layout(**{"": {"a": "1", "b": "", "c": ""}}), "",
         "set: the class 'b' has no images (nor do 1 others)"),
        (layout(train={"b": "1"}, test={"b": ""}, p={"b": "1"}, q={"b": "1"}, r={"b": "1"}), "test",
         "set: the class 'b' has no images in split 'test', only in p, q, r and 1 more"),
    ],
)  # fmt: skip
def test_a_class_without_images_is_named_with_the_reason(found, chosen, words):
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the whole message is compared
        images_of_classes(found, [chosen], SET)
    assert str(refused.value) == words


@pytest.mark.parametrize(("unused", "is_camera"), [("b/1.HEIC", True), ("c/1.heic", False)])
def test_pictures_of_cameras_in_the_class_are_the_reason(unused, is_camera):
    made = layout(**{"": {"a": "1", "b": ""}})
    made.unused[""] = files(unused, "b/notes.txt")
    with pytest.raises(ValueError, match="the class 'b' has no images") as refused:
        images_of_classes(made, [""], SET)
    assert ("to read its .heic files: pip install" in str(refused.value)) == is_camera


@pytest.mark.parametrize(
    ("count", "share", "chosen"),
    [(0, 0.5, 0), (1, 0.9, 0), (2, 0.1, 1), (3, 0.9, 2), (10, 0.25, 2), (10, 0.26, 3)],
)  # fmt: skip
def test_both_parts_of_a_class_have_an_image_if_there_are_two(count, share, chosen):
    names = files(*map(str, range(count)))
    found = choose_test_images(names, share, 7)
    assert len(found) == chosen
    assert found == choose_test_images(names[::-1], share, 7)
    by_class = {"a": names}
    parts = [
        part_by_seed(by_class, Layout(PurePosixPath()), t, share, 7)["a"] for t in (True, False)
    ]
    assert (set(parts[0]), sorted(parts[0] + parts[1])) == (set(found), names)


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_a_share_that_leaves_a_part_empty_is_refused(share):
    with pytest.raises(ValueError, match=f"above 0 and below 1, got {share:g}"):
        choose_test_images([], share, 0)


def test_the_choice_depends_on_the_path_below_the_dataset_alone():
    below = part_by_seed({"a": files(*"0123456789")}, Layout(PurePosixPath()), True, 0.3, 1)
    top = {"a": files(*(f"x/y/{i}" for i in range(10)))}
    found = part_by_seed(top, Layout(PurePosixPath("x/y")), True, 0.3, 1)
    assert [file.name for file in found["a"]] == [file.name for file in below["a"]]


def test_the_numbers_of_classes_and_those_that_a_net_does_not_know():
    numbers = class_numbers(["b", "a", "b"], ["a", "b"], "set")
    assert (numbers.tolist(), numbers.dtype) == ([1, 0, 1], "int64")
    many = [f"c{i}" for i in range(13)]
    for names, classes, words in (
        (["x"], many[:12], f"set has the class 'x', which the net does not know: its classes are "
         f"{', '.join(many[:12])}"),
        (["c1", "x", "y", "z"], many, f"set has the class 'x' (and 2 others), which the net does "
         f"not know: its classes are {', '.join(many[:12])}, …"),
    ):  # fmt: skip
        with pytest.raises(ValueError) as refused:  # noqa: PT011  # the whole message is compared
            class_numbers(names, classes, "set")
        assert str(refused.value) == words
