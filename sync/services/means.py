"""What every service is given: ledger, ways out, clock and chance, so that all can be replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sync.connectors.http import Pace, TokenSource
from sync.connectors.lightspeed.client import Lightspeed
from sync.connectors.lightspeed.oauth import LightspeedOAuth
from sync.connectors.quickbooks.client import QuickBooks
from sync.connectors.quickbooks.oauth import QuickBooksOAuth
from sync.domain.identity import Scope
from sync.engine.port import Engine
from sync.ledger.ledger import Ledgers
from sync.ledger.vault import Vault
from sync.services.models import Role


class Outside(Protocol):
    """Clients of the outside services, built where everything is wired."""

    lightspeed_oauth: LightspeedOAuth
    quickbooks_oauth: QuickBooksOAuth

    def lightspeed(self, account_id: str, tokens: TokenSource, pace: Pace) -> Lightspeed:
        """A client for one Lightspeed account."""

    def quickbooks(self, realm_id: str, tokens: TokenSource, pace: Pace) -> QuickBooks:
        """A client for one company."""

    def lightspeed_identity(self, access_token: str) -> tuple[str, str]:
        """Account id and name that a fresh token is for."""

    def pace(self, provider: str, account: str, *, urgent: bool) -> Pace:
        """The shared rate limit of one account; people's commands are urgent."""


class Rights(Protocol):
    """What is known of people when their work begins, perhaps long after they asked for it."""

    def refusal(self, scope: Scope, user: str, role: Role) -> str:
        """Why this person's work is not begun, "" when it may; Retryable when nobody knows now."""


class AsAsked:
    """For processes without a Slack: what was allowed when it was asked for stays so."""

    def refusal(self, scope: Scope, user: str, role: Role) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Means:
    """Passed to every service; a simulation replaces any part of it."""

    ledgers: Ledgers
    vault: Vault
    engine: Engine
    outside: Outside
    clock: Callable[[], datetime]  # aware, UTC
    new_id: Callable[[], str]  # at most 36 characters, never the same twice
    secret: Callable[[], str]  # unguessable, fit for a URL
    sleep: Callable[[float], None]
    public_url: str
    node: str = ""
    stopping: Callable[[], bool] = lambda: False  # this process was asked to leave
    rights: Rights = field(default_factory=AsAsked)
