import { expect, test, vi } from "vitest";
import { turn } from "./testing";

vi.mock("htmx.org", () => ({ default: {} })); // the simulated page lacks XPath, which htmx starts with

test("changes carry the token, questions are asked in our dialog, a lost network is told", async () => {
  document.head.innerHTML = '<meta name="csrf-token" content="tok">';
  const { startHtmx } = await import("./htmx");
  startHtmx();

  const change = { ctx: { request: { method: "POST", headers: {} as Record<string, string> } } };
  document.dispatchEvent(new CustomEvent("htmx:config:request", { detail: change }));
  expect(change.ctx.request.headers["X-CSRFToken"]).toBe("tok");
  const read = { ctx: { request: { method: "GET", headers: {} as Record<string, string> } } };
  document.dispatchEvent(new CustomEvent("htmx:config:request", { detail: read }));
  expect(read.ctx.request.headers).toEqual({});

  const issueRequest = vi.fn();
  const asked = new CustomEvent("htmx:confirm", {
    cancelable: true,
    detail: { ctx: { confirm: "作废这节课？\n课时会一起去掉" }, issueRequest, dropRequest: vi.fn() },
  });
  document.dispatchEvent(asked);
  expect(asked.defaultPrevented).toBe(true);
  document.querySelector<HTMLElement>("dialog .btn.go")?.click();
  await turn();
  expect(issueRequest).toHaveBeenCalledTimes(1);

  const said: string[] = [];
  document.addEventListener("qiming:say", (event) => said.push((event as CustomEvent).detail.text), {
    once: true,
  });
  document.dispatchEvent(new CustomEvent("htmx:error", { detail: {} }));
  expect(said[0]).toContain("没有送到");
});
