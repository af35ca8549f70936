"""What hosts and monitors ask: is it alive, can it work, and how much does it do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, Protocol

from flask import Blueprint, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

log = logging.getLogger(__name__)

_PLAIN: Final = "text/plain; charset=utf-8"


class Numbers(Protocol):
    """What `bot.metrics.Metrics` offers to pages."""

    def answered(self, route: str, status: int) -> None: ...

    def text(self) -> bytes: ...


def health(ready: Callable[[], list[str]], metrics: Numbers) -> Blueprint:
    """`ready` names what is missing, in words fit for anybody; an empty list is ready."""
    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    def alive() -> Response:
        return Response("ok\n", content_type=_PLAIN)

    @pages.get("/readyz")
    def can_work() -> Response:
        try:
            missing = ready()
        except Exception as error:  # not to be able to find out is an answer too
            log.warning("readiness could not be told: %s", type(error).__name__)
            missing = ["the database does not answer"]
        if missing:
            return Response("\n".join(missing) + "\n", status=503, content_type=_PLAIN)
        return Response("ready\n", content_type=_PLAIN)

    @pages.get("/metrics")
    def numbers() -> Response:
        return Response(metrics.text(), content_type=CONTENT_TYPE_LATEST)

    return pages
