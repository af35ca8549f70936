"""Draws blocks as lines of text, every kind that Slack accepts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.sandbox.events import Directory
from bot.sandbox.plain_text import rich_text, text_object
from bot.sandbox.values import State, held, holds_value

Json = dict[str, Any]
Control = tuple[Json, Json]  # a block and the element in it
LEVELS = {"info": "ℹ", "warning": "⚠", "error": "✖", "success": "✔", "default": "•"}
STATUSES = {"pending": "○", "in_progress": "◐", "complete": "✔", "error": "✖"}


@dataclass
class Pen:
    """How to draw: names, zone, form values, and the number each control gets."""

    names: Directory
    zone: tzinfo = UTC
    most_rows: int | None = None
    state: State = field(default_factory=dict)
    number: Callable[[Json, Json], str] = lambda block, element: ""
    short_links: bool = False

    def draw(self, blocks: list[Json]) -> list[str]:
        """All blocks, top to bottom."""
        lines: list[str] = []
        for block in blocks:
            lines += _DRAW[block["type"]](self, block)
        return lines

    def control(self, block: Json, element: Json) -> str:
        """One thing to press or fill in, with its number and what it holds."""
        kind = element["type"]
        numbered = block["type"] != "input" and kind != "image"
        mark = self.number(block, element) if numbered else ""
        if kind in ("button", "icon_button", "workflow_button"):
            link = f" → {self.address(element['url'])}" if element.get("url") else ""
            return (
                f"{mark or '['}{' ' if mark else ''}{text_object(element['text'], self.names)}"
                + (link if mark else f"]{link}")
            )
        if kind == "overflow":
            inside = " / ".join(o["text"]["text"] for o in element["options"])
            return f"{mark} ⋯ {inside}".strip()
        if kind == "feedback_buttons":
            pair = (element["positive_button"], element["negative_button"])
            return f"{mark} " + " / ".join(b["text"]["text"] for b in pair)
        if kind == "image":
            return f"(picture: {element['alt_text']})"
        return f"{mark} {self.value(block, element)}".strip()

    def address(self, url: str) -> str:
        """In full where somebody must open it, else without its last part: secret, and long."""
        return url.rpartition("/")[0] + "/…" if self.short_links else url

    def value(self, block: Json, element: Json) -> str:
        """What a field holds, as its widget shows it."""
        kept = self.state.get(block["block_id"], {}).get(element["action_id"])
        value = held(kept) if kept else _initial(element)
        if element["type"] in ("checkboxes", "radio_buttons"):
            chosen = value if isinstance(value, list) else [value]
            on, off = ("[x]", "[ ]") if element["type"] == "checkboxes" else ("(•)", "( )")
            marks = [
                f"{on if o in chosen else off} {text_object(o['text'], self.names)}"
                for o in element["options"]
            ]
            return "  ".join(marks)
        empty = text_object(element.get("placeholder"), self.names)
        shown = self.shown(value, element["type"]) or empty
        return f"[{shown}{' ▾' if element['type'].endswith('select') else ''}]"

    def shown(self, value: Any, kind: str) -> str:
        """A bare form value in words."""
        if value in (None, "", []):
            return ""
        if isinstance(value, list):
            return ", ".join(self.shown(item, kind) for item in value)
        if kind == "datetimepicker":
            when = datetime.fromtimestamp(int(value), self.zone)
            return f"{when:%Y-%m-%d %H:%M %Z}"
        if isinstance(value, dict):
            if value.get("type") == "rich_text":
                return "\n".join(rich_text(value, self.names, self.zone))
            return text_object(value["text"], self.names)
        if "users" in kind:
            return "@" + self.names.person(value)
        if "conversations" in kind or "channels" in kind:
            return self.names.channel(value)
        return str(value)

    def text(self, value: object) -> list[str]:
        """A text object as lines."""
        return text_object(value, self.names).split("\n")


def _initial(element: Json) -> Any:
    from_start = [v for k, v in element.items() if k.startswith("initial_")]
    return from_start[0] if from_start and holds_value(element) else None


def _section(pen: Pen, block: Json) -> list[str]:
    lines = pen.text(block["text"]) if "text" in block else []
    for field_text in block.get("fields", []):
        lines.append("  " + " ".join(pen.text(field_text)))
    if "accessory" in block:
        shown = pen.control(block, block["accessory"])
        if lines and "\n" not in shown:
            lines[0] += f"   {shown}"
        else:
            lines.append(shown)
    return lines


def _header(pen: Pen, block: Json) -> list[str]:
    text = text_object(block["text"], pen.names)
    return [text, "═" * min(len(text), 60)]


def _context(pen: Pen, block: Json) -> list[str]:
    shown = [
        pen.control(block, e) if e["type"] == "image" else " ".join(pen.text(e))
        for e in block["elements"]
    ]
    return ["· " + " · ".join(shown)]


def _actions(pen: Pen, block: Json) -> list[str]:
    return ["  ".join(pen.control(block, element) for element in block["elements"])]


def _image(pen: Pen, block: Json) -> list[str]:
    title = text_object(block["title"], pen.names) + ": " if "title" in block else ""
    return [f"({title}picture: {block['alt_text']})"]


def _input(pen: Pen, block: Json) -> list[str]:
    label = text_object(block["label"], pen.names)
    optional = " (optional)" if block.get("optional") else ""
    lines = [f"{label}{optional}: {pen.control(block, block['element'])}"]
    if "hint" in block:
        lines.append(f"    {text_object(block['hint'], pen.names)}")
    return lines


def _video(pen: Pen, block: Json) -> list[str]:
    return [f"(video: {text_object(block['title'], pen.names)}, {block['alt_text']})"]


def _table(pen: Pen, block: Json) -> list[str]:
    settings = block.get("column_settings") or []
    right = {i for i, c in enumerate(settings) if c and c.get("align") == "right"}
    lines = [block["caption"]] if block.get("caption") else []
    cells = [[_cell(pen, cell) for cell in row] for row in block["rows"]]
    for row in block["rows"][1:]:
        right |= {i for i, cell in enumerate(row) if cell["type"] == "raw_number"}
    return lines + aligned(cells, right, pen.most_rows)


def _cell(pen: Pen, cell: Json) -> str:
    if cell["type"] == "rich_text":
        return " ".join(rich_text(_labelled(cell), pen.names, pen.zone))
    return str(cell["text"])


def _rich_text(pen: Pen, block: Json) -> list[str]:
    return rich_text(_labelled(block) if pen.short_links else block, pen.names, pen.zone)


def _labelled(value: Any) -> Any:
    """Links by their words, as Slack shows them; the address is seen when one points at it."""
    if isinstance(value, list):
        return [_labelled(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "link":
        return {"type": "text", "text": value.get("text") or value["url"]}
    return {key: _labelled(each) for key, each in value.items()}


def aligned(rows: list[list[str]], right: set[int], most_rows: int | None = None) -> list[str]:
    """Rows as columns of equal width, the first row as a heading."""
    body = rows[1:] if most_rows is None else rows[1 : most_rows + 1]
    widths = [max(len(row[i]) for row in [rows[0], *body]) for i in range(len(rows[0]))]

    def line(row: list[str]) -> str:
        pads = [
            c.rjust(w) if i in right else c.ljust(w)
            for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        return "  ".join(pads).rstrip()

    lines = [line(rows[0]), "  ".join("─" * width for width in widths), *map(line, body)]
    hidden = len(rows) - 1 - len(body)
    return [*lines, f"… {hidden} more rows"] if hidden else lines


def _chart(pen: Pen, block: Json) -> list[str]:
    chart = block["chart"]
    lines = [f"{block['title']} ({chart['type']} chart)"]
    if chart["type"] == "pie":
        return lines + [f"  {point['label']}: {point['value']}" for point in chart["segments"]]
    names = [series["name"] for series in chart["series"]]
    rows = [["", *names]]
    for index, category in enumerate(chart["axis_config"]["categories"]):
        rows.append([category, *(str(s["data"][index]["value"]) for s in chart["series"])])
    return lines + aligned(rows, set(range(1, len(names) + 1)))


def _card(pen: Pen, block: Json) -> list[str]:
    lines = [
        line
        for key in ("title", "subtitle", "body")
        if key in block
        for line in pen.text(block[key])
    ]
    for key in ("hero_image", "icon"):
        if key in block:
            lines.append(pen.control(block, block[key]))
    if "actions" in block:
        lines.append("  ".join(pen.control(block, element) for element in block["actions"]))
    return ["▢ " + lines[0], *("  " + line for line in lines[1:])]


def _carousel(pen: Pen, block: Json) -> list[str]:
    return pen.draw(block["elements"])


def _alert(pen: Pen, block: Json) -> list[str]:
    mark = LEVELS[block.get("level", "default")]
    return [f"{mark} {line}" for line in pen.text(block["text"])]


def _container(pen: Pen, block: Json) -> list[str]:
    if "rich_text_title" in block:
        title = " ".join(rich_text(block["rich_text_title"], pen.names, pen.zone))
    else:
        title = text_object(block["title"], pen.names)
    lines = [f"▾ {title}"]
    if "subtitle" in block:
        lines.append(f"  {text_object(block['subtitle'], pen.names)}")
    return lines + ["  " + line for line in pen.draw(block["child_blocks"])]


def _task_card(pen: Pen, block: Json) -> list[str]:
    lines = [f"{STATUSES[block['status']]} {block['title']}"]
    for key in ("details", "output"):
        if key in block:
            lines += ["  " + line for line in rich_text(block[key], pen.names, pen.zone)]
    return lines


def _plan(pen: Pen, block: Json) -> list[str]:
    return [block["title"], *("  " + line for line in pen.draw(block.get("tasks", [])))]


_DRAW: dict[str, Callable[[Pen, Json], list[str]]] = {
    "section": _section,
    "header": _header,
    "divider": lambda pen, block: ["─" * 40],
    "image": _image,
    "context": _context,
    "actions": _actions,
    "context_actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
    "markdown": lambda pen, block: block["text"].split("\n"),
    "video": _video,
    "table": _table,
    "data_table": _table,
    "data_visualization": _chart,
    "card": _card,
    "carousel": _carousel,
    "alert": _alert,
    "container": _container,
    "task_card": _task_card,
    "plan": _plan,
}
