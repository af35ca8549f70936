"""What kind of company this is, and whether it is ready for us."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sync.domain.books import CompanyFacts, ListAccount, TaxWorld


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """One condition of posting; `why` says what is missing, or what it is for."""

    name: str
    ok: bool
    why: str


def company_facts(info: Mapping[str, Any], preferences: Mapping[str, Any]) -> CompanyFacts:
    """CompanyInfo and Preferences, as far as they decide what may be sent."""
    accounting = _part(preferences, "AccountingInfoPrefs")
    currencies = _part(preferences, "CurrencyPrefs")
    taxes = _part(preferences, "TaxPrefs")
    country = _country(_text(info.get("Country")))
    return CompanyFacts(
        name=_text(info.get("CompanyName")),
        country=country,
        currency=_text(_part(currencies, "HomeCurrency").get("value")) or "USD",
        tax_world=_tax_world(country, taxes),
        closed_through=_day(accounting.get("BookCloseDate")),
        custom_numbers=_part(preferences, "SalesFormsPrefs").get("CustomTxnNumbers") is True,
        tracks_locations=accounting.get("TrackDepartments") is True,
        tracks_classes=accounting.get("ClassTrackingPerTxn") is True
        or accounting.get("ClassTrackingPerTxnLine") is True,
        classes_by_line=accounting.get("ClassTrackingPerTxnLine") is True,
        multicurrency=currencies.get("MultiCurrencyEnabled") is True,
        plan=_named(info, "OfferingSku"),
        default_tax_code=_text(_part(taxes, "TaxGroupCodeRef").get("value")),
        latin1_only=country == "US",
        address_region=_text(_part(info, "CompanyAddr").get("CountrySubDivisionCode")),
    )


def prerequisites(facts: CompanyFacts, accounts: Iterable[ListAccount]) -> tuple[Prerequisite, ...]:
    """Everything a company needs before the first sale, as ticks and crosses."""
    active = [account for account in accounts if account.active]
    kinds = {account.kind for account in active}
    stock = any(
        account.kind == "Other Current Asset" and account.subkind == "Inventory"
        for account in active
    )
    taxed = facts.tax_world not in (TaxWorld.NONE, TaxWorld.UNFINISHED)
    unfinished = facts.tax_world is TaxWorld.UNFINISHED
    return (
        _account("Accounts receivable", "Accounts Receivable", kinds, "invoices on account"),
        _account("Accounts payable", "Accounts Payable", kinds, "bills of purchase orders"),
        _account("Bank account", "Bank", kinds, "the money of sales to be deposited"),
        Prerequisite(
            "Inventory asset account",
            stock,
            "holds the value of stock"
            if stock
            else "make one in QuickBooks: Other Current Asset, detail type Inventory",
        ),
        _account(
            "Cost of goods account", "Cost of Goods Sold", kinds, "what sold goods cost; no expense"
        ),
        _account("Income account", "Income", kinds, "what is sold"),
        Prerequisite(
            "Sales tax",
            taxed,
            "switched on"
            if taxed
            else "finish the sales tax set-up in QuickBooks"
            if unfinished
            else "switch on sales tax in QuickBooks; until then the till's tax is posted as a line",
        ),
        Prerequisite(
            "Custom transaction numbers",
            facts.custom_numbers,
            "on, so a sale can be found again by its number"
            if facts.custom_numbers
            else "switch them on in QuickBooks (Settings, Sales): without our number a sale "
            "whose posting was cut off cannot be found again, and might be posted twice",
        ),
    )


def _account(name: str, kind: str, kinds: set[str], purpose: str) -> Prerequisite:
    ok = kind in kinds
    return Prerequisite(name, ok, f"for {purpose}" if ok else f"make one in QuickBooks: {kind}")


def _tax_world(country: str, taxes: Mapping[str, Any]) -> TaxWorld:
    """The preference that is absent and the one that is false mean different things."""
    if country != "US":
        return TaxWorld.GLOBAL
    partner = taxes.get("PartnerTaxEnabled")
    if partner is False:
        return TaxWorld.UNFINISHED
    if taxes.get("UsingSalesTax") is not True:
        return TaxWorld.NONE
    return TaxWorld.AUTOMATED if partner is True else TaxWorld.MANUAL


def _country(country: str) -> str:
    return "US" if country.upper() in ("", "US", "USA", "UNITED STATES") else country.upper()


def _named(info: Mapping[str, Any], name: str) -> str:
    for pair in info.get("NameValue", ()):
        if pair.get("Name") == name:
            return _text(pair.get("Value"))
    return ""


def _part(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = mapping.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
