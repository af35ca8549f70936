"""A product that QuickBooks does not know: mapped from the alert, then posted."""

from __future__ import annotations

import pytest

from bot.sandbox import seed
from bot.sandbox.model import Message
from sync.services.models import Role, Trigger
from tests.alerts import buttons, in_channel, tell, worked
from tests.office import Office, bare, form_of, office, said, words
from tests.scenarios.books import entry
from tests.shelves import (
    an_item,
    items_of,
    lists_read,
    new_items_are_held,
    retired,
    rules,
    skus,
    sold,
)

__all__ = ["bare", "office"]  # fixtures

SKU, ITEM = "LOC-345", "U-Lock Long 2026"
RULE = f'"SKU {SKU}" when sku = {SKU} set sku "{ITEM}"'
FIELD = "QuickBooks item"


@pytest.fixture
def stuck(office: Office) -> list[str]:
    """Two sales of a lock that QuickBooks does not know, told in the channel; an item fits."""
    office.say("sync", who="oscar")
    office.house.work()
    new_items_are_held(office)
    numbers = [sold(office) for _ in range(5)]
    held = [number for number in numbers if SKU in skus(office, number)]
    known = {str(item["Name"]) for item in office.house.quickbooks.documents("Item")}
    for sku in {sku for number in held for sku in skus(office, number)} - known - {SKU}:
        an_item(office, sku)
    an_item(office, ITEM)
    office.house.clock.sleep(60)
    office.say("sync", who="oscar")
    worked(office)
    assert len(held) == 2
    assert {(row["cause"], row["subject"]) for row in rows(office, held)} == {("item.missing", SKU)}
    return held


def rows(office: Office, numbers: list[str]) -> list[dict[str, object]]:
    return [dict(entry(office.house, each)) for each in numbers]


def the_alert(office: Office) -> Message:
    """Other products wait too, each with an alert of its own."""
    (found,) = [
        each
        for each in in_channel(office)
        if "Map product" in buttons(each) and f"item {SKU}." in each.text
    ]
    return found


def retries(office: Office) -> int:
    runs = office.house.services.runs.recent(office.house.scope, 9)
    return [run.trigger for run in runs].count(Trigger.RETRY)


def states(office: Office, numbers: list[str]) -> set[str]:
    return {str(entry(office.house, each)["state"]) for each in numbers}


def test_the_form_names_the_product_its_sales_and_the_best_guess(
    office: Office, stuck: list[str]
) -> None:
    olivia = office.person("olivia")

    olivia.click(the_alert(office), "Map product")

    form = form_of(olivia)
    shown = str(form.body)
    assert f"{SKU}, U-Lock Long: {len(stuck)} sales wait" in shown
    assert f"'text': '{ITEM}'" in str(form.body["blocks"][1]["element"]["initial_option"])
    assert f'/ccc rule add "SKU {SKU}" when sku = "{SKU}" set sku "Item name"' in shown


def test_saving_makes_a_rule_and_posts_exactly_these_sales_on_the_item(
    office: Office, stuck: list[str]
) -> None:
    """A press, a look, a press; then the alert says who did it."""
    others = len(office.house.quickbooks.documents("SalesReceipt"))
    olivia, message = office.person("olivia"), the_alert(office)

    olivia.click(message, "Map product")
    olivia.submit()
    worked(office)

    assert rules(office) == [RULE]
    assert states(office, stuck) == {"posted"}
    assert all(ITEM in items_of(office, each) for each in stuck)
    assert not any(SKU in items_of(office, each) for each in stuck)
    assert len(office.house.quickbooks.documents("SalesReceipt")) == others + len(stuck)
    (told,) = [each for each in in_channel(office) if each.ts == message.ts]
    assert f"Fixed: {len(stuck)} posted." in told.text
    assert seed.OWNER in str(told.blocks)
    assert "Map product" not in words(told)


def test_the_list_of_items_finds_what_is_typed(office: Office, stuck: list[str]) -> None:
    olivia = office.person("olivia")
    olivia.click(the_alert(office), "Map product")
    block = form_of(olivia).body["blocks"][1]["block_id"]

    found = olivia.options(form_of(olivia), block, "u-lock").answer
    none = olivia.options(form_of(olivia), block, "no such thing").answer

    assert [each["text"]["text"] for each in found["options"]] == [ITEM]
    assert "No item has that name or SKU" in str(none)


def test_inactive_items_are_not_offered(office: Office, stuck: list[str]) -> None:
    olivia = office.person("olivia")
    olivia.click(the_alert(office), "Map product")
    block = form_of(olivia).body["blocks"][1]["block_id"]

    offered = str(olivia.options(form_of(olivia), block, "").answer)

    assert f"'text': '{SKU}'" not in offered


@pytest.mark.parametrize("who", ["oscar", "beatrix"])
def test_only_admins_map_products(office: Office, stuck: list[str], who: str) -> None:
    office.give(who, Role.OPERATOR if who == "oscar" else Role.VIEWER)

    refused = said(office.person(who).click(the_alert(office), "Map product"))

    assert "Only CCC admins" in refused
    assert office.person(who).view is None


