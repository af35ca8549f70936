"""Events that sync writes, and the messages that must reach Slack because of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, tuple_, update
from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.ledger import tables as t
from sync.ledger.people import upsert

_CLAIMING = 0x636363  # one claim at a time, whoever asks
_REPLACED = ("update", "view", "publish")  # kinds of which only the newest counts


class Outbox:
    """An event is deleted in the transaction that turns it into messages: none lost, none twice."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tell(
        self, scope: Scope, kind: str, payload: Mapping[str, Any], *, run: str = "", now: datetime
    ) -> None:
        """Write an event in the transaction of the fact it tells."""
        self._connection.execute(
            t.event.insert(),
            {
                "workspace": scope.workspace,
                "connection": scope.connection,
                "run": run,
                "kind": kind,
                "payload": payload,
                "at": now,
            },
        )

    def events(self, limit: int) -> list[RowMapping]:
        """The oldest events of every workspace: the sender serves them all."""
        query = select(t.event).order_by(t.event.c.id).limit(limit)
        if self._connection.dialect.name == "postgresql":
            query = query.with_for_update(skip_locked=True)
        return list(self._connection.execute(query).mappings())

    def forget_events(self, ids: Sequence[int]) -> int:
        """Delete events; the count is smaller when another process already rendered some."""
        if not ids:
            return 0
        return self._connection.execute(delete(t.event).where(t.event.c.id.in_(ids))).rowcount

    def add(self, workspace: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Queue messages; a key is sent once, but an unsent `update` takes the newest payload."""
        for row in rows:
            full = {"workspace": workspace, "state": "new", "attempts": 0, "ts": "", **row}
            query = upsert(self._connection, t.outbox).values(full)
            if row["kind"] in _REPLACED:
                query = query.on_conflict_do_update(
                    index_elements=["workspace", "key"],
                    set_={
                        "payload": query.excluded.payload,
                        "not_before": query.excluded.not_before,
                        "at": query.excluded.at,
                        "state": "new",
                        "attempts": 0,
                    },
                )
            else:
                query = query.on_conflict_do_nothing(index_elements=["workspace", "key"])
            self._connection.execute(query)

    def claim(self, now: datetime, until: datetime, limit: int) -> list[RowMapping]:
        """Due messages, taken for this sender until `until`; order is by id.

        A channel has one sender at a time: two would let an old edit land after a newer one.
        """
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(select(func.pg_advisory_xact_lock(_CLAIMING)))
        taken = select(t.outbox.c.workspace, t.outbox.c.channel).where(
            t.outbox.c.state == "new", t.outbox.c.claimed_until > now
        )
        query = (
            select(t.outbox)
            .where(
                t.outbox.c.state == "new",
                or_(t.outbox.c.not_before.is_(None), t.outbox.c.not_before <= now),
                tuple_(t.outbox.c.workspace, t.outbox.c.channel).not_in(taken),
            )
            .order_by(t.outbox.c.id)
            .limit(limit)
        )
        rows = list(self._connection.execute(query).mappings())
        if rows:
            self._connection.execute(
                update(t.outbox)
                .where(t.outbox.c.id.in_([row["id"] for row in rows]))
                .values(claimed_until=until)
            )
        return rows

    def waiting(self) -> bool:
        """Whether any message has not reached Slack yet."""
        query = select(t.outbox.c.id).where(t.outbox.c.state == "new").limit(1)
        return self._connection.scalar(query) is not None

    def change(self, workspace: str, row: int, **values: Any) -> None:
        query = update(t.outbox).where(t.outbox.c.id == row, t.outbox.c.workspace == workspace)
        self._connection.execute(query.values(**values))

    def settle(
        self, workspace: str, row: int, kind: str, payload: Any, state: str, **values: Any
    ) -> None:
        """End a message as it was claimed; one that got a newer payload meanwhile stays new."""
        query = update(t.outbox).where(t.outbox.c.id == row, t.outbox.c.workspace == workspace)
        values["claimed_until"] = None
        # A file is large, and nothing replaces it: it is not sent there and back to be compared.
        unchanged = query.where(t.outbox.c.payload == payload) if kind in _REPLACED else query
        if not self._connection.execute(unchanged.values(state=state, **values)).rowcount:
            self._connection.execute(query.values(**values))

    def message(self, workspace: str, key: str) -> RowMapping | None:
        """Where a message with this key went: `posted_to` and `ts`, empty until sent."""
        query = select(t.outbox).where(t.outbox.c.workspace == workspace, t.outbox.c.key == key)
        return self._connection.execute(query).mappings().first()

    def key_of(self, workspace: str, channel: str, ts: str) -> str:
        """Which of our messages stands there, "" when it is not one we remember."""
        query = select(t.outbox.c.key).where(
            t.outbox.c.workspace == workspace, t.outbox.c.ts == ts, t.outbox.c.posted_to == channel
        )
        return self._connection.scalar(query.order_by(t.outbox.c.id).limit(1)) or ""

    def forget_sent(self, workspace: str, before: datetime) -> None:
        """Messages of open alerts stay: they are still to be edited."""
        kept = select(t.alert.c.key).where(t.alert.c.workspace == workspace, t.alert.c.is_open)
        self._connection.execute(
            delete(t.outbox).where(
                t.outbox.c.workspace == workspace,
                t.outbox.c.state != "new",
                t.outbox.c.at < before,
                t.outbox.c.key.not_in(kept),
            )
        )
