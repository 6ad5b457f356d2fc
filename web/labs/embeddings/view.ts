// Draws the whole bench and draws it again after every change.
import { codeView } from "../code";
import { button, h, redraw } from "../dom";
import { GoalsView } from "../goals";
import type { Bench } from "./bench";
import { check } from "./checks";
import { wordsCode } from "./code";
import { analogyPart, biasPart } from "./view-ask";
import { mapPart } from "./view-map";
import { TAB_TEXT } from "./words";

export class View {
  private readonly tabs = h("div", { class: "word-tabs" });
  private readonly body = h("div", { class: "bench split" });
  private readonly more = h("div", { class: "c-more" });
  private readonly goals: GoalsView;

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
  ) {
    const { state, spec, host, settings, set } = bench;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    root.classList.add("lab", "lab-words");
    root.dataset["level"] = settings.level;
    const origin = h("p", { class: "tiny faint lab-origin" }, `词：${set.title}。${set.origin}。`);
    root.append(this.goals.element, this.tabs, this.body, this.more, origin);
    this.draw();
  }

  close(): void {
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-words");
    delete this.root.dataset["level"];
  }

  readonly draw = (): void => {
    const { bench } = this;
    const { tab } = bench.state;
    const open = this.body.querySelector("details")?.open ?? false;
    redraw(this.tabs, this.tabRow());
    const [left, right] =
      tab === "map" ? mapPart(bench) : tab === "analogy" ? analogyPart(bench) : biasPart(bench);
    redraw(this.body, h("div", { class: "c-side" }, left), h("div", { class: "c-side" }, right));
    const groups = this.body.querySelector("details");
    if (groups) groups.open = open;
    this.drawCode();
    this.goals.update(check(bench.spec.goals, bench.facts()));
  };

  private tabRow(): HTMLElement | null {
    const { settings, state } = this.bench;
    if (settings.tabs.length < 2) return null;
    return h(
      "div",
      { class: "row", role: "group", "aria-label": "做哪一个" },
      ...settings.tabs.map((tab) =>
        button(TAB_TEXT[tab], () => this.bench.show(tab), { key: `tab-${tab}`, pressed: state.tab === tab }),
      ),
    );
  }

  /** Made anew only while it is open: it holds every word's numbers. */
  private drawCode(): void {
    if (this.bench.settings.level !== "senior") return;
    const open = this.more.querySelector("details")?.open ?? false;
    const shown = codeView(open ? wordsCode(this.bench) : "");
    shown.open = open;
    shown.addEventListener("toggle", () => {
      const pre = shown.querySelector("pre");
      if (shown.open && pre && !pre.textContent) pre.textContent = wordsCode(this.bench);
    });
    redraw(this.more, shown);
  }
}
