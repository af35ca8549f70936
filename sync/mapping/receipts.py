"""One judged sale to its documents: the parts come together here, and must add up to the till."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from sync.domain.books import Books, name_key
from sync.domain.documents import (
    PAYING,
    Document,
    DocumentKind,
    DocumentLine,
    LineRole,
    NewCustomer,
    NewListObject,
    NewPaymentMethod,
    Payment,
    Ref,
    SalesForm,
    Settles,
)
from sync.domain.identity import SourceKey
from sync.domain.money import ZERO
from sync.domain.plan import Plan
from sync.domain.sale import Sale, TenderKind
from sync.domain.settings import ConnectionSettings
from sync.domain.standing import Standing
from sync.domain.verdicts import Hold, Judgement, Product
from sync.mapping.balance import misfits
from sync.mapping.customers import customer_for
from sync.mapping.forms import Layout, by_customer, layout, records_payments
from sync.mapping.goods import goods_lines, rounding_lines
from sync.mapping.needs import Needs, not_in_quickbooks
from sync.mapping.paying import Paying, Way, paying, tender_name
from sync.mapping.splitting import pieces
from sync.mapping.taxes import TaxTreatment, places, tax_lines, tax_treatment
from sync.mapping.tenders import paying_lines
from sync.mapping.text import MEMO_LIMIT, free_text, note_text
from sync.mapping.unsupported import not_posted_yet

_WITH_TERMS = (DocumentKind.INVOICE, DocumentKind.CREDIT_MEMO, DocumentKind.ESTIMATE)
_PIECES = Hold(
    "unsupported.pieces",
    "This sale needs two documents, for two tax codes or for goods both ways, and part of it is on "
    "a customer's account or paid in several ways. That is not posted yet; it waits.",
)
_NOTHING = Hold("sale.empty", "Nothing was sold, so there is nothing to post.")

ListKey = tuple[type, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """A sale mapped as far as it goes; references to what is still missing have no id."""

    plan: Plan | None = None
    hold: Hold | None = None
    missing: tuple[NewListObject, ...] = ()
    unmatched: tuple[Product, ...] = ()  # products whose item is among what is missing

    @property
    def outcome(self) -> Plan | Hold:
        """What may be posted now, or why not."""
        if self.hold is not None:
            return self.hold
        needed = [one for one in self.missing if not isinstance(one, NewPaymentMethod)]
        if needed or self.plan is None:
            return replace(not_in_quickbooks(needed), products=self.unmatched)
        # A payment method is a nicety, not worth a hold.
        documents = tuple(
            replace(each, payment_method=None)
            if each.payment_method is not None and not each.payment_method.id
            else each
            for each in self.plan.documents
        )
        return replace(self.plan, documents=documents)


def missing_objects(
    judgement: Judgement,
    settings: ConnectionSettings,
    books: Books,
    standing: Standing | None = None,
) -> tuple[NewListObject, ...]:
    """What must be created before this sale can be posted; nothing for one that is held."""
    nameless = SourceKey("0", "sale", judgement.sale.id)
    return draft_sale(judgement, settings, books, nameless, standing).missing


def map_sale(
    judgement: Judgement,
    settings: ConnectionSettings,
    books: Books,
    key: SourceKey,
    standing: Standing | None = None,
) -> Plan | Hold:
    """The documents of a sale, exact to the cent, or what a person must decide first."""
    return draft_sale(judgement, settings, books, key, standing).outcome


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
    judgement: Judgement,
    settings: ConnectionSettings,
    books: Books,
    key: SourceKey,
    standing: Standing | None = None,
) -> Draft:
    """Both answers from one pass: what is missing, and the documents or the Hold.

    `standing` is the customer's account as earlier sales left it; empty for most sales.
    """
    try:
        return _draft(judgement, settings, books, key, standing or Standing())
    except InvalidOperation:  # one absurd figure must not stop the other sales
        reason = "An amount or quantity of this sale is not a figure that can be calculated with."
        return Draft(hold=Hold("amount.absurd", reason))


def _draft(
    judgement: Judgement,
    settings: ConnectionSettings,
    books: Books,
    key: SourceKey,
    standing: Standing,
) -> Draft:
    if hold := not_posted_yet(judgement, settings, books.facts):
        return Draft(hold=hold)
    sale = judgement.sale
    needs = Needs(judgement, settings, books)
    kind = judgement.overrides.document_type or settings.document_type
    paid = paying(sale, needs, standing, records=records_payments(sale, kind))
    laid = layout(sale, paid, needs, kind)
    needs.is_refund = laid.is_refund
    about_money, needs.problems = needs.problems, []  # goods and tax are told first

    own, *others = pieces(sale, needs)
    laid = _without(laid, others, needs)
    lines, tax = _sold(own, needs)
    if laid.kind is not DocumentKind.ESTIMATE:
        lines += paying_lines(paid, laid.elsewhere, needs)
    needs.problems += about_money

    documents: list[Document] = []
    customer = customer_for(needs, is_named=_is_owed(paid, laid))
    if lines or laid.comes_to:
        documents.append(_form(sale, needs, key, tax, laid, lines, customer))
    documents += _payments(sale, needs, key, laid, customer, len(documents))
    for piece in others:
        documents.append(_further(piece, needs, key, laid, customer, len(documents)))
    needs.problems += misfits(sale, documents, laid, paid, needs)
    plan = Plan(tuple(documents), paid.movement) if documents else None
    if hold := needs.hold() or (_NOTHING if plan is None else None):
        return Draft(plan, hold)
    return Draft(plan, missing=needs.missing, unmatched=needs.to_make)


def _sold(sale: Sale, needs: Needs) -> tuple[list[DocumentLine], TaxTreatment]:
    """What was sold, and its tax."""
    tax = tax_treatment(sale, needs)
    lines = goods_lines(sale, needs, marks_tax=tax.marks_lines)
    lines += rounding_lines(sale, lines, needs)
    lines += tax_lines(tax, needs)
    return _in_classes(lines, needs), tax


def _without(laid: Layout, others: Sequence[Sale], needs: Needs) -> Layout:
    """The first document of a sale in pieces: what the others move is not its own."""
    if not others:
        return laid
    if laid.deposit_to is None:
        needs.problems.append(_PIECES)
        return laid
    moved = sum((piece.total for piece in others), ZERO)
    own = laid.comes_to - (-moved if laid.is_refund else moved)
    if own < 0:
        needs.problems.append(_PIECES)
    return replace(laid, comes_to=own)


def _further(
    piece: Sale, needs: Needs, key: SourceKey, laid: Layout, customer: Ref, part: int
) -> SalesForm:
    """Another document of the same sale, over the same account."""
    was_refund, needs.is_refund = needs.is_refund, piece.total < 0 or piece.is_refund
    lines, tax = _sold(piece, needs)
    out = needs.is_refund
    kind = DocumentKind.REFUND_RECEIPT if out else DocumentKind.SALES_RECEIPT
    whole = replace(laid, kind=kind, elsewhere=(), comes_to=-piece.total if out else piece.total)
    form = _form(piece, needs, replace(key, part=part), tax, whole, lines, customer)
    needs.is_refund = was_refund
    return replace(form, number=f"{form.number}-{part}")


def _is_owed(paid: Paying, laid: Layout) -> bool:
    """Whether somebody by name owes or is owed: no crowd of walk-ins has an account."""
    return paid.movement is not None and laid.kind in (
        DocumentKind.INVOICE,
        DocumentKind.CREDIT_MEMO,
    )


def _form(
    sale: Sale,
    needs: Needs,
    key: SourceKey,
    tax: TaxTreatment,
    laid: Layout,
    lines: list[DocumentLine],
    customer: Ref,
) -> SalesForm:
    overrides = needs.judgement.overrides
    ship_to, ship_from = places(sale, needs)
    return SalesForm(
        kind=laid.kind,
        number=_number(sale, needs),
        day=overrides.day or sale.business_day,
        currency=needs.books.facts.currency,
        lines=tuple(lines),
        deposit_to=laid.deposit_to,
        private_note=_note(sale, key, needs),
        customer=customer,
        tax=tax.amount if tax.is_sent else ZERO,
        tax_code=tax.code,
        sends_tax=tax.is_sent,
        payment_method=_method(laid.main, needs),
        ship_to=ship_to,
        ship_from=ship_from,
        location=_set(overrides.location),
        class_ref=None if needs.books.facts.classes_by_line else _set(overrides.class_ref),
        terms=_set(overrides.terms) if laid.kind in _WITH_TERMS else None,
        memo=free_text(overrides.memo, MEMO_LIMIT, needs.latin1) if overrides.memo else "",
    )


def _payments(
    sale: Sale, needs: Needs, key: SourceKey, laid: Layout, customer: Ref, first: int
) -> list[Payment]:
    """The invoice's own payments, then what pays earlier invoices; parts go on from `first`."""
    made: list[Payment] = []

    def pay(way: Way | None, payer: Ref, settles: list[Settles]) -> None:
        part = first + len(made)
        number = _number(sale, needs) + (f"-{len(made) + 1}" if made else "")
        made.append(
            Payment(
                number=number,
                day=needs.judgement.overrides.day or sale.business_day,
                currency=needs.books.facts.currency,
                customer=payer,
                amount=sum((each.amount for each in settles), ZERO) if way else ZERO,
                deposit_to=way.account if way else None,
                private_note=_note(sale, replace(key, part=part), needs),
                settles=tuple(settles),
                payment_method=_method(way, needs),
            )
        )

    for way in laid.payments:
        pay(way, customer, [Settles(laid.kind, way.amount)])
    for way, payer, invoices in by_customer(laid.earlier):
        pay(way, payer, [_earlier(invoice.document, amount) for invoice, amount in invoices])
    if laid.applied:
        memo = Settles(laid.kind, sum((amount for _, amount in laid.applied), ZERO))
        pay(
            None,
            customer,
            [*(_earlier(each.document, amount) for each, amount in laid.applied), memo],
        )
    return made


