"""The retailer's lists as the till shows them: shops, people, items, taxes and ways to pay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sync.sandbox.lightspeed.decimals import cents, flag, moment, scaled
from sync.sandbox.lightspeed.tables import Dataset
from sync.sandbox.retailer.book import Account
from sync.sandbox.retailer.catalogue import Item
from sync.sandbox.retailer.people import Customer
from sync.sandbox.retailer.premises import EMPLOYEES, PAYMENT_TYPES, TAX_CLASSES, PaymentType
from sync.sandbox.retailer.retailer import Retailer

Fields = dict[str, Any]
_STATES = {"MD": "Maryland", "NY": "New York", "DE": "Delaware", "ME": "Maine"}


def contact(
    at: str, address: tuple[str, str, str, str] | None, phone: str = "", email: str = ""
) -> Fields:
    """The one contact shape; what is empty is an empty string, one of a kind is no list."""
    addresses: Any = ""
    if address:
        street, city, state, postcode = address
        addresses = {
            "ContactAddress": {
                "address1": street,
                "address2": "",
                "city": city,
                "state": state,
                "zip": postcode,
                "country": "United States",
                "countryCode": "US",
                "stateCode": state if state in _STATES else "",
            }
        }
    return {
        "custom": "",
        "noEmail": "false",
        "noPhone": "false",
        "noMail": "false",
        "Addresses": addresses,
        "Phones": {"ContactPhone": {"number": phone, "useType": "Mobile"}} if phone else "",
        "Emails": {"ContactEmail": {"address": email, "useType": "Primary"}} if email else "",
        "Websites": "",
        "timeStamp": at,
    }


def rate(millionths: int) -> str:
    """A tax rate as a fraction."""
    return scaled(millionths, 6)


def payment_type(type: PaymentType) -> Fields:
    """A way to pay."""
    return {
        "paymentTypeID": str(type.id),
        "code": type.name,
        "name": type.name,
        "requireCustomer": flag(type.needs_customer),
        "archived": "false",
        "internalReserved": flag(type.reserved),
        "type": type.type,
        "channel": "",
        "refundAsPaymentTypeID": str(type.refund_as),
    }


def item(thing: Item, at: str) -> Fields:
    """An item without its stock."""
    return {
        "itemID": str(thing.id),
        "systemSku": thing.system_sku,
        "defaultCost": cents(thing.cost),
        "avgCost": cents(thing.cost),
        "discountable": "true",
        "tax": "true",
        "archived": flag(thing.archived),
        "itemType": "default",
        "serialized": "false",
        "laborDurationMinutes": "0",
        "description": thing.description,
        "modelYear": "0",
        "upc": thing.upc,
        "ean": "",
        "customSku": thing.sku,
        "manufacturerSku": "",
        "createTime": at,
        "timeStamp": at,
        "publishToEcom": "true",
        "categoryID": str(thing.category.id),
        "taxClassID": str(thing.tax_class),
        "departmentID": "0",
        "itemMatrixID": "0",
        "itemAttributesID": "0",
        "manufacturerID": "0",
        "noteID": "0",
        "seasonID": "0",
        "defaultVendorID": "0",
        "Prices": {
            "ItemPrice": [
                {"amount": cents(thing.price), "useTypeID": "1", "useType": "Default"},
                {"amount": cents(thing.price), "useTypeID": "2", "useType": "MSRP"},
            ]
        },
    }


def customer(who: Customer, at: str, *, account: bool) -> Fields:
    """A customer without contact data, which has to be asked for."""
    fields = {
        "customerID": str(who.id),
        "firstName": who.first_name,
        "lastName": who.last_name,
        "archived": flag(who.archived),
        "title": "",
        "company": who.company,
        "companyRegistrationNumber": "",
        "vatNumber": "",
        "createTime": at,
        "timeStamp": at,
        "contactID": str(who.id + 5000),
        "creditAccountID": str(who.account) if account else "0",
        "customerTypeID": "0",
        "discountID": "0",
        "employeeID": "0",
        "noteID": "0",
        "taxCategoryID": "2" if who.exempt else "0",
        "measurementID": "0",
    }
    if who.id % 30 == 12:
        fields["dob"] = "1984-05-06T04:00:00+00:00"
    return fields


def credit_account(account: Account, balance: int, at: datetime) -> Fields:
    """A credit account or gift card; a positive balance is owed to the shop."""
    return {
        "creditAccountID": str(account.id),
        "name": account.name,
        "code": f"********{account.code[-4:]}" if account.code else "",
        "creditLimit": cents(account.limit),
        "description": "",
        "giftCard": flag(account.gift),
        "archived": "false",
        "timeStamp": moment(at),
        "customerID": str(account.customer.id) if account.customer else "0",
        "balance": cents(balance),
    }


def lists(retailer: Retailer, dataset: Dataset) -> None:
    """Everything that exists before the first sale."""
    opened = datetime.combine(retailer.start, datetime.min.time(), retailer.premises.shops[0].zone)
    at = moment(opened - timedelta(days=200) + timedelta(hours=14))
    _places(retailer, dataset, at)
    _taxes(retailer, dataset, at)
    for employee in EMPLOYEES:
        dataset.put(
            "Employee",
            "employeeID",
            {
                "employeeID": str(employee.id),
                "firstName": employee.first_name,
                "lastName": employee.last_name,
                "lockOut": flag(employee.gone),
                "archived": flag(employee.gone),
                "contactID": str(employee.id + 9000),
                "clockInEmployeeHoursID": "0",
                "employeeRoleID": "1",
                "limitToShopID": "0",
                "lastShopID": "1",
                "lastSaleID": "0",
                "lastRegisterID": "1",
                "timeStamp": at,
            },
            Contact=contact(at, None),
        )
    for type in PAYMENT_TYPES:
        dataset.put("PaymentType", "paymentTypeID", payment_type(type))
    for number, shelf in enumerate(retailer.catalogue.categories):
        dataset.put(
            "Category",
            "categoryID",
            {
                "categoryID": str(shelf.id),
                "name": shelf.name,
                "nodeDepth": "0",
                "fullPathName": shelf.name,
                "leftNode": str(2 * number + 1),
                "rightNode": str(2 * number + 2),
                "createTime": at,
                "timeStamp": at,
                "parentID": "0",
            },
        )
    for thing in retailer.catalogue.everything:
        dataset.put("Item", "itemID", item(thing, at))
    for who in retailer.people:
        dataset.put(
            "Customer",
            "customerID",
            customer(who, at, account=False),
            Contact=contact(at, who.address, who.phone, who.email),
        )


def _places(retailer: Retailer, dataset: Dataset, at: str) -> None:
    for shop in retailer.premises.shops:
        dataset.put(
            "Shop",
            "shopID",
            {
                "shopID": str(shop.id),
                "name": shop.name,
                "serviceRate": "90",
                "timeZone": shop.time_zone,
                "taxLabor": "false",
                "labelTitle": "Shop Name",
                "labelMsrp": "false",
                "archived": "false",
                "timeStamp": at,
                "companyRegistrationNumber": "",
                "vatNumber": "",
                "zebraBrowserPrint": "false",
                "contactID": str(shop.id + 8000),
                "taxCategoryID": str(shop.tax_category.id),
                "receiptSetupID": "1",
                "vendorID": "0",
                "ccGatewayID": "1",
                "gatewayConfigID": "0a8d4f5e-4c1b-4b0e-9c53-1d2f6f0e7a11",
                "priceLevelID": "1",
            },
            Contact=contact(at, shop.address, "410 555 0100"),
        )
    for register in retailer.premises.registers:
        dataset.put(
            "Register",
            "registerID",
            {
                "registerID": str(register.id),
                "name": register.name,
                "open": "true",
                "openTime": at,
                "archived": "false",
                "tipEnabled": "false",
                "openEmployeeID": "4",
                "shopID": str(register.shop.id),
                "ccTerminalID": "0",
            },
        )


def _taxes(retailer: Retailer, dataset: Dataset, at: str) -> None:
    for kind in TAX_CLASSES:
        dataset.put(
            "TaxClass",
            "taxClassID",
            {
                "taxClassID": str(kind.id),
                "name": kind.name,
                "classType": "item",
                "timeStamp": at,
            },
        )
    for category in (retailer.premises.sales_tax, retailer.premises.exempt_tax):
        dataset.put(
            "TaxCategory",
            "taxCategoryID",
            {
                "taxCategoryID": str(category.id),
                "isTaxInclusive": "false",
                "tax1Name": category.name,
                "tax2Name": "",
                "tax1Rate": rate(category.rate),
                "tax2Rate": "0",
                "timeStamp": at,
            },
        )
        for tax_class, other in category.by_class.items():
            dataset.put(
                "TaxCategoryClass",
                "taxCategoryClassID",
                {
                    "taxCategoryClassID": str(category.id * 10 + tax_class),
                    "tax1Rate": rate(other),
                    "tax2Rate": "0",
                    "timeStamp": at,
                    "taxCategoryID": str(category.id),
                    "taxClassID": str(tax_class),
                },
            )
