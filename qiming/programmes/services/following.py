"""What follows a move of the case about an application, in the move's transaction; and the workflow's conditions."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from qiming.casework.types import Moved
from qiming.kernel import content, outbox, time
from qiming.kernel.errors import UserError
from qiming.programmes import events
from qiming.programmes.models import Application, Call, Naming, Visit
from qiming.programmes.queries.calls import is_open, programme_of
from qiming.programmes.queries.facts import figures
from qiming.programmes.queries.named import had_this_year
from qiming.programmes.rules.terms import owed, term_end
from qiming.programmes.services.calls import lock_programme
from qiming.programmes.services.indexing import index
from qiming.registry import queries as registry

_WHY = "follows the move of its case, which was checked"
RECOMMENDS = ("recommend", "recommend_campus", "recommend_practice")
REMOVED = "听证后撤销"
# All that a step changes on the row itself; what the case is found by is written beside.
_FOLLOWS = ("state", "facts", "content_hash", "recommended", "published_at")


def follow(case_id: UUID, application_id: UUID, moved: Moved) -> None:
    """Bring the application to where its case stands now."""
    rows = Application.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("call")
    row = rows.filter(id=application_id).first()
    if row is None:
        return
    row.state = moved.target
    step = _STEPS.get(moved.transition)
    if step is not None:
        step(row, moved)
    row.save(update_fields=_FOLLOWS)


def content_hash(row: Application) -> str:
    """The seal of what was sent: words, figures and files together."""
    given = sorted(row.attachments.values_list("sha256", flat=True))
    return content.hash_data([row.title, row.stage, row.scenario, row.answers, row.facts, given])


def _submitted(row: Application, moved: Moved) -> None:
    wanted = [one.fact for one in programme_of(row.call).facts]
    school = registry.org_by_path(row.scope_path)
    row.facts = [
        {"key": one.key, "title": one.title, "value": one.value, "unit": one.unit, "source": one.source}
        for one in figures(school, wanted)
    ]
    row.content_hash = content_hash(row)


def _recommended(row: Application, moved: Moved) -> None:
    """The call's row is locked: two recommendations at once count each other."""
    Call.objects.unscoped(_WHY).select_for_update().get(id=row.call_id)
    if why := district_has_room(row.id):
        raise UserError("还不能推荐", kept="件还在原来那一步。", next=why, status=409)
    row.recommended = True


def _proposed(row: Application, moved: Moved) -> None:
    lock_programme(row.call.programme)
    if why := chosen(row.id):
        raise UserError("还不能公示", kept="件还在原来那一步。", next=why, status=409)


def _named(row: Application, moved: Moved) -> None:
    """The programme is locked: names in force never exceed its places, whoever else names at this moment."""
    programme = programme_of(row.call)
    lock_programme(row.call.programme)
    held = Naming.objects.unscoped(_WHY).filter(programme=row.call.programme, ended_on=None)
    if programme.places is not None and held.count() >= programme.places:
        raise UserError(
            f"“{programme.title}”的{programme.places}个名额已经用完", kept="件还在原来那一步。", status=409
        )
    if held.filter(scope_path=row.scope_path).exists():
        raise UserError("这所学校已经有这个名称", kept="件还在原来那一步。", status=409)
    today = time.local(moved.at).date()
    Naming.objects.create(
        scope_path=row.scope_path,
        application=row,
        programme=row.call.programme,
        since=today,
        until=term_end(today, programme.term_years),
    )
    _tell(events.NAMED, row)


def _published(row: Application, moved: Moved) -> None:
    row.published_at = moved.at
    index(row)
    _tell(events.PUBLISHED, row)


def _retired(row: Application, moved: Moved) -> None:
    _tell(events.RETIRED, row)


def _name_ended(row: Application, moved: Moved) -> None:
    why = REMOVED if moved.transition == "remove" else "任期已满"
    rows = Naming.objects.unscoped(_WHY).filter(application=row, ended_on=None)
    rows.update(ended_on=time.local(moved.at).date(), ended_why=why)
    _tell(events.NAME_ENDED, row)


