"""Items and customers: found again by the name they were created under, never twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sync.domain.books import Books, ListCustomer, ListItem
from sync.domain.documents import NewCustomer, NewItem, SalesForm
from sync.domain.sale import Address, Customer, Sale
from sync.domain.settings import AccountChoices
from sync.domain.verdicts import Hold
from sync.mapping.receipts import each_once, missing_objects
from tests.builders import (
    DISCOUNTS,
    ROUNDING,
    SALES,
    UNDEPOSITED,
    a_judgement,
    a_key,
    a_line,
    a_misc_line,
    a_sale,
    create_in,
    form_of,
    some_books,
    some_settings,
)

ADA = Customer("4411", "Ada", "Lovelace", email="ada@example.com", phone="555 0100")


def mapped(sale: Sale, books: Books, **settings: Any) -> SalesForm | Hold:
    return form_of(a_judgement(sale), some_settings(**settings), books, a_key(sale))


def hold_of(sale: Sale, books: Books, **settings: Any) -> Hold:
    found = mapped(sale, books, **settings)
    assert isinstance(found, Hold), found
    return found


def customer_of(sale: Sale, books: Books, **settings: Any) -> str:
    """Create what is missing, then the customer of the receipt."""
    create_in(books, missing_objects(a_judgement(sale), some_settings(**settings), books))
    found = mapped(sale, books, **settings)
    assert isinstance(found, SalesForm), found
    assert found.customer is not None
    assert found.customer.id
    return found.customer.name


def test_a_known_sale_needs_nothing_new() -> None:
    sale = a_sale(a_line(discount="1.00"))

    assert missing_objects(a_judgement(sale), some_settings(), some_books()) == ()


def test_a_new_product_is_created_without_stock() -> None:
    sale = a_sale(a_line("NEW-9", "12.50", name="A new thing"))

    [item] = missing_objects(a_judgement(sale), some_settings(), some_books())

    assert isinstance(item, NewItem)
    assert (item.name, item.sku, item.description) == ("NEW-9", "NEW-9", "A new thing")
    assert (str(item.price), item.kind, item.income_account) == ("12.50", "NonInventory", SALES)


def test_own_items_are_created_on_the_account_of_their_role() -> None:
    sale = a_sale(
        a_line(price="0.335", discount="0.10", taxed=False),
        a_line(price="0.335", taxed=False),
        a_line(price="0.335", taxed=False),
        a_misc_line("Shipping", taxed=False),
    )

    wanted = missing_objects(a_judgement(sale), some_settings(), some_books(items=["BIKE-1"]))

    accounts = {one.name: one.income_account for one in wanted if isinstance(one, NewItem)}
    assert accounts == {"Shipping": SALES, "Discount": DISCOUNTS, "Rounding": ROUNDING}


@pytest.mark.parametrize("role", ["income", "discount", "rounding"])
def test_a_role_without_an_account_is_asked_for_when_an_item_is_to_be_made(role: str) -> None:
    sale = a_sale(
        a_line("NEW-9", "0.335", discount="0.10", taxed=False),
        *[a_line("NEW-9", "0.335", taxed=False) for _ in range(2)],
    )
    chosen = AccountChoices(
        deposit=UNDEPOSITED, income=SALES, discount=DISCOUNTS, rounding=ROUNDING
    )
    without: dict[str, Any] = {role: None}

    held = hold_of(sale, some_books(items=[]), accounts=replace(chosen, **without))

    assert (held.cause, held.fix) == (f"account.{role}", "pick_account")


def test_two_prices_and_two_spellings_are_one_need() -> None:
    sales = [a_sale(a_line("NEW-9", "1.00")), a_sale(a_line("new-9 ", "2.00"))]

    wanted = [
        one
        for sale in sales
        for one in missing_objects(a_judgement(sale), some_settings(), some_books())
    ]

    assert [one.name for one in each_once(wanted) if isinstance(one, NewItem)] == ["NEW-9"]


@pytest.mark.parametrize(
    "sku",
    [
        "A:B",
        'Hinge 3"',
        "tab\there",
        "x" * 250,
        "Ünïcode",
        "日本の自転車",
        "emoji 🚲",
        " padded  twice ",
        "Bikes:" + "y" * 200,
        ":",
    ],
)
@pytest.mark.parametrize("match", ["name", "sku"])
def test_the_second_sale_finds_what_the_first_created(sku: str, match: str) -> None:
    sale = a_sale(a_line(sku))
    books = some_books()
    settings = some_settings(item_match=match)

    wanted = missing_objects(a_judgement(sale), settings, books)
    create_in(books, wanted)

    [item] = wanted
    assert isinstance(item, NewItem)
    assert 1 <= len(item.name) <= 100
    assert item.name == item.name.strip()
    assert not set(item.name) & set(':"\t\n')
    assert item.name.encode("latin-1")
    assert missing_objects(a_judgement(sale), settings, books) == ()
    assert isinstance(form_of(a_judgement(sale), settings, books, a_key(sale)), SalesForm)


def test_names_that_had_to_change_stay_distinct() -> None:
    skus = ["A:B", "A -B", "日本", "中国", "x" * 101, "x" * 102]

    wanted = [
        missing_objects(a_judgement(a_sale(a_line(sku))), some_settings(), some_books())[0]
        for sku in skus
    ]

    assert len(each_once(wanted)) == len(skus)


def test_other_alphabets_stay_where_the_company_has_them() -> None:
    sale = a_sale(a_line("日本の自転車"))
    books = some_books(latin1_only=False)

    [item] = missing_objects(a_judgement(sale), some_settings(), books)

    assert isinstance(item, NewItem)
    assert item.name == "日本の自転車"


def test_an_item_in_a_category_is_found_by_its_own_name() -> None:
    books = some_books(items=[ListItem("7", "ROUBAIX", full_name="Bikes:ROUBAIX")])

    receipt = mapped(a_sale(a_line("roubaix")), books)

    assert isinstance(receipt, SalesForm)
    assert receipt.lines[0].item.id == "7"


def test_products_are_matched_by_sku_when_the_settings_say_so() -> None:
    """The item has a human name; the SKU sits in its own field."""
    books = some_books(items=[ListItem("7", "Roubaix 54", sku="RBX-54")])

    by_sku = mapped(a_sale(a_line("RBX-54")), books, item_match="sku")
    by_name = mapped(a_sale(a_line("RBX-54")), books)

    assert isinstance(by_sku, SalesForm)
    assert by_sku.lines[0].item.id == "7"
    assert isinstance(by_name, Hold)


def test_a_name_taken_by_another_sku_is_not_asked_for_again() -> None:
    books = some_books(items=[ListItem("7", "RBX-54", sku="OTHER")])
    sale = a_sale(a_line("RBX-54"))

    [item] = missing_objects(a_judgement(sale), some_settings(item_match="sku"), books)

    assert isinstance(item, NewItem)
    assert item.name.startswith("RBX-54 ~")


def test_inactive_items_hold_the_sale() -> None:
    books = some_books(items=[ListItem("7", "BIKE-1", active=False)])

    held = hold_of(a_sale(a_line()), books)

    assert (held.cause, held.fix, held.subject) == ("item.inactive", "map_product", "BIKE-1")


@pytest.mark.parametrize("kind", ["Category", "Group"])
def test_categories_and_bundles_cannot_be_sold(kind: str) -> None:
    held = hold_of(a_sale(a_line()), some_books(items=[ListItem("7", "BIKE-1", kind=kind)]))

    assert (held.cause, held.fix) == ("item.kind", "map_product")


def test_stock_items_are_not_created_from_sales() -> None:
    held = hold_of(a_sale(a_line("NEW-9")), some_books(), item_kind="Inventory")

    assert (held.cause, held.subject) == ("item.inventory", "NEW-9")


def test_everything_missing_is_named_at_once() -> None:
    """One visit to QuickBooks should be enough."""
    sale = a_sale(a_line("NEW-8"), a_line("NEW-9", discount="1.00"), customer=ADA)
    settings = {
        "item_missing": "hold",
        "customer_match": "name",
        "customer_missing": "hold",
    }

    held = hold_of(sale, some_books(items=[]), **settings)

    assert (held.cause, held.fix) == ("item.missing", "map_product")
    for name in ("NEW-8", "NEW-9", "Discount", "Ada Lovelace"):
        assert name in held.reason
        assert name in held.subject


def test_a_held_sale_creates_nothing() -> None:
    sale = a_sale(a_line("NEW-9"), customer=ADA)
    settings = some_settings(item_missing="hold", customer_match="name")

    assert missing_objects(a_judgement(sale), settings, some_books()) == ()


def test_what_could_not_be_created_holds_the_sale() -> None:
    held = hold_of(a_sale(a_line("NEW-9")), some_books())

    assert (held.cause, held.subject) == ("item.missing", "NEW-9")


def test_every_sale_is_for_one_customer_unless_said_otherwise() -> None:
    assert customer_of(a_sale(a_line(), customer=ADA), some_books()) == "Walk-in Customer"


def test_the_single_customer_is_created_once() -> None:
    books = some_books(customers=[])

    assert customer_of(a_sale(a_line()), books, customer_single="Counter") == "Counter"
    assert len(books.customers) == 1


def test_a_customer_is_matched_and_created_by_name() -> None:
    books = some_books()

    names = [
        customer_of(a_sale(a_line(), customer=ADA), books, customer_match="name") for _ in range(2)
    ]

    assert names == ["Ada Lovelace"] * 2
    assert len(books.customers) == 2


def test_a_company_goes_by_its_own_name() -> None:
    firm = Customer("7", "Ada", "Lovelace", company="Engines: Ltd")

    name = customer_of(a_sale(a_line(), customer=firm), some_books(), customer_match="name")

    assert name == "Engines - Ltd"


def test_a_new_customer_brings_their_particulars() -> None:
    someone = Customer(
        "9", "Ana", "Li", email="not an address", phone="5" * 40, address=Address("1 Elm St")
    )
    settings = some_settings(customer_match="name")

    [new] = missing_objects(a_judgement(a_sale(a_line(), customer=someone)), settings, some_books())

    assert isinstance(new, NewCustomer)
    assert (new.first_name, new.last_name, new.source_id) == ("Ana", "Li", "9")
    assert (new.email, new.phone) == ("", "")  # QuickBooks would refuse the customer for them
    assert new.address.line1 == "1 Elm St"


def test_sales_without_a_customer_go_to_the_single_one() -> None:
    assert customer_of(a_sale(a_line()), some_books(), customer_match="name") == "Walk-in Customer"


def test_a_customer_without_any_name_goes_to_the_single_one() -> None:
    nobody = Customer("5")

    name = customer_of(a_sale(a_line(), customer=nobody), some_books(), customer_match="name")

    assert name == "Walk-in Customer"


def test_an_email_matches_whatever_the_name() -> None:
    books = some_books(customers=[ListCustomer("1", "Countess", "x@y.zz, ADA@example.com")])

    name = customer_of(a_sale(a_line(), customer=ADA), books, customer_match="email")

    assert name == "Countess"


def test_a_namesake_with_another_email_is_somebody_else() -> None:
    books = some_books(customers=[ListCustomer("1", "Ada Lovelace", "other@example.com")])

    name = customer_of(a_sale(a_line(), customer=ADA), books, customer_match="email")

    assert name == "Ada Lovelace (Customer)"
    assert customer_of(a_sale(a_line(), customer=ADA), books, customer_match="email") == name
    assert len(books.customers) == 2


def test_names_of_vendors_are_avoided() -> None:
    """QuickBooks wants a name unique among customers, vendors and employees."""
    books = some_books(taken_names={"ada lovelace": "Vendor"})

    names = {
        customer_of(a_sale(a_line(), customer=ADA), books, customer_match="name") for _ in range(2)
    }

    assert names == {"Ada Lovelace (Customer)"}


def test_a_missing_customer_may_hold_the_sale() -> None:
    sale = a_sale(a_line(), customer=ADA)

    held = hold_of(sale, some_books(), customer_match="name", customer_missing="hold")

    assert (held.cause, held.subject) == ("customer.missing", "Ada Lovelace")


def test_a_missing_customer_may_go_to_the_single_one() -> None:
    sale = a_sale(a_line(), customer=ADA)

    name = customer_of(sale, some_books(), customer_match="name", customer_missing="single")

    assert name == "Walk-in Customer"


def test_an_inactive_customer_holds_the_sale() -> None:
    books = some_books(customers=[ListCustomer("1", "Walk-in Customer", active=False)])

    assert hold_of(a_sale(a_line()), books).cause == "customer.inactive"


def test_a_rule_may_name_the_customer() -> None:
    books = some_books(customers=["Walk-in Customer", "Amazon"])
    sale = a_sale(a_line(), customer=ADA)

    receipt = form_of(a_judgement(sale, customer="amazon"), some_settings(), books, a_key(sale))

    assert isinstance(receipt, SalesForm)
    assert receipt.customer is not None
    assert receipt.customer.name == "Amazon"


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("<!channel> =1+1", "<!channel> =1+1"),
        ("Ada\t\nLovelace", "Ada Lovelace"),
        ("Zoë", "Zoë"),
        ("Ada 🚲", "Ada"),
        ("4111111111111111", "****1111"),
    ],
)
def test_customer_names_are_made_fit_for_quickbooks(first: str, expected: str) -> None:
    sale = a_sale(a_line(), customer=Customer("1", first))

    assert customer_of(sale, some_books(), customer_match="name") == expected


def test_names_in_other_alphabets_are_not_merged_into_one() -> None:
    books = some_books()

    names = {
        customer_of(a_sale(a_line(), customer=Customer(id, name)), books, customer_match="name")
        for id, name in (("1", "李"), ("2", "王"))
    }

    assert len(names) == 2
