"""A held sale says which products a person has to map, as rules will see them."""

from __future__ import annotations

from typing import Any

from sync.domain.books import ListItem
from sync.domain.sale import SaleLine
from sync.domain.verdicts import Hold, Product
from sync.mapping.receipts import draft_sale
from tests.builders import a_judgement, a_key, a_line, a_sale, some_books, some_settings

INACTIVE = ListItem("9", "OLD-1", active=False)


def products(*lines: SaleLine, overrides: dict[str, Any] | None = None, **settings: Any) -> Any:
    judgement = a_judgement(a_sale(*lines), **(overrides or {}))
    books = some_books(items=("BIKE-1", "Discount", "Rounding", INACTIVE))
    outcome = draft_sale(judgement, some_settings(**settings), books, a_key(judgement.sale)).outcome
    assert isinstance(outcome, Hold), outcome
    return outcome.products


def test_each_product_without_a_usable_item_once() -> None:
    lines = (a_line("OLD-1"), a_line("BIKE-1"), a_line("OLD-1"), a_line("NEW-2"))

    found = products(*lines, item_missing="hold")

    assert found == (Product("OLD-1", "The OLD-1"), Product("NEW-2", "The NEW-2"))


def test_what_is_created_by_itself_is_no_work_for_a_person() -> None:
    """Only the inactive one stops this sale."""
    found = products(a_line("OLD-1"), a_line("NEW-2"))

    assert found == (Product("OLD-1", "The OLD-1"),)


def test_what_could_not_be_created_is() -> None:
    """The draft is asked for its outcome after creation was tried."""
    assert products(a_line("NEW-2")) == (Product("NEW-2", "The NEW-2"),)


def test_the_sku_is_the_one_that_rules_left() -> None:
    """A further rule sees it so, and must match it."""
    line = a_line("BIKE-1", id="7")

    found = products(line, overrides={"line_skus": {"7": "OLD-1"}})

    assert found == (Product("OLD-1", "The BIKE-1"),)


def test_without_a_sku_it_goes_by_its_name() -> None:
    found = products(a_line("", name="Old bell"), item_missing="hold")

    assert found == (Product("", "Old bell"),)
