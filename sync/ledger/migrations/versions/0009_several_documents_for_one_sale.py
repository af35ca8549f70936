"""Several documents for one sale, and what customers and the shop owe each other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ccc_movement",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("connection", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "deposit_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "charged_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "open_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("document", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("number", sa.String(length=40), server_default="", nullable=False),
        sa.Column("customer_id", sa.String(length=40), server_default="", nullable=False),
        sa.Column("customer_name", sa.String(length=255), server_default="", nullable=False),
        sa.Column("paid", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ccc_movement")),
        sa.UniqueConstraint(
            "connection",
            "account",
            "source_id",
            name=op.f("uq_ccc_movement_connection_account_source_id"),
        ),
    )
    with op.batch_alter_table("ccc_movement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ccc_movement_document"), ["document"], unique=False)
        batch_op.create_index("ix_ccc_movement_source", ["connection", "source_id"], unique=False)

    op.create_table(
        "ccc_wait",
        sa.Column(
            "operation", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("document", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("operation", "document", name=op.f("pk_ccc_wait")),
    )
    with op.batch_alter_table("ccc_wait", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ccc_wait_document"), ["document"], unique=False)

    with op.batch_alter_table("ccc_document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parts", sa.Integer(), server_default="1", nullable=False))
