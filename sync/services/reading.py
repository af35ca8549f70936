"""Which sales a run reads, page by page, and where it goes on after a stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.engine import RowMapping

from sync.connectors.lightspeed.normalise import Normalised, Unknown, normalise_page
from sync.domain.sale import Sale
from sync.services.bench import Bench
from sync.services.selecting import Selected, Some

STREAM = "sales"
OVERLAP = timedelta(minutes=3)  # clocks differ and transactions commit late
SWEPT = "sales swept"  # the watermark of sweeps
_SWEEP_EVERY = timedelta(days=1)
_SWEEP_BACK = timedelta(days=30)
_BLIND = "timeStamp"  # stands still when a finished sale is voided, corrected or sent in late


@dataclass(frozen=True, slots=True)
class Page:
    """Sales of one read; `cursor` continues after it, `is_last` ends the run's reading."""

    got: Normalised
    cursor: dict[str, Any]
    is_last: bool
    count: int
    absent: tuple[str, ...] = ()  # sales asked for by id that Lightspeed does not show

    @property
    def sales(self) -> tuple[Sale, ...]:
        return self.got.sales


class Reader:
    """Reads for one run. The cursor says all: a killed run goes on from it."""

    def __init__(
        self,
        bench: Bench,
        run: RowMapping,
        since: datetime | None,
        swept: datetime | None = None,
        selected: Selected | None = None,
    ) -> None:
        """`since`: changes from then on; `swept`: when recent sales were last read all again.

        With `selected` these sales are read and nothing else.
        """
        self._bench = bench
        self._run = run
        self._since = since
        self._swept = swept
        self._selected_by = selected
        self.lists_are_old = False  # a sale named a shop or a way to pay that we do not know

    def page(self, cursor: dict[str, Any]) -> Page:
        """The page after this cursor; {} is the beginning."""
        if self._selected_by is not None:
            return self._selected(self._selected_by.after(cursor))
        if self._run["is_backfill"]:
            return self._window(cursor)
        if "sweep" in cursor:
            return self._sweep(cursor)
        return self._changes(cursor)

    def _selected(self, some: Some) -> Page:
        records = self._bench.lightspeed.sales(some.ids)
        got = self._normal(records)
        seen = {sale.id for sale in got.sales} | {bad.id for bad in got.unreadable}
        absent = tuple(each for each in some.ids if each not in seen)
        return Page(got, some.cursor, some.is_last, len(records), absent)

    def _window(self, cursor: dict[str, Any]) -> Page:
        first, last = self._run["first_day"], self._run["last_day"]
        zones = list(self._bench.shops.zones.values()) or [ZoneInfo("UTC")]
        start = min(datetime.combine(first, time.min, zone) for zone in zones)
        # A day ends at the next local midnight, never 24 hours later.
        end = max(datetime.combine(last + timedelta(days=1), time.min, zone) for zone in zones)
        page = self._bench.lightspeed.completed_between(
            start.astimezone(UTC), end.astimezone(UTC), cursor.get("after")
        )
        got = self._normal(page.records)
        shop = self._run["shop"].casefold()
        wanted = tuple(
            sale
            for sale in got.sales
            if first <= sale.business_day <= last
            and (not shop or sale.shop.name.casefold() == shop)
        )
        return Page(
            Normalised(wanted, got.unreadable),
            {"after": page.next},
            page.next is None,
            len(wanted) + len(got.unreadable),
        )

    def _changes(self, cursor: dict[str, Any]) -> Page:
        since = self._since or datetime.fromtimestamp(0, UTC)
        page = self._bench.lightspeed.changed_sales(since, cursor.get("after"))
        began = cursor.get("began") or page.server_time.isoformat()
        following: dict[str, Any] = {"after": page.next, "began": began}
        sweeps = page.next is None and page.by == _BLIND and self._is_sweep_due(began)
        if sweeps:
            following = {"began": began, "sweep": None}
        return Page(
            self._normal(page.records),
            following,
            page.next is None and not sweeps,
            len(page.records),
        )

    def _is_sweep_due(self, began: str) -> bool:
        if self._run["dry"]:
            return False
        return self._swept is None or datetime.fromisoformat(began) - self._swept >= _SWEEP_EVERY

    def _sweep(self, cursor: dict[str, Any]) -> Page:
        """Recent sales once more, where changes cannot be asked for by their time."""
        end = datetime.fromisoformat(cursor["began"])
        start = end - _SWEEP_BACK
        if (day := self._bench.settings.go_live) is not None:
            zones = list(self._bench.shops.zones.values()) or [ZoneInfo("UTC")]
            start = max(start, min(datetime.combine(day, time.min, zone) for zone in zones))
        page = self._bench.lightspeed.completed_between(
            start.astimezone(UTC), max(end, start).astimezone(UTC), cursor["sweep"]
        )
        return Page(
            self._normal(page.records),
            {"began": cursor["began"], "sweep": page.next},
            page.next is None,
            len(page.records),
        )

    def _normal(self, records: Sequence[dict[str, Any]]) -> Normalised:
        got = normalise_page(records, self._bench.shops)
        self.lists_are_old = any(
            bad.cause in (Unknown.SHOP, Unknown.PAYMENT_TYPE) for bad in got.unreadable
        )
        return got
