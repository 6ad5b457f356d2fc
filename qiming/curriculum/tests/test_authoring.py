"""The school's version of a lesson: begun, changed by two at once, published, brought up to date, put back."""

import copy
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from qiming.curriculum import queries
from qiming.curriculum.authoring import forms, services
from qiming.curriculum.authoring.checking import blocking, findings
from qiming.curriculum.authoring.drafts import Clash
from qiming.curriculum.authoring.models import ForkStep, LessonFork, Proposal
from qiming.curriculum.authoring.parts import stored_parts
from qiming.curriculum.authoring.words import described
from qiming.curriculum.models import LessonVersion
from qiming.curriculum.printing import BOOKS, write_book
from qiming.curriculum.services import sync_content
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.tests import samples
from qiming.registry import testing
from qiming.registry.testing import Cast

pytestmark = pytest.mark.django_db

LESSON = "courses/g7-tiny/lessons/01-first"
Q1 = "item/t7l1-q01"
LOOK = "activity/look"


@pytest.fixture
def cast() -> Cast:
    return testing.cast(2)


@pytest.fixture
def fork(cast: Cast, tiny: Path, labs: Path) -> LessonFork:
    assert sync_content(tiny, labs=labs).ok
    course = queries.current_course("g7-tiny")
    assert course
    return services.start_fork(actor=cast.teacher, lesson_version_id=course.lessons[0].id)


def again(fork: LessonFork) -> LessonFork:
    return LessonFork.objects.unscoped("test").get(id=fork.id)


def save(cast: Cast, fork: LessonFork, place: str, *, base: Any = None, **changes: Any) -> LessonFork:
    before = base or again(fork).parts[place]
    return services.save_block(
        actor=cast.teacher, fork_id=fork.id, place=place, base=before, mine={**before, **changes}
    )


def publish(cast: Cast, fork: LessonFork) -> LessonVersion:
    done = services.publish(
        actor=cast.teacher, fork_id=fork.id, revision=again(fork).revision, offering_ids=[]
    )
    return done.version.lesson_version


def test_a_fork_begins_as_the_city_wrote_it_and_once(cast: Cast, fork: LessonFork) -> None:
    assert fork.parts == stored_parts(fork.base)
    assert services.start_fork(actor=cast.teacher, lesson_version_id=fork.base_id).id == fork.id
    assert services.start_fork(actor=cast.admin, lesson_version_id=fork.base_id).id == fork.id
    other = services.start_fork(actor=cast.actor("other_teacher"), lesson_version_id=fork.base_id)
    assert other.id != fork.id
    for nobody in (cast.actor("head"), cast.actor("district_officer"), cast.pupil_actor()):
        with pytest.raises(Denied):
            services.start_fork(actor=nobody, lesson_version_id=fork.base_id)
    assert not blocking(findings(fork))


def test_another_school_cannot_touch_it(cast: Cast, fork: LessonFork) -> None:
    for who in ("other_teacher", "other_admin", "head", "district_officer"):
        with pytest.raises(Denied):
            services.undo(actor=cast.actor(who), fork_id=fork.id)


def test_two_writers_keep_each_others_words(cast: Cast, fork: LessonFork) -> None:
    loaded = copy.deepcopy(fork.parts[Q1])
    save(cast, fork, Q1, base=loaded, stem="哪次成绩更老实？")
    services.save_block(
        actor=cast.admin, fork_id=fork.id, place=Q1, base=loaded, mine={**loaded, "solution": "看后一次。"}
    )
    there = again(fork).parts[Q1]
    assert (there["stem"], there["solution"]) == ("哪次成绩更老实？", "看后一次。")
    with pytest.raises(Clash) as clash:
        save(cast, fork, Q1, base=loaded, stem="第三种问法")
    assert [one.name for one in clash.value.conflicts] == ["stem"]
    assert again(fork).parts[Q1]["stem"] == "哪次成绩更老实？"


