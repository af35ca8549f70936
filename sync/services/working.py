"""What a worker does with a unit of work: the only place where a run's errors are decided on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.engine.port import Work
from sync.errors import Conflict, Disconnected, Retryable, SyncError, Uncertain
from sync.services.bench import Benches
from sync.services.ending import finish
from sync.services.means import Means
from sync.services.models import Role, RunState
from sync.services.posting import wait_for
from sync.services.sales_run import SalesRun, scope_of, work_for
from sync.services.tokens import break_account

log = logging.getLogger(__name__)

_LEASE_BUSY_SECONDS = 2.0
_OUTAGE_SECONDS = 60.0  # while a service is away: one probe a minute
_LOST_AFTER = timedelta(minutes=2)
_ASKED = ("reply", "first", "last", "shop")  # what an answer needs of the question
_STARTS = 5  # a chunk that kills its worker so often is not started again

Job = Callable[[RowMapping], None]


class Worker:
    """Executes runs and jobs; never waits in its slot for somebody else."""

    def __init__(self, means: Means, jobs: Mapping[str, Job]) -> None:
        self._means = means
        self._benches = Benches(means)
        self._jobs = jobs
        self._owed: set[tuple[Scope, str, int]] = set()

    def execute(self, work: Work) -> None:
        """Do one unit. Called again for the same unit after a crash; that is harmless."""
        if work.kind == "job":
            self._job(work)
        else:
            self._run(work)

    def find_lost(self) -> int:
        """Active runs that nothing will ever work on are queued again from their own cursor.

        The engine's history may be lost, or it gave a unit up during a long outage; a run is in
        the ledger, and that is enough.
        """
        now = self._means.clock()
        with self._means.ledgers.read() as ledger:
            rows = ledger.runs.active_anywhere(now - _LOST_AFTER)
        lost = [row for row in rows if not self._means.engine.has_unit(row["id"])]
        for row in lost:
            log.warning("run %s had no unit of work; it is queued again", row["number"])
            with self._means.ledgers.write() as ledger:
                turn = int(now.timestamp())  # a turn no earlier unit of this chunk has had
                self._means.engine.enqueue(ledger, work_for(row, row["chunk"], turn=turn))
        return len(lost)

    # -- jobs

    def _job(self, work: Work) -> None:
        with self._means.ledgers.read() as ledger:
            row = ledger.runs.job(work.workspace, work.id)
        if row is None or row["state"] != "queued":
            return
        try:
            self._jobs[row["kind"]](row)
        except (Retryable, Uncertain) as error:
            log.warning("job %s waits: %s", row["kind"], error)
            with self._means.ledgers.write() as ledger:
                if work.turn < _STARTS:
                    again = replace(work, turn=work.turn + 1)
                    self._means.engine.enqueue(ledger, again, delay=5.0 * (work.turn + 1))
                    return
                ledger.outbox.tell(
                    Scope(work.workspace, work.connection),
                    "job.failed",
                    _reply(row, error),
                    now=self._means.clock(),
                )
        except SyncError as error:
            self._note_closed(Scope(work.workspace, work.connection), error)
            with self._means.ledgers.write() as ledger:
                ledger.outbox.tell(
                    Scope(work.workspace, work.connection),
                    "job.failed",
                    _reply(row, error),
                    now=self._means.clock(),
                )
        with self._means.ledgers.write() as ledger:
            ledger.runs.finish_job(work.workspace, work.id)

    def _note_closed(self, scope: Scope, error: SyncError) -> None:
        """A service that shuts its door is asked no more until a person reconnects."""
        if not isinstance(error, Disconnected) or not error.provider:
            return
        with self._means.ledgers.read() as ledger:
            row = ledger.accounts.connection(scope)
        if row is not None and row[error.provider]:
            break_account(self._means, scope.workspace, row[error.provider], str(error))

    # -- runs

    def _run(self, work: Work) -> None:
        try:
            refusal = self._refusal(work)
        except Retryable as error:
            log.warning("a run waits: %s", error)
            with self._means.ledgers.write() as ledger:
                self._means.engine.enqueue(
                    ledger, replace(work, turn=work.turn + 1), delay=_OUTAGE_SECONDS
                )
            return
        run = self._start(work, refusal)
        if run is None:
            return
        self._give_back()
        fence = self._take_lease(run, work)
        if fence is None:
            return
        try:
            self._work(run, work, fence)
        except Exception:
            # Ours: the engine tries again, and must not find the lease with a living node.
            self._owed.add((scope_of(run), str(run["stream"]), fence))
            self._give_back()
            raise

    def _work(self, run: RowMapping, work: Work, fence: int) -> None:
        try:
            urgent = run["trigger"] != "backfill"
            bench = self._benches.open(
                scope_of(run),
                urgent=urgent,
                refresh=run["chunk"] == 0,
                asked=run["trigger"] in ("manual", "retry"),
            )
            SalesRun(self._means, bench, run, fence).work()
        except Conflict:
            log.warning("run %s was taken over by another worker", run["number"])
        except (Retryable, Uncertain) as error:
            self._wait(run, work, fence, error)
        except SyncError as error:
            self._note_closed(scope_of(run), error)
            self._fail(run, fence, str(error))

    def _give_back(self) -> None:
        """Leases of units that broke; the database may have been what broke them."""
        owed = tuple(self._owed)
        if not owed:
            return
        with self._means.ledgers.write() as ledger:
            for scope, stream, fence in owed:
                ledger.cluster.release(scope, stream, fence)
        self._owed.difference_update(owed)

    def _refusal(self, work: Work) -> str:
        """Why a run that was asked for is not begun: its person may have lost the right since.

        Looked at before the transaction, for it may take a call to Slack; a run that has begun is
        finished, because half a backfill serves nobody.
        """
        with self._means.ledgers.read() as ledger:
            run = ledger.runs.get(work.workspace, work.id)
        if run is None or run["state"] != "queued" or run["requested_by"] == "schedule":
            return ""
        return self._means.rights.refusal(scope_of(run), run["requested_by"], Role.OPERATOR)

    def _start(self, work: Work, refusal: str) -> RowMapping | None:
        """The run, marked running; None when there is nothing to do for this chunk any more."""
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            run = ledger.runs.get(work.workspace, work.id)
            if run is None or RunState(run["state"]).is_over or run["chunk"] != work.chunk:
                return None
            if run["cancel_requested"]:
                finish(ledger, scope_of(run), run, now, cancelled=True)
                return None
            if refusal:
                finish(ledger, scope_of(run), run, now, failure=refusal)
                return None
            if run["attempts"] >= _STARTS:
                failure = f"It stopped its worker {_STARTS} times at the same place; we look at it."
                finish(ledger, scope_of(run), run, now, failure=failure)
                return None
            if run["state"] == "queued":
                ledger.outbox.tell(scope_of(run), "run.started", {}, run=run["id"], now=now)
            ledger.runs.change(
                work.workspace,
                work.id,
                state="running",
                started_at=run["started_at"] or now,
                attempts=run["attempts"] + 1,
            )
            return ledger.runs.get(work.workspace, work.id)

    def _take_lease(self, run: RowMapping, work: Work) -> int | None:
        with self._means.ledgers.write() as ledger:
            fence = ledger.cluster.take(scope_of(run), run["stream"], self._means.node, run["id"])
            if fence is None:
                # The other class of run has its turn; ours comes when its chunk ends.
                ledger.runs.change(run["workspace"], run["id"], attempts=run["attempts"] - 1)
                again = work_for(run, work.chunk, turn=work.turn + 1)
                self._means.engine.enqueue(ledger, again, delay=_LEASE_BUSY_SECONDS)
            return fence

    def _wait(self, run: RowMapping, work: Work, fence: int, error: SyncError) -> None:
        """The service is away: let the slot go and come back, without counting it as a failure."""
        delay = wait_for(error) if isinstance(error, Retryable) else _OUTAGE_SECONDS
        delay = max(delay, _OUTAGE_SECONDS) if work.turn else delay
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            ledger.cluster.release(scope_of(run), run["stream"], fence)
            ledger.runs.change(
                run["workspace"], run["id"], attempts=0, message=f"Waiting: {error}."
            )
            ledger.outbox.tell(scope_of(run), "run.progress", {}, run=run["id"], now=now)
            again = work_for(run, run["chunk"], turn=work.turn + 1)
            self._means.engine.enqueue(ledger, again, delay=delay)

    def _fail(self, run: RowMapping, fence: int, failure: str) -> None:
        with self._means.ledgers.write() as ledger:
            ledger.cluster.release(scope_of(run), run["stream"], fence)
            finish(ledger, scope_of(run), run, self._means.clock(), failure=failure)


def _reply(row: RowMapping, error: SyncError) -> dict[str, Any]:
    """Where the person waits for the answer, and what to tell instead of it."""
    asked = {name: row["payload"][name] for name in _ASKED if name in row["payload"]}
    return asked | {"job": row["kind"], "reason": str(error)}
