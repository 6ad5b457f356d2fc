import { beforeEach, expect, test, vi } from "vitest";
import { mount, one } from "../lib/testing";
import PinPadController from "./pin-pad";

const keys = ["bottle:瓶子", "fish:小鱼", "cup:杯子"]
  .map((pair) => pair.split(":"))
  .map(
    ([id, name]) =>
      `<button type="button" id="${id}" data-picture="${id}" aria-label="${name}" data-pin-pad-target="key" data-action="pin-pad#pick"><svg></svg></button>`,
  )
  .join("");
const pad = `<form data-controller="pin-pad"><ol>${'<li data-pin-pad-target="slot"></li>'.repeat(3)}</ol>${keys}
  <button type="button" id="undo" data-action="pin-pad#undo">去掉</button><button type="button" id="clear" data-action="pin-pad#clear">重来</button>
  <p data-pin-pad-target="told"></p><input type="hidden" name="pin" data-pin-pad-target="value"><button id="go" data-pin-pad-target="go">进入</button></form>`;

beforeEach(() => mount(pad, "pin-pad", PinPadController).then(() => undefined));

const value = () => one<HTMLInputElement>("input").value;

test("collects three in order, the same one twice if wanted, and then is ready", () => {
  expect(one<HTMLButtonElement>("#go").disabled).toBe(true);
  for (const id of ["fish", "fish", "bottle"]) one(`#${id}`).click();
  expect(value()).toBe("fish-fish-bottle");
  expect(one<HTMLButtonElement>("#go").disabled).toBe(false);
  expect(document.activeElement).toBe(one("#go"));
  one("#cup").click();
  expect(value()).toBe("fish-fish-bottle");
});

test("says each step, so that it can be done without seeing", () => {
  one("#cup").click();
  expect(one("p").textContent).toBe("第1个：杯子。还要2个。");
  expect(one("li").getAttribute("aria-label")).toBe("第1个：杯子");
});

test("takes one back, or all", () => {
  one("#cup").click();
  one("#fish").click();
  one("#undo").click();
  expect(value()).toBe("cup");
  one("#clear").click();
  expect(value()).toBe("");
  expect(one("li").textContent).toBe("1");
});

test("with auto it goes in by itself", async () => {
  await mount(
    pad.replace("data-controller", 'data-pin-pad-auto-value="true" data-controller'),
    "pin-pad",
    PinPadController,
  );
  const sent = vi.fn((event: Event) => event.preventDefault());
  one("form").addEventListener("submit", sent);
  for (const id of ["fish", "cup", "bottle"]) one(`#${id}`).click();
  expect(sent).toHaveBeenCalledTimes(1);
});
