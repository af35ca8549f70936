"""When a connection syncs by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.domain.schedule import Schedule, parse_schedule
from sync.ledger.ledger import Ledger
from sync.scheduler import ScheduleRow, next_fire
from sync.services.means import Means
from sync.services.models import Actor, Role, ScheduleView
from sync.services.reference import load_shop_book
from sync.services.scoped import audit, found_connection, own_connection

_OFF = "off"


class Schedules:
    """One schedule per connection, in the zone of its own."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def set(self, actor: Actor, scope: Scope, spec: str, zone: str = "") -> ScheduleView:
        """Keep a schedule in its one spelling; Invalid says what to write instead."""
        actor.require_in(scope, Role.ADMIN)
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            of_shop = own_zone(ledger, own_connection(ledger, actor, scope))
            schedule = parse_schedule(spec, zone or of_shop, scope.connection)
            keep_schedule(ledger, actor, scope, schedule, now)
            return self.view(ledger, scope, of_shop)

    def get(self, scope: Scope) -> ScheduleView:
        with self._means.ledgers.read() as ledger:
            row = found_connection(ledger, scope)
            return self.view(ledger, scope, own_zone(ledger, row))

    def view(self, ledger: Ledger, scope: Scope, zone: str) -> ScheduleView:
        """As people see it; `zone` is where there is no schedule yet."""
        row = ledger.runs.schedule(scope)
        if row is None:
            return ScheduleView(_OFF, zone, None)
        schedule = parse_schedule(row["spec"], row["zone"], scope.connection)
        return ScheduleView(
            schedule.text,
            schedule.zone,
            next_fire(schedule, self._means.clock()),
            row["last_at"],
        )

    def due_rows(self) -> list[ScheduleRow]:
        """Every schedule that may tick, for the clock of a worker."""
        with self._means.ledgers.read() as ledger:
            rows = ledger.runs.schedules(ledger.people.workspaces())
        return [
            ScheduleRow(
                row["workspace"],
                row["connection"],
                row["spec"],
                row["zone"],
                row["changed_at"],
                row["last_at"],
            )
            for row in rows
            if not row["paused"] and row["spec"] != _OFF
        ]


def own_zone(ledger: Ledger, row: RowMapping) -> str:
    """The first shop's; a zone that nobody knows is none."""
    if not row["lightspeed"]:
        return "UTC"
    book = load_shop_book(ledger, row["workspace"], row["lightspeed"])
    return next((zone.key for zone in book.zones.values()), "UTC")


def keep_schedule(
    ledger: Ledger, actor: Actor, scope: Scope, schedule: Schedule, now: datetime
) -> None:
    """Inside a change of a connection that is held; the same schedule again is none."""
    row = ledger.runs.schedule(scope)
    before = f"{row['spec']} {row['zone']}" if row else _OFF
    after = f"{schedule.text} {schedule.zone}"
    if after == before:
        return
    ledger.runs.set_schedule(scope, schedule.text, schedule.zone, now)
    audit(
        ledger, actor, scope, "schedule.set", scope.connection, before=before, after=after, now=now
    )
