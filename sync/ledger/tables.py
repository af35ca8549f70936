"""Every table we own, all prefixed `ccc_` because the engine's live in the same database."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from sync.ledger.types import BigId, Bytes, Instant, Json

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = String(40)
_SLACK = String(64)
_NAME = String(255)


def _key() -> Column[str]:
    return Column("id", _ID, primary_key=True)


def _number_key() -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True)


def _workspace() -> Column[str]:
    return Column("workspace", _SLACK, nullable=False)


# --- people -----------------------------------------------------------------------------------

workspace = Table(
    "ccc_workspace",
    metadata,
    Column("id", _SLACK, primary_key=True),
    Column("name", _NAME, nullable=False),
    Column("last_run_number", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
)

role = Table(
    "ccc_role",
    metadata,
    Column("workspace", _SLACK, primary_key=True),
    Column("user", _SLACK, primary_key=True),
    Column("role", String(16), nullable=False),
)

audit = Table(
    "ccc_audit",
    metadata,
    _number_key(),
    _workspace(),
    Column("connection", _ID, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    Column("actor", _SLACK, nullable=False),
    Column("action", String(64), nullable=False),
    Column("target", _NAME, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Index("ix_ccc_audit_workspace_id", "workspace", "id"),
)

seen = Table(  # deliveries and clicks already acted on
    "ccc_seen",
    metadata,
    Column("workspace", _SLACK, primary_key=True),
    Column("key", String(100), primary_key=True),
    Column("at", Instant, nullable=False, index=True),
)

# --- accounts ---------------------------------------------------------------------------------

link = Table(  # a one-time link to connect an account; tokens are kept as digests only
    "ccc_link",
    metadata,
    Column("token_digest", String(64), primary_key=True),
    _workspace(),
    Column("user", _SLACK, nullable=False),
    Column("user_name", _NAME, nullable=False),
    Column("provider", String(16), nullable=False),
    Column("channel", _SLACK, nullable=False),
    Column("state_digest", String(64), unique=True),
    Column("session_digest", String(64)),
    Column("verifier", Bytes),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

account = Table(
    "ccc_account",
    metadata,
    _key(),
    _workspace(),
    Column("provider", String(16), nullable=False),
    Column("external_digest", String(64), nullable=False),
    Column("external_id", Bytes, nullable=False),  # sealed
    Column("name", _NAME, nullable=False),
    Column("tokens", Bytes),  # sealed
    Column("token_version", Integer, nullable=False, server_default="0"),
    Column("token_expires_at", Instant),
    Column("refreshing_until", Float),  # one refresher at a time; the database's clock
    Column("state", String(16), nullable=False),
    Column("problem", Text, nullable=False, server_default=""),
    Column("connected_by", _SLACK, nullable=False),
    Column("facts", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("workspace", "provider", "external_digest"),
    Index("ix_ccc_account_external_digest", "external_digest"),
)

connection = Table(
    "ccc_connection",
    metadata,
    _key(),
    _workspace(),
    Column("lightspeed", _ID),
    Column("quickbooks", _ID),
    Column("channel", _SLACK, nullable=False, server_default=""),
    Column("settings", Json, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("paused", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("workspace", "lightspeed", "quickbooks"),
)

list_object = Table(  # the accounts' own lists: chart, items, tax codes, shops, registers, …
    "ccc_list_object",
    metadata,
    Column("account", _ID, primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("external_id", String(64), primary_key=True),
    _workspace(),
    Column("data", Json, nullable=False),
)

list_state = Table(
    "ccc_list_state",
    metadata,
    Column("account", _ID, primary_key=True),
    Column("kind", String(32), primary_key=True),
    _workspace(),
    Column("read_at", Instant, nullable=False),  # by the service's own clock
)

rule = Table(
    "ccc_rule",
    metadata,
    _key(),
    _workspace(),
    Column("connection", _ID, nullable=False),
    Column("name", _NAME, nullable=False),
    Column("name_key", _NAME, nullable=False),
    Column("line", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    UniqueConstraint("connection", "name_key"),
)

schedule = Table(
    "ccc_schedule",
    metadata,
    Column("connection", _ID, primary_key=True),
    _workspace(),
    Column("spec", String(100), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("last_at", Instant),
)

watermark = Table(
    "ccc_watermark",
    metadata,
    Column("connection", _ID, primary_key=True),
    Column("stream", String(16), primary_key=True),
    _workspace(),
    Column("read_to", Instant, nullable=False),
)

# --- runs -------------------------------------------------------------------------------------

run = Table(
    "ccc_run",
    metadata,
    _key(),
    _workspace(),
    Column("number", Integer, nullable=False),
    Column("connection", _ID, nullable=False),
    Column("stream", String(16), nullable=False),
    Column("trigger", String(16), nullable=False),
    Column("is_backfill", Boolean, nullable=False),
    Column("state", String(24), nullable=False),
    Column("tick_key", String(120), unique=True),
    Column("cancel_requested", Boolean, nullable=False, server_default=text("false")),
    Column("dry", Boolean, nullable=False),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("shop", _NAME, nullable=False, server_default=""),
    Column("selection", Json),  # source ids of a retry
    Column("cursor", Json),
    Column("chunk", Integer, nullable=False, server_default="0"),
    Column("read", Integer, nullable=False, server_default="0"),
    Column("expected", Integer),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("counts", Json),  # fixed when the run is over
    Column("posted_minor", BigId, nullable=False, server_default="0"),
    Column("currency", String(3), nullable=False, server_default="USD"),
    Column("requested_by", _SLACK, nullable=False),
    Column("message", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    UniqueConstraint("workspace", "number"),
    Index("ix_ccc_run_connection_created_at", "connection", "created_at"),
)
Index(
    "uq_ccc_run_active",
    run.c.connection,
    run.c.stream,
    run.c.is_backfill,
    unique=True,
    sqlite_where=run.c.state.in_(("queued", "running")),
    postgresql_where=run.c.state.in_(("queued", "running")),
)

job = Table(  # a slow question of a person, answered by the worker
    "ccc_job",
    metadata,
    _key(),
    _workspace(),
    Column("connection", _ID, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
)

node = Table(  # a live process; times by the database's clock, in seconds
    "ccc_node",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("beat_at", Float, nullable=False),
    Column("version", String(32), nullable=False),
)

lease = Table(
    "ccc_lease",
    metadata,
    Column("connection", _ID, primary_key=True),
    Column("stream", String(16), primary_key=True),
    Column("node", String(120)),
    Column("run", _ID),
    Column("fence", Integer, nullable=False),
)

rate = Table(  # one bucket per outside account and kind of call; seconds by the database's clock
    "ccc_rate",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("full_at", Float, nullable=False),
)

# --- the transaction log ----------------------------------------------------------------------

entry = Table(
    "ccc_entry",
    metadata,
    _number_key(),
    _workspace(),
    Column("connection", _ID, nullable=False),
    Column("dry_run", _ID, nullable=False, server_default=""),  # entries of a dry run are its own
    Column("run", _ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("source_id", String(40), nullable=False),
    Column("source_number", String(40), nullable=False),
    Column("state", String(16), nullable=False),
    Column("cause", String(120), nullable=False, server_default=""),
    Column("subject", _NAME, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("fix", String(32), nullable=False, server_default=""),
    Column("code", String(16), nullable=False, server_default=""),
    Column("fingerprint", String(64), nullable=False),
    Column("document_kind", String(32), nullable=False, server_default=""),
    Column("document_number", String(40), nullable=False, server_default=""),
    Column("document_id", String(40), nullable=False, server_default=""),
    Column("amount_minor", BigId, nullable=False),
    Column("tax_minor", BigId, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("business_day", Date, nullable=False),
    Column("shop", _NAME, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("try_at", Instant),  # when a retrying entry is due
    Column("rules", Json, nullable=False),
    Column("actor", _SLACK, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("connection", "kind", "source_id", "dry_run"),
    Index("ix_ccc_entry_run_state", "run", "state"),
    Index("ix_ccc_entry_workspace_id", "workspace", "id"),
    Index("ix_ccc_entry_connection_state", "connection", "state"),
    Index("ix_ccc_entry_connection_source_number", "connection", "source_number"),
)

entry_event = Table(
    "ccc_entry_event",
    metadata,
    _number_key(),
    Column("entry", BigId, nullable=False, index=True),
    _workspace(),
    Column("run", _ID, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("actor", _SLACK, nullable=False),
)

# --- posting, exactly once --------------------------------------------------------------------

document = Table(
    "ccc_document",
    metadata,
    _number_key(),
    _workspace(),
    Column("company", _ID, nullable=False),  # our account row of the QuickBooks company
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
    UniqueConstraint("company", "source_account", "kind", "source_id", "part"),
    Index("ix_ccc_document_entry", "entry"),
)

operation = Table(
    "ccc_operation",
    metadata,
    _number_key(),
    _workspace(),
    Column("document", BigId, nullable=False),
    Column("n", Integer, nullable=False),
    Column("action", String(8), nullable=False),  # create, update, void
    Column("state", String(16), nullable=False),  # planned, alone, frozen; done, refused, dropped
    Column("type", String(32), nullable=False),
    Column("company", _ID, nullable=False),
    Column("run", _ID, nullable=False),
    Column("batch", _ID),
    Column("bid", String(10)),
    Column("body", Bytes),
    UniqueConstraint("document", "n"),
    Index("ix_ccc_operation_company_state", "company", "state"),
    Index("ix_ccc_operation_batch", "batch"),
)

batch = Table(  # `id` is the request id; `body` is sent again byte for byte until settled
    "ccc_batch",
    metadata,
    _key(),
    _workspace(),
    Column("company", _ID, nullable=False),
    Column("run", _ID, nullable=False),
    Column("state", String(16), nullable=False),  # frozen, settled
    Column("body", Bytes, nullable=False),
    Column("items", Integer, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),  # the last attempt
    Index("ix_ccc_batch_company_state", "company", "state"),
)

# --- reporting --------------------------------------------------------------------------------

event = Table(
    "ccc_event",
    metadata,
    _number_key(),
    _workspace(),
    Column("connection", _ID, nullable=False),
    Column("run", _ID, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("payload", Json, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,  # rows are deleted, and messages are known by an event's number
)

outbox = Table(
    "ccc_outbox",
    metadata,
    _number_key(),
    _workspace(),
    Column("key", String(120), nullable=False),
    Column("channel", _SLACK, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("payload", Json, nullable=False),
    Column("thread_key", String(120), nullable=False),
    Column("state", String(16), nullable=False),  # new, sent, dropped
    Column("attempts", Integer, nullable=False),
    Column("not_before", Instant),
    Column("claimed_until", Instant),
    Column("ts", String(64), nullable=False, server_default=""),
    Column("posted_to", _SLACK, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    UniqueConstraint("workspace", "key"),
    Index("ix_ccc_outbox_state_id", "state", "id"),
)
