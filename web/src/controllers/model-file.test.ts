import { afterEach, expect, test, vi } from "vitest";
import samples from "../../labs/models/samples.json";
import { mount, one } from "../lib/testing";
import ModelFileController from "./model-file";

const model = { ...samples.cases[0]?.model, id: "a", name: "我的树" };
const button = `<button data-controller="model-file" data-model-file-id-value="a" data-action="model-file#save">存成文件</button>`;

function listen(): Promise<{ text: string; kind: string }> {
  return new Promise((heard) => {
    document.addEventListener("qiming:say", (event) => heard((event as CustomEvent).detail), { once: true });
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("asks for the pupil's models and hands the one over as a file", async () => {
  const fetched = vi.fn(async () => new Response(JSON.stringify({ models: [{ format: "odd" }, model] })));
  vi.stubGlobal("fetch", fetched);
  const files: Blob[] = [];
  URL.createObjectURL = (file) => `blob:${files.push(file as Blob)}`;
  URL.revokeObjectURL = () => undefined;
  const clicked = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    expect(this.download).toBe("我的树.zip");
  });
  await mount(button, "model-file", ModelFileController);
  const said = listen();
  one("button").click();
  expect((await said).text).toBe("存成了文件。");
  expect(fetched).toHaveBeenCalledWith("/api/learning/models", { credentials: "same-origin" });
  expect(clicked).toHaveBeenCalledOnce();
  expect(files[0]?.type).toBe("application/zip");
  expect(one("button").hasAttribute("aria-busy")).toBe(false);
});

test.each([
  ["gone meanwhile", async () => new Response('{"models": []}')],
  ["not answered", async () => new Response("", { status: 503 })],
  ["without network", () => Promise.reject(new TypeError("net"))],
])("says what to do when it is %s", async (_, answer) => {
  vi.stubGlobal("fetch", answer);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  await mount(button, "model-file", ModelFileController);
  const said = listen();
  one("button").click();
  expect(await said).toMatchObject({ kind: "need", text: expect.stringContaining("再点一次") });
});
