"""Slack's rules for what blocks are made of: texts, options, confirmations, rich text."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

Json = dict[str, Any]
BOTH_TEXTS = ("plain_text", "mrkdwn")
PLAIN = ("plain_text",)
CONFIRM_KEYS = {"title", "text", "confirm", "deny", "style"}
OPTION_KEYS = {"text", "value", "description", "url"}
TEXT_KEYS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}
INLINE_KEYS = {
    "text": ("text",),
    "link": ("url",),
    "user": ("user_id",),
    "usergroup": ("usergroup_id",),
    "channel": ("channel_id",),
    "team": ("team_id",),
    "emoji": ("name",),
    "date": ("timestamp", "format"),
    "broadcast": ("range",),
    "color": ("value",),
}
RICH_CONTAINERS = ("rich_text_section", "rich_text_preformatted", "rich_text_quote")


class Problems:
    """Collects what Slack would say, each with the place it speaks about."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, path: str, message: str) -> None:
        """Remember one fault at one place."""
        self.found.append(f"[ERROR] {message} [json-pointer:{path}]")

    def keys(self, item: object, path: str, allowed: Collection[str]) -> None:
        """Slack refuses properties it does not know instead of ignoring them."""
        if not isinstance(item, dict):
            self.add(path, "must be an object")
            return
        for key in item:
            if key not in allowed:
                self.add(path, f"invalid additional property: {key}")

    def string(
        self, item: Json, key: str, path: str, most: int, *, least: int = 1, needed: bool = False
    ) -> None:
        """A string property within its length."""
        value = item.get(key)
        if value is None:
            if needed:
                self.add(path, f"missing required field: {key}")
            return
        if not isinstance(value, str):
            self.add(f"{path}/{key}", "must be a string")
        elif len(value) < least:
            self.add(f"{path}/{key}", f"must be more than {least - 1} characters")
        elif len(value) > most:
            self.add(f"{path}/{key}", f"must be less than {most + 1} characters")

    def flag(self, item: Json, key: str, path: str) -> None:
        """A property that is true, false or absent."""
        if key in item and not isinstance(item[key], bool):
            self.add(f"{path}/{key}", "must be a boolean")

    def one_of(self, item: Json, key: str, path: str, allowed: Collection[str]) -> None:
        """A property with a closed list of values."""
        if key in item and item[key] not in allowed:
            self.add(f"{path}/{key}", f"must be one of {', '.join(sorted(allowed))}")

    def items(self, item: Json, key: str, path: str, least: int, most: int) -> list[Any]:
        """A list property within its count; what is not a list reads as empty."""
        value = item.get(key)
        if not isinstance(value, list):
            self.add(path, f"missing required field: {key}")
            return []
        if not least <= len(value) <= most:
            self.add(f"{path}/{key}", f"must have between {least} and {most} items")
        return value


def check_text(
    problems: Problems,
    value: object,
    path: str,
    most: int,
    *,
    kinds: Collection[str] = BOTH_TEXTS,
) -> None:
    """A text object of an allowed kind, never empty, within its length."""
    if not isinstance(value, dict):
        problems.add(path, "must be a text object")
        return
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in kinds:
        problems.add(f"{path}/type", f"must be {' or '.join(kinds)}")
        return
    problems.keys(value, path, TEXT_KEYS[kind])
    problems.string(value, "text", path, most, needed=True)


def check_confirm(problems: Problems, value: object, path: str) -> None:
    """The question asked before a press counts."""
    if not isinstance(value, dict):
        problems.add(path, "must be a confirm object")
        return
    problems.keys(value, path, CONFIRM_KEYS)
    problems.one_of(value, "style", path, ("primary", "danger"))
    for key, most in (("title", 100), ("confirm", 30), ("deny", 30)):
        check_text(problems, value.get(key), f"{path}/{key}", most, kinds=PLAIN)
    check_text(problems, value.get("text"), f"{path}/text", 300)


def check_option(problems: Problems, value: object, path: str, *, kinds: Collection[str]) -> None:
    """One choice of a menu."""
    if not isinstance(value, dict):
        problems.add(path, "must be an option object")
        return
    problems.keys(value, path, OPTION_KEYS)
    check_text(problems, value.get("text"), f"{path}/text", 75, kinds=kinds)
    problems.string(value, "value", path, 150, needed=True)
    if "description" in value:
        check_text(problems, value["description"], f"{path}/description", 75, kinds=kinds)
    problems.string(value, "url", path, 3000)


def check_options(
    problems: Problems, item: Json, path: str, *, least: int = 1, most: int = 100
) -> list[Json]:
    """`options` or `option_groups`, not both; answers the flat list of options."""
    groups, options = item.get("option_groups"), item.get("options")
    if (groups is None) == (options is None):
        problems.add(path, "exactly one of options and option_groups is needed")
        return []
    if options is not None:
        return _option_list(problems, item, path, least, most)
    flat: list[Json] = []
    for index, group in enumerate(problems.items(item, "option_groups", path, least, 100)):
        place = f"{path}/option_groups/{index}"
        if not isinstance(group, dict):
            problems.add(place, "must be an option group")
            continue
        problems.keys(group, place, ("label", "options"))
        check_text(problems, group.get("label"), f"{place}/label", 75, kinds=PLAIN)
        flat += _option_list(problems, group, place, 1, 100)
    return flat


def _option_list(
    problems: Problems, item: Json, path: str, least: int, most: int, kinds: Iterable[str] = PLAIN
) -> list[Json]:
    options = problems.items(item, "options", path, least, most)
    for index, option in enumerate(options):
        check_option(problems, option, f"{path}/options/{index}", kinds=tuple(kinds))
    return [option for option in options if isinstance(option, dict)]


def check_rich_text(problems: Problems, block: object, path: str) -> None:
    """A rich text tree: sections, lists, quotes and code, with inline pieces inside."""
    if not isinstance(block, dict) or block.get("type") != "rich_text":
        problems.add(path, "must be a rich_text object")
        return
    problems.keys(block, path, ("type", "elements", "block_id"))
    for index, part in enumerate(problems.items(block, "elements", path, 1, 1000)):
        _check_rich_part(problems, part, f"{path}/elements/{index}")


def _check_rich_part(problems: Problems, part: object, path: str) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if not isinstance(part, dict) or kind not in (*RICH_CONTAINERS, "rich_text_list"):
        problems.add(path, f"unsupported rich text element: {kind}")
        return
    children = problems.items(part, "elements", path, 0, 1000)
    if kind == "rich_text_list":
        if part.get("style") not in ("bullet", "ordered"):
            problems.add(f"{path}/style", "must be bullet or ordered")
        for index, child in enumerate(children):
            _check_rich_part(problems, child, f"{path}/elements/{index}")
        return
    for index, child in enumerate(children):
        place = f"{path}/elements/{index}"
        inline = str(child.get("type")) if isinstance(child, dict) else None
        if not isinstance(child, dict) or inline is None or inline not in INLINE_KEYS:
            problems.add(place, f"unsupported rich text element: {inline}")
            continue
        for key in INLINE_KEYS[inline]:
            if child.get(key) in (None, ""):
                problems.add(place, f"missing required field: {key}")


def rich_text_length(block: object) -> int:
    """How many characters a rich text cell counts for."""
    if not isinstance(block, dict):
        return 0
    shown = block.get("text") or block.get("url") or ""
    children = block.get("elements")
    inside = children if isinstance(children, list) else []
    return len(str(shown)) + sum(rich_text_length(child) for child in inside)
