"""Accounts that come, break or leave are told once and completely."""

from __future__ import annotations

from typing import Any

from bot.reports.accounts import broken_card, connected_card, disconnected_card, ending_card
from bot.reports.answers import failed_card, reply_to
from bot.sandbox.limits import check_message, walk
from bot.views.actions import RECONNECT
from bot.views.blocks import Card, fallback
from tests.unit.reports.words import EVIL, a_connection

LIGHTSPEED: dict[str, Any] = {
    "provider": "lightspeed",
    "name": "Corner Cycles",
    "again": False,
    "user": "U0OLIVIA",
    "channel": "C1",
    "shops": [{"id": "1", "name": "Newtown", "region": "MD", "zone": "America/New_York"}],
    "registers": [{"id": "7", "name": "Front", "shop": "1"}],
}
QUICKBOOKS: dict[str, Any] = {
    "provider": "quickbooks",
    "name": "Corner Cycles Inc",
    "again": False,
    "user": "U0OLIVIA",
    "channel": "C1",
    "prerequisites": [
        {"name": "Sales tax", "ok": True, "why": ""},
        {"name": "Custom transaction numbers", "ok": False, "why": "They are off."},
    ],
    "chosen": [
        {"role": "deposit", "name": "Undeposited Funds", "why": "it is the only bank account"}
    ],
    "closed_through": "2025-12-31",
}


def words(card: Card) -> str:
    return " ".join(str(each["text"]) for each in walk(card.blocks) if "text" in each)


def test_lightspeed_is_shown_with_its_shops_and_registers() -> None:
    card = connected_card(LIGHTSPEED, a_connection(quickbooks=None))

    said = words(card)
    assert "Corner Cycles" in said
    assert "1 shop, 1 register" in said
    assert "Register 7 Front." in said
    assert "Next: connect QuickBooks." in said
    assert check_message({"text": fallback(card.text), "blocks": card.blocks}) == []


def test_quickbooks_is_shown_with_ticks_crosses_and_what_was_chosen() -> None:
    card = connected_card(QUICKBOOKS, a_connection())

    said = words(card)
    assert "✓ Found: " in said
    assert "✖ Missing: " in said
    assert "They are off." in said
    assert "Undeposited Funds, because it is the only bank account" in said
    assert "1 thing CCC needs there is missing." in card.text
    assert check_message({"text": fallback(card.text), "blocks": card.blocks}) == []


def test_a_broken_account_asks_for_one_thing() -> None:
    card = broken_card({"provider": "quickbooks", "name": "Inc", "reason": "The login expired."})

    presses = [each for each in walk(card.blocks) if each.get("type") == "button"]
    assert [(each["action_id"], each["value"]) for each in presses] == [
        ("ccc.reconnect", "quickbooks")
    ]


def test_a_disconnected_account_says_what_stays_and_how_to_come_back() -> None:
    card = disconnected_card({"provider": "lightspeed", "name": "Cycles", "user": "U0OLIVIA"})

    assert "Settings, rules and the log stay" in card.text
    assert "/ccc connect lightspeed" in card.text


def test_a_hundred_shops_with_evil_names_fit() -> None:
    shops = [
        {"id": str(n), "name": EVIL * 20, "region": EVIL * 9, "zone": "UTC"} for n in range(100)
    ]
    registers = [{"id": str(n), "name": EVIL * 20, "shop": str(n % 5)} for n in range(500)]
    told = LIGHTSPEED | {"shops": shops, "registers": registers, "name": EVIL * 99}

    card = connected_card(told, a_connection(channel=""))

    payload = {"text": fallback(card.text), "blocks": card.blocks}
    assert check_message(payload) == []
    assert "<!channel>" not in payload["text"]


def test_a_question_without_an_asker_has_no_answer() -> None:
    reply = reply_to({"reply": {"user": "U1", "channel": "C1", "response_url": "u", "view_id": ""}})

    assert reply_to({"reply": None}) is None
    assert reply_to({}) is None
    assert reply is not None
    assert (reply.user, reply.channel, reply.response_url) == ("U1", "C1", "u")


def test_a_failed_question_says_which_and_why() -> None:
    card = failed_card({"job": "preview", "reason": "Lightspeed has no sale 9."})

    assert card.text == "The preview could not be made: Lightspeed has no sale 9."


def test_a_permission_that_ends_says_when_why_and_has_the_button_that_renews_it() -> None:
    told = {"provider": "quickbooks", "name": "Pinewharf", "ends": "2026-04-03", "idle": False}

    card = ending_card(told)
    idle = ending_card(told | {"idle": True})

    assert "QuickBooks (Pinewharf) ends on" in card.text
    assert "every few years" in card.text
    assert "/ccc sync" in idle.text
    assert card.blocks[-1]["elements"][0]["action_id"] == RECONNECT
    assert card.blocks[-1]["elements"][0]["value"] == "quickbooks"
