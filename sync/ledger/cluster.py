"""Nodes, leases and rate buckets: who is alive, who may work, and how fast."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Float, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql import ColumnElement

from sync.domain.identity import Scope
from sync.ledger import tables as t
from sync.ledger.database import clock
from sync.ledger.people import upsert

DEAD_AFTER = 20.0  # seconds without a heartbeat

_FENCE = (  # built once: asked before every write of a run
    select(t.lease.c.fence)
    .where(
        t.lease.c.connection == bindparam("of_connection"),
        t.lease.c.stream == bindparam("of_stream"),
    )
    .with_for_update()
)


class Cluster:
    """Decided by single conditional statements on the database's clock, never by ours."""

    def __init__(self, connection: Connection, now: ColumnElement[float]) -> None:
        self._connection = connection
        self._now = now

    def join(self, node: str, version: str) -> None:
        query = upsert(self._connection, t.node).values(id=node, beat_at=self._now, version=version)
        self._connection.execute(
            query.on_conflict_do_update(index_elements=["id"], set_={"beat_at": self._now})
        )

    def beat(self, node: str) -> bool:
        """False when the node was declared dead: it must stop at once."""
        query = update(t.node).where(t.node.c.id == node).values(beat_at=self._now)
        return bool(self._connection.execute(query).rowcount)

    def leave(self, node: str) -> None:
        self._connection.execute(delete(t.node).where(t.node.c.id == node))

    def bury(self) -> list[str]:
        """Remove nodes that stopped beating; their leases are free from then on."""
        query = (
            delete(t.node).where(t.node.c.beat_at < self._now - DEAD_AFTER).returning(t.node.c.id)
        )
        return list(self._connection.scalars(query))

    def alive(self) -> set[str]:
        query = select(t.node.c.id).where(t.node.c.beat_at >= self._now - DEAD_AFTER)
        return set(self._connection.scalars(query))

    def take(self, scope: Scope, stream: str, node: str, run: str) -> int | None:
        """Take the lease of a stream; the fence, or None while a live node holds it."""
        first = upsert(self._connection, t.lease).values(
            connection=scope.connection, stream=stream, fence=0
        )
        self._connection.execute(first.on_conflict_do_nothing())
        living = select(t.node.c.id).where(t.node.c.beat_at >= self._now - DEAD_AFTER)
        query = (
            update(t.lease)
            .where(
                t.lease.c.connection == scope.connection,
                t.lease.c.stream == stream,
                t.lease.c.node.is_(None) | t.lease.c.node.not_in(living),
            )
            .values(node=node, run=run, fence=t.lease.c.fence + 1)
            .returning(t.lease.c.fence)
        )
        fence: int | None = self._connection.scalar(query)
        return fence

    def holds(self, scope: Scope, stream: str, fence: int) -> bool:
        """True while nobody took the lease after us; locks the row until the commit."""
        wanted = {"of_connection": scope.connection, "of_stream": stream}
        held: int | None = self._connection.scalar(_FENCE, wanted)
        return held == fence

    def release(self, scope: Scope, stream: str, fence: int) -> None:
        query = update(t.lease).where(
            t.lease.c.connection == scope.connection,
            t.lease.c.stream == stream,
            t.lease.c.fence == fence,
        )
        self._connection.execute(query.values(node=None, run=None))

    def reserve(self, key: str, cost_seconds: float, burst_seconds: float) -> float:
        """Take a place in a bucket (GCRA); returns how long to wait before using it."""
        query = _reserving(self._connection.dialect.name)
        values = {"bucket": key, "cost": cost_seconds, "burst": burst_seconds}
        return max(0.0, float(self._connection.execute(query, values).scalar_one()))

    def push_back(self, key: str, seconds: float) -> None:
        """The service said wait: nobody uses this bucket before then."""
        query = _pushing(self._connection.dialect.name)
        self._connection.execute(query, {"bucket": key, "seconds": seconds})


@cache
def _reserving(dialect: str) -> Any:
    """Built once: every call to the outside passes through several buckets."""
    now, cost = clock(dialect), bindparam("cost", type_=Float)
    insert, greatest = _dialect(dialect)
    return (
        insert(t.rate)
        .values(key=bindparam("bucket"), full_at=now + cost)
        .on_conflict_do_update(
            index_elements=["key"], set_={"full_at": greatest(t.rate.c.full_at, now) + cost}
        )
        .returning(t.rate.c.full_at - cost - bindparam("burst", type_=Float) - now)
    )


@cache
def _pushing(dialect: str) -> Any:
    until = clock(dialect) + bindparam("seconds", type_=Float)
    insert, greatest = _dialect(dialect)
    return (
        insert(t.rate)
        .values(key=bindparam("bucket"), full_at=until)
        .on_conflict_do_update(
            index_elements=["key"], set_={"full_at": greatest(t.rate.c.full_at, until)}
        )
    )


def _dialect(name: str) -> tuple[Any, Any]:
    """How it inserts over what is there, and what it calls the greater of two."""
    return (sqlite_insert, func.max) if name == "sqlite" else (postgres_insert, func.greatest)
