"""A house with a small retailer in it, for every scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

import pytest

from sync.ledger.database import Database
from sync.sandbox.retailer.retailer import Retailer
from tests.house import House, a_house, at

NOW = at("2026-03-10 22:00")
START = date(2026, 3, 9)

Houses = Callable[..., House]


def a_retailer(**more: Any) -> Retailer:
    """Two days of trade, about fifty tickets of every kind."""
    return Retailer(**({"seed": 7, "start": START, "now": NOW, "per_day": (22, 28)} | more))


@pytest.fixture
def houses(sqlite_database: Database) -> Iterator[Houses]:
    """Makes connected houses; the database is SQLite unless another is given."""
    with ExitStack() as stack:

        def make(database: Database | None = None, **more: Any) -> House:
            retailer = more.pop("retailer", None) or a_retailer()
            connect = more.pop("connect", True)
            house = stack.enter_context(
                a_house(database or sqlite_database, retailer, now=more.pop("now", NOW), **more)
            )
            house.retailer = retailer
            if connect:
                house.connect()
            return house

        yield make
