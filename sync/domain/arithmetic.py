"""The till's own arithmetic, stated once: what the figures of a sale must be to each other.

Tills differ in what they round: here a line's discount and the sale's tax are rounded, half away
from zero, and nothing else is. Line taxes keep all their decimals, so only their sum is money.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sync.domain.money import CENT, ZERO, cents
from sync.domain.sale import Sale, SaleLine

# How the till stores "100 %"; the rounded discount is then the whole subtotal.
WHOLE = Decimal("0.999999999")


def line_gross(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """A line before discount: exact, not rounded."""
    return quantity * unit_price


def line_discount(gross: Decimal, *, percent: Decimal = ZERO, amount: Decimal = ZERO) -> Decimal:
    """What a line's own discount takes off; it has the sign of the line."""
    if percent >= WHOLE:
        return gross
    if percent:
        return cents(gross * percent)
    return amount.copy_sign(gross) if amount else ZERO


def line_tax(net: Decimal, rate: Decimal, *, taxed: bool) -> Decimal:
    """A line's tax, unrounded; an untaxed line may still show a rate."""
    return net * rate if taxed else ZERO


def sale_tax(lines: Iterable[SaleLine]) -> Decimal:
    """The sale's tax: the sum of the lines' taxes, rounded once."""
    return cents(sum((line.tax for line in lines), ZERO))


def sale_total(lines: Iterable[SaleLine], tax: Decimal) -> Decimal:
    """What the customer owes: nets plus tax."""
    return sum((line.net for line in lines), ZERO) + tax


def contradiction(sale: Sale) -> str:
    """The first figure that does not follow from the others, in words; empty when all do.

    Fractions of a cent may remain between the lines and the total, which is money. Two taxes
    (state and city, GST and PST) are each rounded on their own, so the sum of the lines' taxes
    may be a cent away from the sale's tax.
    """
    for line in sale.lines:
        if line.gross != line_gross(line.quantity, line.unit_price):
            return f"Line {line.id} says {line.gross} for {line.quantity} × {line.unit_price}."
    total = sale_total(sale.lines, sale.tax)
    if abs(total - sale.total) >= CENT and not sale.tax_inclusive:
        return f"Its lines and tax come to {total}, its total says {sale.total}."
    if abs(sale_tax(sale.lines) - sale.tax) > CENT:
        return f"Its lines' taxes come to {sale_tax(sale.lines)}, its tax says {sale.tax}."
    return ""