@pytest.mark.django_db(transaction=True)
def test_two_saves_at_the_same_moment_lose_nothing(cast: Cast, fork: LessonFork) -> None:
    loaded = copy.deepcopy(fork.parts)
    trouble: list[BaseException] = []

    def write(place: str, name: str) -> None:
        try:
            block = loaded[place]
            mine = {**block, name: f"{name} 改了"}
            services.save_block(actor=cast.teacher, fork_id=fork.id, place=place, base=block, mine=mine)
        except BaseException as error:
            trouble.append(error)
        finally:
            connection.close()

    writers = [
        threading.Thread(target=write, args=one) for one in ((Q1, "stem"), (Q1, "solution"), (LOOK, "text"))
    ]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert not trouble
    parts = again(fork).parts
    assert (parts[Q1]["stem"], parts[Q1]["solution"], parts[LOOK]["text"]) == (
        "stem 改了",
        "solution 改了",
        "text 改了",
    )


def test_typing_on_is_one_step_and_undo_takes_steps_back_one_by_one(cast: Cast, fork: LessonFork) -> None:
    first = fork.parts
    with time.frozen(time.now()):
        for text in ("看", "看图", "看图，再想。"):
            save(cast, fork, LOOK, text=text)
    services.change(actor=cast.teacher, fork_id=fork.id, how=services.move("activities", "look", 1))
    steps = ForkStep.objects.unscoped("test").filter(fork=fork)
    assert steps.count() == 2
    services.undo(actor=cast.teacher, fork_id=fork.id)
    assert again(fork).parts["activities"] == first["activities"]
    assert again(fork).parts[LOOK]["text"] == "看图，再想。"
    services.undo(actor=cast.teacher, fork_id=fork.id)
    assert again(fork).parts == first
    with pytest.raises(UserError):
        services.undo(actor=cast.teacher, fork_id=fork.id)


def test_any_earlier_state_can_be_restored(cast: Cast, fork: LessonFork) -> None:
    save(cast, fork, Q1, stem="甲？")
    at = again(fork)
    place = services.add_block(
        actor=cast.teacher,
        fork_id=fork.id,
        order="activities",
        make=lambda k: forms.new_step(k, "read"),
        after="look",
    )
    services.change(actor=cast.teacher, fork_id=fork.id, how=services.hide(Q1, hidden=True))
    services.change(actor=cast.teacher, fork_id=fork.id, how=services.drop(place, stored_parts(fork.base)))
    services.restore(actor=cast.teacher, fork_id=fork.id, revision=at.revision)
    assert again(fork).parts == at.parts


def test_the_citys_parts_cannot_be_deleted_and_keys_are_never_used_twice(
    cast: Cast, fork: LessonFork
) -> None:
    city = stored_parts(fork.base)
    with pytest.raises(UserError):
        services.change(actor=cast.teacher, fork_id=fork.id, how=services.drop(LOOK, city))
    made = set()
    for _ in range(2):
        place = services.add_block(
            actor=cast.teacher,
            fork_id=fork.id,
            order="items",
            make=lambda key: forms.new_item(key, "single", [("c052", "")]),
            after="t7l1-q01",
        )
        services.change(actor=cast.teacher, fork_id=fork.id, how=services.drop(place, city))
        made.add(place)
    assert len(made) == 2


def test_a_published_version_keeps_untouched_items_and_gives_changed_ones_a_new_version(
    cast: Cast, fork: LessonFork
) -> None:
    before = {item.key: item for item in queries.items_of(fork.base_id)}
    save(cast, fork, Q1, stem="哪次成绩更老实？")
    services.change(actor=cast.teacher, fork_id=fork.id, how=services.hide("item/t7l1-q12", hidden=True))
    lesson = publish(cast, fork)
    after = {item.key: item for item in queries.items_of(lesson.id)}
    assert set(before) - set(after) == {"t7l1-q12"}
    assert {key for key in after if after[key].version != before[key].version} == {"t7l1-q01"}
    assert "更老实" in after["t7l1-q01"].stem_html
    course = queries.course(lesson.course_version_id)
    assert course.scope_path == cast.school.path and not course.is_current
    assert queries.current_course("g7-tiny") != course
    # What the school left out is still found by those who hold it in their hands.
    assert queries.item_by_key(course.id, "t7l1-q12") == before["t7l1-q12"]
    # Nothing changed since: the same version again.
    assert publish(cast, fork).id == lesson.id


