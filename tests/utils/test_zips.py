"""Zips of the same files are the same bytes, and programs can be run."""

import io
import zipfile

from minivgg.utils.zips import zip_of


def test_a_zip_depends_on_its_files_alone_and_says_which_are_programs():
    files = {"a/run": "x" * 1000, "b.bin": bytes(range(9))}
    made = zip_of(files, executable=["a/run"])
    assert made == zip_of(files, executable={"a/run"})
    assert len(made) < 400
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "a/run": b"x" * 1000, "b.bin": bytes(range(9)),
        }  # fmt: skip
        for entry, mode in zip(archive.infolist(), (0o100755, 0o100644), strict=True):
            assert (entry.external_attr >> 16, entry.create_system) == (mode, 3)
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.compress_type == zipfile.ZIP_DEFLATED
    assert zip_of(files) != made
