"""What an admin decides about a connection; every name is checked before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sync.domain.books import name_key
from sync.domain.documents import Ref
from sync.domain.identity import Scope
from sync.domain.settings import AccountChoices, ConnectionSettings, TaxMapping
from sync.errors import Invalid, NotFound
from sync.services.books import load_books
from sync.services.choices import (
    ROLES,
    TENDER_KINDS,
    account_for,
    customer_name,
    known_name,
    may_collide,
    order_prefix,
    role_or_tender,
    tax_code_for,
)
from sync.services.means import Means
from sync.services.models import Actor, ConnectionView, Role
from sync.services.names import quoted
from sync.services.reference import load_shop_book
from sync.services.regions import NO_TAX, region_code
from sync.services.saved import load_settings, save_settings, with_default_accounts
from sync.services.scoped import company_of, found_connection

_MODES = ("single", "name", "email")
_MISSING = ("create", "hold", "single")
_ITEM_MODES = ("name", "sku")
_ITEM_MISSING = ("create", "hold")
_STATUSES = ("completed", "sale", "refund", "exchange", "paid", "unpaid")
_WEBSTORE = "Webstore"


class Settings:
    """Each change is an admin's, validated against the cached lists, and audited."""

    def __init__(self, means: Means, view: Callable[[Scope], ConnectionView]) -> None:
        self._means = means
        self._view = view

    # -- which sales

    def shop_names(self, scope: Scope) -> tuple[str, ...]:
        with self._means.ledgers.read() as ledger:
            row = found_connection(ledger, scope)
            if not row["lightspeed"]:
                return ()
            book = load_shop_book(ledger, scope.workspace, row["lightspeed"])
        return tuple(sorted(shop.name for shop in book.shops.values()))

    def stores(
        self, actor: Actor, scope: Scope, names: Sequence[str], *, version: int | None = None
    ) -> ConnectionView:
        """Only sales of these shops; none means all. `Webstore` also means web sales anywhere."""
        actor.require_in(scope, Role.ADMIN)
        known = (_WEBSTORE, *self.shop_names(scope))
        chosen = (known_name(name, known, "shop", field="stores") for name in names)
        stores = tuple(dict.fromkeys(chosen))
        return self._save(actor, scope, "stores", version=version, stores=stores)

    def statuses(self, actor: Actor, scope: Scope, names: Sequence[str]) -> ConnectionView:
        """Only completed sales that are one of these; none means all completed sales."""
        actor.require_in(scope, Role.ADMIN)
        chosen = (known_name(name, _STATUSES, "status", field="statuses") for name in names)
        return self._save(actor, scope, "statuses", statuses=tuple(dict.fromkeys(chosen)))

    def prefix(self, actor: Actor, scope: Scope, prefix: str) -> ConnectionView:
        """What stands before the sale number in QuickBooks, distinct in each company."""
        actor.require_in(scope, Role.ADMIN)
        prefix = order_prefix(prefix)
        with self._means.ledgers.read() as ledger:
            company = found_connection(ledger, scope)["quickbooks"]
            rows = ledger.accounts.connections_of(scope.workspace, company) if company else []
            taken = [
                load_settings(row["settings"]).prefix
                for row in rows
                if row["id"] != scope.connection
            ]
        for other in taken:
            if may_collide(prefix, other):
                raise Invalid(
                    f"Another connection to this company numbers its sales with {quoted(other)}, "
                    "so two sales could get the same number. Choose another prefix.",
                    field="prefix",
                )
        return self._save(actor, scope, "prefix", prefix=prefix)

    # -- accounts

    def account_roles(self, scope: Scope) -> tuple[tuple[str, str, Ref | None, bool], ...]:
        """Role, label, account in force, and whether we chose it; tenders follow the roles."""
        with self._means.ledgers.read() as ledger:
            row = found_connection(ledger, scope)
            settings = load_settings(row["settings"])
            if row["quickbooks"]:
                books = load_books(ledger, scope.workspace, row["quickbooks"], only=("Account",))
                settings = with_default_accounts(settings, books)
        roles = [
            (role, label, getattr(settings.accounts, role), role in settings.chosen_by_us)
            for role, (label, _) in ROLES.items()
        ]
        tenders = [
            (tender, f"Paid by {tender}", ref, False)
            for tender, ref in sorted(settings.accounts.tenders.items())
        ]
        return (*roles, *tenders)

    def account(self, actor: Actor, scope: Scope, role: str, name: str) -> ConnectionView:
        """Choose the account of a role, or of a tender by the tender's name."""
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.read() as ledger:
            row = found_connection(ledger, scope)
            books = load_books(ledger, scope.workspace, company_of(ledger, row), only=("Account",))
            tenders: list[str] = []
            if row["lightspeed"]:
                book = load_shop_book(ledger, scope.workspace, row["lightspeed"])
                tenders = [each.name for each in book.payment_types.values()]
        key, kinds = role_or_tender(role, tenders)
        chosen = {key: account_for(books, name, kinds).ref}
        return self._change(
            actor, scope, "account", lambda settings: {"accounts": _with(settings.accounts, chosen)}
        )

    def accounts(
        self,
        actor: Actor,
        scope: Scope,
        accounts: Mapping[str, str],
        *,
        version: int | None = None,
    ) -> ConnectionView:
        """Several roles and ways to pay at once; Invalid's `field` is the role that is wrong.

        A way to pay with "" goes to the deposit account again.
        """
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.read() as ledger:
            row = found_connection(ledger, scope)
            books = load_books(ledger, scope.workspace, company_of(ledger, row), only=("Account",))
        chosen: dict[str, Ref | None] = {}
        for role, name in accounts.items():
            key = role.strip().casefold()
            kinds = ROLES[key][1] if key in ROLES else TENDER_KINDS
            try:
                chosen[key] = account_for(books, name, kinds).ref if name else None
            except Invalid as error:
                raise Invalid(str(error), field=role) from error
        return self._change(
            actor,
            scope,
            "accounts",
            lambda settings: {"accounts": _with(settings.accounts, chosen)},
            version=version,
        )

    # -- customers

    def customers(
        self,
        actor: Actor,
        scope: Scope,
        mode: str,
        name: str = "",
        missing: str = "",
        *,
        version: int | None = None,
    ) -> ConnectionView:
        """One customer for all sales, or match by display name or e-mail."""
        actor.require_in(scope, Role.ADMIN)
        mode = known_name(mode, _MODES, "way to match customers", field="mode")
        values = {"customer_match": mode}
        if missing.strip():
            values["customer_missing"] = known_name(missing, _MISSING, "answer", field="missing")
        if name.strip():
            with self._means.ledgers.read() as ledger:
                company = found_connection(ledger, scope)["quickbooks"]
                books = load_books(
                    ledger, scope.workspace, company or "", only=("Customer", "Vendor", "Employee")
                )
            values["customer_single"] = customer_name(books, name)
        return self._save(actor, scope, "customers", version=version, **values)

    # -- products

    def products(
        self, actor: Actor, scope: Scope, mode: str, missing: str, *, version: int | None = None
    ) -> ConnectionView:
        """Where a SKU is looked for, and what happens to one that is not found."""
        actor.require_in(scope, Role.ADMIN)
        values = {
            "item_match": known_name(mode, _ITEM_MODES, "way to match products", field="match"),
            "item_missing": known_name(
                missing or "create", _ITEM_MISSING, "answer", field="item_missing"
            ),
        }
        return self._save(actor, scope, "products", version=version, **values)

    # -- sales tax

    def tax_add(
        self,
        actor: Actor,
        scope: Scope,
        region: str,
        code: str,
        *,
        city: str = "",
        county: str = "",
        version: int | None = None,
    ) -> ConnectionView:
        """Map a region, city or county to a tax code; a place that has one gets the new one."""
        actor.require_in(scope, Role.ADMIN)
        place = _place(region, city, county)
        with self._means.ledgers.read() as ledger:
            row = found_connection(ledger, scope)
            company = company_of(ledger, row)
            books = load_books(ledger, scope.workspace, company, only=("TaxCode", "TaxRate"))
        mapping = replace(place, code=tax_code_for(books, code))

        def change(settings: ConnectionSettings) -> Mapping[str, Any]:
            others = [each for each in settings.tax_mappings if not _same(each, place)]
            return {"tax_mappings": (*others, mapping)}

        return self._change(actor, scope, "tax", change, version=version)

    def taxes(
        self,
        actor: Actor,
        scope: Scope,
        codes: Mapping[str, str],
        *,
        version: int | None = None,
    ) -> ConnectionView:
        """Codes of whole regions, several at once; a region with "" loses its line."""
        actor.require_in(scope, Role.ADMIN)
        with self._means.ledgers.read() as ledger:
            row = found_connection(ledger, scope)
            company = company_of(ledger, row)
            books = load_books(ledger, scope.workspace, company, only=("TaxCode", "TaxRate"))
        places: list[TaxMapping] = []
        found: list[TaxMapping] = []
        for region, code in codes.items():
            try:
                places.append(_place(region, "", ""))
                if code:
                    found.append(replace(places[-1], code=tax_code_for(books, code)))
            except Invalid as error:
                raise Invalid(str(error), field=region) from error

        def change(settings: ConnectionSettings) -> Mapping[str, Any]:
            kept = [
                next((new for new in found if _same(new, each)), each)
                for each in settings.tax_mappings
                if not any(_same(each, place) for place in places)
                or any(_same(each, new) for new in found)
            ]
            more = [new for new in found if not any(_same(new, each) for each in kept)]
            return {"tax_mappings": (*kept, *more)}

        return self._change(actor, scope, "tax", change, version=version)

    def tax_remove(
        self, actor: Actor, scope: Scope, region: str, *, city: str = "", county: str = ""
    ) -> ConnectionView:
        actor.require_in(scope, Role.ADMIN)
        place = _place(region, city, county)

        def change(settings: ConnectionSettings) -> Mapping[str, Any]:
            others = tuple(each for each in settings.tax_mappings if not _same(each, place))
            if len(others) == len(settings.tax_mappings):
                where = ", ".join(filter(None, (place.region, place.city, place.county)))
                raise NotFound(f"There is no tax mapping for {where}.")
            return {"tax_mappings": others}

        return self._change(actor, scope, "tax", change)

    # -- inside

    def _save(
        self,
        actor: Actor,
        scope: Scope,
        what: str,
        *,
        version: int | None = None,
        **values: object,
    ) -> ConnectionView:
        return self._change(actor, scope, what, lambda settings: values, version=version)

    def _change(
        self,
        actor: Actor,
        scope: Scope,
        what: str,
        change: Callable[[ConnectionSettings], Mapping[str, Any]],
        *,
        version: int | None = None,
    ) -> ConnectionView:
        save_settings(self._means, actor, scope, what, change, version=version)
        return self._view(scope)


