import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mount, one, turn } from "../lib/testing";
import AuthoringController from "./authoring";

const page = `<div data-controller="authoring">
  <p data-authoring-target="state"><span>改的内容边写边存</span></p>
  <div data-authoring-target="clash"></div>
  <div data-part="outline">旧</div>
  <form data-authoring-target="form" data-part="form" action="/save"><input type="hidden" name="base" value="{}" data-authoring-target="base"><input type="hidden" name="place" value="lesson"><input id="title" name="title" value="一"></form>
  <div data-part="side">旧</div></div>`;
const saved = `<nav data-part="outline">新</nav><div data-part="side">新</div><p data-part="state" data-base='{"title":"二"}'></p>`;
const clash = `<div data-part="clash" data-base='{"title":"三"}'><button data-action="authoring#mine">用我写的</button></div>`;

function answering(...answers: (Response | Error)[]) {
  const asked = vi.fn((_url: string, _init: RequestInit) => {
    const next = answers.shift();
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next ?? new Response(saved));
  });
  vi.stubGlobal("fetch", asked);
  return asked;
}

function type(words: string): void {
  const field = one<HTMLInputElement>("#title");
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const sent = (asked: ReturnType<typeof answering>, at: number) => asked.mock.calls[at]?.[1].body as FormData;

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

beforeEach(async () => {
  await mount(page, "authoring", AuthoringController);
  await turn();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test("keeps what is typed a moment after the last key, in one request", async () => {
  const asked = answering();
  type("二");
  await pass(500);
  type("二三");
  await pass(500);
  expect(asked).not.toHaveBeenCalled();
  await pass(600);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(sent(asked, 0).get("title")).toBe("二三");
  expect(one("[data-part=side]").textContent).toBe("新");
  expect(one<HTMLInputElement>("[name=base]").value).toBe('{"title":"二"}');
  expect(one("[data-authoring-target=state]").textContent).toContain("已存好");
});

test("waits for the network and sends everything then", async () => {
  const asked = answering(new TypeError("offline"));
  type("二");
  await pass(1000);
  expect(one("[data-authoring-target=state]").textContent).toContain("连上就存");
  window.dispatchEvent(new Event("online"));
  await pass(10);
  expect(asked).toHaveBeenCalledTimes(2);
  expect(one("[data-authoring-target=state]").textContent).toContain("已存好");
});

test("shows a clash, sends nothing more until one is chosen, then mine over theirs", async () => {
  const asked = answering(new Response(clash, { status: 409 }));
  type("二");
  await pass(1000);
  expect(one("[data-authoring-target=clash] button").textContent).toBe("用我写的");
  type("二二");
  await pass(3000);
  expect(asked).toHaveBeenCalledTimes(1);
  one("[data-authoring-target=clash] button").click();
  await pass(10);
  expect(sent(asked, 1).get("base")).toBe('{"title":"三"}');
  expect(sent(asked, 1).get("title")).toBe("二二");
  expect(one("[data-authoring-target=clash]").childElementCount).toBe(0);
});

test("leaving the page is held while something is unsaved", async () => {
  answering();
  type("二");
  const event = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(event);
  expect(event.defaultPrevented).toBe(true);
  await pass(1000);
  const later = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(later);
  expect(later.defaultPrevented).toBe(false);
});
