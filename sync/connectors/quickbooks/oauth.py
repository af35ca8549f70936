"""Permission to a company: asked for, exchanged, renewed, and given back."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any, Final
from urllib.parse import urlencode

from pydantic import SecretStr

from sync.connectors.http import Answer, Http
from sync.connectors.oauth import Tokens
from sync.connectors.quickbooks.raising import reference_of
from sync.errors import Disconnected, Misconfigured, Rejected, Retryable, Uncertain

SCOPE: Final = "com.intuit.quickbooks.accounting"
ACCESS_LIMIT: Final = 4096
REFRESH_LIMIT: Final = 512


class QuickBooksOAuth:
    """Speaks to Intuit's authorisation service for one registered app."""

    def __init__(
        self,
        http: Http,
        client_id: str,
        client_secret: SecretStr,
        *,
        authorize_url: str,
        token_url: str,
        revoke_url: str,
        redirect_uri: str,
    ) -> None:
        self._http = http
        self._client_id = client_id
        self._client_secret = client_secret
        self._authorize_url = authorize_url
        self._token_url = token_url
        self._revoke_url = revoke_url
        self._redirect_uri = redirect_uri

    def authorize_url(self, state: str) -> str:
        """Where the person's browser goes; `state` comes back with the code and the realm id."""
        query = {
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "response_type": "code",
            "scope": SCOPE,
            "state": state,
        }
        return f"{self._authorize_url}?{urlencode(query)}"

    def exchange(self, code: str) -> Tokens:
        """The first pair. A code works once: `invalid_grant` may mean a callback sent twice."""
        return self._grant(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": self._redirect_uri}
        )

    def refresh(self, refresh_token: SecretStr) -> Tokens:
        """The next pair. After Uncertain, ask again at once with the same value.

        Disconnected: the value is superseded or revoked, and no repeat will help.
        """
        return self._grant(
            {
                "grant_type": "refresh_token",
                "refresh_token": refresh_token.get_secret_value(),
            }
        )

    def revoke(self, token: SecretStr) -> None:
        """Give the permission back; either token of a pair ends both. Gone already is success."""
        body = json.dumps({"token": token.get_secret_value()}).encode()
        answer = self._post(self._revoke_url, body, "application/json")
        if not answer.ok and _error(answer) not in ("invalid_grant", "invalid_token"):
            raise self._refusal(answer)

    def _grant(self, form: dict[str, str]) -> Tokens:
        body = urlencode(form).encode()
        answer = self._post(self._token_url, body, "application/x-www-form-urlencoded")
        if not answer.ok:
            raise self._refusal(answer)
        try:
            return _tokens(json.loads(answer.body))
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            # The pair may have been rotated for us and lost on the way.
            raise Uncertain(
                "QuickBooks' sign-in answer was cut short", reference=reference_of(answer)
            ) from None

    def _post(self, url: str, body: bytes, content_type: str) -> Answer:
        pair = f"{self._client_id}:{self._client_secret.get_secret_value()}"
        return self._http.send(
            "POST",
            url,
            changes=True,
            headers={
                "Authorization": f"Basic {b64encode(pair.encode()).decode()}",
                "Accept": "application/json",
                "Content-Type": content_type,
                "x-include-refresh-token-hard-expires-in": "true",
            },
            body=body,
        )

    def _refusal(self, answer: Answer) -> Exception:
        error, reference = _error(answer), reference_of(answer)
        if answer.status == 429 or answer.status >= 500:
            return Retryable(
                "QuickBooks' sign-in service is busy", code=str(answer.status), reference=reference
            )
        if error == "invalid_grant":
            return Disconnected(
                "QuickBooks has ended this connection. Reconnect QuickBooks.",
                code=error,
                reference=reference,
            )
        if error == "invalid_client" or answer.status == 401:
            return Misconfigured(
                "QuickBooks does not know this app: check QUICKBOOKS_CLIENT_ID and "
                "QUICKBOOKS_CLIENT_SECRET"
            )
        if error == "invalid_request":
            return Misconfigured(
                "QuickBooks does not accept our sign-in request: check that CCC_PUBLIC_URL is "
                "registered with the app as its redirect address"
            )
        return Rejected(
            "QuickBooks refused the sign-in", code=str(answer.status), reference=reference
        )


def _tokens(answer: Any) -> Tokens:
    life = answer.get("x_refresh_token_expires_in")
    end = answer.get("x_refresh_token_hard_expires_in")
    return Tokens(
        access=SecretStr(_token(answer["access_token"], ACCESS_LIMIT)),
        refresh=SecretStr(_token(answer["refresh_token"], REFRESH_LIMIT)),
        expires_in=int(answer["expires_in"]),
        refresh_expires_in=None if life is None else int(life),
        hard_expires_in=None if end is None else int(end),
    )


def _token(value: Any, limit: int) -> str:
    """A token that can go into a header as it is."""
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        raise ValueError("not a token")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("not a token")
    return value


def _error(answer: Answer) -> str:
    try:
        parsed = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    error = parsed.get("error") if isinstance(parsed, dict) else None
    return error if isinstance(error, str) else ""
