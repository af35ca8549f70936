"""Best guesses for a product: near ones first, the same list always in the same order."""

from __future__ import annotations

import random

import pytest

from sync.domain.books import ListItem
from sync.domain.verdicts import Product
from sync.mapping.suggest import ranked

BELL = Product("BEL-22", "Brass bell large")
ITEMS = (
    ListItem("1", "Something else", sku="bel-22"),
    ListItem("2", "BEL-22"),
    ListItem("3", "Brass Bell  Large"),
    ListItem("4", "BEL-22-RED"),
    ListItem("5", "Brass bell large, boxed"),
    ListItem("6", "Large brass bell of the Alps"),
    ListItem("7", "Bell"),
    ListItem("8", "Chain"),
    ListItem("9", "Antenna"),
)


def ids(product: Product, *items: ListItem) -> list[str]:
    return [guess.item.id for guess in ranked(product, items)]


def test_sku_name_beginning_words_then_the_alphabet() -> None:
    assert ids(BELL, *ITEMS) == ["1", "2", "3", "4", "5", "6", "7", "9", "8"]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_list_changes_nothing(seed: int) -> None:
    shuffled = list(ITEMS)
    random.Random(seed).shuffle(shuffled)

    assert ids(BELL, *shuffled) == ids(BELL, *ITEMS)


def test_only_what_has_something_in_common_is_a_guess() -> None:
    near = {guess.item.id for guess in ranked(BELL, ITEMS) if guess.is_near}

    assert near == {"1", "2", "3", "4", "5", "6", "7"}


def test_what_no_line_can_name_is_not_offered() -> None:
    items = (
        ListItem("1", "BEL-22", active=False),
        ListItem("2", "BEL-22", kind="Category"),
        ListItem("3", "BEL-22", kind="Group"),
        ListItem("4", "Chain"),
    )

    assert ids(BELL, *items) == ["4"]


def test_a_product_without_a_sku_goes_by_its_name() -> None:
    assert ids(Product("", "Chain"), *ITEMS)[0] == "8"


def test_two_letters_in_common_are_no_beginning() -> None:
    near = [guess.item.id for guess in ranked(Product("BE", ""), ITEMS) if guess.is_near]

    assert near == []


def test_of_equally_near_items_the_older_comes_first() -> None:
    twins = (ListItem("12", "Bell"), ListItem("9", "Bell"))

    assert ids(Product("", "bell"), *twins) == ["9", "12"]
