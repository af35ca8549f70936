"""Runs a query over a company's objects, with QuickBooks' ideas of what may be asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.kinds import KINDS, Kind
from sync.sandbox.quickbooks.profile import company_info, preferences
from sync.sandbox.quickbooks.query import Condition, Query, invalid, parse
from sync.sandbox.quickbooks.store import Record
from sync.sandbox.quickbooks.wire import Json, read_stamp

_EVERYWHERE = frozenset({"Id", "MetaData.CreateTime", "MetaData.LastUpdatedTime"})
_ALSO_SORT = {"Customer": frozenset({"BalanceWithJobs"})}
_SINGLE: dict[str, Callable[[Company], Json]] = {
    "CompanyInfo": company_info,
    "Preferences": preferences,
}
_LIVE = frozenset({"Balance", "BalanceWithJobs", "CurrentBalance", "CurrentBalanceWithSubAccounts"})


def run_query(company: Company, statement: str, most: int = 1000) -> Json:
    """The `QueryResponse` of a statement; nothing found is an empty object."""
    query = parse(statement)
    if query.entity in _SINGLE:
        body = _SINGLE[query.entity](company)
        if query.count:
            return {"totalCount": 1}
        return {query.entity: [body], "startPosition": 1, "maxResults": 1}
    kind = KINDS.get(query.entity)
    if kind is None:
        raise invalid(f"invalid context declaration: {query.entity}")
    with company.lock:
        found = _matching(company, kind, query)
        if query.count:
            return {"totalCount": len(found)}
        _sort(company, kind, query, found)
        page = found[query.start - 1 : query.start - 1 + min(query.limit, most)]
        if not page:
            return {}
        return {
            kind.name: [company.render(record) for record in page],
            "startPosition": query.start,
            "maxResults": len(page),
        }


def _matching(company: Company, kind: Kind, query: Query) -> list[Record]:
    tests = [_test(company, kind, condition) for condition in query.conditions]
    records: Iterable[Record] = list(company.store.objects[kind.name].values())
    asks_active = any(condition.field.lower() == "active" for condition in query.conditions)
    if not kind.document and not asks_active:
        records = [record for record in records if record.body.get("Active", True)]
    for test in tests:
        records = [record for record in records if test(record)]
    return list(records)


def _test(company: Company, kind: Kind, condition: Condition) -> Callable[[Record], bool]:
    field = _field(kind, condition.field, kind.filters | _EVERYWHERE)
    if field == "Id" and condition.operator not in ("=", "in"):
        raise invalid("Id can only be compared with = and IN")
    wanted = [_operand(company, field, value) for value in condition.values]
    if condition.operator == "like":
        parts = str(condition.values[0]).split("%")
        pattern = re.compile(
            ".*".join(re.escape(part) for part in parts), re.IGNORECASE | re.DOTALL
        )
        return lambda record: bool(pattern.fullmatch(str(_get(company, record, field))))
    if condition.operator in ("=", "in"):
        chosen = frozenset(wanted)
        return lambda record: _key(_get(company, record, field), field) in chosen
    compare = _COMPARISONS[condition.operator]
    limit = wanted[0]

    def test(record: Record) -> bool:
        value = _key(_get(company, record, field), field)
        return value != "" and type(value) is type(limit) and compare(value, limit)

    return test


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda value, limit: value < limit,
    ">": lambda value, limit: value > limit,
    "<=": lambda value, limit: value <= limit,
    ">=": lambda value, limit: value >= limit,
}


def _field(kind: Kind, name: str, allowed: frozenset[str]) -> str:
    for field in allowed:
        if field.lower() == name.lower():
            return field
    raise invalid(f"property '{name}' is not queryable")


def _operand(company: Company, field: str, value: str | bool) -> Any:
    if field.startswith("MetaData."):
        try:
            return read_stamp(str(value))
        except ValueError as error:
            raise invalid(f"property '{field}' has an invalid date value") from error
    if isinstance(value, bool):
        return value
    if value == "CURRENT_DATE":
        return company.today()
    if field in _NUMBERS:
        try:
            return Decimal(value)
        except InvalidOperation as error:
            raise invalid(f"property '{field}' has an invalid number value") from error
    if field in _FLAGS:
        return value.lower() == "true"
    return value.casefold().strip()


_NUMBERS = _LIVE | {"TotalAmt"}
_FLAGS = frozenset({"Active", "SubItem", "Taxable", "SubAccount"})


def _get(company: Company, record: Record, field: str) -> Any:
    if field == "Id":
        return record.id
    if field == "MetaData.CreateTime":
        return record.created
    if field == "MetaData.LastUpdatedTime":
        return record.updated
    body = company.render(record) if field in _LIVE else record.body
    value = body.get(field, "")
    if isinstance(value, dict):
        return value.get("value") or value.get("Address") or ""
    return value


def _key(value: Any, field: str) -> Any:
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    if isinstance(value, bool):
        return value
    if field in _NUMBERS:
        return Decimal(value or 0)
    return str(value).casefold().strip()


def _sort(company: Company, kind: Kind, query: Query, found: list[Record]) -> None:
    if not query.order:
        if kind.document:
            found.sort(key=lambda record: (record.body["TxnDate"], int(record.id)), reverse=True)
        else:
            found.sort(key=lambda record: str(record.body.get(kind.name_field)).casefold())
        return
    allowed = kind.filters | _EVERYWHERE | _ALSO_SORT.get(kind.name, frozenset())
    for name, descending in reversed(query.order):
        field = _field(kind, name, allowed)
        if field == "Id":
            found.sort(key=_id_order, reverse=descending)
        else:
            found.sort(
                key=lambda record, field=field: _key(  # type: ignore[misc]
                    _get(company, record, field), field
                ),
                reverse=descending,
            )


def _id_order(record: Record) -> tuple[int, str]:
    return (int(record.id), "") if record.id.isdigit() else (0, record.id)
