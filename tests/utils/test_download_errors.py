"""What went wrong with a download, and whether another attempt may help: one sentence for each."""

import email.message
import email.utils
import http.client
import socket
import ssl
import time
import urllib.request
from urllib.error import HTTPError, URLError

import pytest

from minivgg.utils.download_errors import (
    LOGIN_NEEDED,
    DownloadInterruptedError,
    DownloadRefusedError,
    of_exception,
    of_status,
    retry_after,
)

URL = "https://example.org/x"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setattr(urllib.request, "getproxies", dict)
    monkeypatch.setattr(urllib.request, "proxy_bypass", lambda host: False)


def answered(code, reason="Reason", **headers):
    message = email.message.Message()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return of_status(HTTPError(URL, code, reason, message, None))


@pytest.mark.parametrize("code", [408, 425, 429, 500, 502, 503, 504])
def test_a_server_that_may_answer_later_is_asked_again(code):
    found = answered(code)
    assert type(found) is DownloadInterruptedError
    assert (str(found), found.wait_seconds) == (f"the server says {code} Reason", None)
    found = answered(code, Retry_After="7")
    assert str(found) == f"the server says {code} Reason, and asks to wait 7 s"
    assert found.wait_seconds == 7


@pytest.mark.parametrize(
    "code", [400, 403, 404, 407, 409, 410, 424, 426, 428, 430, 499, 501, 505, 510, 512]
)
def test_other_refusals_are_final(code):
    found = answered(code, Retry_After="7")
    assert type(found) is DownloadRefusedError
    assert str(found) == f"the server says {code} Reason"


@pytest.mark.parametrize("code", range(299, 311))
def test_only_a_redirection_that_urllib_calls_endless_is_a_circle(code):
    words = "The HTTP server returned a redirect error that would lead to an infinite loop."
    is_redirection = code in (301, 302, 303, 307, 308)
    circle = "the server redirects in a circle"
    assert (str(answered(code, words)) == circle) == is_redirection
    assert str(answered(code, "Moved")) == f"the server says {code} Moved"


def test_a_network_that_asks_for_a_login():
    assert (type(answered(511)), str(answered(511))) == (DownloadRefusedError, LOGIN_NEEDED)


def test_a_long_reason_is_cut():
    assert str(answered(404, "r" * 300)) == "the server says 404 " + "r" * 200
    assert str(of_exception(OSError(5, "r" * 300), URL)) == "r" * 200


class Certificate(ssl.SSLCertVerificationError):
    """With what a server's certificate lacks."""

    verify_message = "self-signed\x1b"


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (URLError(socket.gaierror(-2, "unknown")), DownloadRefusedError,
         "no address was found for example.org: is this machine connected?"),
        (URLError(OSError(101, "Network is unreachable")), DownloadRefusedError,
         "Network is unreachable"),
        (URLError("unknown url type: x"), DownloadRefusedError,
         "<urlopen error unknown url type: x>"),
        (URLError(ConnectionRefusedError(111, "Connection refused")), DownloadInterruptedError,
         "Connection refused"),
        (URLError(ssl.SSLError(1, "wrong version")), DownloadInterruptedError, "wrong version"),
        (URLError(TimeoutError("timed out")), DownloadInterruptedError,
         "nothing has come in time"),
        (TimeoutError("timed out"), DownloadInterruptedError, "nothing has come in time"),
        (OSError(104, "Connection reset"), DownloadInterruptedError, "Connection reset"),
        (OSError(), DownloadInterruptedError, "OSError"),
        (ValueError("unknown\x07 url"), DownloadRefusedError, "unknown? url"),
        (http.client.InvalidURL("no port"), DownloadRefusedError, "no port"),
        (http.client.IncompleteRead(b"x"), DownloadInterruptedError,
         "the connection ended early"),
        (http.client.RemoteDisconnected(), DownloadInterruptedError,
         "the connection ended early"),
        (http.client.BadStatusLine("SSH"), DownloadInterruptedError,
         "the answer is not HTTP (BadStatusLine)"),
        (OSError("Tunnel connection failed: 403 Forbidden: no"), DownloadRefusedError,
         "the proxy  does not connect to example.org (403 Forbidden: no): check the environment "
         "variable https_proxy"),
    ],
)  # fmt: skip
def test_an_exception_of_the_network_in_one_sentence(error, kind, words):
    found = of_exception(error, URL)
    assert (type(found), str(found)) == (kind, words)
    if kind is DownloadInterruptedError:
        assert found.wait_seconds is None


def test_a_certificate_is_judged_before_everything_else():
    found = of_exception(URLError(Certificate()), "https://user@example.org:8/x")
    assert type(found) is DownloadRefusedError
    assert str(found).startswith("the certificate of example.org is not accepted (self-signed?): ")
    assert "of None is" in str(of_exception(Certificate(), "example.org"))


@pytest.mark.parametrize(
    ("proxies", "bypass", "shown"),
    [
        ({"https": "http://me:secret@proxy.school:3128"}, False, "proxy.school"),
        ({"https": "proxy.school:3128"}, False, "proxy.school"),
        ({"https": "http://proxy.school"}, True, "example.org"),
        ({"http": "http://proxy.school"}, False, "example.org"), ({}, False, "example.org"),
    ],
)  # fmt: skip
def test_the_host_that_has_no_address_may_be_the_proxys(monkeypatch, proxies, bypass, shown):
    asked = []
    monkeypatch.setattr(urllib.request, "getproxies", lambda: proxies)
    monkeypatch.setattr(urllib.request, "proxy_bypass", lambda h: asked.append(h) or bypass)
    found = of_exception(socket.gaierror(-2, "unknown"), URL)
    assert str(found) == f"no address was found for {shown}: is this machine connected?"
    assert asked == ["example.org"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("0", 0), ("7", 7), ("123456789", 123456789), ("1234567890", 123456789), ("7.5", None)],
)
def test_seconds_to_wait_have_at_most_nine_digits(value, seconds):
    assert retry_after(value) == seconds


def test_a_date_to_come_back_is_counted_from_now():
    assert 500 < retry_after(email.utils.formatdate(time.time() + 1000)) <= 1000
    assert retry_after("Wed, 21 Oct 99999 07:28:00 GMT") is None
