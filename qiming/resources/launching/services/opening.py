"""Letting one launch through: the gate is asked, one is taken from every quota, the launch is written down."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from qiming.assurance import services as assurance
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef
from qiming.resources.launching import rules
from qiming.resources.launching.deciding import way_to, weigh
from qiming.resources.launching.models import ToolLaunch
from qiming.resources.launching.types import Decision

# One statement takes one of the day's launches or changes nothing: however many ask at once, no more than `most` get one.
_TAKE = """
INSERT INTO resources_launchcount AS kept (id, created_at, counter, day, taken) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (counter, day) DO UPDATE SET taken = kept.taken + 1 WHERE kept.taken < %s
RETURNING taken
"""


class _UsedUp(Exception):
    """A quota is used up: what was taken from others is given back."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


def begin(*, actor: Actor, product_id: UUID, class_path: str, lesson_key: str = "") -> Decision:
    """Decide, and when it is a yes take the launch from the quotas and note it. Whoever carries the launch out
    (a page that leads on, LTI) does so only with the yes of this call."""
    try:
        place = registry.org_by_path(class_path)
    except Denied:
        return Decision(False, "这里没有这个工具。", product_id)
    way = way_to(product_id, place, lesson_key)
    try:
        with transaction.atomic():
            decision, held = weigh(actor, product_id, place, lesson_key, way)
            if decision:
                school = registry.school_of(place.path).path
                _take(rules.quotas(held, str(product_id), school), time.today())
                _note(decision, place)
            return decision
    except _UsedUp as full:
        said = f"今天的{full.most}次已经用完，明天再用。"
        return Decision(False, said, product_id, instead=way.place.instead if way.place else "")


def _take(counters: Sequence[tuple[str, int]], day: date) -> None:
    with connection.cursor() as cursor:
        for counter, most in counters:
            if most < 1:
                raise _UsedUp(most)
            cursor.execute(_TAKE, [new_id(), time.now(), counter, day, most])
            if cursor.fetchone() is None:
                raise _UsedUp(most)


def _note(decision: Decision, place: OrgRef) -> None:
    """The log, and what the watch over products counts. Nothing in it says who or at which moment."""
    ToolLaunch.objects.create(
        scope_path=place.path,
        created_at=hour_of(time.now()),
        product_id=decision.product_id,
        version_id=decision.version_id,
        pseudonym=decision.pseudonym,
    )
    if decision.version_id is not None:
        assurance.note_launch(
            decision.product_id,
            decision.version_id,
            school_path=registry.school_of(place.path).path,
            stage=place.stage.value,
            pseudonym_key=decision.pseudonym,
            data_scopes=decision.data_scopes,
            at=hour_of(time.now()),
        )


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
