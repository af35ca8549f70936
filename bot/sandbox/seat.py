"""A person at the page: what is pressed there is known by its ids, and what is chosen was shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from bot.sandbox.delivery import Delivery, Reply
from bot.sandbox.limit_objects import Problems, check_rich_text
from bot.sandbox.model import Json, View
from bot.sandbox.outcome import Outcome
from bot.sandbox.person import Person, Place
from bot.sandbox.server import SlackSandbox
from bot.sandbox.values import (
    FALSE_WORDS,
    OPTION_KINDS,
    NotOnScreen,
    elements,
    flat_options,
    held,
    holds_value,
    initial,
)

Heard = Callable[[Delivery, Reply], None]
Key = tuple[str, str, str]  # message or view, block, action
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Exact(str):
    """A control by its ids; read as text it is what a person calls it."""

    block_id: str
    action_id: str

    def __new__(cls, block_id: str, action_id: str, words: str = "") -> Exact:
        made = super().__new__(cls, words or f"{block_id}/{action_id}")
        made.block_id, made.action_id = block_id, action_id
        return made


class Seat(Person):
    """Kept for as long as the page is open, because a menu's options are remembered here."""

    def __init__(self, sandbox: SlackSandbox, user: str, heard: Heard) -> None:
        super().__init__(sandbox, user)
        self._heard = heard
        self._menus: dict[Key, list[Json]] = {}

    def press_exactly(self, place: Place, target: Exact, value: str | None) -> Outcome:
        """Press this button; a pair of feedback buttons is told apart by `value`."""
        block, element = self._find(place, target, None, None)
        kind = element["type"]
        if kind == "feedback_buttons":
            pair = [element["positive_button"], element["negative_button"]]
            chosen = next((b for b in pair if b["value"] == value), None)
            if chosen is None:
                raise NotOnScreen(f"{value!r} is not one of the two buttons")
            element = {**chosen, "type": kind, "action_id": element["action_id"]}
        elif kind not in ("button", "icon_button"):
            raise NotOnScreen(f"a {kind} is not pressed")
        return self.press(place, block, element)

    def choose_exactly(self, place: Place, target: Exact, value: Any) -> Outcome:
        """Choose, tick or type in a control that may tell the bot at once."""
        block, element = self._find(place, target, None, None)
        words = Exact(target.block_id, target.action_id, _called(block, element))
        if element["type"] != "overflow":
            value = self._plausible(element, value)
        return self.choose(place, words, value)

    def fill(self, view: View, values: Json) -> None:
        """Put what was typed into a view that is on the screen, telling nobody yet."""
        form = self._live_view(view)
        form.state = self._filled(form, self._typed(form, values))

    def send(self, view: View, values: Json) -> Outcome:
        """Submit exactly this modal."""
        return self.submit(view, self._typed(view, values))

    def open_menu(self, place: Place, target: Exact, query: str) -> Outcome:
        """Ask for the options of an external menu, and remember what it offered."""
        outcome = self.options(place, target, query)
        key = (_named(place), target.block_id, target.action_id)
        self._menus[key] = [*self._menus.get(key, []), *outcome.options]
        return outcome

    def open_home(self) -> Outcome:
        """Open the Home tab; the bot hears of it as of any event, and again if it did not."""
        self.sandbox.news.tell(self._home_opened())
        return self._outcome(self._start(), None, None, None)

    def _typed(self, view: View, values: Json) -> Json:
        typed: Json = {}
        for block_id, fields in values.items():
            for action_id, value in fields.items():
                target = Exact(block_id, action_id)
                _, element = self._find(view, target, None, None)
                typed[target] = self._plausible(element, value)
        return typed

    def _find(
        self, place: Place, target: str, kinds: tuple[str, ...] | None, value: str | None
    ) -> tuple[Json, Json]:
        if not isinstance(target, Exact):
            return super()._find(place, target, kinds, value)
        shown = list(elements(self._live(place)))
        same = [pair for pair in shown if pair[1]["action_id"] == target.action_id]
        for block, element in same:
            if block["block_id"] == target.block_id:
                return block, element
        if len(same) == 1:  # drawn again under the finger, with new block ids
            return same[0]
        raise NotOnScreen(f"there is no {target} on the screen")

    def _offered(self, place: Place, block: Json, element: Json, value: Any) -> list[Json]:
        """Only what the menu showed or holds already; choosing does not ask the bot again."""
        if not element["type"].endswith("external_select"):
            return flat_options(element) if element["type"] in OPTION_KINDS else []
        block_id, action_id = block["block_id"], element["action_id"]
        chosen = held(place.state.get(block_id, {}).get(action_id) or initial(element))
        kept = chosen if isinstance(chosen, list) else [chosen] if chosen else []
        return [*kept, *self._menus.get((_named(place), block_id, action_id), [])]

    def _send(self, body: bytes, content_type: str, **extra: str) -> tuple[Delivery, Reply]:
        delivery, reply = super()._send(body, content_type, **extra)
        self._heard(delivery, reply)
        return delivery, reply

    def _plausible(self, element: Json, value: Any) -> Any:
        """The value as the widget could have produced it, or ValueError."""
        kind = element["type"]
        if not holds_value(element):
            raise ValueError(f"a {kind} holds no value")
        if value in FALSE_WORDS:
            return value
        many = kind.startswith("multi_") or kind in ("checkboxes", "file_input")
        if many != isinstance(value, list):
            raise ValueError(f"a {kind} holds {'a list' if many else 'one value'}")
        if kind == "file_input":
            return [self._file(item) for item in value]
        for item in value if many else [value]:
            if not self._fits(kind, item):
                raise ValueError(f"a {kind} cannot hold that")
        return value

    def _fits(self, kind: str, item: Any) -> bool:
        if kind in OPTION_KINDS:
            return isinstance(item, (str, dict))
        if kind == "datetimepicker":
            return isinstance(item, int) and not isinstance(item, bool)
        if kind == "rich_text_input":
            problems = Problems()
            check_rich_text(problems, item, "")
            return not problems.found
        if not isinstance(item, str):
            return False
        if kind == "datepicker":
            return _is_day(item)
        if kind == "timepicker":
            return _CLOCK.fullmatch(item) is not None
        if kind.endswith("users_select"):
            return item in self._workspace.people
        if kind.endswith("_select"):
            return item in self._workspace.channels
        return True

    def _file(self, file_id: Any) -> Json:
        file = self._workspace.files.get(str(file_id))
        if file is None:
            raise ValueError("that file was not uploaded")
        address = f"{self._state.base_url()}/files/{file.id}/{file.name}"
        return {
            "id": file.id,
            "name": file.name,
            "title": file.title,
            "size": file.length,
            "url_private": address,
            "url_private_download": address,
        }


def _called(block: Json, element: Json) -> str:
    label = block.get("label") or element.get("placeholder") or {}
    return str(label.get("text") or element["action_id"])


def _named(place: Place) -> str:
    return place.id if isinstance(place, View) else f"{place.channel}/{place.ts}"


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
