"""The clients of the outside services, built from the settings; each calls its own hosts only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from pydantic import SecretStr

from sync.connectors.http import Http, NoPace, Pace, TokenSource
from sync.connectors.lightspeed.client import Lightspeed
from sync.connectors.lightspeed.oauth import LightspeedOAuth
from sync.connectors.quickbooks.client import QuickBooks
from sync.connectors.quickbooks.oauth import QuickBooksOAuth
from sync.errors import Disconnected

if TYPE_CHECKING:
    from bot.settings import Settings

# The code exchange happens while a person's browser waits for the page.
_SIGN_IN_READ = 20.0
_SIGN_IN_DEADLINE = 30.0


class PaceFactory(Protocol):
    """Makes the shared rate limit of one account; people's commands are urgent."""

    def __call__(self, provider: str, account: str, *, urgent: bool) -> Pace: ...


class RealOutside:
    """What services call `outside`; one connection pool for each of the four sets of hosts."""

    def __init__(self, settings: Settings, pace_factory: PaceFactory) -> None:
        self.pace: Callable[..., Pace] = pace_factory
        self._settings = settings
        self._lightspeed = Http("Lightspeed", [settings.lightspeed_api_url])
        self._quickbooks = Http("QuickBooks", [settings.quickbooks_api_url])
        self.lightspeed_oauth = LightspeedOAuth(
            _sign_in("Lightspeed", settings.lightspeed_auth_url),
            settings.lightspeed_client_id,
            settings.lightspeed_client_secret,
            settings.lightspeed_auth_url,
        )
        self.quickbooks_oauth = QuickBooksOAuth(
            _sign_in("QuickBooks", settings.quickbooks_token_url, settings.quickbooks_revoke_url),
            settings.quickbooks_client_id,
            settings.quickbooks_client_secret,
            authorize_url=settings.quickbooks_authorize_url,
            token_url=settings.quickbooks_token_url,
            revoke_url=settings.quickbooks_revoke_url,
            redirect_uri=settings.quickbooks_redirect_uri,
        )

    def lightspeed(self, account_id: str, tokens: TokenSource, pace: Pace) -> Lightspeed:
        base = self._settings.lightspeed_api_url
        return Lightspeed(self._lightspeed, base, account_id, tokens, pace)

    def quickbooks(self, realm_id: str, tokens: TokenSource, pace: Pace) -> QuickBooks:
        base = self._settings.quickbooks_api_url
        return QuickBooks(self._quickbooks, base, SecretStr(realm_id), tokens, pace)

    def lightspeed_identity(self, access_token: str) -> tuple[str, str]:
        """Account id and name; one call that no bucket of ours knows the account of yet."""
        base = self._settings.lightspeed_api_url
        return Lightspeed.account(self._lightspeed, base, _Fresh(access_token), NoPace())


class _Fresh:
    """A token minutes old, without a way to renew it: refused means not ours."""

    def __init__(self, access_token: str) -> None:
        self._access_token = access_token

    def access(self) -> str:
        return self._access_token

    def renew(self, stale: str) -> str:
        raise Disconnected("Lightspeed does not accept the token it has just given")


def _sign_in(service: str, *addresses: str) -> Http:
    return Http(service, addresses, read=_SIGN_IN_READ, deadline=_SIGN_IN_DEADLINE)
