"""What people decided about single sales: one row per sale and kind of decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, delete, select
from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.ledger import tables as t
from sync.ledger.bulk import among
from sync.ledger.people import upsert

_AT_ONCE = 500  # ids in one statement


class Decisions:
    """Saved over what was decided before; forgotten without a trace here, audited elsewhere."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, scope: Scope, kind: str, source_ids: Sequence[str]) -> list[RowMapping]:
        """Everything decided about these source records."""
        found: list[RowMapping] = []
        for start in range(0, len(source_ids), _AT_ONCE):
            wanted = {
                "in_workspace": scope.workspace,
                "of_connection": scope.connection,
                "of_kind": kind,
                "source_ids": list(source_ids[start : start + _AT_ONCE]),
            }
            found += self._connection.execute(
                _asked(self._connection.dialect.name), wanted
            ).mappings()
        return found

    def save(self, scope: Scope, kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Each row has `source_id`, `decision`, `value`, `actor` and `at`."""
        if not rows:
            return
        full = [
            {"workspace": scope.workspace, "connection": scope.connection, "kind": kind, **row}
            for row in rows
        ]
        query = upsert(self._connection, t.decision)
        changed = {name: query.excluded[name] for name in ("value", "actor", "at")}
        self._connection.execute(
            query.on_conflict_do_update(
                index_elements=["connection", "kind", "source_id", "decision"],
                set_=changed,
                where=t.decision.c.workspace == scope.workspace,
            ),
            full,
        )

    def forget(
        self, scope: Scope, kind: str, source_ids: Sequence[str], decisions: Collection[str]
    ) -> None:
        for start in range(0, len(source_ids), _AT_ONCE):
            self._connection.execute(
                delete(t.decision).where(
                    _of(scope, kind),
                    t.decision.c.source_id.in_(source_ids[start : start + _AT_ONCE]),
                    t.decision.c.decision.in_(decisions),
                )
            )

    def holder_of(self, scope: Scope, kind: str, decision: str, value: str) -> str:
        """The source record of this connection that was given this value, "" for none."""
        query = select(t.decision.c.source_id).where(
            _of(scope, kind), t.decision.c.decision == decision, t.decision.c.value == value
        )
        return self._connection.scalar(query.limit(1)) or ""


def _of(scope: Scope, kind: str) -> ColumnElement[bool]:
    return and_(
        t.decision.c.workspace == scope.workspace,
        t.decision.c.connection == scope.connection,
        t.decision.c.kind == kind,
    )


@cache
def _asked(dialect: str) -> Select[Any]:
    return (
        select(t.decision)
        .where(
            t.decision.c.workspace == bindparam("in_workspace"),
            t.decision.c.connection == bindparam("of_connection"),
            t.decision.c.kind == bindparam("of_kind"),
            among(dialect, t.decision.c.source_id, "source_ids"),
        )
        .order_by(t.decision.c.source_id, t.decision.c.decision)
    )
