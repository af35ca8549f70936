"""What a person decided about one connection; every field has a default that works."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sync.domain.documents import Ref


@dataclass(frozen=True, slots=True)
class TaxMapping:
    """One line of the sales-tax table; empty city and county mean the whole region."""

    region: str  # two letters, or "NA" for sales without tax
    code: Ref
    city: str = ""
    county: str = ""


@dataclass(frozen=True, slots=True)
class AccountChoices:
    """Accounts by role; None means not chosen and no default found yet."""

    deposit: Ref | None = None
    income: Ref | None = None
    expense: Ref | None = None  # cost of goods sold
    asset: Ref | None = None
    receivable: Ref | None = None
    payable: Ref | None = None
    discount: Ref | None = None
    liability: Ref | None = None  # sales tax as a line, where QuickBooks keeps none
    rounding: Ref | None = None
    gift_cards: Ref | None = None  # owed to whoever holds one
    customer_deposits: Ref | None = None  # money held for customers
    tips: Ref | None = None  # owed to the staff
    tenders: dict[str, Ref] = field(default_factory=dict)  # by tender name, casefolded


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """Settings of one connection, saved as one versioned value."""

    stores: tuple[str, ...] = ()  # empty: all
    statuses: tuple[str, ...] = ()  # empty: completed sales only
    prefix: str = "LS-"
    suffix: str = ""
    document_type: str = "sales_receipt"
    accounts: AccountChoices = field(default_factory=AccountChoices)
    customer_match: str = "single"  # "single", "name" or "email"
    customer_single: str = "Walk-in Customer"
    customer_missing: str = "create"  # "create", "hold" or "single"
    item_match: str = "name"  # our SKU against QuickBooks' item "name" or "sku"
    item_missing: str = "create"  # "create" or "hold"
    item_kind: str = "NonInventory"
    web_registers: tuple[str, ...] = ("eCom",)
    web_tenders: tuple[str, ...] = ("ecom",)
    tax_mappings: tuple[TaxMapping, ...] = ()
    rules_on: bool = True
    follows_edits: bool = True  # a posted sale that changes at the till is changed in the books
    rounding_tolerance: Decimal = Decimal("0.05")
    cash_rounding: bool = False  # cash ends at five cents here too; so it does where cents are gone
    go_live: date | None = None
    chosen_by_us: tuple[str, ...] = ()  # account roles still on a default, to be told in a report
