"""Stops at chosen moments in one process: what must be true of the ledger whenever one comes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import orjson
import pytest

from sync.domain.identity import Scope
from sync.ledger.database import Database
from sync.ledger.ledger import Ledger, Ledgers
from sync.sandbox.retailer.totals import expected
from sync.services.models import Provider, RunState
from sync.services.tokens import TokenKeeper, sealed_place
from tests.house import OWNER, WORKSPACE, House
from tests.scenarios.books import tie_out
from tests.scenarios.conftest import NOW, START, Houses, a_retailer, houses
from tests.scenarios.test_bad_days import Fuse, FusedLedgers, Killed

__all__ = ["houses"]  # a fixture

SECOND_PAGE = "after="


def watermark(house: House) -> datetime | None:
    with house.means.ledgers.read() as ledger:
        return ledger.runs.watermark(house.scope, "sales")


def test_a_sync_that_has_not_read_everything_leaves_the_watermark(houses: Houses) -> None:
    """Moved with the first page, it would lose the second when the run never goes on."""
    house = houses(retailer=a_retailer(start=NOW.date(), per_day=(200, 210)))
    before = watermark(house)
    house.lightspeed.faults.arm("503", times=1000, path=SECOND_PAGE)

    started = house.services.runs.sync(OWNER, house.scope)
    house.work(until=timedelta(minutes=5))

    run = house.services.runs.get(house.scope, started.run.id)
    assert run.read > 0
    assert not run.state.is_over
    assert watermark(house) == before


class WatchedLedgers(Ledgers):
    """Real ledgers that note what a process dying right after each commit would leave behind."""

    def __init__(self, database: Database, scope: Scope) -> None:
        super().__init__(database)
        self._scope = scope
        self._one_at_a_time = threading.Lock()
        self.left: list[tuple[Any, int]] = []  # the run's cursor, and how many entries there are

    @contextmanager
    def write(self) -> Iterator[Ledger]:
        with self._one_at_a_time:
            with super().write() as ledger:
                yield ledger
            with self.read() as ledger:
                (run,) = ledger.runs.recent(self._scope, 1)
                _, entries = ledger.entries.search(self._scope, limit=1)
                self.left.append((run["cursor"], entries))


def test_a_page_and_its_cursor_are_saved_together(
    houses: Houses, sqlite_database: Database
) -> None:
    """A cursor that is ahead of its page loses the page, one that is behind only reads it again."""
    house = houses(retailer=a_retailer(per_day=(110, 120)))
    house.services.runs.backfill(OWNER, house.scope, START, NOW.date())
    watched = WatchedLedgers(sqlite_database, house.scope)
    house.use(ledgers=watched)

    house.work()

    moved = [(old, new) for old, new in pairwise(watched.left) if old[0] != new[0]]
    assert len(moved) > 1
    assert all(new[1] > old[1] for old, new in moved)


def test_progress_forgives_the_deaths_before_it(houses: Houses, sqlite_database: Database) -> None:
    """Six deaths in one chunk, each a little further on: the run is not to blame."""
    house = houses(retailer=a_retailer(per_day=(60, 70)))
    started = house.services.runs.backfill(OWNER, house.scope, START, NOW.date())
    healthy = house.means.ledgers
    item = house.engine.next()
    assert item is not None
    for life in range(2, 8):
        house.use(ledgers=FusedLedgers(sqlite_database, Fuse(6, after=True)))
        with pytest.raises(Killed):
            house.worker.execute(item[1])
        with healthy.write() as ledger:
            ledger.cluster.leave(f"node-{life - 1}")
            ledger.cluster.join(f"node-{life}", "test")
        house.use(ledgers=healthy, node=f"node-{life}")

    house.worker.execute(item[1])
    house.work()

    run = house.services.runs.get(house.scope, started.run.id)
    assert run.state in (RunState.DONE, RunState.PROBLEMS)
    tie_out(house, expected(house.retailer.events, posts=("sale", "refund")))


def test_a_renewed_token_is_in_the_database_before_anybody_has_it(houses: Houses) -> None:
    """Used first and lost with its process, it would take the account with it."""
    house = houses()
    with house.means.ledgers.read() as ledger:
        connection = ledger.accounts.connection(house.scope)
    assert connection is not None
    account = connection["quickbooks"]
    keeper = TokenKeeper(house.means, WORKSPACE, account, Provider.QUICKBOOKS)

    renewed = keeper.renew(keeper.access())

    with house.means.ledgers.read() as ledger:
        row = ledger.accounts.get(WORKSPACE, account)
    assert row is not None
    kept = house.means.vault.open(row["tokens"], sealed_place(account, "tokens"))
    assert orjson.loads(kept)["access"] == renewed
