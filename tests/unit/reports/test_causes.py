"""A cause is told once, with everything a person needs to settle it."""

from __future__ import annotations

import pytest

from bot.reports.causes import cause_card, digest
from bot.sandbox.limits import check_message, walk
from bot.views.actions import read_cause
from bot.views.blocks import Card, fallback
from tests.unit.reports.words import EVIL, a_cause, a_run


def buttons(card: Card) -> dict[str, str]:
    """Text and action id of the buttons."""
    return {
        each["text"]["text"]: each["action_id"]
        for each in walk(card.blocks)
        if each.get("type") == "button"
    }


def test_it_says_what_which_why_what_now_and_a_reference() -> None:
    card = cause_card(a_run(), a_cause(), "c-1")

    said = " ".join(str(each["text"]) for each in walk(card.blocks) if "text" in each)
    assert "37 sales (USD 1,200.50) were not posted" in card.text
    assert "sales 1001, 1002, 1003, 1004, 1005 and 32 more" in said
    assert "No tax code is mapped for region MD." in said
    assert "Map the tax" in said
    assert f"ref {digest(a_cause())[:6].upper()}" in said


@pytest.mark.parametrize(
    ("fix", "text", "action"),
    [
        ("map_tax", "Map tax", "ccc.fix.map_tax"),
        ("pick_account", "Pick account", "ccc.fix.pick_account"),
        ("reconnect", "Reconnect QuickBooks", "ccc.reconnect"),
        ("connect", "Reconnect QuickBooks", "ccc.reconnect"),
        ("retry", "Retry", "ccc.cause.retry"),
        ("map_product", "Map product", "ccc.fix.map_product"),
        ("choose_date", "Choose date", "ccc.fix.choose_date"),
        ("use_prefix", "Link, prefix or skip", "ccc.fix.number"),
        ("something new", "Retry", "ccc.cause.retry"),
    ],
)
def test_the_first_button_is_the_remedy(fix: str, text: str, action: str) -> None:
    found = buttons(cause_card(a_run(), a_cause(fix=fix), "c-1"))

    assert next(iter(found.items())) == (text, action)
    assert "ccc.cause.retry" in found.values()


def test_buttons_carry_the_run_the_cause_and_the_subject() -> None:
    card = cause_card(a_run(), a_cause(), "c-1")

    values = {e["action_id"]: e["value"] for e in walk(card.blocks) if e.get("type") == "button"}
    assert read_cause(values["ccc.fix.map_tax"]) == ("run-42", "tax.unmapped", "MD")
    assert read_cause(values["ccc.cause.retry"])[:2] == ("run-42", "tax.unmapped")


def test_a_dry_run_has_nothing_to_retry() -> None:
    found = buttons(cause_card(a_run(dry=True), a_cause(), "c-1"))

    assert "Retry" not in found


def test_a_kind_that_is_not_posted_yet_asks_nobody_to_retry() -> None:
    group = a_cause(cause="unsupported.gift_card", fix="")

    card = cause_card(a_run(), group, "c-1", prefix="MD-")

    assert set(buttons(card)) == {"Preview"}
    assert "Nothing to do in CCC now" in card.text
    assert "under the number MD- and the sale's number" in card.text


@pytest.mark.parametrize("cause", ["unsupported.document_type", "unsupported.skip_payment"])
def test_a_setting_that_keeps_sales_from_being_posted_can_be_changed_and_retried(
    cause: str,
) -> None:
    assert "Retry" in buttons(cause_card(a_run(), a_cause(cause=cause, fix=""), "c-1"))


def test_untrusted_words_stay_literal_and_inside_the_limits() -> None:
    group = a_cause(reason=EVIL * 300, subject=EVIL * 300, examples=(EVIL * 30,) * 5)

    card = cause_card(a_run(), group, "c-1")

    payload = {"text": fallback(card.text), "blocks": card.blocks}
    assert check_message(payload) == []
    assert "<!channel>" not in payload["text"]
    assert not [e for e in walk(card.blocks) if e.get("type") == "mrkdwn"]


def test_other_remedies_have_other_references() -> None:
    assert digest(a_cause()) != digest(a_cause(subject="CA"))
    assert digest(a_cause()) == digest(a_cause(count=99, reason="Said otherwise."))
