"""Where the money of a sale is booked, to the account that it really reached."""

from __future__ import annotations

from typing import Any

import pytest

from sync.domain.books import ListItem
from sync.domain.documents import LineRole, NewItem, NewPaymentMethod, Ref, SalesForm
from sync.domain.sale import Sale, TenderKind
from sync.domain.settings import AccountChoices
from sync.domain.verdicts import Hold
from sync.mapping.receipts import missing_objects
from tests.builders import (
    CARDS,
    CHECKING,
    UNDEPOSITED,
    a_judgement,
    a_key,
    a_line,
    a_sale,
    a_tender,
    form_of,
    money,
    some_books,
    some_settings,
)

ITEMS = (
    "BIKE-1",
    ListItem("501", "Tender - Check", income_account_id=CHECKING.id),
    ListItem("502", "Tender - Cash", income_account_id=UNDEPOSITED.id),
    ListItem("503", "Tender - Credit Card", income_account_id=CARDS.id),
)


def mapped(sale: Sale, **overrides: Any) -> SalesForm | Hold:
    books = some_books(items=ITEMS)
    return form_of(a_judgement(sale, **overrides), some_settings(), books, a_key(sale))


def receipt_of(sale: Sale, **overrides: Any) -> SalesForm:
    found = mapped(sale, **overrides)
    assert isinstance(found, SalesForm), found
    return found


def elsewhere(receipt: SalesForm) -> list[tuple[str, Any]]:
    lines = [line for line in receipt.lines if line.role is LineRole.TENDER]
    assert not any(line.taxable for line in lines)
    return [(line.item.name, line.amount) for line in lines]


def paid_100(*tenders: Any) -> Sale:
    return a_sale(a_line(price="100.00", taxed=False), tenders=tenders)


def test_one_tender_goes_to_its_own_account() -> None:
    receipt = receipt_of(paid_100(a_tender("100.00", "Check")))

    assert (receipt.deposit_to, receipt.total) == (CHECKING, money("100.00"))
    assert receipt.payment_method is not None
    assert receipt.payment_method.name == "Check"
    assert elsewhere(receipt) == []


def test_a_tender_without_an_account_goes_to_the_deposit_account() -> None:
    receipt = receipt_of(paid_100(a_tender("100.00", "Cash")))

    assert receipt.deposit_to == UNDEPOSITED


def test_a_rules_deposit_account_wins() -> None:
    receipt = receipt_of(paid_100(a_tender("100.00", "Check")), deposit_account=CARDS)

    assert receipt.deposit_to == CARDS


def test_the_largest_tender_is_the_deposit_and_the_others_are_lines() -> None:
    sale = paid_100(
        a_tender("30.00", "Check"), a_tender("60.00", "Credit Card"), a_tender("10.00", "Cash")
    )

    receipt = receipt_of(sale)

    assert (receipt.deposit_to, receipt.total) == (CARDS, money("60.00"))
    assert elsewhere(receipt) == [
        ("Tender - Check", money("-30.00")),
        ("Tender - Cash", money("-10.00")),
    ]
    assert receipt.goods_and_tax == money("100.00")


def test_of_equal_tenders_the_first_is_the_deposit() -> None:
    receipt = receipt_of(paid_100(a_tender("50.00", "Check"), a_tender("50.00", "Cash")))

    assert (receipt.deposit_to, receipt.total) == (CHECKING, money("50.00"))


def test_two_cards_reach_one_account_as_one_sum() -> None:
    """QuickBooks' total is what reaches the account; a line to it could never be deposited."""
    sale = paid_100(a_tender("60.00", "Credit Card", id="1"), a_tender("40.00", "Credit Card"))

    receipt = receipt_of(sale)

    assert (receipt.deposit_to, receipt.total) == (CARDS, money("100.00"))
    assert elsewhere(receipt) == []


def test_two_small_tenders_of_one_kind_share_a_line() -> None:
    sale = paid_100(
        a_tender("60.00", "Cash"), a_tender("15.00", "Check"), a_tender("25.00", "Check")
    )

    assert elsewhere(receipt_of(sale)) == [("Tender - Check", money("-40.00"))]


