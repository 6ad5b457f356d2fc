import { expect, test, vi } from "vitest";
import { mount, one, turn } from "../lib/testing";
import ConfirmController from "./confirm";

const form = `<form data-controller="confirm" data-confirm-title-value="现在下课？" data-confirm-text-value="还有7人没做完" data-confirm-go-value="下课">
  <button id="b" type="submit" name="do" value="end">下课</button></form>`;

async function pressed() {
  await mount(form, "confirm", ConfirmController);
  const sent = vi.fn((event: SubmitEvent) => event.preventDefault());
  one("form").addEventListener("submit", sent);
  one("#b").click();
  await turn();
  return sent;
}

test("asks before it sends, in words, with the safe answer focused", async () => {
  const sent = await pressed();
  expect(sent).not.toHaveBeenCalled();
  expect(one("dialog h2").textContent).toBe("现在下课？");
  expect(one("dialog").textContent).toContain("还有7人没做完");
  expect(document.activeElement?.textContent).toBe("先不");
});

test("sends once, with the pressed button, after yes", async () => {
  const sent = await pressed();
  one("dialog .btn.go").click();
  await turn();
  expect(sent).toHaveBeenCalledTimes(1);
  expect(sent.mock.calls[0]?.[0].submitter).toBe(one("#b"));
  expect(document.querySelector("dialog")).toBeNull();
});

test("sends nothing after no, and asks again the next time", async () => {
  const sent = await pressed();
  one("dialog .btn:not(.go)").click();
  await turn();
  expect(sent).not.toHaveBeenCalled();
  one("#b").click();
  await turn();
  expect(document.querySelector("dialog")).not.toBeNull();
});
