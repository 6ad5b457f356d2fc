"""What is found, for whom, and what can never be found; the figures on the labelled questions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django import DjangoDbBlocker

from qiming.agents.knowledge import KNOWN, Kind, courses, evaluating, ranking, search, words
from qiming.agents.knowledge.keeping import write
from qiming.agents.knowledge.types import Facts, Piece, State
from qiming.agents.models import Chunk, Document
from qiming.curriculum import queries as curriculum
from qiming.curriculum.services import follow_up, sync_content
from qiming.kernel import time

CONTENT = Path(settings.CONTENT_ROOT)
COURSE = (Kind.COURSE, Kind.CONCEPT)
WHY = "the test looks at everything"


class _Undo(Exception):
    """Ends the outer transaction without keeping anything."""


@pytest.fixture(scope="module")
def library(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The courses as they ship, loaded once for all tests here and undone after the last."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                sync_content(CONTENT)
                follow_up()
                yield
                raise _Undo
        except _Undo:
            pass


@pytest.fixture
def shelf(library: None, db: None) -> None:
    """The same; what one test adds is undone after it."""


@pytest.mark.parametrize(
    ("text", "some", "none"),
    [
        ("为什么训练集和测试集要分开？", {"训练", "测试", "分开"}, {"为什么", "和", "要"}),
        ("ＣＮＮ 的 卷积核", {"cnn", "卷积"}, {"的"}),
        ("第二十三条规定", {"第二十三条", "规定"}, set()),
        ("![图](media/x.svg)人工智能", {"人工智能", "人工", "智能"}, {"media"}),
        ("", set(), set()),
        ("！？…", set(), set()),
    ],
)
def test_words_are_cut_as_search_engines_do(text: str, some: set[str], none: set[str]) -> None:
    found = {word for word, _ in words.words(text)}
    assert some <= found
    assert not none & found


def test_a_long_question_is_cut_off_and_a_vector_keeps_its_weights() -> None:
    assert len(words.asked("数据算法算力" + "".join(chr(0x4E00 + n) for n in range(900)))) <= words.MOST_ASKED
    assert words.vector(("算法", "A"), ("算法 数据", "D")) == "'算法':1A,3D '数据':4D"


def test_rare_words_weigh_more_and_nothing_asked_covers_nothing() -> None:
    assert ranking.rarity(1, 500) > ranking.rarity(50, 500) > ranking.rarity(500, 500) >= 0
    assert ranking.coverage({"a"}, {"a": 3.0, "b": 1.0}) == 0.75
    assert ranking.coverage({"a"}, {}) == 0.0


def test_loading_again_changes_nothing_and_what_is_gone_goes(shelf: None) -> None:
    assert courses.load() == 0
    row = Document.objects.unscoped(WHY).filter(kind="course").first()
    assert row is not None
    Document.objects.unscoped(WHY).filter(id=row.id).update(version="older", key="gone/lesson")
    assert courses.load() == 1
    assert not Document.objects.unscoped(WHY).filter(key="gone/lesson").exists()


def test_answers_and_the_teachers_words_are_nowhere(shelf: None) -> None:
    everything = "\n".join(
        Chunk.objects.filter(kind__in=("course", "concept")).values_list("text", flat=True)
    )
    leaks = []
    for course in curriculum.courses():
        for ref in course.lessons:
            lesson = curriculum.lesson(ref.id)
            hidden = [step.teacher for step in lesson.activities]
            hidden += [courses.plain(item.solution_html) for item in curriculum.items_of(ref.id)]
            hidden += [
                line for html in (curriculum.guide_html(ref.id),) for line in courses.plain(html).split("\n")
            ]
            leaks += [line for line in hidden if len(line) > 25 and line in everything]
    assert leaks == []


def test_the_search_finds_what_it_should(shelf: None) -> None:
    """A floor under the figures of decision 0040; `qiming agents retrieval` prints them."""
    questions = evaluating.read_set(CONTENT)
    figures, _ = evaluating.measure(questions, threshold=KNOWN)
    assert figures.n >= 60
    assert figures.unanswerable >= 15
    assert figures.recall_5 >= 0.93
    assert figures.recall_1 >= 0.8
    assert figures.mrr >= 0.85
    assert figures.silent >= 0.9
    assert figures.known >= 0.83


def test_every_label_names_something_that_is_there(shelf: None) -> None:
    there = set(Chunk.objects.values_list("target", flat=True))
    wanted = {want for one in evaluating.read_set(CONTENT) for want in one.wants}
    assert not {want for want in wanted if not any(at == want or at.startswith(f"{want}/") for at in there)}


def test_a_stage_sees_its_own_and_younger_ones(shelf: None) -> None:
    ask = "梯度下降的步子太大会怎样"
    assert {one.stage for one in search(COURSE, ask, stage="primary", limit=20)} <= {"primary"}
    assert "senior" not in {one.stage for one in search(COURSE, ask, stage="junior", limit=20)}
    assert search(COURSE, ask, stage="senior")[0].target.startswith(("g10l1", "c073", "c118"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "的吗呢",
        "' | !(&",
        "\x00\x01",
        "'; DROP TABLE agents_chunk; --",
        "数据" * 60_000,
        "😀" * 50,
    ],
)
def test_whatever_is_typed_is_only_words(shelf: None, text: str) -> None:
    for one in search(COURSE, text, stage="junior"):
        assert one.text
    assert Chunk.objects.count() > 400


FERRY = Facts("摆渡车办法", Kind.POLICY, key="ferry", issued_by="示例区教委", issued_on=date(2026, 3, 1))


def _rule(
    text: str, *, path: str, version: str, state: State = State.IN_FORCE, facts: Facts = FERRY
) -> Document:
    made = write(facts, [Piece(text, "第三条")], scope_path=path, version=version)
    made.approved_by, made.released_by = made.id, Document.objects.unscoped(WHY).order_by("id").first().id  # type: ignore[union-attr]  # there are courses
    made.state = state.value
    made.save()
    return made


def test_only_what_is_in_force_here_today_is_found(shelf: None) -> None:
    said = "校园摆渡车每天七点二十发车"
    today = time.today()

    def found(path: str) -> list[str]:
        return [one.version for one in search((Kind.POLICY,), "摆渡车几点发车", scope_path=path)]

    _rule(said, path="b/1/", version="here")
    _rule(said, path="b/1/", version="draft", state=State.DRAFT)
    _rule(
        said,
        path="b/1/",
        version="over",
        facts=replace(FERRY, key="over", valid_until=today - timedelta(days=1)),
    )
    _rule(
        said,
        path="b/1/",
        version="soon",
        facts=replace(FERRY, key="soon", valid_from=today + timedelta(days=1)),
    )
    _rule(said, path="b/2/", version="elsewhere")
    assert found("b/1/7/") == ["here"]
    assert found("b/2/") == ["elsewhere"]
    assert found("b/") == found("") == []
    Document.objects.unscoped(WHY).filter(version="here").update(state=State.WITHDRAWN.value)
    assert found("b/1/7/") == []


def test_a_schools_own_step_comes_in_place_of_the_citys(shelf: None) -> None:
    facts = Facts("本校版", Kind.COURSE, key="ours/g7l4", stage="junior")
    ours = [Piece("训练集和测试集要分开，本校的说法。", "“动手”", "训练集 测试集 分开", "g7l4/try")]
    write(facts, ours, scope_path="b/1/7/", version="ours", state=State.IN_FORCE)
    ask = "为什么训练集和测试集要分开"
    here = [one for one in search(COURSE, ask, scope_path="b/1/7/3/", limit=20) if one.target == "g7l4/try"]
    away = [one for one in search(COURSE, ask, scope_path="b/1/8/", limit=20) if one.target == "g7l4/try"]
    assert [one.source for one in here] == ["本校版"]
    assert all(one.source != "本校版" for one in away)


def test_a_search_costs_three_questions(shelf: None, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(3):  # type: ignore[operator]  # the fixture has no public type
        search(COURSE, "混淆矩阵怎么看", stage="junior")


def test_help_in_files_becomes_passages_with_their_pages(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# 登录\n\n## 忘了密码\n页面：registry.login\n找学校管理员。\n\n## 别的\n正文\n", encoding="utf-8"
    )
    from qiming.agents.knowledge.help import help_pages

    (page,) = help_pages(tmp_path)
    assert (page.key, page.title) == ("a", "登录")
    assert [(one.place, one.target, one.text) for one in page.pieces] == [
        ("忘了密码", "registry.login", "找学校管理员。"),
        ("别的", "", "正文"),
    ]
