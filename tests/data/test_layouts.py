"""Folders of pictures as people have them: what is a split, what is a class, what is left out."""

import unicodedata
import warnings

import pytest
from PIL import Image

from minivgg import data
from minivgg.data.duplicates import count_shared
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
