"""What a page says when it cannot say what was asked for: plain words, never a stack."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Final

from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from bot.pages.outcome import Outcome, page
from sync.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Retryable,
    SyncError,
    Uncertain,
)

log = logging.getLogger(__name__)

_STATUS: Final[tuple[tuple[type[SyncError], int], ...]] = (
    (NotFound, 404),
    (Invalid, 400),
    (Conflict, 409),
    (NotAllowed, 403),
    (Retryable, 503),
    (Uncertain, 502),
)
_FAILED: Final = "That did not work"
_UNEXPECTED: Final = (
    "Something went wrong on our side. Try again in a minute; if it stays like this, "
    "quote the reference to the person who runs CCC."
)
_TITLES: Final = {
    403: "Not allowed",
    404: "Not found",
    405: "Not like this",
    409: "That cannot be done",
    413: "Too much was sent",
    503: "Not now",
}
_TEXTS: Final = {
    400: "The request could not be read.",
    404: "There is no such page. Everything starts with /ccc in Slack.",
    405: "This page is not used that way.",
    413: "The request is larger than anything this bot needs.",
}


class Failures:
    """Words for every error; what nobody expected is logged under a reference."""

    def __init__(self, reference: Callable[[], str]) -> None:
        self._reference = reference

    def told(self, error: Exception, title: str = "") -> Outcome:
        """The page for an error, under a title of its own if there is a better one."""
        if isinstance(error, SyncError):
            status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
            return Outcome(status, title or _TITLES.get(status, _FAILED), str(error))
        if isinstance(error, HTTPException):
            status = error.code or 500
            text = _TEXTS.get(status, "The request could not be answered.")
            return Outcome(status, title or _TITLES.get(status, _FAILED), text)
        number = self._reference()
        # Only where, not what: a database error's text quotes the values of the statement.
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("page failed, reference %s: %s\n%s", number, type(error).__name__, where)
        return Outcome(500, title or _FAILED, _UNEXPECTED, reference=number)

    def watch(self, app: Flask) -> None:
        """Turn every error of the application into a page."""

        @app.errorhandler(Exception)
        def failed(error: Exception) -> Response:
            response = page(self.told(error))
            if isinstance(error, MethodNotAllowed):
                response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
            return response
