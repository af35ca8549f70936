"""Many rows in one statement mean the same as many statements, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from sync.ledger import tables as t
from sync.ledger.bulk import among, insert_rows, update_rows
from sync.ledger.ledger import Ledgers

AT = datetime(2026, 11, 2, 9, 30, 0, 123456, tzinfo=UTC)
HERE, ELSEWHERE = "T1", "T2"


def entry(source: str, **changes: Any) -> dict[str, Any]:
    return {
        "workspace": HERE,
        "connection": "C1",
        "run": "R1",
        "kind": "sale",
        "source_id": source,
        "source_number": source,
        "state": "retrying",
        "reason": 'Ünïcode “quoted" \\ back, 100 %s :name',
        "fingerprint": "f",
        "amount_minor": 9_007_199_254_740_993,  # more than a float could hold
        "tax_minor": -1,
        "currency": "USD",
        "business_day": date(2026, 11, 2),
        "shop": "Pier",
        "try_at": AT,
        "rules": ["a", {"b": None}],
        "actor": "U1",
        "changed_at": AT,
    } | changes


def operation(document: int, body: bytes | None) -> dict[str, Any]:
    same = {"workspace": HERE, "n": 1, "action": "create", "state": "planned"}
    return same | {
        "document": document,
        "type": "SalesReceipt",
        "company": "Q1",
        "run": "R1",
        "body": body,
    }


def rows_of(ledgers: Ledgers, table: Any) -> list[dict[str, Any]]:
    with ledgers.read() as ledger:
        rows = ledger.connection.execute(select(table).order_by(table.c.id)).mappings()
        return [dict(row) for row in rows]


def test_rows_come_back_as_they_went_in(ledgers: Ledgers) -> None:
    given = [entry("1"), entry("2", try_at=None, reason="", rules=[])]

    with ledgers.write() as ledger:
        told = insert_rows(ledger.connection, t.entry, given, returning=("id", "source_id"))

    kept = rows_of(ledgers, t.entry)
    assert [{name: row[name] for name in entry("1")} for row in kept] == given
    assert {(row.id, row.source_id) for row in told} == {(r["id"], r["source_id"]) for r in kept}


def test_what_is_not_given_is_as_the_table_says(ledgers: Ledgers) -> None:
    with ledgers.write() as ledger:
        insert_rows(ledger.connection, t.entry, [entry("1")])

    (kept,) = rows_of(ledgers, t.entry)
    assert (kept["cause"], kept["attempts"], kept["document_id"]) == ("", 0, "")


def test_rows_get_their_numbers_in_the_order_given(ledgers: Ledgers) -> None:
    """The log shows entries by number, so a page of sales must stay in its order."""
    given = [entry(str(number)) for number in (5, 3, 9, 1, 7)]

    with ledgers.write() as ledger:
        insert_rows(ledger.connection, t.entry, given)

    assert [row["source_id"] for row in rows_of(ledgers, t.entry)] == ["5", "3", "9", "1", "7"]


def test_a_frozen_body_is_kept_byte_for_byte(ledgers: Ledgers) -> None:
    body = '{"Amount":91.90,"Note":"é \\"x\\" \\u2028 ☃"}'.encode()

    with ledgers.write() as ledger:
        insert_rows(ledger.connection, t.operation, [operation(1, body), operation(2, None)])

    assert [row["body"] for row in rows_of(ledgers, t.operation)] == [body, None]


def test_each_row_is_changed_by_its_own_values(ledgers: Ledgers) -> None:
    with ledgers.write() as ledger:
        insert_rows(ledger.connection, t.entry, [entry("1"), entry("2"), entry("3")])
    first, second, third = rows_of(ledgers, t.entry)

    with ledgers.write() as ledger:
        changes = [
            {"id": second["id"], "state": "posted", "document_id": "22", "try_at": None},
            {"id": first["id"], "state": "held", "document_id": "", "try_at": AT},
        ]
        update_rows(ledger.connection, t.entry, changes, workspace=HERE)

    assert rows_of(ledgers, t.entry) == [
        first | {"state": "held"},
        second | {"state": "posted", "document_id": "22", "try_at": None},
        third,
    ]


def test_a_row_of_another_workspace_stays_as_it_is(ledgers: Ledgers) -> None:
    with ledgers.write() as ledger:
        insert_rows(ledger.connection, t.entry, [entry("1", workspace=ELSEWHERE)])
    before = rows_of(ledgers, t.entry)

    with ledgers.write() as ledger:
        changes = [{"id": before[0]["id"], "state": "posted"}]
        update_rows(ledger.connection, t.entry, changes, workspace=HERE)

    assert rows_of(ledgers, t.entry) == before


def test_one_row_that_is_there_already_refuses_them_all(ledgers: Ledgers) -> None:
    """Identities are unique, whatever statement brings them."""
    with ledgers.write() as ledger:
        insert_rows(ledger.connection, t.entry, [entry("1")])

    with pytest.raises(DBAPIError), ledgers.write() as ledger:
        insert_rows(ledger.connection, t.entry, [entry("2"), entry("1")])

    assert [row["source_id"] for row in rows_of(ledgers, t.entry)] == ["1"]


def test_nothing_is_nothing(ledgers: Ledgers) -> None:
    with ledgers.write() as ledger:
        assert insert_rows(ledger.connection, t.entry, []) == []
        update_rows(ledger.connection, t.entry, [], workspace=HERE)

    assert rows_of(ledgers, t.entry) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [(["2", "9", "4%"], ["2", "4%"]), ([], []), (["1"] * 3, ["1"])],
)
def test_one_of_many_is_found_and_no_other(
    ledgers: Ledgers, asked: list[str], expected: list[str]
) -> None:
    with ledgers.write() as ledger:
        insert_rows(ledger.connection, t.entry, [entry("1"), entry("2"), entry("4%")])

    with ledgers.read() as ledger:
        dialect = ledger.connection.dialect.name
        query = select(t.entry.c.source_id).where(among(dialect, t.entry.c.source_id, "asked"))
        found = list(ledger.connection.scalars(query.order_by(t.entry.c.id), {"asked": asked}))

    assert found == expected
