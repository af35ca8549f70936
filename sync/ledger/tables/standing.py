"""What the shop and its customers owe each other, one movement for each sale that changed it."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, String, Table, UniqueConstraint

from sync.ledger.tables.columns import ID, NAME, metadata, number_key, of_workspace
from sync.ledger.types import BigId, Json

movement = Table(
    "ccc_movement",
    metadata,
    number_key(),
    of_workspace(),
    Column("connection", ID, nullable=False),
    Column("account", String(40), nullable=False),  # the till's credit account
    Column("source_id", String(40), nullable=False),  # the sale, or "opening"
    Column("day", Date, nullable=False),
    Column("deposit_minor", BigId, nullable=False),  # added to the money held for the customer
    Column("charged_minor", BigId, nullable=False),  # put on this sale's own invoice
    Column("open_minor", BigId, nullable=False),  # what of it is not paid yet
    Column("document", BigId, index=True),  # that invoice
    Column("number", String(40), nullable=False, server_default=""),
    Column("customer_id", String(40), nullable=False, server_default=""),
    Column("customer_name", NAME, nullable=False, server_default=""),
    Column("paid", Json, nullable=False),  # earlier invoices: [document, minor units]
    UniqueConstraint("connection", "account", "source_id"),
    Index("ix_ccc_movement_source", "connection", "source_id"),
)
