"""A page of sales becomes log entries and planned documents, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.connectors.lightspeed.normalise import Unreadable
from sync.domain.money import cents, to_minor
from sync.domain.plan import Plan
from sync.domain.sale import Sale
from sync.domain.verdicts import EntryState, Hold, Judgement, Product, Skip
from sync.errors import Rejected
from sync.ledger.ledger import Ledger
from sync.ledger.posting import OPEN
from sync.services.bench import Bench
from sync.services.following import Following, Step
from sync.services.patience import Later, next_try
from sync.services.planning import KIND, Planning, ToPost
from sync.services.settling import CHANGED

_ON_THEIR_WAY = (EntryState.PENDING.value, EntryState.RETRYING.value)
_GONE = Hold("gone", "Lightspeed does not show this sale any more.", "retry")
HALF = Hold(
    "half_posted",
    "Part of this sale is in QuickBooks, and it would be posted differently now. Correct or "
    "delete there what was posted, then retry.",
    "retry",
)
# What an entry says of its sale; the same for every change, as rows are written together.
_FACTS = (
    *("fingerprint", "amount_minor", "tax_minor", "business_day", "shop"),
    *("rules", "document_kind", "document_number"),
)


@dataclass(frozen=True, slots=True)
class Decided:
    """A sale and what becomes of it."""

    judgement: Judgement
    outcome: Plan | Hold | Skip | Later

    @property
    def sale(self) -> Sale:
        return self.judgement.sale

    @property
    def day(self) -> date:
        """The day of its document."""
        return self.judgement.overrides.day or self.sale.business_day


@dataclass(slots=True)
class _Rows:
    """What one page writes, collected so that each table is touched once."""

    new_entries: list[dict[str, Any]] = field(default_factory=list)
    changed_entries: list[dict[str, Any]] = field(default_factory=list)
    to_post: list[ToPost] = field(default_factory=list)
    to_follow: list[Step] = field(default_factory=list)
    wanted: dict[str, tuple[Product, ...]] = field(default_factory=dict)  # by source id


class Absorber:
    """Writes entries of one run. Sales already in the books are left alone, changed ones held."""

    def __init__(self, bench: Bench, run: RowMapping, now: datetime) -> None:
        self._bench = bench
        self._run = run["id"]
        self._planning = Planning(bench, run["id"])
        self._following = Following(bench, run["id"])
        self._dry = bool(run["dry"])
        self._again = run["trigger"] in ("backfill", "retry")
        self._actor = run["requested_by"]
        self._now = now

    def absorb(
        self,
        ledger: Ledger,
        decided: Sequence[Decided],
        unreadable: Sequence[Unreadable] = (),
        left_out: Mapping[str, Skip] | None = None,
    ) -> None:
        """Record a page. Idempotent: the same page again changes nothing.

        `left_out`: what a person decided about records that cannot be judged, by source id.
        """
        scope = self._bench.scope
        # Lists move while they are read, so a page may name a sale twice.
        sales = {each.sale.id: each for each in decided}
        damaged = {bad.id: bad for bad in unreadable if bad.id not in sales}
        ids = [*sales, *damaged]
        if not ids:
            return
        known = ledger.entries.known(scope, KIND, ids, dry_run=self._run if self._dry else "")
        documents = ledger.posting.documents(
            scope.workspace, self._bench.company, self._bench.source_account, KIND, ids
        )
        operations = ledger.posting.last_operation(
            scope.workspace, [row["id"] for row in documents.values()]
        )
        in_books: dict[str, dict[int, RowMapping]] = {}  # or on their way there, by part
        for (source, part), row in documents.items():
            if row["qbo_id"] or operations[row["id"]]["state"] in OPEN:
                in_books.setdefault(source, {})[part] = row
        rows = _Rows()
        for source, each in sales.items():
            self._decide(rows, each, known.get(source), in_books.get(source, {}), operations)
        for source, bad in damaged.items():
            if source not in in_books:
                skip = (left_out or {}).get(source)
                self._unreadable(rows, source, bad, known.get(source), skip)
        entry_ids = self._write_entries(ledger, rows, known)
        if not self._dry:
            self._want(ledger, rows, known, entry_ids)
            made = self._planning.plan(ledger, rows.to_post, entry_ids, documents, operations)
            changed = [each.sale for each in decided]
            self._planning.move(ledger, changed, rows.to_post, made, in_books)
            self._following.plan(ledger, rows.to_follow, operations)

    def wait_for(self, ledger: Ledger, numbers: Mapping[int, str]) -> None:
        """Entries, by id, of which a part pays a document that is not in QuickBooks yet."""
        changed, history = [], []
        for entry, number in numbers.items():
            reason = f"It pays {number}, which is not in QuickBooks yet. It follows once that is."
            hold = Hold("waits.invoice", reason, "retry", number)
            state = EntryState.RETRYING.value
            row = {"id": entry, "state": state, "code": "", "try_at": self._now, "run": self._run}
            changed.append(row | {"changed_at": self._now} | _words(hold))
            history.append(self._event(entry, state, reason))
        ledger.entries.change(self._bench.scope, changed)
        ledger.entries.remember(self._bench.scope, history)

    def miss(self, ledger: Ledger, ids: Sequence[str], left_out: Mapping[str, Skip]) -> None:
        """Sales that were on their way, and that Lightspeed no longer shows."""
        if not ids or self._dry:
            return
        known = ledger.entries.known(self._bench.scope, KIND, ids)
        rows = _Rows()
        for entry in known.values():
            if (skip := left_out.get(entry["source_id"])) and not entry["document_id"]:
                self._change(rows, entry, EntryState.SKIPPED, skip, {})
            elif entry["state"] in _ON_THEIR_WAY:
                self._tried(rows, entry, Later(_GONE), {})
        self._write_entries(ledger, rows, known)

    # -- one sale

    def _decide(
        self,
        rows: _Rows,
        each: Decided,
        entry: RowMapping | None,
        in_books: Mapping[int, RowMapping],
        operations: Mapping[int, RowMapping],
    ) -> None:
        sale = each.sale
        main = in_books.get(0)
        if main is not None and not self._dry and len(in_books) >= main["parts"]:
            if entry is not None:
                self._changed(rows, each, entry, in_books, operations)
            return
        if isinstance(each.outcome, Later):
            self._later(rows, each, each.outcome, entry)
            return
        state, verdict = self._state(each)
        if state is EntryState.PENDING:
            assert isinstance(each.outcome, Plan)
            try:
                parts = self._planning.parts(sale, each.outcome, in_books)
            except Rejected as error:
                state = EntryState.HELD
                verdict = Hold(f"qbo.{error.code}", str(error), "")
            else:
                if parts is None:
                    state, verdict = EntryState.HELD, HALF
                else:
                    rows.to_post += parts
        if entry is None:
            rows.new_entries.append(self._entry(sale.id, sale.number, state, verdict, each))
        elif self._is_news(entry, state, verdict, sale):
            self._change(rows, entry, state, verdict, self._told(each))
        if isinstance(verdict, Hold) and verdict.products:
            rows.wanted[sale.id] = verdict.products

    def _changed(
        self,
        rows: _Rows,
        each: Decided,
        entry: RowMapping,
        in_books: Mapping[int, RowMapping],
        operations: Mapping[int, RowMapping],
    ) -> None:
        """A sale that is in the books: they follow it, or a person is asked, or nothing is new."""
        sale = each.sale
        is_new = in_books[0]["fingerprint"] != sale.fingerprint
        is_due = self._again or entry["state"] == EntryState.RETRYING.value
        if not is_new and not (is_due and self._following.is_owed(in_books, operations)):
            return
        steps = self._following.steps(sale, each.outcome, in_books, operations)
        if isinstance(steps, Later):
            self._tried(rows, entry, steps, {})
        elif steps is None:
            if entry["cause"] != CHANGED.cause:
                self._change(rows, entry, EntryState.HELD, CHANGED, self._figures(sale))
        else:
            rows.to_follow += steps
            self._change(rows, entry, EntryState.PENDING, None, self._figures(sale))

    def _later(self, rows: _Rows, each: Decided, later: Later, entry: RowMapping | None) -> None:
        """What the sale needs was refused for now, and counts as one try of the sale."""
        if entry is not None:
            self._tried(rows, entry, later, self._told(each))
            return
        state, try_at = next_try(1, self._now)
        row = self._entry(each.sale.id, each.sale.number, state, later.hold, each)
        rows.new_entries.append(row | {"code": later.code, "attempts": 1, "try_at": try_at})

    def _tried(self, rows: _Rows, entry: RowMapping, later: Later, told: dict[str, Any]) -> None:
        if entry["try_at"] is not None and entry["try_at"] > self._now:
            return  # read again before it is due
        count = entry["attempts"] + 1
        state, try_at = next_try(count, self._now)
        tried = {"code": later.code, "attempts": count, "try_at": try_at}
        self._change(rows, entry, state, later.hold, told | tried)

    def _state(self, each: Decided) -> tuple[EntryState, Hold | Skip | None]:
        match each.outcome:
            case Skip() as skip:
                return EntryState.SKIPPED, skip
            case Hold() as hold:
                return EntryState.HELD, hold
            case _:
                return (EntryState.POSTED if self._dry else EntryState.PENDING), None

    def _is_news(
        self, entry: RowMapping, state: EntryState, verdict: Hold | Skip | None, sale: Sale
    ) -> bool:
        cause = verdict.cause if verdict else ""
        known = (entry["state"], entry["cause"], entry["fingerprint"])
        same = known == (state.value, cause, sale.fingerprint)
        is_planned = state is EntryState.PENDING  # again, and this run answers for it from now on
        return self._again or is_planned or not same

    def _unreadable(
        self,
        rows: _Rows,
        source: str,
        bad: Unreadable,
        entry: RowMapping | None,
        skip: Skip | None,
    ) -> None:
        hold = Hold(f"unreadable.{bad.cause.value}", f"Lightspeed's record: {bad.reason}.", "retry")
        if entry is None:
            rows.new_entries.append(self._entry(source, source, EntryState.HELD, hold))
        elif skip is not None:
            self._change(rows, entry, EntryState.SKIPPED, skip, {})
        elif self._again or entry["state"] in _ON_THEIR_WAY or self._is_worse(entry, hold):
            self._change(rows, entry, EntryState.HELD, hold, {})

    @staticmethod
    def _is_worse(entry: RowMapping, hold: Hold) -> bool:
        """Held for another reason by now; the same one is told once, not with each run."""
        return bool(entry["state"] == EntryState.HELD.value and entry["cause"] != hold.cause)

    # -- rows

    def _entry(
        self,
        source: str,
        number: str,
        state: EntryState,
        verdict: Hold | Skip | None,
        each: Decided | None = None,
    ) -> dict[str, Any]:
        return (
            {
                "dry_run": self._run if self._dry else "",
                "run": self._run,
                "kind": KIND,
                "source_id": source,
                "source_number": number,
                "state": state.value,
                "code": "",
                "attempts": 0,
                "try_at": None,
                "currency": self._bench.currency,
                "actor": self._actor,
                "changed_at": self._now,
            }
            | _words(verdict)
            | (self._told(each) if each else self._nothing_known())
        )

    def _change(
        self,
        rows: _Rows,
        entry: RowMapping,
        state: EntryState,
        verdict: Hold | Skip | None,
        told: dict[str, Any],
    ) -> None:
        rows.changed_entries.append(
            {
                "id": entry["id"],
                "run": self._run,
                "state": state.value,
                "code": "",
                "attempts": entry["attempts"],
                "try_at": None,
                "changed_at": self._now,
            }
            | _words(verdict)
            | {name: entry[name] for name in _FACTS}
            | told
        )

    def _told(self, each: Decided) -> dict[str, Any]:
        """What the log says of a sale as it is now."""
        main = each.outcome.main if isinstance(each.outcome, Plan) else None
        return self._figures(each.sale) | {
            "business_day": each.day,
            "shop": each.sale.shop.name[:255],
            "rules": [fired.rule for fired in each.judgement.fired],
            "document_kind": main.kind.value if main else "",
            "document_number": main.number if main else "",
        }

    def _figures(self, sale: Sale) -> dict[str, Any]:
        return {
            "fingerprint": sale.fingerprint,
            "amount_minor": self._minor(sale.total),
            "tax_minor": self._minor(sale.tax),
        }

    def _nothing_known(self) -> dict[str, Any]:
        empty: dict[str, Any] = dict.fromkeys(_FACTS, "")
        return empty | {
            "amount_minor": 0,
            "tax_minor": 0,
            "business_day": self._now.date(),
            "rules": [],
        }

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

    def _want(
        self,
        ledger: Ledger,
        rows: _Rows,
        known: Mapping[str, RowMapping],
        entry_ids: Mapping[str, int],
    ) -> None:
        """Which products sales are held for; what an entry said before is forgotten."""
        judged = {row["id"] for row in rows.changed_entries}
        ledger.wants.forget(self._bench.scope, judged)
        wanted = [
            {"entry": entry_ids[source], "sku": sku, "name": name}
            for source, products in rows.wanted.items()
            if source not in known or entry_ids[source] in judged
            for sku, name in dict.fromkeys((p.sku[:255], p.name[:255]) for p in products)
        ]
        ledger.wants.add(self._bench.scope, wanted)

    def _minor(self, amount: Any) -> int:
        return to_minor(cents(amount), self._bench.currency)


def _words(verdict: Hold | Skip | None) -> dict[str, str]:
    hold = verdict if isinstance(verdict, Hold) else None
    return {
        "cause": verdict.cause if verdict else "",
        "reason": verdict.reason if verdict else "",
        "subject": hold.subject[:255] if hold else "",
        "fix": hold.fix if hold else "",
    }
