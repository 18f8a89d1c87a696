"""What is shown of a download, and how it ends: the transfer itself is a stand-in here."""

import hashlib
import os

import pytest

from minivgg.utils import downloads, http_transfer
from minivgg.utils.remote_file import RemoteFile

CONTENT = bytes(range(256)) * 16
FILE = RemoteFile("https://example.org/x", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))


@pytest.fixture
def transfers(monkeypatch):
    """Each transfer writes the next content into the part; what it was asked for is noted."""
    asked, contents = [], []

    def download(file, part, bar, limits, anew=False):
        asked.append((part.read_bytes() if part.exists() else b"", anew))
        part.write_bytes(contents.pop(0) if contents else CONTENT)
        bar.total = file.size
        bar.update(1024)
        bar.refresh()

    monkeypatch.setattr(http_transfer, "download", download)
    download.asked, download.contents = asked, contents
    return download


@pytest.mark.parametrize("options", [{}, {"progress": True}, {"progress": False}])
def test_the_name_and_the_bytes_are_shown_and_the_line_is_cleared(
    transfers, tmp_path, capsys, options
):
    path = downloads.fetch(FILE, tmp_path / "new" / "photos.zip", **options)
    assert path.read_bytes() == CONTENT
    shown = capsys.readouterr().err
    if options.get("progress") is False:
        assert shown == ""
        return
    assert "photos.zip:  25%" in shown
    assert "1.00k/4.00k" in shown  # of 1024 bytes each
    assert "B/s]" in shown
    assert shown.endswith("\r")
    assert "\n" not in shown


def test_a_part_of_another_file_is_asked_for_anew_once(transfers, tmp_path):
    part = tmp_path / "x.part"
    part.write_bytes(b"begun")
    transfers.contents.append(b"begun, and gone on wrongly")
    downloads.fetch(FILE, tmp_path / "x", progress=False)
    assert transfers.asked == [(b"begun", False), (b"begun", True)]


def test_a_file_that_is_there_is_not_downloaded_and_no_lock_is_left(transfers, tmp_path):
    (tmp_path / "x").write_text("mine")
    assert downloads.fetch(FILE, str(tmp_path / "x")) == tmp_path / "x"
    assert (transfers.asked, [path.name for path in tmp_path.iterdir()]) == ([], ["x"])


@pytest.mark.skipif(os.name == "nt", reason="there, an open file cannot be removed")
def test_a_lock_that_somebody_has_removed_is_no_error(monkeypatch, tmp_path):
    def download(file, part, bar, limits, anew=False):
        (tmp_path / "x.lock").unlink()
        part.write_bytes(CONTENT)

    monkeypatch.setattr(http_transfer, "download", download)
    assert downloads.fetch(FILE, tmp_path / "x", progress=False).read_bytes() == CONTENT


def test_the_cache_is_where_the_variable_says_or_that_of_the_system(monkeypatch, tmp_path):
    monkeypatch.setattr(downloads.platformdirs, "user_cache_dir", lambda name: f"/cache/of/{name}")
    monkeypatch.setenv("MINIVGG_CACHE", str(tmp_path))
    assert downloads.cache() == tmp_path
    for value in ("", None):
        if value is None:
            monkeypatch.delenv("MINIVGG_CACHE")
        else:
            monkeypatch.setenv("MINIVGG_CACHE", value)
        assert downloads.cache().as_posix() == "/cache/of/minivgg"
