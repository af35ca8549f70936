"""Sales that no single document can carry: two signs of tax, or two tax codes.

Each piece is a sale of its own lines with its own tax; together they are the whole. The first one
carries everything about how the sale was paid, the others move their whole worth over the same
account, so that what reaches it is what was paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from sync.domain.books import TaxWorld
from sync.domain.money import ZERO, cents
from sync.domain.sale import Sale, SaleLine
from sync.mapping.goods import is_taxable
from sync.mapping.needs import Needs
from sync.mapping.taxes import code_of


def pieces(sale: Sale, needs: Needs) -> list[Sale]:
    """The whole sale, mostly; else its pieces, the one with the document's own sign first.

    `needs.is_refund` says which sign the document has.
    """
    sign = -1 if needs.is_refund else 1
    if sign * sale.tax < 0:  # goods come back, and more money comes in, as for a gift card
        own = [line for line in sale.lines if sign * line.quantity >= 0]
        other = [line for line in sale.lines if sign * line.quantity < 0]
        return _shared_out(sale, [own, other])
    if needs.books.facts.tax_world is TaxWorld.MANUAL and sale.tax:
        by_code: dict[str, list[SaleLine]] = {}
        untaxed: list[SaleLine] = []
        for line in sale.lines:
            if not is_taxable(line) or not line.net:
                untaxed.append(line)
                continue
            code = code_of(sale, line.tax_rate, needs)
            by_code.setdefault(code.id if code else "", []).append(line)
        if len(by_code) > 1 and "" not in by_code:
            first, *rest = sorted(by_code.values(), key=_worth, reverse=sign > 0)
            return _shared_out(sale, [[*first, *untaxed], *rest])
    return [sale]


def _worth(lines: Sequence[SaleLine]) -> Decimal:
    return sum((line.net for line in lines), ZERO)


def _shared_out(sale: Sale, groups: Sequence[Sequence[SaleLine]]) -> list[Sale]:
    """Tax and total of each group in whole cents; the first takes what rounding leaves."""
    _, *others = groups
    taxes = [cents(sum((line.tax for line in lines), ZERO)) for lines in others]
    totals = [cents(_worth(lines)) + tax for lines, tax in zip(others, taxes, strict=True)]
    first = replace(
        sale,
        lines=tuple(groups[0]),
        tax=sale.tax - sum(taxes, ZERO),
        total=sale.total - sum(totals, ZERO),
    )
    return [first] + [
        replace(sale, lines=tuple(lines), tax=tax, total=total, tenders=())
        for lines, tax, total in zip(others, taxes, totals, strict=True)
    ]
