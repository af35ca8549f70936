"""Two people with one alert: the second learns that it was fixed, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Message, Request
from bot.views.blocks import Piece, mention, rich
from bot.views.wording import ENTRY_WORDS, run_name

if TYPE_CHECKING:
    from sync.services.facade import Services

_NOTHING = "No sale waits for this any more: it was fixed meanwhile."


def fixed_meanwhile(request: Request, services: Services, number: str) -> Message:
    """What became of one of the sales, and whose run did it; nothing more is done."""
    story = services.log.story(request.scope, number) if number else None
    if story is None:
        return Message(_NOTHING)
    run = services.runs.by_number(request.scope, story.entry.run_number)
    said: list[Piece] = [
        f"{_NOTHING} Sale {number} is now: {ENTRY_WORDS[story.entry.state]}",
    ]
    if run is not None:
        said.append(f", by {run_name(run)}")
        if run.requested_by[:1] in ("U", "W"):
            said += [" of ", mention(run.requested_by)]
    return Message(_NOTHING, (rich([*said, "."]),))
