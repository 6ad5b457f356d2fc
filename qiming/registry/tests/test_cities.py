"""Another city replaces Beijing by its own folder: checked as a whole, loaded once, nothing by halves."""

import shutil
from datetime import date, time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qiming.kernel.errors import UserError
from qiming.registry import defaults, queries, services
from qiming.registry.cities import check_city
from qiming.registry.cli_places import app
from qiming.registry.models import Holiday, Organisation
from qiming.registry.types import Stage

LINHAI = Path(__file__).parent / "cities" / "linhai"
WHY = "the test looks at the table"


def test_a_made_up_city_stands_with_its_own_everything(db: None) -> None:
    for _ in range(2):
        services.load_units_and_calendar(folder=LINHAI)
    assert queries.city().name == "临海市（虚构）"
    assert [one.name for one in queries.districts()] == ["海东区", "海西区", "山前县"]
    school = services.found_school(
        district_id=queries.districts()[0].id, name="虚构一中", stages=[Stage.JUNIOR]
    )
    group = services.open_class(school_id=school.id, grade=7, class_no=1)
    assert [one.starts for one in queries.slot_times(group.id)] == [time(9), time(10)]
    days = [one.date for one in queries.school_slots(group.id, date(2026, 11, 23), date(2026, 11, 28), no=1)]
    assert days == [date(2026, 11, 23), date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 28)]
    assert Holiday.objects.unscoped(WHY).count() == 3
    assert queries.year("2026-2027").starts == date(2026, 8, 24)


def test_beijing_is_found_to_hold_together() -> None:
    assert check_city(defaults.DATA).calendar["city"] == "北京市"


def test_a_second_city_is_refused(db: None) -> None:
    services.load_units_and_calendar()
    with pytest.raises(UserError, match="这里已经是北京市"):
        services.load_units_and_calendar(folder=LINHAI)
    assert queries.city().name == "北京市"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("units.csv", "unit,", "name,", "缺少列 unit"),
        ("units.csv", "海西区,990102", "海东区,990102", "写了两次"),
        ("units.csv", None, "unit,adcode,authority\n", "没有区"),
        ("calendar.yaml", "city: 临海市（虚构）", "city:", "要写 city"),
        ("calendar.yaml", "ends: 2027-01-15", "ends: 2028-01-15", "不在学年里"),
        ("calendar.yaml", "starts: 2026-08-24\n    ends", "starts: 2029-08-24\n    ends", "开始和结束"),
        ("calendar.yaml", "as: 2", "as: 9", "星期1到7"),
        ("calendar.yaml", "    source: 测试用的虚构校历\n", "", "缺少 'source'"),
        ("calendar.yaml", None, "city: [", "读不出来"),
        ("periods.yaml", "09:45", "09:50:99", "时间看不懂"),
        ("periods.yaml", "10:00", "09:30", "结束之前就开始"),
        ("periods.yaml", "  senior:", "  other:", "缺少 senior"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    db: None, tmp_path: Path, name: str, old: str | None, new: str, said: str
) -> None:
    folder = tmp_path / "city"
    shutil.copytree(LINHAI, folder)
    text = (folder / name).read_text(encoding="utf-8")
    (folder / name).write_text(new if old is None else text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError, match=said):
        services.load_units_and_calendar(folder=folder)
    assert not Organisation.objects.unscoped(WHY).exists()


def test_a_wrong_encoding_and_a_missing_file_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(LINHAI, folder)
    (folder / "units.csv").write_bytes((LINHAI / "units.csv").read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(UserError, match="UTF-8"):
        check_city(folder)
    (folder / "periods.yaml").unlink()
    with pytest.raises(UserError, match=r"缺少 periods\.yaml"):
        check_city(folder)


def test_the_command(db: None, tmp_path: Path) -> None:
    checked = CliRunner().invoke(app, ["load", str(LINHAI), "--dry-run"])
    assert checked.exit_code == 0 and "可以载入" in checked.stdout
    assert not Organisation.objects.unscoped(WHY).exists()
    assert CliRunner().invoke(app, ["load", str(LINHAI)]).exit_code == 0
    assert queries.city().name == "临海市（虚构）"
    assert CliRunner().invoke(app, ["load", str(tmp_path)]).exit_code == 1
