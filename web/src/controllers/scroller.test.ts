import { expect, test } from "vitest";
import { mount, one } from "../lib/testing";
import ScrollerController from "./scroller";

function measure(box: HTMLElement, left: number, inner: number, outer: number): void {
  Object.defineProperties(box, {
    scrollLeft: { value: left, configurable: true },
    scrollWidth: { value: inner, configurable: true },
    clientWidth: { value: outer, configurable: true },
  });
  box.dispatchEvent(new Event("scroll"));
}

test.each([
  [0, 300, 300, "", false],
  [0, 900, 300, "more-right", true],
  [200, 900, 300, "more-left more-right", true],
  [600, 900, 300, "more-left", true],
])("at %i of %i in %i it is shaded %j", async (left, inner, outer, classes, focusable) => {
  await mount('<div data-controller="scroller"></div>', "scroller", ScrollerController);
  const box = one("div");
  measure(box, left, inner, outer);
  expect(box.className.trim()).toBe(classes);
  expect(box.hasAttribute("tabindex")).toBe(focusable);
});

test.each([
  [900, 816],
  [100, 0],
])("where the thing stands now, %i to the right, is in sight", async (at, scrolled) => {
  const real = Element.prototype.getBoundingClientRect;
  Element.prototype.getBoundingClientRect = function (this: Element) {
    return this.classList.contains("here") ? new DOMRect(at, 0, 132, 44) : new DOMRect(0, 0, 300, 200);
  };
  try {
    await mount('<div data-controller="scroller"><b class="here"></b></div>', "scroller", ScrollerController);
    expect(one("div").scrollLeft).toBe(scrolled);
  } finally {
    Element.prototype.getBoundingClientRect = real;
  }
});
