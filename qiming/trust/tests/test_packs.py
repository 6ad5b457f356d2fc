"""The yearly pack: its figures are those of the ledgers, nobody is named, and it is frozen."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from qiming.kernel import made, time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.models import AuditRow
from qiming.registry import testing
from qiming.registry.testing import Cast
from qiming.trust import services
from qiming.trust import testing as consent
from qiming.trust.models import AccessLog, YearPack
from qiming.trust.services import packs
from qiming.trust.types import Purpose
from qiming.trust.types.packs import PackState

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return testing.cast(pupils=4)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.QIMING_HOME = tmp_path
    yield


def live_through_a_year(cast: Cast) -> None:
    for who, index in (("teacher", 0), ("teacher", 1), ("head", 0), ("guardian", 0)):
        pupil = cast.pupils[index]
        services.log_read(cast.actor(who), verb="v", subjects=[pupil.id], scope_path=pupil.scope_path)
    consent.agree(cast.pupils[0], Purpose.WORKS)
    wish = services.ReportWish(new_id(), "privacy", "有人看了我的作品", cast.school.id)
    report = services.make_report(actor=cast.pupil_actor(), wish=wish)
    services.answer_report(actor=cast.admin, report_id=report.id, text="已处理")
    found = services.IncidentFound("名单发错", "发到了群里", time.today(), ["学籍归属"], 40, is_grave=False)
    services.open_incident(actor=cast.teacher, found=found)
    services.ask_copy(actor=cast.actor("guardian"), person_id=cast.pupils[0].id)


def built(cast: Cast, who: str = "admin", place: str = "school") -> YearPack:
    pack = services.ask_pack(actor=cast.actor(who), place_id=getattr(cast, place).id, year=time.today().year)
    services.build_pack(pack.id)
    pack.refresh_from_db()
    return pack


def test_the_figures_are_those_of_the_ledgers(cast: Cast) -> None:
    live_through_a_year(cast)
    content = built(cast).content
    assert content["head"]["pupils"] == 4 and "未读到全文" in content["head"]["source_status"]
    roles = {
        one["role"]: (one["times"], one["readers"], one["pupils"]) for one in content["readings"]["roles"]
    }
    assert roles == {"老师": (2, 1, 2), "校长": (1, 1, 1), "家长": (1, 1, 1)}
    assert sum(content["readings"]["months"]) == 4
    assert sum(one["given"] for one in content["consents"]) == 1
    assert [one["people"] for one in content["incidents"]] == [40]
    assert [(one["made"], one["answered"]) for one in content["complaints"]] == [(1, 1)]
    assert content["requests"]["copies"] == 1
    held = {one["what"]: one["rows"] for one in content["held"]}
    assert held[AccessLog.personal_data.holds] == 4 and all(one["grade"] == "L3" for one in content["held"])


def test_nobody_is_named_in_content_pdf_or_table(cast: Cast) -> None:
    live_through_a_year(cast)
    pack = built(cast)
    book = load_workbook(io.BytesIO(made.path_of(f"packs/{pack.id}.xlsx").read_bytes()))
    said = str(pack.content) + "".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    )
    names = [*(one.name for one in cast.pupils), "teacher老师", "名单发错", "有人看了我的作品"]
    ids = [str(one.id) for one in cast.pupils] + [str(one) for one in cast.people.values()]
    assert not any(word in said for word in names + ids)
    assert made.path_of(f"packs/{pack.id}.pdf").read_bytes().startswith(b"%PDF-")
    assert book.sheetnames[0] == "说明" and "谁看过" in book.sheetnames


def test_each_place_counts_what_lies_below_it(cast: Cast) -> None:
    live_through_a_year(cast)
    school, district, city = (
        built(cast, who, place).content
        for who, place in (("head", "school"), ("district_officer", "district"), ("city_officer", "city"))
    )
    assert school["head"]["pupils"] == district["head"]["pupils"] == 4
    assert city["head"]["pupils"] == 5
    other = built(cast, "other_admin", "other_school").content
    assert other["readings"]["roles"] == [] and other["incidents"] == []


def test_it_is_frozen_and_a_change_shows(cast: Cast) -> None:
    pack = built(cast)
    digest = pack.content_sha256
    live_through_a_year(cast)
    services.build_pack(pack.id)  # a job that runs twice builds once
    pack.refresh_from_db()
    assert pack.content_sha256 == digest == packs.hash_of(pack.content) and packs.is_as_frozen(pack)
    told = AuditRow.objects.get(verb="trust.pack_frozen", thing_id=pack.id)
    assert told.detail["content"] == digest and told.detail["pdf"] == pack.pdf_sha256
    assert "与冻结时一致" in cast.client("admin").get(f"/protect/packs/{pack.id}/").content.decode()
    YearPack.objects.unscoped("test").update(content=pack.content | {"incidents": [1]})
    assert "不一致" in cast.client("admin").get(f"/protect/packs/{pack.id}/").content.decode()
    YearPack.objects.unscoped("test").update(content=pack.content)
    made.path_of(f"packs/{pack.id}.pdf").write_bytes(b"%PDF-other")
    pack.refresh_from_db()
    assert not packs.is_as_frozen(pack)


def test_who_may_and_which_years(cast: Cast) -> None:
    year = time.today().year
    for who in ("teacher", "guardian", "other_admin"):
        with pytest.raises(Denied):
            services.ask_pack(actor=cast.actor(who), place_id=cast.school.id, year=year)
    with pytest.raises(Denied):
        services.ask_pack(actor=cast.admin, place_id=cast.city.id, year=year)
    for bad in (2019, year + 1):
        with pytest.raises(UserError):
            services.ask_pack(actor=cast.admin, place_id=cast.school.id, year=bad)
    first = services.ask_pack(actor=cast.admin, place_id=cast.school.id, year=year)
    assert services.ask_pack(actor=cast.actor("head"), place_id=cast.school.id, year=year).id == first.id


def test_a_failure_is_said_and_can_be_tried_again(cast: Cast, monkeypatch: Any) -> None:
    def broken(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(made, "keep", broken)
    with pytest.raises(OSError):
        built(cast)
    row = YearPack.objects.unscoped("test").get()
    assert row.state == PackState.FAILED
    assert "没有做成" in cast.client("admin").get(f"/protect/packs/{row.id}/").content.decode()
    monkeypatch.undo()


def test_the_pages_from_asking_to_the_file(cast: Cast) -> None:
    admin = cast.client("admin")
    assert "还没有生成过" in admin.get("/protect/packs/").content.decode()
    assert admin.post("/protect/packs/", {"year": "1999"}).status_code == 422
    sent = admin.post("/protect/packs/", {"year": str(time.today().year)})
    assert sent.status_code == 302
    page = sent["Location"]
    assert "排队中" in admin.get(page).content.decode()
    assert admin.get(f"{page}pack.pdf").status_code == 409
    services.build_pack(YearPack.objects.unscoped("test").get().id)
    part = admin.get(page, headers={"X-Fragment": "1"})
    assert "做好了" in part.content.decode() and part["ETag"]
    for kind in ("pdf", "xlsx"):
        answer = admin.get(f"{page}pack.{kind}")
        assert answer.status_code == 200 and answer["X-Data-Grade"] == "L2"
        assert "attachment" in answer["Content-Disposition"]
    assert admin.get(f"{page}pack.exe").status_code == 404
    assert AuditRow.objects.filter(verb="kernel.export", thing="trust.year_pack").count() == 2
    assert cast.client("other_admin").get(page).status_code == 404
