"""Rules as a file: what it would do is told first, and only what was confirmed is done."""

from __future__ import annotations

import pytest

from sync.errors import Conflict
from sync.ledger.ledger import Ledgers
from sync.rules.sheet import COLUMNS
from sync.services.rule_file_models import RulesFile
from tests.desk import Desk, a_desk

MD = '"Reg 1 is MD" when register = 1 set region MD'
OUT = '"No demo" when note contains "demo" exclude'
HEAD = ",".join(COLUMNS)
FILE = "\n".join(
    (
        HEAD,
        "Reg 1 is MD,Order,set_ship_region,VA,register,equals,1,and,yes,all,1",
        "No demo,Order,exclude_order,,note,contains,demo,and,yes,all,2",
        "Reds,OrderDetail,ChangeSku,RED,sku,equals,R1,,yes,all,3",
        "Reds,OrderDetail,ChangeSku,RED,sku,equals,R2,,yes,all,3",
        "Bank,Order,map_deposit_account,Bank:Chekcing,total,more than,1,,yes,all,4",
        "Broken,Order,explode,,total,more than,1,,yes,all,5",
        "Theirs,Order,exclude_order,,total,more than,1,,yes,Some other company,6",
    )
)


@pytest.fixture
def desk(ledgers: Ledgers) -> Desk:
    return a_desk(ledgers)


def given(desk: Desk, *rules: str) -> None:
    for line in rules:
        desk.services.rules.add(desk.admin, desk.scope, line)


def kept(desk: Desk) -> list[str]:
    return [each.line for each in desk.services.rules.all(desk.scope)]


def looked(desk: Desk, text: str = FILE) -> RulesFile:
    return desk.services.rule_files.look(desk.admin, desk.scope, text)


def taken(desk: Desk, text: str = FILE) -> RulesFile:
    confirms = looked(desk, text).confirms
    return desk.services.rule_files.take(desk.admin, desk.scope, text, confirms)


def test_a_look_counts_and_names_the_lines_and_writes_nothing(desk: Desk) -> None:
    given(desk, MD, OUT)

    found = looked(desk)

    assert found.new == ('"Reds" when sku = R1 or sku = R2 set sku RED',)
    assert found.changed == ((MD, MD.replace("region MD", "region VA")),)
    assert (found.unchanged, found.grouped, found.elsewhere) == (1, 1, 1)
    assert [each.lines for each in found.rejected] == [(6,), (7,)]
    assert "did you mean" in found.rejected[0].reason
    assert kept(desk) == [MD, OUT]


def test_what_was_confirmed_is_done_and_other_rules_stay_in_their_place(desk: Desk) -> None:
    mine = '"Mine" when total > 5 set memo "x"'
    given(desk, mine, MD, OUT)

    taken(desk)

    assert kept(desk) == [
        mine,
        MD.replace("region MD", "region VA"),
        OUT,
        '"Reds" when sku = R1 or sku = R2 set sku RED',
    ]
    audit = desk.services.people.audit(desk.scope, limit=10)
    assert [row.action for row in audit][:2] == ["rule.added", "rule.changed"]


def test_taking_the_same_file_twice_changes_nothing_more(desk: Desk) -> None:
    given(desk, MD)
    taken(desk)
    before = kept(desk)

    again = taken(desk)

    assert (again.new, again.changed, again.unchanged) == ((), (), 3)
    assert kept(desk) == before


def test_a_file_looked_at_before_somebody_changed_a_rule_is_looked_at_again(desk: Desk) -> None:
    given(desk, MD)
    confirms = looked(desk).confirms
    given(desk, OUT)

    with pytest.raises(Conflict, match="Look again"):
        desk.services.rule_files.take(desk.admin, desk.scope, FILE, confirms)

    assert kept(desk) == [MD, OUT]


def test_another_file_than_the_one_that_was_confirmed_is_not_taken(desk: Desk) -> None:
    confirms = looked(desk).confirms

    with pytest.raises(Conflict):
        desk.services.rule_files.take(desk.admin, desk.scope, f"{FILE}\n", confirms)

    assert kept(desk) == []


def test_what_is_exported_is_taken_back_as_it_was(desk: Desk) -> None:
    given(desk, MD, OUT.replace('demo" when', 'demo" (off) when'))
    before, text = kept(desk), desk.services.rule_files.export(desk.scope)
    for rule in desk.services.rules.all(desk.scope):
        desk.services.rules.remove(desk.admin, desk.scope, rule.name)

    taken(desk, text)

    assert kept(desk) == before


# -- rules that come with the product


def test_the_shipped_rule_can_be_switched_before_anybody_wrote_it(desk: Desk) -> None:
    given(desk, MD)
    line = '"credit-account-payments"{} when payment type = "credit account" add payment'

    off = desk.services.rules.disable(desk.admin, desk.scope, "Credit-Account-Payments")
    assert kept(desk) == [line.format(" (off)"), MD]
    assert not off.enabled

    on = desk.services.rules.enable(desk.admin, desk.scope, "credit-account-payments")
    assert (on.enabled, on.position) == (True, 1)
    assert kept(desk) == [line.format(""), MD]
