"""The first door: what is not a small, fresh, signed request of Slack's ends here, unparsed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

Clock = Callable[[], datetime]

MOST_BYTES = 1_000_000
MOST_FIELDS = 200
WINDOW = 300  # seconds a signature is good for, either way
_TYPES = ("application/x-www-form-urlencoded", "application/json")
_PASSED = {
    "HTTP_X_SLACK_SIGNATURE": "x-slack-signature",
    "HTTP_X_SLACK_REQUEST_TIMESTAMP": "x-slack-request-timestamp",
    "HTTP_X_SLACK_RETRY_NUM": "x-slack-retry-num",
    "HTTP_X_SLACK_RETRY_REASON": "x-slack-retry-reason",
}


# What the parser, and Bolt on a body of another shape, raise.
_UNREADABLE = (ValueError, RecursionError, AttributeError, TypeError, KeyError)


class Signature:
    """Slack's signature over the raw bytes; anything unexpected is simply not signed."""

    def __init__(self, secret: str, clock: Clock) -> None:
        if not secret:
            raise ValueError("the signing secret is empty")
        self._secret = secret.encode()
        self._clock = clock

    def is_good(self, body: bytes, timestamp: str, signature: str) -> bool:
        """True for a fresh body that was signed with our secret."""
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            return False
        if abs(self._clock().timestamp() - int(timestamp)) > WINDOW:
            return False
        signed = b"v0:" + timestamp.encode() + b":" + body
        expected = "v0=" + hmac.new(self._secret, signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


class SignedOnly(Middleware):
    """The same check inside Bolt, for transports that do not come through `Edge`."""

    def __init__(self, signature: Signature) -> None:
        self._signature = signature

    def process(
        self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]
    ) -> BoltResponse:
        if req.mode == "socket_mode" or self._signature.is_good(
            req.raw_body.encode("utf-8", "replace"),
            _header(req, "x-slack-request-timestamp"),
            _header(req, "x-slack-signature"),
        ):
            return next()
        return BoltResponse(status=401, body="invalid request")


class OnceOnly(Middleware):
    """A delivery that came before is acknowledged and not executed; all workers know of it."""

    def __init__(self, first_time: Callable[[str, str], bool]) -> None:
        self._first_time = first_time

    def process(
        self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]
    ) -> BoltResponse:
        key = _delivery(req)
        team = req.context.team_id
        if key and team and not self._first_time(team, key):
            return BoltResponse(status=200, body="")
        return next()


def _delivery(req: BoltRequest) -> str:
    """What identifies a delivery; pick-lists only look, so they are not kept."""
    if event := req.body.get("event_id"):
        return f"event:{str(event)[:100]}"
    if req.body.get("type") == "block_suggestion" or req.mode == "socket_mode":
        return ""
    signature = _header(req, "x-slack-signature")
    return "signed:" + hashlib.sha256(signature.encode()).hexdigest()[:40]


def _header(req: BoltRequest, name: str) -> str:
    return str((req.headers.get(name) or [""])[0])


class Edge:
    """A WSGI application for `POST /slack/events`, to be mounted at that path."""

    def __init__(self, app: App, signature: Signature) -> None:
        self._app = app
        self._signature = signature

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = self.answer(environ)
        body = response.body.encode()
        status = HTTPStatus(response.status)
        headers = [
            (name, value)
            for name, values in response.headers.items()
            for value in values
            if name.lower() != "content-length"
        ]
        start_response(
            f"{status.value} {status.phrase}", [*headers, ("content-length", str(len(body)))]
        )
        return [body]

    def answer(self, environ: WSGIEnvironment) -> BoltResponse:
        """Cheapest checks first; the body is read only when its size is known to be small."""
        if environ.get("REQUEST_METHOD") != "POST":
            return _refused(405)
        content_type = str(environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()
        length = str(environ.get("CONTENT_LENGTH", ""))
        if not (length.isascii() and length.isdigit() and len(length) <= 12):
            return _refused(400)
        if int(length) > MOST_BYTES:
            return _refused(413)
        if content_type not in _TYPES:
            return _refused(400)
        raw: bytes = environ["wsgi.input"].read(int(length))
        headers = {name: str(environ[key]) for key, name in _PASSED.items() if key in environ}
        if not self._signature.is_good(
            raw, headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        ):
            return _refused(401)
        if b"\0" in raw or raw.count(b"&") > MOST_FIELDS:
            return _refused(400)
        try:
            request = _parsed(raw, headers | {"content-type": content_type})
        except _UNREADABLE:
            return _refused(400)
        return self._app.dispatch(request)


def _parsed(raw: bytes, headers: dict[str, Any]) -> BoltRequest:
    return BoltRequest(body=raw.decode("utf-8"), headers=headers)


def _refused(status: int) -> BoltResponse:
    return BoltResponse(status=status, body=HTTPStatus(status).phrase.lower())
