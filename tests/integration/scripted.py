"""A local server that says what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from sync.sandbox.serving import RunningServer, cut, serve


@dataclass
class Says:
    """One answer. With `length` beyond the body, the line goes dead before the end."""

    body: bytes | list[bytes] = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    hangs_up: bool = False  # after reading the request, before a word


@dataclass
class Asked:
    """One request as it arrived; `raw_query` still encoded."""

    method: str
    path: str
    raw_query: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.raw_query).items()}


class Scripted:
    """Answers in order; the last answer is repeated."""

    def __init__(self, *answers: Says) -> None:
        self.answers = list(answers)
        self.asked: list[Asked] = []
        self.server: RunningServer = serve(self._application)
        self.url = self.server.url

    def close(self) -> None:
        self.server.close()

    def _application(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        size = int(environ.get("CONTENT_LENGTH") or 0)
        self.asked.append(
            Asked(
                environ["REQUEST_METHOD"],
                environ["PATH_INFO"],
                environ["QUERY_STRING"],
                {
                    name[5:].replace("_", "-").lower(): value
                    for name, value in environ.items()
                    if name.startswith("HTTP_")
                },
                environ["wsgi.input"].read(size),
            )
        )
        says = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if says.hangs_up:
            cut(environ)
            return []
        body = says.body if isinstance(says.body, list) else [says.body]
        headers = [("Connection", "close"), *says.headers.items()]
        if says.length is not None or not isinstance(says.body, list):
            sent = sum(len(part) for part in body)
            headers.append(("Content-Length", str(says.length or sent)))
        start(f"{says.status} Scripted", headers)
        return body
