"""Rules that come with the product, off until somebody wants them."""

from __future__ import annotations

from sync.domain.books import name_key
from sync.rules.grammar import parse_rule

# Off: what a customer puts on account is owed, and no money. On: it is booked like any payment.
_LINES = ('"credit-account-payments" (off) when payment type = "credit account" add payment',)
SHIPPED = {name_key(rule.name): rule for rule in map(parse_rule, _LINES)}
