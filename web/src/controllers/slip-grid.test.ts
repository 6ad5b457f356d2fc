import { beforeEach, expect, test } from "vitest";
import { key, mount, one } from "../lib/testing";
import SlipGridController from "./slip-grid";

const row = (name: string) => `<tr data-slip-grid-target="row"><th>${name}</th>
  <td><input type="checkbox" id="in-${name}"></td>
  <td><input type="checkbox" id="a-${name}" checked></td><td><input type="checkbox" id="b-${name}" checked></td></tr>`;
const grid = `<form data-controller="slip-grid"><button type="button" id="all" data-action="slip-grid#all" data-slip-grid-target="script" hidden></button>
  <table><tbody data-slip-grid-target="missing">${row("x")}${row("y")}</tbody><tbody>${row("z")}</tbody></table>
  <p data-slip-grid-target="sum"></p><input type="date" id="day"></form>`;
const ticked = (id: string) => one<HTMLInputElement>(`#${id}`).checked;
const sum = () => one("p").textContent;

beforeEach(async () => {
  await mount(grid, "slip-grid", SlipGridController);
});

test("everybody missing is ticked at once, and the line below counts", () => {
  expect(sum()).toBe("还没有勾“交了”的。");
  expect(one("#all").hidden).toBe(false);
  one("#all").click();
  expect(["in-x", "in-y", "in-z"].map(ticked)).toEqual([true, true, false]);
  expect(sum()).toBe("要记下2份，都同意。");
  expect(document.activeElement?.id).toBe("in-x");
});

test("the exceptions are made by keyboard alone", () => {
  one("#all").click();
  key(one("#in-x"), "ArrowDown");
  expect(document.activeElement?.id).toBe("in-y");
  key(one("#in-y"), "2");
  expect(ticked("b-y")).toBe(false);
  expect(sum()).toBe("要记下2份，其中1处不同意。");
  key(one("#in-y"), "ArrowRight");
  expect(document.activeElement?.id).toBe("a-y");
  key(one("#a-y"), "0");
  expect(ticked("in-y")).toBe(false);
  expect(sum()).toBe("要记下1份，都同意。");
  key(one("#a-y"), "Enter");
  expect(document.activeElement?.id).toBe("a-z");
});

test("a no ticks the slip as handed in; a date takes its own keys", () => {
  one("#a-z").click();
  expect(ticked("in-z")).toBe(true);
  expect(sum()).toBe("要记下1份，其中1处不同意。");
  expect(key(one("#day"), "1").defaultPrevented).toBe(false);
  expect(key(one("#a-x"), "9").defaultPrevented).toBe(false);
});

test("Tab stops in the grid once, where one was last", () => {
  const stops = () =>
    [...document.querySelectorAll<HTMLInputElement>("td input")].filter((one) => one.tabIndex === 0);
  expect(stops().map((one) => one.id)).toEqual(["in-x"]);
  one("#in-x").focus();
  key(one("#in-x"), "ArrowDown");
  key(one("#in-y"), "ArrowRight");
  expect(stops().map((one) => one.id)).toEqual(["a-y"]);
  one("#day").focus();
  expect(stops().map((one) => one.id)).toEqual(["a-y"]);
});
