"""The data addresses: which record or list a path means, and who may read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sync.sandbox.lightspeed import filters
from sync.sandbox.lightspeed.answers import Refusal
from sync.sandbox.lightspeed.query import Query, Reader
from sync.sandbox.lightspeed.reports import report
from sync.sandbox.lightspeed.schema import ENTITIES

_ROOT = re.compile(r"/API/V3/(Account|Session)(?:\.json|\.xml)?")
_INSIDE = re.compile(r"/API/V3/Account/(\d+)/([A-Za-z0-9/]+?)(?:\.json|\.xml)?")
_REPORT = "Reports/Accounting/"


@dataclass
class Call:
    """A read that has been understood and priced, but not run yet."""

    root: str
    cost: float
    query: Query | None = None
    row_id: int | None = None
    report: str = ""
    params: dict[str, str] | None = None


class Api:
    """Reads of one account."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._dataset = reader.dataset

    def understand(self, path: str, query_string: str) -> Call:
        """Turn a path into a call; everything refused here is refused before any row is read."""
        params = filters.pairs(query_string)
        if match := _ROOT.fullmatch(path):
            return Call(match[1], 1.0)
        match = _INSIDE.fullmatch(path)
        if not match:
            raise Refusal(404, "Unknown path.")
        if int(match[1]) != self._dataset.account_id:
            raise Refusal(403, "You do not have access to this account.")
        inside = match[2]
        if inside.startswith(_REPORT):
            return Call("Report", 1.0, report=inside.removeprefix(_REPORT), params=dict(params))
        return self._rows(inside.split("/"), params)

    def _rows(self, names: list[str], params: list[tuple[str, str]]) -> Call:
        entity, *rest = names
        if entity not in ENTITIES:
            raise Refusal(404, f"Unknown endpoint '{entity}'.")
        if not rest:
            query = self._reader.parse(entity, params)
            return Call(entity, query.cost, query)
        if not rest[0].isdecimal():
            raise Refusal(404, f"'{rest[0]}' is not an id.")
        row_id = int(rest[0])
        if len(rest) == 1:
            query = self._reader.parse(entity, params, listed=False)
            return Call(entity, query.cost, query, row_id)
        child = rest[1]
        relations = ENTITIES[entity].relations.values()
        by = next((one.by for one in relations if one.many and one.entity == child), None)
        if len(rest) > 2 or by is None:
            raise Refusal(404, "Unknown path.")
        query = self._reader.parse(child, [*params, (by, str(row_id))])
        return Call(child, query.cost, query)

    def check_scopes(self, call: Call, scopes: frozenset[str]) -> None:
        """403 when none of the entity's scopes was granted."""
        if "employee:all" in scopes:
            return
        needed = frozenset({"employee:reports"}) if call.report else frozenset()
        if call.query:
            needed = ENTITIES[call.query.entity].scopes
        if needed and not needed & scopes:
            raise Refusal(403, f"Missing scope for {call.root}.", "ForbiddenRequestError")

    def run(self, call: Call, host: str, path: str, most: int | None = None) -> dict[str, Any]:
        """Read the rows."""
        with self._dataset.lock:
            if call.report:
                _, body = report(self._dataset, call.report, call.params or {})
                return body
            if call.query is None:
                return self._account() if call.root == "Account" else self._session()
            if call.row_id is not None:
                return self._reader.one(call.query, call.row_id)
            return self._reader.page(call.query, host + path, most)

    def _account(self) -> dict[str, Any]:
        number = str(self._dataset.account_id)
        href = f"/API/V3/Account/{number}"
        return {
            "@attributes": {"count": "1"},
            "Account": {
                "accountID": number,
                "name": self._dataset.name,
                "link": {"@attributes": {"href": href}},
            },
        }

    def _session(self) -> dict[str, Any]:
        return {
            "sessionID": "",
            "systemCustomerID": str(self._dataset.account_id),
            "systemUserID": "4",
            "systemAPIClientID": "7",
            "systemAPIKeyID": "0",
            "ecomUrl": "",
            "shopCount": str(len(self._dataset.tables["Shop"].rows)),
            "employeeID": "4",
        }
