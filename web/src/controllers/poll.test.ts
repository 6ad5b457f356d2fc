import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mount, one } from "../lib/testing";
import PollController from "./poll";

const page = `<div data-controller="poll" data-poll-url-value="/grid" data-poll-every-value="1000">
  <p data-poll-target="stale" hidden>没有取到最新的</p><ul data-poll-target="body"><li id="a">甲</li><li id="b"><input id="i"></li></ul></div>`;

let answers: (() => Response | Promise<Response>)[];
let asked: { headers: Record<string, string> }[];

beforeEach(async () => {
  answers = [];
  asked = [];
  vi.stubGlobal("fetch", (_url: string, init: { headers: Record<string, string> }) => {
    asked.push(init);
    const answer = answers.shift();
    return answer ? Promise.resolve(answer()) : Promise.resolve(new Response(null, { status: 304 }));
  });
  vi.useFakeTimers();
  const mounted = mount(page, "poll", PollController);
  await vi.advanceTimersByTimeAsync(0);
  await mounted;
});
afterEach(() => vi.useRealTimers());

const html = (body: string, etag: string) => () =>
  new Response(`<ul>${body}</ul>`, { headers: { ETag: etag } });

test("swaps what changed, keeps the focused field and its half-typed words", async () => {
  const field = one<HTMLInputElement>("#i");
  field.focus();
  field.value = "打到一半";
  answers.push(html('<li id="c">丙</li><li id="a">甲2</li><li id="b"><input id="i"></li>', '"1"'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(Array.from(document.querySelectorAll("li"), (li) => li.id)).toEqual(["c", "a", "b"]);
  expect(one("#a").textContent).toBe("甲2");
  expect(document.activeElement).toBe(field);
  expect(field.value).toBe("打到一半");
});

test("asks with the ETag it has; 304 changes nothing", async () => {
  answers.push(html('<li id="a">新</li>', '"7"'));
  await vi.advanceTimersByTimeAsync(1000);
  const node = one("#a");
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked[1]?.headers["If-None-Match"]).toBe('"7"');
  expect(one("#a")).toBe(node);
});

test("slows down and owns up when the server doesn't answer, then recovers", async () => {
  const fail = () => Promise.reject(new TypeError("offline"));
  answers.push(fail, fail);
  await vi.advanceTimersByTimeAsync(1000);
  expect(one("p").hidden).toBe(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked.length).toBe(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked.length).toBe(2);
  expect(one("p").hidden).toBe(false);
  await vi.advanceTimersByTimeAsync(4000);
  expect(asked.length).toBe(3);
  expect(one("p").hidden).toBe(true);
});

test("waits while the page is hidden and asks at once when it is seen again", async () => {
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked.length).toBe(0);
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.length).toBe(1);
});

test("stops when the thing is over", async () => {
  const over = vi.fn();
  one("div").addEventListener("poll:over", over);
  answers.push(() => new Response(null, { status: 204 }));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(over).toHaveBeenCalledTimes(1);
  expect(asked.length).toBe(1);
});
