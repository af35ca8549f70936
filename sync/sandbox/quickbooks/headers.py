"""What all documents share at the top: dates, places, numbers, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.kinds import KINDS
from sync.sandbox.quickbooks.refusals import Refusal
from sync.sandbox.quickbooks.store import Record
from sync.sandbox.quickbooks.wire import Json

_CARD = re.compile(r"(?<!\d)(?:\d{13,16}|\d{4}(?:[ -]\d{4}){3})(?!\d)")
_REFS = (
    ("PaymentMethodRef", "PaymentMethod"),
    ("SalesTermRef", "Term"),
)
_COMPUTED = frozenset({"sparse", "domain", "Id", "SyncToken", "status", "MetaData"})


@dataclass(frozen=True, slots=True)
class Header:
    """The checked top of a document."""

    body: Json
    day: str


def read_header(company: Company, kind: str, source: Json, old: Record | None) -> Header:
    """Dates open, references alive, feature on, notes free of card numbers."""
    day: str = source.get("TxnDate") or (old.body["TxnDate"] if old else company.today())
    company.check_open(day)
    if old is not None:
        company.check_open(old.body["TxnDate"])
    _check_notes(source)
    body: Json = {key: value for key, value in source.items() if key not in _COMPUTED}
    body["TxnDate"] = day
    body["CurrencyRef"] = company.check_currency(source)
    for field, target in _REFS:
        if field in source:
            body[field] = company.named(company.reference(target, source[field], field))
    if "ClassRef" in source:
        raise Refusal("5030", "Classes are tracked on lines, not on headers.", "ClassRef")
    if "CustomField" in source:
        raise Refusal("3000", "This company has no custom fields.", "CustomField")
    if "DepartmentRef" in source:
        if not company.spec.track_departments:
            raise Refusal("5030", "Location tracking is not enabled.", "DepartmentRef")
        place = company.reference("Department", source["DepartmentRef"], "DepartmentRef")
        body["DepartmentRef"] = company.named(place)
    if source.get("EmailStatus") == "NeedToSend" and "BillEmail" not in source:
        raise Refusal("6420", "An email address is required.", "BillEmail")
    return Header(body, day)


def check_number(company: Company, kind: str, body: Json, own_id: str | None, include: str) -> None:
    """Refuse a number that is taken, and name its holder so that a caller can find it (6140)."""
    key = number_key(company, kind, body)
    if key is None or include == "allowduplicatedocnum":
        return
    holder = company.store.numbers.get(key)
    if holder is None or holder == (kind, own_id):
        return
    raise Refusal(
        "6140",
        "Duplicate Document Number Error : You must specify a different number. This number has "
        f"already been used. DocNumber={body['DocNumber']} is assigned to "
        f"TxnType={KINDS[holder[0]].words} with TxnId={holder[1]}",
        "",
    )


def number_key(company: Company, kind: str, body: Json) -> tuple[str, str] | None:
    """The family and number a document occupies, if it has one that must be unique."""
    family = KINDS[kind].numbering
    number = body.get("DocNumber")
    if not family or not number:
        return None
    if family == "sales" and not company.spec.shared_numbers:
        family = kind
    return family, number.casefold()


def settle_number(company: Company, kind: str, body: Json, old: Record | None) -> None:
    """Without custom numbers QuickBooks counts by itself and ignores the caller's number."""
    if KINDS[kind].numbering not in ("sales", "estimates") or company.spec.custom_numbers:
        return
    if old is not None and "DocNumber" in old.body:
        body["DocNumber"] = old.body["DocNumber"]
        return
    body["DocNumber"] = str(company.store.next_number)
    company.store.next_number += 1


def _check_notes(source: Json) -> None:
    for name, text in _texts(source):
        if _CARD.search(text):
            raise Refusal("6530", f"A raw card number was found in {name}.", name)


def _texts(source: Json) -> Iterator[tuple[str, str]]:
    for name in ("PrivateNote", "Memo", "PaymentRefNum"):
        if name in source:
            yield name, source[name]
    if "CustomerMemo" in source:
        yield "CustomerMemo", source["CustomerMemo"].get("value", "")
    for line in source.get("Line", ()):
        if "Description" in line:
            yield "Line.Description", line["Description"]
