"""The metadata of every table, and the columns that recur in them."""

from __future__ import annotations

from sqlalchemy import Column, MetaData, String

from sync.ledger.types import BigId

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(40)
SLACK = String(64)
NAME = String(255)


def key() -> Column[str]:
    """An id that we make."""
    return Column("id", ID, primary_key=True)


def number_key() -> Column[int]:
    """A number that the database counts up."""
    return Column("id", BigId, primary_key=True, autoincrement=True)


def of_workspace() -> Column[str]:
    """Whose row this is; every query asks for it."""
    return Column("workspace", SLACK, nullable=False)
