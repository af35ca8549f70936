"""Judged sales become documents with an operation that waits for a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.domain.documents import SalesForm
from sync.domain.money import ZERO, cents, to_minor
from sync.domain.sale import Sale
from sync.ledger.ledger import Ledger
from sync.services.bench import Bench

KIND = "sale"


@dataclass(frozen=True, slots=True)
class ToPost:
    """A sale whose document may go: `body` is what is sent, byte for byte."""

    sale: Sale
    form: SalesForm
    body: bytes


class Planning:
    """Makes a sale's identity once; whatever is sent later is one more operation on it."""

    def __init__(self, bench: Bench, run: str) -> None:
        self._bench = bench
        self._run = run

    def plan(
        self,
        ledger: Ledger,
        to_post: Sequence[ToPost],
        entry_ids: Mapping[str, int],
        documents: Mapping[str, RowMapping],
        operations: Mapping[int, RowMapping],
    ) -> None:
        """`documents` are known identities by source id, `operations` the last one of each."""
        workspace = self._bench.scope.workspace
        fresh = [each for each in to_post if each.sale.id not in documents]
        again = [each for each in to_post if each.sale.id in documents]
        new_ids = ledger.posting.add_documents(
            workspace, [self._document(each, entry_ids[each.sale.id]) for each in fresh]
        )
        ledger.posting.change_documents(
            workspace,
            [{"id": documents[each.sale.id]["id"]} | self._facts(each) for each in again],
        )
        planned = [
            self._operation(document, 1, each)
            for document, each in zip(new_ids, fresh, strict=True)
        ]
        for each in again:
            document = documents[each.sale.id]["id"]
            planned.append(self._operation(document, operations[document]["n"] + 1, each))
        ledger.posting.plan(workspace, planned)

    def _document(self, each: ToPost, entry: int) -> dict[str, Any]:
        return {
            "company": self._bench.company,
            "source_account": self._bench.source_account,
            "kind": KIND,
            "source_id": each.sale.id,
            "part": 0,
            "entry": entry,
        } | self._facts(each)

    def _facts(self, each: ToPost) -> dict[str, Any]:
        form = each.form
        return {
            "type": form.kind.value,
            "number": form.number,
            "day": form.day,
            "total_minor": self._minor(form.total),
            "tax_minor": self._minor(form.tax if form.sends_tax else ZERO),
            "fingerprint": each.sale.fingerprint,
        }

    def _operation(self, document: int, n: int, each: ToPost) -> dict[str, Any]:
        return {
            "document": document,
            "n": n,
            "action": "create",
            "type": each.form.kind.value,
            "company": self._bench.company,
            "run": self._run,
            "body": each.body,
        }

    def _minor(self, amount: Any) -> int:
        return to_minor(cents(amount), self._bench.currency)
