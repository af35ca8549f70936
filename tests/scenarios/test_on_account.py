"""What customers and the shop owe each other, in the books and at the till."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from sync.domain.verdicts import EntryState
from sync.sandbox.retailer.totals import money
from tests.house import OWNER, House
from tests.scenarios.books import entry, states
from tests.scenarios.conftest import NOW, START, Houses
from tests.scenarios.test_once import stranger

ON_ACCOUNT = (
    *("charge_on_account", "account_payment", "layaway_deposit", "layaway_pickup"),
    *("gift_card_sold", "gift_card_redeemed"),
)


def owed_to_the_shop(house: House) -> Decimal:
    """By the till's own balances: debts less deposits of everybody."""
    book = house.retailer.book
    customers = [account for account in book.accounts.values() if not account.gift]
    return money(sum(book.balances[account.id] for account in customers))


def loaded_on_gift_cards(house: House) -> Decimal:
    book = house.retailer.book
    return money(-sum(book.balances[a.id] for a in book.accounts.values() if a.gift))


def test_what_is_owed_both_ways_is_what_the_till_says(houses: Houses) -> None:
    """By the till's own balances on one side, by invoices, payments and receipts on the other."""
    house = houses()
    rng = Random(4)
    for _ in range(150):
        house.retailer.sell(rng.choice(ON_ACCOUNT), house.clock.now)
        house.clock.sleep(30)

    house.backfill(START, NOW.date())

    books = house.quickbooks.books()
    receivable = books.balance("Accounts Receivable (A/R)")
    held = -books.balance("Customer Deposits")
    assert receivable - held == owed_to_the_shop(house)
    assert -books.balance("Gift Cards Outstanding") == loaded_on_gift_cards(house)
    assert receivable >= 0
    assert held >= 0
    assert books.balanced
    happened = {sale.kind for sale in house.retailer.events}
    assert set(ON_ACCOUNT) <= happened
    assert states(house)[EntryState.RETRYING] == 0


def test_a_debt_paid_later_closes_the_invoice(houses: Houses) -> None:
    house = houses()
    house.sync()
    open_before = house.quickbooks.books().balance("Accounts Receivable (A/R)")
    charge = house.retailer.sell("charge_on_account", house.clock.now)
    house.clock.sleep(600)
    house.sync()
    (invoice,) = [
        each
        for each in house.quickbooks.documents("Invoice")
        if f":{charge}:0" in each["PrivateNote"]
    ]

    for _ in range(30):  # whoever owes pays, now and then only a part of it
        house.retailer.sell("account_payment", house.clock.now)
        house.clock.sleep(60)
    house.sync()

    assert invoice["Balance"] == invoice["TotalAmt"]
    (paid,) = [
        each for each in house.quickbooks.documents("Invoice") if each["Id"] == invoice["Id"]
    ]
    assert paid["Balance"] == 0
    assert house.quickbooks.books().balance("Accounts Receivable (A/R)") == open_before
    assert entry(house, str(charge))["document_kind"] == "Invoice"


def test_a_payment_waits_for_its_invoice_and_follows_it(houses: Houses) -> None:
    """The invoice's number is taken: nothing is paid into the void, and both go in later."""
    house = houses()
    house.sync()
    charge = str(house.retailer.sell("charge_on_account", house.clock.now))
    stranger(house, f"LS-{charge}")
    house.clock.sleep(60)
    payments = [str(house.retailer.sell("account_payment", house.clock.now)) for _ in range(6)]
    house.clock.sleep(60)
    house.sync()
    before = {number: entry(house, number) for number in (charge, *payments)}
    waiting = [number for number in payments if before[number]["cause"] == "waits.invoice"]

    house.services.decisions.renumber(OWNER, house.scope, charge, f"LS-{charge}-1")
    house.services.runs.resync(OWNER, house.scope, number=charge)
    house.work()
    house.clock.sleep(60)
    house.sync()

    assert before[charge]["cause"] == "number_taken"
    assert waiting
    assert {before[number]["state"] for number in waiting} == {"retrying"}
    assert entry(house, charge)["state"] == "posted"
    assert {entry(house, number)["state"] for number in payments} == {"posted"}
    with house.means.ledgers.read() as ledger:
        rows = {row["source_id"]: row for row in ledger.standings.owing(house.scope)}
    owed = rows[charge]["open_minor"] if charge in rows else 0
    paid = sum(minor for row in rows.values() for _, minor in row["paid"])
    (invoice,) = [
        each
        for each in house.quickbooks.documents("Invoice")
        if f":{charge}:" in each["PrivateNote"]
    ]
    assert money(owed) == invoice["Balance"]  # sent again, it still counts what was paid meanwhile
    assert paid > 0 or owed == 0
    assert states(house)[EntryState.RETRYING] == 0
