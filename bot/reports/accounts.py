"""Accounts that came, broke or left: what was found, what was chosen, what is next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.views.actions import RECONNECT
from bot.views.blocks import (
    Block,
    Card,
    Piece,
    actions,
    bold,
    button,
    context,
    header,
    mention,
    plain,
    rich,
)
from bot.views.lines import connect_button, line_button
from bot.views.text import cut
from bot.views.wording import PROVIDER_NAMES, count, day, listed
from sync.services.models import AccountState, AccountView, ConnectionView, Provider

Told = Mapping[str, Any]
_SHOWN = 30


def connected_card(told: Told, connection: ConnectionView) -> Card:
    """The account as we found it, with ticks and crosses, and the next step."""
    provider = Provider(told["provider"])
    name = PROVIDER_NAMES[provider]
    account = cut(str(told.get("name") or name), 200)
    again = "; connected again, settings and history are as before" if told.get("again") else ""
    said = f"{name} is connected: {account}{again}."
    blocks: list[Block] = [header(f"{name} is connected"), plain(f"Account: {account}{again}.")]
    blocks += _shops(told.get("shops") or (), told.get("registers") or ())
    conditions = told.get("prerequisites") or ()
    blocks += _conditions(conditions, name)
    blocks += _choices(told.get("chosen") or ())
    if told.get("closed_through"):
        closed = day(date.fromisoformat(told["closed_through"]))
        blocks.append(context(f"The books are closed through {closed}."))
    missing = [each for each in conditions if not each.get("ok")]
    step, buttons = _next(connection)
    blocks.append(plain(step))
    buttons = [line_button("Continue set-up", "setup", connection.id, style="primary"), *buttons]
    blocks.append(actions(*buttons))
    needs = f" {count(len(missing), 'thing')} CCC needs there {_is(missing)} missing."
    not_met = needs if missing else ""
    return Card(f"{said}{not_met} {step}", blocks)


def connected_line(told: Told) -> Card:
    """The same for the channel, in one line."""
    provider = Provider(told["provider"])
    account = cut(str(told.get("name") or ""), 200)
    text = f"{PROVIDER_NAMES[provider]} account {account} is connected."
    return Card(text, [rich([text])])


def broken_card(told: Told) -> Card:
    """The one message about an account that refuses us."""
    provider = Provider(told["provider"])
    name = PROVIDER_NAMES[provider]
    account, reason = cut(str(told.get("name") or name), 200), cut(str(told.get("reason", "")), 500)
    text = (
        f"{name} no longer lets CCC in ({account}): {reason} "
        "Syncing waits, nothing is lost. Reconnect, and it goes on."
    )
    press = button(f"Reconnect {name}", RECONNECT, provider.value, style="primary")
    return Card(text, [plain(text), actions(press)])


def ending_card(told: Told) -> Card:
    """An account that will refuse us soon, unless somebody acts."""
    provider = Provider(told["provider"])
    name, account = PROVIDER_NAMES[provider], cut(str(told.get("name") or ""), 200)
    ends = day(date.fromisoformat(told["ends"]))
    why = (
        "because CCC has not used it for long. A sync keeps it alive: /ccc sync. Or reconnect."
        if told.get("idle")
        else f"because {name} asks for it anew every few years. Reconnect before then."
    )
    text = (
        f"CCC's permission for {name} ({account}) ends on {ends}, {why} "
        "Settings and history stay as they are."
    )
    press = button(f"Reconnect {name}", RECONNECT, provider.value, style="primary")
    return Card(text, [plain(text), actions(press)])


def disconnected_card(told: Told) -> Card:
    """What stopped, what stays, how to come back."""
    provider = Provider(told["provider"])
    name, account = PROVIDER_NAMES[provider], cut(str(told.get("name") or ""), 200)
    text = (
        f"{name} was disconnected ({account}). Syncing has stopped. Settings, rules and the log "
        f"stay; /ccc connect {provider.value} takes it up again."
    )
    said: list[Piece] = [text]
    if user := str(told.get("user") or ""):
        said += [" Done by ", mention(user), "."]
    return Card(text, [rich(said)])


def _shops(shops: Sequence[Told], registers: Sequence[Told]) -> list[Block]:
    if not shops and not registers:
        return []
    lines: list[list[Piece]] = []
    for shop in shops[:_SHOWN]:
        where = ", ".join(str(shop[key]) for key in ("region", "zone") if shop.get(key))
        tills = [
            f"{each.get('id', '')} {cut(str(each.get('name', '')), 60)}"
            for each in registers
            if each.get("shop") == shop.get("id")
        ]
        said = ": " + (f"{where}. " if where else "")
        noun = "Register" if len(tills) == 1 else "Registers"
        said += f"{noun} {listed(tills[:20])}." if tills else "No registers."
        lines.append([bold(cut(str(shop.get("name", "")), 80)), cut(said, 700)])
    told = f"{count(len(shops), 'shop')}, {count(len(registers), 'register')}"
    return [rich([bold(told)], *lines)]


def _conditions(conditions: Sequence[Told], provider: str) -> list[Block]:
    if not conditions:
        return []
    lines: list[list[Piece]] = []
    for each in conditions[:_SHOWN]:
        mark = "✓ Found: " if each.get("ok") else "✖ Missing: "
        why = f". {cut(str(each['why']), 300)}" if each.get("why") and not each.get("ok") else ""
        lines.append([mark, bold(cut(str(each.get("name", "")), 100)), why])
    return [rich([bold(f"What CCC needs in {provider}")], *lines)]


def _choices(chosen: Sequence[Told]) -> list[Block]:
    if not chosen:
        return []
    lines: list[list[Piece]] = [
        [
            bold(f"{cut(str(each.get('label') or each.get('role', '')), 60)}: "),
            f"{cut(str(each.get('name', '')), 150)}, because {cut(str(each.get('why', '')), 200)}",
        ]
        for each in chosen[:_SHOWN]
    ]
    return [
        rich([bold("Accounts chosen from the company's own")], *lines),
        context("Change any of them with /ccc accounts."),
    ]


def _is(missing: Sequence[Told]) -> str:
    return "is" if len(missing) == 1 else "are"


def _next(connection: ConnectionView) -> tuple[str, list[Block]]:
    for provider, account in (
        (Provider.LIGHTSPEED, connection.lightspeed),
        (Provider.QUICKBOOKS, connection.quickbooks),
    ):
        if not _is_there(account):
            name = PROVIDER_NAMES[provider]
            press = connect_button(provider, f"Connect {name}", primary=False)
            return f"Next: connect {name}.", [press]
    if not connection.channel:
        text = "Next: choose the channel for reports, with /ccc channel #log. Then /ccc sync."
    else:
        text = "Everything is connected. A dry run shows what would be posted and posts nothing."
    return text, [
        line_button("Sync now", "sync", connection.id),
        line_button("Dry run", "sync dry", connection.id),
    ]


def _is_there(account: AccountView | None) -> bool:
    return account is not None and account.state is AccountState.CONNECTED
