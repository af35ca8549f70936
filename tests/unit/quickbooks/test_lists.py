"""A company's lists and settings, as mapping needs them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sync.connectors.quickbooks.facts import company_facts, prerequisites
from sync.connectors.quickbooks.lists import books_from, list_accounts, list_items, list_tax_codes
from sync.domain.books import CompanyFacts, ListAccount, TaxWorld
from sync.domain.documents import Ref
from tests.builders import some_books

US = {"CompanyName": "Spokes", "Country": "US"}


def world(taxes: dict[str, Any], country: str = "US") -> TaxWorld:
    return company_facts({"Country": country}, {"TaxPrefs": taxes}).tax_world


@pytest.mark.parametrize(
    ("taxes", "expected"),
    [
        ({"UsingSalesTax": False}, TaxWorld.NONE),
        ({}, TaxWorld.NONE),
        ({"UsingSalesTax": True}, TaxWorld.MANUAL),
        ({"UsingSalesTax": True, "PartnerTaxEnabled": True}, TaxWorld.AUTOMATED),
        ({"UsingSalesTax": True, "PartnerTaxEnabled": False}, TaxWorld.UNFINISHED),
        ({"UsingSalesTax": False, "PartnerTaxEnabled": False}, TaxWorld.UNFINISHED),
    ],
)
def test_the_tax_world_follows_from_two_switches(taxes: dict[str, Any], expected: TaxWorld) -> None:
    """Absent and false mean different things."""
    assert world(taxes) is expected


def test_outside_the_united_states_tax_is_global() -> None:
    assert world({"UsingSalesTax": True, "PartnerTaxEnabled": True}, "CA") is TaxWorld.GLOBAL
    assert world({"UsingSalesTax": True}, "USA") is TaxWorld.MANUAL


def test_settings_decide_what_may_be_sent() -> None:
    facts = company_facts(
        {
            **US,
            "CompanyAddr": {"CountrySubDivisionCode": "AZ"},
            "NameValue": [{"Name": "OfferingSku", "Value": "QuickBooks Online Plus"}],
        },
        {
            "AccountingInfoPrefs": {
                "TrackDepartments": True,
                "ClassTrackingPerTxnLine": True,
                "BookCloseDate": "2025-12-31",
            },
            "SalesFormsPrefs": {"CustomTxnNumbers": True},
            "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
            "TaxPrefs": {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "2"}},
        },
    )

    assert facts == CompanyFacts(
        name="Spokes",
        country="US",
        currency="USD",
        tax_world=TaxWorld.MANUAL,
        closed_through=date(2025, 12, 31),
        custom_numbers=True,
        tracks_locations=True,
        tracks_classes=True,
        classes_by_line=True,
        plan="QuickBooks Online Plus",
        default_tax_code="2",
        address_region="AZ",
    )


def test_numbers_are_ours_only_when_quickbooks_says_so() -> None:
    assert not company_facts(US, {}).custom_numbers


READY = [
    ListAccount("1", "Receivable", "Accounts Receivable"),
    ListAccount("2", "Payable", "Accounts Payable"),
    ListAccount("3", "Checking", "Bank", "Checking"),
    ListAccount("4", "Stock", "Other Current Asset", "Inventory"),
    ListAccount("5", "Cost", "Cost of Goods Sold"),
    ListAccount("6", "Sales", "Income"),
]


def test_a_ready_company_has_only_ticks() -> None:
    facts = CompanyFacts("Spokes", "US", "USD", TaxWorld.AUTOMATED)

    assert all(check.ok for check in prerequisites(facts, READY))
    assert len(prerequisites(facts, READY)) == 8


@pytest.mark.parametrize("gone", range(6))
def test_each_missing_account_is_one_cross_with_a_remedy(gone: int) -> None:
    facts = CompanyFacts("Spokes", "US", "USD", TaxWorld.MANUAL)
    accounts = [account for place, account in enumerate(READY) if place != gone]

    crosses = [check for check in prerequisites(facts, accounts) if not check.ok]

    assert len(crosses) == 1
    assert "make one in QuickBooks" in crosses[0].why


def test_an_expense_account_is_not_cost_of_goods_and_an_inactive_one_is_none() -> None:
    facts = CompanyFacts("Spokes", "US", "USD", TaxWorld.MANUAL)
    accounts = [
        *READY[:3],
        ListAccount("4", "Stock", "Other Current Asset", "Inventory", active=False),
        ListAccount("5", "Cost", "Expense", "SuppliesMaterials"),
        READY[5],
    ]

    crosses = [check.name for check in prerequisites(facts, accounts) if not check.ok]

    assert crosses == ["Inventory asset account", "Cost of goods account"]


@pytest.mark.parametrize("tax_world", [TaxWorld.NONE, TaxWorld.UNFINISHED])
def test_sales_tax_and_numbers_are_conditions_too(tax_world: TaxWorld) -> None:
    facts = CompanyFacts("Spokes", "US", "USD", tax_world, custom_numbers=False)

    crosses = [check.name for check in prerequisites(facts, READY) if not check.ok]

    assert crosses == ["Sales tax", "Custom transaction numbers"]


def test_a_codes_rate_is_the_exact_sum_of_its_sales_rates() -> None:
    """Purchase rates, and the marks TAX and NON, are not rates of a sale."""
    rates = [
        {"Id": "1", "RateValue": Decimal("5.6")},
        {"Id": "2", "RateValue": 2},
        {"Id": "3", "RateValue": Decimal("0.5")},
        {"Id": "9", "RateValue": 50},
    ]
    code = {
        "Id": "4",
        "Name": "Tucson",
        "SalesTaxRateList": {
            "TaxRateDetail": [{"TaxRateRef": {"value": id}} for id in ("1", "2", "3")]
        },
        "PurchaseTaxRateList": {"TaxRateDetail": [{"TaxRateRef": {"value": "9"}}]},
    }

    [tucson] = list_tax_codes([code, {"Id": "TAX"}, {"Id": "NON"}], rates)

    assert tucson.rate == Decimal("0.081")
    assert (tucson.name, tucson.active, tucson.taxable) == ("Tucson", True, True)


@pytest.mark.parametrize("order", [1, -1])
def test_a_category_is_known_by_its_name_until_an_item_has_it(order: int) -> None:
    """Else it would be made a second time, refused, and taken for an item."""
    category = {"Id": "1", "Name": "Bikes", "Type": "Category"}
    item = {"Id": "2", "Name": "Bikes", "Type": "Service"}
    alone, both = some_books(items=()), some_books(items=())

    alone.add_items(list_items([category]))
    both.add_items(list_items([category, item][::order]))

    assert [found.kind for found in [alone.item_named("bikes")] if found] == ["Category"]
    assert [found.id for found in [both.item_named("bikes")] if found] == ["2"]


def test_an_account_is_known_by_its_full_name() -> None:
    [account] = list_accounts(
        [
            {
                "Id": "42",
                "Name": "Till 1",
                "FullyQualifiedName": "Cash:Till 1",
                "AccountType": "Bank",
                "AccountSubType": "CashOnHand",
                "Active": False,
                "CurrencyRef": {"value": "USD"},
            }
        ]
    )

    assert account == ListAccount("42", "Cash:Till 1", "Bank", "CashOnHand", False, "USD")


def test_books_find_things_by_the_names_people_use() -> None:
    lists: dict[str, list[dict[str, Any]]] = {
        "Account": [
            {"Id": "41", "Name": "Undeposited Funds", "AccountType": "Other Current Asset"}
        ],
        "Item": [{"Id": "19", "Name": "Roubaix", "Sku": "RBX-54", "Type": "NonInventory"}],
        "Customer": [
            {"Id": "58", "DisplayName": "Ada", "PrimaryEmailAddr": {"Address": "Ada@example.com"}}
        ],
        "TaxCode": [{"Id": "4", "Name": "Tucson"}],
        "PaymentMethod": [
            {"Id": "5", "Name": "Visa"},
            {"Id": "6", "Name": "Cheque", "Active": False},
        ],
        "Department": [{"Id": "3", "Name": "Tucson", "FullyQualifiedName": "AZ:Tucson"}],
        "Class": [{"Id": "9", "Name": "Bikes", "FullyQualifiedName": "Retail:Bikes"}],
        "Term": [{"Id": "3", "Name": "Net 30"}, {"Id": "4", "Name": "Net 60", "Active": False}],
        "Vendor": [{"Id": "70", "DisplayName": "Specialized"}],
        "Employee": [{"Id": "71", "DisplayName": "Bob"}],
    }

    books = books_from(CompanyFacts("Spokes", "US", "USD", TaxWorld.MANUAL), lists)

    assert books.account_named("undeposited  funds") is not None
    assert books.item_with_sku("rbx-54") is not None
    assert books.customer_with_email("ada@EXAMPLE.com") is not None
    assert books.tax_codes["4"].name == "Tucson"
    assert books.payment_methods == {"visa": Ref("5", "Visa")}
    assert books.locations["tucson"].id == books.locations["az:tucson"].id == "3"
    assert books.classes["bikes"].id == books.classes["retail:bikes"].id == "9"
    assert books.terms == {"net 30": Ref("3", "Net 30")}
    assert books.taken_names == {"specialized": "vendor", "bob": "employee"}
