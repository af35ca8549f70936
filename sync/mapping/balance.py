"""The last look before posting: sums that every plan must satisfy, whatever led to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sync.domain.arithmetic import contradiction
from sync.domain.documents import Document, DocumentKind, Payment, SalesForm
from sync.domain.money import ZERO, is_whole_cents
from sync.domain.sale import Sale
from sync.domain.verdicts import Hold
from sync.mapping.forms import OUTWARD, Layout
from sync.mapping.needs import Needs
from sync.mapping.paying import Paying

_NUMBER_LIMIT = 21
_TAXED_LINES_LIMIT = 750
_LINES_LIMIT = 10_000


def misfits(
    sale: Sale, documents: Sequence[Document], laid: Layout, paid: Paying, needs: Needs
) -> list[Hold]:
    """What no document may have."""
    found: list[Hold] = []
    if too_long := next((d.number for d in documents if not _fits(d.number)), None):
        found.append(
            Hold(
                "number.too_long",
                f"The number {too_long} has {len(too_long)} characters; QuickBooks takes 1 to "
                f"{_NUMBER_LIMIT}. Shorten the prefix or the suffix.",
                subject=f"{needs.settings.prefix}…{needs.settings.suffix}",
            )
        )
    forms = [each for each in documents if isinstance(each, SalesForm)]
    for form in forms:
        limit = _TAXED_LINES_LIMIT if form.posted_tax else _LINES_LIMIT
        if len(form.lines) > limit:
            found.append(
                Hold(
                    "too_many_lines",
                    f"This sale needs {len(form.lines)} lines; QuickBooks takes at most {limit} "
                    "on such a form.",
                )
            )
    if unbalanced := _unbalanced(sale, forms, documents, laid, paid):
        found.append(Hold("unbalanced", unbalanced))
    elif wrong := contradiction(sale):
        found.append(Hold("till_contradicts", f"The sale contradicts itself. {wrong}"))
    return found


def _fits(number: str) -> bool:
    return bool(number.strip()) and len(number) <= _NUMBER_LIMIT


def _unbalanced(
    sale: Sale,
    forms: Sequence[SalesForm],
    documents: Iterable[Document],
    laid: Layout,
    paid: Paying,
) -> str:
    """What was sold, what was paid, and what is owed, in the till's figures; empty when equal."""
    taken = sum((tender.amount for tender in sale.tenders), ZERO)
    if taken != sale.total + paid.tips + paid.rounded:
        with_tips = f" with tips of {paid.tips}" if paid.tips else ""
        return f"The sale's total is {sale.total}{with_tips}, but its payments come to {taken}."
    due = -sale.total if laid.is_refund else sale.total
    sold = sum((_sign(form) * form.goods_and_tax for form in forms), ZERO)
    sold = -sold if laid.is_refund else sold
    if sold != due:
        return f"The sale's total is {due}, but its goods, discounts and tax come to {sold}."
    comes_to = forms[0].total if forms else ZERO
    if comes_to != laid.comes_to or any(form.total < 0 for form in forms):
        return f"The document's total is {comes_to}, but it should be {laid.comes_to}."
    if wrong := _money_lost(documents, laid, paid):
        return wrong
    for form in forms:
        if not all(is_whole_cents(line.amount) for line in form.lines):
            return "An amount of this sale is finer than a cent."
        if not is_whole_cents(form.tax):
            return f"The sale's tax, {form.tax}, is finer than a cent."
    return ""


def _sign(form: SalesForm) -> int:
    return -1 if form.kind in OUTWARD else 1


def _money_lost(documents: Iterable[Document], laid: Layout, paid: Paying) -> str:
    """Money that reached the till and no document moves, or the other way round."""
    if laid.kind is DocumentKind.ESTIMATE:
        return ""
    moved = sum((way.amount for way in laid.elsewhere), ZERO)
    for each in documents:
        if isinstance(each, Payment):
            moved += each.amount
        elif each.deposit_to is not None:
            moved += _sign(each) * each.total
    reached: Decimal = sum((way.amount for way in paid.ways), ZERO)
    return "" if moved == reached else f"{reached} was paid, but {moved} reached an account."
