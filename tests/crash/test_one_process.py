"""`ccc run` on a SQLite file: killed again and again, started twice, and without room to write."""

from __future__ import annotations

import resource
from pathlib import Path
from random import Random

import pytest

from bot.cli import EXIT_MISCONFIGURED
from tests.crash.installation import Installation, an_installation
from tests.crash.shops import a_generated_shop, a_shop

pytestmark = pytest.mark.slow

KILLS = 5
NO_LIMIT = -1


def ties_out(on: Installation) -> None:
    """Every sale is an entry, every document is there once, and the sums are the till's."""
    assert on.doubled == []
    assert on.entries.total() == on.shop.entries
    assert on.books == on.shop.books
    assert on.quickbooks.books().balanced


def test_five_kills_during_a_backfill_change_nothing(sqlite_url: str, tmp_path: Path) -> None:
    """Moments are counted in what reaches QuickBooks, so that all of them fall into the run."""
    shop, chance = a_shop(), Random(5)
    with an_installation(shop, sqlite_url, tmp_path, seconds_per_item=0.02) as on:
        process = on.start("run")
        on.connect()
        on.backfill()

        for _ in range(KILLS):
            moment = on.received + chance.randint(1, 60)
            on.wait_for(lambda least=moment: on.received >= least)  # type: ignore[misc]
            process.kill()
            assert on.is_working()
            process = on.start("run")
        on.finished()

        ties_out(on)
        (run,) = on.runs
        assert run["read"] == shop.entries
        on.say("sync")
        on.finished()
        assert on.books == shop.books


def test_a_second_process_on_the_same_file_refuses(sqlite_url: str, tmp_path: Path) -> None:
    """Two on one file would each take the other's work for abandoned."""
    with an_installation(a_generated_shop(), sqlite_url, tmp_path, seconds_per_item=0) as on:
        first = on.start("run")

        second = on.launch("run")

        assert second.exit_code() == EXIT_MISCONFIGURED
        assert "Another `ccc run` already works on ccc.db" in second.said
        assert "Traceback" not in second.said
        assert first.is_alive


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")
def test_a_full_disk_is_told_and_loses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    """Every write fails in the midst of a run; it goes on by itself when there is room again."""
    shop = a_generated_shop()
    with an_installation(shop, sqlite_url, tmp_path, seconds_per_item=0.01) as on:
        process = on.start("run")
        on.connect()
        on.backfill()
        on.wait_for(lambda: on.documents >= 30)

        process.limit_files(1)
        answers = on.say("sync").ephemerals
        on.wait_for(lambda: "waits for the database" in process.said)
        process.limit_files(NO_LIMIT)
        on.finished()

        assert "not accepted" in answers[0].text
        assert process.is_alive
        ties_out(on)
        assert len(on.runs) == 1
