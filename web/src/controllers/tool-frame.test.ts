import { beforeEach, expect, test, vi } from "vitest";
import { mount, one } from "../lib/testing";
import PostNowController from "./post-now";
import ToolFrameController from "./tool-frame";

const TOOL = "https://tool.example";
const page = `<div data-controller="tool-frame" data-tool-frame-origins-value="${TOOL} https://other.example">
  <form data-tool-frame-target="form"><button data-tool-frame-target="button">打开</button></form>
  <iframe data-tool-frame-target="frame"></iframe></div>`;
const submitted = vi.fn();

beforeEach(() => {
  submitted.mockClear();
  vi.spyOn(HTMLFormElement.prototype, "submit").mockImplementation(submitted);
});

/** A window that stands for the tool's, and everything it was told. */
function tool(): { source: Window; told: [unknown, string][] } {
  const told: [unknown, string][] = [];
  const source = {
    postMessage: (said: unknown, origin: string) => told.push([said, origin]),
  } as unknown as Window;
  Object.defineProperty(one("iframe"), "contentWindow", { value: source, configurable: true });
  return { source, told };
}

function say(source: unknown, data: unknown, origin = TOOL): void {
  const event = new MessageEvent("message", { data, origin });
  Object.defineProperty(event, "source", { value: source });
  dispatchEvent(event);
}

test("opens the tool by itself and hides the button", async () => {
  await mount(page, "tool-frame", ToolFrameController);
  expect(submitted).toHaveBeenCalledOnce();
  expect(one("button").hidden).toBe(true);
});

test("keeps what a tool puts and gives it back to the same origin only", async () => {
  await mount(page, "tool-frame", ToolFrameController);
  const { source, told } = tool();
  say(source, { subject: "lti.put_data", message_id: "a", key: "state", value: "s1" });
  say(source, { subject: "lti.get_data", message_id: "b", key: "state" });
  say(source, { subject: "lti.get_data", message_id: "c", key: "state" }, "https://other.example");
  expect(told).toEqual([
    [{ subject: "lti.put_data.response", message_id: "a", key: "state", value: "s1" }, TOOL],
    [{ subject: "lti.get_data.response", message_id: "b", key: "state", value: "s1" }, TOOL],
    [
      { subject: "lti.get_data.response", message_id: "c", key: "state", value: null },
      "https://other.example",
    ],
  ]);
  say(source, { subject: "lti.put_data", message_id: "d", key: "state", value: null });
  say(source, { subject: "lti.get_data", message_id: "e", key: "state" });
  expect(told.at(-1)?.[0]).toMatchObject({ value: null });
});

test("says what it can, and refuses what it cannot", async () => {
  await mount(page, "tool-frame", ToolFrameController);
  const { source, told } = tool();
  const errors = (data: Record<string, unknown>, origin?: string) => {
    say(source, data, origin);
    return (told.at(-1)?.[0] as { error?: { code: string } } | undefined)?.error?.code;
  };
  expect(errors({ subject: "lti.capabilities", message_id: 1 })).toBeUndefined();
  expect(told.at(-1)?.[0]).toMatchObject({
    supported_messages: expect.arrayContaining([{ subject: "lti.put_data" }]),
  });
  expect(errors({ subject: "lti.put_data", key: "", value: "x" })).toBe("bad_request");
  expect(errors({ subject: "lti.put_data", key: "k", value: "x".repeat(5000) })).toBe("storage_exhaustion");
  expect(errors({ subject: "lti.something" })).toBe("unsupported_subject");
  expect(errors({ subject: "lti.get_data", key: "k" }, "https://evil.example")).toBe("wrong_origin");
  for (let no = 0; no < 200; no += 1) say(source, { subject: "lti.put_data", key: `k${no}`, value: "x" });
  expect(errors({ subject: "lti.put_data", key: "one-more", value: "x" })).toBe("storage_exhaustion");
});

test("hears nobody but its own frame, and no other messages", async () => {
  await mount(page, "tool-frame", ToolFrameController);
  const { source, told } = tool();
  say({ postMessage: () => told.push(["never", ""]) }, { subject: "lti.capabilities" });
  say(source, "lti.capabilities");
  say(source, { subject: "something.else" });
  expect(told).toEqual([]);
});

test("a frame grows as far as a page may", async () => {
  await mount(page, "tool-frame", ToolFrameController);
  const { source } = tool();
  say(source, { subject: "lti.frameResize", height: 99_999 });
  expect(one("iframe").style.blockSize).toBe("4000px");
});

test("a form that posts itself", async () => {
  await mount(`<form data-controller="post-now"></form>`, "post-now", PostNowController);
  expect(submitted).toHaveBeenCalledOnce();
});
