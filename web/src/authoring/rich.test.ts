import { expect, test, vi } from "vitest";
import { mount, one, turn } from "../lib/testing";
import RichController from "./rich";

const field = `<div class="field"><label for="t">题干</label><div data-controller="rich" data-rich-picture-value="/pictures"><textarea id="t" data-rich-target="text">甲乙丙</textarea></div></div>`;
const text = () => one<HTMLTextAreaElement>("textarea");
const tool = (label: string) => one(`[aria-label="${label}"]`);

test("marks what is selected, by button and by key", async () => {
  await mount(field, "rich", RichController);
  text().setSelectionRange(1, 2);
  tool("粗体").click();
  expect(text().value).toBe("甲**乙**丙");
  text().setSelectionRange(6, 7);
  text().dispatchEvent(new KeyboardEvent("keydown", { key: "m", ctrlKey: true, cancelable: true }));
  expect(text().value).toBe("甲**乙**$丙$");
});

test("makes lists of whole lines", async () => {
  await mount(field, "rich", RichController);
  text().value = "一\n二\n三";
  text().setSelectionRange(2, 4);
  tool("编号列表").click();
  expect(text().value).toBe("一\n1. 二\n2. 三");
});

test("is one stop of the tab key, walked by arrows", async () => {
  await mount(field, "rich", RichController);
  const all = [...document.querySelectorAll<HTMLElement>(".ed-tools button")];
  expect(all.filter((one) => one.tabIndex === 0)).toHaveLength(1);
  all[0]?.focus();
  all[0]?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  expect(document.activeElement).toBe(all[1]);
});

test("says the server's words when a picture is refused and puts in nothing", async () => {
  await mount(field, "rich", RichController);
  HTMLDialogElement.prototype.showModal ??= () => undefined;
  const refused = { title: "请先写一句图里有什么", next: "看不见图的学生靠这一句。" };
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(refused), { status: 422 })));
  tool("加一张图").click();
  const input = one<HTMLInputElement>("#pic-file");
  Object.defineProperty(input, "files", { value: [new File(["x"], "x.png")] });
  one("dialog form").dispatchEvent(new Event("submit", { cancelable: true }));
  await turn();
  await turn();
  expect(one("dialog .err").textContent).toContain("请先写一句图里有什么");
  expect(text().value).toBe("甲乙丙");
  one("dialog").remove();
});
