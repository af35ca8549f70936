"""What goes wrong between runs: stopped, taken over, interrupted; nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from sync.connectors.quickbooks.answers import Outcome, Refused
from sync.connectors.quickbooks.faults import Fault, advice
from sync.domain.identity import Scope
from sync.domain.verdicts import EntryState
from sync.errors import Retryable, Uncertain
from sync.ledger import tables as t
from sync.ledger.database import Database
from sync.ledger.ledger import Ledger, Ledgers
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.retailer.totals import Totals, expected
from sync.services.models import Provider, RunState
from sync.services.tokens import break_account
from tests.house import OWNER, WORKSPACE, Clock, House
from tests.scenarios.books import entry, posted, states, tie_out
from tests.scenarios.conftest import NOW, START, Houses


def plain(house: House) -> Totals:
    return expected(house.retailer.events, posts=("sale", "refund"))


class Interrupting(Ledgers):
    """Real ledgers; something else happens right after documents were planned, once."""

    def __init__(self, ledgers: Ledgers, happens: Callable[[], object]) -> None:
        super().__init__(ledgers.database)
        self._happens: Callable[[], object] | None = happens

    @contextmanager
    def write(self) -> Iterator[Ledger]:
        planned = 0
        with super().write() as ledger:
            yield ledger
            if self._happens:
                query = select(func.count()).where(
                    t.operation.c.state == "planned", t.operation.c.type == "SalesReceipt"
                )
                planned = ledger.connection.scalar(query) or 0
        if planned and self._happens:
            happens, self._happens = self._happens, None
            happens()


def interrupted_backfill(house: House, happens: Callable[[str], object]) -> str:
    """A backfill to which something happens when its sales are judged and none is sent."""
    healthy = house.means.ledgers
    house.sync()  # makes what the company lacks, so that the interruption meets documents
    started = house.services.runs.backfill(OWNER, house.scope, START, NOW.date())
    house.use(ledgers=Interrupting(healthy, lambda: happens(started.run.id)))
    house.work()
    house.use(ledgers=healthy)
    return started.run.id


def test_a_cancelled_backfill_sends_nothing_more_and_leaves_no_entry_pending(
    houses: Houses,
) -> None:
    """The next run judges what was left by its own filters; asking again brings it in."""
    house = houses()
    services, scope = house.services, house.scope

    run = interrupted_backfill(house, lambda run: services.runs.cancel(OWNER, scope, run))
    sent = posted(house)
    house.sync()

    assert services.runs.get(scope, run).state is RunState.CANCELLED
    assert posted(house) == sent
    assert states(house)[EntryState.PENDING] == 0
    house.backfill(START, NOW.date())
    tie_out(house, plain(house))


def test_what_a_failed_backfill_left_is_posted_by_the_next_run(houses: Houses) -> None:
    """The account broke midway; nobody asked for the sales before go-live to be left out."""
    house = houses()
    with house.means.ledgers.read() as ledger:
        row = ledger.accounts.connection(house.scope)
    assert row is not None
    company = row["quickbooks"]

    run = interrupted_backfill(
        house, lambda _: break_account(house.means, WORKSPACE, company, "It is closed to us.")
    )
    assert house.services.runs.get(house.scope, run).state is RunState.FAILED
    house.connect_one(Provider.QUICKBOOKS)
    house.sync()

    assert states(house)[EntryState.PENDING] == 0
    tie_out(house, plain(house))


def test_what_was_planned_with_old_settings_is_posted_with_the_new_ones(houses: Houses) -> None:
    """A run is stopped because something was wrong; its documents must not follow later."""
    house = houses()
    services, scope = house.services, house.scope
    interrupted_backfill(house, lambda run: services.runs.cancel(OWNER, scope, run))
    before = len(house.quickbooks.documents("SalesReceipt"))

    services.settings.prefix(OWNER, scope, "NEW-")
    house.backfill(START, NOW.date())

    numbers = [document["DocNumber"] for document in house.quickbooks.documents("SalesReceipt")]
    assert len(numbers) > before
    assert sum(not number.startswith("NEW-") for number in numbers) == before


def test_a_worker_that_lost_its_lease_freezes_nothing(houses: Houses) -> None:
    """Two workers that freeze one document would give it two request ids."""
    house = houses()
    scope = house.scope
    healthy = house.means.ledgers
    documents: list[int] = []

    def usurp(run: str) -> None:
        with healthy.write() as ledger:
            ledger.cluster.leave("node-1")
        with healthy.write() as ledger:
            ledger.cluster.join("node-2", "test")
            assert ledger.cluster.take(scope, "sales", "node-2", run) is not None
        documents.append(posted(house)[0])

    interrupted_backfill(house, usurp)

    assert documents == [posted(house)[0]]
    with healthy.read() as ledger:
        assert (
            ledger.connection.scalar(select(func.count()).where(t.batch.c.state == "frozen")) == 0
        )


class Watched:
    """QuickBooks' client, whose batches of documents go through a function of the test."""

    def __init__(self, client: Any, send: Callable[..., Any], looks: list[datetime], clock: Clock):
        self._client, self._send, self._looks, self._clock = client, send, looks, clock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def send_batch(self, body: bytes, request_id: str, bids: Sequence[str]) -> Any:
        is_list = b'"Item":{' in body or b'"Customer":{' in body or b'"PaymentMethod":{' in body
        send = self._client.send_batch
        return send(body, request_id, bids) if is_list else self._send(send, body, request_id, bids)

    def find(self, kind: str, numbers: Sequence[str]) -> Any:
        self._looks.append(self._clock.now)
        return self._client.find(kind, numbers)


