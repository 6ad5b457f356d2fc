// Draws the sheet with the network's answer, the network, and what stands beside them.
import { codeView } from "../code";
import { button, type Child, h, redraw, s } from "../dom";
import { GoalsView } from "../goals";
import { KeepModel } from "../models/view";
import { mark } from "../plane";
import type { Bench } from "./bench";
import { GUESS_EPOCHS } from "./bench";
import { check } from "./checks";
import { networkCode } from "./code";
import { CELLS, fill, freshGrid, type Grid, type Inks, inSigns, paint, readInks } from "./field";
import { MOST_EPOCHS } from "./state";
import { NetDrawing } from "./view-net";
import { curve, runs } from "./view-scores";
import { buildSection, shapes, trainingSection } from "./view-set";

/** Words and curve follow a training so often, pictures oftener. */
const WORDS_MS = 250;
/** A pass over the grid stops after this long and goes on in the next frame. */
const PASS_MS = 4;

export class View {
  private readonly body = h("div", { class: "bench split" });
  private readonly tabs = h("div");
  private readonly field = h("canvas", { width: CELLS, height: CELLS, "aria-hidden": "true" });
  private readonly points = s("svg", { viewBox: "40 10 350 350", role: "img" });
  private readonly acts = h("div", { class: "net-acts" });
  private readonly words = h("p", { class: "verdict" });
  private readonly curve = h("div");
  private readonly side = h("div", { class: "c-side" });
  private readonly more = h("div", { class: "c-more" });
  private readonly goals: GoalsView;
  private readonly drawing: NetDrawing;
  private readonly keep: KeepModel;
  private grid: Grid | null = null;
  private gridOf = "";
  private row = 0;
  private inks: Inks | null = null;
  private spoken = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
    origin: string,
  ) {
    const { state, spec, host, settings } = bench;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    this.drawing = new NetDrawing(bench);
    this.keep = new KeepModel(spec.id, host, () => bench.draft(), spec.dataset);
    root.classList.add("lab", "lab-network", `level-${settings.level}`);
    this.body.append(
      h(
        "div",
        { class: "c-sheet" },
        this.tabs,
        h("div", { class: "net-field" }, this.field, this.points),
        this.words,
        this.acts,
        this.curve,
      ),
      this.side,
      h("div", { class: "c-more" }, this.keep.element),
      this.more,
    );
    root.append(this.goals.element, this.body, h("p", { class: "tiny faint lab-origin" }, origin));
    this.draw();
  }

  close(): void {
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-network", `level-${this.bench.settings.level}`);
  }

  readonly draw = (): void => {
    const { bench } = this;
    const open = [...this.more.querySelectorAll("details")].map((one) => one.open);
    redraw(this.tabs, shapes(bench));
    redraw(this.acts, ...this.actRows());
    this.drawing.draw();
    redraw(this.side, buildSection(bench, this.drawing.element), trainingSection(bench));
    redraw(
      this.more,
      runs(bench),
      this.twin(),
      bench.settings.level === "senior" ? codeView(networkCode(bench)) : null,
    );
    for (const [i, one] of [...this.more.querySelectorAll("details")].entries()) one.open = open[i] ?? false;
    redraw(this.points, ...this.dots());
    this.keep.offer(bench.run !== null && !bench.playing && bench.draft() !== null);
    this.inks = null;
    this.pictures(Number.POSITIVE_INFINITY);
    this.told();
  };

  /** While it learns: pictures as far as a frame allows, words now and then. */
  readonly move = (): void => {
    const whole = this.pictures(PASS_MS);
    if (!whole) return;
    this.drawing.draw();
    if (performance.now() - this.spoken > WORDS_MS) this.told();
  };

  private told(): void {
    const { bench } = this;
    this.spoken = performance.now();
    this.words.textContent = `${bench.reply}${bench.standing()}`;
    if (bench.settings.level !== "primary") redraw(this.curve, curve(bench));
    this.goals.update(check(bench.spec.goals, bench.facts()));
  }

  /** One pass over the grid, and when it is whole the pictures; says whether it was. */
  private pictures(ms: number): boolean {
    const { net, state, look } = this.bench;
    const of = JSON.stringify(net.sizes);
    if (!this.grid || this.gridOf !== of) {
      this.grid = freshGrid(net);
      this.gridOf = of;
      this.row = 0;
    }
    const from = performance.now();
    if (ms === Number.POSITIVE_INFINITY) this.row = 0;
    while (this.row < CELLS) {
      fill(net, state.plan.features, this.grid, this.row);
      this.row += 1;
      if (performance.now() - from > ms) return false;
    }
    this.row = 0;
    this.inks ??= readInks(this.root);
    const last = net.weights.length;
    const how = (layer: number) => (layer === 0 ? "in" : layer === last ? "chance" : net.activation);
    const put = (canvas: HTMLCanvasElement, layer: number, unit: number) => {
      const values = this.grid?.layers[layer]?.[unit];
      if (values && this.inks) paint(canvas, values, how(layer), this.inks);
    };
    put(this.field, look?.layer ?? last, look?.unit ?? 0);
    for (const { canvas, layer, unit } of this.drawing.units) put(canvas, layer, unit);
    return true;
  }

  private dots(): Child[] {
    const { points, state, settings } = this.bench;
    const learnt = points.filter(({ part }) => part === "train").length;
    const [first, second] = settings.kinds;
    const tested = state.showTest ? `，空心的 ${points.length - learnt} 个用来考` : "";
    this.points.setAttribute(
      "aria-label",
      `纸上的点：● 是${first}，■ 是${second}。实心的 ${learnt} 个用来学${tested}。`,
    );
    return points
      .filter(({ part }) => part === "train" || state.showTest)
      .map(({ x, y, kind, part }) => mark(kind, { x, y }, 4.5, { class: `dot ${part}` }));
  }

  private actRows(): Child[] {
    const { bench } = this;
    const { state, settings, over, playing } = bench;
    const primary = settings.level === "primary";
    return [
      bench.untouched ? this.guessing() : null,
      h(
        "div",
        { class: "row" },
        button(playing ? "停一停" : bench.untouched ? "开始学" : "接着学", () => bench.play(), {
          class: "go",
          key: "play",
          disabled: over,
        }),
        primary ? null : button("学一批", () => bench.step(), { key: "step", disabled: over }),
        primary ? null : button("学一轮", () => bench.epochs(1), { key: "epoch", disabled: over }),
        button("从头学", () => bench.again(), { key: "again", icon: "undo", disabled: bench.untouched }),
        button("换一组开始的权重", () => bench.reseed(), { key: "reseed" }),
      ),
      primary
        ? null
        : h(
            "div",
            { class: "row" },
            button("显示考试的点", () => bench.toggleTest(), { key: "tests", pressed: state.showTest }),
            h("span", { class: "soft tiny" }, this.legend()),
          ),
      state.epoch >= MOST_EPOCHS ? h("p", { class: "soft" }, `学满 ${MOST_EPOCHS} 轮了。`) : null,
    ];
  }

  private legend(): string {
    const { settings, look } = this.bench;
    const [first, second] = settings.kinds;
    const shown = look ? "现在放大的是一个神经元。" : "粗线是分界。";
    return `● ${first}，■ ${second}；实心的学，空心的考。${shown}`;
  }

  private guessing(): HTMLElement {
    const { bench } = this;
    const { guess } = bench.state;
    const ask =
      bench.settings.level === "primary"
        ? "先猜：它学得会吗？"
        : `先猜：${GUESS_EPOCHS} 轮以内，没见过的能认对九成吗？`;
    return h(
      "div",
      { class: "guessing", role: "group", "aria-label": "我猜" },
      h("p", {}, ask),
      h(
        "div",
        { class: "row" },
        button("学得会", () => bench.guess(true), { key: "guess-yes", pressed: guess === true }),
        button("学不会", () => bench.guess(false), { key: "guess-no", pressed: guess === false }),
      ),
    );
  }

  /** The same in signs: which kind the network says where. */
  private twin(): HTMLElement {
    const { net, state, settings } = this.bench;
    const [first, second] = settings.kinds;
    return h(
      "details",
      { class: "twin" },
      h("summary", {}, "用文字看：纸上哪里认成哪一种"),
      h("p", { class: "soft" }, `从上到下五行，● 认成${first}，■ 认成${second}。停下时更新。`),
      h("pre", { class: "net-signs" }, inSigns(net, state.plan.features).join("\n")),
    );
  }
}
