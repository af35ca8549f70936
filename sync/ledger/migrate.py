"""Brings a database to the newest schema, from a checkout or an installed wheel alike.

After a change in `tables.py`, draft the revision that follows from it and then read it through:
`python -c "from sync.ledger.migrate import draft; draft('What changed')"`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from sync.ledger.database import Database, open_database

_SCRIPTS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = 0x63_63_63  # an arbitrary number that only this lock uses


def migrate(database: Database) -> None:
    """Apply what is missing, all or nothing; harmless when several processes do it at once."""
    # SQLite rolls back DDL only inside an explicit BEGIN, which `write` makes.
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
        command.upgrade(alembic_config(connection), "head")


def draft(message: str, *, revision: str | None = None) -> Path:
    """Write a revision for the difference between `tables.py` and the last revision."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/draft.db")
        migrate(database)
        with database.read() as connection:
            made = command.revision(
                alembic_config(connection), message=message, autogenerate=True, rev_id=revision
            )
        database.close()
    if made is None or isinstance(made, list):
        raise RuntimeError("Alembic made no single revision.")
    return Path(made.path)


def alembic_config(connection: Connection) -> Config:
    """For a connection that is open already, wherever the package is installed."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
