"""Rules that come with the product, off until somebody wants them."""

from __future__ import annotations

from sync.domain.books import name_key
from sync.rules.grammar import parse_rule
from sync.rules.model import Action, Condition, Rule

# Off: what a customer puts on account is owed, and no money. On: it is booked like any payment.
_LINES = ('"credit-account-payments" (off) when payment type = "credit account" add payment',)
SHIPPED = {name_key(rule.name): rule for rule in map(parse_rule, _LINES)}


def register_in_state(register: str, name: str, region: str) -> Rule:
    """Counter sales have no state: they get their register's, and shipped ones keep theirs."""
    called = " ".join(f"Register {name or register} is in {region}".split())
    conditions = (Condition("register", "=", register), Condition("ship state", "is empty"))
    return Rule(called[:80], conditions, "and", Action("set_ship_region", region.upper()))
