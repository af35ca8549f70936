"""How a message gets through: in full, plainly, in words only, or by another way."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from slack_sdk import WebClient

from bot.reports import calls
from bot.reports.calls import Place
from bot.reports.links import linked
from bot.reports.messages import last_key, progress_key
from bot.reports.outcome import Failure, Trouble
from bot.reports.plain import has_newer, plain_form
from bot.views.blocks import Block
from sync.services.facade import Services
from sync.services.reports import OutboxRow, Outgoing

log = logging.getLogger(__name__)

_PLAIN_FOR = timedelta(days=1)


class Delivery:
    """Knows which workspaces refuse newer blocks, and where the root of a thread is now."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._plain_until: dict[str, datetime] = {}

    def root(self, row: OutboxRow) -> Place | None:
        """Where the root is: it may have been posted anew in another channel."""
        return self._place(row.workspace, row.thread_key)

    def _place(self, workspace: str, key: str) -> Place | None:
        for face in (last_key(key), progress_key(key), key):
            if place := self._services.reports.message(workspace, face):
                return place
        return None

    def is_overtaken(self, row: OutboxRow) -> bool:
        """A face of a run that shows less than what stands there already."""
        if row.kind != "update" or row.key != progress_key(row.thread_key):
            return False
        return self._services.reports.message(row.workspace, last_key(row.thread_key)) is not None

    def _address(self, client: WebClient, workspace: str, key: str) -> str:
        place = self._place(workspace, key)
        return calls.permalink(client, place) if place else ""

    def send(
        self, client: WebClient, row: OutboxRow, channel: str, root: Place | None, now: datetime
    ) -> Place:
        """Send it once; raises Failure with what is left to decide."""
        blocks: list[Block] = linked(
            row.payload.get("blocks") or [], lambda key: self._address(client, row.workspace, key)
        )
        if not has_newer(blocks):
            return self._in_full_or_words(client, row, channel, root, blocks)
        if self._plain_until.get(row.workspace, now) <= now:
            try:
                return self._once(client, row, channel, root, blocks)
            except Failure as refused:
                if refused.trouble is not Trouble.CONTENT:
                    raise
                log.warning("Slack refused the newer blocks of %s: %s", row.key, refused.reason)
                self._plain_until[row.workspace] = now + _PLAIN_FOR
        first, *others = plain_form(blocks)
        place = self._in_full_or_words(client, row, channel, root, first)
        self._queue_rest(row, channel, others)
        return place

    def _in_full_or_words(
        self,
        client: WebClient,
        row: OutboxRow,
        channel: str,
        root: Place | None,
        blocks: list[Block],
    ) -> Place:
        try:
            return self._once(client, row, channel, root, blocks)
        except Failure as refused:
            if refused.trouble is not Trouble.CONTENT or not blocks:
                raise
            log.error("Slack refused the blocks of %s: %s", row.key, refused.reason)
            return self._once(client, row, channel, root, [])

    def _once(
        self,
        client: WebClient,
        row: OutboxRow,
        channel: str,
        root: Place | None,
        blocks: list[Block],
    ) -> Place:
        thread = root[1] if root and root[0] == channel else ""
        if row.kind == "update":
            return self._updated(client, row, channel, root, blocks)
        if row.kind == "upload":
            return self._uploaded(client, row, channel, thread)
        if row.kind == "view":
            return calls.view(client, row.payload)
        if row.kind == "publish":
            return calls.publish(client, row.payload)
        if row.kind == "ephemeral":
            return self._answered(client, row, channel, blocks)
        return self._posted(client, row, channel, thread, blocks)

    def _posted(
        self, client: WebClient, row: OutboxRow, channel: str, thread: str, blocks: list[Block]
    ) -> Place:
        try:
            return calls.post(client, channel, row.payload, blocks, thread)
        except Failure as gone:
            if gone.trouble is not Trouble.GONE or not thread:
                raise
            return calls.post(client, channel, row.payload, blocks, "")

    def _updated(
        self,
        client: WebClient,
        row: OutboxRow,
        channel: str,
        root: Place | None,
        blocks: list[Block],
    ) -> Place:
        """Edit the root; when it is not there any more, its newest face becomes a new one."""
        if root is not None and root[0] == channel:
            try:
                return calls.update(client, root, row.payload, blocks)
            except Failure as gone:
                if gone.trouble is not Trouble.GONE:
                    raise
        return calls.post(client, channel, row.payload, blocks, "")

    def _uploaded(self, client: WebClient, row: OutboxRow, channel: str, thread: str) -> Place:
        try:
            return calls.upload(client, (channel, thread), row.payload)
        except Failure as refused:
            if refused.trouble is Trouble.GONE and thread:
                return calls.upload(client, (channel, ""), row.payload)
            if refused.trouble is Trouble.NO_FILES:
                return calls.post(client, channel, row.payload, [], thread)
            raise

    def _answered(
        self, client: WebClient, row: OutboxRow, channel: str, blocks: list[Block]
    ) -> Place:
        """Where they asked, else only to them in the channel, else in a conversation with them."""
        if row.payload.get("response_url"):
            try:
                return calls.respond(client, row.payload, blocks)
            except Failure as refused:
                if refused.trouble is not Trouble.REFUSED:
                    raise
        user = str(row.payload["user"])
        if channel != user:
            try:
                return calls.ephemeral(client, channel, row.payload, blocks)
            except Failure as refused:
                if refused.trouble not in (Trouble.NOT_HERE, Trouble.CHANNEL):
                    raise
        return calls.post(client, user, row.payload, blocks, "")

    def _queue_rest(self, row: OutboxRow, channel: str, others: list[list[Block]]) -> None:
        """What did not fit in one plain message follows as messages of their own."""
        if row.kind != "post":
            return
        for number, blocks in enumerate(others, 2):
            payload = row.payload | {"blocks": blocks, "broadcast": False}
            self._services.reports.post(
                Outgoing(
                    row.workspace,
                    f"{row.key}:part-{number}",
                    channel,
                    "post",
                    payload,
                    row.thread_key,
                )
            )
