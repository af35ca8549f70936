"""`/ccc notify`: how much a person or channel hears, at which hours, and the daily digest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.channels import log_channel, notes_on
from bot.commands.chart import answered
from bot.commands.notify_words import NOW, Asked, read
from bot.conversation import Command, Message, OpenModal, Reply, Request
from bot.modals import notify as form
from bot.reports.digest import digest_card
from bot.views.notices import notices_card, saved_card
from sync.services.notices import Notice

if TYPE_CHECKING:
    from sync.services.facade import Services


def handle(request: Request, services: Services) -> Reply:
    if not request.words:
        return OpenModal(form.form_for(request, services))
    if request.word(0) in ("list", "show"):
        return _shown(request, services)
    asked = read(request.words, request.channel)
    if asked.digest == NOW:
        return _digest(request, services)
    return save(request, services, asked)


def save(request: Request, services: Services, asked: Asked) -> Message:
    """Keep it, for oneself or for a channel that CCC can post in."""
    target = asked.target or request.actor.user
    is_mine = target == request.actor.user
    notes = [] if is_mine else channel_notes(request, target)
    saved = services.notices.set(
        request.actor,
        request.scope,
        target,
        level=asked.level,
        digest=asked.digest,
        quiet=asked.quiet,
        zone=asked.zone,
        own_zone=request.books.zone,
    )
    return Message.of(saved_card(saved, is_mine=is_mine, notes=notes))


def channel_notes(request: Request, channel: str) -> list[str]:
    """What to know before sums are posted there; Invalid where they cannot be."""
    if channel == request.books.channel:
        return []
    return notes_on(log_channel(request, channel))


def _shown(request: Request, services: Services) -> Message:
    connection, mine = request.books, request.actor.user
    chosen = {notice.target: notice for notice in services.notices.all(request.scope)}
    own = services.notices.of(request.scope, mine, connection.zone)
    if connection.channel and connection.channel not in chosen:
        home = services.notices.of(request.scope, connection.channel, connection.zone)
        chosen[connection.channel] = home
    # What other people want to hear is theirs to know.
    channels: list[Notice] = [each for each in chosen.values() if each.target[:1] in ("C", "G")]
    return Message.of(notices_card(own, channels, connection))


def _digest(request: Request, services: Services) -> Reply:
    """Of yesterday, for whoever asks, also when nothing happened."""
    day = request.today - timedelta(days=1)
    digest = services.notices.digest(request.scope, day)
    month = services.notices.chart(request.scope, day)
    return answered(request, services, "The digest", digest_card(digest, request.books, month))


COMMAND = Command(
    "notify",
    help="How much you or a channel hear, quiet hours, and a daily digest",
    handle=handle,
    usage=(
        "notify",
        "notify list",
        "notify [#channel] [everything|summary|failures|nothing]",
        "notify [#channel] [digest 08:00|off] [quiet 22:00-07:00|off] [zone Area/City]",
        "notify digest now",
    ),
    examples=("notify failures digest 08:00", "notify quiet 22:00-07:00"),
    group="Set up",
    synonyms=("notifications",),
)
