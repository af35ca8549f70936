"""What QuickBooks is sent, byte for byte: a body is frozen once and never written twice."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import orjson

from sync.connectors.quickbooks.fields import (
    DOC_NUMBER_LIMIT,
    MEMO_LIMIT,
    METHOD_NAME_LIMIT,
    NAME_LIMIT,
    NOTE_LIMIT,
    PAYMENT_REF_LIMIT,
    PHONE_LIMIT,
    exact,
    is_email,
    name_part,
    note,
    number,
    prose,
)
from sync.domain.documents import (
    DocumentKind,
    DocumentLine,
    NewCustomer,
    NewItem,
    NewPaymentMethod,
    Payment,
    Ref,
    SalesForm,
    Settles,
)
from sync.domain.money import ZERO
from sync.domain.sale import Address

BATCH_LIMIT: Final = 30
BID_LIMIT: Final = 10

Document = SalesForm | Payment | NewItem | NewCustomer | NewPaymentMethod
_UNKNOWN_ID = "ccc-%s-%d"  # stands in a payment until the document it settles has an id


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One operation of a batch; `body` is already frozen."""

    bid: str
    operation: str  # "create", "update" or "delete"
    kind: str  # QuickBooks' type name
    body: bytes
    option: str = ""  # "void" is the one documented value


def document_body(doc: Document) -> bytes:
    """The object to create, unwrapped; equal documents give equal bytes."""
    match doc:
        case SalesForm():
            return orjson.dumps(_sales_form(doc))
        case Payment():
            return orjson.dumps(_paid(doc))
        case NewItem():
            return orjson.dumps(_item(doc))
        case NewCustomer():
            return orjson.dumps(_customer(doc))
        case NewPaymentMethod():
            return orjson.dumps(_payment_method(doc))


def document_kind(doc: Document) -> DocumentKind:
    """The type name that goes with `document_body`."""
    match doc:
        case SalesForm() | Payment():
            return doc.kind
        case NewItem():
            return DocumentKind.ITEM
        case NewCustomer():
            return DocumentKind.CUSTOMER
        case NewPaymentMethod():
            return DocumentKind.PAYMENT_METHOD


def tax_correction(body: bytes, id: str, sync_token: str) -> bytes:
    """A sparse update that says a created document's lines and the till's tax again, only these.

    Lines go along because Automated Sales Tax recomputes whenever a document is edited.
    """
    created = json.loads(body, parse_float=Decimal)
    again = {key: created[key] for key in ("Line", "TxnTaxDetail") if key in created}
    return orjson.dumps(_target(id, sync_token, sparse=True) | again, default=_exact)


def _exact(value: Any) -> orjson.Fragment:
    """Decimals that came out of a body go back in digit by digit."""
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(type(value).__name__)


def update_body(body: bytes, id: str, sync_token: str) -> bytes:
    """The whole document anew: what it does not say is gone, and its lines are all replaced."""
    return orjson.dumps(_target(id, sync_token))[:-1] + b"," + body[1:]


def void_body(id: str, sync_token: str) -> bytes:
    """For an `update` with option `void`: receipts, payments and invoices only."""
    return orjson.dumps(_target(id, sync_token, sparse=True))


def delete_body(id: str, sync_token: str) -> bytes:
    """Only these two fields: a whole object can be refused for unrelated reasons."""
    return orjson.dumps(_target(id, sync_token))


def batch_body(items: Sequence[BatchItem]) -> bytes:
    """The batch around frozen bodies, joined as bytes so that none of them changes."""
    bids = {item.bid for item in items}
    if not 0 < len(items) <= BATCH_LIMIT or len(bids) != len(items):
        raise ValueError(f"a batch has 1 to {BATCH_LIMIT} operations with distinct ids")
    if any(not 0 < len(bid) <= BID_LIMIT for bid in bids):
        raise ValueError(f"a batch operation id has 1 to {BID_LIMIT} characters")
    return b'{"BatchItemRequest":[' + b",".join(map(_batch_item, items)) + b"]}"


def _batch_item(item: BatchItem) -> bytes:
    head: dict[str, str] = {"bId": item.bid, "operation": item.operation}
    if item.option:
        head["optionsData"] = item.option
    return orjson.dumps(head)[:-1] + b"," + orjson.dumps(item.kind) + b":" + item.body + b"}"


def _sales_form(receipt: SalesForm) -> dict[str, Any]:
    body: dict[str, Any] = {
        "DocNumber": exact("document number", receipt.number, DOC_NUMBER_LIMIT),
        "TxnDate": receipt.day.isoformat(),
        "PrivateNote": note(receipt.private_note),
        "Line": _lines(receipt.lines),
    }
    for field, ref in (
        ("DepositToAccountRef", receipt.deposit_to),
        ("SalesTermRef", receipt.terms),
        ("CustomerRef", receipt.customer),
        ("PaymentMethodRef", receipt.payment_method),
        ("DepartmentRef", receipt.location),
        ("ClassRef", receipt.class_ref),
    ):
        if ref is not None:
            body[field] = {"value": ref.id}
    if receipt.payment_ref:
        body["PaymentRefNum"] = prose(receipt.payment_ref, PAYMENT_REF_LIMIT)
    if receipt.memo:
        body["CustomerMemo"] = {"value": prose(receipt.memo, MEMO_LIMIT)}
    if receipt.ship_to is not None and not receipt.ship_to.is_empty:
        body["ShipAddr"] = _address(receipt.ship_to)
    if receipt.ship_from is not None and not receipt.ship_from.is_empty:
        body["ShipFromAddr"] = _address(receipt.ship_from)
    if receipt.sends_tax:
        body["TxnTaxDetail"] = _tax(receipt)
    if any(line.tax_code for line in receipt.lines):
        body["GlobalTaxCalculation"] = "TaxExcluded"  # asked for outside the United States only
    return body


