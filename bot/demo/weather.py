"""Lets the stand-ins for Lightspeed and QuickBooks fail by name, as their own tests do."""

from __future__ import annotations

from bot.demo.stage import Stage
from bot.sandbox.controls import Weather
from sync.sandbox.lightspeed.faults import NAMES as LIGHTSPEED_FAULTS
from sync.sandbox.quickbooks.mishaps import NAMES as QUICKBOOKS_FAULTS

_LIGHTSPEED = ("/Sale.json", "/Item.json", "/Customer.json", "/oauth/token")
_QUICKBOOKS = ("/batch", "/query", "/salesreceipt", "/refundreceipt", "/tokens/bearer")


def weathers(on: Stage) -> list[Weather]:
    """Both of them; an empty place is any call of data."""

    def till(name: str, times: int, place: str) -> None:
        on.lightspeed.faults.arm(name, times, place)

    def books(name: str, times: int, place: str) -> None:
        on.quickbooks.plan(name, times, place)

    return [
        Weather(
            "Lightspeed", sorted(LIGHTSPEED_FAULTS), _LIGHTSPEED, till, on.lightspeed.faults.clear
        ),
        Weather(
            "QuickBooks", sorted(QUICKBOOKS_FAULTS), _QUICKBOOKS, books, on.quickbooks.mishaps.clear
        ),
    ]
