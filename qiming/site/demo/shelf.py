"""The shelf of the demo city: a pack of the main school that another school uses, and one under review. Synthetic."""

import json
from dataclasses import replace
from uuid import UUID

from qiming.assurance import queries as assurance
from qiming.casework import queries as case_queries
from qiming.casework import services as cases
from qiming.casework.models import ReviewSheet
from qiming.casework.types import Proof, ReviewState
from qiming.curriculum.authoring import services as authoring
from qiming.curriculum.types import CourseRef
from qiming.kernel.ids import new_id
from qiming.resources import services
from qiming.resources.models import Rating, Resource, ResourceVersion
from qiming.resources.types import Card
from qiming.site.demo import labs
from qiming.site.demo.city import City

REVIEWERS = ("lin", "mals", "tian")
_WHY = "the demo acts for its cast"
_NOTES = {
    "political": "没有问题",
    "guiding": "例子积极，适合初中生",
    "scientific": "训练和测试分得清楚",
    "fitting": "一课时够用",
    "regular": "图都有说明",
    "timely": "例子是今年的",
    "public": "没有广告",
}


def fill(city: City, course: CourseRef) -> None:
    """Duties, a published and adopted pack, and a second one that waits for its reviewers."""
    _duties(city)
    _put_on_shelf(city, _offer_tool(city, course))
    _put_on_shelf(city, _offer_companion(city, course))
    _put_on_shelf(city, _offer_model(city, course))
    done = _offer(city, course, 0, "先猜再看：例子怎样教会机器", "课前一分钟让学生先写下自己的猜想。")
    _put_on_shelf(city, done)
    version = _version(done)
    services.adopt(
        actor=city.actor("admin7"),
        resource_id=version.resource_id,
        place_id=city.schools[2].classes[0].id,
        minutes="教研组试讲后商量，先在一个班用这一版（合成示例）。",
    )
    note = _said("inclusion_note", "收录意见", "试讲反响好，收录（合成示例）。")
    _move(city, done, "gao", "certify", [note])
    _rate(city, version)
    _offer(city, course, 1, "看叶子：特征要自己选", "换成校园里的叶子，分组选特征。")
    # Two more versions that nobody offered yet, the second an afterthought about the first.
    _changed(city, course, 2, "（先自己想一分钟，再选。）")
    _changed(city, course, 2, "（想好了，和同桌说一说。）")


def _put_on_shelf(city: City, version_id: UUID) -> None:
    _review(city, version_id)
    _move(city, version_id, "district", "approve")
    _move(city, version_id, "gao", "publish", [_said("release_note", "上线说明", "第一次上线（合成示例）。")])


def _rate(city: City, version: ResourceVersion) -> None:
    """Three users' words, as if they had taught it; synthetic."""
    said = ((5, "学生愿意先猜，讨论起来了"), (4, "例子好懂，第二步可以慢一点"), (4, "一课时正好"))
    for who, (stars, why) in zip(REVIEWERS, said, strict=True):
        Rating.objects.create(
            scope_path=_path(city),
            resource_id=version.resource_id,
            version=version,
            person_id=city.people[who],
            stars=stars,
            why=f"{why}（合成示例）。",
        )
    Resource.objects.unscoped(_WHY).filter(id=version.resource_id).update(
        rated=len(said), stars=sum(stars for stars, _ in said)
    )


def _path(city: City) -> str:
    school = city.schools[2].org
    assert school
    return school.path


def _offer_tool(city: City, course: CourseRef) -> UUID:
    """A plain page that draws trees; its address leads nowhere."""
    school = city.schools[0].org
    assert school
    version_id = services.offer_tool(
        actor=city.actor("shen"),
        school_id=school.id,
        address="https://trees.example.org/",
        card=_card(course, "手画一棵决策树", "一页白纸和几个框，全班一起画一棵树，不联网也能打印。"),
    )
    _hand_in(city, version_id)
    return version_id


def _offer_companion(city: City, course: CourseRef) -> UUID:
    """The platform's own agent, which the gate admitted: it opens on its page here."""
    school = city.schools[0].org
    assert school
    card = _card(course, "AI学伴：先问你怎么想", "课里的学伴，只给最小的下一步提示，不说答案。")
    product = next(
        found.id for found, _ in assurance.admitted_products() if found.launch.get("kind") == "inside"
    )
    version_id = services.offer_tool(
        actor=city.actor("shen"),
        school_id=school.id,
        address="",
        card=replace(card, generates=True, product=str(product), data_needs="学生在课里写下的话，三十天后删"),
    )
    _hand_in(city, version_id)
    return version_id


