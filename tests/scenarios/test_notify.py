"""Who hears how much and when: levels, quiet hours, the daily digest and the chart."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest

from bot.sandbox.model import Message
from sync.domain.identity import Scope
from sync.errors import Retryable
from sync.services.facade import build_services
from sync.services.models import Role
from tests.alerts import buttons, in_channel, tell, worked
from tests.office import NOW, Office, bare, form_of, office, words
from tests.scenarios.books import entry

__all__ = ["bare", "office"]  # fixtures

CLOSED = "2026-03-10"


def sale(office: Office, kind: str = "card") -> str:
    house = office.house
    number = str(house.retailer.sell(kind, house.clock.now))
    house.clock.sleep(60)
    return number


def tick(office: Office) -> None:
    """The schedule's run, done and told."""
    house = office.house
    house.services.runs.tick(house.scope, f"tick:{house.clock.now.isoformat()}", house.clock.now)
    worked(office)


def to(office: Office, who: str) -> list[Message]:
    return office.person(who).direct_messages


def day_passes(office: Office, until: str) -> None:
    """To a moment in UTC, with everybody's digests asked for twice a minute or so."""
    clock = office.house.clock
    end = datetime.fromisoformat(until).replace(tzinfo=clock.now.tzinfo)
    while clock.now < end:
        clock.now = min(clock.now + timedelta(minutes=20), end)
        office.house.services.notices.tell_due()
        office.house.services.notices.tell_due()
    tell(office)


@pytest.fixture
def quiet_start(office: Office) -> Office:
    """What was sold before is in the books; nobody cares how."""
    office.say("sync")
    worked(office)
    return office


# -- levels


def test_failures_only_says_nothing_of_what_went_well(quiet_start: Office) -> None:
    office = quiet_start
    office.say("notify here failures")
    before = len(in_channel(office))

    sale(office)
    tick(office)
    silent = len(in_channel(office)) - before
    office.house.quickbooks.change_company(book_close_date=CLOSED)
    number = sale(office)
    tick(office)

    assert silent == 0
    assert entry(office.house, number)["state"] == "held"
    told = in_channel(office)[before:]
    assert any("Choose date" in buttons(each) for each in told)


def test_a_run_that_somebody_asked_for_is_always_told(quiet_start: Office) -> None:
    office = quiet_start
    office.say("notify here nothing")
    before = len(office.slack.messages("#ccc-log"))

    sale(office)
    tick(office)
    by_itself = len(office.slack.messages("#ccc-log")) - before
    sale(office)
    office.say("sync", who="oscar")
    worked(office)

    assert by_itself == 0
    assert len(office.slack.messages("#ccc-log")) == before + 1


def test_a_summary_has_no_table_and_its_file(quiet_start: Office) -> None:
    office = quiet_start
    office.say("notify here summary")

    sale(office)
    tick(office)

    root = office.slack.messages("#ccc-log")[-1]
    thread = office.slack.replies(root)
    assert not any(block["type"] == "data_table" for each in thread for block in each.blocks)
    assert sum(len(each.files) for each in thread) == 1


def test_what_was_told_is_kept_true_when_only_failures_are(quiet_start: Office) -> None:
    """A run that settles a cause edits its message, though the run itself is not worth a word."""
    office = quiet_start
    office.say("notify here failures")
    office.house.quickbooks.change_company(book_close_date=CLOSED)
    number = sale(office)
    tick(office)
    alert = next(each for each in in_channel(office) if "Choose date" in buttons(each))

    office.house.quickbooks.change_company(book_close_date="2026-01-31")
    office.say(f"resync {number}")
    worked(office)

    assert entry(office.house, number)["state"] == "posted"
    assert "Choose date" not in buttons(alert)


def test_a_person_hears_of_failures_with_a_way_to_the_thread(quiet_start: Office) -> None:
    office = quiet_start
    office.say("notify failures", who="beatrix")
    sale(office)
    tick(office)
    before = len(to(office, "beatrix"))
    office.house.quickbooks.change_company(book_close_date=CLOSED)
    sale(office)

    tick(office)

    assert before == 0
    (message,) = to(office, "beatrix")
    assert "1 held" in message.text
    assert buttons(message) == ["Show problems"]
    assert "slack.com/archives" in str(message.blocks) or "'url'" in str(message.blocks)
    assert to(office, "oscar") == []


def test_a_channel_is_for_admins_to_choose_and_oneself_for_everybody(office: Office) -> None:
    refused = office.told("notify here nothing", who="oscar")
    saved = office.told("notify summary quiet 22-7", who="oscar")
    shown = office.told("notify list", who="oscar")

    assert "admin" in refused
    assert "runs and what failed in them; quiet from 22:00 to 07:00 (US/Eastern)" in saved
    assert "every entry" in shown
    trail = office.house.services.people.audit(office.house.scope)
    assert next(row.action for row in trail) == "notice.set"


