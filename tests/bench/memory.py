"""The most memory that a working process ever needs, engine, clock and reports included.

`python -m tests.bench.memory` is that process: it reads a job and prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from bot.footprint import settled, share_pools
from bot.processes import Working, utc_now, wire
from sync.domain.identity import Scope
from sync.domain.verdicts import EntryState
from sync.ledger import tables
from tests.bench.client import Job, Took, child, peak_mib
from tests.bench.office import ADMIN, SIGNING_SECRET, TEAM, Hand, bench_settings
from tests.bench.row import Row
from tests.bench.servers import lightspeed, quickbooks
from tests.bench.shop import OPENED, last_day
from tests.databases import SqliteTemplate

BUDGET = 180.0  # MiB
_REPORTED_WITHIN = 120.0  # seconds after the run; Slack takes a message a second


def rows(sales: int) -> list[Row]:
    from bot.sandbox.server import SlackSandbox

    last = last_day(sales)
    with ExitStack() as stack:
        slack = stack.enter_context(
            SlackSandbox(
                signing_secret=SIGNING_SECRET, bot_token="xoxb-1", clock=utc_now, rate_limits=False
            )
        )
        till = stack.enter_context(lightspeed(last, refunds=True))
        books = stack.enter_context(quickbooks())
        folder = Path(stack.enter_context(TemporaryDirectory()))
        url = SqliteTemplate(folder).copy_to(folder / "bench.db")
        Hand(bench_settings(url, till, books)).connect(slack.workspace.channel_named("#ccc-log").id)
        job = Job(url, till, books, last.isoformat(), slack=slack.api_url)
        took = Took(**json.loads(child("tests.bench.memory", asdict(job))))
    note = f"{took.posted:,} sales in {took.wall:.0f} s, engine and reports included"
    ok = took.peak_mib <= BUDGET and took.posted > 0
    return [Row("worker memory, peak", f"{took.peak_mib:.0f} MiB", f"≤ {BUDGET:g} MiB", ok, note)]


def work(job: Job) -> Took:
    """A worker as `ccc run` has it, from its start until everything is told in Slack."""
    settings = bench_settings(
        job.database_url, job.lightspeed, job.quickbooks, scale=job.scale, slack_api_url=job.slack
    )
    wired = wire(settings, "run")
    working = Working(wired, embedded=True, on_dead=lambda: None)
    settled()
    working.start()
    (view,) = wired.services.connections.all(TEAM)
    scope = Scope(TEAM, view.id)
    cpu, wall = time.process_time(), time.perf_counter()
    run = wired.services.runs.backfill(ADMIN, scope, OPENED, date.fromisoformat(job.last)).run
    while not (run := wired.services.runs.get(scope, run.id)).state.is_over:
        time.sleep(0.5)
    took = Took(
        read=run.read,
        posted=run.count(EntryState.POSTED, EntryState.WARNED),
        cpu=time.process_time() - cpu,
        wall=time.perf_counter() - wall,
        peak_mib=0.0,
    )
    unsent = select(func.count()).where(tables.outbox.c.state == "new")
    end = time.monotonic() + _REPORTED_WITHIN
    while time.monotonic() < end:
        time.sleep(1)
        with wired.database.read() as connection:
            if not connection.scalar(unsent):
                break
    working.stop()
    return replace(took, peak_mib=peak_mib())


def main() -> None:
    share_pools()
    took = work(Job(**json.load(sys.stdin)))
    sys.stdout.write(json.dumps(asdict(took)) + "\n")


if __name__ == "__main__":
    main()
