"""Turns what sync tells into messages; an event and its messages are settled in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from bot.home.refreshing import ONLY_HERE, QUIET, refreshed
from bot.modals.backfill import blank_form, with_estimate, without_estimate
from bot.modals.rule_trial import tried, untried
from bot.modals.sealed import Seal
from bot.reports.accounts import (
    broken_card,
    connected_card,
    connected_line,
    disconnected_card,
    ending_card,
)
from bot.reports.answers import failed_card, refreshed_card, reply_to
from bot.reports.digest import digest_card
from bot.reports.export import exported
from bot.reports.messages import answer, drawn, post
from bot.reports.notices import at_their_hour, copies, hears_of_trouble
from bot.reports.place import home, is_person
from bot.reports.rules_file import rules_file
from bot.reports.run_report import RunReport
from bot.views.backfill import question_card, uncounted_card
from bot.views.blocks import Card
from bot.views.preview import preview_card
from bot.views.trials import tried_card
from sync.domain.identity import Scope
from sync.domain.quiet import Level
from sync.errors import Conflict, NotFound
from sync.services.facade import Services
from sync.services.models import ConnectionView, ReplyTo, RunSummary, Trigger
from sync.services.reports import Event, Outgoing

log = logging.getLogger(__name__)

_AT_ONCE, _MOST_TRIES = 100, 3
_MOST_HELD = 4_000_000  # characters of files


class Dispatcher:
    """Reads events, writes messages; Slack itself is the sender's business."""

    def __init__(
        self, services: Services, clock: Callable[[], datetime], *, seal: Seal | None = None
    ) -> None:
        self._services = services
        self._clock = clock
        self._seal = seal
        self._tries: dict[int, int] = {}

    def step(self) -> int:
        """How many events were settled; 0 when there is nothing to do now."""
        events = self._services.reports.next_events(_AT_ONCE)
        return sum(self._settle(group) for group in _grouped(events))

    def _settle(self, group: list[Event]) -> int:
        ids = [event.id for event in group]
        try:
            self._tell(group[-1], ids)
        except Conflict:
            return 0  # another process was faster
        except NotFound:
            log.warning("an event of kind %s is about nothing any more", group[-1].kind)
            self._services.reports.done(ids)
        except Exception:  # the edge of this loop: one bad event must not silence all others
            if not self._is_hopeless(group[-1]):
                raise
            log.exception("an event of kind %s cannot be told", group[-1].kind)
            self._services.reports.done(ids)
        self._tries.pop(group[-1].id, None)
        return len(ids)

    def _tell(self, event: Event, ids: list[int]) -> None:
        kept: list[Outgoing] = []
        held = 0
        for message in self._messages(event):
            held += len(message.payload.get("packed", ""))
            if held > _MOST_HELD:
                # Files of a huge run are not held together; their keys keep them from doubling.
                self._services.reports.post(message)
            else:
                kept.append(message)
        self._services.reports.post_and_done(kept, ids)

    def _is_hopeless(self, event: Event) -> bool:
        self._tries[event.id] = self._tries.get(event.id, 0) + 1
        return self._tries[event.id] >= _MOST_TRIES

    # -- by kind

    def _messages(self, event: Event) -> Iterable[Outgoing]:
        if event.kind not in ONLY_HERE:
            yield from self._told(event)
        if event.kind not in QUIET:
            yield from refreshed(self._services, event.workspace, self._clock())

    def _told(self, event: Event) -> Iterable[Outgoing]:
        scope = Scope(event.workspace, event.connection)
        connection = self._services.connections.get(scope)
        if event.run_id:
            run = self._services.runs.get(scope, event.run_id)
            return self._run(event.workspace, run, connection)
        tell = _TELLERS.get(event.kind)
        if tell is None:
            log.warning("an event of an unknown kind: %s", event.kind)
            return ()
        return tell(self, event, connection)

    def _run(
        self, workspace: str, run: RunSummary, connection: ConnectionView
    ) -> Iterable[Outgoing]:
        """To the log channel as it wants to hear it, then to whoever else does."""
        now = self._clock()
        scope = Scope(workspace, connection.id)
        notice = self._services.notices.of(scope, connection.channel, connection.zone)
        level = notice.level if connection.channel else Level.EVERYTHING
        report = RunReport(self._services, workspace, run, connection, level).messages()
        if run.trigger is Trigger.SCHEDULED:
            report = at_their_hour(self._services, report, notice, now)
        yield from report
        told = home(connection, run.requested_by, self._services.people.admins(workspace))
        yield from copies(self._services, workspace, run, connection, now, told)

    def _digest(self, event: Event, connection: ConnectionView) -> Iterable[Outgoing]:
        """Nothing on a day without sales or problems."""
        scope = Scope(event.workspace, connection.id)
        target, day = str(event.payload["target"]), date.fromisoformat(event.payload["day"])
        digest = self._services.notices.digest(scope, day)
        if digest.is_empty:
            return
        card = digest_card(digest, connection, self._services.notices.chart(scope, day))
        key = f"digest:{connection.id}:{target}:{day}"
        yield post(event.workspace, key, target, card)

    def _connected(self, event: Event, connection: ConnectionView) -> list[Outgoing]:
        """All of it to the person, one line to the channel."""
        user = str(event.payload.get("user") or "")
        told = connected_card(event.payload, connection)
        if not is_person(user):
            return self._at_home(event, connection, told)
        direct = post(event.workspace, f"event:{event.id}:person", user, told)
        if not connection.channel:
            return [direct]
        return [direct, *self._at_home(event, connection, connected_line(event.payload))]

    def _broken(self, event: Event, connection: ConnectionView) -> list[Outgoing]:
        card = broken_card(event.payload)
        told = self._at_home(event, connection, card)
        place = told[0].channel if told else ""
        key = self._key(event)
        others = hears_of_trouble(self._services, event.workspace, connection, place)
        return told + [
            post(event.workspace, f"{key}:for:{each}", each, card, connection=connection.id)
            for each in others
        ]

    def _ending(self, event: Event, connection: ConnectionView) -> list[Outgoing]:
        return self._at_home(event, connection, ending_card(event.payload))

    def _disconnected(self, event: Event, connection: ConnectionView) -> list[Outgoing]:
        return self._at_home(event, connection, disconnected_card(event.payload))

    def _previewed(self, event: Event, connection: ConnectionView) -> list[Outgoing]:
        preview = event.payload["preview"]
        scope = Scope(event.workspace, connection.id)
        story = self._services.log.story(scope, str(preview.get("number", "")))
        card = preview_card(preview, connection.id, story.entry if story else None)
        return self._answered(event, card)

    def _estimated(self, event: Event, connection: ConnectionView) -> list[Outgoing]:
        reply = reply_to(event.payload)
        if reply is not None and reply.view_id and self._seal is not None:
            form = with_estimate(blank_form(connection, reply.channel), event.payload)
            view = self._seal.drawn(form, event.workspace, reply.user)
            return [drawn(event.workspace, self._key(event), reply, view)]
        return self._answered(event, question_card(event.payload, connection.id))

    def _tried(self, event: Event, connection: ConnectionView) -> list[Outgoing]:
        reply = reply_to(event.payload)
        if reply is not None and reply.view_id and self._seal is not None:
            page = tried(event.payload, connection.id)
            view = self._seal.drawn(page, event.workspace, reply.user)
            return [drawn(event.workspace, self._key(event), reply, view)]
        return self._answered(event, tried_card(event.payload))

    def _refreshed(self, event: Event, connection: ConnectionView) -> list[Outgoing]:
        return self._answered(event, refreshed_card())

    def _exported(self, event: Event, connection: ConnectionView) -> Iterable[Outgoing]:
        return exported(self._services, event, connection)

    def _rules(self, event: Event, connection: ConnectionView) -> Iterable[Outgoing]:
        return rules_file(self._services, event, connection)

    def _failed(self, event: Event, connection: ConnectionView) -> list[Outgoing]:
        reply = reply_to(event.payload)
        if reply is None:
            return self._at_home(event, connection, failed_card(event.payload))
        if event.payload.get("job") == "try_rule" and reply.view_id and self._seal is not None:
            page = untried(event.payload, connection.id)
            view = self._seal.drawn(page, event.workspace, reply.user)
            return [drawn(event.workspace, self._key(event), reply, view)]
        if event.payload.get("job") != "estimate":
            return self._answered(event, failed_card(event.payload))
        if reply.view_id and self._seal is not None:
            form = without_estimate(blank_form(connection, reply.channel), event.payload)
            view = self._seal.drawn(form, event.workspace, reply.user)
            return [drawn(event.workspace, self._key(event), reply, view)]
        reason = str(event.payload.get("reason") or "The reason is not known.")
        return self._answered(event, uncounted_card(event.payload, connection.id, reason))

    # -- places

    def _answered(self, event: Event, card: Card) -> list[Outgoing]:
        reply: ReplyTo | None = reply_to(event.payload)
        return [] if reply is None else [answer(event.workspace, self._key(event), reply, card)]

    def _at_home(self, event: Event, connection: ConnectionView, card: Card) -> list[Outgoing]:
        asked_by = str(event.payload.get("user") or "")
        admins = self._services.people.admins(event.workspace)
        channel = home(connection, asked_by, admins)
        if not channel:
            return []
        key = self._key(event)
        return [post(event.workspace, key, channel, card, connection=connection.id)]

    @staticmethod
    def _key(event: Event) -> str:
        return f"event:{event.id}"


_TELLERS: Mapping[str, Callable[[Dispatcher, Event, ConnectionView], Iterable[Outgoing]]] = {
    "account.connected": Dispatcher._connected,
    "account.broken": Dispatcher._broken,
    "account.disconnected": Dispatcher._disconnected,
    "account.ending": Dispatcher._ending,
    "preview.ready": Dispatcher._previewed,
    "estimate.ready": Dispatcher._estimated,
    "rule.tried": Dispatcher._tried,
    "lists.refreshed": Dispatcher._refreshed,
    "job.failed": Dispatcher._failed,
    "log.export": Dispatcher._exported,
    "rules.export": Dispatcher._rules,
    "digest.due": Dispatcher._digest,
}


def _grouped(events: Iterable[Event]) -> list[list[Event]]:
    """The events of one run together, where the newest of them stands: it is read as it is now."""
    groups: dict[Any, list[Event]] = {}
    for event in events:
        key = (event.workspace, event.run_id) if event.run_id else event.id
        groups.setdefault(key, []).append(event)
    return sorted(groups.values(), key=lambda group: group[-1].id)
