"""Choose the account that sales wait for, and send them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import (
    Action,
    Choices,
    FieldErrors,
    Form,
    Modal,
    Reply,
    Request,
    State,
    UpdateView,
)
from bot.modals.changed_meanwhile import changed_since
from bot.modals.reading import chosen
from bot.modals.resending import Problem, resent
from bot.views.actions import ACCOUNT, ACCOUNT_ROLE, PICK_ACCOUNT
from bot.views.blocks import Block, context, input_block, modal, option, plain, plain_text
from bot.views.text import cut_middle
from sync.errors import Invalid, NotFound
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services

_NOTHING = "none"
_CAUSE = "account."


def form_for(
    request: Request,
    services: Services,
    problem: Problem,
    subject: str,
    notice: tuple[Block, ...] = (),
) -> Modal:
    """The form with the role that is missing chosen already, where the cause names it."""
    roles = [
        option(cut_middle(label, 75), role)
        for role, label, _, _ in services.settings.account_roles(request.scope)
    ][:100]
    wanted = problem.cause.removeprefix(_CAUSE).casefold()
    initial = next((each for each in roles if each["value"].casefold() == wanted), None)
    pick: Block = {
        "type": "static_select",
        "action_id": ACCOUNT_ROLE,
        "options": roles or [option("No roles are known yet", _NOTHING)],
    }
    blocks = [
        *notice,
        plain(f"Sales wait for an account: {subject or problem.cause}"),
        input_block("role", "Used for", pick | ({"initial_option": initial} if initial else {})),
        input_block(
            "account",
            "QuickBooks account",
            {
                "type": "external_select",
                "action_id": ACCOUNT,
                "min_query_length": 0,
                "placeholder": plain_text("Choose an account", 150),
            },
        ),
        context('In one line: /ccc accounts deposit "Undeposited Funds"'),
    ]
    view = modal("Pick account", PICK_ACCOUNT, blocks, submit="Save and resend")
    channel = request.view.state.get("channel", "") if request.view else request.channel
    state: State = {"connection": request.books.id, "channel": channel}
    state |= {"version": request.books.settings_version, "at": request.now.timestamp()}
    return Modal(view, state | problem.state())


def submit(request: Request, services: Services) -> Reply:
    view = request.view
    if view is None:
        raise NotFound("This form is no longer valid. Open it again.")
    role, account = chosen(view.values, "role"), chosen(view.values, "account")
    errors = {
        key: "Choose one."
        for key, got in (("role", role), ("account", account))
        if not got or got == _NOTHING
    }
    if errors:
        raise FieldErrors(errors)
    problem = Problem.of(view.state)
    if problem is not None and view.state.get("version") != request.books.settings_version:
        since = request.now.fromtimestamp(float(view.state.get("at", 0)), request.now.tzinfo)
        notice = changed_since(services, request.scope, since, request.books.zone)
        return UpdateView(form_for(request, services, problem, problem.subject, notice))
    try:
        services.settings.account(request.actor, request.scope, role, account)
    except Invalid as error:
        raise FieldErrors({"account": str(error)}) from error
    return resent(request, services, problem, "The account is saved.")


def accounts(request: Request, services: Services) -> Reply:
    """Rows of the account list: names differ at both ends, so they are cut in the middle."""
    found = services.lists.accounts(request.scope, request.typed, 100)
    rows = tuple(
        option(cut_middle(each.label, 75), each.value, cut_middle(each.hint or each.label, 75))
        for each in found
    )
    none = "No account has that name" if request.typed else "No accounts are known yet"
    return Choices(rows, none)


FORM = Form(PICK_ACCOUNT, submit, Role.ADMIN, options=(Action(ACCOUNT, accounts, Role.ADMIN),))
