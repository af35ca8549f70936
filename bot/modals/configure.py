"""The settings of a connection: tabs in one form, nothing overwritten, nothing typed lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from bot.conversation import (
    Action,
    FieldErrors,
    Form,
    Modal,
    Nothing,
    PushModal,
    Reply,
    Request,
    State,
    UpdateView,
)
from bot.modals.changed_meanwhile import changed_since
from bot.modals.fields.accounts import account_options
from bot.modals.fields.choosing import zone_options
from bot.modals.fields.inputs import Place, field_id
from bot.modals.panels import (
    PANEL_BY_ID,
    SCHEDULE_PANEL,
    TABS,
    Facts,
    Panel,
    field_of,
    fields_of,
    last_page,
)
from bot.modals.settings_screen import Screen, digest, initial_values, screen_of, token_of
from bot.modals.tax import list_for as tax_list
from bot.views.actions import (
    CONFIGURE,
    CONFIGURE_OPEN,
    CONFIGURE_PAGE,
    CONFIGURE_SYNC,
    CONFIGURE_TAB,
)
from bot.views.blocks import (
    Block,
    actions,
    alert,
    button,
    context,
    divider,
    modal,
    option,
    plain,
    rich,
)
from bot.views.status import started_card
from bot.views.text import cut
from bot.views.wording import moment
from sync.errors import Conflict, Invalid, SyncError
from sync.services.configuring import Configured, Refused
from sync.services.models import ConnectionView, Role
from sync.services.named_settings import ACCOUNT, SETTINGS, Value

if TYPE_CHECKING:
    from sync.services.facade import Services

_ROOM = 2_000  # bytes of state that fit Slack's memory of a form once they are sealed
_TOO_MUCH = "That is much to keep in mind: save this tab before you go to another."


# -- drawing


def form_for(request: Request, services: Services, tab: str, *, only: bool = False) -> Modal:
    """The form with one tab open, or one page alone; everything as it is saved."""
    saved = services.configuring.read(request.scope)
    screen = Screen(
        PANEL_BY_ID[tab],
        only,
        token=token_of(saved),
        read_at=int(request.now.timestamp()),
        channel=request.channel,
    )
    return draw(request, services, screen, saved)


def draw(
    request: Request,
    services: Services,
    screen: Screen,
    saved: Configured,
    *,
    notice: tuple[Block, ...] = (),
    errors: Mapping[str, str] | None = None,
) -> Modal:
    """One page with what was typed; errors of fields stand right before them."""
    panel = screen.panel
    screen = replace(screen, page=min(screen.page, last_page(saved)))
    place = Place(CONFIGURE, screen.fresh, tells=panel.tells)
    facts = _facts(request, services, screen, saved)
    began = initial_values(panel.draw(place, replace(facts, typed={})))
    screen = replace(screen, base={name: digest(value) for name, value in began.items()})
    blocks: list[Block] = [*notice]
    if not screen.only:
        blocks.append(_tabs(panel, len(notice)))
    for block in panel.draw(place, facts):
        name = str(block.get("block_id", "")).partition("~")[0]
        if errors and name in errors and block["type"] == "input":
            blocks.append(alert(cut(errors[name], 200), "error"))
        blocks.append(block)
    blocks += [
        context(f"In one line: /ccc {panel.line}"),
        divider(),
        actions(button("Save and sync", CONFIGURE_SYNC)),
    ]
    title = panel.title if screen.only else "Settings"
    view = modal(title, CONFIGURE, blocks, submit="Save")
    return Modal(view, screen.state(request.books.id))


def _tabs(panel: Panel, notices: int) -> Block:
    options = [option(each.title, each.id) for each in TABS]
    chosen = next(each for each in options if each["value"] == panel.id)
    menu: Block = {
        "type": "static_select",
        "action_id": CONFIGURE_TAB,
        "options": options,
        "initial_option": chosen,
    }
    return plain("What you type is kept while you look at other tabs.", menu) | {
        "block_id": f"tabs~{panel.id}~{notices}"  # another id, or Slack keeps the former choice
    }


def _facts(request: Request, services: Services, screen: Screen, saved: Configured) -> Facts:
    connection = request.books
    typed = _as_typed(request, services, screen.typed)
    facts = Facts(saved, connection.settings, connection.zone, typed, screen.page)
    if screen.panel.id != SCHEDULE_PANEL:
        return facts
    place = Place(CONFIGURE)
    shown: dict[str, Any] = {**initial_values(screen.panel.draw(place, replace(facts, typed={})))}
    shown |= dict(screen.typed)
    return replace(facts, note=_next_runs(request, services, screen.panel, shown, facts))


def _next_runs(
    request: Request, services: Services, panel: Panel, shown: Mapping[str, Any], facts: Facts
) -> str:
    """When runs would start, in the shop's zone, before anything is saved."""
    try:
        read = panel.read(shown, facts)
        spec, zone = str(read["schedule"]), str(read["zone"])
        runs = services.configuring.next_runs(request.scope, spec, zone)
    except (FieldErrors, Invalid):
        return "Next runs: once the fields above make a schedule."
    if not runs:
        return "No run starts by itself; /ccc sync still works."
    return f"Next runs: {'; '.join(moment(each, facts.zone) for each in runs)}."


