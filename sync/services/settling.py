"""What an answer of QuickBooks means for the ledger, recorded in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

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
from sync.services.changes import Changes
from sync.services.lookup import LISTS, Holder
from sync.services.means import Means
from sync.services.number_taken import number_taken
from sync.services.operations import DELETE, FOLLOW, FOLLOWING, VOID
from sync.services.patience import Refusal, next_try

CHANGED = Hold(
    "changed_since_posted",
    "The sale was changed or voided in Lightspeed after it was posted. Compare both and correct "
    "QuickBooks by hand, then resync it.",
)
DIFFERS = "total_differs"
_FOLLOWED = "It was changed at the till after it was posted; QuickBooks has the new version."
_VOIDED = Hold("filter.voided", "voided at the till after it was posted, and then in QuickBooks")
_PASSING = (FaultClass.RETRY, FaultClass.THROTTLED, FaultClass.REAUTH, FaultClass.DISCONNECTED)


def not_followed(why: str, *, stale: bool) -> Hold:
    """A change that QuickBooks did not take."""
    if stale:
        why = "Somebody changed the document there meanwhile, and CCC does not overwrite that."
    return Hold(
        CHANGED.cause, f"{CHANGED.reason} QuickBooks did not take the change: {why}", "retry"
    )


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
        changes = Changes()
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
            changes.join_parts(ledger, self._scope.workspace, rows)
            if ledger.posting.settle(self._scope.workspace, request_id, changes.operations):
                self._write(ledger, changes)
        if changes.disconnected:
            raise Disconnected(changes.disconnected, provider="quickbooks")

    def reject(self, request_id: str, rows: Sequence[RowMapping], error: Rejected) -> None:
        """The whole batch was refused: each operation goes alone, so one cannot stop the rest."""
        now = self._means.clock()
        changes = Changes()
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

    def _done(self, changes: Changes, row: RowMapping, done: Done, now: datetime) -> None:
        changes.operations[row["id"]] = "done"
        self._document(changes, row, done.id, done.sync_token)
        if row["type"] in LISTS:
            return
        if row["action"] in (VOID, DELETE):
            self._gone(changes, row, now)
            return
        expected = from_minor(row["total_minor"], self._currency)
        tax = from_minor(row["tax_minor"], self._currency)
        if done.total == expected and (done.tax is None or done.tax == tax):
            if renumbered := _renumbered(row, done.number):
                state = EntryState.WARNED
                self._entry(changes, row, state, now, document_id=done.id, message=renumbered)
                return
            message = _FOLLOWED if row["action"] == FOLLOW else ""
            self._entry(changes, row, EntryState.POSTED, now, document_id=done.id, message=message)
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
        changes: Changes,
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
        if row["action"] in FOLLOWING and fault.kind not in _PASSING:
            hold = not_followed(advice.text, stale=fault.kind is FaultClass.STALE)
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
        changes: Changes,
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
        changes: Changes,
        row: RowMapping,
        holder: Holder | None,
        alone: bool,
        now: datetime,
    ) -> None:
        """QuickBooks never said, and was asked what it has."""
        count = changes.before.get(row["entry"], (0, ""))[0] + 1
        is_list = row["type"] in LISTS
        if row["action"] in FOLLOWING:
            # Whether it went in cannot be seen from outside; sent again, its version number tells.
            changes.operations[row["id"]] = "refused"
            hold = Hold("qbo.silent", "QuickBooks does not answer when this sale changes.", "retry")
            self._later(changes, row, now, hold, "", count)
        elif holder is not None and holder.ours:
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
        changes: Changes,
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

    def _gone(self, changes: Changes, row: RowMapping, now: datetime) -> None:
        """Voided at the till, and now in QuickBooks too; what cannot be voided was deleted."""
        if row["action"] == DELETE:
            changes.documents[-1]["qbo_id"] = ""
        self._entry(changes, row, EntryState.SKIPPED, now, hold=_VOIDED)

    def _uncorrected(self, row: RowMapping, why: str) -> Hold:
        """The document is in the books with another total, and stays so until a person acts."""
        expected = from_minor(row["total_minor"], self._currency)
        return Hold(
            DIFFERS,
            f"QuickBooks shows another total than the till's {expected}, and the one correction "
            f"did not go in: {why} Open the document, correct its tax, then resync.",
        )

    # -- rows

    def _document(self, changes: Changes, row: RowMapping, qbo_id: str, token: str) -> None:
        changes.documents.append({"id": row["document"], "qbo_id": qbo_id, "sync_token": token})

    def _entry(
        self,
        changes: Changes,
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

    def _write(self, ledger: Ledger, changes: Changes) -> None:
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
