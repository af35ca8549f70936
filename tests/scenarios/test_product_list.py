"""Every product without an item: chosen on the message or in the form, mapped and sent at once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.model import Message
from bot.sandbox.person import Person
from sync.services.models import Role, Trigger, Unmatched
from tests.alerts import buttons, worked
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

BELL, LOCK = "Bell, any", "Lock, any"
SAVE = "Create mappings and resync"


def trade(office: Office, sales: int) -> list[str]:
    """Sales of products that QuickBooks does not know, and two items to map them to."""
    office.say("sync", who="oscar")
    office.house.work()
    new_items_are_held(office)
    numbers = [sold(office, "cash") for _ in range(sales)]
    an_item(office, BELL)
    an_item(office, LOCK)
    office.house.clock.sleep(60)
    office.say("sync", who="oscar")
    worked(office)
    return numbers


@pytest.fixture
def few(office: Office) -> list[str]:
    """As many products as fit on a message."""
    return trade(office, 3)


@pytest.fixture
def many(office: Office) -> list[str]:
    """More than a page of the form."""
    return trade(office, 16)


def waiting(office: Office) -> tuple[Unmatched, ...]:
    return office.house.services.products.unmatched(office.house.scope)


def the_list(office: Office, who: str = "olivia") -> Message:
    return office.say("products", who=who).ephemerals[-1]


def pickers(message: Message) -> list[dict[str, Any]]:
    return [block for block in message.blocks if "accessory" in block]


def choose(person: Person, message: Message, sku: str, item: str) -> None:
    (block,) = (each for each in pickers(message) if each["text"]["text"].startswith(f"{sku}, "))
    outcome = person.choose(message, block["accessory"]["action_id"], item)
    assert outcome.status == 200, outcome.reply


def single(office: Office, numbers: list[str]) -> tuple[str, str]:
    """A sale of one product only, and its SKU."""
    return next((number, found[0]) for number in numbers if len(found := skus(office, number)) == 1)


def retries(office: Office) -> int:
    runs = office.house.services.runs.recent(office.house.scope, 9)
    return [run.trigger for run in runs].count(Trigger.RETRY)


def state(office: Office, number: str) -> str:
    return str(entry(office.house, number)["state"])


# -- on the message


def test_the_message_has_a_picker_for_each_product_and_one_button(
    office: Office, few: list[str]
) -> None:
    message = the_list(office)

    shown = words(message)
    products = waiting(office)
    assert len(pickers(message)) == len(products) > 1
    named = [f"{each.sku}, {each.name[:70]}" for each in products if each.sku]
    assert [each for each in named if each not in shown] == []
    assert buttons(message) == [SAVE, "Choose in a form"]
    assert "Nothing is saved before you press." in shown


def test_one_press_maps_what_was_chosen_and_posts_its_sales(office: Office, few: list[str]) -> None:
    number, sku = single(office, few)
    olivia, message = office.person("olivia"), the_list(office)
    runs = {each: entry(office.house, each)["run"] for each in few}

    choose(olivia, message, sku, BELL)
    before = rules(office)
    olivia.click(message, SAVE)
    worked(office)

    assert before == []  # choosing alone saves nothing
    assert [line.split(" set ")[1] for line in rules(office)] == [f'sku "{BELL}"']
    assert (state(office, number), items_of(office, number)) == ("posted", [BELL])
    assert [each for each in few if entry(office.house, each)["run"] != runs[each]] == [number]
    assert retries(office) == 1


def test_the_person_is_told_how_many_were_mapped_and_sent(office: Office, few: list[str]) -> None:
    _, sku = single(office, few)
    olivia, message = office.person("olivia"), the_list(office)
    choose(olivia, message, sku, BELL)

    olivia.click(message, SAVE)

    told = words(olivia.ephemerals[-1])
    assert "1 mapping created, 1 sale sent again." in told
    assert "Resync" in told
    assert SAVE not in told


def test_a_press_without_a_choice_says_so(office: Office, few: list[str]) -> None:
    olivia, message = office.person("olivia"), the_list(office)

    told = said(olivia.click(message, SAVE))

    assert "Choose an item for at least one product first. Nothing was saved." in told
    assert (rules(office), retries(office)) == ([], 0)


def test_pressed_twice_nothing_is_posted_twice(office: Office, few: list[str]) -> None:
    number, sku = single(office, few)
    olivia, message = office.person("olivia"), the_list(office)
    choose(olivia, message, sku, BELL)

    olivia.double_click(message, SAVE)
    worked(office)

    documents = office.house.quickbooks.documents("SalesReceipt")
    assert [each["DocNumber"] for each in documents].count(f"LS-{number}") == 1
    assert (len(rules(office)), retries(office)) == (1, 1)


def test_two_admins_press_at_once(office: Office, few: list[str]) -> None:
    """Each with a list of their own and the same choice: one rule, one run, one document."""
    office.give("amir", Role.ADMIN)
    number, sku = single(office, few)
    olivia, amir = office.person("olivia"), office.person("amir")
    hers, his = the_list(office), the_list(office, "amir")
    choose(olivia, hers, sku, BELL)
    choose(amir, his, sku, BELL)

    olivia.click(hers, SAVE)
    amir.click(his, SAVE)
    worked(office)

    documents = office.house.quickbooks.documents("SalesReceipt")
    assert [each["DocNumber"] for each in documents].count(f"LS-{number}") == 1
    assert (len(rules(office)), retries(office)) == (1, 1)


def test_a_list_from_before_everything_was_mapped_says_so(office: Office, few: list[str]) -> None:
    number, sku = single(office, few)
    olivia, message = office.person("olivia"), the_list(office)
    choose(olivia, message, sku, BELL)
    new_items_are_held(office, False)
    office.say("resync failed")
    office.house.work()

    told = said(olivia.click(message, SAVE))

    assert state(office, number) == "posted"
    assert "Every product that was sold has a usable item" in told
    assert rules(office) == []


def test_an_item_gone_meanwhile_is_told_and_nothing_is_saved(
    office: Office, few: list[str]
) -> None:
    _, sku = single(office, few)
    olivia, message = office.person("olivia"), the_list(office)
    choose(olivia, message, sku, BELL)
    (id,) = (
        each["Id"] for each in office.house.quickbooks.documents("Item") if each["Name"] == BELL
    )
    retired(office, id)

    told = said(olivia.click(message, SAVE))

    assert "inactive" in told
    assert (rules(office), retries(office)) == ([], 0)


def test_others_see_the_list_and_change_nothing(office: Office, few: list[str]) -> None:
    office.give("beatrix", Role.VIEWER)

    seen = the_list(office, "beatrix")
    refused = office.told("products map", who="beatrix")

    assert pickers(seen) == []
    assert buttons(seen) == []
    assert "A CCC admin maps them." in words(seen)
    assert "Only CCC admins" in refused


def test_a_role_taken_away_meanwhile_is_checked_at_the_button(
    office: Office, few: list[str]
) -> None:
    office.give("amir", Role.ADMIN)
    _, sku = single(office, few)
    amir, message = office.person("amir"), the_list(office, "amir")
    choose(amir, message, sku, BELL)
    office.give("amir", Role.VIEWER)

    refused = said(amir.click(message, SAVE))

    assert "Only CCC admins" in refused
    assert rules(office) == []


def test_with_nothing_to_map_it_says_so(office: Office) -> None:
    assert "Every product that was sold has a usable item" in office.told("products")


# -- in the form


def pick(person: Person, sku: str, item: str) -> None:
    """Open the row's editor, choose, and come back to the list."""
    (block,) = (
        each
        for each in form_of(person).body["blocks"]
        if each.get("text", {}).get("text", "").startswith(f"{sku}, ")
    )
    button = block["accessory"]
    person.click(form_of(person), button["action_id"], button["value"])
    person.submit(values={"item": item})


