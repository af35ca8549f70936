"""Slack installations: begun once, sealed at rest, refreshed by one, ended for good."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from sync.errors import Disconnected, NotFound, Retryable, Undecryptable
from sync.ledger import tables as t
from sync.ledger.ledger import Ledgers
from sync.services.facade import build_services
from sync.services.installations import NewInstallation, SlackTokens
from tests.desk import NOW, Desk, a_desk

HOURS = timedelta(hours=1)


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


def tokens(access: str = "xoxe.xoxb-1", hours: int | None = 12) -> SlackTokens:
    ends = None if hours is None else NOW + hours * HOURS
    return SlackTokens(SecretStr(access), SecretStr("xoxe-1"), ends)


def installed(desk: Desk, team: str = "T1", hours: int | None = 12) -> None:
    desk.services.installations.save(
        NewInstallation(
            team=team,
            enterprise="",
            name="Corner Cycles",
            app_id="A1",
            bot="B1",
            bot_user="UBOT",
            scopes="commands,chat:write",
            installed_by="U1",
            tokens=tokens(hours=hours),
        )
    )


def never(refresh: SecretStr) -> SlackTokens:
    raise AssertionError("nothing had to be refreshed")


def test_a_state_is_good_once(desk: Desk) -> None:
    state = desk.services.installations.begin("browser")

    desk.services.installations.spend(state, "browser")

    with pytest.raises(NotFound):
        desk.services.installations.spend(state, "browser")


def test_a_state_is_good_for_ten_minutes_in_its_own_browser(desk: Desk) -> None:
    installations = desk.services.installations
    old, mine = installations.begin("browser"), installations.begin("browser")

    with pytest.raises(NotFound):
        installations.spend(mine, "another")
    desk.clock.now += timedelta(minutes=11)
    with pytest.raises(NotFound):
        installations.spend(old, "browser")


def test_neither_token_nor_state_is_readable_in_the_database(desk: Desk) -> None:
    state = desk.services.installations.begin("browser")
    installed(desk)

    with desk.means.ledgers.read() as ledger:
        rows = [*ledger.connection.execute(select(t.installation))]
        rows += [*ledger.connection.execute(select(t.install_state))]

    assert "xoxe" not in str(rows)
    assert state not in str(rows)


def test_a_sealed_token_opens_in_its_own_row_only(desk: Desk) -> None:
    installed(desk)
    installed(desk, team="T2")
    with desk.means.ledgers.write() as ledger:
        row = ledger.installations.get("T1")
        assert row is not None
        ledger.installations.change("T2", tokens=row["tokens"])

    with pytest.raises(Undecryptable):
        desk.services.installations.token("T2", never)


def test_a_token_with_life_left_is_used_as_it_is(desk: Desk) -> None:
    installed(desk)

    assert desk.services.installations.token("T1", never) == "xoxe.xoxb-1"


def test_a_token_that_does_not_expire_is_never_refreshed(desk: Desk) -> None:
    installed(desk, hours=None)
    desk.clock.now += timedelta(days=400)

    assert desk.services.installations.token("T1", never) == "xoxe.xoxb-1"


def test_an_expired_token_and_two_workers_make_one_refresh(desk: Desk) -> None:
    installed(desk)
    desk.clock.now += 13 * HOURS
    spent: list[str] = []
    asked = threading.Event()

    def refresh(token: SecretStr) -> SlackTokens:
        spent.append(token.get_secret_value())
        asked.wait(0.5)
        return tokens("xoxe.xoxb-2", hours=26)

    def pause(seconds: float) -> None:
        asked.wait(0.02)

    services = build_services(replace(desk.means, sleep=pause))
    with ThreadPoolExecutor(2) as pool:
        got = list(pool.map(lambda _: services.installations.token("T1", refresh), range(2)))

    assert spent == ["xoxe-1"]
    assert got == ["xoxe.xoxb-2", "xoxe.xoxb-2"]


def test_a_refreshed_token_is_saved_before_it_is_used(desk: Desk) -> None:
    installed(desk)
    desk.clock.now += 11 * HOURS

    used = desk.services.installations.token("T1", lambda _: tokens("xoxe.xoxb-2", hours=24))

    assert used == "xoxe.xoxb-2"
    assert desk.services.installations.token("T1", never) == "xoxe.xoxb-2"


def test_while_slack_does_not_refresh_a_token_that_is_good_is_used_on(desk: Desk) -> None:
    installed(desk)
    desk.clock.now += 11 * HOURS

    def busy(token: SecretStr) -> SlackTokens:
        raise Retryable("Slack did not answer")

    assert desk.services.installations.token("T1", busy) == "xoxe.xoxb-1"
    desk.clock.now += 2 * HOURS
    with pytest.raises(Retryable):
        desk.services.installations.token("T1", busy)


def test_a_spent_refresh_token_breaks_the_installation(desk: Desk) -> None:
    installed(desk)
    desk.clock.now += 13 * HOURS

    def refused(token: SecretStr) -> SlackTokens:
        raise Disconnected("Slack refused the refresh token")

    with pytest.raises(Disconnected):
        desk.services.installations.token("T1", refused)

    view = desk.services.installations.get("T1")
    assert view is not None
    assert view.state == "broken"


def test_after_an_uninstall_there_is_no_token_and_nothing_starts_by_itself(desk: Desk) -> None:
    installed(desk)

    assert desk.services.installations.end("T1", uninstalled=True, why="removed")

    with pytest.raises(NotFound):
        desk.services.installations.token("T1", never)
    assert desk.services.connections.get(desk.scope).paused
    assert not desk.services.installations.end("T1", uninstalled=True, why="again")


def test_a_reinstallation_is_served_with_the_old_settings(desk: Desk) -> None:
    installed(desk)
    before = desk.settings
    desk.services.installations.end("T1", uninstalled=True, why="removed")

    installed(desk)

    assert desk.services.installations.token("T1", never) == "xoxe.xoxb-1"
    assert desk.settings == before


def test_each_beginning_and_end_leaves_an_audit_row(desk: Desk) -> None:
    installed(desk)
    desk.services.installations.end("T1", uninstalled=True, why="removed by a person")

    said = [(row.action, row.after) for row in desk.changes if row.action.startswith("slack.")]

    assert said == [("slack.installed", "active"), ("slack.uninstalled", "removed by a person")]
