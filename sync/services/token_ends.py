"""Permissions end: from lack of use, or after years. People hear of it two weeks before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sync.connectors.oauth import Tokens
from sync.domain.identity import Scope
from sync.services.means import Means

WARN_BEFORE = timedelta(days=14)
_SAME = timedelta(days=2)  # one end, told by answers that were some time on their way


def ends_of(tokens: Tokens, now: datetime) -> dict[str, datetime | None]:
    """The columns of an account that say when a fresh pair will be worth nothing."""
    return {
        "idle_ends_at": _after(now, tokens.refresh_expires_in),
        "ends_at": _after(now, tokens.hard_expires_in),
    }


def warn_of_ends(means: Means) -> int:
    """Tell every connection of an account that ends soon, once for each end; how many accounts."""
    now, warned = means.clock(), 0
    with means.ledgers.write() as ledger:
        for workspace in ledger.people.workspaces():
            for account in ledger.accounts.ending(workspace, now + WARN_BEFORE):
                end, is_idle = _next_end(account["idle_ends_at"], account["ends_at"])
                told = account["warned_of"]
                if told is not None and abs(end - told) < _SAME:
                    continue
                ledger.accounts.change(workspace, account["id"], warned_of=end)
                payload: dict[str, Any] = {
                    "provider": account["provider"],
                    "name": account["name"],
                    "ends": end.date().isoformat(),
                    "idle": is_idle,
                }
                for connection in ledger.accounts.connections_of(workspace, account["id"]):
                    scope = Scope(workspace, connection["id"])
                    ledger.outbox.tell(scope, "account.ending", payload, now=now)
                warned += 1
    return warned


def _next_end(idle: datetime | None, hard: datetime | None) -> tuple[datetime, bool]:
    """The nearer end, and whether using the connection would move it."""
    if idle is None or (hard is not None and hard <= idle + _SAME):
        assert hard is not None
        return hard, False
    return idle, True


def _after(now: datetime, seconds: int | None) -> datetime | None:
    return None if seconds is None else now + timedelta(seconds=seconds)
