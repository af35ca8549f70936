"""Who may work, and how fast: decided by the database, whatever the number of workers."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from threading import Event, Lock

import pytest
from sqlalchemy import select, update

from sync.domain.identity import Scope
from sync.engine.members import Membership
from sync.errors import Retryable
from sync.ledger import tables as t
from sync.ledger.database import Database
from sync.ledger.ledger import Ledgers
from sync.services.pace import LIGHTSPEED, QUICKBOOKS, Limit, Limits, SharedPace

SCOPE = Scope("T1", "C1")
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def together(count: int, do: Callable[[int], object], *, threads: int = 24) -> list[object]:
    """The same thing from many threads at once; any error fails the test."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(do, range(count)))


def add_run(ledgers: Ledgers, n: int, **values: object) -> bool:
    row = {
        "id": f"R{n}",
        "number": n,
        "stream": "sales",
        "trigger": "scheduled",
        "is_backfill": False,
        "state": "queued",
        "dry": False,
        "requested_by": "schedule",
        "created_at": NOW,
    }
    with ledgers.write() as ledger:
        return ledger.runs.add(SCOPE, row | values)


def grow_old(database: Database, node: str) -> None:
    """A node that has not been heard of for a minute."""
    with database.write() as connection:
        connection.execute(
            update(t.node).where(t.node.c.id == node).values(beat_at=t.node.c.beat_at - 60)
        )


# -- runs


def test_two_hundred_triggers_at_once_make_one_run(ledgers: Ledgers) -> None:
    added = together(200, lambda n: add_run(ledgers, n))

    assert added.count(True) == 1
    with ledgers.read() as ledger:
        assert len(ledger.runs.active(SCOPE)) == 1


def test_a_backfill_and_a_run_of_the_same_connection_may_both_be_active(ledgers: Ledgers) -> None:
    assert add_run(ledgers, 1)

    assert add_run(ledgers, 2, is_backfill=True, trigger="backfill")
    assert not add_run(ledgers, 3, is_backfill=True, trigger="backfill")


def test_many_nodes_that_tick_make_one_run_of_each_tick_even_after_it_is_over(
    ledgers: Ledgers,
) -> None:
    ticks = [f"C1:2026-11-{day}T02:00" for day in range(10, 15)]
    runs = []

    def tick(base: int, key: str, n: int) -> bool:
        return add_run(ledgers, base + n, tick_key=key)

    for number, key in enumerate(ticks):
        added = together(8, partial(tick, number * 10, key))
        runs.append(added.count(True))
        with ledgers.write() as ledger:
            for row in ledger.runs.active(SCOPE):
                ledger.runs.change("T1", row["id"], state="done")

    again = [add_run(ledgers, 100 + n, tick_key=key) for n, key in enumerate(ticks)]

    assert runs == [1, 1, 1, 1, 1]
    assert again == [False] * 5


# -- leases


def test_a_lease_goes_to_one_of_many_and_its_fence_only_rises(ledgers: Ledgers) -> None:
    with ledgers.write() as ledger:
        for n in range(24):
            ledger.cluster.join(f"node-{n}", "1")

    def take(n: int) -> int | None:
        with ledgers.write() as ledger:
            return ledger.cluster.take(SCOPE, "sales", f"node-{n}", f"R{n}")

    first = [fence for fence in together(24, take) if fence is not None]
    with ledgers.write() as ledger:
        ledger.cluster.release(SCOPE, "sales", 1)
    second = [fence for fence in together(24, take) if fence is not None]

    assert first == [1]
    assert second == [2]


def test_the_lease_of_a_dead_node_is_free_and_its_old_holder_finds_out(
    ledgers: Ledgers, database: Database
) -> None:
    with ledgers.write() as ledger:
        ledger.cluster.join("old", "1")
        ledger.cluster.join("new", "1")
        old = ledger.cluster.take(SCOPE, "sales", "old", "R1")
        assert ledger.cluster.take(SCOPE, "sales", "new", "R2") is None
    grow_old(database, "old")

    with ledgers.write() as ledger:
        new = ledger.cluster.take(SCOPE, "sales", "new", "R2")

    assert old is not None
    assert new is not None
    with ledgers.write() as ledger:
        assert ledger.cluster.holds(SCOPE, "sales", new)
        assert not ledger.cluster.holds(SCOPE, "sales", old)
        ledger.cluster.release(SCOPE, "sales", old)  # a zombie gives back what is not its own
        assert ledger.cluster.holds(SCOPE, "sales", new)
        assert ledger.cluster.take(SCOPE, "sales", "old", "R1") is None


# -- membership


def test_a_node_that_was_declared_dead_is_told_by_its_next_heartbeat(
    ledgers: Ledgers, database: Database
) -> None:
    dead = Event()
    member = Membership(ledgers, "node-1", "1", dead.set, every=0.05)
    member.start()
    grow_old(database, "node-1")

    with ledgers.write() as ledger:
        buried = ledger.cluster.bury()
    if not buried:  # it has beaten again in between, and so is alive
        with ledgers.write() as ledger:
            ledger.cluster.leave("node-1")

    assert dead.wait(10)
    member.stop()


def test_a_beating_node_stays_alive_and_leaves_when_it_stops(
    ledgers: Ledgers, database: Database
) -> None:
    member = Membership(ledgers, "node-1", "1", lambda: None, every=0.05)
    member.start()
    grow_old(database, "node-1")
    deadline = time.monotonic() + 10

    def alive() -> set[str]:
        with ledgers.read() as ledger:
            return ledger.cluster.alive()

    while not alive() and time.monotonic() < deadline:
        Event().wait(0.02)

    assert alive() == {"node-1"}
    member.stop()
    assert alive() == set()


