import { afterEach, describe, expect, it, vi } from "vitest";
import type { Answer, PublicItem } from "../types";
import { widgetFor } from "./index";

const keyed = (...keys: string[]) => keys.map((key) => ({ key, html: `<p>东西${key}</p>` }));

function item(kind: PublicItem["kind"], parts: Partial<PublicItem> = {}): PublicItem {
  return { id: "1", key: "q", kind, stem: "<p>题</p>", hints: 2, ...parts };
}

const ITEMS: Record<PublicItem["kind"], PublicItem> = {
  single: item("single", { options: keyed("A", "B", "C") }),
  multiple: item("multiple", { options: keyed("A", "B", "C") }),
  hotspot: item("hotspot", {
    options: keyed("A", "B", "C").map((one, at) => ({
      ...one,
      area: { shape: "rect" as const, at: [at * 30, 0, 20, 20] },
    })),
    size: [100, 40],
    least: 1,
    most: 3,
  }),
  order: item("order", { entries: keyed("b", "a", "c") }),
  match: item("match", { left: keyed("l1", "l2"), right: keyed("r1", "r2", "r3") }),
  classify: item("classify", { bins: keyed("x", "y"), entries: keyed("a", "b") }),
  numeric: item("numeric", { unit: "张" }),
  short: item("short"),
};
const ANSWERS: Record<PublicItem["kind"], Answer> = {
  single: { choice: "B" },
  multiple: { choices: ["A", "C"] },
  hotspot: { choices: ["A", "C"] },
  order: { order: ["a", "b", "c"] },
  match: { pairs: { l1: "r2", l2: "r1" } },
  classify: { bins: { a: "x", b: "y" } },
  numeric: { value: "0.75" },
  short: { text: "没见过的" },
};
const PICTURE = (name: string) => `<img src="/x.svg" alt="${name}">`;
const KINDS = Object.keys(ITEMS) as PublicItem["kind"][];

function build(kind: PublicItem["kind"]) {
  const changed = vi.fn();
  const widget = widgetFor(ITEMS[kind], "label", changed);
  document.body.append(widget.el);
  const find = (selector: string) => [...widget.el.querySelectorAll<HTMLElement>(selector)];
  const press = (element: HTMLElement | undefined, key: string) =>
    element?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  return { widget, changed, find, press };
}

afterEach(() => document.body.replaceChildren());

describe.each(KINDS)("every widget: %s", (kind) => {
  it("has no answer at first and says what is missing", () => {
    const { widget } = build(kind);
    expect(widget.answer()).toBeNull();
    expect(widget.missing()).not.toBe("");
    expect(widget.chosen()).toBe("");
  });

  it("shows an answer given before and gives it back", () => {
    const { widget, changed } = build(kind);
    widget.show(ANSWERS[kind]);
    expect(widget.answer()).toEqual(ANSWERS[kind]);
    expect(changed).toHaveBeenCalled();
    expect(widget.chosen()).not.toBe("");
  });

  it("takes nothing more once right", () => {
    const { widget, find } = build(kind);
    widget.right(ANSWERS[kind]);
    for (const button of find("button")) button.click();
    const field = widget.el.querySelector<HTMLInputElement>("input, textarea");
    if (field) expect(field.hasAttribute("readonly")).toBe(true);
    expect(widget.answer()).toEqual(ANSWERS[kind]);
  });

  it("bears answers it does not understand", () => {
    const { widget } = build(kind);
    for (const odd of [
      {},
      { choice: 3 },
      { choices: "A" },
      { order: ["z"] },
      { bins: [1] },
      { pairs: null },
    ]) {
      expect(() => widget.show(odd as unknown as Answer)).not.toThrow();
    }
  });
});

