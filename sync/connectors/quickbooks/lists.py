"""QuickBooks' list objects in the domain's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from sync.connectors.quickbooks.answers import Json, money
from sync.domain.books import (
    Books,
    CompanyFacts,
    ListAccount,
    ListCustomer,
    ListItem,
    ListTaxCode,
    name_key,
)
from sync.domain.documents import Ref
from sync.domain.money import ZERO

KINDS: Final = (
    *("Account", "Item", "Customer", "TaxCode", "TaxRate", "PaymentMethod"),
    *("Department", "Class", "Term", "Vendor", "Employee"),
)

_PSEUDO_CODES: Final = ("TAX", "NON")  # marks of a line, not codes with a rate


def list_accounts(objects: Iterable[Json]) -> list[ListAccount]:
    return [
        ListAccount(
            id=_text(each, "Id"),
            name=_text(each, "FullyQualifiedName") or _text(each, "Name"),
            kind=_text(each, "AccountType"),
            subkind=_text(each, "AccountSubType"),
            active=_active(each),
            currency=_text(_part(each, "CurrencyRef"), "value"),
        )
        for each in objects
    ]


def list_items(objects: Iterable[Json]) -> list[ListItem]:
    """Items, and categories too: no line can name one, but it holds its name against items."""
    return [
        ListItem(
            id=_text(each, "Id"),
            name=_text(each, "Name"),
            sku=_text(each, "Sku"),
            kind=_text(each, "Type"),
            active=_active(each),
            full_name=_text(each, "FullyQualifiedName"),
            income_account_id=_text(_part(each, "IncomeAccountRef"), "value"),
        )
        for each in objects
    ]


def list_customers(objects: Iterable[Json]) -> list[ListCustomer]:
    return [
        ListCustomer(
            id=_text(each, "Id"),
            name=_text(each, "DisplayName"),
            email=_text(_part(each, "PrimaryEmailAddr"), "Address"),
            active=_active(each),
        )
        for each in objects
    ]


def list_tax_codes(codes: Iterable[Json], rates: Iterable[Json]) -> list[ListTaxCode]:
    """Each code with the sum of its sales rates as a fraction; purchase rates do not count."""
    percent = {_text(rate, "Id"): money(rate.get("RateValue")) or ZERO for rate in rates}
    return [
        ListTaxCode(
            id=_text(code, "Id"),
            name=_text(code, "Name"),
            rate=sum((percent.get(id, ZERO) for id in _sales_rates(code)), ZERO) / Decimal(100),
            active=_active(code) and code.get("Hidden") is not True,
            taxable=code.get("Taxable") is not False,
        )
        for code in codes
        if _text(code, "Id") not in _PSEUDO_CODES
    ]


def by_name(objects: Iterable[Json]) -> dict[str, Ref]:
    return {name_key(_text(each, "Name")): _ref(each, "Name") for each in objects if _active(each)}


def with_parents(objects: Iterable[Json]) -> dict[str, Ref]:
    """Locations or classes by full name, and by their own where that is not another's full one."""
    active = [each for each in objects if _active(each)]
    short = {name_key(_text(each, "Name")): _ref(each, "Name") for each in active}
    return short | {
        name_key(full): _ref(each, "FullyQualifiedName")
        for each in active
        if (full := _text(each, "FullyQualifiedName"))
    }


def taken_names(vendors: Iterable[Json], employees: Iterable[Json]) -> dict[str, str]:
    """Names a new customer cannot have, and who has them."""
    return {
        name_key(_text(each, "DisplayName")): kind
        for kind, objects in (("employee", employees), ("vendor", vendors))
        for each in objects
    }


def books_from(facts: CompanyFacts, lists: Mapping[str, list[Json]]) -> Books:
    """The company's lists, indexed for mapping; a kind that was not read stays empty."""
    books = Books(facts)
    books.add_accounts(list_accounts(lists.get("Account", ())))
    books.add_items(list_items(lists.get("Item", ())))
    books.add_customers(list_customers(lists.get("Customer", ())))
    codes = list_tax_codes(lists.get("TaxCode", ()), lists.get("TaxRate", ()))
    books.tax_codes.update((code.id, code) for code in codes)
    books.payment_methods.update(by_name(lists.get("PaymentMethod", ())))
    books.locations.update(with_parents(lists.get("Department", ())))
    books.classes.update(with_parents(lists.get("Class", ())))
    books.terms.update(by_name(lists.get("Term", ())))
    books.taken_names.update(taken_names(lists.get("Vendor", ()), lists.get("Employee", ())))
    return books


def _sales_rates(code: Json) -> list[str]:
    details = _part(code, "SalesTaxRateList").get("TaxRateDetail", ())
    return [_text(_part(detail, "TaxRateRef"), "value") for detail in details]


def _ref(each: Json, field: str) -> Ref:
    return Ref(_text(each, "Id"), _text(each, field))


def _active(each: Json) -> bool:
    return each.get("Active") is not False


def _part(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = mapping.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(mapping: Mapping[str, Any], key: str) -> str:
    value = mapping.get(key)
    return value if isinstance(value, str) else ""
