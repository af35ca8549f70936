"""The Slack look-alike in a terminal: type `/ccc …`, press buttons by number, answer forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo

from bot.sandbox.drawing import Pen
from bot.sandbox.events import Changed, Deleted, Edited, Event, Posted, Submitted, Typed
from bot.sandbox.model import ApiError, Json, View
from bot.sandbox.person import Person, Place
from bot.sandbox.server import SlackSandbox
from bot.sandbox.terminal_forms import CANCEL, Cancelled, ReadLine, Write, ask_fields
from bot.sandbox.transcript import Key, render
from bot.sandbox.values import NotOnScreen, elements

HELP = "Type /ccc … or a button's number; also #channel, home, people, quit; Enter looks again."


def run_terminal(
    sandbox: SlackSandbox,
    person: Person,
    read_line: ReadLine,
    write: Write,
    *,
    settle: Callable[[], None] = lambda: None,
    zone: tzinfo = UTC,
    most_rows: int | None = 20,
) -> None:
    """Talk until `quit` or the end of input; `settle` waits for the bot to finish its work."""
    Terminal(sandbox, person, read_line, write, settle, zone, most_rows).run()


class Terminal:
    """What is on the screen: how far it is printed, and which number presses what."""

    def __init__(
        self,
        sandbox: SlackSandbox,
        person: Person,
        read_line: ReadLine,
        write: Write,
        settle: Callable[[], None],
        zone: tzinfo,
        most_rows: int | None,
    ) -> None:
        self.sandbox, self.person = sandbox, person
        self.read_line, self.write, self.settle = read_line, write, settle
        self.zone, self.most_rows = zone, most_rows
        self.channel = next(
            c.name for c in sandbox.workspace.channels.values() if person.id in c.members
        )
        if person.id in sandbox.workspace.channel_named("ccc-log").members:
            self.channel = "ccc-log"
        self._printed = 0
        self._controls: list[tuple[Key, str, str]] = []

    def run(self) -> None:
        """The loop; nothing a person types ends it but `quit`."""
        self.write(HELP)
        while True:
            self.show()
            try:
                if self.person.view:
                    self._form(self.person.view)
                    continue
                line = self.read_line(f"{self.person.user.name} #{self.channel}> ").strip()
                if line in ("quit", "exit"):
                    return
                self._do(line)
                self.settle()
            except EOFError:
                return
            except (NotOnScreen, LookupError, ApiError) as problem:
                self.write(str(problem))

    def show(self) -> None:
        """Print what happened since last time, as far as this person may see it."""
        events = list(self.sandbox.workspace.events)
        fresh, self._printed = events[self._printed :], len(events)
        text = render(
            [event for event in fresh if self._sees(event)],
            self.sandbox.workspace.directory(),
            zone=self.zone,
            most_rows=self.most_rows,
            number=self._number,
        )
        if text:
            self.write(text.rstrip("\n"))

    def _sees(self, event: Event) -> bool:
        if isinstance(event, Posted | Edited | Deleted):
            message = self.sandbox.workspace.ever(event.channel, event.ts)
            members = self.sandbox.workspace.channels[event.channel].members
            return self.person.id in members and message.visible_to in (None, self.person.id)
        if isinstance(event, Typed | Submitted | Changed):
            return False  # the person has just typed it, or there is nothing to see
        return event.user == self.person.id

    def _number(self, key: Key, block: Json, element: Json) -> str:
        self._controls.append((key, block["block_id"], element["action_id"]))
        return f"[{len(self._controls)}]"

    def _do(self, line: str) -> None:
        if line.isdecimal():
            self._press(int(line))
        elif line == "people":
            self._switch()
        elif line == "home":
            self.person.open_home()
        elif line.startswith("#"):
            self.channel = self.sandbox.workspace.channel_named(line).name
        elif line.startswith("/"):
            self.person.command(line, f"#{self.channel}")
        elif line:
            self.write(HELP)

    def _press(self, number: int) -> None:
        if not 1 <= number <= len(self._controls):
            raise NotOnScreen(f"there is no button {number}")
        key, block_id, action_id = self._controls[number - 1]
        place = self._place(key)
        for block, element in elements(place.blocks):
            if (block["block_id"], element["action_id"]) == (block_id, action_id):
                self._use(place, block, element)
                return
        raise NotOnScreen(f"button {number} is gone")

    def _place(self, key: Key) -> Place:
        if key[0] == "message":
            return self.sandbox.workspace.find(key[1], key[2])
        return self.sandbox.views.by_id[key[1]]

    def _use(self, place: Place, block: Json, element: Json) -> None:
        kind = element["type"]
        if kind == "button":
            asked = element.get("confirm")
            if asked:
                question = f"{asked['title']['text']}: {asked['text']['text']}"
                yes = self.read_line(f"{question} ({asked['confirm']['text']}? y/n) ").strip()
                if yes.lower() not in ("y", "yes"):
                    return
            outcome = self.person.press(place, block, element)
            if outcome.link:
                self.write(f"(opens {outcome.link})")
            return
        value: object = self.read_line(f"{kind.replace('_', ' ')}, value: ").strip()
        if kind.startswith("multi_") or kind == "checkboxes":
            value = [part.strip() for part in str(value).split(",")]
        self.person.choose(place, element["action_id"], value)

    def _switch(self) -> None:
        people = [u for u in self.sandbox.workspace.people.values() if not u.is_bot]
        for number, user in enumerate(people, 1):
            self.write(f"  {number}  {user.real_name}")
        answer = self.read_line("  number: ").strip()
        if answer.isdecimal() and 1 <= int(answer) <= len(people):
            self.person = Person(self.sandbox, people[int(answer) - 1].id)
            self.write(f"You are {self.person.user.real_name}.")

    def _form(self, view: View) -> None:
        """One round with the open modal: press something in it, fill it in, or leave."""
        submit = view.body.get("submit")
        if not submit or any(block["type"] != "input" for block, _ in elements(view.blocks)):
            fill = "Enter to fill in" if submit else "Enter to look again"
            line = self.read_line(f"“{view.title}”: number to press, {fill}, {CANCEL}: ").strip()
            if line == CANCEL:
                self.person.close(view)
            elif line.isdecimal():
                self._press(int(line))
            if line or not submit:
                self.settle()
                return
        try:
            self._fill(view)
        except Cancelled:
            self.person.close(view)
        self.settle()

    def _fill(self, view: View) -> None:
        pen = Pen(self.sandbox.workspace.directory(), self.zone, self.most_rows)
        names = None
        while view.is_open and self.person.view is view and view.body.get("submit"):
            ask_fields(self.person, view, names, self.read_line, self.write, pen)
            label = view.body["submit"]["text"]
            if self.read_line(f"Enter to press [{label}], {CANCEL} to leave: ").strip() == CANCEL:
                raise Cancelled
            outcome = self.person.submit(view)
            self.show()
            if not outcome.errors:
                return
            names = list(outcome.errors)
