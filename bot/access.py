"""Who may do what: Slack says who somebody is, our roles say what they may do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.conversation import ChannelFacts, Readers
from bot.views.blocks import Block, Card, Piece, mention, rich
from sync.errors import NotAllowed, SyncError
from sync.services.models import Actor, Role, highest

if TYPE_CHECKING:
    from sync.services.facade import Services

REMEMBERED = 300.0  # seconds a person's Slack profile is believed
STALE = 3600.0  # and how long when Slack does not answer
_MOST = 10_000
_MOST_MEMBERS, _LOOKING = 200, 1.0  # of a channel, in seconds: a person waits for the answer
_FAILURES = (SlackClientError, OSError, SyncError)  # also: there is no token any more
_NO_GROUPS = ("no_such_subteam", "subteam_not_found", "plan_upgrade_required", "missing_scope")


@dataclass(frozen=True, slots=True)
class Person:
    """What Slack says about somebody; `refusal` is why we do not serve them at all."""

    name: str
    is_slack_admin: bool = False
    refusal: str = ""
    is_unknown: bool = False  # Slack did not answer
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's actor for one request, and whether they took the first admin seat with it."""

    actor: Actor
    name: str
    claimed: bool = False


class Lookups:
    """Questions to Slack, answered from memory for five minutes."""

    def __init__(
        self,
        client: Callable[[], WebClient],
        team: str,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._team = team
        self._tick = tick
        self._people: dict[str, tuple[float, Person]] = {}
        self._groups: dict[str, tuple[float, frozenset[str]]] = {}
        self._lock = threading.Lock()

    def person(self, user: str) -> Person:
        """Who this is; refused when Slack cannot tell and we have not known for an hour."""
        known = self._people.get(user)
        age = self._tick() - known[0] if known else STALE
        if known and age < REMEMBERED:
            return known[1]
        try:
            profile = self._client().users_info(user=user).get("user") or {}
        except _FAILURES:
            if known and age < STALE:
                return known[1]
            said = "Slack did not tell me who you are. Try again in a minute."
            return Person("", refusal=said, is_unknown=True)
        person = _person(profile, self._team)
        with self._lock:
            if len(self._people) >= _MOST:
                self._people.clear()
            self._people[user] = (self._tick(), person)
        return person

    def refuses(self, user: str) -> bool:
        """Whether no role would help this person; False also when Slack does not say."""
        person = self.person(user)
        return bool(person.refusal) and not person.is_unknown

    def groups_of(self, user: str, asked: tuple[str, ...]) -> frozenset[str] | None:
        """In which of these user groups they are; None when Slack does not say and we never knew.

        A group they are known to be in is enough: what Slack did not say could only add to it.
        """
        found = {group: self._members(group) for group in asked}
        inside = frozenset(group for group, members in found.items() if members and user in members)
        return None if not inside and None in found.values() else inside

    def _members(self, group: str) -> frozenset[str] | None:
        known = self._groups.get(group)
        age = self._tick() - known[0] if known else STALE
        if known and age < REMEMBERED:
            return known[1]
        try:
            users = self._client().usergroups_users_list(usergroup=group).get("users") or []
        except SlackApiError as error:
            if error.response.get("error") not in _NO_GROUPS:
                return known[1] if known and age < STALE else None
            users = []  # switched off, deleted, or a plan without groups: nobody is in it
        except _FAILURES:
            return known[1] if known and age < STALE else None
        members = frozenset(str(each) for each in users)
        with self._lock:
            self._groups[group] = (self._tick(), members)
        return members

    def forget(self, name: str) -> None:
        """Something became different for a person or a user group: ask Slack again."""
        with self._lock:
            self._people.pop(name, None)
            self._groups.pop(name, None)

    def channel(self, channel: str) -> ChannelFacts | None:
        """What Slack shows us of a channel."""
        try:
            found = self._client().conversations_info(channel=channel).get("channel") or {}
        except _FAILURES:
            return None
        return ChannelFacts(
            name=str(found.get("name") or ""),
            is_member=bool(found.get("is_member")),
            is_archived=bool(found.get("is_archived")),
            is_shared=bool(found.get("is_ext_shared")),
            readers=self._readers(channel),
        )

    def _readers(self, channel: str) -> Readers:
        """Whether somebody reads there whom we would refuse; asked for a second at most."""
        until = time.monotonic() + _LOOKING
        try:
            answer = self._client().conversations_members(channel=channel, limit=_MOST_MEMBERS)
        except _FAILURES:
            return Readers.UNKNOWN
        for member in answer.get("members") or []:
            if time.monotonic() > until:
                return Readers.UNKNOWN
            person = self.person(str(member))
            if person.is_unknown:
                return Readers.UNKNOWN
            if person.refusal and not person.is_bot:
                return Readers.OUTSIDERS
        more = (answer.get("response_metadata") or {}).get("next_cursor")
        return Readers.UNKNOWN if more else Readers.MEMBERS


class Directories:
    """What is remembered of each workspace, apart from the others."""

    def __init__(
        self, clients: Callable[[str], WebClient], tick: Callable[[], float] = time.monotonic
    ) -> None:
        self._clients = clients
        self._tick = tick
        self._of: dict[str, Lookups] = {}
        self._lock = threading.Lock()

    def __call__(self, team: str) -> Lookups:
        with self._lock:
            if team not in self._of:
                self._of[team] = Lookups(partial(self._clients, team), team, self._tick)
            return self._of[team]


def _person(profile: dict[str, Any], team: str) -> Person:
    shown = profile.get("profile") or {}
    name = str(shown.get("display_name") or profile.get("real_name") or profile.get("name") or "")
    if profile.get("is_bot") or profile.get("id") == "USLACKBOT":
        refusal = "CCC takes commands from people only, not from bots."
    elif profile.get("deleted"):
        refusal = "This Slack account is deactivated."
    elif profile.get("team_id", team) != team or profile.get("is_stranger"):
        refusal = "CCC belongs to another company in this channel, so it cannot act for you."
    elif profile.get("is_restricted") or profile.get("is_ultra_restricted"):
        refusal = "CCC is for full members of this workspace; guests cannot use it."
    else:
        admin = bool(profile.get("is_admin") or profile.get("is_owner"))
        return Person(name, is_slack_admin=admin)
    return Person(name, refusal=refusal, is_bot=bool(profile.get("is_bot")))


def standing(services: Services, lookups: Lookups, workspace: str, user: str) -> Standing:
    """The actor for a request; the first Slack admin to speak takes the first admin seat."""
    person = lookups.person(user)
    if person.refusal:
        raise NotAllowed(person.refusal)
    actor = services.people.actor(workspace, user, lambda asked: lookups.groups_of(user, asked))
    claimed = False
    if (
        person.is_slack_admin
        and actor.role is not Role.ADMIN
        and not services.people.has_admin(workspace)
    ):
        claimed = services.people.claim_first_admin(workspace, user)
        actor = replace(actor, role=Role.ADMIN) if claimed else actor
    return Standing(replace(actor, role=highest(actor.role, Role.VIEWER)), person.name, claimed)


def refusal(role: str, admins: tuple[str, ...]) -> Card:
    """Names the role and the people to ask."""
    says = f"Only CCC {role}s may do this."
    if not admins:
        more = "There is no CCC admin yet: a Slack admin or owner becomes the first by typing /ccc."
        return Card(f"{says} {more}", [rich(f"{says} {more}")])
    pieces: list[Piece] = [f"{says} Ask "]
    for index, admin in enumerate(admins[:5]):
        pieces += [" or " if index else "", mention(admin)]
    block: Block = rich([piece for piece in [*pieces, "."] if piece])
    return Card(f"{says} Ask a CCC admin.", [block])
