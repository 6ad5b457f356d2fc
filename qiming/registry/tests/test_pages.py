"""The school's pages through HTTP: who sees what, what a form keeps, what a page costs."""

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from qiming.kernel.models import AuditRow
from qiming.registry import queries, services, testing
from qiming.registry.models import RosterImport
from qiming.registry.testing import Cast
from qiming.registry.types import Stage

pytestmark = pytest.mark.django_db


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return str(answer.content.decode())


def upload(client: Client, body: str, name: str = "名单.csv") -> str:
    file = SimpleUploadedFile(name, body.encode())
    answer = client.post("/school/import/", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


ALL = [
    "admin",
    "head",
    "teacher",
    "colleague",
    "other_admin",
    "other_teacher",
    "district_officer",
    "city_officer",
]


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("/school/classes/", {"admin", "head", "teacher", "other_admin", "other_teacher"}),
        ("/school/classes/{klass}/", {"admin", "head", "teacher"}),
        ("/school/classes/{klass}/cards/", {"admin", "teacher"}),
        ("/school/classes/{klass}/pictures/", {"admin", "teacher"}),
        ("/school/pupils/{pupil}/", {"admin", "head", "teacher"}),
        ("/school/import/", {"admin", "other_admin"}),
        ("/school/import/template.xlsx", {"admin", "other_admin"}),
        ("/school/staff/", {"admin", "head", "other_admin"}),
        ("/school/{school}/staff/{teacher}/", {"admin"}),
        ("/school/calendar/", {"admin", "head", "teacher", "other_admin", "other_teacher"}),
        (
            "/school/calendar/?school={school}",
            {"admin", "head", "teacher", "district_officer", "city_officer"},
        ),
        ("/school/{school}/periods/junior/", {"admin"}),
        ("/places/", {"admin", "head", "other_admin", "district_officer", "city_officer"}),
        ("/places/{school}/", {"admin", "head", "district_officer", "city_officer"}),
        ("/places/{district}/", {"district_officer", "city_officer"}),
        ("/places/{city}/", {"city_officer"}),
    ],
)
def test_who_opens_which_page(cast: Cast, url: str, may: set[str]) -> None:
    url = url.format(
        klass=cast.klass.id,
        pupil=cast.pupils[0].id,
        school=cast.school.id,
        district=cast.district.id,
        city=cast.city.id,
        teacher=cast.people["teacher"],
    )
    opened = {who for who in ALL if cast.client(who).get(url).status_code == 200}
    assert opened == may
    for client in (cast.pupil_client(), cast.client("guardian")):
        assert client.get(url).status_code in (403, 404)
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize(
    "url", ["/school/classes/{}/", "/school/pupils/{}/", "/places/{}/", "/school/import/{}/"]
)
def test_missing_things_answer_like_forbidden_ones(cast: Cast, url: str) -> None:
    missing = cast.client("admin").get(url.format(uuid4()))
    assert missing.status_code == 404
    assert "没有这一页，或者它不归你看" in missing.content.decode()


@pytest.mark.parametrize("school", ["x", "00000000-0000-0000-0000-000000000000"])
def test_an_odd_school_in_the_address(cast: Cast, school: str) -> None:
    assert cast.client("admin").get(f"/school/classes/?school={school}").status_code == 404


def test_no_page_for_officers_names_a_pupil(cast: Cast) -> None:
    client = cast.client("city_officer")
    for place in (cast.city, cast.district, cast.school):
        page = text(client, f"/places/{place.id}/")
        assert not any(pupil.name in page for pupil in cast.pupils)
    assert "6人" in page and cast.klass.name in page


def test_a_teacher_sees_only_the_classes_taught(cast: Cast) -> None:
    page = text(cast.client("teacher"), "/school/classes/")
    assert cast.klass.name in page and cast.second_class.name not in page and "导入名单" not in page
    roster = text(cast.client("teacher"), f"/school/classes/{cast.klass.id}/")
    assert "打印班级卡" in roster and "加一名学生" not in roster


def test_a_role_taken_back_ends_mid_page(cast: Cast) -> None:
    client = cast.client("teacher")
    text(client, f"/school/classes/{cast.klass.id}/")
    person_id = cast.people["teacher"]
    services.end_employment(actor=cast.admin, person_id=person_id, school_id=cast.school.id)
    answer = client.post(f"/school/pupils/{cast.pupils[0].id}/pictures/")
    assert answer.status_code == 302 and "/sign-in/" in answer["Location"]


