"""One of the retailer's tickets as the till shows it: the sale, its lines, payments, shipment."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sync.sandbox.lightspeed.decimals import cents, flag, moment, scaled
from sync.sandbox.lightspeed.rendering import contact, rate
from sync.sandbox.lightspeed.tables import Dataset
from sync.sandbox.retailer.arithmetic import MILLION, summed
from sync.sandbox.retailer.events import Line, Sale, ShipTo, Tender
from sync.sandbox.retailer.premises import CREDIT_CARD, GIFT_CARD

Fields = dict[str, Any]
_META = {"tipOption1": "10", "tipOption2": "15", "tipOption3": "20"}


def _part(fraction: Fraction) -> str:
    return scaled(fraction.numerator * 10**9 // fraction.denominator, 9)


def line_fields(line: Line, sale: Sale, sale_id: int) -> Fields:
    """A line; outside a sale (`sale_id` 0) it belongs to a customer and hides its rate."""
    waiting = sale_id == 0
    customer = str(sale.customer.id) if waiting and sale.customer else "0"
    exact_total = line.base * MILLION + line.tax_millionths
    fields: Fields = {
        "saleLineID": str(line.id),
        "createTime": moment(line.created),
        "timeStamp": moment(sale.completed or sale.updated),
        "unitQuantity": str(line.quantity),
        "unitPrice": cents(line.unit_price),
        "normalUnitPrice": "0",
        "discountAmount": cents(0 if line.percent_off else line.amount_off),
        "discountPercent": _part(line.percent_off),
        "avgCost": cents(line.cost),
        "fifoCost": cents(line.cost),
        "tax": flag(line.taxed),
        "tax1Rate": "0" if waiting else rate(line.rate),
        "tax2Rate": "0",
        "isLayaway": flag(waiting),
        "isWorkorder": "false",
        "isSpecialOrder": "false",
        "displayableSubtotal": cents(line.base),
        "displayableUnitPrice": cents(line.unit_price),
        "lineType": "item_fee" if line.fee else "",
        "calcLineDiscount": cents(line.line_discount),
        "calcTransactionDiscount": cents(line.share_off),
        "calcTotal": scaled(exact_total, 8),
        "calcSubtotal": cents(line.subtotal),
        "calcTax1": scaled(line.tax_millionths, 8),
        "calcTax2": "0",
        "taxClassID": str(line.tax_class),
        "customerID": customer,
        "discountID": "0",
        "employeeID": str(line.employee.id),
        "itemID": str(line.item.id) if line.item else "0",
        "noteID": str(line.id) if line.note else "0",
        "parentSaleLineID": str(line.parent),
        "shopID": str(sale.shop.id),
        "taxCategoryID": str(sale.tax_category.id) if sale.tax_category and not waiting else "0",
        "saleID": str(sale_id),
        "itemFeeID": str(line.fee.id) if line.fee else "0",
    }
    if line.fee:
        fields["ItemFee"] = {
            "itemFeeID": str(line.fee.id),
            "name": line.fee.name,
            "calculationMethod": "fixed_amount",
            "feeValue": cents(line.fee.cents),
            "taxable": flag(line.fee.taxable),
            "discountable": "false",
            "nonRefundable": "true",
        }
    return fields


def _note(line: Line) -> Fields | None:
    if not line.note:
        return None
    return {
        "noteID": str(line.id),
        "note": line.note,
        "isPublic": "false",
        "timeStamp": moment(line.created),
    }


def payment_fields(tender: Tender, sale: Sale) -> Fields:
    """A payment, or a dead attempt at one."""
    return {
        "salePaymentID": str(tender.id),
        "amount": cents(tender.amount),
        "tipAmount": "0",
        "createTime": moment(tender.created),
        "archived": flag(tender.dead),
        "remoteReference": "",
        "paymentID": tender.card,
        "saleID": str(sale.id),
        "paymentTypeID": str(tender.type.id),
        "ccChargeID": "0",
        "refPaymentID": str(tender.refund_of),
        "registerID": str(tender.register.id),
        "employeeID": str(tender.employee.id),
        "creditAccountID": str(tender.account),
    }


def sale_fields(sale: Sale, *, time_stamp_moves: bool) -> Fields:
    """The scalar block of a sale; an open one has no completion time."""
    cost = summed(line.cost * line.quantity for line in sale.lines)
    taxable = summed(line.base for line in sale.lines if line.taxed and line.rate)
    paid = summed(tender.amount for tender in sale.live)
    card_refunds = summed(
        tender.amount for tender in sale.live if tender.type == CREDIT_CARD and tender.amount < 0
    )
    loaded = -summed(
        tender.amount for tender in sale.live if tender.type == GIFT_CARD and tender.amount < 0
    )
    frozen = sale.completed if sale.completed and not time_stamp_moves else sale.updated
    fields: Fields = {
        "saleID": str(sale.id),
        "timeStamp": moment(frozen),
        "discountPercent": "0",
        "completed": flag(sale.completed is not None),
        "archived": flag(sale.archived),
        "voided": flag(sale.voided),
        "enablePromotions": "true",
        "isTaxInclusive": "false",
        "tipEnabled": "false",
        "createTime": moment(sale.created),
        "updateTime": moment(sale.updated),
        "referenceNumber": sale.reference,
        "referenceNumberSource": sale.reference_source,
        "tax1Rate": rate(sale.tax_category.rate) if sale.tax_category else "0",
        "tax2Rate": "0",
        "change": cents(sale.change),
        "receiptPreference": "printed",
        "displayableSubtotal": cents(sale.goods),
        "ticketNumber": f"22{sale.id:010d}",
        "calcDiscount": cents(sale.discount),
        "calcTotal": cents(sale.total),
        "calcSubtotal": cents(sale.goods),
        "calcTaxable": cents(taxable),
        "calcNonTaxable": cents(sale.goods - sale.discount - taxable),
        "calcAvgCost": cents(cost),
        "calcFIFOCost": cents(cost),
        "calcTax1": cents(sale.tax),
        "calcTax2": "0",
        "calcPayments": cents(paid),
        "calcTips": "0",
        "calcItemFees": cents(summed(line.base for line in sale.lines if line.fee)),
        "total": cents(sale.total),
        "totalDue": cents(sale.total - sale.on_account - card_refunds),
        "displayableTotal": cents(sale.total + loaded),
        "balance": cents(sale.total - paid),
        "customerID": str(sale.customer.id) if sale.customer else "0",
        "discountID": "0",
        "employeeID": str(sale.employee.id),
        "quoteID": "0",
        "registerID": str(sale.register.id),
        "shipToID": str(sale.ship_to.id) if sale.ship_to else "0",
        "shopID": str(sale.shop.id),
        "taxCategoryID": str(sale.tax_category.id) if sale.tax_category else "0",
        "tipEmployeeID": "0",
        "MetaData": _META,
        "taxTotal": cents(sale.tax),
    }
    if sale.completed:
        fields["completeTime"] = moment(sale.completed)
    return fields


def _ship_to(dataset: Dataset, sale: Sale, ship_to: ShipTo) -> None:
    at, who = moment(sale.created), ship_to.customer
    dataset.put(
        "ShipTo",
        "shipToID",
        {
            "shipToID": str(ship_to.id),
            "shipped": "false",
            "timeStamp": at,
            "shipNote": ship_to.note,
            "firstName": who.first_name,
            "lastName": who.last_name,
            "company": who.company,
            "customerID": str(who.id),
            "saleLineID": "0",
            "saleID": str(sale.id),
        },
        Contact=contact(at, ship_to.address, who.phone, who.email),
    )


def put_ticket(dataset: Dataset, sale: Sale, *, time_stamp_moves: bool) -> None:
    """Write a ticket with all its children."""
    with dataset.lock:
        dataset.put("Sale", "saleID", sale_fields(sale, time_stamp_moves=time_stamp_moves))
        for line in sale.lines:
            dataset.put(
                "SaleLine", "saleLineID", line_fields(line, sale, sale.id), Note=_note(line)
            )
        if sale.reserves and sale.reserves.id not in dataset.tables["SaleLine"].rows:
            dataset.put("SaleLine", "saleLineID", line_fields(sale.reserves, sale, 0))
        for tender in sale.tenders:
            dataset.put("SalePayment", "salePaymentID", payment_fields(tender, sale))
            if tender.link:
                dataset.put(
                    "SaleAccount",
                    "saleAccountID",
                    {
                        "saleAccountID": str(tender.link[0]),
                        "creditAccountID": str(tender.account),
                        "salePaymentID": str(tender.id),
                        "saleLineID": str(tender.link[1]),
                    },
                )
        if sale.ship_to:
            _ship_to(dataset, sale, sale.ship_to)