def test_nobody_chooses_for_somebody_else(office: Office) -> None:
    text = office.told("notify <@U0OSCAR01|oscar> everything")

    assert "I do not know" in text
    assert office.house.services.notices.all(office.house.scope) == ()


def test_what_others_want_to_hear_is_theirs_to_know(office: Office) -> None:
    office.say("notify failures digest 08:00", who="oscar")

    shown = office.told("notify list", who="beatrix")

    assert "08:00" not in shown


class Gone:
    """Oscar is a guest now; of Beatrix, Slack does not say."""

    def __init__(self, oscar: str, beatrix: str) -> None:
        self._oscar, self._beatrix = oscar, beatrix

    def refusal(self, scope: Scope, user: str, role: Role) -> str:
        if user == self._beatrix:
            raise Retryable("Slack does not answer")
        return "a guest" if user == self._oscar else ""


def test_who_may_not_see_amounts_any_more_hears_nothing(quiet_start: Office) -> None:
    office, house = quiet_start, quiet_start.house
    for who in ("olivia", "oscar", "beatrix"):
        office.say("notify failures digest 08:00", who=who)
    house.use(rights=Gone(office.person("oscar").id, office.person("beatrix").id))
    house.quickbooks.change_company(book_close_date=CLOSED)
    sale(office)
    before = len(to(office, "olivia"))

    tick(office)
    day_passes(office, "2026-03-11 12:30")

    assert len(to(office, "olivia")) == before + 2
    assert to(office, "oscar") == to(office, "beatrix") == []


# -- quiet hours


def test_the_night_is_quiet_and_the_morning_tells_it_once(quiet_start: Office) -> None:
    """NOW is 18:00 in New York."""
    office = quiet_start
    office.say("notify here quiet 17:00-07:00")
    before = len(office.slack.messages("#ccc-log"))

    sale(office)
    tick(office)
    at_night = len(office.slack.messages("#ccc-log")) - before
    sale(office)
    tick(office)
    office.house.clock.now = NOW.replace(day=11, hour=11, minute=1)
    tell(office)

    assert at_night == 0
    told = office.slack.messages("#ccc-log")[before:]
    assert len(told) == 2
    assert all("Done" in words(each) for each in told)


def test_who_asks_at_night_is_answered_at_night(quiet_start: Office) -> None:
    office = quiet_start
    office.say("notify here quiet 17:00-07:00")
    before = len(office.slack.messages("#ccc-log"))

    sale(office)
    office.say("sync", who="oscar")
    worked(office)

    assert len(office.slack.messages("#ccc-log")) == before + 1


def test_what_stops_everything_comes_at_any_hour(quiet_start: Office) -> None:
    office = quiet_start
    office.say("notify here failures quiet 17:00-07:00")
    office.say("notify failures quiet 17:00-07:00", who="oscar")
    office.say("notify nothing", who="beatrix")

    office.house.lightspeed.grants.revoke_everything()
    sale(office)
    tick(office)

    assert "Reconnect Lightspeed" in str([buttons(each) for each in in_channel(office)])
    assert [buttons(each) for each in to(office, "oscar")] == [["Reconnect Lightspeed"]]
    assert to(office, "beatrix") == []


# -- the digest


def test_a_digest_tells_yesterday_once_a_day(quiet_start: Office) -> None:
    office = quiet_start
    office.say("notify digest 08:00", who="oscar")
    office.house.quickbooks.change_company(book_close_date=CLOSED)
    sale(office)
    office.say("sync", who="oscar")
    worked(office)

    day_passes(office, "2026-03-11 11:59")
    early = len(to(office, "oscar"))
    day_passes(office, "2026-03-12 11:59")

    assert early == 0
    (digest,) = to(office, "oscar")
    assert "Digest, 10 Mar 2026" in words(digest)
    assert "1 held" in digest.text
    assert "1 sale waits for a person" in digest.text
    assert {"Choose date", "Retry", "Show"} <= set(buttons(digest))
    assert any(block["type"] == "data_visualization" for block in digest.blocks)
    assert "Sold and judged" not in words(digest)


def test_the_buttons_of_a_digest_settle_the_cause(quiet_start: Office) -> None:
    office = quiet_start
    office.say("notify digest 08:00")
    office.house.quickbooks.change_company(book_close_date=CLOSED)
    number = sale(office)
    office.say("sync", who="oscar")
    worked(office)
    day_passes(office, "2026-03-11 12:30")
    olivia = office.person("olivia")

    olivia.click(to(office, "olivia")[-1], "Choose date")
    olivia.submit()
    worked(office)

    assert entry(office.house, number)["state"] == "posted"


