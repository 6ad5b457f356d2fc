"""A syllabus from a spreadsheet: read whatever its encoding, checked cell by cell, written whole or not at all."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qiming.curriculum.models import Outcome, Syllabus, SyllabusSheet
from qiming.curriculum.syllabi import queries, rules, services
from qiming.kernel import tables
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow
from qiming.registry.types import Role
from tests.fixtures import standing_world, world
from tests.world import World

__all__ = ["standing_world", "world"]

Browsers = Callable[..., Client]
HEAD = "序号,学段,内容模块,学习要求,出处,对应课"
GOOD = "1,初中,基本概念,能说出机器怎样学,第3页,教它规则，还是给它例子"
LESSONS = [
    rules.LessonFact("a1", "看一看", "甲课", 1),
    rules.LessonFact("a2", "这样，那样", "甲课", 2),
    rules.LessonFact("b1", "看一看", "乙课", 1),
]
ABOUT = {
    "title": "本市纲要",
    "status": "official",
    "published": "2026-09",
    "source": "",
    "stage": "",
    "note": "",
}


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["学段", "主题", "学习结果", "来源", "对应的课"], {"stage": "学段", "theme": "主题", "text": "学习结果",
                                                  "source": "来源", "lesson": "对应的课"}),
        (["序号", "年 级", "学习要求", "出处"], {"grade": "年 级", "text": "学习要求", "source": "出处"}),
        (["课", "具体内容要求"], {"lesson": "课", "text": "具体内容要求"}),
        (["甲", "乙"], {}),
    ],
)  # fmt: skip
def test_columns_are_guessed(headings: list[str], found: dict[str, str]) -> None:
    assert rules.guess(headings) == found


CASES = [
    ({"text": ""}, "text", "空的"),
    ({"text": "长" * 501}, "text", "超过500"),
    ({"stage": "大学"}, "stage", "看不懂"),
    ({"stage": ""}, "stage", "没有写学段"),
    ({"grade": "第八"}, "grade", "看不懂"),
    ({"grade": "三年级"}, "grade", "不是初中"),
    ({"source": ""}, "source", "没有写在哪里"),
    ({"lesson": "没有的课"}, "lesson", "没有“没有的课”"),
    ({"lesson": "看一看"}, "lesson", "好几课"),
]


@pytest.mark.parametrize(("change", "column", "why"), CASES)
def test_a_wrong_cell_says_line_column_and_reason(change: dict[str, str], column: str, why: str) -> None:
    cells = {"text": "能说", "stage": "初中", "source": "第1页", "grade": "", "lesson": ""} | change
    same = {field: field for field in rules.FIELDS}
    reading = rules.read_rows([(7, cells)], same, LESSONS)
    assert not reading.outcomes
    (problem,) = reading.problems
    assert (problem.line, problem.column) == (7, column) and why in problem.reason


@pytest.mark.parametrize(
    ("cell", "keys"),
    [
        ("《甲课》第1课", ("a1",)),
        ("这样，那样", ("a2",)),
        ("这样，那样；《乙课》 第1课", ("a2", "b1")),
        ("a1、b1、a1", ("a1", "b1")),
        ("甲课第1课,a2", ("a1", "a2")),
        ("", ()),
    ],
)
def test_lessons_are_found_by_their_names(cell: str, keys: tuple[str, ...]) -> None:
    rows = [(2, {"text": "能说", "lesson": cell})]
    reading = rules.read_rows(
        rows, {"text": "text", "lesson": "lesson"}, LESSONS, stage="junior", source="某处"
    )
    assert [one.lessons for one in reading.outcomes] == [keys]


def test_a_row_twice_is_told() -> None:
    rows = [(2, {"text": "能说"}), (3, {"text": "能 说"})]
    reading = rules.read_rows(rows, {"text": "text"}, [], stage="junior", source="某处")
    assert len(reading.outcomes) == 1 and "第2行" in reading.problems[0].reason


@pytest.fixture
def browsers(world: World) -> Browsers:
    """A browser in which whoever holds a role at a place is signed in."""

    def browser(role: str, place: str = "here") -> Client:
        client = Client()
        client.force_login(world.account(role, place))
        return client

    return browser


def sent(world: World, role: str = Role.SCHOOL_ADMIN, *lines: str, encoding: str = "utf-8") -> UUID:
    text = "\n".join([HEAD, *(lines or (GOOD,))])
    return services.read_sheet(
        actor=world.actor(role), place_id=None, name="纲要.csv", data=text.encode(encoding)
    )


def named(world: World, role: str = Role.SCHOOL_ADMIN, *lines: str, **about: str) -> UUID:
    made = sent(world, role, *lines)
    columns = SyllabusSheet.objects.unscoped("test").get(id=made).columns
    services.name_columns(actor=world.actor(role), sheet_id=made, columns=columns, about=ABOUT | about)
    return made


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_sheet_becomes_a_syllabus(world: World, encoding: str) -> None:
    made = sent(world, encoding=encoding)
    columns = SyllabusSheet.objects.unscoped("test").get(id=made).columns
    admin = world.actor(Role.SCHOOL_ADMIN)
    services.name_columns(actor=admin, sheet_id=made, columns=columns, about=ABOUT)
    for _ in range(2):
        kept = services.apply_sheet(actor=admin, sheet_id=made)
    assert kept.syllabus is not None and kept.applied_count == 1 and kept.rows == []
    (outcome,) = kept.syllabus.outcomes.all()
    assert (outcome.text, outcome.stage, outcome.lesson, outcome.verified) == (
        "能说出机器怎样学",
        "junior",
        "g7l1",
        True,
    )
    assert outcome.theme_title == "基本概念" and outcome.source == "第3页"
    assert AuditRow.objects.filter(verb="curriculum.bring_syllabus").count() == 1


def test_nothing_is_half_written(world: World) -> None:
    made = named(world, Role.SCHOOL_ADMIN, GOOD, "2,大学,基本概念,能说,第4页,")
    before = Syllabus.objects.count(), Outcome.objects.count()
    admin = world.actor(Role.SCHOOL_ADMIN)
    with pytest.raises(UserError, match="1行有问题"):
        services.apply_sheet(actor=admin, sheet_id=made)
    assert (Syllabus.objects.count(), Outcome.objects.count()) == before
    assert services.apply_sheet(actor=admin, sheet_id=made, good_rows_only=True).applied_count == 1


def test_columns_must_be_named_first(world: World) -> None:
    made = sent(world)
    with pytest.raises(UserError, match="还没有对列"):
        services.apply_sheet(actor=world.actor(Role.SCHOOL_ADMIN), sheet_id=made)


def test_a_second_sheet_is_a_new_version_and_the_first_stays(world: World) -> None:
    admin = world.actor(Role.SCHOOL_ADMIN)
    first = services.apply_sheet(actor=admin, sheet_id=named(world)).syllabus
    second = services.apply_sheet(actor=admin, sheet_id=named(world, status="unverified")).syllabus
    assert first and second and (second.version, second.is_current) == (2, True)
    seen = queries.syllabuses(world.here.school.path)
    assert [one.key for one in seen if one.scope_path] == [second.key]
    old = queries.syllabus_for(admin, first.key)
    assert old is not None and not old.is_current and len(old.outcomes) == 1
    assert [one.version for one in queries.versions_of(old)] == [2, 1]


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.SCHOOL_ADMIN, {"school": True, "district": False, "near": False, "far": False}),
        (Role.DISTRICT_OFFICER, {"school": True, "district": True, "near": True, "far": False}),
        (Role.CITY_OFFICER, {"school": True, "district": True, "near": True, "far": True}),
    ],
)
def test_it_is_seen_at_its_place_and_below(world: World, role: Role, seen: dict[str, bool]) -> None:
    services.apply_sheet(actor=world.actor(role), sheet_id=named(world, role))
    at = {
        "school": world.here.school.path,
        "district": world.here.district.path,
        "near": world.places["near"].school.path,
        "far": world.places["far"].school.path,
    }
    found = {name: any(one.scope_path for one in queries.syllabuses(path)) for name, path in at.items()}
    assert found == seen
    assert not any(one.scope_path for one in queries.syllabuses())


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SCHOOL_HEAD, Role.PUPIL, Role.GUARDIAN])
def test_others_bring_none(world: World, role: Role) -> None:
    with pytest.raises(UserError):
        sent(world, role)


BAD = [
    (b"", "空的"),
    (HEAD.encode(), "只有表头"),
    ("学段,学段\n初中,初中".encode(), "两列"),
    (b"\xff\xfe\x00\xd8" * 40, ""),
    (b"PK\x03\x04 broken", "打不开"),
    (("要求\n" + "\n".join(f"能{n}" for n in range(1001))).encode(), "1000"),
]


@pytest.mark.parametrize(("data", "why"), BAD)
def test_a_bad_file_is_told(world: World, data: bytes, why: str) -> None:
    with pytest.raises(UserError) as told:
        services.read_sheet(actor=world.actor(Role.CITY_OFFICER), place_id=None, name="x.csv", data=data)
    assert why in told.value.message
    assert not SyllabusSheet.objects.unscoped("test").exists()


def test_the_pages_from_file_to_syllabus(world: World, browsers: Browsers) -> None:
    client = browsers(Role.SCHOOL_ADMIN)
    assert "从表格带一份进来" in client.get("/syllabus/").content.decode()
    text = "\n".join([HEAD, GOOD, "2,大学,<b>模块</b>,能说,第4页,"])
    upload = SimpleUploadedFile("纲要.csv", text.encode("gb18030"))
    answer = client.post("/syllabus/bring/", {"place": str(world.here.school.id), "file": upload})
    assert answer.status_code == 302, answer.content.decode()
    page = answer["Location"]
    assert "先说清是什么文本" in client.get(page).content.decode()
    given = {"title": "本校纲要", "status": "unverified", "published": "2026-09", "col_text": "学习要求"}
    assert client.post(page, given | {"published": "去年"}).status_code == 422
    assert client.post(page, given | {"col_theme": "学习要求"}).status_code == 422
    columns = {"col_stage": "学段", "col_theme": "内容模块", "col_source": "出处", "col_lesson": "对应课"}
    assert client.post(page, given | columns).status_code == 302
    shown = client.get(page).content.decode()
    assert (
        "1行要改，1条可以写入" in shown and "大学" in shown and "看不懂" in shown and "<b>模块" not in shown
    )
    assert client.post(f"{page}apply/").status_code == 422
    assert client.post(f"{page}apply/", {"good_rows_only": "on"}).status_code == 302
    assert "写好了：1条" in client.get(page).content.decode()
    listed = client.get("/syllabus/").content.decode()
    assert "本校纲要" in listed and "未核对的文本" in listed and "本校带来，第1版" in listed
    assert "本校纲要" not in browsers(Role.SCHOOL_ADMIN, "near").get("/syllabus/").content.decode()
    key = Syllabus.objects.get(title="本校纲要").key
    assert client.get(f"/syllabus/{key}/").status_code == 200
    assert browsers(Role.TEACHER).get(f"/syllabus/{key}/").status_code == 200
    assert browsers(Role.TEACHER, "near").get(f"/syllabus/{key}/").status_code == 404
    assert key not in client.get("/ims/case/v1p1/CFDocuments").content.decode()
    assert browsers(Role.SCHOOL_ADMIN, "near").get(page).status_code == 404


def test_a_sheet_left_forgets_its_cells(world: World, browsers: Browsers) -> None:
    made = sent(world)
    client = browsers(Role.SCHOOL_ADMIN)
    assert client.post(f"/syllabus/bring/{made}/drop/").status_code == 302
    kept = SyllabusSheet.objects.unscoped("test").get(id=made)
    assert kept.rows == [] and "放弃" in client.get(f"/syllabus/bring/{made}/").content.decode()
    assert client.post(f"/syllabus/bring/{made}/apply/").status_code == 409
    assert (
        tables.read("t.xlsx", client.get("/syllabus/bring/template.xlsx").content).headings[0] == "学习结果"
    )
