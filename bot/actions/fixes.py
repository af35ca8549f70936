"""Buttons that open the form which removes a cause; saving it resends what waited."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.actions.runs import run_of
from bot.conversation import Action, OpenModal, Reply, Request
from bot.modals import account, fix_date, fix_number, fix_product, tax_editor
from bot.modals.resending import Problem
from bot.views.actions import (
    FIX_CHOOSE_DATE,
    FIX_MAP_PRODUCT,
    FIX_MAP_TAX,
    FIX_NUMBER,
    FIX_PICK_ACCOUNT,
    read_cause,
    read_example,
)
from sync.services.models import Role

if TYPE_CHECKING:
    from sync.services.facade import Services

_REGION = re.compile(r"([A-Z]{2})\b")


def map_tax(request: Request, services: Services) -> Reply:
    """The tax editor with the region that sales wait for, where the cause names one."""
    run_id, cause, subject = read_cause(request.value)
    request, run = run_of(request, services, run_id)
    match = _REGION.match(subject)
    editor = tax_editor.blank(
        request, region=match[1] if match else "", problem=Problem(run.id, cause)
    )
    return OpenModal(tax_editor.draw(editor))


def pick_account(request: Request, services: Services) -> Reply:
    run_id, cause, subject = read_cause(request.value)
    request, run = run_of(request, services, run_id)
    return OpenModal(account.form_for(request, services, Problem(run.id, cause), subject))


def choose_date(request: Request, services: Services) -> Reply:
    """For sales of a closed period: the first open day, another, wait, or skip."""
    request, problem = _problem(request, services)
    return fix_date.opened(request, services, problem, read_example(request.value))


def choose_number(request: Request, services: Services) -> Reply:
    """For numbers that other documents have: link, another prefix or number, or skip."""
    request, problem = _problem(request, services)
    return fix_number.opened(request, services, problem, read_example(request.value))


def map_product(request: Request, services: Services) -> Reply:
    """For products without a usable item, with the best guess for each."""
    request, problem = _problem(request, services)
    return fix_product.opened(request, services, problem, read_example(request.value))


def _problem(request: Request, services: Services) -> tuple[Request, Problem]:
    run_id, cause, subject = read_cause(request.value)
    request, run = run_of(request, services, run_id)
    return request, Problem(run.id, cause, subject)


ACTIONS = (
    Action(FIX_MAP_TAX, map_tax, Role.ADMIN),
    Action(FIX_PICK_ACCOUNT, pick_account, Role.ADMIN),
    Action(FIX_CHOOSE_DATE, choose_date, Role.ADMIN),
    Action(FIX_MAP_PRODUCT, map_product, Role.ADMIN),
    Action(FIX_NUMBER, choose_number, Role.ADMIN),
)
