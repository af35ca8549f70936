"""What a form remembers travels through the person's browser: sealed to them, or ignored."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any

import orjson

from bot.conversation import Modal, State
from bot.views.blocks import Block

LONGEST = 3000  # Slack's limit of private_metadata
_MAC = 16


class Seal:
    """A MAC over the state, the workspace and the person; the state holds ids only."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("the key of forms is too short")
        self._key = hashlib.sha256(b"ccc forms\0" + key).digest()

    def drawn(self, modal: Modal, workspace: str, user: str) -> Block:
        """The view as it is sent to Slack."""
        return modal.view | {"private_metadata": self.closed(modal.state, workspace, user)}

    def closed(self, state: State, workspace: str, user: str) -> str:
        """The state as text for `private_metadata`."""
        body = orjson.dumps(state, option=orjson.OPT_SORT_KEYS)
        sealed = base64.urlsafe_b64encode(self._mac(body, workspace, user) + body).decode()
        if len(sealed) > LONGEST:
            raise ValueError("a form remembers too much")
        return sealed

    def opened(self, text: str, workspace: str, user: str) -> State | None:
        """The state, or None when it is not ours, or was made for somebody else."""
        try:
            raw = base64.urlsafe_b64decode(text[:LONGEST].encode("ascii"))
        except (UnicodeEncodeError, binascii.Error):
            return None
        mac, body = raw[:_MAC], raw[_MAC:]
        if not hmac.compare_digest(mac, self._mac(body, workspace, user)):
            return None
        state: Any = orjson.loads(body)
        return state if isinstance(state, dict) else None

    def _mac(self, body: bytes, workspace: str, user: str) -> bytes:
        for_whom = f"{workspace}\0{user}\0".encode()
        return hmac.digest(self._key, for_whom + body, "sha256")[:_MAC]
