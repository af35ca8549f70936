"""What a person can do at the page, by name: a JSON body in, what came of it out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.sandbox.model import Channel, Json, View
from bot.sandbox.payloads import escaped

if TYPE_CHECKING:
    from bot.sandbox.browser import Browser
    from bot.sandbox.outcome import Outcome
    from bot.sandbox.person import Place
    from bot.sandbox.seat import Exact, Seat

Act = Callable[["Browser", "Seat", Json], Json]
MOST_TEXT = 12_000


class Refused(Exception):
    """An action that makes no sense as it was asked for; `status` says whose fault it is."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.status = status


def command(browser: Browser, seat: Seat, body: Json) -> Json:
    """Type a slash command into a channel."""
    typed, channel = _text(body, "text"), _channel(seat, body)
    if not typed.startswith("/ccc") or typed[4:5].strip():
        word = typed.split()[0][:40]
        raise Refused(f"{word} is not a command here; this workspace knows /ccc", 404)
    if browser.sandbox.installation.revoked:
        raise Refused("/ccc is not a valid command: the app is not installed", 404)
    return _came_of_it(seat.command(typed, channel.id))


def say(browser: Browser, seat: Seat, body: Json) -> Json:
    """Write a message, or a reply in a thread."""
    channel, thread = _channel(seat, body), body.get("thread")
    workspace = browser.sandbox.workspace
    if channel.is_archived:
        raise Refused("this channel is archived", 409)
    if thread is not None:
        root = workspace.find(channel.id, _text(body, "thread"))
        thread = root.thread_ts or root.ts
    text = escaped(browser.sandbox.state, _text(body, "text"))
    message = workspace.post(channel.id, seat.id, text, [], thread_ts=thread)
    return {"ts": message.ts}


def press(browser: Browser, seat: Seat, body: Json) -> Json:
    """Press a button in a message or a view."""
    place = _place(browser, seat, body)
    _fill(seat, place, body)
    value = body.get("value")
    chosen = value if isinstance(value, str) else None
    return _came_of_it(seat.press_exactly(place, _target(body), chosen))


def choose(browser: Browser, seat: Seat, body: Json) -> Json:
    """Choose from a menu, tick, or pick a date."""
    place = _place(browser, seat, body)
    _fill(seat, place, body)
    try:
        return _came_of_it(seat.choose_exactly(place, _target(body), body.get("value")))
    except ValueError as wrong:
        raise Refused(str(wrong)) from wrong


def options(browser: Browser, seat: Seat, body: Json) -> Json:
    """Open an external menu or type into it."""
    place = _place(browser, seat, body)
    _fill(seat, place, body)
    query = body.get("query", "")
    if not isinstance(query, str):
        raise Refused("query is a text")
    outcome = seat.open_menu(place, _target(body), query)
    groups = outcome.answer.get("option_groups")
    offered = [{"options": outcome.answer.get("options") or []}] if groups is None else groups
    return {**_came_of_it(outcome), "groups": offered}


def submit(browser: Browser, seat: Seat, body: Json) -> Json:
    """Send a modal; what is missing in it is shown on its fields."""
    view = _view(browser, seat, body)
    try:
        return _came_of_it(seat.send(view, _values(body)))
    except ValueError as wrong:
        raise Refused(str(wrong)) from wrong


def close(browser: Browser, seat: Seat, body: Json) -> Json:
    """Put a modal away, or with `all` everything that is open."""
    outcome = seat.close(_view(browser, seat, body))
    while body.get("all") and seat.view:
        outcome = seat.close(seat.view)
    return _came_of_it(outcome)


def shortcut(browser: Browser, seat: Seat, body: Json) -> Json:
    """Run one of the app's shortcuts on a message."""
    wanted = next((id for id, _ in browser.shortcuts if id == body.get("id")), None)
    if wanted is None:
        raise Refused("there is no such shortcut", 404)
    channel = _channel(seat, body)
    message = browser.sandbox.workspace.find(channel.id, _text(body, "ts"))
    if message.visible_to is not None:
        raise Refused("message_not_found", 404)
    return _came_of_it(seat.shortcut(wanted, message))


