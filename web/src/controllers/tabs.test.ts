import { beforeEach, expect, test } from "vitest";
import { key, mount, one } from "../lib/testing";
import TabsController from "./tabs";

const tabs = `<div data-controller="tabs"><div>
  <button id="t1" data-tabs-target="tab" aria-controls="p1" data-action="tabs#choose keydown->tabs#move">一</button>
  <button id="t2" data-tabs-target="tab" aria-controls="p2" data-action="tabs#choose keydown->tabs#move">二</button></div>
  <div id="p1" data-tabs-target="panel">甲</div><div id="p2" data-tabs-target="panel">乙</div></div>`;

beforeEach(() => history.replaceState(null, "", "/"));

test("shows one panel, named by its tab, and keeps the place in the address", async () => {
  await mount(tabs, "tabs", TabsController);
  expect(one("#p2").hidden).toBe(true);
  one("#t2").click();
  expect([one("#p1").hidden, one("#p2").hidden]).toEqual([true, false]);
  expect(one("#t2").getAttribute("aria-selected")).toBe("true");
  expect(one("#p2").getAttribute("aria-labelledby")).toBe("t2");
  expect(location.hash).toBe("#p2");
});

test("opens at the place in the address", async () => {
  history.replaceState(null, "", "/#p2");
  await mount(tabs, "tabs", TabsController);
  expect(one("#p2").hidden).toBe(false);
});

test("arrow keys go round, only the chosen tab is in the tab order", async () => {
  await mount(tabs, "tabs", TabsController);
  key(one("#t1"), "ArrowLeft");
  expect(document.activeElement).toBe(one("#t2"));
  expect([one("#t1").tabIndex, one("#t2").tabIndex]).toEqual([-1, 0]);
  key(one("#t2"), "Home");
  expect(document.activeElement).toBe(one("#t1"));
});
