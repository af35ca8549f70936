"""The sandbox's own buttons, under `/_sandbox/`: no token, no limits, never part of the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from werkzeug.wrappers import Request, Response

from sync.sandbox.retailer.kinds import KINDS

if TYPE_CHECKING:
    from sync.sandbox.lightspeed.server import LightspeedSandbox

Body = dict[str, Any]


class Control:
    """Faults, switches, and the shop's day."""

    def __init__(self, sandbox: LightspeedSandbox) -> None:
        self._sandbox = sandbox
        self._buttons: dict[str, Callable[[Body], Body]] = {
            "faults": self._faults,
            "switches": self._switches,
            "sell": self._sell,
            "void": self._void,
            "edit": self._edit,
            "complete": self._complete,
            "touch": self._touch,
            "trade": self._trade,
            "change": self._change,
            "delete": self._delete,
            "revoke": self._revoke,
        }

    def answer(self, request: Request) -> Response:
        """One press of a button, or a look at what was asked lately."""
        name = request.path.removeprefix("/_sandbox/")
        if name == "requests" and request.method == "GET":
            return _told({"requests": list(self._sandbox.requests)})
        if name == "kinds" and request.method == "GET":
            return _told({"kinds": list(KINDS)})
        button = self._buttons.get(name)
        if button is None or request.method != "POST":
            return _told({"error": f"no button named {name}"}, 404)
        try:
            body = orjson.loads(request.get_data() or b"{}")
            return _told(button(body))
        except (KeyError, ValueError, TypeError) as error:
            return _told({"error": str(error)}, 400)

    def _when(self, body: Body) -> datetime:
        return datetime.fromisoformat(body["at"]) if "at" in body else self._sandbox.clock()

    def _shop(self) -> Any:
        if self._sandbox.retailer is None:
            raise ValueError("recorded sales cannot be changed; start with a seed instead")
        return self._sandbox.retailer

    def _faults(self, body: Body) -> Body:
        if body.get("name") == "clear":
            self._sandbox.faults.clear()
        else:
            self._sandbox.faults.arm(
                body["name"],
                int(body.get("times", 1)),
                str(body.get("path", "")),
                float(body.get("seconds", 1)),
            )
        return {"ok": True}

    def _switches(self, body: Body) -> Body:
        for name, value in body.items():
            self._sandbox.switches.set(name, bool(value))
        return {"ok": True}

    def _sell(self, body: Body) -> Body:
        more = {}
        if "completed" in body:
            more["completed"] = datetime.fromisoformat(body["completed"])
        sale_id = self._shop().sell(body.get("kind", "cash"), self._when(body), **more)
        sale = self._shop().sales[sale_id]
        return {"saleID": sale_id, "kind": sale.kind, "cents": sale.total}

    def _void(self, body: Body) -> Body:
        self._shop().void(int(body["sale_id"]), self._when(body))
        return {"ok": True}

    def _edit(self, body: Body) -> Body:
        self._shop().edit(int(body["sale_id"]), self._when(body), body.get("pay_with", "Check"))
        return {"ok": True}

    def _complete(self, body: Body) -> Body:
        self._shop().complete(int(body["sale_id"]), self._when(body), body.get("pay_with", "Cash"))
        return {"ok": True}

    def _touch(self, body: Body) -> Body:
        self._shop().touch(int(body["sale_id"]), self._when(body))
        return {"ok": True}

    def _trade(self, body: Body) -> Body:
        self._shop().trade(self._when(body))
        return {"ok": True}

    def _change(self, body: Body) -> Body:
        fields = {name: str(value) for name, value in body["fields"].items()}
        self._sandbox.dataset.change(body["entity"], int(body["id"]), fields)
        return {"ok": True}

    def _delete(self, body: Body) -> Body:
        self._sandbox.dataset.delete(body["entity"], int(body["id"]))
        return {"ok": True}

    def _revoke(self, body: Body) -> Body:
        self._sandbox.grants.revoke_everything()
        return {"ok": True}


def _told(body: Body, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status=status, content_type="application/json")
