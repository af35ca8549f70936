"""Outside accounts, connections and what was chosen for them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from sync.ledger.tables.columns import ID, NAME, SLACK, key, metadata, of_workspace
from sync.ledger.types import Bytes, Instant, Json

link = Table(  # a one-time link to connect an account; tokens are kept as digests only
    "ccc_link",
    metadata,
    Column("token_digest", String(64), primary_key=True),
    of_workspace(),
    Column("user", SLACK, nullable=False),
    Column("user_name", NAME, nullable=False),
    Column("provider", String(16), nullable=False),
    Column("channel", SLACK, nullable=False),
    Column("state_digest", String(64), unique=True),
    Column("session_digest", String(64)),
    Column("verifier", Bytes),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

account = Table(
    "ccc_account",
    metadata,
    key(),
    of_workspace(),
    Column("provider", String(16), nullable=False),
    Column("external_digest", String(64), nullable=False),
    Column("external_id", Bytes, nullable=False),  # sealed
    Column("name", NAME, nullable=False),
    Column("tokens", Bytes),  # sealed
    Column("token_version", Integer, nullable=False, server_default="0"),
    Column("token_expires_at", Instant),
    Column("refreshing_until", Float),  # one refresher at a time; the database's clock
    Column("state", String(16), nullable=False),
    Column("problem", Text, nullable=False, server_default=""),
    Column("connected_by", SLACK, nullable=False),
    Column("facts", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("idle_ends_at", Instant),  # when the refresh token dies unless it is used before
    Column("ends_at", Instant),  # when the permission ends, however much it is used
    Column("warned_of", Instant),  # the end that people were told of
    UniqueConstraint("workspace", "provider", "external_digest"),
    Index("ix_ccc_account_external_digest", "external_digest"),
)

connection = Table(
    "ccc_connection",
    metadata,
    key(),
    of_workspace(),
    Column("lightspeed", ID),
    Column("quickbooks", ID),
    Column("channel", SLACK, nullable=False, server_default=""),
    Column("settings", Json, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("paused", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("workspace", "lightspeed", "quickbooks"),
)

list_object = Table(  # the accounts' own lists: chart, items, tax codes, shops, registers, …
    "ccc_list_object",
    metadata,
    Column("account", ID, primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("external_id", String(64), primary_key=True),
    of_workspace(),
    Column("data", Json, nullable=False),
)

list_state = Table(
    "ccc_list_state",
    metadata,
    Column("account", ID, primary_key=True),
    Column("kind", String(32), primary_key=True),
    of_workspace(),
    Column("read_at", Instant, nullable=False),  # by the service's own clock
)

rule = Table(
    "ccc_rule",
    metadata,
    key(),
    of_workspace(),
    Column("connection", ID, nullable=False),
    Column("name", NAME, nullable=False),
    Column("name_key", NAME, nullable=False),
    Column("line", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    UniqueConstraint("connection", "name_key"),
)

schedule = Table(
    "ccc_schedule",
    metadata,
    Column("connection", ID, primary_key=True),
    of_workspace(),
    Column("spec", String(100), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("last_at", Instant),
)

watermark = Table(
    "ccc_watermark",
    metadata,
    Column("connection", ID, primary_key=True),
    Column("stream", String(16), primary_key=True),
    of_workspace(),
    Column("read_to", Instant, nullable=False),
)

survey = Table(  # what the last ninety days of sales look like, so that set-up can suggest
    "ccc_survey",
    metadata,
    Column("connection", ID, primary_key=True),
    of_workspace(),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("data", Json, nullable=False),
    Column("read_at", Instant, nullable=False),
)

decision = Table(  # what a person decided about one sale, over settings and rules
    "ccc_decision",
    metadata,
    Column("connection", ID, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("source_id", String(40), primary_key=True),
    Column("decision", String(16), primary_key=True),  # skip, date, number
    of_workspace(),
    Column("value", NAME, nullable=False, server_default=""),
    Column("actor", SLACK, nullable=False),
    Column("at", Instant, nullable=False),
)
