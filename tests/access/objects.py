"""One object of each kind that an address can name, all of them belonging to the first pupil's class."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring import services as authoring
from qiming.curriculum.models import LessonVersion
from qiming.governance import services as governance
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.ids import new_id
from qiming.kernel.tests import samples
from qiming.learning import services as learning
from qiming.learning.labs import free, gallery, shelf
from qiming.learning.models import Attempt, CourseTask, PracticeRun, ProjectMember, Submission, Work
from qiming.learning.types import Answer, WorkKind
from qiming.registry import queries as registry
from qiming.registry import services as people
from qiming.registry.models import AllianceMember, Guardianship, RoleGrant
from qiming.registry.oneroster import services as oneroster
from qiming.registry.types import Role, Stage
from qiming.site.demo import answers
from qiming.teaching import queries as teaching
from qiming.teaching import services as lessons
from qiming.teaching.models import PastImport, PeriodPhoto
from qiming.teaching.types import DeliveryMode
from qiming.trust import services as trust
from qiming.trust.models import SlipScan
from qiming.trust.types import Purpose
from tests.access import (
    agents_objects,
    assist_objects,
    assurance_objects,
    brought_objects,
    casework_objects,
    credentials_objects,
    educators_objects,
    governance_objects,
    insight_objects,
    lti_objects,
    marker_objects,
    planner_objects,
    programmes_objects,
    resources_objects,
    sign_in_objects,
    tools_objects,
    trust_objects,
)
from tests.world import World

PNG = samples.png()
WHY = "the access test names the object"


@dataclass(slots=True)
class Objects:
    """Values for every parameter that stands in an address."""

    values: dict[str, object]
    # by url name, where a parameter means something else there
    special: dict[str, dict[str, object]] = field(default_factory=dict)

    def of(self, url_name: str, parameters: list[str]) -> dict[str, object]:
        chosen = self.values | self.special.get(url_name, {})
        return {name: chosen[name] for name in parameters}


def build(world: World) -> Objects:
    """Make everything by the rooms' own verbs."""
    here, teacher = world.here, world.actor("teacher")
    pupil = world.actor("pupil")
    year = registry.current_year()
    slips = trust.enter_slips(
        actor=teacher,
        batch_id=new_id(),
        class_id=here.group.id,
        slips={one.id: dict.fromkeys(Purpose, True) for one in here.pupils},
        signed_on=time.today(),
        scans=[("回执.png", PNG)],
    )
    slots = registry.school_slots(here.group.id, year.starts, time.today())
    first = slots[0]
    with time.frozen(time.at_local(first.date, 0, 30)):
        offering = lessons.open_offering(
            actor=teacher,
            wish=lessons.Wish(
                here.group.id,
                world.course.id,
                DeliveryMode.STANDALONE,
                "",
                None,
                first.date.isoweekday(),
                first.no,
            ),
            accept_short=True,
        )
    period = teaching.periods_of(offering.id)[0]
    assert period.starts_at
    with time.frozen(period.starts_at + timedelta(minutes=2)):
        lessons.start_period(actor=teacher, period_id=period.id)
        answered, waiting = _answers(world, offering.id, period.lesson_key)
        lessons.end_period(actor=teacher, period_id=period.id)
        lessons.add_photos(actor=teacher, period_id=period.id, photos=[lessons.Photo("板书.png", PNG)])
    homework = lessons.set_homework(
        actor=teacher,
        offering_id=offering.id,
        task=lessons.Task("作业", period.lesson_key, [], [answered.item_key], time.now() + timedelta(days=3)),
    )
    item = curriculum.item_by_key(world.course.id, answered.item_key)
    assert item is not None
    done = Answer(new_id(), period.lesson_key, item.key, answers.right(item), homework_id=homework.id)
    learning.record_attempts(actor=pupil, offering_id=offering.id, answers=[done])
    submission = learning.hand_in(actor=pupil, homework_id=homework.id)
    ask = governance.ask_plan(actor=world.actor("district_officer"), class_id=here.group.id, text="请补")
    sample = governance.draw_sample(actor=world.actor("district_officer"), place=here.district, size=1)
    run = learning.begin(actor=pupil, offering_id=offering.id)
    lesson = curriculum.lessons_of(world.course.id)[0]
    grant = RoleGrant.objects.unscoped(WHY).get(
        person_id=here.people["teacher"], organisation_id=here.group.id
    )
    upload = people.preview_roster(
        actor=world.actor("school_admin"),
        school_id=here.school.id,
        name="n.csv",
        data="年级,班级,座号,姓名\n七年级,1,1,陈一诺\n七年级,1,x,王".encode(),
    )
    past = lessons.preview_past(
        actor=teacher, name="past.csv", data="日期,班级,上了什么\n2026-09-10,七年级1班,认识\n".encode()
    )
    group = people.open_group(actor=None, school_id=here.school.id, name="走班A", grade=7)
    people.set_group_members(actor=None, group_id=group.id, person_ids=[here.pupils[0].id])
    people.appoint(actor=None, person_id=here.people["teacher"], role=Role.TEACHER, place_id=group.id)
    assert isinstance(run, PracticeRun) and isinstance(submission, Submission)
    values: dict[str, object] = {
        "class_id": here.group.id,
        "school_id": here.school.id,
        "place_id": here.school.id,
        "person_id": here.pupils[0].id,
        "pupil_id": here.pupils[0].id,
        "offering_id": offering.id,
        "period_id": period.id,
        "lesson_key": period.lesson_key,
        "lesson_version_id": lesson.id,
        "version_id": lesson.id,
        "item_version_id": waiting.item_version_id,
        "attempt_id": waiting.id,
        "work_id": Work.objects.unscoped(WHY).get(pupil_id=here.pupils[0].id).id,
        "task_id": new_id(),
        "run_id": run.id,
        "homework_id": homework.id,
        "submission_id": submission.id,
        "photo_id": PeriodPhoto.objects.unscoped(WHY).get(period_id=period.id).id,
        "import_id": upload,
        "package_id": oneroster.receive_package(
            actor=world.actor("school_admin"), place_id=here.school.id, name="n.zip"
        ).id,
        "grant_id": grant.id,
        "group_id": group.id,
        "guardianship_id": Guardianship.objects.unscoped(WHY).get(ward_id=here.pupils[0].id).id,
        "invitation_id": people.invite_staff(
            actor=world.actor("school_admin"), school_id=here.school.id, username="nobody.here"
        ),
        **_own_alliance(world),
        "promotion_id": people.prepare_turn(actor=world.actor("school_admin"), school_id=here.school.id),
        "transfer_id": _asked(world, here.school.id, world.places["near"].school.id),
        "ask_id": ask.id,
        "sample_id": sample.id,
        **governance_objects.build(world),
        "batch_id": slips.id,
        "scan_id": SlipScan.objects.unscoped(WHY).get(batch=slips).id,
        "key": world.course.key,
        "name": "x.svg",
        "stage": "junior",
        "kind": "xlsx",
        "concept": "c051",
        "misconception": "m-train-is-enough",
        "year": year.key,
        "lab": "points",
        "no": 1,
    }
    values["made_id"] = _kept_model(pupil, offering.id, period.lesson_key)
    values |= _school_version(world)
    values |= trust_objects.build(world)
    values |= brought_objects.build(world)
    values |= sign_in_objects.build(world)
    values |= insight_objects.build(world)
    values |= assist_objects.build(world, offering.id, period.lesson_key)
    values |= educators_objects.build(world)
    values |= planner_objects.build(world, offering.id, period.lesson_key)
    values |= programmes_objects.build(world)
    marked, on_paper = marker_objects.build(
        world, offering_id=offering.id, lesson_key=period.lesson_key, item_key=waiting.item_key
    )
    values |= marked
    cases = casework_objects.build(world)
    shelf = resources_objects.build(world) | assurance_objects.build(world)
    certificates = credentials_objects.build(world)
    tools, tool_pages = tools_objects.build(world, period.lesson_key)
    values |= tools
    product_id = tool_pages["resources.tool_words"]["product_id"]
    values |= lti_objects.build(world, period.lesson_key, UUID(str(product_id)))

    table: dict[str, object] = {
        "import_id": people.preview_timetable(
            actor=world.actor("school_admin"),
            school_id=here.school.id,
            year_key=year.key,
            term_no=1,
            name="t.csv",
            data="班级,星期,节次,课程\n七年级1班,2,3,信息科技\n".encode(),
        )
    }
    into: dict[str, object] = {"transfer_id": _asked(world, world.places["near"].school.id, here.school.id)}
    staff: dict[str, object] = {"person_id": here.people["teacher"]}
    special: dict[str, dict[str, object]] = {
        **tool_pages,
        **assist_objects.SPECIAL,
        **agents_objects.build(world),
        "curriculum.concept": {"key": "c051"},
        "curriculum.syllabus_version": {"key": "qiming-proposal"},
        "curriculum.draft_media": {"name": next(iter(_media(world)))},
        "curriculum.course_version": {"version_id": world.course.id},
        "curriculum.book": {"version_id": world.course.id, "book": "tasksheets"},
        "curriculum.schema": {"name": "items"},
        "curriculum.taking": {"version_id": world.course.id},
        "curriculum.take": {"version_id": world.course.id, "key": "qti3"},
        "curriculum.brought_media": {"name": "p.svg"},
        "educators.output_begin": {"enrolment_id": values["output_enrolment_id"]},
        "curriculum.dataset_file": {"key": "recyclables", "name": "bottle-01.svg"},
        **dict.fromkeys(
            (
                "educators.person",
                "registry.staff_person",
                "registry.assign",
                "registry.appoint",
                "registry.end_grant",
            ),
            staff,
        ),
        **dict.fromkeys(("registry.receive_transfer", "registry.withdraw_transfer"), into),
        **dict.fromkeys(
            (
                "registry.timetable",
                "registry.apply_timetable",
                "registry.drop_timetable",
                "registry.timetable_wrong",
            ),
            table,
        ),
        **dict.fromkeys(("registry.grant_until", "registry.work_until"), staff),
        **dict.fromkeys(("registry.reset_password", "registry.staff_leave"), staff),
        **cases,
        **shelf,
        **certificates,
        **_endings(offering.id, here.group.path, here.people["teacher"], here.pupils[0].id),
        **_labs(world, offering.id),
        **{key: {"place_id": here.group.id} for key in ("insight.diagnosis_of", "insight.action_new")},
        "registry.recover": {"person_id": here.people["school_head"]},
        **{name: {"import_id": _past_id(past)} for name in ("teaching.past_preview", "teaching.past_apply")},
    }
    return Objects(values, special | on_paper)


