"""What the companion may know of a pupil's situation. Nothing else reaches the agent."""

from dataclasses import replace
from uuid import UUID

from qiming.agents import knowledge
from qiming.agents.guard.stages import Session, allowed
from qiming.agents.knowledge.types import Kind
from qiming.agents.queries import subject_of
from qiming.agents.talk import facts
from qiming.agents.talk import services as talking
from qiming.agents.talk.types import AttemptFacts, Context, ItemFacts, Passage
from qiming.assist.access import TABLE
from qiming.assist.companion import rules
from qiming.assist.companion.access import TALK
from qiming.assist.companion.consent import COMPANION
from qiming.assist.companion.types import Situation
from qiming.assist.duty import queries as duty
from qiming.assist.models import ClassCompanion, CompanionDay, SchoolCompanion
from qiming.assurance import queries as assurance
from qiming.assurance.queries.agents import Stopped
from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import Item, Lesson
from qiming.kernel.access import Actor, Denied
from qiming.kernel.memo import once_a_request
from qiming.kernel.time import local, now, today
from qiming.learning import queries as learning
from qiming.learning.services.common import pupil_in
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import LiveState, OfferingRef

AGENT = "companion"
MOST_PASSAGES = 12
MOST_SEARCHED, MOST_ELSEWHERE = 12, 3
_WHY = "what a school and a teacher decided holds for the pupil who asks"
OFF = "学校还没有打开学伴。题目下面的提示梯照样能用，也可以问老师。"
STOPPED = "学伴现在不能用：{why}。题目下面的提示梯照样能用，也可以问老师。"
FULL = "学校定的每天{minutes}分钟用完了。离开屏幕，用纸笔再想一想，明天继续。"


def school_choice(path: str) -> SchoolCompanion | None:
    """What the school of a place decided."""
    return SchoolCompanion.objects.unscoped(_WHY).filter(scope_path=registry.school_path(path)).first()


def class_choice(path: str) -> ClassCompanion | None:
    return ClassCompanion.objects.unscoped(_WHY).filter(scope_path=path).first()


def is_offered(path: str) -> bool:
    """Whether the school has a companion at all: no link stands anywhere otherwise."""
    return _is_on(registry.school_path(path))


@once_a_request
def _is_on(school: str) -> bool:
    choice = school_choice(school)
    return choice is not None and choice.is_on


def situation(actor: Actor, offering_id: UUID, lesson_key: str, item_key: str = "") -> Situation:
    """Where the pupil stands. `Denied` for what is not the pupil's own or not there."""
    offering = teaching.offering(offering_id)
    TABLE.require(actor, TALK, offering)
    pupil = pupil_in(actor, offering)
    lesson = curriculum.lesson_of_course(offering.course_version_id, lesson_key)
    live = _live(pupil, offering, lesson_key)
    mode = rules.mode_of(teaching.periods_of(offering.id), lesson_key, today(), in_class=live is not None)
    if lesson is None or mode is None:
        raise Denied(TALK)
    item = (
        curriculum.item_by_key(offering.course_version_id, item_key)
        if item_key and mode != "before"
        else None
    )
    if item_key and (item is None or curriculum.lesson(item.lesson_version_id).key != lesson_key):
        raise Denied(TALK)
    stage = registry.org(offering.class_group_id).stage.value
    school = school_choice(pupil.scope_path)
    at = Situation(
        pupil=pupil,
        offering=offering,
        lesson=lesson,
        item=item,
        mode=mode,
        stage=stage,
        session=_session(pupil, offering, lesson, live, item, school=school),
        live=live,
        held="",
    )
    at = replace(at, session=replace(at.session, stage=stage, mode=mode))
    stopped = stopped_at(pupil.scope_path, stage, accompanied=at.session.supervised)
    return replace(at, held=_held(school, at.session, stopped))


def stopped_at(path: str, stage: str, *, accompanied: bool) -> Stopped | None:
    """Whether the gate holds the companion back at a place: asked each time, so that it stops with the next thing said."""
    return assurance.agent_stopped(
        AGENT, stage=stage, school_path=registry.school_path(path), supervised=accompanied
    )


def _held(school: SchoolCompanion | None, session: Session, stopped: Stopped | None) -> str:
    """Why nothing can be asked now, the school's own rules first. An own attempt is asked for in the conversation."""
    if school is None or not school.is_on:
        return OFF
    if stopped is not None:
        return STOPPED.format(why=stopped.why)
    if school.minutes is not None and session.minutes_used >= school.minutes:
        return FULL.format(minutes=school.minutes)
    decision = allowed(talking.guard().library.rules, replace(session, attempted=True))
    return "" if decision.yes else decision.reason


