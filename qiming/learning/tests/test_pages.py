"""Pages: what a pupil, a teacher and a stranger see."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from qiming.curriculum.models import CourseVersion, LessonVersion
from qiming.kernel.headers import devices
from qiming.kernel.ids import new_id
from qiming.kernel.templatetags.vite import assets, dist_folder
from qiming.learning import services
from qiming.learning.models import PracticeRun, Submission, Work
from qiming.learning.services.practice import Offer
from qiming.learning.tests.conftest import LESSON, RIGHT, Class, forget_cached_versions
from qiming.learning.types import WorkKind
from qiming.mastery import Choice
from qiming.registry import queries as registry
from qiming.teaching import services as teaching
from qiming.trust import testing
from qiming.trust.models import AccessLog
from qiming.trust.types import Purpose

PUPIL_PAGE_BYTES = 80 * 1024


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script id="page-data" type="application/json">(.*?)</script>', html, re.S)
    assert found
    page: dict[str, Any] = json.loads(found[1])
    return page


def open_player(cls: Class, seat: int = 1, query: str = "") -> tuple[Any, dict[str, Any]]:
    answer = cls.client(seat).get(f"/learn/{cls.offering.id}/{LESSON}/{query}")
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer, data_of(answer.content.decode())


def test_the_player_carries_items_without_anything_that_gives_the_answer_away(cls: Class) -> None:
    answer, page = open_player(cls)
    text = answer.content.decode()
    assert set(page["items"]) == set(RIGHT)
    for secret in (
        "correct",
        "misconception",
        "reply",
        "accept",
        "sample",
        "trap",
        "tolerance",
        "没见过的成绩才说明",
    ):
        assert secret not in json.dumps(page["items"], ensure_ascii=False), secret
    assert "先分清两次成绩" not in text and page["who"] != str(cls.world.pupils[0].id)


def test_the_player_shows_what_was_done_before(cls: Class) -> None:
    cls.sends(1, cls.answer())
    services.take_hint(actor=cls.pupil(1), offering_id=cls.offering.id, item_key="g7l1-q02", rung=1)
    _, page = open_player(cls)
    past = page["past"]["g7l1-q02"]
    assert past["tries"][0]["correct"] is False and len(past["hints"]) == 1 and past["solution"] is None
    _, other = open_player(cls, 2)
    assert other["past"]["g7l1-q02"]["tries"] == []


def test_the_player_in_class_knows_the_period_only_once_joined(cls: Class) -> None:
    period = cls.runs(1)
    answer, page = open_player(cls, 2)
    assert page["live"] is None and "入课码" in answer.content.decode()
    _, joined = open_player(cls, 1)
    assert joined["live"]["period"] == str(period.id) and joined["live"]["released"] == []


def test_a_lesson_not_yet_taught_does_not_open(cls: Class) -> None:
    answer = cls.client(1).get(f"/learn/{cls.offering.id}/g7l5/")
    assert answer.status_code == 409 and "还没有上" in answer.content.decode()


@pytest.mark.parametrize("lesson", ["nothing", "g7l99"])
def test_a_missing_lesson_is_missing(cls: Class, lesson: str) -> None:
    assert cls.client(1).get(f"/learn/{cls.offering.id}/{lesson}/").status_code == 404


def test_home_shows_todays_lesson_first_then_homework_and_practice(cls: Class) -> None:
    cls.runs(1)
    cls.sets_homework()
    cls.sends(1, cls.answer())
    html = cls.client(1).get("/learn/").content.decode()
    assert (
        html.index("正在上课") < html.index("想一想") < html.index("练10分钟") < html.index("这学年的8课时")
    )


def test_home_without_a_course_says_so(cls: Class) -> None:
    from qiming.learning.tests.conftest import sign_in
    from qiming.teaching.tests.conftest import enrol

    (newcomer,) = enrol(cls.world.class_2, 1, first_seat=9)
    html = sign_in(newcomer).get("/learn/").content.decode()
    assert "还没有排上人工智能课" in html


def test_a_reason_that_holds_for_several_questions_is_told_once(cls: Class) -> None:
    chosen = [Choice("q1", "c1", "先复习"), Choice("q2", "c2", "正在学"), Choice("q3", "c1", "先复习")]
    offer = Offer(cls.offering, "offered", tuple(chosen))
    assert list(offer.why.items()) == [("先复习", 2), ("正在学", 1)]


def test_practice_may_be_declined_and_is_not_asked_again_today(cls: Class) -> None:
    cls.runs(1)
    cls.sends(1, cls.answer())
    client = cls.client(1)
    html = client.get("/learn/practice/").content.decode()
    reasons = re.findall(r"<li><p>([^<]+)</p><p class=\"small soft\">(\d+)题</p></li>", html)
    assert reasons and len({reason for reason, _ in reasons}) == len(reasons)
    assert f"{sum(int(n) for _, n in reasons)}题</h1>" in html
    assert client.post(f"/learn/practice/{cls.offering.id}/decline/").status_code == 302
    html = client.get("/learn/").content.decode()
    assert "今天不练" in html and "开始练" not in html
    assert PracticeRun.objects.unscoped("test").get().state == "declined"


def test_practice_runs_and_ends(cls: Class) -> None:
    cls.runs(1)
    cls.sends(1, cls.answer())
    client = cls.client(1)
    started = client.post(f"/learn/practice/{cls.offering.id}/begin/")
    page = data_of(client.get(started["Location"]).content.decode())
    assert page["mode"] == "practice" and page["reasons"] and page["items"]
    end = started["Location"] + "end/"
    assert "今天到这里就好" in client.get(end).content.decode()
    assert client.post(end).status_code == 302
    assert PracticeRun.objects.unscoped("test").get().state == "done"


def test_another_pupils_practice_is_missing(cls: Class) -> None:
    cls.runs(1)
    cls.sends(1, cls.answer())
    run = services.begin(actor=cls.pupil(1), offering_id=cls.offering.id)
    for path in (f"/learn/practice/run/{run.id}/", f"/learn/practice/run/{run.id}/end/"):
        assert cls.client(2).get(path).status_code == 404


def make_work(cls: Class, seat: int = 1, text: str = "我改了想法<b>") -> Work:
    kept = services.keep_work(
        actor=cls.pupil(seat),
        save_id=new_id(),
        offering_id=cls.offering.id,
        lesson_key=LESSON,
        activity_key="say",
        kind=WorkKind.REFLECTION,
        state={"text": text},
        hand_in=True,
    )
    return Work.objects.unscoped("test").get(id=kept.id)


def test_a_work_is_seen_by_its_pupil_and_teacher_and_nobody_else(cls: Class) -> None:
    work = make_work(cls)
    path = f"/learn/works/{work.id}/"
    assert "我改了想法&lt;b&gt;" in cls.client(1).get(path).content.decode()
    assert cls.client(2).get(path).status_code == 404
    assert cls.teacher_client("stranger").get(path).status_code == 404
    assert cls.teacher_client("head").get(path).status_code == 403
    assert cls.teacher_client().get(path).status_code == 200
    assert AccessLog.objects.unscoped("test").filter(subject_id=cls.world.pupils[0].id).count() == 1


def test_a_teacher_says_something_about_a_work(cls: Class) -> None:
    work = make_work(cls)
    assert (
        cls.teacher_client().post(f"/learn/works/{work.id}/comment/", {"comment": "说得好"}).status_code
        == 302
    )
    assert "说得好" in cls.client(1).get("/learn/works/").content.decode()
    assert cls.client(1).post(f"/learn/works/{work.id}/comment/", {"comment": "x"}).status_code == 403


def test_my_answers_are_what_the_teacher_sees(cls: Class) -> None:
    cls.sends(1, cls.answer("g7l1-q08", {"text": "<script>没见过的</script>"}))
    html = cls.client(1).get("/learn/answers/").content.decode()
    assert "&lt;script&gt;没见过的" in html and "等老师看" in html


def test_a_teacher_tries_a_lesson_and_nothing_is_kept(cls: Class) -> None:
    lesson = cls.period().lesson_version_id
    client = cls.teacher_client()
    page = data_of(client.get(f"/learn/try/{lesson}/").content.decode())
    assert page["mode"] == "try" and page["past"] == {}
    item = page["items"]["g7l1-q02"]["id"]
    told = post(client, "/api/learning/try/answer", {"item": item, "response": {"choice": "B"}})
    assert told.json()["correct"] is False and "原题说明什么" in told.json()["reply"]
    assert post(client, "/api/learning/try/hint", {"item": item, "rung": 1}).json()["html"]
    assert post(cls.client(1), "/api/learning/try/answer", {"item": item, "response": {}}).status_code == 403
    assert (
        not Work.objects.unscoped("test").exists()
        and services.offer(actor=cls.pupil(1), offering_id=cls.offering.id) is None
    )


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json")


def test_the_teacher_sees_one_pupil_and_looking_is_logged(cls: Class) -> None:
    cls.sends(1, cls.answer())
    path = f"/marking/pupils/{cls.offering.id}/{cls.world.pupils[0].id}/"
    html = cls.teacher_client().get(f"{path}?lesson={LESSON}").content.decode()
    assert "还没对" in html and "动手" in html
    assert AccessLog.objects.unscoped("test").filter(verb="learning.see_pupil").count() == 1
    assert cls.teacher_client("stranger").get(path).status_code == 404
    assert cls.client(1).get(path).status_code == 403


def test_homework_page_from_start_to_hand_in(cls: Class) -> None:
    homework = cls.sets_homework()
    client = cls.client(1)
    path = f"/learn/homework/{homework}/"
    assert "开始做" in client.get(path).content.decode()
    _, page = open_player(cls, 1, f"?homework={homework}")
    assert [step["key"] for step in page["activities"]] == ["picked"] and page["urls"]["sync"] == ""
    cls.sends(1, cls.answer("g7l1-q02", RIGHT["g7l1-q02"], homework_id=homework))
    assert client.post(f"{path}hand-in/").status_code == 302
    assert "批好" in client.get(path).content.decode() or "已批改" in client.get(path).content.decode()
    assert Submission.objects.unscoped("test").get().state == "marked"


def test_homework_of_somebody_else_is_missing(cls: Class) -> None:
    homework = cls.sets_homework(pupil_ids=cls.world.ids(2))
    assert cls.client(1).get(f"/learn/homework/{homework}/").status_code == 404
    assert cls.client(1).post(f"/learn/homework/{homework}/hand-in/").status_code == 404
    assert cls.client(1).get(f"/learn/{cls.offering.id}/{LESSON}/?homework={homework}").status_code == 404


def test_the_pile_of_equal_answers_is_marked_once(cls: Class) -> None:
    for seat, text in ((1, "没见过的要分开看"), (2, "没见过的，要分开看。"), (3, "不知道")):
        cls.sends(seat, cls.answer("g7l1-q08", {"text": text}))
    client = cls.teacher_client()
    queue = client.get("/marking/").content.decode()
    assert "3份简答等你看" in queue
    path = re.search(r'href="(/marking/[0-9a-f-]+/[0-9a-f-]+/)"', queue)
    assert path
    html = client.get(path[1]).content.decode()
    form = re.search(r'action="(/marking/answers/[0-9a-f-]+/)"', html)
    also = re.findall(r'name="also" value="([0-9a-f-]+)"', html)
    assert form and len(also) == (1 if "说法不同的有2种" in html else 0)
    assert client.post(form[1], {"p-a": "1", "p-b": "2", "also": also, "comment": "清楚"}).status_code == 302
    _, page = open_player(cls, 1)
    seen = page["past"]["g7l1-q08"]["tries"][0]
    assert seen["correct"] is True and "清楚" in seen["late"]


def test_marking_refuses_half_a_rubric(cls: Class) -> None:
    cls.sends(1, cls.answer("g7l1-q08", {"text": "要分开"}))
    client = cls.teacher_client()
    path = re.search(r'href="(/marking/[0-9a-f-]+/[0-9a-f-]+/)"', client.get("/marking/").content.decode())
    assert path
    html = client.get(path[1])
    form = re.search(r'action="(/marking/answers/[0-9a-f-]+/)"', html.content.decode())
    assert form
    for points in ({"p-a": "1"}, {"p-a": "9", "p-b": "1"}, {"p-a": "x", "p-b": "1"}):
        assert client.post(form[1], points).status_code == 422
    assert cls.teacher_client("stranger").post(form[1], {"p-a": "1", "p-b": "1"}).status_code == 404


def test_what_the_machine_marked_is_not_marked_again(cls: Class) -> None:
    answer = cls.answer(response={"choice": "C"})
    cls.sends(1, answer)
    told = cls.teacher_client().post(f"/marking/answers/{answer.id}/", {"p-whole": "0"})
    assert told.status_code == 409 and "机器已经判好" in told.content.decode()


def test_homework_is_given_back_and_handed_in_again(cls: Class) -> None:
    homework = cls.sets_homework(item_keys=["g7l1-q08"])
    cls.sends(1, cls.answer("g7l1-q08", {"text": "说不清"}, homework_id=homework))
    row = services.hand_in(actor=cls.pupil(1), homework_id=homework)
    assert row.state == "waiting"
    client = cls.teacher_client()
    assert "1份等你看" in client.get(f"/marking/homework/{homework}/").content.decode()
    of_one = f"/marking/homework/{homework}/{cls.world.pupils[0].id}/"
    assert "说不清" in client.get(of_one).content.decode()
    empty = client.post(f"/marking/submissions/{row.id}/", {"act": "again", "comment": " "})
    assert empty.status_code == 422 and "要改什么" in empty.content.decode()
    assert (
        client.post(f"/marking/submissions/{row.id}/", {"act": "again", "comment": "再具体些"}).status_code
        == 302
    )
    assert "再具体些" in cls.client(1).get(f"/learn/homework/{homework}/").content.decode()
    again = services.hand_in(actor=cls.pupil(1), homework_id=homework)
    assert (again.state, again.times) == ("waiting", 2)


def test_the_wall_shows_a_work_without_a_name(cls: Class) -> None:
    from django.test import RequestFactory

    from qiming.kernel import slots

    work = make_work(cls)
    testing.agree(registry.pupil(work.pupil_id), Purpose.WORKS)
    request = RequestFactory().get("/")
    request.actor = cls.teacher  # type: ignore[attr-defined]
    html = slots.render("teaching.shown_work", request, work_id=work.id, class_group_id=cls.world.class_1.id)
    assert "我改了想法" in html and cls.world.pupils[0].name not in html
    request.actor = cls.world.actor("stranger")  # type: ignore[attr-defined]
    here = {"work_id": work.id, "class_group_id": cls.world.class_1.id}
    assert slots.render("teaching.shown_work", request, **here) == ""
    request.actor = cls.teacher  # type: ignore[attr-defined]
    elsewhere = here | {"class_group_id": cls.world.class_2.id}
    assert slots.render("teaching.shown_work", request, **elsewhere) == ""


def test_after_joining_the_lesson_opens(cls: Class) -> None:
    period = cls.period()
    teaching.start_period(actor=cls.teacher, period_id=period.id)
    answer = cls.client(1).post("/join/", {"code": cls.world.code(period.id)})
    assert answer["Location"] == f"/learn/{cls.offering.id}/{LESSON}/"


def test_a_lab_the_teacher_shows_stays_shut_on_a_pupils_device(cls: Class) -> None:
    lesson_version_id = cls.period().lesson_version_id
    assert lesson_version_id
    lesson = LessonVersion.objects.get(id=lesson_version_id)
    for step in lesson.data["activities"]:
        if step["key"] == "try":
            step["lab"]["by"] = "teacher"
    LessonVersion.objects.filter(pk=lesson.pk).update(data=lesson.data)
    forget_cached_versions()
    answer, page = open_player(cls)
    step = next(step for step in page["activities"] if step["key"] == "try")
    assert step["kind"] == "read" and "lab" not in step and page["urls"]["datasets"] == {}
    assert answer["Permissions-Policy"] == devices(camera=False, microphone=False)
    tried = data_of(cls.teacher_client().get(f"/learn/try/{lesson.id}/").content.decode())
    assert (
        next(step for step in tried["activities"] if step["key"] == "try")["lab"]["id"] == "image-classifier"
    )


@pytest.mark.parametrize(("grades", "aloud"), [([2], True), ([1, 2], True), ([3], False), ([7], False)])
def test_a_course_for_the_youngest_reads_itself_out(cls: Class, grades: list[int], aloud: bool) -> None:
    CourseVersion.objects.filter(id=cls.offering.course_version_id).update(grades=grades)
    forget_cached_versions()
    answer, page = open_player(cls)
    html = answer.content.decode()
    assert page["aloud"] is aloud
    assert ('data-for="primary"' in html) is aloud and ('aria-label="听故事"' in html) is aloud
    assert ('<p class="lead">' in html) is not aloud


def test_a_pupils_page_is_light(cls: Class) -> None:
    answer, _ = open_player(cls)
    files = {
        name for found in [assets("src/player/main.ts")] for name in (*found[0], *found[1], found[2]) if name
    }
    weight = len(gzip.compress(answer.content)) + sum(
        len(gzip.compress(Path(dist_folder() / name).read_bytes())) for name in files
    )
    assert weight <= PUPIL_PAGE_BYTES, f"{weight / 1024:.0f} KiB"
