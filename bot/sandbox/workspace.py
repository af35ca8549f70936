"""The state of one Slack workspace: who is there, what was said, and in which order."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

from bot.sandbox.events import Deleted, Directory, Edited, Event, Posted
from bot.sandbox.mentions import Notification, mentions
from bot.sandbox.model import ApiError, Channel, File, Json, Message, User, UserGroup, Version
from bot.sandbox.values import elements

T = TypeVar("T")


class Workspace:
    """People, channels, messages and files; every change is also an event in `events`."""

    def __init__(self, *, team_id: str, name: str, domain: str, clock: Callable[[], datetime]):
        self.team_id, self.name, self.domain = team_id, name, domain
        self.app_id, self.bot_id, self.bot_user = "A0CCC0001", "B0CCC0001", "U0CCCBOT1"
        self.people: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, UserGroup] = {}
        self.files: dict[str, File] = {}
        self.messages: list[Message] = []
        self.events: list[Event] = []
        self._by_place: dict[tuple[str, str], Message] = {}
        self.notifications: list[Notification] = []
        self.lock = threading.Condition(threading.RLock())
        self._clock = clock
        self._last_ts = 0
        self._counter = 0

    def now(self) -> float:
        """The sandbox clock as Slack counts: seconds since 1970."""
        return self._clock().timestamp()

    def new_id(self, prefix: str) -> str:
        """An id that nothing else has."""
        with self.lock:
            self._counter += 1
            return f"{prefix}{self._counter:08d}"

    def new_ts(self) -> str:
        """A message timestamp, later than every one before even when the clock stands still."""
        with self.lock:
            self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def record(self, event: Event) -> None:
        """Add to the story and wake whoever waits for it."""
        with self.lock:
            self.events.append(event)
            self.lock.notify_all()

    def wait_for(self, look: Callable[[], T], timeout: float = 5.0) -> T:
        """The first true answer of `look`, asked again after every event."""
        deadline = time.monotonic() + timeout
        with self.lock:
            while not (found := look()):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"not seen within {timeout} s")
                self.lock.wait(left)
            return found

    def directory(self) -> Directory:
        """The names to print instead of ids."""
        channels = {
            c.id: f"DM {self.people[c.members[0]].real_name}" if c.is_im else f"#{c.name}"
            for c in self.channels.values()
        }
        people = {user.id: user.real_name for user in self.people.values()}
        return Directory(people, channels, {g.id: g.handle for g in self.groups.values()})

    def direct_message(self, user_id: str) -> Channel:
        """The conversation between the bot and one person, begun when first needed."""
        with self.lock:
            for channel in self.channels.values():
                if channel.is_im and channel.members[0] == user_id:
                    return channel
            if user_id not in self.people:
                raise ApiError("user_not_found")
            dm = Channel(self.new_id("D"), "", [user_id, self.bot_user], is_im=True)
            self.channels[dm.id] = dm
            return dm

    def channel_named(self, name: str) -> Channel:
        """By id or by `#name`, for people; programs use ids."""
        for channel in self.channels.values():
            if name == channel.id or (channel.name and name.removeprefix("#") == channel.name):
                return channel
        raise LookupError(f"no channel {name}")

    def person_named(self, name: str) -> User:
        """By id, handle or real name."""
        for user in self.people.values():
            if name in (user.id, user.name, user.real_name):
                return user
        raise LookupError(f"no person {name}")

    def find(self, channel_id: str, ts: str) -> Message:
        """A message that still exists, ephemeral ones included."""
        message = self.ever(channel_id, ts)
        if message.deleted:
            raise ApiError("message_not_found")
        return message

    def ever(self, channel_id: str, ts: str) -> Message:
        """A message that exists or did once."""
        message = self._by_place.get((channel_id, ts))
        if message is None:
            raise ApiError("message_not_found")
        return message

    def roots(self, channel_id: str) -> list[Message]:
        """What everybody sees in a channel itself, oldest first."""
        return [
            m
            for m in self.messages
            if m.channel == channel_id
            and not m.deleted
            and m.visible_to is None
            and (m.thread_ts is None or m.broadcast)
        ]

    def replies(self, root: Message) -> list[Message]:
        """What everybody sees in a message's thread."""
        return [
            m
            for m in self.messages
            if m.channel == root.channel
            and m.thread_ts == root.ts
            and not m.deleted
            and m.visible_to is None
        ]

    def post(
        self,
        channel_id: str,
        user_id: str,
        text: str,
        blocks: list[Json],
        *,
        thread_ts: str | None = None,
        visible_to: str | None = None,
        broadcast: bool = False,
        metadata: Json | None = None,
        files: list[File] | None = None,
        attachments: list[Json] | None = None,
    ) -> Message:
        """Put a message where people see it."""
        with self.lock:
            ts = self.new_ts()
            shown = self.with_ids(blocks)
            message = Message(
                channel_id,
                ts,
                user_id,
                [Version(text, shown, ts)],
                thread_ts,
                visible_to,
                broadcast,
                metadata,
                list(files or []),
                list(attachments or []),
            )
            self.messages.append(message)
            self._by_place[channel_id, ts] = message
            for mention in mentions(text, [*shown, *message.attachments]):
                self.notifications.append(Notification(mention, channel_id, ts))
            names = tuple(
                f"{f.title or f.name} ({len(f.content or b''):,} bytes)" for f in message.files
            )
            self.record(
                Posted(
                    self.now(),
                    user_id,
                    channel_id,
                    ts,
                    text,
                    shown,
                    thread_ts,
                    visible_to,
                    broadcast,
                    names,
                )
            )
            return message

    def edit(self, message: Message, text: str, blocks: list[Json]) -> None:
        """Let a message say something else; nobody is notified of an edit."""
        with self.lock:
            shown = self.with_ids(blocks)
            message.versions.append(Version(text, shown, self.new_ts()))
            message.state = {}
            self.record(Edited(self.now(), message.channel, message.ts, text, shown))

    def delete(self, message: Message) -> None:
        """Take a message away."""
        with self.lock:
            message.deleted = True
            self.record(Deleted(self.now(), message.channel, message.ts))

    def with_ids(self, blocks: list[Json]) -> list[Json]:
        """A copy in which every block and element can be named, as Slack makes it."""
        shown = copy.deepcopy(blocks)
        for block in _nested(shown):
            block.setdefault("block_id", self.new_id("b"))
        for _, element in elements(shown):
            element.setdefault("action_id", self.new_id("a"))
        return shown


def _nested(blocks: list[Json]) -> Iterator[Json]:
    for block in blocks:
        yield block
        if block["type"] in ("carousel", "container"):
            yield from _nested(block.get("elements") or block.get("child_blocks") or [])