def _offer_model(city: City, course: CourseRef) -> UUID:
    """What an invented group of pupils trained in the lab on text: it sorts letters."""
    school = city.schools[0].org
    assert school
    model = json.loads(labs.WORKS.read_text(encoding="utf-8"))["letters"][0]["model"]
    version_id = services.offer_model(
        actor=city.actor("shen"),
        school_id=school.id,
        data=json.dumps({**model, "id": str(new_id())}).encode(),
        card=replace(
            _card(course, "分来信的模型", "读一句来信，分成表扬、建议、求助，课上拿来找它会错的话。"),
            made_of=model["card"]["data"],
            does_well=model["card"]["how_well"],
        ),
    )
    _hand_in(city, version_id)
    return version_id


def _duties(city: City) -> None:
    top, school = city.city, city.schools[0].org
    assert school
    head, officer = city.actor("head"), city.actor("city")
    cases.appoint(actor=head, place_id=school.id, person_id=city.people["zhou"], duty="provider_reviewer")
    for who in REVIEWERS:
        cases.appoint(
            actor=officer,
            place_id=top.id,
            person_id=city.people[who],
            duty="subject_reviewer",
            expertise=["初中", "人工智能"],
        )
    for who, duty in (("district", "dispatcher"), ("district", "safety_officer"), ("gao", "releaser")):
        cases.appoint(actor=officer, place_id=top.id, person_id=city.people[who], duty=duty)


def _changed(city: City, course: CourseRef, at: int, adds: str) -> UUID:
    """A version of the course in which the school changed a lesson."""
    shen = city.actor("shen")
    fork = authoring.start_fork(actor=shen, lesson_version_id=course.lessons[at].id)
    place = next(key for key in fork.parts if key.startswith("item/"))
    before = fork.parts[place]
    mine = {**before, "stem": f"{before['stem']}{adds}"}
    fork = authoring.save_block(actor=shen, fork_id=fork.id, place=place, base=before, mine=mine)
    made = authoring.publish(actor=shen, fork_id=fork.id, revision=fork.revision, offering_ids=[])
    return made.version.lesson_version.course_version_id


def _offer(city: City, course: CourseRef, at: int, title: str, says: str) -> UUID:
    """A lesson changed by the school, offered, looked at by a colleague, screened."""
    version_id = services.offer_pack(
        actor=city.actor("shen"),
        course_version_id=_changed(city, course, at, "（先自己想一分钟，再选。）"),
        card=_card(course, title, says),
    )
    _hand_in(city, version_id)
    return version_id


def _card(course: CourseRef, title: str, says: str) -> Card:
    return Card(
        title=title,
        says=f"合成示例。{says}",
        stage=course.stage,
        subject="人工智能",
        area="learn",
        licence="cc-by-4.0",
        ai_share=0,
        ai_says="",
        accessibility="图都有文字说明，只用键盘也能做",
        data_needs="不用学生数据",
        cost="没有",
    )


def _hand_in(city: City, version_id: UUID) -> None:
    given = [
        _said("self_review", "七项自审", "七项都看过，合适（合成示例）。"),
        _said("commitment", "书面承诺", "内容由本校老师编写，可以公开使用（合成示例）。"),
    ]
    _move(city, version_id, "zhou", "submit", given)
    services.screen(version_id)


def _review(city: City, version_id: UUID) -> None:
    case = case_queries.follow_case([version_id])[version_id]
    review = case_queries.workflow_of(case.workflow_id).reviews["content"]
    points = {one.key: one.most - 1 for one in review.criteria}
    names = {person: name for name, person in city.people.items()}
    asked = ReviewSheet.objects.unscoped(_WHY).filter(case_id=case.id, state=ReviewState.ASKED)
    for sheet in list(asked):
        cases.hand_in(
            actor=city.actor(names[sheet.person_id]),
            sheet_id=sheet.id,
            points=points,
            notes=_NOTES,
            verdict="accept",
            advice="第二个例子可以换成本地的（合成示例）。",
        )


def _move(city: City, version_id: UUID, who: str, step: str, given: list[Proof] | None = None) -> None:
    case_id = _version(version_id).case_id
    assert case_id
    cases.move(actor=city.actor(who), case_id=case_id, transition=step, evidence=given or [])


def _version(version_id: UUID) -> ResourceVersion:
    return ResourceVersion.objects.unscoped(_WHY).get(id=version_id)


def _said(kind: str, title: str, words: str) -> Proof:
    return Proof.of_words(kind, title, words)
