"""Archives of images, which are damaged for ``ImageFolder``."""

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
