"""Whether a database is fit for work, asked without changing anything in it."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sync.errors import Misconfigured
from sync.ledger.database import Database
from sync.ledger.migrate import alembic_config

_VERSIONS = "ccc_version"  # as migrations/env.py names it


def answers(database: Database) -> None:
    """Raise what the driver raises unless a statement gets through."""
    with database.read() as connection:
        connection.execute(text("SELECT 1"))


def require_answer(database: Database) -> None:
    """Say in words why there is no database; the driver's first line never holds the password."""
    try:
        answers(database)
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise Misconfigured(
            f"the database does not answer: {reason}\n"
            "    Check DATABASE_URL, and that the database runs and lets this machine in."
        ) from error


def require_tables(database: Database) -> None:
    """Work on tables of another version would go wrong in the middle."""
    require_answer(database)
    if not is_migrated(database):
        raise Misconfigured(
            "the tables are not as this version needs them.\n"
            "    Run `ccc migrate`, with the newest version of CCC that uses this database."
        )


def is_migrated(database: Database) -> bool:
    """Whether every revision we ship has been applied, and none that we do not know."""
    with database.read() as connection:
        shipped = ScriptDirectory.from_config(alembic_config(connection)).get_heads()
        context = MigrationContext.configure(connection, opts={"version_table": _VERSIONS})
        return set(context.get_current_heads()) == set(shipped)


def writes_ahead(database: Database) -> bool:
    """Whether SQLite keeps a write-ahead log; network disks silently refuse it."""
    with database.read() as connection:
        return str(connection.scalar(text("PRAGMA journal_mode"))).lower() == "wal"
