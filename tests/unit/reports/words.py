"""Read models as the ledger tells them, for renderers that only read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sync.domain.settings import ConnectionSettings
from sync.domain.verdicts import EntryState
from sync.services.models import (
    AccountState,
    AccountView,
    CauseGroup,
    ConnectionView,
    EntryView,
    Provider,
    RunState,
    RunSummary,
    ScheduleView,
    Trigger,
)

NOW = datetime(2026, 11, 23, 3, 2, tzinfo=UTC)
EVIL = "<!channel> =1+1 *Bold*"


def a_run(**more: Any) -> RunSummary:
    """A manual sync that is over: 980 posted."""
    values: dict[str, Any] = {
        "id": "run-42",
        "number": 42,
        "connection": "c-1",
        "stream": "sales",
        "trigger": Trigger.MANUAL,
        "state": RunState.DONE,
        "dry": False,
        "requested_by": "U0ANNA",
        "created_at": NOW,
        "started_at": NOW,
        "finished_at": NOW,
        "window": None,
        "counts": {EntryState.POSTED: 980},
        "posted_amount": Decimal("16799.43"),
        "currency": "USD",
    }
    return RunSummary(**(values | more))


def an_account(provider: Provider = Provider.QUICKBOOKS, **more: Any) -> AccountView:
    values: dict[str, Any] = {
        "id": f"a-{provider.value}",
        "provider": provider,
        "name": "Corner Cycles",
        "state": AccountState.CONNECTED,
        "connected_by": "U0OLIVIA",
    }
    return AccountView(**(values | more))


def a_connection(**more: Any) -> ConnectionView:
    """Both accounts connected, reports go to a channel, shops in Sydney."""
    values: dict[str, Any] = {
        "id": "c-1",
        "name": "Corner Cycles → Corner Cycles Pty",
        "channel": "C0LOG",
        "lightspeed": an_account(Provider.LIGHTSPEED),
        "quickbooks": an_account(),
        "settings": ConnectionSettings(),
        "settings_version": 1,
        "schedule": ScheduleView("off", "", None),
        "paused": False,
        "zone": "Australia/Sydney",
    }
    return ConnectionView(**(values | more))


def an_entry(number: int, **more: Any) -> EntryView:
    """A posted sale of 106.00."""
    values: dict[str, Any] = {
        "id": number,
        "connection": "c-1",
        "run_number": 42,
        "state": EntryState.POSTED,
        "kind": "sale",
        "source_id": str(number),
        "source_number": str(number),
        "source_link": f"https://us.example.com/sale/{number}",
        "document_kind": "SalesReceipt",
        "document_number": f"LS-{number}",
        "document_id": str(number),
        "document_link": f"https://books.example.com/salesreceipt?id={number}",
        "amount": Decimal("106.00"),
        "currency": "USD",
        "business_day": date(2026, 11, 22),
        "shop": "Newtown",
        "cause": "",
        "message": "",
        "fix": "",
        "code": "",
        "attempts": 1,
        "rules": (),
        "actor": "U0ANNA",
        "at": NOW,
    }
    return EntryView(**(values | more))


def a_cause(**more: Any) -> CauseGroup:
    """37 sales without a tax code."""
    values: dict[str, Any] = {
        "cause": "tax.unmapped",
        "reason": "No tax code is mapped for region MD.",
        "fix": "map_tax",
        "subject": "MD",
        "count": 37,
        "amount": Decimal("1200.50"),
        "currency": "USD",
        "examples": ("1001", "1002", "1003", "1004", "1005"),
    }
    return CauseGroup(**(values | more))
