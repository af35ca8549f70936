"""What the product asks of the outside: each call to a stand-in becomes a line beside Slack."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from bot.sandbox.server import SlackSandbox

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SECRET = re.compile(r'("?(?:\w*token|code|client_secret|code_verifier)"?\s*[=:]\s*"?)[^"&\s,}]+')
_WHOSE = re.compile(r"^/(?:API/V3/Account|v3/company)/\d+/")  # the same in every call
_MOST_KEPT = 20_000  # characters of a body; a page of a hundred sales is far longer


def overheard(slack: SlackSandbox, service: str, application: WSGIApplication) -> WSGIApplication:
    """The same application, with a line in the inspector for each call."""

    def listening(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        path = environ.get("PATH_INFO", "")
        sent = b""
        if environ.get("CONTENT_LENGTH"):
            sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = io.BytesIO(sent)
        started, statuses, answer = time.monotonic(), ["cut"], bytearray()

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            statuses.append(status)
            return start_response(status, headers, *more)

        try:
            for part in application(environ, start):
                answer += part
                yield part
        except OSError:  # the stand-in hung up, as networks do
            statuses.append("cut")
            raise
        finally:
            if not path.startswith("/_sandbox"):
                slack.browser.inspector.note(
                    f"to {service}",
                    f"{service}: {environ['REQUEST_METHOD']} {_WHOSE.sub('', path)}",
                    ok=statuses[-1].startswith(("2", "3")),
                    said=statuses[-1],
                    ms=round((time.monotonic() - started) * 1000),
                    path=path,
                    query="" if "oauth" in path else environ.get("QUERY_STRING", ""),
                    sent=_readable(sent),
                    answer=_readable(bytes(answer)),
                )

    return listening


def _readable(body: bytes) -> Any:
    """Without secrets, as JSON where it is JSON, and not endlessly long."""
    text = _SECRET.sub(r"\1…", body[:_MOST_KEPT].decode(errors="replace"))
    if len(body) > _MOST_KEPT:
        return f"{text} … ({len(body):,} bytes)"
    try:
        return json.loads(text)
    except ValueError:
        return {"text": text} if text else {}
