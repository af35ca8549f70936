"""One judged sale to one receipt: the parts come together here, and must add up to the till."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import InvalidOperation

from sync.domain.arithmetic import contradiction
from sync.domain.books import Books, name_key
from sync.domain.documents import (
    DocumentKind,
    DocumentLine,
    NewCustomer,
    NewListObject,
    NewPaymentMethod,
    SalesForm,
)
from sync.domain.identity import SourceKey
from sync.domain.money import ZERO, is_whole_cents
from sync.domain.sale import Sale
from sync.domain.settings import ConnectionSettings
from sync.domain.verdicts import Hold, Judgement, Product
from sync.mapping.customers import customer_for
from sync.mapping.goods import goods_lines, rounding_lines
from sync.mapping.needs import Needs, not_in_quickbooks
from sync.mapping.taxes import TaxTreatment, places, tax_lines, tax_treatment
from sync.mapping.tenders import (
    Settlement,
    cash_rounding,
    money_goes_out,
    settlement,
    tips_of,
)
from sync.mapping.text import MEMO_LIMIT, free_text, note_text
from sync.mapping.unsupported import not_posted_yet

_NUMBER_LIMIT = 21
_TAXED_LINES_LIMIT = 750
_LINES_LIMIT = 10_000

ListKey = tuple[type, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A sale mapped as far as it goes; references to what is still missing have no id."""

    receipt: SalesForm | None = None
    hold: Hold | None = None
    missing: tuple[NewListObject, ...] = ()
    unmatched: tuple[Product, ...] = ()  # products whose item is among what is missing

    @property
    def outcome(self) -> SalesForm | Hold:
        """What may be posted now, or why not."""
        if self.hold is not None:
            return self.hold
        needed = [one for one in self.missing if not isinstance(one, NewPaymentMethod)]
        if needed or self.receipt is None:
            return replace(not_in_quickbooks(needed), products=self.unmatched)
        method = self.receipt.payment_method
        if method is not None and not method.id:
            return replace(self.receipt, payment_method=None)  # a nicety, not worth a hold
        return self.receipt


def missing_objects(
    judgement: Judgement, settings: ConnectionSettings, books: Books
) -> tuple[NewListObject, ...]:
    """What must be created before this sale can be posted; nothing for one that is held."""
    nameless = SourceKey("0", "sale", judgement.sale.id)
    return draft_sale(judgement, settings, books, nameless).missing


def map_sale(
    judgement: Judgement, settings: ConnectionSettings, books: Books, key: SourceKey
) -> SalesForm | Hold:
    """The document of a sale, exact to the cent, or what a person must decide first."""
    return draft_sale(judgement, settings, books, key).outcome


def each_once(wanted: Iterable[NewListObject]) -> tuple[NewListObject, ...]:
    """The needs of many sales without repetition; QuickBooks' names are case-blind."""
    found: dict[ListKey, NewListObject] = {}
    for one in wanted:
        found.setdefault(list_key(one), one)
    return tuple(found.values())


def list_key(one: NewListObject) -> ListKey:
    """Two needs with the same key are met by the same object."""
    name = one.display_name if isinstance(one, NewCustomer) else one.name
    return type(one), name_key(name)


def draft_sale(
    judgement: Judgement, settings: ConnectionSettings, books: Books, key: SourceKey
) -> Draft:
    """Both answers from one pass: what is missing, and the receipt or the Hold."""
    try:
        return _draft(judgement, settings, books, key)
    except InvalidOperation:  # one absurd figure must not stop the other sales
        reason = "An amount or quantity of this sale is not a figure that can be calculated with."
        return Draft(hold=Hold("amount.absurd", reason))


def _draft(
    judgement: Judgement, settings: ConnectionSettings, books: Books, key: SourceKey
) -> Draft:
    if hold := not_posted_yet(judgement, settings, books.facts):
        return Draft(hold=hold)
    sale = judgement.sale
    needs = Needs(judgement, settings, books)
    needs.is_refund = money_goes_out(sale, needs)
    tax = tax_treatment(sale, needs)
    lines = goods_lines(sale, needs, marks_tax=tax.marks_lines)
    if not lines and not sale.total and not any(tender.amount for tender in sale.tenders):
        return Draft(hold=Hold("sale.empty", "Nothing was sold, so there is nothing to post."))
    lines += rounding_lines(sale, lines, needs)
    lines += tax_lines(tax, needs)
    paid = settlement(sale, needs)
    lines += paid.lines
    receipt = _receipt(sale, needs, key, tax, paid, lines)
    needs.problems += _misfits(sale, receipt, paid, needs)
    if hold := needs.hold():
        return Draft(receipt, hold)
    return Draft(receipt, missing=needs.missing, unmatched=needs.to_make)


