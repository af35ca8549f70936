"""Invoices and their payments, deposits, journals and purchases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.refusals import Refusal
from sync.sandbox.quickbooks.wire import Json
from tests.unit.sandbox_quickbooks.desk import (
    a_company,
    a_line,
    a_sale,
    cancel,
    code_of,
    put,
    ref,
    take_out,
)


def a_payment(company: Company, amount: int, *links: tuple[str, str, int], **more: Any) -> Json:
    return {
        "TxnDate": "2026-03-02",
        "CustomerRef": ref(company, "Customer", "Dana Whitlock"),
        "TotalAmt": amount,
        "Line": [
            {"Amount": cents, "LinkedTxn": [{"TxnId": id, "TxnType": kind}]}
            for kind, id, cents in links
        ],
    } | more


def read(company: Company, kind: str, id: str) -> Json:
    return company.render(company.store.objects[kind][id])


def a_journal(company: Company, *sides: tuple[str, str, str], **more: Any) -> Json:
    return {
        "TxnDate": "2026-03-01",
        "Line": [
            {
                "Amount": Decimal(amount),
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {
                    "PostingType": side,
                    "AccountRef": ref(company, "Account", account),
                }
                | more,
            }
            for side, account, amount in sides
        ],
    }


class TestPayments:
    def test_a_payment_lowers_what_is_owed(self) -> None:
        company = a_company()
        invoice = put(company, "Invoice", a_sale(company))

        payment = put(company, "Payment", a_payment(company, 60, ("Invoice", invoice["Id"], 60)))

        seen = read(company, "Invoice", invoice["Id"])
        assert (seen["Balance"], seen["TotalAmt"]) == (40, 100)
        assert seen["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
        assert company.books().balance("Accounts Receivable (A/R)") == 40
        customer = invoice["CustomerRef"]["value"]
        assert read(company, "Customer", customer)["Balance"] == 40

    def test_what_is_not_linked_stays_unapplied(self) -> None:
        company = a_company()

        payment = put(company, "Payment", a_payment(company, 25))

        assert payment["UnappliedAmt"] == 25

    def test_a_credit_settles_an_invoice_without_money(self) -> None:
        company = a_company()
        invoice = put(company, "Invoice", a_sale(company))
        credit = put(company, "CreditMemo", a_sale(company, a_line(company, "40")))

        links = (("Invoice", invoice["Id"], 40), ("CreditMemo", credit["Id"], 40))
        put(company, "Payment", a_payment(company, 0, *links))

        assert read(company, "Invoice", invoice["Id"])["Balance"] == 60
        assert read(company, "CreditMemo", credit["Id"])["RemainingCredit"] == 0

    def test_an_invoice_takes_no_more_than_it_is_owed(self) -> None:
        company = a_company()
        invoice = put(company, "Invoice", a_sale(company))
        too_much = a_payment(company, 101, ("Invoice", invoice["Id"], 101))

        assert code_of(company, "Payment", too_much) == "620"

    def test_another_customers_invoice_cannot_be_paid(self) -> None:
        company = a_company()
        invoice = put(company, "Invoice", a_sale(company))
        payment = a_payment(company, 10, ("Invoice", invoice["Id"], 10))
        payment["CustomerRef"] = ref(company, "Customer", "Harbor School District")

        assert code_of(company, "Payment", payment) == "620"

    def test_voiding_a_payment_reopens_its_invoice(self) -> None:
        company = a_company()
        invoice = put(company, "Invoice", a_sale(company))
        payment = put(company, "Payment", a_payment(company, 60, ("Invoice", invoice["Id"], 60)))

        cancel(company, "Payment", payment)

        assert read(company, "Invoice", invoice["Id"])["Balance"] == 100

    def test_voiding_an_invoice_releases_its_payments(self) -> None:
        company = a_company()
        invoice = put(company, "Invoice", a_sale(company))
        payment = put(company, "Payment", a_payment(company, 60, ("Invoice", invoice["Id"], 60)))

        cancel(company, "Invoice", invoice)

        assert read(company, "Payment", payment["Id"])["UnappliedAmt"] == 60
        assert company.books().balance("Accounts Receivable (A/R)") == -60

    def test_a_paid_invoice_is_not_deleted(self) -> None:
        company = a_company()
        invoice = put(company, "Invoice", a_sale(company))
        put(company, "Payment", a_payment(company, 60, ("Invoice", invoice["Id"], 60)))

        with pytest.raises(Refusal, match="6000"):
            take_out(company, "Invoice", invoice)

        assert company.books().total("Invoice").count == 1

    def test_a_payment_of_nothing_is_refused(self) -> None:
        company = a_company()

        assert code_of(company, "Payment", a_payment(company, 0)) == "6000"


class TestDeposits:
    def a_deposit(self, company: Company, *receipts: Json, fee: str = "0") -> Json:
        lines: list[Json] = [
            {
                "Amount": receipt["TotalAmt"],
                "LinkedTxn": [
                    {"TxnId": receipt["Id"], "TxnType": "SalesReceipt", "TxnLineId": "0"}
                ],
            }
            for receipt in receipts
        ]
        lines.append(
            {
                "Amount": Decimal(fee),
                "DetailType": "DepositLineDetail",
                "DepositLineDetail": {
                    "AccountRef": ref(company, "Account", "Merchant Account Fees")
                },
            }
        )
        bank = ref(company, "Account", "Checking")
        return {"TxnDate": "2026-03-03", "DepositToAccountRef": bank, "Line": lines}

    def test_a_deposit_empties_undeposited_funds_less_the_fee(self) -> None:
        company = a_company()
        receipt = put(company, "SalesReceipt", a_sale(company))

        put(company, "Deposit", self.a_deposit(company, receipt, fee="-2.50"))

        books = company.books()
        assert books.balance("Undeposited Funds") == 0
        assert books.balance("Checking") == Decimal("97.50")
        assert books.balance("Merchant Account Fees") == Decimal("2.50")

    def test_a_deposited_receipt_is_frozen_until_the_deposit_goes(self) -> None:
        company = a_company()
        receipt = put(company, "SalesReceipt", a_sale(company))
        deposit = put(company, "Deposit", self.a_deposit(company, receipt))
        note = {"Id": receipt["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "late"}

        frozen = code_of(company, "SalesReceipt", note)
        take_out(company, "Deposit", deposit)

        assert frozen == "6540"
        assert put(company, "SalesReceipt", note)["PrivateNote"] == "late"

    def test_a_receipt_is_deposited_once(self) -> None:
        company = a_company()
        receipt = put(company, "SalesReceipt", a_sale(company))
        put(company, "Deposit", self.a_deposit(company, receipt))

        assert code_of(company, "Deposit", self.a_deposit(company, receipt)) == "620"


class TestJournals:
    def test_a_balanced_journal_posts_and_totals_zero(self) -> None:
        company = a_company()

        made = put(
            company,
            "JournalEntry",
            a_journal(
                company,
                ("Debit", "Cash Drawer", "106"),
                ("Credit", "Sales of Product Income", "100"),
                ("Credit", "Sales Tax Payable", "6"),
            ),
        )

        assert made["TotalAmt"] == 0
        assert company.books().balance("Cash Drawer") == 106

    def test_an_unbalanced_journal_is_refused(self) -> None:
        company = a_company()
        journal = a_journal(company, ("Debit", "Checking", "10"), ("Credit", "Services", "9.99"))

        assert code_of(company, "JournalEntry", journal) == "2300"

    def test_receivables_need_a_customer(self) -> None:
        company = a_company()
        sides = (("Debit", "Accounts Receivable (A/R)", "5"), ("Credit", "Services", "5"))
        who = {"Type": "Customer", "EntityRef": ref(company, "Customer", "Dana Whitlock")}

        assert code_of(company, "JournalEntry", a_journal(company, *sides)) == "6000"
        assert put(company, "JournalEntry", a_journal(company, *sides, Entity=who))["Id"]

    def test_a_side_must_be_named(self) -> None:
        company = a_company()
        journal = a_journal(company, ("Debit", "Checking", "5"), ("Credit", "Services", "5"))
        del journal["Line"][0]["JournalEntryLineDetail"]["PostingType"]

        assert code_of(company, "JournalEntry", journal) == "2260"


class TestPurchases:
    def a_purchase(self, company: Company, **more: Any) -> Json:
        return {
            "VendorRef": ref(company, "Vendor", "Tidewater Parts"),
            "APAccountRef": ref(company, "Account", "Accounts Payable (A/P)"),
            "TxnDate": "2026-03-01",
            "Line": [
                {
                    "Amount": 60,
                    "DetailType": "AccountBasedExpenseLineDetail",
                    "AccountBasedExpenseLineDetail": {
                        "AccountRef": ref(company, "Account", "Freight In")
                    },
                }
            ],
        } | more

    def test_a_bill_is_owed_to_its_vendor(self) -> None:
        company = a_company()

        bill = put(company, "Bill", self.a_purchase(company))

        assert company.books().balance("Accounts Payable (A/P)") == -60
        assert company.books().balance("Freight In") == 60
        assert read(company, "Vendor", bill["VendorRef"]["value"])["Balance"] == 60

    def test_a_vendor_credit_is_its_mirror(self) -> None:
        company = a_company()
        put(company, "Bill", self.a_purchase(company))

        put(company, "VendorCredit", self.a_purchase(company))

        assert {line.balance for line in company.books().accounts} == {Decimal(0)}

    def test_an_order_posts_nothing_and_is_linked_line_by_line(self) -> None:
        company = a_company()
        order = put(company, "PurchaseOrder", self.a_purchase(company))
        bill = self.a_purchase(company)
        link = {"TxnId": order["Id"], "TxnType": "PurchaseOrder"}
        bill["Line"][0]["LinkedTxn"] = [link]

        posted = company.books().accounts
        unnamed = code_of(company, "Bill", bill)
        bill["Line"][0]["LinkedTxn"] = [link | {"TxnLineId": order["Line"][0]["Id"]}]

        assert posted == ()
        assert unnamed == "2020"
        assert put(company, "Bill", bill)["TotalAmt"] == 60

    def test_a_plan_without_orders_says_so(self) -> None:
        company = a_company(plan="Essentials")

        assert code_of(company, "PurchaseOrder", self.a_purchase(company)) == "5030"
