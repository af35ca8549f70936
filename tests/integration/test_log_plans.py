"""A hundred thousand entries: whatever is asked of the log, an index answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from sync.ledger.ledger import Ledgers
from sync.ledger.search import Wanted
from tests.desk import NOW, Desk, a_desk

MANY = 100_000
_COLUMNS = """INSERT INTO ccc_entry (workspace, connection, dry_run, run, kind, source_id,
    source_number, state, cause, reason, fingerprint, document_number, amount_minor, tax_minor,
    currency, business_day, shop, rules, actor, changed_at)
    SELECT 'T1', 'C1-T1', '', 'R' || (n / 500), 'sale', CAST(n AS {text}), CAST(n AS {text}),
    CASE WHEN n % 997 = 0 THEN 'held' ELSE 'posted' END,
    CASE WHEN n % 997 = 0 THEN 'tax.unmapped' ELSE '' END,
    CASE WHEN n % 997 = 0 THEN 'No tax code for Easton' ELSE '' END,
    'f', 'LS-' || n, n % 5000, 0, 'USD', {day}, CASE WHEN n % 2 = 0 THEN 'Harbour' ELSE 'Main' END,
    '[]', 'schedule', :at FROM {numbers}"""
_SQLITE = _COLUMNS.format(
    text="TEXT",
    day="date('2026-01-01', '+' || (n / 300) || ' days')",
    numbers="(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < :many) "
    "SELECT n FROM c)",
)
_POSTGRES = _COLUMNS.format(
    text="VARCHAR",
    day="DATE '2026-01-01' + CAST(n / 300 AS integer)",
    numbers="generate_series(1, CAST(:many AS integer)) AS c(n)",
)

ASKED = {
    "nothing": Wanted(),
    "a state": Wanted(states=("held",)),
    "a cause": Wanted(cause="tax.unmapped"),
    "days": Wanted(first=date(2026, 3, 1), last=date(2026, 3, 7)),
    "a day long ago": Wanted(first=date(2025, 3, 1), last=date(2025, 3, 7)),
    "a shop": Wanted(shop="Harbour"),
    "no such shop": Wanted(shop="Elsewhere"),
    "an amount": Wanted(least=4200, most=4200),
    "a run": Wanted(run="R7"),
    "a number": Wanted(number="777"),
    "words that are rare": Wanted(text="easton code"),
    "words that are everywhere": Wanted(text="harbour"),
    "words of nothing": Wanted(text="zebra"),
    "everything at once": Wanted(
        states=("held", "failed"), first=date(2026, 3, 1), shop="Harbour", least=1, text="tax"
    ),
}


@pytest.fixture
def large(ledgers: Ledgers) -> Iterator[Desk]:
    desk = a_desk(ledgers)
    engine = ledgers.database.engine
    with engine.begin() as connection:
        query = _SQLITE if ledgers.database.is_sqlite else _POSTGRES
        connection.execute(text(query), {"many": MANY, "at": int(NOW.timestamp()) * 1_000_000})
    if not ledgers.database.is_sqlite:
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE ccc_entry"))
    yield desk


def plan(desk: Desk, query: Any) -> list[str]:
    """How the database would do it, step by step."""
    with desk.means.ledgers.read() as ledger:
        engine = ledger.connection.engine
        said = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
        word = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        rows = ledger.connection.exec_driver_sql(f"{word} {said.replace('%', '%%')}")
        return [str(row[-1]) for row in rows]


def queries(desk: Desk, wanted: Wanted) -> Iterator[Any]:
    """The first page, a later one, one back, and the count before them."""
    with desk.means.ledgers.read() as ledger:
        search, scope = ledger.search, desk.scope
        total = search.count(scope, wanted)
    yield search.counting(scope, wanted)
    yield search.older(scope, wanted, total, None, 11)
    yield search.older(scope, wanted, total, 90_000, 11)
    yield search.newer(scope, wanted, total, 50_000, 10)


def test_no_question_reads_the_whole_table(large: Desk) -> None:
    """A walk from one end is allowed where matches are many: it ends with the page."""
    read_whole = [
        (name, steps)
        for name, wanted in ASKED.items()
        for query in queries(large, wanted)
        if (steps := plan(large, query)) and _reads_all(steps)
    ]

    assert read_whole == []


def _reads_all(steps: list[str]) -> bool:
    bounded = any("Limit" in step for step in steps) and not any("Sort" in step for step in steps)
    return any("SCAN ccc_entry" in step or ("Seq Scan" in step and not bounded) for step in steps)


def test_every_answer_fits_into_the_acknowledgement(large: Desk) -> None:
    """A tenth of a second at worst on a busy machine; typically a few thousandths."""
    slow: dict[str, float] = {}
    for name, wanted in ASKED.items():
        for query in queries(large, wanted):
            took = min(timed(large, query) for _ in range(3))
            if took > 0.1:
                slow[name] = took

    assert slow == {}


def timed(desk: Desk, query: Any) -> float:
    with desk.means.ledgers.read() as ledger:
        began = time.perf_counter()
        ledger.search.rows(query)
        return time.perf_counter() - began
