"""Image folders and zips: layout, order of classes, and errors that name the file."""

import os
import zipfile

import numpy as np
import pytest
from PIL import Image

from minivgg import data
from minivgg.utils.notices import Notice


def picture(path, value, size=(6, 4), mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    color = value if mode == "L" else (value, 0, 0)
    Image.new(mode, size, color).save(path)


@pytest.fixture
def folder(tmp_path):
    """Two splits, two classes, images 4 pixels high and 6 wide."""
    root = tmp_path / "set"
    for split, count in (("train", 3), ("test", 1)):
        for value, name in ((200, "dog"), (100, "cat")):
            for i in range(count):
                picture(root / split / name / f"{i}.png", value + i)
    (root / "train" / "dog" / "notes.txt").write_text("not an image")
    (root / ".hidden").mkdir()
    return root


def zipped(folder, top="", compression=zipfile.ZIP_STORED):
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", compression) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, top + str(file.relative_to(folder)))
    return path


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize("kind", ["folder", "zip", "zip with a folder around"])
def test_folder_and_zip_give_the_same(folder, kind, in_memory):
    path = folder if kind == "folder" else zipped(folder, "top/" if "around" in kind else "")
    found = data.ImageFolder(path, "train", in_memory=in_memory, progress=False)
    assert found.classes == ["cat", "dog"]
    assert found.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.shape == (3, 4, 6)
    assert found.batch(np.array([4, 0]))[:, 0, 0, 0].tolist() == [201, 100]
    image, label = found[5]
    assert (image.dtype, image[0, 0, 0], image[1, 0, 0], label) == (np.uint8, 202, 0, 1)
    assert len(data.ImageFolder(path, "test")) == 2


def test_size_and_channels(folder):
    found = data.ImageFolder(folder, size=(2, 2), channels=1)
    assert found.batch(np.arange(6)).shape == (6, 1, 2, 2)
    assert data.ImageFolder(folder, size=3).shape == (3, 3, 3)
    with pytest.raises(ValueError, match="at least 1×1, got 0×4"):
        data.ImageFolder(folder, size=(0, 4))


def test_images_of_different_sizes_are_named(folder):
    picture(folder / "train" / "cat" / "9.png", 1, size=(5, 5))
    found = data.ImageFolder(folder)
    with pytest.raises(
        ValueError, match=r"train/cat/9\.png has 5×5 pixels, the first image 4×6: give size="
    ):
        found.batch(np.arange(6))


def test_a_damaged_image_is_named(folder):
    bad = folder / "train" / "dog" / "1.png"
    bad.write_bytes(bad.read_bytes()[:45])
    with pytest.raises(OSError, match=r"dog/1\.png is damaged or cannot be read"):
        data.ImageFolder(folder, in_memory=True, progress=False)
    bad.write_text("no image at all")
    with pytest.raises(OSError, match=r"dog/1\.png is not an image that can be read"):
        data.ImageFolder(zipped(folder), in_memory=True, progress=False)


@pytest.mark.parametrize("size", [None, 4, "own"])
@pytest.mark.parametrize("in_memory", [True, False])
def test_all_images_that_cannot_be_read_are_named_at_once(folder, size, in_memory):
    """Those of the other split too: a second attempt must not stop at one of them."""
    names = ["test/dog/0.png", *(f"train/dog/{i}.png" for i in range(3))]
    for name in names:
        (folder / name).write_text("no image at all")
    with pytest.raises(OSError, match="cannot be read") as found:
        data.ImageFolder(folder, "train", size, in_memory=in_memory, progress=False).batch([4])
    assert f"4 images of {folder} cannot be read, {', '.join(names)}; for example: " in str(
        found.value
    )


def test_a_damaged_zip_is_named(folder):
    path = zipped(folder)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(
        OSError, match=r"set\.zip is neither a folder nor a complete zip or tar file"
    ):
        data.ImageFolder(path)


def test_damage_inside_a_zip_is_named(folder):
    path = zipped(folder)
    content = bytearray(path.read_bytes())
    place = content.index(b"IDAT")
    content[place + 6] ^= 255
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"/0\.png is damaged"):
        [
            data.ImageFolder(path, split, in_memory=True, progress=False)
            for split in ("train", "test")
        ]


