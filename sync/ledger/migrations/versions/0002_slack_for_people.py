"""Roles of user groups and per connection, installations, drafts, notices, decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ccc_decision",
        sa.Column("connection", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.String(length=40), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=255), server_default="", nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "connection", "kind", "source_id", "decision", name=op.f("pk_ccc_decision")
        ),
    )
    op.create_table(
        "ccc_draft",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("connection", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace", "user", "connection", "form", name=op.f("pk_ccc_draft")
        ),
    )
    op.create_table(
        "ccc_grant",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("connection", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "connection", "subject", name=op.f("pk_ccc_grant")),
    )
    op.create_table(
        "ccc_home",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "user", name=op.f("pk_ccc_home")),
    )
    op.create_table(
        "ccc_install_state",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_ccc_install_state")),
    )
    with op.batch_alter_table("ccc_install_state", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ccc_install_state_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "ccc_installation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("enterprise", sa.String(length=64), server_default="", nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("app_id", sa.String(length=64), nullable=False),
        sa.Column("bot", sa.String(length=64), nullable=False),
        sa.Column("bot_user", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("tokens", sa.LargeBinary(), nullable=True),
        sa.Column("token_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("token_expires_at", sa.BigInteger(), nullable=True),
        sa.Column("refreshing_until", sa.Float(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("installed_by", sa.String(length=64), nullable=False),
        sa.Column("installed_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ccc_installation")),
    )
    op.create_table(
        "ccc_notice",
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("connection", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=5), server_default="", nullable=False),
        sa.Column("quiet_from", sa.String(length=5), server_default="", nullable=False),
        sa.Column("quiet_to", sa.String(length=5), server_default="", nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("digested_on", sa.Date(), nullable=True),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "connection", "target", name=op.f("pk_ccc_notice")),
    )
    op.create_table(
        "ccc_survey",
        sa.Column("connection", sa.String(length=40), nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection", name=op.f("pk_ccc_survey")),
    )
    # `user` is a word of PostgreSQL's own, so it is quoted.
    op.execute(
        "INSERT INTO ccc_grant (workspace, connection, subject, role) "
        "SELECT workspace, '', \"user\", role FROM ccc_role"
    )
    op.drop_table("ccc_role")