def _tell(event: str, row: Application) -> None:
    outbox.announce(event, {"application_id": str(row.id), "programme": row.call.programme}, row.scope_path)


_STEPS: dict[str, Callable[[Application, Moved], None]] = {
    "submit": _submitted,
    **dict.fromkeys(RECOMMENDS, _recommended),
    "propose": _proposed,
    "name": _named,
    "publish": _published,
    "retire": _retired,
    "remove": _name_ended,
    "end_term": _name_ended,
}


def _row(application_id: UUID) -> Application:
    return Application.objects.unscoped(_WHY).select_related("call").get(id=application_id)


def call_open(application_id: UUID) -> str:
    """A form that was sent in time and came back may be sent again after the last day."""
    row = _row(application_id)
    return "" if row.content_hash or is_open(row.call) else "征集已经截止，或还没有开始。"


def form_complete(application_id: UUID) -> str:
    row = _row(application_id)
    programme = programme_of(row.call)
    missing = [one.title for one in programme.words if not row.answers.get(one.key, "").strip()]
    if programme.asks_scenario and not row.scenario:
        missing.insert(0, "属于哪一类场景")
    return f"还没有写：{'、'.join(missing)}。" if missing else ""


def form_sealed(application_id: UUID) -> str:
    row = _row(application_id)
    return "" if row.content_hash and row.content_hash == content_hash(row) else "材料和报上来的不是同一份。"


def district_has_room(application_id: UUID) -> str:
    row = _row(application_id)
    most = row.call.terms["recommend_most"]
    if most is None:
        return ""
    rows = Application.objects.unscoped(_WHY).filter(call=row.call, district_path=row.district_path)
    done = rows.filter(recommended=True).exclude(state="withdrawn").exclude(id=row.id).count()
    return "" if done < most else f"本区已经推荐了{done}个，最多{most}个。"


def rubric_is(application_id: UUID, rubric: str) -> str:
    is_it = programme_of(_row(application_id).call).rubric == rubric
    return "" if is_it else "这一类征集用另一张评分表。"


def ends_in(application_id: UUID, ends: str) -> str:
    return "" if programme_of(_row(application_id).call).ends == ends else "这一类征集不走这一步。"


def ranked(application_id: UUID) -> str:
    row = _row(application_id)
    if row.chosen is None:
        return "还没有排序。"
    return "已经入选；要改请先重新排序。" if row.chosen else ""


def chosen(application_id: UUID) -> str:
    row = _row(application_id)
    if row.chosen is None:
        return "还没有排序。"
    return "" if row.chosen else f"没有入选：{row.place_why}"


def visited(application_id: UUID) -> str:
    row = _row(application_id)
    seen = Visit.objects.unscoped(_WHY).filter(application=row)
    if not programme_of(row.call).visit or seen.exists():
        return ""
    return "还没有去学校看过。"


def duties_met(application_id: UUID) -> str:
    row = _row(application_id)
    lacks = owed(programme_of(row.call).duties, had_this_year(row))
    return f"要做的事还没有做到：{'；'.join(lacks)}。" if lacks else ""


def term_over(application_id: UUID) -> str:
    rows = Naming.objects.unscoped(_WHY).filter(application_id=application_id, ended_on=None)
    return "" if rows.filter(until__lte=time.today()).exists() else "任期还没有满。"


CONDITIONS: dict[str, Callable[[UUID], str]] = {
    "call_open": call_open,
    "form_complete": form_complete,
    "form_sealed": form_sealed,
    "district_has_room": district_has_room,
    **{f"rubric_{one}": partial(rubric_is, rubric=one) for one in ("schools", "campus", "practice")},
    **{f"ends_{one}": partial(ends_in, ends=one) for one in ("named", "published")},
    "ranked": ranked,
    "chosen": chosen,
    "visited": visited,
    "duties_met": duties_met,
    "term_over": term_over,
}
