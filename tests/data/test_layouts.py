"""Folders of pictures as people have them: what is a split, what is a class, what is left out."""

import unicodedata
import warnings

import pytest
from PIL import Image

from minivgg import data
from minivgg.data.duplicates import count_shared
from minivgg.data.file_sources import open_source
from minivgg.data.folder import has_splits
from minivgg.data.layouts import find_layout, tree_of
from minivgg.utils.notices import Notice


def make(root, *files, number=0):
    """Pictures, which all differ, and empty files of other kinds; a name that ends
    with "/" is a folder.
    """
    for i, name in enumerate(files, number):
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in (".png", ".jpg"):
            Image.new("RGB", (4, 4), (i % 256, i // 256, 9)).save(path)
        else:
            path.write_text("x")
    return root


def names(folder, split="train", **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Notice)
        found = data.ImageFolder(folder, split, **options)
    return found.classes, [file.as_posix() for file in found.files]


CATS = [f"cat/{i}.png" for i in range(10)]
DOGS = [f"dog/{i}.png" for i in range(5)]


def test_class_folders_without_splits_are_split_by_seed_class_by_class(tmp_path):
    make(tmp_path, *CATS, *DOGS, "one/0.png")
    with pytest.warns(Notice) as said:
        train = data.ImageFolder(tmp_path)
    assert [str(w.message).removeprefix(str(tmp_path)) for w in said] == [
        " has no folders train and test: 20 % of the images of each class are test images",
        "the class 'one' has only one image, so it is not tested",
    ]
    test = data.ImageFolder(tmp_path, "test")
    assert (len(train), len(test), train.classes) == (13, 3, ["cat", "dog", "one"])
    assert test.labels.tolist() == [0, 0, 1]
    assert sorted([*train.files, *test.files]) == data.ImageFolder(tmp_path, "all").files
    other = data.ImageFolder(tmp_path, "test", test_share=0.2, seed=1)
    assert other.files != test.files
    assert data.load(tmp_path, "test", in_memory=False, size="own").files == test.files
    with pytest.raises(ValueError, match="no split 'val'; there are train and test"):
        data.ImageFolder(tmp_path, "val")
    with pytest.raises(ValueError, match="above 0 and below 1, got 1"):
        data.ImageFolder(tmp_path, test_share=1)


def test_hardly_any_image_changes_sides_when_images_are_added(tmp_path):
    make(tmp_path, *(f"cat/{i}.png" for i in range(50)))
    before = set(names(tmp_path, "test")[1])
    make(tmp_path, *(f"cat/new {i}.png" for i in range(5)), number=60)
    after = set(names(tmp_path, "test")[1])
    assert (len(before), len(after)) == (10, 11)
    assert len({name for name in before ^ after if "new" not in name}) <= 2


def test_a_class_of_two_images_has_one_in_each_part_and_one_image_alone_is_refused(tmp_path):
    make(tmp_path / "two", "cat/0.png", "cat/1.png")
    assert [len(names(tmp_path / "two", split)[1]) for split in ("train", "test")] == [1, 1]
    make(tmp_path / "one", "cat/0.png")
    assert len(names(tmp_path / "one")[1]) == 1
    with pytest.raises(ValueError, match="no image left for the split 'test'"):
        data.ImageFolder(tmp_path / "one", "test")


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [
        ("train", "val", "test"), ("Train", "Valid", "Testing"), ("TRAIN", "validation", "eval"),
        ("training_set", "dev", "test_set"), ("seg_train", "val_images", "seg_test"),
    ],
)  # fmt: skip
def test_splits_are_found_under_their_usual_names(tmp_path, train, validation, test):
    make(tmp_path, f"{train}/cat/0.png", f"{validation}/cat/1.png", f"{test}/cat/2.png")
    found = data.ImageFolder(tmp_path)
    assert found.splits == {"train": train, "validation": validation, "test": test}
    for split, folder in found.splits.items():
        assert names(tmp_path, split)[1][0].startswith(f"{folder}/cat/")
    assert len(names(tmp_path, "all")[1]) == 3


def test_a_split_in_a_folder_of_its_own_name(tmp_path):
    make(tmp_path, "train/train/cat/0.png", "train/train/dog/0.png")
    make(tmp_path, "test/test/cat/0.png", "test/test/dog/0.png")
    assert names(tmp_path, "test")[0] == ["cat", "dog"]


@pytest.mark.parametrize("around", ["pets/", "pets/pets/", "pets/data/"])
def test_folders_around_are_entered(tmp_path, around):
    make(tmp_path, f"{around}train/cat/0.png", f"{around}test/cat/0.png", "__MACOSX/train/._0.png")
    make(tmp_path, "pets/README.md", "pets/docs/figure.png", ".git/x/y/z.png")
    found, files = names(tmp_path)
    assert (found, files) == (["cat"], [f"{around}train/cat/0.png"])


def test_stray_folders_are_named_and_are_no_splits_or_classes(tmp_path):
    make(tmp_path, "train/cat/0.png", "test/cat/1.png", "annotations/x/y.txt", "train/boxes/0.xml")
    with pytest.warns(Notice, match=r"folders annotations, train/boxes, which are not splits or"):
        found = data.ImageFolder(tmp_path)
    assert found.classes == ["cat"]
    make(tmp_path / "plain", *CATS, *DOGS, "docs/figure.png", "annotations/list.txt", "new/")
    with pytest.warns(Notice) as said:
        found = data.ImageFolder(tmp_path / "plain")
    assert found.classes == ["cat", "dog"]
    assert any("annotations, docs, new" in str(w.message) for w in said)


def test_a_class_in_one_split_alone_is_named_and_so_is_another_spelling(tmp_path):
    make(tmp_path, "train/cat/0.png", "val/zebra/1.png", "test/cat/1.png")
    with pytest.raises(ValueError, match="'zebra' has no images in split 'train', only in val"):
        data.ImageFolder(tmp_path)
    make(tmp_path / "b", "train/Cat/0.png", "test/cat/1.png")
    with pytest.raises(ValueError, match=r"'cat' has no images .*; there is 'Cat': give the class"):
        data.ImageFolder(tmp_path / "b")


def test_a_class_may_be_called_train_and_one_test(tmp_path):
    make(tmp_path / "a", *(f"{name}/{i}.png" for name in ("car", "train") for i in range(3)))
    assert names(tmp_path / "a", "all")[0] == ["car", "train"]
    make(tmp_path / "b", "car/old/0.png", "car/1.png", "train/old/0.png", "bus/0.png", "bus/1.png")
    assert names(tmp_path / "b", "all")[0] == ["bus", "car", "train"]


def test_a_folder_of_training_images_alone(tmp_path):
    """In Python it is what its name says; a share divides it, as the command line asks for."""
    make(tmp_path, *(f"train/{name}" for name in CATS))
    assert len(data.ImageFolder(tmp_path)) == 10
    with pytest.raises(ValueError, match="no split 'test'; there are train"):
        data.ImageFolder(tmp_path, "test")
    with pytest.warns(Notice, match=r"has no test images: 30 % of the images of each class"):
        assert len(data.ImageFolder(tmp_path, test_share=0.3)) == 7
    assert len(data.ImageFolder(tmp_path, "test", test_share=0.3)) == 3


def test_test_images_that_are_in_no_class_folders_are_no_test(tmp_path):
    make(tmp_path, *(f"train/{name}" for name in CATS), "test/1.jpg", "test/2.jpg")
    with pytest.warns(Notice, match="left out of .*: test, whose images are not in class folders"):
        assert data.ImageFolder(tmp_path).classes == ["cat"]


def test_one_of_the_splits_can_be_named_and_the_others_are_mentioned(tmp_path):
    make(tmp_path, *(f"train/{name}" for name in CATS), "test/cat/0.png")
    with pytest.warns(Notice) as said:
        assert len(data.ImageFolder(tmp_path / "train")) == 8
    assert any(f"the other folders of {tmp_path} are not used" in str(w.message) for w in said)


def test_images_in_folders_of_a_class_belong_to_it(tmp_path):
    make(tmp_path, "train/cat/0.png", "train/cat/a/b/1.png", "train/cat/a/2.png")
    assert names(tmp_path)[1] == ["train/cat/0.png", "train/cat/a/2.png", "train/cat/a/b/1.png"]


def test_class_folders_of_folders_alone_are_decided_by_their_names(tmp_path):
    make(
        tmp_path / "a",
        *(f"{c}/{y}/{i}.png" for c in ("cat", "dog") for y in (2021, 2022) for i in (1, 2)),
    )
    with pytest.warns(Notice) as said:
        assert data.ImageFolder(tmp_path / "a").classes == ["cat", "dog"]
    assert "cat, dog are taken as the classes, with the images in their folders 2021, 2022" in str(
        said[0].message
    )
    make(
        tmp_path / "b",
        *(f"{y}/{c}/{i}.png" for c in ("cat", "dog") for y in (2021, 2022) for i in (1, 2)),
    )
    with pytest.warns(Notice) as said:
        found = data.ImageFolder(tmp_path / "b", "train")
    assert "2021, 2022 are taken as parts of the images, and cat, dog as the classes" in str(
        said[0].message
    )
    assert (found.classes, len(found)) == (["cat", "dog"], 6)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            ["0.png", "1.png"],
            r"holds 2 images, but no class folders: .* name the folder that it is",
        ),
        (["notes.txt"], "holds no folders of images: it needs a folder for each class"),
        (["a/train/cat/0.png", "b/train/cat/0.png"], r"several folders with train .* \(a, b\)"),
        (["test/cat/0.png"], "no split 'train'; there are test"),
        (["cat/1.heic", "dog/1.heic"], r"but 2 \.heic; to read these: pip install"),
    ],
)
def test_what_cannot_be_a_dataset_is_said(tmp_path, files, words, monkeypatch):
    monkeypatch.setattr("minivgg.data.layouts.is_image", lambda name: name.endswith("png"))
    with pytest.raises(ValueError, match=words):
        data.ImageFolder(make(tmp_path, *files))


