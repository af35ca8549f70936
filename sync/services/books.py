"""A company's cached lists as the Books that mapping and rules read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from sync.connectors.quickbooks.lists import books_from
from sync.domain.books import Books, CompanyFacts, TaxWorld
from sync.errors import Disconnected
from sync.ledger.ledger import Ledger

_FACTS = TypeAdapter(CompanyFacts)
_UNKNOWN = CompanyFacts(name="", country="US", currency="USD", tax_world=TaxWorld.NONE)


def facts_to_json(facts: CompanyFacts) -> dict[str, Any]:
    saved: dict[str, Any] = _FACTS.dump_python(facts, mode="json")
    return saved


def facts_from_json(saved: Mapping[str, Any]) -> CompanyFacts | None:
    """None before the company was read for the first time."""
    return _FACTS.validate_python(dict(saved)) if saved else None


def load_books(ledger: Ledger, workspace: str, account: str, *, only: Sequence[str] = ()) -> Books:
    """Lists as they were last read; `only` some kinds, where no more is needed."""
    row = ledger.accounts.get(workspace, account)
    facts = facts_from_json(row["facts"]) if row is not None else None
    if facts is None and not only:
        raise Disconnected("the company's lists were not read yet")
    if only:
        lists = {kind: ledger.accounts.list_of(workspace, account, kind) for kind in only}
    else:
        lists = ledger.accounts.lists(workspace, account)
    rates = lists.get("TaxRate", [])
    for rate in rates:
        # Stored as text, so that a rate like 8.375 stays exactly that.
        rate["RateValue"] = Decimal(str(rate.get("RateValue", 0)))
    return books_from(facts or _UNKNOWN, lists)
