"""Whether a model may speak for an agent at a place, and through which door. The gateway asks the same again."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from qiming.agents.folders import Agent
from qiming.agents.models import ApplicationKey, BaseModel, EducationModel, Enablement, KillSwitch
from qiming.agents.rules import choosing
from qiming.agents.talk.framing import Way
from qiming.agents.types import Application, Audience, Enabled, Kind, Route, Switch, Target
from qiming.kernel import time

_WHY = "the chain holds for the whole installation; the rules choose what reaches the place"


def name_of(agent: str, stage: str) -> str:
    """The name of the key with which an agent of ours goes through the door at one stage."""
    return f"agent:{agent}/{stage}"


def way_for(agent: Agent, stage: str, place: str, *, accompanied: bool) -> Way | None:
    """The first education model of the agent's quota class that is open here; None: the course alone answers.

    `accompanied`: a named adult is there (primary pupils).
    """
    if not settings.GATEWAY_URL:
        return None
    row = _key(agent, stage, place)
    if row is None:
        return None
    application = _application(row, accompanied=accompanied)
    if choosing.key_holds(application, time.now()) is not None:
        return None
    switches = _switches()
    for route in _routes(row.routes, agent.quota_class):
        enabled = _enabled(route.key)
        no = choosing.may_call(application, route, place, kind=Kind.CHAT, enabled=enabled, switches=switches)
        room = _room(route, application) if no is None else 0
        if room:
            return Way(str(row.id), route.key, room)
    return None


def _key(agent: Agent, stage: str, place: str) -> ApplicationKey | None:
    """The key nearest to the place."""
    rows = ApplicationKey.objects.unscoped(_WHY).filter(
        is_ours=True, name=name_of(agent.key, stage), scope_path__in=_above(place), revoked_at=None
    )
    return max(rows, key=lambda row: len(row.scope_path), default=None)


def _above(place: str) -> list[str]:
    steps = place.rstrip("/").split("/")
    return ["/".join(steps[:at]) + "/" for at in range(1, len(steps) + 1)]


def _application(row: ApplicationKey, *, accompanied: bool) -> Application:
    return Application(
        id=row.id,
        name=row.name,
        path=row.scope_path,
        kinds=frozenset(row.kinds),
        routes=frozenset(row.routes),
        stage=row.stage,
        audience=Audience(row.audience),
        expires_at=row.expires_at,
        supervised=accompanied,
        is_ours=True,
    )


def _routes(keys: Iterable[str], quota_class: str) -> list[Route]:
    wanted = list(keys)
    rows = EducationModel.objects.filter(
        key__in=wanted, quota_class=quota_class, kind=Kind.CHAT.value, is_active=True
    )
    found = [
        Route(
            row.key,
            row.title,
            Kind.CHAT,
            tuple(row.base_models),
            frozenset(row.stages),
            grade=row.data_grade,
            held=frozenset(row.held_stages),
        )
        for row in rows
    ]
    return sorted(found, key=lambda route: wanted.index(route.key))


def _enabled(route: str) -> list[Enabled]:
    rows = Enablement.objects.unscoped(_WHY).filter(route__key=route)
    return [Enabled(row.scope_path, route, row.yes) for row in rows]


def _switches() -> list[Switch]:
    rows = KillSwitch.objects.unscoped(_WHY).filter(lifted_at=None)
    return [Switch(row.scope_path, Target(row.target), row.key, row.reason) for row in rows]


def _room(route: Route, application: Application) -> int:
    """How many tokens the roomiest model of the route takes that may be read by these people; 0: there is none."""
    rows = BaseModel.objects.filter(key__in=route.models, is_active=True, kind=Kind.CHAT.value)
    if application.audience is Audience.PUPIL:
        rows = rows.exclude(filing_no="")
    return max((row.context_tokens for row in rows if route.grade in row.data_grades), default=0)
