"""A file of rules: both shapes, legacy names, what is refused by line, and the way back."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sync.domain.books import name_key
from sync.rules.grammar import format_rule
from sync.rules.model import Action, Condition, Rule
from sync.rules.sheet import COLUMNS, MOST_RULES, read_sheet
from sync.rules.sheet_out import write_sheet
from tests.unit.rules.made import rules

HEAD = ",".join(COLUMNS)


def read(*rows: str, head: str = HEAD) -> list[str]:
    sheet = read_sheet("\n".join((head, *rows)))
    assert sheet.rejected == ()
    return [format_rule(each.rule) for each in sheet.rules]


# -- there and back


@given(st.lists(rules(), max_size=4))
def test_rules_written_to_a_file_are_read_back_as_they_were(made: list[Rule]) -> None:
    assume(len({name_key(rule.name) for rule in made}) == len(made))

    sheet = read_sheet(write_sheet(made))

    assert tuple(each.rule for each in sheet.rules) == tuple(made)
    assert sheet.rejected == ()


@given(st.lists(rules(), min_size=1, max_size=3))
def test_no_cell_of_a_file_computes(made: list[Rule]) -> None:
    """A customer called =cmd|... must stay a name when a bookkeeper opens the file."""
    rows = csv.reader(io.StringIO(write_sheet(made).removeprefix("\ufeff")))

    for row in rows:
        for cell in row:
            assert cell[:1] not in "=+@|%＝＋－＠\t\r" or not cell
            assert cell[:1] != "-" or cell[1:].replace(".", "").isdigit()


def test_a_quote_that_was_there_is_there_again() -> None:
    rule = Rule("'=A", (Condition("customer", "=", "''@x"),), "and", Action("map_memo", "=1+1"))

    (back,) = read_sheet(write_sheet([rule])).rules

    assert back.rule == rule


def test_a_rule_that_is_off_and_a_condition_that_is_off_are_two_things() -> None:
    tests = (Condition("register", "=", "1", enabled=False), Condition("tax", "=", "0"))
    rule = Rule("A", tests, "and", Action("exclude_order"), enabled=False)

    written = write_sheet([rule])

    assert '"rule off, no"' in written
    assert read_sheet(written).rules[0].rule == rule


# -- the full shape


def test_rows_of_one_name_are_alternatives_of_one_rule() -> None:
    assert read(
        "Reds,OrderDetail,map_sku,RED,sku,equals,R1,,yes,all,1",
        "reds,OrderDetail,map_sku,red,sku,starts with,R-,,,,",
    ) == ['"Reds" when sku = R1 or sku starts with "R-" set sku RED']


def test_conjunctions_are_kept_and_brackets_written_in_brackets() -> None:
    assert read(
        "A,Order,exclude_order,,register,equals,1,and,yes,,",
        "A,Order,exclude_order,,total,more than,300,(or),yes,,",
        "A,Order,exclude_order,,tax,equals,0,(or),no,,",
    ) == ['"A" when register = 1 and (total > 300 or tax = 0 (off)) exclude']


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("A,OrderDetail,ChangeSku,NEW,,,OLD", '"A" when sku = OLD set sku NEW'),
        ("A,OrderDetail,ReplaceSku,,,,abc", '"A" when sku contains "abc" replace in sku'),
        ("A,Product,SplitSku,,,,-", '"A" when sku contains "-" split sku'),
        (
            "A,Order,ChangeOrderClass,Bikes,channel,matches,Amazon",
            '"A" when store matches "Amazon" set class "Bikes"',
        ),
        (
            "A,OrderDetail,ChangeOrderDetailClass,Bikes,name,contains,bike",
            '"A" when name contains "bike" set line class "Bikes"',
        ),
        (
            "A,PurchaseOrder,map_bill_expense_account,Purchases,vendor,,*",
            '"A" when vendor matches * set expense account "Purchases"',
        ),
        (
            "A,Refund,map_memo,back,register_id,equals,1",
            '"A" when register = 1 and status contains "refund" set memo "back"',
        ),
        ("A,Order,map_order_date,,ship date,map all,", '"A" when ship date map all set date'),
        (
            'A,,exclude_order,,sku,in list,"a, ""b, c"""',
            '"A" when sku in list "a", "b, c" exclude',
        ),
    ],
)
def test_documented_and_legacy_names_are_understood(row: str, line: str) -> None:
    assert read(row) == [line]


def test_columns_may_stand_in_any_order_with_semicolons() -> None:
    head = "Map From;Field;Comparison;Action;Map To;Rule Name"

    assert read("1;register id;equals;set_ship_region;md;Reg 1", head=head) == [
        '"Reg 1" when register = 1 set region MD'
    ]


def test_positions_give_the_order() -> None:
    rows = [
        f"{name},,exclude_order,,register,equals,{name},,,,{position}"
        for name, position in (("1", "10"), ("2", ""), ("3", "2"))
    ]

    assert [line[1] for line in read(*rows)] == ["3", "1", "2"]


def test_the_connection_of_a_row_is_kept_and_all_is_any() -> None:
    sheet = read_sheet(
        f"{HEAD}\nA,,exclude_order,,register,equals,1,,,Boston,\n"
        "A,,exclude_order,,register,equals,2,,,ALL,"
    )

    assert [each.connection for each in sheet.rules] == ["Boston", ""]


