"""What Slack refuses: checked on every call here, and usable on any builder in a test."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot.sandbox.limit_blocks import check_block
from bot.sandbox.limit_elements import HOME, MESSAGE, MODAL
from bot.sandbox.limit_objects import PLAIN, Json, Problems, check_options, check_text

POST_TEXT, UPDATE_TEXT, MARKDOWN_TEXT = 40_000, 4_000, 12_000
METADATA_BYTES, VIEW_BYTES = 1_024, 250 * 1024
_VIEW_KEYS = {"type", "blocks", "callback_id", "external_id", "private_metadata"}
_MODAL_KEYS = {"title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled"}


def check_message(payload: Json, *, update: bool = False) -> list[str]:
    """Everything wrong with a message's text, blocks and metadata; empty when Slack takes it."""
    return [*check_text_length(payload, update=update), *check_content(payload)]


def check_text_length(payload: Json, *, update: bool = False) -> list[str]:
    """The length rules of `text` and Markdown, which Slack answers with an error of their own."""
    problems = Problems()
    problems.string(payload, "text", "", UPDATE_TEXT if update else POST_TEXT, least=0)
    given = payload.get("blocks")
    blocks = given if isinstance(given, list) else []
    written = [
        b.get("text", "") for b in blocks if isinstance(b, dict) and b.get("type") == "markdown"
    ]
    together = sum(len(text) for text in written if isinstance(text, str))
    if together + len(payload.get("markdown_text") or "") > MARKDOWN_TEXT:
        problems.add("/blocks", f"markdown is longer than {MARKDOWN_TEXT} characters together")
    return problems.found


def check_content(payload: Json) -> list[str]:
    """Blocks, attachments and metadata of a message."""
    problems = Problems()
    if payload.get("markdown_text") and (payload.get("text") or payload.get("blocks")):
        problems.add("/markdown_text", "cannot be combined with text or blocks")
    if payload.get("blocks") is not None:
        _check_blocks(problems, payload["blocks"], "/blocks", MESSAGE, most=50)
    attachments = payload.get("attachments") or []
    if not isinstance(attachments, list) or len(attachments) > 100:
        problems.add("/attachments", "must be a list of at most 100")
        attachments = []
    for index, attachment in enumerate(attachments):
        if isinstance(attachment, dict) and "blocks" in attachment:
            place = f"/attachments/{index}/blocks"
            _check_blocks(problems, attachment["blocks"], place, MESSAGE, most=50)
    return problems.found + check_metadata(payload.get("metadata"))


def check_metadata(metadata: object) -> list[str]:
    """An event type and a small flat payload: ids only, everybody in the workspace can read it."""
    problems = Problems()
    if metadata is None:
        return []
    if not isinstance(metadata, dict):
        problems.add("/metadata", "must be an object")
        return problems.found
    problems.keys(metadata, "/metadata", ("event_type", "event_payload", "entities"))
    problems.string(metadata, "event_type", "/metadata", 255, needed=True)
    if not isinstance(metadata.get("event_payload"), dict):
        problems.add("/metadata", "missing required field: event_payload")
    if len(json.dumps(metadata)) > METADATA_BYTES:
        problems.add("/metadata", f"is larger than {METADATA_BYTES} bytes")
    return problems.found


def check_view(view: object) -> list[str]:
    """Everything wrong with a modal or a Home tab; empty when Slack takes it."""
    problems = Problems()
    if not isinstance(view, dict) or view.get("type") not in (MODAL, HOME):
        problems.add("/type", "must be modal or home")
        return problems.found
    modal = view["type"] == MODAL
    problems.keys(view, "", _VIEW_KEYS | (_MODAL_KEYS if modal else set()))
    problems.string(view, "private_metadata", "", 3000, least=0)
    problems.string(view, "callback_id", "", 255, least=0)
    problems.string(view, "external_id", "", 255, least=0)
    blocks = view.get("blocks")
    _check_blocks(problems, blocks, "/blocks", view["type"], most=100)
    if modal:
        check_text(problems, view.get("title"), "/title", 24, kinds=PLAIN)
        for key in ("submit", "close"):
            if view.get(key) is not None:
                check_text(problems, view[key], f"/{key}", 24, kinds=PLAIN)
        for key in ("clear_on_close", "notify_on_close"):
            problems.flag(view, key, "")
        drawn = blocks if isinstance(blocks, list) else []
        inputs = [b for b in drawn if isinstance(b, dict) and b.get("type") == "input"]
        if inputs and not view.get("submit"):
            problems.add("/submit", "is needed when the view has an input block")
    if len(json.dumps(view)) > VIEW_BYTES:
        problems.add("", "view_too_large: more than 250 KB")
    return problems.found


def check_suggestions(answer: object) -> list[str]:
    """The answer to an external select: at most 100 options, and an empty list is allowed."""
    problems = Problems()
    if not isinstance(answer, dict):
        problems.add("", "must be an object")
    else:
        check_options(problems, answer, "", least=0)
    return problems.found


def walk(blocks: object) -> Iterator[Json]:
    """Every object inside blocks, outermost first: for rules that look at all elements at once."""
    if isinstance(blocks, dict):
        yield blocks
        for value in blocks.values():
            yield from walk(value)
    elif isinstance(blocks, list):
        for value in blocks:
            yield from walk(value)


def _check_blocks(
    problems: Problems, blocks: object, path: str, surface: str, *, most: int
) -> None:
    if not isinstance(blocks, list):
        problems.add(path, "must be a list of blocks")
        return
    if surface != MESSAGE and not blocks:
        problems.add(path, "must have at least 1 block")
    if len(blocks) > most:
        problems.add(path, f"must have at most {most} blocks")
    for index, block in enumerate(blocks):
        check_block(problems, block, f"{path}/{index}", surface)
    _check_together(problems, blocks, path)


def _check_together(problems: Problems, blocks: list[object], path: str) -> None:
    """Rules over the whole payload: unique ids, and how many of a kind one message may hold."""
    found = list(walk(blocks))
    seen: set[str] = set()
    for block_id in (item["block_id"] for item in found if isinstance(item.get("block_id"), str)):
        if block_id in seen:
            problems.add(path, f"block_id already exists: {block_id}")
        seen.add(block_id)
    for kinds, most in (
        (("table", "data_table"), 1),
        (("data_visualization",), 2),
        (("plan",), 1),
    ):
        if sum(item.get("type") in kinds for item in found) > most:
            problems.add(path, f"at most {most} of {' or '.join(kinds)}")
    if sum(item.get("focus_on_load") is True for item in found) > 1:
        problems.add(path, "only one element may have focus_on_load")
