"""Reads one Lightspeed account: its lists, single sales, changed sales, and past windows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from sync.connectors.http import Http, Pace, TokenSource
from sync.connectors.lightspeed import contacts
from sync.connectors.lightspeed.book import PaymentType, Register, tender_kind
from sync.connectors.lightspeed.calls import Calls, Envelope, Refused
from sync.connectors.lightspeed.normalise import RawSale
from sync.connectors.lightspeed.pages import (
    PAGE_SIZES,
    SALE_RELATIONS,
    SalePage,
    between,
    cost,
    is_id,
    relations,
    shrunk,
    sorted_by,
    stamp,
)
from sync.connectors.lightspeed.wire import (
    WireAccount,
    WirePaymentType,
    WireRegister,
    WireShop,
    many,
)
from sync.domain.sale import Shop
from sync.errors import Retryable

Row = TypeVar("Row")

_ACCOUNTS: Final = TypeAdapter(list[WireAccount])
_SHOPS: Final = TypeAdapter(list[WireShop])
_REGISTERS: Final = TypeAdapter(list[WireRegister])
_PAYMENT_TYPES: Final = TypeAdapter(list[WirePaymentType])
_PAGE_COST: Final = cost(SALE_RELATIONS, listed=True)
_SALE_COST: Final = cost(SALE_RELATIONS, listed=False)
_COUNT_COST: Final = 10.0
# The vendor spells the field in two ways, and no sample of theirs shows a filter on it.
_CHANGE_FIELDS: Final = ("updateTime", "updatetime", "timeStamp")
_AT_ONCE: Final = 100  # values in one IN
_TOO_HEAVY: Final = (500, 504)  # memory or time ran out; a smaller page often passes


class Lightspeed:
    """Questions to one account. All of them are reads, so every one may be repeated."""

    def __init__(
        self,
        http: Http,
        base_url: str,
        account_id: str,
        tokens: TokenSource,
        pace: Pace,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not is_id(account_id):
            raise ValueError("a Lightspeed account id is a number")
        self._calls = Calls(http, tokens, pace, now)
        self._base = f"{base_url.rstrip('/')}/API/V3/Account/{account_id}"
        self._change_field = 0

    @staticmethod
    def account(
        http: Http,
        base_url: str,
        tokens: TokenSource,
        pace: Pace,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> tuple[str, str]:
        """Id and name of the one account a token opens; the only question without an id."""
        calls = Calls(http, tokens, pace, now)
        got = calls.get(f"{base_url.rstrip('/')}/API/V3/Account.json", "Account", cost=1.0)
        found = _rows(got, _ACCOUNTS)
        if len(found) != 1 or not is_id(found[0].account_id):
            raise Retryable("Lightspeed did not say which account this is")
        return found[0].account_id, found[0].name

    def shops(self) -> list[Shop]:
        """All shops, closed ones too: old sales still name them."""
        return [contacts.shop(wire) for wire in self._list("Shop", _SHOPS, ("Contact",))]

    def registers(self) -> list[Register]:
        """All registers, retired ones too."""
        return [
            Register(wire.register_id, wire.name, wire.shop_id)
            for wire in self._list("Register", _REGISTERS)
        ]

    def payment_types(self) -> list[PaymentType]:
        """All ways to pay, retired ones too; no change time is kept, so the list is read whole."""
        return [
            PaymentType(wire.payment_type_id, wire.name or "", tender_kind(wire.type or ""))
            for wire in self._list("PaymentType", _PAYMENT_TYPES)
        ]

    def sale(self, sale_id: str) -> RawSale | None:
        """One sale, or None when there is none of that number."""
        if not is_id(sale_id):
            return None
        url = f"{self._base}/Sale/{sale_id}.json"
        try:
            got = self._calls.ask(url, "Sale", cost=_SALE_COST, params=relations(SALE_RELATIONS))
        except Refused as refused:
            if refused.answer.status == 404:
                return None
            raise self._calls.error(refused, "Sale") from None
        return next(iter(many(got.rows)), None)

    def sales(self, ids: Iterable[str]) -> list[RawSale]:
        """These sales, a hundred in one question; ids that do not exist are simply not there."""
        wanted = [sale_id for sale_id in dict.fromkeys(ids) if is_id(sale_id)]
        found: list[RawSale] = []
        for start in range(0, len(wanted), _AT_ONCE):
            some = ",".join(wanted[start : start + _AT_ONCE])
            page = self._page({"saleID": f"IN,[{some}]", "sort": "saleID"})
            found += page.records
            while page.next:
                page = self._page({}, page.next)
                found += page.records
        return found

    def changed_sales(self, since: datetime, after: str | None = None) -> SalePage:
        """Sales changed at or after `since`, oldest change first.

        Open, voided and cancelled ones too: filtering here would hide what they became. A sale
        that changes meanwhile moves to the end, so it may come twice but is never lost.
        """
        while True:
            field = _CHANGE_FIELDS[self._change_field]
            try:
                return self._asked({field: f">=,{stamp(since)}", "sort": field}, after)
            except Refused as refused:
                error = self._calls.error(refused, "Sale")
                refused_for_good = refused.answer.status == 400 and not isinstance(error, Retryable)
                last = self._change_field + 1 == len(_CHANGE_FIELDS)
                if after or last or not refused_for_good:
                    raise error from None
                self._change_field += 1

    def completed_between(
        self, start: datetime, end: datetime, after: str | None = None
    ) -> SalePage:
        """Sales completed from `start` until just before `end`, oldest first, for backfills."""
        return self._page({"completeTime": between(start, end), "sort": "completeTime"}, after)

    def count(self, start: datetime, end: datetime) -> int:
        """How many sales `completed_between` would give; dear, so only for estimates."""
        got = self._calls.get(
            f"{self._base}/Sale.json",
            "Sale",
            cost=_COUNT_COST,
            params={"completeTime": between(start, end), "archived": "true", "count": "1"},
        )
        counted = str(got.attributes.get("count", ""))
        if not is_id(counted):
            raise Retryable("Lightspeed's answer could not be read")
        return int(counted)

    def _page(self, params: Mapping[str, str], after: str | None = None) -> SalePage:
        try:
            return self._asked(params, after)
        except Refused as refused:
            raise self._calls.error(refused, "Sale") from None

    def _asked(self, params: Mapping[str, str], after: str | None) -> SalePage:
        """The page, made smaller while the server finds it too heavy; the cursor stays."""
        heavy: Refused | None = None
        for url, query in self._ever_smaller(params, after):
            try:
                got = self._calls.ask(url, "Sale", cost=_PAGE_COST, params=query)
            except Refused as refused:
                if refused.answer.status in _TOO_HEAVY:
                    heavy = refused
                    continue
                # A shrunk cursor may not be taken; then it is still the weight that failed.
                raise (heavy if heavy and after else refused) from None
            following = self._next(got)
            if following and following == after:
                raise Retryable("Lightspeed's list of sales leads back to itself")
            walked = sorted_by(after) if after else params["sort"]
            return SalePage(tuple(many(got.rows)), following, got.server_time, walked)
        raise heavy or Retryable("Lightspeed could not give even a small page of sales")

    def _ever_smaller(
        self, params: Mapping[str, str], after: str | None
    ) -> Iterator[tuple[str, Mapping[str, str] | None]]:
        if after:
            yield self._own(after), None
        for size in PAGE_SIZES:
            if not after:
                query = {
                    **params,
                    **relations(SALE_RELATIONS),
                    "archived": "true",
                    "limit": str(size),
                }
                yield f"{self._base}/Sale.json", query
            elif smaller := shrunk(after, size):
                yield smaller, None

    def _list(
        self, entity: str, rows: TypeAdapter[list[Row]], loaded: tuple[str, ...] = ()
    ) -> Iterator[Row]:
        url: str | None = f"{self._base}/{entity}.json"
        query: Mapping[str, str] | None = {
            **(relations(loaded) if loaded else {}),
            "archived": "true",
            "limit": str(PAGE_SIZES[0]),
        }
        seen: set[str] = set()
        while url:
            if url in seen:
                raise Retryable(f"Lightspeed's list of {entity} records leads back to itself")
            seen.add(url)
            got = self._calls.get(url, entity, cost=cost(loaded, listed=True), params=query)
            yield from _rows(got, rows)
            url, query = self._next(got), None

    def _next(self, got: Envelope) -> str | None:
        """The address of the following page, if it is one of this account's."""
        following = got.attributes.get("next")
        return self._own(following) if isinstance(following, str) and following else None

    def _own(self, url: str) -> str:
        """Refuse a cursor that belongs to another host or another account."""
        return self._calls.own(url, under=f"{self._base}/")


def _rows(got: Envelope, rows: TypeAdapter[list[Row]]) -> list[Row]:
    try:
        return rows.validate_python(many(got.rows))
    except ValidationError:
        raise Retryable("Lightspeed's answer could not be read") from None
