"""Documents, their operations and the frozen batches they went in."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, UniqueConstraint

from sync.ledger.tables.columns import ID, key, metadata, number_key, of_workspace
from sync.ledger.types import BigId, Bytes, Instant

document = Table(
    "ccc_document",
    metadata,
    number_key(),
    of_workspace(),
    Column("company", ID, nullable=False),  # our account row of the QuickBooks company
    Column("source_account", String(40), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("source_id", String(64), nullable=False),
    Column("part", Integer, nullable=False),
    Column("entry", BigId),
    Column("type", String(32), nullable=False),
    Column("number", String(100), nullable=False),
    Column("day", Date),
    Column("total_minor", BigId, nullable=False),
    Column("tax_minor", BigId, nullable=False),
    Column("qbo_id", String(40), nullable=False, server_default=""),
    Column("sync_token", String(20), nullable=False, server_default=""),
    Column("fingerprint", String(64), nullable=False, server_default=""),
    Column("parts", Integer, nullable=False, server_default="1"),  # how many the record has in all
    UniqueConstraint("company", "source_account", "kind", "source_id", "part"),
    Index("ix_ccc_document_entry", "entry"),
)

operation = Table(
    "ccc_operation",
    metadata,
    number_key(),
    of_workspace(),
    Column("document", BigId, nullable=False),
    Column("n", Integer, nullable=False),
    Column("action", String(8), nullable=False),  # create, update, void
    Column("state", String(16), nullable=False),  # planned, alone, frozen; done, refused, dropped
    Column("type", String(32), nullable=False),
    Column("company", ID, nullable=False),
    Column("run", ID, nullable=False),
    Column("batch", ID),
    Column("bid", String(10)),
    Column("body", Bytes),
    UniqueConstraint("document", "n"),
    Index("ix_ccc_operation_company_state", "company", "state"),
    Index("ix_ccc_operation_batch", "batch"),
)

wait = Table(  # operations that name another document, and can be sent once it has an id
    "ccc_wait",
    metadata,
    Column("operation", BigId, primary_key=True),
    Column("document", BigId, primary_key=True, index=True),
    of_workspace(),
)

batch = Table(  # `id` is the request id; `body` is sent again byte for byte until settled
    "ccc_batch",
    metadata,
    key(),
    of_workspace(),
    Column("company", ID, nullable=False),
    Column("run", ID, nullable=False),
    Column("state", String(16), nullable=False),  # frozen, settled
    Column("body", Bytes, nullable=False),
    Column("items", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),  # the last attempt
    Index("ix_ccc_batch_company_state", "company", "state"),
)
