"""The retailer itself: trades up to a moment, and sells, voids and edits on demand."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from sync.sandbox.retailer.book import Book
from sync.sandbox.retailer.catalogue import catalogue
from sync.sandbox.retailer.events import Sale
from sync.sandbox.retailer.kinds import KINDS, RETURNABLE
from sync.sandbox.retailer.people import customers
from sync.sandbox.retailer.plan import Slot, day_of_slots, days
from sync.sandbox.retailer.premises import NAME, PAYMENT_TYPES, premises
from sync.sandbox.retailer.unfinished_kinds import voided
from sync.sandbox.retailer.visit import Visit

Listener = Callable[[Sale], None]
_TYPES = {type.name: type for type in PAYMENT_TYPES}


class Retailer:
    """A small shop's history from `start` until `now`; the same arguments give the same history."""

    name = NAME

    def __init__(
        self,
        seed: int = 7,
        *,
        start: date,
        now: datetime,
        per_day: tuple[int, int] = (25, 45),
        time_zone: str = "US/Eastern",
        mix: Mapping[str, float] | None = None,
    ) -> None:
        self.seed = seed
        self.start = start
        self.premises = premises(time_zone)
        self.catalogue = catalogue(Random(f"{seed}:catalogue"))
        self.people = customers(Random(f"{seed}:people"))
        self.book = Book()
        self.sales: dict[int, Sale] = {}
        self.lock = threading.RLock()
        self._mix = dict(mix or {name: kind.weight for name, kind in KINDS.items()})
        self._per_day = per_day
        self._zone = self.premises.shops[0].zone
        self._traded_until = datetime.combine(start, datetime.min.time(), self._zone)
        self._to_void: list[tuple[datetime, int]] = []
        self._listeners: list[Listener] = []
        self._asked = 0
        self.trade(now)

    def listen(self, listener: Listener) -> None:
        """Be told of every ticket that appears or changes from now on."""
        self._listeners.append(listener)

    @property
    def events(self) -> list[Sale]:
        """Every ticket as it stands, oldest first."""
        with self.lock:
            return list(self.sales.values())

    def trade(self, until: datetime) -> None:
        """Let the shop run on: what its customers do after the last moment, up to this one."""
        with self.lock:
            since = self._traded_until
            for day in days(
                since.astimezone(self._zone).date(), until.astimezone(self._zone).date()
            ):
                for slot in day_of_slots(self.seed, day, self._zone, self._per_day, self._mix):
                    if since <= slot.at < until:
                        self._void_what_is_due(slot.at)
                        self._ring_up_slot(day, slot)
            self._void_what_is_due(until)
            self._traded_until = max(since, until)

    def sell(self, kind: str = "cash", at: datetime | None = None, **more: datetime) -> int:
        """Ring up one ticket of a kind at a moment; `completed=` back-dates it. Its id."""
        with self.lock:
            self._asked += 1
            rng = Random(f"{self.seed}:asked:{self._asked}")
            sale = self._ring_up(kind, at or self._traded_until, rng, **more)
            return sale.id

    def void(self, sale_id: int, at: datetime) -> None:
        """Take a finished sale back; its completion time does not move."""
        with self.lock:
            sale = self.sales[sale_id]
            if not sale.counts:
                raise ValueError(f"ticket {sale_id} is not a finished sale")
            self._keep(voided(sale, at))

    def complete(self, sale_id: int, at: datetime, pay_with: str = "Cash") -> None:
        """Finish an open ticket with one payment."""
        with self.lock:
            sale = self.sales[sale_id]
            if sale.completed or sale.archived:
                raise ValueError(f"ticket {sale_id} is not open")
            visit = self._visit(at, Random(f"{self.seed}:complete:{sale_id}"), sale_id)
            visit.register = sale.register
            tenders = tuple(visit.paid_by(_TYPES[pay_with], sale.lines))
            self._keep(
                replace(sale, kind="cash", posts="sale", tenders=tenders, completed=at, updated=at)
            )

    def edit(self, sale_id: int, at: datetime, pay_with: str = "Check") -> None:
        """Correct how a sale was paid: the old payments stay, dead; the completion is unmoved."""
        with self.lock:
            sale = self.sales[sale_id]
            if not sale.counts or not sale.total:
                raise ValueError(f"ticket {sale_id} has no payment to correct")
            visit = self._visit(at, Random(f"{self.seed}:edit:{sale_id}"), sale_id)
            visit.register = sale.register
            dead = tuple(replace(tender, dead=True) for tender in sale.tenders)
            paid = tuple(visit.paid_by(_TYPES[pay_with], sale.lines))
            self._keep(replace(sale, tenders=dead + paid, updated=at, change=0))

    def touch(self, sale_id: int, at: datetime) -> None:
        """Move the change time and nothing else."""
        with self.lock:
            self._keep(replace(self.sales[sale_id], updated=at))

    def _ring_up_slot(self, day: date, slot: Slot) -> None:
        rng = Random(f"{self.seed}:{day}:{slot.number}")
        if slot.late_by and (slot.at - slot.late_by).astimezone(self._zone).date() >= self.start:
            sale = self._ring_up(slot.kind, slot.at, rng, completed=slot.at - slot.late_by)
        else:
            sale = self._ring_up(slot.kind, slot.at, rng)
        if slot.kind == "voided":
            due = slot.at + timedelta(minutes=rng.randrange(5, 6000))
            heapq.heappush(self._to_void, (due, sale.id))

    def _void_what_is_due(self, until: datetime) -> None:
        while self._to_void and self._to_void[0][0] <= until:
            due, sale_id = heapq.heappop(self._to_void)
            if self.sales[sale_id].counts:
                self.void(sale_id, due.replace(microsecond=0))

    def _visit(self, at: datetime, rng: Random, sale_id: int | None = None) -> Visit:
        at = at.astimezone(UTC).replace(microsecond=0)
        return Visit(rng, at, self.premises, self.catalogue, self.people, self.book, sale_id)

    def _ring_up(self, kind: str, at: datetime, rng: Random, **more: datetime) -> Sale:
        sale = KINDS[kind].ring_up(self._visit(at, rng))
        if "completed" in more and sale.completed:
            sale = replace(sale, completed=more["completed"].astimezone(UTC).replace(microsecond=0))
        self._keep(sale)
        if sale.kind in RETURNABLE:
            self.book.returnable.append(sale)
        return sale

    def _keep(self, sale: Sale) -> None:
        if before := self.sales.get(sale.id):
            self.book.unsettle(before)
        self.book.settle(sale)
        self.sales[sale.id] = sale
        for listener in self._listeners:
            listener(sale)
