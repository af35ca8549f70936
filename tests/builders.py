"""Small believable sales, books and settings; a test names only what its fact is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sync.domain.books import (
    Books,
    CompanyFacts,
    ListAccount,
    ListCustomer,
    ListItem,
    ListTaxCode,
    TaxWorld,
    name_key,
)
from sync.domain.documents import NewCustomer, NewItem, NewListObject, Ref, SalesForm
from sync.domain.identity import SourceKey
from sync.domain.money import ZERO, cents
from sync.domain.sale import Address, Sale, SaleLine, SaleState, Shop, Tender, TenderKind
from sync.domain.settings import AccountChoices, ConnectionSettings
from sync.domain.standing import Standing
from sync.domain.verdicts import Hold, Judgement, Overrides
from sync.mapping.receipts import map_sale

SHOP_ADDRESS = Address("12 Main St", "", "Frederick", "MD", "21701", "USA")
A_SHOP = Shop("1", "Main Street", "America/New_York", SHOP_ADDRESS)

UNDEPOSITED = Ref("41", "Undeposited Funds")
CHECKING = Ref("35", "Checking")
CARDS = Ref("43", "Card Clearing")
SALES = Ref("79", "Sales of Product Income")
DISCOUNTS = Ref("86", "Discounts given")
TAX_OWED = Ref("90", "Sales Tax Owed")
ROUNDING = Ref("88", "Rounding")
GIFT_CARDS = Ref("92", "Gift Cards Owed")
DEPOSITS_HELD = Ref("94", "Customer Deposits")
TIPS = Ref("93", "Tips Payable")

_ACCOUNTS = (
    (UNDEPOSITED, "Other Current Asset"),
    (CHECKING, "Bank"),
    (CARDS, "Other Current Asset"),
    (SALES, "Income"),
    (DISCOUNTS, "Income"),
    (TAX_OWED, "Other Current Liability"),
    (ROUNDING, "Expense"),
    (GIFT_CARDS, "Other Current Liability"),
    (TIPS, "Other Current Liability"),
    (DEPOSITS_HELD, "Other Current Liability"),
)
_KINDS = {
    "cash": TenderKind.CASH,
    "credit card": TenderKind.CARD,
    "credit account": TenderKind.CREDIT_ACCOUNT,
    "gift card": TenderKind.GIFT_CARD,
    "ecom": TenderKind.ECOM,
}


def money(amount: str | int | Decimal) -> Decimal:
    return Decimal(amount)


def a_line(
    sku: str = "BIKE-1",
    price: str | Decimal = "10.00",
    quantity: str | int | Decimal = 1,
    *,
    discount: str | Decimal = "0",
    taxed: bool = True,
    rate: str | Decimal = "0.06",
    **fields: Any,
) -> SaleLine:
    """A line by section 9 of the till's arithmetic; a return has a negative quantity."""
    amount, each = Decimal(quantity), Decimal(price)
    gross = amount * each
    off = Decimal(discount).copy_sign(amount) if Decimal(discount) else ZERO
    fields.setdefault("id", "")
    fields.setdefault("item_id", "310")
    fields.setdefault("name", f"The {sku}")
    return SaleLine(
        sku=sku,
        quantity=amount,
        unit_price=each,
        gross=gross,
        discount=off,
        tax=(gross - off) * Decimal(rate) if taxed else ZERO,
        taxed=taxed,
        tax_rate=Decimal(rate),
        **fields,
    )


def a_misc_line(note: str, price: str = "5.00", quantity: int = 1, **fields: Any) -> SaleLine:
    """A line typed at the till, without an item."""
    return a_line("", price, quantity, item_id="", name=note, note=note, **fields)


def a_tender(
    amount: str | Decimal,
    name: str = "Cash",
    *,
    kind: TenderKind | None = None,
    tip: str = "0",
    id: str = "",
) -> Tender:
    found = kind or _KINDS.get(name.casefold(), TenderKind.USER_DEFINED)
    return Tender(id or f"t-{name}-{amount}", found, name, name, Decimal(amount), Decimal(tip))


