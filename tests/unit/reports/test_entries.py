"""Entries as tables and as a spreadsheet: each exactly once, and nothing in them computes."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from bot.reports.entries import table_cards
from bot.reports.plain import plain_form
from bot.reports.sheet import file_name, safe, sheet
from bot.sandbox.limits import check_message, walk
from bot.views.blocks import fallback
from sync.domain.verdicts import EntryState
from tests.unit.reports.words import EVIL, a_run, an_entry


def numbers(blocks: object) -> list[str]:
    """The sale numbers linked in tables, in order."""
    return [
        str(each["text"])
        for each in walk(blocks)
        if each.get("type") == "link" and "/sale/" in each["url"]
    ]


def test_two_thousand_entries_are_each_in_one_table_in_order() -> None:
    entries = [an_entry(number) for number in range(1, 2001)]

    cards = list(table_cards(a_run(), entries, "Australia/Sydney"))

    assert len(cards) <= 25
    assert numbers([card.blocks for card in cards]) == [str(n) for n in range(1, 2001)]
    for card in cards:
        assert check_message({"text": fallback(card.text), "blocks": card.blocks}) == []
        assert "times: Australia/Sydney" in card.blocks[0]["caption"]


def test_a_table_says_its_numbers_in_a_sentence() -> None:
    entries = [an_entry(1), an_entry(2, state=EntryState.HELD)]

    (card,) = table_cards(a_run(), entries, "Australia/Sydney")

    assert card.text == "Sync 42, entries 1 to 2 of 2: 1 posted, 1 held."


def test_the_widest_entries_still_fit() -> None:
    wide = {"source_number": "9" * 400, "shop": EVIL * 99, "message": EVIL * 99, "kind": "x" * 99}
    entries = [an_entry(number, **wide, document_number="8" * 400) for number in range(300)]

    cards = list(table_cards(a_run(), entries, "Nowhere/Atall"))

    assert len(numbers([card.blocks for card in cards])) == 300
    for card in cards:
        assert check_message({"text": fallback(card.text), "blocks": card.blocks}) == []


def test_the_plain_form_says_the_same_in_sections_of_safe_size() -> None:
    entries = [an_entry(number, message=EVIL) for number in range(1, 201)]
    cards = list(table_cards(a_run(), entries, "Australia/Sydney"))

    messages = [blocks for card in cards for blocks in plain_form(card.blocks)]

    said = "\n".join(block["text"]["text"] for blocks in messages for block in blocks)
    assert all(f"Sale {number} " in said for number in range(1, 201))
    for blocks in messages:
        assert {block["type"] for block in blocks} == {"section"}
        assert {block["text"]["type"] for block in blocks} == {"plain_text"}
        assert sum(len(block["text"]["text"]) for block in blocks) <= 12_000
        assert check_message({"text": "x", "blocks": blocks}) == []


@pytest.mark.parametrize(
    "text",
    [
        "=HYPERLINK(1)",
        "+1",
        "-2+3",
        "@SUM",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "  =1",
        "\x00=1",
        "\u200b=1",
    ],
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe(text).startswith("'")


@pytest.mark.parametrize("text", ["-12.50", "0", "106.00", "Newtown", "LS-12345", "", "a=b"])
def test_numbers_and_names_stay_as_they_are(text: str) -> None:
    assert safe(text) == text


def test_the_sheet_has_a_bom_crlf_and_every_entry() -> None:
    refund = an_entry(2, amount=Decimal("-216.18"), kind="refund", message='5" tube, "new"')

    text = "".join(sheet([an_entry(1, shop=EVIL, message="=1+1"), refund], "Australia/Sydney"))

    assert text.startswith("\ufeff")
    assert text.count("\r\n") == text.count("\n") == 3
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [row["Sale"] for row in rows] == ["1", "2"]
    assert [row["Amount"] for row in rows] == ["106.00", "-216.18"]
    assert rows[0]["Message"] == "'=1+1"
    assert rows[0]["Time"] == "2026-11-23T14:02:00+11:00"
    assert rows[1]["Message"] == '5" tube, "new"'


def test_the_sheet_says_in_words_how_to_mend_what_is_stuck() -> None:
    held = an_entry(1, state=EntryState.HELD, cause="period.closed", fix="choose_date")
    posted = an_entry(2, state=EntryState.POSTED)

    text = "".join(sheet([held, posted], "Australia/Sydney"))

    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert rows[0]["Fix"].startswith("Choose the day they are posted on")
    assert rows[1]["Fix"] == ""


def test_the_file_is_named_by_us() -> None:
    assert file_name(a_run()) == "ccc-run-42.csv"
    assert file_name(a_run(), 2) == "ccc-run-42-part-2.csv"
