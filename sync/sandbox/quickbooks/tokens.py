"""Codes and tokens: who may speak for which company, and until when."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ACCESS_LIFE = timedelta(hours=1)
REFRESH_LIFE = timedelta(days=101)
CODE_LIFE = timedelta(minutes=5)
HARD_LIFE = timedelta(days=5 * 365)


class InvalidGrant(Exception):
    """The code or refresh token is used, superseded, expired or revoked."""


@dataclass(slots=True)
class Grant:
    """One connection of the app to a company."""

    realm: str
    refresh: str
    used: datetime
    given: datetime
    previous: str = ""
    rotated: datetime | None = None
    alive: bool = True


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What the token endpoint answers."""

    access: str
    refresh: str
    refresh_seconds: int
    hard_seconds: int


@dataclass(slots=True)
class _Code:
    realm: str
    redirect_uri: str
    expires: datetime


@dataclass(slots=True)
class _Access:
    grant: Grant
    expires: datetime


@dataclass(slots=True)
class Tokens:
    """All grants of one app. A refresh changes the value; the old one works for `grace` more."""

    now: Callable[[], datetime]
    grace: timedelta
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _codes: dict[str, _Code] = field(default_factory=dict)
    _grants: list[Grant] = field(default_factory=list)
    _by_refresh: dict[str, Grant] = field(default_factory=dict)
    _by_access: dict[str, _Access] = field(default_factory=dict)

    def code(self, realm: str, redirect_uri: str) -> str:
        """A code for the redirect: good once, for five minutes."""
        code = f"AB1{secrets.token_urlsafe(30)}"
        with self._lock:
            self._codes[code] = _Code(realm, redirect_uri, self.now() + CODE_LIFE)
        return code

    def exchange(self, code: str, redirect_uri: str) -> TokenPair:
        """Turn a code into tokens; the second time it is invalid."""
        with self._lock:
            known = self._codes.pop(code, None)
            if known is None or known.expires < self.now() or known.redirect_uri != redirect_uri:
                raise InvalidGrant
            grant = Grant(known.realm, _refresh_value(), self.now(), self.now())
            self._grants.append(grant)
            self._by_refresh[grant.refresh] = grant
            return self._pair(grant)

    def refresh(self, token: str) -> TokenPair:
        """New tokens; a lost answer may be asked for again within the grace."""
        with self._lock:
            grant = self._by_refresh.get(token)
            now = self.now()
            if (
                grant is None
                or not grant.alive
                or now - grant.used > REFRESH_LIFE
                or now - grant.given > HARD_LIFE
            ):
                raise InvalidGrant
            if token == grant.refresh:
                grant.previous, grant.refresh = grant.refresh, _refresh_value()
                grant.rotated = now
                self._by_refresh[grant.refresh] = grant
            elif (
                token != grant.previous or grant.rotated is None or now - grant.rotated > self.grace
            ):
                raise InvalidGrant
            grant.used = now
            return self._pair(grant)

    def revoke(self, token: str) -> bool:
        """Either token kills the pair."""
        with self._lock:
            access = self._by_access.get(token)
            grant = access.grant if access else self._by_refresh.get(token)
            if grant is None:
                return False
            grant.alive = False
            return True

    def disconnect(self, realm: str) -> None:
        """What a person does inside QuickBooks: every grant of the company ends."""
        with self._lock:
            for grant in self._grants:
                if grant.realm == realm:
                    grant.alive = False

    def realm(self, access: str) -> str | None:
        """The company an access token speaks for, if it is still good."""
        with self._lock:
            known = self._by_access.get(access)
            if known is None or not known.grant.alive or known.expires <= self.now():
                return None
            return known.grant.realm

    def expire(self, access: str) -> None:
        """End one access token early."""
        with self._lock:
            self._by_access.pop(access, None)

    def expire_all(self) -> None:
        """End every access token; refresh tokens stay good."""
        with self._lock:
            self._by_access.clear()

    def _pair(self, grant: Grant) -> TokenPair:
        access = f"eyJ{secrets.token_urlsafe(60)}"
        self._by_access[access] = _Access(grant, self.now() + ACCESS_LIFE)
        left = grant.given + HARD_LIFE - self.now()
        idle = min(REFRESH_LIFE, left)
        return TokenPair(
            access, grant.refresh, int(idle.total_seconds()), int(left.total_seconds())
        )


def _refresh_value() -> str:
    return f"RT1-{secrets.token_urlsafe(36)}"
