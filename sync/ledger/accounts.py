"""Outside accounts, one-time links, connections, and the lists cached from both sides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.engine import RowMapping
from sqlalchemy.sql import ColumnElement

from sync.domain.identity import Scope
from sync.ledger import tables as t
from sync.ledger.people import upsert


class Accounts:
    """What is connected; secrets come and go sealed, this module never opens them."""

    def __init__(self, connection: Connection, now: ColumnElement[float]) -> None:
        self._connection = connection
        self._now = now

    # -- links

    def add_link(self, workspace: str, row: Mapping[str, Any]) -> None:
        self._connection.execute(t.link.insert(), {"workspace": workspace, **row})

    def link_by_token(self, token_digest: str) -> RowMapping | None:
        """By the secret itself: holding the token is the proof of the workspace."""
        query = select(t.link).where(t.link.c.token_digest == token_digest)
        return self._connection.execute(query).mappings().first()

    def link_by_state(self, state_digest: str) -> RowMapping | None:
        """By the `state` the provider gives back: as secret as the token."""
        query = select(t.link).where(t.link.c.state_digest == state_digest)
        return self._connection.execute(query).mappings().first()

    def change_link(self, workspace: str, token_digest: str, **values: Any) -> None:
        query = update(t.link).where(
            t.link.c.token_digest == token_digest, t.link.c.workspace == workspace
        )
        self._connection.execute(query.values(**values))

    def use_link(self, workspace: str, token_digest: str, now: datetime) -> bool:
        """True for exactly one caller."""
        query = (
            update(t.link)
            .where(
                t.link.c.token_digest == token_digest,
                t.link.c.workspace == workspace,
                t.link.c.used_at.is_(None),
            )
            .values(used_at=now)
        )
        return bool(self._connection.execute(query).rowcount)

    # -- accounts

    def add(self, workspace: str, row: Mapping[str, Any]) -> None:
        self._connection.execute(t.account.insert(), {"workspace": workspace, **row})

    def get(self, workspace: str, account: str) -> RowMapping | None:
        query = select(t.account).where(
            t.account.c.id == account, t.account.c.workspace == workspace
        )
        return self._connection.execute(query).mappings().first()

    def some(self, workspace: str, accounts: Collection[str | None]) -> dict[str, RowMapping]:
        """These accounts by id; those that do not exist are left out."""
        query = select(t.account).where(
            t.account.c.id.in_([account for account in accounts if account]),
            t.account.c.workspace == workspace,
        )
        return {row["id"]: row for row in self._connection.execute(query).mappings()}

    def claim_refresh(self, workspace: str, account: str, seconds: float) -> bool:
        """True for the one process that may refresh this account's tokens now."""
        query = (
            update(t.account)
            .where(
                t.account.c.id == account,
                t.account.c.workspace == workspace,
                t.account.c.refreshing_until.is_(None) | (t.account.c.refreshing_until < self._now),
            )
            .values(refreshing_until=self._now + seconds)
        )
        return bool(self._connection.execute(query).rowcount)

    def by_external(
        self, workspace: str, provider: str, digests: Sequence[str]
    ) -> RowMapping | None:
        query = select(t.account).where(
            t.account.c.workspace == workspace,
            t.account.c.provider == provider,
            t.account.c.external_digest.in_(digests),
        )
        return self._connection.execute(query).mappings().first()

    def connected_elsewhere(self, workspace: str, provider: str, digests: Sequence[str]) -> bool:
        """True when another workspace already posts to this company; it does not say which."""
        query = select(t.account.c.id).where(
            t.account.c.workspace != workspace,
            t.account.c.provider == provider,
            t.account.c.external_digest.in_(digests),
            t.account.c.state == "connected",
        )
        return self._connection.scalar(query) is not None

    def all(self, workspace: str) -> list[RowMapping]:
        query = select(t.account).where(t.account.c.workspace == workspace)
        return list(self._connection.execute(query.order_by(t.account.c.created_at)).mappings())

    def change(self, workspace: str, account: str, **values: Any) -> bool:
        query = update(t.account).where(
            t.account.c.id == account, t.account.c.workspace == workspace
        )
        return bool(self._connection.execute(query.values(**values)).rowcount)

    def break_once(self, workspace: str, account: str, problem: str) -> bool:
        """Mark a connected account broken; True only for the first to notice."""
        query = (
            update(t.account)
            .where(
                t.account.c.id == account,
                t.account.c.workspace == workspace,
                t.account.c.state == "connected",
            )
            .values(state="broken", problem=problem)
        )
        return bool(self._connection.execute(query).rowcount)

    def ending(self, workspace: str, before: datetime) -> list[RowMapping]:
        """Connected accounts whose permission ends before then, for lack of use or for good."""
        query = select(t.account).where(
            t.account.c.workspace == workspace,
            t.account.c.state == "connected",
            or_(t.account.c.idle_ends_at < before, t.account.c.ends_at < before),
        )
        return list(self._connection.execute(query).mappings())

    # -- connections

    def connections(self, workspace: str) -> list[RowMapping]:
        query = select(t.connection).where(t.connection.c.workspace == workspace)
        return list(self._connection.execute(query.order_by(t.connection.c.created_at)).mappings())

    def connection(self, scope: Scope, *, locked: bool = False) -> RowMapping | None:
        """A row read `locked` is nobody else's to change until the commit."""
        query = select(t.connection).where(
            t.connection.c.id == scope.connection, t.connection.c.workspace == scope.workspace
        )
        if locked:
            query = query.with_for_update()
        return self._connection.execute(query).mappings().first()

    def connections_of(self, workspace: str, account: str) -> list[RowMapping]:
        query = select(t.connection).where(
            t.connection.c.workspace == workspace,
            or_(t.connection.c.lightspeed == account, t.connection.c.quickbooks == account),
        )
        return list(self._connection.execute(query).mappings())

    def add_connection(self, workspace: str, row: Mapping[str, Any]) -> None:
        self._connection.execute(t.connection.insert(), {"workspace": workspace, **row})

    def change_connection(self, scope: Scope, **values: Any) -> None:
        query = update(t.connection).where(
            t.connection.c.id == scope.connection, t.connection.c.workspace == scope.workspace
        )
        self._connection.execute(query.values(**values))

    def save_settings(self, scope: Scope, settings: Any, *, version: int) -> bool:
        """Save over exactly the version that was read; False when somebody was faster."""
        query = (
            update(t.connection)
            .where(
                t.connection.c.id == scope.connection,
                t.connection.c.workspace == scope.workspace,
                t.connection.c.version == version,
            )
            .values(settings=settings, version=version + 1)
        )
        return bool(self._connection.execute(query).rowcount)

    # -- lists

    def save_list(
        self,
        workspace: str,
        account: str,
        kind: str,
        objects: Iterable[tuple[str, Any]],
        *,
        read_at: datetime | None = None,
        replace: bool = False,
        gone: Sequence[str] = (),
    ) -> None:
        """Store list objects by id; `replace` forgets those that no longer exist.

        `read_at` is where the next read of changes starts; None leaves it where it was.
        """
        mine = (
            (t.list_object.c.workspace == workspace)
            & (t.list_object.c.account == account)
            & (t.list_object.c.kind == kind)
        )
        if replace:
            self._connection.execute(delete(t.list_object).where(mine))
        elif gone:
            self._connection.execute(
                delete(t.list_object).where(mine, t.list_object.c.external_id.in_(gone))
            )
        rows = [
            {
                "workspace": workspace,
                "account": account,
                "kind": kind,
                "external_id": external_id,
                "data": data,
            }
            for external_id, data in objects
        ]
        if rows:
            query = upsert(self._connection, t.list_object)
            self._connection.execute(
                query.on_conflict_do_update(
                    index_elements=["account", "kind", "external_id"],
                    set_={"data": query.excluded.data},
                ),
                rows,
            )
        if read_at is None:
            return
        state = upsert(self._connection, t.list_state).values(
            workspace=workspace, account=account, kind=kind, read_at=read_at
        )
        self._connection.execute(
            state.on_conflict_do_update(
                index_elements=["account", "kind"], set_={"read_at": read_at}
            )
        )

    def lists(self, workspace: str, account: str) -> dict[str, list[Any]]:
        """Every cached object of an account, by kind, as the service sent it."""
        query = (
            select(t.list_object.c.kind, t.list_object.c.data)
            .where(t.list_object.c.workspace == workspace, t.list_object.c.account == account)
            .order_by(t.list_object.c.kind, t.list_object.c.external_id)
        )
        found: dict[str, list[Any]] = {}
        for kind, data in self._connection.execute(query):
            found.setdefault(kind, []).append(data)
        return found

    def list_of(self, workspace: str, account: str, kind: str) -> list[Any]:
        query = (
            select(t.list_object.c.data)
            .where(
                t.list_object.c.workspace == workspace,
                t.list_object.c.account == account,
                t.list_object.c.kind == kind,
            )
            .order_by(t.list_object.c.external_id)
        )
        return list(self._connection.scalars(query))

    def lists_read_at(self, workspace: str, account: str) -> dict[str, datetime]:
        query = select(t.list_state.c.kind, t.list_state.c.read_at).where(
            t.list_state.c.workspace == workspace, t.list_state.c.account == account
        )
        return {row.kind: row.read_at for row in self._connection.execute(query)}
