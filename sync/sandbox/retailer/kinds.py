"""Every kind of ticket the retailer rings up, and how often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sync.sandbox.retailer import account_kinds as accounts
from sync.sandbox.retailer import plain_kinds as plain
from sync.sandbox.retailer import return_kinds as returns
from sync.sandbox.retailer import unfinished_kinds as unfinished
from sync.sandbox.retailer.events import Sale
from sync.sandbox.retailer.visit import Visit

# What a bookkeeper owes a ticket: goods sold, goods taken back, or nothing.
POSTS = ("sale", "refund", "none")


@dataclass(frozen=True, slots=True)
class Kind:
    """How to ring it up, and its weight among a day's tickets."""

    ring_up: Callable[[Visit], Sale]
    weight: float


KINDS: dict[str, Kind] = {
    "cash": Kind(plain.cash, 19),
    "card": Kind(plain.card, 35),
    "debit": Kind(plain.debit, 4),
    "check": Kind(plain.check, 1.5),
    "split": Kind(plain.split, 3),
    "split_three": Kind(plain.split_three, 1),
    "dead_attempt": Kind(plain.dead_attempt, 2.5),
    "percent_discount": Kind(plain.percent_discount, 6),
    "amount_discount": Kind(plain.amount_discount, 2.5),
    "free_line": Kind(plain.free_line, 1),
    "whole_discount": Kind(plain.whole_discount, 2),
    "untaxed_line": Kind(plain.untaxed_line, 3),
    "exempt": Kind(plain.exempt, 1.5),
    "zero": Kind(plain.zero, 1),
    "item_fee": Kind(plain.item_fee, 1.5),
    "web_order": Kind(plain.web_order, 6),
    "card_refund": Kind(returns.card_refund, 2.5),
    "cash_refund": Kind(returns.cash_refund, 1),
    "exchange_up": Kind(returns.exchange_up, 0.3),
    "exchange_down": Kind(returns.exchange_down, 0.3),
    "exchange_even": Kind(returns.exchange_even, 0.2),
    "gift_card_sold": Kind(accounts.gift_card_sold, 0.6),
    "gift_card_redeemed": Kind(accounts.gift_card_redeemed, 0.6),
    "charge_on_account": Kind(accounts.charge_on_account, 0.6),
    "account_payment": Kind(accounts.account_payment, 0.4),
    "layaway_deposit": Kind(accounts.layaway_deposit, 0.4),
    "layaway_pickup": Kind(accounts.layaway_pickup, 0.3),
    "open": Kind(unfinished.open_ticket, 0.8),
    "cancelled": Kind(unfinished.cancelled, 0.4),
    "voided": Kind(unfinished.to_be_voided, 0.5),
}

# Tickets that a later refund may refer to.
RETURNABLE = KINDS.keys() & {
    "cash",
    "card",
    "debit",
    "check",
    "dead_attempt",
    "percent_discount",
    "amount_discount",
    "whole_discount",
    "untaxed_line",
    "web_order",
}

# The kinds that every bookkeeping can post today: for benches that want nothing held.
POSTABLE: dict[str, float] = {
    name: kind.weight
    for name, kind in KINDS.items()
    if name not in {"open", "cancelled", "voided"}
    and not name.startswith(("exchange", "gift_card", "charge", "account", "layaway"))
}
