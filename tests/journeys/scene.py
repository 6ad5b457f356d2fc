"""What people did before the pages are looked at: a lesson is live, homework is given, an ask is out, a sample drawn."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from playwright.sync_api import FilePayload, Page

from tests.journeys.installation import CLOCK

Opens = Callable[[str], Page]
SEAT = 7  # the pupil who joins the lesson
ID = "[0-9a-f-]{36}"


@dataclass(slots=True)
class Scene:
    """Addresses that came out of it: (account, page) → path."""

    paths: dict[tuple[str, str], str] = field(default_factory=dict)

    def keep(self, account: str, name: str, page: Page) -> None:
        self.paths[account, name] = path_of(page)


def path_of(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url).partition("#")[0]


def link(page: Page, pattern: str) -> str:
    """The first link of the page whose address matches."""
    found: list[str] = page.locator("a[href]").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('href'))"
    )
    matching = [one for one in found if re.search(pattern, one)]
    assert matching, f"no link like {pattern} on {page.url}"
    return matching[0]


def set_up(opens: Opens) -> Scene:
    """Everything, in the order in which a day would have it."""
    scene = Scene()
    scene.paths["nobody", "design"] = "/design/"
    teacher, district = opens("shen"), opens("district")
    _homework(scene, teacher)
    _periods(scene, teacher)
    code, group = _live(scene, teacher)
    _joined(scene, opens("joined"), code, _pictures(teacher, group))
    _on_the_way_in(scene, opens("nobody"), code)
    _others_at_work(scene, opens("lin"))
    _practice(scene, opens("pupil"))
    _handed_in(scene, opens("pupil"))
    _lab_open_to_the_class(opens("pupil"), teacher)
    _read_in(scene, opens("admin"), teacher)
    _ask(scene, district)
    for account in ("district", "city"):
        _sample(scene, account, opens(account))
    _school_version(scene, teacher, district)
    return scene


def _homework(scene: Scene, teacher: Page) -> None:
    teacher.goto("/")
    teacher.goto(
        teacher.locator("a", has_text="七年级（3）班")
        .and_(teacher.locator("[href*='/offerings/']"))
        .first.get_attribute("href")
        or ""
    )
    teacher.goto(link(teacher, f"/teach/offerings/{ID}/homework/$"))
    teacher.goto(link(teacher, f"/teach/offerings/{ID}/homework/new/$"))
    teacher.locator("[name=title]").fill("第4课以后")
    teacher.locator("input[name=parts]").first.check()
    due = datetime.fromisoformat(CLOCK) + timedelta(days=4)
    teacher.locator("[name=due_at]").fill(due.strftime("%Y-%m-%dT18:00"))
    teacher.get_by_role("button", name="布置", exact=True).click()
    teacher.wait_for_url(re.compile(f"/teach/homework/{ID}/"))
    for account in ("shen", "head"):
        scene.keep(account, "teaching.homework", teacher)


def _periods(scene: Scene, teacher: Page) -> None:
    """One still to come, which may be taught otherwise; one confirmed, which may be amended; a class with answers."""
    teacher.goto("/teach/")
    groups = link(teacher, f"/teach/classes/{ID}/ledger/")
    coming = teacher.locator("tbody a.open").last.get_attribute("href")
    scene.paths["shen", "teaching.otherwise"] = f"{coming}otherwise/"
    teacher.goto("/insight/")
    answered = teacher.get_by_role("link", name=re.compile("七年级（3）班")).first
    for account in ("shen", "head"):
        scene.paths[account, "insight.class"] = answered.get_attribute("href") or ""
    teacher.goto("/teach/")
    teacher.goto(groups)
    confirmed = link(teacher, f"/teach/periods/{ID}/$")
    scene.paths["shen", "teaching.amend"] = f"{confirmed}amend/"
    scene.paths["shen", "assist.look_back"] = confirmed.replace("/teach/periods/", "/planner/afterwards/")


def _live(scene: Scene, teacher: Page) -> tuple[str, str]:
    """The next lesson of today is running: its code on the wall, and its class."""
    teacher.goto("/")
    teacher.locator("section.lead-next a.go").click()
    teacher.wait_for_url("**/teach/periods/**")
    if "/live/" not in teacher.url:
        teacher.get_by_role("button", name="开始上课").click()
        teacher.wait_for_url("**/live/**")
    scene.keep("shen", "teaching.cockpit", teacher)
    group = teacher.locator("h1").inner_text().partition(" ")[0]
    return teacher.locator(".code.num").first.inner_text().replace(" ", ""), group


def _pictures(teacher: Page, group: str) -> list[str]:
    """The three small pictures of the pupil in seat SEAT, from the sheet the teacher keeps."""
    teacher.goto("/school/classes/")
    teacher.get_by_role("link", name=group).click()
    teacher.goto(link(teacher, f"/school/classes/{ID}/pictures/"))
    row = teacher.locator(".pin-list > div", has_text=re.compile(f"^\\s*{SEAT}号"))
    names: list[str] = row.locator("svg").evaluate_all(
        "(all) => all.map((one) => one.getAttribute('aria-label'))"
    )
    return names


def _take_seat(page: Page, code: str, seat: int) -> str:
    """By the code on the wall to the own seat; the address of the page of seats."""
    page.goto("/sign-in/code/")
    page.get_by_label("入课码").fill(code)
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/sign-in/code/*/")
    seats = path_of(page)
    page.get_by_role("button", name=f"{seat}号", exact=True).click()
    page.wait_for_url("**/sign-in/pictures/**")
    return seats


def _joined(scene: Scene, page: Page, code: str, pictures: list[str]) -> None:
    _take_seat(page, code, SEAT)
    for picture in pictures:
        page.get_by_role("button", name=picture, exact=True).click()
    page.get_by_role("button", name="进入", exact=True).click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    if "/learn/" not in page.url or path_of(page) == "/learn/":
        page.goto("/join/")
        page.get_by_label("入课码").fill(code)
        page.get_by_role("button", name="进入课堂").click()
    page.wait_for_url(re.compile(f"/learn/{ID}/"))
    scene.keep("joined", "learning.player", page)


def _on_the_way_in(scene: Scene, page: Page, code: str) -> None:
    scene.paths["nobody", "registry.seat"] = _take_seat(page, code, SEAT + 1)
    scene.keep("nobody", "registry.pictures", page)


def _others_at_work(scene: Scene, teacher: Page) -> None:
    """A period to come of another school's teacher."""
    teacher.goto("/teach/")
    coming = teacher.locator("tbody a.open").last.get_attribute("href")
    scene.paths["lin", "teaching.otherwise"] = f"{coming}otherwise/"


