"""Connections as people see them: accounts, settings, schedule, last run, open problems."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.errors import NotFound
from sync.ledger.ledger import Ledger
from sync.services.means import Means
from sync.services.models import (
    AccountState,
    AccountView,
    ConnectionView,
    Provider,
    ScheduleView,
)
from sync.services.runs import Runs
from sync.services.saved import load_settings
from sync.services.schedules import Schedules


class Overview:
    """Read models of a workspace's connections."""

    def __init__(self, means: Means, runs: Runs, schedules: Schedules) -> None:
        self._means = means
        self._runs = runs
        self._schedules = schedules

    def all(self, workspace: str) -> tuple[ConnectionView, ...]:
        with self._means.ledgers.read() as ledger:
            return tuple(self._view(ledger, row) for row in ledger.accounts.connections(workspace))

    def get(self, scope: Scope) -> ConnectionView:
        """NotFound, in the same words, for none and for somebody else's."""
        with self._means.ledgers.read() as ledger:
            row = ledger.accounts.connection(scope)
            if row is None:
                raise NotFound("There is no such connection.")
            return self._view(ledger, row)

    def resolve(
        self, workspace: str, channel: str, *, whole: bool = False
    ) -> ConnectionView | None:
        """The connection whose log channel this is, else the only one there is.

        What moves (schedule, runs, problems) is left out unless `whole`: this is asked at every
        request, and few show it.
        """
        with self._means.ledgers.read() as ledger:
            rows = ledger.accounts.connections(workspace)
            mine = [row for row in rows if channel and row["channel"] == channel]
            chosen = mine or rows
            if len(chosen) != 1:
                return None
            return (self._view if whole else self._still)(ledger, chosen[0])

    def _view(self, ledger: Ledger, row: RowMapping) -> ConnectionView:
        scope = Scope(row["workspace"], row["id"])
        still = self._still(ledger, row)
        recent = ledger.runs.recent(scope, 1)
        return replace(
            still,
            schedule=self._schedules.view(ledger, scope, still.zone),
            last_run=self._runs.summary(ledger, recent[0]) if recent else None,
            active_runs=tuple(
                self._runs.summary(ledger, active) for active in ledger.runs.active(scope)
            ),
            open_problems=ledger.entries.open_problems(scope),
        )

    def _still(self, ledger: Ledger, row: RowMapping) -> ConnectionView:
        workspace = row["workspace"]
        sides = ledger.accounts.some(workspace, (row["lightspeed"], row["quickbooks"]))
        lightspeed = _account(sides.get(row["lightspeed"]))
        quickbooks = _account(sides.get(row["quickbooks"]))
        zone = "UTC"
        if row["lightspeed"]:
            shops = ledger.accounts.list_of(workspace, row["lightspeed"], "Shop")
            zone = shops[0]["time_zone"] if shops else zone
        names = [account.name for account in (lightspeed, quickbooks) if account is not None]
        return ConnectionView(
            id=row["id"],
            name=" → ".join(dict.fromkeys(names)) or "New connection",
            channel=row["channel"],
            lightspeed=lightspeed,
            quickbooks=quickbooks,
            settings=load_settings(row["settings"]),
            settings_version=row["version"],
            schedule=ScheduleView("off", zone, None),
            paused=bool(row["paused"]),
            zone=zone,
        )


def _account(row: RowMapping | None) -> AccountView | None:
    if row is None:
        return None
    return AccountView(
        id=row["id"],
        provider=Provider(row["provider"]),
        name=row["name"],
        state=AccountState(row["state"]),
        connected_by=row["connected_by"],
        facts=row["facts"],
        problem=row["problem"],
    )
