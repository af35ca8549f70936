"""The filters of the log as a form; what they find is for the person who asked alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.commands.log_pages import shown
from bot.commands.log_words import DOCUMENTS, LONGEST_TEXT, amount
from bot.conversation import FieldErrors, Form, Modal, Nothing, Reply, Request, State
from bot.modals.fields.inputs import (
    Place,
    picker_field,
    select_field,
    several_field,
    text_field,
    typed_in,
    word,
    words,
)
from bot.reports.messages import answer
from bot.views.actions import LOG_FILTERS
from bot.views.blocks import Block, Card, context, modal
from bot.views.text import cut
from bot.views.wording import ENTRY_WORDS
from sync.domain.verdicts import EntryState
from sync.errors import Invalid, NotFound
from sync.services.models import LogQuery, Option, ReplyTo, Role

if TYPE_CHECKING:
    from sync.services.facade import Services

_PLACE = Place(LOG_FILTERS, tells=False)
_VALUE = 150  # what an option may carry
_ANY = "any"


def form_for(request: Request, services: Services, query: LogQuery) -> Modal:
    """Every filter, with those of the line or page it was opened from."""
    shops = services.settings.shop_names(request.scope)
    causes = services.log.causes(request.scope)
    states = [Option(state.value, ENTRY_WORDS[state]) for state in EntryState]
    kinds = [Option(name, word) for word, name in DOCUMENTS.items()]
    chosen = [state.value for state in query.states]
    blocks: list[Block] = [
        several_field(_PLACE, "states", "State", states, chosen, {}, empty="Any state"),
        _day("first", "From day", query.first),
        _day("last", "To day", query.last),
        _one_of("shop", "Shop", [Option(cut(each, _VALUE), each) for each in shops], query.shop),
        _one_of("cause", "Cause", causes, query.cause),
        several_field(
            _PLACE, "documents", "Document", kinds, query.documents, {}, empty="Any document"
        ),
        _amount("least", "Amount from", query.least),
        _amount("most", "Amount to", query.most),
        text_field(
            _PLACE,
            "text",
            "Words",
            query.text,
            {},
            most=LONGEST_TEXT,
            hint="In the message, shop or number. Beginnings of words are enough.",
            optional=True,
        ),
        context('The same as a line: /ccc log held shop "NAME" over 100 since 2026-10-01'),
    ]
    if query.run_number is not None:
        blocks.insert(
            0, context(f"Of run {query.run_number} only; /ccc log filter is of all runs.")
        )
    view = modal("Filter the log", LOG_FILTERS, blocks, submit="Show")
    state: State = {"connection": request.books.id, "channel": request.channel}
    return Modal(view, state | {"run": query.run_number})


def submit(request: Request, services: Services) -> Reply:
    """The page comes where the form was opened; sending the form twice shows it once."""
    view = request.view
    if view is None:
        raise NotFound("This form is no longer valid. Open it again.")
    query = _read(request)
    found = shown(request, services, query)
    channel = str(view.state.get("channel", ""))
    reply = ReplyTo(request.actor.user, channel)
    card = Card(found.text, list(found.blocks))
    key = f"log:{request.actor.user}:{view.id}"
    services.reports.post(answer(request.actor.workspace, key, reply, card))
    return Nothing()


def _read(request: Request) -> LogQuery:
    assert request.view is not None
    typed = typed_in(request.view.values)
    errors: dict[str, str] = {}
    run = request.view.state.get("run")
    least, most = (_typed_amount(word(typed, name), name, errors) for name in ("least", "most"))
    first, last = (_typed_day(word(typed, name)) for name in ("first", "last"))
    if first and last and first > last:
        errors["last"] = "This is before the first day."
    if least is not None and most is not None and least > most:
        errors["most"] = "This is less than the amount above."
    if errors:
        raise FieldErrors(errors)
    known = {state.value for state in EntryState}
    shop, cause = word(typed, "shop"), word(typed, "cause")
    return LogQuery(
        states=tuple(EntryState(each) for each in words(typed, "states") if each in known),
        first=first,
        last=last,
        text=word(typed, "text")[:LONGEST_TEXT],
        run_number=run if isinstance(run, int) else None,
        shop="" if shop == _ANY else shop,
        cause="" if cause == _ANY else cause,
        documents=tuple(each for each in words(typed, "documents") if each in DOCUMENTS.values()),
        least=least,
        most=most,
    )


def _typed_amount(text: str, name: str, errors: dict[str, str]) -> Decimal | None:
    try:
        return amount(text) if text else None
    except Invalid as error:
        errors[name] = str(error)
        return None


def _typed_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _day(name: str, label: str, value: date | None) -> Block:
    shown = value.isoformat() if value else ""
    return picker_field(_PLACE, name, label, shown, {}, optional=True)


def _amount(name: str, label: str, value: Decimal | None) -> Block:
    shown = f"{value:f}" if value is not None else ""
    return text_field(_PLACE, name, label, shown, {}, most=20, example="49.90", optional=True)


def _one_of(name: str, label: str, choices: list[Option], value: str) -> Block:
    """A value that is not in the list any more stays chosen."""
    listed = [Option(_ANY, "Any"), *choices[:98]]
    if value and all(each.value != value for each in listed):
        listed.append(Option(cut(value, _VALUE), value))
    return select_field(_PLACE, name, label, listed, value or _ANY, {})


FORM = Form(LOG_FILTERS, submit, Role.VIEWER)
