"""People and places out of Lightspeed's contact records."""

from __future__ import annotations

from sync.connectors.lightspeed.wire import WireContact, WireCustomer, WireShop
from sync.domain.sale import NOWHERE, Address, Customer, Shop


def customer(wire: WireCustomer) -> Customer:
    """Primary e-mail, and the phone a person most likely answers."""
    contact = wire.contact
    return Customer(
        id=wire.customer_id,
        first_name=_text(wire.first_name),
        last_name=_text(wire.last_name),
        company=_text(wire.company),
        email=_email(contact) if contact else "",
        phone=_phone(contact) if contact else "",
        address=address(contact),
    )


def shop(wire: WireShop) -> Shop:
    """A shop with the address that decides its sales tax."""
    return Shop(wire.shop_id, wire.name.strip(), wire.time_zone.strip(), address(wire.contact))


def address(contact: WireContact | None) -> Address:
    """The first address that says anything."""
    for wire in contact.addresses if contact else ():
        found = Address(
            line1=_text(wire.address1),
            line2=_text(wire.address2),
            city=_text(wire.city),
            region=_text(wire.state_code) or _text(wire.state),
            postcode=_text(wire.zip),
            country=_text(wire.country_code) or _text(wire.country),
        )
        if not found.is_empty:
            return found
    return NOWHERE


def _email(contact: WireContact) -> str:
    found = {_text(wire.use_type): _text(wire.address) for wire in contact.emails if wire.address}
    return found.get("Primary") or next(iter(found.values()), "")


def _phone(contact: WireContact) -> str:
    found = {_text(wire.use_type): _text(wire.number) for wire in contact.phones if wire.number}
    for use in ("Mobile", "Home", "Work"):
        if number := found.get(use):
            return number
    return ""


def _text(value: str | None) -> str:
    return value.strip() if value else ""
