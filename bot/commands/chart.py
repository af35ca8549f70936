"""`/ccc chart`: the last days at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Command, Message, Reply, Request
from bot.reports.messages import answer
from bot.views.blocks import Card
from bot.views.chart import chart_card
from sync.errors import Invalid
from sync.services.models import ReplyTo

if TYPE_CHECKING:
    from sync.services.facade import Services

_LONGEST = 90


def handle(request: Request, services: Services) -> Reply:
    figures = services.notices.chart(request.scope, request.today, _days(request))
    return answered(request, services, "The chart", chart_card(figures, request.books))


def answered(request: Request, services: Services, name: str, card: Card) -> Message:
    """By the sender, who knows what to do where Slack refuses a chart."""
    moment = int(request.now.timestamp() * 1_000_000)
    reply = ReplyTo(request.actor.user, request.channel, request.response_url)
    key = f"answer:{request.actor.user}:{moment}"
    services.reports.post(answer(request.actor.workspace, key, reply, card))
    return Message(f"{name} comes here in a moment.")


def _days(request: Request) -> int:
    if not request.words:
        return 30
    word = request.word(0).removesuffix("d")
    if not (word.isascii() and word.isdigit() and 1 <= int(word[:4]) <= _LONGEST):
        raise Invalid(f"Write how many days, 1 to {_LONGEST}: chart 30.")
    return int(word)


COMMAND = Command(
    "chart",
    help="The last days: posted, held and failed sales",
    handle=handle,
    usage=("chart [DAYS]",),
    examples=("chart", "chart 7"),
    group="Look",
    synonyms=("graph",),
)
