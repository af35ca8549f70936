"""What the till recorded is what the domain says, event by event."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sync.connectors.lightspeed.normalise import Unknown, normalise_page
from sync.domain.sale import Address, Sale, SaleState, TenderKind
from tests.unit.lightspeed.composed import BOOK, a_contact, a_line, a_payment, a_sale


def read(record: dict[str, Any]) -> Sale:
    result = normalise_page([record], BOOK)
    assert result.unreadable == ()
    return result.sales[0]


def test_a_cash_sale_is_its_total_net_of_change() -> None:
    lines = [
        a_line("1", "3", "7.35"),
        a_line("2", "1", "40", discountPercent="0.15", calcLineDiscount="6"),
    ]

    sale = read(a_sale(lines, [a_payment("9", "58.85")], change="1.15"))

    assert sale.state is SaleState.COMPLETED
    assert (sale.total, sale.tax, sale.change) == (
        Decimal("58.85"),
        Decimal("2.8"),
        Decimal("1.15"),
    )
    assert [line.net for line in sale.lines] == [Decimal("22.05"), Decimal("34")]
    assert sale.tenders[0].amount == Decimal("58.85")
    assert sale.tenders[0].kind is TenderKind.CASH


def test_a_dead_payment_is_no_tender() -> None:
    payments = [
        a_payment("1", "60"),
        a_payment("2", "150", "3", archived="true"),
        a_payment("3", "157.5", "3", tipAmount="7.5"),
    ]

    sale = read(a_sale([a_line("1", "1", "200")], payments))

    assert [tender.id for tender in sale.tenders] == ["1", "3"]
    assert sum(tender.amount - tender.tip for tender in sale.tenders) == sale.total == 210


def test_a_refund_keeps_its_unit_price_and_turns_its_quantity() -> None:
    line = a_line("21", "-2", "7.35", parentSaleLineID="1")
    payment = a_payment("22", "-15.44", "3", refPaymentID="3")

    sale = read(a_sale([line], [payment], totalDue="0"))

    assert sale.is_refund
    assert (sale.total, sale.tax) == (Decimal("-15.44"), Decimal("-0.74"))
    assert sale.lines[0].unit_price == Decimal("7.35")
    assert sale.lines[0].gross == Decimal("-14.70")
    assert sale.lines[0].parent_line_id == "1"
    assert sale.tenders[0].refunds_tender_id == "3"


def test_an_exchange_is_goods_both_ways() -> None:
    lines = [
        a_line("1", "-1", "40", discountPercent="0.15", calcLineDiscount="-6"),
        a_line("2", "1", "55"),
    ]

    sale = read(a_sale(lines, [a_payment("9", "22.05")]))

    assert sale.is_exchange and not sale.is_refund
    assert sale.lines[0].discount == Decimal("-6")
    assert sale.total == Decimal("22.05")


def test_an_even_exchange_has_no_payment_key_at_all() -> None:
    sale = read(a_sale([a_line("1", "-1", "40"), a_line("2", "1", "40")], []))

    assert sale.tenders == ()
    assert sale.total == 0


def test_a_deposit_is_money_on_a_sale_without_lines() -> None:
    payments = [a_payment("1", "75"), a_payment("2", "-75", "4", creditAccountID="18")]

    sale = read(a_sale([], payments, totalDue="75"))

    assert sale.lines == ()
    assert sale.total == 0
    assert [(t.kind, t.amount, t.credit_account_id) for t in sale.tenders] == [
        (TenderKind.CASH, Decimal("75"), ""),
        (TenderKind.CREDIT_ACCOUNT, Decimal("-75"), "18"),
    ]


def test_a_gift_card_sold_shows_its_value_only_in_its_tenders() -> None:
    note = {"noteID": "5", "note": "Gift Card Purchase", "isPublic": "false"}
    line = a_line("1", "1", "0", itemID="0", tax="false", Note=note)
    del line["Item"]
    payments = [a_payment("1", "-80", "5", creditAccountID="24"), a_payment("2", "80")]

    sale = read(a_sale([line], payments, totalDue="80"))

    assert sale.total == 0
    assert sale.lines[0].item_id == ""
    assert sale.lines[0].name == "Gift Card Purchase"
    assert {t.kind: t.amount for t in sale.tenders}[TenderKind.GIFT_CARD] == Decimal("-80")


def test_a_web_order_knows_where_it_goes() -> None:
    ship_to = {
        "shipToID": "61",
        "shipNote": "Leave at the door",
        "Contact": a_contact(
            Addresses={
                "ContactAddress": {
                    "address1": "4 Elm Row",
                    "address2": "",
                    "city": "Provo",
                    "state": "Utah",
                    "stateCode": "UT",
                    "zip": "84601",
                    "country": "United States",
                    "countryCode": "US",
                }
            }
        ),
    }

    sale = read(
        a_sale(
            [a_line("1", "1", "20")],
            [a_payment("1", "21", "8")],
            registerID="9",
            shopID="2",
            shipToID="61",
            ShipTo=ship_to,
            referenceNumber="W-204",
            referenceNumberSource="webstore",
        )
    )

    assert sale.ship_to == Address("4 Elm Row", "", "Provo", "UT", "84601", "US")
    assert (sale.register_name, sale.shop.name) == ("eCom", "Webstore")
    assert (sale.reference, sale.ship_note) == ("W-204", "Leave at the door")


def test_a_sale_has_a_ship_date_once_it_is_shipped() -> None:
    """Half past midnight in UTC is still the evening before in the shop."""
    moment = "2026-02-05T00:30:00+00:00"

    sent, waiting = (
        read(
            a_sale(
                [a_line("1", "1", "20")],
                [a_payment("1", "20")],
                shipToID="61",
                ShipTo=a_shipment(shipped, moment),
            )
        )
        for shipped in ("true", "false")
    )

    assert (sent.ship_date, waiting.ship_date) == (date(2026, 2, 4), None)


def a_shipment(shipped: str, moment: str) -> dict[str, str]:
    return {"shipToID": "61", "shipped": shipped, "timeStamp": moment}


def test_a_void_is_a_void_even_when_it_is_no_longer_completed() -> None:
    dead = a_payment("1", "21", archived="true")

    sale = read(a_sale([a_line("1", "1", "20")], [dead], voided="true", completed="false"))

    assert sale.state is SaleState.VOIDED
    assert sale.tenders == ()


@pytest.mark.parametrize(
    ("archived", "state"), [("false", SaleState.OPEN), ("true", SaleState.CANCELLED)]
)
def test_an_open_ticket_has_no_completion(archived: str, state: SaleState) -> None:
    """Its day is the day it was begun, so that it can at least be shown."""
    record = a_sale([a_line("1", "1", "20")], [], completed="false", archived=archived)
    del record["completeTime"]

    sale = read(record)

    assert sale.state is state
    assert sale.completed_at is None
    assert sale.business_day == date(2026, 4, 11)


def test_untaxed_lines_have_no_tax_whatever_rate_they_show() -> None:
    sale = read(a_sale([a_line("1", "1", "20", tax="false", calcTax1="1")], [], calcTax1="0"))

    assert not sale.lines[0].taxed
    assert sale.lines[0].tax == 0


def test_two_taxes_are_one_tax() -> None:
    line = a_line("1", "1", "100", tax2Rate="0.09975", calcTax2="9.975")
    record = a_sale([line], [], calcTax2="9.98", total="114.98")
    del record["taxTotal"]

    sale = read(record)

    assert sale.lines[0].tax == Decimal("14.975")
    assert sale.lines[0].tax_rate == Decimal("0.14975")
    assert sale.tax == Decimal("14.98")


def test_prices_with_tax_inside_are_marked() -> None:
    line = a_line("1", "1", "10", tax1Rate="0.2")

    sale = read(a_sale([line], [a_payment("1", "12")], isTaxInclusive="true"))

    assert sale.tax_inclusive
    assert (sale.total, sale.tax) == (Decimal("12"), Decimal("2"))


def test_a_hundred_percent_is_stored_as_almost_that() -> None:
    """Where the till's own figure is missing, its way of writing 100 % must not leave a rest."""
    price = "123456789.99"
    line = a_line("1", "1", price, tax="false", discountPercent="0.999999999")
    record = a_sale([line], [], total="0", taxTotal="0")
    del record["SaleLines"]["SaleLine"]["calcLineDiscount"]

    sale = read(record)

    assert sale.lines[0].net == 0


