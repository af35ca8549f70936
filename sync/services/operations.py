"""What an operation does to a document; QuickBooks knows fewer words for it."""

from __future__ import annotations

FOLLOW = "follow"  # the sale changed at the till, so the document does
VOID = "void"
DELETE = "delete"  # of kinds that cannot be voided
FOLLOWING = (FOLLOW, VOID, DELETE)

VERBS = {  # QuickBooks' verb, and its option
    "create": ("create", ""),
    "update": ("update", ""),
    FOLLOW: ("update", ""),
    VOID: ("update", "void"),
    DELETE: ("delete", ""),
}
