"""Answers that are no success, as the error that says what the run does next."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sync.connectors.http import Answer, Pace, retry_after
from sync.connectors.quickbooks.answers import read_json
from sync.connectors.quickbooks.faults import (
    Fault,
    advice,
    deciding,
    faults_in,
    faults_in_text,
)
from sync.connectors.quickbooks.remedies import FaultClass
from sync.errors import ConnectorError, Disconnected, Rejected, Retryable, Uncertain

PROVIDER: Final = "quickbooks"
_REFERENCE_LIMIT: Final = 100
# Said at the gate, before anything is executed; other passing trouble may come midway.
_AT_THE_GATE: Final = ("130", "140", "150", "3001", "4002")


def reference_of(answer: Answer) -> str:
    """Intuit's id of the call, which their support asks for."""
    text = answer.headers.get("intuit_tid") or answer.headers.get("intuit-tid") or ""
    return text[:_REFERENCE_LIMIT] if text.isprintable() else ""


def error_for(fault: Fault, *, changes: bool = False) -> ConnectorError:
    """The error of a call that was refused as a whole; its text is ours, not QuickBooks'.

    `changes`: the call may have written, so trouble midway leaves its outcome open.
    """
    text, code, reference = advice(fault).text, fault.code, fault.reference
    match fault.kind:
        case FaultClass.THROTTLED:
            return Retryable(text, code=code, reference=reference, after=60.0)
        case FaultClass.RETRY if changes and code not in _AT_THE_GATE:
            return Uncertain(text, code=code, reference=reference)
        case FaultClass.RETRY:
            return Retryable(text, code=code, reference=reference, after=60.0)
        case FaultClass.EXISTS if changes:
            return Uncertain(text, code=code, reference=reference)
        case FaultClass.REAUTH | FaultClass.DISCONNECTED:
            return Disconnected(text, code=code, reference=reference, provider=PROVIDER)
        case _:
            return Rejected(text, code=code, reference=reference)


def raise_for(answer: Answer, *, changes: bool, pace: Pace, now: datetime) -> None:
    """Nothing for a success; otherwise the error that this status and its faults mean."""
    if answer.ok:
        return
    reference = reference_of(answer)
    faults = _faults(answer, reference)
    fault = deciding(faults) if faults else None
    code = fault.code if fault else str(answer.status)
    if answer.status == 429 or (fault and fault.kind is FaultClass.THROTTLED):
        after = retry_after(answer.headers, now)
        pace.pushed_back(after)
        raise Retryable(
            "QuickBooks asked us to slow down", code=code, reference=reference, after=after
        )
    if answer.status >= 500 or answer.status == 408:
        if changes:
            raise Uncertain("QuickBooks had an error of its own", code=code, reference=reference)
        after = retry_after(answer.headers, now, default=5.0)
        raise Retryable(
            "QuickBooks had an error of its own", code=code, reference=reference, after=after
        )
    if answer.status == 401:
        raise Disconnected(
            "QuickBooks no longer accepts our sign-in. Reconnect QuickBooks.",
            code=code,
            reference=reference,
            provider=PROVIDER,
        )
    if fault:
        raise error_for(fault, changes=changes)
    if answer.status == 403:  # a gateway's page without a fault says nothing about our access
        raise Retryable("QuickBooks turned this call away", code=code, reference=reference)
    raise Rejected("QuickBooks refused this call", code=code, reference=reference)


def _faults(answer: Answer, reference: str) -> tuple[Fault, ...]:
    try:
        return faults_in(read_json(answer.body), reference)
    except ValueError:
        return faults_in_text(answer.body, reference)
