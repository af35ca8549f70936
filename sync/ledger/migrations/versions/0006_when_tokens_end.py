"""When tokens end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("idle_ends_at", "ends_at", "warned_of"):
        op.add_column("ccc_account", sa.Column(name, sa.BigInteger(), nullable=True))
