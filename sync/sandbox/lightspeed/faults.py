"""Bad days on request: each fault is armed by name and wears off after a number of calls."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.wrappers import Request, Response

from sync.sandbox.lightspeed.answers import Refusal, gateway_page, refused, unauthorised
from sync.sandbox.lightspeed.grants import NOT_VERIFIED, REVOKED
from sync.sandbox.lightspeed.limits import Limits
from sync.sandbox.serving import cut

NAMES = frozenset(
    {
        "429_bucket",
        "429_burst",
        "500",
        "502_html",
        "503",
        "504",
        "401_expired",
        "401_revoked",
        "400_try_later",
        "cut_before",
        "cut_after",
        "truncated",
        "slow",
        "xml",
        "one_row_next",
        "empty_next",
    }
)


@dataclass
class Fault:
    """One armed fault; `path` is part of the path with its query, `seconds` is for `slow`."""

    name: str
    times: int = 1
    path: str = ""
    seconds: float = 1.0


class Faults:
    """The armed ones, taken in the order in which they were armed."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self._lock = threading.Lock()

    def arm(self, name: str, times: int = 1, path: str = "", seconds: float = 1.0) -> None:
        """From now on, for the next `times` calls whose path fits."""
        if name not in NAMES:
            raise KeyError(name)
        with self._lock:
            self._armed.append(Fault(name, times, path, seconds))

    def clear(self) -> None:
        """Good weather."""
        with self._lock:
            self._armed.clear()

    def take(self, path: str) -> Fault | None:
        """The fault that this call meets, used up by one."""
        with self._lock:
            for fault in self._armed:
                if fault.path in path:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._armed.remove(fault)
                    return fault
        return None


def instead(fault: Fault, request: Request, limits: Limits) -> Response | None:
    """The answer of a fault that keeps the request from being looked at."""
    match fault.name:
        case "429_bucket" | "429_burst":
            kind = "bucket" if fault.name == "429_bucket" else "burst"
            admission = limits.pretend(
                "api-leaky-bucket" if kind == "bucket" else "api-burst-limiter"
            )
            response = refused(Refusal(429, f"Rate limit reached ({kind} limit)."))
            response.headers.update(admission.headers)
            return response
        case "500":
            return refused(Refusal(500, "Internal error."))
        case "502_html":
            return gateway_page(502, "Bad Gateway")
        case "503":
            return gateway_page(503, "Service Unavailable")
        case "504":
            return gateway_page(504, "Gateway Time-out")
        case "401_expired":
            return unauthorised(NOT_VERIFIED)
        case "401_revoked":
            return unauthorised(REVOKED)
        case "400_try_later":
            return refused(Refusal(400, "The system is busy. Please try again later."))
        case "cut_before":
            cut(request.environ)
            return Response(b"")
    return None


def spoiled(fault: Fault, request: Request, response: Response) -> Response:
    """What a fault does to an answer whose work has been done."""
    if fault.name == "slow":
        time.sleep(fault.seconds)
    elif fault.name == "cut_after":
        cut(request.environ)
    elif fault.name == "truncated":
        whole = response.get_data()

        def half() -> Iterator[bytes]:
            yield whole[: len(whole) // 2]
            cut(request.environ)

        response.response = half()
        response.headers["Content-Length"] = str(len(whole))
    return response
