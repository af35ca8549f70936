"""Accounts from the first link to the last revocation; what is secret stays sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from sync.errors import Conflict, Disconnected, NotFound, Undecryptable
from sync.ledger.database import Database
from sync.ledger.vault import Vault, new_key
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.retailer.totals import expected
from sync.services.models import AccountState, Provider, ReplyTo, RunState
from sync.services.tokens import TokenKeeper, sealed_place
from tests.house import OWNER, WORKSPACE, House
from tests.scenarios.books import entry, posted, tie_out
from tests.scenarios.conftest import NOW, START, Houses

REALM = CompanySpec().realm_id
BOTH = (Provider.LIGHTSPEED, Provider.QUICKBOOKS)


def account(house: House, provider: Provider) -> dict[str, Any]:
    """The stored row of an account."""
    with house.means.ledgers.read() as ledger:
        connection = ledger.accounts.connection(house.scope)
        assert connection is not None
        row = ledger.accounts.get(WORKSPACE, connection[provider.value])
    assert row is not None
    return dict(row)


def pair(house: House, provider: Provider) -> dict[str, str]:
    """The tokens as they are kept, opened."""
    row = account(house, provider)
    opened = house.means.vault.open(row["tokens"], sealed_place(row["id"], "tokens"))
    return dict(orjson.loads(opened))


def test_nothing_secret_is_readable_in_the_database_file(
    houses: Houses, sqlite_database: Database, sqlite_url: str
) -> None:
    """Searched in the file itself, journal included, after connecting, syncing and refreshing."""
    house = houses()
    house.sync()
    house.clock.sleep(2 * 3600)
    house.sync()
    secrets = [REALM]
    for provider in BOTH:
        secrets += pair(house, provider).values()

    stored = b""
    for file in Path(sqlite_url.removeprefix("sqlite:///")).parent.glob("ccc.db*"):
        stored += file.read_bytes()

    assert b"Pinewharf Cycles" in stored  # the search would find what is there
    assert [secret for secret in secrets if secret.encode() in stored] == []
    # A token cut in two over two pages of the file would still show its head.
    assert [secret for secret in secrets[1:] if secret[:60].encode() in stored] == []


def test_an_old_key_opens_and_the_new_one_seals(houses: Houses) -> None:
    house = houses(connect=False)
    old, new = new_key(), new_key()
    house.use(vault=Vault([old]))
    house.connect()
    house.use(vault=Vault([new, old]))

    house.clock.sleep(2 * 3600)
    house.sync()  # tokens have run out, so both are refreshed and saved

    assert house.services.connections.get(house.scope).is_ready
    alone = Vault([new])
    for provider in BOTH:
        row = account(house, provider)
        assert alone.open(row["tokens"], sealed_place(row["id"], "tokens"))


def test_a_company_is_recognised_after_a_rotation_of_keys(houses: Houses) -> None:
    """Its look-up key was made with the old secret; it must not become a second company."""
    house = houses(connect=False)
    old, new = new_key(), new_key()
    house.use(vault=Vault([old]))
    scope = house.connect()
    house.use(vault=Vault([new, old]))

    house.connect()

    assert house.scope == scope


def test_a_sealed_secret_opens_in_its_own_row_only(houses: Houses) -> None:
    """Copied to another account, by a slip or on purpose, it opens nothing and sends nothing."""
    house = houses()
    other, mine = (account(house, provider) for provider in BOTH)
    with house.means.ledgers.write() as ledger:
        ledger.accounts.change(WORKSPACE, mine["id"], tokens=other["tokens"])
    before = house.quickbooks.counters.snapshot()

    with pytest.raises(Undecryptable):
        TokenKeeper(house.means, WORKSPACE, mine["id"], Provider.QUICKBOOKS).access()
    run = house.sync()

    assert run.state is RunState.FAILED
    assert house.quickbooks.counters.snapshot() == before


def test_pairing_again_keeps_settings_log_and_documents(houses: Houses) -> None:
    house = houses()
    services, scope = house.services, house.scope
    services.settings.stores(OWNER, scope, ["Webstore"])
    services.settings.prefix(OWNER, scope, "WEB-")
    house.backfill(START, NOW.date())
    kept = services.connections.get(scope).settings
    before = posted(house)

    for provider in BOTH:
        services.connections.disconnect(OWNER, scope, provider)
        house.work()
        house.connect_one(provider)
    house.backfill(START, NOW.date())

    assert house.scope == scope
    assert services.connections.get(scope).settings == kept
    assert posted(house) == before


@pytest.mark.parametrize("provider", BOTH)
def test_leaving_revokes_at_the_provider_and_keeps_what_was_done(
    houses: Houses, provider: Provider
) -> None:
    house = houses()
    house.sync()
    refresh = pair(house, provider)["refresh"]
    (run,) = house.services.runs.recent(house.scope)

    house.services.connections.disconnect(OWNER, house.scope, provider)
    house.work()

    assert account(house, provider)["tokens"] is None
    outside = house.means.outside
    oauth = (
        outside.lightspeed_oauth if provider is Provider.LIGHTSPEED else outside.quickbooks_oauth
    )
    with pytest.raises(Disconnected):
        oauth.refresh(SecretStr(refresh))
    assert house.services.runs.recent(house.scope) == (run,)
    with pytest.raises(Conflict):
        house.services.runs.sync(OWNER, house.scope)


def test_a_revocation_whose_answer_is_lost_is_repeated(houses: Houses) -> None:
    house = houses()
    refresh = pair(house, Provider.QUICKBOOKS)["refresh"]
    house.quickbooks.plan("cut_before", times=2, path="revoke")

    house.services.connections.disconnect(OWNER, house.scope, Provider.QUICKBOOKS)
    house.work()

    with pytest.raises(Disconnected):
        house.means.outside.quickbooks_oauth.refresh(SecretStr(refresh))
    assert account(house, Provider.QUICKBOOKS)["tokens"] is None


def test_disconnecting_twice_has_nothing_to_do(houses: Houses) -> None:
    house = houses()
    house.services.connections.disconnect(OWNER, house.scope, Provider.LIGHTSPEED)

    with pytest.raises(NotFound):
        house.services.connections.disconnect(OWNER, house.scope, Provider.LIGHTSPEED)


def test_what_was_found_is_told_with_a_tick_or_a_cross_for_each_need(houses: Houses) -> None:
    """A company that cannot keep our numbers shows it at once, with the reason."""
    house = houses(company=CompanySpec(custom_numbers=False))

    lightspeed, quickbooks = (event["payload"] for event in house.events("account.connected"))

    assert lightspeed["name"] == "Pinewharf Cycles"
    assert {shop["name"] for shop in lightspeed["shops"]} >= {"Main Street", "Riverside"}
    assert len(lightspeed["registers"]) >= 4
    needs = {need["name"]: need for need in quickbooks["prerequisites"]}
    crosses = [need for need in needs.values() if not need["ok"]]
    assert len(crosses) == 1
    assert "number" in crosses[0]["name"].casefold()
    assert crosses[0]["why"]
    assert {choice["role"] for choice in quickbooks["chosen"]} >= {"deposit", "income"}


@pytest.mark.parametrize("fault", ["401_expired", "subscription_lapsed"])
def test_a_company_that_shuts_its_door_is_asked_no_more(houses: Houses, fault: str) -> None:
    """Whatever it said: one run ends, one message asks to reconnect, nothing else happens."""
    house = houses()
    house.quickbooks.plan(fault, times=None)

    run = house.sync()
    calls = house.quickbooks.counters.snapshot()
    house.clock.sleep(3600)
    with pytest.raises(Disconnected):
        house.services.runs.sync(OWNER, house.scope)
    house.work()

    assert run.state is RunState.FAILED
    view = house.services.connections.get(house.scope)
    assert view.quickbooks is not None
    assert view.quickbooks.state is AccountState.BROKEN
    assert len(house.events("account.broken")) == 1
    assert len(house.events("run.finished")) == 1
    assert house.quickbooks.counters.snapshot() == calls


def test_a_till_that_shuts_its_door_is_asked_no_more(houses: Houses) -> None:
    house = houses()
    number = house.retailer.sell("card", house.clock.now)
    house.clock.sleep(60)
    house.lightspeed.grants.revoke_everything()

    house.sync()
    with pytest.raises(Disconnected):
        house.services.runs.sync(OWNER, house.scope)

    view = house.services.connections.get(house.scope)
    assert view.lightspeed is not None
    assert view.lightspeed.state is AccountState.BROKEN
    assert len(house.events("account.broken")) == 1
    house.connect_one(Provider.LIGHTSPEED)
    house.sync()
    assert entry(house, str(number))["state"] == "posted"
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund"), since=NOW.date()))


def test_a_question_that_meets_a_closed_door_tells_it_once(houses: Houses) -> None:
    """A preview may be the first to notice."""
    house = houses()
    number = house.retailer.sell("card", house.clock.now)
    house.lightspeed.grants.revoke_everything()

    for _ in range(2):
        house.services.previews.ask(OWNER, house.scope, str(number), ReplyTo("U1"))
        house.work()

    assert len(house.events("account.broken")) == 1
    assert len(house.events("job.failed")) == 2
