"""A person in front of Slack: types, clicks, fills in forms, by really signed requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox import payloads
from bot.sandbox.acknowledgement import command_answer, submission_answer, suggestions
from bot.sandbox.delivery import FORM, JSON_TYPE, Delivery, Reply, signed
from bot.sandbox.events import Pressed, Told, Typed
from bot.sandbox.model import Channel, Json, Message, View
from bot.sandbox.outcome import Outcome
from bot.sandbox.screen import find_element, shown_value
from bot.sandbox.server import SlackSandbox
from bot.sandbox.slack_state import view_wire
from bot.sandbox.values import (
    OPTION_KINDS,
    NotOnScreen,
    State,
    client_errors,
    entered,
    flat_options,
    option_named,
)

Place = Message | View


class Person:
    """One user of the workspace, named by id, handle or real name."""

    def __init__(
        self,
        sandbox: SlackSandbox,
        user: str,
        *,
        ack_within: float | None = None,
        wall_clock: Callable[[], float] | None = None,
    ) -> None:
        self.sandbox = sandbox
        self.user = sandbox.workspace.person_named(user)
        self._state, self._views = sandbox.state, sandbox.views
        self._workspace = sandbox.workspace
        self._own_ack_within = ack_within
        self._wall_clock = wall_clock or sandbox.wall_clock

    @property
    def id(self) -> str:
        """The user id."""
        return self.user.id

    @property
    def _ack_within(self) -> float:
        own = self._own_ack_within
        return self.sandbox.ack_within if own is None else own

    @property
    def view(self) -> View | None:
        """The modal on the screen."""
        return self._views.top(self.id)

    @property
    def home(self) -> View | None:
        """The Home tab, when published."""
        return self._views.home(self.id)

    @property
    def ephemerals(self) -> list[Message]:
        """Everything only this person was told."""
        return [m for m in self._workspace.messages if m.visible_to == self.id and not m.deleted]

    @property
    def direct_messages(self) -> list[Message]:
        """What the bot wrote to this person alone, in their direct message."""
        return self._workspace.roots(self._workspace.direct_message(self.id).id)

    def command(self, text: str, channel: str = "#ccc-log") -> Outcome:
        """Type a slash command; `/ccc` is put in front when there is none."""
        place = self._channel(channel)
        typed = text if text.startswith("/") else f"/ccc {text}"
        start = self._start()
        self._workspace.record(Typed(self._workspace.now(), self.id, place.id, typed))
        body = payloads.command(self._state, self.user, place, typed)
        delivery, reply = self._send(body, FORM)
        notice = reply.notice or command_answer(self._state, self.id, place, reply)
        return self._outcome(start, delivery, reply, notice)

    def click(
        self, place: Place, target: str, value: str | None = None, *, confirm: bool = True
    ) -> Outcome:
        """Press a button named by action id or label; `value` tells equal ones apart."""
        block, element = self._find(place, target, ("button", "icon_button"), value)
        return self._press(place, block, element, confirm=confirm)[0]

    def press(self, place: Place, block: Json, element: Json) -> Outcome:
        """Press exactly this button, for a client that knows which one it drew."""
        self._live(place)
        return self._press(place, block, element)[0]

    def double_click(
        self, place: Place, target: str, value: str | None = None
    ) -> tuple[Outcome, Outcome]:
        """Press twice before the first press could change anything."""
        block, element = self._find(place, target, ("button", "icon_button"), value)
        first, second = self._press(place, block, element, times=2)
        return first, second

    def choose(self, place: Place, target: str, value: Any) -> Outcome:
        """Choose, tick, pick a date or type; told to the bot if the element acts by itself."""
        block, element = self._find(place, target, None, None)
        start = self._start()
        if element["type"] == "overflow":
            action = {"type": "overflow", "action_id": element["action_id"]}
            action["selected_option"] = option_named(element["options"], value)
        else:
            state = entered(element, value, self._offered(place, block, element, value))
            place.state.setdefault(block["block_id"], {})[element["action_id"]] = state
            action = {"action_id": element["action_id"], **state}
        if block["type"] == "input" and not block.get("dispatch_action"):
            return self._outcome(start, None, None, None)
        self._pressed(place, f"{target}: {shown_value(value)}", "")
        payload = payloads.block_actions(self._state, self.user, place, block, action)
        delivery, reply = self._send(payloads.interactive(payload), FORM)
        return self._outcome(start, delivery, reply, reply.notice)

    pick = choose

    def options(self, place: Place, target: str, query: str = "") -> Outcome:
        """Open an external menu, or type into it; too short a text is not sent."""
        block, element = self._find(place, target, None, None)
        if not element["type"].endswith("external_select"):
            raise NotOnScreen(f"{target} does not fetch its options")
        start = self._start()
        if len(query) < element.get("min_query_length", 3):
            return self._outcome(start, None, None, "query_too_short")
        payload = payloads.block_suggestion(self._state, self.user, place, block, element, query)
        delivery, reply = self._send(payloads.interactive(payload), FORM)
        if reply.notice:
            return self._outcome(start, delivery, reply, reply.notice)
        answer, notice = suggestions(reply)
        return self._outcome(start, delivery, reply, notice, answer=answer)

    def submit(self, view: View | None = None, values: Json | None = None) -> Outcome:
        """Fill in a modal and send it; fields are named by block id, action id or label."""
        form = self._live_view(view or self.view)
        if not form.body.get("submit"):
            raise NotOnScreen(f"{form.title!r} has no submit button")
        start = self._start()
        state = self._filled(form, values or {})
        if errors := client_errors(form.blocks, state):
            form.state = state
            self._views.show_errors(form, errors)
            return self._outcome(start, None, None, None)
        self._views.submitted(form, state)
        payload = payloads.view_submission(self._state, self.user, form, state)
        delivery, reply = self._send(payloads.interactive(payload), FORM)
        notice = reply.notice or submission_answer(self._state, form, reply)
        return self._outcome(start, delivery, reply, notice)

    def close(self, view: View | None = None) -> Outcome:
        """Press Cancel or the cross; the bot hears of it only if it asked to."""
        form = self._live_view(view or self.view)
        start = self._start()
        cleared = bool(form.body.get("clear_on_close"))
        payload = payloads.view_closed(self._state, self.user, form, is_cleared=cleared)
        if cleared:
            self._views.clear(self.id)
        else:
            self._views.close(form)
        if not form.body.get("notify_on_close"):
            return self._outcome(start, None, None, None)
        delivery, reply = self._send(payloads.interactive(payload), FORM)
        return self._outcome(start, delivery, reply, None)

    def shortcut(self, callback_id: str, message: Message | None = None) -> Outcome:
        """Run a global shortcut, or a message shortcut on a message."""
        start = self._start()
        payload = payloads.shortcut(self._state, self.user, callback_id, message)
        delivery, reply = self._send(payloads.interactive(payload), FORM)
        return self._outcome(start, delivery, reply, reply.notice)

    def open_home(self) -> Outcome:
        """Open the app's Home tab."""
        return self.event(self._home_opened())

    def event(
        self,
        fields: Json,
        *,
        event_id: str | None = None,
        retry_num: int | None = None,
        retry_reason: str = "http_timeout",
    ) -> Outcome:
        """Something happened that the bot subscribed to; retries carry their two headers."""
        extra = {}
        if retry_num is not None:
            extra = {"X-Slack-Retry-Num": str(retry_num), "X-Slack-Retry-Reason": retry_reason}
        start = self._start()
        name = event_id or self._workspace.new_id("Ev")
        delivery, reply = self._send(payloads.event(self._state, fields, name), JSON_TYPE, **extra)
        return self._outcome(start, delivery, reply, None)

    def redeliver(self, outcome: Outcome) -> Outcome:
        """Send the very same bytes and headers once more."""
        if outcome.delivery is None:
            raise ValueError("nothing was sent")
        start = self._start()
        reply = self.sandbox.deliver(outcome.delivery, self._ack_within)
        return self._outcome(start, outcome.delivery, reply, reply.notice)

    def _home_opened(self) -> Json:
        fields: Json = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": self._workspace.direct_message(self.id).id,
            "tab": "home",
        }
        if self.home:
            fields["view"] = view_wire(self._state, self.home)
        return fields

    def _press(
        self, place: Place, block: Json, element: Json, *, times: int = 1, confirm: bool = True
    ) -> list[Outcome]:
        start = self._start()
        label = element.get("text", {}).get("text", element["action_id"])
        asked = element.get("confirm")
        question = f"{asked['title']['text']}: {asked['text']['text']}" if asked else ""
        self._pressed(place, label, question)
        if asked and not confirm:
            return [self._outcome(start, None, None, None, question=question)] * times
        keys = ("type", "action_id", "text", "value", "style")
        action = {key: element[key] for key in keys if key in element}
        bodies = [
            payloads.interactive(
                payloads.block_actions(self._state, self.user, place, block, action)
            )
            for _ in range(times)
        ]
        outcomes = []
        for body in bodies:
            delivery, reply = self._send(body, FORM)
            outcomes.append(
                self._outcome(
                    start, delivery, reply, reply.notice, question=question, link=element.get("url")
                )
            )
            start = self._start()
        return outcomes

    def _filled(self, form: View, values: Json) -> State:
        state = {block_id: dict(fields) for block_id, fields in form.state.items()}
        for name, value in values.items():
            block, element = self._find(form, name, None, None)
            offered = self._offered(form, block, element, value)
            state[block["block_id"]][element["action_id"]] = entered(element, value, offered)
        return state

    def _offered(self, place: Place, block: Json, element: Json, value: Any) -> list[Json]:
        """The options on the screen; an external menu is asked with what the person types."""
        if element["type"] not in OPTION_KINDS or value in (None, "", []):
            return []
        if not element["type"].endswith("external_select"):
            return flat_options(element)
        found: list[Json] = []
        for wanted in value if isinstance(value, list) else [value]:
            typed = wanted["text"]["text"] if isinstance(wanted, dict) else str(wanted)
            if element.get("min_query_length", 3) == 0:
                found += self.options(place, element["action_id"], "").options
            found += self.options(place, element["action_id"], typed).options
        return found

    def _find(
        self, place: Place, target: str, kinds: tuple[str, ...] | None, value: str | None
    ) -> tuple[Json, Json]:
        return find_element(self._live(place), target, kinds, value)

    def _live(self, place: Place) -> list[Json]:
        """What the person sees there now; a place that is gone has no buttons."""
        if isinstance(place, View):
            return self._live_view(place).blocks
        hidden = place.visible_to not in (None, self.id)
        if place.deleted or hidden or self.id not in self._channel(place.channel).members:
            raise NotOnScreen("that message is not on this person's screen")
        return place.blocks

    def _live_view(self, view: View | None) -> View:
        if view is None or not view.is_open or view.user != self.id:
            raise NotOnScreen("that view is not on this person's screen")
        if view.body["type"] == "modal" and view is not self.view:
            raise NotOnScreen(f"{view.title!r} is covered by another view")
        return view

    def _channel(self, name: str) -> Channel:
        channel = self._workspace.channel_named(name)
        if self.id not in channel.members:
            raise NotOnScreen(f"{self.user.real_name} is not in {name}")
        return channel

    def _send(self, body: bytes, content_type: str, **extra: str) -> tuple[Delivery, Reply]:
        secret = self.sandbox.signing_secret
        delivery = signed(secret, body, content_type, self._wall_clock, **extra)
        return delivery, self.sandbox.deliver(delivery, self._ack_within)

    def _pressed(self, place: Place, label: str, question: str) -> None:
        where = place.title if isinstance(place, View) else place.channel
        now = self._workspace.now()
        self._workspace.record(Pressed(now, self.id, label, where, question))

    def _start(self) -> tuple[int, int]:
        return len(self._workspace.messages), len(self._workspace.events)

    def _outcome(
        self,
        start: tuple[int, int],
        delivery: Delivery | None,
        reply: Reply | None,
        notice: str | None,
        *,
        question: str = "",
        link: str | None = None,
        answer: Json | None = None,
    ) -> Outcome:
        if notice and notice != "query_too_short":
            self._workspace.record(Told(self._workspace.now(), self.id, notice))
        first_message, first_event = start
        return Outcome(
            self.id,
            delivery,
            reply,
            notice,
            question,
            link,
            answer or {},
            self._state,
            first_message,
            first_event,
        )
