"""The stand-in itself: one account of Lightspeed Retail over HTTP, strict where it is strict."""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from sync.sandbox.lightspeed import faults as bad_days
from sync.sandbox.lightspeed.answers import Refusal, data, refused, unauthorised, wants_json
from sync.sandbox.lightspeed.api import Api
from sync.sandbox.lightspeed.consent import SCOPES, Consent, http_date
from sync.sandbox.lightspeed.control import Control
from sync.sandbox.lightspeed.cursors import Cursors
from sync.sandbox.lightspeed.faults import Faults
from sync.sandbox.lightspeed.grants import NOT_VERIFIED, REVOKED, Grants, Tokens
from sync.sandbox.lightspeed.limits import Limits
from sync.sandbox.lightspeed.query import Reader
from sync.sandbox.lightspeed.stocked import dataset_from_retailer
from sync.sandbox.lightspeed.switches import Switches
from sync.sandbox.lightspeed.tables import Dataset
from sync.sandbox.retailer.retailer import Retailer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

REMEMBERED = 5_000


class LightspeedSandbox:
    """`application` is WSGI; `faults`, `switches`, `grants` and `requests` are for tests."""

    def __init__(
        self,
        stock: Retailer | Dataset,
        *,
        clock: Callable[[], datetime],
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        registers: int = 4,
        rate_scale: float = 1.0,
        auto_consent: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.switches = Switches()
        self.faults = Faults()
        self.retailer = stock if isinstance(stock, Retailer) else None
        self.dataset = (
            dataset_from_retailer(stock, self.switches) if isinstance(stock, Retailer) else stock
        )
        self.clock = clock
        self.limits = Limits(registers, rate_scale, monotonic)
        self.grants = Grants(client_id, self.dataset.account_id, clock, monotonic, rate_scale)
        self.requests: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)
        self._client_id = client_id
        cursors = Cursors(secrets.token_bytes(16), self.dataset.account_id)
        self._api = Api(Reader(self.dataset, cursors, self.switches))
        self._consent = Consent(
            self.grants,
            account=self.dataset.name,
            client_id=client_id,
            client_secret=client_secret,
            redirect_uri=redirect_uri,
            auto_consent=auto_consent,
            date_header=lambda wait: (
                http_date(clock(), wait) if self.switches.retry_after_as_date else ""
            ),
        )
        self._control = Control(self)

    def issue_tokens(self, scopes: Iterable[str] = SCOPES) -> Tokens:
        """A connection without the browser, for who tests something else."""
        return self.grants.exchange(self.grants.consent(frozenset(scopes)), "")

    def application(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """The WSGI entry."""
        request = Request(environ)
        response = self._answer(request)
        # Poll times are taken from this header, so it has to tell the sandbox's own time.
        response.headers["Date"] = format_datetime(self.clock(), usegmt=True)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path.startswith("/_sandbox/"):
            return self._control.answer(request)
        request.get_data()  # an unread body would be taken for the next request
        fault = self.faults.take(request.full_path)
        response = bad_days.instead(fault, request, self.limits) if fault else None
        if response is None:
            if request.path.startswith("/auth/oauth/"):
                response = self._consent.answer(request)
            else:
                response = self._data(request, fault.name if fault else "")
        self._remember(request, response)
        return bad_days.spoiled(fault, request, response) if fault else response

    def _remember(self, request: Request, response: Response) -> None:
        query = "" if request.path.startswith("/auth/") else request.query_string.decode()
        self.requests.append(
            {
                "method": request.method,
                "path": request.path,
                "query": query,
                "status": response.status_code,
                "cost": float(response.headers.get("X-LS-API-Request-Cost", 0)),
            }
        )

    def _data(self, request: Request, fault: str) -> Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        scopes = self.grants.use(token.strip()) if scheme == "Bearer" else "expired"
        if isinstance(scopes, str):
            return unauthorised(REVOKED if scopes == "revoked" else NOT_VERIFIED)

        refusal, call = None, None
        try:
            if request.method != "GET":
                raise Refusal(405, "This sandbox is for reading.")
            call = self._api.understand(request.path, request.query_string.decode("ascii"))
            self._api.check_scopes(call, scopes)
        except UnicodeDecodeError:
            refusal = Refusal(400, "The query is not ASCII.")
        except Refusal as raised:
            refusal = raised

        admission = self.limits.admit(call.cost if call else 1.0)
        if admission.refused:
            kind = "burst" if "burst" in admission.refused else "bucket"
            response = refused(Refusal(429, f"Rate limit reached ({kind} limit)."))
        elif refusal or call is None:
            response = refused(refusal or Refusal(404, "Unknown path."))
        else:
            response = self._read(request, call, fault)
        response.headers.update(admission.headers)
        response.headers["X-LS-Acct-Id"] = str(self.dataset.account_id)
        response.headers["X-LS-OAuth-Client-Id"] = self._client_id
        response.headers["Cf-Ray"] = f"{secrets.token_hex(8)}-SBX"
        return response

    def _read(self, request: Request, call: Any, fault: str) -> Response:
        most = {"one_row_next": 1, "empty_next": 0}.get(fault)
        host = request.host_url.rstrip("/")
        try:
            body = self._api.run(call, host, request.path, most)
        except Refusal as refusal:
            return refused(refusal)
        json = fault != "xml" and wants_json(request.path, request.headers.get("Accept"))
        return data(f"{call.root}s", body, json=json)
