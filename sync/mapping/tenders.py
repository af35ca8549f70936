"""Where the money went: one account gets the receipt's total, the others a line each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sync.domain.documents import DocumentLine, LineRole, Ref
from sync.domain.money import ZERO
from sync.domain.sale import Sale, Tender, TenderKind
from sync.mapping.needs import Needs
from sync.mapping.text import item_name


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a document was paid; `amount` is what reaches (or leaves) `deposit_to`."""

    deposit_to: Ref
    amount: Decimal
    method: Ref | None = None
    lines: tuple[DocumentLine, ...] = ()


def settlement(sale: Sale, needs: Needs) -> Settlement:
    """The largest tender is the receipt's own; tenders of the same account join it.

    QuickBooks' total must be what reaches the deposit account: a second line to that very
    account would be money that no bank deposit could pick up.
    """
    tenders = [tender for tender in sale.tenders if tender.amount]
    if not tenders:
        return Settlement(_account(None, needs), ZERO)
    main = max(tenders, key=lambda tender: abs(tender.amount))
    deposit_to = _account(main, needs, is_main=True)
    reaches = abs(main.amount)
    elsewhere: dict[str, tuple[Tender, Ref, Decimal]] = {}
    for tender in tenders:
        if tender is main:
            continue
        account = _account(tender, needs)
        if account.id == deposit_to.id:
            reaches += abs(tender.amount)
            continue
        key = _name(tender).casefold()
        so_far = elsewhere[key][2] if key in elsewhere else ZERO
        elsewhere[key] = (tender, account, so_far + abs(tender.amount))
    verb = "Refunded" if needs.is_refund else "Paid"
    lines = tuple(
        DocumentLine(
            LineRole.TENDER,
            needs.item_on(tender_item(tender, latin1=needs.latin1), account),
            -amount,
            f"{verb} by {item_name(_name(tender), needs.latin1)}",
        )
        for tender, account, amount in elsewhere.values()
    )
    method = needs.payment_method(_name(main), is_card=main.kind is TenderKind.CARD)
    return Settlement(deposit_to, reaches, method, lines)


def tender_item(tender: Tender, *, latin1: bool = True) -> str:
    """`Tender - Check`: QuickBooks keeps the colon for categories."""
    return item_name(f"Tender - {item_name(_name(tender), latin1)}", latin1)


def _name(tender: Tender) -> str:
    return tender.name.strip() or tender.kind.value.capitalize()


def _account(tender: Tender | None, needs: Needs, *, is_main: bool = False) -> Ref:
    """A rule moves the receipt's own money; another tender keeps its account if it has one."""
    accounts = needs.settings.accounts
    by_rule = needs.judgement.overrides.deposit_account
    mapped = accounts.tenders.get(_name(tender).casefold()) if tender is not None else None
    in_order = (by_rule, mapped) if is_main or tender is None else (mapped, by_rule)
    chosen = in_order[0] or in_order[1] or accounts.deposit
    return needs.account(chosen, "deposit", "deposits")
