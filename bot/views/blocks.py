"""Block Kit builders that stay inside Slack's limits and never turn a name into markup.

Words from outside go into `plain`, `rich`, `facts` or table cells, where nothing needs escaping.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bot.views.text import clean, cut, cut_escaped, tidy

Block = dict[str, Any]
Piece = str | Block  # a string is literal text in rich text
Fact = Piece | int | Sequence[Piece]


class Card(NamedTuple):
    """What a message says: a full sentence of literal text, and how it looks."""

    text: str  # not escaped yet: `fallback` does that at the last moment
    blocks: list[Block]


MOST_BLOCKS, MOST_VIEW_BLOCKS = 50, 100
SECTION, FIELD, HEADER, BUTTON, VALUE = 3000, 2000, 150, 75, 2000
_TABLE_ROWS, _TABLE_CHARACTERS = 99, 10_000
_DATA_ROWS, _DATA_CHARACTERS = 200, 20_000


def plain_text(text: str, most: int = SECTION) -> Block:
    """A text object that shows exactly these characters; Slack refuses an empty one."""
    return {"type": "plain_text", "text": cut(tidy(text), most) or " ", "emoji": False}


def header(text: str) -> Block:
    """A title, for structure."""
    return {"type": "header", "text": plain_text(text, HEADER)}


def plain(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of literal text: the safe default."""
    return _with({"type": "section", "text": plain_text(text)}, accessory)


def section(mrkdwn: str, accessory: Block | None = None) -> Block:
    """A paragraph of our own mrkdwn; anything from outside in it went through `escape`."""
    text = {"type": "mrkdwn", "text": cut(mrkdwn, SECTION) or " ", "verbatim": True}
    return _with({"type": "section", "text": text}, accessory)


def context(*lines: str) -> Block:
    """Small print, literal."""
    return {"type": "context", "elements": [plain_text(line) for line in lines[:10]]}


def divider() -> Block:
    return {"type": "divider"}


def rich(*lines: Sequence[Piece] | str) -> Block:
    """Lines of literal text, bold words, mentions and links; nothing in it is parsed."""
    elements: list[Block] = []
    for index, line in enumerate(lines):
        if index:
            elements.append({"type": "text", "text": "\n"})
        pieces = [line] if isinstance(line, str) else line
        elements += [_piece(piece) for piece in pieces if piece]
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": elements or [_piece(" ")]}],
    }


def _piece(piece: Piece) -> Block:
    if isinstance(piece, str):
        return {"type": "text", "text": cut(clean(piece) or " ", SECTION)}
    return piece


def bold(text: str) -> Block:
    return {"type": "text", "text": clean(text) or " ", "style": {"bold": True}}


def code(text: str) -> Block:
    return {"type": "text", "text": clean(text) or " ", "style": {"code": True}}


def mention(user: str) -> Block:
    """A person; notifies them, so only for whom it concerns."""
    return {"type": "user", "user_id": user}


def channel_link(channel: str) -> Block:
    return {"type": "channel", "channel_id": channel}


def link(url: str, text: str) -> Block:
    """A link made by us; an address that is not http(s) is shown as its text only."""
    if not url.startswith(("https://", "http://")):
        return {"type": "text", "text": clean(text) or " "}
    return {"type": "link", "url": cut(url, 3000), "text": clean(text) or url}


def when(value: datetime, fallback: str) -> Block:
    """A moment in the reader's own zone; the fallback names a zone."""
    return {
        "type": "date",
        "timestamp": int(value.timestamp()),
        "format": "{date_short_pretty} at {time}",
        "fallback": fallback,
    }


def facts(pairs: Mapping[str, Fact] | None = None, /, **more: Fact) -> Block:
    """`Label: value` lines with bold labels; values are literal."""
    found = {**(pairs or {}), **more}
    return rich(*([bold(f"{label}: "), *_pieces(value)] for label, value in found.items()))


def _pieces(value: Fact) -> list[Piece]:
    if isinstance(value, (str, int)):
        return [str(value)]
    return [value] if isinstance(value, dict) else list(value)


def button(
    text: str,
    action_id: str,
    value: str = "",
    *,
    style: str = "",
    url: str = "",
    confirm: Block | None = None,
    label: str = "",
) -> Block:
    """A verb to press; `label` says for screen readers what a repeated button is about."""
    element: Block = {
        "type": "button",
        "text": plain_text(text, BUTTON),
        "action_id": action_id,
    }
    optional: Block = {
        "value": value,
        "style": style,
        "url": url,
        "confirm": confirm,
        "accessibility_label": cut(clean(label), BUTTON),
    }
    return element | {key: given for key, given in optional.items() if given}


