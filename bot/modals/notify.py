"""What one hears, as a form; admins also choose for the log channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.conversation import Action, FieldErrors, Form, Message, Modal, Reply, Request, UpdateView
from bot.modals.fields.choosing import zones
from bot.modals.fields.inputs import (
    Place,
    Typed,
    field_id,
    pick_field,
    picker_field,
    select_field,
    typed_in,
    word,
)
from bot.views.actions import NOTIFY
from bot.views.blocks import Block, context, modal
from bot.views.notices import LEVEL_WORDS, saved_card
from sync.domain.quiet import Level
from sync.errors import Invalid, NotFound
from sync.services.models import Option, Role
from sync.services.notices import Notice

if TYPE_CHECKING:
    from sync.services.facade import Services

_LEVELS = [Option(level.value, words.capitalize()) for level, words in LEVEL_WORDS.items()]
_ME, _CHANNEL = "me", "channel"


def form_for(request: Request, services: Services, who: str = _ME, fresh: int = 0) -> Modal:
    """As it is chosen now; another `fresh` forgets what was on the screen for somebody else."""
    notice = _notice(request, services, who)
    place = Place(NOTIFY, fresh, tells=False)
    telling = Place(NOTIFY, 0, tells=True)
    blocks: list[Block] = []
    if request.role is Role.ADMIN and request.books.channel:
        choices = [Option(_ME, "Me alone"), Option(_CHANNEL, "The log channel")]
        blocks.append(select_field(telling, "who", "Who", choices, who, {}))
    blocks += [
        select_field(
            place, "level", "Hears", _LEVELS, notice.level.value, {}, kind="radio_buttons"
        ),
        _time(place, "digest", "Digest of the day before, at", notice.digest),
        _time(place, "from", "Quiet from", notice.quiet_from),
        _time(place, "to", "Quiet to", notice.quiet_to),
        pick_field(
            place,
            "zone",
            "Time zone",
            Option(notice.zone, notice.zone),
            {},
            empty="Choose a zone",
        ),
        context(
            "What stops everything, such as a login that expired, comes at any hour.",
            "The same as a line: /ccc notify failures digest 08:00 quiet 22:00-07:00",
        ),
    ]
    view = modal("What you hear", NOTIFY, blocks, submit="Save")
    state = {"connection": request.books.id, "channel": request.channel}
    return Modal(view, state | {"who": who, "fresh": fresh})


def changed(request: Request, services: Services) -> Reply:
    """For somebody else: what they hear now."""
    view = request.view
    if view is None:
        raise NotFound("This form is no longer valid. Open it again.")
    fresh = view.state.get("fresh", 0)
    number = fresh + 1 if isinstance(fresh, int) else 1
    who = _CHANNEL if request.value == _CHANNEL else _ME
    return UpdateView(form_for(request, services, who, number))


def submit(request: Request, services: Services) -> Reply:
    """Every field as it stands on the screen."""
    view = request.view
    if view is None:
        raise NotFound("This form is no longer valid. Open it again.")
    who = str(view.state.get("who", _ME))
    typed: Typed = typed_in(view.values)
    start, end = word(typed, "from"), word(typed, "to")
    block = _named(view.values)
    if bool(start) != bool(end):
        missing = "to" if start else "from"
        raise FieldErrors({block[missing]: "Quiet hours need a beginning and an end."})
    try:
        saved = services.notices.set(
            request.actor,
            request.scope,
            _target(request, who),
            level=Level(word(typed, "level") or Level.NOTHING),
            digest=word(typed, "digest"),
            quiet=(start, end),
            zone=word(typed, "zone"),
            own_zone=request.books.zone,
        )
    except Invalid as error:
        field = "to" if error.field == "quiet" else "zone"
        raise FieldErrors({block[field]: str(error)}) from error
    return Message.of(saved_card(saved, is_mine=who == _ME))


def _named(values: Any) -> dict[str, str]:
    """Block ids on the screen by the name of their field."""
    return {str(block).partition("~")[0]: str(block) for block in values}


def _notice(request: Request, services: Services, who: str) -> Notice:
    return services.notices.of(request.scope, _target(request, who), request.books.zone)


def _target(request: Request, who: str) -> str:
    return request.books.channel if who == _CHANNEL else request.actor.user


def _time(place: Place, name: str, label: str, value: str) -> Block:
    return picker_field(place, name, label, value, {}, kind="timepicker", optional=True)


FORM = Form(
    NOTIFY,
    submit,
    Role.VIEWER,
    actions=(Action(field_id(NOTIFY, "who"), changed),),
    options=(Action(field_id(NOTIFY, "zone"), zones),),
)
