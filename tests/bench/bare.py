"""The least that could be done: read pages, build plain bodies, send them; the CPU yardstick.

No ledger, no rules, no exact decimals, no care for lost answers.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson
import requests

from sync.connectors.lightspeed.pages import SALE_RELATIONS
from tests.bench.client import child
from tests.bench.servers import Served
from tests.bench.shop import OPENED

_BATCH = 30


@dataclass(frozen=True, slots=True)
class BareJob:
    lightspeed: Served
    quickbooks: Served
    last: str


@dataclass(frozen=True, slots=True)
class BareTook:
    sales: int
    refused: int
    cpu: float

    @property
    def cpu_per_thousand(self) -> float:
        return self.cpu / self.sales * 1000


def bare_loop(job: BareJob) -> BareTook:
    """Run `job` in a process of its own."""
    return BareTook(**json.loads(child("tests.bench.bare", asdict(job))))


class _Loop:
    def __init__(self, job: BareJob) -> None:
        self._till = requests.Session()
        self._till.headers["Authorization"] = f"Bearer {job.lightspeed['token']}"
        self._till.headers["Accept"] = "application/json"
        self._first = f"{job.lightspeed['url']}/API/V3/Account/{job.lightspeed['account']}"
        self._books = requests.Session()
        self._books.headers["Authorization"] = f"Bearer {job.quickbooks['token']}"
        self._books.headers["Accept"] = "application/json"
        self._company = f"{job.quickbooks['url']}/v3/company/{job.quickbooks['company']}"
        self._last = date.fromisoformat(job.last)
        self._item = self._one("Item")
        self._account = self._one("Account where AccountType = 'Bank'")

    def run(self) -> BareTook:
        started = time.process_time()
        sales = refused = 0
        waiting: list[dict[str, Any]] = []
        for sale in self._sales():
            sales += 1
            waiting.append(self._body(sale))
            if len(waiting) == _BATCH:
                refused += self._send(waiting)
                waiting.clear()
        if waiting:
            refused += self._send(waiting)
        return BareTook(sales, refused, time.process_time() - started)

    def _sales(self) -> Iterator[dict[str, Any]]:
        start = datetime(OPENED.year, OPENED.month, OPENED.day, 5, tzinfo=UTC)
        end = datetime(self._last.year, self._last.month, self._last.day, 23, 59, 59, tzinfo=UTC)
        url: str = f"{self._first}/Sale.json"
        query: dict[str, str] | None = {
            "load_relations": orjson.dumps(SALE_RELATIONS).decode(),
            "completeTime": f"><,{start.isoformat()},{end.isoformat()}",
            "sort": "completeTime",
            "archived": "true",
            "limit": "100",
        }
        while url:
            page = orjson.loads(self._till.get(url, params=query, timeout=60).content)
            yield from page["Sale"]
            url, query = page["@attributes"].get("next", ""), None

    def _body(self, sale: dict[str, Any]) -> dict[str, Any]:
        lines = sale.get("SaleLines", {}).get("SaleLine", [])
        if isinstance(lines, dict):
            lines = [lines]
        body = {
            "DocNumber": f"B-{sale['saleID']}",
            "TxnDate": sale["completeTime"][:10],
            "DepositToAccountRef": {"value": self._account},
            "Line": [self._line(line) for line in lines],
            "TxnTaxDetail": {"TotalTax": float(sale["taxTotal"])},
        }
        return {"bId": sale["saleID"], "operation": "create", "SalesReceipt": body}

    def _line(self, line: dict[str, Any]) -> dict[str, Any]:
        quantity = int(line["unitQuantity"])
        amount = round(quantity * float(line["unitPrice"]), 2)
        return {
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": self._item}},
        }

    def _send(self, items: list[dict[str, Any]]) -> int:
        answer = self._books.post(
            f"{self._company}/batch",
            data=orjson.dumps({"BatchItemRequest": items}),
            headers={"Content-Type": "application/json"},
            timeout=60,
        )
        return sum("Fault" in each for each in orjson.loads(answer.content)["BatchItemResponse"])

    def _one(self, what: str) -> str:
        answer = self._books.post(
            f"{self._company}/query",
            data=f"select * from {what} maxresults 1",
            headers={"Content-Type": "application/text"},
            timeout=60,
        )
        (found,) = (v for v in answer.json()["QueryResponse"].values() if isinstance(v, list))
        return str(found[0]["Id"])


def main() -> None:
    took = _Loop(BareJob(**json.load(sys.stdin))).run()
    sys.stdout.write(json.dumps(asdict(took)) + "\n")


if __name__ == "__main__":
    main()
