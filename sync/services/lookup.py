"""The second guard: finds in QuickBooks what carries our marks, after an answer was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import RowMapping

from sync.connectors.quickbooks.answers import Found
from sync.connectors.quickbooks.client import QuickBooks
from sync.domain.books import name_key
from sync.domain.identity import SourceKey
from sync.domain.money import from_minor

LISTS = frozenset({"Item", "Customer", "PaymentMethod"})


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has our number or name in QuickBooks; adopted only when it is `ours`."""

    found: Found
    ours: bool


class Lookup:
    """One query per document type, whatever the number of documents."""

    def __init__(self, quickbooks: QuickBooks, currency: str) -> None:
        self._quickbooks = quickbooks
        self._currency = currency

    def ours(self, operations: Sequence[RowMapping]) -> dict[int, Holder]:
        """Like `holders`, and also what carries our marks under a number of QuickBooks' own."""
        holders = self.holders(operations)
        lost = [row for row in operations if row["id"] not in holders and row["type"] not in LISTS]
        for kind in sorted({row["type"] for row in lost}):
            rows = [row for row in lost if row["type"] == kind and row["day"] is not None]
            days = sorted({row["day"] for row in rows})
            totals = sorted({from_minor(row["total_minor"], self._currency) for row in rows})
            for found in self._quickbooks.find_of_days(kind, days, totals) if rows else ():
                for row in rows:
                    if row["id"] not in holders and self._is_ours(row, found):
                        holders[row["id"]] = Holder(found, ours=True)
        return holders

    def holders(self, operations: Sequence[RowMapping]) -> dict[int, Holder]:
        """By operation id: what already stands under its number; absent when nothing does."""
        holders: dict[int, Holder] = {}
        for kind in sorted({row["type"] for row in operations}):
            rows = [row for row in operations if row["type"] == kind]
            names = [row["number"] for row in rows]
            found = (
                self._quickbooks.find_named(kind, names)
                if kind in LISTS
                else self._quickbooks.find(kind, names)
            )
            by_number: dict[str, list[Found]] = {}
            for each in found:
                by_number.setdefault(name_key(each.number), []).append(each)
            for row in rows:
                judged = [
                    Holder(each, self._is_ours(row, each))
                    for each in by_number.get(name_key(row["number"]), ())
                ]
                if judged:
                    holders[row["id"]] = next((h for h in judged if h.ours), judged[0])
        return holders

    def _is_ours(self, row: RowMapping, found: Found) -> bool:
        """Our source key, our date and our total: a person's document never has all three."""
        if row["type"] in LISTS:
            return found.active
        key = SourceKey(row["source_account"], row["kind"], row["source_id"], row["part"])
        return (
            SourceKey.found_in(found.note) == key
            and found.day == row["day"]
            and found.total == from_minor(row["total_minor"], self._currency)
        )
