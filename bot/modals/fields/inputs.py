"""Fields that several forms share: drawn with what was typed or saved, read back by their name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.conversation import Values
from bot.views.blocks import Block, input_block, option, plain_text
from bot.views.text import clean, cut, cut_middle
from sync.services.models import Option

Typed = Mapping[str, Any]  # by field: text, an option, or a list of them; fit for a draft
NOTHING = "none"  # the row of a pick-list that has none
_PLAIN = ("value", "selected_date", "selected_time", "selected_conversation")


@dataclass(frozen=True, slots=True)
class Place:
    """The form that fields are drawn in; its fields tell each change to `<action>.field.<name>`."""

    action: str
    fresh: int = 0  # another number makes every field forget what was typed into it
    tells: bool = True

    def block(self, name: str) -> str:
        return f"{name}~{self.fresh}" if self.fresh else name

    def field(self, name: str) -> str:
        return field_id(self.action, name)


def field_id(action: str, name: str = "") -> str:
    """The action id of a field; without a name, what all of a form's begin with."""
    return f"{action}.field.{name}"


# -- reading


def typed_in(values: Values) -> dict[str, Any]:
    """Everything on the screen by field name, as it can be kept and drawn again."""
    found: dict[str, Any] = {}
    for block, elements in values.items():
        name = block.partition("~")[0]
        for element in elements.values():
            if isinstance(element, Mapping):
                found[name] = _held(element)
    return found


def word(typed: Typed, name: str) -> str:
    """The one value of a field: what was typed, or the value of what was chosen."""
    got = typed.get(name)
    if isinstance(got, Mapping):
        value = str(got.get("value") or "")
        return "" if value == NOTHING else value
    return got if isinstance(got, str) else ""


def words(typed: Typed, name: str) -> tuple[str, ...]:
    """The values of a field that takes several."""
    got = typed.get(name)
    rows = got if isinstance(got, list) else []
    values = [str(row.get("value") or "") for row in rows if isinstance(row, Mapping)]
    return tuple(value for value in values if value and value != NOTHING)


def _held(element: Mapping[str, Any]) -> Any:
    if isinstance(many := element.get("selected_options"), list):
        return [_kept(row) for row in many if isinstance(row, Mapping)]
    if isinstance(one := element.get("selected_option"), Mapping):
        return _kept(one)
    for key in _PLAIN:
        if isinstance(text := element.get(key), str):
            return clean(text).strip()
    return ""


def _kept(row: Mapping[str, Any]) -> Block:
    """An option without anything that is not one of its three texts."""
    text, more = row.get("text"), row.get("description")
    return option(
        str(text.get("text") or "") if isinstance(text, Mapping) else "",
        str(row.get("value") or ""),
        str(more.get("text") or "") if isinstance(more, Mapping) else "",
    )


# -- drawing


def row(choice: Option) -> Block:
    """A choice as a menu shows it: names differ at both ends, so they lose their middle."""
    return option(cut_middle(choice.label, 75), choice.value, cut_middle(choice.hint, 75))


def text_field(
    place: Place,
    name: str,
    label: str,
    value: str,
    typed: Typed,
    *,
    most: int = 100,
    hint: str = "",
    example: str = "",
    optional: bool = False,
) -> Block:
    """One line of text, told when Enter is pressed or typing pauses."""
    shown = word(typed, name) if name in typed else value
    element: Block = {
        "type": "plain_text_input",
        "action_id": place.field(name),
        "max_length": most,
    }
    if place.tells:
        element["dispatch_action_config"] = {
            "trigger_actions_on": ["on_enter_pressed", "on_character_entered"]
        }
    if example:
        element["placeholder"] = plain_text(example, 150)
    if shown:
        element["initial_value"] = cut(shown, most)
    return _field(place, name, label, element, hint=hint, optional=optional)


def select_field(
    place: Place,
    name: str,
    label: str,
    choices: Sequence[Option],
    value: str,
    typed: Typed,
    *,
    kind: str = "static_select",
    hint: str = "",
    optional: bool = False,
) -> Block:
    """One of a few; `kind` may be radio_buttons, for up to ten."""
    options = [row(each) for each in choices][:100] or [option("–", NOTHING)]
    shown = word(typed, name) if name in typed else value
    chosen = next((each for each in options if each["value"] == shown), None)
    element: Block = {"type": kind, "action_id": place.field(name), "options": options}
    if chosen:
        element["initial_option"] = chosen
    return _field(place, name, label, element, hint=hint, optional=optional)


def several_field(
    place: Place,
    name: str,
    label: str,
    choices: Sequence[Option],
    values: Sequence[str],
    typed: Typed,
    *,
    empty: str = "",
    hint: str = "",
) -> Block:
    """Any of a list; none is an answer too, and `empty` says which."""
    options = [row(each) for each in choices][:100] or [option("–", NOTHING)]
    shown = words(typed, name) if name in typed else tuple(values)
    chosen = [each for each in options if each["value"] in shown]
    element: Block = {
        "type": "multi_static_select",
        "action_id": place.field(name),
        "options": options,
    }
    if empty:
        element["placeholder"] = plain_text(empty, 150)
    if chosen:
        element["initial_options"] = chosen
    return _field(place, name, label, element, hint=hint, optional=True)


def pick_field(
    place: Place,
    name: str,
    label: str,
    chosen: Option | None,
    typed: Typed,
    *,
    empty: str = "Choose one",
    hint: str = "",
    optional: bool = False,
) -> Block:
    """One of a long list that is fetched while typing; needs a listener of the same id."""
    element: Block = {
        "type": "external_select",
        "action_id": place.field(name),
        "min_query_length": 0,
        "placeholder": plain_text(empty, 150),
    }
    kept = typed.get(name) if word(typed, name) else None
    if isinstance(kept, Mapping):
        element["initial_option"] = _kept(kept)
    elif chosen and name not in typed:
        element["initial_option"] = row(chosen)
    return _field(place, name, label, element, hint=hint, optional=optional)


def picker_field(
    place: Place,
    name: str,
    label: str,
    value: str,
    typed: Typed,
    *,
    kind: str = "datepicker",
    hint: str = "",
    optional: bool = False,
) -> Block:
    """A date, a time of day or a conversation, by Slack's own picker."""
    initial = {"datepicker": "date", "timepicker": "time", "conversations_select": "conversation"}
    shown = word(typed, name) if name in typed else value
    element: Block = {"type": kind, "action_id": place.field(name)}
    if kind == "conversations_select":
        element["filter"] = {"include": ["public", "private"], "exclude_bot_users": True}
    if shown:
        element[f"initial_{initial[kind]}"] = shown
    return _field(place, name, label, element, hint=hint, optional=optional)


def _field(
    place: Place, name: str, label: str, element: Block, *, hint: str, optional: bool
) -> Block:
    return input_block(
        place.block(name),
        cut(label, 150),
        element,
        hint=cut(hint, 300),
        optional=optional,
        tells=place.tells,
    )
