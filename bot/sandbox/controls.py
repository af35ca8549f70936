"""What stands beside the conversation: levers to pull, and services that can be made to fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.faults import NAMES, Fault
from bot.sandbox.model import Json

if TYPE_CHECKING:
    from bot.sandbox.server import SlackSandbox

_PLACES = (
    *("chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "views.update"),
    *("views.publish", "conversations.info", "users.info", "response_url", "upload"),
)


@dataclass(frozen=True, slots=True)
class Lever:
    """Something to pull beside the conversation: sell something, pass an hour, break a wire."""

    id: str
    label: str
    pull: Callable[[], str | None]  # what to tell the person, if anything
    group: str = "Sell something"
    hint: str = ""
    is_on: Callable[[], bool] | None = None  # a switch says how it stands

    def summary(self) -> Json:
        """As the page draws it."""
        return {
            "id": self.id,
            "label": self.label,
            "group": self.group,
            "hint": self.hint,
            "on": self.is_on() if self.is_on else None,
        }


@dataclass(frozen=True, slots=True)
class Weather:
    """A service whose calls can fail by name: `plan` takes the fault, how often, and where."""

    service: str
    faults: Sequence[str]
    places: Sequence[str]
    plan: Callable[[str, int, str], None]
    clear: Callable[[], None]

    def summary(self) -> Json:
        """As the page draws it."""
        return {
            "service": self.service,
            "faults": list(self.faults),
            "places": list(self.places),
        }


def slack_weather(sandbox: SlackSandbox) -> Weather:
    """Slack's own API on a bad day; the place is a method."""

    def plan(name: str, times: int, place: str) -> None:
        sandbox.faults.add(Fault(place or "*", name, times))

    return Weather("Slack", NAMES, _PLACES, plan, sandbox.faults.clear)
