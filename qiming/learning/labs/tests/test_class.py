"""The class and its labs: the teacher's grid, classmates' works without names, pictures that go with the term."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qiming.curriculum.models import LessonVersion
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.keeping import SWEEPERS, Holds
from qiming.kernel.time import frozen, now
from qiming.learning import pictures, services
from qiming.learning.labs import free, gallery
from qiming.learning.labs.grid import Mark, grid_of
from qiming.learning.labs.models import Gallery
from qiming.learning.models import Work, WorkVersion
from qiming.learning.tests.conftest import LESSON, NOW, Class, forget_cached_versions, sign_in
from qiming.learning.tests.test_consent import state as with_pictures
from qiming.learning.types import LabAct, WorkKind
from qiming.registry import queries as registry
from qiming.teaching import services as lessons
from qiming.teaching.tests.conftest import enrol
from qiming.trust import testing
from qiming.trust.types import Purpose

GOALS = [
    {"goal": "placed", "text": "放好"},
    {"goal": "exam", "text": "考过"},
    {"goal": "exam", "text": "再考"},
]


def with_goals(cls: Class) -> Class:
    row = LessonVersion.objects.get(key=LESSON)
    for step in row.data["activities"]:
        if step["key"] == "try":
            step["lab"]["goals"] = GOALS
    row.save(update_fields=["data"])
    forget_cached_versions()
    return cls


def did(cls: Class, seat: int, *said: tuple[str, dict[str, Any]]) -> None:
    services.keep_acts(
        actor=cls.pupil(seat),
        offering_id=cls.offering.id,
        lesson_key=LESSON,
        activity_key="try",
        acts=[LabAct(new_id(), what, detail) for what, detail in said],
    )


def hands_in(cls: Class, seat: int, state: dict[str, Any]) -> Work:
    services.keep_work(
        actor=cls.pupil(seat),
        save_id=new_id(),
        offering_id=cls.offering.id,
        lesson_key=LESSON,
        activity_key="try",
        kind=WorkKind.LAB,
        state=state,
        hand_in=True,
        client_at=now(),
    )
    return Work.objects.unscoped("test").get(pupil_id=cls.world.pupils[seat - 1].id, activity_key="try")


def grid(cls: Class) -> Any:
    step = next(one for one in _lesson(cls).activities if one.key == "try")
    return grid_of(cls.offering.id, LESSON, step, registry.pupils_of(cls.world.class_1.id))


def _lesson(cls: Class) -> Any:
    from qiming.curriculum import queries as curriculum

    found = curriculum.lesson_of_course(cls.offering.course_version_id, LESSON)
    assert found is not None
    return found


def test_the_grid_says_reached_tried_and_nothing(cls: Class) -> None:
    with_goals(cls)
    did(
        cls,
        1,
        ("reached", {"index": 1, "goal": "exam"}),
        ("asked-hint", {"hint": 1}),
        ("asked-hint", {"hint": 2}),
    )
    did(cls, 2, ("reached", {"goal": "placed"}))  # a lab that told no index
    services.keep_progress(
        actor=cls.pupil(3), offering_id=cls.offering.id, lesson_key=LESSON, activity_key="try",
        fields={"goal2": {"v": True, "at": now().isoformat()}, "goalx": {"v": True, "at": now().isoformat()}},
        done=False,
    )  # fmt: skip
    hands_in(cls, 4, {"n": 1})
    found = grid(cls)
    marks = {line.pupil.id: line.marks for line in found.lines}
    r, t, n = Mark.REACHED, Mark.TRIED, Mark.NOTHING
    by_seat = [marks[one.id] for one in cls.world.pupils[:5]]
    assert by_seat == [(t, r, t), (r, t, t), (t, t, r), (t, t, t), (n, n, n)][: len(by_seat)]
    assert found.reached == (1, 1, 1) and (found.began, found.handed_in) == (4, 1)
    assert found.lines[0].tally.hints == 2 and found.lines[3].is_handed_in


def test_the_grids_page_and_piece_are_the_teachers(cls: Class) -> None:
    with_goals(cls)
    did(cls, 1, ("reached", {"index": 0, "goal": "placed"}))
    work = hands_in(cls, 1, {"n": 1})
    url = f"/marking/labs/{cls.offering.id}/{LESSON}/try/"
    teacher = cls.teacher_client()
    html = teacher.get(url).content.decode()
    assert (
        "谁做到了哪里" in html and "放好" in html and f"/learn/works/{work.id}/" in html and "做到了" in html
    )
    piece = teacher.get(f"{url}board/")
    assert piece.status_code == 200
    assert teacher.get(f"{url}board/", headers={"If-None-Match": piece["ETag"]}).status_code == 304
    did(cls, 2, ("reached", {"index": 0, "goal": "placed"}))
    assert teacher.get(f"{url}board/", headers={"If-None-Match": piece["ETag"]}).status_code == 200
    assert cls.client(1).get(url).status_code in (403, 404)
    assert teacher.get(f"/marking/labs/{cls.offering.id}/{LESSON}/nothing/").status_code == 404
    assert teacher.get(f"/marking/labs/{cls.offering.id}/{LESSON}/quiz/").status_code == 404
    overview = teacher.get(f"/marking/labs/{cls.offering.id}/").content.decode()
    assert "2人做过，1人交了" in overview


def test_the_grid_costs_the_same_for_every_class(cls: Class) -> None:
    with_goals(cls)
    counts = []
    for seats in (1, 4):
        for seat in range(1, seats + 1):
            did(cls, seat, ("reached", {"index": 0, "goal": "placed"}))
            hands_in(cls, seat, {"n": seat})
        with CaptureQueriesContext(
            connection,
        ) as asked:
            grid(cls)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5


def test_the_cockpit_shows_the_grid_of_the_lab_handed_out(cls: Class) -> None:
    with_goals(cls)
    period = cls.runs(1)
    teacher = cls.teacher_client()
    board = f"/teach/periods/{period.id}/live/board/"
    assert "谁做到了哪个目标" not in teacher.get(board).content.decode()
    lessons.release(actor=cls.teacher, period_id=period.id, activity_key="try")
    did(cls, 1, ("reached", {"index": 0, "goal": "placed"}))
    html = teacher.get(board).content.decode()
    assert "谁做到了哪个目标" in html and "1：1人" in html


def opens(cls: Class, lesson: str = LESSON, step: str = "try", **more: bool) -> Gallery:
    return gallery.set_gallery(
        actor=cls.teacher, offering_id=cls.offering.id, lesson_key=lesson, activity_key=step,
        **(more or {"is_open": True}),
    )  # fmt: skip


def test_classmates_works_are_seen_with_consent_without_names_and_gone_after_withdrawal(cls: Class) -> None:
    child = registry.pupil(cls.world.pupils[0].id)
    work = hands_in(cls, 1, {"dots": ["mine"]})
    row = opens(cls)
    url, mate = f"/learn/gallery/{row.id}/", cls.client(2)
    assert "还没有可以看的作品" in mate.get(url).content.decode()
    assert mate.get(f"{url}{work.id}/").status_code == 404
    # one's own is there in any case
    assert "我的" in cls.client(1).get(url).content.decode()
    testing.agree(child, Purpose.WORKS)
    listed = mate.get(url).content.decode()
    assert "看看全班的1件作品" in listed and child.name not in listed
    shown = mate.get(f"{url}{work.id}/").content.decode()
    assert '"dots": ["mine"]' in shown and child.name not in shown and str(child.id) not in shown
    assert "同学的作品" in mate.get("/learn/").content.decode()
    testing.take_back(child, Purpose.WORKS)
    assert mate.get(f"{url}{work.id}/").status_code == 404
    assert "还没有可以看的作品" in mate.get(url).content.decode()


def test_what_was_handed_in_is_shown_not_the_draft_after_it(cls: Class) -> None:
    testing.agree(registry.pupil(cls.world.pupils[0].id), Purpose.WORKS)
    work = hands_in(cls, 1, {"n": "given"})
    services.keep_work(
        actor=cls.pupil(1), save_id=new_id(), offering_id=cls.offering.id, lesson_key=LESSON,
        activity_key="try", kind=WorkKind.LAB, state={"n": "draft"}, client_at=now() + timedelta(seconds=5), base=1,
    )  # fmt: skip
    html = cls.client(2).get(f"/learn/gallery/{opens(cls).id}/{work.id}/").content.decode()
    assert '"n": "given"' in html and "draft" not in html


def test_only_the_class_and_only_while_open(cls: Class) -> None:
    testing.agree(registry.pupil(cls.world.pupils[0].id), Purpose.WORKS)
    work = hands_in(cls, 1, {"n": 1})
    row = opens(cls)
    url = f"/learn/gallery/{row.id}/"
    assert cls.client(2).get(url).status_code == 200
    outsider = sign_in(enrol(cls.world.class_2, 1)[0])
    assert outsider.get(url).status_code == 404 and outsider.get(f"{url}{work.id}/").status_code == 404
    stranger = cls.teacher_client("stranger")
    assert stranger.get(f"/marking/labs/{cls.offering.id}/").status_code in (403, 404)
    assert cls.teacher_client().get(url).status_code in (403, 404)
    assert Client().get(url).status_code in (302, 401)
    opens(cls, is_open=False)
    mate = cls.client(2)
    assert mate.get(url).status_code == 404 and mate.get(f"{url}{work.id}/").status_code == 404
    assert "同学的作品" not in mate.get("/learn/").content.decode()


def test_who_may_open_and_what_may_be_opened(cls: Class) -> None:
    with pytest.raises(Denied):
        gallery.set_gallery(
            actor=cls.pupil(1),
            offering_id=cls.offering.id,
            lesson_key=LESSON,
            activity_key="try",
            is_open=True,
        )
    for lesson, step in ((LESSON, "quiz"), (LESSON, "nothing"), ("g9l9", "try")):
        with pytest.raises((UserError, Denied)):
            opens(cls, lesson, step)
    with pytest.raises(Denied):
        opens(cls, "", "no-such-lab")
    first, again = opens(cls), opens(cls)
    assert first.id == again.id and Gallery.objects.unscoped("test").count() == 1
    teacher = cls.teacher_client()
    form = {"lesson": LESSON, "step": "try", "act": "close", "back": "grid"}
    answer = teacher.post(f"/marking/labs/{cls.offering.id}/gallery/", form)
    assert answer.status_code == 302 and answer["Location"].endswith(f"/{LESSON}/try/")
    assert not Gallery.objects.unscoped("test").get().is_open
    assert (
        teacher.post(f"/marking/labs/{cls.offering.id}/gallery/", form | {"act": "sell"}).status_code == 422
    )


def test_free_play_has_a_grid_and_a_gallery_too(cls: Class) -> None:
    testing.agree(registry.pupil(cls.world.pupils[0].id), Purpose.WORKS)
    free.keep_free_work(
        actor=cls.pupil(1),
        save_id=new_id(),
        lab_id="points",
        state={"dots": []},
        hand_in=True,
        client_at=now(),
    )
    row = opens(cls, "", "points")
    assert "看看全班的1件作品" in cls.client(2).get(f"/learn/gallery/{row.id}/").content.decode()
    page = cls.teacher_client().get(f"/marking/labs/{cls.offering.id}/free/points/").content.decode()
    assert "1人做过，1人交了" in page
    assert "近邻和分组" in cls.teacher_client().get(f"/marking/labs/{cls.offering.id}/").content.decode()


def sweep(at: Any = None) -> Any:
    with frozen(at or NOW):
        return SWEEPERS["learning.term_pictures"](now(), Holds())


def test_own_pictures_go_when_the_term_is_over(cls: Class) -> None:
    child = registry.pupil(cls.world.pupils[0].id)
    testing.agree(child, Purpose.CAMERA)
    work = hands_in(cls, 1, with_pictures("camera", "file"))
    term = registry.term_on(NOW.date(), child.scope_path)
    assert term is not None
    last = NOW + (term.ends - NOW.date())
    assert sweep().ids == [] and sweep(last).ids == []
    swept = sweep(last + timedelta(days=1))
    assert len(swept.ids) == 2 and set(swept.places) == {child.scope_path}
    for row in (
        Work.objects.unscoped("test").get(id=work.id),
        WorkVersion.objects.unscoped("test").get(work=work),
    ):
        assert "local" not in row.state and row.state["own"] == [] and "data:image" not in str(row.state)
        assert row.state["placed"] == {"can-01.svg": "can"} and row.state["v"] == 1
    assert sweep(last + timedelta(days=1)).ids == []


def test_pictures_stay_where_the_teacher_keeps_them_and_the_family_agrees(cls: Class) -> None:
    child = registry.pupil(cls.world.pupils[0].id)
    testing.agree(child, Purpose.WORKS)
    hands_in(cls, 1, with_pictures("file"))
    hands_in(cls, 2, with_pictures("file"))  # nobody agreed to showing these
    opens(cls, keeps_pictures=True)
    later = NOW + timedelta(days=300)
    assert len(sweep(later).ids) == 2
    assert pictures.chosen(Work.objects.unscoped("test").get(pupil_id=child.id).state)
    testing.take_back(child, Purpose.WORKS)
    assert len(sweep(later).ids) == 2


def test_a_hold_stops_the_deletion(cls: Class) -> None:
    hands_in(cls, 1, with_pictures("file"))
    with frozen(NOW + timedelta(days=300)):
        held = SWEEPERS["learning.term_pictures"](now(), Holds(persons=frozenset({cls.world.pupils[0].id})))
    assert held.ids == [] and held.held_back == 2


def test_the_night_writes_a_certificate(cls: Class) -> None:
    from qiming.trust.services import keeping

    hands_in(cls, 1, with_pictures("file"))
    with frozen(NOW + timedelta(days=300)):
        runs = {run.rule: run for run in keeping.sweep()}
    assert (
        runs["learning.term_pictures"].count == 2 and "学期结束后清除" in runs["learning.term_pictures"].says
    )
