"""Walks through set-up: Next saves, everything else can be left, skipped and opened again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.conversation import (
    Action,
    FieldErrors,
    Form,
    Message,
    Modal,
    Nothing,
    Reply,
    Request,
    UpdateView,
)
from bot.modals.fields.accounts import account_options
from bot.modals.fields.choosing import zone_options
from bot.modals.fields.inputs import Place, Typed, field_id, typed_in
from bot.modals.fields.taxes import tax_options
from bot.modals.reading import holds
from bot.modals.setup.connecting import is_connected
from bot.modals.setup.frame import PAGES, draw, form_name, piece_of
from bot.modals.setup.live import is_blocked, yesterday
from bot.modals.setup.page import Scene
from bot.views.actions import (
    SETUP,
    SETUP_BACK,
    SETUP_DRY,
    SETUP_GOTO,
    SETUP_LOOK,
    SETUP_OVER,
    SETUP_REFRESH,
    SETUP_RULES,
    SETUP_SKIP,
)
from bot.views.blocks import Block, Piece, alert, mention, rich
from bot.views.text import cut
from bot.views.wording import PROVIDER_NAMES, count, moment, run_name
from sync.errors import Conflict, Disconnected, Invalid, NotFound
from sync.services.checklist import Step, StepName, StepState, next_step
from sync.services.models import ConnectionView, Provider, Role
from sync.services.setting_up import SetUpView

if TYPE_CHECKING:
    from sync.services.facade import Services

_ORDER = tuple(StepName)
_PROVIDERS = {
    StepName.LIGHTSPEED: Provider.LIGHTSPEED,
    StepName.QUICKBOOKS: Provider.QUICKBOOKS,
}
_SAVED = ("settings.", "schedule.", "connection.", "channel")  # what a step can have changed
_REDRAWS = ("stores",)  # fields whose choice shows its effect at once


def form_for(request: Request, services: Services, wanted: str = "") -> Modal:
    """The wizard at a step, or where it goes on."""
    _look(request, services)
    steps = services.setting_up.steps(_whole(request, services), request.actor.workspace)
    name = StepName(wanted) if wanted in _ORDER else next_step(steps).name
    return _page(request, services, name)


# -- drawing


def _whole(request: Request, services: Services) -> ConnectionView | None:
    """The connection with its schedule and runs; None before the first account."""
    if request.connection is None:
        return None
    return services.connections.get(request.scope)


def _page(
    request: Request,
    services: Services,
    name: StepName,
    *,
    notices: tuple[Block, ...] = (),
    typed: Typed | None = None,
    fresh: int = 0,
) -> Modal:
    """A step as it is now; without `typed`, what was typed there before and not saved."""
    view = services.setting_up.view(request.scope) if request.connection else None
    steps = view.steps if view else services.setting_up.steps(None, request.actor.workspace)
    kept, at = typed or {}, ""
    if typed is None and view is not None:
        draft = services.drafts.kept(request.actor, request.scope, form_name(name))
        if draft is not None:
            kept, at = draft.data, moment(draft.at, view.connection.zone)
    place = Place(SETUP, fresh)
    scene = Scene(request, steps, view, kept, place, _link(request, services, steps, name))
    return draw(scene, PAGES[name], notices=notices, draft=at)


def _link(request: Request, services: Services, steps: tuple[Step, ...], name: StepName) -> str:
    """A fresh one-time address, only for a page that shows it."""
    provider = _PROVIDERS.get(name)
    if provider is None or steps[_ORDER.index(name)].state is StepState.DONE:
        return ""
    channel = request.view.state.get("channel", "") if request.view else request.channel
    return services.connections.create_link(
        request.actor, provider, user_name=request.user_name, channel=str(channel)
    )


def _look(request: Request, services: Services) -> None:
    """Suggestions need a look at the till; asking twice asks once."""
    if request.connection is not None and request.connection.lightspeed is not None:
        services.surveys.ask(request.actor, request.scope)


# -- what is on the screen


def _at(request: Request) -> StepName:
    step = str(request.view.state.get("step", "")) if request.view else ""
    if step not in _ORDER:
        raise NotFound("This form is no longer valid. Open it again with /ccc setup.")
    return StepName(step)


def _fresh(request: Request) -> int:
    fresh = request.view.state.get("fresh", 0) if request.view else 0
    return fresh if isinstance(fresh, int) else 0


def _typed(request: Request) -> dict[str, Any]:
    return typed_in(request.view.values) if request.view else {}


def _located(request: Request, services: Services) -> Request:
    """A form that was opened before anything was connected finds what is connected since."""
    if request.connection is not None:
        return request.about(services.connections.get(request.scope))
    found = services.connections.all(request.actor.workspace)
    return request.about(found[-1]) if found else request


def _keep(request: Request, services: Services, name: StepName) -> None:
    typed = _typed(request)
    if request.connection is not None and typed:
        services.drafts.keep(request.actor, request.scope, form_name(name), typed)


# -- Next


def submit(request: Request, services: Services) -> Reply:
    """Save this step and show the next, or say in red what is wrong."""
    name = _at(request)
    request = _located(request, services)
    page, typed = PAGES[name], _typed(request)
    if request.connection is None:
        first = name if name in _PROVIDERS else StepName.LIGHTSPEED
        return UpdateView(_page(request, services, first))
    view = services.setting_up.view(request.scope)
    step = view.steps[_ORDER.index(name)]
    if name in _PROVIDERS:
        return _after_connect(request, services, view, name)
    if name is StepName.GO_LIVE and is_blocked(view):
        return UpdateView(_page(request, services, next_step(view.steps).name))
    if step.state is StepState.BLOCKED:
        return UpdateView(_page(request, services, _unblocking(view, name)))
    was = str(request.view.state.get("was", "")) if request.view else ""
    if was != piece_of(page, view):
        return UpdateView(_meanwhile(request, services, name, typed))
    try:
        said = page.save(request, services, view, typed)
    except Invalid as error:
        wrong = {page.field_of(error.field): str(error)}
        raise FieldErrors(_on_screen(request, wrong)) from error
    except FieldErrors as error:
        raise FieldErrors(_on_screen(request, error.errors)) from error
    except (Conflict, Disconnected) as error:
        if isinstance(error, Conflict) and name is not StepName.GO_LIVE:
            return UpdateView(_meanwhile(request, services, name, typed))
        shown = (alert(cut(str(error), 200)),)
        return UpdateView(_page(request, services, name, notices=shown, typed=typed))
    services.drafts.forget(request.actor, request.scope, form_name(name))
    if isinstance(said, Message):
        return said
    if page.settles:
        services.setting_up.settle(request.actor, request.scope, name, StepState.DONE)
    notices = (alert(cut(said, 200)),) if said else ()
    return UpdateView(_next(request, services, name, notices))


def _unblocking(view: SetUpView, name: StepName) -> StepName:
    """What has to come first; the same step while only its lists are being read."""
    connects = [view.steps[_ORDER.index(each)] for each in _PROVIDERS]
    return next((each.name for each in connects if each.state is StepState.TODO), name)


def _after_connect(request: Request, services: Services, view: SetUpView, name: StepName) -> Reply:
    provider = _PROVIDERS[name]
    scene = Scene(request, view.steps, view, {}, Place(SETUP))
    if is_connected(scene, provider):
        _look(request, services)
        return UpdateView(_next(request, services, name))
    said = (
        f"{PROVIDER_NAMES[provider]} is not connected yet. Finish it in the browser first, or skip "
        "this step for now."
    )
    return UpdateView(_page(request, services, name, notices=(alert(said, "info"),)))


def _next(
    request: Request, services: Services, after: StepName, notices: tuple[Block, ...] = ()
) -> Modal:
    """The next step that is not settled, read after what was just saved."""
    request = request.about(services.connections.get(request.scope))
    steps = services.setting_up.steps(request.connection, request.actor.workspace)
    return _page(request, services, next_step(steps, after).name, notices=notices)


def _meanwhile(request: Request, services: Services, name: StepName, typed: Typed) -> Modal:
    """Somebody else was here: their values are told, ours stay in the fields."""
    said = "Somebody else changed this step meanwhile. Press Next again to use what stands below."
    notices: list[Block] = [alert(said)]
    rows = services.people.audit(request.scope, limit=20)
    others = (row for row in rows if row.actor != request.actor.user)
    theirs = next((row for row in others if row.action.startswith(_SAVED)), None)
    if theirs is not None:
        pieces: list[Piece] = [
            mention(theirs.actor),
            f" changed {cut(theirs.target, 100)} to “{cut(theirs.after, 200)}”.",
        ]
        notices.append(rich(pieces))
    return _page(
        request, services, name, notices=tuple(notices), typed=typed, fresh=_fresh(request)
    )


def _on_screen(request: Request, errors: Mapping[str, str]) -> dict[str, str]:
    """Errors under the block ids that are really there; any field will do for the rest."""
    values = request.view.values if request.view else {}
    first = next(iter(values), "")
    found = {holds(values, name) or first: said for name, said in errors.items()}
    if "" in found:
        raise Conflict(next(iter(errors.values())))
    return found


# -- the other buttons


def changed(request: Request, services: Services) -> Reply:
    """Keep what stands in the fields, so that closing the window loses nothing."""
    name = _at(request)
    _keep(request, services, name)
    if request.action_id.rpartition(".")[2] in _REDRAWS:
        return UpdateView(
            _page(request, services, name, typed=_typed(request), fresh=_fresh(request))
        )
    return Nothing()


def closed(request: Request, services: Services) -> Reply:
    """The window was closed: what Slack still tells of it is kept."""
    _keep(request, services, _at(request))
    return Nothing()


def goto(request: Request, services: Services) -> Reply:
    """Any step, at any time."""
    _keep(request, services, _at(request))
    request = _located(request, services)
    wanted = request.value if request.value in _ORDER else _at(request).value
    return UpdateView(_page(request, services, StepName(wanted)))


def back(request: Request, services: Services) -> Reply:
    name = _at(request)
    _keep(request, services, name)
    request = _located(request, services)
    return UpdateView(_page(request, services, _ORDER[max(_ORDER.index(name) - 1, 0)]))


def skip(request: Request, services: Services) -> Reply:
    """On to the next; a step that can be answered is noted as skipped."""
    name = _at(request)
    request = _located(request, services)
    following = _ORDER[min(_ORDER.index(name) + 1, len(_ORDER) - 1)]
    if request.connection is None:
        return UpdateView(_page(request, services, following))
    step = services.setting_up.view(request.scope).steps[_ORDER.index(name)]
    if PAGES[name].settles and step.state is StepState.TODO:
        services.setting_up.settle(request.actor, request.scope, name, StepState.SKIPPED)
    services.drafts.forget(request.actor, request.scope, form_name(name))
    return UpdateView(_page(request, services, following))


def over(request: Request, services: Services) -> Reply:
    """The step as it is saved: other field ids, so that Slack forgets what was typed too."""
    name = _at(request)
    request = _located(request, services)
    services.drafts.forget(request.actor, request.scope, form_name(name))
    return UpdateView(_page(request, services, name, typed={}, fresh=(_fresh(request) + 1) % 1000))


def look(request: Request, services: Services) -> Reply:
    """Read lists and sales again; what was found shows at the next press."""
    name = _at(request)
    _keep(request, services, name)
    request = _located(request, services)
    asked = services.surveys.ask(request.actor, request.scope, again=_is_read(request, services))
    if asked and name is StepName.FOUND:
        services.lists.refresh(request.actor, request.scope)
    reading = asked or services.surveys.get(request.scope) is None
    said = "Being read; press “Look again” in a minute." if reading else "This is the newest."
    return UpdateView(_page(request, services, name, notices=(alert(said, "info"),)))


def _is_read(request: Request, services: Services) -> bool:
    """A survey is taken again only from the page that shows it; elsewhere one waits for it."""
    return _at(request) is StepName.FOUND and services.surveys.get(request.scope) is not None


def refresh(request: Request, services: Services) -> Reply:
    name = _at(request)
    _keep(request, services, name)
    return UpdateView(_page(_located(request, services), services, name))


def rules(request: Request, services: Services) -> Reply:
    """Every state's registers in one press."""
    name = _at(request)
    _keep(request, services, name)
    request = _located(request, services)
    made = services.setting_up.add_region_rules(request.actor, request.scope)
    said = f"{count(len(made), 'rule')} made. /ccc rule list shows them, each can be switched off."
    return UpdateView(_page(request, services, name, notices=(alert(said, "success"),)))


