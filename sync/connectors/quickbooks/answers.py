"""What QuickBooks answered, read strictly where money is and tolerantly everywhere else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn

from sync.connectors.quickbooks.faults import Advice, Fault, advice, deciding, faults_in

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """Executed. `total` and `tax` are None where the object has none; compare them with ours."""

    kind: str
    id: str
    sync_token: str
    number: str = ""
    total: Decimal | None = field(default=None, repr=False)
    tax: Decimal | None = field(default=None, repr=False)
    time: datetime | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Not executed, for a reason; `fault.kind` says whether time alone may help."""

    fault: Fault
    advice: Advice


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer that can be believed: send the same batch again, then look it up."""

    reason: str


Outcome = Done | Refused | Unknown


@dataclass(frozen=True, slots=True)
class Found:
    """A document or list object that is in QuickBooks; `note` holds our source key, or not."""

    id: str
    sync_token: str
    number: str = field(repr=False)  # DocNumber, PaymentRefNum or name
    day: date | None = None
    total: Decimal | None = field(default=None, repr=False)
    note: str = field(default="", repr=False)
    tax: Decimal | None = field(default=None, repr=False)
    active: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """A document as it stands in the books, whoever changed it last."""

    found: Found
    deposit: str  # account id
    items: Mapping[str, Decimal] = field(repr=False)  # what each item comes to, by item id

    @property
    def is_void(self) -> bool:
        """QuickBooks empties a voided document and says so in its note."""
        return not self.found.total and "voided" in self.found.note.casefold()


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since an instant. `cut`: QuickBooks may have left some out; ask for less."""

    by_kind: dict[str, list[Json]] = field(repr=False)
    deleted: dict[str, list[str]]
    time: datetime | None
    cut: bool


def read_json(body: bytes) -> Any:
    """The parsed body with exact decimals; ValueError when it is cut short or not JSON."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def outcomes(answer: Any, bids: Sequence[str], reference: str = "") -> dict[str, Outcome]:
    """One outcome for each operation sent, matched by its id, never by its place."""
    items = answer.get("BatchItemResponse") if isinstance(answer, Mapping) else None
    items = [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    seen = Counter(_text(item.get("bId")) for item in items)
    by_bid = {_text(item.get("bId")): item for item in items}
    time = instant(answer.get("time")) if items else None
    return {bid: _outcome(by_bid.get(bid), seen[bid], time, reference) for bid in bids}


def queried(answer: Any, kind: str) -> list[Json]:
    """The objects of a query answer; QuickBooks leaves the key out when there are none."""
    response = answer.get("QueryResponse") if isinstance(answer, Mapping) else None
    if not isinstance(response, Mapping):
        raise ValueError("no query response")
    found = response.get(kind, [])
    return (
        [found] if isinstance(found, dict) else [each for each in found if isinstance(each, dict)]
    )


def changed(answer: Any, limit: int) -> Changes:
    """The living and the deleted of a change-data answer, each by kind."""
    groups = answer.get("CDCResponse") if isinstance(answer, Mapping) else None
    if not isinstance(groups, list):
        raise ValueError("no change data")
    living: dict[str, list[Json]] = {}
    deleted: dict[str, list[str]] = {}
    count = 0
    for response in (part for group in groups for part in group.get("QueryResponse", ())):
        for kind, objects in response.items():
            if kind in ("Fault", "fault"):
                raise ValueError("part of the change data is missing")
            if not isinstance(objects, list):
                continue  # startPosition, maxResults, totalCount
            count += len(objects)
            for each in objects:
                if each.get("status") == "Deleted":
                    deleted.setdefault(kind, []).append(_text(each.get("Id")))
                else:
                    living.setdefault(kind, []).append(each)
    return Changes(living, deleted, instant(answer.get("time")), count >= limit)


def found(each: Json) -> Found:
    """A document or list object in the few fields by which we recognise our own."""
    number = each.get("DocNumber") or each.get("PaymentRefNum")
    name = each.get("DisplayName") or each.get("Name")
    return Found(
        id=_text(each.get("Id")),
        sync_token=_text(each.get("SyncToken")),
        number=_text(number or name),
        day=_day(each.get("TxnDate")),
        total=money(each.get("TotalAmt")),
        note=_text(each.get("PrivateNote")),
        tax=_tax(each),
        active=each.get("Active") is not False,
    )


def standing(each: Json) -> Standing:
    """A sales document in the figures that the books are judged by."""
    items: dict[str, Decimal] = {}
    for line in each.get("Line") or ():
        if "SalesItemLineDetail" in line:
            item = _value(line["SalesItemLineDetail"].get("ItemRef"))
            items[item] = items.get(item, Decimal(0)) + (money(line.get("Amount")) or 0)
    return Standing(found(each), _value(each.get("DepositToAccountRef")), items)


def money(value: Any) -> Decimal | None:
    """An amount as QuickBooks wrote it, exactly; None when it is not a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    amount = Decimal(value)
    return amount if amount.is_finite() else None


def instant(value: Any) -> datetime | None:
    """A moment with its offset: offsets change with the season, so never compare the text."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _outcome(
    item: Mapping[str, Any] | None, times: int, time: datetime | None, reference: str
) -> Outcome:
    if item is None:
        return Unknown("QuickBooks' answer leaves this one out")
    if times > 1:
        return Unknown("QuickBooks' answer has this one more than once")
    if faults := faults_in(item, reference):
        fault = deciding(faults)
        return Refused(fault, advice(fault))
    objects = [(kind, each) for kind, each in item.items() if isinstance(each, dict)]
    if len(objects) != 1 or not (id := _text(objects[0][1].get("Id"))):
        return Unknown("QuickBooks' answer has neither a document nor a refusal for this one")
    kind, each = objects[0]
    return Done(
        kind=kind,
        id=id,
        sync_token=_text(each.get("SyncToken")),
        number=_text(each.get("DocNumber")),
        total=money(each.get("TotalAmt")),
        tax=_tax(each),
        time=time,
        reference=reference,
    )


def _tax(each: Mapping[str, Any]) -> Decimal | None:
    detail = each.get("TxnTaxDetail")
    return money(detail.get("TotalTax")) if isinstance(detail, Mapping) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _value(reference: Any) -> str:
    return _text(reference.get("value")) if isinstance(reference, Mapping) else ""


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number in JSON")
