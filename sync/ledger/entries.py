"""The transaction log: one entry per source record, and the history of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.ledger import tables as t
from sync.ledger.bulk import among, insert_rows, update_rows
from sync.ledger.posting import OPEN

_PROBLEMS = ("held", "failed")

# What every page and batch asks is built once: building costs more than the database's answer.
_UNUSUAL = select(t.entry.c.id, t.entry.c.attempts, t.entry.c.cause).where(
    t.entry.c.workspace == bindparam("in_workspace"),
    t.entry.c.id.in_(bindparam("some", expanding=True)),
    or_(t.entry.c.attempts > 0, t.entry.c.cause != ""),
)


class Entries:
    """Rows go in and out a page of sales at a time: one statement, not one per sale."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(
        self, scope: Scope, kind: str, source_ids: Sequence[str], *, dry_run: str = ""
    ) -> dict[str, RowMapping]:
        """The entries that these source records already have, by source id."""
        wanted = {
            "in_workspace": scope.workspace,
            "of_connection": scope.connection,
            "of_kind": kind,
            "of_dry_run": dry_run,
            "source_ids": list(source_ids),
        }
        rows = self._connection.execute(_known(self._connection.dialect.name), wanted).mappings()
        return {row["source_id"]: row for row in rows}

    def add(self, scope: Scope, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert new entries; ids come back in the order of the rows."""
        if not rows:
            return []
        full = [{"workspace": scope.workspace, "connection": scope.connection, **r} for r in rows]
        told = insert_rows(self._connection, t.entry, full, returning=("id", "kind", "source_id"))
        made = {(row.kind, row.source_id): row.id for row in told}
        return [made[row["kind"], row["source_id"]] for row in rows]

    def change(self, scope: Scope, rows: Sequence[Mapping[str, Any]]) -> None:
        """Update entries by `id`; all rows carry the same columns."""
        update_rows(self._connection, t.entry, rows, workspace=scope.workspace)

    def remember(self, scope: Scope, rows: Sequence[Mapping[str, Any]]) -> None:
        """Append to the history of entries; nothing here is ever changed."""
        full = [{"workspace": scope.workspace, **row} for row in rows]
        insert_rows(self._connection, t.entry_event, full)

    def unusual(self, scope: Scope, ids: Sequence[int]) -> dict[int, tuple[int, str]]:
        """Attempts and cause of the entries that have any; a first, clean try is left out."""
        wanted = {"in_workspace": scope.workspace, "some": ids}
        rows = self._connection.execute(_UNUSUAL, wanted)
        return {row.id: (row.attempts, row.cause) for row in rows}

    def due(
        self, scope: Scope, now: datetime, limit: int, *, after: int = 0
    ) -> list[tuple[int, str]]:
        """Retrying entries whose time has come: id and source id, oldest first."""
        query = (
            select(t.entry.c.id, t.entry.c.source_id)
            .where(
                self._of(scope),
                t.entry.c.dry_run == "",
                t.entry.c.state == "retrying",
                t.entry.c.try_at <= now,
                t.entry.c.id > after,
            )
            .order_by(t.entry.c.id)
            .limit(limit)
        )
        return [(row.id, row.source_id) for row in self._connection.execute(query)]

    def unsent(self, scope: Scope, limit: int, *, after: int = 0) -> list[tuple[int, str, str]]:
        """Pending entries that no operation will ever end: id, source id, how their run ended."""
        on_its_way = (
            select(t.operation.c.id)
            .join(t.document, t.document.c.id == t.operation.c.document)
            .where(t.document.c.entry == t.entry.c.id, t.operation.c.state.in_(OPEN))
        )
        query = (
            select(t.entry.c.id, t.entry.c.source_id, t.run.c.state)
            .join(t.run, t.run.c.id == t.entry.c.run)
            .where(
                self._of(scope),
                t.entry.c.dry_run == "",
                t.entry.c.state == "pending",
                t.entry.c.id > after,
                ~on_its_way.exists(),
            )
            .order_by(t.entry.c.id)
            .limit(limit)
        )
        return [(row.id, row.source_id, row.state) for row in self._connection.execute(query)]

    def problems(
        self,
        scope: Scope,
        *,
        limit: int,
        run: str = "",
        cause: str = "",
        subject: str | None = None,
        number: str = "",
        sales: Sequence[str] | None = None,
        upto: int = 0,
        after: int = 0,
    ) -> list[tuple[int, str]]:
        """Held and failed entries: id and source id, oldest first."""
        query = select(t.entry.c.id, t.entry.c.source_id).where(
            *self._problems(scope, run, cause, subject), t.entry.c.id > after
        )
        if number:
            query = query.where(t.entry.c.source_number == number)
        if sales is not None:
            query = query.where(t.entry.c.source_id.in_(sales))
        if upto:
            query = query.where(t.entry.c.id <= upto)
        rows = self._connection.execute(query.order_by(t.entry.c.id).limit(limit))
        return [(row.id, row.source_id) for row in rows]

    def extent(
        self, scope: Scope, *, run: str = "", cause: str = "", subject: str | None = None
    ) -> tuple[int, int]:
        """How many are held or failed, and the newest of them."""
        query = select(func.count(), func.max(t.entry.c.id)).where(
            *self._problems(scope, run, cause, subject)
        )
        count, newest = self._connection.execute(query).one()
        return int(count), int(newest or 0)

    def _problems(
        self, scope: Scope, run: str, cause: str, subject: str | None
    ) -> list[ColumnElement[bool]]:
        wanted = [self._of(scope), t.entry.c.dry_run == "", t.entry.c.state.in_(_PROBLEMS)]
        if run:
            wanted.append(t.entry.c.run == run)
        if cause:
            wanted.append(t.entry.c.cause == cause)
        if subject is not None:
            wanted.append(t.entry.c.subject == subject)
        return wanted

    def waiting(
        self, scope: Scope, cause: str, subject: str | None, limit: int
    ) -> list[RowMapping]:
        """Held and failed entries of a cause (of one subject, if given), the oldest day first."""
        wanted = [t.entry.c.dry_run == "", t.entry.c.state.in_(_PROBLEMS)]
        wanted.append(t.entry.c.cause == cause)
        if subject is not None:
            wanted.append(t.entry.c.subject == subject)
        query = select(t.entry).where(self._of(scope), *wanted)
        ordered = query.order_by(t.entry.c.business_day, t.entry.c.id).limit(limit)
        return list(self._connection.execute(ordered).mappings())

    def counts(self, scope: Scope, run: str) -> dict[str, tuple[int, int]]:
        """By state: how many entries of the run, and their amount in minor units."""
        query = (
            select(t.entry.c.state, func.count(), func.sum(t.entry.c.amount_minor))
            .where(t.entry.c.workspace == scope.workspace, t.entry.c.run == run)
            .group_by(t.entry.c.state)
        )
        return {state: (n, int(total)) for state, n, total in self._connection.execute(query)}

    def open_problems(self, scope: Scope) -> int:
        query = select(func.count()).where(
            self._of(scope), t.entry.c.dry_run == "", t.entry.c.state.in_(_PROBLEMS)
        )
        return int(self._connection.scalar(query) or 0)

    def of_run(
        self, scope: Scope, run: str, *, states: Iterable[str] = (), after: int = 0, limit: int
    ) -> list[RowMapping]:
        query = select(t.entry).where(
            t.entry.c.workspace == scope.workspace, t.entry.c.run == run, t.entry.c.id > after
        )
        if wanted := tuple(states):
            query = query.where(t.entry.c.state.in_(wanted))
        rows = self._connection.execute(query.order_by(t.entry.c.id).limit(limit))
        return list(rows.mappings())

    def search(
        self, scope: Scope, *, states: Sequence[str] = (), number: str = "", limit: int = 20
    ) -> tuple[list[RowMapping], int]:
        """The newest, and how many there are in all; `Search` knows every other filter."""
        wanted: list[ColumnElement[bool]] = [self._of(scope), t.entry.c.dry_run == ""]
        if states:
            wanted.append(t.entry.c.state.in_(states))
        if number:
            wanted.append(t.entry.c.source_number == number)
        total = int(self._connection.scalar(select(func.count()).where(and_(*wanted))) or 0)
        query = select(t.entry).where(*wanted).order_by(t.entry.c.id.desc()).limit(limit)
        return list(self._connection.execute(query).mappings()), total

    def causes(self, scope: Scope, run: str) -> list[RowMapping]:
        """Problems of a run grouped by cause, the largest group first."""
        query = (
            select(
                t.entry.c.cause,
                t.entry.c.subject,
                t.entry.c.fix,
                func.min(t.entry.c.reason).label("reason"),
                func.count().label("count"),
                func.sum(t.entry.c.amount_minor).label("amount_minor"),
                func.min(t.entry.c.currency).label("currency"),
            )
            .where(
                t.entry.c.workspace == scope.workspace,
                t.entry.c.run == run,
                t.entry.c.state.in_(_PROBLEMS),
            )
            .group_by(t.entry.c.cause, t.entry.c.subject, t.entry.c.fix)
            .order_by(func.count().desc(), t.entry.c.cause)
        )
        return list(self._connection.execute(query).mappings())

    def examples(self, scope: Scope, run: str, cause: str, subject: str) -> list[str]:
        query = (
            select(t.entry.c.source_number)
            .where(
                t.entry.c.workspace == scope.workspace,
                t.entry.c.run == run,
                t.entry.c.cause == cause,
                t.entry.c.subject == subject,
                t.entry.c.state.in_(_PROBLEMS),
            )
            .order_by(t.entry.c.id)
            .limit(5)
        )
        return list(self._connection.scalars(query))

    def history(self, scope: Scope, entry: int) -> list[RowMapping]:
        query = (
            select(t.entry_event, t.run.c.number.label("run_number"), t.run.c.requested_by)
            .outerjoin(t.run, t.run.c.id == t.entry_event.c.run)
            .where(t.entry_event.c.entry == entry, t.entry_event.c.workspace == scope.workspace)
            .order_by(t.entry_event.c.id)
        )
        return list(self._connection.execute(query).mappings())

    @staticmethod
    def _of(scope: Scope) -> ColumnElement[bool]:
        return and_(
            t.entry.c.workspace == scope.workspace, t.entry.c.connection == scope.connection
        )


@cache
def _known(dialect: str) -> Select[Any]:
    return select(t.entry).where(
        t.entry.c.workspace == bindparam("in_workspace"),
        t.entry.c.connection == bindparam("of_connection"),
        t.entry.c.kind == bindparam("of_kind"),
        t.entry.c.dry_run == bindparam("of_dry_run"),
        among(dialect, t.entry.c.source_id, "source_ids"),
    )
