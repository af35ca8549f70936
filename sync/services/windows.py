"""Which days and shops may be backfilled, and what is wrong with the others."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sync.connectors.lightspeed.book import ShopBook
from sync.errors import Invalid

MAX_DAYS = 366
EARLIEST = date(2000, 1, 1)  # a slip of the keyboard, not a shop, has sales before


def checked_window(book: ShopBook, now: datetime, first: date, last: date, shop: str) -> str:
    """The shop's own spelling; Invalid names the field that cannot be used."""
    zones = list(book.zones.values()) or [ZoneInfo("UTC")]
    today = max(now.astimezone(zone).date() for zone in zones)
    if first > last:
        raise Invalid(
            f"The first day, {first}, is after the last, {last}. Swap them?", field="first"
        )
    if first < EARLIEST:
        raise Invalid(f"{first} is before any till: start at {EARLIEST}.", field="first")
    if last > today:
        raise Invalid(f"{last} is in the future; today is {today}.", field="last")
    if (last - first).days >= MAX_DAYS:
        raise Invalid(
            f"That is {(last - first).days + 1} days; at most {MAX_DAYS} at a time. "
            "Backfill one year after the other.",
            field="first",
        )
    if not shop:
        return ""
    names = {each.name.casefold(): each.name for each in book.shops.values()}
    if shop.strip().casefold() not in names:
        known = ", ".join(sorted(names.values()))
        raise Invalid(f"There is no shop “{shop}”. The shops are: {known}.", field="shop")
    return names[shop.strip().casefold()]
