"""Many workspaces: installed through Slack's own page, served with tokens that rotate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from pydantic import SecretStr
from slack_sdk import WebClient

from bot.app import build_app, build_edge
from bot.installations import Clients, ManyWorkspaces, SlackOAuth
from bot.installing import Installer
from bot.metrics import Metrics
from bot.pages.app import build_pages
from bot.reports.sender import Sender
from bot.sandbox import seed
from sync.sandbox.serving import serve
from sync.services.figures import read_figures
from tests.office import FORM_KEY, SECRET, TEAM, Office, bare, words

__all__ = ["bare"]

PUBLIC = "https://ccc.example"
REDIRECT = f"{PUBLIC}/slack/oauth_redirect"


@dataclass
class Street:
    """A bot for many workspaces, none of which has installed it yet."""

    office: Office
    installations: ManyWorkspaces
    installer: Installer
    browser: FlaskClient

    def walk(self) -> str:
        """From our page to Slack's and back; what Slack sent the browser back with."""
        page = self.browser.get("/slack/install").text
        proof = page.split('name="proof" value="')[1].split('"')[0]
        went = self.browser.post("/slack/install", data={"proof": proof})
        asked = requests.get(went.headers["Location"], allow_redirects=False, timeout=10)
        return asked.headers["Location"].removeprefix(PUBLIC)

    def install(self) -> str:
        """The last page of the walk."""
        self.browser.get(self.walk())
        return self.browser.get("/connected").text

    def send(self) -> None:
        office = self.office
        clients = Clients(self.installations, office.slack.api_url, 5)
        sender = Sender(office.house.services, clients, office.house.clock)
        for _ in range(5):
            sender.step(office.house.clock())
            office.house.clock.sleep(2)


@pytest.fixture
def street(bare: Office) -> Iterator[Street]:
    services, clock = bare.house.services, bare.house.clock
    oauth = SlackOAuth(bare.slack.api_url, "1.2", SecretStr("client-secret"), clock)
    installations = ManyWorkspaces(services.installations, oauth)
    installer = Installer(services, oauth, bare.slack.api_url, REDIRECT)
    app = build_app(
        services,
        signing_secret=SECRET,
        client=WebClient(base_url=bare.slack.api_url),
        form_key=FORM_KEY,
        clock=clock,
        installations=installations,
    )
    edge = build_edge(app, signing_secret=SECRET, clock=clock)
    server = serve(edge)
    bare.slack.bot_url = server.url
    pages = build_pages(
        services,
        public_url=PUBLIC,
        secure_cookies=False,
        cookie_key=FORM_KEY,
        ready=list,
        slack_wsgi=edge,
        metrics=Metrics(lambda: read_figures(bare.house.means.ledgers)),
        installing=installer,
    )
    try:
        yield Street(bare, installations, installer, pages.test_client())
    finally:
        server.close()


def test_before_anybody_installed_it_nobody_is_served(street: Street) -> None:
    told = street.office.told("status")

    assert "another company" in told
    assert street.office.slack.calls == []


def test_who_installs_it_is_the_first_admin_and_is_told_what_to_do(street: Street) -> None:
    page = street.install()
    street.send()

    assert "CCC is installed" in page
    assert "Corner Cycles" in page
    assert street.office.house.services.people.admins(TEAM) == (seed.OWNER,)
    (letter,) = street.office.person("olivia").direct_messages
    assert "1. connect Lightspeed, 2. connect QuickBooks" in words(letter)
    assert "Nothing is posted" in words(letter)


def test_after_it_the_workspace_is_served(street: Street) -> None:
    street.install()

    assert "connect" in street.office.told("").casefold()


def test_slack_is_asked_for_bot_scopes_only(street: Street) -> None:
    query = parse_qs(urlsplit(street.installer.authorize_url("browser")).query)

    assert "commands" in query["scope"][0].split(",")
    assert "user_scope" not in query
    assert query["redirect_uri"] == [REDIRECT]


def test_a_return_is_good_once(street: Street) -> None:
    back = street.walk()
    street.browser.get(back)

    street.browser.get(back)

    assert "expired or was used already" in street.browser.get("/connected").text


def test_a_return_in_another_browser_installs_nothing(street: Street) -> None:
    back = street.walk()
    other = street.browser.application.test_client()
    other.get("/slack/install")  # it has a walk of its own

    other.get(back)

    assert "expired or was used already" in other.get("/connected").text
    assert street.office.house.services.installations.all() == ()


def test_a_made_up_return_asks_nothing_of_slack(street: Street) -> None:
    street.browser.get("/slack/install")

    street.browser.get("/slack/oauth_redirect?state=made-up&code=stolen")

    assert street.office.slack.calls_to("oauth.v2.access") == []


def test_the_code_leaves_the_address_line(street: Street) -> None:
    answer = street.browser.get(street.walk())

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/connected"


def test_a_refusal_at_slack_is_told_and_installs_nothing(street: Street) -> None:
    state = parse_qs(urlsplit(street.walk()).query)["state"][0]

    street.browser.get(f"/slack/oauth_redirect?error=access_denied&state={state}")

    assert "You did not allow it" in street.browser.get("/connected").text
    assert street.office.house.services.installations.all() == ()


def test_an_expired_token_is_renewed_before_it_is_used(street: Street) -> None:
    installation = street.office.slack.installation
    installation.rotates = True
    street.install()
    first = installation.token
    street.office.house.clock.now += timedelta(hours=13)

    used = street.installations.token(TEAM)
    again = street.installations.token(TEAM)

    assert first != used == again == installation.token
    assert installation.refreshed == 1


def test_after_the_app_is_removed_the_answer_says_how_it_comes_back(street: Street) -> None:
    street.install()
    street.office.person("olivia").event({"type": "app_uninstalled"})

    assert "CCC was removed from this Slack workspace" in street.office.told("status")


def test_installed_again_it_is_served_again(street: Street) -> None:
    street.install()
    street.office.person("olivia").event({"type": "app_uninstalled"})

    page = street.install()

    assert "CCC is installed again" in page
    assert "/ccc resume" in page
    assert "removed" not in street.office.told("")


def test_a_token_that_slack_takes_back_stops_the_sender(street: Street) -> None:
    street.install()
    street.office.slack.installation.revoked = True
    services = street.office.house.services
    clients = Clients(street.installations, street.office.slack.api_url, 5)

    def shut_out(workspace: str, why: str) -> None:
        street.installations.ended(workspace, uninstalled=False, why=why)

    sender = Sender(services, clients, street.office.house.clock, shut_out=shut_out)
    for _ in range(4):
        sender.step(street.office.house.clock())
        street.office.house.clock.sleep(4000)

    view = services.installations.get(TEAM)
    assert view is not None
    assert view.state == "broken"
    assert len(street.office.slack.calls_to("chat.postMessage")) == 1
