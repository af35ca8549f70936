"""Goods that come back: refunds of an earlier ticket, without one, and exchanges."""

from __future__ import annotations

from dataclasses import replace

from sync.sandbox.retailer.events import Line, Sale, total_of
from sync.sandbox.retailer.premises import CASH, CREDIT_CARD
from sync.sandbox.retailer.visit import Visit

SALE, REFUND = "sale", "refund"


def _brought_back(visit: Visit, original: Sale, line: Line) -> Line:
    """The original line the other way round: same price, same discount, same rate."""
    visit.book.returned.add(line.id)
    return replace(
        line,
        id=visit.book.take("next_line"),
        quantity=-line.quantity,
        amount_off=-line.amount_off,
        share_off=-line.share_off,
        created=visit.at,
        employee=visit.employee,
        parent=line.id,
    )


def _original(visit: Visit, type_name: str | None) -> tuple[Sale, Line] | None:
    """An earlier sale with a line that is still out, preferably paid the given way."""
    choices = [
        (sale, line)
        for sale in visit.book.returnable
        for line in sale.lines
        if line.item
        and not line.fee
        and line.id not in visit.book.returned
        and line.base > 0
        and (type_name is None or type_name in sale.paid)
    ]
    if not choices:
        return None
    sale, line = visit.rng.choice(choices)
    visit.use(sale.register)
    visit.tax_category = sale.tax_category
    visit.customer = sale.customer
    return sale, line


def card_refund(visit: Visit) -> Sale:
    """Back to the card that paid; the original ticket does not change."""
    found = _original(visit, CREDIT_CARD.name)
    if found is None:
        return cash_refund(visit)
    original, line = found
    paid = next(tender for tender in original.live if tender.type == CREDIT_CARD)
    lines = [_brought_back(visit, original, line)]
    tenders = [visit.tender(CREDIT_CARD, total_of(lines), refund_of=paid.id)]
    return visit.sale("card_refund", REFUND, lines, tenders)


def cash_refund(visit: Visit) -> Sale:
    """Out of the drawer, with the receipt when there is one to go by."""
    found = _original(visit, CASH.name)
    lines = [_brought_back(visit, *found)] if found else [visit.line(visit.item(), -1)]
    return visit.sale("cash_refund", REFUND, lines, visit.paid_by(CASH, lines))


def _back(visit: Visit) -> Line:
    found = _original(visit, None)
    return _brought_back(visit, *found) if found else visit.line(visit.item(), -1)


def _exchanged(visit: Visit, kind: str, back: Line, out: Line) -> Sale:
    lines = [back, out]
    sale = visit.sale(kind, SALE, lines, visit.paid_by(CASH, lines))
    return replace(sale, posts=REFUND if (sale.total or sale.tax) < 0 else SALE)


def exchange_up(visit: Visit) -> Sale:
    """For something dearer: the customer pays the rest."""
    back = _back(visit)
    out = visit.line(visit.item(), unit_price=-back.base + 15_00)
    return _exchanged(visit, "exchange_up", back, out)


def exchange_down(visit: Visit) -> Sale:
    """For something cheaper: the drawer pays the rest."""
    back = _back(visit)
    out = visit.line(visit.item(), unit_price=max(1, -back.base // 2))
    return _exchanged(visit, "exchange_down", back, out)


def exchange_even(visit: Visit) -> Sale:
    """Another size of the same: no payment at all."""
    back = _back(visit)
    out = replace(
        back,
        id=visit.book.take("next_line"),
        quantity=-back.quantity,
        amount_off=-back.amount_off,
        share_off=-back.share_off,
        parent=0,
    )
    return _exchanged(visit, "exchange_even", back, out)