def _endings(offering_id: UUID, path: str, teacher: UUID, pupil: UUID) -> dict[str, dict[str, object]]:
    """A test and a project of the class, whatever the course's text holds of them, and a work handed in."""
    tasks = {
        form: CourseTask.objects.create(
            scope_path=path, offering_id=offering_id, form=form, opened_by=teacher
        )
        for form in ("pretest", "project")
    }
    whose = {"scope_path": path, "pupil_id": pupil}
    work = Work.objects.create(
        **whose,
        offering_id=offering_id,
        lesson_key="",
        activity_key="project",
        kind="task",
        title="作品",
        state={"text": "做好了"},
        client_at=time.now(),
        handed_in_at=time.now(),
    )
    ProjectMember.objects.create(**whose, task=tasks["project"], work=work)
    return {
        "learning.close_task": {"task_id": tasks["pretest"].id},
        "learning.test": {"task_id": tasks["pretest"].id},
        "learning.project": {"task_id": tasks["project"].id},
        "learning.judge": {"work_id": work.id},
    }


def _kept_model(pupil: Actor, offering_id: UUID, lesson_key: str) -> UUID:
    """A trained model on the pupil's shelf."""
    made = new_id()
    model = {
        "format": "qiming-model/1",
        "id": str(made),
        "name": "直线",
        "kind": "line",
        "made": {"lab": "line", "at": "", "camera": False},
        "input": {"of": "numbers", "names": ["x"]},
        "labels": [],
        "parameters": {"weights": [2.0], "bias": 1.0, "unit": ""},
        "scores": {"train": None, "test": None},
        "card": {},
    }
    shelf.keep_model(
        actor=pupil, offering_id=offering_id, lesson_key=lesson_key, activity_key="", model=model
    )
    return made


