"""Customers' accounts: movements by sale, and what of each invoice is still open."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.ledger import tables as t
from sync.ledger.people import upsert


class Standings:
    """A sale has one movement; saying it again replaces it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, scope: Scope, accounts: Collection[str]) -> list[RowMapping]:
        """All movements of these accounts, the oldest day first."""
        query = (
            select(t.movement)
            .where(
                t.movement.c.workspace == scope.workspace,
                t.movement.c.connection == scope.connection,
                t.movement.c.account.in_(accounts),
            )
            .order_by(t.movement.c.day, t.movement.c.id)
        )
        return list(self._connection.execute(query).mappings())

    def owing(self, scope: Scope) -> list[RowMapping]:
        """Movements that hold money or are owed, by account."""
        query = (
            select(t.movement)
            .where(
                t.movement.c.workspace == scope.workspace,
                t.movement.c.connection == scope.connection,
                or_(t.movement.c.open_minor != 0, t.movement.c.deposit_minor != 0),
            )
            .order_by(t.movement.c.account, t.movement.c.day, t.movement.c.id)
        )
        return list(self._connection.execute(query).mappings())

    def forget(self, scope: Scope, source_ids: Collection[str]) -> None:
        """Take back what these sales did to any account.

        The rows stay, with what others paid on them: a sale that is said again still owes less.
        """
        if not source_ids:
            return
        of_sales = (
            (t.movement.c.workspace == scope.workspace)
            & (t.movement.c.connection == scope.connection)
            & t.movement.c.source_id.in_(source_ids)
        )
        for row in list(self._connection.execute(select(t.movement).where(of_sales)).mappings()):
            self._pay(scope, [(document, -minor) for document, minor in row["paid"]])
        self._connection.execute(
            update(t.movement)
            .where(of_sales)
            .values(
                open_minor=t.movement.c.open_minor - t.movement.c.charged_minor,
                deposit_minor=0,
                charged_minor=0,
                paid=[],
            )
        )

    def add(self, scope: Scope, row: Mapping[str, Any]) -> None:
        """What one sale does; earlier invoices that it pays owe less from now on."""
        whole = {"workspace": scope.workspace, "connection": scope.connection, **row}
        query = upsert(self._connection, t.movement).values(whole)
        changed = {name: query.excluded[name] for name in row if name != "open_minor"}
        changed["open_minor"] = t.movement.c.open_minor + query.excluded.open_minor
        self._connection.execute(
            query.on_conflict_do_update(
                index_elements=["connection", "account", "source_id"], set_=changed
            )
        )
        self._pay(scope, row["paid"])

    def _pay(self, scope: Scope, paid: Sequence[Sequence[int]]) -> None:
        for document, minor in paid:
            self._connection.execute(
                update(t.movement)
                .where(
                    t.movement.c.workspace == scope.workspace,
                    t.movement.c.connection == scope.connection,
                    t.movement.c.document == document,
                )
                .values(open_minor=t.movement.c.open_minor - minor)
            )
