"""The lines that say how a form was paid: money elsewhere, gift cards, deposits, tips."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sync.domain.documents import DocumentLine, LineRole, Ref
from sync.domain.sale import Tender, TenderKind
from sync.mapping.needs import Needs, Own
from sync.mapping.paying import Paying, Way, tender_name
from sync.mapping.text import item_name

GIFT_CARD_ITEM = "Gift Card"


def paying_lines(paid: Paying, elsewhere: Iterable[Way], needs: Needs) -> list[DocumentLine]:
    """All of them; money that went elsewhere lowers what the form comes to, and the other way.

    `elsewhere` is the money that this form neither deposits nor leaves to payments of its own.
    """
    lines = [_way_line(way, needs) for way in (*elsewhere, *paid.gift_cards)]
    if paid.movement is not None and paid.movement.deposit:
        held = paid.movement.deposit
        item = needs.own_item(Own.CUSTOMER_DEPOSIT)
        text = "Deposit used" if held < 0 else "Deposit taken"
        lines.append(_line(LineRole.TENDER, item, held, text, needs))
    if paid.tips:
        lines.append(_line(LineRole.TIP, needs.own_item(Own.TIP), paid.tips, "Tip", needs))
    if paid.rounded:
        item = needs.own_item(Own.ROUNDING)
        lines.append(_line(LineRole.CASH_ROUNDING, item, paid.rounded, "Cash rounding", needs))
    return lines


def tender_item(tender: Tender, *, latin1: bool = True) -> str:
    """`Tender - Check`: QuickBooks keeps the colon for categories."""
    if tender.kind is TenderKind.GIFT_CARD:
        return GIFT_CARD_ITEM
    return item_name(f"Tender - {item_name(tender_name(tender), latin1)}", latin1)


def _way_line(way: Way, needs: Needs) -> DocumentLine:
    item = needs.item_on(tender_item(way.tender, latin1=needs.latin1), way.account)
    if way.tender.kind is TenderKind.GIFT_CARD:
        text = "Gift card used" if way.amount > 0 else "Gift card sold or loaded"
    else:
        name = item_name(tender_name(way.tender), needs.latin1)
        text = f"Paid by {name}" if way.amount > 0 else f"Refunded by {name}"
    return _line(LineRole.TENDER, item, -way.amount, text, needs)


def _line(role: LineRole, item: Ref, amount: Decimal, text: str, needs: Needs) -> DocumentLine:
    return DocumentLine(role, item, -amount if needs.is_refund else amount, text)
