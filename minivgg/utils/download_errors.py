"""Why a download failed, in one sentence."""

import email.utils
import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from minivgg.utils.printable_text import printable

# the server may answer otherwise a little later
TEMPORARY = (408, 425, 429, 500, 502, 503, 504)
REDIRECTIONS = (301, 302, 303, 307, 308)
LOGIN_NEEDED = (
    "a web page came instead of the file: where a network asks for a login, as in hotels and "
    "schools, log in with a browser, then try again"
)


class DownloadRefusedError(OSError):
    """A download failed, and trying again soon would not help."""


class DownloadInterruptedError(OSError):
    """A download ended early.

    Parameters
    ----------
    reason : str
        Why.
    wait_seconds : float, optional
        How long the server asks to wait.
    """

    def __init__(self, reason: str, wait_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.wait_seconds = wait_seconds


def of_status(error: urllib.error.HTTPError) -> OSError:
    """What a server's refusal means.

    Parameters
    ----------
    error : HTTPError
        With its status, such as 404.

    Returns
    -------
    error : OSError
        DownloadInterruptedError if another attempt may help.
    """
    reason = printable(str(error.reason))[:200]
    if error.code in TEMPORARY:
        wait = retry_after(error.headers.get("Retry-After", ""))
        asked = "" if wait is None else f", and asks to wait {wait:.0f} s"
        return DownloadInterruptedError(f"the server says {error.code} {reason}{asked}", wait)
    if error.code in REDIRECTIONS and "infinite loop" in error.msg:  # urllib's own words
        return DownloadRefusedError("the server redirects in a circle")
    if error.code == 511:  # network authentication required
        return DownloadRefusedError(LOGIN_NEEDED)
    return DownloadRefusedError(f"the server says {error.code} {reason}")


def of_exception(error: BaseException, url: str) -> OSError:
    """What an exception of the network means.

    Parameters
    ----------
    error : BaseException
        Of urllib, http.client, ssl or the system.
    url : str
        What was asked for.

    Returns
    -------
    error : OSError
        DownloadInterruptedError if another attempt may help.
    """
    is_connecting = isinstance(error, urllib.error.URLError)
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, BaseException):
        error = error.reason
    host = urlsplit(url).hostname if "://" in url else None
    if isinstance(error, ssl.SSLCertVerificationError):
        return DownloadRefusedError(
            f"the certificate of {host} is not accepted ({printable(error.verify_message)}): if "
            "this machine's clock is right, a proxy may have replaced it; the environment variable "
            "SSL_CERT_FILE names a file of certificates that are accepted"
        )
    if isinstance(error, socket.gaierror):
        return DownloadRefusedError(
            f"no address was found for {_proxy(url) or host}: is this machine connected?"
        )
    text = printable(str(getattr(error, "strerror", None) or error))[:200]
    if text.startswith("Tunnel connection failed"):
        return DownloadRefusedError(
            f"the proxy {_proxy(url)} does not connect to {host} ({text.partition(': ')[2]}): "
            "check the environment variable https_proxy"
        )
    if isinstance(error, ValueError | http.client.InvalidURL):
        return DownloadRefusedError(text)
    if isinstance(error, TimeoutError):
        return DownloadInterruptedError("nothing has come in time")
    if isinstance(error, http.client.IncompleteRead | http.client.RemoteDisconnected):
        return DownloadInterruptedError("the connection ended early")
    if isinstance(error, http.client.HTTPException):
        return DownloadInterruptedError(f"the answer is not HTTP ({type(error).__name__})")
    if is_connecting and not isinstance(error, ConnectionError | ssl.SSLError):
        return DownloadRefusedError(text)  # no network, for example
    return DownloadInterruptedError(text or type(error).__name__)


def retry_after(value: str) -> float | None:
    """How long a server asks to wait.

    Parameters
    ----------
    value : str
        The header Retry-After: seconds, or a date.

    Returns
    -------
    seconds : float or None
        None if it says nothing that can be used.
    """
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _proxy(url: str) -> str:
    """The host of the proxy in use, without the password that its address may hold."""
    parts = urlsplit(url)
    if urllib.request.proxy_bypass(parts.netloc):
        return ""
    address = urllib.request.getproxies().get(parts.scheme, "")
    return urlsplit(address if "://" in address else f"//{address}").hostname or ""
