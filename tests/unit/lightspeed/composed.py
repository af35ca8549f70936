"""Lightspeed answers composed for tests, in the wire's spelling: strings, and absent keys."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sync.connectors.lightspeed.book import PaymentType, Register, ShopBook
from sync.domain.sale import Shop, TenderKind

Json = dict[str, Any]

BOOK = ShopBook(
    [Shop("1", "Quay Street", "America/Denver"), Shop("2", "Webstore", "Pacific/Auckland")],
    [Register("7", "Counter", "1"), Register("9", "eCom", "2")],
    [
        PaymentType("1", "Cash", TenderKind.CASH),
        PaymentType("3", "Card", TenderKind.CARD),
        PaymentType("4", "House account", TenderKind.CREDIT_ACCOUNT),
        PaymentType("5", "Gift card", TenderKind.GIFT_CARD),
        PaymentType("8", "Web", TenderKind.ECOM),
        PaymentType("11", "Cheque", TenderKind.USER_DEFINED),
    ],
)


def a_line(line_id: str, quantity: str, price: str, **extra: Any) -> Json:
    """A taxed line at 5 % unless told otherwise; its figures follow from the others."""
    line: Json = {
        "saleLineID": line_id,
        "unitQuantity": quantity,
        "unitPrice": price,
        "tax": "true",
        "tax1Rate": "0.05",
        "tax2Rate": "0",
        "calcLineDiscount": "0",
        "calcTransactionDiscount": "0",
        "lineType": "",
        "itemID": "31",
        "parentSaleLineID": "0",
        "Item": {"description": "Brass lamp", "customSku": "LAMP-1", "systemSku": "210000000031"},
        **extra,
    }
    gross = Decimal(quantity) * Decimal(price)
    base = gross - Decimal(line["calcLineDiscount"]) - Decimal(line["calcTransactionDiscount"])
    tax = base * Decimal(line["tax1Rate"]) if line["tax"] == "true" else Decimal(0)
    line.setdefault("calcSubtotal", trimmed(gross))
    line.setdefault("calcTax1", trimmed(tax))
    line.setdefault("calcTax2", "0")
    return line


def a_payment(payment_id: str, amount: str, type_id: str = "1", **extra: Any) -> Json:
    return {
        "salePaymentID": payment_id,
        "amount": amount,
        "tipAmount": "0",
        "archived": "false",
        "paymentTypeID": type_id,
        "refPaymentID": "0",
        "creditAccountID": "0",
        **extra,
    }


def a_sale(lines: list[Json], payments: list[Json], **extra: Any) -> Json:
    """A completed sale; a lone row is an object, and an empty collection has no key at all."""
    gross = sum((Decimal(line["calcSubtotal"]) for line in lines), Decimal(0))
    discount = sum(
        (
            Decimal(line["calcLineDiscount"]) + Decimal(line["calcTransactionDiscount"])
            for line in lines
        ),
        Decimal(0),
    )
    tax = sum((Decimal(line["calcTax1"]) for line in lines), Decimal(0)).quantize(
        Decimal("0.01"), ROUND_HALF_UP
    )
    sale: Json = {
        "saleID": "6001",
        "completed": "true",
        "voided": "false",
        "archived": "false",
        "createTime": "2026-04-11T20:10:00+00:00",
        "completeTime": "2026-04-11T20:14:00+00:00",
        "timeStamp": "2026-04-11T20:14:00+00:00",
        "updateTime": "2026-04-11T20:14:01+00:00",
        "ticketNumber": "220000006001",
        "shopID": "1",
        "registerID": "7",
        "employeeID": "3",
        "customerID": "0",
        "shipToID": "0",
        "taxCategoryID": "1",
        "isTaxInclusive": "false",
        "referenceNumber": "",
        "referenceNumberSource": "",
        "change": "0",
        "balance": "0",
        "total": trimmed(gross - discount + tax),
        "calcTotal": trimmed(gross - discount + tax),
        "totalDue": "0",
        "calcTax1": trimmed(tax),
        "calcTax2": "0",
        "taxTotal": trimmed(tax),
        **extra,
    }
    if lines:
        sale["SaleLines"] = {"SaleLine": lines[0] if len(lines) == 1 else lines}
    if payments:
        sale["SalePayments"] = {"SalePayment": payments[0] if len(payments) == 1 else payments}
    return sale


def a_contact(**extra: Any) -> Json:
    """A contact whose four collections are empty in the wire's own way."""
    return {"Addresses": "", "Phones": "", "Emails": "", "Websites": "", **extra}


def trimmed(amount: Decimal) -> str:
    """As the wire writes it: no trailing zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
