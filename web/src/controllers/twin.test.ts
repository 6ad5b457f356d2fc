import { beforeEach, expect, test } from "vitest";
import { mount, one } from "../lib/testing";
import TwinController from "./twin";

const twin = `<section data-controller="twin" data-twin-key-value="desk">
  <button id="c" data-twin-target="pick" data-side="chart" data-action="twin#pick">图</button>
  <button id="t" data-twin-target="pick" data-side="table" data-action="twin#pick">表</button>
  <div data-twin-target="chart">图</div><table data-twin-target="table"></table></section>`;

beforeEach(() => localStorage.clear());

test("shows the chart first, the table when asked, and remembers", async () => {
  await mount(twin, "twin", TwinController);
  expect([one("div").hidden, one("table").hidden]).toEqual([false, true]);
  one("#t").click();
  expect([one("div").hidden, one("table").hidden]).toEqual([true, false]);
  expect(one("#t").getAttribute("aria-pressed")).toBe("true");
  await mount(twin, "twin", TwinController);
  expect(one("table").hidden).toBe(false);
});
