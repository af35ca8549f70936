"""Stops at chosen moments in one process: what must be true of the ledger whenever one comes."""

from __future__ import annotations

from datetime import datetime, timedelta

import orjson
import pytest

from sync.ledger.database import Database
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
