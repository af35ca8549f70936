"""Opens SQLite or PostgreSQL so that the same code means the same on both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.sql import ColumnElement, literal_column

from sync.errors import Misconfigured

_BUSY_MS = 30_000


@dataclass(frozen=True, slots=True)
class Database:
    """One database; `write` and `read` are short transactions with no outside call inside."""

    url: str = field(repr=False)  # with the password
    engine: Engine

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits on a clean exit and rolls back on any error."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that takes no write lock."""
        with self.engine.execution_options(ccc_read=True).begin() as connection:
            yield connection

    def now(self) -> ColumnElement[float]:
        """Seconds since 1970 by the database's clock, for leases and rates."""
        return clock(self.engine.dialect.name)

    def close(self) -> None:
        self.engine.dispose()


@cache
def clock(dialect: str) -> ColumnElement[float]:
    """The expression behind `Database.now`."""
    if dialect == "sqlite":
        return literal_column("((julianday('now') - 2440587.5) * 86400.0)")
    return literal_column("extract(epoch from clock_timestamp())::float8")


def normal_url(url: str) -> str:
    """Accept what hosts write (`postgres://`) and name our driver."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def open_database(url: str, *, pool_size: int = 20) -> Database:
    """Connect lazily; SQLite gets WAL, full sync and one writer at a time.

    Parameters stay out of errors, and so out of logs: they are amounts, names and sealed tokens.
    """
    parsed = make_url(normal_url(url))
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            connect_args={"isolation_level": None, "timeout": _BUSY_MS / 1000},
            pool_size=pool_size,
            max_overflow=20,
            hide_parameters=True,
        )
        _prepare_sqlite(engine)
    elif parsed.get_backend_name() == "postgresql":
        engine = create_engine(
            parsed,
            pool_size=pool_size,
            max_overflow=20,
            pool_pre_ping=True,
            hide_parameters=True,
        )
    else:
        raise Misconfigured("DATABASE_URL must start with sqlite:/// or postgresql://")
    return Database(parsed.render_as_string(hide_password=False), engine)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def pragmas(raw: Any, record: object) -> None:
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    # The driver would start its transaction at the first write and so let two
    # connections read the same value and both write: BEGIN must be ours.
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = "" if connection.get_execution_options().get("ccc_read") else " IMMEDIATE"
        connection.exec_driver_sql(f"BEGIN{mode}")
