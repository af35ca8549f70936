"""Judged sales become documents with an operation that waits for a batch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.connectors.quickbooks.bodies import document_body, with_rows
from sync.domain.documents import Document, Payment
from sync.domain.money import cents, to_minor
from sync.domain.plan import Plan
from sync.domain.sale import Sale
from sync.ledger.ledger import Ledger
from sync.services.bench import Bench
from sync.services.standing import accounts_of, movement_row

KIND = "sale"


@dataclass(frozen=True, slots=True)
class ToPost:
    """One document of a sale that may go: `body` is what is sent, but for ids not known yet."""

    sale: Sale
    plan: Plan
    part: int
    body: bytes

    @property
    def document(self) -> Document:
        return self.plan.documents[self.part]

    @property
    def key(self) -> tuple[str, int]:
        return self.sale.id, self.part


class Planning:
    """Makes a document's identity once; whatever is sent later is one more operation on it."""

    def __init__(self, bench: Bench, run: str) -> None:
        self._bench = bench
        self._run = run

    def parts(
        self, sale: Sale, plan: Plan, in_books: Mapping[int, RowMapping]
    ) -> list[ToPost] | None:
        """What is not in the books yet; None when what is there is no part of this plan.

        Raises Rejected for what QuickBooks could not be sent.
        """
        for part, row in in_books.items():
            if part >= len(plan.documents) or self._differs(row, plan.documents[part]):
                return None
        return [
            ToPost(sale, plan, part, document_body(document))
            for part, document in enumerate(plan.documents)
            if part not in in_books
        ]

    def plan(
        self,
        ledger: Ledger,
        to_post: Sequence[ToPost],
        entry_ids: Mapping[str, int],
        documents: Mapping[tuple[str, int], RowMapping],
        operations: Mapping[int, RowMapping],
    ) -> Mapping[tuple[str, int], int]:
        """`documents` are known identities by source id and part, `operations` the last of each.

        Returns our rows of all of them, old and new.
        """
        workspace = self._bench.scope.workspace
        fresh = [each for each in to_post if each.key not in documents]
        again = [each for each in to_post if each.key in documents]
        new_ids = ledger.posting.add_documents(
            workspace, [self._document(each, entry_ids[each.sale.id]) for each in fresh]
        )
        rows = {key: row["id"] for key, row in documents.items()}
        rows |= {each.key: id for each, id in zip(fresh, new_ids, strict=True)}
        ledger.posting.change_documents(
            workspace, [{"id": rows[each.key]} | self._facts(each) for each in again]
        )
        planned = []
        for each in (*fresh, *again):
            last = operations.get(rows[each.key])
            row = self._operation(rows[each.key], last["n"] + 1 if last else 1, each)
            if isinstance(each.document, Payment):
                parts = {part: rows[each.sale.id, part] for part in range(each.part)}
                named = {s.document or parts[s.part] for s in each.document.settles}
                row["body"] = with_rows(each.body, parts)
                ledger.posting.plan_waiting(workspace, row, named)
            else:
                planned.append(row)
        ledger.posting.plan(workspace, planned)
        return rows

    def move(
        self,
        ledger: Ledger,
        sales: Sequence[Sale],
        to_post: Sequence[ToPost],
        rows: Mapping[tuple[str, int], int],
        in_books: Collection[str],
    ) -> None:
        """What sales do to customers' accounts, said anew for those that are not in the books."""
        touching = {sale.id for sale in sales if accounts_of(sale)} - set(in_books)
        ledger.standings.forget(self._bench.scope, touching)
        for each in to_post:
            if each.part == 0 and each.plan.movement is not None and each.sale.id in touching:
                moved = movement_row(each.sale, each.plan, rows[each.key], self._bench.currency)
                ledger.standings.add(self._bench.scope, moved)

    def _differs(self, row: RowMapping, document: Document) -> bool:
        is_alike = row["total_minor"] == self._minor(document.total)
        return not is_alike or row["type"] != document.kind.value

    def _document(self, each: ToPost, entry: int) -> dict[str, Any]:
        return {
            "company": self._bench.company,
            "source_account": self._bench.source_account,
            "kind": KIND,
            "source_id": each.sale.id,
            "part": each.part,
            "entry": entry,
        } | self._facts(each)

    def _facts(self, each: ToPost) -> dict[str, Any]:
        document = each.document
        return {
            "type": document.kind.value,
            "number": document.number,
            "day": document.day,
            "total_minor": self._minor(document.total),
            "tax_minor": self._minor(document.posted_tax),
            "fingerprint": each.sale.fingerprint,
            "parts": len(each.plan.documents),
        }

    def _operation(self, document: int, n: int, each: ToPost) -> dict[str, Any]:
        return {
            "document": document,
            "n": n,
            "action": "create",
            "type": each.document.kind.value,
            "company": self._bench.company,
            "run": self._run,
            "body": each.body,
        }

    def _minor(self, amount: Any) -> int:
        return to_minor(cents(amount), self._bench.currency)
