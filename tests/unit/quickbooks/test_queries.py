"""A value in a statement can only ever be a value."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.connectors.quickbooks.queries import quoted, select


def literal_read_back(text: str) -> tuple[str, str]:
    """The literal at the start of a text as the grammar reads it, and what follows it."""
    assert text[0] == "'"
    value, position = "", 1
    while text[position] != "'":
        position += text[position] == "\\"
        value += text[position]
        position += 1
    return value, text[position + 1 :]


@given(st.text())
def test_whatever_is_quoted_stays_one_literal(text: str) -> None:
    value, rest = literal_read_back(quoted(text) + " END")

    assert rest == " END"
    assert len(value) == len(text)
    if text.isprintable():
        assert value == text


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("Amy's Bird Sanctuary", r"'Amy\'s Bird Sanctuary'"),
        (r"\' OR Id > '0", r"'\\\' OR Id > \'0'"),
        ("100% _ cotton", "'100% _ cotton'"),
        ("two\nlines", "'two lines'"),
        ("tail\\", r"'tail\\'"),
    ],
)
def test_hostile_names_are_escaped_backslash_first(text: str, literal: str) -> None:
    assert quoted(text) == literal


def test_a_statement_joins_its_conditions() -> None:
    statement = select(
        "SalesReceipt", {"DocNumber": ["LS-1", "LS-2"], "TxnDate": date(2026, 3, 1)}, ordered=True
    )

    assert statement == (
        "SELECT * FROM SalesReceipt WHERE DocNumber IN ('LS-1', 'LS-2') AND TxnDate = '2026-03-01' "
        "ORDERBY Id STARTPOSITION 1 MAXRESULTS 1000"
    )


def test_booleans_are_bare() -> None:
    assert "Active IN (true, false)" in select("Item", {"Active": (True, False)})
    assert "Active = true " in select("Item", {"Active": True})


@pytest.mark.parametrize("word", ["Item; x", "Item'", "", "1tem", "Name = 'x' AND Id"])
def test_entities_and_fields_are_names_only(word: str) -> None:
    with pytest.raises(ValueError, match="name"):
        select(word)
    with pytest.raises(ValueError, match="name"):
        select("Item", {word: "1"})


def test_an_empty_list_is_not_asked_for() -> None:
    with pytest.raises(ValueError, match="no values"):
        select("Item", {"Name": []})


@pytest.mark.parametrize(("start", "size"), [(0, 10), (1, 0), (1, 1001)])
def test_positions_outside_the_grammar_are_never_sent(start: int, size: int) -> None:
    with pytest.raises(ValueError, match="page"):
        select("Item", start=start, size=size)
