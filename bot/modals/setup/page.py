"""What a step of the wizard is: what it shows, what it saves, and what it is in one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation import Message, Request
from bot.modals.fields.inputs import Place, Typed
from bot.views.blocks import Block
from sync.services.checklist import Step, StepName
from sync.services.setting_up import SetUpView

if TYPE_CHECKING:
    from sync.services.facade import Services


@dataclass(frozen=True, slots=True)
class Scene:
    """What a page is drawn from; `view` is None while nothing is connected."""

    request: Request
    steps: tuple[Step, ...]
    view: SetUpView | None
    typed: Typed
    place: Place
    link: str = ""  # the one-time address of a connect page

    @property
    def set_up(self) -> SetUpView:
        """For pages that are blocked until there is one."""
        if self.view is None:
            raise LookupError("there is no connection yet")
        return self.view


def nothing(request: Request, services: Services, view: SetUpView, typed: Typed) -> Message | None:
    """Some pages only show."""
    return None


def no_piece(view: SetUpView) -> object:
    return ""


def same_name(name: str) -> str:
    return name


Save = Callable[[Request, "Services", SetUpView, Typed], "Message | str | None"]


@dataclass(frozen=True, slots=True)
class Page:
    """One step. `save` may answer with words for the next page, or end it all with a Message."""

    name: StepName
    title: str
    intro: str
    line: str  # the same as typed lines
    draw: Callable[[Scene], list[Block]]
    save: Save = nothing
    piece: Callable[[SetUpView], object] = no_piece  # what two people must not both change
    field_of: Callable[[str], str] = same_name  # where an error of the services is shown
    submit: str = "Next"
    can_skip: bool = True
    settles: bool = True
