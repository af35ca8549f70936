"""Every action of a rule, seen in the document that it changes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sync.domain.books import Books
from sync.domain.documents import DocumentKind, LineRole, Payment, Ref, SalesForm
from sync.domain.plan import Plan
from sync.domain.sale import Customer, Sale
from sync.domain.verdicts import Fired, Hold, Judgement
from sync.mapping.receipts import map_sale, missing_objects
from sync.rules.checks import check
from sync.rules.grammar import parse_rule
from sync.rules.judge import judge
from sync.rules.later import LATER
from sync.rules.model import RuleError
from sync.rules.rulebook import compile_rules
from tests.builders import (
    CARDS,
    CHECKING,
    UNDEPOSITED,
    a_key,
    a_line,
    a_misc_line,
    a_sale,
    a_tender,
    create_in,
    some_books,
    some_settings,
)

NET_30, WHOLESALE, BIKES, TUCSON = (
    Ref("3", "Net 30"),
    Ref("8", "Wholesale"),
    Ref("9", "Bikes"),
    (Ref("5", "Tucson")),
)


def the_books(**facts: Any) -> Books:
    defaults = {"tracks_classes": True, "tracks_locations": True} | facts
    books = some_books(items=("BIKE-1", "Discount", "Rounding", "Promotions"), **defaults)
    books.classes.update({"wholesale": WHOLESALE, "bikes": BIKES})
    books.locations["tucson"] = TUCSON
    books.terms["net 30"] = NET_30
    return books


def judged(sale: Sale, *lines: str, books: Books | None = None, **settings: Any) -> Judgement:
    known = books or the_books()
    rules = [parse_rule(f'"{place}" when {line}') for place, line in enumerate(lines, 1)]
    assert [check(rule, known) for rule in rules] == [()] * len(rules)
    return judge(
        sale, some_settings(**settings), compile_rules(rules, known), known, backfill=False
    )


def posted(sale: Sale, *lines: str, books: Books | None = None, **settings: Any) -> Plan:
    known = books or the_books()
    judgement, chosen = judged(sale, *lines, books=known, **settings), some_settings(**settings)
    create_in(known, missing_objects(judgement, chosen, known))
    plan = map_sale(judgement, chosen, known, a_key(sale))
    assert isinstance(plan, Plan), plan
    return plan


def form(*args: Any, **settings: Any) -> SalesForm:
    found = posted(*args, **settings).form
    assert found is not None
    return found


def skus(*args: Any) -> list[str]:
    judgement = judged(*args)
    known = judgement.overrides.line_skus
    return [known.get(line.id, line.sku) for line in judgement.sale.lines]


# -- products


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("sku contains abc replace in sku", "abc123", "123"),
        ("sku contains ABC replace in sku", "123abc", "123"),
        ("sku contains abc replace in sku X-", "1abc2abc", "1X-2X-"),
        ("sku starts with ab replace in sku", "ab1ab", "1ab"),
        ("sku ends with ab replace in sku", "ab1ab", "ab1"),
        ("sku in list a, b replace in sku", "abc", "abc"),
        ("sku contains . replace in sku", "a.b", "ab"),
        ("sku contains abc replace in sku", "abc", "abc"),
        ("sku contains - split sku", "abc-123-x", "abc"),
        ("sku contains - split sku", "-123", "-123"),
        ("sku starts with AB prefix sku LS-", "AB-1", "LS-AB-1"),
        ("sku = AB-1 set sku NEW", "AB-1", "NEW"),
        ("name map all set sku", "AB-1", "The AB-1"),
        ("name contains nothing prefix sku LS-", "AB-1", "AB-1"),
    ],
)
def test_what_becomes_of_a_sku(rule: str, before: str, after: str) -> None:
    if " in list " in rule:
        with pytest.raises(RuleError, match="needs to know where"):
            parse_rule(f'"A" when {rule}')
        return
    assert skus(a_sale(a_line(before)), rule) == [after]


def test_only_the_lines_that_are_met_change() -> None:
    sale = a_sale(a_line("abc-1"), a_line("xyz"), a_misc_line("gift wrap"))

    assert skus(sale, "sku contains - split sku") == ["abc", "xyz", ""]
    assert skus(sale, "total > 1 prefix sku LS-") == ["LS-abc-1", "LS-xyz", ""]


def test_a_pack_of_three_is_three_pieces_at_a_third_of_the_price() -> None:
    sale = a_sale(a_line("BIKE-1", "30.00", 2, name="Tubes, 3 Pack"), a_line("BIKE-1", "5.00"))

    receipt = form(sale, 'name contains "3 Pack" multiply quantity 3')

    assert [(line.quantity, line.unit_price, line.amount) for line in receipt.lines] == [
        (Decimal(6), Decimal("10.00"), Decimal("60.00")),
        (Decimal(1), Decimal("5.00"), Decimal("5.00")),
    ]
    assert receipt.total == sale.total


def test_a_price_that_cannot_be_divided_still_adds_up() -> None:
    """10.00 for three at 3.33333 rounds to 10.00; for seven thousand no such price exists."""
    sale = a_sale(a_line("BIKE-1", "10.00", taxed=False))

    thirds = form(sale, "sku = BIKE-1 multiply quantity 3").lines[0]
    crumbs = form(sale, "sku = BIKE-1 multiply quantity 700000").lines[0]

    assert (thirds.quantity, thirds.unit_price) == (Decimal(3), Decimal("3.33333"))
    assert (crumbs.quantity, crumbs.unit_price, crumbs.amount) == (None, None, Decimal("10.00"))


def test_two_rules_multiply_one_after_the_other() -> None:
    sale = a_sale(a_line("BIKE-1", "60.00"))

    receipt = form(sale, "quantity = 1 multiply quantity 2", "quantity = 2 multiply quantity 3")

    assert receipt.lines[0].quantity == 6


def test_a_description_is_replaced_or_cleared() -> None:
    sale = a_sale(a_line("BIKE-1"))

    assert form(sale, 'sku = BIKE-1 set description "A bike"').lines[0].description == "A bike"
    assert form(sale, "sku = BIKE-1 clear description").lines[0].description == ""
    assert form(sale, "sku map all set description").lines[0].description == "BIKE-1"


def test_all_discounts_go_to_the_item_of_a_rule() -> None:
    sale = a_sale(a_line("BIKE-1", "10.00", discount="1.00"))

    receipt = form(sale, "discount > 0 set discount item Promotions")

    (discount,) = [line for line in receipt.lines if line.role is LineRole.DISCOUNT]
    assert (discount.item.name, discount.amount) == ("Promotions", Decimal("-1.00"))


# -- shipping


def shipped(price: str = "10.00") -> Sale:
    return a_sale(
        a_line("BIKE-1", "90.00", taxed=False), a_misc_line("Shipping", price, taxed=False)
    )


@pytest.mark.parametrize(
    ("rule", "shipping", "beside"),
    [
        ("total > 1 set shipping 4.50", "4.50", ("Surcharge", "5.50")),
        ("total > 1 set shipping 12", "12.00", ("Discount", "-2.00")),
        ("total > 1 add shipping surcharge 1.50", "11.50", ("Discount", "-1.50")),
        ("total > 1 add shipping surcharge 10%", "11.00", ("Discount", "-1.00")),
    ],
)
def test_shipping_is_changed_and_the_total_is_the_till_s(
    rule: str, shipping: str, beside: tuple[str, str]
) -> None:
    receipt = form(shipped(), rule)

    lines = {line.item.name: line.amount for line in receipt.lines}
    assert lines["Shipping"] == Decimal(shipping)
    assert lines[beside[0]] == Decimal(beside[1])
    assert receipt.total == Decimal("100.00")


def test_a_sale_without_shipping_gets_none() -> None:
    sale = a_sale(a_line())

    judgement = judged(sale, "total > 1 set shipping 5", "total > 1 add shipping surcharge 10%")

    assert (judgement.fired, judgement.overrides.shipping) == ((), None)


def test_refunded_shipping_is_changed_in_its_own_direction() -> None:
    sale = a_sale(
        a_line("BIKE-1", "90.00", -1, taxed=False),
        a_misc_line("Shipping", "10.00", -1, taxed=False),
        tenders=[a_tender("-100.00")],
    )

    receipt = form(sale, "status = refund set shipping 4")

    assert receipt.kind is DocumentKind.REFUND_RECEIPT
    assert {line.item.name: line.amount for line in receipt.lines} == {
        "BIKE-1": Decimal("90.00"),
        "Shipping": Decimal("4.00"),
        "Surcharge": Decimal("6.00"),
    }


# -- the document


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Sales Receipt", DocumentKind.SALES_RECEIPT),
        ("Invoice", DocumentKind.INVOICE),
        ("Invoice + Payment", DocumentKind.INVOICE),
        ("invoice if paid", DocumentKind.INVOICE),
        ("Sales order", DocumentKind.ESTIMATE),
    ],
)
def test_the_transaction_type_follows_a_rule(words: str, kind: DocumentKind) -> None:
    sale = a_sale(a_line(), customer=Customer("42", "Ada", "Lovelace"))

    assert form(sale, f'total > 1 set type "{words}"').kind is kind


def test_a_number_is_copied_or_given() -> None:
    sale = a_sale(a_line(), reference="WEB-77")

    assert form(sale, "reference map all set number").number == "WEB-77"
    assert form(sale, "total > 1 set number X1").number == "X1"
    assert form(sale, "note map all set number").number == "LS-5001"


def test_an_empty_field_is_not_copied_over_what_is_there() -> None:
    sale = a_sale(a_line(), reference="WEB-77")

    judgement = judged(sale, "reference map all set memo", "note map all set memo")

    assert judgement.overrides.memo == "WEB-77"
    assert [fired.rule for fired in judgement.fired] == ["1"]


def test_a_copied_value_that_does_not_fit_holds_the_sale() -> None:
    sale = a_sale(a_line(), reference="W" * 22)

    judgement = judged(sale, "reference map all set number", "note map all set region")
    as_region = judged(sale, "reference map all set region")

    assert isinstance(judgement.verdict, Hold)
    assert "21 characters" in judgement.verdict.reason
    assert isinstance(as_region.verdict, Hold)


def test_an_account_is_copied_by_its_name() -> None:
    sale = a_sale(a_line(), reference="Checking")

    assert form(sale, "reference map all set deposit account").deposit_to == CHECKING
    gone = judged(a_sale(a_line(), reference="Gone"), "reference map all set deposit account")
    assert isinstance(gone.verdict, Hold)
    assert gone.verdict.fix == "pick_account"


def test_a_status_of_a_rule_is_seen_by_the_next() -> None:
    judgement = judged(
        a_sale(a_line()), "total > 1 set status wholesale", "status = wholesale set memo seen"
    )

    assert judgement.overrides.memo == "seen"


def test_terms_stand_on_an_invoice_and_not_on_a_receipt() -> None:
    sale = a_sale(a_line(), customer=Customer("42", "Ada", "Lovelace"))
    rule = 'total > 1 set terms "net 30"'

    assert form(sale, rule, document_type="invoice").terms == NET_30
    assert form(sale, rule).terms is None


def test_a_location_is_set_and_cleared() -> None:
    sale = a_sale(a_line())

    assert form(sale, "total > 1 set location Tucson").location == TUCSON
    assert form(sale, "total > 1 set location Tucson", "total > 1 clear location").location is None


def test_a_class_stands_where_the_company_keeps_it() -> None:
    sale = a_sale(a_line("BIKE-1", "10.00", discount="1.00"))
    rule = "total > 1 set class Wholesale"

    on_top = form(sale, rule)
    by_line = form(sale, rule, books=the_books(classes_by_line=True))

    assert (on_top.class_ref, {line.class_ref for line in on_top.lines}) == (WHOLESALE, {None})
    assert (by_line.class_ref, {line.class_ref for line in by_line.lines}) == (None, {WHOLESALE})


def test_the_class_of_a_line_is_its_own() -> None:
    books = the_books(classes_by_line=True)
    sale = a_sale(
        a_line("BIKE-1"),
        a_line("BELL-2"),
        tenders=[a_tender("11.20"), a_tender("10.00", "Check")],
    )

    receipt = form(
        sale,
        "sku = BIKE-1 set line class Bikes",
        "total > 1 set class Wholesale",
        books=books,
    )

    assert [(line.item.name, line.class_ref) for line in receipt.lines] == [
        ("BIKE-1", BIKES),
        ("BELL-2", WHOLESALE),
        ("Tender - Check", None),
    ]


@pytest.mark.parametrize(
    ("rule", "facts", "says"),
    [
        ("total > 1 set class Bikes", {"tracks_classes": False}, "does not keep classes"),
        ("total > 1 set location Tucson", {"tracks_locations": False}, "does not keep locations"),
        ("sku = A set line class Bikes", {}, "one class for each document"),
        ("total > 1 set class Bike", {}, 'no class "Bike"'),
        ('total > 1 set terms "Net 60"', {}, 'no terms "Net 60"'),
        ("total > 1 set discount item Promo", {}, 'no item "Promo"'),
    ],
)
def test_what_the_company_lacks_is_said_when_the_rule_is_saved(
    rule: str, facts: dict[str, bool], says: str
) -> None:
    (problem,) = check(parse_rule(f'"A" when {rule}'), the_books(**facts))

    assert problem.field == "action"
    assert says in problem.message


# -- payments


def split() -> Sale:
    """100.00: 70.00 by Visa, 30.00 in cash."""
    tenders = [a_tender("70.00", "Visa"), a_tender("30.00")]
    line = a_line("BIKE-1", "100.00", taxed=False)
    return a_sale(line, tenders=tenders, customer=Customer("42", "Ada", "Lovelace"))


def paid(plan: Plan) -> dict[str, str]:
    """Which account each payment reached, by its method."""
    return {
        each.payment_method.name: each.deposit_to.name
        for each in plan.documents
        if isinstance(each, Payment) and each.payment_method and each.deposit_to
    }


def test_a_payment_s_account_is_another_rule_than_a_receipt_s() -> None:
    """The one is for payments of invoices, the other for sales receipts."""
    of_payments = 'payment method = Visa set payment deposit account "Card Clearing"'
    of_receipts = "total > 1 set deposit account Checking"
    invoices: dict[str, Any] = {"document_type": "invoice_payment"}

    both = posted(split(), of_payments, of_receipts, **invoices)
    only_receipts = posted(split(), of_receipts, **invoices)
    receipt = form(split(), of_payments, of_receipts)

    assert paid(both) == {"Visa": CARDS.name, "Cash": UNDEPOSITED.name}
    assert paid(only_receipts) == {"Visa": UNDEPOSITED.name, "Cash": UNDEPOSITED.name}
    assert receipt.deposit_to == CHECKING
    assert receipt.total == Decimal("100.00")


def test_a_payment_method_gets_another_name() -> None:
    plan = posted(
        split(),
        "payment method = Visa set payment method Card",
        "payment method = Card set payment deposit account Checking",
        document_type="invoice_payment",
    )

    assert paid(plan) == {"Card": CHECKING.name, "Cash": UNDEPOSITED.name}


def test_the_last_of_skip_and_add_decides() -> None:
    skip, add = "payment method = Cash skip payment", "payment amount < 50 add payment"

    added = judged(split(), skip, add).overrides
    skipped = judged(split(), add, skip).overrides

    assert (len(added.skipped_tenders), len(added.added_tenders)) == (0, 1)
    assert (len(skipped.skipped_tenders), len(skipped.added_tenders)) == (1, 0)


def test_money_put_on_a_recorded_credit_account_moves_nothing_twice() -> None:
    """With the rule on it is a payment like any other: in here, out there, of one account."""
    put_in = replace(a_tender("-40.00", "Credit Account"), credit_account_id="17")
    sale = a_sale(a_line(), tenders=[a_tender("50.60"), put_in])

    plan = posted(sale, 'payment method = "Credit Account" add payment')

    assert plan.movement is None
    assert plan.form is not None
    assert plan.form.total == Decimal("10.60")


# -- what is refused


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("total > 1 set memo", 'say "clear memo"'),
        ('total > 1 set memo ""', "would wipe the memo"),
        ("total > 1 set type Bill", "Sales Receipt, Invoice"),
        ("total > 1 set shipping $5", "without a currency sign"),
        ("total > 1 add shipping surcharge 5%%", "1.50 or 10%"),
        ("total map all add shipping surcharge", "cannot copy"),
        ("note map all and memo map all set memo", "only one condition"),
        ("total > 1 multiply quantity 0", "above zero"),
        ("total > 1 multiply quantity -2", "above zero"),
        (f"total > 1 set number {'9' * 22}", "at most 21"),
        (f'total > 1 set payment method "{"m" * 32}"', "at most 31"),
        ("vendor = Acme set memo x", "fact of purchase orders"),
        ("total > 1 set vendor Acme", "fact of sales"),
        ("total > 1 split sku", "sku contains -"),
        ("tag = vip exclude", "does not send CCC tags"),
        ("customer type = vip exclude", "the customer's type"),
        ("discount code = SUMMER exclude", "discount codes"),
        *((f"total > 1 {later.words[0]} X", later.reason) for later in LATER),
    ],
)
def test_a_rule_that_would_not_do_what_it_says_is_refused(rule: str, says: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule(f'"A" when {rule}')

    assert says in str(caught.value)


def test_what_is_copied_goes_with_its_condition() -> None:
    """The condition that names the field is off: the rule never fires, and nothing is wiped."""
    rule = parse_rule('"A" when note map all (off) and total > 1 set memo')
    books = the_books()

    (problem,) = check(rule, books)
    rulebook = compile_rules([rule], books)

    assert problem.warning
    assert "nothing to copy" in problem.message
    assert rulebook.rules == ()


def test_a_cleared_field_is_told_as_such() -> None:
    judgement = judged(a_sale(a_line()), "total > 1 set memo hello", "total > 1 clear memo")

    assert judgement.fired[-1] == Fired("2", "memo", "hello", "")
    assert judgement.overrides.memo == ""
