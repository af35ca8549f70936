"""Shared form fields: inside Slack's limits, and what is read is what stood on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.conversation import FieldErrors
from bot.modals.fields.accounts import AccountRow, account_fields, read_accounts
from bot.modals.fields.choosing import (
    customer_fields,
    product_fields,
    read_customers,
    read_products,
    read_schedule,
    read_stores,
    read_type,
    schedule_fields,
    store_fields,
    type_fields,
)
from bot.modals.fields.inputs import Place, typed_in, word
from bot.modals.fields.taxes import TaxRow, read_taxes, tax_fields
from bot.sandbox.limits import check_view
from bot.sandbox.values import form_state
from bot.views.blocks import Block, modal
from sync.domain.settings import ConnectionSettings
from sync.services.models import Option, ScheduleView

PLACE = Place("ccc.test")
EVIL = "<!channel> *b* \u202e\n" + "Ünïcode 🚲 " * 60
SHOPS = ("Main Street", "Riverside", EVIL)
SETTINGS = ConnectionSettings(customer_single=EVIL[:90], customer_match="email", item_match="sku")
SCHEDULE = ScheduleView("daily 03:30", "America/New_York", None)
ACCOUNTS = (
    AccountRow("deposit", EVIL, Option("4", EVIL, EVIL), why=EVIL),
    AccountRow("income", "Income", None),
    AccountRow(EVIL, "Paid by " + EVIL, Option("9", "Card Clearing"), optional=True),
)
TAXES = (TaxRow("MD", EVIL, Option("3", "Maryland 6%", "6 %"), EVIL), TaxRow("NA", "None", None))

DRAWN: dict[str, list[Block]] = {
    "stores": store_fields(PLACE, SHOPS, ("Riverside", EVIL), {}),
    "type": type_fields(PLACE, (("sales_receipt", "Sales receipt", EVIL),), "sales_receipt", {}),
    "customers": customer_fields(PLACE, SETTINGS, {}),
    "products": product_fields(PLACE, SETTINGS, {}),
    "schedule": schedule_fields(PLACE, SCHEDULE, "US/Eastern", {}),
    "accounts": account_fields(PLACE, ACCOUNTS, {}),
    "taxes": tax_fields(PLACE, TAXES, {}),
}


def on_screen(blocks: Sequence[Block]) -> dict[str, Any]:
    """What a submission of these fields, untouched, says."""
    return typed_in(form_state(list(blocks)))


@pytest.mark.parametrize("name", DRAWN)
def test_fields_of_the_strangest_names_are_taken_by_slack(name: str) -> None:
    view = modal("Fields", "ccc.test", DRAWN[name], submit="Save") | {"private_metadata": ""}

    assert check_view(view) == []


def test_untouched_fields_say_what_was_saved() -> None:
    assert read_stores(on_screen(DRAWN["stores"]), SHOPS) == ("Riverside", EVIL)
    assert read_type(on_screen(DRAWN["type"])) == "sales_receipt"
    customers = read_customers(on_screen(DRAWN["customers"]))
    assert (customers.mode, customers.missing) == ("email", "create")
    products = read_products(on_screen(DRAWN["products"]))
    assert (products.match, products.missing) == ("sku", "create")
    assert read_schedule(on_screen(DRAWN["schedule"])) == ("daily 03:30", "America/New_York")
    roles = [each.role for each in ACCOUNTS]
    assert read_accounts(on_screen(DRAWN["accounts"]), roles) == {"deposit": "4", EVIL: "9"}
    assert read_taxes(on_screen(DRAWN["taxes"])) == {"MD": "3"}


def test_a_draft_is_drawn_as_it_was_typed_and_not_as_it_is_saved() -> None:
    typed = on_screen(DRAWN["accounts"]) | on_screen(DRAWN["stores"]) | {"name": "Club <&> 1"}

    again = on_screen(
        [
            *account_fields(
                PLACE, [AccountRow("deposit", "Deposits", Option("1", "Other"))], typed
            ),
            *store_fields(PLACE, SHOPS, (), typed),
            *customer_fields(PLACE, SETTINGS, typed),
        ]
    )

    assert read_accounts(again, ["deposit"]) == {"deposit": "4"}
    assert read_stores(again, SHOPS) == ("Riverside", EVIL)
    assert word(again, "name") == "Club <&> 1"


def test_a_field_that_was_emptied_stays_empty() -> None:
    again = on_screen(
        [
            *store_fields(PLACE, SHOPS, ("Riverside",), {"stores": []}),
            *tax_fields(PLACE, TAXES, {"tax.MD": ""}),
        ]
    )

    assert read_stores(again, SHOPS) == ()
    assert read_taxes(again) == {}


def test_fresh_fields_have_other_ids_and_the_same_names() -> None:
    old, new = (customer_fields(Place("ccc.test", fresh=number), SETTINGS, {}) for number in (0, 3))

    assert not {each["block_id"] for each in old} & {each["block_id"] for each in new}
    assert on_screen(old) == on_screen(new)


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"rhythm": ""}, "rhythm"), ({"rhythm": "daily", "at": ""}, "at"), ({"zone": ""}, "zone")],
)
def test_what_is_missing_is_said_at_its_field(typed: dict[str, Any], field: str) -> None:
    full = on_screen(DRAWN["schedule"])
    chosen = {name: {"value": value} if value else value for name, value in typed.items()}

    with pytest.raises(FieldErrors) as caught:
        read_schedule(full | chosen)

    assert field in caught.value.errors
