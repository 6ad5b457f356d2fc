import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mount, one } from "../lib/testing";
import FormGuardController, { settle } from "./form-guard";

const page = (
  inner = "",
) => `<form id="f" data-controller="form-guard"><p data-form-guard-target="told" hidden>放回来了</p>
  <input name="title" type="text"><textarea name="note"></textarea><input name="pw" type="password"><input name="h" type="hidden" value="h">${inner}</form>`;

beforeEach(() => {
  sessionStorage.clear();
  document.body.removeAttribute("data-keep");
});
afterEach(() => vi.useRealTimers());

async function typeAndSend(send = true): Promise<void> {
  await mount(page(), "form-guard", FormGuardController);
  one<HTMLInputElement>("[name=title]").value = "第四课";
  one<HTMLTextAreaElement>("[name=note]").value = "带卡片";
  one<HTMLInputElement>("[name=pw]").value = "secret";
  vi.useFakeTimers();
  one("[name=title]").dispatchEvent(new Event("input", { bubbles: true }));
  vi.advanceTimersByTime(400);
  vi.useRealTimers();
  if (send) one("form").dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
}

const title = () => one<HTMLInputElement>("[name=title]").value;

test("never keeps a password or a hidden field", async () => {
  await typeAndSend();
  const stored = JSON.stringify(Object.values(sessionStorage));
  expect(stored).toContain("第四课");
  expect(stored).not.toContain("secret");
  expect(stored).not.toContain('"h"');
});

test("puts words back that were never sent, and says so", async () => {
  await typeAndSend(false);
  settle();
  await mount(page(), "form-guard", FormGuardController);
  expect(title()).toBe("第四课");
  expect(one<HTMLTextAreaElement>("[name=note]").value).toBe("带卡片");
  expect(one("p").hidden).toBe(false);
});

test("an empty form after a successful send stays empty", async () => {
  await typeAndSend();
  settle();
  await mount(page(), "form-guard", FormGuardController);
  expect(title()).toBe("");
  expect(sessionStorage.length).toBe(0);
});

test("puts words back after an error page or a sign-in in between", async () => {
  await typeAndSend();
  document.body.setAttribute("data-keep", "");
  settle();
  document.body.removeAttribute("data-keep");
  settle();
  await mount(page(), "form-guard", FormGuardController);
  expect(title()).toBe("第四课");
});

test("puts words back beside an error, but what the server kept wins", async () => {
  await typeAndSend();
  await mount(
    page('<p class="err">人数不对</p>').replace(
      'name="title" type="text"',
      'name="title" type="text" value="服务器留的"',
    ),
    "form-guard",
    FormGuardController,
  );
  expect(title()).toBe("服务器留的");
  expect(one<HTMLTextAreaElement>("[name=note]").value).toBe("带卡片");
});

test("forget empties the form and the store", async () => {
  await typeAndSend(false);
  const app = await mount(page(), "form-guard", FormGuardController);
  const guard = app.getControllerForElementAndIdentifier(one("form"), "form-guard") as FormGuardController;
  guard.forget();
  expect(sessionStorage.length).toBe(0);
  expect(one("p").hidden).toBe(true);
});

test("what is older than twelve hours is dropped", () => {
  sessionStorage.setItem(
    "qiming:typed:x",
    JSON.stringify({ at: Date.now() - 13 * 3600_000, sent: false, interrupted: false, fields: { a: "b" } }),
  );
  settle();
  expect(sessionStorage.length).toBe(0);
});
