"""Workspaces and installations, who may do what, what they did, and what they want to hear."""

from __future__ import annotations

from sqlalchemy import Column, Date, Float, Index, Integer, String, Table, Text

from sync.ledger.tables.columns import ID, NAME, SLACK, metadata, number_key, of_workspace
from sync.ledger.types import Bytes, Instant, Json

workspace = Table(
    "ccc_workspace",
    metadata,
    Column("id", SLACK, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("last_run_number", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
)

grant = Table(  # what a person, or everybody in a user group, may do
    "ccc_grant",
    metadata,
    Column("workspace", SLACK, primary_key=True),
    Column("connection", ID, primary_key=True),  # "" for the whole workspace
    Column("subject", SLACK, primary_key=True),  # a user (U…, W…) or a user group (S…)
    Column("role", String(16), nullable=False),
)

installation = Table(  # the bot's own credentials in a Slack workspace or organisation
    "ccc_installation",
    metadata,
    Column("id", SLACK, primary_key=True),  # the team's id, or the enterprise's when org-wide
    Column("enterprise", SLACK, nullable=False, server_default=""),
    Column("name", NAME, nullable=False),
    Column("app_id", SLACK, nullable=False),
    Column("bot", SLACK, nullable=False),
    Column("bot_user", SLACK, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("tokens", Bytes),  # sealed; NULL once revoked or uninstalled
    Column("token_version", Integer, nullable=False, server_default="0"),
    Column("token_expires_at", Instant),  # NULL: does not expire
    Column("refreshing_until", Float),  # one refresher at a time; the database's clock
    Column("state", String(16), nullable=False),  # active, broken, uninstalled
    Column("installed_by", SLACK, nullable=False),
    Column("installed_at", Instant, nullable=False),
    Column("ended_at", Instant),  # when business data starts to be kept for its last days
)

install_state = Table(  # a started installation; the state is kept as a digest only
    "ccc_install_state",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("expires_at", Instant, nullable=False, index=True),
)

draft = Table(  # what somebody typed into a form and has not saved
    "ccc_draft",
    metadata,
    Column("workspace", SLACK, primary_key=True),
    Column("user", SLACK, primary_key=True),
    Column("connection", ID, primary_key=True),
    Column("form", String(40), primary_key=True),
    Column("data", Json, nullable=False),
    Column("at", Instant, nullable=False),
)

notice = Table(  # what a channel or a person wants to hear, and when
    "ccc_notice",
    metadata,
    Column("workspace", SLACK, primary_key=True),
    Column("connection", ID, primary_key=True),
    Column("target", SLACK, primary_key=True),  # a channel (C…, G…) or a user
    Column("level", String(16), nullable=False),  # all, problems, none
    Column("digest", String(5), nullable=False, server_default=""),  # "08:00", "" for none
    Column("quiet_from", String(5), nullable=False, server_default=""),
    Column("quiet_to", String(5), nullable=False, server_default=""),
    Column("zone", String(64), nullable=False),
    Column("digested_on", Date),  # the day of the last digest, in `zone`
    Column("changed_by", SLACK, nullable=False),
)

home = Table(  # who has opened the Home tab, so that it can be kept true
    "ccc_home",
    metadata,
    Column("workspace", SLACK, primary_key=True),
    Column("user", SLACK, primary_key=True),
    Column("opened_at", Instant, nullable=False),
)

audit = Table(
    "ccc_audit",
    metadata,
    number_key(),
    of_workspace(),
    Column("connection", ID, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    Column("actor", SLACK, nullable=False),
    Column("action", String(64), nullable=False),
    Column("target", NAME, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Index("ix_ccc_audit_workspace_id", "workspace", "id"),
)

seen = Table(  # deliveries and clicks already acted on
    "ccc_seen",
    metadata,
    Column("workspace", SLACK, primary_key=True),
    Column("key", String(100), primary_key=True),
    Column("at", Instant, nullable=False, index=True),
)
