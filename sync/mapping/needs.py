"""What one sale asks of the books: found, to be created, or wrong; all of it, not the first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from sync.domain.books import Books, ListItem, name_key
from sync.domain.documents import NewCustomer, NewItem, NewListObject, NewPaymentMethod, Ref
from sync.domain.sale import SaleLine
from sync.domain.settings import ConnectionSettings
from sync.domain.verdicts import Hold, Judgement, Product
from sync.mapping.text import METHOD_LIMIT, free_text, item_name, item_sku, told_apart

NONE_CHOSEN = Ref("", "")
_NAMED_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class _OwnItem:
    """An item of ours: its name, the account role behind it, whether it is taxed by nature."""

    name: str
    role: str
    purpose: str
    taxable: bool = False


class Own(Enum):
    """The items a receipt may need beside the goods."""

    DISCOUNT = _OwnItem("Discount", "discount", "discounts", taxable=True)
    SHIPPING = _OwnItem("Shipping", "income", "income from sales")
    MISCELLANEOUS = _OwnItem("Miscellaneous", "income", "income from sales", taxable=True)
    FEE = _OwnItem("Item Fee", "income", "income from sales", taxable=True)
    ROUNDING = _OwnItem("Rounding", "rounding", "rounding differences")
    SURCHARGE = _OwnItem("Surcharge", "income", "income from sales", taxable=True)
    CUSTOMER_DEPOSIT = _OwnItem("Customer Deposit", "customer_deposits", "customers' deposits")
    TIP = _OwnItem("Tip", "tips", "the tips you owe your staff")


class Needs:
    """Looks things up for one sale and remembers what was not there."""

    __slots__ = (
        "_absent",
        "_missing",
        "_to_make",
        "_unmatched",
        "books",
        "is_refund",
        "judgement",
        "latin1",
        "problems",
        "settings",
    )

    def __init__(self, judgement: Judgement, settings: ConnectionSettings, books: Books) -> None:
        self.judgement = judgement
        self.settings = settings
        self.books = books
        self.latin1 = books.facts.latin1_only
        self.is_refund = judgement.sale.is_refund
        self.problems: list[Hold] = []
        self._missing: dict[tuple[type, str], NewListObject] = {}
        self._absent: dict[tuple[type, str], NewListObject] = {}
        self._unmatched: dict[Product, None] = {}
        self._to_make: dict[Product, None] = {}

    @property
    def missing(self) -> tuple[NewListObject, ...]:
        """What the settings let us create."""
        return tuple(self._missing.values())

    @property
    def to_make(self) -> tuple[Product, ...]:
        """The products whose item we may create: a person maps them only if that fails."""
        return tuple(self._to_make)

    def hold(self) -> Hold | None:
        """Everything that stops this sale, as one Hold; what we may create does not."""
        problems = list(dict.fromkeys(self.problems))
        if self._absent:
            problems.append(not_in_quickbooks(self._absent.values()))
        hold = together(problems)
        return replace(hold, products=tuple(self._unmatched)) if hold else None

    def want(self, wanted: NewListObject, name: str, *, create: bool) -> Ref:
        """Note a missing list object; the placeholder has no id."""
        place = self._missing if create else self._absent
        place.setdefault((type(wanted), name_key(name)), wanted)
        return Ref("", name)

    def account(self, chosen: Ref | None, role: str, purpose: str) -> Ref:
        """The account of a role, if one is chosen and still usable."""
        if chosen is None:
            self.problems.append(
                Hold(
                    f"account.{role}",
                    f"No account is chosen for {purpose}.",
                    "pick_account",
                    purpose,
                )
            )
            return NONE_CHOSEN
        listed = self.books.accounts.get(chosen.id)
        if self.books.accounts and (listed is None or not listed.active):
            self.problems.append(
                Hold(
                    f"account.{role}",
                    f"The account {chosen.name}, chosen for {purpose}, is inactive or gone in "
                    "QuickBooks.",
                    "pick_account",
                    chosen.name,
                )
            )
        return chosen

    def goods_item(self, line: SaleLine, sku: str) -> Ref:
        """The item of a product, by the field the settings name."""
        before = len(self.problems)
        item = self._goods_item(line, sku)
        if any(problem.fix == "map_product" for problem in self.problems[before:]):
            self.no_item_for(line)
        elif not item.id:
            may_create = self.settings.item_missing == "create"
            (self._to_make if may_create else self._unmatched)[self._product(line)] = None
        return item

    def no_item_for(self, line: SaleLine) -> None:
        """Note a product that a person has to map."""
        self._unmatched[self._product(line)] = None

    def _product(self, line: SaleLine) -> Product:
        return Product(self.judgement.overrides.line_skus.get(line.id) or line.sku, line.name)

    def _goods_item(self, line: SaleLine, sku: str) -> Ref:
        name = item_name(sku, self.latin1)
        if self.settings.item_match == "sku":
            found = self.books.item_with_sku(item_sku(sku, self.latin1))
            if found is None and self.books.item_named(name) is not None:
                name = told_apart(name, sku)  # the name belongs to an item of another SKU
        else:
            found = self.books.item_named(name)
        if found is not None:
            return self._usable(found)
        return self._new_item(
            name,
            sku=item_sku(sku, self.latin1),
            description=free_text(line.name, latin1=self.latin1),
            price=line.unit_price if line.unit_price >= 0 else None,
            kind=self.settings.item_kind,
            taxable=line.taxed,
        )

    def own_item(self, own: Own) -> Ref:
        """One of our own items; its account matters only when it has to be created."""
        item = own.value
        found = self.books.item_named(item.name)
        if found is not None:
            return self._usable(found)
        return self._new_item(item.name, role=item.role, purpose=item.purpose, taxable=item.taxable)

    def discount_item(self) -> Ref:
        """The item that discounts go to: a rule may name one for all of them."""
        chosen = self.judgement.overrides.discount_item
        found = self.books.items.get(chosen.id) if chosen is not None else None
        return self._usable(found) if found is not None else self.own_item(Own.DISCOUNT)

    def item_on(self, name: str, account: Ref) -> Ref:
        """An item that moves money to this very account, such as a tender's."""
        found = self.books.item_named(name)
        if found is None:
            return self._new_item(name, account=account)
        if found.income_account_id and account.id and found.income_account_id != account.id:
            self.problems.append(
                Hold(
                    "item.account",
                    f"The QuickBooks item {found.name} points to another account than "
                    f"{account.name}, which is chosen here. Change the item's income account in "
                    "QuickBooks, or choose the account it has.",
                    "pick_account",
                    found.name,
                )
            )
        return self._usable(found)

    def payment_method(self, tender_name: str, *, is_card: bool) -> Ref | None:
        """The payment method of a tender; nothing is held for want of one."""
        name = free_text(tender_name, latin1=self.latin1)[:METHOD_LIMIT].rstrip()
        if not name:
            return None
        found = self.books.payment_methods.get(name_key(name))
        return found or self.want(NewPaymentMethod(name, is_card), name, create=True)

    def _usable(self, found: ListItem) -> Ref:
        if not found.active:
            self.problems.append(
                Hold(
                    "item.inactive",
                    f"The item {found.name} is inactive in QuickBooks. Make it active there, or "
                    "map the product to another item.",
                    "map_product",
                    found.name,
                )
            )
        elif found.kind in ("Category", "Group"):
            self.problems.append(
                Hold(
                    "item.kind",
                    f"{found.name} is a {_KINDS[found.kind]} in QuickBooks, which a receipt line "
                    "cannot name. Map the product to an item.",
                    "map_product",
                    found.name,
                )
            )
        return found.ref

    def _new_item(
        self,
        name: str,
        *,
        account: Ref | None = None,
        role: str = "income",
        purpose: str = "income from sales",
        sku: str = "",
        description: str = "",
        price: Decimal | None = None,
        kind: str = "Service",
        taxable: bool = False,
    ) -> Ref:
        create = self.settings.item_missing == "create"
        if create and kind not in ("NonInventory", "Service"):
            self.problems.append(
                Hold(
                    "item.inventory",
                    f"The item {name} is not in QuickBooks, and stock items are not created from "
                    "sales: they need an opening quantity and a start date. Create it there, or "
                    "let new items be non-inventory.",
                    "map_product",
                    name,
                )
            )
        if account is None:
            chosen: Ref | None = getattr(self.settings.accounts, role)
            account = self.account(chosen, role, purpose) if create else chosen or NONE_CHOSEN
        item = NewItem(name, sku, description, price, kind, account, taxable)
        return self.want(item, name, create=create)


