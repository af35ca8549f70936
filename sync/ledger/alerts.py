"""Alerts: one message per cause of a connection, and the entries that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, insert, literal, or_, select, update
from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.ledger import tables as t
from sync.ledger.people import upsert

_PROBLEMS = ("held", "failed")
_NAMED = ("cause", "subject", "fix")


class Alerts:
    """An alert keeps its entries when they are fixed: that is how it can say how many were."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def opened(
        self, scope: Scope, group: Mapping[str, str], *, key: str, run: str, now: datetime
    ) -> RowMapping:
        """The open alert of this cause, subject and fix; a new one where there is none."""
        values = {
            "workspace": scope.workspace,
            "connection": scope.connection,
            **{name: group[name] for name in _NAMED},
            "reason": group["reason"],
            "key": key,
            "run": run,
            "is_open": True,
            "opened_at": now,
        }
        if self._open(scope, group) is None:
            # Another process may open it at this very moment: then theirs is ours.
            self._connection.execute(
                upsert(self._connection, t.alert).values(values).on_conflict_do_nothing()
            )
        if (found := self._open(scope, group)) is not None:
            return found
        query = update(t.alert).where(
            t.alert.c.workspace == scope.workspace, t.alert.c.key == key
        )  # the same run is told once more, after all of it was fixed
        reopened = query.values(is_open=True, closed_by="").returning(t.alert)
        return self._connection.execute(reopened).mappings().one()

    def include(self, scope: Scope, alert: RowMapping, run: str) -> None:
        """What this run left stuck on the alert's cause belongs to it from now on."""
        known = select(t.alert_entry.c.entry).where(
            t.alert_entry.c.alert == alert["id"], t.alert_entry.c.entry == t.entry.c.id
        )
        found = select(literal(alert["id"]), t.entry.c.id, literal(scope.workspace)).where(
            t.entry.c.workspace == scope.workspace,
            t.entry.c.run == run,
            _is_stuck(alert),
            ~known.exists(),
        )
        columns = ("alert", "entry", "workspace")
        self._connection.execute(insert(t.alert_entry).from_select(columns, found))

    def touched(self, scope: Scope, run: str) -> list[RowMapping]:
        """Alerts of which this run judged a sale, in the order they were opened."""
        judged = (
            select(t.entry.c.id)
            .join(t.alert_entry, t.alert_entry.c.entry == t.entry.c.id)
            .where(t.alert_entry.c.alert == t.alert.c.id, t.entry.c.run == run)
        )
        query = select(t.alert).where(
            t.alert.c.workspace == scope.workspace,
            t.alert.c.connection == scope.connection,
            or_(t.alert.c.closed_by == run, and_(t.alert.c.is_open, judged.exists())),
        )
        return list(self._connection.execute(query.order_by(t.alert.c.id)).mappings())

    def open(self, scope: Scope, limit: int) -> list[RowMapping]:
        """Alerts that something waits for, the newest first."""
        query = (
            select(t.alert)
            .where(
                t.alert.c.workspace == scope.workspace,
                t.alert.c.connection == scope.connection,
                t.alert.c.is_open,
            )
            .order_by(t.alert.c.id.desc())
            .limit(limit)
        )
        return list(self._connection.execute(query).mappings())

    def standing(self, scope: Scope, alert: RowMapping) -> list[RowMapping]:
        """Its entries by state, whether the cause still holds them, and by whose run it is so."""
        stuck = _is_stuck(alert).label("is_stuck")
        query = (
            select(
                t.entry.c.state,
                stuck,
                t.run.c.requested_by,
                func.count().label("count"),
                func.sum(t.entry.c.amount_minor).label("amount_minor"),
                func.min(t.entry.c.currency).label("currency"),
            )
            .join(t.alert_entry, t.alert_entry.c.entry == t.entry.c.id)
            .join(t.run, t.run.c.id == t.entry.c.run)
            .where(t.alert_entry.c.alert == alert["id"], t.entry.c.workspace == scope.workspace)
            .group_by(t.entry.c.state, stuck, t.run.c.requested_by)
            .order_by(func.count().desc(), t.run.c.requested_by)
        )
        return list(self._connection.execute(query).mappings())

    def examples(self, scope: Scope, alert: RowMapping, *, stuck: bool) -> list[str]:
        """Numbers of some of its sales: of those that wait, or of all."""
        query = (
            select(t.entry.c.source_number)
            .join(t.alert_entry, t.alert_entry.c.entry == t.entry.c.id)
            .where(t.alert_entry.c.alert == alert["id"], t.entry.c.workspace == scope.workspace)
            .order_by(t.entry.c.id)
            .limit(5)
        )
        return list(self._connection.scalars(query.where(_is_stuck(alert)) if stuck else query))

    def close(self, scope: Scope, alert: RowMapping, run: str) -> None:
        """Nothing waits for it any more, thanks to this run."""
        query = update(t.alert).where(
            t.alert.c.id == alert["id"], t.alert.c.workspace == scope.workspace
        )
        self._connection.execute(query.values(is_open=False, closed_by=run))

    def _open(self, scope: Scope, group: Mapping[str, str]) -> RowMapping | None:
        query = select(t.alert).where(
            t.alert.c.workspace == scope.workspace,
            t.alert.c.connection == scope.connection,
            t.alert.c.is_open,
            *(t.alert.c[name] == group[name] for name in _NAMED),
        )
        return self._connection.execute(query).mappings().first()


def _is_stuck(alert: RowMapping) -> ColumnElement[bool]:
    """Entries that wait for what this alert is about."""
    return and_(
        t.entry.c.dry_run == "",
        t.entry.c.state.in_(_PROBLEMS),
        *(t.entry.c[name] == alert[name] for name in _NAMED),
    )
