"""The transaction log."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from sync.ledger.tables.columns import ID, NAME, SLACK, metadata, number_key, of_workspace
from sync.ledger.types import BigId, Instant, Json

entry = Table(
    "ccc_entry",
    metadata,
    number_key(),
    of_workspace(),
    Column("connection", ID, nullable=False),
    Column("dry_run", ID, nullable=False, server_default=""),  # entries of a dry run are its own
    Column("run", ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("source_id", String(40), nullable=False),
    Column("source_number", String(40), nullable=False),
    Column("state", String(16), nullable=False),
    Column("cause", String(120), nullable=False, server_default=""),
    Column("subject", NAME, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("fix", String(32), nullable=False, server_default=""),
    Column("code", String(16), nullable=False, server_default=""),
    Column("fingerprint", String(64), nullable=False),
    Column("document_kind", String(32), nullable=False, server_default=""),
    Column("document_number", String(40), nullable=False, server_default=""),
    Column("document_id", String(40), nullable=False, server_default=""),
    Column("amount_minor", BigId, nullable=False),
    Column("tax_minor", BigId, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("business_day", Date, nullable=False),
    Column("shop", NAME, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("try_at", Instant),  # when a retrying entry is due
    Column("rules", Json, nullable=False),
    Column("actor", SLACK, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("connection", "kind", "source_id", "dry_run"),
    Index("ix_ccc_entry_run_state", "run", "state"),
    Index("ix_ccc_entry_workspace_id", "workspace", "id"),
    Index("ix_ccc_entry_connection_state", "connection", "state"),
    Index("ix_ccc_entry_connection_source_number", "connection", "source_number"),
)

entry_event = Table(
    "ccc_entry_event",
    metadata,
    number_key(),
    Column("entry", BigId, nullable=False, index=True),
    of_workspace(),
    Column("run", ID, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("actor", SLACK, nullable=False),
)

want = Table(  # the products for which a held sale has no usable item
    "ccc_want",
    metadata,
    Column("entry", BigId, primary_key=True),
    Column("sku", NAME, primary_key=True),  # "" for a product that goes by its name
    Column("name", NAME, primary_key=True),
    of_workspace(),
    Column("connection", ID, nullable=False, index=True),
)
