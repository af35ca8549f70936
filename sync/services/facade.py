"""The one door into sync: every use case and read model, built on the same means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync.services.alerts import Alerts
from sync.services.configuring import Configuring
from sync.services.connections import Connections
from sync.services.decisions import Decisions
from sync.services.drafts import Drafts
from sync.services.homes import Homes
from sync.services.installations import Installations
from sync.services.lists import Lists
from sync.services.log import Log
from sync.services.means import Means
from sync.services.notices import Notices
from sync.services.overview import Overview
from sync.services.people import People, Requests, Workspaces
from sync.services.products import Products
from sync.services.questions import Previews, Questions
from sync.services.reports import Reports
from sync.services.rule_files import RuleFiles
from sync.services.rule_trials import Trials
from sync.services.rules import Rules
from sync.services.runs import Runs
from sync.services.schedules import Schedules
from sync.services.setting_up import SettingUp
from sync.services.settings import Settings
from sync.services.survey import Surveying, Surveys
from sync.services.working import Job, Worker


@dataclass(frozen=True, slots=True)
class Services:
    """What bot may ask of sync. Everything here is a short transaction, never an outside call."""

    people: People
    workspaces: Workspaces
    requests: Requests
    installations: Installations
    connections: Connections
    settings: Settings
    configuring: Configuring
    lists: Lists
    rules: Rules
    rule_files: RuleFiles
    trials: Trials
    decisions: Decisions
    products: Products
    schedules: Schedules
    runs: Runs
    log: Log
    previews: Previews
    reports: Reports
    alerts: Alerts
    notices: Notices
    drafts: Drafts
    surveys: Surveys
    setting_up: SettingUp
    homes: Homes


def build_services(means: Means) -> Services:
    """The services of any process; `web` uses them as they are."""
    people = People(means)
    runs = Runs(means)
    schedules = Schedules(means)
    rules = Rules(means)
    overview = Overview(means, runs, schedules)
    connections = Connections(means, overview)
    surveys = Surveys(means)
    return Services(
        people=people,
        workspaces=Workspaces(means),
        requests=Requests(means),
        installations=Installations(means),
        connections=connections,
        settings=Settings(means, overview.get),
        configuring=Configuring(means, schedules, overview.get),
        lists=Lists(means),
        rules=rules,
        rule_files=RuleFiles(means),
        trials=Trials(means, runs),
        decisions=Decisions(means),
        products=Products(means, rules),
        schedules=schedules,
        runs=runs,
        log=Log(means),
        previews=Previews(runs),
        reports=Reports(means),
        alerts=Alerts(means),
        notices=Notices(means),
        drafts=Drafts(means),
        surveys=surveys,
        homes=Homes(means, people),
        setting_up=SettingUp(means, connections, surveys, rules, runs),
    )


def build_worker(means: Means, services: Services) -> Worker:
    """What the engine calls; only processes that work need it."""
    questions = Questions(means, services.connections)
    jobs: Mapping[str, Job] = {
        "after_connect": questions.after_connect,
        "estimate": questions.estimate,
        "preview": questions.preview,
        "refresh": questions.refresh,
        "revoke": questions.revoke,
        "try_rule": services.trials.answer,
        "survey": Surveying(means).survey,
    }
    return Worker(means, jobs)
