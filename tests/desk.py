"""The services on a real database with a connected company, and nothing outside to call."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sync.domain.books import CompanyFacts, TaxWorld
from sync.domain.identity import Scope
from sync.domain.settings import ConnectionSettings
from sync.ledger.ledger import Ledgers
from sync.ledger.vault import Vault, new_key
from sync.services.books import facts_to_json
from sync.services.facade import Services, build_services
from sync.services.means import Means, Outside
from sync.services.models import Actor, AuditRow, Role
from sync.services.saved import dump_settings
from tests.engine import MemoryEngine

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)

# id, full name, type, detail type; the chart of a shop that has some history
ACCOUNTS = (
    ("33", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("35", "Bank:Checking", "Bank", "Checking"),
    ("36", "Bank:Old Savings", "Bank", "Savings"),
    ("4", "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("43", "Card Clearing", "Other Current Asset", "OtherCurrentAssets"),
    ("79", "Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("80", "Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("86", "Discounts given", "Income", "DiscountsRefundsGiven"),
)
TAX_CODES = (("3", "Maryland 6%", 6), ("4", "Virginia 5.3%", 5.3), ("5", "No tax", 0))
INACTIVE = ("Bank:Old Savings",)


class Clock:
    """A moment that tests move."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Desk:
    """One workspace with one connection; `admin` may do everything in it."""

    services: Services
    means: Means
    engine: MemoryEngine
    clock: Clock
    scope: Scope

    @property
    def admin(self) -> Actor:
        return self.person(Role.ADMIN)

    def person(self, role: Role) -> Actor:
        return Actor(self.scope.workspace, f"U-{role.value}", role)

    @property
    def settings(self) -> ConnectionSettings:
        return self.services.connections.get(self.scope).settings

    @property
    def changes(self) -> list[AuditRow]:
        """The audit trail, oldest first."""
        return list(self.services.people.audit(self.scope, limit=1000))[::-1]

    def save_list(self, kind: str, objects: Sequence[Mapping[str, Any]]) -> None:
        side = "L" if kind in ("Shop", "Register", "PaymentType") else "Q"
        key = "id" if side == "L" else "Id"
        with self.means.ledgers.write() as ledger:
            ledger.accounts.save_list(
                self.scope.workspace,
                f"{side}-{self.scope.workspace}",
                kind,
                [(each[key], dict(each)) for each in objects],
                read_at=self.clock(),
                replace=True,
            )


def a_desk(ledgers: Ledgers, workspace: str = "T1", *, connections: int = 1) -> Desk:
    """Both accounts connected and read once; a second connection shares the company."""
    ids, clock = itertools.count(1), Clock()
    engine = MemoryEngine(clock)
    means = Means(
        ledgers=ledgers,
        vault=Vault([new_key()]),
        engine=engine,
        outside=cast(Outside, None),  # nothing here may reach for it
        clock=clock,
        new_id=lambda: f"{workspace}-{next(ids):08d}",
        secret=lambda: f"secret-{next(ids):040d}",
        sleep=lambda seconds: None,
        public_url="https://ccc.example",
        node="node-1",
    )
    desk = Desk(build_services(means), means, engine, clock, Scope(workspace, f"C1-{workspace}"))
    facts = facts_to_json(CompanyFacts("Pinewharf", "US", "USD", TaxWorld.MANUAL))
    with ledgers.write() as ledger:
        ledger.people.ensure_workspace(workspace, "Pinewharf", clock())
        for side, provider in (("L", "lightspeed"), ("Q", "quickbooks")):
            ledger.accounts.add(
                workspace,
                {
                    "id": f"{side}-{workspace}",
                    "provider": provider,
                    "external_digest": f"{side}-{workspace}",
                    "external_id": b"sealed",
                    "name": provider.title(),
                    "state": "connected",
                    "connected_by": "U1",
                    "facts": facts if provider == "quickbooks" else {},
                    "created_at": clock(),
                },
            )
        for number in range(1, connections + 1):
            ledger.accounts.add_connection(
                workspace,
                {
                    "id": f"C{number}-{workspace}",
                    # Another Lightspeed account would be needed; none is enough for its settings.
                    "lightspeed": f"L-{workspace}" if number == 1 else None,
                    "quickbooks": f"Q-{workspace}",
                    "settings": dump_settings(ConnectionSettings()),
                    "created_at": clock(),
                },
            )
    _fill_lists(desk)
    return desk


def _fill_lists(desk: Desk) -> None:
    desk.save_list(
        "Account",
        [
            {
                "Id": id,
                "Name": name.rpartition(":")[2],
                "FullyQualifiedName": name,
                "AccountType": kind,
                "AccountSubType": subkind,
                "Active": name not in INACTIVE,
            }
            for id, name, kind, subkind in ACCOUNTS
        ],
    )
    desk.save_list(
        "TaxRate", [{"Id": id, "Name": name, "RateValue": rate} for id, name, rate in TAX_CODES]
    )
    desk.save_list(
        "TaxCode",
        [
            {
                "Id": id,
                "Name": name,
                "SalesTaxRateList": {"TaxRateDetail": [{"TaxRateRef": {"value": id}}]},
            }
            for id, name, _ in TAX_CODES
        ],
    )
    desk.save_list("Vendor", [{"Id": "70", "DisplayName": "Wheel Works"}])
    desk.save_list(
        "Customer",
        [
            {"Id": "60", "DisplayName": "Walk-in Customer"},
            {"Id": "61", "DisplayName": "Old Club", "Active": False},
        ],
    )
    desk.save_list(
        "Shop",
        [
            {"id": "1", "name": "Main Street", "time_zone": "America/New_York"},
            {"id": "2", "name": "Harbour", "time_zone": "America/New_York"},
        ],
    )
    desk.save_list(
        "PaymentType",
        [
            {"id": "1", "name": "Cash", "kind": "cash"},
            {"id": "2", "name": "Visa", "kind": "credit card"},
        ],
    )
