import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mount, one } from "../lib/testing";
import ClockController, { minutesLeft, wallTime } from "./clock";

const TEN = Date.UTC(2026, 10, 24, 2, 0, 0); // 10:00 in Beijing

const clock = (
  now: number,
) => `<div data-controller="clock" data-clock-now-value="${now}" data-clock-start-value="${TEN}"
  data-clock-end-value="${TEN + 600_000}"><b data-clock-target="time"></b><b data-clock-target="left"></b><i data-clock-target="needle"></i></div>`;

beforeEach(() => vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] }));
afterEach(() => vi.useRealTimers());

test("goes by the server's time on a tablet that is wrong by hours", async () => {
  vi.setSystemTime(TEN - 5 * 3600_000);
  await mount(clock(TEN + 60_000), "clock", ClockController);
  expect(one("[data-clock-target=time]").textContent).toBe("10:01");
  expect(one("[data-clock-target=left]").textContent).toBe("9:00");
  expect(one("i").style.getPropertyValue("--p")).toBe("10.0%");
  vi.advanceTimersByTime(240_000);
  expect(one("[data-clock-target=left]").textContent).toBe("5:00");
  expect(one("i").style.getPropertyValue("--p")).toBe("50.0%");
});

test("says once that the time is up and stops at 0:00", async () => {
  vi.setSystemTime(TEN);
  await mount(clock(TEN + 599_000), "clock", ClockController);
  const done = vi.fn();
  one("div").addEventListener("clock:done", done);
  vi.advanceTimersByTime(5_000);
  expect(done).toHaveBeenCalledTimes(1);
  expect(one("[data-clock-target=left]").textContent).toBe("0:00");
  expect(one("i").style.getPropertyValue("--p")).toBe("100.0%");
});

test.each([
  [0, "0:00"],
  [9, "0:09"],
  [580, "9:40"],
  [3600, "60:00"],
])("%i seconds are %s", (seconds, words) => expect(minutesLeft(seconds)).toBe(words));

test("wall time is Beijing's", () => expect(wallTime(Date.UTC(2026, 0, 1, 16, 5))).toBe("00:05"));
