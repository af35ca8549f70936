"""The client's processor time, against a loop that only reads, builds and sends."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.bare import BareJob, bare_loop
from tests.bench.client import Job, Took, backfill
from tests.bench.row import Row
from tests.bench.servers import lightspeed, quickbooks
from tests.bench.shop import last_day
from tests.databases import Postgres, SqliteTemplate

RATIO = 5.0
AIM = 0.35  # seconds per 1,000 sales


def rows(sales: int) -> list[Row]:
    """The ratio on SQLite holds the budget; PostgreSQL's own process is not ours to count."""
    last = last_day(sales)
    with ExitStack() as stack:
        till = stack.enter_context(lightspeed(last, refunds=True))
        folder = Path(stack.enter_context(TemporaryDirectory()))
        postgres = Postgres()
        stack.callback(postgres.stop)
        urls = {
            "SQLite": SqliteTemplate(folder).copy_to(folder / "bench.db"),
            "PostgreSQL": postgres.new(),
        }
        found: list[Row] = []
        for name, url in urls.items():
            with quickbooks() as books:
                took = backfill(Job(url, till, books, last.isoformat()))
                # Twice, because a short run is easily disturbed; the undisturbed one counts.
                bare = min(
                    bare_loop(BareJob(till, books, last.isoformat())).cpu_per_thousand
                    for _ in range(2)
                )
            found += _rows(name, took, bare)
        return found


def _rows(name: str, took: Took, bare: float) -> list[Row]:
    ratio = took.cpu_per_thousand / bare
    unposted = took.read - took.posted
    note = f"{took.read:,} sales" + (f"; {unposted} NOT POSTED" if unposted else "")
    return [
        Row(f"CPU against a bare loop, {name}", f"{ratio:.1f} ×", f"≤ {RATIO:g} ×", ratio <= RATIO),
        Row(
            f"CPU per 1,000 sales, {name}",
            f"{took.cpu_per_thousand:.2f} s",
            f"aim {AIM} s",
            None,
            f"bare loop {bare:.2f} s; {note}",
        ),
    ]
