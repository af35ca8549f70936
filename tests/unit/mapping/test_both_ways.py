"""Tickets on which goods or money go both ways, and money that is only promised."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sync.domain.books import ListItem, TaxWorld
from sync.domain.documents import DocumentKind, LineRole, NewItem, SalesForm
from sync.domain.identity import SourceKey
from sync.domain.plan import Plan
from sync.domain.sale import Sale, TenderKind
from sync.domain.settings import AccountChoices
from sync.domain.verdicts import Hold
from sync.mapping.receipts import map_sale, missing_objects
from tests.builders import (
    CHECKING,
    GIFT_CARDS,
    TIPS,
    UNDEPOSITED,
    a_judgement,
    a_key,
    a_line,
    a_misc_line,
    a_sale,
    a_tender,
    create_in,
    form_of,
    money,
    some_books,
    some_settings,
)


def receipt_of(sale: Sale, world: TaxWorld = TaxWorld.AUTOMATED, **settings: Any) -> SalesForm:
    books, chosen = some_books(world), some_settings(**settings)
    create_in(books, missing_objects(a_judgement(sale), chosen, books))
    found = form_of(a_judgement(sale), chosen, books, a_key(sale))
    assert isinstance(found, SalesForm), found
    return found


def lines_of(receipt: SalesForm) -> list[tuple[str, Decimal]]:
    return [(line.item.name, line.amount) for line in receipt.lines]


def returned(price: str) -> Any:
    return a_line("BELL-2", price, -1, taxed=False)


def bought(price: str) -> Any:
    return a_line("BIKE-1", price, taxed=False)


# -- exchanges


def test_an_exchange_for_something_dearer_is_a_receipt_with_the_return_on_it() -> None:
    receipt = receipt_of(a_sale(bought("59.00"), returned("45.00")))

    assert receipt.kind is DocumentKind.SALES_RECEIPT
    assert lines_of(receipt) == [("BIKE-1", money("59.00")), ("BELL-2", money("-45.00"))]
    assert receipt.total == money("14.00")


def test_an_exchange_for_something_cheaper_is_a_refund_with_the_new_goods_taken_off() -> None:
    receipt = receipt_of(a_sale(bought("45.00"), returned("59.00")))

    assert receipt.kind is DocumentKind.REFUND_RECEIPT
    assert lines_of(receipt) == [("BIKE-1", money("-45.00")), ("BELL-2", money("59.00"))]
    assert receipt.total == money("14.00")


def test_an_even_exchange_moves_goods_and_no_money() -> None:
    receipt = receipt_of(a_sale(bought("45.00"), returned("45.00")))

    assert receipt.kind is DocumentKind.SALES_RECEIPT
    assert lines_of(receipt) == [("BIKE-1", money("45.00")), ("BELL-2", money("-45.00"))]
    assert (receipt.total, receipt.payment_method) == (0, None)


def test_a_returned_discount_is_taken_back_with_its_goods() -> None:
    sale = a_sale(a_line(price="59.00"), a_line("BELL-2", "45.00", -1, discount="4.50"))

    receipt = receipt_of(sale)

    assert lines_of(receipt) == [
        ("BIKE-1", money("59.00")),
        ("BELL-2", money("-45.00")),
        ("Discount", money("4.50")),
    ]
    assert receipt.tax == money("1.11")
    assert receipt.goods_and_tax == sale.total


def test_an_exchange_whose_tax_runs_against_its_goods_is_two_documents() -> None:
    """Untaxed goods for taxed ones: QuickBooks takes no negative tax on a receipt."""
    sale = a_sale(a_line(price="80.00", taxed=False), a_line("BELL-2", "50.00", -1))

    books, chosen = some_books(), some_settings()
    plan = map_sale(a_judgement(sale), chosen, books, a_key(sale))

    assert isinstance(plan, Plan), plan
    sold, back = plan.documents
    assert isinstance(sold, SalesForm)
    assert isinstance(back, SalesForm)
    assert (sold.kind, sold.total, sold.tax) == (DocumentKind.SALES_RECEIPT, money("80.00"), 0)
    assert (back.kind, back.total, back.tax) == (
        DocumentKind.REFUND_RECEIPT,
        money("53.00"),
        money("3.00"),
    )
    assert sold.deposit_to == back.deposit_to == UNDEPOSITED
    assert sold.total - back.total == sale.total
    assert SourceKey.found_in(back.private_note) == SourceKey("100001", "sale", "5001", 1)


def test_goods_back_and_a_gift_card_sold_on_one_ticket_are_two_documents() -> None:
    """Money comes in although goods come back: the card on a receipt, the goods on a refund."""
    sale = a_sale(
        a_line("BELL-2", "50.00", -1),
        tenders=[a_tender("-100.00", "Gift Card"), a_tender("47.00", "Cash")],
    )

    books, chosen = some_books(), some_settings()
    create_in(books, missing_objects(a_judgement(sale), chosen, books))
    plan = map_sale(a_judgement(sale), chosen, books, a_key(sale))

    assert isinstance(plan, Plan), plan
    card, back = plan.documents
    assert isinstance(card, SalesForm)
    assert (card.kind, card.total, card.tax) == (DocumentKind.SALES_RECEIPT, money("100.00"), 0)
    assert (back.kind, back.total) == (DocumentKind.REFUND_RECEIPT, money("53.00"))


# -- money both ways


def test_money_taken_and_given_back_on_one_ticket_moves_both_accounts() -> None:
    """Paid 60 by check, 10 of it given back in cash."""
    sale = a_sale(bought("50.00"), tenders=[a_tender("60.00", "Check"), a_tender("-10.00", "Cash")])

    receipt = receipt_of(sale)

    assert (receipt.deposit_to, receipt.total) == (CHECKING, money("60.00"))
    assert lines_of(receipt) == [("BIKE-1", money("50.00")), ("Tender - Cash", money("10.00"))]
    assert receipt.lines[1].description == "Refunded by Cash"


def test_a_card_refund_larger_than_the_cash_paid_leaves_the_cards_account() -> None:
    """Goods of 100 come back to a card, goods of 70 are paid in cash."""
    sale = a_sale(
        bought("70.00"),
        returned("100.00"),
        tenders=[a_tender("70.00", "Cash"), a_tender("-100.00", "Check")],
    )

    receipt = receipt_of(sale)

    assert receipt.kind is DocumentKind.REFUND_RECEIPT
    assert (receipt.deposit_to, receipt.total) == (CHECKING, money("100.00"))
    assert lines_of(receipt)[-1] == ("Tender - Cash", money("70.00"))


# -- gift cards


def test_a_gift_card_sold_is_owed_and_not_earned() -> None:
    sale = a_sale(
        a_misc_line("Gift Card Purchase", "0", taxed=False),
        tenders=[a_tender("-100.00", "Gift Card"), a_tender("100.00", "Cash")],
    )

    receipt = receipt_of(sale)

    assert (receipt.kind, receipt.total) == (DocumentKind.SALES_RECEIPT, money("100.00"))
    assert lines_of(receipt) == [("Gift Card", money("100.00"))]
    assert not receipt.lines[0].taxable
    assert receipt.goods_and_tax == 0


def test_goods_and_a_gift_card_on_one_ticket() -> None:
    sale = a_sale(
        bought("20.00"),
        tenders=[a_tender("-50.00", "Gift Card"), a_tender("70.00", "Check")],
    )

    receipt = receipt_of(sale)

    assert (receipt.deposit_to, receipt.total) == (CHECKING, money("70.00"))
    assert lines_of(receipt) == [("BIKE-1", money("20.00")), ("Gift Card", money("50.00"))]


def test_a_gift_card_used_lowers_what_is_owed_and_the_rest_is_deposited() -> None:
    sale = a_sale(bought("80.00"), tenders=[a_tender("50.00", "Gift Card"), a_tender("30.00")])

    receipt = receipt_of(sale)

    assert (receipt.deposit_to, receipt.total) == (UNDEPOSITED, money("30.00"))
    assert lines_of(receipt)[1:] == [("Gift Card", money("-50.00"))]
    assert receipt.payment_method is not None
    assert receipt.payment_method.name == "Cash"


def test_a_sale_paid_by_gift_card_alone_deposits_nothing() -> None:
    sale = a_sale(bought("50.00"), tenders=[a_tender("50.00", "Gift Card")])

    receipt = receipt_of(sale)

    assert (receipt.kind, receipt.total) == (DocumentKind.SALES_RECEIPT, 0)
    assert lines_of(receipt) == [("BIKE-1", money("50.00")), ("Gift Card", money("-50.00"))]


def test_a_refund_onto_a_gift_card_is_owed_again() -> None:
    sale = a_sale(returned("50.00"), tenders=[a_tender("-50.00", "Gift Card")])

    receipt = receipt_of(sale)

    assert (receipt.kind, receipt.total) == (DocumentKind.REFUND_RECEIPT, 0)
    assert lines_of(receipt) == [("BELL-2", money("50.00")), ("Gift Card", money("-50.00"))]


def test_the_gift_card_item_is_made_on_the_liability() -> None:
    sale = a_sale(bought("50.00"), tenders=[a_tender("50.00", "Gift Card")])

    [item] = missing_objects(a_judgement(sale), some_settings(), some_books())

    assert isinstance(item, NewItem)
    assert (item.name, item.income_account, item.taxable) == ("Gift Card", GIFT_CARDS, False)


def test_without_an_account_for_gift_cards_a_person_is_asked() -> None:
    sale = a_sale(bought("50.00"), tenders=[a_tender("50.00", "Gift Card")])
    settings = some_settings(accounts=AccountChoices(deposit=UNDEPOSITED))

    held = form_of(a_judgement(sale), settings, some_books(), a_key(sale))

    assert isinstance(held, Hold)
    assert (held.cause, held.fix) == ("account.gift_cards", "pick_account")


# -- tips, rounding, surcharges, rebates


def test_a_tip_is_owed_to_the_staff_and_reaches_the_bank_with_the_sale() -> None:
    sale = a_sale(
        bought("200.00"),
        tenders=[a_tender("100.00", "Cash"), a_tender("110.00", "Check", tip="10.00")],
    )

    receipt = receipt_of(sale)

    assert (receipt.deposit_to, receipt.total) == (CHECKING, money("110.00"))
    assert lines_of(receipt)[1:] == [("Tender - Cash", money("-100.00")), ("Tip", money("10.00"))]
    assert receipt.goods_and_tax == money("200.00")
    assert [line.role for line in receipt.lines][-1] is LineRole.TIP


def test_the_tip_item_is_made_on_the_liability() -> None:
    sale = a_sale(bought("200.00"), tenders=[a_tender("210.00", "Cash", tip="10.00")])

    [item] = missing_objects(a_judgement(sale), some_settings(), some_books())

    assert isinstance(item, NewItem)
    assert (item.name, item.income_account) == ("Tip", TIPS)


def test_a_tip_that_the_payments_do_not_contain_is_not_guessed_at() -> None:
    sale = a_sale(bought("200.00"), tenders=[a_tender("200.00", "Cash", tip="10.00")])

    held = form_of(a_judgement(sale), some_settings(), some_books(), a_key(sale))

    assert isinstance(held, Hold)
    assert "tips of 10.00" in held.reason


@pytest.mark.parametrize(
    ("total", "paid"), [("10.02", "10.00"), ("10.03", "10.05"), ("-10.02", "-10.00")]
)
def test_cash_that_ends_at_five_cents_leaves_a_rounding_line(total: str, paid: str) -> None:
    sign = -1 if total.startswith("-") else 1
    price = total.removeprefix("-")
    sale = a_sale(a_line(price=price, quantity=sign, taxed=False), tenders=[a_tender(paid)])

    receipt = receipt_of(sale, cash_rounding=True)

    beyond = abs(money(paid)) - abs(money(total))
    assert receipt.total == abs(money(paid))
    assert lines_of(receipt)[1:] == [("Rounding", beyond)]
    assert receipt.goods_and_tax == abs(sale.total)


@pytest.mark.parametrize("paid", [a_tender("10.00", "Check"), a_tender("10.01", "Cash")])
def test_other_differences_are_not_cash_rounding(paid: Any) -> None:
    sale = a_sale(bought("10.02"), tenders=[paid])

    held = form_of(a_judgement(sale), some_settings(cash_rounding=True), some_books(), a_key(sale))

    assert isinstance(held, Hold)
    assert held.cause == "unbalanced"


def test_where_cents_are_paid_a_missing_cent_is_an_error() -> None:
    sale = a_sale(bought("10.02"), tenders=[a_tender("10.00")])

    held = form_of(a_judgement(sale), some_settings(), some_books(), a_key(sale))

    assert isinstance(held, Hold)
    assert held.cause == "unbalanced"


def test_a_surcharge_is_a_line_of_its_own() -> None:
    sale = a_sale(replace(a_line(price="10.00", taxed=False), discount=money("-1.00")))

    receipt = receipt_of(sale)

    assert lines_of(receipt) == [("BIKE-1", money("10.00")), ("Surcharge", money("1.00"))]
    assert receipt.total == money("11.00")


def test_a_rebate_typed_as_a_negative_price_is_a_negative_line() -> None:
    sale = a_sale(bought("59.00"), a_misc_line("Trade-in", "-9.00", taxed=False))

    receipt = receipt_of(sale)

    line = receipt.lines[1]
    assert (line.quantity, line.unit_price, line.amount) == (1, money("-9.00"), money("-9.00"))
    assert receipt.total == money("50.00")


def test_an_adjustment_goes_where_a_person_says() -> None:
    sale = a_sale(bought("10.00"), tenders=[a_tender("10.00", "Fix", kind=TenderKind.ADJUSTMENT)])
    accounts = replace(some_settings().accounts, tenders={"fix": CHECKING})

    assert receipt_of(sale, accounts=accounts).deposit_to == CHECKING


def test_a_tender_item_of_a_card_account_is_not_the_gift_cards() -> None:
    """The item carries the account: one that points elsewhere would book the liability away."""
    sale = a_sale(bought("80.00"), tenders=[a_tender("50.00", "Gift Card"), a_tender("30.00")])
    books = some_books(items=["BIKE-1", ListItem("501", "Gift Card", income_account_id="79")])

    held = form_of(a_judgement(sale), some_settings(), books, a_key(sale))

    assert isinstance(held, Hold)
    assert (held.cause, held.subject) == ("item.account", "Gift Card")
