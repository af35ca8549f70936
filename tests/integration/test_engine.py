"""Queued with the ledger, run once, taken over, never lost: the engine on both databases."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, Queue
from threading import Event
from typing import Any

import pytest
from dbos import DBOSClient
from sqlalchemy import text

from sync.domain.identity import Scope
from sync.engine.alone import Alone
from sync.engine.durable import DurableEngine
from sync.engine.node import Node
from sync.engine.port import Work
from sync.engine.reaper import Reaper
from sync.errors import Misconfigured
from sync.ledger.database import Database, open_database
from sync.ledger.ledger import Ledgers

UNIT = Work("run", "T1", "C1", "R1")
SOON = 10.0


class Bench:
    """A working engine whose units report here; `during` is what a unit does."""

    def __init__(self, database: Database, *, node: str = "node-1") -> None:
        self.ledgers = Ledgers(database)
        self.done: Queue[Work] = Queue()
        self.during: Callable[[Work], None] = lambda work: None
        self.engine = DurableEngine(database, self._execute, node=node)

    def queue(self, *works: Work, delay: float = 0.0) -> None:
        for work in works:
            with self.ledgers.write() as ledger:
                self.engine.enqueue(ledger, work, delay=delay)

    def nothing_more(self, seconds: float = 0.6) -> bool:
        try:
            self.done.get(timeout=seconds)
        except Empty:
            return True
        return False

    def _execute(self, work: Work) -> None:
        self.during(work)
        self.done.put(work)


@pytest.fixture
def bench(database: Database) -> Iterator[Bench]:
    bench = Bench(database)
    yield bench
    bench.engine.stop(grace=0)


def rows(database: Database, status: str = "%") -> list[Any]:
    """The engine's own rows, as the database has them."""
    schema = "" if database.is_sqlite else "dbos."
    query = text(
        "SELECT workflow_uuid, status, queue_name, queue_partition_key, executor_id "
        f"FROM {schema}workflow_status WHERE status LIKE :status ORDER BY workflow_uuid"
    )
    with database.read() as connection:
        return list(connection.execute(query, {"status": status}))


# -- queueing


def test_what_is_queued_in_a_transaction_that_fails_never_runs(
    bench: Bench, database: Database
) -> None:
    with pytest.raises(ZeroDivisionError), bench.ledgers.write() as ledger:
        bench.engine.enqueue(ledger, UNIT)
        raise ZeroDivisionError

    assert rows(database) == []


def test_a_committed_unit_runs_once_with_all_it_was_given(bench: Bench) -> None:
    unit = Work("run", "T1", "C1", "R1", chunk=7, backfill=False, turn=2)
    bench.queue(unit)

    bench.engine.start()

    assert bench.done.get(timeout=SOON) == unit
    assert bench.nothing_more()


def test_the_same_unit_queued_twice_runs_once_even_after_it_is_over(bench: Bench) -> None:
    bench.queue(UNIT, UNIT)
    bench.engine.start()

    assert bench.done.get(timeout=SOON) == UNIT
    bench.queue(UNIT)

    assert bench.nothing_more()


def test_a_unit_may_queue_its_own_next_turn_for_later(bench: Bench) -> None:
    def wait_once(work: Work) -> None:
        if work.turn == 0:
            bench.queue(replace(work, turn=1), delay=0.2)

    bench.during = wait_once
    bench.queue(UNIT)
    bench.engine.start()

    assert bench.done.get(timeout=SOON).turn == 0
    assert bench.done.get(timeout=SOON).turn == 1


def test_cancelling_wakes_a_run_that_waits_and_no_other(bench: Bench) -> None:
    other = replace(UNIT, id="R2")
    bench.queue(UNIT, other, delay=3600)
    bench.engine.start()

    bench.engine.cancel("T2", "R1")
    assert bench.nothing_more()
    bench.engine.cancel("T1", "R1")

    assert bench.done.get(timeout=SOON) == UNIT
    assert bench.nothing_more()


