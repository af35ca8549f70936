"""One guarded way out to the network, so that every client fails in words a run can act on."""

from __future__ import annotations

import ipaddress
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError
from urllib3.exceptions import SSLError as TlsError

from sync.errors import Misconfigured, Rejected, Retryable, Uncertain

USER_AGENT = "ccc-sync/1"
MAX_BODY = 32 * 1024 * 1024
_CHUNK = 64 * 1024
_NOT_SENT = (ConnectTimeoutError, NewConnectionError)


class Pace(Protocol):
    """The outside service's rate limit, shared by everybody who calls that account."""

    def wait(self, kind: str, cost: float = 1.0) -> None:
        """Block until a call of this kind and cost is allowed."""

    def learned(self, kind: str, *, level: float, size: float, drip: float | None) -> None:
        """The service told how full its bucket is, and how fast it drains per second."""

    def pushed_back(self, seconds: float) -> None:
        """The service refused: nobody calls it for so long."""


class NoPace:
    """No limit at all, for tests and for services that have none."""

    def wait(self, kind: str, cost: float = 1.0) -> None:
        pass

    def learned(self, kind: str, *, level: float, size: float, drip: float | None) -> None:
        pass

    def pushed_back(self, seconds: float) -> None:
        pass


class TokenSource(Protocol):
    """Access tokens of one account; refreshing is the owner's business."""

    def access(self) -> str:
        """A token that should still be valid."""

    def renew(self, stale: str) -> str:
        """A token other than `stale`, which the service has just refused."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer, whatever its status; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class Http:
    """Calls one service at its configured addresses only, over TLS unless on loopback.

    The environment is not consulted: no proxy, no netrc, no other certificate store.
    """

    def __init__(
        self,
        service: str,
        addresses: Iterable[str],
        *,
        connect: float = 10.0,
        read: float = 60.0,
        deadline: float = 120.0,
        max_body: int = MAX_BODY,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.service = service
        self._origins = frozenset(_configured_origin(service, address) for address in addresses)
        self._connect = connect
        self._read = read
        self._deadline = deadline
        self._max_body = max_body
        self._monotonic = monotonic
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = True
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"})
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=8, pool_maxsize=32))

    def send(
        self,
        method: str,
        url: str,
        *,
        changes: bool,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        read: float | None = None,
    ) -> Answer:
        """The answer as it came. `changes`: a lost answer may mean that something happened."""
        self.check(url)
        if params:
            url = f"{url}?{urlencode(params, quote_via=quote, safe='')}"
        started = self._monotonic()
        try:
            with self._session.request(
                method,
                url,
                data=body,
                headers=dict(headers or {}),
                timeout=(self._connect, read or self._read),
                stream=True,
                allow_redirects=False,
            ) as response:
                content = self._content(response, started, max(self._deadline, read or 0.0))
        except (requests.RequestException, HTTPError, OSError, zlib.error) as error:
            # `from None`: the library's texts quote the URL with its query.
            raise self._failed(error, changes=changes) from None
        except _Unreadable as error:
            raise self._lost(str(error), changes=changes) from None
        names = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, names, content)

    def send_as(
        self,
        tokens: TokenSource,
        method: str,
        url: str,
        *,
        changes: bool,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        read: float | None = None,
    ) -> Answer:
        """`send` with a bearer token; a 401 renews it once and repeats once."""
        self.check(url)  # before a token is even fetched for it
        token = tokens.access()
        for last in (False, True):
            answer = self.send(
                method,
                url,
                changes=changes,
                params=params,
                headers={**(headers or {}), "Authorization": f"Bearer {token}"},
                body=body,
                read=read,
            )
            if answer.status != 401 or last:
                break
            token = tokens.renew(token)
        return answer

    def check(self, url: str) -> None:
        """Refuse an address that is not one of ours, such as a `next` link gone astray."""
        if _origin(url) not in self._origins:
            raise Rejected(f"{self.service} pointed to an address that is not its own")

    def close(self) -> None:
        self._session.close()

    def _content(self, response: requests.Response, started: float, deadline: float) -> bytes:
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise _Unreadable("answered in an encoding we did not ask for")
        unpack = zlib.decompressobj(31) if "gzip" in encoding else None
        parts: list[bytes] = []
        size = 0
        # read1 returns what has arrived: a trickle meets the deadline, not a full buffer.
        while packed := response.raw.read1(_CHUNK, decode_content=False):
            room = self._max_body - size
            part = unpack.decompress(packed, room + 1) if unpack else packed
            size += len(part)
            if size > self._max_body:
                raise _Unreadable("sent more than we accept")
            if self._monotonic() - started > deadline:
                raise _Unreadable("took too long to answer")
            parts.append(part)
        if unpack and parts and not unpack.eof:
            raise _Unreadable("gave no complete answer")
        return b"".join(parts)

    def _failed(self, error: BaseException, *, changes: bool) -> Retryable | Uncertain:
        """Sort a failure by one question: had the request left us?"""
        cause = error.args[0] if error.args else None
        reason = cause.reason if isinstance(cause, MaxRetryError) else cause
        if isinstance(error, requests.ConnectTimeout) or isinstance(reason, _NOT_SENT):
            return Retryable(f"{self.service} could not be reached")
        if isinstance(reason, TlsError) and any(
            isinstance(part, ssl.SSLCertVerificationError) for part in reason.args
        ):
            return Retryable(
                f"{self.service} did not prove who it is: its certificate is not trusted",
                code="certificate",
            )
        return self._lost("gave no complete answer", changes=changes)

    def _lost(self, what: str, *, changes: bool) -> Retryable | Uncertain:
        text = f"{self.service} {what}"
        return Uncertain(text) if changes else Retryable(text)


class _Unreadable(Exception):
    """An answer that began but cannot be used."""


def retry_after(
    headers: Mapping[str, str], now: datetime, *, default: float = 60.0, cap: float = 900.0
) -> float:
    """Seconds to stay away: a number, an HTTP date, or `default`; never negative, never absurd."""
    value = next((v for name, v in headers.items() if name.lower() == "retry-after"), "").strip()
    try:
        seconds = float(value) if value.isascii() else default
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - now).total_seconds()
        except (ValueError, TypeError, OverflowError):
            seconds = default
    if not seconds >= 0:  # negative or not a number
        seconds = default
    return min(seconds, cap)


def _configured_origin(service: str, address: str) -> tuple[str, str, int]:
    origin = _origin(address)
    if origin is None:
        raise Misconfigured(f"The address configured for {service} is not a usable URL")
    scheme, host, _ = origin
    if scheme != "https" and not is_loopback(host):
        raise Misconfigured(f"The address configured for {service} must start with https://")
    return origin


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for anything that two parsers could read differently."""
    if not url.isascii() or any(mark in url for mark in "\\ \t\r\n\0"):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80)


def is_loopback(host: str) -> bool:
    """This machine, by name or by address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
