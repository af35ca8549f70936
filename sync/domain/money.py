"""Money is Decimal in code and integer minor units in the database; this is the only bridge."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal("0")
CENT = Decimal("0.01")

# Currencies without two decimals (ISO 4217); every other one has two.
_DECIMALS = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "ISK": 0, "BHD": 3, "KWD": 3, "JOD": 3}


def decimals(currency: str) -> int:
    """How many decimals this currency has: USD 2, JPY 0, KWD 3."""
    return _DECIMALS.get(currency, 2)


def cents(amount: Decimal) -> Decimal:
    """Round to two decimals, half away from zero, as the till and QuickBooks do."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def is_whole_cents(amount: Decimal) -> bool:
    """True when nothing smaller than a cent is left in it."""
    return amount == cents(amount)


def to_minor(amount: Decimal, currency: str) -> int:
    """Minor units, exactly; an amount finer than the currency is a bug, not a rounding."""
    scaled = amount.scaleb(decimals(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"an amount is finer than {currency} allows")
    return int(scaled)


def from_minor(minor: int, currency: str) -> Decimal:
    """Minor units back to an amount with the currency's decimals."""
    return Decimal(minor).scaleb(-decimals(currency))
