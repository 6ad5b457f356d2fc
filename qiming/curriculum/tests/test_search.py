"""Finding by words and by pinyin, among what is current only, and items for teachers only."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from qiming.curriculum import queries
from qiming.curriculum.models import SearchEntry
from qiming.curriculum.search import find, index_current
from qiming.curriculum.search.words import letters, query, tokens
from qiming.curriculum.services import sync_content
from qiming.registry import testing

ALL = ("course", "lesson", "concept", "item")


@pytest.fixture
def synced(tiny: Path, labs: Path, db: None) -> Path:
    assert sync_content(tiny, labs=labs).ok
    return tiny


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("测试集", ["测试", "试集", "集"]),
        ("CNN 卷积", ["cnn", "卷积", "积"]),
        ("ＡＢ１２", ["ab12"]),
        ("![图](media/a.svg) 圆", ["圆"]),
        ("，。！", []),
        ("𠮷野家", ["𠮷野", "野家", "家"]),
    ],
)
def test_tokens(text: str, found: list[str]) -> None:
    assert tokens(text) == found


@pytest.mark.parametrize(
    ("text", "asked"),
    [("测试集", "测试 & 试集"), ("集", "集:*"), ("cnn", "cnn:*"), ("' | ! <->:*", ""), ("a'b", "a:* & b:*")],
)
def test_query(text: str, asked: str) -> None:
    assert query(text) == asked


def test_letters_alone_are_a_try_at_pinyin() -> None:
    assert letters("ＢＤＡ") == "bda" and letters("b d a") == "bda"
    assert letters("bda1") == "" and letters("背da") == ""


@given(st.text(max_size=30))
def test_what_was_typed_is_found_in_itself(text: str) -> None:
    """Whatever is asked about a text that holds it asks for tokens the text has (or begins)."""
    have = set(tokens(text))
    for one in query(text).split(" & "):
        word = one.removesuffix(":*")
        assert not word or word in have or any(token.startswith(word) for token in have)


def titles(text: str, kinds: tuple[str, ...] = ALL) -> list[str]:
    return [hit.title for hit in find(text, kinds)]


def test_words_find_titles_first_and_letters_find_titles(synced: Path) -> None:
    lesson = queries.courses()[0].lessons[0].title
    assert titles(lesson)[0] == lesson
    initials = SearchEntry.objects.get(kind="lesson").initials
    assert titles(initials[:3]) == [lesson]
    assert titles(SearchEntry.objects.get(kind="lesson").pinyin[:6]) == [lesson]
    assert titles("没有这样的词语") == []


def test_only_the_kinds_that_were_asked_for(synced: Path) -> None:
    assert any(hit.kind == "item" for hit in find("成绩", ALL))
    assert all(hit.kind == "concept" for hit in find("成绩", ("concept",)))


def test_a_new_version_takes_the_place_of_the_old(synced: Path, labs: Path) -> None:
    course = synced / "courses" / "g7-tiny" / "course.yaml"
    before = SearchEntry.objects.count()
    course.write_text(
        course.read_text(encoding="utf-8").replace("title: 小课", "title: 鲸鱼课"), encoding="utf-8"
    )
    assert sync_content(synced, labs=labs).ok
    assert "鲸鱼课" in titles("鲸鱼") and "小课" not in titles("小课")
    assert SearchEntry.objects.count() == before


def test_indexing_again_changes_nothing(synced: Path) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert index_current() == 0
    assert len(asked) <= 6


@pytest.mark.django_db
def test_an_index_over_many_is_used() -> None:
    SearchEntry.objects.bulk_create(
        SearchEntry(
            kind="lesson",
            owner="x",
            target=str(uuid4()),
            title=f"第{n}课",
            initials=f"z{n}",
            pinyin="",
            words="",
        )
        for n in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE curriculum_searchentry")
        cursor.execute("SET LOCAL enable_seqscan = on")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM curriculum_searchentry WHERE initials LIKE 'z19%' OR pinyin LIKE 'z19%'"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan


def test_the_page_shows_what_the_role_may_open(synced: Path) -> None:
    cast = testing.cast(2)
    page = cast.client("teacher").get("/courses/search/", {"q": "成绩"}).content.decode()
    assert "题目" in page and "#t7l1-q01" in page
    assert cast.pupil_client().get("/courses/search/", {"q": "成绩"}).status_code == 403
    part = cast.client("head").get("/courses/search/", {"q": "成绩"}, headers={"HX-Request": "true"})
    assert part.status_code == 200 and "<html" not in part.content.decode()
    assert "没有找到" in cast.client("head").get("/courses/search/", {"q": "'); DROP"}).content.decode()
