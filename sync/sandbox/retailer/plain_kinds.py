"""The everyday sales: cash, cards, several tenders, discounts, exemptions, fees and web orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sync.sandbox.retailer.arithmetic import ALL_OF_IT, percent_of, shares
from sync.sandbox.retailer.events import Line, Sale, total_of
from sync.sandbox.retailer.premises import (
    CASH,
    CHECK,
    CREDIT_CARD,
    DEBIT,
    ECOM,
    EMPLOYEES,
    PaymentType,
)
from sync.sandbox.retailer.visit import Visit, percent

SALE = "sale"


def _one_tender(visit: Visit, kind: str, type: PaymentType, lines: list[Line]) -> Sale:
    return visit.sale(kind, SALE, lines, visit.paid_by(type, lines))


def _either(visit: Visit) -> PaymentType:
    return visit.rng.choice((CASH, CREDIT_CARD, CREDIT_CARD))


def cash(visit: Visit) -> Sale:
    """Handed over in notes: the change is information, the tender is net of it."""
    lines = visit.basket()
    due = total_of(lines)
    handed = -(-due // 500) * 500
    return visit.sale("cash", SALE, lines, visit.paid_by(CASH, lines), change=handed - due)


def card(visit: Visit) -> Sale:
    """Paid by card; a few are delivered from the counter."""
    lines = visit.basket(small=visit.rng.random() < 0.8)
    ship_to = None
    if visit.customer and visit.rng.random() < 0.06:
        ship_to = visit.ship_to(visit.customer, "Deliver after 5 pm")
    return visit.sale("card", SALE, lines, visit.paid_by(CREDIT_CARD, lines), ship_to=ship_to)


def debit(visit: Visit) -> Sale:
    """A payment type of the merchant's own."""
    return _one_tender(visit, "debit", DEBIT, visit.basket())


def check(visit: Visit) -> Sale:
    """Paid by check."""
    return _one_tender(visit, "check", CHECK, visit.basket())


def split(visit: Visit) -> Sale:
    """Some cash, the rest by card."""
    lines = visit.basket(small=False)
    due = total_of(lines)
    notes = max(1, due * visit.rng.randrange(10, 90) // 100)
    tenders = [visit.tender(CASH, notes), visit.tender(CREDIT_CARD, due - notes)]
    return visit.sale("split", SALE, lines, tenders)


def split_three(visit: Visit) -> Sale:
    """Three people pay for one present; the thirds need not be even."""
    lines = visit.basket(small=False)
    due = total_of(lines)
    third = due // 3
    tenders = [
        visit.tender(CASH, third),
        visit.tender(CREDIT_CARD, third),
        visit.tender(CHECK, due - 2 * third),
    ]
    return visit.sale("split_three", SALE, lines, tenders)


def dead_attempt(visit: Visit) -> Sale:
    """A declined card stays on the ticket beside the payment that worked."""
    lines = visit.basket()
    due = total_of(lines)
    earlier = visit.at - timedelta(seconds=50)
    tenders = [
        visit.tender(CREDIT_CARD, due, dead=True, created=earlier),
        visit.tender(_either(visit), due),
    ]
    return visit.sale("dead_attempt", SALE, lines, tenders)


def percent_discount(visit: Visit) -> Sale:
    """A percentage off some lines."""
    off = percent(visit.rng.choice((5, 10, 15, 20, 33)))
    lines = [replace(line, percent_off=off) for line in visit.basket(at_least=2)]
    lines[-1] = replace(lines[-1], percent_off=percent(0))
    return _one_tender(visit, "percent_discount", _either(visit), lines)


def amount_discount(visit: Visit) -> Sale:
    """Some dollars off one line."""
    first, *rest = visit.basket()
    off = max(1, first.subtotal * visit.rng.randrange(5, 40) // 100)
    return _one_tender(
        visit, "amount_discount", _either(visit), [replace(first, amount_off=off), *rest]
    )


def free_line(visit: Visit) -> Sale:
    """One line is given away: the till stores 0.999999999, not 1."""
    first, *rest = visit.basket(at_least=2)
    lines = [replace(first, percent_off=ALL_OF_IT), *rest]
    return _one_tender(visit, "free_line", _either(visit), lines)


def whole_discount(visit: Visit) -> Sale:
    """A tenth off the whole ticket, spread by the till over its lines."""
    lines = visit.basket(at_least=2)
    whole = percent_of(sum(line.subtotal for line in lines), percent(10))
    parts = shares(whole, [line.subtotal for line in lines])
    lines = [replace(line, share_off=part) for line, part in zip(lines, parts, strict=True)]
    return _one_tender(visit, "whole_discount", _either(visit), lines)


def untaxed_line(visit: Visit) -> Sale:
    """One line is not taxed, yet shows the rate that it would have had."""
    first, *rest = visit.basket(at_least=2)
    return _one_tender(visit, "untaxed_line", _either(visit), [replace(first, taxed=False), *rest])


def exempt(visit: Visit) -> Sale:
    """An exempt customer: no tax category at all, or one whose rates are zero."""
    visit.customer = visit.rng.choice([one for one in visit.people if one.exempt])
    visit.tax_category = visit.rng.choice((None, visit.premises.exempt_tax))
    return _one_tender(visit, "exempt", visit.rng.choice((CHECK, CREDIT_CARD)), visit.basket())


def zero(visit: Visit) -> Sale:
    """Everything given away: no payments at all."""
    lines = [replace(line, percent_off=ALL_OF_IT) for line in visit.basket()]
    return visit.sale("zero", SALE, lines, [])


def item_fee(visit: Visit) -> Sale:
    """A tire brings its recycling fee along as a line of its own."""
    tire = visit.rng.choice(visit.catalogue.with_fee)
    fee = tire.fee
    if fee is None:
        raise ValueError(f"{tire.description} carries no fee")
    pieces = visit.rng.choice((1, 2))
    lines = [
        visit.line(tire, pieces),
        visit.line(tire, pieces, unit_price=fee.cents, cost=0, taxed=fee.taxable, fee=fee),
    ]
    return _one_tender(visit, "item_fee", _either(visit), lines)


def web_order(visit: Visit) -> Sale:
    """An order from the web store, with shipping as a miscellaneous line."""
    visit.use(visit.premises.web_register)
    visit.employee = EMPLOYEES[0]
    customer = visit.customer = visit.customer or visit.somebody()
    number = str(visit.rng.randrange(10_000, 99_999))
    lines = visit.basket(small=False)
    lines.append(visit.line(None, unit_price=950, taxed=False, note="Shipping"))
    return visit.sale(
        "web_order",
        SALE,
        lines,
        visit.paid_by(ECOM, lines),
        ship_to=visit.ship_to(customer, f"Web order {number} - UPS Ground"),
        reference=number,
        reference_source="webstore",
    )
