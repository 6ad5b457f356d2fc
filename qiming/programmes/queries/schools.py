"""In the name of which schools somebody acts."""

from qiming.kernel.access import Actor
from qiming.programmes.access import TABLE
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef


def schools_for(actor: Actor, verb: str) -> list[OrgRef]:
    """The schools for which this person may do `verb`, by name."""
    row = TABLE.row(verb)
    paths = {grant.scope_path for grant in actor.grants if grant.role in row.reaches}
    found = {one.id: one for path in paths if (one := _school_at(path)) is not None}
    return sorted(found.values(), key=lambda one: one.name)


def _school_at(path: str) -> OrgRef | None:
    here = registry.org_by_path(path)
    chain = [here, *registry.ancestors(path)]
    return next((one for one in chain if one.kind is OrgKind.SCHOOL), None)
