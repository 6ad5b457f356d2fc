"""The district's plan of 26 dated tasks, some done before, two of them the main school's."""

from pathlib import Path

from qiming.governance import tasks
from qiming.governance.tasks import services
from qiming.registry import queries as registry
from qiming.registry.types import Role
from qiming.site.demo.city import City

EXAMPLE = Path(tasks.__file__).with_name("example.csv")
# Tasks of the example that a school leads in the demo: by number, the office that stands there.
OF_THE_SCHOOL = (("2", "区教委小教科"), ("14", "区教师进修学校"))


def plan(city: City) -> None:
    """Imported as a district would; the school writes how far it is."""
    officer, head = city.actor("district"), city.actor("head")
    school = next(one for one in head.grants if one.role == Role.SCHOOL_HEAD)
    place = next(one for one in officer.grants if one.role == Role.DISTRICT_OFFICER)
    text = EXAMPLE.read_text(encoding="utf-8")
    name = registry.org(school.org_id).name
    lines = [_led_by(name, line) for line in text.splitlines()]
    kept = services.preview_plan(
        actor=officer,
        place=registry.org(place.org_id),
        title="本学年人工智能教育任务（合成示例）",
        source="合成示例，不是真实文件",
        name="任务计划.csv",
        data="\n".join(lines).encode(),
    )
    services.apply_plan(actor=officer, plan_id=kept.id)


def _led_by(school: str, line: str) -> str:
    number = line.partition(",")[0]
    office = dict(OF_THE_SCHOOL).get(number)
    return line.replace(f",{office},", f",{school},", 1) if office else line
