// Putting things in order: arrows on the keyboard, buttons to tap, or dragging by the handle.

import { h, icon, made, plain, set } from "../dom";
import type { Answer, Keyed } from "../types";
import type { Build, Changed, Widget } from "./widget";
import { strings } from "./widget";

class Order implements Widget {
  readonly el: HTMLElement;
  private readonly list = h("ol", { class: "sort" });
  private readonly said = h("p", { class: "say", "aria-live": "polite" });
  private keys: string[];
  private touched = false;
  private locked = false;

  constructor(
    private readonly entries: Keyed[],
    labelledBy: string,
    private readonly changed: Changed,
  ) {
    this.keys = entries.map((entry) => entry.key);
    this.list.setAttribute("aria-labelledby", labelledBy);
    this.el = h(
      "div",
      {},
      h("p", { class: "small soft" }, "用箭头上下移动，或按住左边拖动。"),
      this.list,
      this.said,
    );
    this.draw();
  }

  private draw(focus?: [string, string]): void {
    this.list.replaceChildren(...this.keys.map((key, at) => this.row(key, at)));
    if (focus) this.list.querySelector<HTMLElement>(`[data-key="${focus[0]}"] .${focus[1]}`)?.focus();
  }

  private row(key: string, at: number): HTMLElement {
    const entry = this.entries.find((one) => one.key === key);
    const name = plain(entry?.html ?? "");
    const mover = (step: number, words: string, iconName: "up" | "down", cls: string) =>
      h(
        "button",
        {
          class: `btn ic-only ${cls}`,
          type: "button",
          "aria-label": `${words}：${name}`,
          "aria-disabled": this.locked || at + step < 0 || at + step >= this.keys.length ? "true" : false,
          onclick: () => this.move(key, step, cls),
        },
        icon(iconName),
      );
    const handle = h(
      "button",
      {
        class: "grip",
        type: "button",
        "aria-label": `第${at + 1}个：${name}。用上下箭头键移动`,
        onkeydown: (event: KeyboardEvent) => this.key(event, key),
        onpointerdown: (event: PointerEvent) => this.drag(event, key),
      },
      icon("grip"),
    );
    return h(
      "li",
      { "data-key": key },
      handle,
      h("span", { class: "no" }, String(at + 1)),
      made("span", "t", entry?.html ?? ""),
      h("span", { class: "moves" }, mover(-1, "上移", "up", "up"), mover(1, "下移", "down", "dn")),
    );
  }

  private key(event: KeyboardEvent, key: string): void {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.move(key, step, "grip");
  }

  private move(key: string, step: number, focus: string): void {
    const from = this.keys.indexOf(key);
    this.place(key, from + step);
    this.draw([key, focus]);
    this.said.textContent = `现在是第${this.keys.indexOf(key) + 1}个`;
  }

  private place(key: string, to: number): void {
    if (this.locked || to < 0 || to >= this.keys.length) return;
    this.keys.splice(this.keys.indexOf(key), 1);
    this.keys.splice(to, 0, key);
    this.touched = true;
    this.changed();
  }

  private drag(event: PointerEvent, key: string): void {
    if (this.locked || event.button > 0) return;
    const row = this.list.querySelector<HTMLElement>(`[data-key="${key}"]`);
    row?.classList.add("held");
    const move = (at: PointerEvent) => {
      const under = document.elementFromPoint(at.clientX, at.clientY)?.closest<HTMLElement>(".sort > li");
      const over = under?.dataset["key"];
      if (!over || over === key || under?.parentElement !== this.list) return;
      this.place(key, this.keys.indexOf(over));
      const held = this.list.querySelector<HTMLElement>(`[data-key="${key}"]`);
      const next = this.list.children[this.keys.indexOf(key)];
      if (held && next && held !== next) {
        const after = held.compareDocumentPosition(next) & Node.DOCUMENT_POSITION_FOLLOWING;
        this.list.insertBefore(held, after ? next.nextSibling : next);
      }
    };
    const stop = () => {
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", stop);
      document.removeEventListener("pointercancel", stop);
      this.draw([key, "grip"]);
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", stop);
    document.addEventListener("pointercancel", stop);
  }

  answer(): Answer | null {
    return this.touched ? { order: [...this.keys] } : null;
  }
  missing(): string {
    return "先移动一下，排成你觉得对的顺序；就是现在这样也行，动一动再移回来";
  }
  chosen(): string {
    return this.touched ? "就这样排" : "";
  }
  show(answer: Answer): void {
    const order = strings(answer["order"]);
    if (order.length !== this.keys.length || !order.every((key) => this.keys.includes(key))) return;
    this.keys = order;
    this.touched = true;
    this.draw();
    this.changed();
  }
  tried(_answer: Answer): HTMLElement | null {
    return null;
  }
  right(answer: Answer): void {
    this.show(answer);
    this.locked = true;
    this.draw();
    this.list.classList.add("right");
    for (const button of this.list.querySelectorAll("button")) set(button, "aria-disabled", "true");
  }
}

export const order: Build = (item, labelledBy, changed) => new Order(item.entries ?? [], labelledBy, changed);
