"""What an answer of QuickBooks means for the ledger, recorded in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.connectors.quickbooks.answers import Done, Outcome, Refused, Unknown
from sync.connectors.quickbooks.bodies import tax_correction
from sync.connectors.quickbooks.remedies import FaultClass
from sync.domain.books import name_key
from sync.domain.identity import Scope
from sync.domain.money import from_minor
from sync.domain.verdicts import EntryState, Hold
from sync.errors import Disconnected, Rejected
from sync.ledger.ledger import Ledger
from sync.services.lookup import LISTS, Holder
from sync.services.means import Means
from sync.services.number_taken import number_taken
from sync.services.patience import Refusal, next_try

CHANGED = Hold(
    "changed_since_posted",
    "The sale was changed or voided in Lightspeed after it was posted. Compare both and correct "
    "QuickBooks by hand, then resync it.",
)
DIFFERS = "total_differs"
_IN_BOOKS = (EntryState.POSTED.value, EntryState.WARNED.value, EntryState.DUPLICATE.value)


@dataclass(slots=True)
class _Changes:
    """Rows to write, collected so that each table is touched once."""

    operations: dict[int, str] = field(default_factory=dict)
    documents: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)  # each with its line of history
    history: list[dict[str, Any]] = field(default_factory=list)
    planned: list[dict[str, Any]] = field(default_factory=list)
    tries: list[dict[str, Any]] = field(default_factory=list)  # of entries that stay pending
    refusals: dict[int, bytes] = field(default_factory=dict)  # of list objects, by operation
    disconnected: str = ""
    before: Mapping[int, tuple[int, str]] = field(default_factory=dict)  # entry: attempts, cause


class Settling:
    """Turns outcomes into states of entries, documents and operations."""

    def __init__(self, means: Means, scope: Scope, company: str, run: str, currency: str) -> None:
        self._means = means
        self._scope = scope
        self._company = company
        self._run = run
        self._currency = currency

    def settle(
        self,
        request_id: str,
        rows: Sequence[RowMapping],
        outcomes: Mapping[str, Outcome],
        holders: Mapping[int, Holder],
        *,
        attempts: int,
        looked_up: bool = False,
    ) -> None:
        """Record a batch's outcome; harmless when another process already did.

        Raises Disconnected after recording when QuickBooks closed the company to us.
        """
        now = self._means.clock()
        changes = _Changes()
        with self._means.ledgers.write() as ledger:
            changes.before = self._before(ledger, rows)
            for row in rows:
                outcome = outcomes.get(row["bid"], Unknown("no answer"))
                match outcome:
                    case Done():
                        self._done(changes, row, outcome, now)
                    case Refused():
                        self._refused(changes, row, outcome, holders.get(row["id"]), attempts, now)
                    case Unknown():
                        assert looked_up, "a batch is settled only when every outcome is known"
                        alone = len(rows) == 1
                        self._unknown(changes, row, holders.get(row["id"]), alone, now)
            self._join_parts(ledger, changes, rows)
            if ledger.posting.settle(self._scope.workspace, request_id, changes.operations):
                self._write(ledger, changes)
        if changes.disconnected:
            raise Disconnected(changes.disconnected, provider="quickbooks")

    def reject(self, request_id: str, rows: Sequence[RowMapping], error: Rejected) -> None:
        """The whole batch was refused: each operation goes alone, so one cannot stop the rest."""
        now = self._means.clock()
        changes = _Changes()
        for row in rows:
            if len(rows) > 1:
                changes.operations[row["id"]] = "alone"
            else:
                changes.operations[row["id"]] = "refused"
                hold = Hold(f"qbo.{error.code or 'refused'}", str(error), "retry")
                if row["action"] == "update":
                    hold = self._uncorrected(row, str(error))
                self._entry(changes, row, EntryState.HELD, now, hold=hold, code=error.code)
        with self._means.ledgers.write() as ledger:
            if ledger.posting.settle(self._scope.workspace, request_id, changes.operations):
                self._write(ledger, changes)

    # -- one operation

    def _done(self, changes: _Changes, row: RowMapping, done: Done, now: datetime) -> None:
        changes.operations[row["id"]] = "done"
        self._document(changes, row, done.id, done.sync_token)
        if row["type"] in LISTS or row["action"] == "void":
            return
        expected = from_minor(row["total_minor"], self._currency)
        tax = from_minor(row["tax_minor"], self._currency)
        if done.total == expected and (done.tax is None or done.tax == tax):
            if renumbered := _renumbered(row, done.number):
                state = EntryState.WARNED
                self._entry(changes, row, state, now, document_id=done.id, message=renumbered)
                return
            self._entry(changes, row, EntryState.POSTED, now, document_id=done.id)
        elif row["action"] == "create":
            # QuickBooks recomputed the tax: say it once more, then leave it to a person.
            changes.planned.append(
                {
                    "document": row["document"],
                    "n": row["n"] + 1,
                    "action": "update",
                    "type": row["type"],
                    "company": self._company,
                    "run": self._run,
                    "body": tax_correction(row["body"], done.id, done.sync_token),
                }
            )
        else:
            hold = Hold(
                DIFFERS,
                f"QuickBooks shows {done.total} where the till has {expected}, and kept it after "
                "one correction. Open the document, correct its tax, then resync.",
                "",
            )
            self._entry(changes, row, EntryState.HELD, now, hold=hold, document_id=done.id)

    def _refused(
        self,
        changes: _Changes,
        row: RowMapping,
        refused: Refused,
        holder: Holder | None,
        attempts: int,
        now: datetime,
    ) -> None:
        count = changes.before.get(row["entry"], (0, ""))[0] + 1
        fault, advice = refused.fault, refused.advice
        changes.operations[row["id"]] = "refused"
        if fault.kind is FaultClass.DISCONNECTED:
            changes.disconnected = advice.text
        if row["action"] == "update":
            hold = self._uncorrected(row, advice.text)
            self._entry(changes, row, EntryState.HELD, now, hold=hold, code=fault.code)
            return
        match fault.kind:
            case FaultClass.EXISTS if holder is not None and holder.ours:
                self._adopt(changes, row, holder, now, sent_before=attempts > 1)
            case FaultClass.EXISTS if row["type"] in LISTS:
                # Held by somebody whom our lists will know by then: mapping finds another name.
                hold = Hold(advice.cause, advice.text, "retry")
                self._later(changes, row, now, hold, fault.code, count)
            case FaultClass.EXISTS:
                hold = number_taken(row, self._currency, holder, fault)
                self._entry(changes, row, EntryState.HELD, now, hold=hold, code=fault.code)
            case FaultClass.REFUSED:
                hold = Hold(advice.cause, advice.text, advice.fix)
                self._entry(
                    changes,
                    row,
                    EntryState.HELD,
                    now,
                    hold=hold,
                    code=fault.code,
                    attempts=count,
                )
            case _:
                hold = Hold(advice.cause, advice.text, "retry")
                self._later(changes, row, now, hold, fault.code, count)

    def _later(
        self,
        changes: _Changes,
        row: RowMapping,
        now: datetime,
        hold: Hold,
        code: str,
        count: int,
    ) -> None:
        """Time may help, though not for ever."""
        state, try_at = next_try(count, now)
        self._entry(changes, row, state, now, hold=hold, code=code, attempts=count, try_at=try_at)

    def _unknown(
        self,
        changes: _Changes,
        row: RowMapping,
        holder: Holder | None,
        alone: bool,
        now: datetime,
    ) -> None:
        """QuickBooks never said, and was asked what it has."""
        count = changes.before.get(row["entry"], (0, ""))[0] + 1
        is_list = row["type"] in LISTS
        if holder is not None and holder.ours:
            changes.operations[row["id"]] = "done"
            self._adopt(changes, row, holder, now, sent_before=True)
        elif row["action"] == "update":
            changes.operations[row["id"]] = "refused"
            hold = self._uncorrected(row, "QuickBooks did not answer.")
            self._entry(changes, row, EntryState.HELD, now, hold=hold)
        elif holder is not None and not is_list:
            changes.operations[row["id"]] = "refused"
            hold = number_taken(row, self._currency, holder)
            self._entry(changes, row, EntryState.HELD, now, hold=hold)
        elif alone and (is_list or count > 1):
            # Nothing else was in the batch: what QuickBooks cannot digest is this one.
            changes.operations[row["id"]] = "refused"
            what = f"is to make “{row['number']}”" if is_list else "gets this sale"
            hold = Hold("qbo.silent", f"QuickBooks does not answer when it {what}.", "retry")
            self._later(changes, row, now, hold, "", count)
        else:
            # Certainly not there: it may go again under a new id, the second time by itself.
            # List objects are not counted here, so each goes by itself at once.
            changes.operations[row["id"]] = "planned" if count == 1 and not is_list else "alone"
            if row["entry"] is not None:
                changes.tries.append({"id": row["entry"], "attempts": count})

    def _adopt(
        self,
        changes: _Changes,
        row: RowMapping,
        holder: Holder,
        now: datetime,
        *,
        sent_before: bool,
    ) -> None:
        changes.operations[row["id"]] = "done"
        self._document(changes, row, holder.found.id, holder.found.sync_token)
        state = EntryState.POSTED if sent_before else EntryState.DUPLICATE
        message = "" if sent_before else "It was in QuickBooks already; nothing was posted again."
        if renumbered := _renumbered(row, holder.found.number):
            state, message = EntryState.WARNED, renumbered
        self._entry(changes, row, state, now, document_id=holder.found.id, message=message)

    def _uncorrected(self, row: RowMapping, why: str) -> Hold:
        """The document is in the books with another total, and stays so until a person acts."""
        expected = from_minor(row["total_minor"], self._currency)
        return Hold(
            DIFFERS,
            f"QuickBooks shows another total than the till's {expected}, and the one correction "
            f"did not go in: {why} Open the document, correct its tax, then resync.",
        )

    # -- rows

    def _join_parts(self, ledger: Ledger, changes: _Changes, rows: Sequence[RowMapping]) -> None:
        """An entry of several documents is posted with the last of them; trouble shows at once."""
        shared = {row["entry"] for row in rows if row["entry"] is not None and row["parts"] > 1}
        if not shared:
            return
        made = {each["id"]: each["qbo_id"] for each in changes.documents}
        documents: dict[int, list[RowMapping]] = {}
        for row in ledger.posting.of_entries(self._scope.workspace, shared):
            documents.setdefault(row["entry"], []).append(row)
        for entry, parts in documents.items():
            ids = [made.get(row["id"]) or row["qbo_id"] for row in parts[: parts[0]["parts"]]]
            self._say_once(changes, entry, ids)

    def _say_once(self, changes: _Changes, entry: int, ids: Sequence[str]) -> None:
        """Of what the parts of one entry were told, keep the one thing that is true of it."""
        told = [index for index, row in enumerate(changes.entries) if row["id"] == entry]
        trouble = [i for i in told if changes.entries[i]["state"] not in _IN_BOOKS]
        warned = [i for i in told if changes.entries[i]["state"] == EntryState.WARNED.value]
        kept: int | None = None
        if trouble:
            kept = trouble[0]
        elif told and all(ids) and not changes.before.get(entry, (0, ""))[1]:
            kept = (warned or told)[0]
        if kept is not None:
            changes.entries[kept]["document_id"] = ids[0]
        gone = {index for index in told if index != kept}
        for rows in (changes.entries, changes.history):
            rows[:] = [row for index, row in enumerate(rows) if index not in gone]

    def _document(self, changes: _Changes, row: RowMapping, qbo_id: str, token: str) -> None:
        changes.documents.append({"id": row["document"], "qbo_id": qbo_id, "sync_token": token})

    def _entry(
        self,
        changes: _Changes,
        row: RowMapping,
        state: EntryState,
        now: datetime,
        *,
        hold: Hold | None = None,
        code: str = "",
        document_id: str = "",
        message: str = "",
        attempts: int = 0,
        try_at: datetime | None = None,
    ) -> None:
        if row["entry"] is None:  # a list object: it has no line in the log
            if hold is not None:
                refusal = Refusal(hold, code, state is not EntryState.HELD, now)
                changes.refusals[row["id"]] = refusal.packed()
            return
        if hold is None and changes.before.get(row["entry"], (0, ""))[1] == CHANGED.cause:
            # It went in as it was read first, and was changed while it was on its way.
            state, hold = EntryState.HELD, CHANGED
        reason = hold.reason if hold else message
        changes.entries.append(
            {
                "id": row["entry"],
                "state": state.value,
                "cause": hold.cause if hold else "",
                "subject": hold.subject if hold else "",
                "reason": reason,
                "fix": hold.fix if hold else "",
                "code": code,
                "document_id": document_id or row["qbo_id"],
                "attempts": attempts,
                "try_at": try_at,
                "run": self._run,
                "changed_at": now,
            }
        )
        changes.history.append(
            {
                "entry": row["entry"],
                "run": self._run,
                "at": now,
                "state": state.value,
                "message": reason,
                "actor": "ccc",
            }
        )

    def _write(self, ledger: Ledger, changes: _Changes) -> None:
        workspace = self._scope.workspace
        ledger.posting.change_documents(workspace, changes.documents)
        ledger.posting.plan(workspace, changes.planned)
        ledger.posting.keep_reasons(workspace, changes.refusals)
        ledger.entries.change(self._scope, changes.entries)
        ledger.entries.change(self._scope, changes.tries)
        ledger.entries.remember(self._scope, changes.history)
        # What came this far is not what kills workers.
        ledger.runs.got_through(workspace, self._run)

    def _before(self, ledger: Ledger, rows: Sequence[RowMapping]) -> dict[int, tuple[int, str]]:
        ids = [row["entry"] for row in rows if row["entry"] is not None]
        return ledger.entries.unusual(self._scope, ids)


def _renumbered(row: RowMapping, number: str) -> str:
    """What to say when QuickBooks chose the number; "" when it is ours."""
    if not number or row["type"] in LISTS or name_key(number) == name_key(row["number"]):
        return ""
    return (
        f"QuickBooks numbered it {number} instead of {row['number']}; switch on custom "
        "transaction numbers there."
    )
