"""A cause is told once, with everything a person needs to settle it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.reports.causes import alert_card, cause_card, digest, known_card
from bot.reports.links import linked
from bot.sandbox.limits import check_message, walk
from bot.views.actions import read_cause
from bot.views.blocks import Card, fallback
from sync.services.alerts import Alert
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


def test_to_a_screen_reader_each_button_says_which_cause_it_is_for() -> None:
    """Twenty causes have twenty buttons called Retry."""
    card = cause_card(a_run(), a_cause(), "c-1")

    labels = [each.get("accessibility_label") for each in walk(card.blocks) if "action_id" in each]
    ref = f"37 sales, ref {digest(a_cause())[:6].upper()}"
    assert labels[:2] == [f"Map tax for {ref}", f"Retry {ref}"]


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


# -- kept true


def an_alert(**more: Any) -> Alert:
    count = more.pop("count", 1)
    group = replace(a_cause(), count=count, examples=("1001",))
    return replace(Alert("run:run-42:cause:abc", "run-42", group, met=count), **more)


def told(alert: Alert) -> str:
    return " ".join(pieces(alert_card(a_run(), alert, "c-1")))


def pieces(card: Card) -> list[str]:
    """Texts in order, with a mark for a person."""
    return [
        f"@{each['user_id']}" if each.get("type") == "user" else str(each["text"])
        for each in walk(card.blocks)
        if each.get("type") == "user" or isinstance(each.get("text"), str)
    ]


def test_an_alert_without_news_is_the_cause_as_it_was_told() -> None:
    alert = an_alert(count=37)

    assert alert_card(a_run(), alert, "c-1") == cause_card(a_run(), alert.waiting, "c-1")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"count": 0, "posted": 37}, "✓ Fixed  by  @U0OSCAR : 37 posted."),
        ({"count": 1, "posted": 36}, "Fixed  by  @U0OSCAR : 36 posted, 1 still held."),
        (
            {"count": 0, "posted": 30, "skipped": 5, "elsewhere": 2},
            "✓ Fixed  by  @U0OSCAR : 30 posted, 5 left out of the books, "
            "2 held for another reason now.",
        ),
        (
            {"count": 0, "posted": 1, "on_their_way": 2},
            "Fixed  by  @U0OSCAR : 1 posted, 2 on the way.",
        ),
        ({"count": 0, "elsewhere": 1, "by": ()}, "✓ Sent again : 1 held for another reason now."),
    ],
)
def test_it_says_what_became_of_its_sales(state: dict[str, Any], said: str) -> None:
    assert told(an_alert(**{"by": ("U0OSCAR",)} | state)).startswith(said)


def test_several_people_are_named() -> None:
    shown = told(an_alert(count=0, posted=3, by=("U0OSCAR", "U0OLIVIA")))

    assert shown.startswith("✓ Fixed  by  @U0OSCAR  and  @U0OLIVIA : 3 posted.")


def test_what_the_schedule_settled_is_nobodys_merit() -> None:
    assert told(an_alert(count=0, posted=1, by=("schedule",))).startswith("✓ Fixed : 1 posted.")


def test_a_fixed_alert_keeps_which_and_why_and_has_no_button() -> None:
    card = alert_card(a_run(), an_alert(count=0, posted=37), "c-1")

    shown = " ".join(pieces(card))
    assert buttons(card) == {}
    assert "sales 1001 and 36 more" in shown
    assert "No tax code is mapped for region MD." in shown


def test_a_partly_fixed_alert_keeps_its_buttons() -> None:
    card = alert_card(a_run(), an_alert(count=2, posted=3), "c-1")

    assert {"Map tax", "Retry", "Preview"} <= set(buttons(card))
    assert card.text.startswith("Fixed: 3 posted, 2 still held. 2 sales")


def test_a_known_cause_is_pointed_to_not_told_again() -> None:
    card = known_card([(an_alert(count=40, met=3), a_run())])

    (place,) = (each for each in walk(card.blocks) if each.get("type") == "link")
    assert card.text == (
        "3 sales wait for what was told before, in Sync 42: No tax code is mapped for region MD. "
        "Now 40 wait for it."
    )
    assert place["url"].endswith("run:run-42:cause:abc")
    assert buttons(card) == {}


@pytest.mark.parametrize("count", [0, 10**9])
def test_slack_takes_alerts_with_the_strangest_words(count: int) -> None:
    group = replace(a_cause(reason=EVIL, subject=EVIL), count=count, examples=(EVIL,) * 5)
    alert = replace(an_alert(posted=10**9, by=("U1", "U2", "U3", "U4")), waiting=group)

    for card in (alert_card(a_run(), alert, "c-1"), known_card([(alert, a_run())] * 20)):
        blocks = linked(card.blocks, lambda key: "https://example.slack.com/archives/C1/p1")
        assert check_message({"text": fallback(card.text), "blocks": blocks}) == []


def test_a_link_to_a_message_that_has_no_address_is_its_words() -> None:
    (block,) = known_card([(an_alert(), a_run())]).blocks

    shown = linked(block, lambda key: "")

    assert not [each for each in walk(shown) if each.get("type") == "link"]
    assert "Sync 42" in str(shown)
