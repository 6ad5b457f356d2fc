"""Two people, or two presses, bring a syllabus at the same moment: on connections of their own."""

from collections.abc import Callable
from threading import Barrier, Event, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from qiming.curriculum.models import Outcome, Syllabus, SyllabusSheet
from qiming.curriculum.syllabi import rules, services
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow
from qiming.registry import testing
from qiming.registry.testing import Cast

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 40


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return testing.cast(2)


def named(cast: Cast, title: str = "本校纲要") -> UUID:
    lines = [f"{n},初中,基本概念,能说出第{n}件事,第3页" for n in range(1, ROWS + 1)]
    text = "\n".join(["序号,学段,内容模块,学习要求,出处", *lines])
    made = services.read_sheet(actor=cast.admin, place_id=None, name="纲要.csv", data=text.encode())
    columns = SyllabusSheet.objects.unscoped("test").get(id=made).columns
    about = {"title": title, "status": "unverified", "published": "2026-09", "source": "", "stage": ""}
    services.name_columns(actor=cast.admin, sheet_id=made, columns=columns, about=about)
    return made


def together(*works: Callable[[], Any]) -> list[Any]:
    """What each gives, or the error it ends with, in order."""
    barrier, results = Barrier(len(works)), [None] * len(works)

    def run(at: int) -> None:
        try:
            barrier.wait(timeout=20)
            results[at] = works[at]()
        except Exception as error:
            results[at] = error  # type: ignore[call-overload]  # a slot holds a result or an error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def sheet(made: UUID) -> SyllabusSheet:
    return SyllabusSheet.objects.unscoped("test").get(id=made)


def test_two_sheets_under_one_title_become_two_versions_one_of_them_current(cast: Cast) -> None:
    made = [named(cast) for _ in range(3)]
    done = together(*[lambda one=one: services.apply_sheet(actor=cast.admin, sheet_id=one) for one in made])
    assert [one.applied_count for one in done] == [ROWS] * 3, done
    rows = Syllabus.objects.filter(title="本校纲要").order_by("version")
    assert [row.version for row in rows] == [1, 2, 3]
    assert [row.is_current for row in rows] == [False, False, True]
    assert Outcome.objects.filter(syllabus__in=rows).count() == 3 * ROWS


def test_one_sheet_applied_from_three_presses_is_written_once(cast: Cast) -> None:
    made = named(cast)
    press = lambda: services.apply_sheet(actor=cast.admin, sheet_id=made).syllabus_id  # noqa: E731
    done = together(press, press, press)
    assert len(set(done)) == 1 and not isinstance(done[0], Exception), done
    assert Syllabus.objects.filter(title="本校纲要").count() == 1
    assert AuditRow.objects.filter(verb="curriculum.bring_syllabus").count() == 1


def test_two_titles_at_once_do_not_touch_each_other(cast: Cast) -> None:
    made = [named(cast, title) for title in ("甲", "乙")]
    together(*[lambda one=one: services.apply_sheet(actor=cast.admin, sheet_id=one) for one in made])
    assert set(Syllabus.objects.filter(title__in="甲乙").values_list("title", "version", "is_current")) == {
        ("甲", 1, True),
        ("乙", 1, True),
    }


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch) -> tuple[Event, Event]:
    """`inside` is set when a sheet is being written, which then waits a second for `other` to be over."""
    inside, other, write = Event(), Event(), services._write

    def slow(kept: SyllabusSheet, reading: rules.Reading) -> Syllabus:
        inside.set()
        other.wait(timeout=1)
        return write(kept, reading)

    monkeypatch.setattr(services, "_write", slow)
    return inside, other


def test_a_sheet_that_is_being_written_is_not_dropped(cast: Cast, writing: tuple[Event, Event]) -> None:
    inside, other = writing
    made = named(cast)

    def drop() -> None:
        assert inside.wait(timeout=20)
        services.drop_sheet(actor=cast.admin, sheet_id=made)
        other.set()

    together(lambda: services.apply_sheet(actor=cast.admin, sheet_id=made), drop)
    assert sheet(made).state == SyllabusSheet.State.APPLIED
    assert not AuditRow.objects.filter(verb="curriculum.drop_syllabus").exists()


def test_a_sheet_that_is_being_written_is_not_named_anew(cast: Cast, writing: tuple[Event, Event]) -> None:
    inside, other = writing
    made = named(cast)

    def rename() -> None:
        assert inside.wait(timeout=20)
        kept = sheet(made)
        about = {**kept.about, "title": "别的题目"}
        services.name_columns(actor=cast.admin, sheet_id=made, columns=kept.columns, about=about)
        other.set()

    _, told = together(lambda: services.apply_sheet(actor=cast.admin, sheet_id=made), rename)
    assert isinstance(told, UserError) and "已经处理过了" in told.message
    kept = sheet(made)
    assert kept.syllabus is not None and kept.about["title"] == kept.syllabus.title == "本校纲要"
