"""One alert for each cause, and the sales it is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "ccc_alert",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("connection", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("fix", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("run", sa.String(length=40), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("closed_by", sa.String(length=40), server_default="", nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ccc_alert")),
        sa.UniqueConstraint("workspace", "key", name=op.f("uq_ccc_alert_workspace_key")),
    )
    op.create_index(
        "uq_ccc_alert_open",
        "ccc_alert",
        ["connection", "cause", "subject", "fix"],
        unique=True,
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    )
    op.create_table(
        "ccc_alert_entry",
        sa.Column("alert", number, nullable=False),
        sa.Column("entry", number, nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("alert", "entry", name=op.f("pk_ccc_alert_entry")),
    )
    op.create_index(op.f("ix_ccc_alert_entry_entry"), "ccc_alert_entry", ["entry"], unique=False)
