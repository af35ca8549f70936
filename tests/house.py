"""The whole of sync in one process: real services and database, sandboxes behind real HTTP."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from pydantic import SecretStr

from sync.connectors.http import Http, NoPace, Pace, TokenSource
from sync.connectors.lightspeed.client import Lightspeed
from sync.connectors.lightspeed.oauth import LightspeedOAuth
from sync.connectors.quickbooks.client import QuickBooks
from sync.connectors.quickbooks.oauth import QuickBooksOAuth
from sync.domain.identity import Scope
from sync.ledger.database import Database
from sync.ledger.ledger import Ledgers
from sync.ledger.vault import Vault, new_key
from sync.sandbox.lightspeed.server import LightspeedSandbox
from sync.sandbox.quickbooks.server import QuickBooksSandbox
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.serving import RunningServer, serve
from sync.services.facade import Services, build_services, build_worker
from sync.services.means import Means
from sync.services.models import Actor, Provider, Role, RunSummary
from sync.services.working import Worker
from tests.engine import MemoryEngine

WORKSPACE = "T1"
OWNER = Actor(WORKSPACE, "U1", Role.ADMIN)
PUBLIC_URL = "https://ccc.example"


class Clock:
    """A moment that tests move; sleeping moves it too, so nothing ever waits."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class LocalOutside:
    """Clients of the sandboxes; rates are unlimited unless a test gives a pace."""

    def __init__(self, lightspeed_url: str, quickbooks_url: str, clock: Clock) -> None:
        self._clock = clock
        self._lightspeed_url = lightspeed_url
        self._quickbooks_url = quickbooks_url
        self._lightspeed_http = Http("Lightspeed", [lightspeed_url])
        self._quickbooks_http = Http("QuickBooks", [quickbooks_url])
        self.lightspeed_oauth = LightspeedOAuth(
            self._lightspeed_http, "ls-client", SecretStr("ls-secret"), lightspeed_url
        )
        self.quickbooks_oauth = QuickBooksOAuth(
            self._quickbooks_http,
            "qb-client",
            SecretStr("qb-secret"),
            authorize_url=f"{quickbooks_url}/connect/oauth2",
            token_url=f"{quickbooks_url}/oauth2/v1/tokens/bearer",
            revoke_url=f"{quickbooks_url}/v2/oauth2/tokens/revoke",
            redirect_uri=f"{PUBLIC_URL}/oauth/quickbooks/callback",
        )

    def lightspeed(self, account_id: str, tokens: TokenSource, pace: Pace) -> Lightspeed:
        return Lightspeed(
            self._lightspeed_http,
            self._lightspeed_url,
            account_id,
            tokens,
            pace,
            now=self._clock,
        )

    def quickbooks(self, realm_id: str, tokens: TokenSource, pace: Pace) -> QuickBooks:
        return QuickBooks(
            self._quickbooks_http,
            self._quickbooks_url,
            SecretStr(realm_id),
            tokens,
            pace,
            clock=self._clock,
        )

    def lightspeed_identity(self, access_token: str) -> tuple[str, str]:
        return Lightspeed.account(
            self._lightspeed_http, self._lightspeed_url, _Fixed(access_token), NoPace()
        )

    def pace(self, provider: str, account: str, *, urgent: bool) -> Pace:
        return NoPace()


class _Fixed:
    def __init__(self, token: str) -> None:
        self._token = token

    def access(self) -> str:
        return self._token

    def renew(self, stale: str) -> str:
        return self._token


