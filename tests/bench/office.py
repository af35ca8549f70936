"""A connected workspace on the real wiring: what `ccc` builds, against stand-ins elsewhere."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

import requests

from bot.processes import Wired, utc_now, wire
from bot.settings import Settings
from sync.domain.identity import Scope
from sync.ledger.vault import new_key
from sync.services.facade import build_services, build_worker
from sync.services.models import Actor, Provider, Role, RunSummary
from tests.bench.servers import CLIENT, PUBLIC_URL, SECRET, Served
from tests.engine import MemoryEngine

TEAM, OWNER = "T0RETAIL1", "U0OLIVIA1"  # as in the Slack stand-in
SIGNING_SECRET = "a-signing-secret"
ADMIN = Actor(TEAM, OWNER, Role.ADMIN)
KEY = new_key(lambda size: bytes(range(size)))  # the same in every process


def bench_settings(
    database_url: str,
    lightspeed: Served,
    quickbooks: Served,
    *,
    scale: float = 1.0,
    slack_api_url: str = "http://127.0.0.1:9/api/",
) -> Settings:
    """Everything outside is on this machine."""
    company = quickbooks["url"]
    return Settings.model_validate(
        {
            "database_url": database_url,
            "ccc_public_url": PUBLIC_URL,
            "ccc_secret_keys": KEY,
            "slack_signing_secret": SIGNING_SECRET,
            "slack_bot_token": "xoxb-1",
            "slack_api_url": slack_api_url,
            "lightspeed_client_id": CLIENT,
            "lightspeed_client_secret": SECRET,
            "lightspeed_api_url": lightspeed["url"],
            "lightspeed_auth_url": lightspeed["url"],
            "quickbooks_client_id": CLIENT,
            "quickbooks_client_secret": SECRET,
            "quickbooks_api_url": company,
            "quickbooks_authorize_url": f"{company}/connect/oauth2",
            "quickbooks_token_url": f"{company}/oauth2/v1/tokens/bearer",
            "quickbooks_revoke_url": f"{company}/v2/oauth2/tokens/revoke",
            "ccc_rate_scale": scale,
        }
    )


class Hand:
    """Does the work of the queue by hand, in this thread: no engine takes part in a figure."""

    def __init__(self, settings: Settings) -> None:
        self.wired: Wired = wire(settings, "run")
        self.engine = MemoryEngine(utc_now)
        self.means = replace(self.wired.means, engine=self.engine)
        self.services = build_services(self.means)
        self.worker = build_worker(self.means, self.services)

    @property
    def scope(self) -> Scope:
        (view,) = self.services.connections.all(TEAM)
        return Scope(TEAM, view.id)

    def connect(self, channel: str = "C1") -> Scope:
        """The workspace, its first admin, and both accounts by the pages a person walks through."""
        with self.means.ledgers.write() as ledger:
            ledger.people.ensure_workspace(TEAM, "Pinewharf", utc_now())
            ledger.people.set_role(TEAM, OWNER, "admin")
        for provider in (Provider.LIGHTSPEED, Provider.QUICKBOOKS):
            link = self.services.connections.create_link(
                ADMIN, provider, user_name="Olivia", channel=channel
            )
            page = self.services.connections.authorize_url(link.rsplit("/", 1)[1], "browser")
            answer = requests.get(page, allow_redirects=False, timeout=10)
            back = parse_qs(urlsplit(answer.headers["Location"]).query)
            self.services.connections.complete(
                provider,
                state=back["state"][0],
                code=back["code"][0],
                realm_id=back.get("realmId", [""])[0],
                browser_session="browser",
            )
            self.work()
        return self.scope

    def backfill(self, first: date, last: date) -> RunSummary:
        """From the request to the end of the run."""
        started = self.services.runs.backfill(ADMIN, self.scope, first, last)
        self.work()
        return self.services.runs.get(self.scope, started.run.id)

    def work(self) -> None:
        while (item := self.engine.next()) is not None:
            due, work = item
            time.sleep(max(0.0, (due - utc_now()).total_seconds()))
            self.worker.execute(work)
