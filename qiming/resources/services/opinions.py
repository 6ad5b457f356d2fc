"""A user says what they think; what many say, or how pupils answer, becomes something to mend."""

from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum

from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.resources import events
from qiming.resources.access import MEND, RATE, TABLE
from qiming.resources.models import Adoption, Improvement, Rating, Resource, ResourceVersion
from qiming.resources.models.opinions import MOST_STARS
from qiming.resources.queries.bytes_now import may_be_shown
from qiming.resources.queries.opinions import ENOUGH, may_rate
from qiming.resources.queries.reach import may_reach
from qiming.resources.rules.screening import personal_numbers

_WHY = "who may was asked of the access table and of what they used"
MOST_WORDS = 300
POOR = 3.0  # below this average there is something to mend


@transaction.atomic
def rate(*, actor: Actor, resource_id: UUID, stars: int, why: str) -> None:
    """Rate what is served now; said again it replaces what this person said of the version."""
    rows = ResourceVersion.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("resource")
    version = rows.filter(resource_id=resource_id, is_served=True).first()
    if version is None or not may_be_shown(version) or not may_reach(actor, version.resource):
        raise Denied(RATE)
    if not may_rate(actor, version):
        raise UserError(
            "用过才能评", kept="没有记下。", next="所在的学校选用、自己在班上用过以后再评。", status=403
        )
    said = why.strip()
    if not 1 <= stars <= MOST_STARS:
        raise UserError(f"请选1到{MOST_STARS}分", kept="没有记下。", field="stars")
    if not 5 <= len(said) <= MOST_WORDS:
        raise UserError("请写理由", kept="没有记下。", next=f"5到{MOST_WORDS}个字。", field="why")
    if personal_numbers(said):
        raise UserError(
            "理由里有像是手机号或身份证号的数", kept="没有记下。", next="请删去再交。", field="why"
        )
    place = _place(actor, version)
    Rating.objects.unscoped(_WHY).update_or_create(
        version=version,
        person_id=actor.person_id,
        defaults={
            "scope_path": place,
            "resource": version.resource,
            "stars": stars,
            "why": said,
        },
    )
    audit.write(actor, "resources.rate", thing="resource_version", thing_id=version.id, scope_path=place)
    _count(version)
    given = {"resource_id": str(version.resource_id), "version_id": str(version.id)}
    outbox.announce(events.RATED, given, version.scope_path)


@transaction.atomic
def answer(*, actor: Actor, improvement_id: UUID, state: str, words: str) -> None:
    """The school that offers it says what became of something to mend."""
    rows = Improvement.objects.unscoped(_WHY).select_for_update()
    task = TABLE.load(actor, MEND, rows, id=improvement_id)
    if task.state != Improvement.State.OPEN:
        raise UserError("这件事已经答复过", kept="没有改动。", status=409)
    if state not in (Improvement.State.DONE, Improvement.State.LEFT):
        raise UserError("请选改好了还是不用改", kept="没有改动。", field="state")
    if not 2 <= len(words.strip()) <= MOST_WORDS:
        raise UserError(
            "请写改了什么，或者为什么不用改",
            kept="没有改动。",
            next=f"最多{MOST_WORDS}个字。",
            field="answer",
        )
    task.state, task.answer, task.closed_on = state, words.strip(), time.today()
    task.save(update_fields=["state", "answer", "closed_on"])
    audit.write(
        actor,
        "resources.answer_improvement",
        thing="improvement",
        thing_id=task.id,
        scope_path=task.scope_path,
        detail={"state": state},
    )


@transaction.atomic
def say_of_item(version_id: UUID, item_key: str, says: str) -> bool:
    """For the room that counts answers: pupils answer an item of a served version otherwise than expected. One task for
    each item and version; whether it is new. `says` holds sums, nothing about anybody."""
    rows = ResourceVersion.objects.unscoped(_WHY)
    version = rows.filter(id=version_id, is_served=True).first()
    if version is None:
        return False
    return open_improvement(version, Improvement.Source.ITEMS, item_key, says)


def open_improvement(version: ResourceVersion, source: str, about: str, says: str) -> bool:
    """Something to mend, once for each version, source and thing it is about; whether it is new."""
    task, is_new = Improvement.objects.unscoped(_WHY).get_or_create(
        version_id=version.id,
        source=source,
        about=about[:80],
        defaults={"scope_path": version.scope_path, "resource_id": version.resource_id, "says": says},
    )
    if not is_new:
        return False
    given = {"resource_id": str(version.resource_id), "improvement_id": str(task.id)}
    audit.write(
        None,
        "resources.open_improvement",
        thing="improvement",
        thing_id=task.id,
        scope_path=version.scope_path,
    )
    outbox.announce(events.TO_MEND, given, version.scope_path)
    return True


def _place(actor: Actor, version: ResourceVersion) -> str:
    """The school where the person used it."""
    rows = Adoption.objects.for_actor(actor, RATE).filter(resource_id=version.resource_id)
    return rows.order_by("-id").values_list("school_path", flat=True)[0]


def _count(version: ResourceVersion) -> None:
    rows = Rating.objects.unscoped(_WHY).filter(version=version)
    sums = rows.aggregate(n=Count("id"), stars=Sum("stars"))
    rated, stars = sums["n"], sums["stars"] or 0
    Resource.objects.unscoped(_WHY).filter(id=version.resource_id).update(rated=rated, stars=stars)
    if rated >= ENOUGH and stars / rated < POOR:
        says = f"{rated}位用过的老师平均给了{stars / rated:.1f}分（满分{MOST_STARS}）。理由在评价里。"
        open_improvement(version, Improvement.Source.RATINGS, "", says)