describe("choosing one", () => {
  it("is a radio group in which arrows move and choose, and letters choose", () => {
    const { widget, find, press } = build("single");
    expect(widget.el.getAttribute("role")).toBe("radiogroup");
    expect(widget.el.getAttribute("aria-labelledby")).toBe("label");
    find("button")[0]?.focus();
    press(widget.el, "ArrowDown");
    expect(widget.answer()).toEqual({ choice: "B" });
    expect(document.activeElement).toBe(find("button")[1]);
    press(widget.el, "c");
    expect(widget.answer()).toEqual({ choice: "C" });
    expect(find("button").map((one) => one.tabIndex)).toEqual([-1, -1, 0]);
  });

  it("marks a tried answer, lets go of it and tells where the reply hangs", () => {
    const { widget, find } = build("single");
    widget.show({ choice: "B" });
    expect(widget.tried({ choice: "B" })).toBe(find("button")[1]);
    expect(find("button")[1]?.textContent).toContain("你选过");
    expect(widget.answer()).toBeNull();
  });
});

it("choosing several toggles each", () => {
  const { widget, find } = build("multiple");
  find("button")[0]?.click();
  find("button")[2]?.click();
  find("button")[0]?.click();
  expect(widget.answer()).toEqual({ choices: ["C"] });
  expect(find("[role=checkbox]").map((one) => one.getAttribute("aria-checked"))).toEqual([
    "false",
    "false",
    "true",
  ]);
});

describe("ordering", () => {
  it("moves by arrow keys, keeps the focus and says the new place", () => {
    const { widget, find, press } = build("order");
    press(find(".grip")[0], "ArrowDown");
    expect(widget.answer()).toEqual({ order: ["a", "b", "c"] });
    expect(document.activeElement?.getAttribute("aria-label")).toContain("第2个：东西b");
    expect(widget.el.querySelector(".say")?.textContent).toBe("现在是第2个");
  });

  it("moves by buttons and stops at the ends", () => {
    const { widget, find } = build("order");
    find(".up")[0]?.click();
    expect(widget.answer()).toBeNull();
    find(".dn")[1]?.click();
    expect(widget.answer()).toEqual({ order: ["b", "c", "a"] });
  });
});

describe("putting cards into places", () => {
  it("works by tapping a card and then a place, and can be changed", () => {
    const { widget, find } = build("classify");
    const [a, b] = find(".card-t");
    const [x, y] = find(".put");
    a?.click();
    expect(a?.getAttribute("aria-pressed")).toBe("true");
    x?.click();
    b?.click();
    x?.click();
    b?.click();
    y?.click();
    expect(widget.answer()).toEqual({ bins: { a: "x", b: "y" } });
    expect(b?.getAttribute("aria-label")).toBe("东西b，放在“东西y”");
  });

  it("says what to do when a place is tapped with no card in hand", () => {
    const { widget, find } = build("classify");
    find(".put")[0]?.click();
    expect(widget.el.querySelector(".say")?.textContent).toContain("先点一张卡片");
    expect(widget.answer()).toBeNull();
  });

  it("gives a place of a match back its earlier card", () => {
    const { widget, find } = build("match");
    const put = (card: number, place: number) => {
      find(".card-t")
        .find((one) => one.textContent === `东西r${card}`)
        ?.click();
      find(".put")[place]?.click();
    };
    put(1, 0);
    put(2, 0);
    put(3, 1);
    expect(widget.answer()).toEqual({ pairs: { l1: "r2", l2: "r3" } });
  });
});

it("writing shows what is left only near the end", () => {
  const { widget } = build("short");
  const area = widget.el.querySelector("textarea");
  if (!area) throw new Error("no field");
  area.value = "字".repeat(450);
  area.dispatchEvent(new Event("input"));
  expect(widget.el.textContent).toContain("还能写50个字");
});

it("calls a picture by its description, for those who hear the page", () => {
  const pictures = [
    { key: "a", html: PICTURE("一只猫") },
    { key: "b", html: PICTURE("一条鱼") },
  ];
  const bins = [{ key: "x", html: PICTURE("有帽子") }];
  const order = widgetFor(item("order", { entries: pictures }), "label", vi.fn());
  expect(order.el.querySelector(".grip")?.getAttribute("aria-label")).toContain("一只猫");
  const places = widgetFor(item("classify", { bins, entries: pictures }), "label", vi.fn());
  expect(places.el.querySelector(".put")?.getAttribute("aria-label")).toBe("放到：有帽子");
  expect(places.el.querySelector(".card-t")?.getAttribute("aria-label")).toBe("一只猫，还没放");
});
