"""The sign-in side: a consent page, and the endpoints that trade codes for tokens."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from sync.sandbox.consent_page import consent_page
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.quickbooks.tokens import ACCESS_LIFE, InvalidGrant, TokenPair, Tokens
from sync.sandbox.quickbooks.wire import BadJson, Json, read_json, write_json

SCOPES = frozenset(
    {
        "com.intuit.quickbooks.accounting",
        "com.intuit.quickbooks.payment",
        "openid",
        "profile",
        "email",
        "phone",
        "address",
    }
)
_ACCENT = "#2c7a1e"
_MEANS = {"com.intuit.quickbooks.accounting": "Read and write the company's books"}


@dataclass(frozen=True, slots=True)
class App:
    """The developer's app as registered with the provider."""

    client_id: str
    client_secret: str
    redirect_uri: str


class SignIn:
    """Authorize, token and revoke for one app over several companies."""

    def __init__(
        self,
        app: App,
        tokens: Tokens,
        companies: Callable[[], Mapping[str, CompanySpec]],
        *,
        auto_consent: bool,
    ) -> None:
        self._app = app
        self._tokens = tokens
        self._companies = companies
        self._auto_consent = auto_consent

    def authorize(self, request: Request) -> Response:
        """Ask a person, or answer for one when consent is automatic."""
        asked = request.form if request.method == "POST" else request.args
        if (
            asked.get("client_id") != self._app.client_id
            or asked.get("redirect_uri") != self._app.redirect_uri
        ):
            return _html("<h1>The app's client_id or redirect_uri is not registered.</h1>", 400)
        state = asked.get("state", "")
        if asked.get("response_type") != "code" or not state:
            return self._back({"error": "invalid_request", "state": state})
        scopes = set(asked.get("scope", "").split())
        if not scopes or scopes - SCOPES:
            return self._back({"error": "invalid_scope", "state": state})
        company = self._company(asked.get("company", ""))
        if company is None:
            return _html("<h1>No such company.</h1>", 400)
        if request.method == "POST" and asked.get("answer") != "connect":
            return self._back({"error": "access_denied", "state": state})
        if request.method == "POST" or self._auto_consent:
            code = self._tokens.code(company.realm_id, self._app.redirect_uri)
            return self._back({"code": code, "state": state, "realmId": company.realm_id})
        names = ("client_id", "redirect_uri", "response_type", "scope", "state", "company")
        page = consent_page(
            "QuickBooks Online",
            accent=_ACCENT,
            account=company.name,
            asks=[(_MEANS.get(scope, "Use"), scope) for scope in sorted(scopes)],
            fields={name: asked.get(name, "") for name in names},
            allow=("connect", "Connect"),
            deny=("cancel", "No, thanks"),
        )
        return _html(page, 200)

    def token(self, request: Request) -> Response:
        """Exchange a code or refresh a token."""
        if not self._known(request):
            return _answer(401, {"error": "invalid_client"})
        form = request.form
        try:
            if form.get("grant_type") == "authorization_code":
                if not form.get("code") or not form.get("redirect_uri"):
                    return _answer(400, {"error": "invalid_request"})
                pair = self._tokens.exchange(form["code"], form["redirect_uri"])
            elif form.get("grant_type") == "refresh_token":
                if not form.get("refresh_token"):
                    return _answer(400, {"error": "invalid_request"})
                pair = self._tokens.refresh(form["refresh_token"])
            else:
                return _answer(400, {"error": "unsupported_grant_type"})
        except InvalidGrant:
            body: Json = {"error": "invalid_grant", "error_description": "Token invalid"}
            return _answer(400, body)
        wants_end = request.headers.get("x-include-refresh-token-hard-expires-in") == "true"
        return _answer(200, _pair_json(pair, wants_end))

    def revoke(self, request: Request) -> Response:
        """End a connection; the body is JSON or a form."""
        if not self._known(request):
            return _answer(401, {"error": "invalid_client"})
        token = request.form.get("token")
        if token is None:
            try:
                body = read_json(request.get_data())
            except BadJson:
                body = None
            token = body.get("token") if isinstance(body, dict) else None
        if not token or not self._tokens.revoke(token):
            return _answer(400, {"error": "invalid_request"})
        return Response(b"", status=200)

    def _company(self, realm: str) -> CompanySpec | None:
        companies = self._companies()
        return companies.get(realm) if realm else next(iter(companies.values()))

    def _known(self, request: Request) -> bool:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        expected = f"{self._app.client_id}:{self._app.client_secret}".encode()
        try:
            return scheme.lower() == "basic" and compare_digest(b64decode(value), expected)
        except BadBase64:
            return False

    def _back(self, parameters: dict[str, str]) -> Response:
        mark = "&" if "?" in self._app.redirect_uri else "?"
        location = f"{self._app.redirect_uri}{mark}{urlencode(parameters)}"
        return Response(b"", status=302, headers={"Location": location})


def _pair_json(pair: TokenPair, wants_end: bool) -> Json:
    body: Json = {
        "token_type": "bearer",
        "access_token": pair.access,
        "expires_in": int(ACCESS_LIFE.total_seconds()),
        "refresh_token": pair.refresh,
        "x_refresh_token_expires_in": pair.refresh_seconds,
    }
    if wants_end:
        body["x_refresh_token_hard_expires_in"] = pair.hard_seconds
    return body


def _answer(status: int, body: Json) -> Response:
    return Response(write_json(body), status=status, content_type="application/json;charset=utf-8")


def _html(text: str, status: int) -> Response:
    return Response(text, status=status, content_type="text/html; charset=utf-8")
