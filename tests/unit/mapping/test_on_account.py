"""House accounts, deposits and layaways: who owes what after each ticket, and what says so."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sync.domain.documents import DocumentKind, LineRole, Payment, Ref, SalesForm
from sync.domain.identity import SourceKey
from sync.domain.plan import Plan
from sync.domain.sale import Customer, Sale, Tender
from sync.domain.standing import OpenInvoice, Standing
from sync.domain.verdicts import Hold
from sync.mapping.receipts import map_sale, missing_objects
from tests.builders import (
    CHECKING,
    UNDEPOSITED,
    a_judgement,
    a_key,
    a_line,
    a_sale,
    a_tender,
    create_in,
    money,
    some_books,
    some_settings,
)

ADA = Customer("42", "Ada", "Lovelace")
ADA_REF = Ref("202", "Ada Lovelace")


def on_account(amount: str, account: str = "17") -> Tender:
    """Positive is spent; negative is put in."""
    return replace(a_tender(amount, "Credit Account"), credit_account_id=account)


def a_visit(*lines: Any, tenders: list[Tender], **fields: Any) -> Sale:
    return a_sale(*lines, tenders=tenders, customer=ADA, **fields)


def planned(
    sale: Sale,
    standing: Standing | None = None,
    skipped: frozenset[str] = frozenset(),
    **settings: Any,
) -> Plan:
    books = some_books(customers=["Walk-in Customer", "Ada Lovelace"])
    chosen = some_settings(**settings)
    judged = a_judgement(sale, skipped_tenders=skipped)
    create_in(books, missing_objects(judged, chosen, books, standing))
    plan = map_sale(judged, chosen, books, a_key(sale), standing)
    assert isinstance(plan, Plan), plan
    return plan


def owing(*amounts: str) -> tuple[OpenInvoice, ...]:
    return tuple(
        OpenInvoice(900 + n, f"LS-{n}", ADA_REF, Decimal(amount))
        for n, amount in enumerate(amounts, 1)
    )


def form(plan: Plan) -> SalesForm:
    assert plan.form is not None
    return plan.form


def payments(plan: Plan) -> list[Payment]:
    return [each for each in plan.documents if isinstance(each, Payment)]


def goods(price: str, quantity: int = 1) -> Any:
    return a_line("BIKE-1", price, quantity, taxed=False)


# -- a sale on account


def test_a_sale_on_account_is_an_invoice_of_the_customer_that_stays_open() -> None:
    plan = planned(a_visit(goods("80.00"), tenders=[on_account("80.00")]))

    assert (form(plan).kind, form(plan).total) == (DocumentKind.INVOICE, money("80.00"))
    assert (form(plan).customer, form(plan).deposit_to) == (ADA_REF, None)
    assert payments(plan) == []
    assert plan.movement is not None
    assert (plan.movement.charged, plan.movement.deposit) == (money("80.00"), 0)


def test_what_was_paid_at_once_is_a_payment_of_that_invoice() -> None:
    """80.00: 30.00 in cash, 50.00 on account."""
    sale = a_visit(goods("80.00"), tenders=[a_tender("30.00"), on_account("50.00")])

    plan = planned(sale)

    assert (form(plan).kind, form(plan).total) == (DocumentKind.INVOICE, money("80.00"))
    (paid,) = payments(plan)
    assert (paid.amount, paid.deposit_to, paid.customer) == (money("30.00"), UNDEPOSITED, ADA_REF)
    assert [(each.part, each.amount) for each in paid.settles] == [(0, money("30.00"))]
    assert SourceKey.found_in(paid.private_note) == SourceKey("100001", "sale", "5001", 1)


def test_a_deposit_is_used_before_anything_is_owed() -> None:
    sale = a_visit(goods("80.00"), tenders=[on_account("80.00")])

    plan = planned(sale, Standing(deposit=money("30.00")))

    assert [(line.item.name, line.amount) for line in form(plan).lines] == [
        ("BIKE-1", money("80.00")),
        ("Customer Deposit", money("-30.00")),
    ]
    assert (form(plan).kind, form(plan).total) == (DocumentKind.INVOICE, money("50.00"))
    assert plan.movement is not None
    assert (plan.movement.deposit, plan.movement.charged) == (money("-30.00"), money("50.00"))


def test_a_layaway_picked_up_uses_its_deposit_and_takes_the_rest() -> None:
    sale = a_visit(
        goods("342.40"), tenders=[on_account("50.00"), a_tender("292.40", "Credit Card")]
    )

    plan = planned(sale, Standing(deposit=money("50.00")))

    assert (form(plan).kind, form(plan).total) == (DocumentKind.SALES_RECEIPT, money("292.40"))
    assert form(plan).lines[1].amount == money("-50.00")
    assert form(plan).lines[1].role is LineRole.TENDER
    assert plan.documents == (form(plan),)


# -- money in


def test_money_in_with_nothing_owed_is_held_as_a_deposit() -> None:
    plan = planned(a_visit(tenders=[a_tender("50.00"), on_account("-50.00")]))

    assert (form(plan).kind, form(plan).total) == (DocumentKind.SALES_RECEIPT, money("50.00"))
    assert [(line.item.name, line.amount, line.taxable) for line in form(plan).lines] == [
        ("Customer Deposit", money("50.00"), False)
    ]
    assert plan.movement is not None
    assert plan.movement.deposit == money("50.00")


def test_money_in_pays_open_invoices_oldest_first() -> None:
    sale = a_visit(tenders=[a_tender("60.00", "Check"), on_account("-60.00")])

    plan = planned(sale, Standing(invoices=owing("40.00", "50.00")))

    (paid,) = plan.documents
    assert isinstance(paid, Payment)
    assert (paid.amount, paid.deposit_to, paid.customer) == (money("60.00"), CHECKING, ADA_REF)
    assert [(each.document, each.amount) for each in paid.settles] == [
        (901, money("40.00")),
        (902, money("20.00")),
    ]
    assert plan.movement is not None
    assert plan.movement.after(Standing(invoices=owing("40.00", "50.00"))).owed == money("30.00")


def test_what_is_left_after_the_invoices_is_a_deposit() -> None:
    sale = a_visit(tenders=[a_tender("60.00"), on_account("-60.00")])

    plan = planned(sale, Standing(invoices=owing("40.00")))

    assert (form(plan).total, form(plan).lines[0].item.name) == (money("20.00"), "Customer Deposit")
    (paid,) = payments(plan)
    assert (paid.amount, paid.settles[0].document) == (money("40.00"), 901)
    assert SourceKey.found_in(paid.private_note) == SourceKey("100001", "sale", "5001", 1)


def test_two_ways_of_paying_are_two_payments() -> None:
    sale = a_visit(tenders=[a_tender("30.00"), a_tender("30.00", "Check"), on_account("-60.00")])

    plan = planned(sale, Standing(invoices=owing("40.00", "20.00")))

    assert [(each.amount, each.deposit_to) for each in payments(plan)] == [
        (money("30.00"), UNDEPOSITED),
        (money("30.00"), CHECKING),
    ]
    settled = [(s.document, s.amount) for each in payments(plan) for s in each.settles]
    assert settled == [(901, money("30.00")), (901, money("10.00")), (902, money("20.00"))]
    assert [each.number for each in payments(plan)] == ["LS-5001", "LS-5001-2"]


# -- money and goods back


def test_a_deposit_given_back_leaves_the_drawer_and_what_is_held() -> None:
    sale = a_visit(tenders=[a_tender("-50.00"), on_account("50.00")])

    plan = planned(sale, Standing(deposit=money("50.00")))

    assert (form(plan).kind, form(plan).total) == (DocumentKind.REFUND_RECEIPT, money("50.00"))
    assert form(plan).lines[0].amount == money("50.00")
    assert plan.movement is not None
    assert plan.movement.deposit == money("-50.00")


def test_more_given_back_than_is_known_to_be_there_waits_for_a_person() -> None:
    sale = a_visit(tenders=[a_tender("-50.00"), on_account("50.00")])

    held = map_sale(
        a_judgement(sale),
        some_settings(),
        some_books(customers=["Ada Lovelace"]),
        a_key(sale),
        Standing(deposit=money("20.00")),
    )

    assert isinstance(held, Hold)
    assert held.cause == "credit_account.overdrawn"


def test_goods_returned_for_store_credit_are_held_for_the_customer() -> None:
    sale = a_visit(goods("30.00", -1), tenders=[on_account("-30.00")])

    plan = planned(sale)

    assert (form(plan).kind, form(plan).total) == (DocumentKind.REFUND_RECEIPT, 0)
    assert [(line.item.name, line.amount) for line in form(plan).lines] == [
        ("BIKE-1", money("30.00")),
        ("Customer Deposit", money("-30.00")),
    ]


def test_goods_returned_by_somebody_who_owes_lower_the_debt() -> None:
    sale = a_visit(goods("30.00", -1), tenders=[on_account("-30.00")])

    plan = planned(sale, Standing(invoices=owing("20.00")))

    assert (form(plan).kind, form(plan).total) == (DocumentKind.CREDIT_MEMO, money("20.00"))
    assert form(plan).lines[1].amount == money("-10.00")
    (applied,) = payments(plan)
    assert (applied.amount, applied.deposit_to) == (0, None)
    assert [(each.kind, each.document, each.amount) for each in applied.settles] == [
        (DocumentKind.INVOICE, 901, money("20.00")),
        (DocumentKind.CREDIT_MEMO, 0, money("20.00")),
    ]


# -- transaction types


@pytest.mark.parametrize(
    ("document_type", "balance", "paid"),
    [
        ("invoice", "0", []),
        ("invoice_payment", "0", ["80.00"]),
        ("invoice_if_paid", "0", ["80.00"]),
        ("invoice_if_paid", "80.00", []),
    ],
)
def test_the_type_says_whether_payments_are_told(
    document_type: str, balance: str, paid: list[str]
) -> None:
    sale = a_visit(goods("80.00"), tenders=[a_tender("80.00")], balance=money(balance))

    plan = planned(sale, document_type=document_type)

    assert (form(plan).kind, form(plan).total) == (DocumentKind.INVOICE, money("80.00"))
    assert [each.amount for each in payments(plan)] == [money(each) for each in paid]


def test_an_invoice_gets_one_payment_for_each_way_of_paying() -> None:
    sale = a_visit(goods("80.00"), tenders=[a_tender("30.00"), a_tender("50.00", "Check")])

    plan = planned(sale, document_type="invoice_payment")

    assert [(each.amount, each.deposit_to) for each in payments(plan)] == [
        (money("50.00"), CHECKING),
        (money("30.00"), UNDEPOSITED),
    ]


def test_an_invoice_of_nothing_has_no_payment() -> None:
    sale = a_visit(a_line(price="80.00", discount="80.00", taxed=False), tenders=[])

    plan = planned(sale, document_type="invoice_payment")

    assert (form(plan).total, payments(plan)) == (0, [])


def test_an_estimate_moves_nothing() -> None:
    sale = a_visit(goods("80.00"), tenders=[a_tender("80.00")])

    plan = planned(sale, document_type="estimate")

    assert (form(plan).kind, form(plan).total) == (DocumentKind.ESTIMATE, money("80.00"))
    assert plan.documents == (form(plan),)


def test_a_refund_where_payments_are_not_told_is_a_credit_on_the_account() -> None:
    """The money went by hand both times, so the customer's account shows the difference."""
    sale = a_visit(goods("30.00", -1), tenders=[a_tender("-30.00")])

    plan = planned(sale, document_type="invoice")

    assert (form(plan).kind, form(plan).total) == (DocumentKind.CREDIT_MEMO, money("30.00"))
    assert payments(plan) == []