class Outside:
    """The ways out, with every QuickBooks client watched."""

    def __init__(self, house: House, send: Callable[..., Any]) -> None:
        self._real, self._send, self._clock = house.means.outside, send, house.clock
        self.looks: list[datetime] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def quickbooks(self, *given: Any) -> Any:
        return Watched(self._real.quickbooks(*given), self._send, self.looks, self._clock)


def one_sale(house: House) -> str:
    """A sale that the next sync reads, in a company that has all it needs."""
    house.sync()
    number = house.retailer.sell("card", house.clock.now)
    house.clock.sleep(60)
    return str(number)


def test_a_batch_of_unknown_outcome_is_looked_up_two_minutes_after_it_was_last_sent(
    houses: Houses,
) -> None:
    """QuickBooks may execute a request for two minutes: looked at sooner, it is not there yet."""
    house = houses()
    number = one_sale(house)
    sent: list[datetime] = []

    def lost(send: Any, *batch: Any) -> Any:
        sent.append(house.clock.now)
        if len(sent) == 1:
            send(*batch)
        raise Uncertain("QuickBooks did not answer")

    outside = Outside(house, lost)
    house.use(outside=outside)
    house.services.runs.sync(OWNER, house.scope)
    house.work(until=timedelta(hours=1))

    assert len(sent) > 4  # several starts of the run
    assert outside.looks[0] - sent[-1] >= timedelta(seconds=120)
    assert outside.looks[0] - sent[0] >= timedelta(minutes=10)
    assert entry(house, number)["state"] == "posted"


def test_a_batch_that_grew_old_while_quickbooks_was_busy_is_looked_up_not_sent_again(
    houses: Houses,
) -> None:
    """A lost answer, then a long throttle in the same breath: the age counts from the first."""
    house = houses()
    number = one_sale(house)
    sent: list[datetime] = []

    def lost_then_busy(send: Any, *batch: Any) -> Any:
        sent.append(house.clock.now)
        if len(sent) == 1:
            send(*batch)
            raise Uncertain("QuickBooks did not answer")
        if len(sent) < 4:
            raise Retryable("QuickBooks asked us to slow down", after=400)
        house.quickbooks.replies.forget()
        return send(*batch)

    outside = Outside(house, lost_then_busy)
    house.use(outside=outside)
    house.sync()

    assert len(sent) == 3
    assert len(outside.looks) == 1
    assert entry(house, number)["state"] == "posted"


