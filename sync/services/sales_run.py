"""One chunk of a sales run: settle what is open, read, decide, post; then hand on or finish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.connectors.quickbooks.client import QuickBooks
from sync.domain.documents import NewPaymentMethod
from sync.domain.identity import Scope
from sync.domain.sale import Sale
from sync.domain.verdicts import Hold
from sync.engine.port import Work
from sync.errors import Conflict, Retryable, Uncertain
from sync.ledger.ledger import Ledger
from sync.mapping.receipts import Draft, ListKey, each_once, list_key
from sync.services.absorbing import Absorber, Decided
from sync.services.bench import Bench
from sync.services.ending import finish
from sync.services.lists_ahead import ListsAhead
from sync.services.means import Means
from sync.services.mending import Look, Mending
from sync.services.models import RunState
from sync.services.patience import Later, Refusal
from sync.services.posting import Batch, Poster, wait_for
from sync.services.reading import OVERLAP, STREAM, SWEPT, Page, Reader
from sync.services.reference import Reference, load_shop_book
from sync.services.selecting import AT_ONCE, Selected, Selection, selection_of
from sync.services.standing import accounts_of

CHUNK = 600  # twenty full batches
_LONGEST = 20 * CHUNK  # even alone, a run gives its slot back after some ten minutes
_IN_FLIGHT = {True: 8, False: 2}  # backfills have time to gain; others must stay polite
_PROGRESS_EVERY = timedelta(seconds=2)
_DUE_AT_ONCE = 300
_DUE = Selection(due=True)
_PATIENCE = 3  # refused calls in a row that one chunk sits out


class Stopped(Exception):
    """Somebody asked the run to stop; what is in flight is finished first."""


class SalesRun:
    """Works one chunk under one lease. Killed anywhere, the same chunk starts again safely."""

    def __init__(self, means: Means, bench: Bench, run: RowMapping, fence: int) -> None:
        self._means = means
        self._bench = bench
        self._run = run
        self._fence = fence
        self._selection = selection_of(run)
        self._poster = self._posting_by(bench.quickbooks)
        # A page of sales waits for its products: they pass the receipts that stand in line.
        first = self._posting_by(bench.quickbooks_first)
        self._ahead = ListsAhead(means, bench, first, run["id"])
        self._absorber = Absorber(bench, run, means.clock())
        self._mending = Mending(means, bench, run)
        self._told_at: datetime | None = None
        self._flights: set[Future[None]] = set()

    def _posting_by(self, quickbooks: QuickBooks) -> Poster:
        bench = self._bench
        return Poster(
            self._means,
            bench.scope,
            bench.company,
            self._run["id"],
            quickbooks,
            bench.currency,
            self._check,
        )

    def work(self) -> None:
        """Raises Retryable or Uncertain when an outside service is not there for us now."""
        width = _IN_FLIGHT[bool(self._run["is_backfill"])]
        with ThreadPoolExecutor(width + 1, thread_name_prefix="posting") as pool:
            try:
                self._settle_open()
                self._take_up()
                cursor, is_last = self._read(pool, width)
                if is_last:
                    self._post_rest(pool, width)
                self._land(0)
            except Stopped:
                self._land(0)
                self._end(cancelled=True)
                return
        self._hand_on(cursor, is_last)

    # -- before reading

    def _settle_open(self) -> None:
        """Batches of earlier runs and of a killed self, before any new work of the company."""
        if self._run["dry"]:
            return
        for batch in self._poster.unsettled():
            self._send(batch)

    def _take_up(self) -> None:
        """What earlier runs left: retries that are due, and sales they judged but never sent."""
        if self._run["chunk"] or self._run["dry"]:
            return
        scope = self._bench.scope
        with self._means.ledgers.write() as ledger:
            self._check(ledger)
            ledger.posting.take_over(scope, self._bench.company, self._run["id"])
        # They were past the go-live filter once, perhaps by a backfill, and are not judged
        # by it again; unless a person stopped that run, and so did not want the rest of it.
        if self._selection != _DUE:
            self._judge_again(_DUE, True, at_most=_DUE_AT_ONCE)
        after = 0
        while left := self._unsent(after):
            after = left[-1][0]
            stopped = {source for _, source, end in left if end == RunState.CANCELLED.value}
            wanted = tuple(source for _, source, _ in left if source not in stopped)
            self._judge_again(Selection(sales=wanted), True)
            self._judge_again(Selection(sales=tuple(stopped)), self._overrides)

    def _unsent(self, after: int) -> list[tuple[int, str, str]]:
        with self._means.ledgers.read() as ledger:
            return ledger.entries.unsent(self._bench.scope, AT_ONCE, after=after)

    def _judge_again(self, selection: Selection, overrides: bool, *, at_most: int = CHUNK) -> None:
        if not selection.sales and not selection.due:
            return
        selected = Selected(self._means, self._bench.scope, selection)
        reader = Reader(self._bench, self._run, None, selected=selected)
        cursor: dict[str, Any] = {}
        read, is_last = 0, False
        while not is_last and read < at_most:
            page = reader.page(cursor)
            cursor, is_last = page.cursor, page.is_last
            if page.count or page.absent:
                self._take(page, overrides=overrides, moves=False)
            read += page.count + len(page.absent)

    # -- reading

    def _read(self, pool: ThreadPoolExecutor, width: int) -> tuple[dict[str, Any], bool]:
        cursor: dict[str, Any] = dict(self._run["cursor"] or {})
        if cursor.pop("done", False):
            return cursor, True
        reader = self._reader()
        ahead = pool.submit(reader.page, cursor)
        read = 0
        while True:
            page = ahead.result()
            if reader.lists_are_old:
                page = self._again_with_new_lists(cursor)
            cursor = page.cursor
            enough = self._is_enough(read + page.count)
            if not page.is_last and not enough:
                ahead = pool.submit(reader.page, cursor)
            for batch in self._take(page):
                self._land(width)
                self._flights.add(pool.submit(self._send, batch))
            read += page.count
            self._tell_progress()
            if page.is_last or enough:
                return cursor, page.is_last

    def _is_enough(self, read: int) -> bool:
        """Whether the chunk ends here: somebody else has waited long enough, or we must stop.

        Its end costs the time in which the last batches come back and no new one is on its way,
        a quarter of the limit, so nobody pays it for nothing.
        """
        if read < CHUNK or self._means.stopping():
            return self._means.stopping()
        with self._means.ledgers.read() as ledger:
            return read >= _LONGEST or ledger.runs.others_wait(self._bench.scope, self._run["id"])

    def _again_with_new_lists(self, cursor: dict[str, Any]) -> Page:
        """A shop or a way to pay made today: read the lists, then this page once more."""
        scope = self._bench.scope
        Reference(self._means, scope.workspace).refresh_shops(
            self._bench.source, self._bench.lightspeed, whole=True
        )
        with self._means.ledgers.read() as ledger:
            self._bench.shops = load_shop_book(ledger, scope.workspace, self._bench.source)
        return self._reader().page(cursor)

    def _reader(self) -> Reader:
        with self._means.ledgers.read() as ledger:
            mark = ledger.runs.watermark(self._bench.scope, STREAM)
            swept = ledger.runs.watermark(self._bench.scope, SWEPT)
        since = None if mark is None else mark - OVERLAP
        selected = None
        if self._selection is not None:
            selected = Selected(self._means, self._bench.scope, self._selection)
        return Reader(self._bench, self._run, since, swept, selected)

    # -- deciding

    def _take(
        self, page: Page, *, overrides: bool | None = None, moves: bool = True
    ) -> list[Batch]:
        """Record a page, its cursor and the batches it fills together: a stop loses none."""
        overrides = self._overrides if overrides is None else overrides
        damaged = [bad.id for bad in page.got.unreadable]
        left_out = self._bench.left_out([*damaged, *page.absent])
        *earlier, last = by_turns(page.sales)
        for turn in earlier:
            decided, looks = self._looked(turn, overrides)
            with self._means.ledgers.write() as ledger:
                self._begin_record(ledger, looks)
                self._absorber.absorb(ledger, decided)
        decided, looks = self._looked(last, overrides)
        with self._means.ledgers.write() as ledger:
            self._begin_record(ledger, looks)
            self._absorber.absorb(ledger, decided, page.got.unreadable, left_out)
            self._absorber.miss(ledger, page.absent, left_out)
            if moves:
                row = ledger.runs.get(self._bench.scope.workspace, self._run["id"])
                assert row is not None
                ledger.runs.change(
                    self._bench.scope.workspace,
                    self._run["id"],
                    cursor=page.cursor | ({"done": True} if page.is_last else {}),
                    read=row["read"] + page.count,
                    attempts=0,
                )
            if not moves or self._run["dry"]:
                return []
            return self._poster.freeze_full(ledger)

    def _looked(self, sales: Sequence[Sale], overrides: bool) -> tuple[list[Decided], list[Look]]:
        decided = self._decide(sales, overrides)
        return decided, self._mending.look(decided) if self._run["trigger"] == "retry" else []

    def _begin_record(self, ledger: Ledger, looks: Sequence[Look]) -> None:
        """Before sales are absorbed: whether we may, and what a person mended by hand."""
        self._check(ledger)
        if looks:
            self._mending.record(ledger, looks, self._means.clock())

    @property
    def _overrides(self) -> bool:
        """Whether a person asked for these very sales, whatever the go-live date."""
        return self._run["trigger"] in ("backfill", "retry") or self._selection == _DUE

    def _decide(self, sales: Sequence[Sale], overrides: bool) -> list[Decided]:
        judgements = self._bench.judged(sales, backfill=overrides)
        standings = self._bench.standings(sales)
        drafts: list[Draft | None] = [
            None
            if judgement.verdict
            else self._bench.drafted(judgement, standings.get(judgement.sale.id))
            for judgement in judgements
        ]
        missing = [one for draft in drafts if draft for one in draft.missing]
        refusals: Mapping[ListKey, Refusal] = {}
        if missing and not self._run["dry"]:
            refusals = self._ahead.create(each_once(missing))
            drafts = [
                self._bench.drafted(judgement, standings.get(judgement.sale.id))
                if draft and draft.missing
                else draft
                for judgement, draft in zip(judgements, drafts, strict=True)
            ]
        decided: list[Decided] = []
        for judgement, draft in zip(judgements, drafts, strict=True):
            outcome: Any = judgement.verdict
            if draft is not None:
                would_post = self._run["dry"] and draft.hold is None and draft.plan
                outcome = would_post or _not_made(draft, refusals) or draft.outcome
            assert outcome is not None
            decided.append(Decided(judgement, outcome))
        return decided

    def _check(self, ledger: Ledger) -> None:
        """Before every write: the lease is still ours, and nobody asked us to stop."""
        scope = self._bench.scope
        if not ledger.cluster.holds(scope, _lease(self._run), self._fence):
            raise Conflict("another worker has taken this run over")
        row = ledger.runs.get(scope.workspace, self._run["id"])
        if row is None or row["cancel_requested"] or row["state"] != "running":
            raise Stopped

    # -- posting

    def _post_rest(self, pool: ThreadPoolExecutor, width: int) -> None:
        """The last, smaller batches; then corrections that their answers asked for."""
        while not self._run["dry"]:
            while batch := self._poster.freeze():
                self._flights.add(pool.submit(self._send, batch))
                self._land(width)
            self._land(0)
            self._tell_progress()
            if (batch := self._poster.freeze()) is None:
                self._give_up_blocked()
                return
            self._send(batch)

    def _give_up_blocked(self) -> None:
        """Payments of invoices that did not go in wait for them, and are tried in every run."""
        with self._means.ledgers.write() as ledger:
            self._check(ledger)
            rows = ledger.posting.drop_blocked(
                self._bench.scope.workspace, self._bench.company, self._run["id"]
            )
            self._absorber.wait_for(ledger, {row["entry"]: row["number"] for row in rows})

    def _send(self, batch: Batch) -> None:
        """Send; when QuickBooks asks for patience, have some, but not for ever."""
        for patience in range(_PATIENCE, -1, -1):
            try:
                self._poster.send(batch)
                return
            except Retryable as error:
                if not patience:
                    raise
                self._means.sleep(wait_for(error))

    def _land(self, at_most: int) -> None:
        """Wait until no more than `at_most` batches are in flight; the first error surfaces."""
        while len(self._flights) > max(at_most - 1, 0):
            done, self._flights = wait(self._flights, return_when="FIRST_COMPLETED")
            errors = [error for flight in done if (error := flight.exception())]
            if errors:
                wait(self._flights)
                self._flights = set()
                raise next(
                    (e for e in errors if not isinstance(e, Retryable | Uncertain)), errors[0]
                )

    # -- after

    def _tell_progress(self) -> None:
        now = self._means.clock()
        if self._told_at is not None and now - self._told_at < _PROGRESS_EVERY:
            return
        self._told_at = now
        with self._means.ledgers.write() as ledger:
            ledger.outbox.tell(self._bench.scope, "run.progress", {}, run=self._run["id"], now=now)

    def _hand_on(self, cursor: dict[str, Any], is_last: bool) -> None:
        if is_last:
            self._end(cursor=cursor)
            return
        with self._means.ledgers.write() as ledger:
            chunk = self._run["chunk"] + 1
            ledger.runs.change(
                self._bench.scope.workspace, self._run["id"], chunk=chunk, attempts=0
            )
            ledger.cluster.release(self._bench.scope, _lease(self._run), self._fence)
            self._means.engine.enqueue(ledger, work_for(self._run, chunk))

    def _end(self, *, cursor: dict[str, Any] | None = None, cancelled: bool = False) -> None:
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            ledger.cluster.release(self._bench.scope, _lease(self._run), self._fence)
            began = (cursor or {}).get("began")
            if began and not self._run["dry"]:
                # Last of all: everything read up to here is an entry now.
                for stream in (STREAM, SWEPT) if "sweep" in (cursor or {}) else (STREAM,):
                    ledger.runs.move_watermark(
                        self._bench.scope, stream, datetime.fromisoformat(began)
                    )
            finish(ledger, self._bench.scope, self._run, now, cancelled=cancelled)


def _not_made(draft: Draft, refusals: Mapping[ListKey, Refusal]) -> Hold | Later | None:
    """What a sale waits for that QuickBooks did not take: until later, or until a person acts."""
    if draft.hold is not None:
        return None
    needed = [one for one in draft.missing if not isinstance(one, NewPaymentMethod)]
    reasons = [refusals.get(list_key(one)) for one in needed]
    why = [reason for reason in reasons if reason is not None]
    if not why:
        return None
    lasting = next((reason for reason in why if not reason.passes), None)
    if lasting is None and len(why) == len(reasons):
        return Later(why[0].hold, why[0].code)
    hold = draft.outcome
    assert isinstance(hold, Hold)
    said = f"{hold.reason} QuickBooks did not make it: {(lasting or why[0]).hold.reason}"
    return replace(hold, reason=said)


def by_turns(sales: Sequence[Sale]) -> list[list[Sale]]:
    """Sales in groups in which no customer's account occurs twice.

    What a sale does to an account depends on the sale before it, which must be recorded first.
    """
    turns: list[list[Sale]] = [[]]
    seen: set[str] = set()
    for sale in sales:
        accounts = accounts_of(sale)
        if not seen.isdisjoint(accounts):
            turns.append([])
            seen = set()
        seen |= accounts
        turns[-1].append(sale)
    return turns


def work_for(run: RowMapping, chunk: int, *, turn: int = 0) -> Work:
    """The unit the engine carries; `turn` tells apart the times one chunk had to wait."""
    return Work(
        "run",
        run["workspace"],
        run["connection"],
        run["id"],
        chunk,
        backfill=bool(run["is_backfill"]),
        turn=turn,
    )


def _lease(run: RowMapping) -> str:
    """A backfill and the hourly run of one stream take turns, so they share a lease."""
    return str(run["stream"])


def scope_of(run: RowMapping) -> Scope:
    return Scope(run["workspace"], run["connection"])
