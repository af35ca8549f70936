"""Which sales a rule meets, what it changes, and what later rules see of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sync.domain.sale import Address, Customer, Sale, Shop
from sync.domain.verdicts import Fired, Hold, Judgement, Skip
from sync.rules.grammar import parse_rule
from sync.rules.judge import judge
from sync.rules.model import Action, Condition, Rule, RuleError
from sync.rules.rulebook import compile_rules
from tests.builders import CARDS, a_line, a_sale, a_tender, some_books, some_settings


def judged(sale: Sale, *lines: str, **settings: Any) -> Judgement:
    books = some_books(tax_codes=(("Maryland 6%", "0.06"), ("Exempt", "0")))
    rulebook = compile_rules([parse_rule(line) for line in lines], books)
    return judge(sale, some_settings(**settings), rulebook, books, backfill=False)


def meets(sale: Sale, condition: str) -> bool:
    return judged(sale, f'"R" when {condition} exclude').verdict is not None


def a_rich_sale(**fields: Any) -> Sale:
    defaults: dict[str, Any] = {
        "number": "1042",
        "register_id": "1",
        "register_name": "Front",
        "business_day": date(2026, 2, 3),
        "customer": Customer("7", "Zoë", "Müller", "Spokes Ltd", "zoe@example.org"),
        "ship_to": Address(city="Tucson", region="AZ", country="USA"),
        "reference": "PO-77",
    }
    lines = (a_line("AB-1", "40.00", 2), a_line("CD-2", "60.00", tax_class="Food"))
    tenders = (a_tender("100.00", "Visa"), a_tender("48.40", "Credit Account"))
    return a_sale(*lines, tenders=tenders, **(defaults | fields))


@pytest.mark.parametrize("register", ["10", "11", "21", "0", "100"])
def test_register_1_is_never_another_register(register: str) -> None:
    """`contains` is the way to ask for every register with a 1 in its number."""
    sale = a_rich_sale(register_id=register)

    assert not meets(sale, "register = 1")
    assert meets(sale, "register is not 1")
    assert not meets(sale, "register in list 1, 2")
    assert meets(sale, "register contains 1") is ("1" in register)


def test_a_register_is_met_by_its_number_or_its_name() -> None:
    sale = a_rich_sale(register_id="9", register_name="eCom")

    assert meets(sale, "register = 9")
    assert meets(sale, "register = 09")
    assert meets(sale, 'register = " ECOM "')
    assert meets(sale, "register in list Front, ecom")
    assert not meets(sale, "register is not ecom")
    assert not meets(a_rich_sale(register_id="7", register_name="1"), "register = 1")


@pytest.mark.parametrize(
    "condition",
    [
        "number = 1042",
        "number > 1041",
        "date = 2026-02-03",
        "date between 2026-02-28 and 2026-02-01",
        "date before 2026-02-04",
        "date starts with 2026-02",
        "status = completed",
        "status = paid",
        "status is not refund",
        'store = "main  STREET"',
        "total = 148.4",
        "total more than 148.39",
        "total >= 148.40",
        "total <= 148.40",
        "balance equals 0",
        "tax > 8",
        "reference starts with po-",
        "customer = zoë müller",
        "customer = Zoe\u0308 Mu\u0308ller",
        "customer ends with ller",
        "customer matches z*m*r",
        "company contains spokes",
        "email = ZOE@EXAMPLE.ORG",
        "state = az",
        "city in list Phoenix, Tucson",
        "country is not empty",
        "note is empty",
        "payment method = visa",
        "payment method = credit account",
        "payment type = credit account",
        "payment method is not Cash",
        "payment method does not contain amex",
        "sku = ab-1",
        "sku starts with AB",
        "sku is not AB-1",
        "quantity = 2",
        "price between 50 and 70",
        "tax class = food",
        "sku = AB-1 and quantity = 2",
        "sku matches *",
        "note matches *",
        "register = 5 or city = Tucson",
    ],
)
def test_a_condition_that_holds(condition: str) -> None:
    assert meets(a_rich_sale(), condition)


@pytest.mark.parametrize(
    "condition",
    [
        "number = 104",
        "number contains 99",
        "date > 2026-02-03",
        "status contains refund",
        "store = Main",
        "total > 148.40",
        "total < 148.40",
        "customer starts with Mü",
        "customer matches z*x*r",
        "customer matches zoe",
        "city not in list Phoenix, Tucson",
        "note is not empty",
        "payment method = Cash",
        "payment method is not Visa",
        "payment method is empty",
        "sku = CD-2 and quantity = 2",
        "register = 5 and city = Tucson",
        "register = 5 or city = Phoenix",
        'customer = "<!channel>"',
    ],
)
def test_a_condition_that_does_not_hold(condition: str) -> None:
    assert not meets(a_rich_sale(), condition)


def test_a_refund_is_met_as_a_status() -> None:
    refund = a_sale(a_line(quantity=-1), tenders=[a_tender("-10.60")])

    assert meets(refund, "order status contains refund")


def test_a_customer_named_like_a_slack_command_is_only_a_name() -> None:
    sale = a_rich_sale(customer=Customer("7", "<!channel>", "=1+1"))

    judgement = judged(sale, '"C" when customer = "<!channel> =1+1" set customer "@here"')

    assert judgement.overrides.customer == "@here"
    assert judgement.fired == (Fired("C", "customer", "<!channel> =1+1", "@here"),)


@pytest.mark.parametrize("pattern", ["*a" * 40 + "b", "*" * 100 + "b", "a*" * 300 + "b"])
def test_no_wildcard_is_slow(pattern: str) -> None:
    """Patterns that take exponential time in a backtracking matcher."""
    sale = a_rich_sale(reference="a" * 3_000)

    assert not meets(sale, f'reference matches "{pattern}"')


def test_register_1_is_in_maryland() -> None:
    sale = a_sale(a_line(), register_id="1")

    judgement = judged(sale, '"Reg 1 is MD" when register = 1 set region MD')

    assert judgement.verdict is None
    assert judgement.overrides.region == "MD"
    assert judgement.fired == (Fired("Reg 1 is MD", "ship state", "", "MD"),)


def test_amazon_visa_money_goes_to_its_own_account() -> None:
    rule = (
        '"Amazon" when channel = Amazon and payment method = Visa set deposit account Card Clearing'
    )
    amazon = Shop("2", "Amazon", "America/New_York")

    here = judged(a_rich_sale(shop=amazon), rule)
    elsewhere = judged(a_rich_sale(), rule)

    assert here.overrides.deposit_account == CARDS
    assert elsewhere.fired == ()


def test_old_sales_stay_out() -> None:
    rule = '"Old out" when order date less than 2022-01-01 exclude'

    old = judged(a_rich_sale(business_day=date(2021, 12, 31)), rule)
    new = judged(a_rich_sale(business_day=date(2022, 1, 1)), rule)

    assert old.verdict == Skip("rule", 'excluded by rule "Old out"')
    assert new.verdict is None


def test_all_skus_of_a_family_become_one_item_and_others_stay() -> None:
    sale = a_rich_sale()

    judgement = judged(sale, '"AB" when sku starts with AB set sku "ABC123"')

    assert judgement.overrides.line_skus == {sale.lines[0].id: "ABC123"}
    assert judgement.fired == (Fired("AB", "sku", "AB-1", "ABC123"),)


def test_a_line_action_under_a_sale_condition_touches_every_line() -> None:
    """Refunds never restock: every line goes back as a non-inventory item."""
    refund = a_sale(a_line("A", quantity=-1), a_line("B", quantity=-1), tenders=[])

    judgement = judged(refund, '"R" when status contains refund set sku REFUND-NOSTOCK')

    assert set(judgement.overrides.line_skus.values()) == {"REFUND-NOSTOCK"}
    assert len(judgement.overrides.line_skus) == 2


def test_a_sale_action_under_a_line_condition_fires_once() -> None:
    sale = a_sale(a_line("AB-1"), a_line("AB-2"))

    judgement = judged(sale, '"M" when sku starts with AB set memo "bikes"')

    assert judgement.fired == (Fired("M", "memo", "", "bikes"),)


def test_only_the_credit_account_payment_is_skipped() -> None:
    sale = a_rich_sale()

    judgement = judged(sale, '"No credit" when payment method = "Credit Account" skip payment')

    assert judgement.overrides.skipped_tenders == {sale.tenders[1].id}
    assert judgement.verdict is None


def test_each_rule_sees_what_earlier_ones_left() -> None:
    first = '"Region" when register = 1 set region MD'
    second = '"Code" when state = MD set tax code "Maryland 6%"'
    third = '"Rename" when sku = AB-1 set sku "X-1"'
    fourth = '"Renamed" when sku = X-1 set memo "renamed"'
    sale = a_rich_sale(ship_to=None)

    in_order = judged(sale, first, second, third, fourth)
    reversed_order = judged(sale, fourth, third, second, first)

    assert in_order.overrides.tax_code is not None
    assert in_order.overrides.tax_code.name == "Maryland 6%"
    assert in_order.overrides.memo == "renamed"
    assert reversed_order.overrides.tax_code is None
    assert reversed_order.overrides.memo is None


def test_the_last_of_two_rules_decides() -> None:
    judgement = judged(
        a_rich_sale(),
        '"One" when register = 1 set region MD',
        '"Two" when register = 1 set region VA',
    )

    assert judgement.overrides.region == "VA"
    assert [fired.before for fired in judgement.fired] == ["AZ", "MD"]


def test_nothing_runs_after_an_exclusion() -> None:
    judgement = judged(
        a_rich_sale(), '"Out" when register = 1 exclude', '"MD" when register = 1 set region MD'
    )

    assert judgement.verdict == Skip("rule", 'excluded by rule "Out"')
    assert [fired.rule for fired in judgement.fired] == ["Out"]


def test_a_disabled_condition_has_no_effect() -> None:
    sale = a_rich_sale()

    assert not meets(sale, "register = 1 (off) and city = Phoenix")
    assert meets(sale, "register = 5 (off) and city = Tucson")
    assert not meets(sale, "register = 1 (off) or city = Phoenix")


def test_a_rule_without_an_enabled_condition_never_fires() -> None:
    assert judged(a_rich_sale(), '"R" when register = 1 (off) exclude').verdict is None


def test_a_disabled_rule_never_fires() -> None:
    assert judged(a_rich_sale(), '"R" (off) when register = 1 exclude').verdict is None


def test_with_rules_off_no_rule_fires() -> None:
    judgement = judged(a_rich_sale(), '"R" when register = 1 exclude', rules_on=False)

    assert judgement == Judgement(a_rich_sale())


def test_a_vanished_account_holds_the_sale_when_its_rule_fires() -> None:
    rule = '"Lost" when register = 1 set deposit account "Gone Bank"'

    here = judged(a_rich_sale(), rule)
    elsewhere = judged(a_rich_sale(register_id="2"), rule)

    assert isinstance(here.verdict, Hold)
    assert (here.verdict.cause, here.verdict.fix) == ("rule.account", "pick_account")
    assert here.verdict.subject == "Gone Bank"
    assert '"Lost"' in here.verdict.reason
    assert here.overrides.deposit_account is None
    assert elsewhere.verdict is None


def test_a_later_rule_can_mend_a_vanished_account() -> None:
    judgement = judged(
        a_rich_sale(),
        '"Lost" when register = 1 set deposit account "Gone Bank"',
        '"Found" when register = 1 set deposit account Checking',
    )

    assert judgement.verdict is None
    assert judgement.overrides.deposit_account is not None
    assert judgement.overrides.deposit_account.name == "Checking"


def test_an_exclusion_is_stronger_than_a_vanished_account() -> None:
    judgement = judged(
        a_rich_sale(),
        '"Lost" when register = 1 set deposit account "Gone Bank"',
        '"Out" when total > 100 exclude',
    )

    assert judgement.verdict == Skip("rule", 'excluded by rule "Out"')


def test_a_vanished_tax_code_asks_for_a_tax_mapping() -> None:
    judgement = judged(a_rich_sale(), '"T" when register = 1 set tax code "Texas 8%"')

    assert isinstance(judgement.verdict, Hold)
    assert (judgement.verdict.cause, judgement.verdict.fix) == ("rule.tax_code", "map_tax")


def test_an_income_account_takes_no_deposits() -> None:
    rule = '"I" when register = 1 set deposit account "Sales of Product Income"'

    judgement = judged(a_rich_sale(), rule)

    assert isinstance(judgement.verdict, Hold)
    assert "Income" in judgement.verdict.reason


def test_a_rule_that_says_nonsense_is_refused_before_any_sale() -> None:
    nonsense = Rule(
        "N", (Condition("total", "between", ("1", "x")),), "and", Action("exclude_order")
    )

    with pytest.raises(RuleError, match="N"):
        compile_rules([nonsense], some_books())


def test_rules_leave_the_sale_itself_alone() -> None:
    sale = a_rich_sale()

    judgement = judged(sale, '"A" when sku = AB-1 set sku B', '"B" when total > 1 set region MD')

    assert judgement.sale is sale
    assert sale == a_rich_sale()
    assert sale.total == Decimal("148.40")


def test_a_value_already_looked_at_is_read_again_after_it_changed() -> None:
    judgement = judged(
        a_rich_sale(),
        '"AZ is MD" when state = AZ set region MD',
        '"MD is VA" when state = MD set region VA',
    )

    assert judgement.overrides.region == "VA"


def test_the_two_ends_of_a_wildcard_do_not_overlap() -> None:
    assert not meets(a_rich_sale(reference="aba"), "reference matches ab*ba")
    assert meets(a_rich_sale(reference="abba"), "reference matches ab*ba")


def test_a_region_from_a_form_is_written_in_capitals() -> None:
    rule = Rule("Form", (Condition("register", "=", "1"),), "and", Action("set_ship_region", "md"))
    books = some_books()

    judgement = judge(
        a_rich_sale(), some_settings(), compile_rules([rule], books), books, backfill=False
    )

    assert judgement.overrides.region == "MD"
