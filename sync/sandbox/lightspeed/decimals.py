"""Numbers and moments as the till writes them: strings, with trailing zeros trimmed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal


def scaled(number: int, places: int) -> str:
    """An integer count of 10^-places, in plain notation: (1450, 2) is `14.5`."""
    sign, digits = ("-" if number < 0 else ""), str(abs(number)).rjust(places + 1, "0")
    whole, rest = digits[:-places], digits[-places:].rstrip("0")
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}" if whole != "0" else "0"


def cents(number: int) -> str:
    """Whole cents as a decimal string."""
    return scaled(number, 2)


def trimmed(number: Decimal) -> str:
    """An exact decimal without exponent or trailing zeros."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def flag(truth: bool) -> str:
    """Booleans travel as words."""
    return "true" if truth else "false"


def moment(at: datetime) -> str:
    """Whole seconds in UTC."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat()
