"""Lost answers, throttles, dead tokens, crashes: one document per sale, and none missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from sync.domain.identity import SourceKey
from sync.domain.verdicts import EntryState
from sync.ledger.database import Database
from sync.ledger.ledger import Ledger, Ledgers
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.retailer.totals import Totals, expected
from sync.services.models import AccountState, Provider, RunState
from tests.house import OWNER, WORKSPACE, House
from tests.scenarios.books import entry, states, tie_out
from tests.scenarios.conftest import NOW, START, Houses, a_retailer

BATCH = "requestid="  # those that write: lists are read in batches too


def plain(house: House) -> Totals:
    return expected(house.retailer.events, posts=("sale", "refund"))


@pytest.mark.parametrize(
    "fault",
    [
        "500_before",
        "500_after",
        "503",
        "cut_before",
        "cut_after",
        "truncated",
        "429",
        "html_error",
        "401_expired",
        "batch_item_missing",
        "batch_item_empty",
        "batch_reordered",
    ],
)
def test_a_bad_answer_to_a_batch_neither_loses_nor_doubles(houses: Houses, fault: str) -> None:
    house = houses()
    # A token refused again right after it was renewed is a closed door, not a bad day.
    house.quickbooks.plan(fault, times=1 if fault == "401_expired" else 3, path=BATCH)

    house.backfill(START, NOW.date())

    tie_out(house, plain(house))


@pytest.mark.parametrize("fault", ["500_after", "cut_after", "truncated"])
def test_custom_numbers_and_look_up_hold_when_request_ids_are_ignored(
    houses: Houses, fault: str
) -> None:
    """The first guard is ours, the second is the request id, the third is QuickBooks' number."""
    house = houses()
    house.quickbooks.plan("ignore_requestid", times=None)
    house.quickbooks.plan(fault, times=2, path=BATCH)

    house.backfill(START, NOW.date())

    tie_out(house, plain(house))


def test_request_ids_hold_when_numbers_do_not(houses: Houses) -> None:
    """Without custom numbers QuickBooks refuses nothing: the request id alone must do."""
    house = houses()
    house.quickbooks.change_company(custom_numbers=False)
    house.quickbooks.plan("cut_after", times=3, path=BATCH)

    house.backfill(START, NOW.date())

    keys = Counter(
        key
        for kind in ("SalesReceipt", "RefundReceipt", "Invoice")
        for document in house.quickbooks.documents(kind)
        if (key := SourceKey.found_in(document["PrivateNote"]))
    )
    assert max(keys.values()) == 1
    assert len({key.id for key in keys}) == plain(house).tickets


def test_a_batch_too_old_to_send_again_is_looked_up(houses: Houses) -> None:
    """After ten minutes a request id may be forgotten: what is there is adopted, by our marks."""
    house = houses()
    number = house.retailer.sell("card", house.clock.now)
    house.clock.sleep(60)
    house.sync()  # lists and token are fresh, so only the batch of documents meets the fault
    number = house.retailer.sell("card", house.clock.now)
    house.clock.sleep(60)
    house.quickbooks.plan("cut_after", times=None, path=BATCH)
    started = house.services.runs.sync(OWNER, house.scope)
    house.work(until=timedelta(minutes=5))
    assert not house.services.runs.get(house.scope, started.run.id).state.is_over
    house.quickbooks.mishaps.clear()
    house.quickbooks.replies.forget()
    house.clock.sleep(3600)

    house.work()

    assert entry(house, str(number))["state"] == "posted"
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund"), since=NOW.date()))


def test_an_outage_is_sat_out_without_a_failure(houses: Houses) -> None:
    """The run waits and goes on by itself; nothing is marked failed."""
    house = houses()
    house.quickbooks.plan("503", times=40, path=BATCH)

    run = house.backfill(START, NOW.date())

    assert run.state in (RunState.DONE, RunState.PROBLEMS)
    assert states(house)[EntryState.FAILED] == 0
    tie_out(house, plain(house))


def test_a_dead_connection_stops_its_runs_once_and_asks_once(houses: Houses) -> None:
    house = houses()
    house.quickbooks.tokens.disconnect(CompanySpec().realm_id)
    house.events()

    house.sync()
    with pytest.raises(Exception, match="reconnect"):
        house.services.runs.sync(OWNER, house.scope)

    (view,) = house.services.connections.all(WORKSPACE)
    assert view.quickbooks is not None
    assert view.quickbooks.state is AccountState.BROKEN
    assert len(house.events("account.broken")) == 1


def test_reconnecting_keeps_everything_and_goes_on(houses: Houses) -> None:
    house = houses()
    number = house.retailer.sell("card", house.clock.now)
    house.clock.sleep(60)
    house.quickbooks.tokens.disconnect(CompanySpec().realm_id)
    house.sync()

    house.connect_one(Provider.QUICKBOOKS)
    house.sync()

    assert entry(house, str(number))["state"] == "posted"


class Killed(BaseException):
    """The process is gone; nothing catches this."""


class Fuse:
    """Kills at the n-th commit, right before or right after it."""

    def __init__(self, at: int, *, after: bool) -> None:
        self._left = at
        self._after = after

    @property
    def blown(self) -> bool:
        return self._left <= 0

    @contextmanager
    def around(self, inner: Iterator[Ledger]) -> Iterator[Ledger]:
        self._left -= 1
        with inner as ledger:  # type: ignore[attr-defined]
            yield ledger
            if self._left == 0 and not self._after:
                raise Killed
        if self._left == 0 and self._after:
            raise Killed


class FusedLedgers(Ledgers):
    """Real ledgers that die at a chosen commit."""

    def __init__(self, database: Database, fuse: Fuse) -> None:
        super().__init__(database)
        self._fuse = fuse

    def write(self) -> Iterator[Ledger]:  # type: ignore[override]
        return self._fuse.around(super().write())  # type: ignore[return-value, arg-type]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24])
def test_a_process_killed_at_any_commit_goes_on_from_there(
    houses: Houses, sqlite_database: Database, at: int, after: bool
) -> None:
    """The same unit starts again; the ledger tells it where it was."""
    house = houses(retailer=a_retailer(per_day=(10, 12)))
    started = house.services.runs.backfill(OWNER, house.scope, START, NOW.date())
    fuse = Fuse(at, after=after)
    healthy = house.means.ledgers
    house.use(ledgers=FusedLedgers(sqlite_database, fuse))
    units = []
    try:
        while (item := house.engine.next()) is not None:
            units.append(item[1])
            house.worker.execute(item[1])
    except Killed:
        pass

    house.use(ledgers=healthy)
    with healthy.write() as ledger:  # its node is found dead
        ledger.cluster.leave("node-1")
    with healthy.write() as ledger:
        ledger.cluster.join("node-2", "test")
    house.use(node="node-2")
    for unit in units[-1:]:
        house.worker.execute(unit)
    house.work()

    assert house.services.runs.get(house.scope, started.run.id).state.is_over
    tie_out(house, plain(house))


def test_a_run_whose_unit_of_work_is_lost_is_found_and_goes_on(houses: Houses) -> None:
    """Losing all of the engine's history loses no business fact."""
    house = houses()
    started = house.services.runs.backfill(OWNER, house.scope, START, NOW.date())
    while house.engine.next() is not None:
        pass
    house.clock.sleep(600)

    assert house.worker.find_lost() == 1
    house.work()

    assert house.services.runs.get(house.scope, started.run.id).state.is_over
    tie_out(house, plain(house))
