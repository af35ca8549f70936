"""One season of the seeded retailer, shared by all who only look at it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sync.sandbox.lightspeed.stocked import dataset_from_retailer
from sync.sandbox.lightspeed.tables import Dataset
from sync.sandbox.retailer.retailer import Retailer

START = date(2026, 9, 1)
NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


@pytest.fixture(scope="package")
def season() -> Retailer:
    """Eleven weeks, with a change of the clocks in them."""
    return Retailer(7, start=START, now=NOW)


@pytest.fixture(scope="package")
def on_the_wire(season: Retailer) -> Dataset:
    """The same season as the till shows it."""
    return dataset_from_retailer(season)
