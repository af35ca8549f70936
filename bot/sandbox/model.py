"""The things a Slack workspace is made of, free of transport and of looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class User:
    """A person or the bot; `team_id` tells colleagues from people of another company."""

    id: str
    name: str
    real_name: str
    team_id: str
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    tz: str = "America/New_York"
    tz_label: str = "Eastern Standard Time"
    tz_offset: int = -18_000
    locale: str = "en-US"


@dataclass(slots=True)
class Channel:
    """A public or private channel, or a direct message when `is_im`."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_im: bool = False
    topic: str = ""


@dataclass(slots=True)
class UserGroup:
    """A named set of people; a disabled one has nobody in it."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said at one time."""

    text: str
    blocks: list[Json]
    at: str


@dataclass(slots=True)
class File:
    """An upload; it is `shared` in a message only when completed with a channel."""

    id: str
    name: str
    length: int
    title: str = ""
    alt_text: str = ""
    content: bytes | None = None
    complete: bool = False


@dataclass(slots=True)
class Message:
    """A message with all it ever said; `visible_to` marks the ephemeral ones."""

    channel: str
    ts: str
    user: str
    versions: list[Version]
    thread_ts: str | None = None
    visible_to: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    files: list[File] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    deleted: bool = False
    state: dict[str, dict[str, Json]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What notifications, search and screen readers use."""
        return self.versions[-1].text

    @property
    def blocks(self) -> list[Json]:
        """What people see now."""
        return self.versions[-1].blocks

    @property
    def edited(self) -> bool:
        """Whether it no longer says what it first said."""
        return len(self.versions) > 1


@dataclass(slots=True)
class View:
    """A modal on a person's screen or their Home tab; the id stays, the hash changes."""

    id: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    state: dict[str, dict[str, Json]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    is_open: bool = True

    @property
    def title(self) -> str:
        """The words on top of the modal."""
        return str(self.body.get("title", {}).get("text", ""))

    @property
    def blocks(self) -> list[Json]:
        """What is drawn in it."""
        blocks: list[Json] = self.body["blocks"]
        return blocks

    @property
    def private_metadata(self) -> str:
        """What the bot tied to it."""
        return str(self.body.get("private_metadata", ""))


class ApiError(Exception):
    """A refusal, in Slack's own word, with whatever else the answer carries."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra


def refuse(error: str, messages: list[str]) -> None:
    """Raise Slack's error when the checks found anything."""
    if messages:
        raise ApiError(error, response_metadata={"messages": messages})