def test_the_import_from_file_to_roster(cast: Cast) -> None:
    client = cast.client("admin")
    where = upload(
        client, "年级,班级,座号,姓名\n八年级,1班,1,王小雨\n八年级,1班,2,<b>李</b>\n八年级,1班,3,<i>王</i>雷\n"
    )
    page = text(client, where)
    assert "2行要改，1行可以写入" in page and "<b>李</b>" not in page
    refused = client.post(f"{where}apply/")
    assert refused.status_code == 422 and "2行有问题" in refused.content.decode()
    book = load_workbook(io.BytesIO(client.get(f"{where}wrong-rows.xlsx").content))
    assert [cell.value for cell in book.worksheets[0][2]][1:5] == ["八年级", "1班", "2", "<b>李</b>"]
    assert client.post(f"{where}apply/", {"good_rows_only": "on"}).status_code == 302
    assert "写好了：1人新进" in text(client, where)
    assert [pupil.name for pupil in queries.pupils_of(cast.second_class.id)] == ["王小雨"]


def test_a_bad_file_is_told_beside_the_field(cast: Cast) -> None:
    client = cast.client("admin")
    for data, says in (
        (b"", "空的"),
        ("姓名\n甲".encode(), "缺少“年级”"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
    ):
        answer = client.post("/school/import/", {"file": SimpleUploadedFile("a.csv", data)})
        assert answer.status_code == 422 and says in answer.content.decode()
    assert "还没有选文件" in client.post("/school/import/", {}).content.decode()


def test_the_template_reads_back(cast: Cast) -> None:
    client = cast.client("admin")
    answer = client.get("/school/import/template.xlsx")
    file = SimpleUploadedFile("t.xlsx", answer.content)
    where = client.post("/school/import/", {"file": file})["Location"]
    assert "1行要改" in text(client, where)  # the example line says that it is one


def test_another_schools_import_is_not_there(cast: Cast) -> None:
    where = upload(cast.client("admin"), "年级,班级,座号,姓名\n八年级,1班,1,王小雨\n")
    other = cast.client("other_admin")
    assert other.get(where).status_code == 404
    assert other.post(f"{where}apply/").status_code == 404
    assert other.get(f"{where}wrong-rows.xlsx").status_code == 404
    assert RosterImport.objects.unscoped("test").get().state == "previewed"


def test_new_pictures_in_one_press(cast: Cast) -> None:
    client, pupil = cast.client("teacher"), cast.pupils[0]
    line = client.post(f"/school/pupils/{pupil.id}/pictures/", headers={"HX-Request": "true"})
    page = line.content.decode()
    assert page.count('class="pic-s"') == 3 and "<html" not in page and pupil.name in page
    whole = client.post(f"/school/pupils/{pupil.id}/pictures/").content.decode()
    assert "新的三个小图" in whole


def test_pupil_forms_keep_what_was_typed(cast: Cast) -> None:
    client, pupil = cast.client("admin"), cast.pupils[0]
    answer = client.post(f"/school/pupils/{pupil.id}/rename/", {"name": "安??"})
    assert answer.status_code == 422 and 'value="安??"' in answer.content.decode()
    answer = client.post(f"/school/pupils/{pupil.id}/move/", {"class_id": str(cast.klass.id), "seat_no": "2"})
    assert answer.status_code == 422 and "已经是" in answer.content.decode()
    answer = client.post(
        f"/school/pupils/{pupil.id}/move/", {"class_id": str(cast.other_class.id), "seat_no": "2"}
    )
    assert answer.status_code == 422
    answer = client.post(f"/school/classes/{cast.klass.id}/add/", {"name": "新同学", "seat_no": "1"})
    assert answer.status_code == 422 and 'value="新同学"' in answer.content.decode()
    assert client.post(f"/school/classes/{cast.klass.id}/add/", {"name": "新同学", "seat_no": "31"})[
        "Location"
    ]
    assert queries.pupils_of(cast.klass.id)[-1].name == "新同学"


def test_cards_hold_the_square_and_sheets_the_pictures_never_both(cast: Cast) -> None:
    client = cast.client("teacher")
    cards = text(client, f"/school/classes/{cast.klass.id}/cards/")
    assert cards.count('class="card-c"') == 6 and "pic-s" not in cards
    pins = text(client, f"/school/classes/{cast.klass.id}/pictures/")
    assert pins.count('class="pic-s"') == 18 and "card-c" not in pins
    one = text(client, f"/school/classes/{cast.klass.id}/cards/?pupil={cast.pupils[2].id}")
    assert one.count('class="card-c"') == 1
    assert AuditRow.objects.filter(verb="registry.print_pin_sheet").count() == 1


def test_a_new_account_shows_its_password_once(cast: Cast) -> None:
    client = cast.client("admin")
    page = client.post("/school/staff/new/", {"name": "沈老师", "username": "shenyf"}).content.decode()
    assert "初始密码" in page and "只显示这一次" in page
    staff = text(client, "/school/staff/")
    assert "shenyf" in staff and "初始密码：" not in staff
    assert "2位老师还没有安排班级" in staff
    answer = client.post("/school/staff/new/", {"name": "沈老师", "username": "admin"})
    assert answer.status_code == 422 and "已经有人用了" in answer.content.decode()


def test_a_class_is_assigned_and_taken_back_on_the_page(cast: Cast) -> None:
    client, person_id = cast.client("admin"), cast.people["colleague"]
    base = f"/school/{cast.school.id}/staff/{person_id}/"
    assert client.post(f"{base}assign/", {"class_id": str(cast.second_class.id)}).status_code == 302
    assert client.post(f"{base}assign/", {"class_id": str(cast.other_class.id)}).status_code == 422
    assert client.post(f"{base}appoint/", {"post": "king"}).status_code == 422
    assert cast.second_class.name in text(client, base)
    grant = cast.actor("colleague").grants[0]
    assert grant.org_id == cast.second_class.id
    page = text(client, base)
    end = next(part for part in page.split('"') if part.startswith(base) and part.endswith("/end/"))
    assert client.post(end).status_code == 302
    assert cast.actor("colleague").grants == ()


def test_the_period_table_is_changed_on_the_page(cast: Cast) -> None:
    client = cast.client("admin")
    url = f"/school/{cast.school.id}/periods/junior/"
    assert text(client, url).count('type="time"') == 24
    form = {"form-TOTAL_FORMS": "12", "form-INITIAL_FORMS": "12"}
    for n in range(12):
        form |= {f"form-{n}-starts": "", f"form-{n}-ends": "", f"form-{n}-label": ""}
    answer = client.post(url, form | {"form-0-starts": "08:00"})
    assert answer.status_code == 422 and "一起填" in answer.content.decode()
    answer = client.post(url, form | {"form-0-starts": "08:00", "form-0-ends": "08:10"})
    assert answer.status_code == 422 and "20到90分钟" in answer.content.decode()
    answer = client.post(url, form | {"form-3-starts": "08:00", "form-3-ends": "08:40"})
    assert answer.status_code == 302
    assert [(slot.no, slot.minutes) for slot in queries.slot_times(cast.school.id)] == [(1, 40)]
    assert client.get(f"/school/{cast.school.id}/periods/senior/").status_code == 404


def test_the_calendar_page_says_what_is_unverified_and_takes_a_day(cast: Cast) -> None:
    client = cast.client("admin")
    assert "还没有逐日核对" in text(client, "/school/calendar/")
    add = f"/school/{cast.school.id}/calendar/add/"
    assert client.post(add, {"day": "2026-11-27", "label": "运动会"}).status_code == 302
    assert "运动会" in text(client, "/school/calendar/?year=2026-2027")
    answer = client.post(add, {"day": "2026-11-27", "label": "运动会"})
    assert answer.status_code == 422 and "已经写过" in answer.content.decode()
    remove = f"/school/{cast.school.id}/calendar/remove/"
    assert client.post(remove, {"day": "2026-11-27"}).status_code == 302
    assert client.post(remove, {"day": "soon"}).status_code == 422


def test_pages_cost_the_same_for_six_pupils_and_for_forty_five() -> None:
    cast = testing.cast(pupils=6)
    client = cast.client("teacher")
    url = f"/school/classes/{cast.klass.id}/"
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for seat in range(7, 46):
        services.add_pupil(actor=None, class_id=cast.klass.id, name="新同学", seat_no=seat)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few) <= 10


def test_a_school_with_two_stages_shows_both_tables(cast: Cast) -> None:
    both = services.found_school(
        district_id=cast.district.id, name="示例学校" * 7 + "完中", stages=[Stage.JUNIOR, Stage.SENIOR]
    )
    page = text(cast.client("district_officer"), f"/school/calendar/?school={both.id}")
    assert "初中" in page and "高中" in page and "改节次" not in page


def test_the_account_menu_leads_to_the_password_for_those_who_have_one(cast: Cast) -> None:
    assert "/account/" in text(cast.client("teacher"), "/school/classes/")
    assert "/sign-in/password/" in text(cast.client("teacher"), "/account/")
    assert "/sign-in/password/" not in text(cast.pupil_client(), "/account/")
    assert cast.pupil_client().get("/sign-in/password/")["Location"] == "/"


def test_an_officer_chooses_a_school_before_its_calendar(cast: Cast) -> None:
    assert cast.client("district_officer").get("/school/calendar/")["Location"] == "/places/"
