"""How a sale was paid, sorted by what each payment means; which form carries it comes later."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from sync.domain.documents import Ref
from sync.domain.money import ZERO
from sync.domain.sale import Sale, Tender, TenderKind
from sync.domain.standing import Movement, OpenInvoice, Standing, put_in, spend
from sync.domain.verdicts import Hold
from sync.mapping.needs import NONE_CHOSEN, Needs

_COIN = Decimal("0.05")  # the smallest that tills round cash to
_MOST_ROUNDED = Decimal("0.04")
_WITHOUT_CENTS = frozenset({"AUD", "CAD", "CHF", "DKK", "NOK", "NZD", "SEK"})


@dataclass(frozen=True, slots=True)
class Way:
    """Money of one name that reached one account; `tender` gives the name."""

    tender: Tender
    account: Ref
    amount: Decimal  # positive is money in


@dataclass(frozen=True, slots=True)
class Paying:
    """Every payment of a sale is in exactly one of these, signed as at the till."""

    ways: tuple[Way, ...] = ()  # money; the largest payment's account first
    gift_cards: tuple[Way, ...] = ()  # positive is spent
    left_open: Decimal = ZERO  # not recorded, so it stays on the customer's account
    movement: Movement | None = None  # of the customer's credit account
    tips: Decimal = ZERO
    rounded: Decimal = ZERO  # paid beyond the total because coins end at five cents

    @property
    def earlier(self) -> Decimal:
        """What goes to earlier invoices."""
        return sum((part for _, part in self.movement.paid), ZERO) if self.movement else ZERO

    @property
    def charged(self) -> Decimal:
        """What this sale leaves open on the customer's account; negative is a credit."""
        return self.left_open + (self.movement.charged if self.movement else ZERO)


@dataclass(slots=True)
class _Sorted:
    """While tenders are sorted."""

    money: list[tuple[Tender, Ref]] = field(default_factory=list)
    gifts: list[tuple[Tender, Ref]] = field(default_factory=list)
    on_account: list[Tender] = field(default_factory=list)
    left_open: Decimal = ZERO


def paying(sale: Sale, needs: Needs, standing: Standing, *, records: bool) -> Paying:
    """Sort the payments; `records` is false where a person books the money himself."""
    found = _Sorted()
    main = _largest(sale, needs)
    for tender in sale.tenders:
        if not tender.amount:
            continue
        if tender.id in needs.judgement.overrides.skipped_tenders:
            found.left_open += tender.amount
        elif tender.kind is TenderKind.GIFT_CARD:
            account = _chosen(tender, needs)
            account = needs.account(account, "gift_cards", "what you owe on gift cards")
            found.gifts.append((tender, account))
        elif _is_on_account(tender, needs):
            found.on_account.append(tender)
        elif not records:
            found.left_open += tender.amount
        else:
            found.money.append((tender, _account(tender, needs, is_main=tender is main)))
    return Paying(
        ways=_ways(found.money, main),
        gift_cards=_ways(found.gifts, None),
        left_open=found.left_open,
        movement=_movement(found.on_account, standing, needs),
        tips=tips_of(sale),
        rounded=cash_rounding(sale, needs),
    )


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


def tender_name(tender: Tender) -> str:
    """What the till calls it, or its kind."""
    return tender.name.strip() or tender.kind.value.capitalize()


def set_aside(
    ways: tuple[Way, ...], wanted: tuple[tuple[OpenInvoice, Decimal], ...]
) -> tuple[tuple[Way, ...], list[tuple[Way, OpenInvoice, Decimal]]]:
    """Take money for earlier invoices out of what came in; the rest is this sale's own."""
    left = {index: way.amount for index, way in enumerate(ways) if way.amount > 0}
    taken: list[tuple[Way, OpenInvoice, Decimal]] = []
    for invoice, owed in wanted:
        for index in left:
            part = min(owed, left[index])
            if part > 0:
                taken.append((ways[index], invoice, part))
                left[index] -= part
                owed -= part
    rest = tuple(
        replace(way, amount=left.get(index, way.amount))
        for index, way in enumerate(ways)
        if left.get(index, way.amount)
    )
    return rest, taken


