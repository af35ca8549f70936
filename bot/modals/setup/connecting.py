"""The first steps: connect both accounts, and look at what they told."""

from __future__ import annotations

from bot.modals.setup.page import Page, Scene
from bot.views.actions import CONNECT, CONNECT_LINK, SETUP_LOOK
from bot.views.blocks import Block, Fact, Piece, actions, bold, button, context, facts, plain, rich
from bot.views.text import cut
from bot.views.wording import ACCOUNT_WORDS, PROVIDER_NAMES, count, day, days, listed
from sync.domain.books import TaxWorld
from sync.services.checklist import StepName
from sync.services.models import AccountState, AccountView, Provider
from sync.services.setting_up import Found
from sync.services.survey import Survey

_SHOPS = 15
TAX_WORLDS: dict[TaxWorld, str] = {
    TaxWorld.AUTOMATED: "automated: QuickBooks knows the rates, CCC sends the till's tax",
    TaxWorld.MANUAL: "by tax codes, which are mapped in the step “Sales tax”",
    TaxWorld.NONE: "switched off: the till's tax is posted as a line",
    TaxWorld.UNFINISHED: "not set up to the end: the till's tax is posted as a line until it is",
    TaxWorld.GLOBAL: "by tax codes outside the United States",
}


def account_of(scene: Scene, provider: Provider) -> AccountView | None:
    if scene.view is None:
        return None
    connection = scene.view.connection
    return connection.lightspeed if provider is Provider.LIGHTSPEED else connection.quickbooks


def is_connected(scene: Scene, provider: Provider) -> bool:
    account = account_of(scene, provider)
    return account is not None and account.state is AccountState.CONNECTED


def _connect(scene: Scene, provider: Provider) -> list[Block]:
    name = PROVIDER_NAMES[provider]
    account = account_of(scene, provider)
    if account is not None and account.state is AccountState.CONNECTED:
        again = button(f"Connect {name} again", f"{CONNECT}.{provider.value}", provider.value)
        return [
            plain(f"{name} ✓ {cut(account.name, 200)} is {ACCOUNT_WORDS[account.state]}."),
            actions(again),
            context("Connecting again, or another account, loses no settings."),
        ]
    press = button(f"Connect {name}", CONNECT_LINK, style="primary", url=scene.link)
    blocks: list[Block] = []
    if account is not None:
        problem = f": {cut(account.problem, 200)}" if account.problem else ""
        blocks.append(
            plain(f"{cut(account.name, 200)} is {ACCOUNT_WORDS[account.state]}{problem}.")
        )
    return [
        *blocks,
        actions(press),
        plain(
            f"The button opens {name} in your browser: sign in there and allow it. Then come back "
            "and press Next, or press “Continue set-up” in the message that CCC sends you."
        ),
        context("The link is yours alone, works once, and only for ten minutes."),
    ]


def _lightspeed(scene: Scene) -> list[Block]:
    return _connect(scene, Provider.LIGHTSPEED)


def _quickbooks(scene: Scene) -> list[Block]:
    return _connect(scene, Provider.QUICKBOOKS)


def _found(scene: Scene) -> list[Block]:
    view = scene.set_up
    found = view.found
    told: dict[str, Fact] = {
        "Lightspeed": _named(view.connection.lightspeed),
        "Shops": f"{count(len(found.shops), 'shop')}, {count(found.registers, 'register')}",
        "QuickBooks": _named(view.connection.quickbooks),
        "Books in": found.currency or "unknown",
        "Sales tax": TAX_WORLDS[found.tax_world],
        "Accounts": f"{found.accounts:,} in use",
    }
    if found.closed_through:
        told["Closed"] = f"the books are closed through {day(found.closed_through)}"
    return [
        facts(told),
        *_shops(found),
        *_conditions(found),
        plain(_surveyed(view.survey)),
        actions(button("Look again", SETUP_LOOK)),
    ]


def _named(account: AccountView | None) -> str:
    return cut(account.name, 200) if account is not None else "not connected"


def _shops(found: Found) -> list[Block]:
    lines: list[list[Piece]] = []
    for name, region, zone in found.shops[:_SHOPS]:
        where = ", ".join(part for part in (region or "no state in its address", zone) if part)
        lines.append([bold(cut(name, 80)), f": {cut(where, 200)}"])
    if len(found.shops) > _SHOPS:
        lines.append([f"and {len(found.shops) - _SHOPS} more"])
    return [rich(*lines)] if lines else []


def _conditions(found: Found) -> list[Block]:
    lines: list[list[Piece]] = [
        [
            "✓ Found: " if each.ok else "✖ Missing: ",
            bold(cut(each.name, 100)),
            "" if each.ok else f". {cut(each.why, 300)}",
        ]
        for each in found.conditions
    ]
    return [rich([bold("What CCC needs in QuickBooks")], *lines)] if lines else []


def _surveyed(survey: Survey | None) -> str:
    if survey is None:
        return (
            "The sales of the last 90 days are being looked at, for suggestions in the next steps. "
            "That takes a minute; you need not wait."
        )
    findings = survey.findings
    said = (
        f"{days(survey.first, survey.last)}: {count(findings.sales, 'sale')}, "
        f"{findings.recent:,} of them in the last 30 days."
    )
    if findings.is_sample:
        said += f" Suggestions come from {findings.read:,} of them, spread evenly."
    if findings.tenders:
        names = [cut(each.name, 40) for each in findings.tenders[:8]]
        said += f" Paid by {listed(names)}."
    return said


LIGHTSPEED = Page(
    StepName.LIGHTSPEED,
    "Connect Lightspeed",
    "The account whose sales go into QuickBooks.",
    "/ccc connect lightspeed",
    _lightspeed,
    settles=False,
)
QUICKBOOKS = Page(
    StepName.QUICKBOOKS,
    "Connect QuickBooks",
    "The company whose books the sales go into. Sign in as its primary or company admin.",
    "/ccc connect quickbooks",
    _quickbooks,
    settles=False,
)
FOUND = Page(
    StepName.FOUND,
    "What was found",
    "Have a look whether these are the right accounts.",
    "/ccc status",
    _found,
)
