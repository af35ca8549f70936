"""A bot that remembers what it was told, and answers as a test has scripted."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import WSGIApplication

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

from bot.sandbox.seed import LOG
from bot.sandbox.server import SlackSandbox

Json = dict[str, Any]
SECRET, TOKEN = "a-signing-secret", "xoxb-browser"
_ANY = re.compile(".*", re.DOTALL)
Answer = Callable[[Json, WebClient], Json | None]


@dataclass
class Echo:
    """`said` are the payloads so far; an answer by its name is what the acknowledgement carries."""

    said: list[Json] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    woken: threading.Event = field(default_factory=threading.Event)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def hear(self, name: str, payload: Json, client: WebClient) -> Json:
        with self._news:
            self.said.append(payload)
            self._news.notify_all()
        answer = self.answers.get(name)
        return (answer(payload, client) if answer else None) or {}

    def wait_for(self, kind: str, times: int = 1) -> Json:
        """The newest payload of a kind, once there are so many."""
        with self._news:
            heard = self._news.wait_for(lambda: self._count(kind) >= times, timeout=5)
        assert heard, f"the bot heard no {kind} number {times}"
        return self.last(kind)

    def wait_for_command(self) -> str:
        """What was typed after `/ccc`, once something was."""
        with self._news:
            assert self._news.wait_for(lambda: any("command" in p for p in self.said), timeout=5)
        return str(next(p["text"] for p in reversed(self.said) if "command" in p))

    def _count(self, kind: str) -> int:
        return sum(payload.get("type") == kind for payload in self.said)

    def last(self, kind: str) -> Json:
        """The newest payload of a kind."""
        return next(p for p in reversed(self.said) if p.get("type") == kind)

    def application(self, slack: SlackSandbox) -> WSGIApplication:
        """As Slack reaches it: signatures are checked."""
        app = App(
            client=WebClient(token=TOKEN, base_url=slack.api_url, timeout=5),
            signing_secret=SECRET,
            process_before_response=True,
        )

        @app.command("/ccc")
        def command(ack: Any, body: Json, client: WebClient) -> None:
            ack(**self.hear(body.get("text", ""), body, client))

        @app.action(_ANY)
        def action(ack: Any, body: Json, client: WebClient) -> None:
            ack(**self.hear(body["actions"][0]["action_id"], body, client))

        @app.message_shortcut(_ANY)
        def shortcut(ack: Any, body: Json, client: WebClient) -> None:
            ack(**self.hear("shortcut", body, client))

        @app.options(_ANY)
        def options(ack: Any, body: Json, client: WebClient) -> None:
            ack(**self.hear("options", body, client))

        @app.view(_ANY)
        def submitted(ack: Any, body: Json, client: WebClient) -> None:
            ack(**self.hear("submit", body, client))

        @app.view_closed(_ANY)
        def closed(ack: Any, body: Json, client: WebClient) -> None:
            ack(**self.hear("closed", body, client))

        @app.event("app_home_opened")
        def home(body: Json, client: WebClient) -> None:
            self.hear("home", body["event"], client)

        handler: WSGIApplication = SlackRequestHandler(app)
        return handler


def post(slack: SlackSandbox, *blocks: Json, **more: Any) -> str:
    """A message of the bot in the log channel; its timestamp."""
    arguments = {"channel": LOG, "text": "Run 42: done", "blocks": list(blocks), **more}
    body = slack.api.call("chat.postMessage", arguments, TOKEN).body
    assert body["ok"], body
    return str(body["ts"])


def show(view: Json) -> Answer:
    """Answer by opening this form."""

    def opened(payload: Json, client: WebClient) -> None:
        client.views_open(trigger_id=payload["trigger_id"], view=view)

    return opened