def _labs(world: World, offering_id: UUID) -> dict[str, dict[str, object]]:
    """A lab in free play, handed in by the first pupil and open to the class."""
    free.keep_free_work(
        actor=world.actor("pupil"), save_id=new_id(), lab_id="points", state={"dots": []}, hand_in=True
    )
    row = gallery.set_gallery(
        actor=world.actor("teacher"),
        offering_id=offering_id,
        lesson_key="",
        activity_key="points",
        is_open=True,
    )
    work = Work.objects.unscoped(WHY).get(pupil_id=world.here.pupils[0].id, offering=None)
    step: dict[str, object] = {"lesson_key": "free", "step_key": "points"}
    return {
        "learning.classmates": {"gallery_id": row.id},
        "learning.classmates_work": {"gallery_id": row.id, "work_id": work.id},
        "learning.lab_grid": step,
        "learning.lab_grid_piece": step,
    }


def _school_version(world: World) -> dict[str, object]:
    """A lesson changed by the school of the first class, published, and proposed to the district."""
    teacher = world.actor("teacher")
    fork = authoring.start_fork(actor=teacher, lesson_version_id=world.course.lessons[1].id)
    authoring.change(
        actor=teacher, fork_id=fork.id, how=authoring.move("activities", fork.parts["activities"][0], 1)
    )
    authoring.publish(actor=teacher, fork_id=fork.id, revision=2, offering_ids=[])
    proposal = authoring.propose(actor=teacher, fork_id=fork.id, why="这样的次序学生更明白")
    return {"fork_id": fork.id, "proposal_id": proposal.id}


