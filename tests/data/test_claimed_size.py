"""Small files that claim many pixels are refused before they are decoded, uniform ones are read."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageFile

from minivgg.data import claimed_size, read_image
from minivgg.data.claimed_size import BoundedReader, check_claimed_size

CLAIMED = (9000, 12000)


def _file(format, size=(8, 8), mode="RGB", **options):
    file = io.BytesIO()
    Image.new(mode, size, 3).save(file, format, **options)
    return file.getvalue()


def _claiming(format, **options):
    """A picture of 8×8 pixels whose header says 9000×12000."""
    data = bytearray(_file(format, **options))
    if format == "PNG":
        data[16:24] = struct.pack(">II", *CLAIMED)
        data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    elif format == "JPEG":
        start = data.index(b"\xff\xc2" if options else b"\xff\xc0")
        data[start + 5 : start + 9] = struct.pack(">HH", *CLAIMED)
    else:
        data[18:26] = struct.pack("<II", *CLAIMED)
    return bytes(data)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "progressive JPEG", "BMP"])
def test_a_file_too_short_for_its_pixels_is_refused_before_they_are_decoded(format, monkeypatch):
    options = {"progressive": True} if "progressive" in format else {}
    data = _claiming(format.split()[-1], **options)
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: pytest.fail("it is decoded"))
    with pytest.raises(
        OSError, match=r"image x .*: its [\d,]+×[\d,]+ pixels cannot be in a file of [\d,]+ by"
    ):
        read_image(io.BytesIO(data), name="x")


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("PNG", {"compress_level": 9}), ("PNG", {"mode": "1"}), ("JPEG", {}),
        ("JPEG", {"optimize": True, "progressive": True, "mode": "L"}),
        ("TIFF", {"compression": "tiff_lzw"}), ("TIFF", {"compression": "tiff_adobe_deflate"}),
        ("TIFF", {"compression": "packbits"}), ("TIFF", {"compression": "group4", "mode": "1"}),
        ("BMP", {"mode": "1"}), ("WEBP", {"lossless": True}),
    ],
)  # fmt: skip
def test_uniform_pictures_are_small_files_and_are_read(format, options):
    options = {"mode": "RGB", **options}
    data = _file(format, size=(2100, 2000), **options)
    assert read_image(io.BytesIO(data), 1, size=(4, 4)).shape == (1, 4, 4)


def test_a_jpeg_of_thousands_of_scans_is_refused():
    data = _file("JPEG", size=(2100, 2000), progressive=True)
    at = data.rindex(b"\xff\xda")
    with pytest.raises(OSError, match="more than 500 scans"):
        read_image(io.BytesIO(data[:at] + data[at:-2] * 1000 + b"\xff\xd9"))


def test_pictures_are_filled_up_where_pillow_is_told_to(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    data = _file("PNG", size=(2100, 2000))
    assert read_image(io.BytesIO(data[:200]), size=(4, 4)).shape == (3, 4, 4)


class Claiming:
    """An image of one row, as Pillow opens it: nothing but what its header says."""

    def __init__(self, format, width, mode="RGB", codecs=(), **info):
        self.format, self.width, self.height, self.mode = format, width, 1, mode
        self.tile, self.info = [(codec, None, 0, None) for codec in codecs], info


@pytest.mark.parametrize(
    ("most", "format", "mode", "codecs", "info"),
    [
        (300 * 512, "JPEG", "RGB", ["jpeg"], {}), (300 * 512, "MPO", "L", ["jpeg"], {}),
        (2400 * 1032, "PNG", "1", ["zip"], {}), (2400 * 1032, "PNG", "P", ["zip"], {}),
        (300 * 1032 // 3, "PNG", "RGB", ["zip"], {}), (300 * 1032 // 2, "PNG", "LA", ["zip"], {}),
        (300 * 1032 // 2, "PNG", "I;16", ["zip"], {}), (300 * 258, "PNG", "RGBA", ["zip"], {}),
        (100, "BMP", "RGB", ["raw"], {}), (150, "TIFF", "I;16B", ["raw", "raw"], {}),
        (2400 * 2600, "TIFF", "L", ["libtiff"], {"compression": "tiff_lzw"}),
        (2400 * 1032, "TIFF", "L", ["libtiff"], {"compression": "tiff_deflate"}),
        (300 * 1032 // 3, "TIFF", "RGB", ["libtiff"], {"compression": "tiff_adobe_deflate"}),
        (2400 * 64, "TIFF", "L", ["libtiff"], {"compression": "packbits"}),
        (2400, "BMP", "another", ["raw"], {}),
    ],
)  # fmt: skip
def test_the_most_pixels_of_a_file_are_those_of_its_coding(
    monkeypatch, most, format, mode, codecs, info
):
    """In a file of 300 bytes. A pixel of modes P and L may be a single bit in the file."""
    monkeypatch.setattr(claimed_size, "CHECKED", 99)
    file = io.BytesIO(bytes(300))
    check_claimed_size(Claiming(format, most, mode, codecs, **info), file)
    with pytest.raises(OSError, match=rf"its {most + 1:,}×1 pixels cannot be in a file of 300 by"):
        check_claimed_size(Claiming(format, most + 1, mode, codecs, **info), file)


@pytest.mark.parametrize(
    ("format", "codecs", "info"),
    [
        ("WEBP", ["webp"], {}), ("TIFF", ["libtiff"], {"compression": "group4"}),
        ("TIFF", ["raw", "zip"], {}), ("GIF", [], {}), ("TIFF", ["libtiff"], {}),
    ],
)  # fmt: skip
def test_codings_without_a_bound_are_not_refused(format, codecs, info):
    check_claimed_size(Claiming(format, 10**9, "RGB", codecs, **info), io.BytesIO(b"x"))


@pytest.mark.parametrize("marker", range(0xC9, 0xD0))
def test_arithmetic_jpegs_have_no_bound_and_a_files_position_is_kept(marker):
    file = io.BytesIO(b"12345\xff" + bytes([marker]))
    file.seek(3)
    check_claimed_size(Claiming("JPEG", 10**9), file)
    assert file.tell() == 3
    with pytest.raises(OSError, match="cannot be"):
        check_claimed_size(Claiming("PNG", 10**9, codecs=["zip"]), file)


def test_500_scans_are_not_too_many_and_small_pictures_are_not_checked(monkeypatch):
    monkeypatch.setattr(claimed_size, "CHECKED", 1000)
    file = io.BytesIO(b"\xff\xda" * 500)
    check_claimed_size(Claiming("JPEG", 1001, progressive=1), file)
    file = io.BytesIO(b"\xff\xda" * 501)
    check_claimed_size(Claiming("JPEG", 1001), file)
    check_claimed_size(Claiming("JPEG", 1000, progressive=1), file)
    with pytest.raises(OSError, match="more than 500 scans"):
        check_claimed_size(Claiming("JPEG", 1001, progressive=1), file)


def test_no_more_is_read_than_the_file_has(tmp_path):
    """Whatever is asked for: memory would be reserved for it."""
    path = tmp_path / "x"
    path.write_bytes(b"0123456789")
    with BoundedReader(path) as file:
        assert file.read(4) == b"0123"
        assert file.read(1 << 62) == b"456789"  # as much would be a MemoryError
        assert file.read(1 << 62) == b""
        file.seek(20)
        assert file.read(1) == b""
        file.seek(8)
        assert file.read() == b"89"
        file.seek(9)
        assert file.read(None) == b"9"


def test_a_picture_whose_data_claim_to_be_huge_is_read(tmp_path):
    data = bytearray(_file("PNG"))
    start = data.index(b"IDAT") - 4
    data[start : start + 4] = struct.pack(">I", (1 << 31) - 1)
    path = tmp_path / "x.png"
    path.write_bytes(data)
    assert read_image(path).shape == (3, 8, 8)