@pytest.mark.parametrize(
    ("quantity", "how", "discount"),
    [
        ("1", {"discountAmount": "3.5"}, "3.50"),
        ("-1", {"discountAmount": "3.5"}, "-3.50"),
        ("3", {"discountPercent": "0.1"}, "2.21"),
    ],
)
def test_a_missing_discount_figure_follows_the_tills_formula(
    quantity: str, how: dict[str, str], discount: str
) -> None:
    record = a_sale([a_line("1", quantity, "7.35", **how)], [])
    del record["SaleLines"]["SaleLine"]["calcLineDiscount"]

    assert read(record).lines[0].discount == Decimal(discount)


def test_line_and_whole_sale_discounts_add_up() -> None:
    line = a_line("1", "1", "50", calcLineDiscount="5", calcTransactionDiscount="2.25")

    assert read(a_sale([line], [])).lines[0].discount == Decimal("7.25")


@pytest.mark.parametrize(
    ("keys", "sku"),
    [
        ({"customSku": "C", "manufacturerSku": "M", "upc": "U", "ean": "E"}, "C"),
        ({"customSku": "", "manufacturerSku": "M", "upc": "U", "ean": "E"}, "M"),
        ({"customSku": " ", "manufacturerSku": None, "upc": "U", "ean": "E"}, "U"),
        ({"ean": "E"}, "E"),
        ({}, "210000000031"),
    ],
)
def test_an_item_is_called_by_the_first_number_it_has(keys: dict[str, Any], sku: str) -> None:
    item = {"description": "Lamp", "systemSku": "210000000031", **keys}

    assert read(a_sale([a_line("1", "1", "20", Item=item)], [])).lines[0].sku == sku


