"""Batches: up to 30 operations, each on its own, one after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.gate import Counters
from sync.sandbox.quickbooks.kinds import KINDS
from sync.sandbox.quickbooks.mishaps import Mishaps
from sync.sandbox.quickbooks.operations import delete, save, void
from sync.sandbox.quickbooks.refusals import Refusal, missing, unsupported
from sync.sandbox.quickbooks.replies import Replies
from sync.sandbox.quickbooks.search import run_query
from sync.sandbox.quickbooks.wire import Json

MOST_ITEMS = 30
_MOST_OBJECTS = 1000
_LONGEST_ID = 10
_LISTS = {"Item", "Customer", "PaymentMethod"}


@dataclass(frozen=True, slots=True)
class BatchRunner:
    """What a batch needs besides its items."""

    replies: Replies
    mishaps: Mishaps
    counters: Counters
    pause: Callable[[], None]

    def run(self, company: Company, body: Any, request_id: str) -> list[Json]:
        """One answer per item; the company's lock is held only while an item changes it."""
        items = _items(body, request_id)
        left = _MOST_OBJECTS
        answers = []
        remember = bool(request_id) and not self.mishaps.on("ignore_requestid")
        for item in items:
            self.counters.add("batch_items")
            self.pause()
            key = (company.realm, request_id, item["bId"])
            with company.lock:
                kept = self.replies.get(key) if remember else None
                if kept is not None:
                    self.counters.add("replays")
                    answers.append(kept[1])
                    continue
                answer = self._one(company, item, left) | {"bId": item["bId"]}
                if remember and "QueryResponse" not in answer:
                    self.replies.keep(key, 200, answer)
            left -= answer.get("QueryResponse", {}).get("maxResults", 0)
            answers.append(answer)
        return answers

    def _one(self, company: Company, item: Json, left: int) -> Json:
        try:
            if "Query" in item:
                self.counters.add("reads")
                return {"QueryResponse": run_query(company, str(item["Query"]), left)}
            self.counters.add("writes")
            self._trouble_with_lists(item)
            return _write(company, item)
        except Refusal as refusal:
            return refusal.fault()

    def _trouble_with_lists(self, item: Json) -> None:
        if not _LISTS & item.keys():
            return
        if self.mishaps.on("list_busy"):
            raise Refusal("10000", "An application error has occurred.", "", kind="SystemFault")
        if self.mishaps.on("list_throttled"):
            raise Refusal("3001", "The request limit was reached.", "", kind="SERVICE")
        if self.mishaps.on("list_refused"):
            raise Refusal("6430", "Invalid account type used.", "")


def _items(body: Any, request_id: str) -> list[Json]:
    items = body.get("BatchItemRequest") if isinstance(body, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise missing("BatchItemRequest")
    if len(items) > MOST_ITEMS:
        raise Refusal("1040", f"At most {MOST_ITEMS} operations, received {len(items)}.", "")
    seen = set()
    for item in items:
        id = item.get("bId")
        if not isinstance(id, str) or not id:
            raise missing("bId")
        if id in seen:
            raise Refusal("2600", f"bId {id} is used twice.", "bId")
        if request_id and len(id) > _LONGEST_ID:
            raise Refusal("2130", f"bId has at most {_LONGEST_ID} characters.", "bId")
        seen.add(id)
    return items


def _write(company: Company, item: Json) -> Json:
    names = [name for name in item if name not in ("bId", "operation", "optionsData")]
    if len(names) != 1 or names[0] not in KINDS:
        raise Refusal("2000", f"Unsupported Object Name : {', '.join(names)}", "")
    kind, body = KINDS[names[0]], item[names[0]]
    operation = item.get("operation")
    if operation == "update" and item.get("optionsData") == "void":
        return {kind.name: company.render(void(company, kind, body))}
    if operation in ("create", "update"):
        has_id = isinstance(body, dict) and "Id" in body
        if operation == "update" and not has_id:
            raise missing("Id")
        if operation == "create" and has_id:
            body = {name: value for name, value in body.items() if name not in ("Id", "SyncToken")}
        return {kind.name: company.render(save(company, kind, body))}
    if operation == "delete":
        return {kind.name: delete(company, kind, body)}
    raise unsupported(str(operation))
