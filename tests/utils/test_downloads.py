"""Downloads are checked, cached, and continued after an interruption. The server is a local one."""

import contextlib
import hashlib
import random
import shutil
import socket
import ssl
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from reliability.downloads import survive
from reliability.hostile_server import Answer, HostileServer

from minivgg.utils import download_errors, downloads
from minivgg.utils.connection_watch import ConnectionWatch
from minivgg.utils.remote_file import Limits, RemoteFile, sha256

CONTENT = random.Random(1).randbytes(1_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
LIMITS = Limits(
    schemes=("http",),
    idle_seconds=0.25,
    slow_bytes=2000,
    slow_seconds=0.4,
    total_seconds=10,
    attempts=3,
    first_wait_seconds=0.001,
    longest_wait_seconds=2,
)


@pytest.fixture
def server():
    with HostileServer(CONTENT) as server:
        yield server


def fetch(server, folder, limits=LIMITS, **known):
    file = RemoteFile(server.url, SHA256, len(CONTENT))._replace(**known)
    return downloads.fetch(file, folder / "deep" / "weights.bin", progress=False, limits=limits)


def put(folder, data):
    """What an earlier attempt has left."""
    (folder / "deep").mkdir(exist_ok=True)
    part = folder / "deep" / "weights.bin.part"
    part.write_bytes(data)
    return part


@pytest.mark.parametrize("answer", [Answer(), Answer(length="none"), Answer(chunked=True)])
def test_a_file_arrives_whole(server, tmp_path, answer):
    server.answers = [answer]
    path = fetch(server, tmp_path)
    assert path.read_bytes() == CONTENT
    assert list(path.parent.iterdir()) == [path]
    assert server.asked == [None]


def test_a_server_that_stops_halfway_is_asked_for_the_rest(server, tmp_path):
    server.answers = [Answer(stop_after=400_000), Answer(stop_after=100_000), Answer()]
    assert fetch(server, tmp_path).read_bytes() == CONTENT
    assert server.asked == [None, "bytes=400000-", "bytes=500000-"]


def test_a_server_that_never_gets_further_is_given_up(server, tmp_path):
    """Without ranges each answer begins anew: 5000 and 3000 bytes in turns are no progress."""
    server.answers = [Answer(ranges=False, stop_after=n) for n in [5000, 3000] * 50]
    with pytest.raises(OSError, match="ended early; 5,000 bytes are kept"):
        fetch(server, tmp_path)
    assert len(server.asked) < 10


def test_a_server_without_ranges_does_not_cost_what_was_there(server, tmp_path):
    """The whole file replaces the part when it has more of the same bytes, and not before."""
    part = put(tmp_path, CONTENT[:300_000])
    server.answers = [Answer(ranges=False, stop_after=200_000)]
    with pytest.raises(OSError, match="300,000 bytes are kept"):
        fetch(server, tmp_path)
    assert part.read_bytes() == CONTENT[:300_000]
    server.answers = [Answer(ranges=False, stop_after=400_000)]
    with pytest.raises(OSError, match="400,000 bytes are kept"):
        fetch(server, tmp_path)
    assert part.read_bytes() == CONTENT[:400_000]
    server.answers = [Answer(ranges=False)]
    assert fetch(server, tmp_path).read_bytes() == CONTENT
    assert [entry.name for entry in (tmp_path / "deep").iterdir()] == ["weights.bin"]


def test_a_server_that_sends_another_part_is_asked_for_the_whole_file(server, tmp_path):
    put(tmp_path, CONTENT[:300_000])
    server.answers = [Answer(range_header="bytes 5-999999/1000000"), Answer()]
    assert fetch(server, tmp_path).read_bytes() == CONTENT
    assert server.asked == ["bytes=300000-", None]


def test_what_comes_before_a_connection_stalls_is_kept(server, tmp_path):
    """Also less than a block of it; nothing more comes, so it is given up."""
    server.answers = [Answer(pause_after=7_321, pause=60), *[Answer(pause_after=0, pause=60)] * 2]
    started = time.monotonic()
    with pytest.raises(OSError, match=r"nothing has come.*; 7,321 bytes are kept"):
        fetch(server, tmp_path)
    assert time.monotonic() - started < 8
    assert (tmp_path / "deep" / "weights.bin.part").read_bytes() == CONTENT[:7_321]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer(pause_after=3_000, pause=0.03), r"too slow: [\d,]+ bytes in 0.4 s"),
        (Answer(raw=b"HTTP/1.1 200 OK\r\nX: " + b"y" * 900, pause_after=5, pause=0.03), "nothing"),
        (Answer(content="endless", length="none"), "not the file it should be: its SHA-256 is"),
        (Answer(length="5000000000"), "has a file of 5,000,000,000 bytes there, not of 1,000,000"),
        (Answer(content="page"), "a web page came instead of the file: .* log in with a browser"),
        (Answer(511, "Network Authentication Required"), "a web page came instead of the file"),
        (Answer(404, "\x1b]0;x\x07Gone"), r"the server says 404 \?]0;x\?Gone$"),
        (Answer(302, headers=[("Location", "/weights.bin")]), "redirects in a circle"),
        (Answer(301, headers=[("Location", "/x")], content="endless"), "redirects in a circle"),
        (Answer(404, "No", content="endless"), "the server says 404 No"),
        (Answer(302, headers=[("Location", "ftp://h/x")]), "only http is used .* ftp://h/x is not"),
        (Answer(302, headers=[("Location", "file:///etc/passwd")]), "only http is used"),
        (Answer(raw=b"SSH-2.0-OpenSSH\r\n"), r"the answer is not HTTP"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(server, tmp_path, answer, problem):
    server.answers = [answer]
    limits = replace(LIMITS, attempts=1)
    with pytest.raises(OSError, match=problem) as caught:
        fetch(server, tmp_path, limits)
    assert str(caught.value).isprintable()
    assert server.sent < 100_000_000  # what has no end is not read
    assert not (tmp_path / "deep" / "weights.bin").exists()


def test_a_download_ends_in_time_although_something_comes(server, tmp_path):
    server.answers = [Answer(pause_after=50_000, pause=0.01)]
    limits = replace(LIMITS, total_seconds=0.6, slow_bytes=1)
    with pytest.raises(OSError, match=r"it took longer than 0.6 s; 50,0\d\d bytes are kept"):
        fetch(server, tmp_path, limits)


def test_a_machine_without_a_network_is_told_at_once(tmp_path, monkeypatch):
    def unknown(*arguments, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", unknown)
    monkeypatch.setattr("minivgg.utils.http_transfer.time.sleep", None)  # no second attempt
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    file = RemoteFile("https://example.org/x", SHA256, 100)
    with pytest.raises(OSError, match=r"no address was found for example\.org: is this machine"):
        downloads.fetch(file, tmp_path / "x", progress=False)


def test_a_login_page_does_not_cost_what_was_there(server, tmp_path):
    part = put(tmp_path, CONTENT[:900_000])
    page = (("Content-Type", "text/html"),)
    server.answers = [Answer(content="page", ranges=False, headers=page)]
    with pytest.raises(OSError, match="a web page came"):
        fetch(server, tmp_path)
    assert part.read_bytes() == CONTENT[:900_000]
    assert server.asked == ["bytes=900000-"]  # once: trying again does not help


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again_after_a_while(server, tmp_path, status):
    server.answers = [Answer(status), Answer(status), Answer()]
    assert fetch(server, tmp_path).read_bytes() == CONTENT
    assert len(server.asked) == 3


def test_waits_double_and_are_those_that_the_server_asks_for(server, tmp_path, monkeypatch):
    waits = []
    monkeypatch.setattr("minivgg.utils.http_transfer.time.sleep", waits.append)
    limits = replace(LIMITS, attempts=6, first_wait_seconds=1, longest_wait_seconds=60)
    asks = Answer(503, headers=[("Retry-After", "7")])
    server.answers = [Answer(503), Answer(503), asks, Answer(503), Answer()]
    fetch(server, tmp_path, limits)
    assert waits == [1, 2, 7, 8]


def test_a_server_that_asks_for_a_long_wait_is_not_waited_for(server, tmp_path):
    server.answers = [Answer(429, "Too Many", headers=[("Retry-After", "3600")])]
    with pytest.raises(OSError, match="says 429 Too Many, and asks to wait 3600 s"):
        fetch(server, tmp_path)
    assert len(server.asked) == 1


def test_when_a_server_says_to_come_back():
    assert download_errors.retry_after("120") == 120
    date = "Wed, 21 Oct 2015 07:28:00 GMT"
    assert download_errors.retry_after(date) == 0
    for nonsense in ("", "-1", "soon", "1e9", "²"):
        assert download_errors.retry_after(nonsense) is None


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


def test_an_address_that_cannot_be_asked(server, tmp_path):
    for url, problem in (
        (server.url + " x", "URL can't contain control characters"),
        ("no address", "unknown url type"),
        ("http://127.0.0.1:1/x", "Connection refused"),
        (server.url, "only https is used for downloads"),
    ):
        limits = Limits() if "only" in problem else LIMITS
        with pytest.raises(OSError, match=f"^downloading .* failed: .*{problem}"):
            fetch(server, tmp_path, limits, url=url)
    assert server.asked == []


def test_a_download_that_ended_just_before_its_name_asks_for_nothing(server, tmp_path):
    put(tmp_path, CONTENT)
    assert fetch(server, tmp_path).read_bytes() == CONTENT
    assert server.asked == []


def test_parts_of_another_file_are_replaced(server, tmp_path):
    for part in (bytes(len(CONTENT)), CONTENT + b"more", bytes(1000)):
        put(tmp_path, part)
        path = fetch(server, tmp_path)
        assert path.read_bytes() == CONTENT
        path.unlink()


def test_a_server_with_another_file_does_not_cost_what_was_there(server, tmp_path):
    """The rest that it sends does not fit, and neither does the whole file."""
    part = put(tmp_path, CONTENT[:300_000])
    server.answers = [Answer(content="flipped")]
    with pytest.raises(OSError, match="another file there: its SHA-256 differs; 300,000 bytes are"):
        fetch(server, tmp_path)
    assert part.read_bytes() == CONTENT[:300_000]


def test_another_file_than_the_checksum_says_is_refused_and_removed(server, tmp_path):
    with pytest.raises(
        OSError,
        match=r"weights\.bin is not the file it should be: its SHA-256 is [0-9a-f]{12}…, "
        "not 00000000…; it was removed",
    ):
        fetch(server, tmp_path, sha256="00000000")
    assert list((tmp_path / "deep").iterdir()) == []


def test_a_file_of_which_less_is_known(server, tmp_path):
    """Eight digits of its checksum, and its size up to a rounding."""
    server.answers = [Answer(stop_after=999_900), Answer()]
    known = {"sha256": SHA256[:8].upper(), "size": len(CONTENT) - 300, "rounding": 525}
    assert fetch(server, tmp_path, **known).read_bytes() == CONTENT
    assert server.asked == [None, "bytes=999900-"]


def test_a_disk_without_room_is_named_before_the_download(server, tmp_path, monkeypatch):
    free = SimpleNamespace(free=1000)
    monkeypatch.setattr("minivgg.utils.http_transfer.shutil.disk_usage", lambda path: free)
    with pytest.raises(OSError, match=r"needs 1,000,000 bytes of disk, and .* has 1,000: "):
        fetch(server, tmp_path)
    assert server.asked == []


def test_a_proxy_that_refuses_is_named_without_its_password(server, tmp_path, monkeypatch):
    server.answers = [Answer(407, "Proxy Authentication Required")]
    proxy = server.url.replace("http://", "http://user:secret@").replace("/weights.bin", "")
    for name in ("no_proxy", "NO_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(OSError, match=r"the proxy 127\.0\.0\.1 does not connect") as e:
        fetch(server, tmp_path, Limits(), url="https://example.org/weights.bin")
    assert "407 Proxy Authentication Required" in str(e.value)
    assert "secret" not in str(e.value)


@pytest.fixture
def secure_server(tmp_path, monkeypatch):
    if not shutil.which("openssl"):
        pytest.skip("no openssl here to make a certificate")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = "openssl req -x509 -nodes -days 2 -subj /CN=localhost -newkey ec -pkeyopt"
    command += " ec_paramgen_curve:prime256v1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(
        [*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with HostileServer(CONTENT, context=context) as server:
        server.certificate = certificate
        yield server


def test_certificates_are_checked_and_redirections_stay_encrypted(
    secure_server, server, tmp_path, monkeypatch
):
    with pytest.raises(
        OSError, match=r"the certificate of 127.0.0.1 is not accepted \(self.signed certificate\)"
    ):
        fetch(secure_server, tmp_path, Limits())
    monkeypatch.setenv("SSL_CERT_FILE", str(secure_server.certificate))
    secure_server.answers = [
        Answer(stop_after=200_000),
        Answer(302, headers=[("Location", server.url)]),
    ]
    limits = replace(LIMITS, schemes=("https",))
    with pytest.raises(OSError, match=r"only https is used .*; 200,000 bytes are"):
        fetch(secure_server, tmp_path, limits)
    assert server.asked == []
    stalls = Answer(pause_after=300_000, pause=60)
    secure_server.answers, secure_server.asked = [stalls, stalls, Answer()], []
    assert fetch(secure_server, tmp_path, limits).read_bytes() == CONTENT
    assert len(secure_server.asked) == 3


def test_what_is_still_encrypted_never_looks_like_content(secure_server):
    """When time is over, the thread that reads gets decrypted bytes or the end, nothing else."""
    secure_server.content = bytes(1_000_000)
    context = ssl.create_default_context(cafile=secure_server.certificate)
    address = secure_server.server.server_address
    with (
        socket.create_connection(address) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        header = b""
        while not header.endswith(b"\r\n\r\n"):
            header += connection.recv(1)
        with ConnectionWatch(LIMITS, deadline=0) as watch:
            watch.connected(connection)
            time.sleep(0.3)
            rest = b""
            with contextlib.suppress(OSError):
                while piece := connection.recv(65536):
                    rest += piece
    assert watch.reason == "it took longer than 10 s"
    assert not any(rest)


def test_attempts_are_counted_from_the_last_progress(server, tmp_path):
    """Five connections end early, three attempts are allowed: each has brought something."""
    server.answers = [*(Answer(stop_after=100_000) for _ in range(5)), Answer()]
    assert fetch(server, tmp_path).read_bytes() == CONTENT
    server.answers, server.asked = [Answer(stop_after=0)], []
    with pytest.raises(OSError, match="the connection ended early"):
        fetch(server, tmp_path / "nothing")
    assert len(server.asked) == LIMITS.attempts


def test_a_few_hostile_downloads(tmp_path):
    """More of them are in tests/reliability."""
    found = survive(6, 1, tmp_path)
    assert found.failures == [], str(found)
    assert found.right
    assert found.refused


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


@pytest.mark.parametrize(
    ("size", "rounding", "fits"),
    [(95, 5, True), (105, 5, True), (94, 5, False), (106, 5, False), (100, 0, True)],
)
def test_the_size_of_a_file_up_to_its_rounding(tmp_path, size, rounding, fits):
    path = tmp_path / "x"
    path.write_bytes(bytes(size))
    file = RemoteFile("https://h/d/x.bin", sha256(path)[:9].upper(), 100, rounding)
    assert (file.name, file.largest) == ("x.bin", 100 + rounding)
    assert file.may_have(size) == file.is_at(path) == fits
    assert not file.is_at(tmp_path / "none")
    assert not file._replace(sha256="0").is_at(path) or sha256(path)[0] == "0"


def test_a_part_that_cannot_be_the_beginning_is_removed_and_others_stay(tmp_path):
    """Longer than the file may be, or as long as it must be, but not it."""
    for size, rounding, stays in ((99, 0, True), (100, 0, False), (101, 0, False), (100, 5, True),
                                  (105, 5, True), (106, 5, False)):  # fmt: skip
        (tmp_path / "part").write_bytes(bytes(size))
        downloads._remove_if_useless(RemoteFile("u", "0", 100, rounding), tmp_path / "part")
        assert (tmp_path / "part").exists() == stays
    (tmp_path / "part").unlink(missing_ok=True)
    downloads._remove_if_useless(RemoteFile("u", "0", 100), tmp_path / "part")
