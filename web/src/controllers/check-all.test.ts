import { expect, test } from "vitest";
import { mount, one } from "../lib/testing";
import CheckAllController from "./check-all";

const list = `<div data-controller="check-all" data-action="change->check-all#look"><input id="all" type="checkbox" data-check-all-target="all" data-action="check-all#all">
  <input id="a" type="checkbox" data-check-all-target="one"><input id="b" type="checkbox" data-check-all-target="one" checked>
  <input id="c" type="checkbox" data-check-all-target="one" disabled><b data-check-all-target="count"></b></div>`;

test("ticks all that can be ticked, and shows when only some are", async () => {
  await mount(list, "check-all", CheckAllController);
  const all = one<HTMLInputElement>("#all");
  expect([all.checked, all.indeterminate, one("b").textContent]).toEqual([false, true, "1"]);
  all.click();
  expect([all.checked, all.indeterminate, one("b").textContent]).toEqual([true, false, "2"]);
  expect(one<HTMLInputElement>("#c").checked).toBe(false);
  one("#a").click();
  expect([all.checked, all.indeterminate, one("b").textContent]).toEqual([false, true, "1"]);
});
