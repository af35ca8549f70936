"""Bugs that somebody could make in what people read and press, each with its tests."""

from __future__ import annotations

from tests.planted.bugs import Bug

ALERTS = "tests/scenarios/test_alerts.py"
ASKED = "tests/scenarios/test_backfill_question.py"
FIXING = "tests/scenarios/test_fixing_products.py"
LISTED = "tests/scenarios/test_product_list.py"

TALK = (
    Bug(
        "a cause is told again by every run that meets it",
        "sync/ledger/alerts.py",
        "        if self._open(scope, group) is None:\n",
        '        self._connection.execute(update(t.alert).values(is_open=False, closed_by=""))\n'
        "        if self._open(scope, group) is None:\n",
        (f"{ALERTS}::test_the_same_cause_in_a_later_run_updates_the_alert_and_links_to_it",),
    ),
    Bug(
        "a partly fixed alert claims that all is well",
        "bot/reports/causes.py",
        '            (alert.waiting.count, "still held"),\n',
        "",
        (f"{ALERTS}::test_a_partly_fixed_alert_says_so_and_can_still_be_pressed",),
    ),
    Bug(
        "an alert that is still open is forgotten with old messages",
        "sync/ledger/outbox.py",
        "                t.outbox.c.key.not_in(kept),\n",
        "",
        (f"{ALERTS}::test_an_open_alert_is_remembered_for_as_long_as_it_is_open",),
    ),
    Bug(
        "a retry leaves out what an earlier run held for the same reason",
        "bot/actions/runs.py",
        "            request.actor, request.scope, cause=cause, subject=subject or None\n",
        "            request.actor, request.scope, cause=cause, run_number=run_of(\n"
        "                request, services, run_id)[1].number\n",
        (f"{ALERTS}::test_one_press_settles_the_sales_of_every_run",),
    ),
    Bug(
        "a long backfill starts unasked",
        "bot/commands/backfill.py",
        "return (self.last - self.first).days >= LONG and not (self.dry or self.now)",
        "return False",
        (f"{ASKED}::test_nothing_starts_before_a_button_is_pressed",),
    ),
    Bug(
        "the suggested dry run is lost when a form is drawn again",
        "bot/modals/backfill.py",
        'return element | {"initial_options": [choice]} if on else element',
        "return element",
        (f"{ASKED}::test_the_form_suggests_a_dry_run_for_the_same_length",),
    ),
    Bug(
        "the best guess is lost",
        "bot/views/products.py",
        'return element | {"initial_option": item_option(initial)} if initial else element',
        "return element",
        (f"{FIXING}::test_the_form_names_the_product_its_sales_and_the_best_guess",),
    ),
    Bug(
        "a mapping sends sales that it does not settle",
        "sync/services/products.py",
        "            if _key(Product(each.sku, each.name)) in mapped\n",
        "",
        (f"{LISTED}::test_one_press_maps_what_was_chosen_and_posts_its_sales",),
    ),
    Bug(
        "choices of another page are forgotten",
        "bot/modals/products.py",
        "return UpdateView(list_for(request, services, wanted, _choices(request)))",
        "return UpdateView(list_for(request, services, wanted))",
        (f"{LISTED}::test_choices_of_every_page_are_saved_together",),
    ),
    Bug(
        "a list of products has no listener for its choices",
        "bot/actions/products.py",
        '    Action(f"{PRODUCT_PICK}.", picked, Role.ADMIN),\n',
        "",
        (f"{LISTED}::test_one_press_maps_what_was_chosen_and_posts_its_sales",),
    ),
)
