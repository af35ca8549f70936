"""What went over the wire, in both directions, for people who want to look behind the page."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from bot.sandbox.model import Json

if TYPE_CHECKING:
    from bot.sandbox.delivery import Delivery, Reply
    from bot.sandbox.server import SlackSandbox

MOST = 1_000
FROM_SLACK, FROM_BOT = "to the bot", "from the bot"


@dataclass(frozen=True, slots=True)
class Entry:
    """One request with its answer; `way` says who asked."""

    number: int
    at: float
    way: str
    title: str
    ok: bool
    said: str
    milliseconds: int | None = None
    detail: Json = field(default_factory=dict, repr=False)

    def summary(self) -> Json:
        """The line in the list, without the bodies."""
        return {
            "n": self.number,
            "at": self.at,
            "way": self.way,
            "title": self.title,
            "ok": self.ok,
            "said": self.said,
            "ms": self.milliseconds,
        }


class Inspector:
    """The last thousand requests; older ones are forgotten."""

    def __init__(self, sandbox: SlackSandbox) -> None:
        self._sandbox = sandbox
        self._entries: deque[Entry] = deque(maxlen=MOST)
        self._calls_seen = 0
        self._last = 0
        self._lock = threading.Lock()

    @property
    def last(self) -> int:
        """The number of the newest entry."""
        with self._lock:
            self._collect()
            return self._last

    def note(
        self, way: str, title: str, *, ok: bool, said: str, ms: int | None = None, **detail: Any
    ) -> None:
        """Add a line and wake the page; an outside call is noted the same way."""
        with self._lock:
            self._collect()  # what happened before stands before
            self._add(self._sandbox.workspace.now(), way, title, ok, said, ms, detail)
        with self._sandbox.workspace.lock:
            self._sandbox.workspace.lock.notify_all()

    def since(self, number: int) -> list[Entry]:
        """Everything newer than that."""
        with self._lock:
            self._collect()
            return [entry for entry in self._entries if entry.number > number]

    def find(self, number: int) -> Entry | None:
        """One entry, unless it is forgotten."""
        with self._lock:
            return next((entry for entry in self._entries if entry.number == number), None)

    def heard(self, delivery: Delivery, reply: Reply) -> None:
        """Slack delivered something to the bot."""
        sent = _readable(delivery.body)
        said = reply.notice or str(reply.status)
        if reply.body.get("response_action"):
            said += f", {reply.body['response_action']}"
        if retry := delivery.headers.get("X-Slack-Retry-Num"):
            said += f", retry {retry} ({delivery.headers['X-Slack-Retry-Reason']})"
        self.note(
            FROM_SLACK,
            _delivered(sent),
            ok=reply.notice is None,
            said=said,
            ms=round(reply.seconds * 1000),
            sent=sent,
            answer=reply.body or reply.text,
            headers={k: v for k, v in delivery.headers.items() if k != "X-Slack-Signature"},
        )

    def _collect(self) -> None:
        """Web API calls are kept by the server; what is new there becomes lines here."""
        calls = self._sandbox.calls
        for call in calls[self._calls_seen :]:
            said = call.error or "ok"
            detail = {"sent": call.arguments, "answer": call.answer, "problems": call.problems}
            self._add(call.at, FROM_BOT, call.method, call.ok, said, None, detail)
            self._calls_seen += 1

    def _add(
        self, at: float, way: str, title: str, ok: bool, said: str, ms: int | None, detail: Json
    ) -> None:
        self._last += 1
        self._entries.append(Entry(self._last, at, way, title, ok, said, ms, detail))


def _readable(body: bytes) -> Json:
    text = body.decode()
    if text.startswith("{"):
        event: Json = json.loads(text)
        return event
    form = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
    if "payload" in form:
        payload: Json = json.loads(form["payload"])
        return payload
    return dict(form)


def _delivered(sent: Json) -> str:
    """In a few words what was delivered."""
    if "command" in sent:
        return f"{sent['command']} {sent['text']}".strip()
    if "event" in sent:
        return f"event {sent['event'].get('type')}"
    actions = sent.get("actions") or [{}]
    name = actions[0].get("action_id") or sent.get("action_id") or sent.get("callback_id")
    name = name or (sent.get("view") or {}).get("callback_id")
    return " ".join(str(word) for word in (sent.get("type"), name) if word)
