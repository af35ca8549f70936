"""Permission to a Lightspeed account: asked for, exchanged, renewed, and given back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from pydantic import SecretStr

from sync.connectors.http import Answer, Http, retry_after
from sync.connectors.lightspeed.refusals import reference_of
from sync.connectors.oauth import Tokens
from sync.errors import (
    Disconnected,
    Misconfigured,
    Rejected,
    Retryable,
    SyncError,
    Uncertain,
)

# Reading only. Nothing here can change the shop's data, and cost, orders and reports stay shut.
SCOPES = (
    "employee:register_read",  # sales, their lines and payments, registers, payment types, shops
    "employee:customers_read",  # who bought, and where it was shipped to
    "employee:inventory_read",  # the item on a line: its SKU and name
)
_LONGEST_TOKEN = 16_384
_IDLE_LIFE = 30 * 86_400  # of a refresh token that nobody uses; its answers do not say


class LightspeedOAuth:
    """Speaks to Lightspeed's authorisation service for one registered client."""

    def __init__(
        self,
        http: Http,
        client_id: str,
        client_secret: SecretStr,
        auth_url: str,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._http = http
        self._client_id = client_id
        self._client_secret = client_secret
        self._base = f"{auth_url.rstrip('/')}/auth/oauth"
        self._now = now

    def authorize_url(self, state: str, challenge: str) -> str:
        """Where the person's browser goes; it returns to the address registered with the client."""
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "scope": " ".join(SCOPES),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        # The scope separator is a plus, the names keep their colons: as the vendor writes it.
        return f"{self._base}/authorize?{urlencode(query, safe=':')}"

    def exchange(self, code: str, verifier: str) -> Tokens:
        """The first pair; a code lives 60 seconds and works once."""
        return self._grant(grant_type="authorization_code", code=code, code_verifier=verifier)

    def refresh(self, refresh_token: SecretStr) -> Tokens:
        """The next pair. After Uncertain, ask again with the same token, at most 5 times a minute.

        The old pair dies when the new access token is first used, so save first.
        """
        return self._grant(
            grant_type="refresh_token", refresh_token=refresh_token.get_secret_value()
        )

    def revoke(self, refresh_token: SecretStr) -> None:
        """Give the permission back; one that is gone already counts as given back."""
        answer = self._post("revoke", {"refresh_token": refresh_token.get_secret_value()})
        if not answer.ok and _error(answer) != "invalid_grant":
            raise self._refusal(answer)

    def _grant(self, **fields: str) -> Tokens:
        answer = self._post("token", fields)
        if not answer.ok:
            raise self._refusal(answer)
        try:
            granted = orjson.loads(answer.body)
            return Tokens(
                access=_token(granted["access_token"]),
                refresh=_token(granted["refresh_token"]),
                expires_in=int(granted["expires_in"]),
                refresh_expires_in=_IDLE_LIFE,
            )
        except (ValueError, TypeError, KeyError):
            # A pair was made for us and lost on the way.
            raise Uncertain(
                "Lightspeed's sign-in answer was cut short", reference=reference_of(answer)
            ) from None

    def _post(self, action: str, fields: dict[str, str]) -> Answer:
        body = {
            "client_id": self._client_id,
            "client_secret": self._client_secret.get_secret_value(),
            **fields,
        }
        return self._http.send(
            "POST",
            f"{self._base}/{quote(action)}",
            changes=True,
            headers={"Accept": "application/json", "Content-Type": "application/json"},
            body=orjson.dumps(body),
        )

    def _refusal(self, answer: Answer) -> SyncError:
        error, reference = _error(answer), reference_of(answer)
        if answer.status == 429 or answer.status >= 500:
            wait = retry_after(answer.headers, self._now())
            return Retryable(
                "Lightspeed's sign-in service is busy",
                code=str(answer.status),
                reference=reference,
                after=wait if answer.status == 429 or "retry-after" in answer.headers else None,
            )
        if error == "invalid_grant":
            return Disconnected(
                "Lightspeed has ended this connection. Reconnect Lightspeed.",
                code=error,
                reference=reference,
            )
        if error == "invalid_client" or answer.status == 401:
            return Misconfigured(
                "Lightspeed does not know this app: check LIGHTSPEED_CLIENT_ID and "
                "LIGHTSPEED_CLIENT_SECRET"
            )
        return Rejected(
            "Lightspeed refused the sign-in", code=error or str(answer.status), reference=reference
        )


def _token(value: Any) -> SecretStr:
    """A token that can go into a header as it is."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TOKEN:
        raise ValueError("not a token")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("not a token")
    return SecretStr(value)


_KNOWN = ("invalid_grant", "invalid_client", "invalid_request", "invalid_scope", "access_denied")


def _error(answer: Answer) -> str:
    """The OAuth error word, when it is one we know."""
    try:
        parsed = orjson.loads(answer.body)
    except ValueError:
        return ""
    error = parsed.get("error") if isinstance(parsed, dict) else None
    return error if error in _KNOWN else ""
