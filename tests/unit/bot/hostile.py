"""The largest and most hostile data there can be, for whoever draws it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from bot.conversation import Request
from bot.modals.resending import Problem
from sync.domain.quiet import Level
from sync.domain.verdicts import EntryState
from sync.services.facade import Services
from sync.services.models import (
    AccountState,
    AccountView,
    Actor,
    CauseGroup,
    Option,
    Provider,
    Role,
    RuleView,
    Unmatched,
    Waiting,
)
from sync.services.notices import DayFigures, Notice
from sync.services.rule_forms import Row, RuleForm, line_of
from tests.unit.bot.test_home_view import a_set_up
from tests.unit.bot.test_views import EVIL, a_connection

NOW = datetime(2026, 3, 10, 22, 0, tzinfo=UTC)
ID = "c" * 36
WIDE = "🚲" * 255  # as wide as the columns of the log allow, four bytes a character
ITEM = "9" * 10  # an id in QuickBooks
BIG = 10**9
AMOUNT = Decimal("-123456789012.34")
FIXES = (
    *("map_tax", "pick_account", "reconnect", "connect", "retry", "map_product"),
    *("choose_date", "use_prefix", "link", "skip", "", "something new"),
)
GROUPS = tuple(
    CauseGroup(WIDE[:120], EVIL, fix, WIDE[:255], BIG, AMOUNT, "USD", (WIDE[:40],) * 5)
    for fix in FIXES
)
OPTIONS = tuple(Option(f"{n}-" + "9" * 140, f"{n} {EVIL}", EVIL) for n in range(500))
PRODUCTS = tuple(Unmatched(f"{n}{EVIL}", EVIL, (EVIL[:40],) * 99, (EVIL,) * 5) for n in range(300))
WAITING = tuple(
    Waiting(
        f"{n:036d}",
        WIDE[:40],
        date(2025, 1, 1) + timedelta(days=n % 365),
        AMOUNT,
        "USD",
        "LS-" + "9" * 18,
        EVIL,
    )
    for n in range(2_000)
)
NAME = "🦆<!channel> *&* " * 5
RULES = tuple(
    RuleView(
        f"{n:03} {NAME}"[:80],
        line_of(
            RuleForm(
                f"{n:03} {NAME}"[:80],
                tuple(Row("payment method", "does not contain", "x" * 32) for _ in range(20)),
                "and",
                "map_memo",
                "y" * 300,
            )
        ),
        n % 2 == 0,
        n + 1,
        (EVIL,) * 9,
    )
    for n in range(40)
)
NOTICE = Notice("U" * 11, Level.FAILURES, "08:00", "22:00", "07:00", "America/Argentina/La_Rioja")
MONTH = tuple(
    DayFigures(
        date(2025, 12, 20) + timedelta(days=n), dict.fromkeys(EntryState, BIG), AMOUNT, "USD"
    )
    for n in range(90)
)


def everything_hostile() -> Services:
    """Services that answer every question of a form with the most there can be."""

    def always(answer: Any) -> Callable[..., Any]:
        return lambda *words, **more: answer

    found = SimpleNamespace(
        connections=SimpleNamespace(
            get=always(a_connection()), create_link=always("https://ccc.example/" + "x" * 80)
        ),
        decisions=SimpleNamespace(waiting=always(WAITING), first_open_day=always(date(2026, 3, 1))),
        drafts=SimpleNamespace(kept=always(SimpleNamespace(data={}, at=NOW))),
        log=SimpleNamespace(causes=always(list(OPTIONS))),
        notices=SimpleNamespace(of=always(NOTICE)),
        products=SimpleNamespace(
            unmatched=always(PRODUCTS),
            of_cause=always(PRODUCTS),
            names=lambda scope, ids: dict.fromkeys(ids, EVIL),
            suggestions_for=lambda scope, some, **more: [
                [Option(ITEM, EVIL, "best guess, " + EVIL)] for _ in some
            ],
        ),
        rules=SimpleNamespace(all=always(RULES)),
        setting_up=SimpleNamespace(view=always(a_set_up()), steps=always(a_set_up().steps)),
        settings=SimpleNamespace(
            shop_names=always(tuple(f"{n}{EVIL}" for n in range(300))),
            account_roles=always(tuple((f"{n}{EVIL}", EVIL, None, True) for n in range(300))),
        ),
        surveys=SimpleNamespace(ask=always(True)),
        lists=SimpleNamespace(accounts=always(OPTIONS), tax_codes=always(OPTIONS)),
    )
    return cast(Services, found)


SERVICES = everything_hostile()
ADMIN = Actor("T" * 11, "U" * 11, Role.ADMIN)
REQUEST = Request(ADMIN, NOW, channel="C" * 11, connection=a_connection(), user_name=EVIL)
PROBLEM = Problem("r" * 36, WIDE[:120], WIDE[:255])
CONNECTED = AccountState.CONNECTED
TOLD: dict[str, Any] = {
    "provider": "quickbooks",
    "name": EVIL,
    "again": True,
    "user": "U" * 11,
    "channel": "C" * 11,
    "reason": EVIL,
    "job": EVIL,
    "ends": "2026-04-03",
    "idle": True,
    "shops": [{"id": str(n), "name": EVIL, "region": EVIL, "zone": EVIL} for n in range(100)],
    "registers": [{"id": str(n), "name": EVIL, "shop": str(n % 9)} for n in range(900)],
    "prerequisites": [{"name": EVIL, "ok": bool(n % 2), "why": EVIL} for n in range(12)],
    "chosen": [{"role": "deposit", "name": EVIL, "why": EVIL}] * 40,
    "closed_through": "2025-12-31",
}
TRIED: dict[str, Any] = {
    "sales": BIG,
    "met": BIG,
    "line": EVIL,
    "examples": [{"number": EVIL, "field": EVIL, "before": EVIL, "after": EVIL}] * 3,
}
ACCOUNT = AccountView("a1", Provider.LIGHTSPEED, EVIL, AccountState.BROKEN, "U" * 11, problem=EVIL)
