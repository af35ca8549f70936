"""The company's own calls: which path does what, in the words of the accounting service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request

from sync.sandbox.quickbooks.batch import BatchRunner
from sync.sandbox.quickbooks.changes import changes_since
from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.gate import Counters
from sync.sandbox.quickbooks.kinds import BY_PATH, Kind
from sync.sandbox.quickbooks.mishaps import Mishaps
from sync.sandbox.quickbooks.operations import delete, save, void
from sync.sandbox.quickbooks.profile import company_info, preferences
from sync.sandbox.quickbooks.refusals import Refusal, inactive, unsupported
from sync.sandbox.quickbooks.replies import Replies, check_request_id
from sync.sandbox.quickbooks.search import run_query
from sync.sandbox.quickbooks.taxservice import create_tax_code
from sync.sandbox.quickbooks.wire import BadJson, Json, precise_stamp, read_json

_LONGEST_ID = 50
_LONGEST_BATCH_ID = 36


@dataclass(frozen=True, slots=True)
class CompanyApi:
    """Calls on one company that has passed the gate."""

    replies: Replies
    mishaps: Mishaps
    counters: Counters
    batches: BatchRunner
    pause: Callable[[], None]

    def answer(self, company: Company, words: list[str], request: Request) -> tuple[int, Json]:
        """Status and body; `words` are the parts of the path after the realm."""
        try:
            return self._dispatch(company, words, request)
        except Refusal as refusal:
            return refusal.status, refusal.body(company.now())

    def _dispatch(self, company: Company, words: list[str], request: Request) -> tuple[int, Json]:
        match request.method, words:
            case "POST", ["batch"]:
                return 200, self._batch(company, request)
            case (("GET" | "POST"), ["query"]):
                self._reading("query")
                statement = _statement(request)
                return 200, _timed(company, {"QueryResponse": run_query(company, statement)})
            case "GET", ["cdc"]:
                self._reading("cdc")
                entities, since = (request.args.get(n, "") for n in ("entities", "changedSince"))
                found = changes_since(company, entities, since)
                return 200, _timed(company, {"CDCResponse": [{"QueryResponse": found}]})
            case "GET", ["companyinfo", _]:
                self._reading("read")
                return 200, _timed(company, {"CompanyInfo": company_info(company)})
            case "GET", ["preferences"]:
                self._reading("read")
                return 200, _timed(company, {"Preferences": preferences(company)})
            case "POST", ["taxservice", "taxcode"]:
                self.counters.call("create")
                body = _body(request)
                return self._once(company, request, lambda: create_tax_code(company, body))
            case "GET", [path, id] if path in BY_PATH:
                self._reading("read")
                return 200, _timed(company, _read(company, BY_PATH[path], id))
            case "POST", [path] if path in BY_PATH:
                return self._write(company, BY_PATH[path], request)
        raise unsupported(f"Could not find resource for relative : {request.path}")

    def _reading(self, kind: str) -> None:
        self.counters.call(kind)
        self.counters.add("reads")
        self.pause()

    def _batch(self, company: Company, request: Request) -> Json:
        self.counters.call("batch")
        request_id = request.args.get("requestid", "")
        if request_id:
            check_request_id(request_id, _LONGEST_BATCH_ID)
            self._compare(company, request_id, request)
        started = company.now()
        answers = self.batches.run(company, _body(request), request_id)
        return {"BatchItemResponse": answers, "time": precise_stamp(started)}

    def _write(self, company: Company, kind: Kind, request: Request) -> tuple[int, Json]:
        body = _body(request)
        operation, include = (request.args.get(n, "") for n in ("operation", "include"))
        name, act = _operation(company, kind, operation, include, body)
        self.counters.call(name)
        self.counters.add("writes")
        return self._once(company, request, lambda: _timed(company, {kind.name: act()}))

    def _once(
        self, company: Company, request: Request, act: Callable[[], Json]
    ) -> tuple[int, Json]:
        request_id = request.args.get("requestid", "")
        if request_id:
            check_request_id(request_id, _LONGEST_ID)
            self._compare(company, request_id, request)
        self.pause()
        remember = bool(request_id) and not self.mishaps.on("ignore_requestid")
        key = (company.realm, request_id, "")
        with company.lock:
            if remember and (kept := self.replies.get(key)) is not None:
                self.counters.add("replays")
                return kept
            try:
                status, body = 200, act()
            except Refusal as refusal:
                status, body = refusal.status, refusal.body(company.now())
            if remember:
                self.replies.keep(key, status, body)
            return status, body

    def _compare(self, company: Company, request_id: str, request: Request) -> None:
        if not self.replies.same_body(company.realm, request_id, request.get_data()):
            self.counters.add("replays_with_another_body")


def _operation(
    company: Company, kind: Kind, operation: str, include: str, body: Any
) -> tuple[str, Callable[[], Json]]:
    by_include = operation == "update" and include == "void" and "include" in kind.void
    if by_include or (operation == "void" and "operation" in kind.void):
        return "void", lambda: company.render(void(company, kind, body))
    if operation == "delete":
        return "delete", lambda: delete(company, kind, body)
    if operation not in ("", "update", "create") or include == "void":
        raise unsupported(operation or include)
    name = "update" if isinstance(body, dict) and "Id" in body else "create"
    return name, lambda: company.render(save(company, kind, body, include))


def _read(company: Company, kind: Kind, id: str) -> Json:
    if not id.isdigit() and kind.name != "TaxCode":
        raise Refusal("2030", f"Id should be a valid number. Supplied value:{id}", "Id")
    with company.lock:
        record = company.store.find(kind.name, id)
        if record is None:
            raise inactive()
        return {kind.name: company.render(record)}


def _statement(request: Request) -> str:
    if request.method == "GET":
        return request.args.get("query", "")
    if request.mimetype not in ("application/text", "text/plain"):
        raise Refusal("1050", f"Invalid content type {request.mimetype}")
    return request.get_data(as_text=True)


def _body(request: Request) -> Any:
    if request.mimetype != "application/json":
        raise Refusal("1050", f"Invalid content type {request.mimetype}")
    try:
        return read_json(request.get_data())
    except BadJson as error:
        raise Refusal(
            "2010", f"Property Name:{error} specified is unsupported or invalid"
        ) from error


def _timed(company: Company, body: Json) -> Json:
    return body | {"time": precise_stamp(company.now())}
