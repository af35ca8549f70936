"""Nothing of the shop's business and no secret leaves by the side door: logs, addresses, errors."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import orjson
import pytest

from bot.cli import CHATTY, quiet_libraries
from sync.errors import SyncError
from sync.sandbox.lightspeed.server import LightspeedSandbox
from sync.sandbox.quickbooks.server import QuickBooksSandbox
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.services.models import Provider, ReplyTo
from sync.services.tokens import sealed_place
from tests.house import OWNER, WORKSPACE, House
from tests.scenarios.conftest import NOW, START, Houses

FAULTS = ("429", "500_after", "cut_after", "truncated", "html_error", "401_expired", "503")


def tokens(house: House) -> set[str]:
    """Both pairs as they are now."""
    found: set[str] = set()
    with house.means.ledgers.read() as ledger:
        for row in ledger.accounts.all(WORKSPACE):
            if row["tokens"] is not None:
                place = sealed_place(row["id"], "tokens")
                found |= set(orjson.loads(house.means.vault.open(row["tokens"], place)).values())
    return found


def business(house: House) -> set[str]:
    """Names and figures that only the shop and its books should know."""
    people = {
        name
        for person in house.retailer.people
        for name in (person.first_name, person.last_name, person.company, person.email)
        if len(name) > 3
    }
    figures = {
        f"{abs(sale.total) // 100}.{abs(sale.total) % 100:02}"
        for sale in house.retailer.events
        if abs(sale.total) > 10_000
    }
    return people | figures


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that is called at either service, with its query."""
    seen: list[str] = []
    for sandbox in (LightspeedSandbox, QuickBooksSandbox):
        application = sandbox.application

        def noting(
            self: Any, environ: Any, start_response: Any, application: Any = application
        ) -> Any:
            seen.append(f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}")
            return application(self, environ, start_response)

        monkeypatch.setattr(sandbox, "application", noting)
    return seen


def test_logs_addresses_and_errors_tell_nothing(
    houses: Houses, caplog: pytest.LogCaptureFixture, addresses: list[str]
) -> None:
    """A whole bad day, and the log at its most talkative but for the libraries we silence."""
    caplog.set_level(logging.DEBUG)
    for chatty in CHATTY:
        caplog.set_level(logging.NOTSET, chatty)  # so that it is put back afterwards
    quiet_libraries()
    house = houses()
    services, scope = house.services, house.scope
    services.settings.customers(OWNER, scope, "name")
    secrets = tokens(house) | {"qb-secret", "ls-secret"}
    errors: list[str] = []

    def attempt(what: Any) -> None:
        try:
            what()
        except SyncError as error:
            errors.append(f"{error!r} {error}")

    for fault in FAULTS:
        house.quickbooks.plan(fault, times=2, path="/batch")
        house.lightspeed.faults.arm("500" if fault != "truncated" else "truncated", 1, "/Sale")
        house.retailer.sell("card", house.clock.now)
        house.clock.sleep(2 * 3600)
        attempt(house.sync)
        secrets |= tokens(house)
    house.quickbooks.mishaps.clear()
    attempt(lambda: house.backfill(START, NOW.date()))
    services.previews.ask(OWNER, scope, str(house.retailer.events[0].id), ReplyTo("U1"))
    house.work()
    house.quickbooks.plan("cut_after", times=3, path="tokens/bearer")
    house.clock.sleep(2 * 3600)
    attempt(house.sync)
    house.quickbooks.tokens.disconnect(CompanySpec().realm_id)
    attempt(house.sync)
    attempt(house.sync)
    services.connections.disconnect(OWNER, scope, Provider.LIGHTSPEED)
    house.work(until=timedelta(hours=1))

    logged = "\n".join(
        f"{record.getMessage()} {record.exc_text or ''} {record.args!r}"
        for record in caplog.records
        if not record.name.startswith(("werkzeug", "waitress", "sync.sandbox"))
    )
    assert "job preview waits" in logged
    told = logged + "\n".join(errors)
    secret = secrets | {CompanySpec().realm_id}
    assert [each for each in secret if each in told] == []
    assert sorted(each for each in business(house) if _says(told, each)) == []
    called = "\n".join(addresses)
    assert "/Sale.json" in called
    assert [each for each in secrets if each in called] == []
    assert sorted(each for each in business(house) if _says(called, each)) == []


def test_what_is_kept_of_an_account_hides_itself(houses: Houses) -> None:
    """A repr ends up in tracebacks and in the tools that collect them."""
    house = houses()
    tokens_now = tokens(house)
    outside: Any = house.means.outside
    company = outside.quickbooks(CompanySpec().realm_id, None, None)

    shown = repr((house.means, house.services, company, vars(company)))

    assert CompanySpec().realm_id not in shown
    assert [each for each in tokens_now if each in shown] == []


def _says(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(word)}(?![\w])", text) is not None