def _handed_in(scene: Scene, pupil: Page) -> None:
    given = scene.paths["shen", "teaching.homework"].partition("?")[0]
    pupil.goto(given.replace("/teach/", "/learn/"))
    pupil.get_by_role("button", name=re.compile("交作业|再交一次")).click()
    pupil.get_by_role("button", name="再交一次").wait_for()


def _lab_open_to_the_class(pupil: Page, teacher: Page) -> None:
    """A lab played on its own and handed in; the teacher opens the works to the class."""
    pupil.goto("/learn/labs/points/")
    pupil.get_by_role("button", name="看分界").click(timeout=60_000)
    with pupil.expect_response(lambda one: one.url.endswith("/labs/works") and one.ok, timeout=60_000):
        pupil.get_by_role("button", name=re.compile("交作品|再交一次")).click()
    pupil.locator("#saved").get_by_text("已存好").wait_for()
    teacher.goto("/")
    group = teacher.locator("a[href*='/offerings/']", has_text="七年级（3）班").first
    teacher.goto(group.get_attribute("href") or "")
    teacher.goto(link(teacher, f"/marking/labs/{ID}/$"))
    show = teacher.locator("li", has_text="近邻和分组").get_by_role("button", name="给全班看作品")
    if show.count():  # a developer's own city may have it open already
        show.click()
    teacher.get_by_role("button", name="收起同学作品").first.wait_for()


