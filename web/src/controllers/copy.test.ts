import { expect, test, vi } from "vitest";
import { mount, one, turn } from "../lib/testing";
import CopyController from "./copy";

const box = `<div data-controller="copy"><span data-copy-target="source"> 4729 </span><button data-action="copy#copy">复制</button></div>`;

function listen(): { text: string; kind: string }[] {
  const said: { text: string; kind: string }[] = [];
  document.addEventListener("qiming:say", (event) => said.push((event as CustomEvent).detail), {
    once: true,
  });
  return said;
}

test("copies what is shown and says so", async () => {
  const written = vi.fn(() => Promise.resolve());
  vi.stubGlobal("navigator", { clipboard: { writeText: written } });
  await mount(box, "copy", CopyController);
  const said = listen();
  one("button").click();
  await turn();
  expect(written).toHaveBeenCalledWith("4729");
  expect(said[0]?.text).toBe("已复制");
});

test("when the browser refuses, says what to do instead", async () => {
  vi.stubGlobal("navigator", { clipboard: { writeText: () => Promise.reject(new Error("no")) } });
  await mount(box, "copy", CopyController);
  const said = listen();
  one("button").click();
  await turn();
  expect(said[0]).toMatchObject({ kind: "need" });
  expect(said[0]?.text).toContain("Ctrl+C");
});
