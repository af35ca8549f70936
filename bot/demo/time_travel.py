"""Moves the clock of everybody on the stage, and lets the shop sell meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.demo.stage import ZONE, Stage
from bot.sandbox.controls import Lever
from bot.sandbox.seed import TEAM
from sync.domain.identity import Scope

_GROUP = "Let time pass"
_QUIET_SECONDS = 20.0
_PAST = timedelta(seconds=1)  # a schedule is due once its moment has gone by


class Traveller:
    """Waits until nothing runs before it moves: no run should seem to have lasted a day."""

    def __init__(self, on: Stage) -> None:
        self._on = on

    def levers(self) -> list[Lever]:
        """What stands beside the conversation."""
        return [
            Lever("time.tick", "To the next scheduled sync", self.to_next_tick, _GROUP),
            Lever("time.hour", "An hour", lambda: self.pass_by(timedelta(hours=1)), _GROUP),
            Lever("time.day", "A day", lambda: self.pass_by(timedelta(days=1)), _GROUP),
        ]

    def to_next_tick(self) -> str:
        """To just after the first schedule that is due; nothing moves without one."""
        due = self._next_due()
        if due is None:
            return "No schedule yet: type /ccc schedule hourly."
        return self.pass_by(due - self._on.ticks() + _PAST)

    def pass_by(self, time: timedelta) -> str:
        """Let so much time pass."""
        on = self._on
        try:
            on.settled(_QUIET_SECONDS)
        except TimeoutError:
            return "Something is still running; let it end first."
        before = len(on.retailer.sales)
        on.ticks.move(time)
        on.retailer.trade(on.ticks())
        on.restart_clock()
        with on.slack.workspace.lock:  # the page's clock follows
            on.slack.workspace.lock.notify_all()
        sold = len(on.retailer.sales) - before
        there = on.ticks().astimezone(ZONE)
        return f"It is {there:%A, %B %-d, %-I:%M %p} in the shop; {sold} tickets were rung up."

    def _next_due(self) -> datetime | None:
        services = self._on.wired.services
        scopes = [Scope(TEAM, view.id) for view in services.connections.all(TEAM)]
        due = [services.schedules.get(scope).next_at for scope in scopes]
        return min((moment for moment in due if moment), default=None)