def test_links_are_followed_but_not_in_circles_and_broken_ones_are_named(tmp_path):
    make(tmp_path / "photos", *CATS, *DOGS)
    for split in ("train", "test"):
        (tmp_path / "l" / split).mkdir(parents=True)
        for name in ("cat", "dog"):
            (tmp_path / "l" / split / name).symlink_to(tmp_path / "photos" / name)
    (tmp_path / "photos" / "cat" / "all").symlink_to(tmp_path / "photos")
    (tmp_path / "photos" / "dog" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    with pytest.warns(Notice) as said:
        found = data.ImageFolder(tmp_path / "l")
    # from cat over the link to photos there is dog, but not cat again
    assert len(found) == 10 + 5 + 5
    assert any("broken link" in str(w.message) and "gone.png" in str(w.message) for w in said)
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "train").symlink_to(tmp_path / "photos")
    assert data.ImageFolder(tmp_path / "m", "all").classes == ["cat", "dog"]


def test_names_that_are_not_utf8_and_decomposed_ones(tmp_path):
    class_name = b"M\xfcller".decode("utf-8", "surrogateescape")
    make(tmp_path, f"train/{class_name}/0.png", f"test/{class_name}/1.png")
    nfc, nfd = (unicodedata.normalize(form, "Köln") for form in ("NFC", "NFD"))
    make(tmp_path, f"train/{nfd}/0.png", f"test/{nfc}/1.png")
    for split in ("train", "test"):
        assert data.ImageFolder(tmp_path, split, in_memory=True).classes == [nfc, r"M\xfcller"]


