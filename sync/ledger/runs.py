"""Runs, jobs, watermarks and schedules: what is asked for and how far it got."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, delete, or_, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.exc import IntegrityError

from sync.domain.identity import Scope
from sync.ledger import tables as t
from sync.ledger.people import upsert

ACTIVE = ("queued", "running")

_RUN = (t.run.c.id == bindparam("of_run"), t.run.c.workspace == bindparam("in_workspace"))
_GOT_THROUGH = update(t.run).where(*_RUN, t.run.c.attempts > 0).values(attempts=0)
_GET = select(t.run).where(*_RUN)  # built once: every page and every batch asks


class Runs:
    """At most one active run per connection, stream and class: the database says so."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, scope: Scope, row: Mapping[str, Any]) -> bool:
        """Insert a run; False when one of its kind is active, or its tick is already taken."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(
                    t.run.insert(),
                    {"workspace": scope.workspace, "connection": scope.connection, **row},
                )
        except IntegrityError:
            return False
        return True

    def get(self, workspace: str, run: str) -> RowMapping | None:
        wanted = {"of_run": run, "in_workspace": workspace}
        return self._connection.execute(_GET, wanted).mappings().first()

    def by_number(self, workspace: str, number: int) -> RowMapping | None:
        query = select(t.run).where(t.run.c.number == number, t.run.c.workspace == workspace)
        return self._connection.execute(query).mappings().first()

    def numbers(self, workspace: str, runs: Collection[str]) -> dict[str, int]:
        """What people call these runs."""
        query = select(t.run.c.id, t.run.c.number).where(
            t.run.c.workspace == workspace, t.run.c.id.in_(runs)
        )
        return {row.id: row.number for row in self._connection.execute(query)}

    def active(self, scope: Scope) -> list[RowMapping]:
        query = select(t.run).where(
            t.run.c.workspace == scope.workspace,
            t.run.c.connection == scope.connection,
            t.run.c.state.in_(ACTIVE),
        )
        return list(self._connection.execute(query.order_by(t.run.c.number)).mappings())

    def others_wait(self, scope: Scope, run: str) -> bool:
        """Whether another run of this connection is active, or any at all has not started yet."""
        ours = (t.run.c.workspace == scope.workspace) & (t.run.c.connection == scope.connection)
        query = select(t.run.c.id).where(
            t.run.c.id != run,
            or_(ours & t.run.c.state.in_(ACTIVE), t.run.c.state == "queued"),
        )
        return self._connection.scalar(query.limit(1)) is not None

    def active_anywhere(self, before: datetime) -> list[RowMapping]:
        """Runs of every workspace that were active before then: for the sweep of lost units."""
        query = select(t.run).where(t.run.c.state.in_(ACTIVE), t.run.c.created_at < before)
        return list(self._connection.execute(query).mappings())

    def any_active(self) -> bool:
        """Whether anything runs or waits to run, in any workspace; jobs count."""
        run = select(t.run.c.id).where(t.run.c.state.in_(ACTIVE)).limit(1)
        job = select(t.job.c.id).where(t.job.c.state == "queued").limit(1)
        return self._connection.scalar(run) is not None or self._connection.scalar(job) is not None

    def with_due(self, workspaces: Sequence[str], now: datetime) -> list[Scope]:
        """Connections with sales to try again now, unless a person paused them or a run is on."""
        due = select(t.entry.c.id).where(
            t.entry.c.connection == t.connection.c.id,
            t.entry.c.state == "retrying",
            t.entry.c.dry_run == "",
            t.entry.c.try_at <= now,
        )
        busy = select(t.run.c.id).where(
            t.run.c.connection == t.connection.c.id,
            t.run.c.state.in_(ACTIVE),
            ~t.run.c.is_backfill,
        )
        query = select(t.connection.c.workspace, t.connection.c.id).where(
            t.connection.c.workspace.in_(workspaces),
            ~t.connection.c.paused,
            due.exists(),
            ~busy.exists(),
        )
        return [Scope(row.workspace, row.id) for row in self._connection.execute(query)]

    def recent(self, scope: Scope, limit: int) -> list[RowMapping]:
        query = (
            select(t.run)
            .where(t.run.c.workspace == scope.workspace, t.run.c.connection == scope.connection)
            .order_by(t.run.c.number.desc())
            .limit(limit)
        )
        return list(self._connection.execute(query).mappings())

    def change(self, workspace: str, run: str, **values: Any) -> None:
        named = {f"b_{name}": value for name, value in values.items()}
        self._connection.execute(
            _changing(tuple(values)), named | {"of_run": run, "in_workspace": workspace}
        )

    def got_through(self, workspace: str, run: str) -> None:
        """What was tried so often has worked; the count of tries starts anew."""
        self._connection.execute(_GOT_THROUGH, {"of_run": run, "in_workspace": workspace})

    def fail_active(self, scope: Scope, message: str, now: datetime) -> list[str]:
        """End every active run of a connection whose account is closed to us."""
        query = (
            update(t.run)
            .where(
                t.run.c.workspace == scope.workspace,
                t.run.c.connection == scope.connection,
                t.run.c.state.in_(ACTIVE),
            )
            .values(state="failed", message=message, finished_at=now)
            .returning(t.run.c.id)
        )
        return list(self._connection.scalars(query))

    # -- jobs

    def add_job(self, scope: Scope, job: str, kind: str, payload: Any, now: datetime) -> None:
        self._connection.execute(
            t.job.insert(),
            {
                "id": job,
                "workspace": scope.workspace,
                "connection": scope.connection,
                "kind": kind,
                "payload": payload,
                "state": "queued",
                "created_at": now,
            },
        )

    def job(self, workspace: str, job: str) -> RowMapping | None:
        query = select(t.job).where(t.job.c.id == job, t.job.c.workspace == workspace)
        return self._connection.execute(query).mappings().first()

    def waiting_jobs(self, scope: Scope, since: datetime) -> list[Any]:
        """The questions asked since then that nobody has answered yet, as they were asked."""
        query = select(t.job.c.payload).where(
            t.job.c.workspace == scope.workspace,
            t.job.c.connection == scope.connection,
            t.job.c.state == "queued",
            t.job.c.created_at > since,
        )
        return list(self._connection.scalars(query.limit(500)))

    def finish_job(self, workspace: str, job: str) -> None:
        query = update(t.job).where(t.job.c.id == job, t.job.c.workspace == workspace)
        self._connection.execute(query.values(state="done"))

    # -- watermarks

    def watermark(self, scope: Scope, stream: str) -> datetime | None:
        query = select(t.watermark.c.read_to).where(
            t.watermark.c.workspace == scope.workspace,
            t.watermark.c.connection == scope.connection,
            t.watermark.c.stream == stream,
        )
        return self._connection.scalar(query)

    def move_watermark(self, scope: Scope, stream: str, read_to: datetime) -> None:
        query = upsert(self._connection, t.watermark).values(
            workspace=scope.workspace, connection=scope.connection, stream=stream, read_to=read_to
        )
        self._connection.execute(
            query.on_conflict_do_update(
                index_elements=[t.watermark.c.connection, t.watermark.c.stream],
                set_={"read_to": read_to},
            )
        )

    # -- schedules

    def schedule(self, scope: Scope) -> RowMapping | None:
        query = select(t.schedule).where(
            t.schedule.c.workspace == scope.workspace,
            t.schedule.c.connection == scope.connection,
        )
        return self._connection.execute(query).mappings().first()

    def schedules(self, workspaces: Sequence[str]) -> list[RowMapping]:
        """Every schedule of these workspaces whose connection is not paused."""
        query = (
            select(t.schedule, t.connection.c.paused)
            .join(t.connection, t.connection.c.id == t.schedule.c.connection)
            .where(t.schedule.c.workspace.in_(workspaces))
        )
        return list(self._connection.execute(query).mappings())

    def set_schedule(self, scope: Scope, spec: str, zone: str, now: datetime) -> None:
        values = {"spec": spec, "zone": zone, "changed_at": now}
        query = upsert(self._connection, t.schedule).values(
            connection=scope.connection, workspace=scope.workspace, **values
        )
        self._connection.execute(
            query.on_conflict_do_update(index_elements=[t.schedule.c.connection], set_=values)
        )

    def ticked(self, scope: Scope, at: datetime) -> None:
        query = update(t.schedule).where(
            t.schedule.c.workspace == scope.workspace,
            t.schedule.c.connection == scope.connection,
        )
        self._connection.execute(query.values(last_at=at))


class Rules:
    """The rules of a connection, in the order they are judged."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, scope: Scope) -> list[RowMapping]:
        query = select(t.rule).where(self._of(scope)).order_by(t.rule.c.position, t.rule.c.name_key)
        return list(self._connection.execute(query).mappings())

    def add(self, scope: Scope, row: Mapping[str, Any]) -> None:
        self._connection.execute(
            t.rule.insert(),
            {"workspace": scope.workspace, "connection": scope.connection, **row},
        )

    def change(self, scope: Scope, name_key: str, /, **values: Any) -> bool:
        query = update(t.rule).where(self._of(scope), t.rule.c.name_key == name_key)
        return bool(self._connection.execute(query.values(**values)).rowcount)

    def remove(self, scope: Scope, name_key: str) -> bool:
        query = delete(t.rule).where(self._of(scope), t.rule.c.name_key == name_key)
        return bool(self._connection.execute(query).rowcount)

    @staticmethod
    def _of(scope: Scope) -> Any:
        return (t.rule.c.workspace == scope.workspace) & (t.rule.c.connection == scope.connection)


@cache
def _changing(columns: tuple[str, ...]) -> Update:
    return update(t.run).where(*_RUN).values({name: bindparam(f"b_{name}") for name in columns})
