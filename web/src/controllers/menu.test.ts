import { expect, test } from "vitest";
import { key, mount, one } from "../lib/testing";
import MenuController from "./menu";

const menu = `<details class="menu" data-controller="menu"><summary>更多</summary><div class="menu-list">
  <a href="#1" id="a">改时间</a><button id="b">复制</button><button id="c" disabled>删除</button></div></details><p id="else">别处</p>`;

test("arrows open it and go round the entries that can be used", async () => {
  await mount(menu, "menu", MenuController);
  one("summary").focus();
  key(one("summary"), "ArrowDown");
  expect(one<HTMLDetailsElement>("details").open).toBe(true);
  expect(document.activeElement).toBe(one("#a"));
  key(one("#a"), "ArrowUp");
  expect(document.activeElement).toBe(one("#b"));
  key(one("#b"), "ArrowDown");
  expect(document.activeElement).toBe(one("#a"));
});

test("Esc closes it and gives the focus back; a click elsewhere closes it", async () => {
  await mount(menu, "menu", MenuController);
  const details = one<HTMLDetailsElement>("details");
  details.open = true;
  key(one("#a"), "Escape");
  expect(details.open).toBe(false);
  expect(document.activeElement).toBe(one("summary"));
  details.open = true;
  one("#else").click();
  expect(details.open).toBe(false);
});
