"""`/ccc schedule`, `pause`, `resume`: when a connection syncs by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Command, Message, OpenModal, Reply, Request, bare
from bot.modals.configure import form_for
from bot.views.blocks import actions, plain
from bot.views.lines import line_button
from bot.views.status import schedule_words
from bot.views.wording import moment
from sync.errors import Invalid
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services


def schedule(request: Request, services: Services) -> Reply:
    if not request.words and request.role is Role.ADMIN:
        return OpenModal(form_for(request, services, "schedule", only=True))
    if not request.words or request.word(0) in ("list", "show"):
        found = services.connections.get(request.scope)
        return Message(f"Schedule: {schedule_words(found)}.")
    spec, zone = _split(request)
    saved = services.schedules.set(request.actor, request.scope, spec, zone)
    if saved.next_at is None:
        return Message("This connection no longer syncs by itself. /ccc sync still works.")
    at = moment(saved.next_at, saved.zone)
    paused = " It is paused: /ccc resume." if request.books.paused else ""
    return Message(f"Schedule: {saved.spec} ({saved.zone}). Next sync {at}.{paused}")


def _split(request: Request) -> tuple[str, str]:
    words = request.words
    places = [index for index, word in enumerate(words) if word.casefold() == "zone"]
    if not places:
        return _spec(words), ""
    place = places[-1]
    if place + 2 != len(words) or place == 0:
        raise Invalid("Write the zone last: schedule daily 02:00 zone Australia/Sydney.")
    return _spec(words[:place]), words[place + 1]


def _spec(words: tuple[str, ...]) -> str:
    if words[0].casefold() == "cron":
        return f'cron "{" ".join(words[1:])}"'
    return " ".join(words).casefold()


def pause(request: Request, services: Services) -> Reply:
    if request.words:
        raise Invalid(
            "Pause takes no more words: it stops scheduled syncs until somebody types resume. "
            "Nothing was changed."
        )
    services.connections.pause(request.actor, request.scope)
    text = (
        "Scheduled syncs and automatic retries are paused. Nothing else changes; sales are caught "
        "up on resuming."
    )
    return Message(text, (plain(text), actions(line_button("Resume", "resume", request.books.id))))


def resume(request: Request, services: Services) -> Reply:
    if request.words:
        raise Invalid("Resume takes no more words: it goes on at once. Nothing was changed.")
    saved = services.connections.resume(request.actor, request.scope)
    return Message(f"Scheduled syncs go on: {schedule_words(saved)}.")


SCHEDULE = Command(
    "schedule",
    help="When a connection syncs by itself; alone it opens the form",
    handle=schedule,
    usage=(
        "schedule",
        "schedule list",
        'schedule [off|hourly|every 15m|daily 02:00|cron "…"] [zone Area/City]',
    ),
    examples=("schedule hourly", "schedule daily 02:00 zone Australia/Sydney"),
    group="Run",
    role=Role.ADMIN,
    reads=bare,
)
PAUSE = Command(
    "pause",
    help="Stop scheduled syncs for now",
    handle=pause,
    usage=("pause",),
    examples=("pause", "Pause"),
    group="Run",
    role=Role.ADMIN,
)
RESUME = Command(
    "resume",
    help="Let scheduled syncs go on",
    handle=resume,
    usage=("resume",),
    examples=("resume", "Resume"),
    group="Run",
    role=Role.ADMIN,
    synonyms=("unpause",),
)
