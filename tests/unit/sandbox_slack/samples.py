"""Smallest accepted pieces of Block Kit, for tests to bend until they are refused."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str = "Text") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "Text") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str = "Newtown", value: str | None = None) -> Json:
    return {"text": plain(text), "value": text if value is None else value}


def options(count: int) -> list[Json]:
    return [option(f"Option {n}") for n in range(count)]


def button(text: str = "Retry", **more: Any) -> Json:
    return {"type": "button", "action_id": "retry", "text": plain(text), **more}


def confirm(**more: Any) -> Json:
    return {
        "title": plain("Sure?"),
        "text": mrkdwn("980 documents"),
        "confirm": plain("Yes"),
        "deny": plain("No"),
        **more,
    }


def section(**more: Any) -> Json:
    return {"type": "section", **({"text": mrkdwn()} if not more else {}), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def field(element: Json | None = None, **more: Any) -> Json:
    element = element or {"type": "plain_text_input", "action_id": "words"}
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "title": plain("Title"),
        "submit": plain("Save"),
        "blocks": list(blocks) or [section()],
        **more,
    }


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


def raw(text: str = "cell") -> Json:
    return {"type": "raw_text", "text": text}


def rich(*inline: Json) -> Json:
    inside = list(inline) or [{"type": "text", "text": "word"}]
    part = {"type": "rich_text_section", "elements": inside}
    return {"type": "rich_text", "elements": [part]}


def table(rows: int = 2, columns: int = 2, cell: Json | None = None, **more: Any) -> Json:
    return {"type": "table", "rows": [[cell or raw()] * columns for _ in range(rows)], **more}


def data_table(rows: int = 2, columns: int = 2, cell: Json | None = None, **more: Any) -> Json:
    return {**table(rows, columns, cell), "type": "data_table", "caption": "Entries", **more}


def pie(segments: int = 2, **more: Any) -> Json:
    points = [{"label": f"Shop {n}", "value": n} for n in range(segments)]
    chart = {"type": "pie", "segments": points}
    return {"type": "data_visualization", "title": "Sales", "chart": chart, **more}


def bars(points: int = 2, labels: int | None = None, series: int = 1) -> Json:
    data = [{"label": f"Day {n}", "value": n} for n in range(points)]
    categories = [f"Day {n}" for n in range(points if labels is None else labels)]
    chart = {
        "type": "bar",
        "series": [{"name": f"Shop {n}", "data": data} for n in range(series)],
        "axis_config": {"categories": categories},
    }
    return {"type": "data_visualization", "title": "Sales", "chart": chart}


def card(**more: Any) -> Json:
    return {"type": "card", "title": mrkdwn("Run 42"), **more}


def task(**more: Any) -> Json:
    return {"type": "task_card", "task_id": "1", "title": "Read", "status": "complete", **more}


def container(*children: Json, **more: Any) -> Json:
    inside = list(children) or [section()]
    return {"type": "container", "title": plain("More"), "child_blocks": inside, **more}
