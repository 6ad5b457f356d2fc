// A run of items: one at a time, any of them reachable, skipping allowed.

import type { ActivityView, Desk } from "./desk";
import { h, set } from "./dom";
import type { Foot } from "./foot";
import { ItemView } from "./item";
import type { ActivityData } from "./types";

const LAST_WORDS: { [mode: string]: string } = { practice: "练完了", test: "做完了" };

export class Quiz implements ActivityView {
  readonly el: HTMLElement;
  readonly views: ItemView[];
  private readonly nav: HTMLElement;
  private readonly holder = h("div");
  private at = 0;

  constructor(
    private readonly step: ActivityData,
    private readonly desk: Desk,
  ) {
    const known = (step.items ?? []).flatMap((key) => desk.page.items[key] ?? []);
    this.views = known.map(
      (item, at) =>
        new ItemView(
          item,
          desk.page.past[item.key],
          desk.items,
          `第${at + 1}题，共${known.length}题`,
          desk.page.reasons?.[item.key],
          desk.page.mode === "test",
        ),
    );
    this.nav = h("nav", { class: "qnav", "aria-label": "这一步的题目" });
    this.el = h("div", {}, this.nav, this.holder);
    const kept = this.views.findIndex((view) => view.item.key === desk.keeper.value(step.key, "at"));
    this.at = kept >= 0 ? kept : Math.max(this.openAfter(-1), 0);
    this.draw();
  }

  private openAfter(at: number): number {
    return this.views.findIndex(
      (view, place) => place > at && (view.state === "open" || view.state === "tried"),
    );
  }

  /** The next one still open, from the front again after the last; -1 when none is. */
  private nextOpen(): number {
    const later = this.openAfter(this.at);
    const next = later >= 0 ? later : this.openAfter(-1);
    return next === this.at ? -1 : next;
  }

  private go(to: number): void {
    this.at = Math.min(Math.max(to, 0), this.views.length - 1);
    const key = this.views[this.at]?.item.key;
    if (key) this.desk.keeper.write(this.step.key, "at", key);
    this.draw();
    this.desk.redraw();
    this.holder.querySelector<HTMLElement>(".q-stem")?.scrollIntoView?.({ block: "nearest" });
    const stem = this.holder.querySelector<HTMLElement>(".q-stem");
    stem?.setAttribute("tabindex", "-1");
    stem?.focus({ preventScroll: true });
    window.scrollTo?.(0, 0);
  }

  private draw(): void {
    const view = this.views[this.at];
    if (view && this.holder.firstElementChild !== view.el) this.holder.replaceChildren(view.el);
    this.paintNav();
  }

  private paintNav(): void {
    this.nav.hidden = this.views.length < 2;
    const make = (view: ItemView, at: number) => {
      const words = `第${at + 1}题，${view.stateWords}`;
      const button = h(
        "button",
        { type: "button", class: `qdot ${view.state}`, "aria-label": words, onclick: () => this.go(at) },
        String(at + 1),
      );
      set(button, "aria-current", at === this.at ? "step" : false);
      return button;
    };
    this.nav.replaceChildren(...this.views.map(make));
  }

  foot(): Foot {
    this.paintNav();
    const view = this.views[this.at];
    if (!view) return { go: { words: "下一步", arrow: true, act: () => this.finish() } };
    const next = this.nextOpen();
    const later = this.openAfter(this.at);
    const last = LAST_WORDS[this.desk.page.mode] ?? "这一步做完了";
    const onward =
      next >= 0 ? { words: "下一题", act: () => this.go(next) } : { words: last, act: () => this.finish() };
    const skip =
      later >= 0
        ? { words: "先跳过", act: () => this.go(later) }
        : { words: "先到这里", act: () => this.finish() };
    return view.foot(onward, skip);
  }

  private finish(): void {
    if (this.views.every((view) => view.state !== "open")) this.desk.keeper.done(this.step.key);
    this.desk.onward();
  }

  steps(): [number, number] {
    return [this.views.filter((view) => view.state !== "open").length, this.views.length];
  }

  refresh(): void {
    this.paintNav();
  }
}
