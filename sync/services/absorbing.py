"""A page of sales becomes log entries and planned documents, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.connectors.lightspeed.normalise import Unreadable
from sync.connectors.quickbooks.bodies import document_body
from sync.domain.documents import Receipt
from sync.domain.money import ZERO, cents, to_minor
from sync.domain.sale import Sale
from sync.domain.verdicts import EntryState, Hold, Judgement, Skip
from sync.errors import Rejected
from sync.ledger.ledger import Ledger
from sync.ledger.posting import OPEN
from sync.services.bench import Bench
from sync.services.settling import CHANGED

KIND = "sale"


@dataclass(frozen=True, slots=True)
class Decided:
    """A sale and what becomes of it."""

    judgement: Judgement
    outcome: Receipt | Hold | Skip

    @property
    def sale(self) -> Sale:
        return self.judgement.sale


@dataclass(slots=True)
class _Rows:
    """What one page writes, collected so that each table is touched once."""

    new_entries: list[dict[str, Any]] = field(default_factory=list)
    changed_entries: list[dict[str, Any]] = field(default_factory=list)
    to_post: list[tuple[str, Decided, bytes]] = field(default_factory=list)  # source id first
    told: dict[str, str] = field(default_factory=dict)  # source id -> message of its history


class Absorber:
    """Writes entries of one run. Sales already in the books are left alone, changed ones held."""

    def __init__(self, bench: Bench, run: RowMapping, now: datetime) -> None:
        self._bench = bench
        self._run = run["id"]
        self._dry = bool(run["dry"])
        self._again = run["trigger"] in ("backfill", "retry")
        self._actor = run["requested_by"]
        self._now = now

    def absorb(
        self, ledger: Ledger, decided: Sequence[Decided], unreadable: Sequence[Unreadable] = ()
    ) -> None:
        """Record a page. Idempotent: the same page again changes nothing."""
        scope = self._bench.scope
        ids = [each.sale.id for each in decided] + [bad.id for bad in unreadable]
        if not ids:
            return
        known = ledger.entries.known(scope, KIND, ids, dry_run=self._run if self._dry else "")
        documents = {
            source: row
            for (source, _part), row in ledger.posting.documents(
                scope.workspace, self._bench.company, self._bench.source_account, KIND, ids
            ).items()
        }
        operations = ledger.posting.last_operation(
            scope.workspace, [row["id"] for row in documents.values()]
        )
        rows = _Rows()
        for each in decided:
            document = documents.get(each.sale.id)
            under_way = document is not None and operations[document["id"]]["state"] in OPEN
            self._decide(rows, each, known.get(each.sale.id), document, under_way)
        for bad in unreadable:
            self._unreadable(rows, bad, known.get(bad.id))
        entry_ids = self._write_entries(ledger, rows, known)
        if not self._dry:
            self._plan(ledger, rows, entry_ids, documents, operations)

    # -- one sale

    def _decide(
        self,
        rows: _Rows,
        each: Decided,
        entry: RowMapping | None,
        document: RowMapping | None,
        under_way: bool,
    ) -> None:
        sale = each.sale
        if not self._dry and document is not None and (document["qbo_id"] or under_way):
            changed = document["fingerprint"] != sale.fingerprint
            if changed and entry is not None and entry["cause"] != CHANGED.cause:
                self._change(rows, entry, sale, EntryState.HELD, CHANGED)
            return
        state, verdict = self._state(each)
        if state is EntryState.PENDING:
            assert isinstance(each.outcome, Receipt)
            try:
                body = document_body(each.outcome)
            except Rejected as error:
                state = EntryState.HELD
                verdict = Hold(f"qbo.{error.code}", str(error), "")
            else:
                rows.to_post.append((sale.id, each, body))
        if entry is None:
            rows.new_entries.append(self._entry(each, state, verdict))
            rows.told[sale.id] = verdict.reason if verdict else ""
        elif self._is_news(entry, state, verdict):
            self._change(rows, entry, sale, state, verdict, each)

    def _state(self, each: Decided) -> tuple[EntryState, Hold | Skip | None]:
        match each.outcome:
            case Skip() as skip:
                return EntryState.SKIPPED, skip
            case Hold() as hold:
                return EntryState.HELD, hold
            case _:
                return (EntryState.POSTED if self._dry else EntryState.PENDING), None

    def _is_news(self, entry: RowMapping, state: EntryState, verdict: Hold | Skip | None) -> bool:
        same = entry["state"] == state.value and entry["cause"] == (
            verdict.cause if verdict else ""
        )
        is_planned = state is EntryState.PENDING  # again, and this run answers for it from now on
        return self._again or is_planned or not same

    def _unreadable(self, rows: _Rows, bad: Unreadable, entry: RowMapping | None) -> None:
        if entry is not None:
            return
        hold = Hold(f"unreadable.{bad.cause.value}", f"Lightspeed's record: {bad.reason}.", "retry")
        rows.new_entries.append(
            self._row(bad.id or "?", bad.id or "?", hold)
            | {
                "state": EntryState.HELD.value,
                "fingerprint": "",
                "amount_minor": 0,
                "tax_minor": 0,
                "business_day": self._now.date(),
                "shop": "",
                "rules": [],
                "document_kind": "",
                "document_number": "",
            }
        )
        rows.told[bad.id or "?"] = hold.reason

    # -- rows

    def _entry(
        self, each: Decided, state: EntryState, verdict: Hold | Skip | None
    ) -> dict[str, Any]:
        sale = each.sale
        receipt = each.outcome if isinstance(each.outcome, Receipt) else None
        return self._row(sale.id, sale.number, verdict) | {
            "state": state.value,
            "fingerprint": sale.fingerprint,
            "amount_minor": self._minor(sale.total),
            "tax_minor": self._minor(sale.tax),
            "business_day": _day(each),
            "shop": sale.shop.name[:255],
            "rules": [fired.rule for fired in each.judgement.fired],
            "document_kind": receipt.kind.value if receipt else "",
            "document_number": receipt.number if receipt else "",
        }

    def _row(self, source: str, number: str, verdict: Hold | Skip | None) -> dict[str, Any]:
        return {
            "dry_run": self._run if self._dry else "",
            "run": self._run,
            "kind": KIND,
            "source_id": source,
            "source_number": number,
            "cause": verdict.cause if verdict else "",
            "subject": verdict.subject[:255] if isinstance(verdict, Hold) else "",
            "reason": verdict.reason if verdict else "",
            "fix": verdict.fix if isinstance(verdict, Hold) else "",
            "currency": self._bench.currency,
            "actor": self._actor,
            "changed_at": self._now,
        }

    def _change(
        self,
        rows: _Rows,
        entry: RowMapping,
        sale: Sale,
        state: EntryState,
        verdict: Hold | Skip | None,
        each: Decided | None = None,
    ) -> None:
        receipt = each.outcome if each and isinstance(each.outcome, Receipt) else None
        rows.changed_entries.append(
            {
                "id": entry["id"],
                "run": self._run,
                "state": state.value,
                "cause": verdict.cause if verdict else "",
                "subject": verdict.subject[:255] if isinstance(verdict, Hold) else "",
                "reason": verdict.reason if verdict else "",
                "fix": verdict.fix if isinstance(verdict, Hold) else "",
                "code": "",
                "fingerprint": sale.fingerprint,
                "amount_minor": self._minor(sale.total),
                "tax_minor": self._minor(sale.tax),
                "business_day": _day(each) if each else entry["business_day"],
                "document_kind": receipt.kind.value if receipt else entry["document_kind"],
                "document_number": receipt.number if receipt else entry["document_number"],
                "rules": [fired.rule for fired in each.judgement.fired] if each else entry["rules"],
                "try_at": None,
                "changed_at": self._now,
            }
        )
        rows.told[sale.id] = verdict.reason if verdict else ""

    def _write_entries(
        self, ledger: Ledger, rows: _Rows, known: Mapping[str, RowMapping]
    ) -> dict[str, int]:
        scope = self._bench.scope
        new_ids = ledger.entries.add(scope, rows.new_entries)
        ids = {source: row["id"] for source, row in known.items()}
        history: list[dict[str, Any]] = []
        for entry_id, row in zip(new_ids, rows.new_entries, strict=True):
            ids[row["source_id"]] = entry_id
            if row["state"] != EntryState.PENDING.value:
                history.append(self._event(entry_id, row["state"], row["reason"]))
        ledger.entries.change(scope, rows.changed_entries)
        history += [
            self._event(row["id"], row["state"], row["reason"])
            for row in rows.changed_entries
            if row["state"] != EntryState.PENDING.value
        ]
        ledger.entries.remember(scope, history)
        return ids

    def _event(self, entry: int, state: str, message: str) -> dict[str, Any]:
        return {
            "entry": entry,
            "run": self._run,
            "at": self._now,
            "state": state,
            "message": message,
            "actor": self._actor,
        }

    def _plan(
        self,
        ledger: Ledger,
        rows: _Rows,
        entry_ids: Mapping[str, int],
        documents: Mapping[str, RowMapping],
        operations: Mapping[int, RowMapping],
    ) -> None:
        workspace = self._bench.scope.workspace
        fresh = [each for each in rows.to_post if each[0] not in documents]
        again = [each for each in rows.to_post if each[0] in documents]
        new_ids = ledger.posting.add_documents(
            workspace, [self._document(each, entry_ids[source]) for source, each, _ in fresh]
        )
        ledger.posting.change_documents(
            workspace,
            [{"id": documents[source]["id"]} | self._facts(each) for source, each, _ in again],
        )
        planned = [
            self._operation(document, 1, each, body)
            for document, (_, each, body) in zip(new_ids, fresh, strict=True)
        ]
        for source, each, body in again:
            document = documents[source]["id"]
            planned.append(self._operation(document, operations[document]["n"] + 1, each, body))
        ledger.posting.plan(workspace, planned)

    def _document(self, each: Decided, entry: int) -> dict[str, Any]:
        return {
            "company": self._bench.company,
            "source_account": self._bench.source_account,
            "kind": KIND,
            "source_id": each.sale.id,
            "part": 0,
            "entry": entry,
        } | self._facts(each)

    def _facts(self, each: Decided) -> dict[str, Any]:
        receipt = each.outcome
        assert isinstance(receipt, Receipt)
        return {
            "type": receipt.kind.value,
            "number": receipt.number,
            "day": receipt.day,
            "total_minor": self._minor(receipt.total),
            "tax_minor": self._minor(receipt.tax if receipt.sends_tax else ZERO),
            "fingerprint": each.sale.fingerprint,
        }

    def _operation(self, document: int, n: int, each: Decided, body: bytes) -> dict[str, Any]:
        assert isinstance(each.outcome, Receipt)
        return {
            "document": document,
            "n": n,
            "action": "create",
            "type": each.outcome.kind.value,
            "company": self._bench.company,
            "run": self._run,
            "body": body,
        }

    def _minor(self, amount: Any) -> int:
        return to_minor(cents(amount), self._bench.currency)


def _day(each: Decided) -> date:
    return each.judgement.overrides.day or each.sale.business_day
