"""Who a receipt is for: one name for all, or the till's customer by name or by e-mail."""

from __future__ import annotations

from collections.abc import Iterator

from sync.domain.books import ListCustomer, name_key
from sync.domain.documents import NewCustomer, Ref
from sync.domain.sale import Customer
from sync.domain.verdicts import Hold
from sync.mapping.needs import Needs
from sync.mapping.text import NAME_LIMIT, address, free_text, person_name

_ANYONE = "Walk-in Customer"  # a receipt without a customer has no place in the reports


def customer_for(needs: Needs, *, is_named: bool = False) -> Ref:
    """The customer of the document; a rule's choice comes first.

    `is_named`: somebody owes or is owed, so it is the till's customer whatever the settings say.
    """
    settings = needs.settings
    if chosen := needs.judgement.overrides.customer:
        return _named(needs, chosen, None)
    customer = needs.judgement.sale.customer
    matches = is_named or settings.customer_match in ("name", "email")
    if customer is None or not matches:
        if is_named:
            needs.problems.append(_NOBODY)
        return _single(needs)
    email = _usable_email(customer.email) if settings.customer_match == "email" else ""
    if email:
        found = needs.books.customer_with_email(email)
        if found is not None:
            return _usable(needs, found)
    name = _display_name(customer)
    if not name:
        return _single(needs)
    return _named(needs, name, customer, is_known_by_email=bool(email))


_NOBODY = Hold(
    "customer.none",
    "Something was put on account, but the sale names no customer who could owe it. Name one in "
    "Lightspeed, then retry.",
    "retry",
)


def _single(needs: Needs) -> Ref:
    name = needs.settings.customer_single.strip() or _ANYONE
    found = needs.books.customer_named(name)
    if found is not None:
        return _usable(needs, found)
    return _named(needs, name, None, may_fall_back=False)


def _named(
    needs: Needs,
    name: str,
    customer: Customer | None,
    *,
    is_known_by_email: bool = False,
    may_fall_back: bool = True,
) -> Ref:
    """Find the name, or the first variant that nobody else holds."""
    wanted = ""
    for wanted in _variants(person_name(name, needs.latin1), customer):
        found = needs.books.customer_named(wanted)
        if found is not None:
            is_namesake = is_known_by_email and not wanted.endswith(_id_mark(customer))
            if is_namesake:
                continue  # matched on e-mail alone: this one has another address
            return _usable(needs, found)
        if name_key(wanted) not in needs.books.taken_names:
            break
    missing = needs.settings.customer_missing
    if missing == "single" and may_fall_back:
        return _single(needs)
    return needs.want(
        _new_customer(wanted, customer, needs.latin1), wanted, create=missing != "hold"
    )


def _variants(name: str, customer: Customer | None) -> Iterator[str]:
    """QuickBooks wants a name unique among customers, vendors and employees."""
    yield name
    yield _with(name, " (Customer)")
    yield _with(name, _id_mark(customer))


def _id_mark(customer: Customer | None) -> str:
    return f" (LS {customer.id})" if customer else " (Lightspeed)"


def _with(name: str, mark: str) -> str:
    return name[: NAME_LIMIT - len(mark)].rstrip() + mark


def _display_name(customer: Customer) -> str:
    """Company, else first and last name, else what identifies them at all."""
    full = customer.company.strip() or f"{customer.first_name} {customer.last_name}".strip()
    return full or customer.email.strip()


def _usable_email(email: str) -> str:
    """The address if QuickBooks would take it, else nothing: a sale does not fail on one."""
    address_text = email.strip()
    name, _, domain = address_text.rpartition("@")
    fits = len(address_text) <= NAME_LIMIT and address_text.isascii()
    return address_text if name and "." in domain and fits and " " not in address_text else ""


def _new_customer(name: str, customer: Customer | None, latin1: bool) -> NewCustomer:
    if customer is None:
        return NewCustomer(name)
    phone = customer.phone.strip()
    return NewCustomer(
        name,
        first_name=_name_part(customer.first_name, latin1),
        last_name=_name_part(customer.last_name, latin1),
        company=_name_part(customer.company, latin1),
        email=_usable_email(customer.email),
        phone=phone if len(phone) <= 30 and phone.isascii() else "",
        address=address(customer.address, latin1),
        source_id=customer.id,
    )


def _name_part(text: str, latin1: bool) -> str:
    return free_text(text.replace(":", " -"), NAME_LIMIT, latin1)


def _usable(needs: Needs, found: ListCustomer) -> Ref:
    if not found.active:
        needs.problems.append(
            Hold(
                "customer.inactive",
                f"The customer {found.name} is inactive in QuickBooks. Make it active there, "
                "then retry.",
                "retry",
                found.name,
            )
        )
    return found.ref
