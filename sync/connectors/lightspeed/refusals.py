"""What a refused Lightspeed call means for the run; the service's own prose is never repeated."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from sync.connectors.http import Answer, retry_after
from sync.errors import ConnectorError, Disconnected, Rejected, Retryable

_RIGHTS = {
    "Sale": "employee:register_read, employee:customers_read and employee:inventory_read",
    "Shop": "employee:register_read",
    "Register": "employee:register_read",
    "PaymentType": "employee:register_read",
}
_LATER = "try again later"


def refusal(answer: Answer, entity: str, now: datetime) -> ConnectorError:
    """The error for an answer that is not 2xx, after a 401 has been renewed once already."""
    code, reference = _code(answer), reference_of(answer)
    match answer.status:
        case 401:
            return Disconnected(
                "Lightspeed no longer accepts this connection. Reconnect Lightspeed.",
                code=code,
                reference=reference,
                provider="lightspeed",
            )
        case 403:
            return Rejected(
                f"Lightspeed does not let us read {entity} records: the person who connected "
                f"needs the right {_RIGHTS.get(entity, 'to sign in')}. Grant it, then reconnect.",
                code=code,
                reference=reference,
            )
        case 429:
            return Retryable(
                "Lightspeed asks us to slow down",
                code=code,
                reference=reference,
                after=retry_after(answer.headers, now),
            )
        case 409:
            return Retryable("Lightspeed was busy with it", code=code, reference=reference)
        case status if status >= 500:
            after = retry_after(answer.headers, now) if "retry-after" in answer.headers else None
            return Retryable(
                "Lightspeed is out of order for now", code=code, reference=reference, after=after
            )
        case 400 if _LATER in _message(answer):
            return Retryable("Lightspeed asks us to try later", code=code, reference=reference)
        case status if status < 400:
            return Rejected("Lightspeed sent us elsewhere", code=code, reference=reference)
        case _:
            return Rejected(
                f"Lightspeed refused our question about {entity} records",
                code=code,
                reference=reference,
            )


def reference_of(answer: Answer) -> str:
    """The id that Lightspeed's support can look up."""
    ray = answer.headers.get("cf-ray", "")
    return ray if len(ray) <= 40 and ray.isascii() and ray.isprintable() else ""


def _code(answer: Answer) -> str:
    """The status, with the class of error where it is a plain word."""
    kind = _parsed(answer).get("errorClass")
    if isinstance(kind, str) and kind.isidentifier() and len(kind) <= 60:
        return f"{answer.status} {kind}"
    return str(answer.status)


def _message(answer: Answer) -> str:
    """Lower-cased text of either error shape; errors come as text/html though they are JSON."""
    parsed = _parsed(answer)
    found = [parsed.get(key) for key in ("message", "error_description", "hint")]
    text = " ".join(part for part in found if isinstance(part, str))
    return (text or answer.body[:2000].decode("utf-8", "replace")).lower()


def _parsed(answer: Answer) -> dict[str, Any]:
    try:
        parsed = orjson.loads(answer.body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
