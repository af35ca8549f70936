"""Products to map, drawn: whatever they are called, Slack takes it and a person understands it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.sandbox.limits import check_message, walk
from bot.views.actions import PRODUCT_ITEM, PRODUCT_PICK, PRODUCTS_FORM, PRODUCTS_SAVE
from bot.views.blocks import Card, fallback
from bot.views.products import (
    ON_A_MESSAGE,
    as_a_line,
    best_guess,
    item_option,
    item_select,
    product_key,
    products_card,
    waits,
)
from sync.rules.grammar import parse_rule
from sync.services.models import Option, Unmatched
from tests.unit.reports.words import EVIL, a_connection

BELL = Unmatched("BEL-22", "Brass bell", ("10006",), ("10006",))
NEAR = Option("7", "Bell, brass", "best guess, SKU BELL")
FAR = Option("8", "Zip tie", "NonInventory")


def many(number: int, name: str = "Thing") -> list[Unmatched]:
    return [Unmatched(f"SKU-{n}", name, (str(n),), (str(n),)) for n in range(number)]


def card(products: list[Unmatched], *, may_change: bool = True, options: int = 20) -> Card:
    found = [[FAR] * options for _ in products]
    return products_card(products, found, a_connection(), may_change=may_change)


def words(shown: Card) -> str:
    return " ".join(str(each["text"]) for each in walk(shown.blocks) if "text" in each)


def test_a_product_is_known_by_its_sku_however_it_is_named() -> None:
    assert product_key(BELL) == product_key(replace(BELL, name="Bell, brass"))
    assert product_key(BELL) != product_key(replace(BELL, sku="BEL-23"))


def test_without_a_sku_it_is_known_by_its_name() -> None:
    bell = replace(BELL, sku="")

    assert product_key(bell) != product_key(replace(bell, name="Another"))


@pytest.mark.parametrize(
    ("sales", "said"),
    [
        (("1",), "BEL-22, Brass bell: 1 sale waits (1)"),
        (("1", "2"), "BEL-22, Brass bell: 2 sales wait (1 and 2)"),
        (("1", "2", "3", "4", "5"), "BEL-22, Brass bell: 5 sales wait (1, 2, 3 and 2 more)"),
    ],
)
def test_it_says_which_sales_wait(sales: tuple[str, ...], said: str) -> None:
    assert waits(replace(BELL, sales=sales, examples=sales[:5])) == said


def test_only_a_guess_with_something_in_common_is_chosen_beforehand() -> None:
    assert best_guess([NEAR, FAR]) == NEAR
    assert best_guess([FAR, NEAR]) is None
    assert best_guess([]) is None


def test_the_guess_stands_in_the_field_and_nothing_where_there_is_none() -> None:
    assert item_select("k", NEAR)["initial_option"] == item_option(NEAR)
    assert "initial_option" not in item_select("k", None)
    assert item_select("k", None)["action_id"] == f"{PRODUCT_ITEM}.k"


def test_a_row_has_a_picker_of_its_own() -> None:
    shown = card(many(3))

    ids = [block["accessory"]["action_id"] for block in shown.blocks if "accessory" in block]
    assert len(set(ids)) == len(ids) == 3
    assert all(each.startswith(f"{PRODUCT_PICK}.") for each in ids)


def test_one_sale_that_waits_for_two_products_is_counted_once() -> None:
    bell, lock = BELL, replace(BELL, sku="LOC-1", name="Lock")

    shown = card([bell, lock])

    assert shown.text == ("2 products have no usable item in QuickBooks; 1 sale waits for them.")


def test_what_does_not_fit_is_counted_and_found_in_the_form() -> None:
    shown = card(many(ON_A_MESSAGE + 3))

    assert "3 further products are in the form." in words(shown)
    assert len([block for block in shown.blocks if "accessory" in block]) == ON_A_MESSAGE


def test_whoever_may_not_change_sees_no_control() -> None:
    shown = card(many(3), may_change=False)

    assert not [each for each in walk(shown.blocks) if "action_id" in each]
    assert "A CCC admin maps them." in words(shown)


def test_a_company_without_items_offers_the_form_only() -> None:
    shown = card(many(2), options=0)

    ids = [each["action_id"] for each in walk(shown.blocks) if "action_id" in each]
    assert ids == [PRODUCTS_SAVE, PRODUCTS_FORM]


@pytest.mark.parametrize("products", [many(60, EVIL), [Unmatched(EVIL, EVIL, ("1",), (EVIL,))]])
def test_slack_takes_it_with_the_strangest_names(products: list[Unmatched]) -> None:
    options = [[Option(str(n), EVIL, EVIL) for n in range(40)] for _ in products]

    shown = products_card(products, options, a_connection(), may_change=True)

    assert check_message({"text": fallback(shown.text), "blocks": shown.blocks}) == []


@pytest.mark.parametrize(
    "products",
    [
        [BELL],
        [replace(BELL, sku="", name="Brass bell, old")],
        [replace(BELL, sku='5" wheel'), BELL],
        [replace(BELL, sku="X" * 200)],
    ],
)
def test_the_line_that_is_shown_can_be_typed(products: list[Unmatched]) -> None:
    line = as_a_line(products)

    rule = parse_rule(line.removeprefix("/ccc rule add "))
    assert rule.action.name == "map_sku"
    assert rule.conditions[0].field == ("sku" if products[0].sku else "name")
