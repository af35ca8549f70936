"""Help's examples, and the line that does what a form does, go through the real router."""

from __future__ import annotations

import pytest

from bot.commands import COMMANDS
from bot.conversation import bare as bare_words
from bot.modals import FORMS
from bot.sandbox.outcome import Outcome
from sync.services.models import Role
from tests.office import OLIVIA, Office, bare, office, said

__all__ = ["bare", "office"]  # fixtures

# What somebody types instead of each form; each is a whole line, with real words in it.
LINES = {
    "ccc.backfill": ("backfill 2026-03-09 2026-03-10 dry",),
    "ccc.configure": ("configure prefix LS-", "stores all", "golive 2026-03-09"),
    "ccc.channel": ("channel here",),
    "ccc.rules": ("rule list",),
    "ccc.rule": ('rule add "Reg 1 is MD" when register = 1 set region MD',),
    "ccc.rules.file": ("rule export", 'rule add "Reg 2 is MD" when register = 2 set region MD'),
    "ccc.tax.list": ("tax list",),
    "ccc.tax.editor": ('tax add NA "No tax"',),
    "ccc.account": ('accounts deposit "Undeposited Funds"',),
    "ccc.date": ("decide 99999 date 2026-03-09", "decide 99999 skip"),
    "ccc.number": ("decide 99999 number LS-99999-1",),
    "ccc.product": ('rule add "SKU BEL-22" when sku = "BEL-22" set sku "Bell"',),
    "ccc.products": ("products map",),
    "ccc.products.editor": ('rule add "SKU BEL-23" when sku = "BEL-23" set sku "Bell"',),
    "ccc.log.filters": ("log held over 100 since 2026-03-01",),
    "ccc.notify": ("notify failures digest 08:00 quiet 22:00-07:00",),
    "ccc.setup": ("setup accounts", "schedule hourly", "customers match name"),
}
COMPLAINTS = ("do not know", "Write ", "failed on this", "is not a date", "cannot be ", "usage")


def understood(outcome: Outcome) -> bool:
    """A form, or an answer that does not complain about the words."""
    if outcome.view is not None:
        return True
    text = said(outcome)
    return bool(text) and not any(complaint in text for complaint in COMPLAINTS)


def test_every_form_has_its_line() -> None:
    assert set(LINES) == {form.callback_id for form in FORMS}


@pytest.mark.parametrize("form", LINES)
def test_the_line_of_a_form_is_understood(office: Office, form: str) -> None:
    for line in LINES[form]:
        outcome = office.say(line)

        assert understood(outcome), (line, said(outcome))


@pytest.mark.parametrize(
    "line", ["accounts", "stores", "customers", "schedule", "channel", "rule", "configure"]
)
def test_a_word_alone_opens_its_form_for_the_admin_of_one_connection(
    office: Office, line: str
) -> None:
    scope = office.house.scope
    beatrix = office.slack.workspace.person_named("beatrix").id
    office.house.services.people.set_role(OLIVIA, beatrix, Role.ADMIN, scope.connection)

    outcome = office.say(line, who="beatrix")

    assert outcome.view is not None


@pytest.mark.parametrize("word", ["list", "show"])
@pytest.mark.parametrize("verb", [each.name for each in COMMANDS if each.reads is bare_words])
def test_list_and_show_only_look(office: Office, verb: str, word: str) -> None:
    changes = len(office.house.services.people.audit(office.house.scope, limit=1000))

    outcome = office.say(f"{verb} {word}", who="beatrix")

    assert understood(outcome), said(outcome)
    assert "Only CCC" not in said(outcome)
    assert len(office.house.services.people.audit(office.house.scope, limit=1000)) == changes


@pytest.mark.parametrize("line", ["pause until monday", "resume tomorrow"])
def test_what_a_verb_does_not_understand_is_not_done(office: Office, line: str) -> None:
    before = office.house.services.connections.get(office.house.scope).paused

    text = office.told(line)

    assert "Nothing was changed." in text
    assert office.house.services.connections.get(office.house.scope).paused is before


def test_every_verb_has_help_with_its_two_examples(office: Office) -> None:
    for command in COMMANDS:
        text = office.told(f"help {command.name}")

        first, second = command.examples
        assert command.help in text
        assert first != second
        assert all(example.split(" <")[0] in text for example in command.examples)