@pytest.mark.parametrize("nothing", ["", None, []])
def test_a_line_without_its_item_still_has_a_name(nothing: Any) -> None:
    line = a_line("1", "1", "20", Item=nothing, Note=nothing, TaxClass=nothing)

    assert read(a_sale([line], [])).lines[0].name == "Item 31"


@pytest.mark.parametrize("nothing", ["", None, [], {}, {"SalePayment": ""}])
def test_no_payments_has_many_spellings(nothing: Any) -> None:
    record = a_sale([a_line("1", "1", "0")], [])
    record["SalePayments"] = nothing

    assert read(record).tenders == ()


def test_a_customer_is_reached_by_the_best_address_and_phone() -> None:
    contact = a_contact(
        Emails={
            "ContactEmail": [
                {"address": "second@example.com", "useType": "Secondary"},
                {"address": "first@example.com", "useType": "Primary"},
            ]
        },
        Phones={
            "ContactPhone": [
                {"number": "555-0100", "useType": "Work"},
                {"number": "555-0101", "useType": "Mobile"},
            ]
        },
    )
    customer = {"customerID": "40", "firstName": "", "lastName": "", "company": "Dock Ltd"}

    sale = read(a_sale([], [], customerID="40", Customer={**customer, "Contact": contact}))

    assert sale.customer is not None
    assert (sale.customer.company, sale.customer.email) == ("Dock Ltd", "first@example.com")
    assert sale.customer.phone == "555-0101"


def test_customer_zero_is_nobody_and_a_missing_record_keeps_its_id() -> None:
    nobody = read(a_sale([], [], customerID="0"))
    unknown = read(a_sale([], [], customerID="41"))

    assert nobody.customer is None
    assert unknown.customer is not None and unknown.customer.id == "41"


@pytest.mark.parametrize(
    ("shop", "completed", "day"),
    [
        ("1", "2026-04-12T05:59:59+00:00", date(2026, 4, 11)),  # 23:59:59 in Denver
        ("1", "2026-04-12T06:00:00+00:00", date(2026, 4, 12)),
        ("2", "2026-04-11T12:00:00+00:00", date(2026, 4, 12)),  # midnight in Auckland
        ("1", "2026-04-11T20:00:00", date(2026, 4, 11)),  # no offset is UTC
        ("1", "2026-04-12T02:00:00-0400", date(2026, 4, 12)),
    ],
)
def test_the_business_day_is_the_shops_own(shop: str, completed: str, day: date) -> None:
    assert read(a_sale([], [], shopID=shop, completeTime=completed)).business_day == day


def test_the_update_time_is_found_under_either_spelling() -> None:
    record = a_sale([], [])
    record["updatetime"] = record.pop("updateTime")

    assert read(record).updated_at == datetime(2026, 4, 11, 20, 14, 1, tzinfo=UTC)