def _session(
    pupil: PupilRef,
    offering: OfferingRef,
    lesson: Lesson,
    live: LiveState | None,
    item: Item | None,
    *,
    school: SchoolCompanion | None,
) -> Session:
    """The facts of the wish to ask. Stage and mode are the caller's to fill in."""
    choice = class_choice(pupil.scope_path)
    moment = now()
    is_accompanied = bool(choice and choice.supervised_until and choice.supervised_until > moment)
    return Session(
        stage="",
        mode="",
        at=local(moment),
        minutes_used=_minutes(pupil.id),
        supervised=is_accompanied,
        school_allows=bool(school and school.allows_supervised),
        exam=learning.is_in_test(pupil.id, offering.id),
        period_open=live is not None,
        duty_roster=duty.is_somebody_on_duty(pupil.scope_path),
        on_activity=live is not None and _is_at_hand(live, lesson, pupil, item),
        paused=bool(choice and choice.is_paused) or bool(live and live.is_paused),
        attempted=item is not None and bool(learning.tries_of(pupil.id, offering.id, item.key)),
        item=item is not None,
        guardian_agreed=COMPANION.allows(pupil.id),
    )


def context(at: Situation, conversation: UUID, text: str = "", task: str = "") -> Context:
    """What the agent gets to see when a pupil says `text`."""
    tries = learning.tries_of(at.pupil.id, at.offering.id, at.item.key) if at.item else []
    step = at.live.current_activity if at.live else ""
    return Context(
        agent=AGENT,
        mode=at.mode,
        stage=at.stage,
        place_path=at.pupil.scope_path,
        subject=subject_of(at.pupil.id),
        conversation=conversation,
        session=at.session,
        lesson=facts.lesson_facts(at.lesson, step=step),
        item=_item(at) if at.item else None,
        attempts=tuple(
            AttemptFacts(facts.plain_html(one.said), one.correct, facts.plain(one.reply), one.misconceptions)
            for one in tries
        ),
        passages=_passages(at, text),
        names=tuple(one.name for one in registry.pupils_of(at.offering.class_group_id)),
        task=task or ("preview" if at.mode == "before" else ""),
    )


def _item(at: Situation) -> ItemFacts:
    assert at.item is not None
    others = curriculum.items_of_course(at.offering.course_version_id)
    solved = learning.solved_items(at.pupil.id, at.offering.id)
    return facts.item_facts(at.item, others, solved - {at.item.key}, lesson=f"第{at.lesson.position}课")


def _passages(at: Situation, text: str) -> tuple[Passage, ...]:
    """Of this lesson; before it only its new words, since what happens in it is not told ahead. Beside these what fits
    best of the course's lessons that the class has had, and of the concept graph."""
    found = facts.passages_of(at.lesson)
    if at.mode == "before":
        found = tuple(one for one in found if "/words/" in one.key)
    return (*found[:MOST_PASSAGES], *_elsewhere(at, text))


def _elsewhere(at: Situation, text: str) -> list[Passage]:
    if not text.strip():
        return []
    had = {
        one.lesson_key
        for one in teaching.periods_of(at.offering.id)
        if one.state in rules.GIVEN and one.lesson_key != at.lesson.key
    }
    hits = knowledge.search(
        (Kind.COURSE, Kind.CONCEPT), text, stage=at.stage, scope_path=at.pupil.scope_path, limit=MOST_SEARCHED
    )
    return [
        Passage(str(one.id), one.source, one.version, one.place, one.text)
        for one in hits
        if one.kind is Kind.CONCEPT or one.target.partition("/")[0] in had
    ][:MOST_ELSEWHERE]


def _live(pupil: PupilRef, offering: OfferingRef, lesson_key: str) -> LiveState | None:
    ref = teaching.current_live_for(pupil.id)
    if ref is None or not ref.has_joined or (ref.offering_id, ref.lesson_key) != (offering.id, lesson_key):
        return None
    return teaching.live_state(ref.period_id, pupil.id)


def _is_at_hand(live: LiveState, lesson: Lesson, pupil: PupilRef, item: Item | None) -> bool:
    """Whether the class works on it: some step was handed out, and the item stands in one of these."""
    steps = [lesson.activity(key) for key in live.open_to(pupil.id)]
    if item is None:
        return bool(steps)
    return any(item.key in step.data.get("items", ()) for step in steps if step)


def _minutes(pupil_id: UUID) -> int:
    rows = CompanionDay.objects.unscoped("the pupil's own").filter(pupil_id=pupil_id, day=today())
    return (rows.values_list("seconds", flat=True).first() or 0) // 60