def shown(person: Person) -> str:
    return str(form_of(person).body)


def test_more_than_a_message_holds_opens_the_form(office: Office, many: list[str]) -> None:
    olivia = office.person("olivia")

    olivia.command("products")

    assert len(waiting(office)) > 20
    assert "Page 1 of 2" in shown(olivia)
    assert "Nothing is saved yet." in shown(olivia)


def test_choices_of_every_page_are_saved_together(office: Office, many: list[str]) -> None:
    products = waiting(office)
    first, second = products[0], products[20]
    olivia = office.person("olivia")
    olivia.command("products map")

    pick(olivia, first.sku, BELL)
    olivia.click(form_of(olivia), "Next")
    pick(olivia, second.sku, LOCK)
    later = shown(olivia)
    olivia.click(form_of(olivia), "Previous")
    earlier = shown(olivia)
    olivia.submit()
    worked(office)

    assert ("Page 2 of 2" in later, "Page 1 of 2" in earlier) == (True, True)
    assert f"→ {BELL}" in earlier
    assert "2 items chosen" in earlier
    assert {line.split(" set ")[1] for line in rules(office)} == {f'sku "{BELL}"', f'sku "{LOCK}"'}
    assert "2 mappings created" in shown(olivia)
    assert retries(office) == 1


def test_only_the_sales_that_waited_for_them_are_sent(office: Office, many: list[str]) -> None:
    number, sku = single(office, many)
    chosen = {each for each in many if sku in skus(office, each)}
    before = {each: entry(office.house, each)["run"] for each in many}
    olivia = office.person("olivia")
    olivia.command("products map")
    if f"'{sku}, " not in shown(olivia):
        olivia.click(form_of(olivia), "Next")

    pick(olivia, sku, BELL)
    olivia.submit()
    worked(office)

    judged = {each for each in many if entry(office.house, each)["run"] != before[each]}
    assert judged == chosen
    assert items_of(office, number) == [BELL]


