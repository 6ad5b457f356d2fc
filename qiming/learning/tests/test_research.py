"""The research extract: only who consents, no names, no way back, small grades left out, all or nothing."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow
from qiming.kernel.time import today
from qiming.learning import cli, research
from qiming.learning.models import ResearchExtract, ResearchShare
from qiming.learning.services.research import Made, extract
from qiming.learning.tests.conftest import Class, forget_cached_versions, open_class, sign_in
from qiming.registry import queries as registry
from qiming.teaching.tests.conftest import build_world
from qiming.trust import testing
from qiming.trust.types import Purpose

WHY, WHO = "哪些题的提示有用", "课程组 张研究员"


@pytest.fixture
def big(db: None, at: object) -> Any:
    forget_cached_versions()
    yield open_class(build_world(12))
    forget_cached_versions()


@pytest.fixture
def answered(big: Class) -> Class:
    """Twelve pupils answered; eleven consent."""
    for seat in range(1, 13):
        big.sends(seat, big.answer(), big.answer("g7l1-q08", {"text": "我叫陈一诺，住在胡同里"}))
    testing.agree_all([registry.pupil(one.id) for one in big.world.pupils[:11]], Purpose.RESEARCH)
    return big


def run(folder: Path, **changes: Any) -> Made:
    asked: dict[str, Any] = {"from_day": date(2026, 9, 1), "to_day": today(), "reason": WHY, "asked_by": WHO}
    return extract(folder=folder, **(asked | changes))


def rows(made: Made) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((made.folder / "attempts.csv").read_text("utf-8-sig"))))


def test_only_who_consents_without_anything_that_names_them(answered: Class, tmp_path: Path) -> None:
    made = run(tmp_path / "one")
    found = rows(made)
    assert (made.pupils, made.attempts, len(found)) == (11, 22, 22)
    everything = "".join(path.read_text() for path in made.folder.iterdir())
    for person in answered.world.pupils:
        assert person.name not in everything and str(person.id) not in everything
    for place in (answered.world.school, answered.world.class_1):
        assert place.name not in everything and str(place.id) not in everything
    assert "胡同" not in everything
    written = [one for one in found if one["kind"] == "short"]
    assert written and all(one["response"] == "" for one in written)
    chosen = next(one for one in found if one["kind"] == "single")
    assert json.loads(chosen["response"]) == {"choice": "B"}
    assert {one["grade"] for one in found} == {"7"}
    assert WHY in everything and WHO in everything
    assert (made.folder / "attempts.csv").stat().st_mode & 0o077 == 0


def test_each_extract_has_numbers_of_its_own(answered: Class, tmp_path: Path) -> None:
    first, second = rows(run(tmp_path / "one")), rows(run(tmp_path / "two"))
    assert not {one["pupil"] for one in first} & {one["pupil"] for one in second}
    assert [one["pupil"] for one in first] == sorted(one["pupil"] for one in first)


def test_who_withdrew_is_in_no_later_extract(answered: Class, tmp_path: Path) -> None:
    assert run(tmp_path / "one").pupils == 11
    leaving = registry.pupil(answered.world.pupils[0].id)
    testing.take_back(leaving, Purpose.RESEARCH)
    after = run(tmp_path / "two")
    assert after.pupils == 10
    shares = ResearchShare.objects.unscoped("test").filter(pupil_id=leaving.id)
    assert [share.extract.pupils for share in shares] == [11]


def test_a_small_grade_does_not_leave(answered: Class, tmp_path: Path) -> None:
    for person in answered.world.pupils[:2]:
        testing.take_back(registry.pupil(person.id), Purpose.RESEARCH)
    made = run(tmp_path / "one")
    assert (made.pupils, made.attempts, made.left_out) == (0, 0, {7: 9})
    assert rows(made) == [] and "7年级9人" in (made.folder / "README.md").read_text()


def test_every_pupil_reads_of_it(answered: Class, tmp_path: Path) -> None:
    run(tmp_path / "one")
    own = sign_in(answered.world.pupils[0])
    page = own.get(f"/consent/{answered.world.pupils[0].id}/").content.decode()
    assert "抽取过1次" in page and WHY in page and "用了2次作答" in page
    other = sign_in(answered.world.pupils[11])
    assert "抽取过" not in other.get(f"/consent/{answered.world.pupils[11].id}/").content.decode()
    assert AuditRow.objects.filter(verb="learning.research_extract").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"from_day": date(2026, 11, 1), "to_day": date(2026, 10, 1)},
        {"to_day": date(2099, 1, 1)},
        {"reason": " 看 "},
        {"asked_by": " "},
    ],
)
def test_what_is_wrong_writes_nothing(answered: Class, tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        run(tmp_path / "one", **changes)
    assert not list(tmp_path.iterdir()) and not ResearchExtract.objects.exists()


def test_what_is_there_is_never_written_over_and_a_failure_leaves_nothing(
    answered: Class, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "one")
    before = (tmp_path / "one" / "attempts.csv").read_bytes()
    with pytest.raises(UserError, match="已经有了"):
        run(tmp_path / "one")
    assert (tmp_path / "one" / "attempts.csv").read_bytes() == before
    monkeypatch.setattr(research, "readme", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run(tmp_path / "two")
    assert [one.name for one in tmp_path.iterdir()] == ["one"]
    assert ResearchExtract.objects.count() == 1


def test_the_command(answered: Class, tmp_path: Path) -> None:
    said = ["--from", "2026-09-01", "--to", today().isoformat(), "--purpose", WHY, "--by", WHO]
    result = CliRunner().invoke(cli.app, ["research-extract", str(tmp_path / "one"), *said])
    assert result.exit_code == 0 and "22 次作答，11 名学生" in result.output
    again = CliRunner().invoke(cli.app, ["research-extract", str(tmp_path / "one"), *said])
    assert again.exit_code == 1 and "已经有了" in again.output


@given(st.dictionaries(st.integers(0, 200).map(lambda n: uuid4()), st.integers(1, 3), max_size=40))
def test_no_grade_below_the_least_is_kept(grades: dict[Any, int]) -> None:
    kept, left_out = research.large_enough(grades)
    sizes = {grade: list(kept.values()).count(grade) for grade in set(kept.values())}
    assert all(size >= research.LEAST for size in sizes.values())
    assert all(0 < size < research.LEAST for size in left_out.values())
    assert len(kept) + sum(left_out.values()) == len(grades)
