import { afterEach, beforeEach, expect, type Mock, test, vi } from "vitest";
import { mount, one } from "../lib/testing";
import AutosubmitController from "./autosubmit";

const form = `<form data-controller="autosubmit"><input id="t" type="search" name="q"><input id="c" type="checkbox" name="s">
  <button data-autosubmit-target="button">筛选</button></form>`;

let sent: Mock<(event: Event) => void>;

beforeEach(async () => {
  await mount(form, "autosubmit", AutosubmitController);
  vi.useFakeTimers();
  sent = vi.fn((event: Event) => event.preventDefault());
  one("form").addEventListener("submit", sent);
});
afterEach(() => vi.useRealTimers());

const fire = (selector: string, type: string) =>
  one(selector).dispatchEvent(new Event(type, { bubbles: true }));

test("the button is only for those without scripts", () => {
  expect(one("button").hidden).toBe(true);
});

test("a tick asks at once, words ask once after a pause", () => {
  fire("#c", "change");
  vi.advanceTimersByTime(1);
  expect(sent).toHaveBeenCalledTimes(1);
  for (let i = 0; i < 5; i++) fire("#t", "input");
  vi.advanceTimersByTime(349);
  expect(sent).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  expect(sent).toHaveBeenCalledTimes(2);
});

test("pinyin being spelt is not sent until the word is chosen", () => {
  fire("#t", "compositionstart");
  fire("#t", "input");
  vi.advanceTimersByTime(2000);
  expect(sent).not.toHaveBeenCalled();
  fire("#t", "compositionend");
  vi.advanceTimersByTime(350);
  expect(sent).toHaveBeenCalledTimes(1);
});