def _read_in(scene: Scene, admin: Page, teacher: Page) -> None:
    """A roster and a sheet of past lessons, read and not yet written; each with a line that has to be mended."""
    admin.goto("/school/import/")
    rows = (
        "年级,班级,座号,姓名\n七年级,9,1,欧阳𬀩\n七年级,9,2,古丽米热·阿卜杜热西提\n七年级,9,没有,座号没写\n"
    )
    file: FilePayload = {"name": "九班名单.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    admin.locator("input[type=file]").set_input_files(file)
    admin.get_by_role("button", name="看看会改什么").click()
    admin.wait_for_url(re.compile(f"/school/import/{ID}/"))
    scene.keep("admin", "registry.import", admin)
    teacher.goto("/teach/past/")
    sheet = teacher.request.get("/teach/past/template.xlsx").body()
    file = {"name": "以往课时.xlsx", "mimeType": "application/octet-stream", "buffer": sheet}
    teacher.locator("input[type=file]").set_input_files(file)
    teacher.get_by_role("button", name="读一遍").click()
    teacher.wait_for_url(re.compile(f"/teach/past/{ID}/"))
    scene.keep("shen", "teaching.past_preview", teacher)


def _practice(scene: Scene, pupil: Page) -> None:
    pupil.goto("/learn/practice/")
    pupil.get_by_role("button", name=re.compile("开始练|接着练")).first.click()
    pupil.wait_for_url("**/practice/run/**")
    scene.keep("pupil", "learning.practice_run", pupil)
    pupil.goto("/reads/")
    scene.keep("pupil", "trust.reads", pupil)
    pupil.goto("/consent/")
    scene.keep("pupil", "trust.consent", pupil)


def _ask(scene: Scene, district: Page) -> None:
    """The district asks one class's school for a plan."""
    district.goto("/desk/")
    district.goto(link(district, f"/desk/classes/{ID}/"))
    send = district.get_by_role("button", name="发给学校")
    if send.count():
        district.locator("textarea[name=text]").fill("请在两周内补上排课计划。")
        send.click()
    district.goto(link(district, f"/desk/asks/{ID}/"))
    for account in ("district", "city"):
        scene.keep(account, "governance.ask_page", district)


def _school_version(scene: Scene, teacher: Page, district: Page) -> None:
    """The last lesson in the school's version: changed, published for no class yet, proposed to the district."""
    teacher.goto("/courses/")
    teacher.goto(link(teacher, "/courses/g7-learning"))
    teacher.locator("a.open[href^='/lessons/']").last.click()
    teacher.get_by_role("button", name="改成本校版").click()
    teacher.wait_for_url(re.compile(f"/authoring/{ID}/"))
    scene.keep("shen", "curriculum.editor", teacher)
    teacher.locator(".ed-outline a", has_text="1. ").first.click()
    teacher.get_by_role("textbox", name="题干", exact=True).fill("先想一想再答：哪一个对？")
    teacher.get_by_role("button", name="存好").click()
    teacher.get_by_text("已存好").wait_for()
    teacher.get_by_role("link", name="发布与使用").first.click()
    for box in teacher.locator("input[name=class]").all():
        box.uncheck()
    teacher.get_by_role("button", name="发布", exact=True).click()
    teacher.get_by_label("为什么这样改更好").fill("这样问，学生会先想再选。")
    teacher.get_by_role("button", name=re.compile("提上去")).click()
    teacher.get_by_text("等答复").wait_for()
    district.goto("/authoring/proposals/")
    for account in ("district", "city"):
        scene.paths[account, "curriculum.proposal"] = link(district, f"/authoring/proposals/{ID}/")


def _sample(scene: Scene, account: str, page: Page) -> None:
    page.goto("/samples/")
    page.get_by_role("button", name="抽", exact=True).click()
    page.wait_for_url(re.compile(f"/samples/{ID}/"))
    scene.keep(account, "governance.sample", page)
