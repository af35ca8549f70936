"""The backfill form: days, store and dry run, with an estimate before anything happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from bot.conversation import (
    Action,
    Choices,
    FieldErrors,
    Form,
    Message,
    Modal,
    Nothing,
    Reply,
    Request,
    UpdateView,
)
from bot.modals.reading import chosen, ticked
from bot.views.actions import BACKFILL, BACKFILL_CHANGED, BACKFILL_DRY, BACKFILL_STORE
from bot.views.backfill import LONG, estimated, window
from bot.views.blocks import Block, context, input_block, modal, option, plain, plain_text
from bot.views.status import started_card
from bot.views.text import cut_middle
from bot.views.wording import day, days
from sync.errors import Conflict, Invalid, SyncError
from sync.services.models import ConnectionView, ReplyTo, Role

if TYPE_CHECKING:
    from sync.services.facade import Services

_FIELDS = ("first", "last", "shop")


@dataclass(frozen=True, slots=True)
class BackfillForm:
    """What the form shows; `estimate` is a sentence for its last lines."""

    connection: str
    channel: str
    name: str
    zone: str
    first: date | None = None
    last: date | None = None
    shop: str = ""
    estimate: str = "Choose both days, and I count the sales before you start."

    @property
    def days(self) -> int:
        """How long the window is, 0 while it is not one."""
        if self.first is None or self.last is None or self.first > self.last:
            return 0
        return (self.last - self.first).days + 1


def form_for(request: Request) -> Modal:
    """The empty form."""
    return draw(_blank(request.books, request.channel))


def draw(form: BackfillForm) -> Modal:
    """The form; fields keep what was typed because their ids stay."""
    long = form.days > LONG
    about = (
        f"{form.name}. Both days are included, in the shop's zone ({form.zone}). "
        "Sales that are in QuickBooks already are recognised, not posted again."
    )
    blocks = [
        plain(about),
        input_block("first", "From", _picker(form.first), tells=True),
        input_block("last", "To", _picker(form.last), tells=True),
        input_block("shop", "Store", _shop(form.shop), optional=True, tells=True),
        # A new id when the window becomes long lets the other suggestion take effect.
        input_block(f"dry~{'long' if long else 'short'}", "Mode", _dry(long), optional=True),
        plain(form.estimate),
    ]
    if long:
        blocks.append(context(f"More than {LONG} days: a dry run first shows what would happen."))
    blocks.append(context(f"In one line: /ccc {_line(form)}"))
    view = modal("Backfill sales", BACKFILL, blocks, submit="Start")
    return Modal(view, {"connection": form.connection, "channel": form.channel})


def _line(form: BackfillForm) -> str:
    """What would be typed for these days; an example before any are chosen."""
    first = form.first.isoformat() if form.first else "2026-10-01"
    last = form.last.isoformat() if form.last else "2026-10-07"
    return f"backfill {first} {last}{' dry' if form.days > LONG else ''}"


def with_estimate(form: BackfillForm, estimate: Mapping[str, Any]) -> Modal:
    """The form once the worker has counted (payload of `estimate.ready`)."""
    first, last = window(estimate)
    shop = str(estimate.get("shop") or "")
    return draw(replace(form, first=first, last=last, shop=shop, estimate=estimated(estimate)))


def without_estimate(form: BackfillForm, asked: Mapping[str, Any]) -> Modal:
    """The form when counting did not work (payload of `job.failed`); starting still does."""
    first, last = window(asked)
    said = f"The sales could not be counted: {asked.get('reason') or 'the reason is not known'}"
    shop = str(asked.get("shop") or "")
    return draw(replace(form, first=first, last=last, shop=shop, estimate=said))


def blank_form(connection: ConnectionView, channel: str) -> BackfillForm:
    """The form an event is drawn into."""
    return _blank(connection, channel)


def changed(request: Request, services: Services) -> Reply:
    """A field changed: say that we count, then ask the worker to."""
    form, view = _read(request), request.view
    if view is None or form.first is None or form.last is None:
        return Nothing()
    if form.first > form.last:
        wrong = f"The first day, {day(form.first)}, is after the last, {day(form.last)}."
        return UpdateView(draw(replace(form, estimate=wrong)))
    first, last, reply = (
        form.first,
        form.last,
        ReplyTo(request.actor.user, form.channel, view_id=view.id),
    )

    def ask() -> Modal | None:
        try:
            services.runs.estimate(request.actor, request.scope, first, last, form.shop, reply)
        except SyncError as error:
            return draw(replace(form, estimate=str(error)))
        return None

    counting = f"Counting the sales of {days(first, last)} …"
    return UpdateView(draw(replace(form, estimate=counting)), then=ask)


def submit(request: Request, services: Services) -> Reply:
    """Start it, or say in red what is wrong with which field."""
    form = _read(request)
    values = request.view.values if request.view else {}
    missing = {
        key: "Choose a day." for key, got in (("first", form.first), ("last", form.last)) if not got
    }
    if missing or form.first is None or form.last is None:
        raise FieldErrors(missing)
    try:
        started = services.runs.backfill(
            request.actor,
            request.scope,
            form.first,
            form.last,
            shop=form.shop,
            dry=ticked(values, "dry"),
        )
    except Invalid as error:
        if error.field in _FIELDS:
            raise FieldErrors({error.field: str(error)}) from error
        raise
    except Conflict as error:
        return Message(str(error))
    card = started_card(started.run, existing=started.existing, channel=request.books.channel)
    return Message.of(card)


def shops(request: Request, services: Services) -> Reply:
    """Rows of the store list."""
    found = services.lists.shops(request.scope, request.typed, 100)
    rows = tuple(option(cut_middle(each.label, 75), each.value) for each in found)
    return Choices(rows, "No store has that name" if request.typed else "No stores are known yet")


def _blank(connection: ConnectionView, channel: str) -> BackfillForm:
    return BackfillForm(connection.id, channel, connection.name, connection.zone)


def _read(request: Request) -> BackfillForm:
    request = request.needing(Role.OPERATOR)
    view = request.view
    values = view.values if view else {}
    channel = str(view.state.get("channel", "")) if view else ""
    return replace(
        _blank(request.books, channel),
        first=_day(chosen(values, "first")),
        last=_day(chosen(values, "last")),
        shop=chosen(values, "shop"),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _picker(value: date | None) -> Block:
    element: Block = {"type": "datepicker", "action_id": BACKFILL_CHANGED}
    return element | {"initial_date": value.isoformat()} if value else element


def _shop(name: str) -> Block:
    element: Block = {
        "type": "external_select",
        "action_id": BACKFILL_STORE,
        "min_query_length": 0,
        "placeholder": plain_text("All stores", 150),
    }
    if not name:
        return element
    return element | {"initial_option": option(cut_middle(name, 75), name)}


def _dry(on: bool) -> Block:
    choice = option("Dry run", "dry", "Shows what would be posted, posts nothing")
    element: Block = {"type": "checkboxes", "action_id": BACKFILL_DRY, "options": [choice]}
    return element | {"initial_options": [choice]} if on else element


FORM = Form(
    BACKFILL,
    submit,
    Role.OPERATOR,
    actions=(
        Action(BACKFILL_CHANGED, changed, Role.OPERATOR),
        Action(BACKFILL_STORE, changed, Role.OPERATOR),
    ),
    options=(Action(BACKFILL_STORE, shops, Role.OPERATOR),),
)
