"""A whole installation: stand-ins over HTTP here, the product in processes of its own."""

from __future__ import annotations

import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from bot.demo.browser import walk_through
from bot.demo.tie_out import Side, books
from bot.sandbox.model import Message
from bot.sandbox.outcome import Outcome
from bot.sandbox.person import Person
from bot.sandbox.seed import LOG, OWNER, TEAM
from bot.sandbox.server import SlackSandbox
from sync.domain.identity import Scope
from sync.ledger import tables as t
from sync.ledger.database import open_database
from sync.ledger.ledger import Ledgers
from sync.ledger.vault import new_key
from sync.sandbox.lightspeed.server import LightspeedSandbox
from sync.sandbox.quickbooks.server import QuickBooksSandbox
from sync.sandbox.serving import serve
from tests.crash.process import Process
from tests.crash.shops import Shop

_SCALE = 100.0  # the stand-ins' rates, so that a limit never hides a crash


class Installation:
    """Stand-ins, a database, and whatever processes a test starts; all driven from outside."""

    def __init__(
        self,
        shop: Shop,
        folder: Path,
        environment: dict[str, str],
        lightspeed: LightspeedSandbox,
        quickbooks: QuickBooksSandbox,
        slack: SlackSandbox,
    ) -> None:
        self.shop = shop
        self.lightspeed, self.quickbooks, self.slack = lightspeed, quickbooks, slack
        self.owner = Person(slack, OWNER, ack_within=15)  # a machine at its limit answers late
        self.processes: list[Process] = []
        self._folder = folder
        self._environment = environment
        self._database = open_database(environment["DATABASE_URL"], pool_size=2)
        self._ledgers = Ledgers(self._database)

    # -- processes

    def start(self, command: str) -> Process:
        """Start one and wait until it answers or works."""
        process = self.launch(command)
        self.await_ready(process)
        return process

    def launch(self, command: str) -> Process:
        """Start one and leave it to itself."""
        process = Process(command, self._folder, self._environment)
        self.processes.append(process)
        return process

    def await_ready(self, process: Process) -> None:
        self.wait_for(lambda: not process.is_alive or self._is_ready(process), 30)
        assert process.is_alive, process.said

    def _is_ready(self, process: Process) -> bool:
        if process.command == "worker":
            return process.id in self.nodes()
        try:
            return requests.get(f"{self._environment['CCC_PUBLIC_URL']}/readyz", timeout=5).ok
        except requests.ConnectionError:
            return False

    def close(self) -> None:
        for process in self.processes:
            process.close()
        self._database.close()

    # -- what people do

    def connect(self) -> None:
        """From nothing to two accounts and a log channel, by typing and by the pages."""
        self.say("")
        for provider in ("lightspeed", "quickbooks"):
            walk_through(_link(self.say(f"connect {provider}").ephemerals))
            self.settled()
        self.say("channel here")
        self.settled()

    def say(self, line: str) -> Outcome:
        outcome = self.owner.command(f"/ccc {line}".strip(), LOG)
        assert outcome.status == 200, [process.said for process in self.processes]
        return outcome

    def backfill(self) -> None:
        self.say(f"backfill {self.shop.first} {self.shop.last} now")

    # -- what is known outside

    @property
    def books(self) -> Side:
        """What stands in QuickBooks."""
        return books(self.quickbooks)

    @property
    def documents(self) -> int:
        return sum(len(self.quickbooks.documents(kind)) for kind in _KINDS)

    @property
    def received(self) -> int:
        """How many operations QuickBooks has seen, the ones it had seen before included."""
        return int(self.quickbooks.counters.snapshot()["batch_items"])

    @property
    def doubled(self) -> list[str]:
        """Numbers that more than one document has."""
        numbers = Counter(
            document["DocNumber"] for kind in _KINDS for document in self.quickbooks.documents(kind)
        )
        return [number for number, times in numbers.items() if times > 1]

    # -- what is known inside

    @property
    def entries(self) -> Counter[str]:
        """How many entries of the log are in each state."""
        with self._ledgers.read() as ledger:
            rows, _ = ledger.entries.search(self._scope, limit=100_000)
        return Counter(str(row["state"]) for row in rows)

    @property
    def runs(self) -> list[dict[str, Any]]:
        """Every run, the newest first."""
        with self._ledgers.read() as ledger:
            return [dict(row) for row in ledger.runs.recent(self._scope, 50)]

    def nodes(self) -> set[int]:
        """The process ids of those who joined and did not leave."""
        with self._database.read() as connection:
            return {_process_id(name) for name in connection.scalars(select(t.node.c.id))}

    def holder(self) -> int | None:
        """The process id of who works on the run now."""
        with self._database.read() as connection:
            name = connection.scalar(select(t.lease.c.node).where(t.lease.c.node.is_not(None)))
        return None if name is None else _process_id(name)

    def is_working(self) -> bool:
        """Whether a run is not over yet."""
        with self._ledgers.read() as ledger:
            return ledger.runs.any_active()

    def finished(self) -> None:
        """Wait until every run is over, whatever is still to be told about it."""
        self.wait_for(lambda: not self.is_working(), 60)

    def settled(self) -> None:
        """Wait until everything has been told as well."""
        self.wait_for(lambda: not self.is_working() and not self._is_telling())

    def _is_telling(self) -> bool:
        with self._ledgers.read() as ledger:
            return bool(ledger.outbox.events(1)) or ledger.outbox.waiting()

    def wait_for(self, fact: Callable[[], bool], seconds: float = 30.0) -> float:
        """Look until it is so; how long it took. A wait in vain tells what everybody said."""
        start = time.monotonic()
        while not fact():
            if time.monotonic() - start > seconds:
                said = "\n".join(process.said[-4000:] for process in self.processes)
                raise TimeoutError(f"not so within {seconds} s\n{said}")
            time.sleep(0.005)
        return time.monotonic() - start

    @property
    def _scope(self) -> Scope:
        with self._ledgers.read() as ledger:
            (row,) = ledger.accounts.connections(TEAM)
        return Scope(TEAM, str(row["id"]))


