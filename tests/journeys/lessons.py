"""Taking a lesson as it ships: every step gone through, every item answered wrong, helped, and then right."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from qiming.curriculum.building import opaque
from qiming.curriculum.checks.items import right_response, trap_response
from qiming.kernel.content import read_yaml
from tests.journeys.installation import ROOT
from tests.journeys.looking import WIDTHS, axe_violations, keyboard_problems, too_wide

Spec = dict[str, Any]
SAVED_MS = 30_000
SHOWN = "section[data-activity]:not([hidden])"
# Cards come in the order of the page's own data, where their keys stand; on the cards there are none.
NAME_CARDS = """(key) => {
  const item = JSON.parse(document.getElementById("page-data").textContent).items[key];
  const things = item.kind === "match" ? item.right : item.entries;
  document.querySelectorAll("section:not([hidden]) .card-t").forEach((card, at) => { card.dataset.thing = things[at].key; });
}"""


def read(path: Path) -> Any:
    return read_yaml(path, ROOT / "content").data


@dataclass(frozen=True)
class Shipped:
    """A lesson as its files say it: steps of the main path, and the items by their key."""

    folder: Path

    @cached_property
    def spec(self) -> Spec:
        said: Spec = read(self.folder / "lesson.yaml")
        return said

    @cached_property
    def items(self) -> dict[str, Spec]:
        items = read(self.folder / "items.yaml")
        return {item["id"]: opaque(item) for item in items}  # with the keys a browser sees

    @property
    def steps(self) -> list[Spec]:
        return [step for step in self.spec["activities"] if not step.get("extra")]


def shipped(course: str, key: str) -> Shipped:
    """The lesson of a course whose key is `key`."""
    folders = (ROOT / "content" / "courses" / course / "lessons").iterdir()
    lessons = [Shipped(folder) for folder in sorted(folders)]
    return next(one for one in lessons if one.spec["key"] == key)


def title_of(course: str) -> str:
    return str(read(ROOT / "content" / "courses" / course / "course.yaml")["title"])


class Taker:
    """A pupil at a lesson who looks hard at every page and keeps what is wrong with it."""

    def __init__(self, page: Page, lesson: Shipped) -> None:
        self.page = page
        self.lesson = lesson
        self.problems: list[str] = []

    @property
    def here(self) -> Locator:
        return self.page.locator(SHOWN)

    @property
    def go(self) -> Locator:
        return self.page.locator("#foot .go")

    def look(self, where: str) -> None:
        """Widths and the rules of accessibility, for the page as it stands now."""
        size = self.page.viewport_size or {"width": 1366, "height": 768}
        found = too_wide(self.page, WIDTHS)
        self.page.set_viewport_size(size)
        self.problems += [f"{where}: {one}" for one in found + axe_violations(self.page, dark=False)]

    def at(self, step: Spec) -> None:
        """The step is on the screen (handed out, or gone on to)."""
        expect(self.page.locator(f'section[data-activity="{step["key"]}"]')).to_be_visible()
        self.look(step["key"])

    def take(self, step: Spec) -> None:
        """Do a step; a lab in the pupil's hands is done by the journey itself."""
        self.at(step)
        kind = step["kind"]
        if kind in ("predict", "poll"):
            expect(self.go).to_have_attribute("aria-disabled", "true")
            self.here.get_by_role("radio").first.click()
        elif kind == "unplugged":
            self.note_down(step)
        elif kind == "quiz":
            self.quiz(step)
        elif kind == "reflect":
            self.here.locator("textarea").fill(step["starters"][0])
            expect(self.go).to_have_text("交给老师")
        self.go.click()

    def note_down(self, step: Spec) -> None:
        for field in step.get("record", ()):
            if field["kind"] == "choice":
                group = self.here.get_by_role("radiogroup", name=field["label"])
                group.get_by_role("radio", name=field["choices"][0], exact=True).click()
            else:
                answer = "3" if field["kind"] == "number" else "两边一样多"
                self.here.get_by_label(field["label"], exact=True).fill(answer)

    def quiz(self, step: Spec) -> None:
        """Each item once wrong, then with a hint right; the bar leads from one to the next."""
        for number, key in enumerate(step["items"]):
            item = self.lesson.items[key]
            expect(self.page.locator(f"{SHOWN} #q-{key}")).to_be_visible()
            if number:
                self.look(key)
            else:
                self.walk_by_keyboard()
            self.answer_twice(item)
            if number + 1 < len(step["items"]):
                self.go.click()
        expect(self.page.locator(f"{SHOWN} .qdot.right")).to_have_count(len(step["items"]))

    def walk_by_keyboard(self) -> None:
        """Everything on the page from its first link on; that link is where the walk begins."""
        self.page.locator("a.skip").focus()
        found = keyboard_problems(self.page)
        self.problems += [one for one in found if 'class="skip"' not in one]

    def answer_twice(self, item: Spec) -> None:
        now = self.page.locator(f"{SHOWN} .qdot[aria-current=step]")
        if item["kind"] in ("match", "classify"):
            self.page.evaluate(NAME_CARDS, item["id"])
        self.put(item, wrong_response(item))
        self.go.click()
        expect(now).to_have_class("qdot tried", timeout=SAVED_MS)
        expect(self.here.locator(".replies .reply")).not_to_be_empty()
        self.here.get_by_role("button", name="看第一步").click()
        expect(self.here.locator(".ladder .open")).to_have_count(1, timeout=SAVED_MS)
        self.look(f"{item['id']} answered wrong")
        self.put(item, right_response(item))
        self.go.click()
        expect(now).to_have_class("qdot right", timeout=SAVED_MS)

    def put(self, item: Spec, response: Spec) -> None:
        """Give this answer by tapping, whatever the kind of the item."""
        match item["kind"]:
            case "single":
                self.option(response["choice"]).click()
            case "multiple" | "hotspot":
                self.tick(item, response["choices"])
            case "order":
                self.sort(response["order"])
            case "match":
                for place, thing in response["pairs"].items():
                    self.lay(thing, place)
            case "classify":
                for thing, place in response["bins"].items():
                    self.lay(thing, place)
            case _:
                self.here.locator(".write-num input").fill(str(response["value"]))

    def tick(self, item: Spec, wanted: list[str]) -> None:
        """Choose these of several and no others, as boxes or as places of a picture."""
        spots, state = (".spot-b", "aria-pressed") if item["kind"] == "hotspot" else ("", "aria-checked")
        for at, option in enumerate(item["options"]):
            chosen = self.here.locator(spots).nth(at) if spots else self.option(option["key"])
            if (option["key"] in wanted) != (chosen.get_attribute(state) == "true"):
                chosen.click()

    def option(self, key: str) -> Locator:
        letter = self.page.locator(".k").get_by_text(key, exact=True)
        return self.here.locator(".choices .choice").filter(has=letter)

    def sort(self, wanted: list[str]) -> None:
        rows = self.here.locator(".sort > li")
        moved = False
        for place, key in enumerate(wanted):
            now = rows.evaluate_all("(all) => all.map((one) => one.dataset.key)")
            for _ in range(now.index(key) - place):
                self.here.locator(f'.sort [data-key="{key}"] .up').click()
                moved = True
        if not moved:
            self.here.locator(f'.sort [data-key="{wanted[0]}"] .dn').click()
            self.here.locator(f'.sort [data-key="{wanted[0]}"] .up').click()

    def lay(self, thing: str, place: str) -> None:
        home = self.here.locator(f'.place[data-drop="{place}"]')
        if home.locator(f'[data-thing="{thing}"]').count():
            return
        self.here.locator(f'[data-thing="{thing}"]').click()
        home.locator(".put").click()
        expect(home.locator(f'[data-thing="{thing}"]')).to_have_count(1)


def wrong_response(item: Spec) -> Spec:
    """A wrong answer that pupils really give: by the item's own wrong options and traps, and one the widget can make."""
    if item["kind"] in ("single", "multiple", "hotspot"):
        wrong = next(option["key"] for option in item["options"] if not option.get("correct"))
        return {"choice": wrong, "choices": [wrong]}
    trap = item["traps"][0]
    if item["kind"] != "match":
        return trap_response(item, trap)
    # a card lies in one place only: what lay where it goes changes places with it
    pairs = dict(item["pairs"])
    left, right = trap["pair"]
    other = next((place for place, thing in pairs.items() if thing == right), None)
    spare = pairs[left]
    pairs[left] = right
    if other is not None:
        pairs[other] = spare
    return {"pairs": pairs}
