"""Questions as Lightspeed takes them: operators, times, costs, cursors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from sync.connectors.lightspeed.pages import (
    SALE_RELATIONS,
    between,
    cost,
    is_id,
    shrunk,
    sorted_by,
    stamp,
)
from sync.connectors.lightspeed.wire import many


@pytest.mark.parametrize(
    ("names", "listed", "drips"),
    [
        ((), True, 1.0),
        (("SaleLines", "SalePayments"), True, 1.8),
        (("SaleLines", "SalePayments"), False, 1.4),
        (("SaleLines", "SaleLines.Item", "Customer"), False, 1.5),
        (SALE_RELATIONS, True, 3.2),
    ],
)
def test_a_call_costs_what_the_vendor_says(
    names: tuple[str, ...], listed: bool, drips: float
) -> None:
    assert cost(names, listed=listed) == pytest.approx(drips)


def test_times_are_asked_for_in_utc_without_a_z() -> None:
    denver = timezone(timedelta(hours=-6))

    assert stamp(datetime(2026, 4, 11, 20, 0, 0, 999, denver)) == "2026-04-12T02:00:00+00:00"
    with pytest.raises(ValueError):
        stamp(datetime(2026, 4, 11))  # noqa: DTZ001


def test_a_window_ends_before_its_end() -> None:
    """Their operator includes both ends; two windows side by side must not share a sale."""
    first, second = datetime(2026, 4, 11, tzinfo=UTC), datetime(2026, 4, 12, tzinfo=UTC)

    assert between(first, second) == "><,2026-04-11T00:00:00+00:00,2026-04-11T23:59:59+00:00"


def test_a_cursor_keeps_everything_but_its_page_size() -> None:
    cursor = "http://127.0.0.1/Sale.json?sort=completeTime&limit=100&after=WzEwNV0%3D"

    assert shrunk(cursor, 50) == cursor.replace("limit=100", "limit=50")
    assert shrunk(cursor, 100) is None
    assert shrunk("http://127.0.0.1/Sale.json?slimit=100", 50) is None
    assert sorted_by(cursor) == "completeTime"


@pytest.mark.parametrize("text", ["", "12a", "١٢", "1/../2", "-1", "1" * 19])
def test_only_digits_are_an_id(text: str) -> None:
    assert not is_id(text)


@pytest.mark.parametrize(
    ("wire", "rows"), [(None, []), ("", []), ([], []), ({"a": 1}, [{"a": 1}]), ([1, 2], [1, 2])]
)
def test_one_rule_reads_every_collection(wire: Any, rows: list[Any]) -> None:
    assert many(wire) == rows
