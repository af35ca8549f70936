"""`ccc doctor` against real databases and local stand-ins: it finds what is wrong, and changes
nothing."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sqlalchemy import text

from bot.checkup import Check, exit_code, report
from bot.doctor import checks
from bot.sandbox.seed import ARCHIVED, GENERAL, LOG, OWNER, PRIVATE, TEAM
from bot.sandbox.server import SlackSandbox
from bot.settings import Settings
from sync.domain.identity import Scope
from sync.ledger.database import Database
from sync.ledger.vault import Vault, new_key
from sync.sandbox.lightspeed.schema import PARENTS
from sync.sandbox.lightspeed.tables import Dataset
from sync.services.models import Actor, Provider, Role
from tests.house import House, a_house, at
from tests.integration.scripted import Says, Scripted

NOW = at("2026-11-20 18:30")
KEY, OTHER_KEY = new_key(), new_key()
ADMIN = Actor(TEAM, OWNER, Role.ADMIN)
ADDRESSES = (
    *("LIGHTSPEED_API", "LIGHTSPEED_AUTH", "SLACK_API"),
    *("QUICKBOOKS_API", "QUICKBOOKS_TOKEN", "QUICKBOOKS_REVOKE"),
)
Examine = Callable[..., dict[str, Check]]


@pytest.fixture
def slack() -> Iterator[SlackSandbox]:
    sandbox = SlackSandbox(
        signing_secret="secret", bot_token="xoxb-1", clock=lambda: NOW, rate_limits=False
    )
    with sandbox.start() as running:
        yield running


@pytest.fixture
def house(sqlite_database: Database) -> Iterator[House]:
    with a_house(sqlite_database, Dataset(797, "Hillside Cycles", PARENTS), now=NOW) as one:
        one.use(vault=Vault([KEY]))
        one.services.workspaces.ensure(TEAM, "Corner Cycles")
        yield one


@pytest.fixture
def examine(
    monkeypatch: pytest.MonkeyPatch, house: House, slack: SlackSandbox, sqlite_url: str
) -> Examine:
    """The doctor's findings by name, in an environment where all is well unless changed."""
    lightspeed, quickbooks = (server.url for server in house.servers)
    healthy = {
        "DATABASE_URL": sqlite_url,
        "CCC_PUBLIC_URL": "https://ccc.example.com",
        "CCC_SECRET_KEYS": KEY,
        "SLACK_SIGNING_SECRET": "secret",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_API_URL": slack.api_url,
        "LIGHTSPEED_CLIENT_ID": "ls-client",
        "LIGHTSPEED_CLIENT_SECRET": "ls-secret",
        "LIGHTSPEED_API_URL": lightspeed,
        "LIGHTSPEED_AUTH_URL": lightspeed,
        "QUICKBOOKS_CLIENT_ID": "qb-client",
        "QUICKBOOKS_CLIENT_SECRET": "qb-secret",
        "QUICKBOOKS_API_URL": quickbooks,
        "QUICKBOOKS_AUTHORIZE_URL": f"{quickbooks}/connect/oauth2",
        "QUICKBOOKS_TOKEN_URL": f"{quickbooks}/oauth2/v1/tokens/bearer",
        "QUICKBOOKS_REVOKE_URL": f"{quickbooks}/v2/oauth2/tokens/revoke",
    }

    def look(clock: Callable[[], datetime] | None = None, **changes: str) -> dict[str, Check]:
        for name, value in (healthy | changes).items():
            monkeypatch.setenv(name, value)
        more = {"clock": clock} if clock else {}
        found = checks(lambda: Settings.read(None), timeout=2.0, **more)
        named = {check.name: check for check in found}
        assert len(named) == len(found)
        return named

    return look


def wrong(found: dict[str, Check]) -> set[str]:
    return {name for name, check in found.items() if not check.ok}


