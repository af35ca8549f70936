"""The worked rules of the product, from the line a person types to the document it leads to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sync.domain.books import Books, ListAccount, ListItem, TaxWorld
from sync.domain.documents import DocumentKind, Payment, Ref, SalesForm
from sync.domain.plan import Plan
from sync.domain.sale import Address, Customer, Sale, Shop
from sync.domain.settings import TaxMapping
from sync.domain.verdicts import Judgement, Skip
from sync.mapping.receipts import map_sale, missing_objects
from sync.rules.checks import check
from sync.rules.grammar import parse_rule
from sync.rules.judge import judge
from sync.rules.rulebook import compile_rules
from tests.builders import (
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

AMAZON_VISA = Ref("60", "Amazon Visa Account")
MARYLAND = Ref("301", "Maryland 6%")
ADA = Customer("42", "Ada", "Lovelace")


def the_books(world: TaxWorld = TaxWorld.AUTOMATED) -> Books:
    books = some_books(
        world,
        items=("BIKE-1", "Discount", "Rounding", "ABC123", ListItem("140", "REFUND-NOSTOCK")),
    )
    books.add_accounts(
        [
            ListAccount(AMAZON_VISA.id, AMAZON_VISA.name, "Bank"),
            ListAccount("61", "Inventory Purchases", "Cost of Goods Sold"),
        ]
    )
    return books


def judged(sale: Sale, *lines: str, books: Books | None = None, **settings: Any) -> Judgement:
    known = books or the_books()
    rules = [parse_rule(line) for line in lines]
    assert [check(rule, known) for rule in rules] == [()] * len(rules)
    rulebook = compile_rules(rules, known)
    return judge(sale, some_settings(**settings), rulebook, known, backfill=False)


def posted(sale: Sale, *lines: str, books: Books | None = None, **settings: Any) -> Plan:
    """The documents; what is missing in QuickBooks is made first, as a run does."""
    known = books or the_books()
    judgement, chosen = judged(sale, *lines, books=known, **settings), some_settings(**settings)
    create_in(known, missing_objects(judgement, chosen, known))
    plan = map_sale(judgement, chosen, known, a_key(sale))
    assert isinstance(plan, Plan), plan
    return plan


def form(plan: Plan) -> SalesForm:
    assert plan.form is not None
    return plan.form


def payments(plan: Plan) -> list[tuple[Decimal, str]]:
    return [
        (each.amount, each.deposit_to.name)
        for each in plan.documents
        if isinstance(each, Payment) and each.deposit_to is not None
    ]


def test_register_1_is_in_maryland() -> None:
    """40.00 + 60.00 and 6.00 of tax: Maryland's code, 106.00, and no rounding line."""
    books = the_books(TaxWorld.MANUAL)
    sale = a_sale(a_line("BIKE-1", "40.00"), a_line("BIKE-1", "60.00"), register_id="1")
    rule = '"Register 1 is in Maryland" when register id equals 1 set region MD'

    receipt = form(posted(sale, rule, books=books, tax_mappings=(TaxMapping("MD", MARYLAND),)))

    assert (receipt.tax_code, receipt.tax, receipt.total) == (
        MARYLAND,
        Decimal("6.00"),
        Decimal("106.00"),
    )
    assert [line.amount for line in receipt.lines] == [Decimal("40.00"), Decimal("60.00")]


def test_register_10_is_not_in_maryland() -> None:
    sale = a_sale(a_line(), register_id="10")

    assert not judged(sale, '"R" when register id equals 1 set region MD').fired


def test_the_template_leaves_a_state_that_is_there_alone() -> None:
    rule = '"R" when register = 1 and ship state is empty set region MD'
    shipped = a_sale(a_line(), ship_to=Address(city="Tucson", region="AZ"))

    assert judged(a_sale(a_line()), rule).overrides.region == "MD"
    assert judged(shipped, rule).overrides.region is None


def test_bills_go_to_one_account() -> None:
    """It is a rule about purchase orders: saved, checked, and never met by a sale."""
    rule = '"Bills" when vendor matches * set expense account "Inventory Purchases"'

    judgement = judged(a_sale(a_line()), rule)

    assert judgement == Judgement(judgement.sale)


def an_account_sale() -> Sale:
    """80.00: 30.00 in cash, 50.00 on the customer's credit account."""
    on_account = replace(a_tender("50.00", "Credit Account"), credit_account_id="17")
    line = a_line("BIKE-1", "80.00", taxed=False)
    return a_sale(line, tenders=[a_tender("30.00"), on_account], customer=ADA)


CREDIT = '"credit-account-payments"{} when payment method = "Credit Account" add payment'


def test_a_credit_account_payment_is_recorded_while_its_rule_is_on() -> None:
    plan = posted(an_account_sale(), CREDIT.format(""), document_type="invoice_payment")

    assert (form(plan).kind, form(plan).total) == (DocumentKind.INVOICE, Decimal("80.00"))
    assert payments(plan) == [
        (Decimal("50.00"), UNDEPOSITED.name),
        (Decimal("30.00"), UNDEPOSITED.name),
    ]


def test_with_the_rule_off_credit_account_payments_stay_open() -> None:
    """Only the cash is a payment; 50.00 is owed, also where sales are receipts."""
    off, unticked = CREDIT.format(" (off)"), CREDIT.format("").replace(" add", " (off) add")
    books = the_books()
    on = compile_rules([parse_rule(unticked)], books)

    for kind in ("invoice_payment", "sales_receipt"):
        plan = posted(an_account_sale(), off, books=the_books(), document_type=kind)
        assert (form(plan).kind, form(plan).total) == (DocumentKind.INVOICE, Decimal("80.00"))
        assert payments(plan) == [(Decimal("30.00"), UNDEPOSITED.name)]
    assert on.rules == ()


