// The bar at the foot of the page: what can be done now, the next act largest.

import { h, icon, set } from "./dom";

export interface FootButton {
  words: string;
  act: () => void;
  /** Shown as not yet possible; pressing it says why. */
  notYet?: string;
  arrow?: boolean;
  hand?: boolean;
  pressed?: boolean;
}

export interface Foot {
  left?: FootButton[];
  go?: FootButton | null;
}

export class FootBar {
  constructor(
    private readonly el: HTMLElement,
    private readonly say: (text: string) => void,
  ) {}

  show(foot: Foot): void {
    const focused = document.activeElement;
    const had =
      focused instanceof HTMLElement && this.el.contains(focused) ? focused.dataset["place"] : undefined;
    const left = (foot.left ?? []).map((one, at) => this.button(one, "btn", `left${at}`));
    const go = foot.go ? this.button(foot.go, "btn go", "go") : null;
    this.el.replaceChildren(...left, ...(go ? [go] : []));
    if (had) this.el.querySelector<HTMLElement>(`[data-place="${had}"]`)?.focus();
  }

  private button(one: FootButton, className: string, place: string): HTMLButtonElement {
    const act = () => (one.notYet ? this.say(one.notYet) : one.act());
    const button = h("button", { class: className, type: "button", "data-place": place, onclick: act });
    if (one.hand) button.append(icon("hand"));
    button.append(one.words);
    if (one.arrow) button.append(icon("right"));
    set(button, "aria-disabled", one.notYet ? "true" : false);
    if (one.pressed !== undefined) set(button, "aria-pressed", String(one.pressed));
    return button;
  }
}
