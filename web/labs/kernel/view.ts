// Draws the picture with the window, the result as far as it goes, and what stands beside them.
import { codeView } from "../code";
import { button, type Child, h, redraw } from "../dom";
import { GoalsView } from "../goals";
import { type Bench, shownValue } from "./bench";
import { check } from "./checks";
import { kernelCode } from "./code";
import { type Grey, SIDE } from "./model";
import { Pixels } from "./pixels";
import { kernelSection, pictureRow, walkSection } from "./view-set";
import { closeUp, sumSection } from "./view-sum";

export class View {
  private readonly body = h("div", { class: "bench split" });
  private readonly top = h("div");
  private readonly acts = h("div", { class: "kernel-acts" });
  private readonly words = h("p", { class: "verdict", "aria-live": "polite" });
  private readonly inName = h("figcaption");
  private readonly outName = h("figcaption");
  private readonly poolName = h("figcaption");
  private readonly pooledBox: HTMLElement;
  private readonly lens = h("div");
  private readonly side = h("div", { class: "c-side" });
  private readonly more = h("div", { class: "c-more" });
  private readonly goals: GoalsView;
  private readonly input: Pixels;
  private readonly result: Pixels;
  private readonly pooled: Pixels;

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
    origin: string,
  ) {
    const { state, spec, host, settings } = bench;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    const nudge = (dx: number, dy: number) => bench.nudge(dx, dy);
    this.input = new Pixels("进去的图。拖动窗口，或用方向键", (x, y) => bench.moveToPoint(x, y), nudge);
    this.result = new Pixels("出来的图。点一格，或用方向键", (x, y) => bench.moveTo(x, y), nudge);
    this.pooled = new Pixels(
      "池化以后的图",
      () => undefined,
      () => undefined,
    );
    this.pooled.element.removeAttribute("tabindex");
    this.pooled.element.setAttribute("role", "img");
    this.pooledBox = h("figure", {}, this.pooled.element, this.poolName);
    root.classList.add("lab", "lab-kernel", `level-${settings.level}`);
    this.body.append(
      h(
        "div",
        { class: "c-sheet" },
        this.top,
        h(
          "div",
          { class: "two-pictures" },
          h("figure", {}, this.input.element, this.inName),
          h("figure", {}, this.result.element, this.outName),
        ),
        this.words,
        this.acts,
        this.pooledBox,
        this.lens,
      ),
      this.side,
      this.more,
    );
    root.append(this.goals.element, this.body, h("p", { class: "tiny faint lab-origin" }, origin));
    this.draw();
  }

  close(): void {
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-kernel", `level-${this.bench.settings.level}`);
  }

  readonly draw = (): void => {
    const { bench } = this;
    const open = [...this.more.querySelectorAll("details")].map((one) => one.open);
    redraw(this.top, pictureRow(bench));
    redraw(this.acts, ...this.actRows());
    redraw(this.lens, bench.settings.level === "primary" ? null : closeUp(bench));
    redraw(this.side, sumSection(bench), kernelSection(bench), walkSection(bench));
    const { level } = bench.settings;
    redraw(this.more, this.twin(), level === "senior" ? codeView(kernelCode(bench)) : null);
    for (const [i, one] of [...this.more.querySelectorAll("details")].entries()) one.open = open[i] ?? false;
    this.input.draw(bench.input, "clip", () => true);
    this.names();
    this.move();
    this.goals.update(check(bench.spec.goals, bench.facts()));
  };

  /** While it walks by itself: the window and the result only. */
  readonly move = (): void => {
    const { bench } = this;
    const { column, row } = bench.state.at;
    this.input.frame({ ...bench.window, side: SIDE });
    this.result.draw(bench.result, bench.state.show, (place) => bench.isFilled(place));
    this.result.frame({ column, row, side: 1 });
    this.words.textContent = bench.standing();
  };

  private names(): void {
    const { bench } = this;
    const { picture, state } = bench;
    const { width, height } = bench.input;
    this.inName.textContent = state.chain.length
      ? `第 ${state.chain.length} 层的结果，${width}×${height}`
      : `${picture.title}，${width}×${height}。${picture.alt}`;
    const kernel = bench.settings.level === "primary" ? "" : `（${bench.kernelName()}）`;
    this.outName.textContent = `结果${kernel}，${bench.result.width}×${bench.result.height}`;
    const pooling = state.layer.pool !== "none" && bench.whole;
    this.pooledBox.hidden = !pooling;
    if (!pooling) return;
    const out = bench.pooledResult;
    this.pooled.draw(out, state.show, () => true);
    this.poolName.textContent = `池化以后，${out.width}×${out.height}`;
  }

  private actRows(): Child[] {
    const { bench } = this;
    const { whole, playing, state } = bench;
    const primary = bench.settings.level === "primary";
    return [
      h(
        "div",
        { class: "row" },
        button(playing ? "停一停" : "自动走", () => bench.play(), {
          class: "go",
          key: "play",
          disabled: whole,
          after: "restart",
        }),
        button("下一格", () => bench.next(), { key: "next", disabled: whole, after: "restart" }),
        primary
          ? null
          : button("算完这一行", () => bench.finishRow(), { key: "row", disabled: whole, after: "restart" }),
        button("走到底", () => bench.finish(), { key: "finish", disabled: whole, after: "restart" }),
        button("从头", () => bench.restart(), { key: "restart", icon: "undo" }),
      ),
      primary
        ? null
        : h(
            "div",
            { class: "row" },
            button("拿结果再卷一次", () => bench.deeper(), {
              key: "deeper",
              disabled: !bench.mayGoDeeper,
              after: "play",
            }),
            state.chain.length
              ? button("退回上一层", () => bench.back(), { key: "back", after: "deeper" })
              : null,
          ),
    ];
  }

  /** The same in numbers; made only when somebody opens it, for it is long. */
  private twin(): HTMLElement {
    const { bench } = this;
    const box = h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "结果的数" });
    const details = h("details", { class: "twin" }, h("summary", {}, "用数看：整个结果"), box);
    const fill = () => {
      if (details.open)
        redraw(
          box,
          numbers(bench.result, (place) => bench.isFilled(place)),
        );
    };
    details.addEventListener("toggle", fill);
    return details;
  }
}

function numbers(grey: Grey, there: (place: number) => boolean): HTMLElement {
  const rows = Array.from({ length: grey.height }, (_, row) =>
    h(
      "tr",
      {},
      ...Array.from({ length: grey.width }, (_, column) => {
        const place = row * grey.width + column;
        return h("td", {}, there(place) ? shownValue(grey.values[place] as number) : "·");
      }),
    ),
  );
  return h("table", { class: "lens" }, h("tbody", {}, ...rows));
}
