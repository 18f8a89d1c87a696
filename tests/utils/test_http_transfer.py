"""Transfers without a server: where an answer belongs, what is a page, when it is given up."""

import io
import shutil
from email.message import Message
from types import SimpleNamespace

import pytest

from minivgg.utils import http_transfer
from minivgg.utils.download_errors import DownloadInterruptedError, DownloadRefusedError
from minivgg.utils.http_transfer import _check_space, _extends, _is_page, _Request, _write, download
from minivgg.utils.remote_file import Limits, RemoteFile

FILE = RemoteFile("https://example.org/x", "00", 1000)
LIMITS = Limits(total_seconds=100, slow_bytes=10, attempts=3, longest_wait_seconds=8)


@pytest.mark.parametrize(
    ("head", "kind", "is_page"),
    [
        (b"<!DOCTYPE html>", "", True), (b"\xef\xbb\xbf \r\n<HTML>", "", True),
        (b"<?xml", "", False), (b"<?xml", "Text/HTML; charset=utf-8", True), (b"", "", False),
        (b"PK\3\4", "text/html", False), (b"\n<p>", "text/html", True),
        (b"x<html>", "", False), (b"<p>", "text/plain", False),
    ],
)  # fmt: skip
def test_a_web_page_by_its_beginning_and_what_the_server_calls_it(head, kind, is_page):
    assert _is_page(head, kind) == is_page


@pytest.mark.parametrize(
    ("longer", "shorter", "extends"),
    [
        (b"abcd", b"abc", True), (b"abc", b"abc", False), (b"ab", b"abc", False),
        (b"abXd", b"abc", False), (b"a", b"", True), (b"Xbcd", b"abc", False),
        (b"abcdefgh", b"abcdefX", False), (b"abcdefgh", b"abcdefg", True),
    ],
)  # fmt: skip
def test_a_file_that_begins_with_all_of_another(tmp_path, monkeypatch, longer, shorter, extends):
    monkeypatch.setattr(http_transfer, "CHUNK_BYTES", 3)
    (tmp_path / "a").write_bytes(longer)
    (tmp_path / "b").write_bytes(shorter)
    assert _extends(tmp_path / "a", tmp_path / "b") == extends


def request(tmp_path, before):
    (tmp_path / "part").write_bytes(bytes(before))
    return _Request(FILE, tmp_path / "part", None, SimpleNamespace(reason=""), anew=False)


def answer(status, content_range=None, length=None):
    headers = Message()
    if content_range:
        headers["Content-Range"] = content_range
    return SimpleNamespace(status=status, headers=headers, length=length)


@pytest.mark.parametrize(
    ("given", "extent"),
    [
        (answer(200, length=7), (0, 7)), (answer(203), (0, None)),
        (answer(200, "bytes 300-999/1000", 7), (0, 7)),
        (answer(206, "bytes 300-999/1000", 700), (300, 1000)),
        (answer(206, "bytes 0-999/1000", 1000), (0, 1000)),
        (answer(206, "bytes 300-999/*", 700), (300, 1000)),
        (answer(206, "bytes 300-999/*"), (300, None)),
    ],
)  # fmt: skip
def test_where_an_answer_begins_and_how_long_the_file_is(tmp_path, given, extent):
    assert request(tmp_path, 300)._extent(given) == extent


@pytest.mark.parametrize("content_range", [None, "bytes 299-999/1000", "300-999/1000", "bytes */9"])
def test_another_part_than_was_asked_for(tmp_path, content_range):
    with pytest.raises(http_transfer._NoSuchPartError, match="sends another part of the file than"):
        request(tmp_path, 300)._extent(answer(206, content_range))


@pytest.mark.parametrize("status", [201, 202, 204, 205, 207])
def test_an_answer_without_a_file(tmp_path, status):
    with pytest.raises(DownloadRefusedError, match=f"the server says {status}, and sends no file"):
        request(tmp_path, 0)._extent(answer(status))


def test_the_whole_file_is_asked_for_once_where_its_rest_is_not_sent(tmp_path, monkeypatch):
    asked = []

    class Answer(io.BytesIO):
        status, headers = 206, {"Content-Range": "bytes 5-9/1000"}

    def opened(url, headers, watch):
        asked.append(headers.get("Range"))
        return Answer()

    monkeypatch.setattr(http_transfer, "open_url", opened)
    with pytest.raises(DownloadRefusedError, match="another part of the file than was asked for"):
        request(tmp_path, 300).receive()
    assert asked == ["bytes=300-", None]
    asked.clear()
    made = _Request(FILE, tmp_path / "part", None, SimpleNamespace(reason=""), anew=True)
    with pytest.raises(DownloadRefusedError):
        made.receive()
    assert asked == [None]


def test_a_disk_that_is_full_is_no_fault_of_the_network():
    class Full(io.BytesIO):
        def flush(self):
            raise OSError(28, "No space left on device")

    with pytest.raises(DownloadRefusedError, match="cannot be written to the disk: No space left"):
        _write(Full(), b"x")


@pytest.mark.parametrize(("free", "fits"), [(700, True), (699, False)])
def test_what_is_missing_must_fit_on_the_disk(tmp_path, monkeypatch, free, fits):
    (tmp_path / "part").write_bytes(bytes(300))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    if fits:
        _check_space(FILE, tmp_path / "part")
    else:
        with pytest.raises(OSError, match=r"needs 700 bytes of disk, and .* has 699: the env"):
            _check_space(FILE, tmp_path / "part")


@pytest.fixture
def attempts(monkeypatch, tmp_path):
    """Downloads whose attempts bring so many bytes and then end, and the waits between them."""
    now, waits = [0.0], []

    def sleep(seconds):
        waits.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(http_transfer.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(http_transfer.time, "sleep", sleep)

    def run(brings, limits=LIMITS, wait=None):
        brings = iter(brings)

        class Attempt:
            def __init__(self, file, part, bar, watch, anew):
                self.part = part

            def receive(self):
                count = next(brings, None)
                if count is None:
                    return
                with self.part.open("ab") as file:
                    file.write(bytes(count))
                raise DownloadInterruptedError("it ended", wait)

        monkeypatch.setattr(http_transfer, "_Request", Attempt)
        waits.clear()
        now[0] = 0.0
        (tmp_path / "part").unlink(missing_ok=True)
        download(FILE, tmp_path / "part", None, limits)
        return list(waits)

    return run


def test_waits_double_up_to_the_longest_and_progress_begins_anew(attempts):
    assert attempts([0, 0]) == [1, 2]
    assert attempts([0, 9, 1, 9]) == [1, 2, 1, 2]  # 10 bytes since the last progress


def test_as_many_attempts_as_allowed_without_progress(attempts):
    with pytest.raises(OSError, match=r"^downloading https://example.org/x failed: it ended$"):
        attempts([0, 0, 0])
    with pytest.raises(OSError, match=r"failed: it ended; 9 bytes are kept, the next attempt"):
        attempts([3, 3, 3])


def test_the_longest_wait_is_waited_and_no_longer_one(attempts):
    assert attempts([0], wait=8) == [8]
    with pytest.raises(OSError, match="it ended"):
        attempts([0], wait=8.5)
    many = Limits(total_seconds=100, slow_bytes=10, attempts=7, longest_wait_seconds=8)
    assert attempts([0] * 6, many) == [1, 2, 4, 8, 8, 8]


def test_a_wait_may_last_until_the_time_is_over_and_not_longer(attempts):
    assert attempts([0], Limits(total_seconds=5), wait=5) == [5]
    with pytest.raises(OSError, match="it ended"):
        attempts([0], Limits(total_seconds=5), wait=5.5)
