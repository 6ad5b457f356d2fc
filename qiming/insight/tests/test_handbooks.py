"""Handbooks: who may have one made, what stands in it, what becomes of the file."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from qiming.insight.handbooks import services
from qiming.insight.handbooks.files import name_of
from qiming.insight.handbooks.gather import chapter, choose
from qiming.insight.models import Handbook
from qiming.insight.rights import erase
from qiming.insight.tests.conftest import PROBES, Answering
from qiming.kernel import made, pdf
from qiming.kernel.access import Denied
from qiming.kernel.ids import new_id
from qiming.registry import queries as registry
from qiming.trust import queries as trust

WHY = "the test looks at everything"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> None:
    settings.QIMING_HOME = tmp_path


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What would be set, without setting it: setting has a test of its own."""
    seen: list[dict[str, Any]] = []

    def write(document: str, data: dict[str, Any]) -> bytes:
        seen.append(data)
        return b"%PDF-1.7"

    monkeypatch.setattr(pdf, "write", write)
    return seen


def make(cls: Answering, who: str = "teacher", seat: int = 1) -> Handbook:
    book = services.ask_for_pupil(actor=cls.actor(who), pupil=registry.pupil(cls.id(seat)))
    services.build(book.id)
    book.refresh_from_db()
    return book


def test_weak_concepts_with_an_example_practice_and_answers_apart(
    cls: Answering, papers: list[dict[str, Any]]
) -> None:
    cls.holds(1)
    assert make(cls).state == "ready"
    (pupil,) = papers[0]["pupils"]
    (part,) = pupil["parts"]
    assert part["example"]["answer"] == "C" and part["example"]["hints"]
    assert len(part["practice"]) == len(part["answers"]) == 4
    assert all("answer" not in one for one in part["practice"])
    assert not {"score", "p", "rank"} & set(pupil)


def test_the_example_went_wrong_before_and_what_is_new_comes_first(cls: Answering) -> None:
    cls.says(1, PROBES[0])
    cls.says(1, PROBES[1], right=True)
    found = chapter(registry.pupil(cls.id(1)))
    assert found is not None
    assert choose([], []).example is None and choose([], []).practice == ()


def test_too_little_known_is_said_and_no_file_is_made(cls: Answering, papers: list[dict[str, Any]]) -> None:
    book = make(cls)
    assert (book.state, book.left_out) == ("failed", 1) and not papers
    assert "太少" in cls.browser("teacher").get(f"/insight/handbooks/{book.id}/").content.decode()


def test_a_class_in_one_file_leaves_out_who_did_too_little(
    cls: Answering, papers: list[dict[str, Any]]
) -> None:
    cls.holds(1, 2)
    book = services.ask_for_class(actor=cls.actor("teacher"), class_id=cls.offering.class_group_id)
    assert (
        services.ask_for_class(actor=cls.actor("teacher"), class_id=cls.offering.class_group_id).id == book.id
    )
    services.build(book.id)
    services.build(book.id)  # delivered twice: made once
    book.refresh_from_db()
    assert (book.state, book.total, book.left_out, len(papers)) == ("ready", 5, 3, 1)
    assert [one["seat"] for one in papers[0]["pupils"]] == [1, 2]


@pytest.mark.parametrize("who", ["stranger", "admin", "head", "district"])
def test_nobody_else_has_one_made(cls: Answering, who: str) -> None:
    with pytest.raises(Denied):
        services.ask_for_pupil(actor=cls.actor(who), pupil=registry.pupil(cls.id(1)))
    with pytest.raises(Denied):
        services.ask_for_class(actor=cls.actor(who), class_id=cls.offering.class_group_id)


def test_pupil_and_mother_have_their_own_and_the_teachers_taking_is_noted(
    cls: Answering, papers: list[dict[str, Any]]
) -> None:
    cls.holds(1)
    pupil, mother, teacher = cls.browser(1), cls.guardian(1), cls.browser("teacher")
    for browser in (pupil, mother, teacher):
        page = f"/insight/handbooks/pupils/{cls.id(1)}/"
        assert browser.get(page).status_code == 200
        answer = browser.post(page)
        services.build(Handbook.objects.unscoped(WHY).latest("created_at", "id").id)
        assert "下载 PDF" in browser.get(answer["Location"]).content.decode()
        file = browser.get(f"{answer['Location']}file.pdf")
        assert file.status_code == 200 and file["X-Data-Grade"] == "L3"
        assert cls.world.pupils[0].name not in file["Content-Disposition"]
    assert cls.browser(2).get(answer["Location"]).status_code in {403, 404}
    assert cls.browser("head").get(answer["Location"]).status_code in {403, 404}
    assert any(one.what == "学习手册" for one in trust.reads_of(cls.id(1)))


def test_erasure_takes_the_file_too(cls: Answering, papers: list[dict[str, Any]]) -> None:
    cls.holds(1)
    book = make(cls)
    assert made.path_of(name_of(book.id)).exists()
    erase(cls.id(1), new_id())
    assert not made.path_of(name_of(book.id)).exists() and not Handbook.objects.unscoped(WHY).exists()


def test_a_failure_is_said_on_the_page(cls: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    cls.holds(1)

    def broken(document: str, data: dict[str, Any]) -> bytes:
        raise RuntimeError

    monkeypatch.setattr(pdf, "write", broken)
    book = services.ask_for_pupil(actor=cls.actor("teacher"), pupil=registry.pupil(cls.id(1)))
    with pytest.raises(RuntimeError):
        services.build(book.id)
    assert "没有做成" in cls.browser("teacher").get(f"/insight/handbooks/{book.id}/").content.decode()


@pytest.mark.skipif(
    not (Path(settings.WEB_DIST) / "fonts" / "NotoSansSC_400Regular.ttf").exists(),
    reason="the front end was not built",
)
def test_the_paper_is_set(cls: Answering) -> None:
    cls.holds(1, 2)
    book = services.ask_for_class(actor=cls.actor("teacher"), class_id=cls.offering.class_group_id)
    services.build(book.id)
    data = io.BytesIO(made.path_of(name_of(book.id)).read_bytes())
    assert data.read(5) == b"%PDF-" and data.getbuffer().nbytes > 20_000
