"""The sums that must hold on every document, for sales of every well-formed kind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sync.domain.books import Books, TaxWorld
from sync.domain.documents import PAYING, DocumentKind, LineRole, NewItem, SalesForm
from sync.domain.money import CENT, ZERO, cents
from sync.domain.sale import Sale, SaleLine, Tender
from sync.domain.verdicts import Hold
from sync.mapping.receipts import map_sale, missing_objects
from tests.builders import (
    GIFT_CARDS,
    TIPS,
    a_judgement,
    a_key,
    a_line,
    a_sale,
    a_tender,
    create_in,
    form_of,
    some_books,
    some_settings,
)

WORLDS = (TaxWorld.NONE, TaxWorld.UNFINISHED, TaxWorld.MANUAL, TaxWorld.AUTOMATED)
NAMES = ("Cash", "Check", "Credit Card", "Voucher")
WHOLE_CENTS = st.integers(0, 100_000).map(lambda minor: Decimal(minor).scaleb(-2))
FINER = st.integers(1, 1_000_000).map(lambda part: Decimal(part).scaleb(-4))
# The till writes a whole discount as 0.999999999.
DISCOUNTS = st.sampled_from(["0", "0", "0.1", "0.15", "0.333", "0.5", "0.999999999"])


@st.composite
def lines(draw: Any, prices: Any, sign: int) -> SaleLine:
    """One line by the till's own arithmetic; the discount is rounded per line, the tax is not."""
    price: Decimal = draw(prices)
    quantity = Decimal(draw(st.integers(1, 12)) * sign)
    return a_line(
        draw(st.sampled_from(["BIKE-1", "BELL-2", "NEW-9"])),
        price,
        quantity,
        discount=cents(abs(quantity) * price * Decimal(draw(DISCOUNTS))),
        taxed=draw(st.booleans()),
        rate="0.06",
    )


@st.composite
def sales(draw: Any, prices: Any = WHOLE_CENTS) -> Sale:
    """A sale or a refund of 1 to 6 lines, paid with 1 to 3 tenders that make up its total."""
    sign = draw(st.sampled_from([1, 1, -1]))
    sale = a_sale(*draw(st.lists(lines(prices, sign), min_size=1, max_size=6)))
    # A discount rounded up past its own fraction of a cent would turn the sale around.
    assume(sale.total * sign >= 0)
    minor = int(abs(sale.total) / CENT)
    cuts = sorted(draw(st.lists(st.integers(0, minor), max_size=2)))
    parts = [after - before for before, after in zip([0, *cuts], [*cuts, minor], strict=True)]
    tenders = [
        a_tender(Decimal(part * sign).scaleb(-2), draw(st.sampled_from(NAMES)), id=str(index))
        for index, part in enumerate(parts)
        if part
    ]
    return replace(sale, tenders=tuple(tenders))


def posted(sale: Sale, world: TaxWorld) -> tuple[SalesForm | Hold, Books]:
    """Map the sale after its missing list objects were made, as a run does."""
    books, chosen = some_books(world), some_settings()
    create_in(books, missing_objects(a_judgement(sale), chosen, books))
    return form_of(a_judgement(sale), chosen, books, a_key(sale)), books


def of(receipt: SalesForm, *roles: LineRole) -> Decimal:
    return sum((line.amount for line in receipt.lines if line.role in roles), ZERO)


def money_by_account(tenders: tuple[Tender, ...]) -> dict[str, Decimal]:
    chosen = some_settings().accounts
    assert chosen.deposit is not None
    reached: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for tender in tenders:
        account = chosen.tenders.get(tender.name.casefold(), chosen.deposit)
        reached[account.id] += abs(tender.amount)
    return reached


@given(sales(), st.sampled_from(WORLDS))
@settings(deadline=None, max_examples=150)
def test_a_well_formed_sale_is_posted_to_the_cent(sale: Sale, world: TaxWorld) -> None:
    receipt, books = posted(sale, world)

    assert isinstance(receipt, SalesForm), receipt
    refund = sale.lines[0].quantity < 0
    assert receipt.kind is (DocumentKind.REFUND_RECEIPT if refund else DocumentKind.SALES_RECEIPT)
    assert receipt.goods_and_tax == abs(sale.total)
    assert receipt.tax + of(receipt, LineRole.TAX) == abs(sale.tax)
    assert of(receipt, LineRole.GOODS) == abs(sum((line.gross for line in sale.lines), ZERO))
    assert of(receipt, LineRole.DISCOUNT) == -abs(sum((line.discount for line in sale.lines), ZERO))
    assert of(receipt, LineRole.ROUNDING) == 0
    reached: dict[str, Decimal] = defaultdict(lambda: ZERO)
    reached[receipt.deposit_to.id] += receipt.total
    for line in receipt.lines:
        if line.role is LineRole.TENDER:
            reached[books.items[line.item.id].income_account_id] -= line.amount
    assert {k: v for k, v in reached.items() if v} == money_by_account(sale.tenders)


@given(sales(FINER), st.sampled_from(WORLDS))
@settings(deadline=None, max_examples=150)
def test_fractions_of_a_cent_never_change_the_total(sale: Sale, world: TaxWorld) -> None:
    receipt, _ = posted(sale, world)

    assert isinstance(receipt, SalesForm), receipt
    assert receipt.goods_and_tax == abs(sale.total)
    assert receipt.tax + of(receipt, LineRole.TAX) == abs(sale.tax)
    assert abs(of(receipt, LineRole.ROUNDING)) <= some_settings().rounding_tolerance


