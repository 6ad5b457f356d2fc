// Draws the maze lab and draws it again after every change.
import { readAloud } from "../aloud";
import { codeView } from "../code";
import { button, h, redraw, section, uid } from "../dom";
import { GoalsView } from "../goals";
import type { Bench } from "./bench";
import { check } from "./checks";
import { mazeCode } from "./code";
import { factsOf, type Tool, toolsOf } from "./state";
import { GridView } from "./view-grid";
import { guessSection, searchText, tableSection, textTwin } from "./view-runs";
import { factorText, GROUND_TEXT, methodHow } from "./words";

const TOOL_TEXT: Record<Tool, string> = { ...GROUND_TEXT, start: "起点", goal: "终点" };

export class View {
  private readonly goals: GoalsView;
  private readonly grid: GridView;
  private readonly above = h("div");
  private readonly below = h("div");
  private readonly side = h("div", { class: "maze-side" });
  private readonly searched = h("div");
  private readonly said = h("p", { class: "maze-said", id: uid("said") });

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
  ) {
    const { state, spec, host } = bench;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    this.grid = new GridView(bench);
    const primary = bench.settings.level === "primary";
    root.classList.add("lab", "lab-maze", `level-${bench.settings.level}`);
    const left = section(
      "c-maze",
      "迷宫",
      null,
      this.above,
      this.grid.element,
      legend(primary),
      this.said,
      primary ? readAloud(this.said.id) : null,
      this.below,
    );
    root.append(this.goals.element, h("div", { class: "maze-bench bench" }, left, this.side), this.origin());
    this.draw();
  }

  close(): void {
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-maze", `level-${this.bench.settings.level}`);
  }

  readonly draw = (): void => {
    const { bench } = this;
    this.move();
    const { level } = bench.settings;
    const open = [...this.below.querySelectorAll("details")].map((one) => one.open);
    redraw(this.above, guessSection(bench), this.tools());
    const program = level === "senior" ? codeView(mazeCode(bench)) : null;
    redraw(this.below, this.acts(), this.methods(), this.factor(), textTwin(bench, this.searched), program);
    for (const [i, one] of [...this.below.querySelectorAll("details")].entries()) one.open = open[i] ?? false;
    redraw(this.side, tableSection(bench));
    this.goals.update(check(bench.spec.goals, factsOf(bench.state, bench.settings)));
  };

  /** While a search plays: the grid, and what is said of this step. The rest waits for its end. */
  readonly move = (): void => {
    const { bench } = this;
    this.grid.draw();
    this.said.textContent = bench.words() || "选一种办法，走一步看看。";
    redraw(this.searched, ...searchText(bench));
  };

  private tools(): HTMLElement | null {
    const { bench } = this;
    if (!bench.settings.edit) return null;
    const tools = toolsOf(bench.settings).map((tool) =>
      button(TOOL_TEXT[tool], () => bench.pick(tool), {
        key: `tool-${tool}`,
        pressed: bench.state.tool === tool,
      }),
    );
    return h(
      "div",
      { class: "maze-tools" },
      h("div", { class: "row", role: "group", "aria-label": "画什么" }, ...tools),
      h(
        "div",
        { class: "row" },
        this.mazes(),
        button("撤回", () => bench.undo(), { key: "undo", icon: "undo", disabled: !bench.state.undo.length }),
      ),
    );
  }

  private mazes(): HTMLElement {
    const { bench } = this;
    const id = uid("maze");
    const options = bench.set.mazes.map(({ key, title, map }) =>
      h("option", { value: key, selected: map === bench.state.maze }, title),
    );
    const own = bench.set.mazes.some(({ map }) => map === bench.state.maze);
    const select = h(
      "select",
      { id, "data-key": "mazes" },
      own ? null : h("option", { value: "", selected: true }, "自己画的"),
      ...options,
    );
    select.addEventListener("change", () => {
      const chosen = bench.set.mazes.find(({ key }) => key === select.value);
      if (chosen) bench.take(chosen.map);
    });
    return h("span", { class: "row" }, h("label", { for: id }, "换迷宫"), select);
  }

  private acts(): HTMLElement {
    const { bench } = this;
    return h(
      "div",
      { class: "row" },
      button(bench.playing ? "停一停" : "自动走", () => bench.play(), { key: "play", class: "go" }),
      button("走一步", () => bench.step(), { key: "step", disabled: bench.atEnd() }),
      bench.settings.level === "primary"
        ? null
        : button("走到底", () => bench.finish(), { key: "finish", disabled: bench.atEnd() }),
      button("从头", () => bench.restart(), { key: "restart", disabled: !bench.state.shown }),
    );
  }

  private methods(): HTMLElement {
    const { bench } = this;
    const { way } = bench.state;
    const methods = bench.settings.methods.map((method) =>
      button(bench.name(method), () => bench.choose({ method }), {
        key: `method-${method}`,
        pressed: way.method === method,
      }),
    );
    return h(
      "div",
      { class: "maze-methods" },
      h("div", { class: "row", role: "group", "aria-label": "办法" }, h("span", {}, "用"), ...methods),
      h("p", { class: "soft" }, methodHow(way.method, bench.settings.level)),
    );
  }

  private factor(): HTMLElement | null {
    const { bench } = this;
    if (bench.state.way.method !== "astar" || !bench.settings.factor) return null;
    const { factor } = bench.state.way;
    const id = uid("factor");
    const slider = h("input", {
      id,
      type: "range",
      min: 0,
      max: 2,
      step: 0.25,
      value: factor,
      "data-key": "factor",
      "aria-valuetext": factorText(factor),
    });
    slider.addEventListener("input", () => bench.choose({ factor: Number(slider.value) }));
    const means = factor === 0 ? "不估计" : factor <= 1 ? "估计不会超过真的" : "估计可能比真的还高";
    return h(
      "div",
      { class: "maze-factor" },
      h("label", { for: id }, `估计乘几倍：${factorText(factor)}（${means}）`),
      slider,
    );
  }

  private origin(): HTMLElement {
    const { set, settings } = this.bench;
    return h(
      "p",
      { class: "tiny faint lab-origin" },
      settings.level === "primary"
        ? `数据：${set.title}。${set.origin}。`
        : `走进一格空地花 1，泥地花 ${settings.mud}，墙走不进。数据：${set.title}。${set.origin}。`,
    );
  }
}

function legend(primary: boolean): HTMLElement {
  const entry = (name: string, sign: string, text: string) =>
    h("li", {}, h("i", { class: `cell ${name}`, "aria-hidden": "true" }, sign), text);
  return h(
    "ul",
    { class: "maze-legend" },
    entry("wall", "", "墙"),
    primary ? null : entry("mud", "", "泥地"),
    entry("floor opened", "·", "打开过"),
    entry("floor waiting", "○", "在排队"),
    entry("floor path", "●", "找到的路"),
  );
}
