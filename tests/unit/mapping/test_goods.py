"""Lines of a receipt: what was sold, at which price, less which discount."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sync.domain.books import ListItem, TaxWorld
from sync.domain.documents import DocumentKind, LineRole, SalesForm
from sync.domain.sale import Sale
from sync.domain.verdicts import Hold
from tests.builders import (
    a_judgement,
    a_key,
    a_line,
    a_misc_line,
    a_sale,
    a_tender,
    form_of,
    money,
    some_books,
    some_settings,
)


def the_receipt(sale: Sale, **books: object) -> SalesForm:
    settings = some_settings()
    found = form_of(a_judgement(sale), settings, some_books(**books), a_key(sale))  # type: ignore[arg-type]
    assert isinstance(found, SalesForm), found
    return found


def amounts(receipt: SalesForm, role: LineRole) -> list[Decimal]:
    return [line.amount for line in receipt.lines if line.role is role]


def test_a_sale_becomes_a_sales_receipt_of_its_goods_and_tax() -> None:
    sale = a_sale(a_line("BIKE-1", "100.00"), a_line("BELL-2", "3.99", 2))

    receipt = the_receipt(sale)

    assert receipt.kind is DocumentKind.SALES_RECEIPT
    assert [(line.item.name, line.amount) for line in receipt.lines] == [
        ("BIKE-1", money("100.00")),
        ("BELL-2", money("7.98")),
    ]
    assert receipt.tax == money("6.48")
    assert receipt.total == receipt.goods_and_tax == money("114.46")


def test_a_document_carries_number_day_currency_and_source_key() -> None:
    sale = a_sale(a_line(), number="5001")

    receipt = the_receipt(sale)

    assert receipt.number == "LS-5001"
    assert receipt.day == sale.business_day
    assert receipt.currency == "USD"
    assert receipt.private_note == (
        "Lightspeed sale 5001, register Front, shop Main Street. ccc:100001:sale:5001:0"
    )


def test_a_refund_is_a_refund_receipt_with_positive_amounts() -> None:
    """The till writes minus signs; QuickBooks knows from the kind which way money went."""
    sale = a_sale(a_line("BIKE-1", "12.99", -1), tenders=[a_tender("-13.77", "Credit Card")])

    receipt = the_receipt(sale)

    assert receipt.kind is DocumentKind.REFUND_RECEIPT
    [line] = receipt.lines
    assert (line.amount, line.quantity, line.unit_price) == (
        money("12.99"),
        money(1),
        money("12.99"),
    )
    assert (receipt.tax, receipt.total) == (money("0.78"), money("13.77"))
    assert receipt.deposit_to.name == "Card Clearing"


def test_a_discount_is_a_line_of_its_own() -> None:
    """Gross sales and discounts stay apart in the books, so they do here."""
    sale = a_sale(a_line(price="100.00", discount="10.00"))

    receipt = the_receipt(sale)

    assert [line.amount for line in receipt.lines] == [money("100.00"), money("-10.00")]
    assert [line.role for line in receipt.lines] == [LineRole.GOODS, LineRole.DISCOUNT]
    assert receipt.lines[1].taxable


def test_discounts_on_taxed_and_untaxed_goods_are_kept_apart() -> None:
    """A taxed discount on untaxed goods would lower the taxable sales of the shop's return."""
    sale = a_sale(
        a_line(price="100.00", discount="10.00"),
        a_line("BELL-2", "50.00", discount="5.00", taxed=False),
        a_line("BELL-2", "20.00", discount="1.00"),
    )

    receipt = the_receipt(sale)

    discounts = [line for line in receipt.lines if line.role is LineRole.DISCOUNT]
    assert [(line.amount, line.taxable) for line in discounts] == [
        (money("-11.00"), True),
        (money("-5.00"), False),
    ]


def test_the_discount_of_a_refund_reduces_what_is_given_back() -> None:
    sale = a_sale(a_line(price="45.00", quantity=-1, discount="4.50"))

    receipt = the_receipt(sale)

    assert [line.amount for line in receipt.lines] == [money("45.00"), money("-4.50")]
    assert receipt.total == money("42.93")


