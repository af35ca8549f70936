"""Modals in a stack of three and the Home tab, with the hash that refuses stale writes."""

from __future__ import annotations

from bot.sandbox.events import FieldErrors, Submitted, ViewClosed, ViewShown
from bot.sandbox.model import ApiError, Json, View
from bot.sandbox.values import State, form_state
from bot.sandbox.workspace import Workspace

DEEPEST = 3


class Views:
    """Who has which modal open; bodies are expected to have been checked before."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.by_id: dict[str, View] = {}
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def stack(self, user_id: str) -> list[View]:
        """What is open on a person's screen, the topmost last."""
        return self._stacks.setdefault(user_id, [])

    def top(self, user_id: str) -> View | None:
        """The modal a person looks at."""
        stack = self.stack(user_id)
        return stack[-1] if stack else None

    def home(self, user_id: str) -> View | None:
        """The person's Home tab, when something was published."""
        return self._homes.get(user_id)

    def open(self, user_id: str, body: Json) -> View:
        """A new root; what was open before is gone."""
        self.clear(user_id)
        return self._show(user_id, body, "open")

    def push(self, user_id: str, body: Json) -> View:
        """One more on top of what is open."""
        if len(self.stack(user_id)) >= DEEPEST:
            raise ApiError("push_limit_reached")
        return self._show(user_id, body, "push")

    def update(self, view: View, body: Json, given_hash: str | None = None) -> View:
        """Redraw; a hash that is no longer the current one is refused."""
        if given_hash is not None and given_hash != view.hash:
            raise ApiError("hash_conflict")
        self._unique_external_id(body, view)
        view.body = self._prepared(body)
        view.state = form_state(view.body["blocks"], view.state)
        view.errors = {}
        view.hash = self._new_hash()
        self._record(view, "update")
        return view

    def publish(self, user_id: str, body: Json, given_hash: str | None = None) -> View:
        """The Home tab of one person; no trigger needed."""
        home = self._homes.get(user_id)
        if home is None:
            view_id = self._workspace.new_id("VH")
            home = View(view_id, user_id, body, self._new_hash(), view_id)
            self.by_id[view_id] = self._homes[user_id] = home
        elif given_hash is not None and given_hash != home.hash:
            raise ApiError("hash_conflict")
        home.body = self._prepared(body)
        home.state = form_state(home.body["blocks"], home.state)
        home.hash = self._new_hash()
        self._record(home, "publish")
        return home

    def find(self, view_id: str | None, external_id: str | None) -> View:
        """By either name, only while it is on the screen."""
        for view in self.by_id.values():
            named = view.id == view_id or (
                external_id and view.body.get("external_id") == external_id
            )
            if named and view.is_open:
                return view
        raise ApiError("not_found")

    def close(self, view: View) -> None:
        """Take one view (and whatever is above it) off the screen."""
        stack = self.stack(view.user)
        while view in stack:
            self._gone(stack.pop())

    def clear(self, user_id: str) -> None:
        """Close everything the person has open."""
        stack = self.stack(user_id)
        while stack:
            self._gone(stack.pop())

    def submitted(self, view: View, state: State) -> None:
        """Remember what the person sent."""
        view.state = state
        view.errors = {}
        now = self._workspace.now()
        self._workspace.record(Submitted(now, view.user, view.id, view.body, state))

    def show_errors(self, view: View, errors: dict[str, str]) -> None:
        """Red text under fields; what was typed stays."""
        view.errors = errors
        now = self._workspace.now()
        self._workspace.record(FieldErrors(now, view.user, view.id, view.body, errors))

    def _show(self, user_id: str, body: Json, how: str) -> View:
        self._unique_external_id(body, None)
        stack = self.stack(user_id)
        view_id = self._workspace.new_id("V")
        shown = self._prepared(body)
        view = View(
            view_id,
            user_id,
            shown,
            self._new_hash(),
            root_id=stack[0].id if stack else view_id,
            previous_id=stack[-1].id if stack else None,
            state=form_state(shown["blocks"]),
        )
        self.by_id[view_id] = view
        stack.append(view)
        self._record(view, how)
        return view

    def _prepared(self, body: Json) -> Json:
        return {**body, "blocks": self._workspace.with_ids(body["blocks"])}

    def _unique_external_id(self, body: Json, own: View | None) -> None:
        wanted = body.get("external_id")
        for view in self.by_id.values():
            if (
                wanted
                and view.is_open
                and view is not own
                and view.body.get("external_id") == wanted
            ):
                raise ApiError("duplicate_external_id")

    def _new_hash(self) -> str:
        return f"{int(self._workspace.now())}.{self._workspace.new_id('h')}"

    def _record(self, view: View, how: str) -> None:
        now = self._workspace.now()
        self._workspace.record(ViewShown(now, view.user, view.id, how, view.body, dict(view.state)))

    def _gone(self, view: View) -> None:
        view.is_open = False
        now = self._workspace.now()
        self._workspace.record(ViewClosed(now, view.user, view.id, view.title))
