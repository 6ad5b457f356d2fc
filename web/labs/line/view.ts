// Draws the points with the line, the landscape of losses, and what stands beside them.
import { readAloud } from "../aloud";
import { codeView } from "../code";
import { button, type Child, h, redraw, s, section, uid } from "../dom";
import { GoalsView } from "../goals";
import { KeepModel } from "../models/view";
import { mark, Plane, px, py, type Spot } from "../plane";
import { fromSheet } from "../points/state";
import { type Bench, ENDS, toLand } from "./bench";
import { check } from "./checks";
import { descentCode, handCode } from "./code";
import { draftOf } from "./keep";
import { at, type Line, ring } from "./model";
import { RATES } from "./state";

const LAND = [
  { text: "倾斜", unit: "", low: -100, high: 100 },
  { text: "高度", unit: "", low: -50, high: 150 },
] as const;
const RINGS = [25, 100, 300, 800, 1800, 3500, 6500];

export class View {
  private readonly body = h("div", { class: "bench split" });
  private readonly side = h("div", { class: "c-side" });
  private readonly tabs = h("div");
  private readonly more = h("div", { class: "c-more" });
  private readonly words = h("p", { class: "verdict", "aria-live": "polite", id: uid("loss") });
  private readonly landBox = h("div");
  private readonly goals: GoalsView;
  private readonly keep: KeepModel;
  private readonly sheet: Plane;
  private readonly land: Plane;

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
    origin: string,
  ) {
    const { state, spec, host, settings } = bench;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    this.sheet = new Plane("点和直线。左右键选一头，上下键移动它", settings.axes, ["gaps", "dots", "front"], {
      down: (spot) => this.hold(() => bench.take(spot)),
      drag: (spot) => this.hold(() => bench.drag(spot.y)),
      up: () => {
        if (state.tab === "hand") bench.drawnByHand();
      },
      nudge: (dx, dy) => bench.nudge(dx, dy),
    });
    this.land = new Plane("损失的地形。方向键移动起点", [LAND[0], LAND[1]], ["rings", "path", "front"], {
      down: (spot) => this.hold(() => bench.setStart(spot)),
      drag: (spot) => this.hold(() => bench.setStart(spot)),
      up: () => bench.changed(),
      nudge: (dx, dy) => {
        const here = toLand(state.start);
        bench.setStart({ x: here.x + dx, y: here.y + dy });
        bench.host.say(`起点损失 ${bench.lossText()}`);
        bench.changed();
      },
    });
    this.land.paint(
      "rings",
      ...RINGS.map((more) => s("path", { class: "contour", d: closed(ring(settings.dots, more)) })),
    );
    this.keep = new KeepModel(spec.id, host, () => draftOf(bench), spec.dataset);
    root.classList.add("lab", "lab-line", `level-${settings.level}`);
    this.body.append(
      h("div", { class: "c-sheet" }, this.tabs, this.sheet.svg, this.words),
      this.side,
      this.more,
    );
    root.append(this.goals.element, this.body);
    if (settings.level !== "primary") root.append(this.keep.element);
    root.append(h("p", { class: "tiny faint lab-origin" }, origin));
    this.draw();
  }

  close(): void {
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-line", `level-${this.bench.settings.level}`);
  }

  readonly draw = (): void => {
    const { bench } = this;
    const open = [...this.more.querySelectorAll("details")].map((one) => one.open);
    redraw(this.tabs, this.tabRow());
    if (bench.state.tab === "hand") redraw(this.side, this.handSection());
    else {
      // the landscape stays in the page, so that a finger or key on it is not lost
      if (!this.landBox.isConnected) redraw(this.side, this.landBox, h("div"));
      if (!this.landBox.firstChild)
        this.landBox.append(
          section("c-land", "损失的地形", "每个位置是一条直线，越靠里损失越小", this.land.svg),
        );
      const rest = this.side.lastElementChild;
      if (rest) redraw(rest, this.descentSection());
    }
    redraw(
      this.more,
      this.twin(),
      bench.settings.level === "senior"
        ? codeView(bench.state.tab === "descent" ? descentCode(bench) : handCode(bench))
        : null,
      bench.settings.level === "primary" ? readAloud(this.words.id) : null,
    );
    for (const [i, one] of [...this.more.querySelectorAll("details")].entries()) one.open = open[i] ?? false;
    this.paint();
    this.keep.offer(bench.state.handBest !== null || bench.state.path.length > 0);
    this.goals.update(check(bench.spec.goals, bench.facts()));
  };

  private hold(act: () => void): void {
    act();
    this.paint();
  }

  private tabRow(): HTMLElement | null {
    const { bench } = this;
    if (bench.settings.tabs.length < 2) return null;
    const tab = (name: "hand" | "descent", text: string) =>
      button(text, () => bench.show(name), { key: `tab-${name}`, pressed: bench.state.tab === name });
    return h(
      "div",
      { class: "row", role: "group", "aria-label": "做哪一个" },
      tab("hand", "用手放"),
      tab("descent", "走下坡"),
    );
  }

  private handSection(): HTMLElement {
    const { bench } = this;
    const { state, settings } = bench;
    const primary = settings.level === "primary";
    return section(
      "c-hand",
      "把直线放到点中间",
      null,
      h(
        "p",
        { class: "soft" },
        primary
          ? "拖动直线两头，让它离每个点都近。"
          : "拖动直线两头。虚线是每个点和直线的差；差先平方，再平均，就是损失。",
      ),
      button(state.closed ? "收起最好的直线" : "直接算出最好的", () => bench.showBest(), {
        key: "best",
        pressed: state.closed,
      }),
      state.closed
        ? h(
            "p",
            { class: "verdict" },
            `最好的直线损失 ${bench.lossText(bench.best)}。`,
            state.handBest === null ? "" : `你看之前放得最好的是 ${Math.round(state.handBest * 10) / 10}。`,
          )
        : h("p", { class: "soft" }, "先自己放到最好，再看算出来的。"),
    );
  }

  private descentSection(): HTMLElement {
    const { bench } = this;
    const { state, over } = { state: bench.state, over: bench.over };
    const slider = h("input", {
      type: "range",
      min: 0,
      max: RATES.length - 1,
      step: 1,
      "data-key": "rate",
      "aria-valuetext": String(bench.rate),
      input: (event) => bench.setRate(Number((event.target as HTMLInputElement).value)),
    });
    slider.value = String(state.rate);
    return section(
      "c-walk",
      "一步一步往下走",
      null,
      h(
        "label",
        { class: "slide" },
        h("span", {}, "学习率（步子大小）"),
        slider,
        h("output", {}, String(bench.rate)),
      ),
      h("p", {}, "先猜：再走一步，损失会怎样？"),
      h(
        "div",
        { class: "row" },
        button("变小", () => bench.guess(true), { key: "smaller", disabled: over }),
        button("变大", () => bench.guess(false), { key: "larger", disabled: over }),
      ),
      bench.reply ? h("p", { class: "verdict" }, bench.reply) : null,
      h(
        "div",
        { class: "row" },
        button("走 1 步", () => bench.walk(1), { class: "go", key: "one", disabled: over, after: "again" }),
        button("走 10 步", () => bench.walk(10), { key: "ten", disabled: over, after: "again" }),
        button("走 100 步", () => bench.walk(100), { key: "hundred", disabled: over, after: "again" }),
        button("回到起点", () => bench.again(), { key: "again", icon: "undo" }),
        button(state.closed ? "收起最好的" : "直接算出最好的", () => bench.showBest(), {
          key: "best",
          pressed: state.closed,
        }),
      ),
      this.walks(),
    );
  }

  private walks(): Child {
    const { walks } = this.bench.state;
    if (!walks.length) return h("p", { class: "soft" }, "换几个学习率都走一走，这里各记一行。");
    const round = (value: number) => (value < 1e6 ? Math.round(value * 10) / 10 : "非常大");
    return h(
      "div",
      { class: "runs" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h("tr", {}, ...["学习率", "走了", "损失"].map((text) => h("th", { scope: "col" }, text))),
        ),
        h(
          "tbody",
          {},
          ...walks.map((walk) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, walk.rate),
              h("td", {}, `${walk.steps} 步`),
              h("td", {}, `${round(walk.first)} → ${round(walk.last)}`),
            ),
          ),
        ),
      ),
    );
  }

  private paint(): void {
    const { bench, sheet } = this;
    const { line, state, settings } = bench;
    const hand = state.tab === "hand";
    this.words.textContent = hand
      ? `${settings.level === "primary" ? "差得有多大（损失）：" : "损失 "}${bench.lossText()}`
      : bench.standing();
    sheet.paint(
      "gaps",
      ...settings.dots.map(({ x, y }) =>
        s("path", { class: "gap", d: `M${px(x)} ${py(y)}V${py(held(at(line, x)))}` }),
      ),
    );
    sheet.paint("dots", ...settings.dots.map((dot) => mark(0, dot, 6, { class: "dot" })));
    const handles = ENDS.map((x, i) =>
      mark(3, { x, y: held(at(line, x)) }, settings.level === "primary" ? 18 : 12, {
        class: bench.end === i ? "handle chosen" : "handle",
      }),
    );
    sheet.paint(
      "front",
      state.closed ? s("path", { class: "best", d: drawn(bench.best) }) : null,
      s("path", { class: "fit", d: drawn(line) }),
      ...(hand ? handles : []),
    );
    if (!hand) this.paintLand();
  }

  private paintLand(): void {
    const { bench, land } = this;
    const spots = [bench.state.start, ...bench.state.path].map(toLand);
    const seen = spots.map((spot) => ({ x: held(spot.x), y: held(spot.y) }));
    const d = seen.map((spot, i) => `${i ? "L" : "M"}${px(spot.x)} ${py(spot.y)}`).join("");
    land.paint(
      "path",
      s("path", { class: "way", d }),
      ...seen.slice(1, 60).map((spot) => mark(0, spot, 3.5, { class: "dot" })),
    );
    const [start] = seen;
    const last = seen[seen.length - 1];
    land.paint(
      "front",
      bench.state.closed ? mark(2, toLand(bench.best), 9, { class: "dot" }) : null,
      start ? mark(1, start, 8, { class: "dot" }) : null,
      last ? mark(3, last, 10, { class: "handle chosen" }) : null,
    );
  }

  /** The same in numbers. */
  private twin(): HTMLElement {
    const { bench } = this;
    const { axes, dots } = bench.settings;
    const value = (axis: 0 | 1, spot: number) => String(Math.round(fromSheet(axes[axis], spot) * 10) / 10);
    const row = ({ x, y }: Spot) => {
      const said = at(bench.line, x);
      return h(
        "tr",
        {},
        h("td", {}, value(0, x)),
        h("td", {}, value(1, y)),
        h("td", {}, value(1, said)),
        h("td", {}, Math.round((y - said) * 10) / 10),
      );
    };
    const heads = [axes[0].text, axes[1].text, "直线说", "差（纸上）"];
    return h(
      "details",
      { class: "twin" },
      h("summary", {}, `用表看：${dots.length} 个点和直线的差`),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": "点和直线的差" },
        h(
          "table",
          { class: "tb" },
          h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
          h("tbody", {}, ...dots.map(row)),
        ),
      ),
    );
  }
}

const held = (value: number): number => Math.min(100, Math.max(0, value));

/** The part of a line that lies on the sheet. */
function drawn(line: Line): string {
  const cross = (y: number) => 50 + (50 * (y - line.height)) / line.rise;
  const [a, b] = line.rise === 0 ? [0, 100] : [cross(0), cross(100)];
  const from = Math.max(0, Math.min(a, b));
  const to = Math.min(100, Math.max(a, b));
  if (from >= to || at(line, from) < -1 || at(line, from) > 101) return "M0 0";
  return `M${px(from)} ${py(at(line, from))}L${px(to)} ${py(at(line, to))}`;
}

function closed(lines: Line[]): string {
  return `${lines.map((line, i) => `${i ? "L" : "M"}${px(held(toLand(line).x))} ${py(held(toLand(line).y))}`).join("")}Z`;
}
