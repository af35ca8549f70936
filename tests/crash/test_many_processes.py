"""One web and two workers on PostgreSQL: a worker dies or is asked to leave, the other goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.crash.installation import Installation, an_installation
from tests.crash.process import Process
from tests.crash.shops import Shop, a_generated_shop, a_shop
from tests.crash.test_one_process import ties_out

pytestmark = [pytest.mark.slow, pytest.mark.postgres]

TAKEN_OVER = 45.0  # seconds, design.md section 11
AT_ONCE = 10.0  # no silence has to be waited out: the next look at the queue finds the work
EARLY = 40  # documents of about three hundred


Installed = Callable[[Shop], Installation]


@pytest.fixture
def installed(postgres_url: Callable[[], str], tmp_path: Path) -> Iterator[Installed]:
    """Makes an installation that is connected and at work."""
    with ExitStack() as stack:

        def make(shop: Shop) -> Installation:
            on = stack.enter_context(
                an_installation(shop, postgres_url(), tmp_path, seconds_per_item=0.03)
            )
            for command in ("web", "worker", "worker"):
                on.launch(command)
            for process in on.processes:
                on.await_ready(process)
            on.connect()
            return on

        yield make


def one_at_work(on: Installation) -> Process:
    """The worker whose documents arrive."""
    on.wait_for(lambda: on.documents >= EARLY)
    (process,) = [process for process in on.processes if process.id == on.holder()]
    return process


def test_a_killed_workers_run_goes_on_in_the_other(installed: Installed) -> None:
    """From the kill to the next batch that is known to be posted."""
    on = installed(a_shop())
    on.backfill()
    killed = one_at_work(on)

    killed.kill()
    posted = on.entries["posted"]
    waited = on.wait_for(lambda: on.entries["posted"] > posted, TAKEN_OVER + 15)
    successor = on.holder()
    on.finished()

    assert posted < on.shop.books.sales
    assert waited <= TAKEN_OVER
    assert successor != killed.id
    ties_out(on)


def test_a_worker_that_is_asked_to_leave_hands_its_run_over(installed: Installed) -> None:
    """It finishes what it has in hand and ends well; nobody waits for its death."""
    on = installed(a_generated_shop(days=20))
    on.backfill()
    leaving = one_at_work(on)

    leaving.ask_to_leave()
    code = leaving.exit_code()
    left = on.nodes()
    posted = on.entries["posted"]
    waited = on.wait_for(lambda: on.entries["posted"] > posted)
    on.finished()

    assert code == 0, leaving.said
    assert leaving.id not in left
    assert EARLY <= posted < on.shop.books.sales
    assert waited <= AT_ONCE
    assert "Traceback" not in leaving.said
    ties_out(on)
