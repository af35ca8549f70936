"""Every table we own, all prefixed `ccc_` because the engine's live in the same database."""

from __future__ import annotations

from sync.ledger.tables.accounts import (
    account,
    connection,
    decision,
    link,
    list_object,
    list_state,
    rule,
    schedule,
    survey,
    watermark,
)
from sync.ledger.tables.columns import metadata
from sync.ledger.tables.log import ENTRY_WORDS, entry, entry_event, want
from sync.ledger.tables.people import (
    audit,
    draft,
    grant,
    home,
    install_state,
    installation,
    notice,
    seen,
    workspace,
)
from sync.ledger.tables.posting import batch, document, operation, wait
from sync.ledger.tables.reporting import alert, alert_entry, event, outbox
from sync.ledger.tables.runs import job, lease, node, rate, run
from sync.ledger.tables.standing import movement

__all__ = [
    "ENTRY_WORDS",
    "account",
    "alert",
    "alert_entry",
    "audit",
    "batch",
    "connection",
    "decision",
    "document",
    "draft",
    "entry",
    "entry_event",
    "event",
    "grant",
    "home",
    "install_state",
    "installation",
    "job",
    "lease",
    "link",
    "list_object",
    "list_state",
    "metadata",
    "movement",
    "node",
    "notice",
    "operation",
    "outbox",
    "rate",
    "rule",
    "run",
    "schedule",
    "seen",
    "survey",
    "wait",
    "want",
    "watermark",
    "workspace",
]
