"""Things to try beside the conversation: sales, trouble, time, and what an administrator does."""

from __future__ import annotations

from typing import Any

from bot.demo.by_hand import take_number
from bot.demo.stage import Stage
from bot.demo.time_travel import Traveller
from bot.sandbox.controls import Lever
from bot.sandbox.seed import ADMINS_GROUP, LOG, OPERATOR
from sync.sandbox.retailer.events import Sale

SELL, TROUBLE, OFFICE = "Sell something", "Make trouble", "Be the Slack admin"
DEFAULT_PREFIX = "LS-"
_MIXED = ("cash", "card", "split", "percent_discount", "web_order", "item_fee", "card", "debit")


def levers(on: Stage) -> list[Lever]:
    """All of them, in the order of the page."""
    return [*_selling(on), *_trouble(on), *Traveller(on).levers(), *_office(on)]


def _selling(on: Stage) -> list[Lever]:
    def sell(kind: str) -> str:
        return _told(on, on.retailer.sell(kind, on.ticks()))

    def busy() -> str:
        for kind in _MIXED:
            on.retailer.sell(kind, on.ticks())
        return f"{len(_MIXED)} tickets rung up. Type /ccc sync."

    def fails() -> str:
        sale_id = on.retailer.sell("card", on.ticks())
        number = f"{DEFAULT_PREFIX}{sale_id}"
        take_number(on, number)
        return f"{_told(on, sale_id)} Somebody has written {number} by hand in QuickBooks."

    return [
        Lever("sell.cash", "Cash sale", lambda: sell("cash"), SELL),
        Lever("sell.split", "Sale paid in two ways", lambda: sell("split"), SELL),
        Lever("sell.web", "Web order", lambda: sell("web_order"), SELL),
        Lever("sell.refund", "Refund", lambda: sell("card_refund"), SELL),
        Lever("sell.fails", "One that will fail", fails, SELL, "its number is taken in QuickBooks"),
        Lever("sell.busy", "A busy minute", busy, SELL, f"{len(_MIXED)} tickets of many kinds"),
    ]


def _trouble(on: Stage) -> list[Lever]:
    def on_account() -> str:
        return _told(on, on.retailer.sell("charge_on_account", on.ticks()))

    def change() -> str:
        sold = [sale for sale in on.retailer.events if sale.counts and sale.kind in _MIXED]
        sale = sold[-1]
        on.retailer.edit(sale.id, on.ticks())
        return f"Ticket {sale.id} is now paid by check. If it was posted, the next sync holds it."

    def closed() -> bool:
        return on.quickbooks.company().spec.book_close_date is not None

    def close_books() -> str:
        day = None if closed() else on.today.isoformat()
        on.quickbooks.change_company(book_close_date=day)
        return f"The books are closed through {day}." if day else "The books are open again."

    def is_inactive() -> bool:
        return _deposit_account(on).get("Active") is False

    def deactivate() -> str:
        company, account = on.quickbooks.company(), _deposit_account(on)
        with company.lock:
            account["Active"] = not account.get("Active", True)
        state = "inactive" if is_inactive() else "active again"
        return f"{account['Name']} is {state} in QuickBooks."

    def lapse() -> str:
        company = on.quickbooks.company()
        on.quickbooks.tokens.disconnect(company.realm)
        return "QuickBooks no longer lets CCC in. The next sync says so, with a way back."

    return [
        Lever("fail.account.sale", "Sold on account", on_account, TROUBLE, "to be paid later"),
        Lever(
            "fail.change",
            "Change the last sale",
            change,
            TROUBLE,
            "the books follow with the next sync",
        ),
        Lever(
            *("fail.closed", "Books closed today", close_books, TROUBLE),
            "QuickBooks then refuses; open them and retry",
            closed,
        ),
        Lever(
            *("fail.account", "Deposit account switched off", deactivate, TROUBLE),
            "pick another from the message",
            is_inactive,
        ),
        Lever("fail.lapse", "QuickBooks login ends", lapse, TROUBLE, "reconnect from the message"),
    ]


def _office(on: Stage) -> list[Lever]:
    workspace, happenings = on.slack.workspace, on.slack.happenings
    channel, group = workspace.channels[LOG], workspace.groups[ADMINS_GROUP]

    def archive() -> str:
        if channel.is_archived:
            happenings.unarchive(channel)
            return "#ccc-log is open again."
        happenings.archive(channel)
        return "#ccc-log is archived."

    def membership() -> str:
        if workspace.bot_user in channel.members:
            happenings.remove(channel, workspace.bot_user)
            return "CCC was removed from #ccc-log."
        happenings.invite(channel, workspace.bot_user)
        return "CCC is in #ccc-log."

    def oscar() -> str:
        users = [user for user in group.users if user != OPERATOR]
        happenings.regroup(group, users if len(users) < len(group.users) else [*users, OPERATOR])
        return f"{len(group.users)} people are in @{group.handle}."

    def install() -> str:
        if on.slack.installation.revoked:
            happenings.reinstall()
            return "CCC is installed again."
        happenings.uninstall()
        return "CCC is uninstalled: its token is worth nothing."

    return [
        Lever(
            *("slack.member", "CCC is in #ccc-log", membership, OFFICE),
            "",
            lambda: workspace.bot_user in channel.members,
        ),
        Lever(
            *("slack.archive", "#ccc-log is archived", archive, OFFICE),
            "",
            lambda: channel.is_archived,
        ),
        Lever(
            *("slack.group", "Oscar is in @ccc-admins", oscar, OFFICE),
            "a user group, for roles",
            lambda: OPERATOR in group.users,
        ),
        Lever(
            *("slack.install", "CCC is installed", install, OFFICE),
            "",
            lambda: not on.slack.installation.revoked,
        ),
    ]


def _deposit_account(on: Stage) -> dict[str, Any]:
    company = on.quickbooks.company()
    record = company.store.find("Account", company.role("undeposited"))
    if record is None:
        raise LookupError("the company has no Undeposited Funds")
    return record.body


def _told(on: Stage, sale_id: int) -> str:
    sale: Sale = on.retailer.sales[sale_id]
    amount = f"{'-' if sale.total < 0 else ''}${abs(sale.total) / 100:,.2f}"
    return f"Ticket {sale.id}, {sale.register.name}, {amount}. Type /ccc sync."
