"""Proof that the tests can fail: each planted bug is caught by the tests that should catch it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from tests.planted.bugs import BUGS, Bug
from tests.planted.forms import FORMS
from tests.planted.planting import ROOT, Nursery, Verdict
from tests.planted.rights import RIGHTS
from tests.planted.rules import RULES
from tests.planted.slack import SLACK
from tests.planted.talk import TALK

pytestmark = pytest.mark.slow

# Each costs the start of a test run, so what people read and press waits for `--every-bug`.
ALWAYS = (*BUGS, *RIGHTS)
ALL = (*ALWAYS, *RULES, *TALK, *FORMS, *SLACK)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.function is test_a_planted_bug_is_caught:
        bugs = ALL if metafunc.config.getoption("--every-bug") else ALWAYS
        metafunc.parametrize("bug", bugs, ids=lambda bug: bug.name)


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    nursery = Nursery(tmp_path_factory.mktemp("planted"))
    yield nursery
    nursery.close()


@pytest.fixture(scope="module")
def planted(nursery: Nursery, request: pytest.FixtureRequest) -> dict[str, Future[Verdict]]:
    """All bugs that were asked for, begun at once: each test waits for its own."""
    chosen: list[Bug] = [
        bug
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.function is test_a_planted_bug_is_caught
        if isinstance(bug := item.callspec.params["bug"], Bug)
    ]
    return {bug.name: nursery.plant(bug) for bug in chosen}


def test_a_planted_bug_is_caught(bug: Bug, planted: dict[str, Future[Verdict]]) -> None:
    verdict = planted[bug.name].result()

    assert verdict.is_caught, verdict.said[-4000:]


@pytest.mark.parametrize("bug", ALL, ids=lambda bug: bug.name)
def test_a_bug_still_fits_the_code(bug: Bug) -> None:
    assert (ROOT / bug.file).read_text("utf-8").count(bug.right) == 1, "the code has changed"


def test_without_a_bug_the_same_tests_pass(
    nursery: Nursery, request: pytest.FixtureRequest
) -> None:
    """Else they would fail for another reason, and prove nothing."""
    if not request.config.getoption("--every-bug"):
        pytest.skip("the suite itself runs them; `--every-bug` runs them where bugs are planted")
    tests = tuple(dict.fromkeys(test for bug in ALL for test in bug.tests))

    verdict = nursery.control(tests).result()

    assert verdict.code == 0, verdict.said[-4000:]
