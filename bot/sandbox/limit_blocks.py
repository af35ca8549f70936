"""Slack's rules for whole blocks: which exist, on which surface, and how much each may hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.limit_elements import (
    EVERYWHERE,
    HOME,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    MESSAGE,
    MODAL,
    check_element,
    check_image_element,
)
from bot.sandbox.limit_objects import BOTH_TEXTS, PLAIN, Json, Problems, check_rich_text, check_text
from bot.sandbox.limit_tables import check_chart, check_data_table, check_table

# Where sources disagree about a surface the narrower one is taken.
SURFACES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("section", "header", "divider", "image", "context", "actions", "input", "rich_text"),
        EVERYWHERE,
    ),
    "video": EVERYWHERE,
    "card": frozenset({MESSAGE, HOME}),
    "carousel": frozenset({MESSAGE, HOME}),
    "alert": frozenset({MODAL}),
    **dict.fromkeys(
        ("markdown", "context_actions", "table", "data_table", "data_visualization"),
        frozenset({MESSAGE}),
    ),
    **dict.fromkeys(("container", "task_card", "plan"), frozenset({MESSAGE})),
}
IN_CONTAINER = frozenset(
    {"actions", "context", "divider", "header", "image", "input"}
    | {"rich_text", "section", "table", "video"}
)
STATUSES = ("pending", "in_progress", "complete", "error")
_KEYS = {
    "section": {"text", "fields", "accessory", "expand"},
    "header": {"text", "level"},
    "divider": set[str](),
    "image": {"image_url", "slack_file", "alt_text", "title"},
    "context": {"elements"},
    "actions": {"elements"},
    "context_actions": {"elements"},
    "input": {"label", "hint", "element", "optional", "dispatch_action"},
    "rich_text": {"elements"},
    "markdown": {"text"},
    "video": {"alt_text", "video_url", "thumbnail_url", "title", "title_url", "description"}
    | {"provider_icon_url", "provider_name", "author_name"},
    "table": {"rows", "column_settings"},
    "data_table": {"rows", "caption", "page_size", "row_header_column_index"},
    "data_visualization": {"title", "chart"},
    "card": {"hero_image", "icon", "title", "subtitle", "body", "actions"},
    "carousel": {"elements"},
    "alert": {"text", "level"},
    "container": {"title", "rich_text_title", "subtitle", "child_blocks", "width", "icon"}
    | {"is_collapsible", "default_collapsed", "has_header_divider"},
    "task_card": {"task_id", "title", "details", "output", "sources", "status"},
    "plan": {"title", "tasks"},
}


def check_block(problems: Problems, block: object, path: str, surface: str) -> None:
    """One block by itself; what concerns several at once is in `limits`."""
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(block, dict) or not isinstance(kind, str) or kind not in SURFACES:
        problems.add(path, f"unsupported type: {kind}")
        return
    if surface not in SURFACES[kind]:
        problems.add(path, f"{kind} is not available in a {surface}")
    problems.keys(block, path, _KEYS[kind] | {"type", "block_id"})
    problems.string(block, "block_id", path, 255)
    _CHECKS[kind](problems, block, path, surface)


def _section(problems: Problems, block: Json, path: str, surface: str) -> None:
    if "text" not in block and "fields" not in block:
        problems.add(path, "a section needs text or fields")
    if "text" in block:
        check_text(problems, block["text"], f"{path}/text", 3000)
    if "fields" in block:
        for index, field in enumerate(problems.items(block, "fields", path, 1, 10)):
            check_text(problems, field, f"{path}/fields/{index}", 2000)
    if "accessory" in block:
        check_element(problems, block["accessory"], f"{path}/accessory", surface, IN_SECTION)


def _header(problems: Problems, block: Json, path: str, surface: str) -> None:
    check_text(problems, block.get("text"), f"{path}/text", 150, kinds=PLAIN)
    if "level" in block and block["level"] not in (1, 2, 3, 4):
        problems.add(f"{path}/level", "must be 1 to 4")


def _divider(problems: Problems, block: Json, path: str, surface: str) -> None:
    """A line has nothing to get wrong."""


def _image(problems: Problems, block: Json, path: str, surface: str) -> None:
    picture = {k: v for k, v in block.items() if k not in ("title", "block_id")}
    check_image_element(problems, picture, path)
    if "title" in block:
        check_text(problems, block["title"], f"{path}/title", 2000, kinds=PLAIN)


def _context(problems: Problems, block: Json, path: str, surface: str) -> None:
    for index, element in enumerate(problems.items(block, "elements", path, 1, 10)):
        place = f"{path}/elements/{index}"
        if isinstance(element, dict) and element.get("type") in BOTH_TEXTS:
            check_text(problems, element, place, 3000)
        else:
            check_element(problems, element, place, surface, {"image"})


def _actions(problems: Problems, block: Json, path: str, surface: str) -> None:
    wide = block["type"] == "actions"
    most, allowed = (25, IN_ACTIONS) if wide else (5, IN_CONTEXT_ACTIONS)
    _elements(problems, problems.items(block, "elements", path, 1, most), path, surface, allowed)


def _elements(
    problems: Problems, elements: list[Any], path: str, surface: str, allowed: frozenset[str]
) -> None:
    seen: set[str] = set()
    for index, element in enumerate(elements):
        place = f"{path}/elements/{index}"
        action_id = check_element(problems, element, place, surface, allowed)
        if action_id in seen:
            problems.add(place, f"action_id is used twice in this block: {action_id}")
        if action_id:
            seen.add(action_id)


def _input(problems: Problems, block: Json, path: str, surface: str) -> None:
    check_text(problems, block.get("label"), f"{path}/label", 2000, kinds=PLAIN)
    if "hint" in block:
        check_text(problems, block["hint"], f"{path}/hint", 2000, kinds=PLAIN)
    for key in ("optional", "dispatch_action"):
        problems.flag(block, key, path)
    check_element(problems, block.get("element"), f"{path}/element", surface, IN_INPUT)
    if surface == MESSAGE and block.get("dispatch_action") is not True:
        problems.add(path, "an input in a message needs dispatch_action")


def _rich_text(problems: Problems, block: Json, path: str, surface: str) -> None:
    check_rich_text(problems, block, path)


def _markdown(problems: Problems, block: Json, path: str, surface: str) -> None:
    problems.string(block, "text", path, 12_000, needed=True)


def _video(problems: Problems, block: Json, path: str, surface: str) -> None:
    check_text(problems, block.get("title"), f"{path}/title", 199, kinds=PLAIN)
    for key in ("alt_text", "video_url", "thumbnail_url"):
        problems.string(block, key, path, 3000, needed=True)
    problems.string(block, "author_name", path, 49)
    for key in ("video_url", "title_url"):
        if not str(block.get(key, "https://")).startswith("https://"):
            problems.add(f"{path}/{key}", "must be an https address")


def _card(problems: Problems, block: Json, path: str, surface: str) -> None:
    if not any(key in block for key in ("hero_image", "title", "body", "actions")):
        problems.add(path, "a card needs hero_image, title, body or actions")
    for key, most in (("title", 150), ("subtitle", 150), ("body", 200)):
        if key in block:
            check_text(problems, block[key], f"{path}/{key}", most)
    for key in ("hero_image", "icon"):
        if key in block:
            check_element(problems, block[key], f"{path}/{key}", surface, {"image"})
    if "actions" in block:
        buttons = problems.items(block, "actions", path, 1, 25)
        _elements(problems, buttons, f"{path}/actions", surface, frozenset({"button"}))


def _carousel(problems: Problems, block: Json, path: str, surface: str) -> None:
    for index, card in enumerate(problems.items(block, "elements", path, 1, 10)):
        place = f"{path}/elements/{index}"
        if not isinstance(card, dict) or card.get("type") != "card":
            problems.add(place, "a carousel holds cards only")
        else:
            check_block(problems, card, place, surface)


def _alert(problems: Problems, block: Json, path: str, surface: str) -> None:
    check_text(problems, block.get("text"), f"{path}/text", 200)
    problems.one_of(block, "level", path, ("default", "info", "warning", "error", "success"))


def _container(problems: Problems, block: Json, path: str, surface: str) -> None:
    if "title" not in block and "rich_text_title" not in block:
        problems.add(path, "a container needs a title")
    if "title" in block:
        check_text(problems, block["title"], f"{path}/title", 150, kinds=PLAIN)
    if "rich_text_title" in block:
        check_rich_text(problems, block["rich_text_title"], f"{path}/rich_text_title")
    if "subtitle" in block:
        check_text(problems, block["subtitle"], f"{path}/subtitle", 150)
    if "icon" in block:
        check_element(problems, block["icon"], f"{path}/icon", surface, {"image"})
    problems.one_of(block, "width", path, ("narrow", "standard", "wide", "full"))
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        problems.add(path, "default_collapsed needs is_collapsible")
    for index, child in enumerate(problems.items(block, "child_blocks", path, 1, 10)):
        place = f"{path}/child_blocks/{index}"
        kind = child.get("type") if isinstance(child, dict) else None
        if not isinstance(kind, str) or kind not in IN_CONTAINER:
            problems.add(place, f"a container cannot hold: {kind}")
        else:
            check_block(problems, child, place, surface)


def _task_card(problems: Problems, block: Json, path: str, surface: str) -> None:
    for key in ("task_id", "title", "status"):
        problems.string(block, key, path, 3000, needed=True)
    problems.one_of(block, "status", path, STATUSES)
    for key in ("details", "output"):
        if key in block:
            check_rich_text(problems, block[key], f"{path}/{key}")


def _plan(problems: Problems, block: Json, path: str, surface: str) -> None:
    problems.string(block, "title", path, 3000, needed=True)
    tasks = problems.items(block, "tasks", path, 0, 1000) if "tasks" in block else []
    for index, task in enumerate(tasks):
        place = f"{path}/tasks/{index}"
        if not isinstance(task, dict) or task.get("type") != "task_card":
            problems.add(place, "a plan holds task cards only")
        else:
            check_block(problems, task, place, surface)


_CHECKS: dict[str, Callable[[Problems, Json, str, str], None]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "image": _image,
    "context": _context,
    "actions": _actions,
    "context_actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "markdown": _markdown,
    "video": _video,
    "table": check_table,
    "data_table": check_data_table,
    "data_visualization": check_chart,
    "card": _card,
    "carousel": _carousel,
    "alert": _alert,
    "container": _container,
    "task_card": _task_card,
    "plan": _plan,
}
