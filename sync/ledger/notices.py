"""What channels and people want to hear, and the figures of a day that a digest tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update
from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.ledger import tables as t
from sync.ledger.people import upsert

_PROBLEMS = ("held", "failed")
_KEYS = ("workspace", "connection", "target")


class Notices:
    """One row for each channel or person of a connection that chose something."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, scope: Scope, target: str) -> RowMapping | None:
        query = select(t.notice).where(_of(t.notice, scope), t.notice.c.target == target)
        return self._connection.execute(query).mappings().first()

    def all(self, scope: Scope) -> list[RowMapping]:
        query = select(t.notice).where(_of(t.notice, scope)).order_by(t.notice.c.target)
        return list(self._connection.execute(query).mappings())

    def save(self, scope: Scope, target: str, values: Mapping[str, Any]) -> None:
        full = {
            "workspace": scope.workspace,
            "connection": scope.connection,
            "target": target,
            **values,
        }
        query = upsert(self._connection, t.notice).values(full)
        query = query.on_conflict_do_update(index_elements=list(_KEYS), set_=dict(values))
        self._connection.execute(query)

    def with_digest(self) -> list[RowMapping]:
        """Everybody's who want one: the clock serves all workspaces."""
        query = select(t.notice).where(t.notice.c.digest != "")
        return list(self._connection.execute(query).mappings())

    def digested(self, row: RowMapping, day: date) -> bool:
        """Count a day as done; False when another process was faster."""
        done = t.notice.c.digested_on
        query = (
            update(t.notice)
            .where(*(t.notice.c[key] == row[key] for key in _KEYS), or_(done.is_(None), done < day))
            .values(digested_on=day)
        )
        return self._connection.execute(query).rowcount == 1

    # -- figures

    def by_shop(self, scope: Scope, day: date) -> list[RowMapping]:
        """Entries of a business day by shop and state."""
        return self._sums(scope, day, day, t.entry.c.shop)

    def by_day(self, scope: Scope, first: date, last: date) -> list[RowMapping]:
        """Entries of some business days by day and state."""
        return self._sums(scope, first, last, t.entry.c.business_day)

    def open_causes(self, scope: Scope) -> list[RowMapping]:
        """What waits for a person, by cause, whenever it was sold; the commonest first."""
        entry = t.entry.c
        named = (entry.cause, entry.subject, entry.fix)
        query = (
            select(
                *named,
                func.min(entry.reason).label("reason"),
                func.count().label("count"),
                func.sum(entry.amount_minor).label("amount_minor"),
                func.min(entry.currency).label("currency"),
                func.max(entry.run).label("run"),
                func.min(entry.source_number).label("first"),
                func.max(entry.source_number).label("last"),
            )
            .where(_of(t.entry, scope), entry.dry_run == "", entry.state.in_(_PROBLEMS))
            .group_by(*named)
            .order_by(func.count().desc(), entry.cause, entry.subject)
        )
        return list(self._connection.execute(query).mappings())

    def _sums(
        self, scope: Scope, first: date, last: date, by: ColumnElement[Any]
    ) -> list[RowMapping]:
        entry = t.entry.c
        query = (
            select(
                by,
                entry.state,
                func.count().label("count"),
                func.sum(entry.amount_minor).label("amount_minor"),
                func.min(entry.currency).label("currency"),
            )
            .where(
                _of(t.entry, scope),
                entry.dry_run == "",
                entry.business_day >= first,
                entry.business_day <= last,
            )
            .group_by(by, entry.state)
            .order_by(by, entry.state)
        )
        return list(self._connection.execute(query).mappings())


def _of(table: Any, scope: Scope) -> ColumnElement[bool]:
    return and_(table.c.workspace == scope.workspace, table.c.connection == scope.connection)
