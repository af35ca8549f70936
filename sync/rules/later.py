"""Documented actions that no document can carry yet: each is refused with its reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Later:
    """An action known by name, and why a rule cannot use it."""

    id: str
    words: tuple[str, ...]
    reason: str


_TILL_TAX = "the till's tax is posted as it was charged, and a rule cannot change it line by line"

LATER: tuple[Later, ...] = (
    Later("map_item_tax_code", ("set item tax code", "set line tax code"), _TILL_TAX),
    Later(
        "add_shipping_tax",
        ("add shipping tax",),
        "tax that the till did not charge was not paid by anybody, so none is added",
    ),
    Later(
        "map_currency",
        ("set currency",),
        "companies with several currencies are not supported yet",
    ),
    Later(
        "map_custom_field",
        ("set custom field",),
        "QuickBooks' custom fields are not written yet; use the memo",
    ),
    Later(
        "map_shipping_method",
        ("set shipping method",),
        "the shipping method is not written yet; use the memo",
    ),
    Later(
        "map_ar_account",
        ("set ar account", "set receivable account"),
        "invoices are posted to QuickBooks' own receivable account, and another is not sent yet",
    ),
    Later("tag_customer", ("tag customer",), "QuickBooks keeps no tags of customers"),
    Later(
        "exclude_product",
        ("exclude product",),
        "it is for inventory; leave products out with /ccc inventory setup",
    ),
)

LATER_BY_ID = {each.id: each for each in LATER}
LATER_WORDS = {word: each for each in LATER for word in each.words}
