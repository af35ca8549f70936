"""What happened in the workspace, in order: the one source for transcripts and for any screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Typed:
    """A person sent a slash command; `public` when the bot's answer made it visible to all."""

    at: float
    user: str
    channel: str
    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A person pressed a button or chose from a menu."""

    at: float
    user: str
    label: str
    place: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message appeared; `visible_to` is set when only one person sees it."""

    at: float
    user: str
    channel: str
    ts: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    visible_to: str | None = None
    broadcast: bool = False
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edited:
    """A message now says something else."""

    at: float
    channel: str
    ts: str
    text: str
    blocks: list[Json]


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message is gone."""

    at: float
    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class ViewShown:
    """A modal (or Home tab) was opened, pushed, updated or published, with what it held then."""

    at: float
    user: str
    view_id: str
    how: str
    body: Json
    state: dict[str, dict[str, Json]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submitted:
    """A person sent a modal with these values."""

    at: float
    user: str
    view_id: str
    body: Json
    state: dict[str, dict[str, Json]]


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """Slack showed red text under fields, by block id."""

    at: float
    user: str
    view_id: str
    body: Json
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class ViewClosed:
    """A modal left the screen."""

    at: float
    user: str
    view_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Told:
    """Slack itself told a person that something did not work."""

    at: float
    user: str
    text: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A channel, a group or the installation is not what it was."""

    at: float


Event = (
    Typed
    | Pressed
    | Posted
    | Edited
    | Deleted
    | ViewShown
    | Submitted
    | FieldErrors
    | ViewClosed
    | Told
    | Changed
)


@dataclass(frozen=True, slots=True)
class Directory:
    """Ids to names, for whoever turns events into something to read."""

    people: dict[str, str]
    channels: dict[str, str]
    handles: dict[str, str] = field(default_factory=dict)

    def person(self, user_id: str) -> str:
        """The name people know them by."""
        return self.people.get(user_id, user_id)

    def channel(self, channel_id: str) -> str:
        """`#name`, or who the direct message is with."""
        return self.channels.get(channel_id, channel_id)
