"""A button counts once: of two presses, or two people, the second learns who was first."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.conversation import Message, Request
from bot.views.blocks import Piece, mention, rich

_WINDOW = 30  # seconds; a press that failed can be repeated after at most two of these
_REMEMBERED = 1000


class Presses:
    """Presses on messages, known to all workers through the database."""

    def __init__(
        self,
        first_time: Callable[[str, str, datetime], bool],
        clock: Callable[[], datetime],
    ) -> None:
        self._first_time = first_time
        self._clock = clock
        self._who: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def already(self, body: Mapping[str, Any], request: Request) -> Message | None:
        """What the second one is told; None for the first."""
        key, now = _key(body, request), self._clock()
        window = int(now.timestamp()) // _WINDOW
        workspace = request.actor.workspace
        firsts = [
            self._first_time(workspace, f"{key}:{each}", now) for each in (window - 1, window)
        ]
        with self._lock:
            if all(firsts):
                self._who[key] = request.actor.user
                while len(self._who) > _REMEMBERED:
                    self._who.popitem(last=False)
                return None
            who = self._who.get(key, "")
        if not who:
            return Message("This button was pressed a moment ago; nothing more was done.")
        pieces: list[Piece] = ["This button was pressed a moment ago by ", mention(who), "."]
        return Message("This button was pressed a moment ago.", (rich(pieces),))


def _key(body: Mapping[str, Any], request: Request) -> str:
    """The very state of the message: a message that was redrawn has fresh buttons."""
    message = body.get("message") or {}
    edited = (message.get("edited") or {}).get("ts", "")
    place = message.get("ts") or (body.get("container") or {}).get("message_ts", "")
    text = "\x1f".join((str(place), str(edited), request.action_id, request.value))
    return "press:" + hashlib.sha256(text.encode()).hexdigest()[:40]
