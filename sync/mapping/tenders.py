"""Where the money went: one account gets the document's total, everything else is a line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sync.domain.documents import DocumentLine, LineRole, Ref
from sync.domain.money import ZERO
from sync.domain.sale import Sale, Tender, TenderKind
from sync.domain.verdicts import Hold
from sync.mapping.needs import NONE_CHOSEN, Needs, Own
from sync.mapping.text import item_name

GIFT_CARD_ITEM = "Gift Card"
_PROMISES = (TenderKind.GIFT_CARD, TenderKind.CREDIT_ACCOUNT)  # owed by or to the shop, not money
_COIN = Decimal("0.05")  # the smallest that tills round cash to
_MOST_ROUNDED = Decimal("0.04")
_WITHOUT_CENTS = frozenset({"AUD", "CAD", "CHF", "DKK", "NOK", "NZD", "SEK"})


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a document was paid; `amount` is what reaches (or leaves) `deposit_to`."""

    deposit_to: Ref
    amount: Decimal
    method: Ref | None = None
    lines: tuple[DocumentLine, ...] = ()


def money_goes_out(sale: Sale, needs: Needs) -> bool:
    """Whether this is a refund: QuickBooks takes no receipt whose total is negative.

    The account that gets the total decides; where no money moved, the tax and the goods do.
    """
    main = _main(sale)
    if main is not None:
        account = _chosen(main, needs, is_main=True)
        reached = sum(
            (
                tender.amount
                for tender in sale.tenders
                if tender is main or _joins(tender, account, needs)
            ),
            ZERO,
        )
        if reached:
            return reached < 0
    if sale.tax or sale.total:
        return (sale.tax or sale.total) < 0
    return sale.is_refund


def settlement(sale: Sale, needs: Needs) -> Settlement:
    """The largest payment is the document's own; payments to the same account join it.

    QuickBooks' total must be what reaches the deposit account: a second line to that very
    account would be money that no bank deposit could pick up.
    """
    sign = -1 if needs.is_refund else 1
    main = _main(sale)
    deposit_to = _account(main, needs, is_main=True)
    reaches = main.amount if main is not None else ZERO
    elsewhere: dict[str, tuple[Tender, Ref, Decimal]] = {}
    for tender in sale.tenders:
        if tender is main or not tender.amount:
            continue
        if _joins(tender, deposit_to, needs):
            reaches += tender.amount
            continue
        key = _name(tender).casefold()
        account = elsewhere[key][1] if key in elsewhere else _account(tender, needs)
        so_far = elsewhere[key][2] if key in elsewhere else ZERO
        elsewhere[key] = (tender, account, so_far + tender.amount)
    lines = [
        _line(tender, account, amount, sign, needs)
        for tender, account, amount in elsewhere.values()
        if amount
    ]
    if tips := tips_of(sale):
        item = needs.own_item(Own.TIP)
        lines.append(DocumentLine(LineRole.TIP, item, sign * tips, "Tip"))
    if rounded := cash_rounding(sale, needs):
        item = needs.own_item(Own.ROUNDING)
        lines.append(DocumentLine(LineRole.CASH_ROUNDING, item, sign * rounded, "Cash rounding"))
    method = None
    if main is not None:
        method = needs.payment_method(_name(main), is_card=main.kind is TenderKind.CARD)
    return Settlement(deposit_to, sign * reaches, method, tuple(lines))


def tips_of(sale: Sale) -> Decimal:
    """What customers gave on top; the payments contain it, the sale's total does not."""
    return sum((tender.tip for tender in sale.tenders), ZERO)


def cash_rounding(sale: Sale, needs: Needs) -> Decimal:
    """What was paid beyond the total because coins end at five cents; zero if not explained so.

    Where cents are still paid, a cent that is missing is an error and not a rounding.
    """
    if not (needs.settings.cash_rounding or needs.books.facts.currency in _WITHOUT_CENTS):
        return ZERO
    cash = [tender.amount for tender in sale.tenders if tender.kind is TenderKind.CASH]
    if not any(cash) or sum(cash, ZERO) % _COIN:
        return ZERO
    paid = sum((tender.amount for tender in sale.tenders), ZERO) - tips_of(sale)
    beyond = paid - sale.total
    return beyond if abs(beyond) <= _MOST_ROUNDED else ZERO


def tender_item(tender: Tender, *, latin1: bool = True) -> str:
    """`Tender - Check`: QuickBooks keeps the colon for categories."""
    if tender.kind is TenderKind.GIFT_CARD:
        return GIFT_CARD_ITEM
    return item_name(f"Tender - {item_name(_name(tender), latin1)}", latin1)


def _line(tender: Tender, account: Ref, amount: Decimal, sign: int, needs: Needs) -> DocumentLine:
    """Money that went elsewhere lowers what reaches the deposit account, and the other way."""
    item = needs.item_on(tender_item(tender, latin1=needs.latin1), account)
    if tender.kind is TenderKind.GIFT_CARD:
        text = "Gift card used" if amount > 0 else "Gift card sold or loaded"
    else:
        name = item_name(_name(tender), needs.latin1)
        text = f"Paid by {name}" if amount > 0 else f"Refunded by {name}"
    return DocumentLine(LineRole.TENDER, item, -sign * amount, text)


def _main(sale: Sale) -> Tender | None:
    """The largest payment in money, the first of equal ones."""
    money = [tender for tender in sale.tenders if tender.amount and tender.kind not in _PROMISES]
    return max(money, key=lambda tender: abs(tender.amount), default=None)


def _joins(tender: Tender, account: Ref | None, needs: Needs) -> bool:
    if not tender.amount or tender.kind in _PROMISES or account is None:
        return False
    chosen = _chosen(tender, needs)
    return chosen is not None and chosen.id == account.id


def _name(tender: Tender) -> str:
    return tender.name.strip() or tender.kind.value.capitalize()


def _chosen(tender: Tender | None, needs: Needs, *, is_main: bool = False) -> Ref | None:
    """A rule moves the document's own money; another tender keeps its account if it has one."""
    accounts = needs.settings.accounts
    by_rule = needs.judgement.overrides.deposit_account
    mapped = accounts.tenders.get(_name(tender).casefold()) if tender is not None else None
    if tender is not None and tender.kind is TenderKind.GIFT_CARD:
        return mapped or accounts.gift_cards
    in_order = (by_rule, mapped) if is_main or tender is None else (mapped, by_rule)
    found = in_order[0] or in_order[1]
    if found is None and tender is not None and tender.kind is TenderKind.ADJUSTMENT:
        return None  # the till does not say where such money went: nothing may be assumed
    return found or accounts.deposit


def _account(tender: Tender | None, needs: Needs, *, is_main: bool = False) -> Ref:
    chosen = _chosen(tender, needs, is_main=is_main)
    if tender is not None and tender.kind is TenderKind.GIFT_CARD:
        return needs.account(chosen, "gift_cards", "what you owe on gift cards")
    if tender is not None and tender.kind is TenderKind.ADJUSTMENT and chosen is None:
        name = _name(tender)
        needs.problems.append(
            Hold(
                f"account.{name.casefold()}",
                f"{name} is a payment of the kind “adjustment”: the till does not say where the "
                "money went. Choose the account it belongs to.",
                "pick_account",
                name,
            )
        )
        return NONE_CHOSEN
    return needs.account(chosen, "deposit", "deposits")