def test_where_nobody_else_can_be_alive_leases_of_before_are_free_at_once(
    ledgers: Ledgers,
) -> None:
    with ledgers.write() as ledger:
        ledger.cluster.join("before the crash", "1")
        assert ledger.cluster.take(SCOPE, "sales", "before the crash", "R1") is not None

    member = Membership(ledgers, "now", "1", lambda: None, alone=True)
    member.start()

    with ledgers.write() as ledger:
        assert ledger.cluster.take(SCOPE, "sales", "now", "R1") is not None
    member.stop()


# -- rates


def test_no_two_callers_get_the_same_place_in_a_bucket(
    ledgers: Ledgers, database: Database
) -> None:
    places: list[float] = []
    lock = Lock()

    def reserve(_: int) -> None:
        with ledgers.write() as ledger:
            ledger.cluster.reserve("account:call", 0.5, 0.0)
            place = ledger.connection.scalars(select(t.rate.c.full_at)).one()
        with lock:
            places.append(place)

    together(120, reserve)

    places.sort()
    gaps = [later - earlier for earlier, later in pairwise(places)]
    assert min(gaps) > 0.4999


def pace(
    ledgers: Ledgers,
    account: str,
    limits: Limits,
    sleep: Callable[[float], None],
    *,
    urgent: bool = True,
) -> SharedPace:
    """The pace of one process; each has its own and all share the database."""
    return SharedPace(ledgers, account, limits, scale=1.0, sleep=sleep, urgent=urgent)


class Sleeps:
    """Notes when each call would go out, without waiting for it."""

    def __init__(self) -> None:
        self.went_at: list[float] = []
        self._lock = Lock()

    def call(self, pace_for: Callable[[Callable[[float], None]], SharedPace], kind: str) -> None:
        waited = 0.0

        def sleep(seconds: float) -> None:
            nonlocal waited
            waited += seconds

        pace_for(sleep).wait(kind)
        with self._lock:
            self.went_at.append(time.time() + waited)


SMALL = Limits("Test", {"only": Limit(20)}, {"call": ("only",)})


def test_the_window_is_kept_by_twenty_four_threads(ledgers: Ledgers) -> None:
    """Twenty a second: a hundred calls cannot all be out before the fifth second."""
    sleeps = Sleeps()

    start = time.time()
    together(100, lambda _: sleeps.call(partial(pace, ledgers, "A1", SMALL), "call"))

    went = sorted(sleeps.went_at)
    for n, at in enumerate(went):
        assert at - start >= n / 20 - 0.05


def test_people_do_not_wait_behind_the_line_of_a_backfill(ledgers: Ledgers) -> None:
    waits: list[float] = []

    class Stop(Exception):
        """The backfill's thread is asleep from here on."""

    def fall_asleep(seconds: float) -> None:
        raise Stop

    backfill = pace(ledgers, "A1", QUICKBOOKS, fall_asleep, urgent=False)
    for _ in range(8):  # eight batches of a backfill stand in line
        with pytest.raises(Stop):
            for _ in range(2):  # only the very first finds its place free
                backfill.wait("batch")

    pace(ledgers, "A1", QUICKBOOKS, waits.append).wait("batch")

    assert sum(waits) < 2.0


def test_a_refusal_closes_the_gate_for_everybody(ledgers: Ledgers) -> None:
    waits: list[float] = []
    pace(ledgers, "A1", QUICKBOOKS, waits.append).pushed_back(30)

    pace(ledgers, "A1", QUICKBOOKS, waits.append, urgent=False).wait("call")
    other: list[float] = []
    pace(ledgers, "A2", QUICKBOOKS, other.append).wait("call")

    assert 29 < sum(waits) < 31
    assert other == []


def test_a_gate_that_stays_closed_for_long_gives_the_worker_back(ledgers: Ledgers) -> None:
    slept: list[float] = []
    company = pace(ledgers, "A1", QUICKBOOKS, slept.append)
    company.pushed_back(900)

    with pytest.raises(Retryable) as told:
        company.wait("call")

    assert slept == []
    assert told.value.after is not None
    assert told.value.after > 800


def test_lightspeed_tells_how_full_its_bucket_is_and_how_fast_it_drains(ledgers: Ledgers) -> None:
    """Bucket 90, drained by 3 a second: from level 90 a call of 10 waits until 3 s later."""
    waits: list[float] = []
    shop = pace(ledgers, "A1", LIGHTSPEED, waits.append)
    shop.wait("lightspeed", 10)
    assert waits == []

    shop.learned("lightspeed", level=90.0, size=90.0, drip=3.0)
    shop.learned("lightspeed_burst", level=20.0, size=20.0, drip=None)
    shop.wait("lightspeed", 10)

    assert 2.5 < sum(waits) < 6.0


def test_what_one_process_learnt_of_a_full_bucket_holds_for_the_others(ledgers: Ledgers) -> None:
    pace(ledgers, "A1", LIGHTSPEED, lambda _: None).learned(
        "lightspeed", level=89.0, size=90.0, drip=1.0
    )
    waits: list[float] = []

    pace(ledgers, "A1", LIGHTSPEED, waits.append).wait("lightspeed", 1)

    assert sum(waits) > 20.0
