"""Find a message of ours by where it stands."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_ccc_outbox_workspace_ts", "ccc_outbox", ["workspace", "ts"])