@pytest.mark.parametrize(
    ("rows", "lines", "says"),
    [
        (
            ("A,,map_sku,X,sku,equals,1", "A,,map_sku,Y,sku,equals,2"),
            (2, 3),
            'map_to differs among the rows of this name: "X" in line 2, "Y" in line 3',
        ),
        (("A,,map_skuu,X,sku,equals,1",), (2,), 'did you mean "map_sku"?'),
        (("A,,map_sku,X,skuu,equals,1",), (2,), 'line 2: there is no field "skuu", did you mean'),
        (("A,,map_sku,X,sku,equalz,1",), (2,), 'did you mean "equals"?'),
        (("A,,map_sku,,sku,equals,1",), (2,), "would wipe the sku"),
        (("A,,map_currency,EUR,total,equals,1",), (2,), "not supported yet"),
        (("A,,exclude_order,,tag,equals,vip",), (2,), "does not send"),
        (("A,Payment,map_sku,X,sku,equals,1",), (2,), "an action on OrderDetail, not on Payment"),
        (("A,Bill,map_sku,X,sku,equals,1",), (2,), "an object type is Order"),
        (("A,,exclude_order,,total,equals,x",), (2,), "a number such as"),
        (("A,,exclude_order,,total,equals,1,maybe",), (2,), 'a conjunction is "and" or "or"'),
        (("A,,exclude_order,,total,equals,1,,perhaps",), (2,), "enabled is yes or no"),
        (("A,,exclude_order,,total,equals,1,,,,first",), (2,), "a position is a number"),
        (
            (
                "A,,exclude_order,,total,equals,1,and",
                "A,,exclude_order,,tax,equals,1,or",
                "A,,exclude_order,,tax,equals,2,or",
            ),
            (2, 3, 4),
            "are mixed",
        ),
        ((",,exclude_order,,total,equals,1",), (2,), "rule_name is blank"),
        (("A,,exclude_order,,note,equals,a\u202eb",), (2,), "U+202E"),
    ],
)
def test_what_cannot_be_a_rule_is_told_by_its_lines(
    rows: tuple[str, ...], lines: tuple[int, ...], says: str
) -> None:
    sheet = read_sheet("\n".join((HEAD, *rows)))

    (rejected,) = sheet.rejected
    assert rejected.lines == lines
    assert says in rejected.reason


def test_one_bad_rule_does_not_keep_the_others_out() -> None:
    sheet = read_sheet(
        f"{HEAD}\nA,,exclude_order,,register,equals,1\nB,,explode,,register,equals,1\n"
        "C,,exclude_order,,register,equals,2\nC,,exclude_order,,register,equals,3"
    )

    assert [each.rule.name for each in sheet.rules] == ["A", "C"]
    assert [each.lines for each in sheet.rejected] == [(3,)]
    assert sheet.grouped == 1


# -- two columns


def test_two_columns_map_skus_to_items() -> None:
    sheet = read_sheet("QBO item name,Store SKU\nBike,B1\nBike,B2\nBell,=X\nBike,B3")

    assert [(format_rule(each.rule), each.lines) for each in sheet.rules] == [
        ('"Item Bike" when sku in list B1, B2, B3 set sku "Bike"', (2, 3, 5)),
        ('"Item Bell" when sku = "=X" set sku "Bell"', (4,)),
    ]


def test_a_pair_without_one_of_both_or_with_two_items_for_a_sku_is_rejected() -> None:
    sheet = read_sheet("Bike,B1\nBike,\n,B2\nBell,b1")

    assert [each.rule.name for each in sheet.rules] == ["Item Bike"]
    assert [(each.lines, each.reason[:20]) for each in sheet.rejected] == [
        ((2,), "a row has an item na"),
        ((3,), "a row has an item na"),
        ((4,), "SKU b1 goes to anoth"),
    ]


def test_an_item_of_many_skus_is_several_rules() -> None:
    sheet = read_sheet("\n".join(f"Bike,SKU-{n}" for n in range(120)))

    assert [each.rule.name for each in sheet.rules] == ["Item Bike", "Item Bike 2", "Item Bike 3"]
    assert sum(len(each.lines) for each in sheet.rules) == 120
    assert sheet.rejected == ()


# -- files that are none


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("\n , \n", "empty"),
        ("a,b,c\n1,2,3", "must name the columns"),
        ("x" * 4_000_001, "characters"),
        ("a,b\n" * 20_001, "rows"),
        ('"' + "x" * 200_000, "no CSV file"),
    ],
)
def test_a_file_that_is_no_rules_file_says_why(text: str, says: str) -> None:
    sheet = read_sheet(text)

    assert sheet.rules == ()
    assert says in sheet.rejected[0].reason


def test_rules_beyond_the_limit_are_rejected() -> None:
    rows = (f"{n},,exclude_order,,register,equals,{n}" for n in range(MOST_RULES + 2))

    sheet = read_sheet("\n".join((HEAD, *rows)))

    assert len(sheet.rules) == MOST_RULES
    assert sheet.rejected[0].lines == (MOST_RULES + 2, MOST_RULES + 3)


@given(st.text(max_size=200) | st.text(max_size=80).map(lambda text: f"{HEAD}\n{text}"))
def test_any_text_is_a_sheet(text: str) -> None:
    sheet = read_sheet(text)

    assert sheet.rules or sheet.rejected or HEAD in text
