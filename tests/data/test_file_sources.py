"""Images in zips and tars: names of any system, links, passwords, other archives."""

import io
import shutil
import struct
import tarfile
import warnings
import zipfile

import pytest
from PIL import Image

from minivgg import data
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
        assert "1 link (cat/link.png)" in str(said[0].message)


def test_archives_that_cannot_be_read_are_named_by_what_they_are(tmp_path):
    path = zipped(tmp_path / "locked.zip", {k.encode(): v for k, v in FILES.items()})
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\1\2")
    struct.pack_into("<H", content, place + 8, 1)
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"locked\.zip is protected by a password: unpack it"):
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