def test_nothing_broken_reaches_a_class(cast: Cast, fork: LessonFork) -> None:
    options = copy.deepcopy(fork.parts[Q1]["options"])
    for option in options:
        option.pop("correct", None)
    save(cast, fork, Q1, options=options)
    with pytest.raises(UserError) as refusal:
        publish(cast, fork)
    assert "改好" in refusal.value.message
    found = blocking(findings(again(fork)))
    assert {one.place for one in found} == {Q1}


def test_a_hint_that_says_the_answer_is_found_beside_its_item(cast: Cast, fork: LessonFork) -> None:
    save(cast, fork, Q1, hints=["选没见过的那一次。", "想一想。"])
    assert [(one.place, one.where) for one in blocking(findings(again(fork)))] == [(Q1, "hints[0]")]


def test_a_stale_page_does_not_publish(cast: Cast, fork: LessonFork) -> None:
    save(cast, fork, Q1, stem="新的？")
    with pytest.raises(UserError) as refusal:
        services.publish(actor=cast.teacher, fork_id=fork.id, revision=1, offering_ids=[])
    assert refusal.value.status == 409


def test_a_fork_survives_a_city_update_and_takes_it_over_three_way(
    cast: Cast, fork: LessonFork, tiny: Path, labs: Path, bend: Callable[[str, str, str], None]
) -> None:
    save(cast, fork, Q1, stem="哪次成绩更老实？")
    save(cast, fork, LOOK, teacher="请两人一组。")
    mine = again(fork)
    lesson = publish(cast, fork)
    bend(f"{LESSON}/items.yaml", "stem: 哪次成绩说明以后会怎样？", "stem: 看哪次成绩？")
    bend(f"{LESSON}/items.yaml", "stem: 哪些做法让考试不公平？", "stem: 哪些做法不公平？")
    bend(f"{LESSON}/lesson.yaml", "text: 猜。", "text: 先猜。")
    assert services.newer_city(mine) is None
    assert sync_content(tiny, labs=labs).ok
    fork = again(fork)
    assert fork.parts == mine.parts and fork.base_id == mine.base_id
    assert queries.lesson(lesson.id).activity("look").teacher == "请两人一组。"  # type: ignore[union-attr]  # it has this step
    update = services.update_of(fork)
    assert update
    assert [one.name for one in update.merged.conflicts] == [f"{Q1}/stem"]
    assert {"/".join(one.path) for one in update.merged.taken} == {
        "item/t7l1-q02/stem",
        "activity/guess/text",
    }
    given: dict[str, Any] = {"actor": cast.teacher, "fork_id": fork.id, "city_id": update.city.id}
    with pytest.raises(UserError):
        services.take_over(**given, revision=fork.revision, choices={})
    with pytest.raises(UserError):
        services.take_over(**given, revision=fork.revision - 1, choices={f"{Q1}/stem": "mine"})
    services.take_over(**given, revision=fork.revision, choices={f"{Q1}/stem": "theirs"})
    fork = again(fork)
    assert services.newer_city(fork) is None
    assert fork.parts[Q1]["stem"] == "看哪次成绩？"
    assert fork.parts[LOOK]["teacher"] == "请两人一组。"
    city = {item.key: item.version for item in queries.items_of(update.city.id)}
    ours = {item.key: item.version for item in queries.items_of(publish(cast, fork).id)}
    assert ours == city
    services.undo(actor=cast.teacher, fork_id=fork.id)
    assert again(fork).base_id == mine.base_id and again(fork).parts == mine.parts
    assert services.newer_city(again(fork)) is not None


