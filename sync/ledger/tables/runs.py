"""Runs, jobs, and what processes agree on."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from sync.ledger.tables.columns import ID, NAME, SLACK, key, metadata, of_workspace
from sync.ledger.types import BigId, Instant, Json

run = Table(
    "ccc_run",
    metadata,
    key(),
    of_workspace(),
    Column("number", Integer, nullable=False),
    Column("connection", ID, nullable=False),
    Column("stream", String(16), nullable=False),
    Column("trigger", String(16), nullable=False),
    Column("is_backfill", Boolean, nullable=False),
    Column("state", String(24), nullable=False),
    Column("tick_key", String(120), unique=True),
    Column("cancel_requested", Boolean, nullable=False, server_default=text("false")),
    Column("dry", Boolean, nullable=False),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("shop", NAME, nullable=False, server_default=""),
    Column("selection", Json),  # source ids of a retry
    Column("cursor", Json),
    Column("chunk", Integer, nullable=False, server_default="0"),
    Column("read", Integer, nullable=False, server_default="0"),
    Column("expected", Integer),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("counts", Json),  # fixed when the run is over
    Column("posted_minor", BigId, nullable=False, server_default="0"),
    Column("currency", String(3), nullable=False, server_default="USD"),
    Column("requested_by", SLACK, nullable=False),
    Column("message", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    UniqueConstraint("workspace", "number"),
    Index("ix_ccc_run_connection_created_at", "connection", "created_at"),
)
Index(
    "uq_ccc_run_active",
    run.c.connection,
    run.c.stream,
    run.c.is_backfill,
    unique=True,
    sqlite_where=run.c.state.in_(("queued", "running")),
    postgresql_where=run.c.state.in_(("queued", "running")),
)

job = Table(  # a slow question of a person, answered by the worker
    "ccc_job",
    metadata,
    key(),
    of_workspace(),
    Column("connection", ID, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
)

node = Table(  # a live process; times by the database's clock, in seconds
    "ccc_node",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("beat_at", Float, nullable=False),
    Column("version", String(32), nullable=False),
)

lease = Table(
    "ccc_lease",
    metadata,
    Column("connection", ID, primary_key=True),
    Column("stream", String(16), primary_key=True),
    Column("node", String(120)),
    Column("run", ID),
    Column("fence", Integer, nullable=False),
)

rate = Table(  # one bucket per outside account and kind of call; seconds by the database's clock
    "ccc_rate",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("full_at", Float, nullable=False),
)