def _with(accounts: AccountChoices, chosen: Mapping[str, Ref | None]) -> AccountChoices:
    """The choices with some of them made; only a way to pay can be chosen away."""
    roles: dict[str, Any] = {key: ref for key, ref in chosen.items() if key in ROLES and ref}
    tenders = {**accounts.tenders, **{k: ref for k, ref in chosen.items() if k not in ROLES}}
    kept = {key: ref for key, ref in tenders.items() if ref is not None}
    return replace(accounts, **roles, tenders=kept)


def _place(region: str, city: str, county: str) -> TaxMapping:
    """A line of the table without its code."""
    place = TaxMapping(
        region_code(region), Ref("", ""), " ".join(city.split()), " ".join(county.split())
    )
    for field, name in (("city", place.city), ("county", place.county)):
        if len(name) > 100:
            raise Invalid(f"A {field} has at most 100 characters.", field=field)
    if place.city and place.county:
        raise Invalid("Give a city or a county, not both.", field="county")
    if place.region == NO_TAX and (place.city or place.county):
        raise Invalid(f"{NO_TAX} means every sale without tax, wherever it is.", field="city")
    return place


def _same(one: TaxMapping, other: TaxMapping) -> bool:
    return (one.region, name_key(one.city), name_key(one.county)) == (
        other.region,
        name_key(other.city),
        name_key(other.county),
    )
