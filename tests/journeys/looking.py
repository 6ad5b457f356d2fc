"""Looking at a page as a person with any screen, eye or keyboard would: what is wrong with it, in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from playwright.sync_api import ConsoleMessage, Page

from tests.journeys.installation import ROOT

WIDTHS = {360: 740, 768: 1024, 1366: 768}
WIDE = (1920, 1080)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
IN_THE_DARK = ["color-contrast", "link-in-text-block"]  # the rules that depend on the theme

# What stands out of the window sideways, unless something around it scrolls.
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const out = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > room + 1);
  const named = out.map((one) => `${one.tagName.toLowerCase()}.${one.getAttribute("class") ?? ""}`);
  return [`${document.documentElement.scrollWidth}px in ${room}px`, ...named.slice(0, 4)];
}"""
AXE = """(only) => axe.run(document, {runOnly: only, resultTypes: ["violations"]}).then((found) =>
  found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 2).map((node) => node.html.slice(0, 140)).join(" | ")}`))"""
# Of each thing a keyboard should reach: a number on it, so that one can be told from another.
NUMBER_WHAT_CAN_BE_REACHED = """() => {
  const kinds = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const seen = (one) => one.checkVisibility({visibilityProperty: true}) && !one.closest("[inert]");
  const radios = new Set();
  let number = 0;
  for (const one of document.querySelectorAll(kinds)) {
    if (!seen(one) || one.disabled || one.type === "hidden" || one.tabIndex < 0) continue;
    if (one.type === "radio") {
      if (radios.has(one.name)) continue;
      radios.add(one.name);
    }
    one.dataset.reach = String(++number);
  }
  return number;
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const ring = (el, pseudo) => {
    const style = getComputedStyle(el, pseudo);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const group = one.type === "radio" ? document.querySelector(`[name="${one.name}"][data-reach]`) : one;
  return {
    number: group?.dataset.reach ?? null,
    shows: ring(one) || ring(one, "::after") || (one.parentElement !== null && ring(one.parentElement)),
    what: one.outerHTML.slice(0, 120),
  };
}"""
LEFT = """(reached) => [...document.querySelectorAll("[data-reach]")]
  .filter((one) => !reached.includes(one.dataset.reach)).map((one) => one.outerHTML.slice(0, 120))"""


@cache
def axe_source() -> str:
    return (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@contextmanager
def console_errors(page: Page) -> Iterator[list[str]]:
    """What the page complains of while it is open."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    def hear_error(error: object) -> None:
        said.append(str(error))

    page.on("console", hear)
    page.on("pageerror", hear_error)
    yield said
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", hear_error)


def too_wide(page: Page, sizes: dict[int, int]) -> list[str]:
    """At which widths something stands out of the window."""
    problems = []
    for width, height in sizes.items():
        page.set_viewport_size({"width": width, "height": height})
        if found := page.evaluate(TOO_WIDE):
            problems.append(f"wider than {width}: {'; '.join(found)}")
    return problems


def axe_violations(page: Page, *, dark: bool) -> list[str]:
    """All rules in the light, in the dark also those that depend on colours."""
    page.evaluate(axe_source())
    page.emulate_media(color_scheme="light")
    problems = _axe(page, {"type": "tag", "values": TAGS})
    if dark:
        page.emulate_media(color_scheme="dark")
        problems += [f"in the dark, {one}" for one in _axe(page, {"type": "rule", "values": IN_THE_DARK})]
        page.emulate_media(color_scheme="light")
    return problems


def _axe(page: Page, only: dict[str, Any]) -> list[str]:
    found: list[str] = page.evaluate(AXE, only)
    return found


def keyboard_problems(page: Page) -> list[str]:
    """Walk the page with Tab: what is never reached, and what doesn't show that it has the focus."""
    count: int = page.evaluate(NUMBER_WHAT_CAN_BE_REACHED)
    problems: list[str] = []
    reached: set[str] = set()
    for _ in range(count + 20):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED)
        if focus is None or focus["number"] in reached:
            break
        if focus["number"]:
            reached.add(focus["number"])
        if not focus["shows"]:
            problems.append(f"focus can't be seen on {focus['what']}")
    left: list[str] = page.evaluate(LEFT, sorted(reached))
    return problems + [f"Tab never reaches {one}" for one in left]
