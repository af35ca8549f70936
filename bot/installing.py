"""Installing by OAuth: to Slack's page and back, the first admin, and the first words to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from bot.installations import SlackOAuth
from bot.manifest import SCOPES
from bot.reports.messages import post
from bot.reports.place import is_person
from bot.views.welcome import welcome_card
from sync.errors import NotFound
from sync.services.installations import Installed, NewInstallation

if TYPE_CHECKING:
    from sync.services.facade import Services


class Installer:
    """What the install pages do; the state is spent before anything is asked of Slack."""

    def __init__(
        self, services: Services, oauth: SlackOAuth, api_url: str, redirect_uri: str
    ) -> None:
        self._services = services
        self._oauth = oauth
        self._page = authorize_page(api_url)
        self._redirect_uri = redirect_uri

    def authorize_url(self, browser: str) -> str:
        """Slack's page with our scopes; no user token is asked for."""
        query = {
            "client_id": self._oauth.client_id,
            "scope": ",".join(SCOPES),
            "user_scope": "",
            "redirect_uri": self._redirect_uri,
            "state": self._services.installations.begin(browser),
        }
        return f"{self._page}?{urlencode(query)}"

    def refused(self, *, state: str, browser: str) -> None:
        """That walk is over, and so is its state."""
        self._services.installations.spend(state, browser)

    def complete(self, *, state: str, code: str, browser: str) -> Installed:
        """Keep the installation; its installer becomes the first admin and is greeted once."""
        self._services.installations.spend(state, browser)
        body = self._oauth.exchange(code, self._redirect_uri)
        done = self._services.installations.save(_installation(self._oauth, body))
        if not done.is_organisation and is_person(done.installed_by):
            claimed = self._services.people.claim_first_admin(done.id, done.installed_by)
            self._greet(done, claimed=claimed)
        return done

    def _greet(self, done: Installed, *, claimed: bool) -> None:
        card = welcome_card(again=done.again, is_admin=claimed)
        key = f"installed:{done.number}"
        self._services.reports.post(post(done.id, key, done.installed_by, card))


def authorize_page(api_url: str) -> str:
    """Slack's consent page, on the host whose API we speak to."""
    there = urlsplit(api_url)
    return f"{there.scheme}://{there.netloc}/oauth/v2/authorize"


def _installation(oauth: SlackOAuth, body: Mapping[str, Any]) -> NewInstallation:
    team, enterprise = body.get("team") or {}, body.get("enterprise") or {}
    is_organisation = bool(body.get("is_enterprise_install"))
    new = NewInstallation(
        team="" if is_organisation else str(team.get("id") or ""),
        enterprise=str(enterprise.get("id") or ""),
        name=str((enterprise if is_organisation else team).get("name") or ""),
        app_id=str(body.get("app_id") or ""),
        bot=str(body.get("bot_id") or ""),
        bot_user=str(body.get("bot_user_id") or ""),
        scopes=str(body.get("scope") or ""),
        installed_by=str((body.get("authed_user") or {}).get("id") or ""),
        tokens=oauth.tokens(body),
    )
    if not new.id:
        raise NotFound("Slack did not say which workspace it is; install it again.")
    return new
