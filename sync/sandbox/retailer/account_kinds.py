"""Money that is promised: gift cards, credit accounts and layaways."""

from __future__ import annotations

from sync.sandbox.retailer.book import Account, Layaway
from sync.sandbox.retailer.events import Sale, total_of
from sync.sandbox.retailer.people import Customer
from sync.sandbox.retailer.plain_kinds import card
from sync.sandbox.retailer.premises import CASH, CHECK, CREDIT_ACCOUNT, CREDIT_CARD, GIFT_CARD
from sync.sandbox.retailer.visit import Visit

SALE = "sale"


def _holder(visit: Visit) -> tuple[Customer, Account]:
    """A customer with a credit account, which is opened on first use."""
    customer = visit.rng.choice([one for one in visit.people if one.account and not one.exempt])
    visit.customer = customer
    account = visit.book.accounts.get(customer.account)
    if account is None:
        name = f"{customer.first_name} {customer.last_name}".strip() or customer.company
        account = Account(customer.account, name, visit.at, customer, limit=500_00)
        visit.book.accounts[account.id] = account
    return customer, account


def gift_card_sold(visit: Visit) -> Sale:
    """The ticket's total is zero; the face value is only in the tenders."""
    number = visit.book.take("next_gift_card")
    worth = visit.rng.choice((25_00, 50_00, 100_00))
    account = Account(number, f"Gift Card {visit.at:%Y-%m-%d}", visit.at, code=f"6000{number:012d}")
    visit.book.accounts[number] = account
    line = visit.line(None, taxed=False, rate=0, note="Gift Card Purchase")
    link = (visit.book.take("next_link"), line.id)
    tenders = [
        visit.tender(GIFT_CARD, -worth, account=number, link=link),
        visit.tender(visit.rng.choice((CASH, CREDIT_CARD)), worth),
    ]
    return visit.sale("gift_card_sold", SALE, [line], tenders)


def gift_card_redeemed(visit: Visit) -> Sale:
    """Spend a card, and pay the rest some other way when it is not enough."""
    cards = [
        one.id
        for one in visit.book.accounts.values()
        if one.gift and visit.book.balances[one.id] < 0
    ]
    if not cards:
        return card(visit)
    number = visit.rng.choice(cards)
    lines = visit.basket()
    due = total_of(lines)
    spent = min(due, -visit.book.balances[number])
    tenders = [visit.tender(GIFT_CARD, spent, account=number)]
    if due > spent:
        tenders.append(visit.tender(CREDIT_CARD, due - spent))
    return visit.sale("gift_card_redeemed", SALE, lines, tenders)


def charge_on_account(visit: Visit) -> Sale:
    """Revenue and tax now, money later."""
    _, account = _holder(visit)
    lines = visit.basket()
    tenders = [visit.tender(CREDIT_ACCOUNT, total_of(lines), account=account.id)]
    return visit.sale("charge_on_account", SALE, lines, tenders)


def account_payment(visit: Visit) -> Sale:
    """A customer settles: no lines, two tenders that cancel out."""
    owing = [
        one
        for one in visit.book.accounts.values()
        if one.customer and visit.book.balances[one.id] > 0
    ]
    if not owing:
        return card(visit)
    account = visit.rng.choice(owing)
    visit.customer = account.customer
    balance = visit.book.balances[account.id]
    amount = balance if visit.rng.random() < 0.7 else max(1, balance // 2)
    tenders = [
        visit.tender(visit.rng.choice((CHECK, CASH)), amount),
        visit.tender(CREDIT_ACCOUNT, -amount, account=account.id),
    ]
    return visit.sale("account_payment", SALE, [], tenders)


def layaway_deposit(visit: Visit) -> Sale:
    """Goods are put aside outside any sale; the deposit goes to the customer's account."""
    _, account = _holder(visit)
    line = visit.line(visit.item(small=False), 1)
    deposit = max(100, total_of([line]) // 500 * 100)
    tenders = [
        visit.tender(CASH, deposit),
        visit.tender(CREDIT_ACCOUNT, -deposit, account=account.id),
    ]
    sale = visit.sale("layaway_deposit", SALE, [], tenders, reserves=line)
    visit.book.layaways.append(Layaway(line, deposit, sale))
    return sale


def layaway_pickup(visit: Visit) -> Sale:
    """The waiting line moves to a ticket and the deposit is spent."""
    if not visit.book.layaways:
        return card(visit)
    waiting = visit.book.layaways.pop(0)
    visit.use(waiting.sale.register)
    visit.customer = waiting.sale.customer
    account = waiting.sale.live[-1].account
    due = total_of([waiting.line])
    spent = min(due, waiting.deposit)
    tenders = [visit.tender(CREDIT_ACCOUNT, spent, account=account)]
    if due > spent:
        tenders.append(visit.tender(CREDIT_CARD, due - spent))
    return visit.sale("layaway_pickup", SALE, [waiting.line], tenders)
