"""Opaque page marks: signed, so that a made-up one, or another account's, is refused."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

import orjson

from sync.sandbox.lightspeed.answers import Refusal
from sync.sandbox.lightspeed.tables import Key


class Cursors:
    """Makes and reads the marks of one account."""

    def __init__(self, secret: bytes, account_id: int) -> None:
        self._secret = secret
        self._account = str(account_id)

    def _sign(self, scope: str, content: bytes) -> bytes:
        message = f"{self._account}|{scope}|".encode() + content
        return hmac.new(self._secret, message, hashlib.sha256).digest()[:9]

    def mark(self, entity: str, sort: str, key: Key, row_id: int) -> str:
        """A mark for one row's place in one order."""
        content = orjson.dumps([row_id] if key == row_id else [key, row_id])
        return urlsafe_b64encode(self._sign(f"{entity}|{sort}", content) + content).decode()

    def read(self, entity: str, sort: str, text: str) -> tuple[Key, int]:
        """The place a mark stands for."""
        try:
            raw = urlsafe_b64decode(text.encode())
        except (Error, ValueError):
            raise Refusal(400, "Invalid pagination token.") from None
        signature, content = raw[:9], raw[9:]
        if not hmac.compare_digest(signature, self._sign(f"{entity}|{sort}", content)):
            raise Refusal(400, "Invalid pagination token.")
        values = orjson.loads(content)
        return (values[0], values[-1])
