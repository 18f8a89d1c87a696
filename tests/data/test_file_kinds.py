"""Files that are no images are recognised by their first bytes."""

import pytest

from minivgg.data.file_kinds import is_avif, is_heic, is_text, kind_of

# as their formats' descriptions give them, with arbitrary bytes where these do not matter
BEGINNINGS = {
    b"%PDF-1.7": "a PDF", b"%!PS-Adobe-3.0": "PostScript", b"IIRO\x08\x00": "a raw file",
    b"IIRS\x08\x00": "a raw file", b"MMOR\x00\x08": "a raw file", b"IIU\x00\x08": "a raw file",
    b"FOVb\x00": "a raw file", b"\x00MRM\x00": "a raw file", b"FUJIFILMCCD-RAW 02": "a raw file",
    b"II*\0\x10\0\0\0CR\x02\x00": "a raw file", b"????ftypcrx ": "a raw file",
    b"RIFF????AVI LIST": "a video", b"\x1aE\xdf\xa3": "a video", b"RIFF????WAVEfmt ": "sound",
    b"\x00\x00\x01\xba": "a video", b"FLV\x01": "a video", b"ID3\x03": "sound",
    b"8BPS\x00\x01": "a Photoshop document", b"gimp xcf file": "a GIMP document",
    b"AT&TFORM": "a DjVu file", bytes(128) + b"DICM": "a DICOM file", b"GRIB": "a GRIB file",
    b"\x93NUMPY\x01": "an array of NumPy", b"PK\x03\x04": "a zip archive", b"Rar!": "a RAR",
    b"\x1f\x8b\x08": "compressed with gzip", b"\xff\x0a": "a JPEG XL",
    b"\x01\x00\x00\x00" + bytes(36) + b" EMF": "a Windows metafile",
    b"\xd7\xcd\xc6\x9a\x00\x00": "a Windows metafile", b"\xc5\xd0\xd3\xc6\x1e": "PostScript",
    b"\x00\x00\x01\xb3\x14": "a video", b"OggS\x00\x02": "sound or a video",
    b"\x00\x00\x00\x0cJXL \r\n\x87\n": "a JPEG XL", b"\x89HDF\r\n\x1a\n": "an HDF5 file",
    b"CDF\x01\x00": "a NetCDF file", b"CDF\x02\x00": "a NetCDF file", b"BUFR\x00": "a BUFR file",
    b"SIMPLE  =     T": "a FITS file", b"7z\xbc\xaf\x27\x1c\x00": "a 7-Zip archive",
    b"version https://git-lfs.github.com": "a pointer of Git LFS",
}  # fmt: skip


@pytest.mark.parametrize("start", BEGINNINGS, ids=lambda start: start.strip(b"\0")[:12].hex())
def test_a_file_is_told_what_it_is(start):
    assert kind_of(start + bytes(200)).startswith(BEGINNINGS[start])
    assert not (kind_of(b"?" + start + bytes(200)) or "").startswith(BEGINNINGS[start])


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"<svg>", "an SVG"), (b"<!-- made by hand -->\n<svg>", "an SVG"),
        (b"\xef\xbb\xbf <?xml?><SVG>", "an SVG"), (b"<!-- no drawing -->", ""),
        (b"<!DOCTYPE html><svg>", "a web page"), (b"<body><svg>", "a web page"),
        (b"text that speaks of <svg>", ""), (b"\0\0\0\x18ftypisom", "a video"),
        (b"\0\0\0\x18ftypheic", ""), (b"\0\0\0\x18ftypavif", ""), (b"\0\0\0\x18atypisom", ""),
    ],
)  # fmt: skip
def test_drawings_web_pages_and_videos_by_more_than_their_first_bytes(start, kind):
    assert (kind_of(start + bytes(20)) or "")[: max(1, len(kind))] == kind


@pytest.mark.parametrize(
    ("start", "found"),
    [
        (b"\0\0\0\x14ftypavif\0\0\0\0mif1", "avif"),
        (b"\0\0\0\x14ftypmif1\0\0\0\0avif", "avif"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0miafavismif1", "avif"),
        (b"\0\0\0\0ftypavif", "avif"),  # the length of the box is not known
        (b"\0\0\0\x14ftypmif1\0\0\0\0heicavif", "heic"),  # outside the box
        (b"\0\0\0\x18ftypheic\0\0\0\0miavifmi", "heic"),  # across two brands
        (b"\0\0\1\x14ftypmif1" + b"miaf" * 31 + b"avif", "heic"),
        (b"\0\0\1\x14ftypmif1" + b"miaf" * 30 + b"avif", "avif"),
        (b"\0\0\0\x14ftypisom\0\0\0\0isom", None),
        (b"\0\0\0\x14btypavif\0\0\0\0avif", None),
        (b"\0\0\0\x14btypheic\0\0\0\0heic", None),
    ],
)
def test_heic_and_avif_are_told_apart_by_all_brands(start, found):
    assert (is_avif(start), is_heic(start)) == (found == "avif", found == "heic")


def test_text_has_16_characters_and_no_control_characters():
    assert is_text(b"sixteen letters!")
    assert is_text(b"two lines\r\n\tand a form feed\f")
    assert is_text(b"from space to ~ \b\x1b[1m")
    assert not is_text(b"sixteen letters\x7f")
    assert not is_text(b"sixteen letters\x1f")
    assert not is_text(b"fifteen letters")
    assert not is_text(b"sixteen letters\0")
    assert not is_text(b"sixteen letters\xe9")
