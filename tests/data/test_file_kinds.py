"""Files that are no images are recognised by their first bytes."""

import pytest

from minivgg.data.file_kinds import kind_of

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
}  # fmt: skip


@pytest.mark.parametrize("start", BEGINNINGS, ids=lambda start: start.strip(b"\0")[:12].hex())
def test_a_file_is_told_what_it_is(start):
    assert kind_of(start + bytes(200)).startswith(BEGINNINGS[start])
    assert not (kind_of(b"?" + start + bytes(200)) or "").startswith(BEGINNINGS[start])
