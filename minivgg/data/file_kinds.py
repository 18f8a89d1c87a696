"""What a file is that is not an image, by its first bytes, for a sentence that says so."""

RAW = "a raw file of a camera, which has to be developed: export it as JPEG, PNG or TIFF"
VIDEO = "a video, not an image: export its frames as JPEG or PNG"
DRAWING = "a drawing made of lines and curves: export it as PNG"
PAGES = "a document of pages: export the page as PNG"

# (where, bytes, what such a file is)
SIGNATURES = (
    (0, b"%PDF-", f"a PDF, {PAGES}"),
    (0, b"%!", f"PostScript (EPS), {DRAWING}"),
    (0, b"\xc5\xd0\xd3\xc6", f"PostScript (EPS), {DRAWING}"),
    (0, b"\xd7\xcd\xc6\x9a", f"a Windows metafile (WMF), {DRAWING}"),
    (40, b" EMF", f"a Windows metafile (EMF), {DRAWING}"),
    (0, b"AT&TFORM", f"a DjVu file, {PAGES}"),
    (0, b"8BPS", "a Photoshop document (PSD): export it as PNG or JPEG"),
    (0, b"gimp xcf", "a GIMP document (XCF): export it as PNG or JPEG"),
    (0, b"FUJIFILMCCD-RAW", RAW),
    (8, b"CR\x02\x00", RAW),  # Canon's CR2 is a TIFF by its first bytes
    (0, b"IIRO", RAW),
    (0, b"IIRS", RAW),
    (0, b"MMOR", RAW),
    (0, b"IIU\x00", RAW),
    (0, b"FOVb", RAW),
    (0, b"\x00MRM", RAW),
    (4, b"ftypcrx ", RAW),
    (8, b"AVI ", VIDEO),
    (0, b"\x1aE\xdf\xa3", VIDEO),  # Matroska and WebM
    (0, b"\x00\x00\x01\xba", VIDEO),  # MPEG
    (0, b"\x00\x00\x01\xb3", VIDEO),
    (0, b"FLV\x01", VIDEO),
    (0, b"OggS", "sound or a video, not an image"),
    (8, b"WAVE", "sound, not an image"),
    (0, b"ID3", "sound, not an image"),
    (0, b"\xff\x0a", "a JPEG XL, which is not read here: export it as JPEG or PNG"),
    (0, b"\x00\x00\x00\x0cJXL ", "a JPEG XL, which is not read here: export it as JPEG or PNG"),
    (0, b"\x89HDF", "an HDF5 file of arrays, not an image"),
    (0, b"CDF\x01", "a NetCDF file of arrays, not an image"),
    (0, b"CDF\x02", "a NetCDF file of arrays, not an image"),
    (0, b"GRIB", "a GRIB file of weather data, not an image"),
    (0, b"BUFR", "a BUFR file of weather data, not an image"),
    (0, b"SIMPLE  =", "a FITS file of measurements: export it as PNG or TIFF"),
    (128, b"DICM", "a DICOM file of medical images: export it as PNG or TIFF"),
    (0, b"\x93NUMPY", "an array of NumPy, not an image: read it with numpy.load"),
    (0, b"PK\x03\x04", "a zip archive (or an Office document), not an image"),
    (0, b"Rar!", "a RAR archive, not an image"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive, not an image"),
    (0, b"\x1f\x8b", "compressed with gzip: unpack it first"),
    (0, b"version https://git-lfs", "a pointer of Git LFS, not the file itself: git lfs pull"),
)  # fmt: skip
HEIC_BRANDS = (
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2",
    b"msf1",
)  # fmt: skip
AVIF_BRANDS = (b"avif", b"avis")
START = 1024  # bytes that ``kind_of`` is given
PRINTABLE = bytes(range(32, 127)) + b"\t\n\r\f\b\x1b"


def kind_of(start: bytes) -> str | None:
    """What a file is that is known not to be an image.

    Parameters
    ----------
    start : bytes
        The first ``START`` bytes of the file.

    Returns
    -------
    kind : str or None
        "a PDF, …", with what to do; None where the file may be a picture.
    """
    for where, signature, kind in SIGNATURES:
        if start[where : where + len(signature)] == signature:
            return kind
    if start[4:8] == b"ftyp" and not is_heic(start) and not is_avif(start):
        return VIDEO
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<svg", b"<?xml", b"<!--")) and b"<svg" in text:
        return f"an SVG, {DRAWING}"
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page (HTML), as when a download fails: download the picture itself"
    return None


def is_heic(start: bytes) -> bool:
    """Whether a file is a HEIC or HEIF picture, as iPhones write them.

    Parameters
    ----------
    start : bytes
        The first bytes of the file.

    Returns
    -------
    bool
        False for AVIF, which has the same container.
    """
    return start[4:8] == b"ftyp" and start[8:12] in HEIC_BRANDS and not is_avif(start)


def is_avif(start: bytes) -> bool:
    """Whether a file is an AVIF picture.

    Parameters
    ----------
    start : bytes
        The first bytes of the file.

    Returns
    -------
    bool
        Also where the first brand is a general one, and AVIF is named among the others.
    """
    if start[4:8] != b"ftyp":
        return False
    brands = start[8 : max(12, int.from_bytes(start[:4], "big"))][:128]
    return any(brands[i : i + 4] in AVIF_BRANDS for i in range(0, len(brands), 4))


def is_text(start: bytes) -> bool:
    """Whether a file looks like text.

    Parameters
    ----------
    start : bytes
        The first bytes of the file.

    Returns
    -------
    bool
        True for ASCII text of at least 16 characters without control characters.
    """
    return len(start) >= 16 and not start.translate(None, PRINTABLE)
