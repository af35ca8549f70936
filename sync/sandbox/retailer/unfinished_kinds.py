"""Tickets that are not sales yet, never became one, or are taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sync.sandbox.retailer.events import Sale
from sync.sandbox.retailer.plain_kinds import cash
from sync.sandbox.retailer.visit import Visit

NOTHING = "none"


def open_ticket(visit: Visit) -> Sale:
    """Begun and left: lines, no payment, no completion."""
    return visit.sale("open", NOTHING, visit.basket(), [], completed=None)


def cancelled(visit: Visit) -> Sale:
    """Begun and thrown away; seen only by who asks for archived rows."""
    return visit.sale("cancelled", NOTHING, visit.basket(), [], completed=None, archived=True)


def to_be_voided(visit: Visit) -> Sale:
    """A cash sale that the shop is going to take back."""
    return replace(cash(visit), kind="voided")


def voided(sale: Sale, at: datetime) -> Sale:
    """The ticket after its void: payments dead, lines and completion as they were."""
    return replace(
        sale,
        posts=NOTHING,
        voided=True,
        updated=at,
        change=0,
        tenders=tuple(replace(tender, dead=True) for tender in sale.tenders),
    )
