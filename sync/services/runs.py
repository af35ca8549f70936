"""Asking for runs, cancelling them, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.domain.money import from_minor
from sync.domain.verdicts import EntryState
from sync.engine.port import Work
from sync.errors import Conflict, Disconnected, Invalid, NotFound, Retryable
from sync.ledger.ledger import Ledger
from sync.services.books import facts_from_json
from sync.services.ending import finish
from sync.services.log import entry_view
from sync.services.means import Means
from sync.services.models import (
    Actor,
    CauseGroup,
    EntryView,
    ReplyTo,
    Role,
    RunState,
    RunSummary,
    Started,
    Trigger,
    Window,
)
from sync.services.reference import load_shop_book
from sync.services.sales_run import work_for
from sync.services.selecting import Selection, choose
from sync.services.windows import checked_window

_QUESTIONS = 10  # of one person, waiting at once
_FORGOTTEN = timedelta(minutes=10)  # an answer that late comes no more
_POSTED = (EntryState.POSTED, EntryState.WARNED, EntryState.DUPLICATE)


class Runs:
    """At most one active run of a kind per connection: asking again shows the one that runs."""

    def __init__(self, means: Means) -> None:
        self._means = means

    # -- asking

    def sync(
        self, actor: Actor, scope: Scope, *, stream: str = "sales", dry: bool = False
    ) -> Started:
        """Read what changed since the last run, now."""
        actor.require_in(scope, Role.OPERATOR)
        if stream != "sales":
            raise Invalid(f"There is no {stream} sync yet; only sales.", field="stream")
        return self._start(scope, actor.user, Trigger.MANUAL, dry=dry)

    def tick(self, scope: Scope, tick_key: str, at: datetime) -> Started | None:
        """The clock's request. None when another worker took this tick, or nothing may run."""
        with self._means.ledgers.read() as ledger:
            row = ledger.accounts.connection(scope)
            selecting = any(
                run["selection"] is not None
                for run in ledger.runs.active(scope)
                if not run["is_backfill"]
            )
        if row is None or row["paused"]:
            return None
        if selecting:
            raise Retryable("a resync has its turn; this tick reads new sales after it")
        try:
            started = self._start(
                scope, "schedule", Trigger.SCHEDULED, dry=False, tick_key=tick_key
            )
        except (Conflict, Disconnected):  # an account is missing or closed, and people know it
            return None
        # Afterwards: a tick that is noted but has no run would be lost with its worker.
        with self._means.ledgers.write() as ledger:
            ledger.runs.ticked(scope, at)
        return None if started.existing else started

    def try_due(self) -> int:
        """Start what is to be tried again by now, whatever the schedule; how many runs that is.

        A schedule says when new sales are read. A sale that was read already is finished even
        when the schedule is off; a pause, however, is a person's word that nothing moves by itself.
        """
        now = self._means.clock()
        with self._means.ledgers.read() as ledger:
            scopes = ledger.runs.with_due(ledger.people.workspaces(), now)
        started = 0
        for scope in scopes:
            key = f"due:{scope.connection}:{int(now.timestamp()) // 60}"
            selection = Selection(due=True).as_json()
            try:
                run = self._start(
                    scope,
                    "schedule",
                    Trigger.SCHEDULED,
                    dry=False,
                    tick_key=key,
                    selection=selection,
                )
            except (Conflict, Disconnected):
                continue  # an account is missing or closed, and people know it
            started += not run.existing
        return started

    def backfill(
        self,
        actor: Actor,
        scope: Scope,
        first: date,
        last: date,
        *,
        shop: str = "",
        dry: bool = False,
    ) -> Started:
        """Sales of chosen business days, both included, in the shop's zone."""
        actor.require_in(scope, Role.OPERATOR)
        shop = self._checked_window(scope, first, last, shop)
        return self._start(
            scope, actor.user, Trigger.BACKFILL, dry=dry, first_day=first, last_day=last, shop=shop
        )

    def resync(
        self,
        actor: Actor,
        scope: Scope,
        *,
        number: str = "",
        run_number: int | None = None,
        failed: bool = False,
        cause: str = "",
        subject: str | None = None,
        sales: Sequence[str] | None = None,
    ) -> Started:
        """Judge held and failed sales again, by number, run, cause, ids, or all of them."""
        actor.require_in(scope, Role.OPERATOR)
        with self._means.ledgers.read() as ledger:
            selection, count = choose(
                ledger,
                scope,
                number=number,
                run_number=run_number,
                cause=cause,
                subject=subject,
                sales=sales,
            )
        return self._start(
            scope,
            actor.user,
            Trigger.RETRY,
            dry=False,
            selection=selection.as_json(),
            expected=count,
        )

    def estimate(
        self, actor: Actor, scope: Scope, first: date, last: date, shop: str, reply: ReplyTo
    ) -> None:
        """Count the sales of a window; the answer comes as an event."""
        actor.require_in(scope, Role.OPERATOR)
        shop = self._checked_window(scope, first, last, shop)
        payload = {
            "first": first.isoformat(),
            "last": last.isoformat(),
            "shop": shop,
            "reply": asdict(reply),
        }
        self.ask(scope, "estimate", payload)

    def ask(self, scope: Scope, kind: str, payload: dict[str, Any]) -> None:
        """Queue a slow question for the worker."""
        now, job = self._means.clock(), self._means.new_id()
        with self._means.ledgers.write() as ledger:
            if ledger.accounts.connection(scope) is None:
                raise NotFound("There is no such connection.")
            asked = ledger.runs.waiting_jobs(scope, now - _FORGOTTEN)
            if (user := _asker(payload)) and [*map(_asker, asked)].count(user) >= _QUESTIONS:
                raise Conflict(
                    f"{_QUESTIONS} of your questions are not answered yet. Wait for these, then "
                    "ask again."
                )
            ledger.runs.add_job(scope, job, kind, payload, now)
            self._means.engine.enqueue(ledger, Work("job", scope.workspace, scope.connection, job))

    def cancel(self, actor: Actor, scope: Scope, run: str) -> RunSummary:
        """Ask a run to stop; what is in flight is finished, the rest is left for later."""
        actor.require_in(scope, Role.OPERATOR)
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            row = self._row(ledger, scope, run)
            if RunState(row["state"]).is_over:
                raise Conflict(f"Run {row['number']} is over already.")
            ledger.runs.change(scope.workspace, run, cancel_requested=True)
            ledger.people.write_audit(
                scope.workspace,
                actor.user,
                "run.cancelled",
                str(row["number"]),
                connection=row["connection"],
                now=now,
            )
            if row["state"] == RunState.QUEUED.value:
                finish(ledger, Scope(scope.workspace, row["connection"]), row, now, cancelled=True)
        self._means.engine.cancel(scope.workspace, run)
        return self.get(scope, run)

    # -- knowing

    def get(self, scope: Scope, run: str) -> RunSummary:
        with self._means.ledgers.read() as ledger:
            return self.summary(ledger, self._row(ledger, scope, run))

    def by_number(self, scope: Scope, number: int) -> RunSummary | None:
        with self._means.ledgers.read() as ledger:
            row = ledger.runs.by_number(scope.workspace, number)
            return None if row is None else self.summary(ledger, row)

    def recent(self, scope: Scope, limit: int = 5) -> tuple[RunSummary, ...]:
        with self._means.ledgers.read() as ledger:
            return tuple(self.summary(ledger, row) for row in ledger.runs.recent(scope, limit))

    def active(self, scope: Scope) -> tuple[RunSummary, ...]:
        with self._means.ledgers.read() as ledger:
            return tuple(self.summary(ledger, row) for row in ledger.runs.active(scope))

    def causes(self, scope: Scope, run: str) -> tuple[CauseGroup, ...]:
        """The problems of a run by cause, the largest first."""
        with self._means.ledgers.read() as ledger:
            row = self._row(ledger, scope, run)
            return tuple(
                CauseGroup(
                    cause=group["cause"],
                    reason=group["reason"],
                    fix=group["fix"],
                    subject=group["subject"],
                    count=group["count"],
                    amount=from_minor(int(group["amount_minor"]), group["currency"]),
                    currency=group["currency"],
                    examples=tuple(
                        ledger.entries.examples(scope, run, group["cause"], group["subject"])
                    ),
                )
                for group in ledger.entries.causes(scope, row["id"])
            )

    def entries(
        self,
        scope: Scope,
        run: str,
        *,
        states: Sequence[EntryState] = (),
        after: int = 0,
        limit: int = 200,
    ) -> tuple[EntryView, ...]:
        """Entries of a run, oldest first, from the one after `after`."""
        with self._means.ledgers.read() as ledger:
            row = self._row(ledger, scope, run)
            found = ledger.entries.of_run(
                scope, run, states=[state.value for state in states], after=after, limit=limit
            )
        return tuple(entry_view(each, row["number"]) for each in found)

    def summary(self, ledger: Ledger, row: RowMapping) -> RunSummary:
        """A row in people's words; counts are live until the run is over."""
        scope = Scope(row["workspace"], row["connection"])
        posted = row["posted_minor"]
        if row["counts"] is not None:
            counts = row["counts"]
        else:
            counted = ledger.entries.counts(scope, row["id"])
            counts = {state: n for state, (n, _) in counted.items()}
            posted = sum(counted.get(state.value, (0, 0))[1] for state in _POSTED)
        window = None
        if row["first_day"] is not None:
            window = Window(row["first_day"], row["last_day"], row["shop"])
        return RunSummary(
            id=row["id"],
            number=row["number"],
            connection=row["connection"],
            stream=row["stream"],
            trigger=Trigger(row["trigger"]),
            state=RunState(row["state"]),
            dry=bool(row["dry"]),
            requested_by=row["requested_by"],
            created_at=row["created_at"],
            started_at=row["started_at"],
            finished_at=row["finished_at"],
            window=window,
            counts={EntryState(state): n for state, n in counts.items()},
            posted_amount=from_minor(posted, row["currency"]),
            currency=row["currency"],
            expected=row["expected"],
            read=row["read"],
            message=row["message"],
            cancel_requested=bool(row["cancel_requested"]),
        )

    # -- inside

    def _start(
        self,
        scope: Scope,
        requested_by: str,
        trigger: Trigger,
        *,
        dry: bool,
        tick_key: str | None = None,
        **values: Any,
    ) -> Started:
        now = self._means.clock()
        run = self._means.new_id()
        is_backfill = trigger is Trigger.BACKFILL
        with self._means.ledgers.write() as ledger:
            connection = ledger.accounts.connection(scope)
            if connection is None:
                raise NotFound("There is no such connection.")
            company = self._company(ledger, connection)
            if company is None:
                raise Conflict("Connect Lightspeed and QuickBooks first: /ccc connect.")
            facts = facts_from_json(company["facts"])
            active = [
                row for row in ledger.runs.active(scope) if bool(row["is_backfill"]) is is_backfill
            ]
            if active:
                return Started(self.summary(ledger, active[0]), existing=True)
            added = ledger.runs.add(
                scope,
                {
                    "id": run,
                    "number": ledger.people.next_run_number(scope.workspace),
                    "stream": "sales",
                    "trigger": trigger.value,
                    "is_backfill": is_backfill,
                    "state": RunState.QUEUED.value,
                    "tick_key": tick_key,
                    "dry": dry,
                    "requested_by": requested_by,
                    "currency": facts.currency if facts else "USD",
                    "created_at": now,
                }
                | values,
            )
            if added:
                row = ledger.runs.get(scope.workspace, run)
                assert row is not None
                self._means.engine.enqueue(ledger, work_for(row, 0))
                ledger.outbox.tell(scope, "run.queued", {}, run=run, now=now)
                return Started(self.summary(ledger, row), existing=False)
            active = [
                row for row in ledger.runs.active(scope) if bool(row["is_backfill"]) is is_backfill
            ]
            if not active:  # the same tick, finished already
                active = ledger.runs.recent(scope, 1)
            return Started(self.summary(ledger, active[0]), existing=True)

    def _checked_window(self, scope: Scope, first: date, last: date, shop: str) -> str:
        """The shop's own spelling; Invalid names the field that cannot be used."""
        with self._means.ledgers.read() as ledger:
            connection = ledger.accounts.connection(scope)
            if connection is None:
                raise NotFound("There is no such connection.")
            if not self._is_ready(ledger, connection):
                raise Conflict("Connect Lightspeed and QuickBooks first: /ccc connect.")
            book = load_shop_book(ledger, scope.workspace, connection["lightspeed"])
        return checked_window(book, self._means.clock(), first, last, shop)

    def _is_ready(self, ledger: Ledger, connection: RowMapping) -> bool:
        return self._company(ledger, connection) is not None

    def _company(self, ledger: Ledger, connection: RowMapping) -> RowMapping | None:
        """The company of a connection that can run; None when a side is missing."""
        sides = ledger.accounts.some(
            connection["workspace"], (connection["lightspeed"], connection["quickbooks"])
        )
        for provider in ("lightspeed", "quickbooks"):
            row = sides.get(connection[provider])
            if row is None or row["state"] == "disconnected":
                return None
            if row["state"] == "broken":
                name = "Lightspeed" if provider == "lightspeed" else "QuickBooks"
                raise Disconnected(f"{name} must be reconnected first: /ccc connect {provider}")
        return sides[connection["quickbooks"]]

    def _row(self, ledger: Ledger, scope: Scope, run: str) -> RowMapping:
        row = ledger.runs.get(scope.workspace, run)
        if row is None or (scope.connection and row["connection"] != scope.connection):
            raise NotFound("There is no such run.")
        return row


def _asker(payload: Mapping[str, Any]) -> str:
    """Who waits for the answer to a question; "" when nobody does."""
    reply = payload.get("reply")
    return str(reply.get("user") or "") if isinstance(reply, Mapping) else ""
