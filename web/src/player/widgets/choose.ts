// One choice, or several: big buttons, arrows and letters on the keyboard.

import { h, made, set } from "../dom";
import type { Answer, Keyed } from "../types";
import type { Build, Changed, Widget } from "./widget";
import { strings } from "./widget";

abstract class Choices implements Widget {
  readonly el: HTMLElement;
  protected readonly buttons = new Map<string, HTMLButtonElement>();
  protected readonly picked = new Set<string>();
  protected locked = false;

  constructor(
    protected readonly options: Keyed[],
    labelledBy: string,
    role: "radio" | "checkbox",
    protected readonly changed: Changed,
  ) {
    this.el = h("div", {
      class: "choices",
      role: role === "radio" ? "radiogroup" : "group",
      "aria-labelledby": labelledBy,
      onkeydown: (event: KeyboardEvent) => this.key(event),
    });
    options.forEach((option, at) => {
      const button = h(
        "button",
        {
          class: "choice",
          type: "button",
          role,
          "aria-checked": "false",
          onclick: () => this.pick(option.key),
        },
        h("span", { class: "k" }, option.key),
        made("span", "t", option.html),
      );
      if (role === "radio") button.tabIndex = at === 0 ? 0 : -1;
      this.buttons.set(option.key, button);
      this.el.append(button);
    });
  }

  protected abstract pick(key: string): void;
  abstract answer(): Answer | null;
  abstract missing(): string;
  abstract show(answer: Answer): void;

  chosen(): string {
    const keys = this.options.map((option) => option.key).filter((key) => this.picked.has(key));
    return keys.length ? `选${keys.join("、")}` : "";
  }

  tried(answer: Answer): HTMLElement | null {
    const keys = this.keysOf(answer);
    for (const key of keys) this.mark(key, "tried", "你选过");
    return keys.length === 1 ? (this.buttons.get(keys[0] ?? "") ?? null) : null;
  }

  right(answer: Answer): void {
    this.show(answer);
    this.locked = true;
    for (const key of this.keysOf(answer)) this.mark(key, "right", "对了");
    for (const button of this.buttons.values()) set(button, "aria-disabled", "true");
  }

  protected abstract keysOf(answer: Answer): string[];

  protected paint(): void {
    for (const [key, button] of this.buttons) set(button, "aria-checked", String(this.picked.has(key)));
  }

  private mark(key: string, state: "tried" | "right", words: string): void {
    const button = this.buttons.get(key);
    if (!button) return;
    button.classList.remove("tried", "right");
    button.classList.add(state);
    button.querySelector(".mk")?.remove();
    button.append(h("span", { class: "mk" }, words));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = this.options.map((option) => option.key);
    const letter = event.key.toUpperCase();
    if (keys.includes(letter)) {
      event.preventDefault();
      this.pick(letter);
      this.buttons.get(letter)?.focus();
      return;
    }
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const here = keys.findIndex((key) => this.buttons.get(key) === document.activeElement);
    const next = keys[(Math.max(here, 0) + step + keys.length) % keys.length] ?? "";
    this.buttons.get(next)?.focus();
    this.arrived(next);
  }

  protected arrived(_key: string): void {}
}

class Single extends Choices {
  protected pick(key: string): void {
    if (this.locked) return;
    this.picked.clear();
    this.picked.add(key);
    for (const [other, button] of this.buttons) button.tabIndex = other === key ? 0 : -1;
    this.paint();
    this.changed();
  }
  protected override arrived(key: string): void {
    this.pick(key);
  }
  override tried(answer: Answer): HTMLElement | null {
    for (const key of this.keysOf(answer)) this.picked.delete(key);
    this.paint();
    return super.tried(answer);
  }
  answer(): Answer | null {
    const [choice] = this.picked;
    return choice === undefined ? null : { choice };
  }
  missing(): string {
    return "先选一个，再交";
  }
  protected keysOf(answer: Answer): string[] {
    return typeof answer["choice"] === "string" ? [answer["choice"]] : [];
  }
  show(answer: Answer): void {
    for (const key of this.keysOf(answer)) this.pick(key);
  }
}

class Multiple extends Choices {
  protected pick(key: string): void {
    if (this.locked) return;
    if (!this.picked.delete(key)) this.picked.add(key);
    this.paint();
    this.changed();
  }
  answer(): Answer | null {
    const choices = this.options.map((option) => option.key).filter((key) => this.picked.has(key));
    return choices.length ? { choices } : null;
  }
  missing(): string {
    return "先选好，再交；可以选几个";
  }
  protected keysOf(answer: Answer): string[] {
    return strings(answer["choices"]);
  }
  override tried(_answer: Answer): HTMLElement | null {
    return null;
  }
  show(answer: Answer): void {
    this.picked.clear();
    for (const key of this.keysOf(answer)) this.picked.add(key);
    this.paint();
    this.changed();
  }
}

export const single: Build = (item, labelledBy, changed) =>
  new Single(item.options ?? [], labelledBy, "radio", changed);
export const multiple: Build = (item, labelledBy, changed) =>
  new Multiple(item.options ?? [], labelledBy, "checkbox", changed);
