"""Guide, slides and task sheet of a school's version: cut into pieces and back, written by two, shown, printed, and
put together with the city's next version."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from qiming.curriculum import queries
from qiming.curriculum.access import EDIT
from qiming.curriculum.authoring import services, texts
from qiming.curriculum.authoring.checking import blocking, findings
from qiming.curriculum.authoring.drafts import Clash
from qiming.curriculum.authoring.models import LessonFork
from qiming.curriculum.authoring.parts import stored_parts
from qiming.curriculum.authoring.queries import load_fork, shown_text
from qiming.curriculum.authoring.words import described, pared
from qiming.curriculum.models import LessonVersion
from qiming.curriculum.printing import BOOKS, write_book
from qiming.curriculum.reading import split_slides
from qiming.curriculum.services import sync_content
from qiming.curriculum.tests.test_authoring import LESSON, again, cast, fork, publish
from qiming.curriculum.tests.test_authoring_pages import FRAGMENT, form
from qiming.kernel.text import render_markdown
from qiming.registry.testing import Cast

__all__ = ["cast", "fork"]

GUIDE, SLIDES, SHEET = texts.PLACES


def as_shown(kind: str, text: str) -> list[str]:
    parts = split_slides(text) if kind == "slides" else [text]
    return [str(render_markdown(one)) for one in parts]


def test_every_text_that_ships_comes_back_as_it_was() -> None:
    files = list(Path(settings.CONTENT_ROOT).glob("courses/*/lessons/*/*.md"))
    assert len(files) > 90
    for file in files:
        text = file.read_text(encoding="utf-8")
        block = texts.block_of(file.stem, text)
        again_written = texts.markdown_of(block)
        assert as_shown(file.stem, again_written) == as_shown(file.stem, text), file
        assert texts.block_of(file.stem, again_written) == block and texts.is_block(block), file


@given(st.sampled_from(list(texts.TEXTS)), st.text(st.sampled_from("# -`~\n字a$|<>（）"), max_size=80))
def test_whatever_is_written_has_pieces_and_comes_back(kind: str, text: str) -> None:
    block = texts.block_of(kind, text)
    assert texts.is_block(block)
    once = texts.markdown_of(block)
    assert texts.markdown_of(texts.block_of(kind, once)) == once


@pytest.mark.parametrize(
    "spoilt",
    [
        None,
        {"kind": "guide"},
        {"kind": "poem", "sections": []},
        {"kind": "guide", "slides": []},
        {"kind": "guide", "sections": [{"key": "a", "level": 2, "title": "x"}]},
        {"kind": "guide", "sections": [{"key": "a", "level": 9, "title": "x", "text": ""}]},
        {"kind": "guide", "sections": [{"key": "a", "level": 2, "title": "x", "text": {}}]},
        {"kind": "guide", "sections": [{"key": "a", "level": 2, "title": "", "text": ""}] * 2},
    ],
)
def test_what_has_another_shape_is_no_text(spoilt: Any) -> None:
    assert not texts.is_block(spoilt)


def test_lines_belong_to_pieces() -> None:
    block = texts.block_of("guide", "# 题\n\n引\n\n## 一\n\n甲\n\n乙\n\n## 二\n\n丙\n")
    where = {line: texts.piece_at(block, line) for line in (1, 3, 5, 9, 11, 13)}
    assert where == {1: 0, 3: 0, 5: 1, 9: 1, 11: 2, 13: 2}


def test_long_texts_are_told_by_what_changed() -> None:
    old = "\n".join(f"第{n}行" for n in range(30))
    was, now = pared(old, old.replace("第15行", "新的一行"))
    assert "第15行" in was and "新的一行" in now
    assert len(was.split("\n")) == len(now.split("\n")) == 5


def piece(block: Any, title: str) -> dict[str, Any]:
    return next(one for one in texts.pieces_of(block) if title in one["title"])


def rewrite(cast: Cast, fork: LessonFork, place: str, title: str, text: str, *, base: Any = None) -> None:
    base = base or load_fork(cast.teacher, EDIT, fork.id).parts[place]
    mine = copy.deepcopy(base)
    piece(mine, title)["text"] = text
    services.save_block(actor=cast.teacher, fork_id=fork.id, place=place, base=base, mine=mine)


@pytest.mark.django_db
def test_an_edited_text_is_what_every_page_shows_and_every_book_prints(cast: Cast, fork: LessonFork) -> None:
    city = LessonVersion.objects.get(id=fork.base_id)
    untouched = publish_with_other_change(cast, fork)
    assert (untouched.guide_html, untouched.slides) == (city.guide_html, city.slides)
    picture, _ = services.add_picture(actor=cast.teacher, fork_id=fork.id, data=png(), alt="我们的教室")
    rewrite(cast, fork, GUIDE, "课前准备", f"请搬12把椅子。\n\n{picture}\n\n用 $\\frac{{1}}{{2}}$ 节课。")
    rewrite(cast, fork, SLIDES, "猜", "本校的猜法\n\n---\n\n另起一张")
    rewrite(cast, fork, SHEET, "任务单", "姓名＿＿ 座位＿＿\n\n## 第2页\n\n剪下来")
    lesson = publish(cast, fork)
    assert "请搬12把椅子" in queries.guide_html(lesson.id) and "请搬" not in queries.guide_html(city.id)
    assert f'src="/content/lessons/{lesson.id}/media/' in queries.guide_html(lesson.id)
    assert 'class="math"' in queries.guide_html(lesson.id)
    assert len(queries.slides(lesson.id)) == len(city.slides) + 1
    assert "座位" in queries.tasksheet_html(lesson.id)
    assert lesson.texts["guide"].startswith("# 第一课\n")
    client = cast.client("teacher")
    for page, words in (
        ("guide/", "请搬12把椅子"),
        ("guide/print", "请搬12把椅子"),
        ("slides", "本校的猜法"),
        ("tasksheet/print", "座位"),
    ):
        assert words in client.get(f"/lessons/{lesson.id}/{page}").content.decode(), page
    course = queries.course(lesson.course_version_id)
    lessons = [queries.lesson(one.id) for one in course.lessons]
    for book, words in (
        ("guides", "椅子"),
        ("slides", "本校的猜法"),
        ("tasksheets", "座位"),
        ("handbook", "座位"),
    ):
        assert words in json.dumps(BOOKS[book].data(course, lessons), ensure_ascii=False), book
        assert write_book(BOOKS[book], course.id).startswith(b"%PDF-")


def publish_with_other_change(cast: Cast, fork: LessonFork) -> LessonVersion:
    services.change(actor=cast.teacher, fork_id=fork.id, how=services.hide("activity/look", hidden=True))
    return publish(cast, fork)


def png() -> bytes:
    from qiming.kernel.tests import samples

    return samples.png()


@pytest.mark.django_db
def test_two_tabs_in_one_guide(cast: Cast, fork: LessonFork) -> None:
    loaded = copy.deepcopy(fork.parts[GUIDE])
    rewrite(cast, fork, GUIDE, "课前准备", "甲写的。", base=loaded)
    rewrite(cast, fork, GUIDE, "伦理线", "乙写的。", base=loaded)
    there = again(fork).parts[GUIDE]
    assert (piece(there, "课前准备")["text"], piece(there, "伦理线")["text"]) == ("甲写的。", "乙写的。")
    with pytest.raises(Clash) as clash:
        rewrite(cast, fork, GUIDE, "课前准备", "丙写的。", base=loaded)
    assert len(clash.value.conflicts) == 1
    # The same save twice is one.
    rewrite(cast, fork, GUIDE, "伦理线", "乙写的。", base=loaded)
    assert again(fork).parts[GUIDE] == there


@pytest.mark.django_db
def test_sections_by_their_buttons(cast: Cast, fork: LessonFork) -> None:
    client = cast.client("teacher")

    def press(act: str, place: str = SLIDES) -> int:
        sent = form(fork, place) | {"act": act}
        return client.post(f"/authoring/{fork.id}/save", sent, **FRAGMENT).status_code  # type: ignore[arg-type]

    keys = [one["key"] for one in fork.parts[SLIDES]["slides"]]
    assert press(f"after:slides.{keys[1]}") == 200
    assert [one["key"] for one in again(fork).parts[SLIDES]["slides"]] == [*keys[:2], "o1", *keys[2:]]
    assert press("up:slides.o1") == press(f"drop:slides.{keys[3]}") == 200
    assert [one["key"] for one in again(fork).parts[SLIDES]["slides"]] == [keys[0], "o1", *keys[1:3]]
    for wrong in ("add:sections", "drop:slides.none", "after:options.A", "add:lab.goals"):
        assert press(wrong) == 409, wrong
    assert press("add:slides", GUIDE) == 409
    for _ in range(70):
        last = press("add:sections", SHEET)
    assert last == 422 and len(again(fork).parts[SHEET]["sections"]) == texts.MOST_PIECES
    page = client.get(f"/authoring/{fork.id}/", {"at": SHEET})
    assert page.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[点](javascript:alert(1))",
        "![x](https://elsewhere.example/x.png)",
        "$\\href{javascript:alert(1)}{x}$",
        "## 假标题\n<svg/onload=alert(1)>",
    ],
)
def test_nothing_written_in_a_text_becomes_markup(cast: Cast, fork: LessonFork, text: str) -> None:
    client = cast.client("teacher")
    key = piece(fork.parts[GUIDE], "课前准备")["key"]
    sent = form(fork, GUIDE) | {f"sections.{key}.text": text, f"sections.{key}.title": f"课前准备{text}"}
    page = client.post(f"/authoring/{fork.id}/save", sent, **FRAGMENT).content.decode()  # type: ignore[arg-type]
    shown = "".join(
        html for _, html in shown_text(load_fork(cast.teacher, EDIT, fork.id), GUIDE)["preview_text"]
    )
    for evil in ("<script", "<svg", 'onerror="', 'href="javascript', 'src="http', "<img src=x"):
        assert evil not in shown and evil not in page.replace("<svg class", "").replace("<svg aria", ""), evil


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sections.zz.text", "没有这一节"),
        ("kind", "slides"),
        ("sections", "[]"),
        ("sections.{}.key", "x"),
        ("sections.{}.level", "7"),
    ],
)
def test_only_what_the_form_has_is_read(cast: Cast, fork: LessonFork, name: str, value: str) -> None:
    key = fork.parts[GUIDE]["sections"][2]["key"]
    cast.client("teacher").post(f"/authoring/{fork.id}/save", form(fork, GUIDE) | {name.format(key): value})
    assert again(fork).parts == fork.parts


@pytest.mark.django_db
def test_a_forged_page_cannot_give_a_text_another_shape(cast: Cast, fork: LessonFork) -> None:
    base = copy.deepcopy(fork.parts[GUIDE])
    mine = copy.deepcopy(base)
    mine["sections"][0]["text"] = {"a": 1}
    with pytest.raises(Exception, match="删掉"):
        services.save_block(actor=cast.teacher, fork_id=fork.id, place=GUIDE, base=base, mine=mine)
    for spoilt in ({"kind": "guide", "sections": "x"}, {"kind": "guide"}, {"kind": "guide", "sections": [1]}):
        sent = form(fork, GUIDE) | {"base": json.dumps(spoilt)}
        answer = cast.client("teacher").post(f"/authoring/{fork.id}/save", sent, **FRAGMENT)  # type: ignore[arg-type]
        assert answer.status_code == 409
    assert again(fork).parts == fork.parts


@pytest.mark.django_db
def test_other_people_cannot_write_it(cast: Cast, fork: LessonFork) -> None:
    sent = form(fork, GUIDE)
    for who in ("other_teacher", "other_admin", "head", "district_officer", "guardian"):
        answer = cast.client(who).post(f"/authoring/{fork.id}/save", sent)
        assert answer.status_code in (403, 404), who


@pytest.mark.django_db
def test_layout_is_advice_and_what_would_not_show_stands_in_the_way(cast: Cast, fork: LessonFork) -> None:
    rewrite(cast, fork, GUIDE, "看一看", "讲。")
    loaded = copy.deepcopy(again(fork).parts[GUIDE])
    mine = copy.deepcopy(loaded)
    piece(mine, "伦理线")["title"] = "我们的线"
    services.save_block(actor=cast.teacher, fork_id=fork.id, place=GUIDE, base=loaded, mine=mine)
    said = [one for one in findings(again(fork)) if one.place == GUIDE]
    assert said and all(one.advice for one in said) and not blocking(findings(again(fork)))
    rewrite(cast, fork, GUIDE, "课前准备", "好。\n\n<b>粗</b>")
    found = [one for one in blocking(findings(again(fork))) if one.place == GUIDE]
    at = texts.pieces_of(again(fork).parts[GUIDE]).index(piece(again(fork).parts[GUIDE], "课前准备"))
    assert [one.label for one in found] == [f"第{at + 1}节"] * 2 or [one.label for one in found] == [
        f"第{at + 1}节"
    ]


@pytest.mark.django_db
def test_texts_are_taken_over_three_way(
    cast: Cast, fork: LessonFork, tiny: Path, labs: Path, bend: Callable[[str, str, str], None]
) -> None:
    rewrite(cast, fork, GUIDE, "一眼看完", "本校这样上。")
    rewrite(cast, fork, SHEET, "任务单", "本校的单子。")
    bend(f"{LESSON}/guide.md", "两次成绩，分开写。", "两次成绩要分开写。")
    bend(f"{LESSON}/guide.md", "## 课前准备\n\n略。", "## 课前准备\n\n带尺子。")
    bend(f"{LESSON}/guide.md", "2 猜一猜（5分钟）", "2 猜一猜（6分钟）")
    bend(f"{LESSON}/slides.md", "## 说", "## 说一说\n\n一句老实话")
    assert sync_content(tiny, labs=labs).ok
    update = services.update_of(again(fork))
    assert update
    clash = [one.path for one in update.merged.conflicts]
    assert [path[0] for path in clash] == [GUIDE] and clash[0][-1] == "text"
    name = update.merged.conflicts[0].name
    page = cast.client("teacher").get(f"/authoring/{fork.id}/update/").content.decode()
    assert "带尺子。" in page and "本校这样上。" in page and "教案" in page and "幻灯片" in page
    before = again(fork)
    services.take_over(
        actor=cast.teacher,
        fork_id=fork.id,
        city_id=update.city.id,
        revision=before.revision,
        choices={name: "mine"},
    )
    guide = again(fork).parts[GUIDE]
    assert piece(guide, "一眼看完")["text"] == "本校这样上。"
    assert piece(guide, "课前准备")["text"] == "带尺子。"
    assert piece(guide, "猜一猜")["title"] == "2 猜一猜（6分钟）"
    assert texts.pieces_of(again(fork).parts[SLIDES])[-1]["title"] == "说一说"
    assert texts.pieces_of(again(fork).parts[SHEET])[0]["text"] == "本校的单子。"
    assert services.newer_city(again(fork)) is None
    lesson = publish(cast, fork)
    assert "本校这样上" in lesson.guide_html and "一句老实话" in lesson.slides[-1]
    services.undo(actor=cast.teacher, fork_id=fork.id)
    assert again(fork).parts == before.parts


@pytest.mark.django_db
def test_differences_and_history_name_the_section(cast: Cast, fork: LessonFork) -> None:
    rewrite(cast, fork, GUIDE, "课前准备", "带尺子。")
    lines = described(stored_parts(fork.base), again(fork).parts)
    assert [(one.where, one.what, one.before, one.after) for one in lines] == [
        ("教案", "第4节“课前准备”的内容", "略。", "带尺子。")
    ]
    client = cast.client("teacher")
    assert "改：教案" in client.get(f"/authoring/{fork.id}/history/").content.decode()
    assert "带尺子。" in client.get(f"/authoring/{fork.id}/differences/").content.decode()
    services.restore(actor=cast.teacher, fork_id=fork.id, revision=1)
    assert again(fork).parts == fork.parts


@pytest.mark.django_db
def test_a_draft_from_before_has_the_citys_texts(
    cast: Cast, fork: LessonFork, tiny: Path, labs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = {place: block for place, block in fork.parts.items() if place not in texts.PLACES}
    LessonFork.objects.unscoped("test").filter(id=fork.id).update(parts=old)
    LessonVersion.objects.filter(id=fork.base_id).update(texts={})
    assert load_fork(cast.teacher, EDIT, fork.id).parts == old
    assert not blocking(findings(load_fork(cast.teacher, EDIT, fork.id)))
    assert cast.client("teacher").get(f"/authoring/{fork.id}/").status_code == 200
    monkeypatch.setattr("qiming.curriculum.services.sync.fingerprint_of", lambda *_: "other")
    assert sync_content(tiny, labs=labs).ok
    assert LessonVersion.objects.get(id=fork.base_id).texts["guide"].startswith("# 第一课")
    assert load_fork(cast.teacher, EDIT, fork.id).parts == fork.parts
    assert services.newer_city(load_fork(cast.teacher, EDIT, fork.id)) is None
    rewrite(cast, fork, GUIDE, "课前准备", "带尺子。")
    assert "带尺子" in publish(cast, fork).guide_html
