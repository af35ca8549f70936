"""Products at the till and items in QuickBooks, for tests of what is mapped to what."""

from __future__ import annotations

from sync.services.saved import save_settings
from tests.office import OLIVIA, Office
from tests.unit.sandbox_quickbooks.desk import put, ref


def sold(office: Office, kind: str = "card") -> str:
    """A sale a minute later; its number."""
    house = office.house
    number = str(house.retailer.sell(kind, house.clock.now))
    house.clock.sleep(60)
    return number


def skus(office: Office, number: str) -> list[str]:
    """What was sold on it."""
    (sale,) = (each for each in office.house.retailer.events if str(each.id) == number)
    return [line.item.sku for line in sale.lines]


def an_item(office: Office, name: str) -> str:
    """Somebody adds it in QuickBooks; its id."""
    company = office.house.quickbooks.company()
    with company.lock:
        income = ref(company, "Account", "Sales of Product Income")
        body = {"Name": name, "Type": "NonInventory", "IncomeAccountRef": income}
        return str(put(company, "Item", body)["Id"])


def retired(office: Office, id: str) -> None:
    """Somebody makes the item inactive in QuickBooks, and our lists are read again."""
    company = office.house.quickbooks.company()
    with company.lock:
        item = company.render(company.store.objects["Item"][id])
        head = {"Id": id, "SyncToken": item["SyncToken"], "sparse": True}
        put(company, "Item", head | {"Name": item["Name"], "Active": False})
    lists_read(office)


def lists_read(office: Office) -> None:
    """As a run or a person has them read again."""
    house = office.house
    house.clock.sleep(60)
    house.services.lists.refresh(OLIVIA, house.scope)
    house.work()


def new_items_are_held(office: Office, held: bool = True) -> None:
    """The setting by which products without an item wait for a person, or are created."""
    means, scope = office.house.means, office.house.scope
    way = "hold" if held else "create"
    save_settings(means, OLIVIA, scope, "items", lambda _: {"item_missing": way})


def items_of(office: Office, number: str) -> list[str]:
    """Names of the items on the sale's receipt, none while it is not posted."""
    return [
        str(line["SalesItemLineDetail"]["ItemRef"]["name"])
        for document in office.house.quickbooks.documents("SalesReceipt")
        if document["DocNumber"] == f"LS-{number}"
        for line in document["Line"]
        if line["DetailType"] == "SalesItemLineDetail"
    ]


def rules(office: Office) -> list[str]:
    """Every rule as a line."""
    return [rule.line for rule in office.house.services.rules.all(office.house.scope)]