def test_a_refund_over_two_tenders_leaves_both_accounts() -> None:
    sale = a_sale(
        a_line(price="100.00", quantity=-1),
        tenders=[a_tender("-6.00", "Cash"), a_tender("-100.00", "Credit Card")],
    )

    receipt = receipt_of(sale)

    assert (receipt.deposit_to, receipt.total) == (CARDS, money("100.00"))
    assert elsewhere(receipt) == [("Tender - Cash", money("-6.00"))]
    assert receipt.goods_and_tax == money("106.00")


def test_change_given_is_not_a_payment() -> None:
    """The till's cash amount is already net of it."""
    sale = a_sale(a_line(price="71.13", taxed=False), change=money("8.87"))

    assert receipt_of(sale).total == money("71.13")


def test_tenders_of_nothing_are_no_tenders() -> None:
    receipt = receipt_of(paid_100(a_tender("0", "Gift Card"), a_tender("100.00")))

    assert (receipt.deposit_to, elsewhere(receipt)) == (UNDEPOSITED, [])


@pytest.mark.parametrize("paid", ["99.99", "100.01", "40.00"])
def test_payments_that_do_not_match_the_total_are_held_with_both_figures(paid: str) -> None:
    held = mapped(paid_100(a_tender(paid)))

    assert isinstance(held, Hold)
    assert held.cause == "unbalanced"
    assert paid in held.reason
    assert "100.00" in held.reason


def test_without_a_deposit_account_a_person_is_asked() -> None:
    sale = a_sale(a_line())

    settings = some_settings(accounts=AccountChoices())
    held = form_of(a_judgement(sale), settings, some_books(), a_key(sale))

    assert isinstance(held, Hold)
    assert (held.cause, held.fix) == ("account.deposit", "pick_account")


def test_an_account_that_is_gone_is_not_posted_to() -> None:
    settings = some_settings(accounts=AccountChoices(deposit=Ref("999", "Old Till")))
    sale = a_sale(a_line())

    held = form_of(a_judgement(sale), settings, some_books(), a_key(sale))

    assert isinstance(held, Hold)
    assert (held.cause, held.subject) == ("account.deposit", "Old Till")


def test_a_tender_item_and_method_are_created_on_the_tenders_account() -> None:
    sale = paid_100(a_tender("60.00", "Amex", kind=TenderKind.CARD), a_tender("40.00", "Check"))

    wanted = missing_objects(a_judgement(sale), some_settings(), some_books())

    [item, method] = wanted
    assert isinstance(item, NewItem)
    assert (item.name, item.income_account, item.kind) == ("Tender - Check", CHECKING, "Service")
    assert method == NewPaymentMethod("Amex", True)
    assert isinstance(method, NewPaymentMethod)
    assert method.is_card


def test_a_tender_item_that_points_elsewhere_holds_the_sale() -> None:
    """The account was chosen anew, but the item would still move money to the old one."""
    sale = paid_100(a_tender("60.00", "Cash"), a_tender("40.00", "Check"))
    books = some_books(items=["BIKE-1", ListItem("501", "Tender - Check", income_account_id="79")])

    held = form_of(a_judgement(sale), some_settings(), books, a_key(sale))

    assert isinstance(held, Hold)
    assert (held.cause, held.subject) == ("item.account", "Tender - Check")


def test_a_payment_method_that_could_not_be_made_does_not_hold_money_back() -> None:
    sale = paid_100(a_tender("100.00", "A very long tender name that QuickBooks cuts"))

    assert receipt_of(sale).payment_method is None


def test_payment_method_names_fit_quickbooks() -> None:
    sale = paid_100(a_tender("100.00", "A very long tender name that QuickBooks cuts"))

    [method] = missing_objects(a_judgement(sale), some_settings(), some_books())

    assert isinstance(method, NewPaymentMethod)
    assert method.name == "A very long tender name that Qu"
