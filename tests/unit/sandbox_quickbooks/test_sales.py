"""Sales documents: what they add up to, and which accounts they move."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sync.sandbox.quickbooks.refusals import Refusal
from tests.unit.sandbox_quickbooks.desk import (
    a_company,
    a_line,
    a_sale,
    a_stocked_item,
    cancel,
    code_of,
    put,
    ref,
    take_out,
)


def test_a_receipt_debits_the_drawer_and_credits_income_and_tax() -> None:
    company = a_company()

    made = put(
        company,
        "SalesReceipt",
        a_sale(
            company,
            a_line(company, "100.00", "TAX"),
            a_line(company, "-10.00", "TAX", "Services"),
            DepositToAccountRef=ref(company, "Account", "Cash Drawer"),
            TxnTaxDetail={"TotalTax": Decimal("5.40")},
        ),
    )

    books = company.books()
    assert made["TotalAmt"] == Decimal("95.4")
    assert books.balance("Cash Drawer") == Decimal("95.40")
    assert books.balance("Sales of Product Income") == Decimal("-100")
    assert books.balance("Services") == Decimal("10")
    assert books.balance("Sales Tax Payable") == Decimal("-5.40")
    assert books.balanced


def test_without_an_account_the_money_waits_in_undeposited_funds() -> None:
    company = a_company()

    put(company, "SalesReceipt", a_sale(company))

    assert company.books().balance("Undeposited Funds") == 100


def test_a_refund_is_the_mirror_of_a_receipt() -> None:
    company = a_company()
    drawer = ref(company, "Account", "Cash Drawer")
    lines = a_line(company, "40.00", "TAX")
    tax = {"TotalTax": Decimal("2.40")}
    put(
        company,
        "SalesReceipt",
        a_sale(company, lines, DepositToAccountRef=drawer, TxnTaxDetail=tax),
    )

    put(
        company,
        "RefundReceipt",
        a_sale(company, lines, DepositToAccountRef=drawer, TxnTaxDetail=tax),
    )

    books = company.books()
    assert {line.balance for line in books.accounts} == {Decimal(0)}
    assert books.total("RefundReceipt").total == Decimal("42.40")


def test_a_refund_names_the_account_the_money_leaves() -> None:
    company = a_company()

    assert code_of(company, "RefundReceipt", a_sale(company)) == "2020"


def test_a_line_without_an_item_keeps_its_words_and_loses_its_money() -> None:
    company = a_company()
    wordy = {"Amount": 50, "Description": "Gift", "DetailType": "SalesItemLineDetail"}

    made = put(company, "SalesReceipt", a_sale(company, a_line(company, "10"), wordy))

    assert made["TotalAmt"] == 10
    assert made["Line"][1]["DetailType"] == "DescriptionOnly"
    assert made["Line"][1]["Description"] == "Gift"


def test_a_discount_line_is_subtracted_and_posted_to_its_own_account() -> None:
    company = a_company()
    discount = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": Decimal("12.5")},
    }

    made = put(company, "SalesReceipt", a_sale(company, a_line(company, "80.20"), discount))

    assert made["TotalAmt"] == Decimal("70.17")
    assert company.books().balance("Discounts given") == Decimal("10.03")


def test_an_update_replaces_what_was_posted() -> None:
    company = a_company()
    made = put(company, "SalesReceipt", a_sale(company, PrivateNote="first"))

    changed = put(
        company,
        "SalesReceipt",
        {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Line": [a_line(company, "70")]},
    )

    assert changed["SyncToken"] == "1"
    assert changed["PrivateNote"] == "first"
    assert company.books().balance("Undeposited Funds") == 70
    assert company.books().total("SalesReceipt").count == 1


def test_a_full_update_erases_what_is_left_out() -> None:
    company = a_company()
    made = put(company, "SalesReceipt", a_sale(company, PrivateNote="first"))

    changed = put(
        company,
        "SalesReceipt",
        {"Id": made["Id"], "SyncToken": "0", "Line": [a_line(company, "100")]},
    )

    assert "PrivateNote" not in changed
    assert "CustomerRef" not in changed


def test_a_void_keeps_the_number_and_takes_the_money_out() -> None:
    company = a_company()
    made = put(company, "SalesReceipt", a_sale(company, DocNumber="LS-1", PrivateNote="sale 1"))

    voided = cancel(company, "SalesReceipt", made)

    assert (voided["TotalAmt"], voided["DocNumber"]) == (0, "LS-1")
    assert voided["PrivateNote"] == "Voided - sale 1"
    assert company.books().balance("Undeposited Funds") == 0
    total = company.books().total("SalesReceipt")
    assert (total.count, total.voided, total.total) == (1, 1, Decimal(0))
    assert code_of(company, "SalesReceipt", a_sale(company, DocNumber="LS-1")) == "6140"


def test_a_deleted_receipt_frees_its_number() -> None:
    company = a_company()
    made = put(company, "SalesReceipt", a_sale(company, DocNumber="LS-1"))

    answer = take_out(company, "SalesReceipt", made)
    again = put(company, "SalesReceipt", a_sale(company, DocNumber="LS-1"))

    assert answer == {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}
    assert again["Id"] != made["Id"]
    assert company.books().total("SalesReceipt").count == 1


def test_stock_leaves_at_its_oldest_cost_and_returns_on_void() -> None:
    company = a_company()
    item = put(company, "Item", a_stocked_item(company))
    bill = {
        "VendorRef": ref(company, "Vendor", "Tidewater Parts"),
        "TxnDate": "2026-02-01",
        "Line": [
            {
                "Amount": 1600,
                "DetailType": "ItemBasedExpenseLineDetail",
                "ItemBasedExpenseLineDetail": {"ItemRef": {"value": item["Id"]}, "Qty": 1},
            }
        ],
    }
    put(company, "Bill", bill)
    line = a_line(company, "7500", item="Roubaix 54", Qty=3, UnitPrice=2500)

    made = put(company, "SalesReceipt", a_sale(company, line))
    sold = company.books()
    cancel(company, "SalesReceipt", made)

    assert sold.balance("Cost of Goods Sold") == 1490 + 1490 + 1600
    assert sold.balance("Inventory Asset") == 0
    assert company.books().balance("Cost of Goods Sold") == 0
    record = company.store.objects["Item"][item["Id"]]
    assert company.render(record)["QtyOnHand"] == 3


def test_an_estimate_posts_nothing() -> None:
    company = a_company()

    put(company, "Estimate", a_sale(company))

    assert company.books().accounts == ()


def test_numbers_are_made_by_quickbooks_when_custom_ones_are_off() -> None:
    company = a_company(custom_numbers=False)

    numbers = [
        put(company, "SalesReceipt", a_sale(company, DocNumber="LS-1"))["DocNumber"]
        for _ in range(2)
    ]

    assert numbers == ["1001", "1002"]


def test_the_holder_of_a_number_is_named() -> None:
    company = a_company()
    made = put(company, "SalesReceipt", a_sale(company, DocNumber="LS-1"))
    refund = a_sale(
        company, DocNumber="ls-1", DepositToAccountRef=ref(company, "Account", "Checking")
    )

    with pytest.raises(
        Refusal,
        match=rf"DocNumber=ls-1 is assigned to TxnType=Sales Receipt with TxnId={made['Id']}",
    ):
        put(company, "RefundReceipt", refund)
    allowed = put(company, "RefundReceipt", refund, include="allowduplicatedocnum")

    assert allowed["DocNumber"] == "ls-1"