def test_equal_files_in_two_splits_are_counted(tmp_path):
    make(tmp_path, "train/cat/0.png", "train/cat/1.png", "train/cat/2.png")
    make(tmp_path, "test/cat/0.png", "test/cat/9.png", number=2)  # the first equals train's third
    train, test = (data.ImageFolder(tmp_path, split) for split in ("train", "test"))
    assert count_shared(train, test) == 1
    assert count_shared(test, train) == 1


def test_labels_of_other_classes_by_name(tmp_path):
    make(tmp_path, *CATS, *DOGS)
    found = data.ImageFolder(tmp_path, "all").with_classes(["ant", "dog", "cat"])
    assert found.labels.tolist() == [2] * 10 + [1] * 5
    assert found.classes == ["ant", "dog", "cat"]
    with pytest.raises(ValueError, match=r"the class 'cat' .*and 1 others.*the net does not know"):
        found = data.ImageFolder(tmp_path, "all").with_classes(["ant"])


@pytest.mark.parametrize(
    ("folders", "divided"),
    [
        ("cat dog", ""), ("train", "train"), ("Training", "Training"), ("train test", None),
        ("test", None), ("train validation", None),
    ],
)  # fmt: skip
def test_a_seed_divides_what_the_folders_do_not(tmp_path, folders, divided):
    """A folder of training images alone has no test images, so it counts as not divided."""
    make(tmp_path, *(f"{name}/{c}/0.png" for name in folders.split() for c in ("a", "b")))
    if divided == "":
        make(tmp_path, *(f"{name}/0.png" for name in folders.split()))
    layout = find_layout(tree_of(open_source(tmp_path)), tmp_path)
    assert layout.to_divide() == divided
    assert layout.to_divide(with_train=False) == (divided if divided == "" else None)
    assert has_splits(tmp_path) == (divided is None)


