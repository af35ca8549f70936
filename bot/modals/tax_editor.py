"""One row of the sales-tax table: a place and the QuickBooks code its sales carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.conversation import (
    Action,
    Choices,
    FieldErrors,
    Modal,
    Reply,
    Request,
    State,
    UpdateView,
)
from bot.modals.reading import chosen
from bot.modals.resending import Problem, resent
from bot.views.actions import TAX_CODE, TAX_EDITOR
from bot.views.blocks import Block, alert, context, input_block, modal, option, plain_text
from bot.views.taxes import LINE, NO_TAX, place_name
from bot.views.text import cut_middle
from sync.domain.settings import TaxMapping
from sync.errors import Conflict, Invalid, NotFound
from sync.services.models import ConnectionView, Option, Role

if TYPE_CHECKING:
    from sync.services.facade import Services

CALLBACK = TAX_EDITOR
_BREAK = "\x1f"
_REGION = re.compile(r"[A-Z]{2}")
_LONGEST = 100
_FIELDS = ("region", "city", "county", "code")


@dataclass(frozen=True, slots=True)
class Editor:
    """What the editor shows; `was` is the place it edits, "" when it adds."""

    state: State
    region: str = ""
    city: str = ""
    county: str = ""
    code: Option | None = None
    notice: str = ""


def blank(request: Request, *, region: str = "", problem: Problem | None = None) -> Editor:
    """To add a mapping, perhaps for a place that sales wait for."""
    return Editor(_state(request, "", problem), region=region)


def of(request: Request, mapping: TaxMapping) -> Editor:
    """To change a mapping."""
    was = place_value(mapping.region, mapping.city, mapping.county)
    code = Option(mapping.code.id, mapping.code.name)
    return Editor(_state(request, was, None), mapping.region, mapping.city, mapping.county, code)


def draw(editor: Editor) -> Modal:
    """The form; city and county are for places with a tax of their own."""
    blocks: list[Block] = [alert(editor.notice)] if editor.notice else []
    blocks += [
        input_block(
            "region",
            "Region",
            _text("region", editor.region, 2, "MD"),
            hint=f"Two letters, such as MD. {NO_TAX} is for sales without tax.",
        ),
        input_block("city", "City", _text("city", editor.city, _LONGEST), optional=True),
        input_block("county", "County", _text("county", editor.county, _LONGEST), optional=True),
        input_block("code", "QuickBooks tax code", _codes(editor.code)),
        context("Leave city and county empty for the whole region.", f"In one line: {LINE}"),
    ]
    title = "Edit tax mapping" if editor.state.get("was") else "Add tax mapping"
    return Modal(modal(title, TAX_EDITOR, blocks, submit="Save"), editor.state)


def submit(request: Request, services: Services) -> Reply:
    """Save, and resend what waited for it; or say in red what is wrong with which field."""
    view = request.view
    if view is None:
        raise NotFound("This form is no longer valid. Open it again.")
    region, city, county, code = (chosen(view.values, key) for key in _FIELDS)
    region = region.upper()
    errors: dict[str, str] = {}
    if not _REGION.fullmatch(region):
        errors["region"] = f"A region has two letters, such as MD; {NO_TAX} for sales without tax."
    if not code or code == NOTHING:
        errors["code"] = "Choose a tax code of the QuickBooks company."
    if errors:
        raise FieldErrors(errors)
    try:
        saved = services.settings.tax_add(
            request.actor,
            request.scope,
            region,
            code,
            city=city,
            county=county,
            version=int(view.state.get("version", 0)),
        )
    except Invalid as error:
        if error.field in _FIELDS:
            raise FieldErrors({error.field: str(error)}) from error
        raise
    except Conflict:
        return _changed_meanwhile(request, services, (region, city, county))
    _drop_former(request, services, (region, city, county))
    request = request.about(saved)
    text = f"Sales in {place_name(region, city, county)} now carry the tax code you chose."
    return resent(request, services, Problem.of(view.state), text)


def _drop_former(request: Request, services: Services, place: tuple[str, str, str]) -> None:
    """A row whose place was edited is a new row; the old one goes."""
    was = str(request.view.state.get("was", "")) if request.view else ""
    if was and read_place(was) != place:
        region, city, county = read_place(was)
        services.settings.tax_remove(request.actor, request.scope, region, city=city, county=county)


def _changed_meanwhile(
    request: Request, services: Services, place: tuple[str, str, str]
) -> UpdateView:
    """Show what is saved now; what was typed stays in the fields, and saving again wins."""
    fresh: ConnectionView = services.connections.get(request.scope)
    now = {(m.region, m.city, m.county): m.code.name for m in fresh.settings.tax_mappings}
    where = place_name(*place)
    said = f"{where} has the code “{now[place][:60]}”" if place in now else f"{where} has none"
    notice = f"Settings were changed meanwhile; now {said}. Save again to use what stands below."
    view = request.view
    state = (view.state if view else {}) | {"version": fresh.settings_version}
    region, city, county = place
    return UpdateView(draw(Editor(state, region, city, county, notice=notice)))


def codes(request: Request, services: Services) -> Reply:
    """Rows of the tax-code list."""
    found = services.lists.tax_codes(request.scope, request.typed, 100)
    rows = tuple(code_option(each) for each in found)
    none = "No tax code has that name" if request.typed else "QuickBooks has no tax codes yet"
    return Choices(rows, none)


def code_option(code: Option) -> Block:
    return option(cut_middle(code.label, 75), code.value, cut_middle(code.hint, 75))


def place_value(region: str, city: str, county: str) -> str:
    """A row's place as the value of a button."""
    return _BREAK.join((region, city, county))


def read_place(value: str) -> tuple[str, str, str]:
    region, city, county = (*value.split(_BREAK), "", "", "")[:3]
    return region, city, county


def _state(request: Request, was: str, problem: Problem | None) -> State:
    connection = request.books
    channel = request.view.state.get("channel", "") if request.view else request.channel
    state: State = {
        "connection": connection.id,
        "channel": channel,
        "version": connection.settings_version,
        "was": was,
    }
    return state | (problem.state() if problem else {})


def _text(action: str, value: str, most: int, example: str = "") -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": action,
        "max_length": most,
    }
    if example:
        element["placeholder"] = plain_text(example, 150)
    return element | {"initial_value": value[:most]} if value else element


def _codes(code: Option | None) -> Block:
    element: Block = {
        "type": "external_select",
        "action_id": TAX_CODE,
        "min_query_length": 0,
        "placeholder": plain_text("Choose a code", 150),
    }
    return element | {"initial_option": code_option(code)} if code else element


NOTHING = "none"
CODES = Action(TAX_CODE, codes, Role.ADMIN)
