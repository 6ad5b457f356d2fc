// Draws the room, what stands beside it, and what came of the learning.
import { codeView } from "../code";
import { button, type Child, h, redraw, refresh, s, section, share } from "../dom";
import { GoalsView } from "../goals";
import { type Bench, TAUGHT } from "./bench";
import { check, type Outcome } from "./checks";
import { rewardCode } from "./code";
import { MOST_EPISODES } from "./state";
import { GridView } from "./view-grid";
import { learnSection, legend, rewardSection, roomRow, toolRow } from "./view-set";
import { OUTCOME_TEXT, placeText, short, WAY_TEXT } from "./words";

const CURVE_MS = 250;
const [W, H, LEFT, BOTTOM] = [400, 150, 40, 24];

export class View {
  private readonly body = h("div", { class: "bench split" });
  private readonly top = h("div", { class: "reward-tools" });
  private readonly words = h("p", { class: "verdict" });
  private readonly acts = h("div", { class: "reward-acts" });
  private readonly curve = h("div");
  private readonly side = h("div", { class: "c-side" });
  private readonly closely = h("div");
  private readonly more = h("div", { class: "c-more" });
  private readonly goals: GoalsView;
  private readonly grid: GridView;
  private curved = 0;
  private settingsOf = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
    origin: string,
  ) {
    const { state, spec, host, settings } = bench;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    this.grid = new GridView(bench);
    root.classList.add("lab", "lab-reward", `level-${settings.level}`);
    this.body.append(
      h("div", { class: "c-sheet" }, this.top, this.grid.element, this.words, this.acts, this.curve),
      this.side,
      this.more,
    );
    root.append(this.goals.element, this.body, h("p", { class: "tiny faint lab-origin" }, origin));
    this.draw();
  }

  close(): void {
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-reward", `level-${this.bench.settings.level}`);
  }

  readonly draw = (): void => {
    const { bench } = this;
    const open = [...this.more.querySelectorAll("details")].map((one) => one.open);
    this.settings();
    redraw(this.acts, ...this.actRows());
    if (bench.settings.level !== "primary") redraw(this.closely, this.cellSection());
    redraw(
      this.more,
      this.runs(),
      this.twin(),
      bench.settings.level === "senior" ? codeView(rewardCode(bench)) : null,
    );
    for (const [i, one] of [...this.more.querySelectorAll("details")].entries()) one.open = open[i] ?? false;
    this.move();
    this.goals.update(check(bench.spec.goals, bench.facts()));
  };

  /** While it learns: the grid, the words, how far it is. */
  readonly move = (): void => {
    const { bench } = this;
    this.grid.draw();
    this.words.textContent = bench.shown ? `${bench.reply}${bench.walkText()}` : bench.standing();
    const bar = this.acts.querySelector<HTMLElement>(".prog");
    if (bar) {
      share(bar, bench.done);
      refresh(bar, { "aria-valuenow": String(Math.round(bench.done * 100)) });
    }
    // while it learns the curve follows now and then: drawing it costs as much as the room
    if (bench.playing && performance.now() - this.curved < CURVE_MS) return;
    this.curved = performance.now();
    redraw(this.curve, this.returns());
  };

  /** What is set by hand: drawn anew when it was changed, not by learning. */
  private settings(): void {
    const { bench } = this;
    const { map, tool, learning } = bench.state;
    const set = JSON.stringify([map, tool, learning]);
    if (set === this.settingsOf) return;
    this.settingsOf = set;
    redraw(this.top, roomRow(bench), toolRow(bench), legend(bench));
    const closely = bench.settings.level === "primary" ? null : this.closely;
    redraw(this.side, closely, rewardSection(bench), learnSection(bench));
  }

  private actRows(): Child[] {
    const { bench } = this;
    const { playing, over } = bench;
    const taught = bench.state.episode > 0;
    const primary = bench.settings.level === "primary";
    return [
      bench.untouched ? this.guessing() : null,
      h(
        "div",
        { class: "row" },
        button(playing ? "停一停" : "学 100 回", () => bench.teach(100), {
          class: taught ? "" : "go",
          key: "teach",
          disabled: over && !playing,
        }),
        button("看它怎么走", () => bench.test(), {
          class: taught ? "go" : "",
          key: "test",
          disabled: playing,
        }),
        button("走一步", () => bench.step(), { key: "step", disabled: over }),
        primary ? null : button("走完这一回", () => bench.finish(), { key: "finish", disabled: over }),
        button("从头学", () => bench.again(), { key: "again", icon: "undo", disabled: bench.untouched }),
      ),
      playing
        ? h(
            "div",
            {
              class: "prog",
              role: "progressbar",
              "aria-label": "学到哪里",
              "aria-valuemin": 0,
              "aria-valuemax": 100,
            },
            h("i", {}),
          )
        : null,
      over ? h("p", { class: "soft" }, `学满 ${MOST_EPISODES} 回了。`) : null,
    ];
  }

  private guessing(): HTMLElement {
    const { bench } = this;
    const { guess } = bench.state;
    const outcomes = (Object.keys(OUTCOME_TEXT) as Outcome[]).filter(
      (one) => one !== "circles" || bench.room.cells.includes("*"),
    );
    return h(
      "div",
      { class: "guessing", role: "group", "aria-label": "我猜" },
      h("p", {}, "先猜：学会以后，它会怎么走？"),
      h(
        "div",
        { class: "row" },
        ...outcomes.map((one) =>
          button(OUTCOME_TEXT[one], () => bench.guess(one), { key: `guess-${one}`, pressed: guess === one }),
        ),
      ),
      guess === null ? null : h("p", { class: "soft tiny" }, `学 ${TAUGHT} 回以上，再看它怎么走。`),
    );
  }

  /** The last move with its update, and the four values of the cell looked at. */
  private cellSection(): HTMLElement {
    const { bench } = this;
    const { room, cell, state, last } = bench;
    const values = state.values.slice(cell * 4, cell * 4 + 4);
    const best = Math.max(...values);
    const wall = room.cells[cell] === "#" || room.cells[cell] === "G";
    return section(
      "c-close",
      "一格的四个分",
      placeText(room, cell),
      wall
        ? h("p", { class: "soft" }, room.cells[cell] === "G" ? "到了终点，这一回就结束。" : "墙走不进去。")
        : h(
            "table",
            { class: "four" },
            h("caption", { class: "say" }, "从这一格往四个方向走的分"),
            h("thead", {}, h("tr", {}, ...WAY_TEXT.map((way) => h("th", { scope: "col" }, `往${way}`)))),
            h(
              "tbody",
              {},
              h(
                "tr",
                {},
                ...values.map((value) =>
                  h("td", { class: value === best && best !== 0 ? "best" : "" }, short(value)),
                ),
              ),
            ),
          ),
      last ? h("p", {}, bench.moveText()) : h("p", { class: "soft" }, "点一格看它的分；走一步，看分怎样改。"),
      last ? h("p", { class: "formula" }, bench.formula()) : null,
    );
  }

  private returns(): Child {
    const { returns, stride } = this.bench.state;
    if (returns.length < 2) return null;
    const low = Math.min(0, ...returns);
    const high = Math.max(1, ...returns);
    const x = (i: number) => LEFT + (i / (returns.length - 1)) * (W - LEFT - 8);
    const y = (value: number) => 8 + (1 - (value - low) / (high - low)) * (H - BOTTOM - 8);
    const smooth = returns.map((_, i) => {
      const near = returns.slice(Math.max(0, i - 9), i + 1);
      return near.reduce((sum, one) => sum + one, 0) / near.length;
    });
    const path = (values: number[]) =>
      values.map((value, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    const last = smooth[smooth.length - 1] ?? 0;
    const words = `开始时一回得 ${short(returns[0] ?? 0)}，最近平均 ${short(last)}。`;
    return h(
      "figure",
      { class: "returns" },
      s(
        "svg",
        { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": `每一回得的分：${words}` },
        s("path", { class: "axis", d: `M${LEFT} 8V${H - BOTTOM}M${LEFT} ${y(0)}H${W - 8}` }),
        s("text", { x: LEFT - 5, y: 18, class: "end" }, short(high)),
        s("text", { x: LEFT - 5, y: H - BOTTOM, class: "end" }, short(low)),
        s("text", { x: W - 8, y: H - 5, class: "end" }, `${returns.length * stride} 回`),
        s("path", { class: "each", d: path(returns) }),
        s("path", { class: "mean", d: path(smooth) }),
      ),
      h("figcaption", {}, `每一回得的分，粗线是平均。${words}`),
    );
  }

  private runs(): Child {
    const { runs } = this.bench.state;
    if (!runs.length) return null;
    const heads = ["奖励：终点、星星、水、墙、步", "试新路", "折扣", "学了", "结果"];
    return h(
      "details",
      { class: "twin" },
      h("summary", {}, `看过的 ${runs.length} 次`),
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": "看过的每一次" },
        h(
          "table",
          { class: "tb" },
          h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
          h(
            "tbody",
            {},
            ...[...runs]
              .reverse()
              .map(({ rewards, ...run }) =>
                h(
                  "tr",
                  {},
                  h(
                    "td",
                    {},
                    [rewards.goal, rewards.star, rewards.water, rewards.bump, rewards.step].join("，"),
                  ),
                  h("td", {}, `${run.explore * 100}%`),
                  h("td", {}, run.discount),
                  h("td", {}, `${run.episodes} 回`),
                  h("td", {}, `${OUTCOME_TEXT[run.outcome]}，${run.moves} 步，得 ${short(run.total)}`),
                ),
              ),
          ),
        ),
      ),
    );
  }

  /** The room in signs, with the best ways. */
  private twin(): HTMLElement {
    const { room, shown } = this.bench;
    const way = shown ? `它走的路：${shown.cells.map((cell) => placeText(room, cell)).join("，")}。` : "";
    return h(
      "details",
      { class: "twin" },
      h("summary", {}, "用文字看房间"),
      h("p", { class: "soft" }, ". 空地，# 墙，~ 水坑，* 星星，S 起点，G 终点。"),
      h("pre", { class: "room-signs" }, this.bench.state.map),
      way ? h("p", {}, way) : null,
    );
  }
}
