"""Learn the words of an entry once, when it is no longer on its way."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TEXTS = "reason, shop, source_number, document_number"
_OLD = ", ".join(f"old.{name}" for name in _TEXTS.split(", "))
_NEW = ", ".join(f"new.{name}" for name in _TEXTS.split(", "))
# Our own names only.
_FORGET = f"INSERT INTO log_words(log_words, rowid, {_TEXTS}) SELECT 'delete', old.id, {_OLD}"
_LEARN = f"INSERT INTO log_words(rowid, {_TEXTS}) SELECT new.id, {_NEW}"
_SQLITE = (
    "DROP TRIGGER log_words_added",
    "DROP TRIGGER log_words_gone",
    "DROP TRIGGER log_words_changed",
    "DROP TABLE log_words",
    f"CREATE VIEW log_texts AS SELECT id, {_TEXTS} FROM ccc_entry WHERE state <> 'pending'",  # noqa: S608
    f"CREATE VIRTUAL TABLE log_words USING fts5({_TEXTS}, content='log_texts', "
    "content_rowid='id', columnsize=0, tokenize='unicode61 remove_diacritics 0')",
    "INSERT INTO log_words(log_words) VALUES ('rebuild')",
    f"CREATE TRIGGER log_words_added AFTER INSERT ON ccc_entry WHEN new.state <> 'pending' "
    f"BEGIN {_LEARN}; END",
    f"CREATE TRIGGER log_words_gone AFTER DELETE ON ccc_entry WHEN old.state <> 'pending' "
    f"BEGIN {_FORGET}; END",
    f"CREATE TRIGGER log_words_changed AFTER UPDATE OF state, {_TEXTS} ON ccc_entry "
    f"WHEN (old.state = 'pending') IS NOT (new.state = 'pending') OR ({_OLD}) IS NOT ({_NEW}) "
    f"BEGIN {_FORGET} WHERE old.state <> 'pending'; {_LEARN} WHERE new.state <> 'pending'; END",
)
_POSTGRES = (
    "DROP INDEX ix_ccc_entry_words",
    "CREATE INDEX ix_ccc_entry_words ON ccc_entry USING gin (to_tsvector('simple'::regconfig, "
    "translate(reason || ' ' || shop || ' ' || source_number || ' ' || document_number, "
    "'-./_:', '     '))) WHERE state <> 'pending'",
)


def upgrade() -> None:
    connection = op.get_bind()
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES:
        connection.exec_driver_sql(statement)