def test_a_new_rendering_alone_is_no_news(
    cast: Cast, fork: LessonFork, tiny: Path, labs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qiming.curriculum.building.RENDERING", 99)
    monkeypatch.setattr("qiming.curriculum.services.sync.fingerprint_of", lambda *_: "other")
    assert sync_content(tiny, labs=labs).ok
    now = queries.current_course("g7-tiny")
    assert now and now.lessons[0].id != fork.base_id
    assert services.newer_city(again(fork)) is None


def test_a_proposal_is_answered_once_with_a_reason(cast: Cast, fork: LessonFork) -> None:
    with pytest.raises(UserError):
        services.propose(actor=cast.teacher, fork_id=fork.id, why="这样学生更明白")
    save(cast, fork, Q1, stem="哪次成绩更老实？")
    publish(cast, fork)
    proposal = services.propose(actor=cast.teacher, fork_id=fork.id, why="这样学生更明白")
    assert [(one["what"], one["after"]) for one in proposal.changes] == [("题干", "哪次成绩更老实？")]
    with pytest.raises(UserError):
        services.propose(actor=cast.teacher, fork_id=fork.id, why="这样学生更明白")
    for who in ("teacher", "head", "other_admin"):
        with pytest.raises(Denied):
            services.answer(actor=cast.actor(who), proposal_id=proposal.id, accept=True, reason="好的")
    officer = cast.actor("district_officer")
    with pytest.raises(UserError):
        services.answer(actor=officer, proposal_id=proposal.id, accept=False, reason=" ")
    done = services.answer(actor=officer, proposal_id=proposal.id, accept=False, reason="下学期再看")
    assert done.state == Proposal.State.DECLINED
    with pytest.raises(UserError):
        services.answer(actor=officer, proposal_id=proposal.id, accept=True, reason="好的")
    with pytest.raises(UserError):
        services.withdraw(actor=cast.teacher, proposal_id=proposal.id)


def test_pictures_are_drawn_anew_and_described(cast: Cast, fork: LessonFork) -> None:
    for alt in ("", " "):
        with pytest.raises(UserError):
            services.add_picture(actor=cast.teacher, fork_id=fork.id, data=samples.png(), alt=alt)
    for data in (b"", b"<svg onload=alert(1)>", b"%PDF-1.4 %%EOF", b"MZ"):
        with pytest.raises(UserError):
            services.add_picture(actor=cast.teacher, fork_id=fork.id, data=data, alt="一张图")
    text, name = services.add_picture(
        actor=cast.teacher, fork_id=fork.id, data=samples.png(), alt="一](x) 张 [图"
    )
    assert text == f"![一）(x) 张 （图]({name})"
    save(cast, fork, LOOK, text=f"看：{text}")
    assert not blocking(findings(again(fork)))
    lesson = publish(cast, fork)
    html = queries.lesson(lesson.id).activity("look").text_html  # type: ignore[union-attr]  # it has this step
    assert f'src="/content/lessons/{lesson.id}/{name}"' in html
    book = write_book(BOOKS["handbook"], lesson.course_version_id)
    assert book.startswith(b"%PDF-")
    assert re.search(rb"/Width\s+64\s*/Height\s+48", book)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[点](javascript:alert(1))",
        "![x](https://elsewhere.example/x.png)",
        "![x](javascript:alert(1))",
        '<a href="data:text/html,x">x</a>',
        "$\\href{javascript:alert(1)}{x}$",
        "<svg/onload=alert(1)>",
        "&lt;script&gt;",
        '![" onerror="alert(1)](media/split.svg)',
    ],
)
def test_nothing_written_becomes_markup(cast: Cast, fork: LessonFork, text: str) -> None:
    save(cast, fork, LOOK, text=text)
    from qiming.curriculum.authoring.queries import draft

    lesson, _ = draft(again(fork))
    html = lesson.activity("look").text_html  # type: ignore[union-attr]  # it has this step
    for evil in (
        "<script",
        "<svg",
        'onerror="',
        'href="javascript',
        'src="http',
        'src="javascript',
        '<a href="data',
    ):
        assert evil not in html


def test_differences_are_told_in_words(cast: Cast, fork: LessonFork) -> None:
    options = copy.deepcopy(fork.parts[Q1]["options"])
    options[0]["reply"] = "再想想。"
    save(cast, fork, Q1, options=options, difficulty=3)
    services.change(actor=cast.teacher, fork_id=fork.id, how=services.hide(LOOK, hidden=True))
    lines = {(one.where, one.what): one for one in described(stored_parts(fork.base), again(fork).parts)}
    assert set(lines) == {
        ("环节“看一看”", "用不用"),
        ("题目“哪次成绩说明以后会怎样？”", "难度"),
        ("题目“哪次成绩说明以后会怎样？”", "选项A的对学生说的话"),
    }
