"""The two things a browser keeps for us: which browser it is, and what to show next."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from flask import Request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from bot.pages.outcome import Outcome

SHOWN_FOR: Final = 300  # seconds an outcome can be looked at
_LINK_LIFE: Final = 900  # a little longer than a link
_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{20,128}")


class Cookies:
    """Reads and writes both cookies; over TLS no other site of the same domain can plant them."""

    def __init__(self, key: bytes, *, secure: bool, secret: Callable[[], str]) -> None:
        prefix = "__Host-" if secure else ""
        self._session = f"{prefix}ccc_browser"
        self._outcome = f"{prefix}ccc_outcome"
        self._secure = secure
        self._secret = secret
        self._signer = URLSafeTimedSerializer(key, salt="ccc outcome")

    def browser(self, request: Request) -> str:
        """The browser's own secret, or "" when it has none of ours."""
        value = request.cookies.get(self._session, "")
        return value if _SESSION.fullmatch(value) else ""

    def new_browser(self) -> str:
        return self._secret()

    def keep_browser(self, response: Response, browser: str) -> None:
        self._set(response, self._session, browser, _LINK_LIFE)

    def forget_browser(self, response: Response) -> None:
        """After a connection: the next one starts with a secret of its own."""
        response.delete_cookie(self._session, secure=self._secure, httponly=True, samesite="Lax")

    def keep(self, response: Response, outcome: Outcome) -> None:
        signed = self._signer.dumps(asdict(outcome))
        self._set(response, self._outcome, str(signed), SHOWN_FOR)

    def outcome(self, request: Request) -> Outcome | None:
        """The outcome that we signed for this browser a short while ago."""
        try:
            kept: dict[str, Any] = self._signer.loads(
                request.cookies.get(self._outcome, ""), max_age=SHOWN_FOR
            )
            return Outcome(**kept)
        except (BadData, TypeError):
            return None

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        # Lax and not Strict: the provider's redirect back must bring the cookie along.
        response.set_cookie(
            name, value, max_age=seconds, secure=self._secure, httponly=True, samesite="Lax"
        )


def proof(browser: str, token: str) -> str:
    """What only our own page, shown to this browser, can put into the form."""
    return hmac.new(browser.encode(), token.encode(), hashlib.sha256).hexdigest()


def is_proof(given: str, browser: str, token: str) -> bool:
    return bool(browser) and hmac.compare_digest(given.encode(), proof(browser, token).encode())