def confirm(title: str, text: str, yes: str, no: str = "Keep", *, danger: bool = False) -> Block:
    """The question before a press counts; name the object in it."""
    asked: Block = {
        "title": plain_text(title, 100),
        "text": plain_text(text, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
    }
    return asked | {"style": "danger"} if danger else asked


def actions(*elements: Block) -> Block:
    """Up to 25 controls in a row."""
    return {"type": "actions", "elements": list(elements[:25])}


def option(text: str, value: str, description: str = "") -> Block:
    """One choice of a menu."""
    chosen: Block = {"text": plain_text(text, 75), "value": cut(value, 150)}
    return chosen | {"description": plain_text(description, 75)} if description else chosen


def input_block(
    block_id: str,
    label: str,
    element: Block,
    *,
    hint: str = "",
    optional: bool = False,
    tells: bool = False,
) -> Block:
    """A field of a form; only these show an error of their own. `tells` reports each change."""
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, 2000),
        "element": element,
        "optional": optional,
    }
    if tells:
        made["dispatch_action"] = True
    return made | {"hint": plain_text(hint, 2000)} if hint else made


def modal(title: str, callback_id: str, blocks: Sequence[Block], *, submit: str = "") -> Block:
    """A view; what it must remember is sealed into it when it is sent."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain_text(title, 24),
        "close": plain_text("Cancel" if submit else "Close", 24),
        "blocks": list(blocks)[:MOST_VIEW_BLOCKS],
    }
    return view | {"submit": plain_text(submit, 24)} if submit else view


def alert(text: str, level: str = "warning") -> Block:
    """A notice on top of a form, for what belongs to no single field; modals only."""
    return {"type": "alert", "text": plain_text(text, 200), "level": level}


def cell(text: str, url: str = "") -> Block:
    """A table cell of literal text, a link where we have an address."""
    if not url:
        return {"type": "raw_text", "text": clean(text) or "–"}
    inside = {"type": "rich_text_section", "elements": [link(url, text or "–")]}
    return {"type": "rich_text", "elements": [inside]}


def table(head: Sequence[str], rows: Iterable[Sequence[Block]]) -> Block:
    """The older table block: rows that would break a limit are left out, see `fits`."""
    top = [cell(title) for title in head]
    return {"type": "table", "rows": [top, *fits(head, rows, _TABLE_ROWS, _TABLE_CHARACTERS)]}


def data_table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Block]]) -> Block:
    """The sortable table; the caption carries what cells cannot, such as the zone."""
    top = [cell(title) for title in head]
    kept = fits(head, rows, _DATA_ROWS, _DATA_CHARACTERS)
    return {
        "type": "data_table",
        "caption": cut(clean(caption), 3000),
        "page_size": 25,
        "rows": [top, *kept],
    }


def fits(
    head: Sequence[str],
    rows: Iterable[Sequence[Block]],
    most: int = _DATA_ROWS,
    characters: int = _DATA_CHARACTERS,
) -> list[list[Block]]:
    """The leading rows that fit one table block."""
    kept: list[list[Block]] = []
    room = characters - sum(len(title) for title in head)
    for row in rows:
        room -= sum(_width(item) for item in row)
        if len(kept) == most or room < 0:
            break
        kept.append(list(row))
    return kept


def plain_table(head: Sequence[str], rows: Iterable[Sequence[Block]]) -> list[Block]:
    """The same table for a Slack that refuses table blocks: a line per row, in sections."""
    blocks: list[Block] = []
    text = ""
    for row in rows:
        said = " · ".join(
            f"{title} {_said(item)}" for title, item in zip(head, row, strict=True) if _said(item)
        )
        line = cut(said, SECTION)
        if text and len(text) + len(line) + 1 > SECTION:
            blocks.append(plain(text))
            text = ""
        text = f"{text}\n{line}" if text else line
    return [*blocks, plain(text)] if text else blocks


def _said(item: Block) -> str:
    if item["type"] == "rich_text":
        return str(item["elements"][0]["elements"][0]["text"])
    return "" if item["text"] == "–" else str(item["text"])


def _width(item: Block) -> int:
    if item["type"] != "rich_text":
        return len(str(item["text"]))
    inner = item["elements"][0]["elements"][0]
    return len(str(inner.get("text", ""))) + len(str(inner.get("url", "")))


def fallback(text: str, most: int = 3900) -> str:
    """The `text` of a message: escaped, and short enough to be updated later (4,000)."""
    return cut_escaped(tidy(text), most)


def _with(block: Block, accessory: Block | None) -> Block:
    return block | {"accessory": accessory} if accessory else block