def test_a_refund_of_an_invoice_shop_is_money_back() -> None:
    sale = a_visit(goods("30.00", -1), tenders=[a_tender("-30.00", "Check")])

    plan = planned(sale, document_type="invoice_payment")

    assert (form(plan).kind, form(plan).deposit_to) == (DocumentKind.REFUND_RECEIPT, CHECKING)


# -- payments that rules leave out


def test_a_payment_left_out_by_a_rule_stays_open_on_an_invoice() -> None:
    """A connection of receipts turns that one sale into an invoice."""
    sale = a_visit(goods("80.00"), tenders=[a_tender("30.00", id="1"), a_tender("50.00", id="2")])

    plan = planned(sale, skipped=frozenset({"2"}))

    assert (form(plan).kind, form(plan).total) == (DocumentKind.INVOICE, money("80.00"))
    assert [each.amount for each in payments(plan)] == [money("30.00")]


def test_a_credit_account_with_an_account_of_its_own_is_a_payment_like_any() -> None:
    """80.00: cash 30.00, Credit Account 50.00, both recorded; the invoice is closed."""
    accounts = replace(some_settings().accounts, tenders={"credit account": CHECKING})
    sale = a_visit(goods("80.00"), tenders=[a_tender("30.00"), on_account("50.00")])

    plan = planned(sale, document_type="invoice_payment", accounts=accounts)

    assert sorted(each.amount for each in payments(plan)) == [money("30.00"), money("50.00")]
    assert plan.movement is None


def test_two_accounts_on_one_ticket_wait() -> None:
    sale = a_visit(goods("80.00"), tenders=[on_account("30.00"), on_account("50.00", "18")])

    held = map_sale(a_judgement(sale), some_settings(), some_books(), a_key(sale))

    assert isinstance(held, Hold)
    assert "cannot tell them apart" in held.reason