@pytest.mark.parametrize(
    ("files", "classes"),
    [
        (["test/a/0.png", "bus/a/0.png"], ["bus", "test"]),  # nothing to train with
        (["test/a/0.png", "val/a/0.png", "bus/0.png"], ["bus", "test", "val"]),
        (["train/a/0.png", "train/a/1.png", "bus/0.png"], ["a"]),  # most are in train
        (["train/a/0.png", "bus/0.png"], ["bus", "train"]),
        (["train/a/0.png", "docs/0.png", "docs/1.png"], ["a"]),
        (["train/a/0.png", "Docs/0.png", "bus/1.png"], ["bus", "train"]),
        (["train/a/0.png", "docs/b/0.png", "test/a/0.png"], ["a"]),
        (["data/train/a/0.png", "data/test/a/0.png", "more/a/0.png"], ["a"]),
        (["a/0.png", "docs/0.png"], ["a", "docs"]),  # one class would be left
        (["a/0.png", "b/0.png", "docs/0.png"], ["a", "b"]),
        (["only/a/0.png", "only/b/0.png"], ["a", "b"]),
        (["only/a/0.png", "only/b/0.png", "0.png"], ["only"]),
        (["2021/a/0.png", "2022/b/0.png"], ["2021", "2022"]),
        (["2021/a/0.png", "2021/b/0.png", "2022/a/0.png", "2022/b/0.png"], ["a", "b"]),
        (["2021/a/0.png", "2021/b/0.png", "2022/c/0.png", "2022/d/0.png"], ["2021", "2022"]),
        (["2021/a/0.png", "2021/b/0.png", "2022/a/0.png", "2022/7/0.png"], ["2021", "2022"]),
        (["2021/a/0.png", "2021/b/0.png", "2022/a/0.png"], ["2021", "2022"]),
        (
            ["2021/a/0.png", "2021/b/0.png", "2022/a/0.png", "2022/b/0.png", "2022/0.png"],
            ["2021", "2022"],
        ),
        (["2021/a/0.png", "2021/b/0.png", "x/a/0.png", "x/b/0.png"], ["2021", "x"]),
        (["fold 1/a/0.png", "fold 1/b/0.png", "Part_02/a/0.png", "Part_02/b/0.png"], ["a", "b"]),
        (["cat_1/a/0.png", "cat_1/b/0.png", "cat_2/a/0.png", "cat_2/b/0.png"], ["cat_1", "cat_2"]),
        (["train/train/a/0.png", "train/train/b/0.png", "test/a/0.png", "test/b/1.png"],
         ["a", "b"]),
        (["train/train/0.png", "train/bus/0.png", "test/train/0.png", "test/bus/0.png"],
         ["bus", "train"]),
        (["train/train/0.png", "test/train/0.png"], ["train"]),
    ],
)  # fmt: skip
def test_what_is_a_class_and_what_a_split(tmp_path, files, classes):
    assert names(make(tmp_path, *files), "all")[0] == classes


