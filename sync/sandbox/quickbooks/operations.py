"""Create, update, void, delete: the only places where a company changes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sync.sandbox.quickbooks import effects, fields
from sync.sandbox.quickbooks.cash import build_deposit, build_journal
from sync.sandbox.quickbooks.company import Company, Draft
from sync.sandbox.quickbooks.effects import release_payments
from sync.sandbox.quickbooks.headers import check_number, number_key, settle_number
from sync.sandbox.quickbooks.kinds import KINDS, PEOPLE, SALES, Kind
from sync.sandbox.quickbooks.lists import (
    build_list,
    check_name_free,
    name_key,
    rename_for_activity,
)
from sync.sandbox.quickbooks.payments import build_payment
from sync.sandbox.quickbooks.purchases import build_purchase
from sync.sandbox.quickbooks.refusals import (
    Refusal,
    business,
    inactive,
    missing,
    stale,
    unsupported,
)
from sync.sandbox.quickbooks.sales import build_sale
from sync.sandbox.quickbooks.stocking import set_on_hand
from sync.sandbox.quickbooks.store import Effects, Record
from sync.sandbox.quickbooks.voiding import voided_draft
from sync.sandbox.quickbooks.wire import Json

Builder = Callable[[Company, str, Json, Record | None], Draft]
_BUILDERS: dict[str, Builder] = {
    **dict.fromkeys(SALES, build_sale),
    "Payment": build_payment,
    "JournalEntry": build_journal,
    "Deposit": build_deposit,
    "Bill": build_purchase,
    "VendorCredit": build_purchase,
    "PurchaseOrder": build_purchase,
}
_HEAD = frozenset({"Id", "SyncToken", "MetaData", "domain", "sparse", "status"})


def save(company: Company, kind: Kind, body: Any, include: str = "") -> Record:
    """Create, or update when the body has an Id; call with the company's lock held."""
    _check_plan(company, kind)
    given = fields.clean(kind.name, body, company.text)
    return (
        _update(company, kind, given, include)
        if "Id" in given
        else _create(company, kind, given, include)
    )


def void(company: Company, kind: Kind, body: Any) -> Record:
    """Amounts become zero; the number and the trail stay."""
    if not kind.void:
        raise unsupported("void")
    record = _current(company, kind, fields.clean(kind.name, body, company.text))
    _check_free(company, record)
    company.check_open(record.body["TxnDate"])
    if record.kind == "Invoice":
        release_payments(company, record)
    draft = voided_draft(record)
    source = {key: draft.body[key] for key in record.source.keys() & draft.body.keys()}
    _replace(
        company, record, source | {"PrivateNote": draft.body["PrivateNote"]}, draft, voided=True
    )
    return record


def delete(company: Company, kind: Kind, body: Any) -> Json:
    """Remove a document: reads answer 610 from now on, and the change feed names it."""
    if not kind.document:
        raise unsupported("delete")
    record = _current(company, kind, fields.clean(kind.name, body, company.text))
    _check_free(company, record)
    company.check_open(record.body["TxnDate"])
    if company.store.settled_total(record.kind, record.id):
        raise business("You cannot delete a transaction that has a payment applied.")
    effects.undo(company, record)
    if key := number_key(company, kind.name, record.body):
        company.store.numbers.pop(key, None)
    del company.store.objects[kind.name][record.id]
    company.store.deleted[kind.name].append((record.id, company.now()))
    return {"domain": "QBO", "status": "Deleted", "Id": record.id}


def seed(company: Company, kind: str, body: Json) -> Record:
    """An object of the starting company, put in without the checks of the wire."""
    now = company.now()
    id = body.pop("Id", None) or company.store.next_id(_sequence(KINDS[kind]))
    record = Record(kind, id, 0, now, now, dict(body), body)
    company.store.objects[kind][id] = record
    company.store.names[name_key(kind, body)] = (kind, id)
    return record


def _create(company: Company, kind: Kind, given: Json, include: str) -> Record:
    fields.require(kind.name, given, update=False)
    if not kind.writable:
        raise unsupported(f"create {kind.name}")
    source = {key: value for key, value in given.items() if key not in _HEAD}
    now = company.now()
    if kind.document:
        draft = _BUILDERS[kind.name](company, kind.name, source, None)
        settle_number(company, kind.name, draft.body, None)
        check_number(company, kind.name, draft.body, None, include)
    else:
        listed = build_list(company, kind.name, source, None)
        check_name_free(company, kind.name, listed, None)
        draft = Draft(listed, Effects())
    id = company.store.next_id(_sequence(kind))
    record = Record(kind.name, id, 0, now, now, source, draft.body, draft.effects)
    company.store.objects[kind.name][id] = record
    if kind.document:
        effects.apply(company, record)
        if key := number_key(company, kind.name, record.body):
            company.store.numbers.setdefault(key, (kind.name, id))
    else:
        company.store.names[name_key(kind.name, record.body)] = (kind.name, id)
        if record.body.get("Type") == "Inventory":
            set_on_hand(company, record, Decimal(source["QtyOnHand"]), "opening")
    return record


