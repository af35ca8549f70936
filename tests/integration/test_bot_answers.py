"""What every command answers in a company where everything is long and there is much of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pytest

from bot.actions.lines import TYPED
from bot.app import EXPECTED
from bot.commands import COMMANDS
from bot.conversation import Command, Message, OpenModal, Reply, Request
from bot.modals.sealed import Seal
from bot.sandbox.limits import check_message, check_view, walk
from bot.views.blocks import MOST_BLOCKS, fallback
from sync.errors import SyncError
from sync.ledger.database import Database
from sync.ledger.ledger import Ledgers
from sync.services.models import Actor, Role
from sync.services.rule_forms import Row, RuleForm, line_of
from tests.desk import Desk
from tests.integration.test_bot_settings_form import LONG, a_large_desk, asked

SEAL = Seal(b"a key that is long enough")
TURNED = 1  # the line that may be put before an answer


@pytest.fixture
def desk(sqlite_database: Database) -> Desk:
    """Hundreds of names, forty of the longest rules, sixty mappings, a long audit trail."""
    desk = a_large_desk(Ledgers(sqlite_database))
    codes = [{"Id": str(n), "Name": f"{n} {LONG}"[:100], "Active": True} for n in range(60)]
    desk.save_list("TaxCode", codes)
    services, admin, scope = desk.services, desk.admin, desk.scope
    for number in range(60):
        city = f"{number} {LONG}"[:60].strip()
        services.settings.tax_add(admin, scope, "MD", str(number), city=city)
    for number in range(40):
        rows = tuple(Row("payment method", "does not contain", f"{n} {'x' * 30}") for n in range(9))
        form = RuleForm(f"{number:03} {LONG}"[:80], rows, "and", "map_memo", "y" * 300)
        services.rules.add(admin, scope, line_of(form))
    services.connections.set_channel(admin, scope, "C0000LOG1")
    for number in range(200):
        services.people.set_role(admin, f"U{number:010}", Role.OPERATOR)
    return desk


def lines(command: Command) -> Iterator[str]:
    """The word alone, what only looks, both examples, and a word that it cannot know."""
    yield from (command.name, f"{command.name} list", f"{command.name} show")
    yield from command.examples
    yield f'{command.name} "{LONG[:200]}"'
    yield f"help {command.name}"


def answered(request: Request, desk: Desk, line: str) -> Reply:
    try:
        return TYPED.run(request, desk.services, line)
    except EXPECTED as error:
        assert isinstance(error, SyncError), line
        return Message(str(error))


@pytest.mark.parametrize("role", [Role.ADMIN, Role.VIEWER], ids=str)
def test_slack_takes_every_answer(desk: Desk, role: Role) -> None:
    for line in chain.from_iterable(map(lines, COMMANDS)):
        request = asked(desk)
        reader = Actor(request.actor.workspace, request.actor.user, role)

        reply = answered(replace(request, actor=reader), desk, line)

        if isinstance(reply, OpenModal):
            assert check_view(SEAL.drawn(reply.modal, "T" * 11, "U" * 11)) == [], line
        if isinstance(reply, Message):
            blocks = list(reply.blocks)
            said = fallback(reply.text)
            assert check_message({"text": said, "blocks": blocks}, update=True) == [], line
            assert len(blocks) <= MOST_BLOCKS - TURNED, line
            assert "<!channel>" not in said, line
            markup = [each["text"] for each in walk(blocks) if each.get("type") == "mrkdwn"]
            assert "<!channel>" not in "\n".join(markup), line
