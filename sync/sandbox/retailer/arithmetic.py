"""Till arithmetic in whole cents, kept apart so that it can be checked against nothing but itself.

Money is an integer number of cents. Tax is exact in millionths of a cent until a whole sale is
rounded, because the till keeps four and more decimals on its lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

MILLION = 1_000_000

# What the till stores when somebody types "100 %".
ALL_OF_IT = Fraction(999_999_999, 1_000_000_000)


def half_up(exact: Fraction) -> int:
    """The nearest whole cent; a tie goes away from zero on both sides."""
    sign = -1 if exact < 0 else 1
    twice = 2 * abs(exact.numerator) + exact.denominator
    return sign * (twice // (2 * exact.denominator))


def tax_cents(millionths: int) -> int:
    """The tax of a whole sale: the only place where line taxes are rounded."""
    return half_up(Fraction(millionths, MILLION))


def percent_of(cents: int, part: Fraction) -> int:
    """A percentage discount on one line, rounded by the till to the cent."""
    return half_up(cents * part)


def shares(whole: int, weights: Sequence[int]) -> list[int]:
    """Cut a whole-sale discount into line shares that add up to it exactly."""
    total = sum(weights)
    cut: list[int] = []
    running = 0
    for weight in weights:
        before = half_up(Fraction(whole * running, total))
        running += weight
        cut.append(half_up(Fraction(whole * running, total)) - before)
    return cut


def summed(values: Iterable[int]) -> int:
    """A sum that says it is of integers."""
    return sum(values, 0)
