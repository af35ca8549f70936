"""Fixtures for everybody: databases of both kinds, and an environment without our settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.ledger.database import Database, open_database
from sync.ledger.ledger import Ledgers
from tests.databases import Postgres, SqliteTemplate

_OURS = ("CCC_", "SLACK_", "LIGHTSPEED_", "QUICKBOOKS_", "DBOS")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-bug",
        action="store_true",
        help="plant all known bugs, not only those in money, exactly once, rights and privacy",
    )


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set on a developer's machine must not reach a test, least of all a real token."""
    for name in tuple(os.environ):
        if name.startswith(_OURS) or name in ("DATABASE_URL", "PORT"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """Started by the first test that asks, stopped at the end."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture
def sqlite_url(_sqlite_template: SqliteTemplate, tmp_path: Path) -> str:
    """A migrated SQLite file, for real processes."""
    return _sqlite_template.copy_to(tmp_path / "ccc.db")


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[Callable[[], str]]:
    """Makes migrated PostgreSQL databases, for real processes; dropped when the test ends."""
    made: list[str] = []

    def make() -> str:
        made.append(postgres_server.new())
        return made[-1]

    yield make
    for url in made:
        postgres_server.drop(url)


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    database = open_database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres_url: Callable[[], str]) -> Iterator[Database]:
    database = open_database(postgres_url())
    yield database
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """The same test on SQLite and on PostgreSQL."""
    opened: Database = request.getfixturevalue(f"{request.param}_database")
    return opened


@pytest.fixture
def ledgers(database: Database) -> Ledgers:
    return Ledgers(database)