@given(sales(WHOLE_CENTS | FINER), st.sampled_from(WORLDS))
@settings(deadline=None, max_examples=150)
def test_every_line_is_one_that_quickbooks_takes(sale: Sale, world: TaxWorld) -> None:
    receipt, books = posted(sale, world)

    assert isinstance(receipt, SalesForm), receipt
    assert receipt.total >= 0
    for line in receipt.lines:
        assert line.amount == cents(line.amount)
        assert line.item.id in books.items
        assert (line.quantity is None) is (line.unit_price is None)
        if line.quantity is not None and line.unit_price is not None:
            assert cents(line.quantity * line.unit_price) == line.amount
            assert line.unit_price == round(line.unit_price, 5)
    taxed = [line for line in receipt.lines if line.taxable]
    assert bool(taxed) is bool(receipt.sends_tax and receipt.tax)
    assert (receipt.tax_code is not None) is (world is TaxWorld.MANUAL and bool(sale.tax))


@given(sales(), st.sampled_from(WORLDS), st.sampled_from([CENT, -CENT]), st.data())
@settings(deadline=None, max_examples=150)
def test_a_sale_with_a_cent_wrong_anywhere_is_held(
    sale: Sale, world: TaxWorld, wrong: Decimal, data: st.DataObject
) -> None:
    part = data.draw(st.sampled_from(["total", "tax", "line", "discount", "tender"]))
    if part == "line":
        first = replace(sale.lines[0], gross=sale.lines[0].gross + wrong)
        sale = replace(sale, lines=(first, *sale.lines[1:]))
    elif part == "discount":
        first = replace(sale.lines[0], discount=sale.lines[0].discount + wrong)
        sale = replace(sale, lines=(first, *sale.lines[1:]))
    elif part == "tender" and sale.tenders:
        first_paid = replace(sale.tenders[0], amount=sale.tenders[0].amount + wrong)
        sale = replace(sale, tenders=(first_paid, *sale.tenders[1:]))
    elif part == "tax":
        sale = replace(sale, tax=sale.tax + wrong)
    else:
        sale = replace(sale, total=sale.total + wrong)

    held, _ = posted(sale, world)

    assert isinstance(held, Hold)
    assert held.cause
    assert held.reason


@given(sales(), st.sampled_from(WORLDS))
@settings(deadline=None, max_examples=50)
def test_once_created_nothing_is_missing_any_more(sale: Sale, world: TaxWorld) -> None:
    books, chosen = some_books(world, items=[], customers=[], payment_methods=[]), some_settings()

    wanted = missing_objects(a_judgement(sale), chosen, books)
    create_in(books, wanted)

    names = [one.name for one in wanted if isinstance(one, NewItem)]
    assert len(names) == len(set(names))
    assert missing_objects(a_judgement(sale), chosen, books) == ()


@st.composite
def tickets(draw: Any) -> Sale:
    """Goods and money both ways, tips, gift cards sold and used: any of it on one ticket."""
    goods = [
        draw(lines(WHOLE_CENTS, draw(st.sampled_from([1, 1, -1]))))
        for _ in range(draw(st.integers(0, 4)))
    ]
    sale = a_sale(*goods)
    tenders = [
        a_tender(
            Decimal(draw(st.integers(-5_000, 5_000))).scaleb(-2),
            draw(st.sampled_from([*NAMES, "Gift Card"])),
            id=str(index),
        )
        for index in range(draw(st.integers(0, 2)))
    ]
    tip = Decimal(draw(st.sampled_from([0, 0, 150]))).scaleb(-2)
    rest = sale.total + tip - sum((tender.amount for tender in tenders), ZERO)
    if rest or tip:
        tenders.append(a_tender(rest, draw(st.sampled_from(NAMES)), tip=str(tip), id="rest"))
    return replace(sale, tenders=tuple(tenders))


@given(tickets(), st.sampled_from(WORLDS))
@settings(deadline=None, max_examples=250)
def test_whatever_is_on_a_ticket_moves_every_account_by_what_the_till_says(
    sale: Sale, world: TaxWorld
) -> None:
    books, chosen = some_books(world), some_settings()
    create_in(books, missing_objects(a_judgement(sale), chosen, books))
    plan = map_sale(a_judgement(sale), chosen, books, a_key(sale))

    if isinstance(plan, Hold):
        assert plan.cause in ("sale.empty", "unsupported.pieces")
        return
    moved: dict[str, Decimal] = defaultdict(lambda: ZERO)
    sold = taxed = ZERO
    for form in plan.documents:
        assert isinstance(form, SalesForm)
        assert form.deposit_to is not None
        assert form.total >= 0
        assert form.tax >= 0
        sign = 1 if form.kind is DocumentKind.SALES_RECEIPT else -1
        sold += sign * form.goods_and_tax
        taxed += sign * (form.tax + of(form, LineRole.TAX))
        moved[form.deposit_to.id] += sign * form.total
        for line in form.lines:
            if line.role in PAYING:
                moved[books.items[line.item.id].income_account_id] -= sign * line.amount
    assert (sold, taxed) == (sale.total, sale.tax)
    told: dict[str, Decimal] = defaultdict(lambda: ZERO)
    assert chosen.accounts.deposit is not None
    for tender in sale.tenders:
        account = chosen.accounts.tenders.get(tender.name.casefold(), chosen.accounts.deposit)
        told[GIFT_CARDS.id if tender.name == "Gift Card" else account.id] += tender.amount
        told[TIPS.id] -= tender.tip
    assert {k: v for k, v in moved.items() if v} == {k: v for k, v in told.items() if v}
