"""Bugs in who may do what, and in what is done for a workspace that is gone."""

from __future__ import annotations

from tests.planted.bugs import Bug

ROLES = "tests/scenarios/test_roles.py"
NEWS = "tests/scenarios/test_slack_events.py"
INSTALLING = "tests/scenarios/test_installing.py"

RIGHTS = (
    Bug(
        "a role is checked at the press only, not when the run begins",
        "sync/services/working.py",
        """            if refusal:
                finish(""",
        """            if False:
                finish(""",
        (f"{ROLES}::test_the_run_of_somebody_demoted_meanwhile_is_refused_and_said_so",),
    ),
    Bug(
        "a role in one connection counts everywhere",
        "sync/services/models.py",
        "for each, role in self.higher if each == connection",
        "for each, role in self.higher",
        (f"{ROLES}::test_a_role_in_one_connection_does_not_count_in_another",),
    ),
    Bug(
        "a group counts as the last admin",
        "sync/services/people.py",
        'if has == admin and not who.startswith("S")]',
        "if has == admin]",
        (f"{ROLES}::test_the_last_admin_by_name_cannot_go_even_when_a_group_is_admin",),
    ),
    Bug(
        "a walk through Slack's page can be finished in another browser",
        "sync/services/installations.py",
        'return f"slack install\\n{state}\\n{browser}"',
        'return f"slack install\\n{state}"',
        (f"{INSTALLING}::test_a_return_in_another_browser_installs_nothing",),
    ),
    Bug(
        "an uninstall leaves runs to be started by the clock",
        "sync/services/installations.py",
        "ledger.accounts.change_connection(scope, paused=True)",
        "pass",
        (f"{NEWS}::test_an_uninstall_ends_runs_and_pauses_and_keeps_settings",),
    ),
)
