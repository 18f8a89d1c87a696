"""Which formats are read, and what is said of files of other ones."""

import io
import sys
from types import SimpleNamespace

import pytest
from PIL import Image

from minivgg.data import image_formats
from minivgg.data.image_formats import NoPictureError, is_image, open_picture

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
AVIF = b"\0\0\0\x18ftypavif\0\0\0\0mif1avif"


def refused(content):
    with pytest.raises(NoPictureError) as error:
        open_picture(io.BytesIO(content))
    return str(error.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"only some words here", "is not an image that can be read: it is text"),
        (b"some words", "is not an image that can be read"),
        (bytes(9), "is not an image that can be read: it begins with zeros, as when a copy is cut "
         "short"),
        (bytes(9) + b"x", "is not an image that can be read"),
    ],
)  # fmt: skip
def test_why_a_file_is_no_image(content, words):
    assert refused(content) == words


@pytest.mark.parametrize(
    ("start", "is_tiff"),
    [
        (b"II*\0", True), (b"MM\0*", True), (b"II+\0", True), (b"MM\0+", True),
        (b"IM*\0", False), (b"II\0*", False), (b"xII*\0", False),
    ],
)  # fmt: skip
def test_a_tiff_that_pillow_does_not_know_is_called_so(start, is_tiff):
    content = start + b"\x99" * 20
    words = (
        "is a TIFF of a kind that cannot be read, such as several channels of more than 8 bits or "
        "of floats: save it with 8 bits for each channel"
    )
    found = image_formats._reason(io.BytesIO(content), content)
    assert found == (words if is_tiff else "is not an image that can be read")


def test_an_avif_picture_needs_a_pillow_that_reads_it(monkeypatch):
    monkeypatch.setattr(Image, "OPEN", {k: v for k, v in Image.OPEN.items() if k != "AVIF"})
    monkeypatch.setattr(Image, "init", lambda: None)
    assert refused(AVIF) == (
        "is an AVIF picture, which needs Pillow 11.3 or later: pip install -U Pillow"
    )
    monkeypatch.setitem(Image.OPEN, "AVIF", (None, lambda start: False))
    assert refused(AVIF) == "is not an image that can be read"


@pytest.mark.parametrize("known", [True, False])
def test_the_package_for_heic_is_made_known_to_pillow_once(monkeypatch, known):
    registered = []
    package = SimpleNamespace(register_heif_opener=lambda: registered.append(1))
    monkeypatch.setitem(sys.modules, "pillow_heif", package)
    monkeypatch.setattr(image_formats, "find_spec", lambda name: name == "pillow_heif" or None)
    others = {k: v for k, v in Image.OPEN.items() if k != "HEIF"}
    monkeypatch.setattr(
        Image, "OPEN", others | ({"HEIF": (None, lambda start: False)} if known else {})
    )
    assert refused(HEIC) == "is not an image that can be read"
    assert registered == ([] if known else [1])
    assert is_image("a.HEIC")
    assert is_image("a.hif")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a.b.PNG", True), ("a.png.txt", False), ("png", False), (".png", True), ("a.", False),
        ("a.jfif", True), ("a.vst", True), ("a.pngx", False), ("a.heicx", False),
    ],
)  # fmt: skip
def test_the_last_ending_of_a_name_counts(name, found):
    assert is_image(name) == found


@pytest.mark.parametrize(
    ("tags", "is_raw"),
    [({}, False), ({254: 1}, True), ({254: 3}, True), ({254: 2}, False), ({254: 0}, False)],
)
def test_a_reduced_image_in_a_tiff_is_the_preview_of_a_raw_file(tags, is_raw):
    file = io.BytesIO()
    Image.new("L", (3, 2)).save(file, "tiff", tiffinfo=tags)
    if is_raw:
        assert refused(file.getvalue()).startswith(
            "is not an image that can be read: it is a raw file of a camera"
        )
    else:
        assert open_picture(file).size == (3, 2)


def test_the_version_of_dng_tells_a_raw_file_and_only_in_a_tiff():
    image = SimpleNamespace(format="TIFF", tag_v2={50706: b"\1\4\0\0"})
    assert image_formats._is_preview(image)
    image.tag_v2 = {254: None}
    assert not image_formats._is_preview(image)
    assert not image_formats._is_preview(SimpleNamespace(format="JPEG", tag_v2={254: 1}))
    assert not image_formats._is_preview(SimpleNamespace(format="TIFF"))


def test_a_file_is_opened_by_its_content_from_its_beginning():
    file = io.BytesIO()
    Image.new("L", (3, 2)).save(file, "bmp")
    file.seek(5)
    with open_picture(file, "photo.png") as image:
        assert (image.format, image.size) == ("BMP", (3, 2))