def _as_typed(request: Request, services: Services, typed: Mapping[str, Value]) -> dict[str, Any]:
    """As fields read it: ids of accounts get their names again."""
    ids = tuple(str(v) for name, v in typed.items() if name.startswith("account.") and v)
    names = services.configuring.account_names(request.scope, ids) if ids else {}
    found: dict[str, Any] = {}
    for name, value in typed.items():
        if isinstance(value, tuple):
            found[name] = [{"value": each} for each in value]
        elif value and (name.startswith("account.") or name == "zone"):
            found[name] = option(names.get(value, value), value)
        else:
            found[name] = value
    return found


# -- what a person does


def turn(request: Request, services: Services) -> Reply:
    """Another tab."""
    return _go(request, services, PANEL_BY_ID.get(request.value), 0)


def page(request: Request, services: Services) -> Reply:
    """Another page of accounts."""
    wanted = int(request.value) if request.value.isascii() and request.value.isdigit() else 0
    return _go(request, services, screen_of(request).panel, wanted)


def _go(request: Request, services: Services, panel: Panel | None, wanted: int) -> Reply:
    """Somewhere else in the form, unless what was typed is more than it can remember."""
    here = screen_of(request)
    saved = services.configuring.read(request.scope)
    there = draw(request, services, replace(here, panel=panel or here.panel, page=wanted), saved)
    if len(orjson.dumps(there.state)) <= _ROOM:
        return UpdateView(there)
    return UpdateView(Modal(_with_notice(request, services, saved), dict(_state(request))))


def _with_notice(request: Request, services: Services, saved: Configured) -> Block:
    """The same page again; Slack keeps what is in its fields, so nothing need be remembered."""
    screen = Screen.of(_state(request))
    return draw(request, services, screen, saved, notice=(alert(_TOO_MUCH),)).view


def _state(request: Request) -> State:
    return request.view.state if request.view else {}


def changed(request: Request, services: Services) -> Reply:
    """A field of the schedule: say when runs would start."""
    screen = screen_of(request)
    if not screen.panel.tells:
        return Nothing()
    return UpdateView(draw(request, services, screen, services.configuring.read(request.scope)))


def open_list(request: Request, services: Services) -> Reply:
    """A table with a form of its own, over this one."""
    return PushModal(tax_list(request))


def submit(request: Request, services: Services) -> Reply:
    return _save(request, services, sync=False)


def save_and_sync(request: Request, services: Services) -> Reply:
    return _save(request, services, sync=True)


def _save(request: Request, services: Services, *, sync: bool) -> Reply:
    """Save what was changed on any tab; a wrong field is shown where it is."""
    screen = screen_of(request)
    saved = services.configuring.read(request.scope)
    if token_of(saved) != screen.token:
        return _meanwhile(request, services, screen, saved)
    try:
        wanted = wanted_of(request, services, screen, saved)
        connection = services.configuring.save(
            request.actor, request.scope, wanted, version=saved.version
        )
    except Refused as error:
        return _wrong(request, services, screen, saved, error.errors, in_red=not sync)
    except Conflict:
        fresh = services.configuring.read(request.scope)
        return _meanwhile(request, services, screen, fresh)
    said = [_changed(saved, name, value) for name, value in wanted.items()]
    return _done(request.about(connection), services, said, sync=sync)


def wanted_of(
    request: Request, services: Services, screen: Screen, saved: Configured
) -> dict[str, Value]:
    """The changed settings of all tabs, by name; Refused when a field has no usable answer."""
    connection = request.books
    wanted: dict[str, Value] = {}
    errors: dict[str, str] = {}
    for panel in (screen.panel,) if screen.only else TABS:
        facts = Facts(saved, connection.settings, connection.zone, {})
        touched = fields_of(panel, facts) & set(screen.typed)
        if not touched:
            continue
        shown: dict[str, Any] = {**initial_values(panel.draw(Place(CONFIGURE), facts))}
        shown |= {name: screen.typed[name] for name in touched}
        try:
            read = panel.read(_readable(shown), facts)
        except FieldErrors as error:
            errors |= {f"field {name}": text for name, text in error.errors.items()}
            continue
        wanted |= {name: value for name, value in read.items() if value != saved.values.get(name)}
    if errors:
        raise Refused(errors)
    return wanted


