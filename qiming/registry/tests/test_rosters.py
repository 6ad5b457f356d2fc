"""Rosters from file to class: preview writes nothing, apply writes once, bad files get plain answers."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from openpyxl import Workbook

from qiming.kernel import tables, time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.registry import queries, secrets, services, testing
from qiming.registry.models import Account, ClassCard, ClassMembership, Person, RosterImport
from qiming.registry.rules.roster_diff import Kind
from qiming.registry.services import rosters
from qiming.registry.testing import Cast

HEAD = "年级,班级,座号,姓名,学籍号"
NUMBER = "G11010120130101001X"


def csv(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines]).encode()


def preview(cast: Cast, data: bytes, name: str = "名单.csv") -> RosterImport:
    import_id = services.preview_roster(actor=cast.admin, school_id=cast.school.id, name=name, data=data)
    return RosterImport.objects.unscoped("test").get(id=import_id)


def load(cast: Cast, *lines: str) -> RosterImport:
    kept = preview(cast, csv(*lines))
    services.apply_roster(actor=cast.admin, import_id=kept.id)
    return kept


def names(class_id: UUID) -> dict[int, str]:
    return {pupil.seat_no: pupil.name for pupil in queries.pupils_of(class_id)}


@pytest.fixture
def empty(db: None) -> Cast:
    return testing.cast(pupils=0)


def test_a_preview_writes_nothing_and_an_apply_everything(empty: Cast) -> None:
    kept = preview(
        empty, csv(f"七年级,3班,1,王小雨,{NUMBER}", "七年级,3班,2,李雷,", "八年级,9班,1,欧阳𬭼㛃,")
    )
    assert kept.counts["new"] == 3 and kept.counts["classes"] == 1
    assert Person.objects.filter(name="王小雨").count() == 0
    assert names(empty.klass.id) == {}
    before, announced = AuditRow.objects.count(), OutboxEvent.objects.count()

    counts = services.apply_roster(actor=empty.admin, import_id=kept.id)

    assert counts["new"] == 3
    assert names(empty.klass.id) == {1: "王小雨", 2: "李雷"}
    new_class = next(group for group in queries.classes_under(empty.school.path) if group.class_no == 9)
    assert names(new_class.id) == {1: "欧阳𬭼㛃"}
    assert AuditRow.objects.count() == before + 2  # the class, the roster
    assert OutboxEvent.objects.count() == announced + 1
    pupil = queries.pupils_of(empty.klass.id)[0]
    account = Account.objects.get(person_id=pupil.id)
    assert account.kind == "pupil" and not account.has_usable_password()
    assert ClassCard.objects.unscoped("test").filter(person_id=pupil.id).count() == 1


def test_the_outside_number_is_nowhere_to_be_read(empty: Cast) -> None:
    load(empty, f"七年级,3班,1,王小雨,{NUMBER}")
    row = ClassMembership.objects.unscoped("test").get(person__name="王小雨")
    assert row.pupil_number_tail == "001X"
    with connection.cursor() as cursor:
        for table in (
            "registry_classmembership",
            "registry_rosterimport",
            "kernel_auditrow",
            "kernel_outboxevent",
        ):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{NUMBER[:15]}%"])
            assert cursor.fetchone() == (0,), table


def test_a_first_roster_holds_from_the_beginning_of_the_year_a_newcomer_from_today(empty: Cast) -> None:
    load(empty, "七年级,3班,1,王小雨,")
    load(empty, "七年级,3班,1,王小雨,", "七年级,3班,2,李雷,")
    first, second = (
        ClassMembership.objects.unscoped("test").get(person__name=name) for name in ("王小雨", "李雷")
    )
    assert first.starts_on == queries.current_year().starts
    assert second.starts_on == time.today()


def test_applying_again_changes_nothing(empty: Cast) -> None:
    kept = load(empty, "七年级,3班,1,王小雨,")
    audits = AuditRow.objects.count()
    assert services.apply_roster(actor=empty.admin, import_id=kept.id)["new"] == 1
    assert Person.objects.filter(name="王小雨").count() == 1
    assert AuditRow.objects.count() == audits


def test_the_same_file_again_is_unchanged(empty: Cast) -> None:
    load(empty, "七年级,3班,1,王小雨,", "七年级,3班,2,李雷,")
    kept = preview(empty, csv("七年级,3班,1,王小雨,", "七年级,3班,2,李雷,"))
    assert (kept.counts["unchanged"], kept.counts["new"], kept.counts["ended"]) == (2, 0, 0)


def test_changes_swaps_moves_and_leavers_in_one_file(empty: Cast) -> None:
    load(
        empty,
        "七年级,3班,1,甲同学,",
        "七年级,3班,2,乙同学,",
        f"七年级,3班,3,丙同学,{NUMBER}",
        "七年级,3班,4,丁同学,",
    )
    ids = {pupil.name: pupil.id for pupil in queries.pupils_of(empty.klass.id)}
    load(empty, "七年级,3班,2,甲同学,", "七年级,3班,1,乙同学,", f"八年级,1班,7,丙改名,{NUMBER}")
    assert names(empty.klass.id) == {1: "乙同学", 2: "甲同学"}
    moved = queries.pupils_of(empty.second_class.id)
    assert [(pupil.id, pupil.seat_no, pupil.name) for pupil in moved] == [(ids["丙同学"], 7, "丙改名")]
    ended = ClassMembership.objects.unscoped("test").get(person_id=ids["丁同学"])
    assert ended.ends_on == time.today()
    assert Person.objects.filter(id=ids["丁同学"]).exists()
    card = ClassCard.objects.unscoped("test").get(person_id=ids["丙同学"])
    assert card.scope_path == empty.second_class.path


def test_who_left_by_a_wrong_file_comes_back_as_the_same_person(empty: Cast) -> None:
    load(empty, "七年级,3班,1,甲同学,", "七年级,3班,2,乙同学,")
    was = {pupil.name: pupil.id for pupil in queries.pupils_of(empty.klass.id)}
    with time.frozen(time.now() + timedelta(days=3)):
        load(empty, "七年级,3班,1,甲同学,")
    with time.frozen(time.now() + timedelta(days=9)):
        kept = load(empty, "七年级,3班,1,甲同学,", "七年级,3班,2,乙同学,")
        assert kept.counts["back"] == 1
        assert {pupil.name: pupil.id for pupil in queries.pupils_of(empty.klass.id)} == was
    spans = ClassMembership.objects.unscoped("test").filter(person_id=was["乙同学"]).order_by("starts_on")
    assert [row.ends_on for row in spans] == [time.today() + timedelta(days=3), None]


def test_half_valid_files_need_an_explicit_word(empty: Cast) -> None:
    load(empty, "七年级,3班,1,甲同学,", "七年级,3班,2,乙同学,")
    kept = preview(empty, csv("七年级,3班,1,甲同学,", "七年级,3班,5,新同学,", "七年级,3班,xx,乙同学,"))
    with pytest.raises(UserError) as refused:
        services.apply_roster(actor=empty.admin, import_id=kept.id)
    assert "1行有问题" in refused.value.message and refused.value.kept
    assert names(empty.klass.id) == {1: "甲同学", 2: "乙同学"}
    services.apply_roster(actor=empty.admin, import_id=kept.id, good_rows_only=True)
    assert names(empty.klass.id) == {1: "甲同学", 2: "乙同学", 5: "新同学"}
    (wrong,) = RosterImport.objects.unscoped("test").get(id=kept.id).wrong_rows
    assert wrong["line"] == 4 and wrong["cells"]["座号"] == "xx"


def test_a_roster_that_changed_since_the_preview_is_refused(empty: Cast) -> None:
    kept = preview(empty, csv("七年级,3班,1,甲同学,"))
    services.add_pupil(actor=empty.admin, class_id=empty.klass.id, name="乙同学", seat_no=9)
    assert rosters.is_stale(kept)
    with pytest.raises(UserError, match="又有人改过"):
        services.apply_roster(actor=empty.admin, import_id=kept.id)
    assert names(empty.klass.id) == {9: "乙同学"}


def test_a_dropped_import_is_forgotten_and_cannot_be_applied(empty: Cast) -> None:
    kept = preview(empty, csv("七年级,3班,1,甲同学,"))
    services.drop_roster(actor=empty.admin, import_id=kept.id)
    kept.refresh_from_db()
    assert (kept.rows, kept.wrong_rows) == ({}, [])
    with pytest.raises(UserError, match="放弃"):
        services.apply_roster(actor=empty.admin, import_id=kept.id)


def test_a_number_that_another_school_has_is_refused(empty: Cast) -> None:
    other = empty.actor("other_admin")
    import_id = services.preview_roster(
        actor=other, school_id=empty.other_school.id, name="a.csv", data=csv(f"七年级,1班,2,甲同学,{NUMBER}")
    )
    services.apply_roster(actor=other, import_id=import_id, good_rows_only=True)
    kept = preview(empty, csv(f"七年级,3班,1,甲同学,{NUMBER}"))
    assert kept.counts["wrong"] == 1 and "另一所学校" in kept.problems[0]["reason"]
    assert kept.problems[0]["value"] == "…001X"


@pytest.mark.parametrize(
    "who", ["teacher", "head", "colleague", "other_admin", "district_officer", "guardian"]
)
def test_only_the_own_administrator_imports(cast: Cast, who: str) -> None:
    actor = cast.actor(who)
    with pytest.raises(Denied):
        services.preview_roster(
            actor=actor, school_id=cast.school.id, name="a.csv", data=csv("七年级,3班,1,甲同学,")
        )
    kept = preview(cast, csv("七年级,3班,1,甲同学,"))
    with pytest.raises(Denied):
        services.apply_roster(actor=actor, import_id=kept.id)
    with pytest.raises(Denied):
        services.drop_roster(actor=actor, import_id=kept.id)
    assert len(names(cast.klass.id)) == 6
    assert RosterImport.objects.unscoped("test").count() == 1


# ---------- bad files ----------


def xlsx(rows: list[list[object]], merge: str = "") -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"),
        (b"\n\n", "没有内容"),
        (HEAD.encode(), "只有标题"),
        ("姓名,座号\n甲,1".encode(), "缺少“年级”"),
        (f"{HEAD},姓名\n7,3,1,甲,,乙".encode(), "“姓名”出现了不止一列"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100, "旧版 .xls"),
        (b"PK\x03\x04 not a zip", "打不开"),
        ((HEAD + "\n" + "七年级,3班,1,甲,\n" * 5001).encode(), "最多 5000 行"),
        (b"a" * (tables.MAX_BYTES + 1), "超过 10 MB"),
    ],
)
def test_files_that_cannot_be_read_get_a_plain_answer(empty: Cast, data: bytes, says: str) -> None:
    with pytest.raises(UserError) as refused:
        preview(empty, data)
    assert says in refused.value.message and refused.value.next
    assert RosterImport.objects.unscoped("test").count() == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_any_encoding_an_office_writes(empty: Cast, encoding: str) -> None:
    text = f"{HEAD}\n七年级,3班,１２,王小雨,\n七年级,3班,13,㛃𬭼同学,"
    kept = preview(empty, text.encode(encoding))
    assert kept.counts["new"] == 2 and kept.counts["wrong"] == 0
    services.apply_roster(actor=empty.admin, import_id=kept.id)
    assert names(empty.klass.id) == {12: "王小雨", 13: "㛃𬭼同学"}


def test_formulas_merged_cells_and_long_names_in_a_workbook(empty: Cast) -> None:
    data = xlsx(
        [
            ["年级", "班级", "座号", "姓名"],
            ["七年级", "3班", 1, "甲同学"],
            ["七年级", "3班", "=1+1", "乙同学"],
            ["七年级", "3班", 3, "王" * 30],
            ["", "3班", 4, "丁同学"],
            ["七年级", "3班", 5.0, "戊同学"],
            ["七年级", "3班", 6, "王" * 31],
        ],
        merge="A4:A5",
    )
    kept = preview(empty, data, name="名单.xlsx")
    wrong = {(problem["line"], problem["column"]) for problem in kept.problems}
    assert wrong == {(3, "座号"), (5, "年级"), (7, "姓名")}
    assert "公式或合并" in kept.problems[0]["reason"]
    services.apply_roster(actor=empty.admin, import_id=kept.id, good_rows_only=True)
    assert names(empty.klass.id) == {1: "甲同学", 3: "王" * 30, 5: "戊同学"}


def test_hostile_cells_stay_text(empty: Cast) -> None:
    kept = preview(empty, csv("七年级,3班,1,<script>alert(1)</script>,", '七年级,3班,2,"=HYPERLINK(1)",'))
    assert kept.counts["wrong"] == 2 and kept.counts["new"] == 0


def test_old_imports_forget_their_wrong_rows(empty: Cast) -> None:
    kept = preview(empty, csv("七年级,3班,xx,甲同学,"))
    with time.frozen(time.now() + timedelta(days=31)):
        preview(empty, csv("七年级,3班,1,甲同学,"))
    kept.refresh_from_db()
    assert (kept.rows, kept.problems, kept.wrong_rows) == ({}, [], [])


def test_a_whole_school_is_read_and_written_quickly(empty: Cast) -> None:
    lines = [
        f"七年级,{c}班,{s},{testing.NAMES[s % 22]}同学,L{c:09d}{s:09d}"
        for c in range(1, 31)
        for s in range(1, 46)
    ]
    kept = preview(empty, csv(*lines))
    assert services.apply_roster(actor=empty.admin, import_id=kept.id)["new"] == 1350
    again = preview(empty, csv(*lines))
    assert again.counts["unchanged"] == 1350
    assert len(rosters.preview_of(again).of(Kind.UNCHANGED)) == 1350


# ---------- at the same time ----------


@pytest.mark.django_db(transaction=True)
def test_two_administrators_apply_at_once_and_one_is_told() -> None:
    cast = testing.cast(pupils=0)
    first = preview(cast, csv("七年级,3班,1,甲同学,"))
    second = preview(cast, csv("七年级,3班,1,乙同学,"))
    admin = cast.admin

    def apply(import_id: UUID) -> str:
        try:
            services.apply_roster(actor=admin, import_id=import_id)
            return "written"
        except UserError as error:
            return error.message
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(apply, [first.id, second.id]))
    assert told[0] == "written" and "又有人改过" in told[1]
    assert len(names(cast.klass.id)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_import_applied_twice_at_once_is_written_once() -> None:
    cast = testing.cast(pupils=0)
    kept = preview(cast, csv("七年级,3班,1,甲同学,"))
    admin = cast.admin

    def apply(_: int) -> int:
        try:
            return int(services.apply_roster(actor=admin, import_id=kept.id)["new"])
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(apply, range(3))) == [1, 1, 1]
    assert Person.objects.filter(name="甲同学").count() == 1


# ---------- one pupil at a time ----------


def test_add_rename_move_and_leave(cast: Cast) -> None:
    admin, pupil = cast.admin, cast.pupils[0]
    services.rename_pupil(actor=admin, person_id=pupil.id, name=" 安 小同 ")
    assert queries.pupil(pupil.id).name == "安小同"
    services.move_pupil(actor=admin, person_id=pupil.id, class_id=cast.second_class.id, seat_no=1)
    assert queries.pupil(pupil.id).class_id == cast.second_class.id
    assert queries.pupil_on(pupil.id, time.today() - timedelta(days=1)) is None
    services.move_pupil(actor=admin, person_id=pupil.id, class_id=cast.second_class.id, seat_no=8)
    assert queries.pupil(pupil.id).seat_no == 8
    services.end_membership(actor=admin, person_id=pupil.id)
    assert queries.pupils_of(cast.second_class.id) == []
    assert queries.pupil(pupil.id).name == "安小同"
    with pytest.raises(Denied):
        services.end_membership(actor=admin, person_id=pupil.id)


def test_a_taken_seat_and_bad_names_are_refused(cast: Cast) -> None:
    with pytest.raises(UserError, match="已经是"):
        services.add_pupil(actor=cast.admin, class_id=cast.klass.id, name="新同学", seat_no=1)
    with pytest.raises(UserError, match="已经是"):
        services.move_pupil(actor=cast.admin, person_id=cast.pupils[0].id, class_id=cast.klass.id, seat_no=2)
    for name in ("", "王?", "<b>"):
        with pytest.raises(UserError):
            services.rename_pupil(actor=cast.admin, person_id=cast.pupils[0].id, name=name)
    with pytest.raises(UserError, match="1 到 99"):
        services.add_pupil(actor=cast.admin, class_id=cast.klass.id, name="新同学", seat_no=100)
    assert queries.pupils_of(cast.klass.id) == cast.pupils


@pytest.mark.parametrize("who", ["teacher", "head", "other_admin", "city_officer"])
def test_others_do_not_change_a_roster(cast: Cast, who: str) -> None:
    actor, pupil = cast.actor(who), cast.pupils[0]
    for change in (
        lambda: services.add_pupil(actor=actor, class_id=cast.klass.id, name="新同学", seat_no=40),
        lambda: services.rename_pupil(actor=actor, person_id=pupil.id, name="别名"),
        lambda: services.move_pupil(
            actor=actor, person_id=pupil.id, class_id=cast.second_class.id, seat_no=1
        ),
        lambda: services.end_membership(actor=actor, person_id=pupil.id),
    ):
        with pytest.raises(Denied):
            change()
    assert queries.pupils_of(cast.klass.id) == cast.pupils


def test_an_administrator_cannot_move_a_pupil_into_another_school(cast: Cast) -> None:
    with pytest.raises(Denied):
        services.move_pupil(
            actor=cast.admin, person_id=cast.pupils[0].id, class_id=cast.other_class.id, seat_no=5
        )


def test_digests_are_keyed_and_stable() -> None:
    assert secrets.number_digest(NUMBER) == secrets.number_digest(NUMBER.lower())
    assert NUMBER not in secrets.number_digest(NUMBER)
