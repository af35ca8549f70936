"""What reaches QuickBooks is exact, within its limits, and the same every time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.connectors.quickbooks.bodies import (
    BatchItem,
    batch_body,
    delete_body,
    document_body,
    document_kind,
    tax_correction,
    void_body,
)
from sync.domain.documents import (
    DocumentKind,
    DocumentLine,
    LineRole,
    NewCustomer,
    NewItem,
    NewPaymentMethod,
    Ref,
    SalesForm,
)
from sync.domain.sale import Address
from sync.errors import Rejected

BIKE, DISCOUNT = Ref("19", "Bike"), Ref("31", "Discount")


def a_line(amount: str, **changes: object) -> DocumentLine:
    line = DocumentLine(LineRole.GOODS, BIKE, Decimal(amount), "Roubaix 54", taxable=True)
    return replace(line, **changes)  # type: ignore[arg-type]


def a_receipt(*lines: DocumentLine, **changes: object) -> SalesForm:
    receipt = SalesForm(
        kind=DocumentKind.SALES_RECEIPT,
        number="LS-5001",
        day=date(2026, 3, 1),
        currency="USD",
        lines=lines or (a_line("100.00"),),
        deposit_to=Ref("41", "Undeposited Funds"),
        private_note="Lightspeed sale 5001 ccc:100001:sale:5001:0",
        customer=Ref("58", "Walk-in Customer"),
        tax=Decimal("6.00"),
    )
    return replace(receipt, **changes)  # type: ignore[arg-type]


def sent(body: bytes) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(body, parse_float=str, parse_int=str)
    return parsed


def test_amounts_are_the_digits_of_the_till() -> None:
    """0.1 + 0.2 is 0.3 in the books, never 0.30000000000000004."""
    amount = Decimal("0.1") + Decimal("0.2")

    body = sent(document_body(a_receipt(a_line(str(amount)), tax=Decimal("0.02"))))

    assert body["Line"][0]["Amount"] == "0.3"
    assert body["TxnTaxDetail"]["TotalTax"] == "0.02"


def test_a_class_stands_on_the_document_or_on_its_lines() -> None:
    shop, bikes = Ref("7", "Shop"), Ref("8", "Bikes")

    on_top = sent(document_body(a_receipt(class_ref=shop)))
    by_line = sent(document_body(a_receipt(a_line("1.00", class_ref=bikes), a_line("2.00"))))

    assert on_top["ClassRef"] == {"value": "7"}
    assert "ClassRef" not in by_line
    first, second = (line["SalesItemLineDetail"] for line in by_line["Line"])
    assert (first["ClassRef"], "ClassRef" in second) == ({"value": "8"}, False)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_every_amount_comes_back_equal_and_without_an_exponent(amount: Decimal) -> None:
    body = document_body(a_receipt(replace(a_line("1"), amount=amount)))

    text = sent(body)["Line"][0]["Amount"]

    assert Decimal(text) == amount
    assert "e" not in text.lower()


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_is_not_a_number_is_never_written(amount: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        document_body(a_receipt(a_line(amount)))


def test_a_negative_zero_is_a_zero() -> None:
    body = sent(document_body(a_receipt(a_line("-0.00"))))

    assert body["Line"][0]["Amount"] == "0"


def test_a_us_line_is_taxed_or_not_and_says_so() -> None:
    """A missing code would mean taxed, so the untaxed line says NON."""
    body = sent(document_body(a_receipt(a_line("10"), a_line("5", taxable=False))))

    codes = [line["SalesItemLineDetail"]["TaxCodeRef"]["value"] for line in body["Line"]]
    assert codes == ["TAX", "NON"]
    assert "GlobalTaxCalculation" not in body


def test_abroad_a_line_carries_the_id_of_its_code_and_amounts_are_net() -> None:
    body = sent(document_body(a_receipt(a_line("10", tax_code="7"))))

    assert body["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "7"}
    assert body["GlobalTaxCalculation"] == "TaxExcluded"


def test_quantity_and_price_are_sent_together_or_not_at_all() -> None:
    both = a_line("10.00", quantity=Decimal("3"), unit_price=Decimal("3.33333"))
    half = a_line("10.00", quantity=Decimal("3"))

    body = sent(document_body(a_receipt(both, half)))

    first, second = (line["SalesItemLineDetail"] for line in body["Line"])
    assert (first["Qty"], first["UnitPrice"]) == ("3", "3.33333")
    assert "Qty" not in second
    assert "UnitPrice" not in second


def test_the_tills_tax_is_sent_even_when_it_is_zero() -> None:
    """Left out, QuickBooks would compute a tax of its own."""
    body = sent(document_body(a_receipt(tax=Decimal("0.00"))))

    assert body["TxnTaxDetail"] == {"TotalTax": "0"}


def test_a_company_without_sales_tax_gets_no_tax_detail() -> None:
    assert "TxnTaxDetail" not in sent(document_body(a_receipt(sends_tax=False)))


def test_manual_tax_names_the_code_of_the_document() -> None:
    body = sent(document_body(a_receipt(tax_code=Ref("3", "Maryland 6%"))))

    assert body["TxnTaxDetail"] == {"TotalTax": "6", "TxnTaxCodeRef": {"value": "3"}}


def test_where_and_how_it_was_paid_reach_their_fields() -> None:
    shop = Address("12 E Congress St", "", "Tucson", "AZ", "85701", "USA")

    body = sent(
        document_body(
            a_receipt(
                ship_to=shop,
                ship_from=shop,
                location=Ref("3", "Tucson"),
                payment_method=Ref("5", "Visa"),
                payment_ref="1234567890123456789012345",
                memo="Thanks",
            )
        )
    )

    assert body["ShipAddr"] == body["ShipFromAddr"]
    assert body["ShipAddr"] == {
        "Line1": "12 E Congress St",
        "City": "Tucson",
        "CountrySubDivisionCode": "AZ",
        "PostalCode": "85701",
        "Country": "USA",
    }
    assert body["DepartmentRef"] == {"value": "3"}
    assert body["PaymentMethodRef"] == {"value": "5"}
    assert body["PaymentRefNum"] == "123456789012345678901"
    assert body["CustomerRef"] == {"value": "58"}
    assert body["DepositToAccountRef"] == {"value": "41"}
    assert body["CustomerMemo"] == {"value": "Thanks"}
    assert body["TxnDate"] == "2026-03-01"


def test_a_number_too_long_is_refused_rather_than_cut() -> None:
    """A cut number would no longer find its document."""
    with pytest.raises(Rejected, match="21 characters"):
        document_body(a_receipt(number="LS-" + "9" * 19))


def test_a_long_note_keeps_its_source_key() -> None:
    note = "x" * 4000 + " ccc:100001:sale:5001:0"

    body = sent(document_body(a_receipt(private_note=note)))

    assert len(body["PrivateNote"]) == 4000
    assert body["PrivateNote"].startswith("ccc:100001:sale:5001:0 ")


def test_text_of_any_script_arrives_and_controls_do_not() -> None:
    line = a_line("1", description="Vélo 自転車 🚲 a\x00b\x1b\ud800c\nd")

    body = sent(document_body(a_receipt(line)))

    assert body["Line"][0]["Description"] == "Vélo 自転車 🚲 abc\nd"


@given(st.text())
def test_no_text_breaks_a_body(text: str) -> None:
    body = document_body(
        a_receipt(
            a_line("1", description=text),
            private_note=text,
            memo=text,
            ship_to=Address(text, text, text, text, text, text),
        )
    )

    assert sent(body)["Line"][0]["Amount"] == "1"


def test_equal_documents_have_equal_bytes() -> None:
    assert document_body(a_receipt()) == document_body(a_receipt())


def test_an_item_never_opens_with_a_stock_or_a_balance() -> None:
    item = NewItem(
        "RBX-54", "RBX-54", "Roubaix", Decimal("2499.90"), "NonInventory", Ref("79", "Sales"), True
    )

    body = sent(document_body(item))

    assert body == {
        "Name": "RBX-54",
        "Type": "NonInventory",
        "Taxable": True,
        "IncomeAccountRef": {"value": "79"},
        "Sku": "RBX-54",
        "Description": "Roubaix",
        "UnitPrice": "2499.9",
    }


def test_a_bad_email_costs_the_email_and_not_the_customer() -> None:
    customer = NewCustomer("Ada Lovelace", "Ada", "Lovelace", "", "ada(at)example", source_id="44")

    body = sent(document_body(customer))

    assert body == {
        "DisplayName": "Ada Lovelace",
        "GivenName": "Ada",
        "FamilyName": "Lovelace",
        "Notes": "Lightspeed customer 44",
    }


def test_a_customers_particulars_fit_their_fields() -> None:
    customer = NewCustomer(
        "Ada",
        "A:d\ta",
        "L" * 120,
        "",
        "ada@example.com",
        "1" * 40,
        Address("1 Main St", "", "Tucson", "AZ", "85701", "USA"),
    )

    body = sent(document_body(customer))

    assert body["GivenName"] == "A -d a"
    assert body["FamilyName"] == "L" * 100
    assert body["PrimaryEmailAddr"] == {"Address": "ada@example.com"}
    assert body["PrimaryPhone"] == {"FreeFormNumber": "1" * 30}
    assert body["BillAddr"]["City"] == "Tucson"


def test_a_payment_method_is_a_card_or_not() -> None:
    card = NewPaymentMethod("Visa", is_card=True)
    cash = NewPaymentMethod("Cash", is_card=False)

    assert sent(document_body(card)) == {"Name": "Visa", "Type": "CREDIT_CARD"}
    assert sent(document_body(cash))["Type"] == "NON_CREDIT_CARD"
    with pytest.raises(Rejected):
        document_body(NewPaymentMethod("x" * 32, is_card=False))


def test_each_document_knows_its_type_name() -> None:
    assert document_kind(a_receipt(kind=DocumentKind.REFUND_RECEIPT)) == "RefundReceipt"
    assert document_kind(NewCustomer("Ada")) == "Customer"
    assert document_kind(NewPaymentMethod("Cash", is_card=False)) == "PaymentMethod"


def test_a_correction_says_lines_and_tax_again_and_touches_nothing_else() -> None:
    """Tax is recomputed on every edit, so a correction without it would undo itself."""
    receipt = a_receipt(a_line("100.00"), a_line("-10.00", item=DISCOUNT))

    body = sent(tax_correction(document_body(receipt), "1042", "3"))

    assert set(body) == {"Id", "SyncToken", "sparse", "Line", "TxnTaxDetail"}
    assert body["sparse"] is True
    assert (body["Id"], body["SyncToken"]) == ("1042", "3")
    assert [line["Amount"] for line in body["Line"]] == ["100", "-10"]
    assert body["TxnTaxDetail"] == {"TotalTax": "6"}


def test_void_and_delete_send_the_id_and_nothing_of_the_document() -> None:
    assert sent(void_body("12", "2")) == {"Id": "12", "SyncToken": "2", "sparse": True}
    assert sent(delete_body("12", "2")) == {"Id": "12", "SyncToken": "2"}


def test_a_batch_holds_frozen_bodies_byte_for_byte() -> None:
    frozen = b'{"DocNumber":"LS-1" , "TotalAmt": 1.10}'  # spacing of its own, to be kept

    body = batch_body(
        [
            BatchItem("e1", "create", "SalesReceipt", frozen),
            BatchItem("e2", "update", "SalesReceipt", void_body("12", "2"), "void"),
        ]
    )

    assert frozen in body
    first, second = sent(body)["BatchItemRequest"]
    assert first["bId"] == "e1"
    assert first["operation"] == "create"
    assert "optionsData" not in first
    assert second["optionsData"] == "void"
    assert second["SalesReceipt"]["Id"] == "12"


@pytest.mark.parametrize("bids", [[], ["a", "a"], ["x" * 11], [""], [str(n) for n in range(31)]])
def test_a_batch_quickbooks_would_refuse_is_never_built(bids: list[str]) -> None:
    with pytest.raises(ValueError, match="batch"):
        batch_body([BatchItem(bid, "create", "Item", b"{}") for bid in bids])
