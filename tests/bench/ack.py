"""How long a person who typed a command waits for the answer; what it changes is durable first."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, func, select, text

from bot.processes import utc_now
from bot.sandbox.server import SlackSandbox
from sync.ledger import tables
from sync.ledger.database import open_database
from tests.bench.client import Job
from tests.bench.load import Latencies, Load, under
from tests.bench.office import SIGNING_SECRET, Hand, bench_settings
from tests.bench.row import Row
from tests.bench.servers import lightspeed, quickbooks
from tests.bench.shop import last_day
from tests.bench.web import web
from tests.databases import Postgres, SqliteTemplate

P50, P99 = 5.0, 25.0
# One reads, one asks for a run; the others commit a setting and its audit row each time.
LINES = ["status", "sync dry", "configure prefix A-", "configure prefix B-"]


def rows(seconds: float) -> list[Row]:
    last = last_day(200)
    with ExitStack() as stack:
        slack = stack.enter_context(
            SlackSandbox(
                signing_secret=SIGNING_SECRET, bot_token="xoxb-1", clock=utc_now, rate_limits=False
            )
        )
        till = stack.enter_context(lightspeed(last, refunds=True))
        books = stack.enter_context(quickbooks())
        folder = Path(stack.enter_context(TemporaryDirectory()))
        postgres = Postgres()
        stack.callback(postgres.stop)
        _durable(postgres)
        channel = slack.workspace.channel_named("#ccc-log").id
        found: list[Row] = []
        for name, url in (
            ("PostgreSQL", postgres.new()),
            ("SQLite", SqliteTemplate(folder).copy_to(folder / "bench.db")),
        ):
            Hand(bench_settings(url, till, books)).connect(channel)
            job = Job(url, till, books, last.isoformat(), slack=slack.api_url)
            before = _changes(url)
            with web(job) as address:
                waits = under(Load(address, LINES, channel, seconds=seconds))
            found += _rows(name, waits, _changes(url) - before, held=name == "PostgreSQL")
        return found


def _rows(name: str, waits: Latencies, changes: int, *, held: bool) -> list[Row]:
    note = f"{waits.count} commands, {changes} changes kept, worst {waits.worst:.0f} ms"
    if waits.failures:
        note += f", {waits.failures} FAILED"
    return [
        Row(
            f"ack of a command, {name}, {which}",
            f"{value:.1f} ms",
            f"≤ {budget:g} ms" if held else "told",
            (value <= budget and not waits.failures) if held else None,
            note if which == "p99" else "",
        )
        for which, value, budget in (("p50", waits.p50, P50), ("p99", waits.p99, P99))
    ]


def _changes(url: str) -> int:
    database = open_database(url)
    try:
        with database.read() as connection:
            return connection.scalar(select(func.count()).select_from(tables.audit)) or 0
    finally:
        database.close()


def _durable(postgres: Postgres) -> None:
    """The tests' server does not wait for the disk; this figure has to."""
    engine = create_engine(postgres.empty(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync = on", "synchronous_commit = on"):
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
