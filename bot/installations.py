"""Where the bot is installed, and with which token: one workspace, or many by OAuth."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from pydantic import SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from sync.errors import Disconnected, NotAllowed, NotFound, Retryable
from sync.services.installations import Installations as Kept
from sync.services.installations import InstallationView, SlackTokens

log = logging.getLogger(__name__)

FOREIGN: Final = "CCC belongs to another company in this channel, so it cannot act for you."
ENDED: Final = (
    "CCC was removed from this Slack workspace, so nothing runs here any more. A Slack admin can "
    "install it again; its settings are kept."
)
_TIMEOUT = 10
_LOOKED_FOR = 2.0  # seconds until another process's word that it is over is heard
_LOST = (SlackClientError, OSError)
# What Slack says of a token that will never work again; the rest may be better in a minute.
DEAD: Final = frozenset(
    {"token_revoked", "invalid_auth", "account_inactive", "not_authed", "token_expired"}
)


class NotInstalled(NotAllowed):
    """There is no token for this workspace, and nothing is to be asked of Slack for it."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A workspace this bot serves; its token is asked for when it is needed."""

    team: str
    name: str
    bot_user: str
    bot: str


class Installations(Protocol):
    """Answers for any workspace; both ways of installing look the same from here on."""

    def of(self, team: str, enterprise: str = "") -> Installed:
        """NotInstalled with the reason when requests of this workspace are not served."""

    def token(self, team: str) -> str:
        """A token that works now, renewed before when that is needed."""

    def ended(self, team: str, *, uninstalled: bool, why: str) -> bool:
        """Slack says it is over; False when that was known."""


class Clients:
    """A Slack client for each workspace, with the token of this moment."""

    def __init__(self, installations: Installations, api_url: str, timeout: int) -> None:
        self._installations = installations
        self._api_url = api_url
        self._timeout = timeout

    def __call__(self, team: str) -> WebClient:
        """NotInstalled where none may be called; a retry would outlive the wait of whoever asks."""
        return WebClient(
            token=self._installations.token(team),
            base_url=self._api_url,
            timeout=self._timeout,
            retry_handlers=[],
            team_id=team,  # an organisation's token needs to be told for which workspace
        )


class OneWorkspace:
    """The installation behind SLACK_BOT_TOKEN; asked for once, remembered."""

    def __init__(self, client: WebClient, kept: Kept) -> None:
        self._client = client
        self._kept = kept
        self._lock = threading.Lock()
        self._installed: Installed | None = None
        self._looked = -_LOOKED_FOR
        self._is_over = False

    def of(self, team: str, enterprise: str = "") -> Installed:
        installed = self._asked()
        if team and team != installed.team:
            raise NotInstalled(FOREIGN)
        if time.monotonic() - self._looked >= _LOOKED_FOR:
            known = self._kept.get(installed.team)
            self._is_over = known is not None and not known.is_active
            self._looked = time.monotonic()
        if self._is_over:
            raise NotInstalled(ENDED)
        return installed

    def token(self, team: str) -> str:
        self.of(team)
        return self._client.token or ""

    def ended(self, team: str, *, uninstalled: bool, why: str) -> bool:
        self._looked = -_LOOKED_FOR
        return self._kept.end(team, uninstalled=uninstalled, why=why)

    def _asked(self) -> Installed:
        with self._lock:
            if self._installed is None:
                answer = self._client.auth_test()
                self._installed = Installed(
                    team=str(answer["team_id"]),
                    name=str(answer.get("team") or ""),
                    bot_user=str(answer.get("user_id") or ""),
                    bot=str(answer.get("bot_id") or ""),
                )
                # A process that starts with a token that works is how one comes back.
                known = self._kept.get(self._installed.team)
                if known is not None:
                    self._kept.revive(known)
            return self._installed


class ManyWorkspaces:
    """Installations made by OAuth, kept sealed in the database."""

    def __init__(
        self,
        kept: Kept,
        oauth: SlackOAuth,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._kept = kept
        self._oauth = oauth
        self._clock = clock
        self._enterprises: dict[str, str] = {}

    def of(self, team: str, enterprise: str = "") -> Installed:
        if team and enterprise:
            self._enterprises[team] = enterprise
        view = self._view(team)
        return Installed(team or view.id, view.name, view.bot_user, view.bot)

    def token(self, team: str) -> str:
        return self._kept.token(self._view(team).id, self._oauth.refresh)

    def ended(self, team: str, *, uninstalled: bool, why: str) -> bool:
        return self._kept.end(team, uninstalled=uninstalled, why=why)

    def _view(self, team: str) -> InstallationView:
        view = self._kept.get(team, self._enterprises.get(team, ""))
        if view is None:
            raise NotInstalled(FOREIGN)
        if not view.is_active:
            raise NotInstalled(ENDED)
        return view


class SlackOAuth:
    """oauth.v2.access: a code for tokens, and a refresh token for new ones."""

    def __init__(
        self,
        api_url: str,
        client_id: str,
        client_secret: SecretStr,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = WebClient(base_url=api_url, timeout=_TIMEOUT, retry_handlers=[])
        self.client_id = client_id
        self._secret = client_secret
        self._clock = clock

    def exchange(self, code: str, redirect_uri: str) -> Mapping[str, Any]:
        """What the installation is; a code is good once, so a lost answer needs a new start."""
        return self._access(code=code, redirect_uri=redirect_uri)

    def refresh(self, refresh: SecretStr) -> SlackTokens:
        """New tokens; the old refresh token is spent by this."""
        body = self._access(grant_type="refresh_token", refresh_token=refresh.get_secret_value())
        return self.tokens(body)

    def tokens(self, body: Mapping[str, Any]) -> SlackTokens:
        """The tokens in an answer; without rotation they have no end."""
        lives = body.get("expires_in")
        ends = self._clock() + timedelta(seconds=int(lives)) if lives else None
        return SlackTokens(
            SecretStr(str(body["access_token"])),
            SecretStr(str(body.get("refresh_token") or "")),
            ends,
        )

    def _access(self, **more: str) -> Mapping[str, Any]:
        try:
            answer = self._client.oauth_v2_access(
                client_id=self.client_id, client_secret=self._secret.get_secret_value(), **more
            )
        except SlackApiError as error:
            word = str(error.response.get("error") or "")[:60]
            if word in ("ratelimited", "internal_error", "fatal_error", "service_unavailable"):
                raise Retryable("Slack is busy; try again in a minute.") from None
            raise Disconnected(f"Slack refused ({word or 'without a reason'})") from None
        except _LOST:
            raise Retryable("Slack did not answer; try again in a minute.") from None
        body = answer.data
        if not isinstance(body, dict) or not body.get("access_token"):
            raise NotFound("Slack answered without a token; install it again.")
        return body
