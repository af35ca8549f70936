"""What mapping must know of one QuickBooks company: facts, lists and their look-ups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sync.domain.documents import Ref

CATEGORY = "Category"  # the kind of an item that only groups others


class TaxWorld(StrEnum):
    """How a company keeps sales tax; decides how the till's tax is sent."""

    NONE = "none"
    MANUAL = "manual"  # United States, tax codes made by hand
    AUTOMATED = "automated"  # United States, Automated Sales Tax
    UNFINISHED = "unfinished"  # automated, set-up not finished in QuickBooks
    GLOBAL = "global"  # outside the United States


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """Settings of the company that decide what may be sent."""

    name: str
    country: str
    currency: str
    tax_world: TaxWorld
    closed_through: date | None = None
    custom_numbers: bool = True
    tracks_locations: bool = False
    tracks_classes: bool = False
    classes_by_line: bool = False  # a class stands on each line, not on the document
    multicurrency: bool = False
    plan: str = ""
    default_tax_code: str = ""
    latin1_only: bool = True
    address_region: str = ""


@dataclass(frozen=True, slots=True)
class ListAccount:
    """An account of the chart; `kind` and `subkind` in QuickBooks' spelling."""

    id: str
    name: str  # fully qualified
    kind: str
    subkind: str = ""
    active: bool = True
    currency: str = ""

    @property
    def ref(self) -> Ref:
        return Ref(self.id, self.name)


@dataclass(frozen=True, slots=True)
class ListItem:
    """A product or service; `name` without its category."""

    id: str
    name: str
    sku: str = ""
    kind: str = "NonInventory"
    active: bool = True
    full_name: str = ""
    income_account_id: str = ""

    @property
    def ref(self) -> Ref:
        return Ref(self.id, self.name)


@dataclass(frozen=True, slots=True)
class ListCustomer:
    """A customer, by display name and e-mail."""

    id: str
    name: str
    email: str = ""
    active: bool = True

    @property
    def ref(self) -> Ref:
        return Ref(self.id, self.name)


@dataclass(frozen=True, slots=True)
class ListTaxCode:
    """A sales tax code and the sum of its sales rates, as a fraction (0.06)."""

    id: str
    name: str
    rate: Decimal
    active: bool = True
    taxable: bool = True

    @property
    def ref(self) -> Ref:
        return Ref(self.id, self.name)


def name_key(name: str) -> str:
    """QuickBooks compares names trimmed and case-blind; so do we."""
    return " ".join(name.split()).casefold()


def _gives_way(held: ListItem, other: ListItem) -> bool:
    return not held.active or (held.kind == CATEGORY and other.active and other.kind != CATEGORY)


@dataclass(slots=True)
class Books:
    """One company's lists, indexed. Mutable on purpose: a run adds what it creates."""

    facts: CompanyFacts
    accounts: dict[str, ListAccount] = field(default_factory=dict)  # by id
    items: dict[str, ListItem] = field(default_factory=dict)  # by id
    customers: dict[str, ListCustomer] = field(default_factory=dict)  # by id
    tax_codes: dict[str, ListTaxCode] = field(default_factory=dict)  # by id
    payment_methods: dict[str, Ref] = field(default_factory=dict)  # by name_key
    locations: dict[str, Ref] = field(default_factory=dict)  # by name_key
    classes: dict[str, Ref] = field(default_factory=dict)  # by name_key
    terms: dict[str, Ref] = field(default_factory=dict)  # by name_key
    taken_names: dict[str, str] = field(default_factory=dict)  # vendors, employees: key -> kind
    _item_names: dict[str, ListItem] = field(default_factory=dict)
    _item_skus: dict[str, ListItem] = field(default_factory=dict)
    _customer_names: dict[str, ListCustomer] = field(default_factory=dict)
    _customer_emails: dict[str, ListCustomer] = field(default_factory=dict)
    _account_names: dict[str, ListAccount] = field(default_factory=dict)

    def add_accounts(self, accounts: Iterable[ListAccount]) -> None:
        for account in accounts:
            self.accounts[account.id] = account
            self._account_names[name_key(account.name)] = account

    def add_items(self, items: Iterable[ListItem]) -> None:
        """An active item wins a name or SKU over an inactive one, and over a category."""
        for item in items:
            self.items[item.id] = item
            for index, key in ((self._item_names, item.name), (self._item_skus, item.sku)):
                held = index.get(name_key(key)) if key else None
                if key and (held is None or item.id == held.id or _gives_way(held, item)):
                    index[name_key(key)] = item

    def add_customers(self, customers: Iterable[ListCustomer]) -> None:
        for customer in customers:
            self.customers[customer.id] = customer
            self._customer_names[name_key(customer.name)] = customer
            for address in customer.email.split(","):
                if address.strip():
                    self._customer_emails.setdefault(address.strip().casefold(), customer)

    def account_named(self, name: str) -> ListAccount | None:
        return self._account_names.get(name_key(name))

    def item_named(self, name: str) -> ListItem | None:
        return self._item_names.get(name_key(name))

    def item_with_sku(self, sku: str) -> ListItem | None:
        return self._item_skus.get(name_key(sku))

    def customer_named(self, name: str) -> ListCustomer | None:
        return self._customer_names.get(name_key(name))

    def customer_with_email(self, email: str) -> ListCustomer | None:
        return self._customer_emails.get(email.strip().casefold())
