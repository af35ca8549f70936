"""Bugs at the border with Slack: what it refuses, repeats, forgets or shows to others."""

from __future__ import annotations

from tests.planted.bugs import Bug

BUILDERS = "tests/unit/bot/test_builders.py"
LISTENERS = "tests/integration/test_bot_listeners.py"
CASES = "tests/scenarios/test_slack_cases.py"
EVERY = "tests/scenarios/test_every_form.py"
NEWS = "tests/scenarios/test_slack_events.py"
TALKING = "tests/integration/test_bot_conversation.py"

SLACK = (
    Bug(
        "roles in sixty connections are more than fifty blocks",
        "bot/views/roles.py",
        '[("", ""), *own[:_MOST_PLACES]]',
        '[("", ""), *own]',
        (f"{BUILDERS}::test_slack_takes_the_message[views.roles.roles_card]",),
    ),
    Bug(
        "a name in a notification calls the whole channel",
        "bot/views/blocks.py",
        "return cut_escaped(tidy(text), most)",
        "return cut(tidy(text), most)",
        (f"{BUILDERS}::test_slack_takes_the_message[views.rules.saved_card]",),
    ),
    Bug(
        "a form forgets that fields need a button to send them",
        "bot/modals/account.py",
        'modal("Pick account", PICK_ACCOUNT, blocks, submit="Save and resend")',
        'modal("Pick account", PICK_ACCOUNT, blocks)',
        (f"{BUILDERS}::test_slack_takes_the_form[modals.account.form_for]",),
    ),
    Bug(
        "the menu of accounts in an alert has no listener",
        "bot/modals/account.py",
        "options=(Action(ACCOUNT, accounts, Role.ADMIN),)",
        "options=()",
        (f"{LISTENERS}::test_everything_drawn_has_a_listener_and_every_listener_is_drawn",),
    ),
    Bug(
        "a form does not say which line does the same",
        "bot/modals/tax_editor.py",
        ', f"In one line: {LINE}"),',
        "),",
        (f"{LISTENERS}::test_every_form_names_the_line_that_does_the_same",),
    ),
    Bug(
        "an answer for one person is posted for everybody",
        "bot/reports/calls.py",
        """client.chat_postEphemeral(
            channel=channel, user=payload["user"], text""",
        """client.chat_postMessage(
            channel=channel, text""",
        (f"{NEWS}::test_a_mention_is_answered_to_its_writer_alone",),
    ),
    Bug(
        "a guest is let in",
        "bot/access.py",
        'elif profile.get("is_restricted") or profile.get("is_ultra_restricted"):',
        "elif False:",
        (f"{CASES}::test_a_command_by_who_may_not_is_refused_and_makes_no_job",),
    ),
    Bug(
        "an event that Slack sends again acts again",
        "bot/edge.py",
        "if key and team and not self._first_time(team, key):",
        "if False:",
        (f"{CASES}::test_an_event_with_a_retry_header_has_one_effect",),
    ),
    Bug(
        "a form whose trigger expired is lost without a word",
        "bot/app.py",
        'reply = failure or Message("")',
        'reply = Message("")',
        (f"{EVERY}::test_a_form_that_comes_too_late_is_said_to",),
    ),
    Bug(
        "the account of an alert is saved over a newer choice",
        "bot/modals/account.py",
        'view.state.get("version") != request.books.settings_version',
        "False",
        (f"{EVERY}::test_of_two_who_pick_an_account_the_second_sees_what_the_first_saved",),
    ),
    Bug(
        "a redraw that meets a newer view is lost",
        "bot/delivering.py",
        'if error.response.get("error") == "hash_conflict" and hash_:',
        "if False:",
        (f"{EVERY}::test_a_stale_hash_is_drawn_again_from_what_is_newest",),
    ),
    Bug(
        "an empty menu does not say why",
        "bot/answering.py",
        "    if choices.options:\n",
        "    if choices.options is not None:\n",
        (f"{EVERY}::test_without_a_connection_a_menu_says_why_it_is_empty",),
    ),
    Bug(
        "rows of a menu are read by who lost the role since the form was opened",
        "bot/app.py",
        "option.handle(asked.request.needing(option.role), self._services)",
        "option.handle(asked.request, self._services)",
        (f"{TALKING}::test_a_form_is_closed_to_whoever_lost_the_role",),
    ),
    Bug(
        "a table is put into a form, where Slack takes none",
        "bot/answering.py",
        "plain_form(blocks_of(message))",
        "[blocks_of(message)]",
        ("tests/scenarios/test_home.py::test_the_log_is_read_in_a_form_page_by_page",),
    ),
)
