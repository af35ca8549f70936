"""The products that held sales wait for, so that each can be mapped once for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.ledger import tables as t


class Wants:
    """Rows of an entry live as long as it is held for them: judging it again replaces them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def forget(self, scope: Scope, entries: Collection[int]) -> None:
        """These entries are judged anew."""
        if entries:
            self._connection.execute(
                delete(t.want).where(
                    t.want.c.workspace == scope.workspace, t.want.c.entry.in_(entries)
                )
            )

    def add(self, scope: Scope, rows: Sequence[Mapping[str, Any]]) -> None:
        """Each row has `entry`, `sku` and `name`."""
        if rows:
            full = [
                {"workspace": scope.workspace, "connection": scope.connection, **row}
                for row in rows
            ]
            self._connection.execute(t.want.insert(), full)

    def open(self, scope: Scope, fix: str) -> list[RowMapping]:
        """Product, sale and day of everything that waits for this fix, in the order it came."""
        query = (
            select(
                t.want.c.sku,
                t.want.c.name,
                t.entry.c.source_id,
                t.entry.c.source_number,
                t.entry.c.cause,
                t.entry.c.subject,
            )
            .join(t.entry, t.entry.c.id == t.want.c.entry)
            .where(
                t.want.c.workspace == scope.workspace,
                t.want.c.connection == scope.connection,
                t.entry.c.workspace == scope.workspace,
                t.entry.c.fix == fix,
                t.entry.c.state.in_(("held", "failed")),
            )
            .order_by(t.want.c.entry, t.want.c.sku, t.want.c.name)
        )
        return list(self._connection.execute(query).mappings())
