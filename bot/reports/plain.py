"""The form of a message for a Slack that refuses its newer blocks: the same words in sections."""

from __future__ import annotations

from collections.abc import Sequence

from bot.views.blocks import Block, plain, plain_table

NEWER = frozenset({"data_table", "table", "data_visualization", "card", "carousel", "container"})
_TABLES = frozenset({"data_table", "table"})
_MOST_CHARACTERS, _MOST_BLOCKS = 12_000, 45  # of one message, as far as is known to be safe


def has_newer(blocks: Sequence[Block]) -> bool:
    """Whether Slack might refuse the message for a block it does not know yet."""
    return any(block["type"] in NEWER for block in blocks)


def plain_form(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks of one or more messages that say the same without newer blocks."""
    messages: list[list[Block]] = [[]]
    room = _MOST_CHARACTERS
    for block in blocks:
        for piece in _pieces(block):
            size = _size(piece)
            if messages[-1] and (size > room or len(messages[-1]) == _MOST_BLOCKS):
                messages.append([])
                room = _MOST_CHARACTERS
            messages[-1].append(piece)
            room -= size
    return messages


def _pieces(block: Block) -> list[Block]:
    if block["type"] in _TABLES:
        head = [str(cell["text"]) for cell in block["rows"][0]]
        caption = [plain(block["caption"])] if block.get("caption") else []
        return [*caption, *plain_table(head, block["rows"][1:])]
    if block["type"] == "data_visualization":
        return _chart_in_words(block)
    return [] if block["type"] in NEWER else [block]


def _chart_in_words(block: Block) -> list[Block]:
    """A line per point; of a pie, a line per piece."""
    chart = block["chart"]
    if chart["type"] == "pie":
        said = [f"{each['label']}: {each['value']:,}" for each in chart["segments"]]
        return [plain("\n".join([block["title"], *said]))]
    lines = [block["title"]]
    for number, label in enumerate(chart["axis_config"]["categories"]):
        values = (f"{each['data'][number]['value']:,} {each['name']}" for each in chart["series"])
        lines.append(f"{label}: {', '.join(values)}")
    return [plain("\n".join(lines))]


def _size(block: Block) -> int:
    text = block.get("text")
    return len(text["text"]) if isinstance(text, dict) else 200
