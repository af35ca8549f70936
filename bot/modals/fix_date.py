"""Sales of closed books: on which open day they are posted, or that they wait or stay out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from bot.conversation import FieldErrors, Form, Message, Modal, OpenModal, Reply, Request
from bot.modals.fixed_meanwhile import fixed_meanwhile
from bot.modals.reading import chosen
from bot.modals.resending import Problem, resent
from bot.views.actions import CHOOSE_DATE, FIX_FIELD
from bot.views.blocks import Block, context, input_block, modal, option, plain, plain_text
from bot.views.wording import count, day, days
from sync.errors import Invalid, NotFound
from sync.services.models import Role, Waiting

if TYPE_CHECKING:
    from sync.services.facade import Services

_ALL, _MOST_DAYS = "all", 99
FIRST, OTHER, WAIT, SKIP = "first", "other", "wait", "skip"


def opened(request: Request, services: Services, problem: Problem, number: str) -> Reply:
    """The form for what waits now; `number` is a sale of the alert, for when nothing does."""
    waiting = services.decisions.waiting(request.scope, problem.cause, problem.subject)
    if not waiting:
        return fixed_meanwhile(request, services, number)
    first_open = services.decisions.first_open_day(request.scope)
    view = modal(
        "Choose date", CHOOSE_DATE, _blocks(waiting, first_open, request.today), submit="Save"
    )
    state = {"connection": request.books.id, "channel": request.channel, "sale": waiting[0].number}
    if first_open is not None:
        state["first"] = first_open.isoformat()
    return OpenModal(Modal(view, state | problem.state()))


def submit(request: Request, services: Services) -> Reply:
    """Decide for all sales of the cause or those of one day, and send exactly these again."""
    view = request.view
    problem = Problem.of(view.state) if view else None
    if view is None or problem is None:
        raise NotFound("This form is no longer valid. Open it again.")
    which, what = chosen(view.values, "which"), chosen(view.values, "what")
    waiting = services.decisions.waiting(request.scope, problem.cause, problem.subject)
    sales = [each for each in waiting if which in (_ALL, each.day.isoformat())]
    if not sales:
        return fixed_meanwhile(request, services, str(view.state.get("sale", "")))
    told = count(len(sales), "sale")
    if what == WAIT:
        return Message(
            f"{told} left as they are. Nothing is reopened; after opening the period in "
            "QuickBooks, press Retry."
        )
    ids = [each.id for each in sales]
    if what == SKIP:
        why = chosen(view.values, "why")
        services.decisions.skip(request.actor, request.scope, ids, request.user_name, why)
        return resent(request, services, problem, f"{told} will be left out of the books.", ids)
    on = _day(str(view.state.get("first", "")) if what == FIRST else chosen(view.values, "day"))
    try:
        services.decisions.move(request.actor, request.scope, ids, on)
    except Invalid as error:
        raise FieldErrors({"what" if what == FIRST else "day": str(error)}) from error
    return resent(request, services, problem, f"{told} will be dated {day(on)}.", ids)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise FieldErrors({"day": "Choose a day."}) from None


def _blocks(waiting: Sequence[Waiting], first_open: date | None, today: date) -> list[Block]:
    by_day = Counter(each.day for each in waiting)
    total = count(len(waiting), "sale")
    which = [option(f"All {total}" if len(waiting) > 1 else total, _ALL)]
    which += [
        option(f"{day(one)}: {count(by_day[one], 'sale')}", one.isoformat())
        for one in sorted(by_day)[:_MOST_DAYS]
        if len(by_day) > 1
    ]
    ways = [
        option("Post on another day", OTHER, "chosen below"),
        option("Wait", WAIT, "they stay held; nothing is changed"),
        option("Skip", SKIP, "they are left out of the books"),
    ]
    if first_open is not None and first_open <= today:
        ways.insert(0, option("Post on first open day", FIRST, day(first_open)))
    picker: Block = {"type": "datepicker", "action_id": f"{FIX_FIELD}.day"}
    if first_open is not None:
        picker["initial_date"] = min(first_open, today).isoformat()
    span = days(waiting[0].day, waiting[-1].day)
    number = waiting[0].number[:40]
    return [
        plain(f"{total} of {span} cannot be posted on their day: {waiting[0].message[:300]}"),
        input_block("which", "Which sales", _select(which)),
        input_block("what", "What shall happen", _radios(ways)),
        input_block("day", "Another day", picker, optional=True),
        input_block("why", "Why they are skipped", _text(), optional=True),
        context(
            "CCC never reopens closed books. "
            f"As a line: /ccc decide {number} date 2026-11-01, or /ccc decide {number} skip."
        ),
    ]


def _select(options: list[Block]) -> Block:
    return {
        "type": "static_select",
        "action_id": f"{FIX_FIELD}.which",
        "options": options,
        "initial_option": options[0],
    }


def _radios(options: list[Block]) -> Block:
    return {
        "type": "radio_buttons",
        "action_id": f"{FIX_FIELD}.what",
        "options": options,
        "initial_option": options[0],
    }


def _text() -> Block:
    return {
        "type": "plain_text_input",
        "action_id": f"{FIX_FIELD}.why",
        "max_length": 150,
        "placeholder": plain_text("such as: entered by hand", 150),
    }


FORM = Form(CHOOSE_DATE, submit, Role.ADMIN)
