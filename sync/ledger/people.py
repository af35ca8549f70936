"""Workspaces, roles, the audit trail, and deliveries already acted on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import RowMapping

from sync.ledger import tables as t


def upsert(connection: Connection, table: Any) -> Any:
    """INSERT … ON CONFLICT has one spelling, but each dialect its own class."""
    if connection.dialect.name == "sqlite":
        return sqlite_insert(table)
    return postgres_insert(table)


class People:
    """Who is here, what they may do, and what they did."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ensure_workspace(self, workspace: str, name: str, now: datetime) -> None:
        query = upsert(self._connection, t.workspace).values(
            id=workspace, name=name, created_at=now
        )
        self._connection.execute(query.on_conflict_do_nothing())

    def workspace_name(self, workspace: str) -> str:
        query = select(t.workspace.c.name).where(t.workspace.c.id == workspace)
        return self._connection.scalar(query) or ""

    def lock(self, workspace: str) -> None:
        """Let nobody else decide about this workspace until the commit."""
        query = select(t.workspace.c.id).where(t.workspace.c.id == workspace)
        self._connection.execute(query.with_for_update())

    def workspaces(self) -> tuple[str, ...]:
        """Every workspace: for the clock and the worker, which serve them all."""
        return tuple(self._connection.scalars(select(t.workspace.c.id)))

    def roles(self, workspace: str) -> dict[str, str]:
        """What people and groups were given in the whole workspace."""
        query = select(t.grant.c.subject, t.grant.c.role).where(
            t.grant.c.workspace == workspace, t.grant.c.connection == ""
        )
        return {row.subject: row.role for row in self._connection.execute(query)}

    def grants(self, workspace: str) -> list[RowMapping]:
        """Every grant, those for the whole workspace first."""
        query = (
            select(t.grant.c.subject, t.grant.c.connection, t.grant.c.role)
            .where(t.grant.c.workspace == workspace)
            .order_by(t.grant.c.connection, t.grant.c.subject)
        )
        return list(self._connection.execute(query).mappings())

    def set_role(self, workspace: str, user: str, role: str, connection: str = "") -> None:
        query = upsert(self._connection, t.grant).values(
            workspace=workspace, connection=connection, subject=user, role=role
        )
        query = query.on_conflict_do_update(
            index_elements=[t.grant.c.workspace, t.grant.c.connection, t.grant.c.subject],
            set_={"role": role},
        )
        self._connection.execute(query)

    def take_roles(self, workspace: str, subject: str) -> list[RowMapping]:
        """Forget every grant of somebody who is gone; what they had."""
        mine = (t.grant.c.workspace == workspace, t.grant.c.subject == subject)
        query = select(t.grant.c.connection, t.grant.c.role).where(*mine)
        had = list(self._connection.execute(query.order_by(t.grant.c.connection)).mappings())
        self._connection.execute(delete(t.grant).where(*mine))
        return had

    def write_audit(
        self,
        workspace: str,
        actor: str,
        action: str,
        target: str,
        *,
        before: str = "",
        after: str = "",
        connection: str = "",
        now: datetime,
    ) -> None:
        """One row for every change; values are settings, never secrets."""
        self._connection.execute(
            t.audit.insert(),
            {
                "workspace": workspace,
                "connection": connection,
                "at": now,
                "actor": actor,
                "action": action,
                "target": target[:255],
                "before": before,
                "after": after,
            },
        )
        if self._is_watched(workspace):
            self._connection.execute(
                t.event.insert(),
                {
                    "workspace": workspace,
                    "connection": connection,
                    "run": "",
                    "kind": "changed",
                    "payload": {},
                    "at": now,
                },
            )

    def _is_watched(self, workspace: str) -> bool:
        """Whether anybody has a Home tab that the change should show in."""
        query = select(t.home.c.user).where(t.home.c.workspace == workspace).limit(1)
        return self._connection.scalar(query) is not None

    def audit_rows(
        self,
        workspace: str,
        limit: int,
        *,
        before: int | None = None,
        actor: str = "",
        word: str = "",
        only: Sequence[str] | None = None,
    ) -> list[RowMapping]:
        """The newest first, older than row `before`; `word` is looked for in all that is said."""
        row = t.audit.c
        query = select(t.audit).where(row.workspace == workspace)
        if before is not None:
            query = query.where(row.id < before)
        if actor:
            query = query.where(row.actor == actor)
        if only is not None:
            query = query.where(row.connection.in_(only))
        if word:
            said = (row.action, row.target, row.before, row.after)
            query = query.where(or_(*(each.icontains(word, autoescape=True) for each in said)))
        query = query.order_by(row.id.desc()).limit(limit)
        return list(self._connection.execute(query).mappings())

    def first_time(self, workspace: str, key: str, now: datetime) -> bool:
        """True once per key; the same delivery or click later is False."""
        query = _seeing(self._connection.dialect.name)
        values = {"in_workspace": workspace, "as_key": key, "now": now}
        return self._connection.scalar(query, values) is not None

    def forget_seen(self, before: datetime) -> None:
        self._connection.execute(delete(t.seen).where(t.seen.c.at < before))

    def next_run_number(self, workspace: str) -> int:
        query = (
            update(t.workspace)
            .where(t.workspace.c.id == workspace)
            .values(last_run_number=t.workspace.c.last_run_number + 1)
            .returning(t.workspace.c.last_run_number)
        )
        return int(self._connection.execute(query).scalar_one())


SEEN_FOR = timedelta(hours=1)


@cache
def _seeing(dialect: str) -> Any:
    """The row itself is asked for: PostgreSQL's driver counts no inserted rows.

    Nor does PostgreSQL wait for its disk: whatever the request has done is committed after this,
    and a commit that waits takes all earlier ones to the disk with it.
    """
    given = (
        bindparam("in_workspace", type_=t.seen.c.workspace.type),
        bindparam("as_key", type_=t.seen.c.key.type),
        bindparam("now", type_=t.seen.c.at.type),
    )
    row = select(*given)
    insert: Any
    if dialect == "sqlite":
        insert, row = sqlite_insert, row.where(true())  # else its ON could be one of a join
    else:
        insert = postgres_insert
        row = row.where(func.set_config("synchronous_commit", "off", true()) == "off")
    query = insert(t.seen).from_select(["workspace", "key", "at"], row)
    return query.on_conflict_do_nothing().returning(t.seen.c.key)
