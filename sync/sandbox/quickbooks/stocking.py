"""Goods that move with a document, and the cost of goods posted for them."""

from __future__ import annotations

from decimal import Decimal

from sync.sandbox.quickbooks.books import Posting
from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.store import Moved, Record, StockMove


def move_stock(company: Company, moves: tuple[StockMove, ...]) -> tuple[list[Moved], list[Posting]]:
    """Carry out moves; goods bought bring their cost, goods sold take the oldest cost."""
    moved: list[Moved] = []
    postings: list[Posting] = []
    for move in moves:
        body = company.store.objects["Item"][move.item].body
        usual = Decimal(body["PurchaseCost"])
        if move.quantity < 0:
            cost = -company.stock.take(move.item, -move.quantity, usual)
        else:
            unit_cost = usual if move.unit_cost is None else move.unit_cost
            cost = company.stock.receive(move.item, move.quantity, unit_cost)
        moved.append(Moved(move.item, move.quantity, cost))
        # a purchase posts its own amount to the asset; a sale or a return posts the cost here
        if move.unit_cost is None and cost:
            postings.append(Posting(body["AssetAccountRef"]["value"], cost))
            postings.append(Posting(body["ExpenseAccountRef"]["value"], -cost))
    return moved, postings


def return_stock(company: Company, moved: list[Moved]) -> None:
    """Undo moves, giving goods back at the cost they left with."""
    for move in moved:
        if move.quantity < 0:
            unit_cost = Decimal(move.cents) / 100 / move.quantity
            company.stock.put_back(move.item, -move.quantity, unit_cost)
        elif move.quantity:
            company.stock.take(move.item, move.quantity, Decimal(move.cents) / 100 / move.quantity)


def set_on_hand(company: Company, item: Record, quantity: Decimal, against: str) -> None:
    """Bring an item's stock to a counted quantity, posted against the named account."""
    difference = quantity - company.stock.on_hand(item.id)
    cost = Decimal(item.body["PurchaseCost"])
    if difference > 0:
        value = company.stock.receive(item.id, difference, cost)
    else:
        value = -company.stock.take(item.id, -difference, cost)
    if value:
        asset = item.body["AssetAccountRef"]["value"]
        company.ledger.post((Posting(asset, value), Posting(company.role(against), -value)))