def test_a_restart_at_the_hour_tells_it_once(quiet_start: Office) -> None:
    """Two processes, the second of which starts after the first has claimed the day."""
    office, house = quiet_start, quiet_start.house
    office.say("notify digest 08:00", who="oscar")
    day_passes(office, "2026-03-11 11:50")
    house.clock.now = NOW.replace(day=11, hour=12, minute=0)
    again = build_services(house.means)

    first = house.services.notices.tell_due()
    second = again.notices.tell_due()
    tell(office)

    assert (first, second) == (1, 0)
    assert len(to(office, "oscar")) == 1


def test_of_two_that_look_at_once_one_tells_it(quiet_start: Office) -> None:
    office, house = quiet_start, quiet_start.house
    office.say("notify digest 08:00", who="oscar")
    house.clock.now = NOW.replace(day=11, hour=12, minute=0)
    with house.means.ledgers.read() as ledger:
        (seen_by_the_other,) = ledger.notices.with_digest()

    told = house.services.notices.tell_due()
    with house.means.ledgers.write() as ledger:
        again = ledger.notices.digested(seen_by_the_other, date(2026, 3, 11))

    assert (told, again) == (1, False)


def test_each_morning_has_one_digest_across_the_change_of_clocks(office: Office) -> None:
    """In Oslo there is no 02:30 on 29 March 2026; a sale a day, five mornings."""
    house = office.house
    house.clock.now = NOW.replace(day=26)
    office.say("notify digest 02:30 zone Europe/Oslo", who="oscar")
    for _ in range(5):
        sale(office)
        office.say("sync", who="oscar")
        worked(office)
        day_passes(office, str(house.clock.now + timedelta(days=1))[:19])

    texts = [each.text for each in to(office, "oscar") if each.text.startswith("Digest")]
    days = [re.findall(r"\d+ \w{3} 2026", text)[0] for text in texts]
    assert days == [f"{day} Mar 2026" for day in range(26, 31)]


def test_nothing_happened_is_no_message_unless_somebody_asks(quiet_start: Office) -> None:
    office = quiet_start
    office.say("notify digest 08:00", who="oscar")

    day_passes(office, "2026-03-14 12:30")
    by_itself = [each.text for each in to(office, "oscar")]
    office.say("notify digest now", who="oscar")
    tell(office)

    assert [text for text in by_itself if "13 Mar" in text or "12 Mar" in text] == []
    assert "nothing was sold" in words(office.person("oscar").ephemerals[-1])


# -- the form and the chart


def test_the_form_saves_what_the_line_saves(office: Office) -> None:
    olivia = office.person("olivia")
    office.say("notify")

    olivia.choose(form_of(olivia), "ccc.notify.field.who", "The log channel")
    olivia.submit(
        values={
            "Hears": "Only what failed",
            "Digest of the day before, at": "08:00",
            "Quiet from": "22:00",
            "Quiet to": "07:00",
        }
    )
    (by_form,) = office.house.services.notices.all(office.house.scope)
    office.say("notify here failures digest 08:00 quiet 22:00-07:00")

    assert by_form.target == office.slack.workspace.channel_named("#ccc-log").id
    assert (by_form,) == office.house.services.notices.all(office.house.scope)


def test_half_of_the_quiet_hours_is_said_at_the_field(office: Office) -> None:
    olivia = office.person("olivia")
    office.say("notify")

    errors = olivia.submit(values={"from": "22:00"}).errors

    assert [name.partition("~")[0] for name in errors] == ["to"]


def test_a_viewer_chooses_for_themselves_alone(office: Office) -> None:
    beatrix = office.person("beatrix")
    office.say("notify", who="beatrix")

    form = str(form_of(beatrix).body)
    beatrix.submit(values={"level": "Only what failed"})

    assert "The log channel" not in form
    (notice,) = office.house.services.notices.all(office.house.scope)
    assert notice.target == beatrix.id


def test_the_chart_is_drawn_or_said_where_slack_refuses_it(quiet_start: Office) -> None:
    office = quiet_start
    office.say("chart")
    tell(office)
    drawn = office.person("olivia").ephemerals[-1]
    figures = office.house.services.notices.chart(office.house.scope, date(2026, 3, 10))
    posted = sum(sum(each.counts.values()) for each in figures)

    office.slack.fail("response_url", "invalid_blocks")
    office.say("chart")
    tell(office)
    plain = office.person("olivia").ephemerals[-1]

    (block,) = [each for each in drawn.blocks if each["type"] == "data_visualization"]
    points = block["chart"]["series"][0]["data"]
    assert len(points) == 10
    assert 0 < sum(point["value"] for point in points) <= posted
    assert not any(each["type"] == "data_visualization" for each in plain.blocks)
    assert f"8–10 Mar: {points[-1]['value']} Posted, 0 Held, 0 Failed" in words(plain)


def test_a_chart_of_nothing_says_so(bare: Office) -> None:
    bare.say("")
    bare.house.connect()
    bare.say("channel here")

    bare.say("chart 7")
    tell(bare)

    assert "no sale was read" in bare.person("olivia").ephemerals[-1].text
    assert "1 to 90" in bare.told("chart 400")
