"""Rules out as a file and in again, through signed requests."""

from __future__ import annotations

import csv
import io

import pytest

from tests.alerts import tell
from tests.office import OLIVIA, Office, bare, form_of, office

__all__ = ["bare", "office"]  # fixtures

MD = '"Reg 1 is MD" when register = 1 set region MD'
HEAD = "rule_name,action,map_to,field,comparison,map_from\n"
ROWS = (
    f"{HEAD}Reg 1 is MD,set_ship_region,VA,register,equals,1\n"
    "Reds,ChangeSku,RED,sku,equals,R1\nReds,ChangeSku,RED,sku,equals,R2\n"
    "Broken,explode,,sku,equals,R3"
)


def lines(office: Office) -> list[str]:
    return [each.line for each in office.house.services.rules.all(office.house.scope)]


def given(office: Office, line: str) -> None:
    office.house.services.rules.add(OLIVIA, office.house.scope, line)


def pasted(office: Office, text: str) -> str:
    office.say("rules import")
    olivia = office.person("olivia")
    olivia.submit(values={"rows": text})
    return str(form_of(olivia).body)


def test_a_pasted_file_is_shown_first_and_written_when_confirmed(office: Office) -> None:
    given(office, MD)

    shown = pasted(office, ROWS)
    before = lines(office)
    olivia = office.person("olivia")
    olivia.submit()

    assert "1 new, 1 changed, 1 rejected. 1 row joined another row" in shown
    assert "Line 5: there is no action" in shown
    assert before == [MD]
    assert lines(office) == [
        '"Reg 1 is MD" when register = 1 set region VA',
        '"Reds" when sku = R1 or sku = R2 set sku RED',
    ]


def test_rules_changed_between_look_and_import_are_looked_at_again(office: Office) -> None:
    given(office, MD)
    pasted(office, ROWS)
    given(office, '"Out" when note contains demo exclude')

    olivia = office.person("olivia")
    olivia.submit()
    again = str(form_of(olivia).body)

    assert "Look again" in again
    assert len(lines(office)) == 2
    olivia.submit()
    assert len(lines(office)) == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello", "one is blank"),
        (f"{HEAD}A,explode,,sku,equals,1", "Line 2: there is no action"),
        (f"{HEAD}Reg 1 is MD,set_ship_region,MD,register,equals,1", "here already"),
    ],
)
def test_a_file_that_changes_nothing_says_why_at_the_field(
    office: Office, text: str, says: str
) -> None:
    given(office, MD)

    pasted(office, text)

    assert says in form_of(office.person("olivia")).errors["rows"]
    assert lines(office) == [MD]


def test_the_exported_file_comes_to_who_asked_and_is_taken_back(office: Office) -> None:
    given(office, MD)
    olivia = office.person("olivia")
    known = len(olivia.direct_messages)
    office.say("rules export")
    tell(office)

    (file,) = [
        file
        for root in olivia.direct_messages[known:]
        for each in office.slack.replies(root)
        for file in each.files
    ]
    assert file.content is not None
    text = file.content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))

    assert (row["rule_name"], row["map_to"], row["comparison"]) == ("Reg 1 is MD", "MD", "equals")
    office.house.services.rules.remove(OLIVIA, office.house.scope, "Reg 1 is MD")
    pasted(office, text)
    olivia.submit()
    assert lines(office) == [MD]


@pytest.mark.parametrize("line", ["rules export", "rules import"])
def test_only_admins_take_rules_out_or_in(office: Office, line: str) -> None:
    told = office.told(line, who="oscar")

    assert "Only CCC admins" in told
