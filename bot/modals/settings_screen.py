"""What the settings form remembers between its steps: only what differs from what is saved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from bot.conversation import Request, State
from bot.modals.fields.inputs import typed_in
from bot.modals.panels import PANEL_BY_ID, Panel
from bot.views.blocks import Block
from sync.errors import NotFound
from sync.services.configuring import Configured
from sync.services.named_settings import Value


@dataclass(frozen=True, slots=True)
class Screen:
    """What the form remembers: `typed` is what differs from what was saved, by field."""

    panel: Panel
    only: bool  # one page without tabs
    page: int = 0
    typed: Mapping[str, Value] = field(default_factory=dict)
    base: Mapping[str, str] = field(default_factory=dict)  # digests of what the fields began with
    token: str = ""  # of all settings when they were read
    read_at: int = 0
    fresh: int = 0
    channel: str = ""

    def state(self, connection: str) -> State:
        return {
            "connection": connection,
            "channel": self.channel,
            "tab": self.panel.id,
            "only": self.only,
            "page": self.page,
            "typed": {k: list(v) if isinstance(v, tuple) else v for k, v in self.typed.items()},
            "base": dict(self.base),
            "token": self.token,
            "at": self.read_at,
            "fresh": self.fresh,
        }

    @classmethod
    def of(cls, state: State) -> Screen:
        typed = {
            str(k): tuple(map(str, v)) if isinstance(v, list) else str(v)
            for k, v in state["typed"].items()
        }
        return cls(
            PANEL_BY_ID[str(state["tab"])],
            bool(state["only"]),
            int(state["page"]),
            typed,
            state["base"],
            str(state["token"]),
            int(state["at"]),
            int(state["fresh"]),
            str(state["channel"]),
        )


def screen_of(request: Request) -> Screen:
    """What was on the screen, with all that was typed on it and on other tabs."""
    view = request.view
    if view is None or "tab" not in view.state:
        raise NotFound("This form is no longer valid. Open it again.")
    screen = Screen.of(view.state)
    typed = dict(screen.typed)
    for name, got in typed_in(view.values).items():
        if name not in screen.base:
            continue
        value = _value(got)
        if digest(value) == screen.base[name]:
            typed.pop(name, None)
        else:
            typed[name] = value
    return replace(screen, typed=typed)


def _value(got: Any) -> Value:
    if isinstance(got, list):
        return tuple(str(row.get("value") or "") for row in got)
    if isinstance(got, Mapping):
        value = str(got.get("value") or "")
        return "" if value == "none" else value
    return str(got)


def initial_values(blocks: list[Block]) -> dict[str, Value]:
    """What fields show when nobody has touched them, by field."""
    found: dict[str, Value] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        name = str(block["block_id"]).partition("~")[0]
        if element["type"].startswith("multi_"):
            found[name] = tuple(str(each["value"]) for each in element.get("initial_options", ()))
        else:
            chosen = element.get("initial_option") or {}
            plain_ones = ("initial_value", "initial_date", "initial_time")
            texts = (str(element[key]) for key in plain_ones if element.get(key))
            found[name] = str(chosen.get("value") or next(texts, ""))
    return found


def digest(value: Value) -> str:
    """Short enough for a form's memory; equal for equal values."""
    packed = orjson.dumps(sorted(value) if isinstance(value, tuple) else value.strip())
    return hashlib.sha256(packed).hexdigest()[:8]


def token_of(saved: Configured) -> str:
    """Another one when any setting of this form was changed."""
    packed = orjson.dumps(saved.values, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(packed).hexdigest()[:16]
