"""All settings of a connection by name: read together, checked together, saved in one go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import RowMapping

from sync.domain.identity import Scope
from sync.domain.schedule import Schedule, parse_schedule
from sync.domain.settings import ConnectionSettings
from sync.errors import Conflict, Invalid
from sync.ledger.ledger import Ledger
from sync.scheduler import next_fire
from sync.services.books import load_books
from sync.services.choices import ROLES
from sync.services.defaults import choose_accounts
from sync.services.means import Means
from sync.services.models import Actor, ConnectionView, Option, Role
from sync.services.named_settings import (
    ACCOUNT,
    SCHEDULE,
    SETTINGS,
    ZONE,
    Facts,
    Value,
    changes_for,
)
from sync.services.reference import load_shop_book
from sync.services.saved import MEANWHILE, apply_settings, load_settings
from sync.services.schedules import Schedules, keep_schedule, own_zone
from sync.services.scoped import found_connection, own_connection

_NAMES = ("Customer", "Vendor", "Employee")  # thousands: only for a name that is checked


class Refused(Invalid):
    """Several settings cannot be as they were typed; `errors` by the setting's name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        name, text = next(iter(errors.items()))
        super().__init__(text, field=name)
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class AccountUse:
    """What an account is for: a role or one of the till's ways to pay."""

    name: str
    label: str
    chosen: Option | None
    why: str = ""
    is_tender: bool = False


@dataclass(frozen=True, slots=True)
class Configured:
    """Every setting as it is saved, and what may be chosen."""

    version: int
    values: Mapping[str, Value]
    shops: tuple[str, ...]
    accounts: tuple[AccountUse, ...]
    next_runs: tuple[datetime, ...]


class Configuring:
    """One change of many settings is checked whole, saved whole and audited once."""

    def __init__(
        self, means: Means, schedules: Schedules, view: Callable[[Scope], ConnectionView]
    ) -> None:
        self._means = means
        self._schedules = schedules
        self._view = view

    def read(self, scope: Scope) -> Configured:
        """As it is now; accounts that nobody chose are the ones in force."""
        with self._means.ledgers.read() as ledger:
            row = found_connection(ledger, scope)
            settings = load_settings(row["settings"])
            facts = _facts(ledger, scope, row)
            kept = self._schedules.view(ledger, scope, own_zone(ledger, row))
            accounts = _uses(facts, settings)
        values: dict[str, Value] = {each.name: each.saved(settings) for each in SETTINGS}
        values |= {SCHEDULE: kept.spec, ZONE: kept.zone}
        values |= {
            f"{ACCOUNT}{use.name}": use.chosen.value if use.chosen else "" for use in accounts
        }
        schedule = parse_schedule(kept.spec, kept.zone, scope.connection)
        runs = next_runs(schedule, self._means.clock(), 3)
        return Configured(row["version"], values, facts.shops, accounts, runs)

    def account_names(self, scope: Scope, ids: tuple[str, ...]) -> dict[str, str]:
        """What accounts are called."""
        with self._means.ledgers.read() as ledger:
            company = found_connection(ledger, scope)["quickbooks"] or ""
            books = load_books(ledger, scope.workspace, company, only=("Account",))
        return {id: books.accounts[id].name for id in ids if id in books.accounts}

    def save(
        self,
        actor: Actor,
        scope: Scope,
        wanted: Mapping[str, Value],
        *,
        version: int | None = None,
    ) -> ConnectionView:
        """Change these settings and no others; Refused says which cannot be, and why."""
        actor.require_in(scope, Role.ADMIN)
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            row = own_connection(ledger, actor, scope)
            if version is not None and version != row["version"]:
                raise Conflict(MEANWHILE)
            schedule = self._checked(ledger, actor, scope, row, wanted, now)
            if schedule is not None:
                keep_schedule(ledger, actor, scope, schedule, now)
        return self._view(scope)

    def next_runs(self, scope: Scope, spec: str, zone: str) -> tuple[datetime, ...]:
        """When a schedule would start runs; Invalid when it is none."""
        schedule = parse_schedule(spec, zone, scope.connection)
        return next_runs(schedule, self._means.clock(), 3)

    def _checked(
        self,
        ledger: Ledger,
        actor: Actor,
        scope: Scope,
        row: RowMapping,
        wanted: Mapping[str, Value],
        now: datetime,
    ) -> Schedule | None:
        """Applies what is no schedule; everything is looked at before anything is refused."""
        lists = ("Account", *_NAMES) if "customer" in wanted else ("Account",)
        facts = _facts(ledger, scope, row, lists)
        settings = load_settings(row["settings"])
        errors: dict[str, str] = {}
        schedule: Schedule | None = None
        for name, value in wanted.items():
            if name in (SCHEDULE, ZONE):
                continue
            try:
                settings = changes_for(name, value, settings, facts)
            except Invalid as error:
                errors[name] = str(error)
        if SCHEDULE in wanted or ZONE in wanted:
            kept = self._schedules.view(ledger, scope, own_zone(ledger, row))
            spec, zone = wanted.get(SCHEDULE, kept.spec), wanted.get(ZONE, kept.zone)
            try:
                schedule = parse_schedule(str(spec), str(zone), scope.connection)
            except Invalid as error:
                errors[ZONE if error.field == "zone" else SCHEDULE] = str(error)
        if errors:
            raise Refused(errors)
        what = next(iter(wanted), "all") if len(wanted) == 1 else "several"
        apply_settings(
            ledger, row, actor, scope, what.partition(".")[0], lambda _: settings, now=now
        )
        return schedule


