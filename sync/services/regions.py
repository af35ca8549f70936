"""Regions of the tax table: two letters, as addresses and QuickBooks write them."""

from __future__ import annotations

import unicodedata

from sync.errors import Invalid
from sync.services.names import nearest, quoted

NO_TAX = "NA"  # the code of every sale without tax

_STATES = (
    "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|"
    "DE Delaware|DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|"
    "IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|"
    "MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|"
    "NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|"
    "ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|PR Puerto Rico|"
    "RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|"
    "VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming"
)
_PROVINCES = (
    "AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador|"
    "NS Nova Scotia|NT Northwest Territories|NU Nunavut|ON Ontario|PE Prince Edward Island|"
    "QC Quebec|SK Saskatchewan|YT Yukon"
)
NAMES = dict(entry.split(" ", 1) for entry in f"{_STATES}|{_PROVINCES}".split("|"))
_BY_NAME = {name.casefold(): code for code, name in NAMES.items()}
_BY_NAME |= {"washington dc": "DC", "washington d.c.": "DC", "newfoundland": "NL"}


def region_code(typed: str) -> str:
    """`md`, `MD` and `Maryland` are MD; Invalid names what was probably meant."""
    text = " ".join(typed.split())
    if text.upper() in NAMES or text.upper() == NO_TAX:
        return text.upper()
    decomposed = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    if code := _BY_NAME.get(plain):  # also Québec
        return code
    near = nearest(plain, _BY_NAME)
    meant = f" Did you mean {_BY_NAME[near]}?" if near else ""
    raise Invalid(
        f"{quoted(typed)} is not a state or province; use two letters such as MD, or NA for sales "
        f"without tax.{meant}",
        field="region",
    )
