// Draws the grove and draws it again after every change.
import { codeView } from "../code";
import { button, h, redraw, section } from "../dom";
import { GoalsView } from "../goals";
import { KeepModel } from "../models/view";
import { check } from "./checks";
import { treeCode } from "./code";
import type { Grove } from "./grove";
import { draftOf } from "./keep";
import { at } from "./model";
import { type HandPart, handSection } from "./view-hand";
import { learnerSection } from "./view-learner";
import { scoreSection } from "./view-score";
import { tableSection, traceSection } from "./view-trace";
import { drawing, legend, textTwin } from "./view-tree";

export class View {
  private readonly body = h("div", { class: "bench split" });
  private readonly goals: GoalsView;
  private readonly keep: KeepModel;
  private readonly part: HandPart = { selected: "", column: null, option: 0 };
  private whole = false;
  private twinOpen = new Set<string>();

  constructor(
    private readonly root: HTMLElement,
    private readonly grove: Grove,
  ) {
    const { state, spec, host } = grove;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    this.keep = new KeepModel(spec.id, host, () => draftOf(grove), spec.dataset);
    const { level } = grove.settings;
    root.classList.add("lab", "lab-tree", `level-${level}`);
    root.append(this.goals.element, this.body);
    if (level !== "primary") root.append(this.keep.element);
    root.append(this.origin());
    this.draw();
  }

  close(): void {
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-tree", `level-${this.grove.settings.level}`);
  }

  readonly draw = (): void => {
    const { grove } = this;
    if (!at(grove.tree("hand"), this.part.selected)) this.part.selected = "";
    this.keepOpen();
    const primary = grove.settings.level === "primary";
    const before = this.body.querySelector(".tree-box")?.scrollLeft ?? null;
    redraw(
      this.body,
      this.treeSection(),
      grove.state.which === "hand" ? handSection(grove, this.part, this.draw) : learnerSection(grove),
      scoreSection(grove),
      traceSection(grove),
      primary ? null : tableSection(grove),
      grove.settings.level === "senior" ? codeView(treeCode(grove)) : null,
    );
    this.keep.offer(grove.tree().question !== null);
    this.scrollTree(before);
    this.reopen();
    this.goals.update(check(grove.spec.goals, grove.facts()));
  };

  /** Keeps a wide tree where it was, but never the pile that matters out of sight; a new one shows its root. */
  private scrollTree(before: number | null): void {
    const box = this.body.querySelector<HTMLElement>(".tree-box");
    if (!box) return;
    const wide = box.scrollWidth > box.clientWidth + 1;
    const zoom = this.body.querySelector<HTMLElement>("[data-key='zoom']");
    if (zoom) zoom.hidden = !wide && !this.whole;
    box.scrollLeft = before ?? 0;
    const chosen = this.grove.state.which === "hand" ? this.part.selected : (this.asking() ?? "");
    const key = this.grove.walk?.path ?? chosen;
    const node = box.querySelector(`[data-key="node-${key}"]`)?.getBoundingClientRect();
    const frame = box.getBoundingClientRect();
    if (!wide || !node || (before !== null && node.left >= frame.left && node.right <= frame.right)) return;
    box.scrollLeft += node.left + node.width / 2 - frame.left - frame.width / 2;
  }

  private keepOpen(): void {
    const all = [...this.body.querySelectorAll<HTMLDetailsElement>("details")];
    this.twinOpen = new Set(
      all.filter((one) => one.open).map((one) => one.querySelector("summary")?.textContent ?? ""),
    );
  }

  private reopen(): void {
    for (const one of this.body.querySelectorAll<HTMLDetailsElement>("details"))
      one.open = this.twinOpen.has(one.querySelector("summary")?.textContent ?? "");
  }

  private treeSection(): HTMLElement {
    const { grove } = this;
    const tree = grove.tree();
    const hand = grove.state.which === "hand";
    const choose = (path: string) => {
      this.part.selected = path;
      this.part.column = null;
      this.draw();
    };
    const look = {
      selected: hand ? this.part.selected : this.asking(),
      walked: grove.walk?.path ?? null,
      whole: this.whole,
      choose: hand ? choose : null,
    };
    return section(
      "c-tree",
      hand ? "自己的树" : "算法的树",
      hand ? "点一堆，给它问一个问题" : null,
      this.tabs(),
      legend(grove),
      h("div", { ...this.frame(hand), "data-rest": true }, drawing(grove, tree, look)),
      h("div", { class: "row" }, this.zoom(), textTwin(grove, tree)),
    );
  }

  /** A drawing whose piles can't be chosen is scrolled with the arrow keys instead. */
  private frame(hand: boolean): Record<string, string | number> {
    const scrolls = { tabindex: 0, role: "region", "aria-label": "决策树的图，左右移动着看" };
    return hand ? { class: "tree-box", tabindex: -1 } : { class: "tree-box", ...scrolls };
  }

  /** The pile the learner is about to ask, while it goes step by step. */
  private asking(): string | null {
    return this.grove.state.learner.shown === null ? null : (this.grove.next()?.node.path ?? null);
  }

  private tabs(): HTMLElement | null {
    const { grove } = this;
    if (grove.settings.mode !== "both") return null;
    const { which } = grove.state;
    return h(
      "div",
      { class: "row target", role: "group", "aria-label": "看哪一棵" },
      button("自己种", () => grove.show("hand"), { key: "tab-hand", pressed: which === "hand" }),
      button("算法种", () => grove.show("algorithm"), {
        key: "tab-algorithm",
        pressed: which === "algorithm",
      }),
    );
  }

  private zoom(): HTMLElement {
    return button(
      this.whole ? "放大看清字" : "缩小看全树",
      () => {
        this.whole = !this.whole;
        this.draw();
      },
      { key: "zoom" },
    );
  }

  private origin(): HTMLElement {
    const { table } = this.grove;
    return h("p", { class: "tiny faint lab-origin" }, `数据：${table.title}。${table.origin}。`);
  }
}