def test_a_clock_set_back_does_not_make_an_old_batch_young(houses: Houses) -> None:
    """It is looked up instead of sent, for nobody knows how old it is."""
    house = houses()
    number = one_sale(house)
    sent: list[datetime] = []

    def lost(send: Any, *batch: Any) -> Any:
        sent.append(house.clock.now)
        send(*batch)
        raise Uncertain("QuickBooks did not answer")

    outside = Outside(house, lost)
    house.use(outside=outside)
    house.services.runs.sync(OWNER, house.scope)
    house.work(until=timedelta(seconds=30))
    count = len(sent)
    (_, unit) = house.engine.next() or pytest.fail("the run gave up")

    house.clock.sleep(-3600)
    house.worker.execute(unit)

    assert len(sent) == count
    assert house.clock.now - sent[-1] <= timedelta(seconds=-3400)
    assert entry(house, number)["state"] == "posted"


def turned_away(send: Any, body: bytes, request_id: str, bids: Sequence[str]) -> Any:
    """Every document is refused for now, and time may help."""
    busy = Fault("10000", "An application error has occurred")
    return {bid: Refused(busy, advice(busy)) for bid in bids}


@pytest.mark.parametrize("by", ["sync", "backfill"])
def test_a_retry_of_a_backfilled_sale_is_not_skipped_as_before_go_live(
    houses: Houses, by: str
) -> None:
    """Somebody asked for it once; whichever run comes next tries it again."""
    house = houses()
    house.sync()
    healthy = house.means.outside
    house.use(outside=Outside(house, turned_away))
    house.backfill(START, START)
    house.use(outside=healthy)
    assert states(house)[EntryState.RETRYING]
    house.clock.sleep(600)

    if by == "sync":
        house.sync()
    else:
        house.backfill(NOW.date(), NOW.date())

    assert states(house)[EntryState.RETRYING] == 0
    tie_out(house, plain(house))


def without_correction(how: Callable[[Sequence[str]], Any]) -> Callable[..., Any]:
    """Documents go in; an update that says the tax again meets `how`."""

    def send(real: Any, body: bytes, request_id: str, bids: Sequence[str]) -> Any:
        return how(bids) if b'"operation":"update"' in body else real(body, request_id, bids)

    return send


def stale(bids: Sequence[str]) -> dict[str, Outcome]:
    fault = Fault("5010", "Stale Object Error")
    return {bid: Refused(fault, advice(fault)) for bid in bids}


def silent(bids: Sequence[str]) -> dict[str, Outcome]:
    raise Uncertain("QuickBooks did not answer")


@pytest.mark.parametrize("how", [stale, silent])
def test_a_correction_that_does_not_go_in_ends_as_held_with_its_document(
    houses: Houses, how: Callable[[Sequence[str]], Any]
) -> None:
    """It is no sale to post again: the document is there, and a retry would leave it alone."""
    house = houses(company=CompanySpec(ignore_total_tax=True))
    house.use(outside=Outside(house, without_correction(how)))

    house.backfill(START, NOW.date())

    counted = states(house)
    assert counted[EntryState.PENDING] == counted[EntryState.RETRYING] == 0
    with house.means.ledgers.read() as ledger:
        rows, _ = ledger.entries.search(house.scope, states=["held"], limit=1000)
    differing = [row for row in rows if row["cause"] == "total_differs"]
    assert differing
    assert all(row["document_id"] for row in differing)
    assert not [row for row in rows if row["cause"] == "number_taken"]


def test_a_database_error_shows_no_amount_and_no_name(sqlite_database: Database) -> None:
    """Such errors are logged with their statement; the values in it are people's."""
    row = {"id": "T1", "name": "Pinewharf Ltd", "created_at": NOW}

    with pytest.raises(IntegrityError) as caught, sqlite_database.write() as connection:
        for _ in range(2):
            connection.execute(t.workspace.insert(), row)

    assert "Pinewharf" not in str(caught.value)


