"""Items, customers and payment methods that sales need are made before the sales are posted."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.connectors.quickbooks.bodies import document_body, document_kind
from sync.domain.books import ListCustomer, ListItem, name_key
from sync.domain.documents import NewCustomer, NewItem, NewListObject, NewPaymentMethod, Ref
from sync.errors import Rejected
from sync.ledger.posting import OPEN
from sync.mapping.receipts import ListKey, list_key
from sync.services.bench import Bench
from sync.services.lookup import LISTS
from sync.services.means import Means
from sync.services.patience import Refusal
from sync.services.posting import Batch, Poster

_SIDE_BY_SIDE = 2  # QuickBooks takes ten calls at once, of which documents may have eight
_KINDS = {NewItem: "item", NewCustomer: "customer", NewPaymentMethod: "method"}


class ListsAhead:
    """Creates list objects exactly once, by the same batches that carry documents."""

    def __init__(self, means: Means, bench: Bench, poster: Poster, run: str) -> None:
        self._means = means
        self._bench = bench
        self._poster = poster
        self._run = run

    def create(self, wanted: Sequence[NewListObject]) -> Mapping[ListKey, Refusal]:
        """Create what is missing and add it to the books; why some of it was refused.

        No name is wanted twice, so its batches may be under way together: a page of sales waits
        for them, and nothing else can be sent meanwhile. Documents do not travel along: whoever
        waits here would wait for them too.
        """
        if not wanted:
            return {}
        self._plan(wanted)
        with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="lists") as pool:
            while batches := self._frozen():
                for _ in pool.map(self._poster.send, batches):
                    pass  # the first error surfaces, after all of them came back
        return self._take_up(wanted)

    def _frozen(self) -> list[Batch]:
        """As many as may be sent at once; what comes back to go alone is in the next ones."""
        found: list[Batch] = []
        while len(found) < _SIDE_BY_SIDE and (batch := self._poster.freeze(types=LISTS)):
            found.append(batch)
        return found

    def _plan(self, wanted: Sequence[NewListObject]) -> None:
        bench, workspace = self._bench, self._bench.scope.workspace
        with self._means.ledgers.write() as ledger:
            for kind, group in _grouped(wanted).items():
                keys = {_digest(one): one for one in group}
                documents = ledger.posting.documents(
                    workspace, bench.company, bench.source_account, kind, list(keys)
                )
                operations = ledger.posting.last_operation(
                    workspace, [row["id"] for row in documents.values()]
                )
                for key, one in keys.items():
                    known = documents.get((key, 0))
                    if known is not None and (
                        self._stands(known)
                        or operations[known["id"]]["state"] in OPEN
                        or self._refusal(operations[known["id"]])
                    ):
                        continue
                    try:
                        body = document_body(one)
                    except Rejected:
                        continue  # a name QuickBooks cannot take: mapping holds the sale
                    document = known["id"] if known is not None else None
                    n = operations[document]["n"] + 1 if document is not None else 1
                    if document is None:
                        (document,) = ledger.posting.add_documents(
                            workspace, [self._document(kind, key, one)]
                        )
                    ledger.posting.plan(
                        workspace,
                        [
                            {
                                "document": document,
                                "n": n,
                                "action": "create",
                                "type": document_kind(one).value,
                                "company": bench.company,
                                "run": self._run,
                                "body": body,
                            }
                        ],
                    )

    def _document(self, kind: str, key: str, one: NewListObject) -> dict[str, Any]:
        return {
            "company": self._bench.company,
            "source_account": self._bench.source_account,
            "kind": kind,
            "source_id": key,
            "part": 0,
            "entry": None,
            "type": document_kind(one).value,
            "number": _name(one),
            "total_minor": 0,
            "tax_minor": 0,
        }

    def _refusal(self, operation: RowMapping) -> Refusal | None:
        """What this run was told a moment ago, and need not ask again."""
        if operation["state"] != "refused" or operation["run"] != self._run:
            return None
        refusal = Refusal.unpacked(operation["body"]) if operation["body"] else None
        return refusal if refusal and refusal.holds_at(self._means.clock()) else None

    def _take_up(self, wanted: Sequence[NewListObject]) -> Mapping[ListKey, Refusal]:
        """What exists now is known from here on, in this run and in the next."""
        why: dict[ListKey, Refusal] = {}
        bench, workspace = self._bench, self._bench.scope.workspace
        with self._means.ledgers.write() as ledger:
            for kind, group in _grouped(wanted).items():
                documents = ledger.posting.documents(
                    workspace,
                    bench.company,
                    bench.source_account,
                    kind,
                    [_digest(one) for one in group],
                )
                operations = ledger.posting.last_operation(
                    workspace, [row["id"] for row in documents.values()]
                )
                for one in group:
                    document = documents.get((_digest(one), 0))
                    if document and (reason := self._refusal(operations[document["id"]])):
                        why[list_key(one)] = reason
                made = [
                    (one, documents[_digest(one), 0]["qbo_id"])
                    for one in group
                    if (_digest(one), 0) in documents and self._stands(documents[_digest(one), 0])
                ]
                for one, qbo_id in made:
                    self._add(one, qbo_id)
                if made:
                    ledger.accounts.save_list(
                        workspace,
                        bench.company,
                        document_kind(group[0]).value,
                        [(qbo_id, _as_listed(one, qbo_id)) for one, qbo_id in made],
                    )
        return why

    def _stands(self, document: RowMapping) -> bool:
        """Made, and not yet in the lists. One that is listed goes by another name by now: it was
        renamed, or made inactive, for a name that the books know is not wanted again.
        """
        books = self._bench.books
        listed: dict[str, Collection[str]] = {
            "item": books.items,
            "customer": books.customers,
            "method": {method.id for method in books.payment_methods.values()},
        }
        return bool(document["qbo_id"]) and document["qbo_id"] not in listed[document["kind"]]

    def _add(self, one: NewListObject, qbo_id: str) -> None:
        books = self._bench.books
        match one:
            case NewItem():
                books.add_items(
                    [
                        ListItem(
                            id=qbo_id,
                            name=one.name,
                            sku=one.sku,
                            kind=one.kind,
                            full_name=one.name,
                            income_account_id=one.income_account.id,
                        )
                    ]
                )
            case NewCustomer():
                books.add_customers([ListCustomer(qbo_id, one.display_name, one.email)])
            case NewPaymentMethod():
                books.payment_methods[name_key(one.name)] = Ref(qbo_id, one.name)


def _grouped(wanted: Sequence[NewListObject]) -> dict[str, list[NewListObject]]:
    groups: dict[str, list[NewListObject]] = {}
    for one in wanted:
        groups.setdefault(_KINDS[type(one)], []).append(one)
    return groups


def _name(one: NewListObject) -> str:
    return one.display_name if isinstance(one, NewCustomer) else one.name


def _digest(one: NewListObject) -> str:
    """The identity of a list object is its name, as QuickBooks compares names."""
    return hashlib.sha256(name_key(_name(one)).encode()).hexdigest()[:40]


def _as_listed(one: NewListObject, qbo_id: str) -> dict[str, Any]:
    """The object as a list read would show it, until the next read does."""
    match one:
        case NewItem():
            return {
                "Id": qbo_id,
                "Name": one.name,
                "FullyQualifiedName": one.name,
                "Sku": one.sku,
                "Type": one.kind,
                "Active": True,
                "IncomeAccountRef": {"value": one.income_account.id},
            }
        case NewCustomer():
            email = {"PrimaryEmailAddr": {"Address": one.email}} if one.email else {}
            return {"Id": qbo_id, "DisplayName": one.display_name, "Active": True} | email
        case NewPaymentMethod():
            return {"Id": qbo_id, "Name": one.name, "Active": True}
