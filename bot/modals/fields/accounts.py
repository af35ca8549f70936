"""Account fields: one external menu per role, answered from the company's cached chart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation import Action, Choices, Reply, Request
from bot.modals.fields.inputs import Place, Typed, field_id, pick_field, row, word
from bot.views.blocks import Block
from sync.services.choices import TENDER_KINDS, kinds_of
from sync.services.models import Option, Role

if TYPE_CHECKING:
    from sync.services.facade import Services

_ACCOUNT, _TENDER = "account", "tender"


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What an account is used for, which one it is, and why that one."""

    role: str  # a role, or a way to pay
    label: str
    chosen: Option | None
    why: str = ""
    optional: bool = False
    empty: str = "Choose an account"


def account_fields(place: Place, rows: Iterable[AccountRow], typed: Typed) -> list[Block]:
    """A menu per row; `account_choices` fetches what each may be."""
    return [
        pick_field(
            place,
            account_name(each.role),
            each.label,
            each.chosen,
            typed,
            empty=each.empty,
            hint=each.why,
            optional=each.optional,
        )
        for each in rows
    ]


def read_accounts(typed: Typed, roles: Sequence[str]) -> dict[str, str]:
    """Account ids by role, as far as these were on the screen and chosen."""
    found = {role: word(typed, account_name(role)) for role in roles}
    return {role: account for role, account in found.items() if account}


def account_name(role: str) -> str:
    """A role's field; ways to pay are called anything, so their fields are numbered by digest."""
    if kinds_of(role) is not None:
        return f"{_ACCOUNT}.{role}"
    digest = hashlib.sha256(role.strip().casefold().encode()).hexdigest()[:12]
    return f"{_ACCOUNT}.{_TENDER}.{digest}"


def account_options(action: str) -> Action:
    """Answers all account fields of a form."""
    return Action(field_id(action, f"{_ACCOUNT}."), account_choices, Role.ADMIN)


def account_choices(request: Request, services: Services) -> Reply:
    """Active accounts of the types that the role takes."""
    role = request.action_id.rpartition(".")[2]
    kinds = kinds_of(role) or TENDER_KINDS
    found = services.lists.accounts(request.scope, request.typed, 100, kinds=kinds)
    none = "No such account" if request.typed else "The company has no account of that type"
    return Choices(tuple(map(row, found)), none)
