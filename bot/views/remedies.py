"""What a person can do about a held or failed sale; the same words in Slack, log and CSV."""

from __future__ import annotations

from collections.abc import Mapping

from bot.views.actions import (
    FIX_CHOOSE_DATE,
    FIX_MAP_PRODUCT,
    FIX_MAP_TAX,
    FIX_NUMBER,
    FIX_PICK_ACCOUNT,
)

# The button that opens the form for a fix.
FORMS: Mapping[str, tuple[str, str]] = {
    "map_tax": ("Map tax", FIX_MAP_TAX),
    "pick_account": ("Pick account", FIX_PICK_ACCOUNT),
    "map_product": ("Map product", FIX_MAP_PRODUCT),
    "choose_date": ("Choose date", FIX_CHOOSE_DATE),
    "use_prefix": ("Link, prefix or skip", FIX_NUMBER),
}
_WHAT_NOW: Mapping[str, str] = {
    "map_tax": "Map the tax to a QuickBooks tax code; these sales are then sent again.",
    "pick_account": "Pick another account; these sales are then sent again.",
    "map_product": "Map the product to an item; these sales are then sent again. Or correct it in "
    "QuickBooks or Lightspeed, then retry.",
    "choose_date": "Choose the day they are posted on, such as the first open one, or leave them "
    "out. CCC never reopens closed books; after opening the period in QuickBooks, retry.",
    "reconnect": "Reconnect the account, then retry.",
    "connect": "Reconnect the account, then retry.",
    "use_prefix": "Give our documents another prefix, or this sale another number; or change the "
    "other document's number in QuickBooks, then retry.",
    "retry": "Retry; if it stays, a preview shows what would be sent.",
}
_OTHERWISE = "The preview shows what CCC makes of it. Retry once the reason is gone."
_IN_OUR_HANDS = "unsupported."
_IN_THEIR_HANDS = ("unsupported.document_type", "unsupported.skip_payment")  # settings of theirs


def waits_for_us(cause: str) -> bool:
    """Whether only a later version of CCC can post it, so that retrying changes nothing."""
    return cause.startswith(_IN_OUR_HANDS) and cause not in _IN_THEIR_HANDS


def what_now(cause: str, fix: str, prefix: str) -> str:
    """The next step, in a sentence."""
    if waits_for_us(cause):
        return (
            "Nothing to do in CCC now: it cannot post this kind yet, and the sale waits here until "
            "it can. If the books cannot wait, enter it by hand in QuickBooks under the number "
            f"{prefix} and the sale's number, so that QuickBooks refuses a second one."
        )
    return _WHAT_NOW.get(fix, _OTHERWISE)