@contextmanager
def an_installation(
    shop: Shop, database_url: str, folder: Path, *, seconds_per_item: float
) -> Iterator[Installation]:
    """Stand-ins that listen; the test starts the processes it wants."""
    port = _free_port()
    public_url = f"http://127.0.0.1:{port}"
    lightspeed = LightspeedSandbox(
        shop.stock,
        clock=_now,
        client_id="ls-client",
        client_secret="ls-secret",
        redirect_uri=f"{public_url}/oauth/lightspeed/callback",
        rate_scale=_SCALE,
    )
    quickbooks = QuickBooksSandbox(
        clock=_now,
        client_id="qb-client",
        client_secret="qb-secret",
        redirect_uri=f"{public_url}/oauth/quickbooks/callback",
        rate_scale=_SCALE,
        seconds_per_item=seconds_per_item,
    )
    slack = SlackSandbox(
        signing_secret="a-signing-secret",
        bot_token="xoxb-1",
        clock=_now,
        bot_url=f"{public_url}/slack/events",
        rate_limits=False,
    )
    with ExitStack() as stack:
        till, company = serve(lightspeed.application), serve(quickbooks.application)
        stack.callback(till.close)
        stack.callback(company.close)
        stack.enter_context(slack.start())
        environment = {
            "DATABASE_URL": database_url,
            "PORT": str(port),
            "CCC_HOST": "127.0.0.1",
            "CCC_PUBLIC_URL": public_url,
            "CCC_SECRET_KEYS": new_key(),
            "CCC_RATE_SCALE": str(_SCALE),
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_API_URL": slack.api_url,
            "LIGHTSPEED_CLIENT_ID": "ls-client",
            "LIGHTSPEED_CLIENT_SECRET": "ls-secret",
            "LIGHTSPEED_API_URL": till.url,
            "LIGHTSPEED_AUTH_URL": till.url,
            "QUICKBOOKS_CLIENT_ID": "qb-client",
            "QUICKBOOKS_CLIENT_SECRET": "qb-secret",
            "QUICKBOOKS_API_URL": company.url,
            "QUICKBOOKS_AUTHORIZE_URL": f"{company.url}/connect/oauth2",
            "QUICKBOOKS_TOKEN_URL": f"{company.url}/oauth2/v1/tokens/bearer",
            "QUICKBOOKS_REVOKE_URL": f"{company.url}/v2/oauth2/tokens/revoke",
        }
        installation = Installation(shop, folder, environment, lightspeed, quickbooks, slack)
        stack.callback(installation.close)
        yield installation


_KINDS = ("SalesReceipt", "RefundReceipt")


def _link(messages: list[Message]) -> str:
    """The address behind the button of an answer to `connect`."""
    for message in messages:
        for block in message.blocks:
            for element in (*block.get("elements", ()), block.get("accessory") or {}):
                if "/connect/" in str(element.get("url", "")):
                    return str(element["url"])
    raise LookupError("the answer has no link to connect")


def _process_id(node: str) -> int:
    """Nodes are named host-process-random, and hosts may have hyphens too."""
    return int(node.rsplit("-", 2)[1])


def _now() -> datetime:
    return datetime.now(UTC)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
