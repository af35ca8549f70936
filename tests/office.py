"""A house with a Slack in front of it: people type and press, the real bot answers over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import pytest
from slack_sdk import WebClient

import tests.house
from bot.app import build_app, build_edge
from bot.sandbox import seed
from bot.sandbox.model import Message, View
from bot.sandbox.outcome import Outcome
from bot.sandbox.person import Person
from bot.sandbox.server import SlackSandbox
from sync.ledger.database import Database
from sync.sandbox.retailer.retailer import Retailer
from sync.sandbox.serving import serve
from sync.services.models import Actor, Role
from tests.house import House, a_house, at

SECRET = "a-signing-secret"
FORM_KEY = b"a key for forms, long enough"
TEAM = seed.TEAM
NOW = at("2026-03-10 22:00")
OLIVIA = Actor(TEAM, seed.OWNER, Role.ADMIN)


@dataclass
class Office:
    """The workspace at work; people are named by their handle."""

    house: House
    slack: SlackSandbox

    def person(self, name: str) -> Person:
        clock = self.house.clock
        return Person(self.slack, name, wall_clock=lambda: clock.now.timestamp())

    def say(self, line: str, who: str = "olivia", channel: str = "#ccc-log") -> Outcome:
        return self.person(who).command(line, channel)

    def told(self, line: str, who: str = "olivia", channel: str = "#ccc-log") -> str:
        """What only that person read after typing it."""
        return said(self.say(line, who, channel))

    def give(self, who: str, role: Role) -> None:
        user = self.slack.workspace.person_named(who).id
        actor = Actor(TEAM, seed.OWNER, Role.ADMIN)
        self.house.services.people.set_role(actor, user, role)


def said(outcome: Outcome) -> str:
    """The fallback text and every word in the blocks of the answers."""
    assert outcome.status == 200, outcome.reply
    assert outcome.notice is None, outcome.notice
    return "\n".join(words(message) for message in outcome.ephemerals)


def form_of(person: Person) -> View:
    """The form on this person's screen."""
    assert person.view is not None, "no form is open"
    return person.view


def words(message: Message) -> str:
    """Everything a person can read in a message."""
    return "\n".join([message.text, *_texts(message.blocks)])


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


@contextmanager
def an_office(house: House) -> Iterator[Office]:
    """Slack, the bot and the house, over real HTTP."""
    clock = house.clock
    slack = SlackSandbox(
        signing_secret=SECRET, bot_token="xoxb-1", clock=clock, rate_limits=False
    ).start()
    app = build_app(
        house.services,
        signing_secret=SECRET,
        client=WebClient(token="xoxb-1", base_url=slack.api_url),
        form_key=FORM_KEY,
        clock=clock,
        raise_error_for_unhandled_request=True,
    )
    server = serve(build_edge(app, signing_secret=SECRET, clock=clock))
    slack.bot_url = server.url
    house.services.workspaces.ensure(TEAM, "Corner Cycles")
    try:
        yield Office(house, slack)
    finally:
        server.close()
        slack.close()


@pytest.fixture
def bare(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Nothing connected, nobody an admin yet."""
    monkeypatch.setattr(tests.house, "WORKSPACE", TEAM)
    monkeypatch.setattr(tests.house, "OWNER", OLIVIA)
    retailer = Retailer(seed=7, start=date(2026, 3, 9), now=NOW, per_day=(3, 4))
    with a_house(sqlite_database, retailer, now=NOW) as house:
        house.retailer = retailer
        with house.means.ledgers.write() as ledger:
            ledger.people.ensure_workspace(TEAM, "Corner Cycles", NOW)
            ledger.people.set_role(TEAM, "U1", "none")
        with an_office(house) as office:
            yield office


@pytest.fixture
def office(bare: Office) -> Office:
    """Connected, Olivia is the admin, Oscar the operator, the log channel is set."""
    bare.say("")
    bare.house.connect()
    bare.give("oscar", Role.OPERATOR)
    bare.say("channel here")
    return bare