@pytest.mark.slow
def test_any_flipped_byte_inside_a_zip_is_an_error_that_names_the_image_or_changes_nothing(folder):
    """Deflated members fail in ways of their own (zlib.error)."""
    path = zipped(folder, compression=zipfile.ZIP_DEFLATED)
    whole, messages = path.read_bytes(), []
    for place in range(0, whole.index(b"PK\x01\x02"), 3):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
        try:
            for split in ("train", "test"):
                data.ImageFolder(path, split, in_memory=True, progress=False)
        except OSError as error:
            messages.append(str(error))
    assert len(messages) > 50
    assert all(".png" in message for message in messages)


def test_an_empty_class_is_named(folder):
    (folder / "train" / "axolotl").mkdir()
    for path in (folder, zipped(folder)):
        with pytest.raises(ValueError, match="the class 'axolotl' has no images in split 'train'"):
            data.ImageFolder(path)


def test_a_class_missing_from_one_split_is_named(folder):
    """Labels would mean different classes in the two splits."""
    picture(folder / "train" / "bee" / "0.png", 1)
    with pytest.raises(ValueError, match="the class 'bee' has no images in split 'test'"):
        data.ImageFolder(folder, "test")


def test_files_that_pillow_only_writes_are_no_images(folder):
    (folder / "train" / "cat" / "readme.pdf").write_text("x")
    assert len(data.ImageFolder(folder)) == 6


def test_a_missing_split_or_path(folder, tmp_path):
    with pytest.raises(ValueError, match="no split 'val'; there are test and train"):
        data.ImageFolder(folder, "val")
    with pytest.raises(FileNotFoundError, match="there is no folder or zip file"):
        data.ImageFolder(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="empty holds no folders of images: it needs"):
        data.ImageFolder(tmp_path / "empty")


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "gif", "tif", "webp"])
def test_common_formats(tmp_path, suffix):
    picture(tmp_path / f"x.{suffix}", 250)
    assert data.read_image(tmp_path / f"x.{suffix}", 3)[0] == pytest.approx(250, abs=3)


def test_odd_kinds_of_images(tmp_path):
    Image.fromarray(np.full((3, 3), 40000, np.uint16)).save(tmp_path / "16bit.png")
    assert (data.read_image(tmp_path / "16bit.png", 1) == 40000 >> 8).all()
    Image.new("RGBA", (3, 3), (9, 8, 7, 255)).save(tmp_path / "alpha.png")
    assert data.read_image(tmp_path / "alpha.png", 3)[:, 0, 0].tolist() == [9, 8, 7]
    with (tmp_path / "alpha.png").open("rb") as file:
        assert data.read_image(file, 3)[:, 0, 0].tolist() == [9, 8, 7]
    with pytest.raises(FileNotFoundError, match="there is no image"):
        data.read_image(tmp_path / "none.png")
    with pytest.raises(ValueError, match=r"1 .grey. or 3 .RGB. channels, not 2"):
        data.read_image(tmp_path / "alpha.png", 2)


def test_kinds_of_images_that_cameras_and_programs_make(tmp_path):
    """CMYK, grey with alpha, transparent palettes, EXIF, animation: read as they are displayed."""
    Image.new("CMYK", (3, 2), (0, 255, 255, 0)).save(tmp_path / "cmyk.jpg", quality=100)
    assert data.read_image(tmp_path / "cmyk.jpg")[:, 0, 0] == pytest.approx([255, 0, 0], abs=4)
    Image.new("LA", (3, 2), (10, 0)).save(tmp_path / "grey-alpha.png")
    assert (data.read_image(tmp_path / "grey-alpha.png") == 255).all()
    Image.new("RGBA", (3, 2), (0, 0, 0, 128)).save(tmp_path / "half.png")
    assert (data.read_image(tmp_path / "half.png", 1) == 127).all()
    palette = Image.new("P", (3, 2), 1)
    palette.putpalette([0, 0, 0, 200, 100, 50])
    palette.save(tmp_path / "palette.png")
    assert data.read_image(tmp_path / "palette.png")[:, 0, 0].tolist() == [200, 100, 50]
    palette.save(tmp_path / "hole.gif", transparency=1)
    assert (data.read_image(tmp_path / "hole.gif") == 255).all()
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert data.read_image(tmp_path / "moving.gif")[:, 0, 0].tolist() == [255, 0, 0]
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    Image.fromarray(np.arange(6, dtype=np.uint8).reshape(2, 3)).save(
        tmp_path / "turned.png", exif=exif
    )
    assert data.read_image(tmp_path / "turned.png", 1)[0].tolist() == [[3, 0], [4, 1], [5, 2]]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"hello", "is not an image that can be read"), (None, "damaged")],
)
def test_empty_wrong_and_truncated_files_are_named(tmp_path, content, words):
    path = tmp_path / "photo.jpg"
    if content is None:
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)).save(path)
        content = path.read_bytes()[:-500]
    path.write_bytes(content)
    with pytest.raises(OSError, match=words) as caught:
        data.read_image(path)
    assert "photo.jpg" in str(caught.value)


