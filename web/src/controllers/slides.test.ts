import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, expect, test } from "vitest";
import SlidesController from "./slides";

let application: Application;

beforeEach(async () => {
  location.hash = "";
  document.body.innerHTML = `
    <div data-controller="slides" data-action="keydown@window->slides#key hashchange@window->slides#read">
      ${[1, 2, 3].map((n) => `<section id="${n}" data-slides-target="slide">${n}</section>`).join("")}
      <div data-slides-target="nav" hidden>
        <button data-slides-target="back" data-action="slides#back"></button>
        <span data-slides-target="count"></span>
        <button data-slides-target="forward" data-action="slides#forward"></button>
        <button data-slides-target="fill"></button>
      </div>
    </div>`;
  application = Application.start();
  application.register("slides", SlidesController);
  await new Promise((done) => setTimeout(done));
});

afterEach(() => application.stop());

const shown = () =>
  [...document.querySelectorAll<HTMLElement>("section")]
    .filter((slide) => !slide.hidden)
    .map((slide) => slide.id);
const onBody = (key: string) =>
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

test("one slide at a time, told which", () => {
  expect(shown()).toEqual(["1"]);
  expect(document.querySelector("span")?.textContent).toBe("第1张，共3张");
});

test("arrow and page keys turn and stop at the ends", () => {
  onBody("ArrowRight");
  onBody("PageDown");
  onBody("ArrowRight");
  expect(shown()).toEqual(["3"]);
  expect(location.hash).toBe("#3");
  onBody("ArrowLeft");
  expect(shown()).toEqual(["2"]);
  onBody("Home");
  onBody("ArrowLeft");
  expect(shown()).toEqual(["1"]);
  onBody("End");
  expect(shown()).toEqual(["3"]);
});

test("the buttons do the same and close at the ends", () => {
  const [back, forward] = document.querySelectorAll("button");
  expect(back?.disabled).toBe(true);
  forward?.click();
  forward?.click();
  expect(shown()).toEqual(["3"]);
  expect(forward?.disabled).toBe(true);
});

test("other keys are left alone", () => {
  expect(onBody("x")).toBe(true);
  expect(shown()).toEqual(["1"]);
});
