"""`/ccc resync`: judge again what was held or failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Command, Message, Reply, Request
from bot.views.status import started_card
from sync.errors import Invalid
from sync.services.models import Role, Started

if TYPE_CHECKING:
    from sync.services.facade import Services


def handle(request: Request, services: Services) -> Reply:
    started = _start(request, services)
    return Message.of(
        started_card(started.run, existing=started.existing, channel=request.books.channel)
    )


def _start(request: Request, services: Services) -> Started:
    word = request.word(0)
    if word in ("failed", "held", "problems"):
        return services.runs.resync(request.actor, request.scope, failed=True)
    if word == "run":
        return services.runs.resync(
            request.actor, request.scope, run_number=run_number(request.word(1))
        )
    if not word:
        raise Invalid("Write a sale number, failed, or run and its number: resync run 42.")
    return services.runs.resync(request.actor, request.scope, number=sale_number(request.words[0]))


def run_number(word: str) -> int:
    """The number of a run as people write it."""
    digits = word.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Invalid("Write the run's number, such as run 42.")
    return int(digits)


def sale_number(word: str) -> str:
    """A sale's number without a leading hash."""
    number = word.removeprefix("#")
    if not number or len(number) > 40:
        raise Invalid("That is not a sale number.")
    return number


COMMAND = Command(
    "resync",
    help="Send again what was held or failed: one sale, all, or a run's",
    handle=handle,
    usage=("resync NUMBER", "resync failed", "resync run N"),
    examples=("resync 12345", "resync failed"),
    group="Run",
    role=Role.OPERATOR,
    synonyms=("retry",),
)
