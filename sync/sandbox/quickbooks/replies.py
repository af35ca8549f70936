"""Answers kept by request id, so that a write sent twice is done once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sync.sandbox.quickbooks.refusals import Refusal
from sync.sandbox.quickbooks.wire import Json

_FORM = re.compile(r"[A-Za-z0-9_.:-]+\Z")
Key = tuple[str, str, str]


class Replies:
    """Kept answers per company, request id and batch item; failures are kept like successes."""

    def __init__(self, now: Callable[[], datetime], keep: timedelta) -> None:
        self._now = now
        self._keep = keep
        self._lock = threading.Lock()
        self._kept: dict[Key, tuple[datetime, int, Json]] = {}
        self._bodies: dict[tuple[str, str], int] = {}

    def get(self, key: Key) -> tuple[int, Json] | None:
        """The first answer to this key, while it is remembered."""
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or self._now() - kept[0] > self._keep:
            return None
        return kept[1], kept[2]

    def keep(self, key: Key, status: int, body: Json) -> None:
        """Remember the answer to a write that was carried out or refused."""
        with self._lock:
            self._kept[key] = (self._now(), status, body)

    def same_body(self, realm: str, request_id: str, raw: bytes) -> bool:
        """Whether a request id came with these bytes before, or is new."""
        mark = hash(raw)
        with self._lock:
            return self._bodies.setdefault((realm, request_id), mark) == mark

    def forget(self) -> None:
        """Lose everything, as the real service may after an unpublished time."""
        with self._lock:
            self._kept.clear()
            self._bodies.clear()


def check_request_id(request_id: str, longest: int) -> None:
    """Refuse an id that is too long or has odd characters (2130)."""
    if len(request_id) > longest or not _FORM.match(request_id):
        raise Refusal("2130", f"Invalid Request Id Format : at most {longest} characters.", "")