def _media(world: World) -> dict[str, str]:
    """The pictures of the lesson that the school changed."""
    lesson = LessonVersion.objects.get(id=world.course.lessons[1].id)
    return dict(lesson.media)


def _asked(world: World, source: UUID, target: UUID) -> object:
    """A move asked for by the target school."""
    place = next(key for key, one in world.places.items() if one.school.id == target)
    return people.ask_for_pupil(
        actor=world.actor("school_admin", place),
        school_id=target,
        from_school_id=source,
        name="某同学",
        class_words="七年级1班",
    )


def _own_alliance(world: World) -> dict[str, object]:
    """An alliance led by the first school, and that school's own seat in another one."""
    head = world.actor("school_head")
    member = people.found_school(
        district_id=world.here.district.id,
        name=f"{world.here.school.name}的成员校",
        stages=[Stage.JUNIOR],
        is_synthetic=True,
    )
    led = people.propose_alliance(
        actor=head,
        lead_id=world.here.school.id,
        kind="hands",
        name="手拉手",
        school_ids=[member.id],
    )
    seat = AllianceMember.objects.unscoped(WHY).get(school_id=world.here.school.id)
    return {"alliance_id": led, "member_id": seat.id}


def _answers(world: World, offering_id: UUID, lesson_key: str) -> tuple[Attempt, Attempt]:
    """One right answer, one short text that waits for the teacher, one reflection, all by the first pupil."""
    pupil = world.actor("pupil")
    lesson = curriculum.lesson_of_course(world.course.id, lesson_key)
    assert lesson is not None
    items = curriculum.items_of(lesson.id)
    choice = next(item for item in items if item.kind == "single")
    essay = next(item for item in items if item.kind == "short" and not item.data.get("accept"))
    learning.record_attempts(
        actor=pupil,
        offering_id=offering_id,
        answers=[
            Answer(new_id(), lesson_key, choice.key, answers.right(choice), client_at=time.now()),
            Answer(new_id(), lesson_key, essay.key, {"text": "我觉得要看例子"}, client_at=time.now()),
        ],
    )
    reflect = next(step for step in lesson.activities if step.kind == "reflect")
    learning.keep_work(
        actor=pupil,
        save_id=new_id(),
        offering_id=offering_id,
        lesson_key=lesson_key,
        activity_key=reflect.key,
        kind=WorkKind.REFLECTION,
        state={"text": "我学会了"},
        hand_in=True,
    )
    mine = Attempt.objects.unscoped(WHY).filter(pupil_id=world.here.pupils[0].id)
    return mine.get(item_key=choice.key), mine.get(item_key=essay.key)


def _past_id(past: object) -> UUID:
    found = getattr(past, "id", past)
    assert isinstance(found, UUID) or isinstance(past, PastImport)
    return UUID(str(found))
