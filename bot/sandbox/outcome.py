"""What a person saw after doing something."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.delivery import Delivery, Reply
from bot.sandbox.events import FieldErrors
from bot.sandbox.model import Json, Message, View
from bot.sandbox.slack_state import SlackState
from bot.sandbox.transcript import render
from bot.sandbox.values import flat_options


@dataclass(frozen=True)
class Outcome:
    """Reads the workspace from the moment of the action on; late answers appear in it as well."""

    user_id: str
    delivery: Delivery | None
    reply: Reply | None
    notice: str | None
    question: str = ""
    link: str | None = None
    answer: Json = field(default_factory=dict)
    _state: SlackState | None = field(default=None, repr=False)
    _first_message: int = 0
    _first_event: int = 0

    @property
    def status(self) -> int | None:
        """The HTTP status of the acknowledgement, when there was one."""
        return self.reply.status if self.reply else None

    @property
    def seconds(self) -> float:
        """How long the acknowledgement took."""
        return self.reply.seconds if self.reply else 0.0

    @property
    def body(self) -> dict[str, Any]:
        """The acknowledgement itself."""
        return self.reply.body if self.reply else {}

    @property
    def ephemerals(self) -> list[Message]:
        """What only this person was told since."""
        return [m for m in self._since() if m.visible_to == self.user_id]

    @property
    def messages(self) -> list[Message]:
        """What everybody was told since, replies in threads included."""
        return [m for m in self._since() if m.visible_to is None]

    @property
    def view(self) -> View | None:
        """The modal on the person's screen now."""
        return self._state.views.top(self.user_id) if self._state else None

    @property
    def errors(self) -> dict[str, str]:
        """Red text under fields, by block id."""
        if self._state is None:
            return {}
        for event in self._state.workspace.events[self._first_event :]:
            if isinstance(event, FieldErrors) and event.user == self.user_id:
                return event.errors
        return {}

    @property
    def options(self) -> list[Json]:
        """What a menu offered."""
        return flat_options(self.answer)

    @property
    def option_texts(self) -> list[str]:
        """What a menu offered, as read."""
        return [option["text"]["text"] for option in self.options]

    @property
    def seen(self) -> str:
        """Everything that happened since, as text."""
        if self._state is None:
            return ""
        workspace = self._state.workspace
        return render(workspace.events[self._first_event :], workspace.directory())

    def _since(self) -> list[Message]:
        if self._state is None:
            return []
        return [m for m in self._state.workspace.messages[self._first_message :] if not m.deleted]
