"""A head applies for the school: a form the platform has filled as far as it can, written over several sittings."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.casework import services as cases
from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.programmes.access import APPLY, TABLE
from qiming.programmes.models import Application, Call
from qiming.programmes.queries.calls import is_open, programme_of
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef
from qiming.resources.queries import shelf_of
from qiming.resources.queries.scenarios import scenarios

_WHY = "loaded through the access table"
OPEN = ("draft", "returned")
MOST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Form:
    """What the school writes; figures are not among it."""

    title: str
    stage: str
    scenario: str = ""
    answers: Mapping[str, str] | None = None
    resource_id: UUID | None = None


@transaction.atomic
def begin(*, actor: Actor, call_id: UUID, school_id: UUID, form: Form) -> UUID:
    """Begin an application; returns its id. A school that has one in a call that takes one is sent to it."""
    call = Call.objects.unscoped("calls are for everybody").filter(id=call_id).first()
    school = registry.org(school_id)
    TABLE.require(actor, APPLY, school)
    if call is None or school.kind is not OrgKind.SCHOOL:
        raise Denied(APPLY)
    if not is_open(call):
        raise UserError("现在不能申报", kept="没有开始。", next="看一下征集的起止日。", status=409)
    checked = _checked(call, school, form)
    row_id = new_id()
    chain = [one for one in registry.ancestors(school.path) if one.kind is OrgKind.DISTRICT]
    try:
        with transaction.atomic():
            row = Application.objects.create(
                id=row_id,
                scope_path=school.path,
                call=call,
                made_by=actor.person_id,
                title=checked.title,
                stage=checked.stage,
                scenario=checked.scenario,
                district_path=chain[-1].path if chain else school.path,
                answers=dict(checked.answers or {}),
                resource_id=checked.resource_id,
                only_key=str(row_id) if programme_of(call).many else school.path,
            )
    except IntegrityError:
        raise UserError(
            "本校已经有一份申报", kept="原来那份没有变。", next="到“我的申报”里接着写。", status=409
        ) from None
    row.case_id = cases.open_case(
        actor=actor,
        key="programme",
        title=f"{call.title}：{row.title}",
        subject_id=row.id,
        scope_path=school.path,
        office_path=call.scope_path,
        topics=[row.stage, *([row.scenario] if row.scenario else []), call.programme],
    )
    row.save(update_fields=["case_id"])
    audit.write(actor, APPLY, thing="application", thing_id=row.id, scope_path=row.scope_path)
    return row.id


@transaction.atomic
def save(*, actor: Actor, application_id: UUID, form: Form, version: int) -> int:
    """Keep what was written; returns the new version. Somebody else's newer words are not written over."""
    rows = Application.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("call")
    row: Application = TABLE.load(actor, APPLY, rows, id=application_id)
    if row.state not in OPEN:
        raise UserError("已经报上去了", kept="报上去的没有变。", next="退回补正时可以再改。", status=409)
    if row.version != version:
        raise UserError(
            "刚才有人改过这份申报", kept="你写的还在这一页。", next="先抄下来，刷新再改。", status=409
        )
    checked = _checked(row.call, registry.org_by_path(row.scope_path), form)
    row.title, row.stage, row.scenario = checked.title, checked.stage, checked.scenario
    row.answers, row.version = dict(checked.answers or {}), version + 1
    row.resource_id = checked.resource_id
    row.save(update_fields=["title", "stage", "scenario", "answers", "resource_id", "version"])
    audit.write(actor, APPLY, thing="application", thing_id=row.id, scope_path=row.scope_path)
    return row.version


def _checked(call: Call, school: OrgRef, form: Form) -> Form:
    """The form within its limits; only fields of the programme are kept. What is empty may stay so until it is sent."""
    programme = programme_of(call)
    said = dict(form.answers or {})
    kept = {one.key: said.get(one.key, "").replace("\x00", "").strip() for one in programme.words}
    wrong = [
        f"“{one.title}”最多{one.most}个字，现在{len(kept[one.key])}个。"
        for one in programme.words
        if len(kept[one.key]) > one.most
    ]
    title = form.title.replace("\x00", "").strip()
    if not 2 <= len(title) <= MOST_TITLE:
        wrong.insert(0, f"标题写2到{MOST_TITLE}个字。")
    if programme.blind and school.name in title:
        wrong.append("这一类是盲评，标题里不写校名。")
    if form.stage not in {str(one) for one in school.stages}:
        wrong.append("请选本校有的学段。")
    scenario = form.scenario if programme.asks_scenario else ""
    if scenario and scenario not in scenarios():
        wrong.append("请选列出的场景。")
    if form.resource_id and form.resource_id not in {key for key, _ in shelf_of(school.path)}:
        wrong.append("请选本校在架的资源。")
    if wrong:
        raise UserError("没有记下", kept="填的都还在这一页。", next=" ".join(wrong))
    return Form(title, form.stage, scenario, kept, form.resource_id)
