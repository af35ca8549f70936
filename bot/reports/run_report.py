"""All messages of a run, from its first face to its last reply, read from the ledger's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.reports.causes import (
    MOST_CAUSES,
    alert_card,
    cause_card,
    digest,
    known_card,
    more_causes_card,
)
from bot.reports.entries import MOST_ROWS, WORTH_A_ROW, table_cards
from bot.reports.messages import post, update, upload
from bot.reports.notices import is_wanted
from bot.reports.place import home, is_person
from bot.reports.run import (
    PROBLEMS,
    Choice,
    is_shut_out,
    is_told,
    problems_card,
    root_card,
    root_key,
    run_metadata,
    sentence,
)
from bot.reports.sheet import MOST_ENTRIES, file_name, sheet
from bot.views.blocks import Card, context
from bot.views.remedies import waits_for_us
from bot.views.text import escape
from bot.views.wording import count, run_name
from sync.domain.identity import Scope
from sync.domain.quiet import Level
from sync.domain.verdicts import EntryState
from sync.services.alerts import Alert
from sync.services.facade import Services
from sync.services.models import CauseGroup, ConnectionView, EntryView, RunState, RunSummary
from sync.services.reports import Outgoing

_PAGE = 1_000


class RunReport:
    """One run as messages. Rendering it again makes the same keys, so nothing is posted twice."""

    def __init__(
        self,
        services: Services,
        workspace: str,
        run: RunSummary,
        connection: ConnectionView,
        level: Level = Level.EVERYTHING,
    ) -> None:
        self._services = services
        self._scope = Scope(workspace, connection.id)
        self._run = run
        self._connection = connection
        self._level = level
        self._channel = home(connection, run.requested_by, services.people.admins(workspace))
        self._root = root_key(run)
        self._prefix = connection.settings.prefix

    def messages(self) -> Iterator[Outgoing]:
        """The root; once the run is over also its entries, which change state until then.

        A sale that is judged again joins a run under its older entry id, so only the end knows
        the entries in order and each exactly once.
        """
        run, connection = self._run, self._connection
        if not self._channel or not is_told(run, connection):
            return
        if not is_wanted(run, self._level):
            if run.state.is_over and not run.count(*PROBLEMS):
                yield from self._causes(())  # what was told before is kept true
            return
        workspace, metadata = self._scope.workspace, run_metadata(run)
        first = root_card(run, connection, names_asker=False)
        yield post(
            workspace,
            self._root,
            self._channel,
            first,
            connection=connection.id,
            metadata=metadata,
        )
        if run.state is RunState.QUEUED and not run.cancel_requested:
            return
        chosen = self._chosen(run) if run.state.is_over else ()
        yield update(
            workspace,
            self._root,
            self._channel,
            root_card(run, connection, chosen=chosen, names_asker=True),
            connection=connection.id,
            metadata=metadata,
            last=run.state.is_over,
        )
        if run.state.is_over:
            yield from self._replies()

    def _replies(self) -> Iterator[Outgoing]:
        """Failures before routine rows; the mention comes last and once."""
        groups = self._services.runs.causes(self._scope, self._run.id)
        waiting = sum(group.count for group in groups if waits_for_us(group.cause))
        shut_out = is_shut_out(self._connection)
        problems = None if shut_out else problems_card(self._run, waiting)
        total = sum(self._run.counts.values())
        if total:
            yield from self._causes(groups)
            if self._level is Level.EVERYTHING:
                yield from self._tables(total)
            yield from self._sheets(total, mentions=problems is None)
        if problems is not None:
            yield self._reply("problems", problems, broadcast=True)

    def _causes(self, groups: Sequence[CauseGroup]) -> Iterator[Outgoing]:
        """Each cause once for the connection: a later run brings its message up to date."""
        if self._run.dry:
            for group in groups[:MOST_CAUSES]:
                card = cause_card(self._run, group, self._connection.id, prefix=self._prefix)
                yield self._reply(f"cause:{digest(group)}", card)
        else:
            yield from self._alerts()
        if left := len(groups[MOST_CAUSES:]):
            yield self._reply("cause:more", more_causes_card(self._run, left))

    def _alerts(self) -> Iterator[Outgoing]:
        alerts = self._services.alerts.told_with(
            self._scope,
            self._run.id,
            lambda group: f"{self._root}:cause:{digest(group)}",
            MOST_CAUSES,
        )
        known: list[tuple[Alert, RunSummary]] = []
        homes: dict[str, RunSummary] = {}
        for alert in alerts:
            if alert.run == self._run.id:
                card = alert_card(self._run, alert, self._connection.id, prefix=self._prefix)
                yield self._reply(f"cause:{digest(alert.waiting)}", card)
                continue
            home = homes.get(alert.run) or self._services.runs.get(self._scope, alert.run)
            homes[alert.run] = home
            card = alert_card(home, alert, self._connection.id, prefix=self._prefix)
            yield update(
                self._scope.workspace,
                alert.key,
                self._channel,
                card,
                connection=self._connection.id,
            )
            if alert.met:
                known.append((alert, home))
        if known:
            yield self._reply("known", known_card(known))
        for home in homes.values():
            yield self._root_since(home)

    def _root_since(self, home: RunSummary) -> Outgoing:
        """A run whose sales this one took up does not say for ever that they wait."""
        left = sum(group.count for group in self._services.runs.causes(self._scope, home.id))
        chosen = self._chosen(home)
        return update(
            self._scope.workspace,
            root_key(home),
            self._channel,
            root_card(home, self._connection, chosen=chosen, names_asker=True, left=left),
            connection=self._connection.id,
            metadata=run_metadata(home),
            last=True,
        )

    def _tables(self, total: int) -> Iterator[Outgoing]:
        states = WORTH_A_ROW if total > MOST_ROWS else ()
        entries: list[EntryView] = []
        for entry in self._entries(states):
            if len(entries) == MOST_ROWS:
                break
            entries.append(entry)
        cards = list(table_cards(self._run, entries, self._connection.zone))
        if cards and len(entries) < total:
            note = context(f"All {count(total, 'entry', 'entries')} are in the CSV.")
            cards[-1] = Card(cards[-1].text, [*cards[-1].blocks, note])
        for number, card in enumerate(cards, 1):
            yield self._reply(f"rows:{number}", card)

    def _sheets(self, total: int, *, mentions: bool) -> Iterator[Outgoing]:
        """Every entry; only a huge run needs more than one file."""
        parts = -(-total // MOST_ENTRIES)
        entries = self._entries()
        for part in range(1, parts + 1):
            some = (entry for _, entry in zip(range(MOST_ENTRIES), entries, strict=False))
            is_last = part == parts
            yield upload(
                self._scope.workspace,
                f"{self._root}:csv" if parts == 1 else f"{self._root}:csv:{part}",
                self._channel,
                name=file_name(self._run, 0 if parts == 1 else part),
                lines=sheet(some, self._connection.zone, prefix=self._prefix),
                comment=self._comment(mentions and is_last),
                under=self._root,
                instead=f"{run_name(self._run)}: the CSV could not be attached here. "
                f"All entries: /ccc log run {self._run.number}.",
                connection=self._connection.id,
            )

    def _comment(self, mentions: bool) -> str:
        said = escape(sentence(self._run))
        asker = self._run.requested_by
        return f"<@{asker}> {said}" if mentions and is_person(asker) else said

    def _reply(self, name: str, card: Card, *, broadcast: bool = False) -> Outgoing:
        return post(
            self._scope.workspace,
            f"{self._root}:{name}",
            self._channel,
            card,
            connection=self._connection.id,
            under=self._root,
            broadcast=broadcast,
        )

    def _entries(self, states: Sequence[EntryState] = ()) -> Iterator[EntryView]:
        after = 0
        while True:
            page = self._services.runs.entries(
                self._scope, self._run.id, states=states, after=after, limit=_PAGE
            )
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].id

    def _chosen(self, run: RunSummary) -> tuple[Choice, ...]:
        """What we chose by ourselves, told with the first run of a connection."""
        recent = self._services.runs.recent(self._scope, 3)
        if len(recent) > 2 or recent[-1].id != run.id:
            return ()
        roles = self._services.settings.account_roles(self._scope)
        return tuple((label, ref.name) for _, label, ref, ours in roles if ours and ref)
