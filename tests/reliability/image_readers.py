"""Images, and archives of them, which are damaged for ``read_image`` and ``ImageFolder``."""

import contextlib
import functools
import io
import struct
import tarfile
import warnings
import zipfile


def _pictures():
    from PIL import Image

    pictures = {}
    for value, name in enumerate(
        ("train/cat", "train/dog", "test/cat", "test/dog", "강아지", "Öl")
    ):
        for number in range(2):
            file = io.BytesIO()
            Image.new("RGB", (5, 4), (40 * value, number, 7)).save(file, "png")
            pictures[f"{name}/{number}.png"] = file.getvalue()
    with_splits = {name: content for name, content in pictures.items() if name[0] == "t"}
    without = {name: content for name, content in pictures.items() if name[0] != "t"}
    return with_splits, without


def image_zips():
    """With splits and without, of each method, names with and without the mark of UTF-8."""
    found = []
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        for files in _pictures():
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w", method) as archive:
                for name, content in files.items():
                    archive.writestr(name, content)
                archive.writestr("notes/", b"")
            content = bytearray(file.getvalue())
            if method == zipfile.ZIP_STORED:
                for magic, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
                    start = content.find(magic)
                    while start >= 0:
                        struct.pack_into("<H", content, start + place, 0)
                        start = content.find(magic, start + 1)
            found.append(bytes(content))
    return tuple(found)


def image_tars(mode="w"):
    """With splits and without, in both formats."""
    found = []
    for form in (tarfile.USTAR_FORMAT, tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        for files in _pictures():
            file = io.BytesIO()
            with tarfile.open(fileobj=file, mode=mode, format=form) as archive:
                for name, content in files.items():
                    info = tarfile.TarInfo(name)
                    info.size = len(content)
                    archive.addfile(info, io.BytesIO(content))
            found.append(file.getvalue())
    return tuple(found)


def compressed_image_tars():
    """The same with gzip."""
    return image_tars("w:gz")


def read_images(suffix):
    """A reader of an archive of images, as training and evaluation read it."""

    def read(data, folder):
        from minivgg.data import ImageFolder
        from minivgg.utils.notices import Notice

        path = folder / f"images{suffix}"
        path.write_bytes(data)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Notice)
                warnings.filterwarnings("ignore", "Duplicate name")
                for split in ("train", "test", "all"):
                    found = ImageFolder(path, split, size=4, in_memory=True, progress=False)
                    assert found.batch(range(len(found))).shape[1:] == (3, 4, 4)
        except (ValueError, OSError) as error:
            sentence = str(error)
            assert path.name in sentence, f"the file is not named: {sentence}"
            assert len(sentence) < 1000, f"a sentence of {len(sentence)} characters"
            raise
        finally:
            path.unlink()
            assert not list(folder.iterdir()), "something was written beside the archive"

    return read


WHOLE = 12_500_000  # pixels of an image that is also read whole, as an array of 3 bytes for each
UNBOUNDED = 4_000_000  # pixels of a format in which a small file can hold any number of them


def of_format(format):
    """A maker of pictures in a format, of each kind that it has."""
    return functools.partial(_written, format)


def _written(format):
    import numpy as np
    from PIL import Image

    values = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8)
    colour, deep = Image.fromarray(values), Image.fromarray(values[..., 0].astype("u2") << 8)
    exif = Image.Exif()
    exif[0x112], exif[0x10F] = 6, "Maker"
    with_alpha = colour.copy()
    with_alpha.putalpha(90)
    images = {
        "TIFF float": [(Image.fromarray(values[..., 0].astype("f4") / 255), {})],
        "TIFF": [
            (deep, {}), (deep, {"compression": "tiff_lzw"}),
            (colour, {"compression": "tiff_adobe_deflate"}), (colour.convert("P"), {}),
        ],
        "PNG": [(deep, {}), (colour, {}), (colour.convert("P"), {}), (with_alpha, {})],
        "JPEG": [(colour, {"exif": exif}), (colour, {"progressive": True}),
                 (colour.convert("CMYK"), {})],
        "WEBP": [(colour, {}), (with_alpha, {"lossless": True})],
        "GIF": [(colour.convert("P"), {}),
                (colour, {"save_all": True, "append_images": [colour.rotate(90)]})],
        "BMP": [(colour, {}), (colour.convert("P"), {})],
    }.get(format, [(colour, {})])  # fmt: skip
    if format == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    found = []
    for image, options in images:
        file = io.BytesIO()
        image.save(file, format.split()[0], **options)
        found.append(file.getvalue())
    return tuple(found)


def memory_of_picture(data):
    """How many bytes reading a picture may take: 4 for each pixel, and 100 MB.

    A progressive JPEG may take 8: its decoder keeps all coefficients until the last scan.
    """
    from minivgg.data.image_formats import open_picture
    from minivgg.data.pixel_limit import max_pixels

    pixels, each = 0, 4
    with contextlib.suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with open_picture(io.BytesIO(data)) as image:
            pixels = image.width * image.height
            each = 8 if image.info.get("progressive") else 4
    return each * min(pixels, int(max_pixels())) + (100 << 20)


def read_picture(max_pixels=None):
    """A reader of one picture: prepared for a net, and as it is."""

    def read(data, folder):
        from minivgg import models
        from minivgg.data import read_image, set_max_pixels

        path = folder / "picture"
        path.write_bytes(data)
        set_max_pixels(max_pixels)
        try:
            assert models.preprocess(path, "imagenet").shape == (1, 3, 224, 224)
            image = read_image(path, max_pixels=WHOLE)
            assert image.dtype == "uint8", image.dtype
            assert image.ndim == 3, image.shape
        except OSError as error:
            sentence = str(error)
            assert path.name in sentence, f"the file is not named: {sentence}"
            assert len(sentence) < 1000, f"a sentence of {len(sentence)} characters"
            raise
        finally:
            set_max_pixels(None)
            path.unlink()

    return read
