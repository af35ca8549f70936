"""A dataset made of recorded sales: their relations become the account's lists."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from sync.sandbox.lightspeed.decimals import trimmed
from sync.sandbox.lightspeed.rendering import contact, payment_type
from sync.sandbox.lightspeed.schema import ENTITIES, PARENTS
from sync.sandbox.lightspeed.tables import Dataset
from sync.sandbox.retailer.premises import PAYMENT_TYPES

Fields = dict[str, Any]
ACCOUNT_ID = 200_066


def _listed(holder: Fields, outer: str, inner: str) -> list[Fields]:
    found = (holder.get(outer) or {}).get(inner) or []
    return found if isinstance(found, list) else [found]


def _split(record: Fields, *relations: str) -> tuple[Fields, Fields]:
    """The record's own fields, and the relations that were loaded into it."""
    own = {name: value for name, value in record.items() if name not in relations}
    return own, {name: record[name] for name in relations if record.get(name)}


def _put(dataset: Dataset, entity: str, record: Fields, **parts: Any) -> None:
    dataset.put(entity, ENTITIES[entity].id_field, record, **parts)


def _completed_by(sale: Fields, lines: list[Fields]) -> Fields:
    """The keys that live answers carry and the recording left out."""
    tax = Decimal(sale["calcTax1"]) + Decimal(sale["calcTax2"])
    begun = min([sale["timeStamp"], *(line["createTime"] for line in lines)])
    return {
        "createTime": begun,
        "updateTime": sale["timeStamp"],
        "completeTime": sale["timeStamp"],
        "ticketNumber": f"22{int(sale['saleID']):010d}",
        "displayableSubtotal": sale["calcSubtotal"],
        "isTaxInclusive": "false",
        "tipEnabled": "false",
        "taxTotal": trimmed(tax),
        "calcTips": "0",
        "calcItemFees": "0",
    }


def _line(dataset: Dataset, line: Fields, sale: Fields) -> None:
    own, loaded = _split(line, "Item", "TaxClass", "Discount", "Note", "TaxCategory")
    if item := loaded.get("Item"):
        item, inside = _split(item, "Category", "TaxClass")
        _put(dataset, "Item", item)
        if category := inside.get("Category"):
            _put(dataset, "Category", category)
    for name in ("TaxClass", "Discount"):
        if name in loaded:
            _put(dataset, name, loaded[name])
    extra = {"lineType": "", "itemFeeID": "0", "taxCategoryID": sale["taxCategoryID"]}
    _put(dataset, "SaleLine", {**extra, **own}, Note=loaded.get("Note"))


def _sale(dataset: Dataset, sale: Fields) -> None:
    own, loaded = _split(
        sale, "SaleLines", "SalePayments", "Customer", "ShipTo", "TaxCategory", "Discount"
    )
    lines = _listed(sale, "SaleLines", "SaleLine")
    _put(dataset, "Sale", {**_completed_by(own, lines), **own})
    for line in lines:
        _line(dataset, line, own)
    for payment in _listed(sale, "SalePayments", "SalePayment"):
        payment, inside = _split(payment, "PaymentType")
        _put(dataset, "SalePayment", payment)
        if "PaymentType" in inside:
            _put(dataset, "PaymentType", inside["PaymentType"])
    for name in ("Customer", "ShipTo"):
        if name in loaded:
            fields, inside = _split(loaded[name], "Contact")
            _put(dataset, name, fields, Contact=inside.get("Contact"))
    if "TaxCategory" in loaded:
        fields, _ = _split(loaded["TaxCategory"], "TaxCategoryClasses")
        _put(dataset, "TaxCategory", fields)
    if "Discount" in loaded:
        _put(dataset, "Discount", loaded["Discount"])


def _ids(sales: list[Fields], field: str) -> list[int]:
    """Every id of its kind that a sale, a payment or a line mentions."""
    records = list(sales)
    for sale in sales:
        records += _listed(sale, "SalePayments", "SalePayment")
        records += _listed(sale, "SaleLines", "SaleLine")
    return sorted({int(record[field]) for record in records if field in record})


def _places(dataset: Dataset, sales: list[Fields], at: str, shop_name: str, time_zone: str) -> None:
    tax = sales[0]["taxCategoryID"]
    shops = sorted({int(sale["shopID"]) for sale in sales})
    for shop in shops:
        _put(
            dataset,
            "Shop",
            {
                "shopID": str(shop),
                "name": shop_name if len(shops) == 1 else f"{shop_name} {shop}",
                "serviceRate": "0",
                "timeZone": time_zone,
                "taxLabor": "false",
                "archived": "false",
                "timeStamp": at,
                "companyRegistrationNumber": "",
                "vatNumber": "",
                "contactID": str(shop),
                "taxCategoryID": tax,
                "vendorID": "0",
                "gatewayConfigID": "0",
                "priceLevelID": "1",
            },
            Contact=contact(at, ("1 Example Street", "Riverton", "MD", "21401")),
        )
    for number, register in enumerate(_ids(sales, "registerID"), start=1):
        home = next(
            (sale["shopID"] for sale in sales if sale["registerID"] == str(register)), str(shops[0])
        )
        _put(
            dataset,
            "Register",
            {
                "registerID": str(register),
                "name": f"Register {number}",
                "open": "true",
                "openTime": at,
                "archived": "false",
                "tipEnabled": "false",
                "openEmployeeID": "0",
                "shopID": home,
                "ccTerminalID": "0",
            },
        )
    for employee in _ids(sales, "employeeID"):
        _put(
            dataset,
            "Employee",
            {
                "employeeID": str(employee),
                "firstName": "Clerk",
                "lastName": str(employee),
                "lockOut": "false",
                "archived": "false",
                "contactID": str(employee),
                "timeStamp": at,
            },
        )


def dataset_from_recorded(
    path: str | Path, *, shop_name: str = "Main Street", time_zone: str = "US/Eastern"
) -> Dataset:
    """The account in which the recorded sales were rung up, as far as they tell."""
    sales: list[Fields] = json.loads(Path(path).read_text(encoding="utf-8"))
    if not sales:
        raise ValueError("the recording holds no sales")
    dataset = Dataset(ACCOUNT_ID, "Recorded Shop", PARENTS)
    for type in PAYMENT_TYPES[:5]:
        _put(dataset, "PaymentType", payment_type(type))
    first = min(sale["timeStamp"] for sale in sales)
    _places(dataset, sales, first, shop_name, time_zone)
    for sale in sales:
        _sale(dataset, sale)
    return dataset
