"""Opens SQLite or PostgreSQL so that the same code means the same on both."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.sql import ColumnElement, literal_column

from sync.errors import Misconfigured

_BUSY_MS = 30_000
_FRESH = 1.0  # seconds in which a connection does not die unnoticed


@dataclass(frozen=True, slots=True)
class Database:
    """One database; `write` and `read` are short transactions with no outside call inside."""

    url: str = field(repr=False)  # with the password
    engine: Engine
    writer: Engine  # the same, but on SQLite, which lets only one write, it has one connection
    reader: Engine  # the same, but on PostgreSQL each statement is by itself

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits on a clean exit and rolls back on any error."""
        with self.writer.begin() as connection:
            if self.is_sqlite:
                # The driver would start its transaction at the first write and so let two
                # connections read the same value and both write: BEGIN must be ours.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Reading takes no write lock; on PostgreSQL, where each statement of a transaction sees
        what is committed by then, it needs no transaction, and so no calls to begin and end one.
        """
        with self.reader.begin() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection

    def now(self) -> ColumnElement[float]:
        """Seconds since 1970 by the database's clock, for leases and rates."""
        return clock(self.engine.dialect.name)

    def close(self) -> None:
        self.engine.dispose()
        self.writer.dispose()


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
        engine = reader = _sqlite(parsed, pool_size=pool_size, max_overflow=20)
        # Whoever writes next finds the pages warm, and nobody waits for a lock by sleeping.
        writer = _sqlite(parsed, pool_size=1, max_overflow=0)
    elif parsed.get_backend_name() == "postgresql":
        engine = writer = create_engine(
            parsed, pool_size=pool_size, max_overflow=20, pool_use_lifo=True, hide_parameters=True
        )
        _look_before_use(engine)
        reader = engine.execution_options(isolation_level="AUTOCOMMIT")
    else:
        raise Misconfigured("DATABASE_URL must start with sqlite:/// or postgresql://")
    return Database(parsed.render_as_string(hide_password=False), engine, writer, reader)


def _sqlite(url: URL, *, pool_size: int, max_overflow: int) -> Engine:
    engine = create_engine(
        url,
        connect_args={"isolation_level": None, "timeout": _BUSY_MS / 1000},
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=_BUSY_MS / 1000,
        pool_use_lifo=True,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def pragmas(raw: Any, record: object) -> None:
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    return engine


def _look_before_use(engine: Engine) -> None:
    """A connection that has rested may be dead by now; one just used need not be asked."""

    @event.listens_for(engine, "checkin")
    def rests(raw: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def alive(raw: Any, record: Any, proxy: object) -> None:
        if time.monotonic() - record.info.get("used", math.inf) < _FRESH:
            return
        try:
            engine.dialect.do_ping(raw)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("the connection has died") from error
