"""A dataset that mirrors a retailer, ticket by ticket, for as long as it trades."""

from __future__ import annotations

from sync.sandbox.lightspeed import rendering
from sync.sandbox.lightspeed.schema import PARENTS
from sync.sandbox.lightspeed.switches import Switches
from sync.sandbox.lightspeed.tables import Dataset
from sync.sandbox.lightspeed.ticket import put_ticket
from sync.sandbox.retailer.events import Sale
from sync.sandbox.retailer.retailer import Retailer

ACCOUNT_ID = 100_001


def dataset_from_retailer(retailer: Retailer, switches: Switches | None = None) -> Dataset:
    """Everything so far, and whatever happens next."""
    switches = switches or Switches()
    dataset = Dataset(ACCOUNT_ID, retailer.name, PARENTS)

    def show(sale: Sale) -> None:
        with dataset.lock:
            for tender in sale.tenders:
                if tender.account:
                    _show_account(retailer, dataset, sale, tender.account)
            put_ticket(dataset, sale, time_stamp_moves=switches.time_stamp_moves)

    with retailer.lock:
        rendering.lists(retailer, dataset)
        for sale in retailer.events:
            show(sale)
        retailer.listen(show)
    return dataset


def _show_account(retailer: Retailer, dataset: Dataset, sale: Sale, number: int) -> None:
    account = retailer.book.accounts[number]
    balance = retailer.book.balances[number]
    fields = rendering.credit_account(account, balance, sale.updated)
    if account.customer is None:
        dataset.put("CreditAccount", "creditAccountID", fields)
        return
    who = dataset.tables["Customer"].rows[account.customer.id]
    dataset.put("CreditAccount", "creditAccountID", fields, Contact=who.parts["Contact"])
    if who.fields["creditAccountID"] == "0":
        dataset.change("Customer", who.id, {"creditAccountID": str(number)})
