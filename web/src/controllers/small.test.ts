import { expect, test, vi } from "vitest";
import { say } from "../lib/say";
import { key, mount, one } from "../lib/testing";
import DialogController from "./dialog";
import FocusMeController from "./focus-me";
import NetController from "./net";
import PrintController from "./print";
import ToastsController from "./toasts";

test("dialog opens and closes", async () => {
  await mount(
    '<div data-controller="dialog"><button data-action="dialog#open">开</button><dialog data-dialog-target="dialog"><button id="x" data-action="dialog#close">关</button></dialog></div>',
    "dialog",
    DialogController,
  );
  const dialog = one<HTMLDialogElement>("dialog");
  one("button").click();
  expect(dialog.open).toBe(true);
  one("#x").click();
  expect(dialog.open).toBe(false);
});

test("the summary of errors takes the focus", async () => {
  await mount('<div id="e" tabindex="-1" data-controller="focus-me"></div>', "focus-me", FocusMeController);
  expect(document.activeElement).toBe(one("#e"));
});

test("the line about the network is there only while it is gone", async () => {
  const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
  await mount('<p data-controller="net" hidden>断了</p>', "net", NetController);
  expect(one("p").hidden).toBe(true);
  online.mockReturnValue(false);
  dispatchEvent(new Event("offline"));
  expect(one("p").hidden).toBe(false);
  online.mockReturnValue(true);
  dispatchEvent(new Event("online"));
  expect(one("p").hidden).toBe(true);
});

test("print prints", async () => {
  const print = vi.fn();
  vi.stubGlobal("print", print);
  window.print = print;
  await mount(
    '<button data-controller="print" data-action="print#now">打印</button>',
    "print",
    PrintController,
  );
  one("button").click();
  expect(print).toHaveBeenCalledTimes(1);
});

test("a message is shown as text, replaced by the next and gone on Esc", async () => {
  await mount('<div data-controller="toasts" role="status"></div>', "toasts", ToastsController);
  say("<b>已复制</b>");
  say("没有送到", "need");
  expect(document.querySelectorAll(".toast").length).toBe(1);
  expect(one(".toast.need p").innerHTML).toBe("没有送到");
  say("<b>已复制</b>");
  expect(one(".toast p").innerHTML).toBe("&lt;b&gt;已复制&lt;/b&gt;");
  key(document.body, "Escape");
  expect(document.querySelector(".toast")).toBeNull();
});
