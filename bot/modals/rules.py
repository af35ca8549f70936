"""The rules in their order: look, switch, move, try and edit them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.conversation import (
    Action,
    BackTo,
    Choices,
    Form,
    Modal,
    Nothing,
    PushModal,
    Reply,
    Request,
    UpdateView,
)
from bot.modals import rule_editor, rule_value
from bot.modals.fields.inputs import field_id, row
from bot.modals.rule_trial import try_out
from bot.views.actions import (
    RULE_ADD,
    RULE_EDIT,
    RULE_EDITOR,
    RULE_LIST,
    RULE_MORE,
    RULE_MOVE,
    RULE_PAGE,
    RULE_REMOVE,
    RULE_ROW,
    RULE_TRIAL,
    RULE_TRY,
    RULE_TURN,
    RULES_TURN,
)
from bot.views.blocks import (
    Block,
    Piece,
    actions,
    alert,
    bold,
    button,
    code,
    confirm,
    context,
    modal,
    plain,
    rich,
)
from bot.views.text import cut
from bot.views.wording import count
from sync.errors import NotFound
from sync.services.models import Role, RuleView
from sync.services.rule_forms import ACTION_CHOICES, ActionValue, takes

if TYPE_CHECKING:
    from sync.services.facade import Services

PAGE = 15
_DEPOSITS = ("Bank", "Other Current Asset")


def list_for(request: Request, services: Services, page: int = 0, notice: str = "") -> Modal:
    """One page of the rules, first to last, each in the line that would make it again."""
    rules = services.rules.all(request.scope)
    on = services.connections.get(request.scope).settings.rules_on
    last = max((len(rules) - 1) // PAGE, 0)
    page = min(max(page, 0), last)
    blocks: list[Block] = [alert(cut(notice, 200), "info")] if notice else []
    state = "" if on else " They are switched off: none is applied."
    blocks.append(plain(f"{count(len(rules), 'rule')}, applied from first to last.{state}"))
    turn_all = (
        button("Switch all off", f"{RULES_TURN}.off")
        if on
        else button("Switch all on", f"{RULES_TURN}.on")
    )
    blocks.append(actions(button("Add", RULE_ADD, style="primary"), turn_all))
    for rule in rules[page * PAGE : (page + 1) * PAGE]:
        line: list[Piece] = [bold(f"{rule.position}. "), code(rule.line)]
        blocks += [rich(line if rule.enabled else [*line, "  off"]), _buttons(rule, len(rules))]
    if last:
        blocks += [_pager(page, last), context(f"Page {page + 1} of {last + 1}.")]
    blocks.append(context("In one line: /ccc rule add, followed by a line as shown here."))
    channel = request.view.state.get("channel", "") if request.view else request.channel
    memory = {"connection": request.books.id, "channel": channel, "page": page}
    return Modal(modal("Rules", RULE_LIST, blocks), memory)


def editor_for(request: Request) -> Modal:
    """An empty editor, for adding."""
    return rule_editor.draw(rule_editor.blank(request))


def _buttons(rule: RuleView, rules: int) -> Block:
    name = cut(rule.name, 50)
    question = confirm(
        "Remove this rule?",
        f"“{rule.name}” is no longer applied. Switching it off keeps it.",
        "Remove",
        danger=True,
    )
    turned = (
        ("Switch off", f"{RULE_TURN}.off") if rule.enabled else ("Switch on", f"{RULE_TURN}.on")
    )
    found = [
        button("Edit", RULE_EDIT, rule.name, label=f"Edit {name}"),
        button("Try", RULE_TRY, rule.name, label=f"Try {name}"),
        button(*turned, rule.name, label=f"{turned[0]} {name}"),
    ]
    if rule.position > 1:
        found.append(button("Up", f"{RULE_MOVE}.up", rule.name, label=f"Move {name} up"))
    if rule.position < rules:
        found.append(button("Down", f"{RULE_MOVE}.down", rule.name, label=f"Move {name} down"))
    remove = button("Remove", RULE_REMOVE, rule.name, confirm=question, label=f"Remove {name}")
    return actions(*found, remove)


def _pager(page: int, last: int) -> Block:
    buttons: list[Block] = []
    if page:
        buttons.append(button("Previous", f"{RULE_PAGE}.previous", str(page - 1)))
    if page < last:
        buttons.append(button("Next", f"{RULE_PAGE}.next", str(page + 1)))
    return actions(*buttons)


def _named(request: Request, services: Services) -> RuleView | None:
    rules = services.rules.all(request.scope)
    return next((rule for rule in rules if rule.name == request.value), None)


def _gone(request: Request, services: Services) -> UpdateView:
    said = "That rule is not there any more; this is how they stand now."
    return UpdateView(list_for(request, services, _page(request), said))


def add(request: Request, services: Services) -> Reply:
    return PushModal(rule_editor.draw(rule_editor.blank(request, _page(request))))


def edit(request: Request, services: Services) -> Reply:
    rule = _named(request, services)
    if rule is None:
        return _gone(request, services)
    return PushModal(rule_editor.draw(rule_editor.of(request, services, rule, _page(request))))


def attempt(request: Request, services: Services) -> Reply:
    rule = _named(request, services)
    if rule is None:
        return _gone(request, services)
    return try_out(request, services, rule.line, rule.name)


def move(request: Request, services: Services) -> Reply:
    """One place up or down."""
    rule = _named(request, services)
    if rule is None:
        return _gone(request, services)
    step = -1 if request.action_id.endswith(".up") else 1
    there = max(rule.position + step, 1)
    services.rules.move(request.actor, request.scope, rule.name, there)
    return UpdateView(list_for(request, services, (there - 1) // PAGE))


def turn(request: Request, services: Services) -> Reply:
    """One rule on or off."""
    try:
        if request.action_id.endswith(".on"):
            services.rules.enable(request.actor, request.scope, request.value)
        else:
            services.rules.disable(request.actor, request.scope, request.value)
    except NotFound:
        return _gone(request, services)
    return UpdateView(list_for(request, services, _page(request)))


def turn_all(request: Request, services: Services) -> Reply:
    services.rules.switch(request.actor, request.scope, request.action_id.endswith(".on"))
    return UpdateView(list_for(request, services, _page(request)))


def remove(request: Request, services: Services) -> Reply:
    try:
        services.rules.remove(request.actor, request.scope, request.value)
    except NotFound:
        return _gone(request, services)
    return UpdateView(list_for(request, services, _page(request)))


def page(request: Request, services: Services) -> Reply:
    """Another page of the list."""
    text = request.value
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return UpdateView(list_for(request, services, wanted))


def saved(request: Request, services: Services) -> Reply:
    """The editor was sent: back to the list it came from, or on to a page that says it."""

    def done(request: Request, rule: RuleView) -> Reply:
        view = request.view
        if view is None or not view.previous:
            return rule_editor.finished(request, services, rule)
        there = (rule.position - 1) // PAGE
        said = f"Rule {rule.position}, “{rule.name}”, is saved. The next run follows it."
        return BackTo(list_for(replace(request, view=view), services, there, said))

    return rule_editor.submit(request, services, done)


def accounts(request: Request, services: Services) -> Reply:
    found = services.lists.accounts(request.scope, request.typed, 100, kinds=_DEPOSITS)
    none = "No such account" if request.typed else "The company has no account of that type"
    return Choices(tuple(map(row, found)), none)


def tax_codes(request: Request, services: Services) -> Reply:
    found = services.lists.tax_codes(request.scope, request.typed, 100)
    none = "No tax code has that name" if request.typed else "QuickBooks has no tax codes yet"
    return Choices(tuple(map(row, found)), none)


def _page(request: Request) -> int:
    found = request.view.state.get("page", 0) if request.view else 0
    return found if isinstance(found, int) else 0


def _close(request: Request, services: Services) -> Reply:
    return Nothing()


LIST = Form(
    RULE_LIST,
    _close,
    Role.ADMIN,
    actions=(
        Action(RULE_ADD, add, Role.ADMIN),
        Action(RULE_EDIT, edit, Role.ADMIN),
        Action(RULE_TRY, attempt, Role.ADMIN),
        Action(f"{RULE_MOVE}.", move, Role.ADMIN),
        Action(f"{RULE_TURN}.", turn, Role.ADMIN),
        Action(f"{RULES_TURN}.", turn_all, Role.ADMIN),
        Action(RULE_REMOVE, remove, Role.ADMIN),
        Action(f"{RULE_PAGE}.", page, Role.ADMIN),
    ),
)
EDITOR = Form(
    RULE_EDITOR,
    saved,
    Role.ADMIN,
    actions=(
        Action(f"{RULE_ROW}.", rule_editor.on_row, Role.ADMIN),
        Action(RULE_MORE, rule_editor.more, Role.ADMIN),
        Action(RULE_TRIAL, rule_editor.attempt, Role.ADMIN),
        Action(field_id(RULE_EDITOR), rule_editor.changed, Role.ADMIN),
    ),
    options=(
        *(
            Action(field_id(RULE_EDITOR, rule_value.field_of(each.value)), source, Role.ADMIN)
            for each in ACTION_CHOICES
            for kind, source in (
                (ActionValue.ACCOUNT, accounts),
                (ActionValue.TAX_CODE, tax_codes),
            )
            if takes(each.value) is kind
        ),
    ),
)
