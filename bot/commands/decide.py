"""`/ccc decide`: what becomes of one sale, over settings and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands import parse
from bot.commands.resync import sale_number
from bot.conversation import Command, Message, Reply, Request
from bot.views.blocks import rich
from bot.views.decisions import decided_line, undecided
from bot.views.status import started_card
from bot.views.wording import day
from sync.errors import Invalid
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services

_HOW = "Write: decide 12345 skip, decide 12345 date 2026-11-01, or decide 12345 number LS-100-1."


def handle(request: Request, services: Services) -> Reply:
    if not request.words:
        raise Invalid(f"Which sale? {_HOW}")
    number, word = sale_number(request.words[0]), request.word(1)
    if len(request.words) == 1:
        return _shown(request, services, number)
    rest = " ".join(request.words[2:])
    sale = services.decisions.find(request.scope, number)
    actor, scope = request.actor, request.scope
    if word == "skip":
        services.decisions.skip(actor, scope, [sale], request.user_name, rest)
        return _sent(request, services, number, f"Sale {number} will be left out.")
    if word == "date":
        chosen = parse.day(rest)
        services.decisions.move(actor, scope, [sale], chosen)
        return _sent(request, services, number, f"Sale {number} will be dated {day(chosen)}.")
    if word == "number":
        wanted = services.decisions.renumber(actor, scope, sale, rest)
        return _sent(request, services, number, f"Sale {number} will have the number {wanted}.")
    if word in ("forget", "nothing"):
        services.decisions.forget(actor, scope, sale)
        text = f"What was decided about sale {number} is forgotten."
        return _sent(request, services, number, text)
    raise Invalid(f"“{word[:40]}” is not something to decide. {_HOW}")


def _shown(request: Request, services: Services, number: str) -> Message:
    found = services.decisions.of(request.scope, number)
    if not found:
        return Message(undecided(number))
    zone = request.books.zone
    text = f"Decided about sale {number}."
    return Message(text, (rich([text], *(decided_line(each, zone) for each in found)),))


def _sent(request: Request, services: Services, number: str, text: str) -> Message:
    """The sale is judged again, so that the log says what the decision made of it."""
    started = services.runs.resync(request.actor, request.scope, number=number)
    card = started_card(started.run, existing=started.existing, channel=request.books.channel)
    more = f" It is sent again with /ccc resync {number}." if started.existing else ""
    return Message(f"{text} {card.text}{more}", (rich([f"{text}{more}"]), *card.blocks))


def only_looks(words: tuple[str, ...]) -> bool:
    """A number alone asks what was decided."""
    return len(words) < 2


COMMAND = Command(
    "decide",
    help="What becomes of one sale: skip it, another date, a number of its own",
    handle=handle,
    usage=(
        "decide NUMBER",
        'decide NUMBER skip ["Why"]',
        "decide NUMBER date DATE",
        "decide NUMBER number NEW",
        "decide NUMBER forget",
    ),
    examples=('decide 12345 skip "entered by hand"', "decide 12345 date 2026-11-01"),
    group="Run",
    role=Role.ADMIN,
    reads=only_looks,
)
