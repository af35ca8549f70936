"""Slack's rules for the elements people press, type into and choose from."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date

from bot.sandbox.limit_objects import (
    BOTH_TEXTS,
    PLAIN,
    Json,
    Problems,
    check_confirm,
    check_option,
    check_options,
    check_text,
)

MESSAGE, MODAL, HOME = "message", "modal", "home"
EVERYWHERE = frozenset({MESSAGE, MODAL, HOME})
SURFACES = {
    "datetimepicker": {MESSAGE, MODAL},
    "file_input": {MODAL},
    "email_text_input": {MODAL},
    "url_text_input": {MODAL},
    "number_input": {MODAL},
    "rich_text_input": {MODAL, HOME},
    "workflow_button": {MESSAGE},
    "feedback_buttons": {MESSAGE},
    "icon_button": {MESSAGE},
}
SELECTS = frozenset(
    f"{prefix}{source}_select"
    for prefix in ("", "multi_")
    for source in ("static", "external", "users", "conversations", "channels")
)
PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker"})
CHOICES = frozenset({"checkboxes", "radio_buttons"})
TYPED = frozenset(
    {"plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input"}
)
IN_SECTION = SELECTS | CHOICES | {"button", "image", "overflow", "datepicker", "timepicker"}
IN_ACTIONS = (
    frozenset(kind for kind in SELECTS if not kind.startswith("multi_"))
    | CHOICES
    | PICKERS
    | {"button", "overflow", "workflow_button"}
)
IN_INPUT = SELECTS | CHOICES | PICKERS | TYPED | {"file_input"}
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})

_COMMON = {"type", "action_id"}
_INPUT = _COMMON | {"focus_on_load", "placeholder", "confirm"}
_SELECT_KEYS = {
    "static": {"options", "option_groups", "initial_option", "initial_options"},
    "external": {"min_query_length", "initial_option", "initial_options"},
    "users": {"initial_user", "initial_users"},
    "conversations": {
        "initial_conversation",
        "initial_conversations",
        "default_to_current_conversation",
        "response_url_enabled",
        "filter",
    },
    "channels": {"initial_channel", "initial_channels", "response_url_enabled"},
}


def check_element(
    problems: Problems, element: object, path: str, surface: str, allowed: Collection[str]
) -> str | None:
    """One element in a place that takes `allowed` kinds; answers its action_id."""
    kind = element.get("type") if isinstance(element, dict) else None
    if not isinstance(element, dict) or not isinstance(kind, str) or kind not in allowed:
        problems.add(path, f"unsupported type: {kind}")
        return None
    if surface not in SURFACES.get(kind, EVERYWHERE):
        problems.add(path, f"{kind} is not available in a {surface}")
    problems.string(element, "action_id", path, 255)
    problems.flag(element, "focus_on_load", path)
    if "placeholder" in element:
        check_text(problems, element["placeholder"], f"{path}/placeholder", 150, kinds=PLAIN)
    if "confirm" in element:
        check_confirm(problems, element["confirm"], f"{path}/confirm")
    check = _CHECKS.get(kind, _check_select)
    check(problems, element, path)
    action_id = element.get("action_id")
    return action_id if isinstance(action_id, str) else None


def _check_button(problems: Problems, element: Json, path: str) -> None:
    problems.keys(
        element,
        path,
        _COMMON
        | {"text", "url", "value", "style", "confirm", "accessibility_label"}
        | {"agent_prompt", "agent_prompt_display", "visible_to_user_ids"},
    )
    check_text(problems, element.get("text"), f"{path}/text", 75, kinds=PLAIN)
    problems.string(element, "value", path, 2000)
    problems.string(element, "url", path, 3000)
    problems.string(element, "accessibility_label", path, 75)
    problems.one_of(element, "style", path, ("primary", "danger"))


def check_image_element(problems: Problems, element: Json, path: str) -> None:
    """A picture beside text; it always says in words what it shows."""
    problems.keys(element, path, ("type", "image_url", "slack_file", "alt_text"))
    problems.string(element, "image_url", path, 3000)
    problems.string(element, "alt_text", path, 2000, needed=True)
    if ("image_url" in element) == ("slack_file" in element):
        problems.add(path, "exactly one of image_url and slack_file is needed")


def _check_choices(problems: Problems, element: Json, path: str) -> None:
    problems.keys(element, path, _INPUT | {"options", "initial_options", "initial_option"})
    options = problems.items(element, "options", path, 1, 10)
    for index, option in enumerate(options):
        check_option(problems, option, f"{path}/options/{index}", kinds=BOTH_TEXTS)
    _check_initial(problems, element, path, options)


def _check_initial(problems: Problems, element: Json, path: str, options: list[Json]) -> None:
    chosen = list(element.get("initial_options", []))
    if "initial_option" in element:
        chosen.append(element["initial_option"])
    if "initial_options" in element and not chosen:
        problems.add(f"{path}/initial_options", "must have at least 1 item")
    for option in chosen:
        if option not in options:
            problems.add(path, "an initial option must equal one of the options")


def _check_overflow(problems: Problems, element: Json, path: str) -> None:
    problems.keys(element, path, _COMMON | {"options", "confirm"})
    for index, option in enumerate(problems.items(element, "options", path, 1, 5)):
        check_option(problems, option, f"{path}/options/{index}", kinds=PLAIN)


def _check_select(problems: Problems, element: Json, path: str) -> None:
    kind = str(element["type"])
    multi, source = kind.startswith("multi_"), kind.removeprefix("multi_").removesuffix("_select")
    allowed = _SELECT_KEYS[source]
    plural = {key for key in allowed if key.startswith("initial_") and key.endswith("s")}
    single = {key for key in allowed if key.startswith("initial_")} - plural
    allowed = allowed - (single if multi else plural)
    if multi:
        allowed = (allowed | {"max_selected_items"}) - {"response_url_enabled"}
    problems.keys(element, path, _INPUT | allowed)
    if source == "static":
        options = check_options(problems, element, path)
        _check_initial(problems, element, path, options)
    if source == "external":
        for key in ("initial_option", "initial_options"):
            initial = element.get(key, [])
            for option in initial if isinstance(initial, list) else [initial]:
                check_option(problems, option, f"{path}/{key}", kinds=PLAIN)
        _check_whole_number(problems, element, "min_query_length", path, 0)
    _check_whole_number(problems, element, "max_selected_items", path, 1)


def _check_whole_number(
    problems: Problems, element: Json, key: str, path: str, least: int, most: int | None = None
) -> None:
    value = element.get(key)
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        problems.add(f"{path}/{key}", f"must be a whole number from {least}")
    elif most is not None and value > most:
        problems.add(f"{path}/{key}", f"must be at most {most}")


def _check_picker(problems: Problems, element: Json, path: str) -> None:
    kind = element["type"]
    key = "initial_date" if kind == "datepicker" else "initial_time"
    if kind == "datetimepicker":
        problems.keys(element, path, (_INPUT - {"placeholder"}) | {"initial_date_time"})
        _check_whole_number(problems, element, "initial_date_time", path, 0, 9_999_999_999)
        return
    problems.keys(element, path, _INPUT | {key} | ({"timezone"} if kind == "timepicker" else set()))
    value = element.get(key)
    if value is not None and not (_is_day if kind == "datepicker" else _is_time)(value):
        problems.add(f"{path}/{key}", "must be YYYY-MM-DD" if "date" in key else "must be HH:mm")


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_time(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) is not None


def _check_typed(problems: Problems, element: Json, path: str) -> None:
    kind = element["type"]
    keys = (_INPUT - {"confirm"}) | {"initial_value", "dispatch_action_config"}
    if kind == "plain_text_input":
        keys |= {"multiline", "min_length", "max_length"}
        problems.flag(element, "multiline", path)
        _check_whole_number(problems, element, "min_length", path, 0, 3000)
        _check_whole_number(problems, element, "max_length", path, 1, 3000)
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if isinstance(least, int) and isinstance(most, int) and least > most:
            problems.add(path, "min_length is greater than max_length")
    if kind == "number_input":
        keys |= {"is_decimal_allowed", "min_value", "max_value"}
        if not isinstance(element.get("is_decimal_allowed"), bool):
            problems.add(path, "missing required field: is_decimal_allowed")
        for key in ("min_value", "max_value"):
            problems.string(element, key, path, 3000)
    problems.keys(element, path, keys)
    if kind != "rich_text_input":
        longest = element.get("max_length")
        most = longest if isinstance(longest, int) else 3000
        problems.string(element, "initial_value", path, most, least=0)
    if "dispatch_action_config" in element:
        _check_dispatch(problems, element["dispatch_action_config"], path)


def _check_dispatch(problems: Problems, config: object, path: str) -> None:
    place = f"{path}/dispatch_action_config"
    if not isinstance(config, dict):
        problems.add(place, "must be an object")
        return
    for trigger in problems.items(config, "trigger_actions_on", place, 1, 2):
        if trigger not in ("on_enter_pressed", "on_character_entered"):
            problems.add(place, f"unknown trigger: {trigger}")


def _check_file_input(problems: Problems, element: Json, path: str) -> None:
    problems.keys(element, path, _COMMON | {"filetypes", "max_files"})
    _check_whole_number(problems, element, "max_files", path, 1, 10)


def _check_workflow_button(problems: Problems, element: Json, path: str) -> None:
    problems.keys(element, path, _COMMON | {"text", "workflow", "style", "accessibility_label"})
    check_text(problems, element.get("text"), f"{path}/text", 75, kinds=PLAIN)
    if not isinstance(element.get("workflow"), dict):
        problems.add(path, "missing required field: workflow")


def _check_feedback(problems: Problems, element: Json, path: str) -> None:
    problems.keys(element, path, _COMMON | {"positive_button", "negative_button"})
    for key in ("positive_button", "negative_button"):
        button = element.get(key)
        if not isinstance(button, dict):
            problems.add(path, f"missing required field: {key}")
            continue
        check_text(problems, button.get("text"), f"{path}/{key}/text", 75, kinds=PLAIN)
        problems.string(button, "value", f"{path}/{key}", 2000, needed=True)


def _check_icon_button(problems: Problems, element: Json, path: str) -> None:
    keys = {"icon", "text", "value", "confirm", "accessibility_label", "visible_to_user_ids"}
    problems.keys(element, path, _COMMON | keys)
    problems.one_of({"icon": None} | element, "icon", path, ("trash",))
    check_text(problems, element.get("text"), f"{path}/text", 75, kinds=PLAIN)
    problems.string(element, "value", path, 2000)


_CHECKS: dict[str, Callable[[Problems, Json, str], None]] = {
    "button": _check_button,
    "image": check_image_element,
    "overflow": _check_overflow,
    "file_input": _check_file_input,
    "workflow_button": _check_workflow_button,
    "feedback_buttons": _check_feedback,
    "icon_button": _check_icon_button,
    **dict.fromkeys(CHOICES, _check_choices),
    **dict.fromkeys(PICKERS, _check_picker),
    **dict.fromkeys(TYPED, _check_typed),
}
