// Which step is on the screen: the ruler, what is open, what the teacher hands out, where to go next.

import type { ActivityView } from "./desk";
import { h, set } from "./dom";
import type { Foot, FootBar } from "./foot";
import type { ActivityData, Live } from "./types";

export interface StepsOptions {
  activities: ActivityData[];
  views: Map<string, ActivityView>;
  foot: FootBar;
  isDone: (activity: string) => boolean;
  say: (text: string) => void;
  moved: (activity: string) => void;
  /** After the last step. */
  finished: () => void;
  hand: (() => Foot["left"]) | null;
  /** Only these, when the page was opened from a homework. */
  only: Set<string> | null;
}

/** The steps a pupil may work on now, in the lesson's order. Pure. */
export function openSteps(activities: ActivityData[], live: Live | null, only: Set<string> | null): string[] {
  const keys = (wanted: (step: ActivityData) => boolean) => activities.filter(wanted).map((step) => step.key);
  if (only) return keys((step) => only.has(step.key));
  if (!live || live.ended) return keys((step) => !step.extra);
  if (live.pace === "free") return keys((step) => !step.extra || live.released.includes(step.key));
  return keys((step) => live.released.includes(step.key));
}

export class Steps {
  private current = "";
  private live: Live | null = null;
  private readonly notice = h("div", { class: "notice", role: "status", "aria-live": "polite" });
  private readonly wait = h(
    "div",
    { class: "blank wait-step", hidden: true },
    h("h1", {}, "等老师发第一步"),
    h("p", {}, "你已经进来了。老师一发，这里就会打开。"),
  );
  private readonly curtain = h(
    "div",
    { class: "curtain", hidden: true, role: "status" },
    h("p", {}, "先抬头，看老师"),
    h("p", { class: "small" }, "你做的都存好了"),
  );

  constructor(private readonly options: StepsOptions) {
    const main = document.querySelector("main");
    main?.prepend(this.notice);
    main?.append(this.wait);
    document.body.append(this.curtain);
    for (const link of this.links()) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.tryOpen(link.dataset["step"] ?? "");
      });
    }
    window.addEventListener("hashchange", () => this.tryOpen(location.hash.slice(1)));
  }

  private links(): HTMLAnchorElement[] {
    return [...document.querySelectorAll<HTMLAnchorElement>(".ruler [data-step]")];
  }

  get open(): string[] {
    return openSteps(this.options.activities, this.live, this.options.only);
  }

  get at(): string {
    return this.current;
  }

  begin(live: Live | null): void {
    this.live = live;
    const open = this.open;
    const asked = location.hash.slice(1);
    const led = live && !live.ended && live.pace === "teacher" ? live.current : null;
    const first = open.find((key) => !this.options.isDone(key)) ?? open[0] ?? "";
    this.show(led && open.includes(led) ? led : open.includes(asked) ? asked : first);
    this.mood();
  }

  /** The teacher did something: hand out, pause, end. */
  heard(live: Live | null): void {
    const before = this.live;
    this.live = live;
    for (const view of this.options.views.values()) view.live?.(live);
    this.mood();
    const news = live?.current && live.current !== before?.current ? live.current : null;
    if (news && this.open.includes(news) && news !== this.current) this.offer(news);
    else if (this.current && !this.open.includes(this.current)) this.show(this.open[0] ?? "");
    else if (!this.current) this.show(this.open[0] ?? "");
    if (live?.ended && !before?.ended) this.tell("下课了。没做完的可以接着做，算自己学。");
    this.paint();
  }

  private mood(): void {
    const paused = !!this.live && !this.live.ended && this.live.paused;
    this.curtain.hidden = !paused;
    for (const part of document.querySelectorAll("main, .p-foot, .p-top")) set(part, "inert", paused);
  }

  private offer(key: string): void {
    const idle = !this.current || this.options.isDone(this.current);
    const title = this.title(key);
    if (idle) {
      this.show(key);
      this.tell(`老师发了“${title}”`);
      return;
    }
    const go = h("button", { class: "btn", type: "button", onclick: () => this.show(key) }, `去做“${title}”`);
    this.notice.replaceChildren(
      h("div", { class: "note" }, h("p", {}, `老师发了“${title}”。你手上的存好了。`), go),
    );
  }

  private tell(text: string): void {
    this.notice.replaceChildren(h("div", { class: "note" }, h("p", {}, text)));
  }

  private title(key: string): string {
    return this.options.activities.find((step) => step.key === key)?.title ?? "";
  }

  tryOpen(key: string): void {
    if (!key || key === this.current) return;
    if (this.open.includes(key)) this.show(key);
    else if (this.options.activities.some((step) => step.key === key))
      this.options.say("这一步老师还没发，等一下");
  }

  onward(): void {
    const open = this.open;
    const next = open[open.indexOf(this.current) + 1];
    if (next) this.show(next);
    else if (this.live && !this.live.ended && this.live.pace === "teacher") {
      this.tell("做完了，等老师发下一步。前面的可以点开再看。");
      this.redraw();
    } else this.options.finished();
  }

  show(key: string): void {
    const before = this.current;
    if (before && before !== key) this.options.views.get(before)?.left?.();
    this.current = key;
    for (const section of document.querySelectorAll<HTMLElement>("[data-activity]")) {
      section.hidden = section.dataset["activity"] !== key;
    }
    this.wait.hidden = key !== "";
    if (before !== key) this.notice.replaceChildren();
    if (key && location.hash.slice(1) !== key) history.replaceState(null, "", `#${key}`);
    this.options.views.get(key)?.opened?.();
    this.paint();
    this.redraw();
    if (before && before !== key) {
      window.scrollTo?.(0, 0);
      const heading = document.querySelector<HTMLElement>(`[data-activity="${key}"] h1`);
      heading?.setAttribute("tabindex", "-1");
      heading?.focus({ preventScroll: true });
    }
    this.options.moved(key);
  }

  redraw(): void {
    const foot = this.options.views.get(this.current)?.foot() ?? {};
    const hand = this.live && !this.live.ended ? (this.options.hand?.() ?? []) : [];
    this.options.foot.show({ left: [...hand, ...(foot.left ?? [])], go: foot.go ?? null });
    this.paint();
  }

  private paint(): void {
    const open = this.open;
    for (const link of this.links()) {
      const key = link.dataset["step"] ?? "";
      const now = key === this.current;
      link.classList.toggle("now", now);
      link.classList.toggle("done", !now && this.options.isDone(key));
      set(link, "aria-current", now ? "step" : false);
      set(link, "aria-disabled", open.includes(key) ? false : "true");
      const extra = this.options.activities.find((step) => step.key === key)?.extra ?? false;
      link.hidden =
        (extra && !open.includes(key)) || (this.options.only !== null && !this.options.only.has(key));
    }
  }
}
