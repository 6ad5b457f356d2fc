"""Make the pictures of the tour from a running demo city.

    .venv/bin/qiming up --demo          # in another window, on an empty QIMING_HOME and a school day
    .venv/bin/python docs/tour/make.py http://127.0.0.1:8000 --home var

It walks the loop as people do: a lesson is started, pupils join and answer, the lesson is confirmed, a sample is
drawn. So each run changes the demo city; start from an empty one.
"""

import argparse
import io
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import APIRequestContext, Browser, Locator, Page, expect, sync_playwright

HERE = Path(__file__).resolve().parent
PASSWORD = "qiming-demo-2026"  # noqa: S105 - printed at every start of a demo city
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--lang=zh-CN"]
WIDTH = 900
MOST_BYTES = 120 * 1024
ROSTER = """年级,班级,座号,姓名
七年级,6,1,欧阳𬀩
七年级,6,2,古丽米热·阿卜杜热西提
七年级,6,3,林知夏
七年级,6,没有,座号没写
七年级,6,5,陈一诺
"""


@dataclass(frozen=True, slots=True)
class Card:
    """A pupil's class card: its address and the three small pictures."""

    address: str
    pictures: list[str]


@dataclass(slots=True)
class Tour:
    """Open windows by who sits before them, and the pictures made so far."""

    browser: Browser
    base: str
    cards: list[Card]
    windows: dict[str, Page] = field(default_factory=dict)

    def window(self, who: str, width: int = 1366, height: int = 768) -> Page:
        if who not in self.windows:
            context = self.browser.new_context(
                base_url=self.base,
                viewport={"width": width, "height": height},
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                reduced_motion="reduce",
            )
            context.set_default_timeout(30_000)
            self.windows[who] = context.new_page()
        return self.windows[who]

    def staff(self, account: str) -> Page:
        page = self.window(account)
        if page.url == "about:blank":
            page.goto("/sign-in/")
            page.get_by_label("账号").fill(account)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="进入", exact=True).click()
            page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    def pupil(self, number: int) -> Page:
        page = self.window(f"pupil {number}", 1024, 768)
        if page.url == "about:blank":
            card = self.cards[number]
            page.goto(card.address)
            for picture in card.pictures:
                page.get_by_role("button", name=picture, exact=True).click()
            page.get_by_role("button", name="进入", exact=True).click()
            page.wait_for_url("**/learn/**")
        return page

    def picture(self, name: str, page: Page, *, most: int = 1000, at: Locator | None = None) -> None:
        """Keep the page, at most `most` pixels of it downwards, or the window beginning at a thing on it."""
        page.wait_for_timeout(400)
        if at is not None:
            at.evaluate("(one) => window.scrollTo(0, window.scrollY + one.getBoundingClientRect().top - 16)")
            page.wait_for_timeout(200)
        whole = Image.open(io.BytesIO(page.screenshot(full_page=at is None))).convert("RGB")
        whole = whole.crop((0, 0, whole.width, min(whole.height, most)))
        small = whole.resize((WIDTH, round(whole.height * WIDTH / whole.width)), Image.Resampling.LANCZOS)
        for colours in (160, 96, 64):
            found = small.quantize(colours, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
            found.save(HERE / f"{name}.png", optimize=True)
            if (HERE / f"{name}.png").stat().st_size <= MOST_BYTES:
                break
        print(f"{name}.png {(HERE / f'{name}.png').stat().st_size // 1024} KiB", flush=True)


def prepare(tour: Tour) -> None:
    """备: the door, a class of pupils, a course, a lesson."""
    door = tour.window("nobody")
    door.goto("/sign-in/")
    tour.picture("01-sign-in", door)
    admin = tour.staff("admin")
    admin.goto("/school/import/")
    file = {"name": "六班名单.csv", "mimeType": "text/csv", "buffer": ROSTER.encode("gb18030", "replace")}
    admin.locator("input[type=file]").set_input_files(file)
    admin.get_by_role("button", name="看看会改什么").click()
    admin.wait_for_url(re.compile("/school/import/[0-9a-f-]{36}"))
    tour.picture("02-import", admin)
    teacher = tour.staff("shen")
    teacher.goto("/")
    tour.picture("03-home", teacher)
    teacher.goto("/school/classes/")
    teacher.get_by_role("link", name="七年级（3）班").click()
    teacher.get_by_role("link", name="打印班级卡").click()
    tour.picture("04-cards", teacher, most=820)
    teacher.goto("/teach/open/")
    teacher.locator("#plan tbody tr").first.wait_for()
    tour.picture("05-open-course", teacher)
    teacher.goto("/courses/")
    teacher.get_by_role("link", name="背答案还是真会").first.click()
    tour.picture("06-lesson", teacher)
    teacher.get_by_role("link", name="放幻灯片").click()
    for number in range(2, 6):
        teacher.get_by_role("button", name="下一张").click()
        teacher.get_by_text(f"第{number}张，").wait_for()
    tour.picture("07-slides", teacher)


def release(teacher: Page, title: str) -> None:
    """Hand out steps in their order until `title` is out."""
    for _ in range(8):
        offered = teacher.locator("#nx")
        words = offered.inner_text()
        teacher.get_by_role("button", name="发给全班", exact=True).first.click()
        expect(offered).not_to_have_text(words)
        if title in words:
            return


def open_step(pupil: Page, title: str) -> None:
    pupil.locator(".ruler [data-step]", has_text=title).click()
    pupil.locator(f"section[data-activity]:not([hidden]) :text('{title}')").first.wait_for(state="attached")


def teach(tour: Tour) -> None:
    """教、学: a lesson with pupils in it, the big screen, the lab, an item with its hints."""
    teacher = tour.staff("shen")
    teacher.goto("/")
    teacher.locator("section.lead-next a.go").click()
    teacher.get_by_role("button", name="开始上课").click()
    teacher.wait_for_url("**/live/**")
    code = teacher.locator(".code.num").first.inner_text().replace(" ", "")
    for number in range(len(tour.cards)):
        page = tour.pupil(number)
        page.goto("/join/")
        page.get_by_label("入课码").fill(code)
        page.get_by_role("button", name="进入课堂").click()
        page.wait_for_url(re.compile("/learn/[0-9a-f-]{36}/"))
    wall = teacher.context.new_page()
    wall.set_viewport_size({"width": 1366, "height": 768})
    wall.goto(teacher.locator("a[href$='/wall/']").get_attribute("href") or "")
    tour.picture("09-wall", wall)
    wall.close()
    release(teacher, "弄坏它")
    lab = tour.pupil(0)
    open_step(lab, "弄坏它")
    part = lab.locator("section[data-activity]:not([hidden])")
    part.get_by_role("button", name="让它学").click(timeout=90_000)
    part.get_by_role("button", name="考一考").click(timeout=90_000)
    expect(part.get_by_role("heading", name="它错在哪")).to_be_visible(timeout=90_000)
    tour.picture("10-lab", lab, at=part.get_by_role("heading", name="它学过的"))
    others_join(tour, teacher, code)
    release(teacher, "答一答")
    item = tour.pupil(1)
    open_step(item, "答一答")
    wrong_answer_and_hints(item)
    tour.picture("11-item", item, most=900)
    for number in (2, 3):
        open_step(tour.pupil(number), "答一答")
    teacher.wait_for_timeout(4000)
    tour.picture("08-cockpit", teacher)


def others_join(tour: Tour, teacher: Page, code: str) -> None:
    """The rest of the class comes in by code, seat and pictures, without a window of their own."""
    sheet = tour.window("sheet")
    sheet.context.add_cookies(teacher.context.cookies())  # type: ignore[arg-type]
    sheet.goto("/school/classes/")
    sheet.get_by_role("link", name="七年级（3）班").click()
    sheet.goto(sheet.locator("a[href$='/pictures/']").first.get_attribute("href") or "")
    rows = sheet.locator(".pin-list > div")
    for number in range(7, min(rows.count(), 42)):
        row = rows.nth(number)
        seat = row.locator(".num").inner_text().removesuffix("号")
        names = row.locator("svg").evaluate_all("(all) => all.map((one) => one.getAttribute('aria-label'))")
        context = tour.browser.new_context(base_url=tour.base)
        join_by_forms(context.request, code, seat, names)
        context.close()
    sheet.context.close()
    del tour.windows["sheet"]


def join_by_forms(requests: APIRequestContext, code: str, seat: str, names: list[str]) -> None:
    def send(path: str, **fields: str) -> None:
        page = requests.get(path).text()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, path
        if names and "data-picture" in page:
            keys = dict(re.findall(r'data-picture="([^"]+)"[^>]*aria-label="([^"]+)"', page))
            key_of = {name: key for key, name in keys.items()}
            fields["pin"] = "-".join(key_of[name] for name in names)
        requests.post(path, form={"csrfmiddlewaretoken": token[1], **fields}, headers={"Referer": path})

    send("/sign-in/code/", code=code)
    send(f"/sign-in/code/{code}/", seat=seat)
    send("/sign-in/pictures/")
    send("/join/", code=code)


def wrong_answer_and_hints(page: Page) -> None:
    """Answer the first item wrongly once, then open two steps of the ladder."""
    choices = page.locator(".choices .choice:visible")
    for number in range(choices.count()):
        choices.nth(number).click()
        page.locator("#foot .go").click()
        page.locator(".reply:visible, .choice.right:visible").first.wait_for()
        if not page.locator(".choice.right:visible").count():
            break
        page.locator("#foot .go").click()
    for _ in range(2):
        page.locator(".ladder .ask-next button:visible").first.click()
        page.wait_for_timeout(700)


def afterwards(tour: Tour) -> None:
    """练、评: ten minutes of practice, the lesson confirmed, the ledger, what the class and a pupil know."""
    pupil = tour.pupil(0)
    pupil.goto("/learn/practice/")
    tour.picture("12-practice", pupil)
    teacher = tour.staff("shen")
    teacher.get_by_role("button", name="下课").click()
    teacher.get_by_role("dialog").get_by_role("button", name="下课").click()
    teacher.wait_for_url("**/confirm/")
    tour.picture("13-confirm", teacher, most=900)
    teacher.get_by_role("button", name="确认授课").click()
    teacher.wait_for_url(lambda url: "/confirm" not in url)
    teacher.goto("/teach/")
    teacher.locator(".cls").get_by_role("link", name="七年级（3）班").click()
    tour.picture("14-ledger", teacher, most=900)
    teacher.goto("/insight/")
    teacher.get_by_role("link", name=re.compile("七年级（3）班")).first.click()
    tour.picture("15-class-report", teacher, most=1300)
    pupil.goto("/me/")
    tour.picture("16-pupil-report", pupil, most=1000)


def govern(tour: Tour) -> None:
    """管: the desks from the district to the city, and the random sample."""
    district = tour.staff("district")
    district.goto("/desk/")
    tour.picture("17-desk-district", district, most=1200)
    city = tour.staff("city")
    city.goto("/desk/")
    tour.picture("18-desk-city", city, most=1200)
    district.goto("/samples/")
    district.get_by_role("button", name="抽", exact=True).click()
    district.wait_for_url(re.compile("/samples/[0-9a-f-]{36}/"))
    tour.picture("19-sample", district)
    anybody = tour.window("nobody")
    anybody.goto("/design/")
    tour.picture("20-components", anybody, most=1300)


def cards_of(home: Path) -> list[Card]:
    lines = (home / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()
    words = [line.split() for line in lines if "/c/" in line]
    return [Card(one[2], one[3].split("、")) for one in words]


@contextmanager
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the pictures of the tour from a running demo city.")
    parser.add_argument("base", help="address of the running demo city")
    parser.add_argument(
        "--home", type=Path, default=Path("var"), help="its QIMING_HOME, for the pupils' cards"
    )
    asked = parser.parse_args()
    with chromium() as browser:
        tour = Tour(browser, asked.base, cards_of(asked.home))
        for part in (prepare, teach, afterwards, govern):
            part(tour)


if __name__ == "__main__":
    main()
