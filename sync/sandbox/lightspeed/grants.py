"""The authorisation server's memory: codes, rotating tokens, and when each of them dies."""

from __future__ import annotations

import hashlib
import secrets
import threading
from base64 import urlsafe_b64encode
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import orjson

CODE_LIFE = timedelta(seconds=60)
IDLE_LIFE = timedelta(days=30)
REFRESHES = 5
WINDOW = 60.0

NOT_VERIFIED = "Access token could not be verified"
REVOKED = "Access token has been revoked"


class Denied(Exception):
    """An OAuth error answer."""

    def __init__(
        self, status: int, error: str, description: str, hint: str = "", wait: int = 0
    ) -> None:
        super().__init__(error)
        self.status, self.error, self.hint, self.wait = status, error, hint, wait
        self.description = description


@dataclass
class Code:
    """What a consent produced; spent on first sight."""

    scopes: frozenset[str]
    expires: datetime
    challenge: str
    method: str


@dataclass
class Refresh:
    """A refresh token; an unused one dies of age."""

    grant: Grant
    expires: datetime
    alive: bool = True


@dataclass
class Access:
    """An access token, and the refresh token that was handed out beside it."""

    grant: Grant
    expires: datetime
    beside: str
    used: bool = False
    revoked: bool = False


@dataclass
class Grant:
    """One connection: everything that came of one consent."""

    scopes: frozenset[str]
    refreshes: list[str] = field(default_factory=list)
    accesses: list[str] = field(default_factory=list)
    attempts: deque[float] = field(default_factory=deque)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The pair that an exchange or a refresh hands out."""

    access: str
    refresh: str
    seconds: int


def challenge_of(verifier: str, method: str) -> str:
    """What a verifier must have been announced as."""
    if method == "plain":
        return verifier
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


class Grants:
    """All consents of one client on one account."""

    def __init__(
        self,
        client_id: str,
        account_id: int,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        scale: float,
    ) -> None:
        self.access_seconds = 3600
        self._client_id = client_id
        self._account_id = account_id
        self._clock = clock
        self._monotonic = monotonic
        self._scale = scale
        self._codes: dict[str, Code] = {}
        self._refreshes: dict[str, Refresh] = {}
        self._accesses: dict[str, Access] = {}
        self._lock = threading.RLock()

    def consent(self, scopes: frozenset[str], challenge: str = "", method: str = "") -> str:
        """A code for the browser to carry back."""
        with self._lock:
            code = secrets.token_urlsafe(32)
            expires = self._clock() + CODE_LIFE
            self._codes[code] = Code(scopes, expires, challenge, method or "plain")
            return code

    def exchange(self, code: str, verifier: str) -> Tokens:
        """The first pair of a new connection."""
        with self._lock:
            known = self._codes.pop(code, None)
            if known is None or self._clock() >= known.expires:
                raise Denied(
                    400, "invalid_grant", "The authorization code is invalid or expired.", "Code"
                )
            if known.challenge and challenge_of(verifier, known.method) != known.challenge:
                raise Denied(400, "invalid_grant", "Failed to verify `code_verifier`.", "PKCE")
            return self._mint(Grant(known.scopes))

    def refresh(self, token: str) -> Tokens:
        """A new pair. The old refresh token lives until the new access token is used."""
        with self._lock:
            known = self._refreshes.get(token)
            if known is None or not known.alive or self._clock() >= known.expires:
                raise Denied(
                    400, "invalid_grant", "The refresh token is invalid.", "Token has been revoked"
                )
            self._count(known.grant)
            for access in known.grant.accesses:
                self._accesses[access].revoked = True
            return self._mint(known.grant)

    def revoke(self, token: str) -> None:
        """The merchant or the client ends the connection."""
        with self._lock:
            known = self._refreshes.get(token)
            if known is None:
                raise Denied(400, "invalid_grant", "The refresh token is invalid.", "")
            self._end(known.grant)

    def revoke_everything(self) -> None:
        """As if the merchant had removed the application in the settings."""
        with self._lock:
            for known in list(self._refreshes.values()):
                self._end(known.grant)

    def use(self, token: str) -> frozenset[str] | Literal["expired", "revoked"]:
        """The scopes of a bearer token; its first use ends the refresh tokens before it."""
        with self._lock:
            access = self._accesses.get(token)
            if access is None:
                return "expired"
            if access.revoked:
                return "revoked"
            if self._clock() >= access.expires:
                return "expired"
            if not access.used:
                access.used = True
                for other in access.grant.refreshes:
                    if other != access.beside:
                        self._refreshes[other].alive = False
            return access.grant.scopes

    def _end(self, grant: Grant) -> None:
        for refresh in grant.refreshes:
            self._refreshes[refresh].alive = False
        for access in grant.accesses:
            self._accesses[access].revoked = True

    def _count(self, grant: Grant) -> None:
        now = self._monotonic()
        while grant.attempts and grant.attempts[0] <= now - WINDOW:
            grant.attempts.popleft()
        if len(grant.attempts) >= REFRESHES * self._scale:
            wait = max(1, round(grant.attempts[0] + WINDOW - now))
            raise Denied(429, "too_many_requests", "Too many refresh attempts.", wait=wait)
        grant.attempts.append(now)

    def _mint(self, grant: Grant) -> Tokens:
        now = self._clock()
        refresh = f"def50200{secrets.token_hex(480)}"
        access = self._jwt(grant.scopes, now)
        self._refreshes[refresh] = Refresh(grant, now + IDLE_LIFE)
        expires = now + timedelta(seconds=self.access_seconds)
        self._accesses[access] = Access(grant, expires, refresh)
        grant.refreshes.append(refresh)
        grant.accesses.append(access)
        return Tokens(access, refresh, self.access_seconds)

    def _jwt(self, scopes: frozenset[str], now: datetime) -> str:
        """Looks like the real thing, fractional times included; nobody but us can judge it."""
        issued = now.timestamp()
        claims = {
            "jti": secrets.token_hex(40),
            "iss": "https://cloud.lightspeedapp.com",
            "aud": self._client_id,
            "sub": "4",
            "acct": str(self._account_id),
            "scope": " ".join(sorted(scopes)),
            "iat": issued + 0.25,
            "nbf": issued + 0.25,
            "exp": issued + self.access_seconds + 0.25,
        }
        header = {"typ": "JWT", "alg": "RS256", "kid": "sandbox-1"}
        parts = (orjson.dumps(header), orjson.dumps(claims), secrets.token_bytes(256))
        return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