def said(path, split="train"):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        data.ImageFolder(path, split)
    return [str(w.message).replace(str(path), "it") for w in caught]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (["a/x/0.png", "b/y/0.png"],
         "it: a, b are taken as the classes, with the images in their folders x, y"),
        (["train/a/0.png", "test/a/0.png", "boxes/0.xml"],
         "left out of it: the folder boxes, which is not a split or class"),
        (["train/a/0.png", "test/a/0.png", "x/0.xml", "train/y/0.xml"],
         "left out of it: the folders train/y, x, which are not splits or classes"),
        (["train/a/0.png", "test/a/0.png", "Train/a/0.png"],
         "left out of it: the folder Train, which is not a split or class"),
        (["d/train/a/0.png", "d/test/a/0.png", "e/0.png"],
         "left out of it: the folder e, which is not a split or class"),
        (["a/0.png", "b/0.png", "c/0.xml"],
         "left out of it: the folder c, which holds no images of a class"),
        (["a/0.png", "b/0.png", *(f"x{i}/0.xml" for i in range(7))],
         "left out of it: the folders x0, x1, x2, x3, x4 and 2 others, which hold no images of a "
         "class"),
        (["a/0.png", "b/0.png", *(f"x{i}/0.xml" for i in range(5))],
         "left out of it: the folders x0, x1, x2, x3, x4, which hold no images of a class"),
    ],
)  # fmt: skip
def test_what_was_assumed_is_said_in_these_words(tmp_path, files, words):
    assert words in said(make(tmp_path, *files))


def test_nothing_is_said_of_classes_with_images_at_both_depths_or_of_camera_pictures(tmp_path):
    assert not any("taken as" in s for s in said(make(tmp_path / "a", "a/x/0.png", "b/0.png")))
    made = make(tmp_path / "b", "a/0.png", "b/0.png", "c/1.heic")
    with pytest.raises(ValueError, match=r"the class 'c' has no images; to read its \.heic files"):
        data.ImageFolder(made)
    made = make(tmp_path / "c", "train/a/0.png", "train/c/1.heic", "test/a/0.png")
    with pytest.raises(ValueError, match="the class 'c' has no images in split 'train'; to read"):
        data.ImageFolder(made)


def test_a_further_folder_with_the_classes_is_a_split_of_its_own(tmp_path):
    make(tmp_path, "train/a/0.png", "train/b/0.png", "test/a/1.png", "test/b/2.png")
    make(tmp_path, "extra/a/3.png", "extra/b/3.png", "other/c/4.png", "part/b/5.png", number=9)
    assert names(tmp_path, "extra") == (["a", "b"], ["extra/a/3.png", "extra/b/3.png"])
    with pytest.raises(ValueError, match="'a' has no images in split 'part', only in extra, test"):
        data.ImageFolder(tmp_path, "part")
    with pytest.raises(ValueError, match="no split 'other'; there are extra, part, test, train"):
        data.ImageFolder(tmp_path, "other")


def test_the_usual_name_of_a_split_is_preferred(tmp_path):
    make(tmp_path, *(f"{n}/a/{i}.png" for i, n in enumerate(("training", "Train", "train"))))
    make(
        tmp_path, "Test/a/0.png", "TEST/a/1.png", "valid/a/0.png", "dev/a/0.png", "val_set/a/0.png"
    )
    assert data.ImageFolder(tmp_path, "test").splits == {
        "train": "train", "validation": "valid", "test": "TEST",
    }  # fmt: skip


def test_files_that_are_no_images_of_a_class_are_unused(tmp_path):
    make(tmp_path, "0.png", "a/0.png", "a/notes.txt", "a/x/y.txt", "b/0.png", "b/x/1.png")
    assert [f.as_posix() for f in data.ImageFolder(tmp_path, "all").left_out] == [
        "0.png", "a/notes.txt", "a/x/y.txt",
    ]  # fmt: skip
    make(tmp_path / "s", "train/a/0.png", "train/0.png", "train/a/b/z.txt", "test/a/0.png")
    made = data.ImageFolder(tmp_path / "s")
    assert [f.as_posix() for f in made.left_out] == ["train/0.png", "train/a/b/z.txt"]