def _update(company: Company, kind: Kind, given: Json, include: str) -> Record:
    record = _current(company, kind, given)
    if not kind.writable:
        raise unsupported(f"update {kind.name}")
    sparse = given.get("sparse") is True
    if sparse and not kind.sparse:
        raise unsupported(f"sparse update {kind.name}")
    source = {key: value for key, value in given.items() if key not in _HEAD}
    if sparse:
        source = _merged(company, record, source)
    else:
        fields.require(kind.name, given, update=False)
    fields.require(kind.name, given, update=True)
    if kind.document:
        _check_free(company, record)
        draft = _BUILDERS[kind.name](company, kind.name, source, record)
        if company.store.settled_total(record.kind, record.id) > draft.effects.total:
            raise business("The amount is less than what has been paid on it.")
        settle_number(company, kind.name, draft.body, record)
        check_number(company, kind.name, draft.body, record.id, include)
    else:
        draft = Draft(_relist(company, kind, source, record), Effects())
        if draft.body == record.body:
            return record  # a list object that stays as it was keeps its token (seen on the wire)
        if "QtyOnHand" in given and draft.body.get("Type") == "Inventory":
            set_on_hand(company, record, Decimal(given["QtyOnHand"]), "shrinkage")
    _replace(company, record, source, draft)
    return record


def _relist(company: Company, kind: Kind, source: Json, record: Record) -> Json:
    active = source.get("Active", record.body.get("Active", True))
    for field in (kind.name_field, "FullyQualifiedName"):
        if field in source:
            source[field] = source[field].removesuffix(" (deleted)")
    body = build_list(company, kind.name, source, record)
    body["Active"] = active
    rename_for_activity(kind.name, body)
    check_name_free(company, kind.name, body, record.id)
    return body


def _merged(company: Company, record: Record, changes: Json) -> Json:
    source = record.source | changes
    if "Line" in changes and "TxnTaxDetail" not in changes and "TxnTaxDetail" in source:
        # tax is worked out again whenever lines change without a new total
        kept = source["TxnTaxDetail"].get("TxnTaxCodeRef")
        source = {key: value for key, value in source.items() if key != "TxnTaxDetail"}
        if kept and company.spec.world == "manual":
            source["TxnTaxDetail"] = {"TxnTaxCodeRef": kept}
    return source


def _current(company: Company, kind: Kind, given: Json) -> Record:
    for field in ("Id", "SyncToken"):
        if field not in given:
            raise missing(field)
    if not given["Id"].isdigit() and kind.name != "TaxCode":
        raise Refusal("2030", f"Id should be a valid number. Supplied value:{given['Id']}", "Id")
    record = company.store.find(kind.name, given["Id"])
    if record is None:
        raise inactive()
    if given["SyncToken"] != str(record.token):
        raise stale()
    return record


def _check_free(company: Company, record: Record) -> None:
    if (record.kind, record.id) in company.store.deposited:
        raise Refusal("6540", "Deposited Transaction cannot be changed : it is on a deposit.", "")


def _check_plan(company: Company, kind: Kind) -> None:
    if company.spec.plan not in kind.plans:
        raise Refusal("5030", f"{kind.name} is not part of this subscription.", kind.name)


def _sequence(kind: Kind) -> str:
    if kind.document:
        return "transactions"
    return "people" if kind.name in PEOPLE else kind.name


def _replace(
    company: Company, record: Record, source: Json, draft: Draft, *, voided: bool = False
) -> None:
    kind = KINDS[record.kind]
    if kind.document:
        effects.undo(company, record)
        before = number_key(company, kind.name, record.body)
        _move(company.store.numbers, record, before, number_key(company, kind.name, draft.body))
    else:
        before = name_key(kind.name, record.body)
        _move(company.store.names, record, before, name_key(kind.name, draft.body))
    record.source, record.body, record.effects = source, draft.body, draft.effects
    record.voided = voided
    record.token += 1
    record.updated = company.now()
    if kind.document:
        effects.apply(company, record)


def _move(
    index: dict[tuple[str, str], tuple[str, str]],
    record: Record,
    old: tuple[str, str] | None,
    new: tuple[str, str] | None,
) -> None:
    if old is not None and index.get(old) == (record.kind, record.id):
        del index[old]
    if new is not None:
        index.setdefault(new, (record.kind, record.id))
