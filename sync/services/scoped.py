"""The connection a request speaks of; nobody learns whether another workspace has it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.errors import Conflict, Invalid, NotFound
from sync.ledger.ledger import Ledger
from sync.services.models import Actor

NO_CONNECTION = "There is no such connection."


def found_connection(ledger: Ledger, scope: Scope) -> RowMapping:
    """The row, or NotFound in the same words for none and for somebody else's."""
    row = ledger.accounts.connection(scope)
    if row is None:
        raise NotFound(NO_CONNECTION)
    return row


def own_connection(ledger: Ledger, actor: Actor, scope: Scope) -> RowMapping:
    """For a change: the row, held until the commit; a role counts in its own workspace only."""
    row = ledger.accounts.connection(scope, locked=True)
    if row is None or actor.workspace != scope.workspace:
        raise NotFound(NO_CONNECTION)
    return row


def company_of(ledger: Ledger, row: RowMapping) -> str:
    """Our account of the QuickBooks company, once its lists can be asked."""
    company = row["quickbooks"]
    if not company:
        raise Invalid("Connect QuickBooks first: /ccc connect quickbooks.")
    if "Account" not in ledger.accounts.lists_read_at(row["workspace"], company):
        raise Conflict("QuickBooks' lists are being read for the first time; try in a minute.")
    return str(company)


def audit(
    ledger: Ledger,
    actor: Actor,
    scope: Scope,
    action: str,
    target: str,
    *,
    before: str = "",
    after: str = "",
    now: datetime,
) -> None:
    """One row for one change of a connection."""
    ledger.people.write_audit(
        scope.workspace,
        actor.user,
        action,
        target,
        before=before,
        after=after,
        connection=scope.connection,
        now=now,
    )
