"""Makes a document count, and takes it out again: postings, balances, links, stock."""

from __future__ import annotations

from dataclasses import replace

from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.stocking import move_stock, return_stock
from sync.sandbox.quickbooks.store import Record


def apply(company: Company, record: Record) -> None:
    """Let the document count in the books and against other documents."""
    effects = record.effects
    if effects.stock:
        record.moved, postings = move_stock(company, effects.stock)
        record.stock_postings = tuple(postings)
        company.ledger.post(record.stock_postings)
    else:
        record.moved, record.stock_postings = [], ()
    company.ledger.post(effects.postings)
    company.ledger.count(record.kind, effects.total, effects.tax, sign=1, voided=record.voided)
    for customer, amount in effects.receivable:
        company.receivable[customer] += amount
    for vendor, amount in effects.payable:
        company.payable[vendor] += amount
    for link in effects.settles:
        settled = company.store.settled[link.kind, link.id]
        settled[record.kind, record.id] = settled.get((record.kind, record.id), 0) + link.cents
        company.store.objects[link.kind][link.id].updated = record.updated
    for document in effects.deposits:
        company.store.deposited[document] = record.id


def undo(company: Company, record: Record) -> None:
    """Exactly the reverse of `apply`."""
    effects = record.effects
    company.ledger.unpost(effects.postings)
    company.ledger.unpost(record.stock_postings)
    return_stock(company, record.moved)
    company.ledger.count(record.kind, effects.total, effects.tax, sign=-1, voided=record.voided)
    for customer, amount in effects.receivable:
        company.receivable[customer] -= amount
    for vendor, amount in effects.payable:
        company.payable[vendor] -= amount
    for link in effects.settles:
        company.store.settled[link.kind, link.id].pop((record.kind, record.id), None)
        if there := company.store.find(link.kind, link.id):
            there.updated = company.now()
    for document in effects.deposits:
        company.store.deposited.pop(document, None)


def release_payments(company: Company, invoice: Record) -> None:
    """A voided invoice lets go of its payments: their money becomes unapplied."""
    target = (invoice.kind, invoice.id)
    for kind, id in company.store.settled.pop(target, {}):
        payment = company.store.objects[kind][id]
        kept = tuple(link for link in payment.effects.settles if (link.kind, link.id) != target)
        applied = sum(link.cents if link.kind == "Invoice" else -link.cents for link in kept)
        payment.effects = replace(payment.effects, settles=kept, applied=applied)
        payment.body = payment.body | {
            "Line": [
                line
                for line in payment.body["Line"]
                if line["LinkedTxn"][0] != {"TxnId": invoice.id, "TxnType": invoice.kind}
            ]
        }
        payment.updated = company.now()