class Pages:
    """Lightspeed's client, whose pages of changes go through a function of the test."""

    def __init__(self, client: Any, change: Callable[[list[Any]], list[Any]]) -> None:
        self._client, self._change = client, change

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def changed_sales(self, *given: Any) -> Any:
        page = self._client.changed_sales(*given)
        return replace(page, records=tuple(self._change(list(page.records))))

    def sales(self, ids: Any) -> Any:
        return self._change(self._client.sales(ids))


def read_through(house: House, change: Callable[[list[Any]], list[Any]]) -> None:
    """From now on every record of a sale passes `change`."""

    class ReadThrough:
        def __init__(self, real: Any) -> None:
            self._real = real

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

        def lightspeed(self, *given: Any) -> Any:
            return Pages(self._real.lightspeed(*given), change)

    house.use(outside=ReadThrough(house.means.outside))


def all_entries(house: House) -> list[dict[str, Any]]:
    with house.means.ledgers.read() as ledger:
        rows, _ = ledger.entries.search(house.scope, limit=1000)
    return [dict(row) for row in rows]


def test_a_page_that_names_a_sale_twice_posts_it_once(houses: Houses) -> None:
    """Lists move while they are read."""
    house = houses()
    number = one_sale(house)
    read_through(house, lambda records: [*records, *records])

    run = house.sync()

    assert run.state is not RunState.FAILED
    assert entry(house, number)["state"] == "posted"


def test_records_without_a_number_are_told_and_do_not_stop_later_runs(houses: Houses) -> None:
    house = houses()
    number = one_sale(house)
    read_through(house, lambda records: [{"total": "1"}, *records, {"total": "2"}])

    runs = [house.sync(), house.sync(), house.sync()]

    assert [run.state for run in runs if run.state is RunState.FAILED] == []
    assert entry(house, number)["state"] == "posted"
    nameless = [row for row in all_entries(house) if str(row["source_id"]).startswith("?")]
    assert [row["state"] for row in nameless] == ["held", "held"]
    assert [run.counts.get(EntryState.HELD, 0) for run in runs] == [2, 0, 0]


def test_a_record_without_a_number_can_be_left_out_by_a_person(houses: Houses) -> None:
    """Nothing else will ever end it."""
    house = houses()
    read_through(house, lambda records: [{"total": "1", "timeStamp": "x"}, *records])
    house.sync()
    (row,) = (row for row in all_entries(house) if str(row["source_id"]).startswith("?"))

    house.services.decisions.skip(OWNER, house.scope, [str(row["source_id"])], "Olivia", "a ghost")
    house.services.runs.resync(OWNER, house.scope, failed=True)
    house.work()

    ended = entry(house, str(row["source_number"]))
    assert (ended["state"], ended["cause"]) == ("skipped", "decision.skip")
    assert "a ghost" in str(ended["reason"])


@pytest.mark.parametrize("name", ["", "abc", "1e3", "-5", "9" * 30, "١٢"])
def test_a_record_whose_number_is_none_is_held_and_never_posted(houses: Houses, name: str) -> None:
    house = houses()
    number = one_sale(house)
    read_through(
        house,
        lambda rows: [row | {"saleID": name} if row["saleID"] == number else row for row in rows],
    )

    house.sync()

    (row,) = (row for row in all_entries(house) if str(row["source_id"]).startswith("?"))
    assert (row["state"], row["cause"]) == ("held", "unreadable.malformed")
    posted = {document["DocNumber"] for document in house.quickbooks.documents("SalesReceipt")}
    assert not posted & {f"LS-{number}", f"LS-{name}"}


def test_a_retried_sale_that_cannot_be_read_any_more_is_held(houses: Houses) -> None:
    """It would be read in vain by every run from now on, and nobody would be told."""
    house = houses()
    number = one_sale(house)
    healthy = house.means.outside
    house.use(outside=Outside(house, turned_away))
    house.sync()
    house.use(outside=healthy)
    assert entry(house, number)["state"] == "retrying"
    house.clock.sleep(600)
    read_through(house, lambda rows: [row | {"total": "?"} for row in rows])

    house.sync()

    row = entry(house, number)
    assert (row["state"], row["cause"]) == ("held", "unreadable.malformed")