def connect(house: House) -> Scope:
    """QuickBooks for the workspace that the Slack stand-in is."""
    connections = house.services.connections
    link = connections.create_link(ADMIN, Provider.QUICKBOOKS, user_name="Olivia", channel="")
    page = connections.authorize_url(link.rsplit("/", 1)[1], "browser")
    answer = requests.get(page, allow_redirects=False, timeout=5)
    back = {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    connections.complete(
        Provider.QUICKBOOKS,
        state=back["state"],
        code=back["code"],
        realm_id=back["realmId"],
        browser_session="browser",
    )
    (view,) = connections.all(TEAM)
    return Scope(TEAM, view.id)


def unused_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def test_a_healthy_installation_is_fine_and_says_what_to_register(
    examine: Examine, house: House
) -> None:
    scope = connect(house)
    house.services.connections.set_channel(ADMIN, scope, LOG)

    found = examine()

    assert wrong(found) == set()
    assert exit_code(found.values()) == 0
    assert {"Settings", "Database", "Tables", "Write-ahead log", "Disk", "Clock"} <= set(found)
    assert {"Slack sign-in", "Slack scopes", "Log channel", "Encryption keys"} <= set(found)
    assert found["Redirect address at QuickBooks"].found.endswith(
        "https://ccc.example.com/oauth/quickbooks/callback"
    )
    assert found["Encryption keys"].found == "all 1 stored accounts open"


def test_nothing_secret_is_printed(examine: Examine, house: House) -> None:
    connect(house)

    printed = report(examine().values())

    realm = house.quickbooks.company().spec.realm_id
    for secret in (KEY, "xoxb-1", "ls-secret", "qb-secret", realm):
        assert secret not in printed


# Settings


def test_a_missing_setting_is_named_with_its_remedy(examine: Examine) -> None:
    found = examine(LIGHTSPEED_CLIENT_SECRET="")

    assert wrong(found) == {"Setting LIGHTSPEED_CLIENT_SECRET"}
    assert "Example: LIGHTSPEED_CLIENT_SECRET=" in found["Setting LIGHTSPEED_CLIENT_SECRET"].remedy
    assert exit_code(found.values()) == 1


def test_settings_that_cannot_be_read_are_all_that_is_told(examine: Examine) -> None:
    found = examine(PORT="many", CCC_RATE_SCALE="fast")

    assert wrong(found) == {"Setting PORT", "Setting CCC_RATE_SCALE"}
    assert found["Everything else"].found == "not looked at yet"


# The database


def test_a_file_that_does_not_exist_is_not_made_by_looking(
    examine: Examine, tmp_path: Path
) -> None:
    file = tmp_path / "none.db"

    found = examine(DATABASE_URL=f"sqlite:///{file}")

    assert wrong(found) == {"Database"}
    assert "ccc migrate" in found["Database"].remedy
    assert not file.exists()


def test_a_database_without_our_tables_is_sent_to_migrate(examine: Examine, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()

    found = examine(DATABASE_URL=f"sqlite:///{tmp_path / 'empty.db'}")

    assert wrong(found) == {"Tables"}
    assert "ccc migrate" in found["Tables"].remedy


def test_tables_of_another_version_are_wrong(examine: Examine, sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        connection.execute(text("UPDATE ccc_version SET version_num = 'tomorrow'"))

    assert wrong(examine()) == {"Tables"}


def test_a_file_that_is_no_database_is_told(examine: Examine, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear Sir or Madam, " * 100)

    found = examine(DATABASE_URL=f"sqlite:///{tmp_path / 'letter.db'}")

    assert wrong(found) == {"Database"}


def test_a_server_that_is_away_is_told_without_the_password(examine: Examine) -> None:
    found = examine(DATABASE_URL=f"postgres://ccc:hunter2@127.0.0.1:{unused_port()}/ccc")

    assert wrong(found) == {"Database"}
    assert "hunter2" not in report(found.values())


@pytest.mark.postgres
def test_postgresql_is_looked_at_alike(examine: Examine, postgres_url: Callable[[], str]) -> None:
    found = examine(DATABASE_URL=postgres_url())

    assert wrong(found) == set()
    assert found["Database"].found == "PostgreSQL answers"
    assert found["Settings"].found == "complete for `ccc web`"


# The outside


def test_a_host_that_cannot_be_reached_is_named(examine: Examine) -> None:
    away = f"127.0.0.1:{unused_port()}"

    found = examine(QUICKBOOKS_TOKEN_URL=f"http://{away}/oauth2/v1/tokens/bearer")

    assert wrong(found) == {f"QuickBooks at {away}"}


def test_a_host_that_is_silent_is_not_waited_for(examine: Examine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        away = f"127.0.0.1:{silent.getsockname()[1]}"
        started = datetime.now(UTC)

        found = examine(LIGHTSPEED_AUTH_URL=f"http://{away}")

        assert wrong(found) == {f"Lightspeed at {away}"}
        assert datetime.now(UTC) - started < timedelta(seconds=10)


@pytest.mark.parametrize(
    ("seconds", "ok", "told"),
    [
        (30, True, False),
        (-59, True, False),
        (90, True, True),
        (-299, True, True),
        (400, False, True),
    ],
)
def test_a_clock_that_is_off_is_told_and_then_wrong(
    examine: Examine, seconds: int, ok: bool, told: bool
) -> None:
    server = Scripted(Says(headers={"Date": format_datetime(NOW, usegmt=True)}))
    every = {f"{name}_URL": server.url for name in ADDRESSES}

    found = examine(lambda: NOW + timedelta(seconds=seconds), **every)
    server.close()

    assert found["Clock"].ok is ok
    assert bool(found["Clock"].remedy) is told


def test_one_service_with_a_wrong_clock_does_not_make_ours_wrong(examine: Examine) -> None:
    """The Lightspeed stand-in lives in its own time; the others tell the real one."""
    assert abs(datetime.now(UTC) - NOW) > timedelta(minutes=10)

    assert examine()["Clock"] == Check("Clock", True, "agrees with the services")


# Slack


def test_a_token_that_slack_refuses_is_told(examine: Examine) -> None:
    found = examine(SLACK_BOT_TOKEN="xoxb-of-another-app")

    assert wrong(found) == {"Slack sign-in"}
    assert "invalid_auth" in found["Slack sign-in"].found


def test_missing_scopes_are_listed_beside_the_manifest(
    examine: Examine, slack: SlackSandbox
) -> None:
    slack.installation.scopes.remove("files:write")
    slack.installation.scopes.remove("users:read")

    found = examine()

    assert wrong(found) == {"Slack scopes"}
    assert found["Slack scopes"].found == "without files:write, users:read"
    assert "ccc manifest" in found["Slack scopes"].remedy


@pytest.mark.parametrize(
    ("channel", "ok", "word"),
    [
        (LOG, True, "is in it"),
        (GENERAL, False, "not in it"),
        (ARCHIVED, False, "archived"),
        (PRIVATE, False, "channel_not_found"),
    ],
)
def test_the_log_channel_must_be_one_the_bot_can_write_to(
    examine: Examine, house: House, channel: str, ok: bool, word: str
) -> None:
    house.services.connections.set_channel(ADMIN, connect(house), channel)

    found = examine()["Log channel"]

    assert found.ok is ok
    assert word in found.found
    assert bool(found.remedy) is not ok


def test_no_log_channel_yet_is_a_note(examine: Examine, house: House) -> None:
    connect(house)

    found = examine()["Log channel"]

    assert found.ok and "/ccc channel" in found.remedy


# Keys


def test_tokens_that_our_keys_do_not_open_are_counted(examine: Examine, house: House) -> None:
    connect(house)

    found = examine(CCC_SECRET_KEYS=OTHER_KEY)

    assert wrong(found) == {"Encryption keys"}
    assert found["Encryption keys"].found == "1 of 1 stored accounts do not open"


def test_a_former_key_that_is_still_needed_is_a_note(examine: Examine, house: House) -> None:
    connect(house)

    found = examine(CCC_SECRET_KEYS=f"{OTHER_KEY},{KEY}")

    assert found["Encryption keys"].ok
    assert "keep the former key" in found["Encryption keys"].remedy


# On paper


def test_a_report_marks_with_words_and_puts_the_remedy_below() -> None:
    printed = report(
        [
            Check("Disk", True, "9 GiB free"),
            Check("Clock", True, "90 s ahead", "set it"),
            Check("Tables", False, "old", "run `ccc migrate`"),
        ]
    )

    assert printed.splitlines() == [
        "✔ fine   Disk: 9 GiB free",
        "! note   Clock: 90 s ahead",
        "         → set it",
        "✖ wrong  Tables: old",
        "         → run `ccc migrate`",
        "",
        "1 of 3 is wrong.",
    ]


def test_socket_mode_is_tried_with_its_own_token(examine: Examine, slack: SlackSandbox) -> None:
    slack.sockets.app_token = "xapp-right"

    right = examine(SLACK_APP_TOKEN="xapp-right")["Slack transport"]
    wrong_one = examine(SLACK_APP_TOKEN="xapp-wrong")["Slack transport"]

    assert (right.ok, right.found) == (True, "Socket Mode: Slack gives us a connection")
    assert not wrong_one.ok
    assert "connections:write" in wrong_one.remedy
    assert "xapp" not in wrong_one.found


def test_without_socket_mode_the_address_that_slack_calls_is_named(examine: Examine) -> None:
    found = examine()["Slack transport"]

    assert found.ok
    assert found.found.endswith("https://ccc.example.com/slack/events")


def test_installations_by_oauth_are_counted_and_lost_tokens_told(
    examine: Examine, house: House
) -> None:
    many = {"SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "secret"}
    none_yet = examine(**many)

    for team in ("T1", "T2"):
        house.services.installations.end(team, uninstalled=False, why="token_revoked")
    found = examine(**many)

    assert none_yet["Slack installations"].ok
    assert none_yet["Redirect address at Slack"].found.endswith("/slack/oauth_redirect")
    assert found["Slack installations"].found == "0 work, 2 lost their token"
    assert "/slack/install" in found["Slack installations"].remedy
