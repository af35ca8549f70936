"""Change data capture: what was written or deleted since a moment, at most 30 days back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.kinds import BY_PATH, Kind
from sync.sandbox.quickbooks.refusals import Refusal, missing
from sync.sandbox.quickbooks.wire import Json, read_stamp, stamp

_LOOK_BACK = timedelta(days=30)
_MOST = 1000


def changes_since(company: Company, entities: str, since: str) -> list[Json]:
    """One answer per entity asked for, in order; cut off without a word at 1,000 objects."""
    if not entities:
        raise missing("entities")
    if not since:
        raise missing("changedSince")
    try:
        start = read_stamp(since)
    except ValueError as error:
        raise Refusal("2070", f"Invalid Date : {since}", "changedSince") from error
    start = max(start, company.now() - _LOOK_BACK)
    kinds = [_kind(name) for name in entities.split(",")]
    answers = []
    left = _MOST
    with company.lock:
        for kind in kinds:
            objects = _changed(company, kind, start)[:left]
            left -= len(objects)
            answers.append(_answer(kind, objects))
    return answers


def _kind(name: str) -> Kind:
    kind = BY_PATH.get(name.strip().lower())
    if kind is None or not kind.in_cdc:
        raise Refusal("2000", f"Unsupported Object Name : {name}", "entities")
    return kind


def _changed(company: Company, kind: Kind, start: datetime) -> list[Json]:
    start = start.replace(microsecond=0)  # times are told to the second
    living = [
        record for record in company.store.objects[kind.name].values() if record.updated >= start
    ]
    living.sort(key=lambda record: record.updated)
    gone = [
        {
            "domain": "QBO",
            "status": "Deleted",
            "Id": id,
            "MetaData": {"LastUpdatedTime": stamp(when)},
        }
        for id, when in company.store.deleted[kind.name]
        if when >= start
    ]
    return [company.render(record) for record in living] + gone


def _answer(kind: Kind, objects: list[Json]) -> Json:
    if not objects:
        return {}
    return {
        kind.name: objects,
        "startPosition": 1,
        "maxResults": len(objects),
        "totalCount": len(objects),
    }