def test_a_whole_discount_leaves_a_receipt_of_nothing() -> None:
    sale = a_sale(a_line(price="19.99", discount="19.99"))

    receipt = the_receipt(sale)

    assert receipt.total == 0
    assert receipt.deposit_to.name == "Undeposited Funds"
    assert receipt.payment_method is None


def test_free_goods_keep_their_line_because_stock_leaves_the_shop() -> None:
    sale = a_sale(a_line(price="10.00"), a_line("BELL-2", "0", 672))

    receipt = the_receipt(sale)

    assert [(line.amount, line.quantity) for line in receipt.lines] == [
        (money(10), money(1)),
        (money(0), money(672)),
    ]


def test_a_typed_note_without_a_price_is_not_an_item() -> None:
    sale = a_sale(a_line(price="10.00"), a_misc_line("Customer will call", "0"))

    receipt = the_receipt(sale)

    assert [line.item.name for line in receipt.lines] == ["BIKE-1"]


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [("2", "12.99", "25.98"), ("0.333", "9.99", "3.33"), ("1.5", "0.33333", "0.50")],
)
def test_quantity_and_price_are_sent_when_they_multiply_to_the_amount(
    quantity: str, price: str, amount: str
) -> None:
    receipt = the_receipt(a_sale(a_line(price=price, quantity=quantity, taxed=False)))

    line = receipt.lines[0]
    assert (line.quantity, line.unit_price, line.amount) == (
        money(quantity),
        money(price),
        money(amount),
    )


def test_a_price_finer_than_five_decimals_is_shortened() -> None:
    receipt = the_receipt(a_sale(a_line(price="3.3333333333", quantity=3, taxed=False)))

    line = receipt.lines[0]
    assert (line.amount, line.unit_price) == (money("10.00"), money("3.33333"))


def test_a_quantity_that_quickbooks_cannot_hold_is_left_out_with_its_price() -> None:
    receipt = the_receipt(a_sale(a_line(price="10.00", quantity="0.1234567", taxed=False)))

    line = receipt.lines[0]
    assert (line.amount, line.quantity, line.unit_price) == (money("1.23"), None, None)


def test_a_stock_item_without_a_usable_quantity_is_held() -> None:
    sale = a_sale(a_line("BIKE-1", "10.00", "0.1234567", taxed=False))
    books = some_books(items=[ListItem("1", "BIKE-1", kind="Inventory"), "Rounding"])

    held = form_of(a_judgement(sale), some_settings(), books, a_key(sale))

    assert isinstance(held, Hold)
    assert held.cause == "line.quantity"


def test_fractions_of_a_cent_go_to_a_rounding_line() -> None:
    """Three lines of 0.335 are 1.005, which the till rounds once to 1.01; we round each to 0.34."""
    lines = [a_line(price="0.335", taxed=False) for _ in range(3)]

    receipt = the_receipt(a_sale(*lines))

    assert amounts(receipt, LineRole.GOODS) == [money("0.34")] * 3
    assert amounts(receipt, LineRole.ROUNDING) == [money("-0.01")]
    assert receipt.goods_and_tax == money("1.01")
    assert not receipt.lines[-1].taxable


def test_a_missing_cent_is_not_rounding() -> None:
    """Whole-cent lines that do not add up are a fault of the data, and wait for a person."""
    sale = a_sale(a_line(price="10.00", taxed=False), total=money("9.99"))

    held = form_of(a_judgement(sale), some_settings(), some_books(), a_key(sale))

    assert isinstance(held, Hold)
    assert held.cause == "unbalanced"
    assert "9.99" in held.reason
    assert "10.00" in held.reason


def test_rounding_beyond_the_tolerance_is_held() -> None:
    sale = a_sale(*[a_line(price="0.335", taxed=False) for _ in range(20)])

    settings = some_settings(rounding_tolerance=money("0.05"))
    held = form_of(a_judgement(sale), settings, some_books(), a_key(sale))

    assert isinstance(held, Hold)
    assert held.cause.startswith("rounding")


