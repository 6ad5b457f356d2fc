// Draws what is written, the guess and the chances of the next sign, and what stands beside them.
import { codeView } from "../code";
import { button, type Child, h, redraw, section, share } from "../dom";
import { GoalsView } from "../goals";
import { type Bench, OFFERED } from "./bench";
import { check } from "./checks";
import { nextCode } from "./code";
import { askSection, lossCurve, modelSection, netSection, showProgress, typed } from "./view-side";

const BARS = 8;

export class View {
  private readonly body = h("div", { class: "bench split" });
  private readonly sheet = h("div", { class: "c-sheet" });
  private readonly side = h("div", { class: "c-side" });
  private readonly more = h("div", { class: "c-more" });
  private readonly net = h("div");
  private readonly netWords = h("p", { class: "verdict" });
  private readonly netCurve = h("div");
  private readonly goals: GoalsView;

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
    origin: string,
  ) {
    const { state, spec, host, settings } = bench;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    root.classList.add("lab", "lab-next", `level-${settings.level}`);
    this.body.append(this.sheet, this.side, this.more);
    root.append(this.goals.element, this.body, h("p", { class: "tiny faint lab-origin" }, origin));
    this.draw();
  }

  close(): void {
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-next", `level-${this.bench.settings.level}`);
  }

  readonly draw = (): void => {
    const { bench } = this;
    const open = [...this.more.querySelectorAll("details")].map((one) => one.open);
    redraw(this.sheet, this.writing(), this.next());
    redraw(this.net, netSection(bench, this.netWords, this.netCurve));
    redraw(this.side, modelSection(bench), askSection(bench), this.net);
    redraw(this.more, this.passages(), this.program());
    for (const [i, one] of [...this.more.querySelectorAll("details")].entries()) one.open = open[i] ?? false;
    this.move();
    this.goals.update(check(bench.spec.goals, bench.facts()));
  };

  /** While the net learns: how far it is. Its button stays, so that a finger on it is not missed. */
  readonly move = (): void => {
    const { bench } = this;
    if (!bench.settings.net) return;
    const bar = this.net.querySelector<HTMLElement>(".prog");
    if (bar) showProgress(bar, bench);
    this.netWords.textContent = bench.netWords();
    redraw(this.netCurve, lossCurve(bench.state.losses));
  };

  private writing(): HTMLElement {
    const { bench } = this;
    const all = [...bench.state.text];
    const { from } = bench.state;
    const acts = { disabled: bench.waiting || bench.full };
    return section(
      "c-write",
      "接着写",
      bench.modelName,
      typed("开头", "用这个开头", "start", (text) => bench.begin(text)),
      h(
        "p",
        { class: "written", "aria-label": "写出来的" },
        h("b", {}, all.slice(0, from).join("")),
        all.slice(from).join(""),
      ),
      bench.state.passages.length ? h("p", { class: "verdict" }, bench.passageText()) : null,
      h(
        "div",
        { class: "row" },
        button("写一段", () => bench.passage(), { class: "go", key: "passage", disabled: bench.waiting }),
        button("掷骰子接一个字", () => bench.one(), { key: "one", ...acts }),
      ),
      bench.waiting ? h("p", { class: "soft" }, "小网络正在接着上次学，等一等。") : null,
    );
  }

  private next(): HTMLElement {
    const { bench } = this;
    const end = [...bench.state.text].slice(-4).join("");
    return section(
      "c-next",
      "下一个字",
      `“${end}”的后面`,
      bench.waiting ? null : bench.state.seen ? this.bars() : this.guessing(),
    );
  }

  private guessing(): HTMLElement {
    const { bench } = this;
    return h(
      "div",
      { class: "guessing", role: "group", "aria-label": "我猜" },
      h("p", {}, `先猜：这 ${OFFERED} 个字里，它觉得哪个最可能？`),
      h(
        "div",
        { class: "row" },
        ...bench
          .offered()
          .map((sign) =>
            button(sign, () => bench.guess(sign), { key: `guess-${sign}`, class: "sign", after: "again" }),
          ),
      ),
    );
  }

  private bars(): HTMLElement {
    const { bench } = this;
    const found = bench.candidates(BARS);
    const rest = Math.max(0, 1 - found.reduce((sum, one) => sum + one.chance, 0));
    const percent = (chance: number) => `${(chance * 100).toFixed(chance < 0.1 ? 1 : 0)}%`;
    const back = bench.reached;
    const { n } = bench.state;
    return h(
      "div",
      { class: "candidates" },
      h("p", { class: "verdict" }, bench.reply, bench.chancesText()),
      n > 1
        ? h(
            "p",
            { class: "soft" },
            back < n - 1
              ? `前面 ${n - 1} 个字这样连着没见过，只好看 ${back} 个字。`
              : `这 ${back} 个字在短文里见过。`,
          )
        : null,
      h(
        "ul",
        { "aria-label": "每个字的可能，点一个就接它" },
        ...found.map(({ sign, chance }) =>
          h(
            "li",
            {},
            button(sign, () => bench.one(sign), {
              key: `sign-${sign}`,
              class: "sign",
              label: `${sign}，接这个字`,
              after: "again",
            }),
            h("span", { class: "bar", "aria-hidden": "true" }, share(h("i", {}), chance)),
            h("span", { class: "percent" }, percent(chance)),
          ),
        ),
      ),
      h("p", { class: "soft" }, `其余 ${bench.signs.length - found.length} 个字一共 ${percent(rest)}。`),
      button("再猜一次", () => bench.again(), { key: "again" }),
    );
  }

  private passages(): Child {
    const { passages } = this.bench.state;
    if (!passages.length) return null;
    const heads = ["看前面", "温度", "字数", "照抄", "没见过的接法"];
    const percent = (value: number) => `${Math.round(value * 100)}%`;
    const rows = [...passages]
      .reverse()
      .map((one) =>
        h(
          "tr",
          {},
          h("td", {}, one.n ? `${one.n - 1} 个字` : "小网络"),
          h("td", {}, one.temperature),
          h("td", {}, one.long),
          h("td", {}, percent(one.copied)),
          h("td", {}, percent(one.strange)),
        ),
      );
    return section(
      "c-passages",
      "写过的几段",
      "照抄：连着六个字在短文里有；没见过的接法：相邻两个字短文里没有",
      h(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": "写过的每一段" },
        h(
          "table",
          { class: "tb" },
          h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
          h("tbody", {}, ...rows),
        ),
      ),
    );
  }

  private program(): Child {
    const { bench } = this;
    if (bench.settings.level !== "senior") return null;
    if (bench.state.n === 0)
      return h("p", { class: "soft" }, "Python 程序是数次数的那种；换成看前面几个字就有。");
    return codeView(nextCode(bench));
  }
}
