"""What may be chosen for a setting, told apart from what only looks like it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sync.domain.books import Books, ListAccount, name_key
from sync.domain.documents import Ref
from sync.errors import Invalid
from sync.services.names import did_you_mean, quoted

# Which account types QuickBooks accepts for each role.
ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "deposit": ("Deposits", ("Bank", "Other Current Asset")),
    "income": ("Sales income", ("Income", "Other Income")),
    "discount": ("Discounts", ("Income", "Other Income", "Expense", "Cost of Goods Sold")),
    "expense": ("Cost of goods sold", ("Cost of Goods Sold",)),
    "asset": ("Inventory asset", ("Other Current Asset",)),
    "receivable": ("Accounts receivable", ("Accounts Receivable",)),
    "payable": ("Accounts payable", ("Accounts Payable",)),
    "liability": ("Sales tax owed", ("Other Current Liability",)),
    "customer_deposits": ("Customers' deposits", ("Other Current Liability",)),
    "gift_cards": ("Gift cards owed", ("Other Current Liability",)),
    "tips": ("Tips owed", ("Other Current Liability",)),
    "rounding": ("Rounding", ("Expense", "Other Expense", "Income", "Other Income")),
}
TENDER_KINDS = ("Bank", "Other Current Asset")
_PREFIX_LIMIT = 8  # of the 21 characters of a document number
_NUMBER_LIMIT = 21
_NAME_LIMIT = 100
_ONE_ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/.# "


def kinds_of(role: str) -> tuple[str, ...] | None:
    """The account types that fit a role; None for what is no role, such as a way to pay."""
    return ROLES[role][1] if role in ROLES else None


def known_name(typed: str, known: Sequence[str], what: str, *, field: str) -> str:
    """The name as it is spelt in the list."""
    key = name_key(typed)
    for name in known:
        if name_key(name) == key:
            return name
    meant = did_you_mean(typed, known) or f" Known: {', '.join(known)}."
    raise Invalid(f"There is no {what} {quoted(typed)}.{meant}", field=field)


def role_or_tender(typed: str, tenders: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """The key of a role or of one of the till's ways to pay, and the account types it takes."""
    key = typed.strip().casefold()
    if key in ROLES:
        return key, ROLES[key][1]
    ways = {name.strip().casefold(): name for name in tenders}
    if key in ways:
        return key, TENDER_KINDS
    known = (*ROLES, *ways.values())
    meant = did_you_mean(typed, known) or f" Known: {', '.join(known)}."
    raise Invalid(
        f"{quoted(typed)} is neither a role nor a way to pay at the till.{meant}", field="role"
    )


def account_for(books: Books, typed: str, kinds: tuple[str, ...]) -> ListAccount:
    """An active account of a fitting type: by id, full name, or a last name that is unique."""
    account = _account(books, typed)
    if account is None:
        usable = (a.name for a in books.accounts.values() if a.active and a.kind in kinds)
        raise Invalid(
            f"QuickBooks has no account {quoted(typed)}.{did_you_mean(typed, usable)}",
            field="account",
        )
    if not account.active:
        raise Invalid(f"{quoted(account.name)} is inactive in QuickBooks.", field="account")
    if account.currency not in ("", books.facts.currency):
        raise Invalid(
            f"{quoted(account.name)} is kept in {account.currency}; sales are in "
            f"{books.facts.currency}.",
            field="account",
        )
    if account.kind not in kinds:
        raise Invalid(
            f"{quoted(account.name)} is of type {account.kind}; this needs {' or '.join(kinds)}.",
            field="account",
        )
    return account


def _account(books: Books, typed: str) -> ListAccount | None:
    if found := books.accounts.get(typed.strip()) or books.account_named(typed):
        return found
    key = name_key(typed)
    same = [
        account
        for account in books.accounts.values()
        if account.active and name_key(account.name.rpartition(":")[2]) == key
    ]
    if len(same) > 1:
        names = " and ".join(quoted(account.name) for account in same[:3])
        raise Invalid(f"Several accounts are called {quoted(typed)}: {names}.", field="account")
    return same[0] if same else None


def tax_code_for(books: Books, typed: str) -> Ref:
    """An active sales tax code, by id or name."""
    active = [code for code in books.tax_codes.values() if code.active]
    for code in active:
        if code.id == typed.strip():
            return code.ref
    for code in active:
        if name_key(code.name) == name_key(typed):
            return code.ref
    names = [code.name for code in active]
    meant = did_you_mean(typed, names) or (
        f" It has: {', '.join(names[:10])}." if names else " It has none."
    )
    raise Invalid(f"QuickBooks has no active tax code {quoted(typed)}.{meant}", field="code")


def customer_name(books: Books, typed: str) -> str:
    """A display name that QuickBooks would take, or has as a customer already."""
    name = " ".join(typed.split())
    if ":" in name or not name.isprintable() or len(name) > _NAME_LIMIT:
        raise Invalid(
            f"A customer's name has at most {_NAME_LIMIT} characters and no colon.", field="name"
        )
    if other := books.taken_names.get(name_key(name)):
        raise Invalid(
            f"{quoted(name)} is the name of a {other} in QuickBooks; a customer needs another.",
            field="name",
        )
    listed = books.customer_named(name)
    if listed is not None and not listed.active:
        raise Invalid(
            f"The customer {quoted(name)} is inactive in QuickBooks; make it active there first.",
            field="name",
        )
    return listed.name if listed is not None else name


def order_prefix(typed: str) -> str:
    """What may stand before a sale number."""
    prefix = typed.strip()
    if len(prefix) > _PREFIX_LIMIT or not set(prefix) <= set(_ONE_ALPHABET):
        raise Invalid(
            f"A prefix has at most {_PREFIX_LIMIT} letters, digits or signs, such as LS-.",
            field="prefix",
        )
    return prefix


def document_number(typed: str) -> str:
    """What a document may be numbered."""
    number = typed.strip()
    if not 0 < len(number) <= _NUMBER_LIMIT or not set(number) <= set(_ONE_ALPHABET):
        raise Invalid(
            f"A number has 1 to {_NUMBER_LIMIT} letters, digits or signs, such as LS-100-1.",
            field="number",
        )
    return number


def may_collide(one: str, other: str) -> bool:
    """`LS-` and `LS-1` can both make LS-123; QuickBooks compares numbers case-blind."""
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    rest = long.removeprefix(short)
    return long.startswith(short) and (not rest or rest.isdigit())
