"""A preview says what a sync would do, which for a sale in the books is nothing."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.limits import check_message, walk
from bot.views.blocks import Card, fallback
from bot.views.preview import preview_card
from sync.domain.verdicts import EntryState
from tests.unit.reports.words import an_entry

PREVIEW: dict[str, Any] = {
    "number": "1001",
    "sale": {"number": "1001", "state": "completed", "day": "2026-03-09", "total": "106.00"},
    "document": {"kind": "SalesReceipt", "fields": {"DocNumber": "LS-1001"}},
    "verdict": None,
    "currency": "USD",
}
HELD = {"state": "held", "cause": "tax.unmapped", "reason": "No tax code.", "fix": "map_tax"}


def buttons(card: Card) -> list[str]:
    return [each["text"]["text"] for each in walk(card.blocks) if each.get("type") == "button"]


def test_a_new_sale_would_become_a_document_and_can_be_synced() -> None:
    card = preview_card(PREVIEW, "c-1")

    assert card.text == (
        "Sale 1001 would become sales receipt LS-1001, USD 106.00. Nothing was posted."
    )
    assert buttons(card) == ["Sync now", "History"]


@pytest.mark.parametrize("state", [EntryState.POSTED, EntryState.WARNED, EntryState.DUPLICATE])
def test_a_posted_sale_is_said_to_be_there_already(state: EntryState) -> None:
    """Else somebody presses Sync and wonders why nothing comes of it."""
    card = preview_card(PREVIEW, "c-1", an_entry(1001, state=state))

    assert card.text == (
        "Sale 1001 is in QuickBooks already, as sales receipt LS-1001; a sync does not post it "
        "again. Below is what CCC makes of it today."
    )
    assert buttons(card) == ["History"]
    assert check_message({"text": fallback(card.text), "blocks": card.blocks}) == []


@pytest.mark.parametrize("state", [EntryState.HELD, EntryState.FAILED, EntryState.SKIPPED])
def test_a_sale_that_was_not_posted_is_judged_as_it_is_now(state: EntryState) -> None:
    card = preview_card(PREVIEW | {"verdict": HELD}, "c-1", an_entry(1001, state=state))

    assert card.text == "Sale 1001 would be held: No tax code."
    assert buttons(card) == ["History"]