def test_a_photo_is_cut_not_squeezed(tmp_path):
    """A 4×8 picture, white at its left edge, brought to 2×2: only the black middle is used."""
    pixels = np.zeros((4, 8), np.uint8)
    pixels[:, 0] = 255
    Image.fromarray(pixels).save(tmp_path / "edge.png")
    assert not data.read_image(tmp_path / "edge.png", 1, (2, 2)).any()


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_visible_files_that_are_not_used_are_listed(folder, kind):
    picture(folder / "train" / "9.png", 1)
    (folder / "train" / "cat" / ".DS_Store").write_text("")
    found = data.ImageFolder(folder if kind == "folder" else zipped(folder))
    assert sorted(map(str, found.left_out)) == ["train/9.png", "train/dog/notes.txt"]
    assert data.ImageFolder(folder, "test").left_out == []


@pytest.mark.parametrize("in_memory", [True, False])
def test_images_of_their_own_sizes_in_memory_and_not(folder, in_memory):
    picture(folder / "train" / "cat" / "0.png", 100, size=(9, 5))
    found = data.ImageFolder(folder, size="own", in_memory=in_memory, progress=False)
    assert [image.shape for image in found.batch(np.arange(3))] == [(3, 5, 9), (3, 4, 6), (3, 4, 6)]
    assert found.batch(np.array([4]))[0][0, 0, 0] == 201


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_hidden_folders_and_files_are_no_classes_and_no_images(folder, kind):
    picture(folder / "train" / ".ipynb_checkpoints" / "0.png", 9)
    picture(folder / "train" / "cat" / "._1.png", 9)
    picture(folder / "train" / "dog" / ".trash" / "2.png", 9)
    path = folder if kind == "folder" else zipped(folder)
    found = data.ImageFolder(path, progress=False)
    assert found.classes == ["cat", "dog"]
    assert len(found) == 6


@pytest.mark.skipif(os.name == "nt", reason="making a link needs rights there")
def test_links_that_lead_nowhere_are_counted_among_what_is_left_out(folder):
    (folder / "train" / "cat" / "again").symlink_to(folder / "train")
    (folder / "train" / "cat" / "gone.png").symlink_to(folder / "nowhere.png")
    with pytest.warns(Notice) as said:
        found = data.ImageFolder(folder, progress=False)
    assert len(found) == 6
    told = " ".join(str(warning.message) for warning in said)
    assert "1 link to a folder above it (train/cat/again)" in told
    assert "1 broken link (train/cat/gone.png)" in told


@pytest.mark.parametrize(("most", "named"), [(8, True), (7, False)])
def test_up_to_a_number_of_images_all_that_cannot_be_read_are_named(
    folder, monkeypatch, most, named
):
    """Of the eight images of both splits; two are enough to be counted."""
    monkeypatch.setattr("minivgg.data.folder.MAX_CHECKED", most)
    for name in ("train/cat/0.png", "test/dog/0.png"):
        (folder / name).write_bytes(b"")
    with pytest.raises(OSError, match="is empty") as found:
        data.ImageFolder(folder, "test", in_memory=True, progress=False)
    assert ("2 images of" in str(found.value)) == named
    assert ("test/dog/0.png, train/cat/0.png; for" in str(found.value).replace("\\", "/")) == named


def test_a_size_of_one_pixel_is_the_smallest(folder):
    assert data.ImageFolder(folder, size=1).shape == (3, 1, 1)
    assert data.ImageFolder(folder, size=(2, 3)).shape == (3, 2, 3)
    for size in (0, (4, 0), (-1, 4)):
        with pytest.raises(ValueError, match="must be at least 1×1, got"):
            data.ImageFolder(folder, size=size)


def test_progress_is_shown_where_it_is_asked_for(folder, capsys):
    data.ImageFolder(folder, in_memory=True, progress=False)
    assert "reading train" not in capsys.readouterr().err
    data.ImageFolder(folder, in_memory=True, progress=True)
    assert "reading train" in capsys.readouterr().err
