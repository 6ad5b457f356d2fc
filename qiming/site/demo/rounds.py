"""A supervision round of the main district: figures frozen, some schools further on than others. All words are synthetic."""

from collections.abc import Mapping

from qiming.governance.supervision import services
from qiming.governance.supervision.models import SchoolReview
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry import services as people
from qiming.registry.models import Account, RoleGrant
from qiming.registry.types import Role
from qiming.site.demo.city import City

SET = "ai_education"
SAID = {
    "leadership": "示例：校长办公会讨论过两次，定了每周一节、由信息科技老师带。",
    "families": "示例：开学时发了告知书，家长问得最多的是孩子的作品谁能看到。",
    "hindrance": "示例：只有一位老师能教，希望区里派人结对。",
    "hours_met": "示例：下学期的课已经排好。",
}
FOUND = {
    "breach": "示例：一个班没有登记任课老师，课排了没有人上。",
    "strength": "示例：不插电的课做得扎实，学生讲得清规则怎么定的。",
}


def hold(city: City) -> None:
    """Opened by the district; schools whose head has an account write, one has findings, one has been put right."""
    officer = city.actor("district")
    place = registry.org(next(one.org_id for one in officer.grants if one.role == Role.DISTRICT_OFFICER))
    opened = services.open_round(
        actor=officer, place=place, title="人工智能教育专项督导（合成示例）", key=SET, visits=2
    )
    rows = SchoolReview.objects.unscoped("the demo city's own round").filter(round=opened)
    written = 0
    for row in rows.order_by("scope_path"):
        head = _head(row)
        if head is None or head.person_id == city.people["head"]:
            continue
        _step(head, row, "submit", SAID)
        if written:
            _found(officer, row)
        written += 1


def _found(officer: Actor, row: SchoolReview) -> None:
    checked = {"proof": "示例：点开三节课看过，和台账对得上。"}
    if row.is_drawn:
        _step(officer, row, "check_and_visit", checked)
        _step(officer, row, "visit", {"proof": "示例：听了一节，和两名学生聊过。"})
    else:
        _step(officer, row, "check", checked)
    _step(officer, row, "draft", FOUND)


def _step(actor: Actor, row: SchoolReview, transition: str, given: Mapping[str, str]) -> None:
    services.step(actor=actor, review_id=row.id, transition=transition, given=given)


def _head(row: SchoolReview) -> Actor | None:
    """The head of a school of the demo city, if it has one."""
    grants = RoleGrant.objects.unscoped("the demo city's own people")
    grant = grants.filter(role=Role.SCHOOL_HEAD, organisation_id=row.school_id).first()
    account = Account.objects.filter(person_id=grant.person_id).first() if grant else None
    return people.build_actor(account) if account else None