def _earlier(document: int, amount: Decimal) -> Settles:
    return Settles(DocumentKind.INVOICE, amount, document=document)


def _method(way: Way | None, needs: Needs) -> Ref | None:
    if way is None:
        return None
    named = needs.judgement.overrides.payment_methods.get(way.tender.id)
    name = named or tender_name(way.tender)
    return needs.payment_method(name, is_card=way.tender.kind is TenderKind.CARD)


def _in_classes(lines: list[DocumentLine], needs: Needs) -> list[DocumentLine]:
    """What was sold gets the class of the sale, where it has none of its own."""
    chosen = needs.judgement.overrides.class_ref
    by_line = needs.judgement.overrides.line_classes
    if not (by_line or (chosen and needs.books.facts.classes_by_line)):
        return lines
    return [
        line
        if line.role in PAYING or line.role is LineRole.TAX
        else replace(line, class_ref=_set(line.class_ref or chosen))
        for line in lines
    ]


def _set(chosen: Ref | None) -> Ref | None:
    """A reference without an id was cleared by a rule."""
    return chosen if chosen is not None and chosen.id else None


def _number(sale: Sale, needs: Needs) -> str:
    settings = needs.settings
    return needs.judgement.overrides.number or f"{settings.prefix}{sale.number}{settings.suffix}"


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