_KINDS = {"Category": "category", "Group": "bundle"}


def together(problems: list[Hold]) -> Hold | None:
    """Several reasons as one Hold, so that one visit fixes them; the first gives its button."""
    if len(problems) < 2:
        return problems[0] if problems else None
    first = problems[0]
    subjects = dict.fromkeys(problem.subject for problem in problems if problem.subject)
    reasons = " ".join(problem.reason for problem in problems)
    return Hold(first.cause, reasons, first.fix, ", ".join(subjects))


def not_in_quickbooks(wanted: Iterable[NewListObject]) -> Hold:
    """Every missing item and customer in one sentence."""
    items = [one.name for one in wanted if isinstance(one, NewItem)]
    customers = [one.display_name for one in wanted if isinstance(one, NewCustomer)]
    parts = [
        f"{word}{'s' if len(names) > 1 else ''} {_listed(names)}"
        for word, names in (("item", items), ("customer", customers))
        if names
    ]
    return Hold(
        "item.missing" if items else "customer.missing",
        f"Not in QuickBooks: {'; '.join(parts)}. Add what is missing there or map it, then retry.",
        "map_product" if items else "retry",
        _listed(items + customers),
    )


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED_AT_MOST])
    rest = len(names) - _NAMED_AT_MOST
    return f"{shown} and {rest} more" if rest > 0 else shown
