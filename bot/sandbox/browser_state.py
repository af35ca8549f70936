"""What one person sees now, as JSON: all of it at first, then only what has changed since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox.events import (
    Deleted,
    Edited,
    Event,
    FieldErrors,
    Posted,
    Pressed,
    Submitted,
    Told,
    Typed,
    ViewClosed,
    ViewShown,
)
from bot.sandbox.model import Channel, Json, Message, User, View

if TYPE_CHECKING:
    from bot.sandbox.server import SlackSandbox

Reads = dict[tuple[str, str], str]  # (person, channel) -> the last message read
_VIEW_EVENTS = (ViewShown, ViewClosed, FieldErrors, Submitted)


@dataclass(frozen=True, slots=True)
class Look:
    """One person's look at the workspace, from an event on."""

    sandbox: SlackSandbox
    user: User
    reads: Reads
    since: int
    whole: bool  # whether the page knows nothing yet

    def snapshot(self) -> Json:
        """Call it with the workspace locked: it is one moment."""
        workspace, views = self.sandbox.workspace, self.sandbox.views
        dm = workspace.direct_message(self.user.id)  # before the channels are listed
        events = workspace.events[self.since :]
        seen: Json = {
            "me": self.user.id,
            "whole": self.whole,
            "version": len(workspace.events),
            "now": workspace.now(),
            "workspace": {"name": workspace.name, "bot": workspace.bot_user, "dm": dm.id},
            "people": [_person(user, workspace.team_id) for user in workspace.people.values()],
            "groups": [{"id": g.id, "handle": g.handle} for g in workspace.groups.values()],
            "channels": [self._channel(c) for c in self._channels()],
            **self._messages(events),
            "lines": self._lines(events),
        }
        if self.whole or any(
            isinstance(e, _VIEW_EVENTS) and e.user == self.user.id for e in events
        ):
            home = views.home(self.user.id)
            seen["views"] = [_view(view) for view in views.stack(self.user.id)]
            seen["home"] = _view(home) if home else None
        return seen

    def _channels(self) -> list[Channel]:
        every = self.sandbox.workspace.channels.values()
        return [channel for channel in every if self.user.id in channel.members]

    def _messages(self, events: list[Event]) -> Json:
        """Messages that appeared, changed or went away, in the order they were posted."""
        workspace = self.sandbox.workspace
        mine = {channel.id for channel in self._channels()}
        places = dict.fromkeys(
            (e.channel, e.ts)
            for e in events
            if isinstance(e, Posted | Edited | Deleted) and e.channel in mine
        )
        shown, gone = [], []
        for place in places:
            message = workspace.ever(*place)
            if message.visible_to not in (None, self.user.id):
                continue
            if message.deleted:
                gone.append({"channel": message.channel, "ts": message.ts})
            else:
                shown.append(self._message(message))
        return {"messages": shown, "gone": gone}

    def _channel(self, channel: Channel) -> Json:
        return {
            "id": channel.id,
            "name": channel.name,
            "topic": channel.topic,
            "members": channel.members,
            "private": channel.is_private,
            "archived": channel.is_archived,
            "shared": channel.is_ext_shared,
            "im": channel.is_im,
            "read": self.reads.get((self.user.id, channel.id), ""),
        }

    def _message(self, message: Message) -> Json:
        return {
            "channel": message.channel,
            "ts": message.ts,
            "user": message.user,
            "text": message.text,
            "blocks": message.blocks,
            "thread": message.thread_ts,
            "broadcast": message.broadcast,
            "only_you": message.visible_to is not None,
            "edited": message.edited,
            "state": message.state,
            "attachments": message.attachments,
            "files": [
                {
                    "id": file.id,
                    "name": file.name,
                    "title": file.title or file.name,
                    "size": len(file.content or b""),
                    "url": f"/files/{file.id}/{file.name}",
                }
                for file in message.files
            ],
        }

    def _lines(self, events: list[Event]) -> list[Json]:
        """What this person typed, and what Slack itself told them, where they were just then."""
        lines: list[Json] = []
        for number, event in enumerate(events, self.since):
            if isinstance(event, Typed) and event.user == self.user.id:
                lines.append(_line(number, event.at, "typed", event.channel, event.text))
            elif isinstance(event, Told) and event.user == self.user.id:
                place, kind = self._place(number)
                lines.append(_line(number, event.at, kind, place, event.text))
        return lines

    def _place(self, number: int) -> tuple[str, str]:
        """Where the person had just done something, and whether they typed or pressed it."""
        channels = self.sandbox.workspace.channels
        for event in reversed(self.sandbox.workspace.events[:number]):
            if isinstance(event, Typed) and event.user == self.user.id:
                return event.channel, "command failed"
            if isinstance(event, Pressed) and event.user == self.user.id:
                return (event.place if event.place in channels else ""), "press failed"
        return "", "press failed"


def _line(number: int, at: float, kind: str, channel: str, text: str) -> Json:
    return {"n": number, "at": at, "kind": kind, "channel": channel, "text": text}


def _person(user: User, team: str) -> Json:
    role = "member"
    if user.is_bot:
        role = "app"
    elif user.team_id != team:
        role = "other company"
    elif user.is_restricted or user.is_ultra_restricted:
        role = "guest"
    elif user.is_owner:
        role = "owner"
    elif user.is_admin:
        role = "admin"
    return {
        "id": user.id,
        "handle": user.name,
        "name": user.real_name,
        "tz": user.tz,
        "bot": user.is_bot,
        "gone": user.deleted,
        "role": role,
    }


def _view(view: View) -> Json:
    body = view.body
    return {
        "id": view.id,
        "hash": view.hash,
        "type": body["type"],
        "title": view.title,
        "submit": (body.get("submit") or {}).get("text"),
        "close": (body.get("close") or {}).get("text"),
        "submit_disabled": bool(body.get("submit_disabled")),
        "blocks": view.blocks,
        "state": view.state,
        "errors": view.errors,
    }
