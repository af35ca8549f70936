"""What each action does to a sale; every function answers what was there before and is now."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sync.domain.documents import Ref
from sync.domain.money import ZERO, cents
from sync.rules.draft import Draft
from sync.rules.lookups import Missing
from sync.rules.values import plain

Change = tuple[str, str]  # before and after, as people read them
NO_CHANGE: Change = ("", "")


@dataclass(frozen=True, slots=True)
class Cut:
    """What to look for in a SKU, and what stands there instead."""

    pattern: re.Pattern[str]
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """An amount, or a percentage of what is there."""

    amount: Decimal
    percent: bool = False


Ready = str | date | Decimal | Ref | Cut | Extra | Missing | None
Effect = Callable[[Draft, Ready], Change]


def region(draft: Draft, value: Ready) -> Change:
    before = draft.ship_region
    draft.region = str(value)
    return before, draft.region


def ref(name: str) -> Effect:
    """The effect that chooses a list object of the document, by its name in Overrides."""

    def apply(draft: Draft, value: Ready) -> Change:
        before = draft.refs.get(name)
        draft.refs[name] = value if isinstance(value, Ref) else Ref("", "")
        return (before.name if before else ""), draft.refs[name].name

    return apply


def customer(draft: Draft, value: Ready) -> Change:
    before = draft.customer_name
    draft.customer = str(value)
    return before, draft.customer


def memo(draft: Draft, value: Ready) -> Change:
    before = draft.memo or ""
    draft.memo = str(value or "")
    return before, draft.memo


def day(draft: Draft, value: Ready) -> Change:
    before = draft.business_day
    draft.day = value if isinstance(value, date) else None
    return plain(before), plain(draft.business_day)


def number(draft: Draft, value: Ready) -> Change:
    before = draft.number or draft.sale.number
    draft.number = str(value)
    return before, draft.number


def document_type(draft: Draft, value: Ready) -> Change:
    before = draft.document_type or ""
    draft.document_type = str(value)
    return before.replace("_", " "), draft.document_type.replace("_", " ")


def status(draft: Draft, value: Ready) -> Change:
    before = draft.status or ""
    draft.status = str(value)
    return before, draft.status


def shipping(draft: Draft, value: Ready) -> Change:
    """Where nothing was charged for shipping there is nothing to change."""
    if not isinstance(value, Decimal) or not _ships(draft):
        return NO_CHANGE
    before = draft.shipping_amount
    draft.shipping = -value if before < 0 else value
    return plain(before), plain(draft.shipping)


def surcharge(draft: Draft, value: Ready) -> Change:
    if not isinstance(value, Extra) or not _ships(draft):
        return NO_CHANGE
    before = draft.shipping_amount
    more = abs(before) * value.amount / 100 if value.percent else value.amount
    draft.shipping = cents(before - more if before < 0 else before + more)
    return plain(before), plain(draft.shipping)


def exclude(draft: Draft, value: Ready) -> Change:
    return "included", "excluded"


def skip_payment(draft: Draft, value: Ready) -> Change:
    if draft.tender is None:
        return NO_CHANGE
    draft.tender.skipped, draft.tender.added = True, False
    return draft.tender.tender.name, "not recorded"


def add_payment(draft: Draft, value: Ready) -> Change:
    if draft.tender is None:
        return NO_CHANGE
    draft.tender.skipped, draft.tender.added = False, True
    return draft.tender.tender.name, "recorded as a payment"


def payment_account(draft: Draft, value: Ready) -> Change:
    before = {each.account.name for each in draft.paid if each.account is not None}
    account = value if isinstance(value, Ref) else None
    for each in draft.paid:
        each.account = account
    return ", ".join(sorted(before)), account.name if account else ""


def payment_method(draft: Draft, value: Ready) -> Change:
    before = dict.fromkeys(each.method for each in draft.paid)
    for each in draft.paid:
        each.method = str(value)
        each.seen.clear()
    return ", ".join(before), str(value)


def sku(draft: Draft, value: Ready) -> Change:
    return _each_sku(draft, lambda before: str(value))


def prefix_sku(draft: Draft, value: Ready) -> Change:
    """A line without a SKU gets none: a prefix alone would be one item for all of them."""
    return _each_sku(draft, lambda before: f"{value}{before}" if before else before)


def replace_in_sku(draft: Draft, value: Ready) -> Change:
    if not isinstance(value, Cut):
        return NO_CHANGE
    return _each_sku(draft, lambda before: value.pattern.sub(lambda _: value.instead, before))


def split_sku(draft: Draft, value: Ready) -> Change:
    """What stands left of the sign; a SKU that begins with it stays whole."""
    if not isinstance(value, Cut):
        return NO_CHANGE
    return _each_sku(draft, lambda before: value.pattern.split(before, 1)[0])


def description(draft: Draft, value: Ready) -> Change:
    before = dict.fromkeys(line.description for line in draft.touched)
    for line in draft.touched:
        line.text = str(value or "")
        line.seen.clear()
    return ", ".join(before), str(value or "")


def multiply(draft: Draft, value: Ready) -> Change:
    if not isinstance(value, Decimal):
        return NO_CHANGE
    before = [plain(line.quantity) for line in draft.touched]
    for line in draft.touched:
        line.factor *= value
        line.seen.clear()
    return ", ".join(before), ", ".join(plain(line.quantity) for line in draft.touched)


def line_class(draft: Draft, value: Ready) -> Change:
    before = {line.class_ref.name for line in draft.touched if line.class_ref is not None}
    chosen = value if isinstance(value, Ref) else Ref("", "")
    for line in draft.touched:
        line.class_ref = chosen
    return ", ".join(sorted(before)), chosen.name


def nothing(draft: Draft, value: Ready) -> Change:
    """Actions on purchase orders, which no sale meets."""
    return NO_CHANGE


def _each_sku(draft: Draft, change: Callable[[str], str]) -> Change:
    """A change that leaves nothing of a SKU is none: no item has a blank name."""
    before = dict.fromkeys(line.sku for line in draft.touched)
    for line in draft.touched:
        line.sku = change(line.sku) or line.sku
        line.seen.clear()
    after = dict.fromkeys(line.sku for line in draft.touched)
    return ", ".join(before), ", ".join(after)


def _ships(draft: Draft) -> bool:
    return draft.shipping_amount != ZERO or any(line.is_shipping for line in draft.sale.lines)
