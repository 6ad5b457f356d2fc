import { Application } from "@hotwired/stimulus";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import SendLaterController from "./send-later";

const drafts = new Map<string, unknown>();
vi.mock("../player/store", () => ({
  openStore: async () => ({
    lasting: true,
    draft: async (key: string) => drafts.get(key),
    keepDraft: async (key: string, value: unknown) => void drafts.set(key, value),
    dropDrafts: async (key: string) => void drafts.delete(key),
  }),
}));

const PAGE = `<form action="/visit/" data-controller="send-later" data-send-later-key-value="a/b">
  <input type="hidden" name="key" value="first"><input type="checkbox" name="seen" value="lesson">
  <textarea name="note"></textarea><p data-send-later-target="told" hidden></p><button>交</button></form>`;
let app: Application;
const gone = vi.fn();

async function open(): Promise<HTMLFormElement> {
  document.body.innerHTML = PAGE;
  app = Application.start();
  app.register("send-later", SendLaterController);
  await vi.waitFor(() => expect(document.querySelector("form")).toBeTruthy());
  return document.querySelector("form") as HTMLFormElement;
}

beforeEach(() => {
  drafts.clear();
  gone.mockClear();
  vi.stubGlobal("location", { assign: gone, href: "http://localhost/" });
});
afterEach(() => {
  app.stop();
  vi.unstubAllGlobals();
});

const told = () => document.querySelector("p")?.textContent ?? "";

test("without a network the words stay on the device and go when it is back, with the same key", async () => {
  const sent: string[] = [];
  const fetched = vi.fn(async () => Promise.reject(new TypeError("offline")) as Promise<Response>);
  vi.stubGlobal("fetch", fetched);
  const form = await open();
  (form.elements.namedItem("note") as HTMLTextAreaElement).value = "看了一节课";
  form.dispatchEvent(new Event("submit", { cancelable: true }));
  await vi.waitFor(() => expect(told()).toContain("没有网"));
  expect(drafts.get("later/a/b")).toMatchObject({
    waiting: true,
    fields: { key: ["first"], note: ["看了一节课"] },
  });

  fetched.mockImplementation(async (...said: unknown[]) => {
    sent.push(String(((said[1] as RequestInit).body as FormData).get("key")));
    return new Response('{"kept": true, "next": "/done/"}', {
      headers: { "Content-Type": "application/json" },
    });
  });
  dispatchEvent(new Event("online"));
  await vi.waitFor(() => expect(gone).toHaveBeenCalledWith("/done/"));
  expect(sent).toEqual(["first"]);
  expect(drafts.size).toBe(0);
});

test("a page opened again has the words, the ticks and the first key, and sends what waited", async () => {
  drafts.set("later/a/b", {
    waiting: false,
    fields: { key: ["first"], seen: ["lesson"], note: ["写了一半"] },
  });
  vi.stubGlobal("fetch", vi.fn());
  const form = await open();
  await vi.waitFor(() =>
    expect((form.elements.namedItem("note") as HTMLTextAreaElement).value).toBe("写了一半"),
  );
  expect((form.elements.namedItem("seen") as HTMLInputElement).checked).toBe(true);
  expect(fetch).not.toHaveBeenCalled();
});

test("what the server refuses is said and stays", async () => {
  const body = '{"kept": false, "says": "10到2000个字。"}';
  const answer = () => new Response(body, { status: 422, headers: { "Content-Type": "application/json" } });
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => answer()),
  );
  const form = await open();
  form.dispatchEvent(new Event("submit", { cancelable: true }));
  await vi.waitFor(() => expect(told()).toContain("10到2000个字"));
  expect(drafts.get("later/a/b")).toMatchObject({ waiting: false });
  expect(gone).not.toHaveBeenCalled();
});
