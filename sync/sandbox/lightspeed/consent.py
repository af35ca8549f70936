"""The authorisation server's pages: authorise, token, revoke."""

from __future__ import annotations

import hmac
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from sync.sandbox.consent_page import consent_page
from sync.sandbox.lightspeed.answers import JSON
from sync.sandbox.lightspeed.grants import Denied, Grants, Tokens

_NAMES = (
    "all admin admin_employees admin_inventory admin_purchases admin_shops admin_void_sale "
    "categories customers customers_read customers_view_gift_card_numbers inventory "
    "inventory_counts inventory_counts_reconcile inventory_read manufacturers product_cost "
    "product_edit purchase_orders register register_layaway register_read register_refund reports "
    "special_orders tags transfers vendors vendor_returns workbench"
)
SCOPES = frozenset(f"employee:{name}" for name in _NAMES.split())

_ACCENT = "#c8102e"
# What the read scopes mean to an owner; any other is shown by its own name.
_MEANS = {
    "employee:register_read": "Read sales, payments and registers",
    "employee:inventory_read": "Read products, shops and stock",
    "employee:customers_read": "Read customers",
}


class Consent:
    """Speaks OAuth 2.0 for one registered client."""

    def __init__(
        self,
        grants: Grants,
        *,
        account: str,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        auto_consent: bool,
        date_header: Any,
    ) -> None:
        self._grants = grants
        self._account = account
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self.auto_consent = auto_consent
        self._date_header = date_header

    def answer(self, request: Request) -> Response:
        """Any of the OAuth addresses."""
        page = request.path.rsplit("/", 1)[-1]
        try:
            if page == "authorize":
                return self._authorize(request)
            if request.method != "POST":
                raise Denied(405, "invalid_request", "Only POST is allowed here.")
            if page == "token":
                return self._token(request)
            return self._revoke(request)
        except Denied as denied:
            return self._denied(denied)

    def _denied(self, denied: Denied) -> Response:
        body = {"error": denied.error, "error_description": denied.description, "hint": denied.hint}
        response = Response(orjson.dumps(body), status=denied.status, content_type=JSON)
        if denied.wait:
            response.headers["Retry-After"] = self._date_header(denied.wait) or str(denied.wait)
        return response

    def _authorize(self, request: Request) -> Response:
        asked = {**request.args.to_dict(), **request.form.to_dict()}
        if asked.get("client_id") != self._client_id:
            raise Denied(400, "invalid_client", "Unknown client.")
        if asked.get("response_type") != "code":
            raise Denied(400, "invalid_request", "response_type must be code.", "response_type")
        scopes = frozenset(asked.get("scope", "").split())
        if not scopes or not scopes <= SCOPES:
            raise Denied(400, "invalid_scope", "The scope is missing or invalid.", "scope")
        method = asked.get("code_challenge_method", "plain")
        if method not in {"S256", "plain"}:
            raise Denied(400, "invalid_request", "Unknown code_challenge_method.", "PKCE")

        allowed = asked.get("answer") == "allow" and request.method == "POST"
        if allowed or self.auto_consent:
            code = self._grants.consent(scopes, asked.get("code_challenge", ""), method)
            return self._back(asked, code=code)
        if request.method == "POST":
            return self._back(asked, error="access_denied")
        page = consent_page(
            "Lightspeed Retail",
            accent=_ACCENT,
            account=self._account,
            asks=[(_MEANS.get(scope, "Use"), scope) for scope in sorted(scopes)],
            fields=asked,
            allow=("allow", "Allow"),
            deny=("deny", "Deny"),
        )
        return Response(page, content_type="text/html; charset=utf-8")

    def _back(self, asked: dict[str, str], **answer: str) -> Response:
        if "state" in asked:
            answer["state"] = asked["state"]
        joint = "&" if "?" in self._redirect_uri else "?"
        return redirect(f"{self._redirect_uri}{joint}{urlencode(answer)}", 302)

    def _body(self, request: Request) -> dict[str, str]:
        if request.mimetype == JSON:
            try:
                body = orjson.loads(request.get_data())
            except orjson.JSONDecodeError:
                body = None
            if not isinstance(body, dict):
                raise Denied(400, "invalid_request", "The body is not a JSON object.")
            return {name: str(value) for name, value in body.items()}
        return request.form.to_dict()

    def _client(self, body: dict[str, str]) -> None:
        for name in ("client_id", "client_secret"):
            if not body.get(name):
                raise Denied(400, "invalid_request", "A field is missing.", f"Check `{name}`")
        known = hmac.compare_digest(body["client_id"].encode(), self._client_id.encode())
        secret = hmac.compare_digest(body["client_secret"].encode(), self._client_secret.encode())
        if not (known and secret):
            raise Denied(401, "invalid_client", "Client authentication failed.")

    def _token(self, request: Request) -> Response:
        body = self._body(request)
        self._client(body)
        if "scope" in body:
            raise Denied(400, "invalid_request", "scope is not allowed here.", "Check `scope`")
        kind = body.get("grant_type")
        if kind == "authorization_code":
            tokens = self._grants.exchange(self._need(body, "code"), body.get("code_verifier", ""))
        elif kind == "refresh_token":
            tokens = self._grants.refresh(self._need(body, "refresh_token"))
        else:
            raise Denied(400, "unsupported_grant_type", "Unknown grant type.", "grant_type")
        return Response(orjson.dumps(_told(tokens)), content_type=JSON)

    def _revoke(self, request: Request) -> Response:
        body = self._body(request)
        self._client(body)
        self._grants.revoke(self._need(body, "refresh_token"))
        return Response(b"{}", content_type=JSON)

    def _need(self, body: dict[str, str], name: str) -> str:
        if not body.get(name):
            raise Denied(400, "invalid_request", "A field is missing.", f"Check `{name}`")
        return body[name]


def _told(tokens: Tokens) -> dict[str, Any]:
    return {
        "token_type": "Bearer",
        "expires_in": tokens.seconds,
        "access_token": tokens.access,
        "refresh_token": tokens.refresh,
    }


def http_date(now: Any, wait: int) -> str:
    """`Retry-After` in its other spelling."""
    return format_datetime(now + timedelta(seconds=wait), usegmt=True)