def home(browser: Browser, seat: Seat, body: Json) -> Json:
    """Open the app's Home tab."""
    return _came_of_it(seat.open_home())


def read(browser: Browser, seat: Seat, body: Json) -> Json:
    """Remember how far a channel is read."""
    browser.reads[seat.id, _channel(seat, body).id] = _text(body, "ts")
    return {}


def lever(browser: Browser, seat: Seat, body: Json) -> Json:
    """Pull one of the levers beside the conversation."""
    wanted = next((one for one in browser.levers if one.id == body.get("id")), None)
    if wanted is None:
        raise Refused("there is no such lever", 404)
    said = wanted.pull() or wanted.label
    browser.inspector.note("the demo", wanted.label, ok=True, said=said)
    return {"said": said}


def fault(browser: Browser, seat: Seat, body: Json) -> Json:
    """Let a service misbehave, a number of times; without a name: good weather again."""
    name, times = body.get("name"), body.get("times", 1)
    service = body.get("service", "Slack")
    weather = next((one for one in browser.weathers if one.service == service), None)
    if weather is None:
        raise Refused("there is no such service", 404)
    if not name:
        weather.clear()
        browser.inspector.note("the demo", f"{service} behaves again", ok=True, said="")
        return {}
    if not isinstance(times, int) or not 1 <= times <= 100:
        raise Refused("times is a number from 1 to 100")
    if name not in weather.faults:
        raise Refused(f"{service} has no such fault")
    place = str(body.get("place") or "")
    weather.plan(name, times, place)
    said = f"{times} time{'s' if times > 1 else ''} in {place or 'any call'}"
    browser.inspector.note("the demo", f"{service} will answer {name}", ok=True, said=said)
    return {}


ACTS: dict[str, Act] = {
    "command": command,
    "say": say,
    "press": press,
    "choose": choose,
    "options": options,
    "submit": submit,
    "close": close,
    "shortcut": shortcut,
    "home": home,
    "read": read,
    "lever": lever,
    "fault": fault,
}


def _came_of_it(outcome: Outcome) -> Json:
    return {
        "notice": outcome.notice,
        "status": outcome.status,
        "seconds": round(outcome.seconds, 3),
        "link": outcome.link,
    }


def _text(body: Json, key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value.strip():
        raise Refused(f"{key} is a text that is not empty")
    if len(value) > MOST_TEXT:
        raise Refused(f"{key} has at most {MOST_TEXT} characters")
    return value


def _channel(seat: Seat, body: Json) -> Channel:
    channel = seat.sandbox.workspace.channels.get(_text(body, "channel"))
    if channel is None or seat.id not in channel.members:
        raise Refused("there is no such channel for this person", 404)
    return channel


def _place(browser: Browser, seat: Seat, body: Json) -> Place:
    """The message or view that was acted in, if it is on this person's screen."""
    if "view" in body:
        return _view(browser, seat, body)
    channel = _channel(seat, body)
    message = browser.sandbox.workspace.find(channel.id, _text(body, "ts"))
    if message.visible_to not in (None, seat.id):
        raise Refused("message_not_found", 404)
    return message


def _view(browser: Browser, seat: Seat, body: Json) -> View:
    view = browser.sandbox.views.by_id.get(_text(body, "view"))
    if view is None or view.user != seat.id:
        raise Refused("there is no such view for this person", 404)
    return view


def _target(body: Json) -> Exact:
    from bot.sandbox.seat import Exact  # it needs the server, which needs this module

    return Exact(_text(body, "block"), _text(body, "action"))


def _values(body: Json) -> dict[str, dict[str, Any]]:
    values = body.get("values") or {}
    fields = values.values() if isinstance(values, dict) else [None]
    if not all(isinstance(field, dict) for field in fields):
        raise Refused("values are by block and action")
    return dict(values)


def _fill(seat: Seat, place: Place, body: Json) -> None:
    """What was typed in a view goes with every press in it."""
    if isinstance(place, View) and body.get("values"):
        try:
            seat.fill(place, _values(body))
        except ValueError as wrong:
            raise Refused(str(wrong)) from wrong
