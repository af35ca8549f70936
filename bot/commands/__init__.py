"""Every `/ccc` word; adding one is a module and a line here."""

from __future__ import annotations

from bot.commands import (
    accounts,
    backfill,
    channel,
    configure,
    chart,
    connect,
    customers,
    decide,
    golive,
    help,
    log,
    notify,
    preview,
    products,
    resync,
    roles,
    rule,
    schedule,
    status,
    stores,
    sync,
    tax,
)
from bot.conversation import Command

_WORK: tuple[Command, ...] = (
    status.COMMAND,
    log.COMMAND,
    chart.COMMAND,
    preview.COMMAND,
    sync.COMMAND,
    backfill.COMMAND,
    resync.COMMAND,
    decide.COMMAND,
    products.COMMAND,
    schedule.SCHEDULE,
    schedule.PAUSE,
    schedule.RESUME,
    connect.CONNECT,
    connect.DISCONNECT,
    channel.COMMAND,
    notify.COMMAND,
    configure.COMMAND,
    golive.COMMAND,
    stores.COMMAND,
    accounts.COMMAND,
    customers.COMMAND,
    tax.COMMAND,
    rule.COMMAND,
    roles.ROLES,
    roles.AUDIT,
)
COMMANDS: tuple[Command, ...] = (help.build(_WORK), *_WORK)
