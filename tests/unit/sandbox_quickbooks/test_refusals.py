"""Every refusal of the error catalogue that a sale can meet, and the books unmoved by it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.wire import Json
from tests.unit.sandbox_quickbooks.desk import (
    a_company,
    a_line,
    a_sale,
    a_stocked_item,
    code_of,
    put,
    ref,
)

Change = Callable[[Company, Json], object]

WRONG_SALES: dict[str, tuple[str, Change]] = {
    "an unknown field": ("2010", lambda company, sale: sale.update(Colour="red")),
    "an unknown field on a line": ("2010", lambda c, sale: sale["Line"][0].update(Colour="red")),
    "a reference as text": ("2010", lambda c, sale: sale.update(CustomerRef="1")),
    "a reference without a value": ("2020", lambda c, sale: sale.update(CustomerRef={})),
    "no lines": ("2250", lambda c, sale: sale.update(Line=[])),
    "lines left out": ("2250", lambda c, sale: sale.pop("Line")),
    "a line without an amount": ("2020", lambda c, sale: sale["Line"][0].pop("Amount")),
    "a line without its type": ("2020", lambda c, sale: sale["Line"][0].pop("DetailType")),
    "an unknown line type": ("2170", lambda c, sale: sale["Line"][0].update(DetailType="Gift")),
    "a number that is too long": ("2050", lambda c, sale: sale.update(DocNumber="x" * 22)),
    "a note that is too long": ("2050", lambda c, sale: sale.update(PrivateNote="x" * 4001)),
    "letters outside Latin-1": ("2040", lambda c, sale: sale.update(PrivateNote="thanks 🚲")),
    "a control character": ("2040", lambda c, sale: sale.update(PrivateNote="a\x00b")),
    "money as text": ("2090", lambda c, sale: sale["Line"][0].update(Amount="100.00")),
    "a flag where a number belongs": ("2090", lambda c, sale: sale["Line"][0].update(Amount=True)),
    "fractions of a cent": (
        "2140",
        lambda c, sale: sale["Line"][0].update(Amount=Decimal("99.999")),
    ),
    "too many decimals": (
        "2110",
        lambda c, sale: sale["Line"][0].update(Amount=Decimal("0.0000001")),
    ),
    "a date of another form": ("2060", lambda c, sale: sale.update(TxnDate="03/01/2026")),
    "a day that never was": ("2070", lambda c, sale: sale.update(TxnDate="2026-02-30")),
    "a value off the list": ("2170", lambda c, sale: sale.update(PrintStatus="Maybe")),
    "an unknown customer": ("2500", lambda c, sale: sale.update(CustomerRef={"value": "99"})),
    "an inactive customer": (
        "610",
        lambda c, sale: sale.update(CustomerRef=ref(c, "Customer", "Old Town Couriers (deleted)")),
    ),
    "a category as an item": (
        "2500",
        lambda c, sale: sale["Line"].append(a_line(c, "1", item="Bikes")),
    ),
    "an inactive item": (
        "610",
        lambda c, sale: sale["Line"].append(a_line(c, "1", item="Floor Pump (deleted)")),
    ),
    "money into an income account": (
        "6430",
        lambda c, sale: sale.update(DepositToAccountRef=ref(c, "Account", "Services")),
    ),
    "a total below zero": ("6000", lambda c, sale: sale["Line"].append(a_line(c, "-100.01"))),
    "another currency": ("6000", lambda c, sale: sale.update(CurrencyRef={"value": "EUR"})),
    "quantity times price that differs": (
        "6070",
        lambda c, sale: sale["Line"].append(a_line(c, "10.00", Qty=3, UnitPrice=Decimal("3.33"))),
    ),
    "a tax code id on an American line": (
        "6100",
        lambda c, sale: sale["Line"].append(a_line(c, "1", "2")),
    ),
    "a card number in a note": (
        "6530",
        lambda c, sale: sale.update(PrivateNote="card 4111111111111111"),
    ),
    "a card number on a line": (
        "6530",
        lambda c, sale: sale["Line"][0].update(Description="4111-1111-1111-1111"),
    ),
    "shipping that is switched off": (
        "5020",
        lambda c, sale: sale["Line"][0]["SalesItemLineDetail"].update(
            ItemRef={"value": "SHIPPING_ITEM_ID"}
        ),
    ),
    "mail without an address": ("6420", lambda c, sale: sale.update(EmailStatus="NeedToSend")),
    "a custom field nobody defined": (
        "3000",
        lambda c, sale: sale.update(CustomField=[{"DefinitionId": "1", "StringValue": "x"}]),
    ),
}


@pytest.mark.parametrize(("code", "change"), WRONG_SALES.values(), ids=WRONG_SALES.keys())
def test_a_wrong_sale_is_refused_and_nothing_moves(code: str, change: Change) -> None:
    company = a_company()
    sale = a_sale(company)
    change(company, sale)

    assert code_of(company, "SalesReceipt", sale) == code


@pytest.mark.parametrize(
    "price", ["3.33333", "3.333333"], ids=["five decimals pass", "six are too many"]
)
def test_unit_prices_have_at_most_five_decimals(price: str) -> None:
    company = a_company()
    sale = a_sale(company, a_line(company, "10.00", Qty=3, UnitPrice=Decimal(price)))

    if price == "3.33333":
        assert put(company, "SalesReceipt", sale)["TotalAmt"] == 10
    else:
        assert code_of(company, "SalesReceipt", sale) == "2110"


def test_letters_may_be_replaced_instead_of_refused() -> None:
    company = a_company(latin1="replace")

    made = put(company, "SalesReceipt", a_sale(company, PrivateNote="José 🚲"))

    assert made["PrivateNote"] == "José ?"


def test_long_numbers_that_are_no_cards_pass() -> None:
    company = a_company()
    note = "Lightspeed sale 123456789012, 2026-03-01 12345"

    assert put(company, "SalesReceipt", a_sale(company, PrivateNote=note))["PrivateNote"] == note


@pytest.mark.parametrize(("password", "code"), [(False, "6200"), (True, "6210")])
def test_closed_books_take_nothing(password: bool, code: str) -> None:
    company = a_company()
    made = put(company, "SalesReceipt", a_sale(company))
    company.change(book_close_date="2026-03-01", closed_with_password=password)
    note = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "late"}

    assert code_of(company, "SalesReceipt", a_sale(company)) == code
    assert code_of(company, "SalesReceipt", note) == code
    assert put(company, "SalesReceipt", a_sale(company, TxnDate="2026-03-02"))["Id"]


def test_a_stale_token_is_refused() -> None:
    company = a_company()
    made = put(company, "SalesReceipt", a_sale(company))
    note = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "mine"}
    put(company, "SalesReceipt", note)

    assert code_of(company, "SalesReceipt", note) == "5010"


def test_stocked_goods_need_a_quantity_and_a_start() -> None:
    company = a_company()
    put(company, "Item", a_stocked_item(company))
    early = a_sale(company, a_line(company, "9", item="Roubaix 54", Qty=1), TxnDate="2025-12-31")
    uncounted = a_sale(company, a_line(company, "9", item="Roubaix 54"))

    assert code_of(company, "SalesReceipt", uncounted) == "6520"
    assert code_of(company, "SalesReceipt", early) == "6270"


def test_a_taxed_sale_has_at_most_750_lines() -> None:
    company = a_company()
    taxed = [a_line(company, "1", "TAX") for _ in range(751)]
    untaxed = [a_line(company, "1") for _ in range(751)]

    assert code_of(company, "SalesReceipt", a_sale(company, *taxed)) == "6000"
    assert put(company, "SalesReceipt", a_sale(company, *untaxed))["TotalAmt"] == 751


def test_locations_can_be_switched_off() -> None:
    company = a_company(track_departments=False)

    sale = a_sale(company, DepartmentRef={"value": "1"})

    assert code_of(company, "SalesReceipt", sale) == "5030"
