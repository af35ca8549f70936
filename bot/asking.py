"""From Slack's payloads to Requests: who asks, where, about which connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.access import Lookups, Standing, standing
from bot.conversation import OpenView, Request
from bot.events.happening import Happening
from bot.installations import FOREIGN, Installations
from bot.modals.sealed import Seal
from sync.domain.identity import Scope
from sync.errors import NotAllowed, NotFound

if TYPE_CHECKING:
    from sync.services.facade import Services

Body = Mapping[str, Any]
_STALE = "This form is no longer valid. Close it and open it again."


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and whether its author just became the first admin."""

    request: Request
    claimed: bool = False


class Asking:
    """Builds requests; what a payload says about rights or connections is never believed."""

    def __init__(
        self,
        services: Services,
        lookups: Callable[[str], Lookups],
        seal: Seal,
        installations: Installations,
        clock: Callable[[], datetime],
    ) -> None:
        self._services = services
        self._lookups = lookups
        self._seal = seal
        self._installations = installations
        self._clock = clock
        self._known: set[str] = set()

    def command(self, body: Body) -> Asked:
        """A typed line."""
        who = self._who(body, _text(body, "team_id"), _text(body, "user_id"))
        request = Request(
            who.actor,
            self._clock(),
            channel=_text(body, "channel_id"),
            user_name=who.name,
            trigger_id=_text(body, "trigger_id"),
            response_url=_text(body, "response_url"),
            slack=self._lookups(who.actor.workspace),
        )
        return Asked(request, who.claimed)

    def press(self, body: Body) -> Asked:
        """A button or a choice, on a message or in a form."""
        who = self._interactive(body)
        action = (body.get("actions") or [{}])[0]
        chosen = action.get("selected_option") or {}
        view = self._view(body, who)
        request = Request(
            who.actor,
            self._clock(),
            channel=_text(body.get("channel") or {}, "id"),
            value=_text(action, "value") or _text(chosen, "value"),
            action_id=_text(action, "action_id"),
            values=(body.get("state") or {}).get("values") or {},
            view=view,
            at_home=_is_home(body),
            user_name=who.name,
            trigger_id=_text(body, "trigger_id"),
            response_url=_text(body, "response_url"),
            slack=self._lookups(who.actor.workspace),
        )
        return Asked(self._about(request), who.claimed)

    def event(self, body: Body) -> Asked:
        """Something a person did that Slack tells of by itself."""
        fields = body.get("event") or {}
        team = _text(body, "team_id")
        who = self._who(body, team, _text(fields, "user"))
        request = Request(
            who.actor,
            self._clock(),
            channel=_text(fields, "channel"),
            user_name=who.name,
            slack=self._lookups(who.actor.workspace),
        )
        return Asked(request, who.claimed)

    def happening(self, workspace: str, told: Body) -> Happening:
        """News of a workspace, for a handler that answers nobody."""
        directory = self._lookups(workspace)
        return Happening(
            workspace, told, self._services, self._installations, directory, self._clock()
        )

    def form(self, body: Body) -> Asked:
        """A submission, or what a pick-list in a form asks for."""
        who = self._interactive(body)
        request = Request(
            who.actor,
            self._clock(),
            typed=_text(body, "value")[:150],
            action_id=_text(body, "action_id"),
            view=self._view(body, who),
            user_name=who.name,
            trigger_id=_text(body, "trigger_id"),
            slack=self._lookups(who.actor.workspace),
        )
        return Asked(self._about(request), who.claimed)

    def workspace(self, body: Body) -> str:
        """The workspace a payload comes from, known to the ledger; NotInstalled when none of ours.

        In a channel shared with another company, its people's requests name their own workspace.
        """
        team = _text(body, "team_id") or _text(body.get("team") or {}, "id")
        user_team = _text(body.get("user") or {}, "team_id") if "user" in body else ""
        enterprise = body.get("enterprise") or {}
        enterprise_id = _text(body, "enterprise_id") or (
            _text(enterprise, "id") if isinstance(enterprise, Mapping) else ""
        )
        installed = self._installations.of(team or user_team, enterprise_id)
        if installed.team not in self._known:
            self._services.workspaces.ensure(installed.team, installed.name)
            self._known.add(installed.team)
        return installed.team

    def _interactive(self, body: Body) -> Standing:
        user = body.get("user") or {}
        team = _text(body.get("team") or {}, "id")
        return self._who(body, _text(user, "team_id") or team, _text(user, "id"))

    def _who(self, body: Body, home: str, user: str) -> Standing:
        workspace = self.workspace(body)
        message = body.get("message") or {}
        posted_in = (_text(message, "team") if isinstance(message, Mapping) else "") or workspace
        if home != workspace or posted_in != workspace or not user:
            raise NotAllowed(FOREIGN)
        return standing(self._services, self._lookups(workspace), workspace, user)

    def _view(self, body: Body, who: Standing) -> OpenView | None:
        view = body.get("view")
        if not isinstance(view, Mapping) or _is_home(body):
            return None
        sealed = _text(view, "private_metadata")
        state = self._seal.opened(sealed, who.actor.workspace, who.actor.user)
        if state is None:
            raise NotFound(_STALE)
        return OpenView(
            id=_text(view, "id"),
            state=state,
            values=(view.get("state") or {}).get("values") or {},
            hash=_text(view, "hash"),
            previous=_text(view, "previous_view_id"),
        )

    def _about(self, request: Request) -> Request:
        """A form remembers its connection; looking it up again also checks whose it is."""
        connection = request.view.state.get("connection") if request.view else None
        if not connection:
            return request
        scope = Scope(request.actor.workspace, str(connection))
        return request.about(self._services.connections.get(scope))


def _is_home(body: Body) -> bool:
    """The Home tab remembers nothing: its buttons say all that is needed."""
    view = body.get("view")
    return isinstance(view, Mapping) and view.get("type") == "home"


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    return value if isinstance(value, str) else ""
