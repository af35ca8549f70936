"""Double-entry books behind the documents: whatever is posted sums to zero or is not posted."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from sync.sandbox.quickbooks.wire import Json, money


@dataclass(frozen=True, slots=True)
class Posting:
    """Cents to one account: a debit is positive, a credit negative."""

    account: str
    cents: int


class OutOfBalance(AssertionError):
    """The stand-in itself is wrong: a document's debits and credits differ."""


@dataclass(frozen=True, slots=True)
class AccountTotal:
    """One account's line of the trial balance."""

    id: str
    name: str
    type: str
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        """Debits less credits."""
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class DocumentTotal:
    """All living documents of one kind: what they sum to, and how many they are."""

    count: int
    voided: int
    total: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Books:
    """A company's books at one moment."""

    accounts: tuple[AccountTotal, ...]
    documents: dict[str, DocumentTotal]

    @property
    def debits(self) -> Decimal:
        """The left side of the trial balance."""
        return sum((line.debit for line in self.accounts), Decimal(0))

    @property
    def credits(self) -> Decimal:
        """The right side of the trial balance."""
        return sum((line.credit for line in self.accounts), Decimal(0))

    @property
    def balanced(self) -> bool:
        """Always true, or the stand-in is broken."""
        return self.debits == self.credits

    def balance(self, name: str) -> Decimal:
        """Debits less credits of the account with this name; zero if nothing was posted."""
        return sum((line.balance for line in self.accounts if line.name == name), Decimal(0))

    def total(self, kind: str) -> DocumentTotal:
        """The totals of one kind, zero when there are none."""
        return self.documents.get(kind, DocumentTotal(0, 0, Decimal(0), Decimal(0)))

    def as_json(self) -> Json:
        """For the page and for callers without Python."""
        return {
            "balanced": self.balanced,
            "debits": self.debits,
            "credits": self.credits,
            "accounts": [
                {
                    "id": line.id,
                    "name": line.name,
                    "type": line.type,
                    "debit": line.debit,
                    "credit": line.credit,
                    "balance": line.balance,
                }
                for line in self.accounts
            ],
            "documents": {
                kind: {
                    "count": total.count,
                    "voided": total.voided,
                    "total": total.total,
                    "tax": total.tax,
                }
                for kind, total in self.documents.items()
            },
        }


@dataclass(slots=True)
class GeneralLedger:
    """Running debits and credits per account, and totals per kind of document."""

    debits: Counter[str] = field(default_factory=Counter)
    credits: Counter[str] = field(default_factory=Counter)
    totals: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def post(self, postings: tuple[Posting, ...]) -> None:
        """Add one document's postings."""
        if sum(posting.cents for posting in postings):
            raise OutOfBalance(postings)
        for posting in postings:
            if posting.cents > 0:
                self.debits[posting.account] += posting.cents
            else:
                self.credits[posting.account] -= posting.cents

    def unpost(self, postings: tuple[Posting, ...]) -> None:
        """Take one document's postings back out."""
        for posting in postings:
            if posting.cents > 0:
                self.debits[posting.account] -= posting.cents
            else:
                self.credits[posting.account] += posting.cents

    def count(self, kind: str, total: int, tax: int, *, sign: int, voided: bool = False) -> None:
        """Add (+1) or take out (-1) one document from its kind's totals."""
        sums = self.totals[kind]
        sums["count"] += sign
        sums["voided"] += sign * voided
        sums["total"] += sign * total
        sums["tax"] += sign * tax

    def balance(self, account: str) -> int:
        """Debits less credits, in cents."""
        return self.debits[account] - self.credits[account]

    def snapshot(self, names: dict[str, tuple[str, str]]) -> Books:
        """The books as they stand; `names` gives each account's name and type."""
        used = [id for id in names if self.debits[id] or self.credits[id]]
        return Books(
            accounts=tuple(
                AccountTotal(id, *names[id], _decimal(self.debits[id]), _decimal(self.credits[id]))
                for id in used
            ),
            documents={
                kind: DocumentTotal(
                    sums["count"], sums["voided"], _decimal(sums["total"]), _decimal(sums["tax"])
                )
                for kind, sums in sorted(self.totals.items())
            },
        )


def _decimal(amount: int) -> Decimal:
    return Decimal(money(amount))
