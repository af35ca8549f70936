"""The `/_sandbox` addresses: books, counters and mishaps for tests and for people looking on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from sync.sandbox.quickbooks.mishaps import UnknownMishap
from sync.sandbox.quickbooks.wire import BadJson, read_json, write_json

if TYPE_CHECKING:
    from sync.sandbox.quickbooks.server import QuickBooksSandbox


def control(sandbox: QuickBooksSandbox, request: Request) -> Response:
    """Answer a look behind the scenes; `?realm=` picks a company."""
    realm = request.args.get("realm")
    if realm is not None and realm not in sandbox.companies:
        return _json({"error": "no such company"}, 404)
    match request.method, request.path:
        case "GET", "/_sandbox/books":
            return _json(sandbox.books(realm).as_json())
        case "GET", "/_sandbox/counters":
            return _json(sandbox.counters.snapshot())
        case "DELETE", "/_sandbox/counters":
            sandbox.counters.reset()
            return _json({})
        case "GET", "/_sandbox/faults":
            return _json(sandbox.mishaps.as_json())
        case "DELETE", "/_sandbox/faults":
            sandbox.mishaps.clear()
            return _json([])
        case "POST", "/_sandbox/faults":
            return _plan(sandbox, request)
        case "GET", path if path.startswith("/_sandbox/documents/"):
            return _json(sandbox.documents(path.rpartition("/")[2], realm))
    return _json({"error": "no such page"}, 404)


def _plan(sandbox: QuickBooksSandbox, request: Request) -> Response:
    try:
        body = read_json(request.get_data())
        sandbox.plan(
            body["name"],
            body.get("times", 1),
            body.get("path", ""),
            float(body.get("seconds", 2)),
        )
    except (BadJson, KeyError, TypeError, AttributeError, UnknownMishap) as error:
        return _json({"error": f"not a fault: {error}"}, 400)
    return _json(sandbox.mishaps.as_json())


def _json(body: object, status: int = 200) -> Response:
    return Response(write_json(body), status=status, content_type="application/json")
