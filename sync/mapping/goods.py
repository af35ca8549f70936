"""What was sold or taken back, line by line, with discounts apart and nothing lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from sync.domain.documents import DocumentLine, LineRole, Ref
from sync.domain.money import CENT, ZERO, cents
from sync.domain.sale import Sale, SaleLine
from sync.domain.verdicts import Hold
from sync.mapping.needs import Needs, Own
from sync.mapping.text import free_text

_FINEST = Decimal("0.00001")  # QuickBooks keeps five decimals of a quantity or price
_HALF_CENT = CENT / 2


def is_taxable(line: SaleLine) -> bool:
    """A rate alone proves nothing: untaxed lines show one too."""
    return line.taxed and line.tax_rate > 0


def goods_lines(sale: Sale, needs: Needs, *, marks_tax: bool) -> list[DocumentLine]:
    """Goods, fees and shipping at their price, then the discounts; a refund is turned round.

    Free goods keep their line of 0.00: they left the shop, and stock must know.
    """
    sign = -1 if needs.is_refund else 1
    overridden = needs.judgement.overrides.line_skus
    lines: list[DocumentLine] = []
    off: dict[tuple[Own, bool], Decimal] = {}
    for line in with_shipping(sale.lines, needs):
        sku = (overridden.get(line.id) if overridden else None) or line.sku
        if _moves_nothing(line, sku):
            continue
        taxable = marks_tax and is_taxable(line)
        lines.append(_goods_line(line, sku, needs, sign, taxable))
        if line.discount:
            is_on_top = (line.discount > 0) is not (line.gross > 0)  # a discount below zero
            key = (Own.SURCHARGE if is_on_top else Own.DISCOUNT, taxable)
            off[key] = off.get(key, ZERO) + sign * line.discount
    if needs.judgement.overrides.shipping is not None:
        _settle(off)
    for own in (Own.DISCOUNT, Own.SURCHARGE):
        for taxable in (True, False):
            if amount := cents(off.get((own, taxable), ZERO)):
                name = own.value.name
                item = needs.discount_item() if own is Own.DISCOUNT else needs.own_item(own)
                role = LineRole.DISCOUNT if own is Own.DISCOUNT else LineRole.FEE
                lines.append(DocumentLine(role, item, -amount, name, taxable=taxable))
    return lines


def with_shipping(lines: tuple[SaleLine, ...], needs: Needs) -> tuple[SaleLine, ...]:
    """The lines with what a rule says shipping comes to; the sale's first such line carries it.

    The customer paid what the till asked for: what shipping is now less or more was a discount
    less or more, so the sale's total stays.
    """
    chosen = needs.judgement.overrides.shipping
    if chosen is None:
        return lines
    first = next((each.id for each in needs.judgement.sale.lines if each.is_shipping), "")
    found: list[SaleLine] = []
    for line in lines:
        if line.is_shipping:
            amount = chosen if line.id == first else ZERO
            one = Decimal(1).copy_sign(line.quantity)
            line = replace(
                line,
                quantity=one,
                unit_price=abs(amount),
                gross=amount,
                discount=line.discount + amount - line.gross,
            )
        found.append(line)
    return tuple(found)


def _settle(off: dict[tuple[Own, bool], Decimal]) -> None:
    """Discounts and surcharges against each other, each kind of tax apart."""
    for taxable in (True, False):
        both = ((Own.DISCOUNT, taxable), (Own.SURCHARGE, taxable))
        amount = sum((off.pop(key, ZERO) for key in both), ZERO)
        off[both[0] if amount > 0 else both[1]] = amount


def rounding_lines(sale: Sale, lines: list[DocumentLine], needs: Needs) -> list[DocumentLine]:
    """The fractions of a cent that the till rounded once and we rounded per line.

    A whole cent too much or too little is not rounding: the balance check stops it.
    """
    sign = -1 if needs.is_refund else 1
    drift = sign * (sale.total - sale.tax) - sum((line.amount for line in lines), ZERO)
    if not drift:
        return []
    exact = sum((line.net for line in sale.lines), ZERO)
    if abs(exact + sale.tax - sale.total) > _HALF_CENT:
        return []
    tolerance = needs.settings.rounding_tolerance
    if abs(drift) > tolerance:
        needs.problems.append(
            Hold(
                "rounding",
                f"The lines of this sale round to {abs(drift)} away from its total; at most "
                f"{tolerance} may go to the rounding account.",
            )
        )
        return []
    return [DocumentLine(LineRole.ROUNDING, needs.own_item(Own.ROUNDING), drift, "Rounding")]


def _moves_nothing(line: SaleLine, sku: str) -> bool:
    """No quantity, or a note typed as a line without a price: text, which needs no item."""
    if line.gross or line.discount:
        return False
    return not line.quantity or not (line.item_id or sku)


def _goods_line(line: SaleLine, sku: str, needs: Needs, sign: int, taxable: bool) -> DocumentLine:
    role, item = _item(line, sku, needs)
    overrides = needs.judgement.overrides
    factor = overrides.line_factors.get(line.id)
    quantity, each = sign * line.quantity, line.unit_price
    if factor:
        quantity, each = quantity * factor, each / factor
    amount = cents(sign * line.gross) or ZERO  # never -0.00, which QuickBooks dislikes
    price = _unit_price(quantity, each, amount)
    if price is None:
        _check_stock_item(line, item, needs)
        quantity_sent = None
    else:
        quantity_sent = quantity
    text = overrides.line_texts.get(line.id, line.name or line.note)
    return DocumentLine(
        role,
        item,
        amount,
        free_text(text, latin1=needs.latin1) if text else "",
        quantity_sent,
        price,
        taxable,
        class_ref=overrides.line_classes.get(line.id),
    )


def _item(line: SaleLine, sku: str, needs: Needs) -> tuple[LineRole, Ref]:
    is_fee = line.kind.startswith("item_fee")
    role = LineRole.FEE if is_fee else LineRole.GOODS
    if sku:
        return role, needs.goods_item(line, sku)
    if line.item_id and line.item_id != "0":
        return role, needs.goods_item(line, line.name.strip() or f"Lightspeed item {line.item_id}")
    if is_fee:
        return role, needs.own_item(Own.FEE)
    if line.is_shipping:
        return LineRole.SHIPPING, needs.own_item(Own.SHIPPING)
    return role, needs.own_item(Own.MISCELLANEOUS)


def _unit_price(quantity: Decimal, price: Decimal, amount: Decimal) -> Decimal | None:
    """A price of at most five decimals that multiplies to the amount (6070), or None."""
    if not _is_short(quantity):
        return None
    if _is_short(price) and cents(quantity * price) == amount:
        return price
    for candidate in (price, amount / quantity if quantity else price):
        short = candidate.quantize(_FINEST, ROUND_HALF_UP)
        if cents(quantity * short) == amount:
            return short
    return None


def _is_short(number: Decimal) -> bool:
    return number == number.quantize(_FINEST, ROUND_HALF_UP)


def _check_stock_item(line: SaleLine, item: Ref, needs: Needs) -> None:
    """QuickBooks refuses a stock item without a quantity (6520)."""
    listed = needs.books.items.get(item.id)
    if listed is not None and listed.kind == "Inventory":
        needs.no_item_for(line)
        needs.problems.append(
            Hold(
                "line.quantity",
                f"The quantity and price of {listed.name} cannot be written with five decimals, "
                "and QuickBooks wants them for a stock item.",
                "map_product",
                listed.name,
            )
        )