def test_a_skipped_sale_that_is_edited_shows_what_it_is_now(houses: Houses) -> None:
    """Skipped by the same rule before and after; the log must not quote the old figures."""
    house = houses()
    house.services.rules.add(OWNER, house.scope, '"Hands off" when number is not empty exclude')
    number = one_sale(house)
    house.sync()
    before = entry(house, number)
    house.clock.sleep(3600)
    house.retailer.edit(int(number), house.clock.now)

    house.sync()

    row = entry(house, number)
    assert row["state"] == before["state"] == "skipped"
    assert row["fingerprint"] != before["fingerprint"]


def test_a_batch_of_another_connection_is_left_to_it_while_it_works(houses: Houses) -> None:
    """Two accounts may feed one company; only what nobody has in hand is sent for them."""
    house = houses()
    number = one_sale(house)
    healthy = house.means.outside
    sent: list[str] = []

    def lost(send: Any, body: bytes, request_id: str, bids: Sequence[str]) -> Any:
        sent.append(request_id)
        raise Uncertain("QuickBooks did not answer")

    house.use(outside=Outside(house, lost))
    run = house.services.runs.sync(OWNER, house.scope).run.id
    house.work(until=timedelta(seconds=30))
    with house.means.ledgers.write() as ledger:  # as if it were the other connection's
        mine = t.run.c.id == run
        ledger.runs.change(WORKSPACE, run, state="failed")
        ledger.connection.execute(t.run.update().where(mine).values(connection="other"))
        assert ledger.cluster.take(Scope(WORKSPACE, "other"), "sales", "node-1", run) == 1

    count = len(sent)
    house.sync()
    in_hand = (len(sent), entry(house, number)["state"])
    with house.means.ledgers.write() as ledger:
        ledger.cluster.release(Scope(WORKSPACE, "other"), "sales", 1)
    house.use(outside=healthy)
    house.sync()

    assert in_hand == (count, "pending")
    row = entry(house, number)
    assert (row["state"], row["run"]) == ("posted", run)


def test_a_customer_made_inactive_in_quickbooks_is_made_again(houses: Houses) -> None:
    """We made it once, and it goes by another name now; posting to it would be refused for ever."""
    house = houses()
    one_sale(house)
    house.sync()
    before = next(
        customer
        for customer in house.quickbooks.documents("Customer")
        if customer["DisplayName"] == "Walk-in Customer"
    )
    rest = f"{house.servers[1].url}/v3/company/{CompanySpec().realm_id}/customer"
    answer = requests.post(
        rest,
        json={
            "Id": before["Id"],
            "SyncToken": before["SyncToken"],
            "sparse": True,
            "Active": False,
        },
        headers={"Authorization": f"Bearer {house.quickbooks.connect().access}"},
        timeout=10,
    )
    assert answer.ok
    house.clock.sleep(3600)
    number = house.retailer.sell("card", house.clock.now)
    house.clock.sleep(60)

    house.sync()

    assert entry(house, str(number))["state"] == "posted"


def test_a_sale_that_quickbooks_cannot_digest_does_not_stop_the_others(houses: Houses) -> None:
    """No batch with it is ever answered; in the end it goes alone, and waits for a later run."""
    house = houses()
    poison = one_sale(house)
    others = [str(house.retailer.sell("card", house.clock.now)) for _ in range(3)]
    house.clock.sleep(60)

    def send(real: Any, body: bytes, request_id: str, bids: Sequence[str]) -> Any:
        if f"LS-{poison}".encode() in body:
            raise Uncertain("QuickBooks had an error of its own")
        return real(body, request_id, bids)

    house.use(outside=Outside(house, send))

    run = house.sync()

    assert run.state.is_over
    assert entry(house, poison)["state"] == "retrying"
    assert {entry(house, other)["state"] for other in others} == {"posted"}