@dataclass
class House:
    """One workspace, ready to connect; `work()` lets the worker do what is due."""

    clock: Clock
    means: Means
    services: Services
    worker: Worker
    engine: MemoryEngine
    lightspeed: LightspeedSandbox
    quickbooks: QuickBooksSandbox
    servers: tuple[RunningServer, ...] = field(default=())
    retailer: Any = None  # where the sales come from

    @property
    def scope(self) -> Scope:
        """The workspace's only connection."""
        (view,) = self.services.connections.all(WORKSPACE)
        return Scope(WORKSPACE, view.id)

    def connect(self) -> Scope:
        """Both accounts, by the pages a person would click through."""
        for provider in (Provider.LIGHTSPEED, Provider.QUICKBOOKS):
            self.connect_one(provider)
        return self.scope

    def connect_one(self, provider: Provider) -> None:
        url = self.services.connections.create_link(
            OWNER, provider, user_name="Olivia", channel="C1"
        )
        page = self.services.connections.authorize_url(url.rsplit("/", 1)[1], "browser")
        answer = requests.get(page, allow_redirects=False, timeout=10)
        back = {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
        self.services.connections.complete(
            provider,
            state=back["state"],
            code=back["code"],
            realm_id=back.get("realmId", ""),
            browser_session="browser",
        )
        self.work()

    def work(self, *, until: timedelta = timedelta(hours=12)) -> None:
        """Do everything that is due, moving the clock to what is due later."""
        end = self.clock.now + until
        while (item := self.engine.next(end)) is not None:
            due, work = item
            self.clock.now = max(self.clock.now, due)
            self.worker.execute(work)

    def sync(self) -> RunSummary:
        started = self.services.runs.sync(OWNER, self.scope)
        self.work()
        return self.services.runs.get(self.scope, started.run.id)

    def backfill(self, first: date, last: date, **more: Any) -> RunSummary:
        started = self.services.runs.backfill(OWNER, self.scope, first, last, **more)
        self.work()
        return self.services.runs.get(self.scope, started.run.id)

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        """What was told so far, oldest first."""
        with self.means.ledgers.read() as ledger:
            rows = ledger.outbox.events(100_000)
        return [dict(row) for row in rows if not kind or row["kind"] == kind]

    def use(self, **parts: Any) -> None:
        """Replace parts of the means, as a restart with other settings would."""
        self.means = replace(self.means, **parts)
        self.services = build_services(self.means)
        self.worker = build_worker(self.means, self.services)


@contextmanager
def a_house(
    database: Database,
    dataset: Any,
    *,
    now: datetime,
    company: CompanySpec | None = None,
    **quickbooks: Any,
) -> Iterator[House]:
    """Everything running against `database`; ids and secrets are counted, so runs repeat."""
    clock = Clock(now)
    lightspeed = LightspeedSandbox(
        dataset,
        clock=clock,
        client_id="ls-client",
        client_secret="ls-secret",
        redirect_uri=f"{PUBLIC_URL}/oauth/lightspeed/callback",
        auto_consent=True,
        rate_scale=1000.0,
    )
    books = QuickBooksSandbox(
        clock=clock,
        client_id="qb-client",
        client_secret="qb-secret",
        redirect_uri=f"{PUBLIC_URL}/oauth/quickbooks/callback",
        company=company,
        auto_consent=True,
        rate_scale=1000.0,
        **quickbooks,
    )
    servers = (serve(lightspeed.application), serve(books.application))
    ids = itertools.count(1)
    engine = MemoryEngine(clock)
    ledgers = Ledgers(database)
    means = Means(
        ledgers=ledgers,
        vault=Vault([new_key()]),
        engine=engine,
        outside=LocalOutside(servers[0].url, servers[1].url, clock),
        clock=clock,
        new_id=lambda: f"{next(ids):08d}-0000-4000-8000-000000000000",
        secret=lambda: f"secret-{next(ids):040d}",
        sleep=clock.sleep,
        public_url=PUBLIC_URL,
        node="node-1",
    )
    services = build_services(means)
    with ledgers.write() as ledger:
        ledger.people.ensure_workspace(WORKSPACE, "Pinewharf", now)
        ledger.people.set_role(WORKSPACE, "U1", "admin")
        ledger.cluster.join("node-1", "test")
    house = House(
        clock, means, services, build_worker(means, services), engine, lightspeed, books, servers
    )
    try:
        yield house
    finally:
        for server in servers:
            server.close()


def at(text: str) -> datetime:
    """A moment in UTC: `at("2026-03-01 12:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
