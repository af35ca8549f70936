"""Amounts as callers write them: whole cents only, and equal to quantity times price."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from sync.sandbox.quickbooks.refusals import Refusal, missing
from sync.sandbox.quickbooks.wire import Json, cents, money

CENT = Decimal("0.01")


def to_cents(amount: int | Decimal, element: str) -> int:
    """Cents, or 2140 for a fraction of one."""
    if isinstance(amount, int):
        return cents(amount)
    whole = amount.quantize(CENT)
    if amount != whole:
        raise Refusal("2140", f"Invalid Amount : {element} has more than 2 decimals", element)
    return cents(whole)


def amount_of(line: Json) -> int:
    """A line's amount in cents; it may not be left out."""
    amount = line.get("Amount")
    if amount is None:
        raise missing("Line.Amount")
    return to_cents(amount, "Line.Amount")


def check_arithmetic(detail: Json, amount: int) -> None:
    """Refuse an amount that is not quantity times price, to the cent (6070)."""
    if "Qty" not in detail or "UnitPrice" not in detail:
        return
    product = Decimal(detail["Qty"]) * Decimal(detail["UnitPrice"])
    if product.quantize(CENT, ROUND_HALF_UP) != money(amount):
        raise Refusal(
            "6070",
            "Amount calculation incorrect in the request. Amount is not equal to UnitPrice * Qty. "
            f"Supplied value:{money(amount)}",
            "Line.Amount",
        )


def percent_of(amount: int, percent: int | Decimal) -> int:
    """A share of an amount, rounded half up to the cent."""
    share = Decimal(amount) * Decimal(percent) / 100
    return int(share.quantize(Decimal(1), ROUND_HALF_UP))
