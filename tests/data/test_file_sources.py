"""Images in zips and tars: names of any system, links, passwords, other archives."""

import io
import os
import shutil
import struct
import tarfile
import warnings
import zipfile

import pytest
from PIL import Image

from minivgg import data
from minivgg.data import archive_members, archive_sources, file_sources
from minivgg.data.file_sources import open_source
from minivgg.utils.folders import contents
from minivgg.utils.notices import Notice


def png(value):
    file = io.BytesIO()
    Image.new("RGB", (4, 4), (value, 0, 0)).save(file, "png")
    return file.getvalue()


FILES = {f"{c}/{i}.png": png(100 * k + i) for k, c in enumerate(("cat", "dog")) for i in range(5)}


def zipped(path, files):
    """A zip whose names are given in bytes, without the mark of UTF-8."""
    stand_ins = {f"{i:0{len(name)}}": name for i, name in enumerate(files)}
    with zipfile.ZipFile(path, "w") as archive:
        for stand_in, name in stand_ins.items():
            archive.writestr(stand_in, files[name])
    content = path.read_bytes()
    for stand_in, name in stand_ins.items():
        content = content.replace(stand_in.encode(), name)
    path.write_bytes(content)
    return path


def tarred(path, files, mode="w"):
    with tarfile.open(path, mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def all_of(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Notice)
        return data.ImageFolder(path, "all", in_memory=True, progress=False)


@pytest.mark.parametrize("suffix", ["tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_a_tar_is_read_with_or_without_compression(tmp_path, suffix):
    mode = "w" if suffix == "tar" else f"w:{suffix[4:]}"
    found = all_of(tarred(tmp_path / f"pets.{suffix}", FILES, mode))
    assert found.classes == ["cat", "dog"]
    assert found.batch(range(10))[:, 0, 0, 0].tolist() == [*range(5), *range(100, 105)]
    (tmp_path / "short.tar").write_bytes(tarred(tmp_path / "x.tar", FILES).read_bytes()[:3000])
    with pytest.raises(OSError, match=r"short\.tar"):
        all_of(tmp_path / "short.tar")


@pytest.mark.parametrize(
    ("encoding", "classes"),
    [
        ("utf-8", ["Müller", "café"]),  # macOS, without the mark
        ("cp437", ["Müller", "café"]),
        ("cp949", ["강아지", "고양이"]),
        ("cp932", ["いぬ", "猫", "表"]),  # the last ends with the byte of a backslash
        ("gbk", ["鱼", "马"]),
        ("utf-8", ["犬", "猫"]),
    ],
)
def test_names_in_zips_of_all_systems(tmp_path, encoding, classes):
    files = {f"{c}/{i}.png".encode(encoding): png(i) for c in classes for i in range(2)}
    assert all_of(zipped(tmp_path / "a.zip", files)).classes == sorted(classes)


def test_backslashes_absolute_names_and_those_that_lead_outside(tmp_path):
    files = {name.replace("/", "\\").encode(): content for name, content in FILES.items()}
    assert all_of(zipped(tmp_path / "a.zip", files)).classes == ["cat", "dog"]
    for kind in ("/pets/", "../../", "C:/pets/"):
        files = {kind + name: content for name, content in FILES.items()}
        found = all_of(zipped(tmp_path / "b.zip", {k.encode(): v for k, v in files.items()}))
        assert found.classes == all_of(tarred(tmp_path / "b.tar", files)).classes == ["cat", "dog"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.tar", "b.zip"]


def test_links_in_archives_are_not_followed_and_are_named(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(png(77))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, content in FILES.items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo("cat/link.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, str(secret))
    tarred(tmp_path / "a.tar", FILES)
    with tarfile.open(tmp_path / "a.tar", "a") as archive:
        info = tarfile.TarInfo("cat/link.png")
        info.type, info.linkname = tarfile.SYMTYPE, str(secret)
        archive.addfile(info)
    for suffix in ("zip", "tar"):
        with pytest.warns(Notice) as said:
            assert len(data.ImageFolder(tmp_path / f"a.{suffix}")) == 8
        assert str(said[0].message).endswith("a." + suffix + ": 1 link (cat/link.png)")
    with tarfile.open(tmp_path / "a.tar", "a") as archive:
        info.name = "cat/other.png"
        archive.addfile(info)
        info.name, info.type = "cat/hard.png", tarfile.LNKTYPE
        archive.addfile(info)
    assert open_source(tmp_path / "a.tar").left_out == ["3 links (cat/link.png, …)"]


def test_archives_that_cannot_be_read_are_named_by_what_they_are(tmp_path):
    path = zipped(tmp_path / "locked.zip", {k.encode(): v for k, v in FILES.items()})
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\1\2")
    struct.pack_into("<H", content, place + 8, 1)
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"^\S*locked\.zip is protected by a password: unpack it"):
        all_of(path)
    for name, start in (("RAR", b"Rar!\x1a\x07"), ("7-Zip", b"7z\xbc\xaf\x27\x1c")):
        (tmp_path / "pets").write_bytes(start + bytes(50))
        with pytest.raises(OSError, match=rf"pets is an archive in {name} format.*: unpack it"):
            all_of(tmp_path / "pets")
    (tmp_path / "0.png").write_bytes(png(0))
    with pytest.raises(OSError, match="is a single image: name the folder"):
        all_of(tmp_path / "0.png")


def test_a_class_whose_name_begins_with_underscores(tmp_path):
    files = {f"__background__/{i}.png".encode(): png(i) for i in range(2)}
    files |= {f"__MACOSX/cat/._{i}.png".encode(): b"" for i in range(2)} | {b"cat/1.png": png(9)}
    assert all_of(zipped(tmp_path / "a.zip", files)).classes == ["__background__", "cat"]


def test_an_archive_that_would_fill_the_disk_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "zeros.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        info = tarfile.TarInfo("cat/0.png")
        info.size = 1 << 20
        tar.addfile(info, io.BytesIO(bytes(info.size)))
    usage = shutil.disk_usage(tmp_path)._replace(free=1 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(OSError, match=r"zeros\.tar\.gz.* more than 0\.000524 GB"):
        data.ImageFolder(tmp_path / "zeros.tar.gz", "all")


def packed(path, files, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_member_that_is_too_large_to_be_a_picture_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_members, "MAX_IMAGE_BYTES", 10_000)
    files = FILES | {"cat/0.png": bytes(10_001)}
    for path in (packed(tmp_path / "a.zip", files), tarred(tmp_path / "a.tar", files)):
        with pytest.raises(OSError, match=r"cat[/\\]0\.png .*it has 10,001 bytes; at most 10,000"):
            all_of(path)


def test_a_large_member_is_read_from_a_temporary_file(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_sources, "IN_MEMORY_BYTES", 10)
    found = all_of(packed(tmp_path / "a.zip", FILES))
    assert found.batch(range(10))[:, 0, 0, 0].tolist() == [*range(5), *range(100, 105)]


def test_a_compressed_tar_of_far_more_bytes_than_images_have_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_sources, "UNPACKED_BYTES", 1 << 20)
    path = tarred(tmp_path / "a.tar.gz", FILES | {"cat/0.png": bytes(4 << 20)}, "w:gz")
    with pytest.raises(OSError, match="far more than images should: unpack it"):
        all_of(path)
    monkeypatch.setattr(archive_sources, "UNPACKED_BYTES", 5 << 20)
    with pytest.raises(OSError, match="begins with zeros"):
        all_of(path)


def test_the_last_of_two_members_of_one_name_counts(tmp_path):
    path = packed(tmp_path / "a.zip", FILES)
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in FILES:
            archive.writestr(name, png(7))
    assert all_of(path).batch(range(10))[:, 0, 0, 0].tolist() == [7] * 10


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_damaged_member_is_named_in_one_sentence(tmp_path, method):
    path = packed(tmp_path / "a.zip", FILES, method)
    data = bytearray(path.read_bytes())
    data[data.index(b"cat/0.png") + 25] ^= 255
    path.write_bytes(data)
    with pytest.raises(OSError, match=r"the image .*a\.zip[/\\]cat[/\\]0\.png is damaged") as found:
        all_of(path)
    assert "\n" not in str(found.value)


def test_many_names_for_one_member_are_refused(tmp_path):
    files = {"cat/00.png": png(1), "cat/01.png": bytes(900), "dog/00.png": png(2)}
    path = packed(tmp_path / "a.zip", files, zipfile.ZIP_STORED)
    data = path.read_bytes()
    at, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    entry = data[data.index(b"PK\1\2", at + 1) : data.index(b"PK\1\2", at + 60)]
    directory = b"".join(entry.replace(b"/01", f"/{k:02}".encode()) for k in range(40))
    tail = data[end : end + 8] + struct.pack("<HHII", 40, 40, len(directory), at) + b"\0\0"
    path.write_bytes(data[:at] + directory + tail)
    with pytest.raises(OSError, match=r"a\.zip .*the files in it are larger than it is"):
        all_of(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_devices_and_pipes_are_refused_and_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/zero"):
        with pytest.raises(OSError, match="is neither a folder nor a file"):
            data.load(path)
        with pytest.raises(OSError, match="is a device or a pipe, not an image"):
            data.read_image(path)


def test_names_longer_than_systems_allow_are_left_out(tmp_path):
    """A folder or file of more than 255 letters, and files in more than 63 folders."""
    deep = "/".join("f" * 63)
    names = [f"{'a' * 255}/0.png", f"{'b' * 256}/0.png", f"c/{'d' * 252}.png", f"{deep}/1.png"]
    path = tarred(tmp_path / "a.tar", dict.fromkeys([*names, f"e/{deep}/2.png", "0.png"], b"x"))
    found = sorted(file.as_posix() for file in open_source(path).files)
    assert found == sorted([names[0], names[3], "0.png"])
    assert len(f"c/{'d' * 252}.png".split("/")[1]) == 256


@pytest.mark.parametrize("kind", ["folder", "zip", "tar", "tar.gz"])
def test_the_first_bytes_of_a_file_and_what_equal_files_have_in_common(tmp_path, kind):
    names = {"a/0.bin": b"abcdef", "a/1.bin": b"abcdef", "a/2.bin": b"uvwxyz", "b/3.bin": b"u"}
    if kind == "folder":
        for name, content in names.items():
            (tmp_path / "set" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "set" / name).write_bytes(content)
        source = open_source(tmp_path / "set")
    elif kind == "zip":
        source = open_source(packed(tmp_path / "a.zip", names))
    else:
        source = open_source(tarred(tmp_path / f"a.{kind}", names, "w:gz" if "gz" in kind else "w"))
    first, same, other, short = sorted(source.files)
    assert [source.files[file] for file in (first, short)] == [6, 1]
    assert (source.content(other, 2), source.content(other)) == (b"uv", b"uvwxyz")
    assert source.key(first) == source.key(same) != source.key(short)
    assert (source.key(first) != source.key(other)) == (kind == "zip")  # by its CRC


def test_a_member_of_just_the_largest_size_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(archive_members, "MAX_IMAGE_BYTES", 100)
    names = {"a/0.bin": bytes(100), "a/1.bin": bytes(101)}
    for path in (packed(tmp_path / "a.zip", names), tarred(tmp_path / "a.tar", names)):
        source = open_source(path)
        fits, large = sorted(source.files)
        with source.open(fits) as file:
            assert file.read() == bytes(100)
        with pytest.raises(OSError, match="it has 101 bytes; at most 100 are read"):
            source.open(large)


def test_a_compressed_tar_may_have_as_many_bytes_as_are_plausible_and_are_free(
    tmp_path, monkeypatch
):
    path = tarred(tmp_path / "a.tar.gz", {"a/0.bin": bytes(20_000)}, "w:gz")
    size, packed_size = 30 * 1024, path.stat().st_size  # tar writes records of 10 KiB
    for unpacked, share, free, words in (
        (size, 0, size, None), (size - 1, 0, size, "more than 3.07e-05 GB, far more than images"),
        (0, size / packed_size, size, None), (size, 0, size - 1, "e-05 GB, half of the free space"),
    ):  # fmt: skip
        monkeypatch.setattr(archive_sources, "UNPACKED_BYTES", unpacked)
        monkeypatch.setattr(archive_sources, "UNPACKED_SHARE", share)
        usage = shutil.disk_usage(tmp_path)._replace(free=2 * free)
        monkeypatch.setattr(shutil, "disk_usage", lambda path, usage=usage: usage)
        if words:
            with pytest.raises(OSError, match=words):
                open_source(path)
        else:
            assert len(open_source(path).files) == 1


def test_an_archive_with_a_program_before_it(tmp_path):
    path = packed(tmp_path / "a.zip", FILES)
    path.write_bytes(b"#!/bin/sh\n" + bytes(600) + path.read_bytes())
    assert all_of(path).classes == ["cat", "dog"]


def test_a_folder_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    found = contents(tmp_path)
    found.unreadable.append("a")
    monkeypatch.setattr(file_sources, "contents", lambda path: found)
    with pytest.raises(PermissionError, match=r"the folder .*[/\\]a cannot be read"):
        open_source(tmp_path)


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_an_empty_tar_holds_no_images_and_an_empty_file_is_none(tmp_path, mode):
    with pytest.raises(ValueError, match=r"a\.tar holds no folders of images: it needs"):
        data.ImageFolder(tarred(tmp_path / "a.tar", {}, mode))
    (tmp_path / "b.tar").write_bytes(b"")
    with pytest.raises(OSError, match=r"b\.tar is an empty file$"):
        data.ImageFolder(tmp_path / "b.tar")


@pytest.mark.parametrize("first", [True, False])
def test_a_header_of_a_tar_that_claims_to_be_huge_is_refused(tmp_path, first):
    """``tarfile`` would ask for so much memory."""
    claim = tarfile.TarInfo("names")
    claim.type, claim.size = tarfile.XHDTYPE, 1 << 36
    picture = tarfile.TarInfo("a/0.png")
    blocks = [picture.tobuf(), claim.tobuf(tarfile.GNU_FORMAT)]
    path = tmp_path / "images.tar"
    path.write_bytes(b"".join(blocks[::-1] if first else blocks) + bytes(2 * tarfile.BLOCKSIZE))
    with pytest.raises(
        OSError, match=r"images\.tar is neither .*: a header of 68,719,476,736 bytes"
    ):
        data.ImageFolder(path)


def test_a_member_that_asks_for_more_memory_than_there_is_is_named(tmp_path, monkeypatch):
    """Such as the dictionary of LZMA, whose size a damaged byte can make 4 GB."""
    path = tmp_path / "images.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/0.png", png(1))

    def read(self, count=-1):
        raise MemoryError

    monkeypatch.setattr(zipfile.ZipExtFile, "read", read)
    with pytest.raises(OSError, match=r"a/0\.png is damaged .* more memory than there is"):
        data.ImageFolder(path, "all")
