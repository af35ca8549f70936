"""The same conversation through a connection that the bot opens, with nothing listening."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from slack_sdk import WebClient

from bot.app import build_app
from bot.sandbox import seed
from bot.sockets import Sockets
from sync.services.models import Role
from tests.office import FORM_KEY, SECRET, TEAM, Office, bare, form_of, office, words

__all__ = ["bare", "office"]

APP_TOKEN = "xapp-1-A0CCC-1-secret"


@pytest.fixture
def wired(office: Office) -> Iterator[Office]:
    """The office, reached by socket only."""
    app = build_app(
        office.house.services,
        signing_secret=SECRET,
        client=WebClient(token="xoxb-1", base_url=office.slack.api_url),
        form_key=FORM_KEY,
        clock=office.house.clock,
    )
    office.slack.bot_url = None
    office.slack.sockets.app_token = APP_TOKEN
    sockets = Sockets(app, SecretStr(APP_TOKEN), office.slack.api_url, ping_seconds=0.5)
    sockets.start()
    assert office.slack.sockets.wait_until_connected()
    try:
        yield office
    finally:
        sockets.stop()


def test_a_command_is_answered_through_the_socket(wired: Office) -> None:
    assert "Lightspeed" in wired.told("status")


def test_a_form_is_opened_and_sent_through_the_socket(wired: Office) -> None:
    wired.say("backfill")

    olivia = wired.person("olivia")
    outcome = olivia.submit(form_of(olivia))

    assert outcome.notice is None


def test_rights_are_checked_as_over_http(wired: Office) -> None:
    assert "Only CCC operators may do this." in wired.told("sync", who="beatrix")
    assert "guests cannot use it" in wired.told("status", who="gustav")
    assert wired.house.services.runs.active(wired.house.scope) == ()


def test_an_event_comes_through_the_socket_and_acts_once(wired: Office) -> None:
    event = {"type": "user_change", "user": {"id": seed.OPERATOR, "deleted": True}}

    outcome = wired.person("olivia").event(event, event_id="Ev7")
    wired.person("olivia").redeliver(outcome)

    people = wired.house.services.people
    assert people.role_of(TEAM, seed.OPERATOR) is Role.NONE
    assert len(people.audit(wired.house.scope, word="role.taken")) == 1


def test_after_slack_closes_the_connection_the_bot_comes_again(wired: Office) -> None:
    wired.slack.sockets.close()
    assert wired.slack.sockets.wait_until_gone()
    assert wired.slack.sockets.wait_until_connected(timeout=30)

    assert "Lightspeed" in wired.told("status")


def test_a_token_of_another_kind_opens_no_socket(office: Office) -> None:
    office.slack.sockets.app_token = APP_TOKEN
    client = WebClient(base_url=office.slack.api_url)

    with pytest.raises(Exception, match="not_allowed_token_type"):
        client.apps_connections_open(app_token="xoxb-1")


def test_an_answer_is_for_its_reader_alone(wired: Office) -> None:
    outcome = wired.say("help sync")

    (answer,) = outcome.ephemerals
    assert answer.visible_to == seed.OWNER
    assert "/ccc sync" in words(answer)
