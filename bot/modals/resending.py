"""After a fix: the sales that waited for it are sent again, and the alert says who did it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation import Message, Request, State
from bot.views.blocks import plain
from bot.views.status import started_card
from sync.errors import NotFound

if TYPE_CHECKING:
    from sync.services.facade import Services


@dataclass(frozen=True, slots=True)
class Problem:
    """A cause in a run, as a form remembers it; `subject` is what is missing, where it says so."""

    run: str
    cause: str
    subject: str = ""

    def state(self) -> State:
        return {"run": self.run, "cause": self.cause[:300], "subject": self.subject[:300]}

    @classmethod
    def of(cls, state: State) -> Problem | None:
        """The problem a form was opened for, if it was."""
        run, cause = state.get("run"), state.get("cause")
        return cls(str(run), str(cause), str(state.get("subject", ""))) if run and cause else None


def resent(
    request: Request,
    services: Services,
    problem: Problem | None,
    text: str,
    sales: Sequence[str] | None = None,
) -> Message:
    """What was saved, and the run that sends the waiting sales again: all of the cause, or some."""
    if problem is None:
        return Message(text)
    if sales is None:
        waiting = services.decisions.waiting(request.scope, problem.cause)
        sales = [each.id for each in waiting]
    return sent_again(request, services, text, sales)


def sent_again(request: Request, services: Services, text: str, sales: Sequence[str]) -> Message:
    """What was saved, and the run that sends exactly these sales again."""
    try:
        started = services.runs.resync(request.actor, request.scope, sales=sales)
    except NotFound:
        return Message(f"{text} Nothing waits for it any more.")
    card = started_card(started.run, existing=started.existing, channel=request.books.channel)
    return Message(f"{text} {card.text}", (plain(text), *card.blocks))