def test_a_payment_type_the_book_lacks_is_taken_from_the_record() -> None:
    told = {"paymentTypeID": "77", "name": "Voucher", "type": "user defined"}

    sale = read(a_sale([], [a_payment("1", "0", "77", PaymentType=told)]))

    assert (sale.tenders[0].name, sale.tenders[0].kind) == ("Voucher", TenderKind.USER_DEFINED)


def test_bare_numbers_and_booleans_read_like_strings() -> None:
    record = a_sale([a_line("1", "1", "20")], [])
    text = read(record)

    bare = read({**record, "saleID": 6001, "shopID": 1, "completed": True, "total": 21})

    assert bare == text


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"shopID": "99"}, Unknown.SHOP),
        (
            {"SalePayments": {"SalePayment": a_payment("1", "5", "99")}},
            Unknown.PAYMENT_TYPE,
        ),
        ({"total": "12,50"}, Unknown.SHAPE),
        ({"total": "NaN"}, Unknown.SHAPE),
        ({"total": "1E+400"}, Unknown.SHAPE),
        ({"total": None, "calcTotal": None}, Unknown.SHAPE),
        ({"completed": "maybe"}, Unknown.SHAPE),
        ({"completeTime": "yesterday"}, Unknown.SHAPE),
        ({"completeTime": 5}, Unknown.SHAPE),
        ({"SaleLines": {"SaleLine": "lines"}}, Unknown.SHAPE),
        ({"SaleLines": {"SaleLine": a_line("1", "1", "9999999999999")}}, Unknown.SHAPE),
        ({"SalePayments": {"SalePayment": {"salePaymentID": "1", "amount": "5"}}}, Unknown.SHAPE),
    ],
)
def test_one_bad_record_neither_stops_the_page_nor_disappears(
    change: dict[str, Any], cause: Unknown
) -> None:
    good = a_sale([], [], saleID="6000")
    bad = {**a_sale([], [], saleID="6001"), **change}
    later = a_sale([], [], saleID="6002")

    result = normalise_page([good, bad, later], BOOK)

    assert [sale.id for sale in result.sales] == ["6000", "6002"]
    assert [(one.id, one.cause) for one in result.unreadable] == [("6001", cause)]


@pytest.mark.parametrize("record", [None, "sale", [], {}, {"saleID": {"a": 1}}])
def test_a_record_that_is_no_record_is_still_told(record: Any) -> None:
    result = normalise_page([record, record], BOOK)

    assert result.sales == ()
    (name,) = {one.id for one in result.unreadable}
    assert name.startswith("?")


def test_records_without_a_number_are_told_apart_and_known_again() -> None:
    """By what they say: one that was merely touched is the same one."""
    one, other = {"total": "1", "timeStamp": "a"}, {"total": "2"}

    first = normalise_page([one, other], BOOK).unreadable
    again = normalise_page([other, one | {"timeStamp": "b"}], BOOK).unreadable

    assert len({bad.id for bad in first}) == 2
    assert {bad.id for bad in first} == {bad.id for bad in again}


def test_a_reason_never_repeats_what_the_record_said() -> None:
    record = a_sale([], [], total="Mrs Example 555-0100")

    reason = normalise_page([record], BOOK).unreadable[0].reason

    assert "Example" not in reason and "total" in reason


def test_a_fingerprint_moves_with_the_postings_and_with_nothing_else() -> None:
    record = a_sale([a_line("1", "1", "20")], [a_payment("1", "21")])
    first = read(record).fingerprint
    same = [
        {**record, "updateTime": "2026-05-01T00:00:00+00:00"},
        {**record, "total": "21.00"},
        {**record, "referenceNumber": "noted later"},
        a_sale(
            [a_line("1", "1.0", "20.00", Item={"description": "Renamed"})], [a_payment("1", "21")]
        ),
        a_sale(
            [a_line("1", "1", "20")],
            [a_payment("1", "21"), a_payment("2", "21", archived="true")],
        ),
    ]
    other = [
        {**record, "voided": "true"},
        {**record, "completeTime": "2026-04-13T20:14:00+00:00"},
        {**record, "total": "21.01"},
        {**record, "taxTotal": "1.01"},
        a_sale([a_line("1", "1", "20")], [a_payment("1", "21", "3")]),
        a_sale([a_line("1", "2", "10")], [a_payment("1", "21")]),
    ]

    assert {read(one).fingerprint for one in same} == {first}
    assert first not in {read(one).fingerprint for one in other}
    assert len({read(one).fingerprint for one in other}) == len(other)
