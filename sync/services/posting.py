"""Freeze, send, settle: the one way a document gets into QuickBooks, exactly once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.engine import RowMapping

from sync.connectors.quickbooks.answers import Outcome, Refused, Unknown
from sync.connectors.quickbooks.bodies import BatchItem, batch_body, with_ids
from sync.connectors.quickbooks.client import QuickBooks
from sync.connectors.quickbooks.remedies import FaultClass
from sync.domain.documents import DocumentKind
from sync.domain.identity import Scope
from sync.errors import Rejected, Retryable, Uncertain
from sync.ledger.ledger import Ledger
from sync.services.lookup import Lookup
from sync.services.means import Means
from sync.services.operations import VERBS
from sync.services.settling import Settling

BATCH_SIZE = 30
_AT_ONCE = 5  # batches; a page of sales makes three or four
_RESEND_AFTER = (1.0, 5.0, 30.0)  # seconds; a lost answer usually comes at the second asking
_TOO_OLD = timedelta(minutes=10)  # how long QuickBooks remembers a request id is not published
_QUIET = timedelta(seconds=120)  # a request may still be executing for so long


@dataclass(frozen=True, slots=True)
class Batch:
    """A frozen batch: `id` is the request id, `body` never changes until it is settled.

    `run` is the one that its entries are told under.
    """

    id: str
    body: bytes = field(repr=False)
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    run: str

    def as_of(self, row: RowMapping) -> Batch:
        """The same after what was noted since."""
        return replace(self, sent_at=row["sent_at"], attempts=row["attempts"])


class Poster:
    """Posts for one company on behalf of one run."""

    def __init__(
        self,
        means: Means,
        scope: Scope,
        company: str,
        run: str,
        quickbooks: QuickBooks,
        currency: str,
        check: Callable[[Ledger], None],
    ) -> None:
        """`check` raises, inside the transaction, when the run may not go on."""
        self._means = means
        self._scope = scope
        self._company = company
        self._run = run
        self._quickbooks = quickbooks
        self._check = check
        self._currency = currency
        self._lookup = Lookup(quickbooks, currency)

    # -- freeze

    def freeze(self, *, at_least: int = 1, types: Collection[str] = ()) -> Batch | None:
        """Tie the oldest planned operations to a new request id; None when there are too few.

        `types` leaves all others where they are.
        Checked in the same transaction: two workers that freeze one operation would send it
        under two request ids, and QuickBooks would make two documents.
        """
        with self._means.ledgers.write() as ledger:
            self._check(ledger)
            rows = self._planned(ledger, BATCH_SIZE, types)
            if rows and rows[0]["state"] == "alone":
                rows = rows[:1]
            return self._freeze(ledger, rows) if len(rows) >= at_least or _is_alone(rows) else None

    def freeze_full(self, ledger: Ledger) -> list[Batch]:
        """As many full batches as there are, within the caller's own checked transaction."""
        rows = self._planned(ledger, _AT_ONCE * BATCH_SIZE, ())
        alone = [row for row in rows if row["state"] == "alone"]
        rest = rows[len(alone) :]
        full = [rest[i : i + BATCH_SIZE] for i in range(0, len(rest), BATCH_SIZE)]
        return [
            self._freeze(ledger, group)
            for group in [*([row] for row in alone), *full]
            if len(group) == BATCH_SIZE or _is_alone(group)
        ]

    def _planned(self, ledger: Ledger, limit: int, types: Collection[str]) -> list[RowMapping]:
        return ledger.posting.planned(
            self._scope.workspace, self._company, self._run, limit, types=types
        )

    def _freeze(self, ledger: Ledger, rows: Sequence[RowMapping]) -> Batch:
        workspace = self._scope.workspace
        now = self._means.clock()
        request_id = self._means.new_id()
        named = {row["id"] for row in rows if row["type"] == DocumentKind.PAYMENT.value}
        ids = ledger.posting.named(workspace, named) if named else {}
        items = [_item(place, row, ids) for place, row in enumerate(rows, 1)]
        body = batch_body(items)
        bids = {row["id"]: item.bid for row, item in zip(rows, items, strict=True)}
        ledger.posting.freeze(
            workspace,
            request_id=request_id,
            company=self._company,
            run=self._run,
            body=body,
            bids=bids,
            now=now,
        )
        return Batch(request_id, body, now, None, 0, self._run)

    def unsettled(self) -> list[Batch]:
        """Batches of this company whose outcome nobody knows, whichever run froze them.

        What another connection left is told under its own run, not in our channel.
        """
        with self._means.ledgers.read() as ledger:
            rows = ledger.posting.unsettled(self._scope, self._company)
        return [
            Batch(
                row["id"],
                row["body"],
                row["created_at"],
                row["sent_at"],
                row["attempts"],
                self._run if row["connection"] == self._scope.connection else row["run"],
            )
            for row in rows
        ]

    # -- send

    def send(self, batch: Batch) -> None:
        """Send until the outcome is known and recorded.

        Raises Retryable when QuickBooks takes nothing now and Uncertain when it stays silent;
        the batch then stays frozen and the next run sends these very bytes again.
        """
        for pause in (*_RESEND_AFTER, None):
            # Minutes may lie between two attempts, and another process may have settled it.
            with self._means.ledgers.write() as ledger:
                row = ledger.posting.frozen(self._scope.workspace, batch.id)
                is_too_old = row is not None and self._is_too_old(batch.as_of(row))
                if row is not None and not is_too_old:
                    now = self._means.clock()
                    row = ledger.posting.sending(self._scope.workspace, batch.id, now)
                    operations = ledger.posting.operations_of(self._scope.workspace, batch.id)
            if row is None:
                return
            if is_too_old:
                self._settle_by_looking(batch.as_of(row))
                return
            batch = batch.as_of(row)
            try:
                outcomes = self._quickbooks.send_batch(
                    batch.body, batch.id, [row["bid"] for row in operations]
                )
            except Uncertain:
                if pause is None:
                    raise
                self._means.sleep(pause)
                continue
            except Rejected as error:
                self._settling(batch).reject(batch.id, operations, error)
                return
            if any(isinstance(outcome, Unknown) for outcome in outcomes.values()):
                if pause is None:
                    self._settle_by_looking(batch, outcomes)
                    return
                self._means.sleep(pause)
                continue
            self._settle(batch, operations, outcomes)
            return

    def _settle(
        self,
        batch: Batch,
        rows: Sequence[RowMapping],
        outcomes: Mapping[str, Outcome],
    ) -> None:
        taken = [
            row
            for row in rows
            if isinstance(outcome := outcomes[row["bid"]], Refused)
            and outcome.fault.kind is FaultClass.EXISTS
        ]
        found = self._lookup.holders(taken) if taken else {}
        self._settling(batch).settle(batch.id, rows, outcomes, found, attempts=batch.attempts)

    def _settle_by_looking(
        self, batch: Batch, outcomes: Mapping[str, Outcome] | None = None
    ) -> None:
        """The second guard: ask QuickBooks which of these documents it has, by our own marks."""
        now = self._means.clock()
        with self._means.ledgers.read() as ledger:
            operations = ledger.posting.operations_of(self._scope.workspace, batch.id)
        wait = (batch.sent_at or batch.created_at) + _QUIET - now
        if wait > _QUIET:  # the clock was set back: only waiting itself is sure
            self._means.sleep(_QUIET.total_seconds())
        elif wait > timedelta(0):
            after = wait.total_seconds()
            raise Retryable("QuickBooks may still be executing a batch", after=after)
        known = dict(outcomes or {})
        unknown = [
            row for row in operations if isinstance(known.get(row["bid"], Unknown("")), Unknown)
        ]
        found = self._lookup.ours(unknown)
        self._settling(batch).settle(
            batch.id, operations, known, found, attempts=batch.attempts, looked_up=True
        )

    def _settling(self, batch: Batch) -> Settling:
        return Settling(self._means, self._scope, self._company, batch.run, self._currency)

    def _is_too_old(self, batch: Batch) -> bool:
        """Past what QuickBooks surely remembers, sending again could make a second document.

        A clock that was set back makes ages negative: such a batch is not to be trusted either.
        """
        return batch.attempts > 0 and abs(self._means.clock() - batch.created_at) > _TOO_OLD


def _is_alone(rows: Sequence[RowMapping]) -> bool:
    """One that must not share a batch, because QuickBooks may choke on it."""
    return len(rows) == 1 and rows[0]["state"] == "alone"


def _item(place: int, row: RowMapping, ids: Mapping[int, str]) -> BatchItem:
    """As it is sent; `ids` are those of documents that it may name."""
    body = with_ids(row["body"], ids) if ids else row["body"]
    verb, option = VERBS[row["action"]]
    return BatchItem(f"e{place}", verb, row["type"], body, option)


def wait_for(error: Retryable) -> float:
    """Seconds until a refused call is worth repeating."""
    return min(max(error.after if error.after is not None else 60.0, 1.0), 600.0)