def dry_run(request: Request, services: Services) -> Reply:
    """The backfill of one day, posting nothing."""
    name = _at(request)
    _keep(request, services, name)
    request = _located(request, services)
    day = yesterday(request)
    try:
        started = services.runs.backfill(request.actor, request.scope, day, day, dry=True)
        again = "is running already" if started.existing else "has started"
        said = f"{run_name(started.run)} {again}. “Show the newest state” tells how far it is."
    except (Conflict, Disconnected, Invalid) as error:
        said = str(error)
    return UpdateView(_page(request, services, name, notices=(alert(cut(said, 200), "info"),)))


_FIELD = field_id(SETUP)
FORM = Form(
    SETUP,
    submit,
    Role.ADMIN,
    actions=(
        Action(_FIELD, changed, Role.ADMIN),
        Action(SETUP_GOTO, goto, Role.ADMIN),
        Action(SETUP_BACK, back, Role.ADMIN),
        Action(SETUP_SKIP, skip, Role.ADMIN),
        Action(SETUP_OVER, over, Role.ADMIN),
        Action(SETUP_LOOK, look, Role.ADMIN),
        Action(SETUP_REFRESH, refresh, Role.ADMIN),
        Action(SETUP_RULES, rules, Role.ADMIN),
        Action(SETUP_DRY, dry_run, Role.ADMIN),
    ),
    options=(account_options(SETUP), tax_options(SETUP), zone_options(SETUP)),
    closed=closed,
)