def test_the_editor_starts_with_the_best_guess(office: Office, few: list[str]) -> None:
    """Words in common are enough to be offered first."""
    product = next(each for each in waiting(office) if each.sku and len(each.name.split()) > 1)
    an_item(office, f"{product.name} (shop)")
    lists_read(office)
    olivia = office.person("olivia")
    olivia.command("products map")
    (block,) = (
        each
        for each in form_of(olivia).body["blocks"]
        if each.get("text", {}).get("text", "").startswith(f"{product.sku}, ")
    )

    button = block["accessory"]
    olivia.click(form_of(olivia), button["action_id"], button["value"])

    assert f"'text': '{product.name} (shop)'" in shown(olivia)
    assert "initial_option" in shown(olivia)


def test_sending_the_form_without_a_choice_keeps_it_open(office: Office, few: list[str]) -> None:
    olivia = office.person("olivia")
    olivia.command("products map")

    olivia.submit()

    assert "Choose an item for a product first." in shown(olivia)
    assert rules(office) == []


def test_a_product_that_was_mapped_meanwhile_leaves_the_form(
    office: Office, few: list[str]
) -> None:
    _, sku = single(office, few)
    olivia = office.person("olivia")
    olivia.command("products map")
    pick(olivia, sku, BELL)
    office.say(f'rule add "SKU {sku}" when sku = "{sku}" set sku "{LOCK}"')
    office.say("resync failed")
    office.house.work()

    olivia.submit()

    assert [line.split(" set ")[1] for line in rules(office)] == [f'sku "{LOCK}"']
    assert "Choose an item for a product first." in shown(olivia)


def test_two_admins_with_the_form_make_one_run(office: Office, few: list[str]) -> None:
    office.give("amir", Role.ADMIN)
    number, sku = single(office, few)
    olivia, amir = office.person("olivia"), office.person("amir")
    for person in (olivia, amir):
        person.command("products map")
        pick(person, sku, BELL)

    olivia.submit()
    amir.submit()
    worked(office)

    documents = office.house.quickbooks.documents("SalesReceipt")
    assert [each["DocNumber"] for each in documents].count(f"LS-{number}") == 1
    assert (len(rules(office)), retries(office)) == (1, 1)
