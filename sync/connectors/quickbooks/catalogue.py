"""Every refusal QuickBooks is known to give: its kind, and what a bookkeeper is told."""

from __future__ import annotations

from typing import Final

from sync.connectors.quickbooks import catalogue_6000, catalogue_access
from sync.connectors.quickbooks.remedies import Row

OUR_BUG: Final = (
    "QuickBooks could not use what we sent. This is a fault of ours, not of your books, and "
    "nothing was posted. Retry once; if it stays, pass the reference on to whoever runs the bot."
)
OUR_MAPPING: Final = (
    "QuickBooks does not accept this combination of settings on the document, and nothing was "
    "posted. Check the accounts, items and tax chosen for this connection, then retry."
)

_DOCUMENTS: Final[tuple[Row, ...]] = (
    # Something needed is gone, inactive or of the wrong kind
    Row(
        ("610",),
        "A customer, item or account that this document needs is inactive or deleted in "
        "QuickBooks. Make it active again there, or choose another here, then retry.",
        fix="pick_account",
    ),
    Row(
        ("2500",),
        "The account chosen in settings no longer exists in this company. Choose another, then "
        "retry.",
        fix="pick_account",
        contains="accounts element",
        cause="qbo.2500.account",
    ),
    Row(
        ("2500",),
        "The product this was mapped to no longer exists in this company, or is a category. "
        "Choose another, then retry.",
        fix="map_product",
        contains="item",
        cause="qbo.2500.item",
    ),
    Row(
        ("2500",),
        "Something chosen in settings (an account, item, customer, class or location) no longer "
        "exists in this company. Choose again, then retry.",
        fix="pick_account",
    ),
    Row(
        ("6250",),
        "The customer of this document is inactive or missing in QuickBooks. Make it active again "
        "there, then retry.",
        fix="retry",
    ),
    Row(
        ("6430",),
        "An account of the wrong type is chosen: money received must go to a bank or other "
        "current asset account. Choose another, then retry.",
        fix="pick_account",
    ),
    Row(
        ("6440",),
        "A line has neither an item nor an account, so QuickBooks cannot book it. Map the "
        "product, then retry.",
        fix="map_product",
    ),
    Row(
        ("6520",),
        "A product whose stock QuickBooks counts was sent without a quantity. Map the sale's "
        "product to a non-inventory item, then retry.",
        fix="map_product",
    ),
    Row(
        ("5030",),
        "The QuickBooks plan of this company lacks a feature this needs: inventory, locations, "
        "classes or several currencies. Switch it off for this connection, or upgrade the plan.",
        fix="retry",
    ),
    # Dates
    Row(
        ("6200",),
        "The books are closed for this date, so nothing was posted and nothing will be reopened "
        "by us. Choose the first open day, or reopen the period in QuickBooks and retry.",
        fix="choose_date",
    ),
    Row(
        ("6210",),
        "The books are closed for this date with a password that we cannot give. Choose the first "
        "open day, or reopen the period in QuickBooks and retry.",
        fix="choose_date",
    ),
    Row(
        ("6270",),
        "A product on this sale starts in QuickBooks on a later day than the sale. Move its start "
        "date back in QuickBooks and retry, or choose a later date.",
        fix="choose_date",
    ),
    Row(
        ("2060", "2070", "2190"),
        "QuickBooks does not take the date of this document. Look at the sale's date in "
        "Lightspeed, or choose another.",
        fix="choose_date",
    ),
    # Tax
    Row(
        ("6100", "6160", "6230"),
        "The sales tax code is not one QuickBooks takes on this document. Choose the tax code "
        "again, then retry; the sale is not posted untaxed meanwhile.",
        fix="map_tax",
    ),
    Row(
        ("6170", "2270", "2280"),
        "The sales tax settings of the company and of this connection do not agree. Choose the "
        "tax code again, then retry.",
        fix="map_tax",
    ),
    Row(
        ("6470",),
        "QuickBooks needs a tax rate here, or the account chosen is one it keeps for sales tax "
        "alone. Choose the tax code again, then retry.",
        fix="map_tax",
    ),
    # What the shop can put right in its own data
    Row(
        ("2020",),
        "QuickBooks misses something on this document that it needs. Look at the sale's preview "
        "for what is empty, then retry.",
        fix="retry",
    ),
    Row(
        ("2040",),
        "A name has a character QuickBooks does not allow, such as a colon or a tab. Change it in "
        "Lightspeed, then retry.",
        fix="retry",
    ),
    Row(
        ("2050",),
        "A name or number is empty or too long for QuickBooks. Shorten it in Lightspeed (or the "
        "prefix here), then retry.",
        fix="retry",
    ),
    Row(
        ("2140", "2150", "2160", "2180", "2240"),
        "An amount, percentage or quantity is outside what QuickBooks takes. Compare the sale in "
        "Lightspeed with its preview here.",
        fix="retry",
    ),
    Row(
        ("2200", "2210"),
        "QuickBooks does not take a web or e-mail address of this customer. Correct it in "
        "Lightspeed, then retry.",
        fix="retry",
    ),
    Row(
        ("3000",),
        "A custom field is not set up in QuickBooks as we were told. Set it up there, then retry.",
        fix="retry",
    ),
    Row(
        ("6080",),
        "This customer has no name in Lightspeed, and QuickBooks needs one. Give it a name, then "
        "retry.",
        fix="retry",
    ),
    Row(
        ("6420",),
        "QuickBooks was asked to e-mail this but the customer has no address. Add one in "
        "Lightspeed, then retry.",
        fix="retry",
    ),
    # Linked, deposited, settled: the way back is in QuickBooks
    Row(
        ("620",),
        "The other document cannot take this link: it may be paid already or belong to somebody "
        "else. Look at it in QuickBooks, then retry.",
        fix="retry",
    ),
    Row(
        ("800",),
        "QuickBooks does not delete this while other records use it. Remove those links in "
        "QuickBooks first, then retry.",
        fix="retry",
    ),
    Row(
        ("6110", "6120"),
        "This was paid through QuickBooks Payments, so only QuickBooks itself can change it. "
        "Change it there.",
    ),
    Row(
        ("6130",),
        "This bill hangs on another one, so it cannot be changed alone. Change it in QuickBooks.",
    ),
    Row(
        ("6220",),
        "This still has a balance, so QuickBooks does not let it go. Bring the balance to zero in "
        "QuickBooks first, then retry.",
        fix="retry",
    ),
    Row(
        ("6280",),
        "This customer has charges that are not billed yet. Bill or remove them in QuickBooks, "
        "then retry.",
        fix="retry",
    ),
    Row(
        ("6400", "6480"),
        "This is matched to a bank transaction, so it cannot be changed. Undo the match in "
        "QuickBooks first, then retry.",
        fix="retry",
    ),
    Row(
        ("6450",),
        "The card payment has settled, so it can no longer be voided. Refund it instead.",
    ),
    Row(
        ("6460",),
        "The deposit and the card payment differ in amount. Compare both in QuickBooks.",
    ),
    Row(
        ("6540",),
        "This is already on a bank deposit, so it cannot be changed. Take it off the deposit in "
        "QuickBooks, then retry.",
        fix="retry",
    ),
    Row(
        ("6020", "6030", "6040", "6041", "6050"),
        "QuickBooks did not take the attached file: its size, its type, or where it should hang. "
        "Attach another one.",
    ),
    # Settings that do not fit together
    Row(
        (
            *("700", "900", "2120", "2290", "6010", "6090", "6150", "6180"),
            *("6290", "6300", "6310", "6320"),
        ),
        OUR_MAPPING,
        fix="pick_account",
    ),
    # Ours
    Row(
        (
            *("500", "1040", "1050", "2000", "2010", "2030", "2080", "2090", "2100", "2110"),
            *("2130", "2170", "2220", "2230", "2250", "2260", "2300", "2600", "3202", "4000"),
            *("4001", "5000", "6060", "6070", "6490", "6500", "6510", "6530", "10100"),
        ),
        OUR_BUG,
        fix="retry",
    ),
)

# Tried in order, so a row that asks for a text stands before its code's plain row.
TABLE: Final[tuple[Row, ...]] = (*catalogue_access.ROWS, *_DOCUMENTS, *catalogue_6000.ROWS)

UNKNOWN: Final = Row(
    (),
    "QuickBooks refuses this document for a reason we do not know yet; its words are beside this. "
    "Put right what they name, then retry.",
    fix="retry",
)

# Published numbers disagree, so these words outweigh a code that says little or something else.
BY_TEXT: Final[tuple[tuple[str, str], ...]] = (
    ("duplicate document number", "6140"),
    ("this number has already been used", "6140"),
    ("account period has closed", "6200"),
    ("account period closed", "6200"),
    ("the name supplied already exists", "6240"),
    ("is already using this name", "6240"),
    ("were working on this at the same time", "5010"),
    ("has been made inactive", "610"),
    ("throttleexceeded", "3001"),
    ("authenticationfailed", "3200"),
    ("applicationauthorizationfailed", "3100"),
    ("invalid company status", "6190"),
    ("prior to start date for inventory item", "6270"),
    ("duplicate request", "600"),
)
