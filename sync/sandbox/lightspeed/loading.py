"""`load_relations`: which are allowed, what they cost, and how a row looks with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from sync.sandbox.lightspeed.answers import Refusal
from sync.sandbox.lightspeed.schema import ENTITIES, Relation
from sync.sandbox.lightspeed.tables import Dataset, Row

Tree = dict[str, "Tree"]


def asked_for(entity: str, text: str | None) -> list[str]:
    """The dotted relation paths of a request, checked against the entity's list."""
    spec = ENTITIES[entity]
    if not text:
        return []
    if text == "all":
        return [path for path in spec.paths if path not in spec.unlisted]
    try:
        paths = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Refusal(400, "load_relations must be a JSON array or 'all'.") from None
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise Refusal(400, "load_relations must be a JSON array of names.")
    for path in paths:
        if path not in spec.paths:
            allowed = ", ".join(spec.paths)
            raise Refusal(400, f"'{path}' is not a relation of {entity}. Relations: {allowed}")
    return list(dict.fromkeys(paths))


def _with_parents(paths: Iterable[str]) -> list[str]:
    whole: dict[str, None] = {}
    for path in paths:
        names = path.split(".")
        for depth in range(1, len(names) + 1):
            whole[".".join(names[:depth])] = None
    return list(whole)


def _relation(entity: str, name: str) -> Relation:
    spec = ENTITIES.get(entity)
    return spec.relations.get(name, Relation()) if spec else Relation()


def tenths_of_cost(entity: str, paths: Iterable[str], *, listed: bool) -> int:
    """Tenths of a drip: 1 to-one, 2 to-many, double on lists and below a to-many."""
    cost = 0
    for path in _with_parents(paths):
        owner, below_many = entity, False
        *parents, last = path.split(".")
        for name in parents:
            relation = _relation(owner, name)
            owner, below_many = relation.entity, below_many or relation.many
        weight = 2 if _relation(owner, last).many else 1
        cost += weight * (2 if listed or below_many else 1)
    return cost


def tree(paths: Iterable[str]) -> Tree:
    """Dotted paths as nested names."""
    root: Tree = {}
    for path in paths:
        at = root
        for name in path.split("."):
            at = at.setdefault(name, {})
    return root


def composed(dataset: Dataset, entity: str, row: Row, wanted: Tree) -> dict[str, Any]:
    """The record as sent: a reference to nothing, and an empty collection, leave no key."""
    body = dict(row.fields)
    for name, below in wanted.items():
        relation = ENTITIES[entity].relations[name]
        if not relation.entity:
            if name in row.parts:
                body[name] = row.parts[name]
        elif relation.many:
            children = [
                composed(dataset, relation.entity, child, below)
                for child in dataset.tables[relation.entity].of_parent(relation.by, row.id)
            ]
            for key in relation.leaves_out:
                for child_body in children:
                    child_body.pop(key, None)
            if children:
                body[name] = {relation.inner: children if len(children) > 1 else children[0]}
        else:
            target = dataset.tables[relation.entity].rows.get(int(row.fields.get(relation.by) or 0))
            if target is not None:
                body[name] = composed(dataset, relation.entity, target, below)
    return body
