"""Refusals of QuickBooks in every shape they come in, sorted by what to do about them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sync.connectors.quickbooks.catalogue import BY_TEXT, TABLE, UNKNOWN
from sync.connectors.quickbooks.remedies import FaultClass, Row

_CODE: Final = re.compile(r"-?\d{1,7}")
_CODE_IN_TEXT: Final = re.compile(r"errorCode=0*(\d{1,6})")
_HOLDER: Final = re.compile(r"TxnType=([A-Za-z][A-Za-z ]{0,40}?) with TxnId=(\d{1,19})")
_NAME_HOLDER: Final = re.compile(r"\bId=(\d{1,19})")
_XML_ERROR: Final = re.compile(
    r"<Error\b([^>]{0,300})>(.{0,8000}?)</Error>", re.DOTALL | re.IGNORECASE
)
_TEXT_LIMIT: Final = 2000

# Codes whose number alone proves little; the text decides where it says something clear.
_VAGUE: Final = frozenset(
    {"", "500", "600", "610", "630", "1000", "1010", "1020", "2000", "6000"}
    | {"6140", "6200", "6210", "10000"}
)
_TRANSACTIONS: Final = {
    "sales receipt": "SalesReceipt",
    "refund receipt": "RefundReceipt",
    "credit memo": "CreditMemo",
    "journal entry": "JournalEntry",
    "purchase order": "PurchaseOrder",
    "bill payment": "BillPayment",
    "vendor credit": "VendorCredit",
}
_BY_TYPE: Final = {
    "systemfault": FaultClass.RETRY,
    "service": FaultClass.RETRY,
    "authentication": FaultClass.REAUTH,
    "authenticationfault": FaultClass.REAUTH,
    "authorizationfault": FaultClass.DISCONNECTED,
}
# With several errors in one fault, the one that decides.
_WEIGHT: Final = (
    *(FaultClass.DISCONNECTED, FaultClass.REAUTH, FaultClass.THROTTLED, FaultClass.REFUSED),
    *(FaultClass.STALE, FaultClass.EXISTS, FaultClass.RETRY),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One refusal. Its texts may quote customers and amounts, so they stay out of its repr."""

    code: str
    message: str = field(default="", repr=False)
    detail: str = field(default="", repr=False)
    element: str = ""
    reference: str = ""  # intuit_tid
    type: str = ""

    @property
    def text(self) -> str:
        """QuickBooks' own words, the longer of the two it gives."""
        return self.detail or self.message

    @property
    def kind(self) -> FaultClass:
        """What the caller does with it."""
        row = _row(self)
        return _BY_TYPE.get(self.type.lower(), row.kind) if row is UNKNOWN else row.kind


@dataclass(frozen=True, slots=True)
class Advice:
    """What a bookkeeper is told; equal causes have equal remedies."""

    cause: str
    text: str
    fix: str = ""


def faults_in(answer: Any, reference: str = "") -> tuple[Fault, ...]:
    """The errors in a parsed answer or batch item, in either spelling; () when there is none."""
    block = _get(answer, "Fault")
    if not isinstance(block, Mapping):
        return ()
    errors = _get(block, "Error")
    listed = errors if isinstance(errors, list) and errors else [errors]
    type_ = _string(_get(block, "type"))
    return tuple(
        _fault(error if isinstance(error, Mapping) else {}, type_, reference) for error in listed
    )


def faults_in_text(body: bytes, reference: str = "") -> tuple[Fault, ...]:
    """The errors of an XML answer; pages of a proxy hold none. No parser: bodies are untrusted."""
    text = body[:65536].decode("utf-8", "replace")
    return tuple(
        _fault(
            {
                "Message": _element("Message", inner),
                "Detail": _element("Detail", inner),
                "code": _attribute("code", attributes),
                "element": _attribute("element", attributes),
            },
            _attribute("type", text),
            reference,
        )
        for attributes, inner in _XML_ERROR.findall(text)
    )


def deciding(faults: tuple[Fault, ...]) -> Fault:
    """The one of several that says what happens next: a refusal outweighs a passing trouble."""
    return min(faults, key=lambda fault: _WEIGHT.index(fault.kind))


def advice(fault: Fault) -> Advice:
    """What happened, why, and what now, for the person who keeps the books."""
    row = _row(fault)
    code = _meant(fault) or "unknown"
    return Advice(row.cause or f"qbo.{code}", row.text, row.fix)


def holder(fault: Fault) -> tuple[str, str] | None:
    """Type and id of the document that has our number already, out of a 6140's words."""
    found = _HOLDER.search(fault.detail) or _HOLDER.search(fault.message)
    if found is None:
        return None
    kind = " ".join(found[1].split())
    return _TRANSACTIONS.get(kind.lower(), kind), found[2]


def name_holder_id(fault: Fault) -> str | None:
    """Id of the list object that has our name already, where a 6240 tells it."""
    found = _NAME_HOLDER.search(fault.detail)
    return found[1] if found else None


def _index() -> dict[str, tuple[Row, ...]]:
    rows: dict[str, tuple[Row, ...]] = {}
    for row in TABLE:
        for code in row.codes:
            rows[code] = (*rows.get(code, ()), row)
    return rows


_ROWS: Final = _index()


def _meant(fault: Fault) -> str:
    """The code the fault means; some numbers are too vague, or misprinted, to be trusted alone."""
    if fault.code in _ROWS and fault.code not in _VAGUE:
        return fault.code
    words = f"{fault.message} {fault.detail}".lower().replace("’", "'")
    for text, code in BY_TEXT:
        if text in words:
            # A closed period keeps the number that tells whether a password is set.
            return fault.code if code == "6200" and fault.code == "6210" else code
    return fault.code


def _row(fault: Fault) -> Row:
    words = f"{fault.message} {fault.detail}".lower().replace("’", "'")
    for row in _ROWS.get(_meant(fault), ()):
        if row.contains in words:
            return row
    return UNKNOWN


def _fault(error: Mapping[str, Any], type_: str, reference: str) -> Fault:
    message = _string(_get(error, "Message"))
    detail = _string(_get(error, "Detail"))
    code = _string(_get(error, "code")).strip().lstrip("0")
    if not _CODE.fullmatch(code):
        found = _CODE_IN_TEXT.search(message)
        code = found[1] if found else ""
    if code == "3200":
        detail = detail.partition(":")[0]  # what follows is the token itself
    return Fault(code, message, detail, _string(_get(error, "element")), reference, type_)


def _get(mapping: Any, key: str) -> Any:
    """The value under either spelling: the gateway writes its keys in lower case."""
    if not isinstance(mapping, Mapping):
        return None
    value = mapping.get(key)
    return mapping.get(key.lower()) if value is None else value


def _string(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)[:_TEXT_LIMIT]


def _element(name: str, text: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL | re.IGNORECASE)
    return found[1] if found else ""


def _attribute(name: str, text: str) -> str:
    found = re.search(rf'\b{name}="([^"]{{0,200}})"', text)
    return found[1] if found else ""
