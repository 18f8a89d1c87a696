"""HTTPS connections that a ``ConnectionWatch`` can close, to allowed addresses only."""

import http.client
import urllib.request
from functools import partial
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

from minivgg.utils.connection_watch import ConnectionWatch
from minivgg.utils.download_errors import DownloadRefusedError
from minivgg.utils.printable_text import printable


def open_url(url: str, headers: dict[str, str], watch: ConnectionWatch) -> http.client.HTTPResponse:
    """Send a request, and follow redirections.

    Parameters
    ----------
    url : str
        What to ask for.
    headers : dict of str to str
        Of the request.
    watch : ConnectionWatch
        Is told each connection; its limits say which schemes are allowed.

    Returns
    -------
    answer : HTTPResponse
        Of status 200 to 299, before its content is read.

    Raises
    ------
    DownloadRefusedError
        For an address, possibly of a redirection, that is not allowed.
    OSError, ValueError, http.client.HTTPException
        As urllib and http.client raise them.
    """
    schemes = watch.limits.schemes
    _check_scheme(url, schemes)
    opener = urllib.request.build_opener(_Redirections(schemes), _Handler(watch))
    request = urllib.request.Request(url, headers=headers)
    return opener.open(request, timeout=watch.limits.idle_seconds)


def _check_scheme(url: str, schemes: tuple[str, ...]) -> None:
    if "://" in url and urlsplit(url).scheme.lower() not in schemes:
        raise DownloadRefusedError(
            f"only {' and '.join(schemes)} is used for downloads, and {printable(url)[:200]} is not"
        )


class _Redirections(urllib.request.HTTPRedirectHandler):
    """Redirections, to addresses of the allowed schemes only."""

    def __init__(self, schemes: tuple[str, ...]) -> None:
        self.schemes = schemes

    def http_error_302(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
    ) -> Any:
        fp.close()  # else urllib reads all that comes with a redirection, which may have no end
        _check_scheme(urljoin(req.full_url, headers.get("Location", "")), self.schemes)
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


class _Connection(http.client.HTTPConnection):
    """A connection that is watched."""

    def __init__(self, watch: ConnectionWatch, host: str, **options: Any) -> None:
        super().__init__(host, **options)
        self.watch = watch

    def connect(self) -> None:
        super().connect()
        self.watch.connected(self.sock)


class _SecureConnection(_Connection, http.client.HTTPSConnection):
    """The same with encryption: ``super()`` above is then ``HTTPSConnection``."""


class _Handler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Opens connections that are watched, instead of urllib's own."""

    def __init__(self, watch: ConnectionWatch) -> None:
        super().__init__()
        self.watch = watch

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_Connection, self.watch), req)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_SecureConnection, self.watch), req)
