"""A sale that changed at the till after it was posted: its documents follow, if they can.

They follow by updates of the same documents, or by voiding them. Everything else is for a person:
another kind of document, a customer's account that others have paid into since, or a document
that somebody changed in QuickBooks, which its version number tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.connectors.quickbooks.bodies import (
    delete_body,
    document_body,
    update_body,
    void_body,
    with_ids,
    with_rows,
)
from sync.domain.documents import Document, DocumentKind
from sync.domain.money import cents, to_minor
from sync.domain.plan import Plan
from sync.domain.sale import Sale, SaleState
from sync.domain.verdicts import Hold, Skip
from sync.ledger.ledger import Ledger
from sync.ledger.posting import OPEN
from sync.services.bench import Bench
from sync.services.operations import DELETE, FOLLOW, FOLLOWING, VOID
from sync.services.patience import Later
from sync.services.standing import accounts_of

_VOIDABLE = (DocumentKind.SALES_RECEIPT, DocumentKind.INVOICE, DocumentKind.PAYMENT)
_GONE = (SaleState.VOIDED, SaleState.CANCELLED)
ON_ITS_WAY = Later(
    Hold(
        "changed_on_its_way",
        "The sale changed while an earlier version of it was on its way to QuickBooks. It follows "
        "in a moment.",
        "retry",
    )
)


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on a document that stands in the books."""

    document: RowMapping
    action: str
    body: bytes
    facts: Mapping[str, Any]


class Following:
    """Decides what a changed sale needs, and plans it."""

    def __init__(self, bench: Bench, run: str) -> None:
        self._bench = bench
        self._run = run

    def is_owed(
        self, in_books: Mapping[int, RowMapping], operations: Mapping[int, RowMapping]
    ) -> bool:
        """Whether an earlier change did not go in."""
        last = (operations[row["id"]] for row in in_books.values())
        return any(
            each["action"] in FOLLOWING and each["state"] in ("refused", "dropped") for each in last
        )

    def steps(
        self,
        sale: Sale,
        outcome: Plan | Hold | Skip | Later,
        in_books: Mapping[int, RowMapping],
        operations: Mapping[int, RowMapping],
    ) -> list[Step] | Later | None:
        """What to do in order; Later while something is on its way, None when a person must."""
        if not self._bench.settings.follows_edits or accounts_of(sale):
            return None
        if any(operations[row["id"]]["state"] in OPEN for row in in_books.values()):
            return ON_ITS_WAY
        if isinstance(outcome, Skip) and sale.state in _GONE:
            # Payments first: an invoice that is paid is not voided.
            return [self._gone(sale, in_books[part]) for part in sorted(in_books, reverse=True)]
        if not isinstance(outcome, Plan) or len(outcome.documents) != len(in_books):
            return None
        if any(
            in_books[part]["type"] != document.kind.value
            for part, document in enumerate(outcome.documents)
        ):
            return None
        return [
            self._changed(sale, document, in_books, part)
            for part, document in enumerate(outcome.documents)
        ]

    def plan(
        self, ledger: Ledger, steps: Sequence[Step], operations: Mapping[int, RowMapping]
    ) -> None:
        """Operations on the documents, which from now on are what the sale is now."""
        workspace = self._bench.scope.workspace
        ledger.posting.change_documents(
            workspace, [{"id": step.document["id"], **step.facts} for step in steps]
        )
        ledger.posting.plan(
            workspace,
            [
                {
                    "document": step.document["id"],
                    "n": operations[step.document["id"]]["n"] + 1,
                    "action": step.action,
                    "type": step.document["type"],
                    "company": self._bench.company,
                    "run": self._run,
                    "body": step.body,
                }
                for step in steps
            ],
        )

    def _changed(
        self, sale: Sale, document: Document, in_books: Mapping[int, RowMapping], part: int
    ) -> Step:
        row = in_books[part]
        rows = {place: each["id"] for place, each in in_books.items()}
        ids = {each["id"]: each["qbo_id"] for each in in_books.values()}
        body = with_ids(with_rows(document_body(document), rows), ids)
        return Step(
            row,
            FOLLOW,
            update_body(body, row["qbo_id"], row["sync_token"]),
            self._facts(sale, row, document),
        )

    def _gone(self, sale: Sale, row: RowMapping) -> Step:
        is_voidable = row["type"] in _VOIDABLE
        body = void_body if is_voidable else delete_body
        return Step(
            row,
            VOID if is_voidable else DELETE,
            body(row["qbo_id"], row["sync_token"]),
            self._facts(sale, row, None),
        )

    def _facts(self, sale: Sale, row: RowMapping, document: Document | None) -> dict[str, Any]:
        """All steps change the same columns, as rows are written together."""
        return {
            "number": document.number if document else row["number"],
            "day": document.day if document else row["day"],
            "total_minor": self._minor(document.total) if document else 0,
            "tax_minor": self._minor(document.posted_tax) if document else 0,
            "fingerprint": sale.fingerprint,
        }

    def _minor(self, amount: Any) -> int:
        return to_minor(cents(amount), self._bench.currency)
