"""Steps about money: which accounts take it, and which codes its tax carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import Message, Request
from bot.modals.fields.accounts import AccountRow, account_fields, account_name, read_accounts
from bot.modals.fields.inputs import Typed, word
from bot.modals.fields.taxes import TaxRow, tax_fields
from bot.modals.setup.connecting import TAX_WORLDS
from bot.modals.setup.page import Page, Scene
from bot.views.actions import SETUP_LOOK, SETUP_RULES
from bot.views.blocks import Block, Piece, actions, bold, button, confirm, context, plain, rich
from bot.views.text import cut
from bot.views.wording import count, listed
from sync.domain.books import TaxWorld
from sync.domain.documents import Ref
from sync.services.checklist import StepName
from sync.services.models import Option
from sync.services.setting_up import SetUpView

if TYPE_CHECKING:
    from sync.services.facade import Services

_DEPOSITS = "Where deposits go"


def _option(ref: Ref | None) -> Option | None:
    return Option(ref.id, ref.name) if ref is not None else None


def _accounts(scene: Scene) -> list[Block]:
    view = scene.set_up
    rows = [
        AccountRow(
            each.role,
            each.label,
            _option(each.ref),
            f"{each.why[:1].upper()}{each.why[1:]}." if each.why else "",
            optional=not each.needed,
            empty=_DEPOSITS if each.label.startswith("Paid by ") else "Choose an account",
        )
        for each in view.accounts
    ]
    blocks = account_fields(scene.place, rows, scene.typed)
    if view.survey is None:
        blocks += [
            context("Ways to pay appear here once the sales were looked at."),
            actions(button("Look again", SETUP_LOOK)),
        ]
    return blocks


def _save_accounts(
    request: Request, services: Services, view: SetUpView, typed: Typed
) -> Message | None:
    """What was on the screen; a way to pay that was emptied goes to deposits again."""
    shown = [each for each in view.accounts if account_name(each.role) in typed]
    chosen = read_accounts(typed, [each.role for each in shown])
    for each in shown:
        if each.label.startswith("Paid by "):
            chosen.setdefault(each.role, "")
    services.settings.accounts(
        request.actor, request.scope, chosen, version=view.connection.settings_version
    )
    return None


def _tax(scene: Scene) -> list[Block]:
    view = scene.set_up
    world = view.found.tax_world
    if world is not TaxWorld.MANUAL:
        return [plain(f"QuickBooks keeps sales tax {_world(world)}. There is nothing to map here.")]
    rows = [
        TaxRow(each.region, each.label, _option(each.ref), f"{each.why[:1].upper()}{each.why[1:]}.")
        for each in view.taxes
    ]
    blocks = tax_fields(scene.place, rows, scene.typed)
    if view.survey is None:
        blocks += [
            context("The rates of your sales appear here once they were looked at."),
            actions(button("Look again", SETUP_LOOK)),
        ]
    return [*blocks, *_rules(view)]


def _world(world: TaxWorld) -> str:
    return TAX_WORLDS[world]


def _rules(view: SetUpView) -> list[Block]:
    """A sale at a counter has no state of its own: one press says where the tills stand."""
    if not view.rules:
        return [
            context(
                "No shop has a state in its Lightspeed address, so counter sales find their code "
                "by rate alone."
            )
        ]
    lines: list[list[Piece]] = [
        [
            bold(each.region),
            f": {count(len(each.registers), 'register')} "
            f"({cut(listed(each.registers[:10]), 60)}) {'✓ rule made' if each.exists else ''}",
        ]
        for each in view.rules[:20]
    ]
    blocks = [rich([bold("Where the tills stand, by the shops' own addresses")], *lines)]
    missing = [each for each in view.rules if not each.exists]
    if missing:
        question = confirm(
            f"Make {count(len(missing), 'rule')}?",
            "Sales without a state then count as sold where the till stands: "
            f"{listed([each.region for each in missing[:20]])}. /ccc rule list shows them.",
            "Make rules",
            "Not now",
        )
        blocks.append(actions(button("Make register rules", SETUP_RULES, "1", confirm=question)))
    return blocks


def _save_tax(
    request: Request, services: Services, view: SetUpView, typed: Typed
) -> Message | None:
    shown = {each.region: word(typed, f"tax.{each.region}") for each in view.taxes}
    if shown:
        services.settings.taxes(
            request.actor, request.scope, shown, version=view.connection.settings_version
        )
    return None


ACCOUNTS = Page(
    StepName.ACCOUNTS,
    "Accounts",
    "Chosen from the company's own lists. Next keeps them as they stand here.",
    '/ccc accounts deposit "Undeposited Funds"',
    _accounts,
    _save_accounts,
    lambda view: view.connection.settings.accounts,
    account_name,
)
TAX = Page(
    StepName.TAX,
    "Sales tax",
    "Which QuickBooks tax code the sales of a state carry.",
    '/ccc tax add MD "Maryland 6%"',
    _tax,
    _save_tax,
    lambda view: view.connection.settings.tax_mappings,
    lambda region: f"tax.{region}",
)