def _movement(tenders: list[Tender], standing: Standing, needs: Needs) -> Movement | None:
    used = sum((tender.amount for tender in tenders), ZERO)
    if not used:
        return None
    accounts = {tender.credit_account_id for tender in tenders}
    if len(accounts) > 1:
        reason = (
            "Two customers' credit accounts are on this ticket, and CCC cannot tell them apart."
        )
        needs.problems.append(Hold("credit_account.two", reason))
    account = min(accounts)
    if used > 0:
        return spend(account, used, standing)
    return put_in(account, -used, standing)


def _largest(sale: Sale, needs: Needs) -> Tender | None:
    """The largest payment in money, the first of equal ones; the document's own account."""
    money = [
        tender
        for tender in sale.tenders
        if tender.amount
        and tender.kind is not TenderKind.GIFT_CARD
        and not _is_on_account(tender, needs)
        and tender.id not in needs.judgement.overrides.skipped_tenders
    ]
    return max(money, key=lambda tender: abs(tender.amount), default=None)


def _ways(paid: list[tuple[Tender, Ref]], main: Tender | None) -> tuple[Way, ...]:
    """One sum for each name and account; what cancels out is no way at all."""
    ways: dict[tuple[str, str], Way] = {}
    for tender, account in sorted(paid, key=lambda each: each[0] is not main):
        key = (account.id, tender_name(tender).casefold())
        so_far = ways.get(key)
        if so_far is None:
            ways[key] = Way(tender, account, tender.amount)
        else:
            ways[key] = replace(so_far, amount=so_far.amount + tender.amount)
    return tuple(way for way in ways.values() if way.amount)


def _is_on_account(tender: Tender, needs: Needs) -> bool:
    """A credit account with an account of its own chosen is booked there, like any payment."""
    if tender.kind is not TenderKind.CREDIT_ACCOUNT:
        return False
    if tender.id in needs.judgement.overrides.added_tenders:
        return False  # a rule books it like any payment
    return tender_name(tender).casefold() not in needs.settings.accounts.tenders


def _chosen(tender: Tender, needs: Needs, *, is_main: bool = False) -> Ref | None:
    """A rule moves the document's own money; another tender keeps its account if it has one."""
    accounts = needs.settings.accounts
    by_rule = needs.judgement.overrides.deposit_account
    mapped = accounts.tenders.get(tender_name(tender).casefold())
    if tender.kind is TenderKind.GIFT_CARD:
        return mapped or accounts.gift_cards
    first, second = (by_rule, mapped) if is_main else (mapped, by_rule)
    found = first or second
    if found is None and tender.kind is TenderKind.ADJUSTMENT:
        return None  # the till does not say where such money went: nothing may be assumed
    return found or accounts.deposit


def _account(tender: Tender, needs: Needs, *, is_main: bool) -> Ref:
    chosen = _chosen(tender, needs, is_main=is_main)
    if chosen is None and tender.kind is TenderKind.ADJUSTMENT:
        name = tender_name(tender)
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


def of_invoice(way: Way, needs: Needs) -> Way:
    """The payment of an invoice: its account is set by other rules than a receipt's."""
    overrides, tender = needs.judgement.overrides, way.tender
    chosen = overrides.payment_accounts.get(tender.id)
    if chosen is None and overrides.deposit_account is None:
        return way
    accounts = needs.settings.accounts
    usual = accounts.tenders.get(tender_name(tender).casefold()) or accounts.deposit
    return replace(way, account=needs.account(chosen or usual, "deposit", "deposits"))


def no_payment_account(needs: Needs) -> Ref:
    """Where a receipt without a payment points; nothing reaches it."""
    chosen = needs.judgement.overrides.deposit_account or needs.settings.accounts.deposit
    return needs.account(chosen, "deposit", "deposits")
