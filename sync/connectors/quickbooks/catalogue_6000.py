"""Code 6000, the catch-all: only its text says what is wrong."""

from __future__ import annotations

from typing import Final

from sync.connectors.quickbooks.remedies import FaultClass, Row

_RETRY, _EXISTS = FaultClass.RETRY, FaultClass.EXISTS

# Tried in order; the last row takes every text the others do not know.
ROWS: Final[tuple[Row, ...]] = (
    Row(
        ("6000",),
        "QuickBooks could not work out the sales tax just now. Usually this passes and we try "
        "again; if it stays, check the shop's address in Lightspeed.",
        _RETRY,
        "retry",
        "error while calculating tax",
        "qbo.6000.tax_engine",
    ),
    Row(
        ("6000",),
        "QuickBooks wants a tax code on every line. Choose the tax code, then retry.",
        fix="map_tax",
        contains="make sure all your transactions have",
        cause="qbo.6000.tax_code",
    ),
    Row(
        ("6000",),
        "QuickBooks does not take this GST/HST code here. Choose the one it names, then retry.",
        fix="map_tax",
        contains="when you use a gst/hst",
        cause="qbo.6000.gst",
    ),
    Row(
        ("6000",),
        "QuickBooks wants an amount on this document and there is none. A sale worth nothing can "
        "be left out of the books.",
        contains="must set a transaction amount",
        cause="qbo.6000.no_amount",
    ),
    Row(
        ("6000",),
        "The document comes to less than zero, which QuickBooks does not take: more went back "
        "than was sold. It has to be posted as a refund.",
        contains="transaction amount must be 0 or greater",
        cause="qbo.6000.negative",
    ),
    Row(
        ("6000",),
        "QuickBooks had an error inside, often because a customer or an item's account is "
        "missing. We try again; if it stays, check the product's income account.",
        _RETRY,
        "retry",
        "-30000",
        "qbo.6000.internal",
    ),
    Row(
        ("6000",),
        "An Accounts Receivable account needs a customer beside it. Choose a bank or other "
        "current asset account instead, then retry.",
        fix="pick_account",
        contains="when you use accounts receivable",
        cause="qbo.6000.receivable",
    ),
    Row(
        ("6000",),
        "Only one receivable or payable account fits on a document. Choose another account, then "
        "retry.",
        fix="pick_account",
        contains="you can only use one",
        cause="qbo.6000.one_account",
    ),
    Row(
        ("6000",),
        "An account chosen in settings does not fit here, or none is chosen. Choose another, then "
        "retry.",
        fix="pick_account",
        contains="you must select an account",
        cause="qbo.6000.account",
    ),
    Row(
        ("6000",),
        "An account chosen in settings cannot be used here. Choose another, then retry.",
        fix="pick_account",
        contains="you can't use",
        cause="qbo.6000.account",
    ),
    Row(
        ("6000",),
        "The currency of the customer or account differs from the sale's. Choose a customer and "
        "account in the sale's currency, then retry.",
        fix="pick_account",
        contains="currency",
        cause="qbo.6000.currency",
    ),
    Row(
        ("6000",),
        "More was paid than is due, which QuickBooks does not take. Compare the payments of this "
        "sale with its total in Lightspeed.",
        contains="more than",
        cause="qbo.6000.overpaid",
    ),
    Row(
        ("6000",),
        "QuickBooks does not take the sign of an amount on this document. Compare the sale in "
        "Lightspeed with its preview here.",
        contains="must be a positive",
        cause="qbo.6000.sign",
    ),
    Row(
        ("6000",),
        "QuickBooks does not take an amount on this document. Compare the sale in Lightspeed with "
        "its preview here.",
        contains="amount must be",
        cause="qbo.6000.amount",
    ),
    Row(
        ("6000",),
        "QuickBooks says it already has this one. We look it up and link it if it is the same.",
        _EXISTS,
        "retry",
        "duplicate",
        "qbo.6000.duplicate",
    ),
    Row(
        ("6000",),
        "QuickBooks refuses this document by one of its own rules; its words are beside this. Put "
        "right what they name, then retry.",
        fix="retry",
    ),
)
