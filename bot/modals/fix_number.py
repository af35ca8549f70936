"""Numbers that another document has: link it, use another prefix or number, or skip the sale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.conversation import FieldErrors, Form, Modal, OpenModal, Reply, Request
from bot.modals.fixed_meanwhile import fixed_meanwhile
from bot.modals.reading import chosen
from bot.modals.resending import Problem, resent
from bot.views.actions import CHOOSE_NUMBER, FIX_FIELD
from bot.views.blocks import Block, bold, context, input_block, modal, option, plain, rich
from bot.views.text import cut
from bot.views.wording import count, day, money
from sync.errors import Invalid, NotFound
from sync.services.models import Role, Waiting

if TYPE_CHECKING:
    from sync.services.facade import Services

_ALL, _SHOWN, _CHOSEN = "all", 10, 99
AGAIN, PREFIX, NUMBER, SKIP = "again", "prefix", "number", "skip"
_WAYS = (
    ("Give it a number of its own", NUMBER, "with the suffix below, such as LS-100-1"),
    ("Use another prefix", PREFIX, "for it and all documents to come"),
    ("Skip", SKIP, "left out: the other document is this sale"),
    ("Look again and link", AGAIN, "if note, day and total are ours by now"),
)


def opened(request: Request, services: Services, problem: Problem, number: str) -> Reply:
    """The form for what waits now; `number` is a sale of the alert, for when nothing does."""
    waiting = services.decisions.waiting(request.scope, problem.cause, problem.subject)
    if not waiting:
        return fixed_meanwhile(request, services, number)
    blocks = _blocks(waiting, request.books.settings.prefix)
    view = modal("Number is taken", CHOOSE_NUMBER, blocks, submit="Save and resend")
    state = {"connection": request.books.id, "channel": request.channel, "sale": waiting[0].number}
    return OpenModal(Modal(view, state | problem.state()))


def submit(request: Request, services: Services) -> Reply:
    """Decide, and send the chosen sales again. A prefix concerns them all."""
    view = request.view
    problem = Problem.of(view.state) if view else None
    if view is None or problem is None:
        raise NotFound("This form is no longer valid. Open it again.")
    which, what = chosen(view.values, "which"), chosen(view.values, "what")
    waiting = services.decisions.waiting(request.scope, problem.cause, problem.subject)
    sales = [each for each in waiting if which in (_ALL, each.id)]
    if not sales:
        return fixed_meanwhile(request, services, str(view.state.get("sale", "")))
    told, ids = count(len(sales), "sale"), [each.id for each in sales]
    if what == PREFIX:
        return _prefix(request, services, problem, chosen(view.values, "prefix"))
    if what == NUMBER:
        _renumber(request, services, sales, chosen(view.values, "suffix"))
        return resent(request, services, problem, f"{told} got another number.", ids)
    if what == SKIP:
        why = "its number is used by another document"
        services.decisions.skip(request.actor, request.scope, ids, request.user_name, why)
        return resent(request, services, problem, f"{told} will be left out of the books.", ids)
    return resent(request, services, problem, f"{told} looked up again.", ids)


def _prefix(request: Request, services: Services, problem: Problem, prefix: str) -> Reply:
    if prefix == request.books.settings.prefix:
        raise FieldErrors({"prefix": "That is the prefix now. Choose another."})
    try:
        saved = services.settings.prefix(request.actor, request.scope, prefix)
    except Invalid as error:
        raise FieldErrors({"prefix": str(error)}) from error
    text = f"Documents are numbered with {saved.settings.prefix or 'no prefix'} from now on."
    return resent(request.about(saved), services, problem, text)


def _renumber(request: Request, services: Services, sales: Sequence[Waiting], suffix: str) -> None:
    if not suffix:
        raise FieldErrors({"suffix": "Write what follows the number, such as -1."})
    try:
        for sale in sales:
            number = f"{sale.document_number}{suffix}"
            services.decisions.renumber(request.actor, request.scope, sale.id, number)
    except Invalid as error:
        raise FieldErrors({"suffix": str(error)}) from error


def _blocks(waiting: Sequence[Waiting], prefix: str) -> list[Block]:
    total = count(len(waiting), "sale")
    which = [option(f"All {total}" if len(waiting) > 1 else total, _ALL)]
    which += [
        option(f"Sale {each.number[:20]}, {day(each.day)}", each.id)
        for each in waiting[:_CHOSEN]
        if len(waiting) > 1
    ]
    ways = [option(text, value, description) for text, value, description in _WAYS]
    blocks = [plain(f"QuickBooks has other documents under the numbers of {total}.")]
    for each in waiting[:_SHOWN]:
        name = f"Sale {cut(each.number, 40)}, {day(each.day)}, {money(each.amount, each.currency)}"
        blocks.append(rich([bold(name)], cut(each.message, 600)))
    if len(waiting) > _SHOWN:
        blocks.append(context(f"{len(waiting) - _SHOWN:,} more are in /ccc log held."))
    example = waiting[0]
    return [
        *blocks,
        input_block("which", "Which sales", _choice("static_select", "which", which)),
        input_block("what", "What shall happen", _choice("radio_buttons", "what", ways)),
        input_block("suffix", "Suffix", _text("suffix", "-1", 10), optional=True),
        input_block("prefix", "Prefix", _text("prefix", prefix, 8), optional=True),
        context(
            "A document that carries our key, this day and this total is linked by itself. As a "
            f"line: /ccc decide {example.number[:40]} number "
            f"{cut(example.document_number, 40)}-1, or /ccc decide {example.number[:40]} skip."
        ),
    ]


def _choice(kind: str, name: str, options: list[Block]) -> Block:
    return {
        "type": kind,
        "action_id": f"{FIX_FIELD}.{name}",
        "options": options,
        "initial_option": options[0],
    }


def _text(name: str, value: str, most: int) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": f"{FIX_FIELD}.{name}",
        "max_length": most,
    }
    return element | {"initial_value": value} if value else element


FORM = Form(CHOOSE_NUMBER, submit, Role.ADMIN)