def next_runs(schedule: Schedule, now: datetime, most: int) -> tuple[datetime, ...]:
    """The coming starts; none when it is off."""
    found: list[datetime] = []
    at: datetime | None = now
    while at is not None and len(found) < most:
        at = next_fire(schedule, at)
        if at is not None:
            found.append(at)
    return tuple(found)


def _facts(
    ledger: Ledger, scope: Scope, row: RowMapping, lists: Sequence[str] = ("Account",)
) -> Facts:
    """The lists that settings are checked against; empty where nothing is connected."""
    books = load_books(ledger, scope.workspace, row["quickbooks"] or "", only=lists)
    shops: tuple[str, ...] = ()
    tenders: tuple[str, ...] = ()
    if row["lightspeed"]:
        book = load_shop_book(ledger, scope.workspace, row["lightspeed"])
        shops = tuple(sorted(shop.name for shop in book.shops.values()))
        tenders = tuple(sorted(each.name for each in book.payment_types.values()))
    others = (
        ledger.accounts.connections_of(scope.workspace, row["quickbooks"])
        if row["quickbooks"]
        else []
    )
    prefixes = tuple(
        load_settings(each["settings"]).prefix for each in others if each["id"] != scope.connection
    )
    return Facts(books, shops, tenders, prefixes)


def _uses(facts: Facts, settings: ConnectionSettings) -> tuple[AccountUse, ...]:
    """Roles in their order, then the ways to pay."""
    filled, ours = choose_accounts(facts.books.accounts.values(), settings.accounts)
    why = {each.role: f"CCC chose it: {each.why}." for each in ours}
    found: list[AccountUse] = []
    for role, (label, _) in ROLES.items():
        ref = getattr(filled, role)
        chosen = Option(ref.id, ref.name) if ref else None
        found.append(AccountUse(role, label, chosen, why.get(role, "")))
    ways = {name.strip().casefold(): name for name in facts.tenders}
    for key in sorted({*ways, *settings.accounts.tenders}):
        ref = settings.accounts.tenders.get(key)
        chosen = Option(ref.id, ref.name) if ref else None
        name = ways.get(key, key)
        found.append(AccountUse(key, f"Paid by {name}", chosen, is_tender=True))
    return tuple(found)