def test_amazon_visa_money_goes_to_its_own_account() -> None:
    rule = (
        '"Amazon Visa" when channel equals Amazon and payment method equals Visa '
        'set deposit account "Amazon Visa Account"'
    )
    amazon = Shop("2", "Amazon", "America/New_York")

    here = a_sale(a_line(), tenders=[a_tender("10.60", "Visa")], shop=amazon)
    cash = a_sale(a_line(), shop=amazon)
    elsewhere = a_sale(a_line(), tenders=[a_tender("10.60", "Visa")])

    assert form(posted(here, rule)).deposit_to == AMAZON_VISA
    assert form(posted(cash, rule)).deposit_to == UNDEPOSITED
    assert form(posted(elsewhere, rule)).deposit_to == UNDEPOSITED


def test_old_sales_stay_out_and_say_which_rule_kept_them_out() -> None:
    rule = '"Old sales out" when order date less than 2022-01-01 exclude'

    old = judged(a_sale(a_line(), business_day=date(2021, 12, 31)), rule)
    new = judged(a_sale(a_line(), business_day=date(2022, 1, 1)), rule)

    assert old.verdict == Skip("rule", 'excluded by rule "Old sales out"')
    assert new.verdict is None


FREE_SHIPPING = '"Free shipping over 300" when order total more than 300 override shipping 0'


def shipped(goods: str, **shipping: Any) -> Sale:
    ups = a_misc_line("UPS shipping", "10.00", taxed=False, **shipping)
    return a_sale(a_line("BIKE-1", goods, taxed=False), ups)


def test_shipping_over_300_is_free_and_the_till_s_total_stays() -> None:
    """The till gave 10.00 of shipping away as a discount: neither is in the books."""
    sale = shipped("400.00", discount="10.00")

    receipt = form(posted(sale, FREE_SHIPPING))

    assert [(line.item.name, line.amount) for line in receipt.lines] == [
        ("BIKE-1", Decimal("400.00")),
    ]
    assert receipt.total == sale.total == Decimal("400.00")


def test_shipping_that_was_paid_does_not_get_lost() -> None:
    """No rule takes money out of the books: what was paid for shipping is a surcharge then."""
    sale = shipped("400.00")

    receipt = form(posted(sale, FREE_SHIPPING))

    assert [(line.item.name, line.amount) for line in receipt.lines] == [
        ("BIKE-1", Decimal("400.00")),
        ("Shipping", Decimal("0.00")),
        ("Surcharge", Decimal("10.00")),
    ]
    assert receipt.total == sale.total == Decimal("410.00")


def test_shipping_up_to_300_is_charged() -> None:
    sale = shipped("290.00")

    receipt = form(posted(sale, FREE_SHIPPING))

    assert sale.total == Decimal("300.00")
    assert [line.amount for line in receipt.lines] == [Decimal("290.00"), Decimal("10.00")]


def test_refunds_never_restock() -> None:
    rule = '"No restock" when order status contains refund set sku REFUND-NOSTOCK'
    refund = a_sale(a_line("BIKE-1", "10.00", -1), tenders=[a_tender("-10.60")])

    document = form(posted(refund, rule))

    assert document.kind is DocumentKind.REFUND_RECEIPT
    assert [line.item.name for line in document.lines] == ["REFUND-NOSTOCK"]
    assert form(posted(a_sale(a_line()), rule)).lines[0].item.name == "BIKE-1"


def test_all_skus_of_a_family_become_one_item() -> None:
    rule = '"AB" when sku starts with AB set sku ABC123'
    sale = a_sale(a_line("AB-7"), a_line("ab-9"), a_line("BIKE-1"))

    receipt = form(posted(sale, rule))

    assert [line.item.name for line in receipt.lines] == ["ABC123", "ABC123", "BIKE-1"]


def test_the_ship_date_becomes_the_order_date() -> None:
    rule = '"Ship date" when ship date map all and channel is not "QuickBooks" set order date'
    later = date(2026, 2, 9)

    receipt = form(posted(a_sale(a_line(), ship_date=later), rule))
    waiting = form(posted(a_sale(a_line()), rule))
    own = Shop("2", "QuickBooks", "America/New_York")
    theirs = form(posted(a_sale(a_line(), ship_date=later, shop=own), rule))

    assert (receipt.day, waiting.day, theirs.day) == (later, date(2026, 2, 3), date(2026, 2, 3))


def test_paid_sales_are_receipts_and_the_rest_invoices() -> None:
    rule = '"Paid" when balance equals 0 set type "Sales Receipt"'
    line = a_line("BIKE-1", "80.00", taxed=False)
    paid = a_sale(line)
    owing = a_sale(line, balance=Decimal("80.00"), customer=ADA)

    as_receipt = form(posted(paid, rule, document_type="invoice"))
    as_invoice = form(posted(owing, rule, document_type="invoice"))

    assert as_receipt.kind is DocumentKind.SALES_RECEIPT
    assert as_receipt.deposit_to == UNDEPOSITED
    assert as_invoice.kind is DocumentKind.INVOICE
    assert as_invoice.total == Decimal("80.00")