def test_a_role_taken_away_meanwhile_is_checked_when_it_is_sent(
    office: Office, stuck: list[str]
) -> None:
    office.give("amir", Role.ADMIN)
    amir = office.person("amir")
    amir.click(the_alert(office), "Map product")
    office.give("amir", Role.OPERATOR)

    amir.submit()
    worked(office)

    assert "Only CCC admins" in str(form_of(amir).body)
    assert (rules(office), states(office, stuck)) == ([], {"held"})


def test_two_admins_at_once_make_one_rule_and_one_run(office: Office, stuck: list[str]) -> None:
    """Both had the form open; neither waited for the worker."""
    office.give("amir", Role.ADMIN)
    olivia, amir, message = office.person("olivia"), office.person("amir"), the_alert(office)
    olivia.click(message, "Map product")
    amir.click(message, "Map product")

    olivia.submit()
    amir.submit()
    worked(office)

    assert "already" in str(form_of(amir).body)
    assert (rules(office), retries(office)) == ([RULE], 1)
    assert len([each for each in stuck if items_of(office, each)]) == len(stuck)
    assert office.house.quickbooks.books().balanced


def test_the_second_of_two_admins_learns_that_it_was_fixed_and_by_whom(
    office: Office, stuck: list[str]
) -> None:
    office.give("amir", Role.ADMIN)
    olivia, amir, message = office.person("olivia"), office.person("amir"), the_alert(office)
    olivia.click(message, "Map product")
    amir.click(message, "Map product")

    olivia.submit()
    worked(office)
    amir.submit()

    shown = str(form_of(amir).body)
    assert "fixed meanwhile" in shown
    assert seed.OWNER in shown
    assert retries(office) == 1


def test_an_old_alert_says_that_it_was_fixed(office: Office, stuck: list[str]) -> None:
    """Somebody mapped it by line, and the message has not been redrawn yet."""
    message = the_alert(office)
    office.say(f"rule add {RULE}")
    office.say("resync failed")
    office.house.work()

    told = said(office.person("olivia").click(message, "Map product"))

    assert states(office, stuck) == {"posted"}
    assert "fixed meanwhile" in told


def test_an_item_gone_meanwhile_is_said_at_its_field(office: Office, stuck: list[str]) -> None:
    """Retired in QuickBooks between the look and the press: nothing is saved."""
    olivia = office.person("olivia")
    olivia.click(the_alert(office), "Map product")
    (id,) = (
        each["Id"] for each in office.house.quickbooks.documents("Item") if each["Name"] == ITEM
    )
    retired(office, id)

    errors = olivia.submit().errors
    worked(office)

    assert "inactive" in " ".join(errors.values())
    assert (rules(office), states(office, stuck)) == ([], {"held"})


def test_with_rules_off_it_says_so_and_saves_nothing(office: Office, stuck: list[str]) -> None:
    olivia = office.person("olivia")
    olivia.click(the_alert(office), "Map product")
    office.say("rules off")

    errors = olivia.submit().errors

    assert "/ccc rules on" in " ".join(errors.values())
    assert rules(office) == []


def test_another_choice_replaces_the_first(office: Office, stuck: list[str]) -> None:
    """Rules are named after the product, so choosing anew leaves one."""
    an_item(office, "Locks")
    lists_read(office)
    office.say(f"rule add {RULE}")
    olivia = office.person("olivia")
    olivia.click(the_alert(office), "Map product")

    olivia.submit(values={FIELD: "Locks"})
    worked(office)

    assert rules(office) == [RULE.replace(ITEM, "Locks")]
    assert all("Locks" in items_of(office, each) for each in stuck)


@pytest.fixture
def unnamed(office: Office, stuck: list[str]) -> list[str]:
    """The same sales, refused by QuickBooks itself, which does not say for which product."""
    ids = [int(str(entry(office.house, each)["id"])) for each in stuck]
    with office.house.means.ledgers.write() as ledger:
        ledger.wants.forget(office.house.scope, ids)
        ledger.entries.change(
            office.house.scope,
            [
                {"id": id, "cause": "qbo.6440", "subject": "", "reason": "A line has no item."}
                for id in ids
            ],
        )
        run = str(entry(office.house, stuck[0])["run"])
        ledger.outbox.tell(
            office.house.scope, "run.finished", {}, run=run, now=office.house.clock.now
        )
    tell(office)
    return stuck


def the_refusal(office: Office) -> Message:
    return next(each for each in in_channel(office) if "A line has no item." in each.text)


def test_when_nobody_knows_which_product_the_form_asks_for_its_sku(
    office: Office, unnamed: list[str]
) -> None:
    olivia = office.person("olivia")

    olivia.click(the_refusal(office), "Map product")
    shown = str(form_of(olivia).body)
    olivia.submit(values={"sku": SKU, "item-any": ITEM})
    worked(office)

    assert "QuickBooks does not say which product it is." in shown
    assert f"/ccc preview {unnamed[0]}" in shown
    assert rules(office) == [RULE]
    assert states(office, unnamed) == {"posted"}
    assert all(ITEM in items_of(office, each) for each in unnamed)


def test_the_line_does_the_same_as_the_form(office: Office, stuck: list[str]) -> None:
    office.say(f"rule add {RULE}")
    office.say("resync failed", who="oscar")
    worked(office)

    assert states(office, stuck) == {"posted"}
    assert all(ITEM in items_of(office, each) for each in stuck)
