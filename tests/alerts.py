"""What the log channel shows: the renderer and the sender at work for an office."""

from __future__ import annotations

from datetime import timedelta

from slack_sdk import WebClient

from bot.modals.sealed import Seal
from bot.reports.dispatcher import Dispatcher
from bot.reports.sender import Sender
from bot.sandbox.model import Message
from tests.office import FORM_KEY, Office, words

_MOST_STEPS = 400


def tell(office: Office) -> None:
    """Render and send everything that waits; the clock moves as far as pacing asks for."""
    clock, services = office.house.clock, office.house.services
    client = WebClient(token="xoxb-1", base_url=office.slack.api_url)
    dispatcher = Dispatcher(services, clock, seal=Seal(FORM_KEY))
    sender = Sender(services, lambda _: client, clock)
    idle = 0
    for _ in range(_MOST_STEPS):
        done = dispatcher.step() + sender.step(clock.now)
        idle = 0 if done else idle + 1
        if idle > 5:
            return
        clock.now += timedelta(seconds=0 if done else 1)
    raise AssertionError("there is always more to tell")


def worked(office: Office) -> None:
    """The worker has done what was asked, and the channel says so."""
    office.house.work()
    tell(office)


def alert(office: Office, button: str) -> Message:
    """The newest message in the log channel that offers this button."""
    found = [each for each in in_channel(office) if button in buttons(each) and not each.deleted]
    assert found, f"nothing offers {button}"
    return found[-1]


def buttons(message: Message) -> list[str]:
    """What can be pressed on it."""
    return [
        str(element["text"]["text"])
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def said_in_channel(office: Office) -> str:
    """Every word of the channel and its threads, as it stands now."""
    return "\n".join(map(words, in_channel(office)))


def in_channel(office: Office) -> list[Message]:
    """The messages of the log channel, each with its thread."""
    slack = office.slack
    return [each for root in slack.messages("#ccc-log") for each in (root, *slack.replies(root))]
