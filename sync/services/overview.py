"""Connections as people see them: accounts, settings, schedule, last run, open problems."""

from __future__ import annotations

from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.errors import NotFound
from sync.ledger.ledger import Ledger
from sync.services.means import Means
from sync.services.models import AccountState, AccountView, ConnectionView, Provider
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

    def resolve(self, workspace: str, channel: str) -> ConnectionView | None:
        """The connection whose log channel this is, else the only one there is."""
        with self._means.ledgers.read() as ledger:
            rows = ledger.accounts.connections(workspace)
            mine = [row for row in rows if channel and row["channel"] == channel]
            chosen = mine or rows
            return self._view(ledger, chosen[0]) if len(chosen) == 1 else None

    def _view(self, ledger: Ledger, row: RowMapping) -> ConnectionView:
        workspace = row["workspace"]
        scope = Scope(workspace, row["id"])
        lightspeed = _account(ledger, workspace, row["lightspeed"])
        quickbooks = _account(ledger, workspace, row["quickbooks"])
        zone = "UTC"
        if row["lightspeed"]:
            shops = ledger.accounts.list_of(workspace, row["lightspeed"], "Shop")
            zone = shops[0]["time_zone"] if shops else zone
        recent = ledger.runs.recent(scope, 1)
        names = [account.name for account in (lightspeed, quickbooks) if account is not None]
        return ConnectionView(
            id=row["id"],
            name=" → ".join(names) or "New connection",
            channel=row["channel"],
            lightspeed=lightspeed,
            quickbooks=quickbooks,
            settings=load_settings(row["settings"]),
            settings_version=row["version"],
            schedule=self._schedules.view(ledger, scope, zone),
            paused=bool(row["paused"]),
            zone=zone,
            last_run=self._runs.summary(ledger, recent[0]) if recent else None,
            active_runs=tuple(
                self._runs.summary(ledger, active) for active in ledger.runs.active(scope)
            ),
            open_problems=ledger.entries.open_problems(scope),
        )


def _account(ledger: Ledger, workspace: str, account: str | None) -> AccountView | None:
    row = ledger.accounts.get(workspace, account) if account else None
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