def _paid(payment: Payment) -> dict[str, Any]:
    body: dict[str, Any] = {
        "PaymentRefNum": exact("payment number", payment.number, DOC_NUMBER_LIMIT),
        "TxnDate": payment.day.isoformat(),
        "TotalAmt": number(payment.amount),
        "CustomerRef": {"value": payment.customer.id},
        "PrivateNote": note(payment.private_note),
        "Line": [
            {
                "Amount": number(each.amount),
                "LinkedTxn": [{"TxnId": _id_of(each), "TxnType": each.kind.value}],
            }
            for each in payment.settles
        ],
    }
    for field, ref in (
        ("DepositToAccountRef", payment.deposit_to),
        ("PaymentMethodRef", payment.payment_method),
    ):
        if ref is not None:
            body[field] = {"value": ref.id}
    return body


def _id_of(settled: Settles) -> str:
    """By our own row, or by the part of the same sale, whose row is not numbered yet."""
    if settled.document:
        return _UNKNOWN_ID % ("document", settled.document)
    return _UNKNOWN_ID % ("part", settled.part)


def with_rows(body: bytes, rows: Mapping[int, int]) -> bytes:
    """A payment's body once the parts of its sale have rows of their own."""
    for part, row in rows.items():
        old, new = _UNKNOWN_ID % ("part", part), _UNKNOWN_ID % ("document", row)
        body = body.replace(f'"{old}"'.encode(), f'"{new}"'.encode())
    return body


def with_ids(body: bytes, ids: Mapping[int, str]) -> bytes:
    """The body as it is sent: QuickBooks' ids in place of our rows."""
    for row, id in ids.items():
        body = body.replace(f'"{_UNKNOWN_ID % ("document", row)}"'.encode(), f'"{id}"'.encode())
    return body


def _lines(lines: Sequence[DocumentLine]) -> list[dict[str, Any]]:
    return [_line(position, line) for position, line in enumerate(lines, start=1)]


def _line(position: int, line: DocumentLine) -> dict[str, Any]:
    detail: dict[str, Any] = {"ItemRef": {"value": line.item.id}}
    if line.quantity is not None and line.unit_price is not None:
        detail["Qty"] = number(line.quantity)
        detail["UnitPrice"] = number(line.unit_price)
    detail["TaxCodeRef"] = {"value": line.tax_code or ("TAX" if line.taxable else "NON")}
    if line.class_ref is not None:
        detail["ClassRef"] = {"value": line.class_ref.id}
    body: dict[str, Any] = {
        "LineNum": position,
        "Amount": number(line.amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }
    if line.description:
        body["Description"] = prose(line.description, NOTE_LIMIT)
    return body


def _tax(receipt: SalesForm) -> dict[str, Any]:
    detail: dict[str, Any] = {"TotalTax": number(receipt.tax)}
    if receipt.tax_code is not None:
        detail["TxnTaxCodeRef"] = {"value": receipt.tax_code.id}
    return detail


def _item(item: NewItem) -> dict[str, Any]:
    body: dict[str, Any] = {
        "Name": exact("product name", item.name, NAME_LIMIT),
        "Type": item.kind,
        "Taxable": item.taxable,
        "IncomeAccountRef": _ref(item.income_account),
    }
    if item.sku:
        body["Sku"] = exact("SKU", item.sku, NAME_LIMIT)
    if item.description:
        body["Description"] = prose(item.description, NOTE_LIMIT)
    if item.price is not None and item.price >= ZERO:
        body["UnitPrice"] = number(item.price)
    return body


def _customer(customer: NewCustomer) -> dict[str, Any]:
    body: dict[str, Any] = {
        "DisplayName": exact("customer name", customer.display_name, NAME_LIMIT)
    }
    for field, value in (
        ("GivenName", customer.first_name),
        ("FamilyName", customer.last_name),
        ("CompanyName", customer.company),
    ):
        if value:
            body[field] = name_part(value)
    if is_email(customer.email):
        body["PrimaryEmailAddr"] = {"Address": customer.email}
    if customer.phone:
        body["PrimaryPhone"] = {"FreeFormNumber": prose(customer.phone, PHONE_LIMIT)}
    if not customer.address.is_empty:
        body["BillAddr"] = _address(customer.address)
    if customer.source_id:
        body["Notes"] = f"Lightspeed customer {prose(customer.source_id, NAME_LIMIT)}"
    return body


def _payment_method(method: NewPaymentMethod) -> dict[str, Any]:
    return {
        "Name": exact("payment method name", method.name, METHOD_NAME_LIMIT),
        "Type": "CREDIT_CARD" if method.is_card else "NON_CREDIT_CARD",
    }


_ADDRESS: Final = (
    ("Line1", "line1", 500),
    ("Line2", "line2", 500),
    ("City", "city", 255),
    ("CountrySubDivisionCode", "region", 255),
    ("PostalCode", "postcode", 30),
    ("Country", "country", 255),
)


def _address(address: Address) -> dict[str, str]:
    return {
        field: prose(value, limit)
        for field, attribute, limit in _ADDRESS
        if (value := getattr(address, attribute))
    }


def _target(id: str, sync_token: str, *, sparse: bool = False) -> dict[str, Any]:
    body: dict[str, Any] = {"Id": id, "SyncToken": sync_token}
    return body | {"sparse": True} if sparse else body


def _ref(ref: Ref) -> dict[str, str]:
    return {"value": ref.id}
