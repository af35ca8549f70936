"""Indexes for the filters of the log, and the words of its texts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_PLAIN = (
    ("dry_run", "id"),
    ("business_day",),
    ("shop",),
    ("amount_minor",),
)
_TEXTS = "reason, shop, source_number, document_number"
_OLD = ", ".join(f"old.{name}" for name in _TEXTS.split(", "))
_NEW = ", ".join(f"new.{name}" for name in _TEXTS.split(", "))
# Our own names only.
_FORGET = f"INSERT INTO log_words(log_words, rowid, {_TEXTS}) VALUES ('delete', old.id, {_OLD});"  # noqa: S608
_LEARN = f"INSERT INTO log_words(rowid, {_TEXTS}) VALUES (new.id, {_NEW});"  # noqa: S608
_SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS log_words USING fts5({_TEXTS}, content='ccc_entry', "
    "content_rowid='id', columnsize=0, tokenize='unicode61 remove_diacritics 0')",
    "INSERT INTO log_words(log_words) VALUES ('rebuild')",
    f"CREATE TRIGGER log_words_added AFTER INSERT ON ccc_entry BEGIN {_LEARN} END",
    f"CREATE TRIGGER log_words_gone AFTER DELETE ON ccc_entry BEGIN {_FORGET} END",
    f"CREATE TRIGGER log_words_changed AFTER UPDATE OF {_TEXTS} ON ccc_entry "
    f"WHEN ({_OLD}) IS NOT ({_NEW}) BEGIN {_FORGET} {_LEARN} END",
)
_WORDS = (
    "to_tsvector('simple'::regconfig, translate(reason || ' ' || shop || ' ' || source_number"
    " || ' ' || document_number, '-./_:', '     '))"
)


def upgrade() -> None:
    op.create_index("ix_ccc_entry_run_id", "ccc_entry", ["run", "id"])
    for columns in _PLAIN:
        name = f"ix_ccc_entry_connection_{'_'.join(columns)}"
        op.create_index(name, "ccc_entry", ["connection", *columns])
    op.create_index(
        "ix_ccc_entry_connection_cause",
        "ccc_entry",
        ["connection", "cause"],
        sqlite_where=sa.text("cause != ''"),
        postgresql_where=sa.text("cause != ''"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.get_bind().exec_driver_sql(statement)
    else:
        op.create_index(
            "ix_ccc_entry_words", "ccc_entry", [sa.text(_WORDS)], postgresql_using="gin"
        )
