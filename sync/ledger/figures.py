"""Counts over all workspaces, for whoever runs the bot; no name and no amount is read."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Table, func, select

from sync.ledger import tables as t


def by_state(connection: Connection, table: Table) -> dict[str, int]:
    """How many rows are in each state."""
    state: ColumnElement[str] = table.c.state
    query = select(state, func.count()).group_by(state)
    return {row[0]: row[1] for row in connection.execute(query)}


def run_states(connection: Connection) -> dict[str, int]:
    return by_state(connection, t.run)


def entry_states(connection: Connection) -> dict[str, int]:
    return by_state(connection, t.entry)


def waiting_messages(connection: Connection) -> int:
    """Messages that Slack has not got yet."""
    query = select(func.count()).select_from(t.outbox).where(t.outbox.c.state == "new")
    return connection.scalar(query) or 0


def open_batches(connection: Connection) -> int:
    """Frozen and not settled: sent, or about to be."""
    query = select(func.count()).select_from(t.batch).where(t.batch.c.state == "frozen")
    return connection.scalar(query) or 0