def a_sale(
    *lines: SaleLine,
    tenders: Iterable[Tender] | None = None,
    number: str = "5001",
    **fields: Any,
) -> Sale:
    """A completed sale whose total and tax follow from its lines, paid in cash unless said."""
    numbered = tuple(
        line if line.id else replace(line, id=str(9001 + index)) for index, line in enumerate(lines)
    )
    tax: Decimal = fields.pop("tax", cents(sum((line.tax for line in numbered), ZERO)))
    total: Decimal = fields.pop("total", cents(sum((line.net for line in numbered), ZERO) + tax))
    if tenders is None:
        tenders = (a_tender(total),) if total else ()
    moment = datetime(2026, 2, 3, 15, 4, 12, tzinfo=UTC)
    defaults: dict[str, Any] = {
        "id": number,
        "state": SaleState.COMPLETED,
        "business_day": date(2026, 2, 3),
        "created_at": moment,
        "updated_at": moment,
        "completed_at": moment,
        "shop": A_SHOP,
        "register_id": "1",
        "register_name": "Front",
    }
    return Sale(
        number=number,
        lines=numbered,
        tenders=tuple(tenders),
        total=total,
        tax=tax,
        **(defaults | fields),
    )


def a_key(sale: Sale) -> SourceKey:
    return SourceKey("100001", "sale", sale.id)


def a_judgement(sale: Sale, **overrides: Any) -> Judgement:
    return Judgement(sale, Overrides(**overrides))


def some_books(
    world: TaxWorld = TaxWorld.AUTOMATED,
    *,
    items: Iterable[str | ListItem] = ("BIKE-1", "BELL-2", "Discount", "Rounding"),
    customers: Iterable[str | ListCustomer] = ("Walk-in Customer",),
    tax_codes: Iterable[tuple[str, str]] = (("Maryland 6%", "0.06"),),
    payment_methods: Iterable[str] = ("Cash", "Check", "Credit Card"),
    taken_names: dict[str, str] | None = None,
    **facts: Any,
) -> Books:
    """A small US company; items and customers by name, ids in the order given."""
    named = {"name": "Bikes & Bells", "country": "US", "currency": "USD"} | facts
    books = Books(CompanyFacts(tax_world=world, **named))
    books.add_accounts(ListAccount(ref.id, ref.name, kind) for ref, kind in _ACCOUNTS)
    books.add_items(
        item if isinstance(item, ListItem) else ListItem(str(101 + index), item, item)
        for index, item in enumerate(items)
    )
    books.add_customers(
        one if isinstance(one, ListCustomer) else ListCustomer(str(201 + index), one)
        for index, one in enumerate(customers)
    )
    for index, (name, rate) in enumerate(tax_codes):
        books.tax_codes[str(301 + index)] = ListTaxCode(str(301 + index), name, Decimal(rate))
    for index, name in enumerate(payment_methods):
        books.payment_methods[name_key(name)] = Ref(str(401 + index), name)
    for name, kind in (taken_names or {}).items():
        books.taken_names[name_key(name)] = kind
    return books


def some_settings(*, accounts: AccountChoices | None = None, **changes: Any) -> ConnectionSettings:
    """Every account chosen; checks and cards have accounts of their own."""
    chosen = accounts or AccountChoices(
        deposit=UNDEPOSITED,
        income=SALES,
        discount=DISCOUNTS,
        liability=TAX_OWED,
        rounding=ROUNDING,
        gift_cards=GIFT_CARDS,
        tips=TIPS,
        customer_deposits=DEPOSITS_HELD,
        tenders={"check": CHECKING, "credit card": CARDS},
    )
    return ConnectionSettings(accounts=chosen, **changes)


def form_of(
    judgement: Judgement,
    settings: ConnectionSettings,
    books: Books,
    key: SourceKey,
    standing: Standing | None = None,
) -> SalesForm | Hold:
    """The sales form that a sale becomes, where that is all it becomes."""
    plan = map_sale(judgement, settings, books, key, standing)
    if isinstance(plan, Hold):
        return plan
    assert plan.form is not None
    assert plan.documents == (plan.form,)
    return plan.form


def create_in(books: Books, wanted: Iterable[NewListObject]) -> None:
    """Do to the books what posting new list objects does."""
    for one in wanted:
        new_id = str(1000 + len(books.items) + len(books.customers) + len(books.payment_methods))
        if isinstance(one, NewItem):
            account = one.income_account.id
            item = ListItem(new_id, one.name, one.sku, one.kind, income_account_id=account)
            books.add_items([item])
        elif isinstance(one, NewCustomer):
            books.add_customers([ListCustomer(new_id, one.display_name, one.email)])
        else:
            books.payment_methods[name_key(one.name)] = Ref(new_id, one.name)