def test_inside_a_unit_of_work_only_the_transaction_is_used(
    bench: Bench, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any other enqueue waits for a write lock that the unit of work itself holds."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("enqueue outside the transaction")

    monkeypatch.setattr(DBOSClient, "enqueue", refuse)
    monkeypatch.setattr(DBOSClient, "_enqueue", refuse)

    with bench.ledgers.write() as ledger:
        ledger.cluster.join("node-1", "1")
        bench.engine.enqueue(ledger, UNIT)

    assert [row.workflow_uuid for row in rows(database)] == ["run:R1:0:0"]


# -- working


def test_a_unit_that_raises_is_tried_again_later_and_not_at_once(bench: Bench) -> None:
    def fail_once(work: Work) -> None:
        if work.turn == 0:
            raise ZeroDivisionError

    bench.during = fail_once
    bench.queue(UNIT)
    started = time.monotonic()
    bench.engine.start()

    assert bench.done.get(timeout=SOON) == replace(UNIT, turn=1)
    assert time.monotonic() - started > 2.0


def test_a_unit_that_always_raises_is_given_up(bench: Bench, database: Database) -> None:
    def fail(work: Work) -> None:
        raise ZeroDivisionError

    bench.during = fail

    bench.engine.perform(UNIT, crashes=9)
    bench.engine.perform(replace(UNIT, turn=1), crashes=10)

    assert [row.workflow_uuid for row in rows(database)] == ["run:R1:0:1"]


def test_a_small_workspace_does_not_wait_behind_a_large_one(bench: Bench) -> None:
    held = Event()
    bench.during = lambda work: None if work.workspace == "small" else _wait(held)
    bench.queue(*(Work("run", "large", "C1", f"R{n}") for n in range(40)))
    bench.queue(Work("run", "small", "C2", "R99"))
    started = time.monotonic()

    bench.engine.start()

    assert bench.done.get(timeout=SOON).workspace == "small"
    assert time.monotonic() - started < 5.0
    held.set()


def test_a_backfill_does_not_take_the_slots_of_what_people_wait_for(bench: Bench) -> None:
    held = Event()
    bench.during = lambda work: _wait(held) if work.backfill else None
    bench.queue(*(Work("run", f"T{n}", "C1", f"R{n}", backfill=True) for n in range(20)))
    bench.engine.start()
    time_to_start = time.monotonic() + 3
    while len(rows(bench.ledgers.database, "PENDING")) < 4 and time.monotonic() < time_to_start:
        time.sleep(0.05)

    bench.queue(Work("job", "T1", "C1", "J1"))

    assert bench.done.get(timeout=SOON).kind == "job"
    held.set()


def _wait(event: Event) -> None:
    event.wait(20)


# -- taking over


def leave_behind(database: Database, node: str, unit: str) -> None:
    """What a node that died in the middle of a unit leaves in the database."""
    schema = "" if database.is_sqlite else "dbos."
    with database.write() as connection:
        connection.execute(
            text(
                f"UPDATE {schema}workflow_status SET status = 'PENDING', executor_id = :node, "
                "application_version = 'flow-1' WHERE workflow_uuid = :unit"
            ),
            {"node": node, "unit": unit},
        )


def test_units_of_the_dead_go_back_to_their_own_queue_and_workspace(
    bench: Bench, database: Database
) -> None:
    """A contract with DBOS: its public calls find, and resume where we say."""
    living = replace(UNIT, id="R3")
    bench.queue(UNIT, Work("run", "T2", "C2", "R2", backfill=True), living)
    for unit, node in (("R1", "dead"), ("R2", "dead"), ("R3", "living")):
        leave_behind(database, node, f"run:{unit}:0:0")
    with bench.ledgers.write() as ledger:
        ledger.cluster.join("living", "1")

    taken = Reaper(bench.engine, bench.ledgers).reap()

    assert taken == 2
    assert [tuple(row) for row in rows(database, "ENQUEUED")] == [
        ("run:R1:0:0", "ENQUEUED", "interactive", "T1", "dead"),
        ("run:R2:0:0", "ENQUEUED", "backfill", "T2", "dead"),
    ]
    assert [row.workflow_uuid for row in rows(database, "PENDING")] == ["run:R3:0:0"]
    assert Reaper(bench.engine, bench.ledgers).reap() == 0


def test_purging_forgets_what_is_over_and_keeps_what_is_not(
    bench: Bench, database: Database
) -> None:
    bench.queue(UNIT)
    bench.engine.start()
    bench.done.get(timeout=SOON)
    deadline = time.monotonic() + SOON
    while not rows(database, "SUCCESS") and time.monotonic() < deadline:
        Event().wait(0.05)
    bench.queue(replace(UNIT, id="R2"), delay=3600)

    bench.engine.purge(datetime.now(UTC) - timedelta(hours=1))
    assert len(rows(database)) == 2
    bench.engine.purge(datetime.now(UTC) + timedelta(hours=1))

    assert [row.workflow_uuid for row in rows(database)] == ["run:R2:0:0"]
    schema = "" if database.is_sqlite else "dbos."
    with database.read() as connection:
        for table in ("workflow_input", "workflow_output", "operation_outputs"):
            query = text(f"SELECT count(*) FROM {schema}{table} WHERE workflow_uuid LIKE '%R1%'")
            assert connection.scalar(query) == 0


def test_only_one_process_works_on_a_sqlite_file(sqlite_database: Database) -> None:
    first, second = Alone(sqlite_database), Alone(sqlite_database)
    first.take()

    with pytest.raises(Misconfigured, match=r"already works on ccc\.db"):
        second.take()

    first.release()
    second.take()
    second.release()


@pytest.mark.postgres
def test_on_postgres_a_process_is_never_taken_for_the_only_one(
    postgres_database: Database,
) -> None:
    """With a fixed id a second process would start again what the first one has in hand."""
    ledgers, done = Ledgers(postgres_database), Event()
    engine = DurableEngine(
        postgres_database, lambda work: done.set(), node="host-1-boot", embedded=True
    )
    with ledgers.write() as ledger:
        engine.enqueue(ledger, UNIT)

    engine.start()

    assert done.wait(SOON)
    assert [row.executor_id for row in rows(postgres_database)] == ["host-1-boot"]
    engine.stop(grace=0)


def test_a_database_that_was_not_migrated_says_what_to_do(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    engine = DurableEngine(database, lambda work: None, node="node-1")

    with pytest.raises(Misconfigured, match="ccc migrate"):
        engine.start()

    engine.stop(grace=0)
    database.close()


# A worker that takes the lease and is then busy for ever.
BUSY_WORKER = """
import sys, time
from sync.domain.identity import Scope
from sync.engine.durable import DurableEngine
from sync.engine.node import Node
from sync.ledger.database import open_database
from sync.ledger.ledger import Ledgers

url, embedded = sys.argv[1], sys.argv[2] == "embedded"
ledgers = Ledgers(open_database(url))

def execute(work):
    scope = Scope(work.workspace, work.connection)
    with ledgers.write() as ledger:
        fence = ledger.cluster.take(scope, "sales", "busy", work.id)
    print("fence", fence, flush=True)
    time.sleep(600)

engine = DurableEngine(ledgers.database, execute, node="busy", embedded=embedded)
Node(engine, ledgers, node="busy", version="1", embedded=embedded, on_dead=sys.exit).start()
time.sleep(600)
"""


def kill_a_worker_in_the_middle(url: str, mode: str) -> None:
    """Start one, wait until it has the unit in hand, and kill it as hard as can be."""
    worker = subprocess.Popen(
        [sys.executable, "-c", BUSY_WORKER, url, mode], stdout=subprocess.PIPE, text=True
    )
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "fence 1\n"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        if worker.stdout:
            worker.stdout.close()


class Survivor:
    """Another worker, in this process: it goes on with what the first one had in hand."""

    def __init__(self, url: str, *, embedded: bool) -> None:
        self.ledgers = Ledgers(open_database(url))
        self.fences: Queue[int | None] = Queue()
        self.engine = DurableEngine(
            self.ledgers.database, self._execute, node="survivor", embedded=embedded
        )
        self.node = Node(
            self.engine,
            self.ledgers,
            node="survivor",
            version="1",
            embedded=embedded,
            on_dead=lambda: None,
        )

    def _execute(self, work: Work) -> None:
        with self.ledgers.write() as ledger:
            scope = Scope(work.workspace, work.connection)
            self.fences.put(ledger.cluster.take(scope, "sales", "survivor", work.id))


@pytest.fixture
def survivor(request: pytest.FixtureRequest) -> Iterator[Callable[[str, bool], Survivor]]:
    made: list[Survivor] = []

    def make(url: str, embedded: bool) -> Survivor:
        made.append(Survivor(url, embedded=embedded))
        return made[-1]

    yield make
    for each in made:
        each.node.stop(grace=0)
        each.ledgers.database.close()


def test_a_killed_process_goes_on_at_once_when_it_is_started_again(
    sqlite_url: str, survivor: Callable[[str, bool], Survivor]
) -> None:
    again = survivor(sqlite_url, True)
    with again.ledgers.write() as ledger:
        again.engine.enqueue(ledger, UNIT)
    kill_a_worker_in_the_middle(sqlite_url, "embedded")

    again.node.start()

    assert again.fences.get(timeout=SOON) == 2


@pytest.mark.slow
@pytest.mark.postgres
def test_the_unit_of_a_killed_worker_is_taken_over_by_another(
    postgres_url: Callable[[], str], survivor: Callable[[str, bool], Survivor]
) -> None:
    url = postgres_url()
    other = survivor(url, False)
    with other.ledgers.write() as ledger:
        other.engine.enqueue(ledger, UNIT)
    kill_a_worker_in_the_middle(url, "distributed")
    killed_at = time.monotonic()

    other.node.start()

    assert other.fences.get(timeout=45) == 2
    assert time.monotonic() - killed_at < 40
