"""The unit of work: one short transaction that speaks through repositories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from sync.ledger.accounts import Accounts
from sync.ledger.alerts import Alerts
from sync.ledger.cluster import Cluster
from sync.ledger.database import Database
from sync.ledger.decisions import Decisions
from sync.ledger.entries import Entries
from sync.ledger.installations import Installations
from sync.ledger.notices import Notices
from sync.ledger.outbox import Outbox
from sync.ledger.people import People
from sync.ledger.posting import Posting
from sync.ledger.runs import Rules, Runs
from sync.ledger.search import Search
from sync.ledger.setup import Setup
from sync.ledger.standings import Standings
from sync.ledger.wants import Wants


class Ledger:
    """Every repository on one open transaction."""

    def __init__(self, connection: Connection, database: Database) -> None:
        self.connection = connection  # for the engine's enqueue in the same transaction
        self.people = People(connection)
        self.installations = Installations(connection, database.now())
        self.accounts = Accounts(connection, database.now())
        self.entries = Entries(connection)
        self.search = Search(connection)
        self.alerts = Alerts(connection)
        self.decisions = Decisions(connection)
        self.wants = Wants(connection)
        self.setup = Setup(connection)
        self.standings = Standings(connection)
        self.posting = Posting(connection)
        self.runs = Runs(connection)
        self.rules = Rules(connection)
        self.outbox = Outbox(connection)
        self.notices = Notices(connection)
        self.cluster = Cluster(connection, database.now())


class Ledgers:
    """Opens units of work: `write` commits on a clean exit and rolls back on any error."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @contextmanager
    def write(self) -> Iterator[Ledger]:
        with self.database.write() as connection:
            yield Ledger(connection, self.database)

    @contextmanager
    def read(self) -> Iterator[Ledger]:
        with self.database.read() as connection:
            yield Ledger(connection, self.database)
