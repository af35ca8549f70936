"""Everything between the socket and the company: addresses, tokens, throttles and mishaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from werkzeug.wrappers import Request, Response

from sync.sandbox.quickbooks.api import CompanyApi
from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.gate import Counters, Gate, Throttled
from sync.sandbox.quickbooks.mishaps import BEFORE, Mishap, Mishaps
from sync.sandbox.quickbooks.oauth import SignIn
from sync.sandbox.quickbooks.refusals import Refusal, gateway_fault, throttled, unsupported
from sync.sandbox.quickbooks.tokens import Tokens
from sync.sandbox.quickbooks.wire import Json, read_json, write_json
from sync.sandbox.serving import cut

_HTML = b"<html><head><title>Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_TIDS = count(1)


@dataclass(frozen=True, slots=True)
class Door:
    """Answers one request from start to end."""

    companies: dict[str, Company]
    tokens: Tokens
    gate: Gate
    mishaps: Mishaps
    counters: Counters
    sign_in: SignIn
    api: CompanyApi
    sleep: Callable[[float], None]
    clock: Callable[[], datetime]

    def answer(self, request: Request) -> Response:
        """The real answer, or what a planned mishap leaves of it."""
        mishap = self.mishaps.meet(request.full_path)
        if mishap is not None and mishap.name in BEFORE:
            response = self._instead(mishap, request)
        else:
            response = self._route(request)
            if mishap is not None:
                response = self._spoilt(mishap, response, request)
        response.headers["intuit_tid"] = f"1-{next(_TIDS):08x}"
        return response

    def _route(self, request: Request) -> Response:
        path = request.path
        if path == "/connect/oauth2":
            return self.sign_in.authorize(request)
        if path == "/oauth2/v1/tokens/bearer" and request.method == "POST":
            self.counters.add("token_calls")
            return self.sign_in.token(request)
        if path == "/v2/oauth2/tokens/revoke" and request.method == "POST":
            return self.sign_in.revoke(request)
        words = path.strip("/").split("/")
        if len(words) < 4 or words[:2] != ["v3", "company"]:
            return self._refused(unsupported(f"Could not find resource for relative : {path}"))
        return self._company_call(request, words[2], words[3:])

    def _company_call(self, request: Request, realm: str, words: list[str]) -> Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return self._gateway(
                401, "3202", "EmptyField", "Authorization header is missing", "AUTHENTICATION"
            )
        allowed = self.tokens.realm(token)
        if allowed is None:
            return self._unauthorized("Token expired or revoked")
        company = self.companies.get(realm)
        if company is None or allowed != realm:
            return self._gateway(
                403, "3100", "ApplicationAuthorizationFailed", "Wrong company", "AUTHORIZATION"
            )
        try:
            with self.gate.passage(realm, batch=words == ["batch"]):
                status, body = self.api.answer(company, words, request)
        except Throttled:
            return _json(429, throttled(self.clock()))
        if "application/json" not in request.headers.get("Accept", ""):
            # a caller that does not ask for JSON is answered in XML, though the work is done
            return Response("<IntuitResponse/>", status=status, content_type="application/xml")
        return _json(status, body)

    def _instead(self, mishap: Mishap, request: Request) -> Response:
        match mishap.name:
            case "429":
                self.counters.add("throttled")
                return _json(429, throttled(self.clock()))
            case "401_expired":
                self.tokens.expire(request.headers.get("Authorization", "").partition(" ")[2])
                return self._unauthorized("Token expired")
            case "subscription_lapsed":
                return self._refused(
                    Refusal("6190", "Subscription period has ended or canceled.", "")
                )
            case "company_locked":
                return self._refused(
                    Refusal("140", "The company is locked.", kind="AuthorizationFault", status=403)
                )
            case "html_error":
                return Response(_HTML, status=502, content_type="text/html")
            case "cut_before":
                cut(request.environ)
                return Response(b"", status=500)
            case "503":
                return Response(b"", status=503)
        return self._broken()

    def _spoilt(self, mishap: Mishap, response: Response, request: Request) -> Response:
        match mishap.name:
            case "500_after":
                return self._broken()
            case "cut_after":
                cut(request.environ)
            case "truncated":
                whole = response.get_data()
                response.set_data(whole[: len(whole) // 2])
            case "slow":
                self.sleep(mishap.seconds)
            case _ if response.status_code == 200:
                return _spoilt_batch(mishap.name, response)
        return response

    def _broken(self) -> Response:
        detail = "An unexpected error occurred while accessing or processing your request."
        return self._refused(Refusal("10000", detail, "", kind="SystemFault", status=500))

    def _refused(self, refusal: Refusal) -> Response:
        return _json(refusal.status, refusal.body(self.clock()))

    def _unauthorized(self, detail: str) -> Response:
        return self._gateway(401, "3200", "AuthenticationFailed", detail, "AUTHENTICATION")

    def _gateway(self, status: int, code: str, word: str, detail: str, kind: str) -> Response:
        return _json(status, gateway_fault(status, code, word, detail, kind, self.clock()))


def _json(status: int, body: Json) -> Response:
    return Response(
        write_json(body),
        status=status,
        headers={"QBO-Version": "1994.75"},
        content_type="application/json;charset=utf-8",
    )


def _spoilt_batch(name: str, response: Response) -> Response:
    # read back as plain JSON values: the numbers are written again exactly as they were
    body = read_json(response.get_data())
    items = body["BatchItemResponse"]
    if name == "batch_reordered":
        items.reverse()
    elif name == "batch_item_missing":
        items.pop()
    else:
        items[-1] = {"bId": items[-1]["bId"]}
    return _json(200, body)
