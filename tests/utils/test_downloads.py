"""Downloads are checked, cached, and continued after an interruption. The server is a local one."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from minivgg.utils import downloads

CONTENT = bytes(range(256)) * 4000  # about a megabyte
SHA256 = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


class Server(ThreadingHTTPServer):
    """Serves CONTENT.

    stops: after how many bytes each of the next answers ends early (None: not at all). ranges:
    whether it can send a part of a file.
    """

    stops, ranges, content, length = (), True, CONTENT, True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = []

    @property
    def url(self):
        """Of the one file."""
        return f"http://127.0.0.1:{self.server_address[1]}/weights.bin"


class Handler(BaseHTTPRequestHandler):
    """One answer."""

    def do_GET(self):
        """The file, or the rest of it."""
        server, start = self.server, 0
        wanted = self.headers.get("Range")
        server.asked.append(wanted)
        if self.path != "/weights.bin":
            self.send_error(404, "Not Found")
            return
        if wanted and server.ranges:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(server.content):
                self.send_error(416, "Range Not Satisfiable")
                return
        self.send_response(206 if start else 200)
        if server.length:
            self.send_header("Content-Length", str(len(server.content) - start))
        self.end_headers()
        stop, *server.stops = server.stops or (None,)
        self.wfile.write(server.content[start : None if stop is None else start + stop])
        self.close_connection = True

    def log_message(self, *_):
        """Quiet."""


@pytest.fixture
def server():
    server = Server()
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def fetch(server, folder, checksum=SHA256):
    return downloads.fetch(server.url, folder / "deep" / "weights.bin", checksum, progress=False)


@pytest.mark.parametrize("length", [True, False])
def test_a_file_arrives_whole(server, tmp_path, length):
    server.length = length
    path = fetch(server, tmp_path)
    assert path.read_bytes() == CONTENT
    assert list(path.parent.iterdir()) == [path]
    assert server.asked == [None]


def test_a_server_that_stops_halfway_is_asked_for_the_rest(server, tmp_path):
    server.stops = [400_000, 100_000]
    assert fetch(server, tmp_path).read_bytes() == CONTENT
    assert server.asked == [None, "bytes=400000-", "bytes=500000-"]


def test_a_server_that_never_gets_further_is_given_up(server, tmp_path):
    """Without ranges each answer begins anew: 5000 and 3000 bytes in turns are no progress."""
    server.ranges, server.stops = False, [5000, 3000] * 50
    with pytest.raises(OSError, match="failed"):
        fetch(server, tmp_path)
    assert len(server.asked) < 10


def test_a_download_under_way_is_not_disturbed(server, tmp_path):
    fcntl = pytest.importorskip("fcntl")
    (tmp_path / "deep").mkdir()
    with (tmp_path / "deep" / "weights.bin.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(OSError, match=r"another process is already downloading .*weights\.bin"):
            fetch(server, tmp_path)
    assert fetch(server, tmp_path).read_bytes() == CONTENT


def test_a_download_under_way_is_not_disturbed_on_windows(server, tmp_path, monkeypatch):
    """Simulated: there the error of a lock is another one, and an open file cannot be removed."""
    locked = []

    def lock(file):
        if locked:
            raise PermissionError(13, "Permission denied")
        locked.append(file.name)

    def refuse(path, missing_ok=False):
        raise PermissionError(13, "The process cannot access the file")

    monkeypatch.setattr(downloads, "_lock", lock)
    monkeypatch.setattr(Path, "unlink", refuse)
    assert fetch(server, tmp_path).read_bytes() == CONTENT
    assert locked
    (tmp_path / "deep" / "weights.bin").rename(tmp_path / "earlier")
    with pytest.raises(OSError, match="another process is already downloading"):
        fetch(server, tmp_path)


def test_an_address_that_cannot_be_asked(tmp_path):
    with pytest.raises(OSError, match="failed: URL can't contain control characters"):
        downloads.fetch("http://127.0.0.1:9/a b", tmp_path / "x", SHA256, progress=False)


def test_a_server_that_cannot_go_on_sends_all_again(server, tmp_path):
    server.stops, server.ranges = [400_000], False
    assert fetch(server, tmp_path).read_bytes() == CONTENT


def test_what_has_come_is_kept_for_the_next_attempt(server, tmp_path):
    server.stops = [400_000, 0, 0, 0]
    with pytest.raises(
        OSError,
        match=r"weights\.bin failed: .*; 400,000 bytes are kept, "
        "the next attempt continues from there",
    ):
        fetch(server, tmp_path)
    assert (tmp_path / "deep" / "weights.bin.part").stat().st_size == 400_000
    assert not (tmp_path / "deep" / "weights.bin").exists()
    assert fetch(server, tmp_path).read_bytes() == CONTENT
    assert server.asked[-1] == "bytes=400000-"


def test_a_download_that_ended_just_before_its_name(server, tmp_path):
    """All bytes are there, but the process ended before the file got its name: answer 416."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "weights.bin.part").write_bytes(CONTENT)
    assert fetch(server, tmp_path).read_bytes() == CONTENT


def test_another_file_than_the_checksum_says_is_refused_and_removed(server, tmp_path):
    with pytest.raises(
        OSError,
        match=r"weights\.bin is not the file it should be: its sha256 is [0-9a-f]+…, "
        "not 00000000…; it was removed",
    ):
        fetch(server, tmp_path, "sha256:00000000")
    assert list((tmp_path / "deep").iterdir()) == []
    assert fetch(
        server, tmp_path, SHA256[: len("sha256:") + 8].upper().replace("SHA", "sha")
    ).exists()  # as many digits as are known
    assert fetch(
        server, tmp_path, f"md5:{hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()}"
    ).exists()


def test_no_server_or_no_file(server, tmp_path):
    with pytest.raises(OSError, match="failed: the server says 404 Not Found"):
        downloads.fetch(server.url + "x", tmp_path / "x", SHA256, progress=False)
    server.shutdown()
    server.server_close()
    with pytest.raises(OSError, match=r"downloading http://127\.0\.0\.1.* failed: "):
        fetch(server, tmp_path)
    with pytest.raises(OSError, match="failed: unknown url type"):
        downloads.fetch("no address", tmp_path / "x", SHA256, progress=False)


def test_where_files_may_lie(tmp_path, monkeypatch):
    monkeypatch.setenv("MINIVGG_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("MINIVGG_DATA", raising=False)
    assert downloads.search_path("weights") == [tmp_path / "cache" / "weights"]
    monkeypatch.setenv("MINIVGG_DATA", str(tmp_path / "data"))
    assert downloads.search_path("mnist") == [
        tmp_path / "data",
        tmp_path / "data" / "mnist",
        tmp_path / "cache" / "mnist",
    ]
    assert downloads.search_path("mnist", alone=False) == [
        tmp_path / "data" / "mnist",
        tmp_path / "cache" / "mnist",
    ]
