"""Bugs of forms: a value that is lost, an overwrite, a check in one place only."""

from __future__ import annotations

from tests.planted.bugs import Bug

SETTINGS = "tests/scenarios/test_configuring.py"
PAGES = "tests/scenarios/test_settings_pages.py"
LARGE = "tests/integration/test_bot_settings_form.py"
RULES = "tests/scenarios/test_rule_forms.py"
UNIT = "tests/unit/services"

FORMS = (
    Bug(
        "a field forgets what is saved",
        "bot/modals/fields/inputs.py",
        '        element["initial_value"] = cut(shown, most)\n',
        "        pass\n",
        (f"{SETTINGS}::test_the_form_opens_with_what_is_saved",),
    ),
    Bug(
        "the second admin overwrites the first",
        "bot/modals/configure.py",
        "if token_of(saved) != screen.token:",
        "if False:",
        (f"{SETTINGS}::test_two_admins_do_not_overwrite_each_other",),
    ),
    Bug(
        "after a conflict the old values are sent again",
        "bot/modals/configure.py",
        "fresh=screen.fresh + 1,",
        "fresh=screen.fresh,",
        (f"{SETTINGS}::test_two_admins_do_not_overwrite_each_other",),
    ),
    Bug(
        "what was taken back is saved all the same",
        "bot/modals/settings_screen.py",
        "            typed.pop(name, None)\n",
        "            pass\n",
        (f"{SETTINGS}::test_what_was_typed_and_taken_back_is_not_saved",),
    ),
    Bug(
        "another tab loses what was typed on this one",
        "bot/modals/settings_screen.py",
        "            typed[name] = value\n",
        "            pass\n",
        (f"{SETTINGS}::test_what_was_typed_on_other_tabs_is_saved_with_the_last",),
    ),
    Bug(
        "the menus of accounts have no listener",
        "bot/modals/configure.py",
        "options=(account_options(CONFIGURE), zone_options(CONFIGURE)),",
        "options=(zone_options(CONFIGURE),),",
        (f"{PAGES}::test_five_hundred_accounts_are_found_by_what_is_typed",),
    ),
    Bug(
        "ninety ways to pay are ninety fields",
        "bot/modals/panels.py",
        "ACCOUNTS_PAGE = 12",
        "ACCOUNTS_PAGE = 120",
        (f"{LARGE}::test_ninety_ways_to_pay_are_pages_of_a_dozen",),
    ),
    Bug(
        "a change of many settings is anybody's",
        "sync/services/configuring.py",
        "        actor.require_in(scope, Role.ADMIN)\n",
        "",
        (
            "tests/integration/test_services_permissions.py"
            "::test_nobody_changes_what_is_not_theirs_to_change",
        ),
    ),
    Bug(
        "one admin's rule replaces another's unseen",
        "bot/modals/rule_editor.py",
        '_digest(former.line) != editor.state["line"]',
        "False",
        (f"{RULES}::test_two_admins_at_one_rule_see_each_other",),
    ),
    Bug(
        "a trial forgets the rules before it",
        "sync/services/rule_trials.py",
        "return found if mine in found else [*found, mine]",
        "return [mine]",
        (f"{UNIT}/test_rule_trials.py::test_a_rule_sees_what_earlier_rules_left",),
    ),
    Bug(
        "a quote in a list of values breaks its line",
        "sync/rules/many.py",
        "each.replace('\"', '\"\"')",
        "each",
        (
            f"{UNIT}/test_rule_forms.py"
            "::test_a_form_a_line_and_the_line_pasted_into_slack_are_one_rule",
        ),
    ),
)
