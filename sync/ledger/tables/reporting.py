"""What happened and what is yet to be told in Slack."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from sync.ledger.tables.columns import ID, SLACK, metadata, number_key, of_workspace
from sync.ledger.types import Instant, Json

event = Table(
    "ccc_event",
    metadata,
    number_key(),
    of_workspace(),
    Column("connection", ID, nullable=False),
    Column("run", ID, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("payload", Json, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,  # rows are deleted, and messages are known by an event's number
)

outbox = Table(
    "ccc_outbox",
    metadata,
    number_key(),
    of_workspace(),
    Column("key", String(120), nullable=False),
    Column("channel", SLACK, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("payload", Json, nullable=False),
    Column("thread_key", String(120), nullable=False),
    Column("state", String(16), nullable=False),  # new, sent, dropped
    Column("attempts", Integer, nullable=False),
    Column("not_before", Instant),
    Column("claimed_until", Instant),
    Column("ts", String(64), nullable=False, server_default=""),
    Column("posted_to", SLACK, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    UniqueConstraint("workspace", "key"),
    Index("ix_ccc_outbox_state_id", "state", "id"),
)
