"""The one door to a QuickBooks company: every answer ends as a value or as an error to act on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import orjson
from pydantic import SecretStr

from sync.connectors.http import Answer, Http, Pace, TokenSource
from sync.connectors.quickbooks.answers import (
    Changes,
    Found,
    Json,
    Outcome,
    Standing,
    changed,
    found,
    outcomes,
    queried,
    read_json,
    standing,
)
from sync.connectors.quickbooks.facts import company_facts
from sync.connectors.quickbooks.faults import deciding, faults_in
from sync.connectors.quickbooks.queries import PAGE, Value, select
from sync.connectors.quickbooks.raising import error_for, raise_for, reference_of
from sync.domain.books import CompanyFacts
from sync.errors import Misconfigured, Retryable, Uncertain

MINOR_VERSION: Final = "75"
BATCH_TIMEOUT: Final = 125.0  # QuickBooks itself gives up after 120 s
REQUEST_ID_LIMIT: Final = 36
LOOK_UP: Final = 200  # values of one IN (…)

_BIG: Final = ("Account", "Item", "Customer")
_WITH_INACTIVE: Final = (*_BIG, "Vendor", "Employee")  # their names stay taken
_PEOPLE: Final = ("Customer", "Vendor", "Employee")
_NOT_CAPTURED: Final = ("TaxCode", "TaxRate", "TaxAgency", "JournalCode")
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_KIND: Final = re.compile(r"[A-Za-z]{1,40}")
_ASKED_BY_TOTAL: Final = frozenset({"SalesReceipt", "Invoice"})


class QuickBooks:
    """One company. Writes go in batches that can be sent again; reads are few, since metered."""

    def __init__(
        self,
        http: Http,
        base_url: str,
        realm_id: SecretStr,
        tokens: TokenSource,
        pace: Pace,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not re.fullmatch(r"[0-9]{1,30}", realm_id.get_secret_value()):
            raise Misconfigured("A QuickBooks company id is a number: reconnect QuickBooks")
        self._http = http
        self._base = base_url.rstrip("/")
        self._realm = realm_id
        self._tokens = tokens
        self._pace = pace
        self._clock = clock

    def send_batch(self, body: bytes, request_id: str, bids: Sequence[str]) -> dict[str, Outcome]:
        """Execute a frozen batch. The same body and id again never make anything twice.

        Raises Retryable (nothing done), Uncertain (perhaps done: send the identical batch again),
        Rejected (the whole batch refused) or Disconnected.
        """
        if not 0 < len(request_id) <= REQUEST_ID_LIMIT:
            raise ValueError(f"a batch request id has 1 to {REQUEST_ID_LIMIT} characters")
        answer = self._call(
            "POST",
            "batch",
            pace="batch",
            changes=True,
            params={"requestid": request_id},
            body=body,
            read=BATCH_TIMEOUT,
        )
        parsed = self._parsed(answer, changes=True)
        return outcomes(parsed, bids, reference_of(answer))

    def query(self, statement: str) -> Any:
        """The parsed answer to one statement; build it with `select`, never by hand.

        Always by POST: names of customers do not belong into a URL, nor do long lists fit there.
        """
        answer = self._call(
            "POST", "query", body=statement.encode(), content_type="application/text"
        )
        return self._parsed(answer)

    def lists(self, kinds: Iterable[str]) -> dict[str, list[Json]]:
        """Whole lists by kind: the big ones paged, all others in one batch of queries."""
        asked = tuple(dict.fromkeys(kinds))
        small = [kind for kind in asked if kind not in _BIG]
        lists = self._together(small) if len(small) > 1 else {}
        for kind in asked:
            if kind not in lists:
                lists[kind] = self._paged(kind, _everyone(kind))
        return {kind: lists[kind] for kind in asked}

    def changes(self, kinds: Iterable[str], since: datetime) -> Changes:
        """What changed since, deletions included; QuickBooks looks back 30 days at most."""
        asked = tuple(dict.fromkeys(kinds))
        if missing := [kind for kind in asked if kind in _NOT_CAPTURED]:
            raise ValueError(f"changes of {', '.join(missing)} are not captured: read the list")
        answer = self._call(
            "GET",
            "cdc",
            params={
                "entities": ",".join(asked),
                "changedSince": since.astimezone(UTC).isoformat(timespec="seconds"),
            },
        )
        parsed = self._parsed(answer)
        with _shaped(reference_of(answer)):
            return changed(parsed, PAGE)

    def company(self) -> CompanyFacts:
        """The company's facts, from its information and preferences in one call."""
        parts = self._queries({"CompanyInfo": None, "Preferences": None})
        with _shaped():
            return company_facts(parts["CompanyInfo"][0], parts["Preferences"][0])

    def find(self, kind: str, numbers: Sequence[str]) -> list[Found]:
        """Documents with these numbers: for outcomes that resending could not settle."""
        field = "PaymentRefNum" if kind == "Payment" else "DocNumber"
        return self._look_up(kind, field, numbers, {})

    def find_of_days(
        self, kind: str, days: Sequence[date], totals: Sequence[Decimal]
    ) -> list[Found]:
        """Documents of these days, and of these totals where QuickBooks lets us ask for them.

        Notes cannot be asked for, so this is how a document is found whose number is not ours.
        """
        where: dict[str, Value] = {"TxnDate": [day.isoformat() for day in days]}
        if kind in _ASKED_BY_TOTAL:
            where["TotalAmt"] = [format(total, "f") for total in totals]
        return [found(each) for each in self._paged(kind, where)]

    def standing(self, kind: str, ids: Sequence[str]) -> list[Standing]:
        """Documents that we made, as they are now; deleted ones are not among them."""
        objects = self._objects(kind, "Id", ids, {})
        with _shaped():
            return [standing(each) for each in objects]

    def find_named(self, kind: str, names: Sequence[str]) -> list[Found]:
        """List objects with these names, inactive ones too: they may still hold the name."""
        field = "DisplayName" if kind in _PEOPLE else "Name"
        return self._look_up(kind, field, names, {"Active": (True, False)})

    def read(self, kind: str, id: str) -> Json:
        """One object by id. Metered, so only where no answer of a write will do."""
        if not _KIND.fullmatch(kind) or not _ID.fullmatch(id):
            raise ValueError("not a type name or an id of QuickBooks")
        answer = self._call("GET", f"{kind.lower()}/{id}")
        parsed = self._parsed(answer)
        with _shaped(reference_of(answer)):
            each: Json = parsed[kind]
            return dict(each)

    def _look_up(
        self, kind: str, field: str, values: Sequence[str], where: Mapping[str, Value]
    ) -> list[Found]:
        return [found(each) for each in self._objects(kind, field, values, where)]

    def _objects(
        self, kind: str, field: str, values: Sequence[str], where: Mapping[str, Value]
    ) -> list[Json]:
        unique = list(dict.fromkeys(values))
        return [
            each
            for first in range(0, len(unique), LOOK_UP)
            for each in self._paged(kind, {field: unique[first : first + LOOK_UP], **where})
        ]

    def _paged(self, kind: str, where: Mapping[str, Value] | None) -> list[Json]:
        """Every object, page by page; one that slid onto the next page counts once."""
        by_id: dict[str, Json] = {}
        start = 1
        while True:
            parsed = self.query(select(kind, where, start=start, ordered=True))
            with _shaped():
                page = queried(parsed, kind)
            by_id.update((str(each.get("Id")), each) for each in page)
            if len(page) < PAGE:
                return list(by_id.values())
            start += PAGE

    def _together(self, kinds: Sequence[str]) -> dict[str, list[Json]]:
        """Small lists in one call; {} when the answer reached its ceiling and may be cut."""
        lists = self._queries({kind: _everyone(kind) for kind in kinds})
        return lists if sum(map(len, lists.values())) < PAGE else {}

    def _queries(self, wheres: Mapping[str, Mapping[str, Value] | None]) -> dict[str, list[Json]]:
        """One batch of queries, all of which must succeed."""
        kinds = {f"q{position}": kind for position, kind in enumerate(wheres)}
        body = orjson.dumps(
            {
                "BatchItemRequest": [
                    {"bId": bid, "Query": select(kind, wheres[kind])} for bid, kind in kinds.items()
                ]
            }
        )
        answer = self._call("POST", "batch", pace="batch", body=body, read=BATCH_TIMEOUT)
        parsed = self._parsed(answer)
        reference = reference_of(answer)
        items = parsed.get("BatchItemResponse") if isinstance(parsed, Mapping) else None
        lists: dict[str, list[Json]] = {}
        for item in items if isinstance(items, list) else ():
            if faults := faults_in(item, reference):
                raise error_for(deciding(faults))
            if kind := kinds.get(str(item.get("bId"))):
                with _shaped(reference):
                    lists[kind] = queried(item, kind)
        if len(lists) < len(kinds):
            raise Retryable("QuickBooks left out part of its answer", reference=reference)
        return lists

    def _call(
        self,
        method: str,
        path: str,
        *,
        pace: str = "call",
        changes: bool = False,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str = "application/json",
        read: float | None = None,
    ) -> Answer:
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = content_type
        self._pace.wait(pace)
        answer = self._http.send_as(
            self._tokens,
            method,
            f"{self._base}/v3/company/{self._realm.get_secret_value()}/{path}",
            changes=changes,
            params={**(params or {}), "minorversion": MINOR_VERSION},
            headers=headers,
            body=body,
            read=read,
        )
        raise_for(answer, changes=changes, pace=self._pace, now=self._clock())
        return answer

    def _parsed(self, answer: Answer, *, changes: bool = False) -> Any:
        """The body of a success; a fault inside it is a refusal all the same."""
        reference = reference_of(answer)
        try:
            parsed = read_json(answer.body)
        except ValueError:
            error = Uncertain if changes else Retryable
            raise error("QuickBooks' answer was cut short", reference=reference) from None
        if faults := faults_in(parsed, reference):
            raise error_for(deciding(faults), changes=changes)
        return parsed


@contextmanager
def _shaped(reference: str = "") -> Iterator[None]:
    """A well-formed answer of an unexpected shape is worth asking for again."""
    try:
        yield
    except (ValueError, AttributeError, TypeError, LookupError):
        raise Retryable("QuickBooks answered with something else", reference=reference) from None


def _everyone(kind: str) -> Mapping[str, Value] | None:
    return {"Active": (True, False)} if kind in _WITH_INACTIVE else None
