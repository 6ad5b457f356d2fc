"""Two surveys of the district, synthetic: one is over and has results, one waits for a class of the primary school."""

import random
from datetime import date, timedelta

from qiming.governance.surveys import drawing, queries, rules, services
from qiming.governance.surveys.models import Survey
from qiming.governance.surveys.rules import Audience, Kind
from qiming.kernel import keys, time
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Role
from qiming.site.demo.city import City

AGO = timedelta(days=21)
# Of a hundred, who chooses which option.
ASKED: tuple[tuple[Kind, str, tuple[str, ...], tuple[int, ...]], ...] = (
    (
        Kind.ONE,
        "人工智能课上最喜欢做什么",
        ("动手做实验", "分组讨论", "听老师讲", "写程序"),
        (52, 18, 12, 18),
    ),
    (Kind.SCALE, "课上讲的我听得懂", (), (4, 9, 25, 40, 22)),
    (Kind.SEVERAL, "在家里用过哪些", ("语音助手", "拍照搜题", "聊天机器人", "都没用过"), (45, 30, 38, 20)),
    (Kind.WORDS, "最想改哪一点", (), ()),
)
WISHES = ("多一点动手", "讲慢一点", "想两个人一组", "实验时间再长一点", "多讲讲身边的例子", "别留太多作业")


def ask(city: City) -> None:
    """Written, drawn, answered and closed by the rooms' own verbs."""
    officer = city.actor("district")
    district = _place(officer, Role.DISTRICT_OFFICER)
    over = _open(officer, district, "秋季学期课堂调查（合成示例）", 2, starts=time.today() - AGO)
    _answer(over)
    services.close(actor=officer, survey_id=over.id)
    _open(officer, district, "五年级课堂小调查（合成示例）", 1, grades=(5,))


def _place(actor: Actor, role: Role) -> OrgRef:
    return registry.org(next(one.org_id for one in actor.grants if one.role == role))


def _open(
    actor: Actor,
    place: OrgRef,
    title: str,
    size: int,
    *,
    grades: tuple[int, ...] = (),
    starts: date | None = None,
) -> Survey:
    today = time.today()
    ends = today if starts else today + timedelta(days=14)
    purpose = "知道课上哪里要改，下学期的教案照着改。"
    plan = services.Plan(title, purpose, Audience.PUPIL, grades, starts or today, ends, size)
    made = services.write(actor=actor, place=place, plan=plan)
    for kind, text, options, _ in ASKED:
        services.add_question(actor=actor, survey_id=made.id, kind=kind, title=text, options=options)
    return services.open_it(actor=actor, survey_id=made.id)


def _answer(survey: Survey) -> None:
    """Seven of ten answer."""
    key = keys.kept_key(drawing.KEY)
    dice = random.Random(47)  # noqa: S311 - invented answers need no secrecy
    for number, one in enumerate(drawing.frame(survey, survey.seed)):
        for person_id in sorted(one.invited):
            if dice.random() < 0.7:
                token = rules.token(key, survey.id, person_id, number)
                services.answer(survey_id=survey.id, token=token, given=_given(survey, dice))


def _given(survey: Survey, dice: random.Random) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for one, (kind, _, _, odds) in zip(queries.questions(survey), ASKED, strict=True):
        places = range(len(odds))
        if kind is Kind.WORDS:
            given[one.key] = [dice.choice(WISHES)] if dice.random() < 0.3 else []
        elif kind is Kind.SEVERAL:
            given[one.key] = [str(at) for at in places if dice.random() * 100 < odds[at]]
        else:
            given[one.key] = [str(dice.choices(places, odds)[0])]
    return given
