"""One rule: what it is called, when it applies and what it does then."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.conversation import FieldErrors, Message, Modal, Reply, Request, State, UpdateView
from bot.modals.fields.inputs import (
    Place,
    row,
    select_field,
    text_field,
    typed_in,
    word,
)
from bot.modals.rule_trial import try_out
from bot.modals.rule_value import field_of, value_fields, value_in
from bot.views.actions import RULE_EDITOR, RULE_MORE, RULE_ROW, RULE_TRIAL
from bot.views.blocks import Block, actions, alert, button, code, context, modal, option, rich
from bot.views.rules import saved_card
from bot.views.text import cut
from sync.errors import Conflict, NotFound
from sync.services.models import Option, RuleView
from sync.services.rule_forms import (
    ACTION_CHOICES,
    COMPARISON_CHOICES,
    FIELD_CHOICES,
    MOST_ROWS,
    ActionValue,
    Row,
    RuleForm,
    RuleRefused,
    form_of,
    line_of,
    takes,
)

if TYPE_CHECKING:
    from sync.services.facade import Services

_FIELD, _COMPARISON = f"{RULE_EDITOR}.field.of", f"{RULE_EDITOR}.field.how"
_SWITCH = (Option("on", "On"), Option("off", "Off"))
_JOINTS = (Option("and", "All conditions hold"), Option("or", "Any condition holds"))
_FIRST = RuleForm(rows=(Row("register", "=", ""),))


@dataclass(frozen=True, slots=True)
class Editor:
    """What the editor shows; `keys` name its rows, so that one can go without moving others."""

    form: RuleForm
    keys: tuple[int, ...]
    state: State  # connection, channel, page of the list, the rule it replaces
    position: str = ""
    pick: Option | None = None  # the account or tax code of the action
    notice: tuple[Block, ...] = ()

    @property
    def was(self) -> str:
        """The name of the rule that is edited, "" for a new one."""
        return str(self.state.get("was", ""))


def blank(request: Request, page: int = 0) -> Editor:
    """A rule to be written."""
    return Editor(_FIRST, (0,), _state(request, None, page))


def of(request: Request, services: Services, rule: RuleView, page: int) -> Editor:
    """A saved rule, to be changed."""
    form = form_of(rule.line)
    keys = tuple(range(len(form.rows)))
    state = _state(request, rule, page)
    pick = _pick(services, request, form.action, form.value)
    return Editor(form, keys, state, str(rule.position), pick)


def _state(request: Request, rule: RuleView | None, page: int) -> State:
    channel = request.view.state.get("channel", "") if request.view else request.channel
    state: State = {"connection": request.books.id, "channel": channel, "page": page}
    if rule is not None:
        state |= {"was": rule.name, "line": _digest(rule.line)}
    return state


def draw(editor: Editor) -> Modal:
    """Form 1 and form 2 of a rule, one under the other, and the line that says the same."""
    place, form = Place(RULE_EDITOR, tells=False), editor.form
    blocks: list[Block] = [*editor.notice]
    blocks.append(text_field(place, "name", "Name", form.name, {}, most=80, example="Reg 1 is MD"))
    for number, (key, each) in enumerate(zip(editor.keys, form.rows, strict=True), 1):
        blocks += _row(place, key, number, each, removable=len(form.rows) > 1)
    if len(form.rows) < MOST_ROWS:
        blocks.append(actions(button("Add condition", RULE_MORE)))
    if len(form.rows) > 1:
        inside = "one is enough" if form.joined_by == "and" else "all must hold"
        blocks.append(
            select_field(
                place,
                "joint",
                "Applies when",
                _JOINTS,
                form.joined_by,
                {},
                kind="radio_buttons",
                hint=f"Of those in brackets, {inside}."
                if any(r.grouped for r in form.rows)
                else "",
            )
        )
    telling = replace(place, tells=True)
    blocks.append(select_field(telling, "action", "Then", ACTION_CHOICES, form.action, {}))
    blocks += value_fields(place, form, editor.pick)
    on = "on" if form.enabled else "off"
    blocks.append(select_field(place, "enabled", "This rule is", _SWITCH, on, {}))
    hint = "1 is judged first. Empty: at the end." if not editor.was else "1 is judged first."
    blocks.append(
        text_field(
            place,
            "position",
            "Place in the order",
            editor.position,
            {},
            most=5,
            hint=hint,
            optional=True,
        )
    )
    blocks += [_line(form), actions(button("Try on recent sales", RULE_TRIAL))]
    title = "Edit rule" if editor.was else "Add rule"
    rows = [
        [key, each.enabled, each.field, each.comparison, each.grouped]
        for key, each in zip(editor.keys, form.rows, strict=True)
    ]
    state = editor.state | {"rows": rows, "action": form.action}
    return Modal(modal(title, RULE_EDITOR, blocks, submit="Save"), state)


def _row(place: Place, key: int, number: int, each: Row, *, removable: bool) -> list[Block]:
    """Field, comparison and what else can be done with it; the value below."""
    menu = [option("Switch off" if each.enabled else "Switch on", f"switch.{key}")]
    if removable or each.grouped:
        brackets = "Take out of brackets" if each.grouped else "Put in brackets"
        menu.append(option(brackets, f"group.{key}"))
    if removable:
        menu.append(option("Remove", f"remove.{key}"))
    controls = actions(
        _menu(_FIELD, FIELD_CHOICES, each.field),
        _menu(_COMPARISON, COMPARISON_CHOICES, each.comparison),
        {"type": "overflow", "action_id": f"{RULE_ROW}.{key}", "options": menu},
    )
    off = f"{', in brackets' if each.grouped else ''}{'' if each.enabled else ', switched off'}"
    hint = "Several values, for lists and between: commas between them." if number == 1 else ""
    value = text_field(
        place,
        f"value.{key}",
        f"Value of condition {number}",
        each.value,
        {},
        most=500,
        hint=hint,
        optional=True,
    )
    return [context(f"Condition {number}{off}"), controls | {"block_id": f"row.{key}"}, value]


def _menu(action: str, choices: tuple[Option, ...], chosen: str) -> Block:
    options = [row(each) for each in choices]
    element: Block = {"type": "static_select", "action_id": action, "options": options}
    first = next((each for each in options if each["value"] == chosen), options[0])
    return element | {"initial_option": first}


def _line(form: RuleForm) -> Block:
    try:
        return rich(["In one line: ", code(f"/ccc rule add {line_of(form)}")])
    except RuleRefused:
        return context('In one line: /ccc rule add "Name" when FIELD OP VALUE ACTION VALUE')


# -- reading


def read(request: Request, services: Services) -> Editor:
    """The editor as it stands on the screen."""
    view = request.view
    if view is None or "rows" not in view.state:
        raise NotFound("This form is no longer valid. Open it again.")
    state, typed = view.state, typed_in(view.values)
    rows = tuple(
        Row(
            _selected(view.values, f"row.{key}", _FIELD) or field,
            _selected(view.values, f"row.{key}", _COMPARISON) or comparison,
            word(typed, f"value.{key}"),
            enabled,
            bool(grouped and grouped[0]),
        )
        for key, enabled, field, comparison, *grouped in state["rows"]
    )
    action = word(typed, "action") or str(state["action"])
    value = value_in(typed, action)
    pick = _pick(services, request, action, value)
    form = RuleForm(
        word(typed, "name"),
        rows,
        word(typed, "joint") or "and",
        action,
        pick.label if pick else value,
        word(typed, "enabled") != "off",
    )
    keys = tuple(int(key) for key, *_ in state["rows"])
    return Editor(form, keys, dict(state), word(typed, "position"), pick)


def _pick(services: Services, request: Request, action: str, wanted: str) -> Option | None:
    """What an id or a name in the value stands for."""
    if not wanted:
        return None
    if takes(action) is ActionValue.ACCOUNT:
        return services.rules.account_of(request.scope, wanted)
    if takes(action) is ActionValue.TAX_CODE:
        return services.rules.tax_code_of(request.scope, wanted)
    return None


def _selected(values: Mapping[str, Mapping[str, Any]], block: str, action: str) -> str:
    chosen = (values.get(block, {}).get(action) or {}).get("selected_option") or {}
    return str(chosen.get("value") or "")


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()[:12]


# -- what a person does


def changed(request: Request, services: Services) -> Reply:
    """Another action, field or comparison: the fields and the line follow."""
    return UpdateView(draw(read(request, services)))


def more(request: Request, services: Services) -> Reply:
    editor = read(request, services)
    if len(editor.keys) >= MOST_ROWS:
        return UpdateView(draw(editor))
    form = replace(editor.form, rows=(*editor.form.rows, Row("register", "=", "")))
    keys = (*editor.keys, max(editor.keys, default=-1) + 1)
    return UpdateView(draw(replace(editor, form=form, keys=keys)))


def on_row(request: Request, services: Services) -> Reply:
    """Switch a condition, or take it out."""
    editor = read(request, services)
    what, _, key = request.value.partition(".")
    pairs = list(zip(editor.keys, editor.form.rows, strict=True))
    if what == "switch":
        pairs = [
            (k, replace(each, enabled=not each.enabled) if str(k) == key else each)
            for k, each in pairs
        ]
    elif what == "group":
        pairs = [
            (k, replace(each, grouped=not each.grouped) if str(k) == key else each)
            for k, each in pairs
        ]
    elif what == "remove" and len(pairs) > 1:
        pairs = [(k, each) for k, each in pairs if str(k) != key]
    form = replace(editor.form, rows=tuple(each for _, each in pairs))
    return UpdateView(draw(replace(editor, form=form, keys=tuple(k for k, _ in pairs))))


def attempt(request: Request, services: Services) -> Reply:
    """What it would have done to recent sales, before it is saved."""
    editor = read(request, services)
    try:
        line = _checked(request, services, editor)
    except RuleRefused as error:
        notice = (alert(cut(str(error), 200), "error"),)
        return UpdateView(draw(replace(editor, notice=notice)))
    return try_out(request, services, line, editor.was)


def submit(
    request: Request, services: Services, done: Callable[[Request, RuleView], Reply]
) -> Reply:
    """Save it; or say in red what is wrong where, or above what somebody else did to it."""
    editor = read(request, services)
    try:
        line = _checked(request, services, editor)
        position = _position(editor)
        former = _former(services, request, editor)
        if editor.was and (former is None or _digest(former.line) != editor.state["line"]):
            return _meanwhile(editor, former)
        saved = _saved(request, services, line, former)
        if position and position != saved.position:
            moved = services.rules.move(request.actor, request.scope, saved.name, position)
            saved = next(each for each in moved if each.name == saved.name)
    except RuleRefused as error:
        places = {_block(editor, place): text for place, text in error.errors.items()}
        raise FieldErrors(places) from error
    except Conflict as error:
        raise FieldErrors({"name": str(error)}) from error
    return done(request, saved)


def _checked(request: Request, services: Services, editor: Editor) -> str:
    """The line; RuleRefused also says what this company lacks for it."""
    line = line_of(editor.form)
    if problems := services.rules.problems(request.scope, line):
        raise RuleRefused(
            {place.replace("conditions.", "value."): text for place, text in problems.items()}
        )
    return line


def _saved(request: Request, services: Services, line: str, former: RuleView | None) -> RuleView:
    rules, actor, scope = services.rules, request.actor, request.scope
    if former is None:
        return rules.add(actor, scope, line)
    return rules.replace(actor, scope, former.name, line, was=former.line)


def _former(services: Services, request: Request, editor: Editor) -> RuleView | None:
    rules = services.rules.all(request.scope)
    return next((each for each in rules if editor.was and each.name == editor.was), None)


def _meanwhile(editor: Editor, former: RuleView | None) -> UpdateView:
    """What it is now; what was typed stays, and saving again wins."""
    said = "This rule was changed meanwhile. Save again to use what stands below instead."
    notice: tuple[Block, ...] = (alert(said),)
    state = dict(editor.state)
    if former is None:
        notice = (alert("This rule was removed meanwhile. Saving again adds it anew."),)
        state = {key: value for key, value in state.items() if key not in ("was", "line")}
    else:
        notice = (*notice, rich(["It is now: ", code(former.line)]))
        state["line"] = _digest(former.line)
    return UpdateView(draw(replace(editor, state=state, notice=notice)))


def _position(editor: Editor) -> int:
    text = editor.position
    if not text:
        return 0
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise FieldErrors({"position": "Write a number, such as 1."})


def _block(editor: Editor, place: str) -> str:
    """The field that shows an error: its number in the form is its key on the screen."""
    if place.startswith("value."):
        index = place.removeprefix("value.")
        if index.isdigit() and int(index) < len(editor.keys):
            return f"value.{editor.keys[int(index)]}"
    if place == "action":
        takes_none = takes(editor.form.action) is ActionValue.NONE
        return "action" if takes_none else field_of(editor.form.action)
    return "name"


def finished(request: Request, services: Services, rule: RuleView) -> Message:
    """The end of a form that no list lies under."""
    return Message.of(saved_card(rule, services.connections.get(request.scope)))
