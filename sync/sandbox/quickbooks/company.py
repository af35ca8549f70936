"""One company's state and the questions the document builders ask of it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sync.sandbox.quickbooks.books import Books, GeneralLedger
from sync.sandbox.quickbooks.fields import TextPolicy
from sync.sandbox.quickbooks.kinds import KINDS
from sync.sandbox.quickbooks.refusals import Refusal, business, inactive, unknown_reference
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.quickbooks.stock import Stock
from sync.sandbox.quickbooks.store import Effects, Record, Store
from sync.sandbox.quickbooks.wire import PACIFIC, Json, money

DEBIT_SIDE = frozenset(
    {"Bank", "Accounts Receivable", "Other Current Asset", "Fixed Asset", "Other Asset"}
)
CREDIT_SIDE = frozenset(
    {"Accounts Payable", "Credit Card", "Other Current Liability", "Long Term Liability", "Equity"}
)
_MONEY_ACCOUNTS = frozenset({"Bank", "Other Current Asset"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that passed every check: what reads will show and what it does."""

    body: Json
    effects: Effects


class Company:
    """One set of books. Hold `lock` around every change; reads of one record need no lock."""

    def __init__(self, spec: CompanySpec, clock: Callable[[], datetime]) -> None:
        self.spec = spec
        self.now = clock
        self.lock = threading.RLock()
        self.store = Store()
        self.ledger = GeneralLedger()
        self.stock = Stock()
        self.receivable: Counter[str] = Counter()
        self.payable: Counter[str] = Counter()
        self.roles: dict[str, str] = {}
        self.preferences_token = 0
        self.preferences_changed = clock()
        self.ignores_total_tax: Callable[[], bool] = lambda: self.spec.ignore_total_tax
        self.text = _text_policy(spec)

    @property
    def realm(self) -> str:
        """The company's id in addresses."""
        return self.spec.realm_id

    def change(self, **settings: Any) -> None:
        """What an owner changes in the settings: closing date, numbering, tax and the like."""
        with self.lock:
            self.spec = replace(self.spec, **settings)
            self.text = _text_policy(self.spec)
            self.preferences_token += 1
            self.preferences_changed = self.now()

    def today(self) -> str:
        """The server's own calendar day, used when a document brings none."""
        return self.now().astimezone(PACIFIC).date().isoformat()

    def role(self, name: str) -> str:
        """The id of a well-known account, such as "undeposited" or "receivable"."""
        return self.roles[name]

    def reference(self, kind: str, ref: Json, element: str) -> Record:
        """The active object a reference points at; 2500 if unknown, 610 if inactive."""
        record = self.store.find(kind, ref["value"])
        if record is None:
            raise unknown_reference(KINDS[kind].element, ref["value"], element)
        if record.body.get("Active") is False:
            raise inactive(element)
        return record

    def account(self, ref: Json, element: str, allowed: frozenset[str] | None = None) -> Record:
        """An active account, of one of the allowed types (6430)."""
        record = self.reference("Account", ref, element)
        if allowed is not None and record.body["AccountType"] not in allowed:
            raise Refusal("6430", f"Invalid account type used : {record.body['Name']}", element)
        return record

    def money_account(self, ref: Json | None, element: str) -> Record:
        """Where money lands: a bank or current-asset account, else Undeposited Funds."""
        return self.account(ref or {"value": self.role("undeposited")}, element, _MONEY_ACCOUNTS)

    def named(self, record: Record) -> Json:
        """A reference as answers show it, with the name filled in."""
        body = record.body
        name = body.get("FullyQualifiedName") or body.get("DisplayName") or body.get("Name")
        return {"value": record.id, "name": name}

    def check_open(self, day: str) -> None:
        """Refuse a day in closed books."""
        closed = self.spec.book_close_date
        if closed is None or day > closed:
            return
        if self.spec.closed_with_password:
            raise Refusal(
                "6210",
                "Account Period Closed : The account period has closed and the account books "
                "cannot be updated through the QBO Services API. Please use the QBO website to "
                "make these changes.",
                "",
            )
        raise Refusal("6200", f"Account Period Closed : The books are closed through {closed}.", "")

    def check_currency(self, source: Json) -> Json:
        """The home currency; any other is refused while multicurrency is off."""
        code, name = self.spec.currency
        if (given := source.get("CurrencyRef")) and given["value"] != code:
            raise business("The currency of the transaction must be the customer's currency.")
        return {"value": code, "name": name}

    def render(self, record: Record) -> Json:
        """The object as a read answers it, with balances as of now."""
        body = record.head() | record.body
        add = _LIVE.get(record.kind)
        return body | add(self, record) if add else body

    def books(self) -> Books:
        """Trial balance and totals, consistent with each other."""
        with self.lock:
            names = {
                record.id: (record.body["Name"], record.body["AccountType"])
                for record in self.store.objects["Account"].values()
            }
            return self.ledger.snapshot(names)


def _text_policy(spec: CompanySpec) -> TextPolicy:
    return TextPolicy(latin1_only=spec.country == "US", replace=spec.latin1 == "replace")


def _account_balance(company: Company, record: Record) -> Json:
    type = record.body["AccountType"]
    balance = company.ledger.balance(record.id)
    if type in CREDIT_SIDE:
        balance = -balance
    elif type not in DEBIT_SIDE:
        balance = 0  # income and expense accounts always read zero
    return {"CurrentBalance": money(balance), "CurrentBalanceWithSubAccounts": money(balance)}


def _customer_balance(company: Company, record: Record) -> Json:
    balance = money(company.receivable[record.id])
    return {"Balance": balance, "BalanceWithJobs": balance}


def _vendor_balance(company: Company, record: Record) -> Json:
    return {"Balance": money(company.payable[record.id])}


def _stock_on_hand(company: Company, record: Record) -> Json:
    if record.body.get("Type") != "Inventory":
        return {}
    return {"QtyOnHand": company.stock.on_hand(record.id)}


def _open_balance(company: Company, record: Record) -> Json:
    settled = company.store.settled.get((record.kind, record.id)) or {}
    left = money(record.effects.total - sum(settled.values()) - record.effects.prepaid)
    live: Json = {"Balance": left}
    if record.kind == "CreditMemo":
        live = {"Balance": left, "RemainingCredit": left}
    if settled:
        links = [{"TxnId": id, "TxnType": kind} for kind, id in settled]
        live["LinkedTxn"] = [*record.body.get("LinkedTxn", ()), *links]
    return live


def _unapplied(company: Company, record: Record) -> Json:
    return {"UnappliedAmt": money(record.effects.total - record.effects.applied)}


_LIVE: dict[str, Callable[[Company, Record], Json]] = {
    "Account": _account_balance,
    "Customer": _customer_balance,
    "Vendor": _vendor_balance,
    "Item": _stock_on_hand,
    "Invoice": _open_balance,
    "CreditMemo": _open_balance,
    "Bill": _open_balance,
    "Payment": _unapplied,
}
