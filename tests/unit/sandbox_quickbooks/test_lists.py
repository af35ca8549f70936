"""Names that must be free, types that must fit, and what inactivating does."""

from __future__ import annotations

from typing import Any

import pytest

from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.wire import Json
from tests.unit.sandbox_quickbooks.desk import a_company, a_stocked_item, code_of, put, ref


def an_item(company: Company, **more: Any) -> Json:
    income = ref(company, "Account", "Sales of Product Income")
    return {"Name": "Bell", "Type": "NonInventory", "IncomeAccountRef": income} | more


@pytest.mark.parametrize("taken", ["Tidewater Parts", "RUTH CALDER", "Dana Whitlock "])
def test_people_of_all_lists_share_their_names(taken: str) -> None:
    company = a_company()

    assert code_of(company, "Customer", {"DisplayName": taken}) == "6240"


def test_a_name_is_made_of_its_parts() -> None:
    company = a_company()

    made = put(company, "Customer", {"GivenName": "Ada", "FamilyName": "Lovelace"})

    assert made["DisplayName"] == made["FullyQualifiedName"] == "Ada Lovelace"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "6080"),
        ({"DisplayName": "  "}, "6080"),
        ({"DisplayName": "Shop: Annapolis"}, "2040"),
        ({"DisplayName": "Tab\there"}, "2040"),
        ({"DisplayName": "x" * 501}, "2050"),
        ({"DisplayName": "Zoë", "PrimaryEmailAddr": {"Address": "nowhere"}}, "2210"),
        ({"DisplayName": "Jo", "Job": True}, "6150"),
        ({"DisplayName": "Jo", "Active": "yes"}, "2230"),
    ],
)
def test_a_wrong_customer_is_refused(body: Json, code: str) -> None:
    assert code_of(a_company(), "Customer", body) == code


def test_inactivating_frees_the_name_and_reviving_may_collide() -> None:
    company = a_company()
    first = put(company, "Customer", {"DisplayName": "Ada"})
    off = put(
        company,
        "Customer",
        {"Id": first["Id"], "SyncToken": "0", "sparse": True, "Active": False},
    )
    put(company, "Customer", {"DisplayName": "Ada"})
    on = {"Id": first["Id"], "SyncToken": "1", "sparse": True, "Active": True}

    assert off["DisplayName"] == "Ada (deleted)"
    assert code_of(company, "Customer", on) == "6240"


def test_a_revived_customer_has_its_name_back() -> None:
    company = a_company()
    made = put(company, "Customer", {"DisplayName": "Ada"})
    head = {"Id": made["Id"], "sparse": True}
    put(company, "Customer", head | {"SyncToken": "0", "Active": False})

    back = put(company, "Customer", head | {"SyncToken": "1", "Active": True})

    assert (back["DisplayName"], back["Active"]) == ("Ada", True)


def test_an_item_in_a_category_is_named_by_its_path() -> None:
    company = a_company()
    bikes = ref(company, "Item", "Bikes")

    made = put(company, "Item", an_item(company, ParentRef=bikes))

    assert made["FullyQualifiedName"] == "Bikes:Bell"
    assert put(company, "Item", an_item(company))["FullyQualifiedName"] == "Bell"


def test_items_may_credit_a_liability_or_a_clearing_account() -> None:
    """Gift cards and other tenders stay out of income this way."""
    company = a_company()

    for account in ("Gift Cards Outstanding", "Card Clearing", "Checking"):
        item = an_item(company, Name=account, IncomeAccountRef=ref(company, "Account", account))
        assert put(company, "Item", item)["IncomeAccountRef"]["name"] == account


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Name": ""}, "2020"),
        ({"Name": "A:B"}, "2040"),
        ({"Name": "x" * 101}, "2050"),
        ({"Sku": "x" * 101}, "2050"),
        ({"Name": "inner tube"}, "6240"),
        ({"Type": "Widget"}, "2170"),
        ({"Type": "Group"}, "2120"),
        ({"IncomeAccountRef": {"value": "999"}}, "2500"),
        ({"UnitPrice": "9.99"}, "2090"),
    ],
)
def test_a_wrong_item_is_refused(change: Json, code: str) -> None:
    company = a_company()

    assert code_of(company, "Item", an_item(company) | change) == code


def test_receivables_take_no_items() -> None:
    company = a_company()
    receivable = ref(company, "Account", "Accounts Receivable (A/R)")

    assert code_of(company, "Item", an_item(company, IncomeAccountRef=receivable)) == "6430"


def test_a_stocked_item_needs_all_its_accounts() -> None:
    company = a_company()
    wrong = a_stocked_item(company, AssetAccountRef=ref(company, "Account", "Checking"))
    lacking = a_stocked_item(company)
    del lacking["InvStartDate"]

    assert code_of(company, "Item", wrong) == "6430"
    assert code_of(company, "Item", lacking) == "2020"


def test_opening_stock_is_worth_its_cost() -> None:
    company = a_company()

    made = put(company, "Item", a_stocked_item(company))

    assert made["QtyOnHand"] == 2
    assert company.books().balance("Inventory Asset") == 2980
    assert company.books().balanced


def test_a_counted_quantity_is_posted_to_shrinkage() -> None:
    company = a_company()
    made = put(company, "Item", a_stocked_item(company))

    put(company, "Item", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "QtyOnHand": 1})

    assert company.books().balance("Inventory Shrinkage") == 1490


def test_an_account_s_subtype_decides_its_type() -> None:
    company = a_company()

    made = put(company, "Account", {"Name": "PayPal", "AccountSubType": "CashOnHand"})

    assert (made["AccountType"], made["Classification"]) == ("Bank", "Asset")
    assert code_of(company, "Account", {"Name": "Odd"}) == "6010"
    clash = {"Name": "Odd", "AccountType": "Bank", "AccountSubType": "Inventory"}
    assert code_of(company, "Account", clash) == "6010"


def test_an_account_shows_its_balance_by_its_natural_side() -> None:
    company = a_company()
    put(company, "Item", a_stocked_item(company))
    shown = {
        record.body["Name"]: company.render(record)["CurrentBalance"]
        for record in company.store.objects["Account"].values()
    }

    assert shown["Inventory Asset"] == 2980
    assert shown["Opening Balance Equity"] == 2980
