// Draws the sheet and what stands beside it; the sheet alone follows a finger.
import { readAloud } from "../aloud";
import { codeView } from "../code";
import { button, type Child, h, redraw, s } from "../dom";
import { GoalsView } from "../goals";
import { KeepModel } from "../models/view";
import { mark, Plane, px, py, SHAPE_SIGNS, span } from "../plane";
import { type Bench, CELLS } from "./bench";
import { check } from "./checks";
import { groupsCode, nearCode } from "./code";
import { draftOf } from "./keep";
import { fromSheet } from "./state";
import { groupsSection } from "./view-groups";
import { nearSection, testSection } from "./view-near";

export class View {
  private readonly body = h("div", { class: "bench split" });
  private readonly side = h("div", { class: "c-side" });
  private readonly tools = h("div", { class: "sheet-tools" });
  private readonly tabs = h("div");
  private readonly more = h("div", { class: "c-more" });
  private readonly goals: GoalsView;
  private readonly keep: KeepModel;
  private readonly plane: Plane;
  private dragged = false;
  private painted: Int8Array | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
    origin: string,
  ) {
    const { state, spec, host, settings } = bench;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    this.plane = new Plane(
      "放点的纸。方向键移动选中的，按住 Shift 移得细一点，Delete 擦掉选中的点",
      settings.axes,
      ["regions", "lines", "dots", "front"],
      {
        down: (at, reach) => {
          bench.take(at, reach);
          this.paint();
        },
        drag: (at) => {
          this.dragged = true;
          bench.drag(at);
          this.paint();
        },
        up: () => {
          this.dragged = false;
          bench.changed();
        },
        nudge: (dx, dy) => bench.nudge(dx, dy),
        remove: () => bench.remove(),
      },
    );
    root.classList.add("lab", "lab-points", `level-${settings.level}`);
    this.body.append(
      h("div", { class: "c-sheet" }, this.tabs, this.plane.svg, this.tools),
      this.side,
      this.more,
    );
    this.keep = new KeepModel(spec.id, host, () => draftOf(bench), spec.dataset);
    root.append(this.goals.element, this.body);
    if (settings.level !== "primary") root.append(this.keep.element);
    root.append(h("p", { class: "tiny faint lab-origin" }, origin));
    this.draw();
  }

  close(): void {
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-points", `level-${this.bench.settings.level}`);
  }

  readonly draw = (): void => {
    const { bench } = this;
    const open = [...this.more.querySelectorAll("details")].map((one) => one.open);
    redraw(this.tabs, this.tabRow());
    redraw(this.tools, ...this.toolRows());
    if (bench.state.tab === "near") redraw(this.side, nearSection(bench), testSection(bench));
    else redraw(this.side, groupsSection(bench));
    redraw(this.more, this.twin(), bench.settings.level === "senior" ? codeView(this.program()) : null);
    for (const [i, one] of [...this.more.querySelectorAll("details")].entries()) one.open = open[i] ?? false;
    this.keep.offer(bench.state.tab === "near" && bench.state.dots.length > 0);
    this.paint();
    this.goals.update(check(bench.spec.goals, bench.facts()));
  };

  private tabRow(): HTMLElement | null {
    const { bench } = this;
    if (bench.settings.tabs.length < 2) return null;
    const tab = (name: "near" | "groups", text: string) =>
      button(text, () => bench.show(name), { key: `tab-${name}`, pressed: bench.state.tab === name });
    return h(
      "div",
      { class: "row", role: "group", "aria-label": "做哪一个" },
      tab("near", "找近邻"),
      tab("groups", "分成组"),
    );
  }

  private toolRows(): Child[] {
    const { bench } = this;
    const { state, settings } = bench;
    const pen = (kind: typeof bench.pen, text: string) =>
      button(
        text,
        () => {
          bench.pen = kind;
          this.draw();
        },
        { key: `pen-${kind}`, pressed: bench.pen === kind },
      );

    const primary = settings.level === "primary";
    const pens =
      state.tab === "near"
        ? settings.kinds.map((_, kind) => pen(kind, `放 ${bench.kindText(kind)}`))
        : [pen(0, "放点")];
    const own = bench.chosen.what === "dot";
    return [
      h(
        "div",
        { class: "row", role: "group", "aria-label": "在纸上做什么" },
        pen(null, state.tab === "near" ? "移动问号" : "移动中心"),
        primary ? null : pen("dots", "移动点"),
        ...pens,
      ),
      h(
        "div",
        { class: "row" },
        primary ? null : button("换一个选", () => bench.chooseNext(), { key: "choose" }),
        typeof bench.pen === "number" && state.tab === "near"
          ? button("在问号这里放", () => bench.add(), { key: "add", after: "choose" })
          : null,
        own && !primary ? button("擦掉它", () => bench.remove(), { key: "remove", after: "choose" }) : null,
        state.added || state.taken
          ? button("恢复原来的点", () => bench.putBack(), { key: "back", after: "choose", icon: "undo" })
          : null,
      ),
      primary
        ? state.tab === "near" && readAloud("near-says")
        : h("p", { class: "soft tiny" }, `选中的是${bench.chosenText()}。在纸上拖动，或用方向键移动。`),
    ];
  }

  private paint(): void {
    const { bench, plane } = this;
    const near = bench.state.tab === "near";
    // while a point is dragged regions would be asked for at every move; they come when it is let go
    const busy = this.dragged && bench.chosen.what === "dot";
    // drawn anew only when they are others: a question mark that moves leaves them as they are
    const cells = near && bench.state.regions && !busy ? bench.cells() : null;
    if (cells !== this.painted) plane.paint("regions", ...(cells ? regionMarks(cells) : []));
    this.painted = cells;
    if (near) this.paintNear();
    else this.paintGroups();
  }

  private paintNear(): void {
    const { bench, plane } = this;
    const { state, chosen, settings } = bench;
    const large = settings.level === "primary" ? 3 : 0;
    const found = bench.shown ? bench.vote() : null;
    const at = state.query;
    plane.paint(
      "lines",
      ...(found?.nearest ?? []).map((i) => {
        const dot = state.dots[i] ?? at;
        return s("path", { class: "tie", d: `M${px(at.x)} ${py(at.y)}L${px(dot.x)} ${py(dot.y)}` });
      }),
    );
    plane.paint(
      "dots",
      ...state.dots.map((dot, i) => {
        const on = chosen.what === "dot" && chosen.at === i ? " chosen" : "";
        return mark(dot.kind, dot, (found?.nearest.includes(i) ? 9 : 7) + large, {
          class: `dot${on}${found?.nearest.includes(i) ? " votes" : ""}`,
        });
      }),
    );
    const on = chosen.what === "query" ? " chosen" : "";
    plane.paint(
      "front",
      s(
        "g",
        { class: `query${on}` },
        s("circle", { cx: px(at.x), cy: py(at.y), r: 13 }),
        s("text", { x: px(at.x), y: py(at.y) + 6, class: "mid" }, "?"),
      ),
    );
  }

  private paintGroups(): void {
    const { bench, plane } = this;
    const { state, chosen, asked } = bench;
    const showTies = state.groups !== null;
    plane.paint(
      "lines",
      ...state.dots.map((dot, i) => {
        const centre = showTies ? state.centres[state.groups?.[i] ?? 0] : null;
        if (!centre) return null;
        return s("path", {
          class: "thread",
          d: `M${px(dot.x)} ${py(dot.y)}L${px(centre.x)} ${py(centre.y)}`,
        });
      }),
    );
    plane.paint(
      "dots",
      ...state.dots.map((dot, i) => {
        const on = chosen.what === "dot" && chosen.at === i ? " chosen" : "";
        const group = state.groups?.[i];
        return group === undefined
          ? s("circle", { class: `dot plain${on}`, cx: px(dot.x), cy: py(dot.y), r: 6 })
          : mark(group, dot, 6.5, { class: `dot${on}` });
      }),
    );
    const ring = asked && state.dots[asked.dot];
    plane.paint(
      "front",
      ring ? s("circle", { class: "ring", cx: px(ring.x), cy: py(ring.y), r: 14 }) : null,
      ...state.centres.map((centre, i) =>
        s(
          "g",
          { class: `centre${chosen.what === "centre" && chosen.at === i ? " chosen" : ""}` },
          mark(i, centre, 14),
          s("text", { x: px(centre.x), y: py(centre.y) + 6, class: "mid" }, i + 1),
        ),
      ),
    );
  }

  /** The same in words and numbers. */
  private twin(): HTMLElement {
    const { bench } = this;
    const { state, settings } = bench;
    const name = (i: number, kind: number) =>
      state.tab === "near"
        ? bench.kindText(kind)
        : state.groups
          ? `${SHAPE_SIGNS[state.groups[i] ?? 0]} 第 ${(state.groups[i] ?? 0) + 1} 组`
          : "还没归组";
    const value = (axis: 0 | 1, at: number) =>
      String(Math.round(fromSheet(settings.axes[axis], at) * 10) / 10);
    return h(
      "details",
      { class: "twin" },
      h("summary", {}, `用表看：纸上的 ${state.dots.length} 个点`),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": "纸上的点" },
        h(
          "table",
          { class: "tb" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ...[settings.axes[0].text, settings.axes[1].text, state.tab === "near" ? "种类" : "归到"].map(
                (text) => h("th", { scope: "col" }, text),
              ),
            ),
          ),
          h(
            "tbody",
            {},
            ...state.dots.map((dot, i) =>
              h(
                "tr",
                {},
                h("td", {}, value(0, dot.x)),
                h("td", {}, value(1, dot.y)),
                h("td", {}, name(i, dot.kind)),
              ),
            ),
          ),
        ),
      ),
    );
  }

  private program(): string {
    const { state, settings } = this.bench;
    return state.tab === "near" ? nearCode(state, settings) : groupsCode(state);
  }
}

/** Runs of equal cells in a row become one box; signs of the kind stand in it, so that hue is never alone. */
function regionMarks(cells: Int8Array): Child[] {
  const size = 100 / CELLS;
  const found: Child[] = [];
  for (let row = 0; row < CELLS; row += 1) {
    let from = 0;
    for (let column = 1; column <= CELLS; column += 1) {
      const kind = cells[row * CELLS + from] ?? -1;
      if (column < CELLS && cells[row * CELLS + column] === kind) continue;
      if (kind >= 0)
        found.push(
          s("rect", {
            class: `area hue-${kind + 1}`,
            x: px(from * size),
            y: py((row + 1) * size),
            width: span((column - from) * size),
            height: span(size),
          }),
        );
      from = column;
    }
  }
  for (let row = 2; row < CELLS; row += 4)
    for (let column = 2; column < CELLS; column += 4) {
      const kind = cells[row * CELLS + column] ?? -1;
      const at = { x: (column + 0.5) * size, y: (row + 0.5) * size };
      if (kind >= 0) found.push(mark(kind, at, 2.6, { class: "sign" }));
    }
  return found;
}
