"""What reaches the bot's door: only small, fresh, really signed requests are executed, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient

from bot.app import build_app, build_edge
from bot.edge import MOST_BYTES, Edge
from bot.sandbox import seed
from bot.sandbox.delivery import FORM, JSON_TYPE, signature
from bot.sandbox.server import SlackSandbox
from sync.ledger.database import Database
from sync.ledger.ledger import Ledgers
from sync.ledger.vault import Vault, new_key
from sync.sandbox.serving import serve
from sync.services.facade import Services, build_services
from sync.services.means import Means
from sync.services.people import People
from tests.engine import MemoryEngine
from tests.house import Clock, at

SECRET = "a-signing-secret"
Answer = tuple[int, dict[str, Any]]


@dataclass
class Door:
    """The bot behind its edge; requests are made by hand, byte for byte."""

    edge: Edge
    app: App
    clock: Clock
    slack: SlackSandbox
    events: list[str] = field(default_factory=list)

    def send(self, body: bytes, content_type: str = FORM, **headers: str) -> Answer:
        """A signed request, unless the headers say otherwise."""
        timestamp = headers.pop("timestamp", str(int(self.clock.now.timestamp())))
        signed = headers.pop("signature", signature(SECRET, timestamp, body))
        environ: dict[str, Any] = {
            "REQUEST_METHOD": headers.pop("method", "POST"),
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": headers.pop("length", str(len(body))),
            "HTTP_X_SLACK_REQUEST_TIMESTAMP": timestamp,
            "HTTP_X_SLACK_SIGNATURE": signed,
            "wsgi.input": BytesIO(body),
            **headers,
        }
        seen: list[str] = []
        parts = self.edge(environ, lambda status, _: seen.append(status))  # type: ignore[arg-type]
        text = b"".join(parts).decode()
        return int(seen[0].split(" ")[0]), json.loads(text) if text.startswith("{") else {}

    def command(self, text: str, **fields: str) -> bytes:
        given = {
            "command": "/ccc",
            "text": text,
            "team_id": seed.TEAM,
            "user_id": seed.OWNER,
            "channel_id": seed.LOG,
            "trigger_id": "1.2.a",
            "response_url": "http://127.0.0.1:1/x",
        }
        return urlencode(given | fields).encode()


@pytest.fixture
def door(sqlite_database: Database) -> Iterator[Door]:
    clock = Clock(at("2026-03-10 22:00"))
    with SlackSandbox(
        signing_secret=SECRET, bot_token="xoxb-1", clock=clock, rate_limits=False
    ) as slack:
        app = build_app(
            _services(sqlite_database, clock),
            signing_secret=SECRET,
            client=WebClient(token="xoxb-1", base_url=slack.api_url),
            form_key=b"a key for forms, long enough",
            clock=clock,
        )
        door = Door(build_edge(app, signing_secret=SECRET, clock=clock), app, clock, slack)
        app.event("reaction_added")(lambda event: door.events.append(event["text"]))
        yield door


def _services(database: Database, clock: Clock) -> Services:
    """Services of a web process: they never leave the database."""
    ids = count(1)
    return build_services(
        Means(
            ledgers=Ledgers(database),
            vault=Vault([new_key()]),
            engine=MemoryEngine(clock),
            outside=None,  # type: ignore[arg-type]
            clock=clock,
            new_id=lambda: str(next(ids)),
            secret=lambda: f"secret-{next(ids):040d}",
            sleep=clock.sleep,
            public_url="https://ccc.example",
        )
    )


def test_a_signed_command_is_answered_in_the_acknowledgement(door: Door) -> None:
    status, answer = door.send(door.command("help"))

    assert status == 200
    assert answer["response_type"] == "ephemeral"
    assert door.slack.calls_to("chat.postMessage") == []


@pytest.mark.parametrize(
    "bad",
    ["", "v1=", "v0=", "v0=" + "0" * 64, "v0=é" * 20, "v0=\udcff", "v0=" + "0" * 100_000],
    ids=["empty", "v1", "v0", "wrong", "non-ascii", "surrogate", "long"],
)
def test_a_wrong_signature_is_401(door: Door, bad: str) -> None:
    assert door.send(door.command("help"), signature=bad)[0] == 401


def test_a_missing_signature_is_401(door: Door) -> None:
    body = door.command("help")
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": FORM,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }

    assert door.edge.answer(environ).status == 401


@pytest.mark.parametrize("stamp", ["abc", "", "1e9", "9" * 400, "-5", "١٢٣", "1.5", " 1"])
def test_a_timestamp_that_is_no_number_is_401(door: Door, stamp: str) -> None:
    """Bolt alone answers 500 to some of these."""
    body = door.command("help")

    assert door.send(body, timestamp=stamp, signature=signature(SECRET, stamp, body))[0] == 401


@pytest.mark.parametrize(("seconds", "status"), [(-301, 401), (301, 401), (-299, 200), (299, 200)])
def test_five_minutes_either_way_is_the_window(door: Door, seconds: int, status: int) -> None:
    stamp = str(int(door.clock.now.timestamp()) + seconds)

    assert door.send(door.command("help"), timestamp=stamp)[0] == status


def test_bolt_itself_refuses_what_did_not_come_through_the_edge(door: Door) -> None:
    request = BoltRequest(
        body=door.command("help").decode(),
        headers={"x-slack-request-timestamp": "abc", "x-slack-signature": "v0=é"},
    )

    assert door.app.dispatch(request).status == 401


def test_the_same_delivery_twice_is_executed_once(door: Door) -> None:
    body = door.command("roles <@U0OSCAR01|oscar> operator")
    first = door.send(body)
    second = door.send(body)

    assert "role is now operator" in first[1]["text"]
    assert second == (200, {})


def test_the_same_words_typed_again_are_executed_again(door: Door) -> None:
    door.send(door.command(""))
    first = door.send(door.command("help"))
    door.clock.now += timedelta(seconds=1)
    second = door.send(door.command("help"))

    assert first == second
    assert second[1]["text"]


def test_a_retried_event_is_executed_once(door: Door) -> None:
    def event(retry: str) -> Answer:
        body = json.dumps(
            {
                "type": "event_callback",
                "team_id": seed.TEAM,
                "event_id": "Ev1",
                "event": {"type": "reaction_added", "text": "hello", "user": seed.OWNER},
            }
        ).encode()
        door.clock.now += timedelta(minutes=1)
        return door.send(body, JSON_TYPE, HTTP_X_SLACK_RETRY_NUM=retry)

    answers = [event("0"), event("1"), event("2")]

    assert [status for status, _ in answers] == [200, 200, 200]
    assert door.events == ["hello"]


def test_a_huge_body_is_413_without_being_read(door: Door) -> None:
    class Unread(BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body was read")

    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": FORM,
        "CONTENT_LENGTH": "30000000",
        "wsgi.input": Unread(),
    }

    assert door.edge.answer(environ).status == 413


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"text=\xff\xfe", FORM),
        (b"text=a\0b", FORM),
        (b"&".join([b"a=1"] * 100_000), FORM),
        (b"payload=" + quote("[" * 100_000).encode(), FORM),
        (b'{"a":' * 50_000, JSON_TYPE),
        (b"[" * 200_000, JSON_TYPE),
        (b"[1]", JSON_TYPE),
        (b"{", JSON_TYPE),
        (b"payload=%7B", FORM),
        (b"text=help", "text/plain"),
        (b"text=help", "multipart/form-data; boundary=x"),
    ],
    ids=[
        "utf-8",
        "nul",
        "fields",
        "deep form",
        "deep objects",
        "deep lists",
        "list",
        "cut",
        "cut form",
        "text",
        "multipart",
    ],
)
def test_what_cannot_be_read_is_400(door: Door, body: bytes, content_type: str) -> None:
    assert len(body) <= MOST_BYTES
    assert door.send(body, content_type)[0] == 400


@pytest.mark.parametrize("length", ["", "-1", "abc", "1e3", "٣"])
def test_a_length_that_is_no_number_is_400(door: Door, length: str) -> None:
    assert door.send(door.command("help"), length=length)[0] == 400


def test_other_methods_are_405(door: Door) -> None:
    assert door.send(b"", method="GET")[0] == 405


def test_a_body_changed_after_signing_is_401(door: Door) -> None:
    body = door.command("backfill 2026-03-01")
    changed = body.replace(b"+", b"%20")
    stamp = str(int(door.clock.now.timestamp()))

    assert changed != body
    assert door.send(changed, timestamp=stamp, signature=signature(SECRET, stamp, body))[0] == 401


@pytest.mark.parametrize("text", ["a%00b", "%00", "\x00", "\ud800", "\x1b[31m", "<" * 3000])
def test_strange_characters_in_a_command_are_answered_in_words(door: Door, text: str) -> None:
    body = door.command("").replace(b"text=", b"text=" + quote(text, errors="replace").encode())

    status, answer = door.send(body)

    assert status == 200
    assert answer["text"]


def test_another_companys_team_is_refused_and_changes_nothing(door: Door) -> None:
    status, answer = door.send(door.command("connect lightspeed", team_id="T0PARTNER"))

    assert status == 200
    assert "another company" in answer["text"]


def test_a_forged_form_is_ignored(door: Door) -> None:
    """Ids in private_metadata count only under our seal for this very person."""
    door.send(door.command(""))
    view = {
        "type": "modal",
        "id": "V1",
        "callback_id": "ccc.tax.editor",
        "hash": "1",
        "private_metadata": json.dumps({"connection": "1", "user_id": "U0ELSE"}),
        "state": {"values": {}},
    }
    payload = {
        "type": "view_submission",
        "team": {"id": seed.TEAM},
        "user": {"id": seed.OWNER, "team_id": seed.TEAM},
        "trigger_id": "1.2.b",
        "view": view,
    }

    status, answer = door.send(urlencode({"payload": json.dumps(payload)}).encode())

    assert status == 200
    assert answer["response_action"] == "update"
    assert "no longer valid" in json.dumps(answer)


def test_an_answer_goes_to_slacks_hosts_only(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(
        "slack_sdk.webhook.WebhookClient.send_dict", lambda self, body: called.append(self.url)
    )
    for url in ("https://evil.example/x", "http://hooks.slack.com/x", "https://hooks.slack.com@e/"):
        payload = {
            "type": "block_actions",
            "team": {"id": seed.TEAM},
            "user": {"id": seed.OWNER, "team_id": seed.TEAM},
            "channel": {"id": seed.LOG},
            "container": {"type": "message", "message_ts": "1.1"},
            "response_url": url,
            "trigger_id": "1",
            "actions": [{"type": "button", "action_id": "ccc.help", "value": "", "action_ts": url}],
        }
        assert door.send(urlencode({"payload": json.dumps(payload)}).encode())[0] == 200

    assert called == []


def test_slack_being_away_lets_nobody_in(door: Door) -> None:
    """Without Slack's word on who somebody is, a guest would pass for a member."""
    door.send(door.command(""))
    door.slack.fail("users.info", "internal_error", times=5)

    status, answer = door.send(door.command("status", user_id=seed.ADMIN))

    assert status == 200
    assert "Slack did not tell me who you are" in answer["text"]


def test_our_own_failure_is_told_with_a_reference_and_without_its_text(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    text = f"token xoxb-{'secret'} of Anna Smith"

    def broken(*_: object) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr(People, "actor", broken)

    status, answer = door.send(door.command("status"))

    assert status == 200
    assert "Reference" in answer["text"]
    reference = answer["text"].rstrip(".").rsplit(" ", 1)[1]
    assert reference in caplog.text
    assert "xoxb-secret" not in caplog.text + json.dumps(answer)


def test_it_works_as_a_wsgi_application_over_http(door: Door) -> None:
    server = serve(door.edge)
    body = door.command("help")
    stamp = str(int(door.clock.now.timestamp()))
    headers = {
        "Content-Type": FORM,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(SECRET, stamp, body),
    }

    answer = requests.post(f"{server.url}/slack/events", data=body, headers=headers, timeout=5)
    server.close()

    assert answer.status_code == 200
    assert answer.json()["blocks"]
