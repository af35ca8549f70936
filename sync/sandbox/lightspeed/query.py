"""One GET on a collection or a record: parameters in, body and cost out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from sync.sandbox.lightspeed import filters, loading
from sync.sandbox.lightspeed.answers import Refusal
from sync.sandbox.lightspeed.cursors import Cursors
from sync.sandbox.lightspeed.schema import ENTITIES
from sync.sandbox.lightspeed.switches import Switches
from sync.sandbox.lightspeed.tables import Dataset, Row, Table

MOST_ROWS = 100
COUNT_COST = 10.0
_GONE = ("offset", "orderby", "orderby_desc")
_PAGING = ("limit", "sort", "after", "before")

Check = Callable[[Row], bool]


@dataclass
class Query:
    """A checked request for rows of one entity."""

    entity: str
    params: list[tuple[str, str]]
    cost: float = 1.0
    paths: list[str] = field(default_factory=list)
    wanted: loading.Tree = field(default_factory=dict)
    sort: str = ""
    descending: bool = False
    limit: int = MOST_ROWS
    count: bool = False
    after: str = ""
    before: str = ""
    checks: list[Check] = field(default_factory=list)
    low: Any = None  # a lower bound on the sort field: where reading may start


def _once(params: list[tuple[str, str]]) -> dict[str, str]:
    named: dict[str, str] = {}
    for name, value in params:
        if name in named:
            raise Refusal(400, f"'{name}' was given more than once.")
        named[name] = value
    return named


def _sorting(query: Query, text: str) -> None:
    allowed = ENTITIES[query.entity].sorts
    name = text.removeprefix("-")
    spelled = {sort.lower(): sort for sort in allowed}.get(name.lower())
    if spelled is None:
        raise Refusal(400, f"Cannot sort by '{name}'. Sortable fields: {', '.join(allowed)}")
    query.sort, query.descending = spelled, text.startswith("-")


def _limit(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_ROWS:
        raise Refusal(400, f"limit must be between 0 and {MOST_ROWS}.")
    return int(text)


def _archived(text: str, table: Table) -> Check | None:
    if text not in {"true", "false", "only"}:
        raise Refusal(400, "archived must be true, false or only.")
    if text == "true" or "archived" not in table.names:
        return None
    shown = "true" if text == "only" else "false"
    return lambda row: row.fields.get("archived", "false") == shown


class Reader:
    """Answers queries over one dataset."""

    def __init__(self, dataset: Dataset, cursors: Cursors, switches: Switches) -> None:
        self.dataset = dataset
        self._switches = switches
        self._cursors = cursors

    def parse(self, entity: str, params: list[tuple[str, str]], *, listed: bool = True) -> Query:
        """Check everything that can be refused without looking at a row, and price it."""
        query = Query(entity, params)
        named = _once(params)
        for gone in _GONE:
            if gone in named:
                raise Refusal(400, f"'{gone}' is not supported; follow the next URL.")
        query.paths = loading.asked_for(entity, named.get("load_relations"))
        query.wanted = loading.tree(query.paths)
        query.cost += loading.tenths_of_cost(entity, query.paths, listed=listed) / 10
        _sorting(query, named.get("sort", ENTITIES[entity].id_field))
        query.limit = _limit(named.get("limit", str(MOST_ROWS)))
        query.after, query.before = named.get("after", ""), named.get("before", "")
        query.count = named.get("count") == "1"
        if query.count:
            query.cost = COUNT_COST
            if any(name in named for name in _PAGING):
                raise Refusal(400, "count cannot be combined with limit, sort, after or before.")
        elif "count" in named:
            raise Refusal(400, "count must be 1.")
        if listed:
            self._conditions(query, named)
        return query

    def _conditions(self, query: Query, named: dict[str, str]) -> None:
        table = self.dataset.tables[query.entity]
        archived = _archived(named.get("archived", "false"), table)
        if archived:
            query.checks.append(archived)
        if query.entity == "CreditAccount" and "giftCard" not in named:
            query.checks.append(lambda row: row.fields["giftCard"] == "false")
        reserved = {*_PAGING, "count", "load_relations", "archived", "or"}
        for name, text in named.items():
            if name not in reserved:
                condition, check = self._condition(query, name, text)
                query.checks.append(check)
                if condition.field == query.sort and isinstance(condition.low, int | str):
                    query.low = condition.low
        if "or" in named:
            self._alternatives(query, named["or"])

    def _condition(self, query: Query, name: str, text: str) -> tuple[filters.Filter, Check]:
        if "." in name:
            return self._related(query, name, text)
        table = self.dataset.tables[query.entity]
        spelled = table.names.get(name.lower())
        if spelled is None:
            if table.rows:
                raise Refusal(400, f"'{name}' is not a field of {query.entity}.")
            spelled = name
        if spelled == "updateTime" and self._switches.refuse_update_time:
            raise Refusal(400, f"Cannot filter {query.entity} by '{name}'.")
        try:
            condition = filters.parsed(spelled, text)
        except filters.Misread as misread:
            if self._switches.refuse_raw_plus:
                raise Refusal(400, f"'{misread}' is not a valid date.") from None
            condition = filters.nothing(spelled)
        return condition, lambda row: condition.matches(row.fields.get(spelled))

    def _related(self, query: Query, name: str, text: str) -> tuple[filters.Filter, Check]:
        relation, _, inner = name.partition(".")
        if relation not in query.wanted:
            raise Refusal(400, f"'{name}' needs the relation {relation} to be loaded.")
        condition = filters.parsed(inner, text)
        wanted: loading.Tree = {relation: {}}

        def check(row: Row) -> bool:
            body = loading.composed(self.dataset, query.entity, row, wanted).get(relation, {})
            spec = ENTITIES[query.entity].relations[relation]
            found = body.get(spec.inner, []) if spec.many else body
            rows = found if isinstance(found, list) else [found]
            return any(condition.matches(one.get(inner)) for one in rows)

        return condition, check

    def _alternatives(self, query: Query, text: str) -> None:
        found = []
        for part in text.split("|"):
            name, _, value = part.partition("=")
            found.append(self._condition(query, name, value))
        fields = {condition.field for condition, _ in found}
        ranges = sum(condition.is_range for condition, _ in found)
        if len(fields) > 1:
            query.cost += len(found) if ranges <= 1 else 10 + len(found) - 1
        checks = [check for _, check in found]
        query.checks.append(lambda row: any(check(row) for check in checks))

    def one(self, query: Query, row_id: int) -> dict[str, Any]:
        """A single record, archived or not."""
        row = self.dataset.tables[query.entity].rows.get(row_id)
        if row is None:
            raise Refusal(
                404, f"Object of type '{query.entity}' not found with primary ID '{row_id}'."
            )
        return {"@attributes": {"count": "1"}, query.entity: self._body(query, row)}

    def page(self, query: Query, url: str, most: int | None = None) -> dict[str, Any]:
        """A page, with complete URLs to its neighbours; `url` is the request's, without query."""
        if query.count:
            rows, _, _ = self._scan(query, len(self.dataset.tables[query.entity].rows) + 1)
            return {"@attributes": {"count": str(len(rows))}}
        limit = query.limit if most is None else min(most, query.limit)
        rows, earlier, later = self._scan(query, limit)
        attributes = {"next": "", "previous": ""}
        if later and most == 0:  # a fault: nothing on this page, yet it goes on
            attributes["next"] = f"{url}?{urlencode(query.params, quote_via=quote, safe='')}"
        elif rows and later:
            attributes["next"] = self._url(query, url, "after", rows[-1])
        if rows and earlier:
            attributes["previous"] = self._url(query, url, "before", rows[0])
        bodies = [self._body(query, row) for row in rows]
        answer: dict[str, Any] = {"@attributes": attributes}
        if bodies:
            answer[query.entity] = bodies if len(bodies) > 1 else bodies[0]
        return answer

    def _body(self, query: Query, row: Row) -> dict[str, Any]:
        body = loading.composed(self.dataset, query.entity, row, query.wanted)
        if self._switches.lower_case_update_time and "updateTime" in body:
            body["updatetime"] = body.pop("updateTime")
        return body

    def _scan(self, query: Query, limit: int) -> tuple[list[Row], bool, bool]:
        table = self.dataset.tables[query.entity]
        order = table.order(query.sort)
        places = range(len(order))
        sort_name = f"{'-' if query.descending else ''}{query.sort}"
        if mark := query.after or query.before:
            key, row_id = self._cursors.read(query.entity, sort_name, mark)
            place = table.position(query.sort, key, row_id)
            here = place < len(order) and order[place] == (key, row_id)
            forwards = bool(query.after) is not query.descending
            places = range(place + here, len(order)) if forwards else range(place)
        if query.low is not None and not (query.after or query.before or query.descending):
            places = range(table.position(query.sort, query.low), len(order))
        backwards = query.descending is not bool(query.before)
        rows: list[Row] = []
        more = False
        for place in reversed(places) if backwards else places:
            row = table.rows[order[place][1]]
            if all(check(row) for check in query.checks):
                if len(rows) >= limit:
                    more = True
                    break
                rows.append(row)
        if query.before:
            rows.reverse()
            return rows, more, True
        return rows, bool(query.after), more

    def _url(self, query: Query, url: str, direction: str, row: Row) -> str:
        sort_name = f"{'-' if query.descending else ''}{query.sort}"
        key = row.key(query.sort)
        kept = [(name, value) for name, value in query.params if name not in {"after", "before"}]
        given = {name for name, _ in kept}
        if "limit" not in given:
            kept.append(("limit", str(query.limit)))
        if "sort" not in given:
            kept.append(("sort", sort_name))
        kept.append((direction, self._cursors.mark(query.entity, sort_name, key, row.id)))
        return f"{url}?{urlencode(kept, quote_via=quote, safe='')}"
