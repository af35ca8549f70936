"""What handlers speak: a Request comes in, a Reply goes out; only `app.py` knows Slack's wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from bot.views.blocks import Block, Card
from bot.views.wording import zone_of
from sync.domain.identity import Scope
from sync.services.models import Actor, ConnectionView, Role

if TYPE_CHECKING:
    from sync.services.facade import Services

State = dict[str, Any]  # what a form remembers between its steps: ids only
Values = Mapping[str, Mapping[str, Mapping[str, Any]]]


class Readers(Enum):
    """Who is in a channel besides full members of the workspace."""

    MEMBERS = "nobody else"
    OUTSIDERS = "guests, or people of other companies"
    UNKNOWN = "too many to look at, or Slack did not say"


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What matters about a channel before sums are posted in it."""

    name: str
    is_member: bool
    is_archived: bool = False
    is_shared: bool = False  # with another company
    readers: Readers = Readers.MEMBERS


class Directory(Protocol):
    """The few questions handlers may ask Slack itself."""

    def channel(self, channel: str) -> ChannelFacts | None:
        """None when Slack does not show it to us."""

    def refuses(self, user: str) -> bool:
        """Whether this is somebody who may not use CCC whatever their role."""


class NoDirectory:
    """For handlers that never ask."""

    def refuses(self, user: str) -> bool:
        return False

    def channel(self, channel: str) -> ChannelFacts | None:
        return None


@dataclass(frozen=True, slots=True)
class OpenView:
    """The form a press or submission comes from; `state` was sealed by us for this person."""

    id: str
    state: State
    values: Values
    hash: str = ""
    previous: str = ""  # the view under a pushed one


@dataclass(frozen=True, slots=True)
class Request:
    """One thing a person asked for; who they are comes from the signed envelope only."""

    actor: Actor
    now: datetime
    channel: str = ""
    words: tuple[str, ...] = ()
    text: str = ""  # the words after the verb as typed, entities decoded
    line: str = ""  # the whole command, to be offered again
    value: str = ""  # of a button
    action_id: str = ""
    typed: str = ""  # into a pick-list
    values: Values = field(default_factory=dict)  # chosen in the message of a pressed button
    connection: ConnectionView | None = None
    view: OpenView | None = None
    at_home: bool = False  # pressed in the Home tab, where no message can be answered
    user_name: str = ""
    trigger_id: str = ""
    response_url: str = ""
    slack: Directory = field(default_factory=NoDirectory)
    needs: Role = Role.VIEWER  # in whichever connection it turns out to be about

    @property
    def role(self) -> Role:
        """What the person may do here."""
        return self.actor.role_in(self.connection.id if self.connection else "")

    @property
    def books(self) -> ConnectionView:
        """The connection this is about; commands that need one never see its absence."""
        if self.connection is None:
            raise NoConnection
        return self.connection

    @property
    def scope(self) -> Scope:
        """Whom questions are asked for."""
        return Scope(self.actor.workspace, self.connection.id if self.connection else "")

    @property
    def today(self) -> date:
        """The shop's day, not the server's."""
        zone = self.connection.zone if self.connection else "UTC"
        return self.now.astimezone(zone_of(zone)).date()

    def about(self, connection: ConnectionView) -> Request:
        """The same request, about this connection as it is now, if they may do it there."""
        self.actor.require_in(Scope(self.actor.workspace, connection.id), self.needs)
        return replace(self, connection=connection)

    def needing(self, role: Role) -> Request:
        """Raise NotAllowed at once where nothing can allow it, and else once it is known where."""
        if self.connection:
            self.actor.require_in(self.scope, role)
        else:
            self.actor.require_somewhere(role)
        return replace(self, needs=role)

    def word(self, index: int) -> str:
        """A word in lower case, "" when there are fewer."""
        return self.words[index].casefold() if index < len(self.words) else ""


class NoConnection(Exception):
    """There is nothing to speak about yet, or several things."""


class FieldErrors(Exception):
    """A form is wrong in these fields, by block id; shown in red where they are."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("the form has errors")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Message:
    """Words for the person who asked; `everyone` for the channel, `replaces` what was clicked."""

    text: str
    blocks: tuple[Block, ...] = ()
    everyone: bool = False
    replaces: bool = False

    @classmethod
    def of(cls, card: Card) -> Message:
        """A card from a view."""
        return cls(card.text, tuple(card.blocks))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A pressed message now says what became of it, without its buttons."""

    text: str
    by: str  # Slack user id
    also: Message | None = None  # what only the person who pressed needs to know


@dataclass(frozen=True, slots=True)
class Modal:
    """A form as Slack draws it, and what it must remember."""

    view: Block
    state: State


@dataclass(frozen=True, slots=True)
class OpenModal:
    modal: Modal


@dataclass(frozen=True, slots=True)
class PushModal:
    """Another form over this one; `then` is told its id once it is there."""

    modal: Modal
    then: Callable[[str], None] | None = None


@dataclass(frozen=True, slots=True)
class UpdateView:
    """Redraw the form; `then` runs after it was drawn, so that an answer finds it there."""

    modal: Modal
    then: Callable[[], Modal | None] | None = None  # a Modal when that is to be drawn instead


@dataclass(frozen=True, slots=True)
class BackTo:
    """Close a pushed form and redraw the one below."""

    modal: Modal


@dataclass(frozen=True, slots=True)
class PublishHome:
    """The Home tab of the person who asked, as it is now."""

    view: Block


@dataclass(frozen=True, slots=True)
class Nothing:
    """Acknowledged, and that is all."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Rows for a pick-list; when there are none, `why` says so instead of "No results"."""

    options: tuple[Block, ...]
    why: str = ""


Reply = (
    Message
    | Outcome
    | OpenModal
    | PushModal
    | UpdateView
    | BackTo
    | PublishHome
    | Nothing
    | Choices
)
Handler = Callable[[Request, "Services"], Reply]


def never(words: tuple[str, ...]) -> bool:
    """Nothing of this command is only looking."""
    return False


def bare(words: tuple[str, ...]) -> bool:
    """The word alone, or with `list`, only looks."""
    return not words or words[0].casefold() in ("list", "show")


@dataclass(frozen=True, slots=True)
class Command:
    """One `/ccc` word; help, routing and permission all come from here."""

    name: str
    help: str
    handle: Handler
    usage: tuple[str, ...]
    examples: tuple[str, str]  # both must parse: help shows them
    group: str
    role: Role = Role.VIEWER
    reads: Callable[[tuple[str, ...]], bool] = never  # forms that any viewer may use
    synonyms: tuple[str, ...] = ()
    needs_connection: bool = True
    shows_state: bool = False  # schedule, runs and problems are read too

    def role_for(self, words: tuple[str, ...]) -> Role:
        """What these words take."""
        return Role.VIEWER if self.reads(words) else self.role


@dataclass(frozen=True, slots=True)
class Action:
    """A button or menu; an id that ends in a dot serves everything that begins with it."""

    id: str
    handle: Handler
    role: Role = Role.VIEWER
    once: bool = False  # a second press of the same message does nothing


@dataclass(frozen=True, slots=True)
class Form:
    """A modal: who may submit it and who reads it back."""

    callback_id: str
    submit: Handler
    role: Role
    actions: tuple[Action, ...] = ()
    options: tuple[Action, ...] = ()
    closed: Handler | None = None  # hears of it when the view asks to with notify_on_close
