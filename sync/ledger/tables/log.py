"""The transaction log."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    DDL,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)

from sync.ledger.tables.columns import ID, NAME, SLACK, metadata, number_key, of_workspace
from sync.ledger.types import BigId, Instant, Json

# PostgreSQL's words of an entry; numbers like LS-123 are two of them. SQLite has a table for it,
# `log_words`, which the migration makes with the triggers that fill it.
ENTRY_WORDS = (
    "to_tsvector('simple'::regconfig, translate(reason || ' ' || shop || ' ' || source_number"
    " || ' ' || document_number, '-./_:', '     '))"
)

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
    Index("ix_ccc_entry_run_id", "run", "id"),
    Index("ix_ccc_entry_workspace_id", "workspace", "id"),
    Index("ix_ccc_entry_connection_state", "connection", "state"),
    Index("ix_ccc_entry_connection_source_number", "connection", "source_number"),
    Index("ix_ccc_entry_connection_dry_run_id", "connection", "dry_run", "id"),
    Index("ix_ccc_entry_connection_business_day", "connection", "business_day"),
    Index("ix_ccc_entry_connection_shop", "connection", "shop"),
    Index("ix_ccc_entry_connection_amount_minor", "connection", "amount_minor"),
    Index(
        "ix_ccc_entry_connection_cause",
        "connection",
        "cause",
        sqlite_where=text("cause != ''"),
        postgresql_where=text("cause != ''"),
    ),
)

# Not an Index of the table: Alembic cannot compare those of an expression.
_words: Any = DDL(  # type: ignore[no-untyped-call]
    f"CREATE INDEX ix_ccc_entry_words ON ccc_entry USING gin ({ENTRY_WORDS}) "
    "WHERE state <> 'pending'"
)
event.listen(entry, "after_create", _words.execute_if(dialect="postgresql"))

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