def _readable(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [{"value": each} for each in value] if isinstance(value, tuple) else value
        for name, value in shown.items()
    }


def _wrong(
    request: Request,
    services: Services,
    screen: Screen,
    saved: Configured,
    errors: Mapping[str, str],
    *,
    in_red: bool,
) -> Reply:
    """In red under fields on the screen; otherwise the tab that has the first wrong one."""
    facts = Facts(saved, request.books.settings, request.books.zone, {})
    panels = (screen.panel, *(each for each in TABS if each is not screen.panel))
    by_panel: dict[str, dict[str, str]] = {}
    for name, text in errors.items():
        for panel in panels:
            shown = name.removeprefix("field ") if name.startswith("field ") else ""
            at = shown if shown in fields_of(panel, facts) else field_of(panel, name)
            if at:
                by_panel.setdefault(panel.id, {})[at] = text
                break
    here = by_panel.get(screen.panel.id, {})
    on_screen = {name: text for name, text in here.items() if name in screen.base}
    if in_red and on_screen:
        place = Place(CONFIGURE, screen.fresh)
        raise FieldErrors({place.block(name): text for name, text in on_screen.items()})
    for panel in panels:
        if panel.id in by_panel:
            there = replace(screen, panel=panel, page=_page_of(panel, facts, by_panel[panel.id]))
            said = (alert("Nothing is saved yet: see what is wrong below.", "error"),)
            redrawn = draw(request, services, there, saved, notice=said, errors=by_panel[panel.id])
            return UpdateView(redrawn)
    raise Refused(errors)


def _page_of(panel: Panel, facts: Facts, errors: Mapping[str, str]) -> int:
    """The page of accounts that has the first wrong one."""
    for number in range(last_page(facts.saved) + 1):
        drawn = panel.draw(Place(CONFIGURE), replace(facts, page=number))
        if any(str(block.get("block_id")) in errors for block in drawn):
            return number
    return 0


def _meanwhile(
    request: Request, services: Services, screen: Screen, saved: Configured
) -> UpdateView:
    """What others changed, with what was typed here still in its fields."""
    since = datetime.fromtimestamp(screen.read_at, UTC)
    notice = changed_since(services, request.scope, since, request.books.zone)
    screen = replace(
        screen,
        token=token_of(saved),
        read_at=int(request.now.timestamp()),
        fresh=screen.fresh + 1,  # untouched fields forget what was saved before
    )
    fresh = request.about(services.connections.get(request.scope))
    return UpdateView(draw(fresh, services, screen, saved, notice=notice))


def _done(request: Request, services: Services, said: Sequence[str], *, sync: bool) -> UpdateView:
    """A page that says what is saved, and what it takes to reach sales that are in the log."""
    connection: ConnectionView = request.books
    blocks: list[Block] = [plain("Nothing was changed.")]
    if said:
        blocks = [plain("Saved. The next run follows it."), rich(*(said[:20]))]
    if sync:
        blocks += _started(request, services)
    elif connection.open_problems:
        blocks.append(context("Held sales are judged again with /ccc resync failed."))
    state: State = {"connection": connection.id}
    return UpdateView(Modal(modal("CCC", "ccc.result", blocks), state))


def _changed(saved: Configured, name: str, value: Value) -> str:
    """One changed setting, in the words of its field."""
    labels = {f"{ACCOUNT}{use.name}": use.label for use in saved.accounts}
    labels |= {each.name: each.label for each in SETTINGS}
    label = labels.get(name, name.capitalize())
    if name.startswith(ACCOUNT):
        return label
    shown = ", ".join(value) if isinstance(value, tuple) else value
    return f"{label}: {cut(shown, 200) or 'none'}"


def _started(request: Request, services: Services) -> list[Block]:
    """The run that was asked for, or why there is none although everything is saved."""
    try:
        started = services.runs.sync(request.actor, request.scope, stream="sales", dry=False)
    except SyncError as error:
        return [plain(f"No sync was started: {error}")]
    channel = request.books.channel
    return started_card(started.run, existing=started.existing, channel=channel).blocks


FORM = Form(
    CONFIGURE,
    submit,
    Role.ADMIN,
    actions=(
        Action(CONFIGURE_TAB, turn, Role.ADMIN),
        Action(f"{CONFIGURE_PAGE}.", page, Role.ADMIN),
        Action(f"{CONFIGURE_OPEN}.", open_list, Role.ADMIN),
        Action(CONFIGURE_SYNC, save_and_sync, Role.ADMIN),
        Action(field_id(CONFIGURE), changed, Role.ADMIN),
    ),
    options=(account_options(CONFIGURE), zone_options(CONFIGURE)),
)
