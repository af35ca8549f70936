"""A person mended the books by hand: sent again, such a sale settles when both sides agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.connectors.quickbooks.answers import Standing
from sync.domain.documents import Document, SalesForm
from sync.domain.money import ZERO, cents, to_minor
from sync.domain.plan import Plan
from sync.domain.verdicts import EntryState, Hold, Skip
from sync.ledger.ledger import Ledger
from sync.services.absorbing import HALF, Decided
from sync.services.bench import Bench
from sync.services.means import Means
from sync.services.patience import Later
from sync.services.planning import KIND
from sync.services.settling import CHANGED, DIFFERS


@dataclass(frozen=True, slots=True)
class Look:
    """A sale that stands in the books otherwise than at the till, and its document as it is now."""

    decided: Decided
    entry: RowMapping
    document: RowMapping
    standing: Standing | None  # None when a person deleted it


class Mending:
    """Asks QuickBooks about held documents, only when a person sends them again."""

    def __init__(self, means: Means, bench: Bench, run: RowMapping) -> None:
        self._means = means
        self._bench = bench
        self._run = run["id"]
        self._actor = run["requested_by"]

    def look(self, decided: Sequence[Decided]) -> list[Look]:
        """The documents of those that are held for differing; one query per document type."""
        scope = self._bench.scope
        ids = [each.sale.id for each in decided]
        with self._means.ledgers.read() as ledger:
            known = ledger.entries.known(scope, KIND, ids)
            held = {
                source: row
                for source, row in known.items()
                if row["state"] == EntryState.HELD.value
                and row["cause"] in (CHANGED.cause, DIFFERS, HALF.cause)
            }
            documents = {  # of several, the one that people mean: payments follow their invoice
                source: row
                for (source, part), row in ledger.posting.documents(
                    scope.workspace,
                    self._bench.company,
                    self._bench.source_account,
                    KIND,
                    list(held),
                ).items()
                if row["qbo_id"] and not part
            }
        found: dict[tuple[str, str], Standing] = {}
        for kind in sorted({row["type"] for row in documents.values()}):
            wanted = [row["qbo_id"] for row in documents.values() if row["type"] == kind]
            for each in self._bench.quickbooks.standing(kind, wanted):
                found[kind, each.found.id] = each
        return [
            Look(each, held[each.sale.id], row, found.get((row["type"], row["qbo_id"])))
            for each in decided
            if (row := documents.get(each.sale.id)) is not None
        ]

    def record(self, ledger: Ledger, looks: Sequence[Look], now: datetime) -> None:
        """Settle what agrees, and say of the rest where it differs.

        A document that a person deleted is forgotten, so that the sale is judged like a new one.
        """
        scope = self._bench.scope
        gone = [look for look in looks if look.standing is None]
        ledger.posting.change_documents(
            scope.workspace, [{"id": look.document["id"], "qbo_id": ""} for look in gone]
        )
        ledger.entries.change(scope, [{"id": look.entry["id"], "document_id": ""} for look in gone])
        seen = [(look, self._verdict(look)) for look in looks if look.standing is not None]
        settled = [look for look, verdict in seen if not isinstance(verdict, Hold)]
        ledger.posting.change_documents(scope.workspace, [self._document(look) for look in settled])
        entries = [self._entry(look, verdict, now) for look, verdict in seen]
        ledger.entries.change(scope, entries)
        ledger.entries.remember(
            scope,
            [
                {
                    "entry": row["id"],
                    "run": self._run,
                    "at": now,
                    "state": row["state"],
                    "message": row["reason"],
                    "actor": self._actor,
                }
                for row in entries
            ],
        )

    def _verdict(self, look: Look) -> Hold | Skip | None:
        """None when the document is what the sale asks for."""
        outcome, standing = look.decided.outcome, look.standing
        assert standing is not None
        match outcome:
            case Skip() if standing.is_void:
                return outcome
            case Skip():
                total = standing.found.total
                why = f"The till says: {outcome.reason}. QuickBooks still shows {total}: void"
                return Hold(CHANGED.cause, f"{why} or delete the document there, then resync.")
            case Hold():
                return Hold(CHANGED.cause, f"{CHANGED.reason} As it is now: {outcome.reason}")
            case Later():
                return Hold(CHANGED.cause, CHANGED.reason)
        if not (differences := _differences(look, outcome.main, standing)):
            return None
        same_sale = look.document["fingerprint"] == look.decided.sale.fingerprint
        why = f"QuickBooks and the till differ: {'; '.join(differences)}. Correct the document"
        return Hold(DIFFERS if same_sale else CHANGED.cause, f"{why} in QuickBooks, then resync.")

    def _document(self, look: Look) -> dict[str, Any]:
        """What stands in QuickBooks now is what later changes are compared with."""
        outcome, standing = look.decided.outcome, look.standing
        assert standing is not None
        main = outcome.main if isinstance(outcome, Plan) else None
        return {
            "id": look.document["id"],
            "sync_token": standing.found.sync_token,
            "day": standing.found.day,
            "total_minor": self._minor(main.total if main else ZERO),
            "tax_minor": self._minor(main.posted_tax if main else ZERO),
            "fingerprint": look.decided.sale.fingerprint,
        }

    def _entry(self, look: Look, verdict: Hold | Skip | None, now: datetime) -> dict[str, Any]:
        state, cause = EntryState.POSTED, ""
        reason = "It was corrected in QuickBooks by hand; both sides agree again."
        if verdict is not None:
            is_skip = isinstance(verdict, Skip)
            state = EntryState.SKIPPED if is_skip else EntryState.HELD
            cause, reason = verdict.cause, verdict.reason
        sale = look.decided.sale
        return {
            "id": look.entry["id"],
            "run": self._run,
            "state": state.value,
            "cause": cause,
            "subject": "",
            "reason": reason,
            "fix": "",
            "code": "",
            "fingerprint": sale.fingerprint,
            "amount_minor": self._minor(sale.total),
            "tax_minor": self._minor(sale.tax),
            "business_day": look.decided.day,
            "attempts": 0,
            "try_at": None,
            "changed_at": now,
        }

    def _minor(self, amount: Any) -> int:
        return to_minor(cents(amount), self._bench.currency)


def _differences(look: Look, document: Document, standing: Standing) -> list[str]:
    """Everything that moves an account: kind, day, total, tax, where the money went, the items."""
    found, differs = standing.found, []
    kind = document.kind.value
    if look.document["type"] != kind:
        differs.append(f"it is a {look.document['type']} there and should be a {kind}")
    if found.day != document.day:
        differs.append(f"it is dated {found.day} there, {document.day} here")
    if found.total != document.total:
        differs.append(f"its total is {found.total} there, {document.total} here")
    if document.deposit_to is not None and standing.deposit != document.deposit_to.id:
        differs.append(f"its money does not go to {document.deposit_to.name} there")
    if not isinstance(document, SalesForm):
        return differs
    if document.sends_tax and (found.tax or ZERO) != document.tax:
        differs.append(f"its tax is {found.tax or ZERO} there, {document.tax} here")
    ours: dict[str, Decimal] = {}
    names = {line.item.id: line.item.name for line in document.lines}
    for line in document.lines:
        ours[line.item.id] = ours.get(line.item.id, ZERO) + line.amount
    for item in dict.fromkeys((*ours, *standing.items)):
        there, here = standing.items.get(item, ZERO), ours.get(item, ZERO)
        if there != here:
            differs.append(f"{names.get(item, 'another item')} is {there} there, {here} here")
    return differs
