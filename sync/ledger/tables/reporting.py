"""What happened and what is yet to be told in Slack."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from sync.ledger.tables.columns import ID, NAME, SLACK, metadata, number_key, of_workspace
from sync.ledger.types import BigId, Instant, Json

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
    Index("ix_ccc_outbox_workspace_ts", "workspace", "ts"),
)

alert = Table(  # one message about one cause, kept true until nothing waits for it
    "ccc_alert",
    metadata,
    number_key(),
    of_workspace(),
    Column("connection", ID, nullable=False),
    Column("cause", String(120), nullable=False),
    Column("subject", NAME, nullable=False),
    Column("fix", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("key", String(120), nullable=False),  # of its message in the outbox
    Column("run", ID, nullable=False),  # in whose thread it stands
    Column("is_open", Boolean, nullable=False),
    Column("closed_by", ID, nullable=False, server_default=""),  # run
    Column("opened_at", Instant, nullable=False),
    UniqueConstraint("workspace", "key"),
)
Index(
    "uq_ccc_alert_open",
    alert.c.connection,
    alert.c.cause,
    alert.c.subject,
    alert.c.fix,
    unique=True,
    sqlite_where=alert.c.is_open,
    postgresql_where=alert.c.is_open,
)

alert_entry = Table(
    "ccc_alert_entry",
    metadata,
    Column("alert", BigId, primary_key=True),
    Column("entry", BigId, primary_key=True, index=True),
    of_workspace(),
)
