"""What a form element holds: its initial value, what a person enters, and what is still missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

Json = dict[str, Any]
State = dict[str, dict[str, Json]]

# element type -> (key in the state, key of the initial value)
_SINGLE = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "radio_buttons": ("selected_option", "initial_option"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
}
_MANY = {
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "file_input": ("files", ""),
}
OPTION_KINDS = {
    *("radio_buttons", "checkboxes"),
    *("static_select", "external_select", "multi_static_select", "multi_external_select"),
}
FALSE_WORDS: tuple[Any, ...] = (None, "", [], ())


class NotOnScreen(LookupError):
    """The person was asked to use something they cannot see."""


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element with the block that holds it, in reading order."""
    for block in blocks:
        kind = block["type"]
        inside: list[Any] = []
        if kind == "input":
            inside = [block["element"]]
        elif kind == "section":
            inside = [block["accessory"]] if "accessory" in block else []
        elif kind in ("actions", "context_actions"):
            inside = block["elements"]
        elif kind == "card":
            inside = block.get("actions", [])
        elif kind in ("carousel", "container"):
            yield from elements(block.get("elements") or block.get("child_blocks") or [])
        for element in inside:
            if element["type"] != "image":
                yield block, element


def holds_value(element: Json) -> bool:
    """Whether the element appears in `state.values`."""
    return element["type"] in _SINGLE or element["type"] in _MANY


def initial(element: Json) -> Json:
    """What the element holds before anybody touched it."""
    kind = element["type"]
    if kind in _MANY:
        key, start = _MANY[kind]
        return {"type": kind, key: list(element.get(start, []))}
    key, start = _SINGLE[kind]
    return {"type": kind, key: element.get(start) if element.get(start) != "" else None}


def form_state(blocks: list[Json], kept: State | None = None) -> State:
    """The state of a form; values survive when block id and action id stay the same."""
    state: State = {}
    for block, element in elements(blocks):
        if not holds_value(element):
            continue
        before = (kept or {}).get(block["block_id"], {}).get(element["action_id"])
        same = before is not None and before["type"] == element["type"]
        state.setdefault(block["block_id"], {})[element["action_id"]] = (
            before if same and before is not None else initial(element)
        )
    return state


def entered(element: Json, value: Any, offered: list[Json]) -> Json:
    """The element's state after a person enters `value`; options are named by text or value."""
    kind = element["type"]
    if kind in _MANY:
        key, _ = _MANY[kind]
        many = [value] if isinstance(value, (str, dict)) else list(value or [])
        if kind in OPTION_KINDS:
            many = [option_named(offered, item) for item in many]
        return {"type": kind, key: many}
    key, _ = _SINGLE[kind]
    if value in FALSE_WORDS:
        return {"type": kind, key: None}
    if kind in OPTION_KINDS:
        value = option_named(offered, value)
    elif kind not in ("rich_text_input", "datetimepicker"):
        value = str(value)
    return {"type": kind, key: value}


def option_named(offered: list[Json], wanted: Any) -> Json:
    """The option a person means by its text or its value."""
    for option in offered:
        if wanted in (option, option["value"], option["text"]["text"]):
            return option
    shown = ", ".join(option["text"]["text"] for option in offered) or "nothing"
    raise NotOnScreen(f"{wanted!r} is not offered; the menu shows {shown}")


def flat_options(answer: Json) -> list[Json]:
    """Options of a menu or of a bot's answer, groups opened up."""
    groups = answer.get("option_groups")
    if groups is not None:
        return [option for group in groups for option in group["options"]]
    return list(answer.get("options") or [])


def held(state: Json) -> Any:
    """The bare value inside an element's state."""
    kind = state["type"]
    key, _ = _MANY[kind] if kind in _MANY else _SINGLE[kind]
    return state.get(key)


def client_errors(blocks: list[Json], state: State) -> dict[str, str]:
    """What Slack's own client refuses before it sends a form, by block id."""
    errors: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = held(state[block["block_id"]][element["action_id"]])
        if value in FALSE_WORDS:
            if not block.get("optional"):
                errors[block["block_id"]] = "Please complete this required field."
        elif problem := _typed_error(element, value):
            errors[block["block_id"]] = problem
    return errors


def _typed_error(element: Json, value: Any) -> str | None:
    kind = element["type"]
    if kind == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            return f"Please enter at least {element['min_length']} characters."
        if len(value) > element.get("max_length", 3000):
            return f"Please enter at most {element.get('max_length', 3000)} characters."
    if kind == "number_input":
        return _number_error(element, value)
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.match(r"https?://", value):
        return "Please enter a valid URL."
    if kind in _MANY and len(value) > element.get("max_selected_items", len(value)):
        return f"Please choose at most {element['max_selected_items']}."
    return None


def _number_error(element: Json, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please enter a valid number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None
