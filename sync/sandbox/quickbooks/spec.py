"""How a company starts: everything a test or the demo may want different about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TaxWorld = Literal["ast", "manual", "none", "global"]


@dataclass(frozen=True, slots=True)
class CompanySpec:
    """One QuickBooks company; the defaults are an ordinary American shop on the Plus plan.

    `shared_numbers` decides whether a number used by one kind of sale is taken for the others,
    which the real service does not document. `latin1` decides what happens to letters outside
    ISO-8859-1 in an American company.
    """

    realm_id: str = "9341450000000001"
    name: str = "Pinewharf Cycles"
    country: str = "US"
    state: str = "MD"
    tax: TaxWorld = "ast"
    plan: str = "Plus"
    custom_numbers: bool = True
    shared_numbers: bool = True
    book_close_date: str | None = None
    closed_with_password: bool = False
    latin1: Literal["refuse", "replace"] = "refuse"
    track_departments: bool = True
    track_classes: bool = True
    allow_discount: bool = True
    allow_shipping: bool = False
    allow_gratuity: bool = False
    ignore_total_tax: bool = False
    departments: tuple[str, ...] = ("Main Street", "Riverside", "Webstore")

    @property
    def world(self) -> TaxWorld:
        """The tax world; outside the US there is only one."""
        return self.tax if self.country == "US" else "global"

    @property
    def currency(self) -> tuple[str, str]:
        """Home currency, as code and name."""
        return _CURRENCIES.get(self.country, ("USD", "United States Dollar"))


_CURRENCIES = {
    "US": ("USD", "United States Dollar"),
    "CA": ("CAD", "Canadian Dollar"),
    "GB": ("GBP", "British Pound Sterling"),
    "AU": ("AUD", "Australian Dollar"),
}
