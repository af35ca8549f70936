"""A connection with a log channel, the renderer, the sender, and Slack at the other end."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from slack_sdk import WebClient
from sqlalchemy import func, select

from bot.reports.dispatcher import Dispatcher
from bot.reports.sender import Sender
from bot.sandbox import seed
from bot.sandbox.limits import check_message, walk
from bot.sandbox.model import Message
from bot.sandbox.server import SlackSandbox
from sync.domain.identity import Scope
from sync.ledger.database import Database
from sync.ledger.ledger import Ledgers
from sync.ledger.tables import outbox
from sync.ledger.vault import Vault, new_key
from sync.services.facade import Services, build_services
from sync.services.means import Means, Outside
from sync.services.models import Actor, Role, RunState
from tests.engine import MemoryEngine
from tests.house import Clock, at

TEAM, TOKEN = seed.TEAM, "xoxb-reports"
EVIL = "<!channel> =1+1"
SCOPE = Scope(TEAM, "c-1")
OWNER = Actor(TEAM, seed.OWNER, Role.ADMIN)


@dataclass
class Desk:
    """A connection with a log channel, the renderer, the sender, and Slack at the other end."""

    clock: Clock
    ledgers: Ledgers
    services: Services
    slack: SlackSandbox
    dispatcher: Dispatcher
    sender: Sender
    numbers: Iterator[int]  # of runs

    def client(self, _: str) -> WebClient:
        return WebClient(token=TOKEN, base_url=self.slack.api_url, timeout=10)

    def restart(self) -> None:
        """A new process on the same database."""
        self.dispatcher = Dispatcher(self.services, self.clock)
        self.sender = Sender(self.services, self.client, self.clock)

    def run(self, entries: list[dict[str, Any]] | None = None, **more: Any) -> str:
        """A run with its entries, as sync leaves it; nothing is told yet."""
        number = next(self.numbers)
        run = f"run-{number}"
        values = {
            "id": run,
            "number": number,
            "stream": "sales",
            "trigger": "manual",
            "is_backfill": False,
            "state": "running",
            "dry": False,
            "requested_by": seed.OPERATOR,
            "currency": "USD",
            "created_at": self.clock.now,
        }
        with self.ledgers.write() as ledger:
            ledger.runs.add(SCOPE, values | more)
            ledger.entries.add(SCOPE, [entry | {"run": run} for entry in entries or []])
        return run

    def tell(self, kind: str, run: str = "", **payload: Any) -> None:
        with self.ledgers.write() as ledger:
            ledger.outbox.tell(SCOPE, kind, payload, run=run, now=self.clock.now)

    def finish(self, run: str, state: RunState = RunState.DONE, **more: Any) -> None:
        with self.ledgers.write() as ledger:
            ledger.runs.change(TEAM, run, state=state.value, finished_at=self.clock.now, **more)
            ledger.outbox.tell(SCOPE, "run.finished", {}, run=run, now=self.clock.now)

    def set_channel(self, channel: str) -> None:
        self.services.connections.set_channel(OWNER, SCOPE, channel)

    def deliver(self, *, within: float = 300.0, beat: float = 0.25) -> None:
        """Render and send until nothing is due within that time."""
        end = self.clock.now + timedelta(seconds=within)
        while self.dispatcher.step():
            pass
        while self.clock.now < end and self.waiting():
            if not self.sender.step(self.clock()):
                self.clock.sleep(beat)

    def waiting(self) -> int:
        """How many messages are still to be sent."""
        query = select(func.count()).where(outbox.c.state == "new")
        with self.ledgers.read() as ledger:
            return int(ledger.connection.scalar(query) or 0)

    def roots(self, channel: str = seed.LOG) -> list[Message]:
        return [m for m in self.slack.messages(channel) if m.thread_ts is None]

    def everything(self) -> list[Message]:
        return [m for m in self.slack.workspace.messages if not m.deleted]

    def sheets(self) -> list[str]:
        contents = [f.content for m in self.everything() for f in m.files]
        return [content.decode() for content in contents if content is not None]

    def rows_told(self) -> list[str]:
        """Sale numbers in tables, in the order people read them."""
        return [
            str(next(each["text"] for each in walk(row[1]) if "text" in each))
            for message in self.everything()
            for block in message.blocks
            if block["type"] == "data_table"
            for row in block["rows"][1:]
        ]


def an_entry(number: int, state: str = "posted", **more: Any) -> dict[str, Any]:
    """A sale of 106.00, as sync keeps it."""
    return {
        "kind": "sale",
        "source_id": str(number),
        "source_number": str(number),
        "state": state,
        "fingerprint": "f",
        "amount_minor": 10600,
        "tax_minor": 600,
        "currency": "USD",
        "business_day": date(2026, 3, 9),
        "shop": "Newtown",
        "rules": [],
        "actor": "ccc",
        "changed_at": at("2026-03-10 14:00"),
        "cause": "",
        "subject": "",
        "reason": "",
        "fix": "",
    } | more


def held(number: int, **more: Any) -> dict[str, Any]:
    """A sale whose region has no tax code."""
    values = {"cause": "tax.unmapped", "subject": "MD", "fix": "map_tax"}
    return an_entry(number, "held", **(values | {"reason": "No tax code for MD."} | more))


@contextmanager
def a_desk(database: Database) -> Iterator[Desk]:
    """Everything it takes, and at the end a look at every payload that was sent."""
    clock = Clock(at("2026-03-10 14:00"))
    ledgers, ids = Ledgers(database), itertools.count(1)
    means = Means(
        ledgers=ledgers,
        vault=Vault([new_key()]),
        engine=MemoryEngine(clock),
        outside=cast(Outside, None),  # nothing here asks anybody outside
        clock=clock,
        new_id=lambda: f"id-{next(ids)}",
        secret=lambda: f"secret-{next(ids):040d}",
        sleep=clock.sleep,
        public_url="https://ccc.example",
    )
    with ledgers.write() as ledger:
        ledger.people.ensure_workspace(TEAM, "Corner Cycles", clock.now)
        ledger.people.set_role(TEAM, seed.OWNER, "admin")
        row = {"id": "c-1", "channel": seed.LOG, "settings": {}, "created_at": clock.now}
        ledger.accounts.add_connection(TEAM, row)
    services = build_services(means)
    with SlackSandbox(signing_secret="s", bot_token=TOKEN, clock=clock) as slack:
        made = Desk(
            clock,
            ledgers,
            services,
            slack,
            cast(Dispatcher, None),
            cast(Sender, None),
            itertools.count(1),
        )
        made.restart()
        yield made
        for call in slack.calls:
            if call.method in ("chat.postMessage", "chat.update", "chat.postEphemeral"):
                update = call.method == "chat.update"
                assert check_message(call.arguments, update=update) == []
                assert call.arguments["text"]
