"""Tokens that rotate: one refresher at a time, saved before use, and none lost on a bad day."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import orjson
import pytest

from sync.connectors.oauth import Tokens
from sync.errors import Uncertain
from sync.ledger.database import Database
from sync.services.models import AccountState, Provider
from sync.services.tokens import TokenKeeper, sealed_place
from tests.house import WORKSPACE, House
from tests.scenarios.books import entry
from tests.scenarios.conftest import Houses

BOTH = [Provider.LIGHTSPEED, Provider.QUICKBOOKS]
TOKEN_PATH = {Provider.LIGHTSPEED: "/auth/oauth/", Provider.QUICKBOOKS: "tokens/bearer"}


def account(house: House, provider: Provider) -> str:
    with house.means.ledgers.read() as ledger:
        row = ledger.accounts.connection(house.scope)
    assert row is not None
    return str(row[provider.value])


def keeper(house: House, provider: Provider) -> TokenKeeper:
    """As another process has one: it shares nothing but the database."""
    return TokenKeeper(house.means, WORKSPACE, account(house, provider), provider)


def stored(house: House, provider: Provider) -> dict[str, str]:
    name = account(house, provider)
    with house.means.ledgers.read() as ledger:
        row = ledger.accounts.get(WORKSPACE, name)
    assert row is not None
    return dict(orjson.loads(house.means.vault.open(row["tokens"], sealed_place(name, "tokens"))))


def cut_after(house: House, provider: Provider, times: int) -> None:
    """The token endpoint does its work, and the answer is lost on the way."""
    if provider is Provider.LIGHTSPEED:
        house.lightspeed.faults.arm("cut_after", times, TOKEN_PATH[provider])
    else:
        house.quickbooks.plan("cut_after", times, TOKEN_PATH[provider])


def works(house: House, provider: Provider, access: str) -> bool:
    if provider is Provider.LIGHTSPEED:
        return not isinstance(house.lightspeed.grants.use(access), str)
    return house.quickbooks.tokens.realm(access) is not None


def refreshes(house: House, monkeypatch: pytest.MonkeyPatch, provider: Provider) -> list[str]:
    """Refresh tokens as they are sent, in order."""
    outside: Any = house.means.outside
    lightspeed = provider is Provider.LIGHTSPEED
    oauth = outside.lightspeed_oauth if lightspeed else outside.quickbooks_oauth
    sent: list[str] = []
    refresh = oauth.refresh

    def recording(token: Any) -> Tokens:
        sent.append(token.get_secret_value())
        answer: Tokens = refresh(token)
        return answer

    monkeypatch.setattr(oauth, "refresh", recording)
    return sent


@pytest.mark.parametrize("provider", BOTH)
def test_eight_at_once_make_one_refresh_and_all_get_its_token(
    houses: Houses, database: Database, monkeypatch: pytest.MonkeyPatch, provider: Provider
) -> None:
    house = houses(database)
    house.use(sleep=lambda seconds: time.sleep(seconds / 25))
    house.clock.sleep(2 * 3600)
    sent = refreshes(house, monkeypatch, provider)
    start = Barrier(8)

    def work(_: int) -> str:
        one = keeper(house, provider)
        start.wait()
        return one.access()

    with ThreadPoolExecutor(8) as pool:
        got = set(pool.map(work, range(8)))

    assert len(sent) == 1
    assert got == {stored(house, provider)["access"]}
    assert works(house, provider, got.pop())


@pytest.mark.parametrize("provider", BOTH)
def test_eight_who_are_refused_the_same_token_make_one_refresh(
    houses: Houses, monkeypatch: pytest.MonkeyPatch, provider: Provider
) -> None:
    """Five refreshes a minute are all that Lightspeed allows."""
    house = houses()
    house.use(sleep=lambda seconds: time.sleep(seconds / 25))
    stale = stored(house, provider)["access"]
    sent = refreshes(house, monkeypatch, provider)

    with ThreadPoolExecutor(8) as pool:
        got = set(pool.map(lambda _: keeper(house, provider).renew(stale), range(8)))

    assert len(sent) == 1
    assert got == {stored(house, provider)["access"]} != {stale}


@pytest.mark.parametrize("provider", BOTH)
def test_a_new_token_is_saved_before_anybody_uses_it(
    houses: Houses, monkeypatch: pytest.MonkeyPatch, provider: Provider
) -> None:
    """Its first use ends the old pair at Lightspeed: one that is used but not saved is lost."""
    house = houses()
    house.clock.sleep(2 * 3600)
    unsaved: list[str] = []
    lightspeed = provider is Provider.LIGHTSPEED
    owner: Any = house.lightspeed.grants if lightspeed else house.quickbooks.tokens
    name = "use" if lightspeed else "realm"
    look = getattr(type(owner), name)
    used: list[str] = []

    def looking(self: Any, access: str) -> Any:
        used.append(access)
        if access != stored(house, provider)["access"]:
            unsaved.append(access)
        return look(self, access)

    monkeypatch.setattr(type(owner), name, looking)
    house.sync()

    assert used
    assert unsaved == []


@pytest.mark.parametrize("provider", BOTH)
def test_a_worker_that_dies_with_a_new_token_in_hand_loses_nothing(
    houses: Houses, monkeypatch: pytest.MonkeyPatch, provider: Provider
) -> None:
    house = houses()
    house.clock.sleep(2 * 3600)

    def dies(self: TokenKeeper, tokens: Tokens) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(TokenKeeper, "_save", dies)
        with pytest.raises(KeyboardInterrupt):
            keeper(house, provider).access()

    access = keeper(house, provider).access()
    assert works(house, provider, access)
    assert access == stored(house, provider)["access"]


@pytest.mark.parametrize("provider", BOTH)
def test_a_lost_answer_to_a_refresh_is_asked_for_again(houses: Houses, provider: Provider) -> None:
    house = houses()
    house.clock.sleep(2 * 3600)
    cut_after(house, provider, 1)

    access = keeper(house, provider).access()

    assert works(house, provider, access)
    assert access == stored(house, provider)["access"]
    view = house.services.connections.get(house.scope)
    assert view.lightspeed is not None
    assert view.quickbooks is not None
    assert {view.lightspeed.state, view.quickbooks.state} == {AccountState.CONNECTED}


@pytest.mark.parametrize("provider", BOTH)
def test_answers_lost_for_longer_break_nothing(houses: Houses, provider: Provider) -> None:
    """The run waits; the account stays connected, and the next one to ask may try at once."""
    house = houses()
    house.clock.sleep(2 * 3600)
    cut_after(house, provider, 3)

    with pytest.raises(Uncertain):
        keeper(house, provider).access()

    assert works(house, provider, keeper(house, provider).access())
    assert house.events("account.broken") == []


@pytest.mark.parametrize("provider", BOTH)
def test_a_token_that_a_sibling_has_rotated_is_read_again(
    houses: Houses, monkeypatch: pytest.MonkeyPatch, provider: Provider
) -> None:
    """We hold the claim, but a sibling that was thought dead came back and was faster."""
    house = houses()
    house.clock.sleep(2 * 3600)
    mine = keeper(house, provider)
    ask = TokenKeeper._ask
    sibling: list[str] = []

    def late(self: TokenKeeper, refresh: str) -> Tokens:
        if self is mine and not sibling:
            other = keeper(house, provider)
            tokens = ask(other, refresh)
            other._save(tokens)
            sibling.append(tokens.access.get_secret_value())
            works(house, provider, sibling[0])
            house.clock.sleep(600)  # past any grace
        return ask(self, refresh)

    monkeypatch.setattr(TokenKeeper, "_ask", late)

    assert mine.access() == sibling[0]
    assert house.events("account.broken") == []


@pytest.mark.parametrize("hours", [30, -30])
def test_a_clock_that_jumps_loses_no_token_and_no_sale(houses: Houses, hours: int) -> None:
    """Ahead, a token is renewed too early; behind, the service refuses it and it is renewed."""
    house = houses()
    house.sync()
    house.use(clock=lambda: house.clock.now + timedelta(hours=hours))
    house.clock.sleep(2 * 3600)
    during = str(house.retailer.sell("card", house.clock.now))
    house.clock.sleep(60)
    house.sync()
    house.use(clock=house.clock)
    house.clock.sleep(2 * 3600)
    after = str(house.retailer.sell("card", house.clock.now))
    house.clock.sleep(60)
    house.sync()

    assert [entry(house, number)["state"] for number in (during, after)] == ["posted", "posted"]
    assert house.events("account.broken") == []