def _receipt(
    sale: Sale,
    needs: Needs,
    key: SourceKey,
    tax: TaxTreatment,
    paid: Settlement,
    lines: list[DocumentLine],
) -> SalesForm:
    overrides, settings = needs.judgement.overrides, needs.settings
    ship_to, ship_from = places(sale, needs)
    return SalesForm(
        kind=DocumentKind.REFUND_RECEIPT if needs.is_refund else DocumentKind.SALES_RECEIPT,
        number=overrides.number or f"{settings.prefix}{sale.number}{settings.suffix}",
        day=overrides.day or sale.business_day,
        currency=needs.books.facts.currency,
        lines=tuple(lines),
        deposit_to=paid.deposit_to,
        private_note=_note(sale, key, needs),
        customer=customer_for(needs),
        tax=tax.amount if tax.is_sent else ZERO,
        tax_code=tax.code,
        sends_tax=tax.is_sent,
        payment_method=paid.method,
        ship_to=ship_to,
        ship_from=ship_from,
        memo=free_text(overrides.memo, MEMO_LIMIT, needs.latin1) if overrides.memo else "",
    )


def _note(sale: Sale, key: SourceKey, needs: Needs) -> str:
    """Words for the bookkeeper, then the key by which we find our own document again."""
    words = [f"Lightspeed {'refund' if needs.is_refund else 'sale'} {sale.number}"]
    for label, text in (
        ("register", sale.register_name),
        ("shop", sale.shop.name),
        ("web order", sale.reference),
    ):
        if text:
            words.append(f"{label} {note_text(text, needs.latin1)}")
    return f"{', '.join(words)}. {key}"


def _misfits(sale: Sale, receipt: SalesForm, paid: Settlement, needs: Needs) -> list[Hold]:
    """What no document may have, whatever led to it: the last look before posting."""
    found: list[Hold] = []
    if not receipt.number.strip() or len(receipt.number) > _NUMBER_LIMIT:
        found.append(
            Hold(
                "number.too_long",
                f"The number {receipt.number} has {len(receipt.number)} characters; QuickBooks "
                f"takes 1 to {_NUMBER_LIMIT}. Shorten the prefix or the suffix.",
                subject=f"{needs.settings.prefix}…{needs.settings.suffix}",
            )
        )
    limit = _TAXED_LINES_LIMIT if receipt.sends_tax and receipt.tax else _LINES_LIMIT
    if len(receipt.lines) > limit:
        found.append(
            Hold(
                "too_many_lines",
                f"This sale needs {len(receipt.lines)} lines; QuickBooks takes at most {limit} "
                "on such a receipt.",
            )
        )
    if unbalanced := _unbalanced(sale, receipt, paid, needs):
        found.append(Hold("unbalanced", unbalanced))
    elif wrong := contradiction(sale):
        found.append(Hold("till_contradicts", f"The sale contradicts itself. {wrong}"))
    return found


def _unbalanced(sale: Sale, receipt: SalesForm, paid: Settlement, needs: Needs) -> str:
    """The two sums of every document, in the till's figures; empty when they hold."""
    due = -sale.total if needs.is_refund else sale.total
    tips, rounded = tips_of(sale), cash_rounding(sale, needs)
    taken = sum((tender.amount for tender in sale.tenders), ZERO)
    if taken != sale.total + tips + rounded:
        with_tips = f" with tips of {tips}" if tips else ""
        return f"The sale's total is {sale.total}{with_tips}, but its payments come to {taken}."
    if receipt.goods_and_tax != due:
        return (
            f"The sale's total is {due}, but its goods, discounts and tax come to "
            f"{receipt.goods_and_tax}."
        )
    if receipt.total != paid.amount or receipt.total < 0:
        return f"The receipt's total is {receipt.total}, but {paid.amount} reached the account."
    if not all(is_whole_cents(line.amount) for line in receipt.lines):
        return "An amount of this sale is finer than a cent."
    if not is_whole_cents(receipt.tax):
        return f"The sale's tax, {receipt.tax}, is finer than a cent."
    return ""