@pytest.mark.parametrize("note", ["Shipping", "UPS Ground shipping", "Delivery: Tuesday"])
def test_typed_shipping_lines_are_shipping(note: str) -> None:
    sale = a_sale(a_line(), a_misc_line(note, "9.50", taxed=False))

    receipt = the_receipt(sale, items=["BIKE-1", "Shipping"])

    line = receipt.lines[1]
    assert (line.role, line.item.name, line.taxable) == (LineRole.SHIPPING, "Shipping", False)
    assert line.description == note


def test_other_typed_lines_are_miscellaneous() -> None:
    sale = a_sale(a_misc_line("Worshipping candle", "9.50"))

    receipt = the_receipt(sale, items=["Miscellaneous", "Shipping"])

    assert (receipt.lines[0].role, receipt.lines[0].item.name) == (LineRole.GOODS, "Miscellaneous")


def test_a_fee_of_an_item_is_a_fee() -> None:
    fee = a_line("", "0.10", item_id="", name="Bottle deposit", kind="item_fee", taxed=False)

    receipt = the_receipt(a_sale(a_line(), fee), items=["BIKE-1", "Item Fee"])

    assert (receipt.lines[1].role, receipt.lines[1].item.name) == (LineRole.FEE, "Item Fee")


def test_a_rule_may_name_another_sku_for_a_line() -> None:
    sale = a_sale(a_line("OLD", id="77"))

    judged = a_judgement(sale, line_skus={"77": "BELL-2"})
    receipt = form_of(judged, some_settings(), some_books(), a_key(sale))

    assert isinstance(receipt, SalesForm)
    assert receipt.lines[0].item.name == "BELL-2"


def test_card_numbers_are_masked_in_texts_but_not_in_the_source_key() -> None:
    """QuickBooks refuses a document that seems to hold a card number (6530)."""
    sale = a_sale(a_line(name="Gift 4111 1111 1111 1111"), register_name="Till 4111111111111111")

    receipt = the_receipt(sale)

    assert receipt.lines[0].description == "Gift ****1111"
    assert "register Till ****1111" in receipt.private_note
    assert receipt.private_note.endswith("ccc:100001:sale:5001:0")


def test_a_shop_name_cannot_pass_for_our_source_key() -> None:
    """A note is searched for the first key in it when an answer was lost."""
    sale = a_sale(a_line(), register_name="ccc:1:sale:2:0")

    receipt = the_receipt(sale)

    assert a_key(sale).found_in(receipt.private_note) == a_key(sale)


@pytest.mark.parametrize("world", [TaxWorld.AUTOMATED, TaxWorld.MANUAL])
def test_more_lines_than_quickbooks_takes_with_tax_are_held(world: TaxWorld) -> None:
    sale = a_sale(*[a_line() for _ in range(751)])

    held = form_of(a_judgement(sale), some_settings(), some_books(world), a_key(sale))

    assert isinstance(held, Hold)
    assert held.cause == "too_many_lines"


def test_a_number_longer_than_quickbooks_takes_is_held() -> None:
    sale = a_sale(a_line(), number="1234567890")

    settings = some_settings(prefix="MAIN-STREET-")
    held = form_of(a_judgement(sale), settings, some_books(), a_key(sale))

    assert isinstance(held, Hold)
    assert (held.cause, "21" in held.reason) == ("number.too_long", True)


def test_a_rule_may_set_number_day_and_memo() -> None:
    sale = a_sale(a_line())
    day = sale.business_day.replace(day=28)

    judged = a_judgement(sale, number="WEB-7", day=day, memo="Thanks\n4111111111111111")
    receipt = form_of(judged, some_settings(), some_books(), a_key(sale))

    assert isinstance(receipt, SalesForm)
    assert (receipt.number, receipt.day, receipt.memo) == ("WEB-7", day, "Thanks ****1111")
