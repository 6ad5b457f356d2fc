// Draws the case, the rules at work on it, why they say what they say, and what they make of all cases.
import { codeView } from "../code";
import { button, type Child, h, redraw, section } from "../dom";
import { GoalsView } from "../goals";
import { type Bench, STRATEGY_TEXT } from "./bench";
import { check } from "./checks";
import { rulesCode } from "./code";
import type { Firing, Reason } from "./model";
import { OWN } from "./state";
import { builderSection, drawing, rulesSection, tile } from "./view-rules";

export class View {
  private readonly body = h("div", { class: "bench split" });
  private readonly sheet = h("div", { class: "c-sheet" });
  private readonly side = h("div", { class: "c-side" });
  private readonly more = h("div", { class: "c-more" });
  private readonly goals: GoalsView;

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
    origin: string,
  ) {
    const { state, spec, host, settings } = bench;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    root.classList.add("lab", "lab-rules", `level-${settings.level}`);
    this.body.append(this.sheet, this.side, this.more);
    root.append(this.goals.element, this.body, h("p", { class: "tiny faint lab-origin" }, origin));
    this.draw();
  }

  close(): void {
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-rules", `level-${this.bench.settings.level}`);
  }

  readonly draw = (): void => {
    const { bench } = this;
    const open = [...this.more.querySelectorAll("details")].map((one) => one.open);
    redraw(this.sheet, casesRow(bench), caseCard(bench), this.run(), this.why());
    redraw(this.side, builderSection(bench), rulesSection(bench));
    redraw(this.more, this.all(), bench.settings.level === "senior" ? codeView(rulesCode(bench)) : null);
    for (const [i, one] of [...this.more.querySelectorAll("details")].entries()) one.open = open[i] ?? false;
    this.goals.update(check(bench.spec.goals, bench.facts()));
  };

  // --- one case

  private run(): HTMLElement {
    const { bench } = this;
    const { running, over, state } = bench;
    const firings = bench.course.firings.slice(0, Math.max(0, state.shown));
    return section(
      "c-run",
      "规则怎样推",
      null,
      running || !bench.caseFacts.length ? null : this.guessing(),
      firings.length ? h("ol", { class: "firings" }, ...firings.map((one) => this.firing(one))) : null,
      h("p", { class: "verdict", "aria-live": "polite" }, bench.standing()),
      running && over ? this.dispute() : null,
      running && !over
        ? h(
            "div",
            { class: "row" },
            button("推一步", () => bench.step(), { class: "go", key: "step", after: "next" }),
            button("推到底", () => bench.finish(), { key: "finish", after: "next" }),
          )
        : null,
      running && over ? button("看下一个例子", () => bench.next(), { key: "next" }) : null,
    );
  }

  private guessing(): HTMLElement {
    const { bench } = this;
    return h(
      "div",
      { class: "guessing", role: "group", "aria-label": "我猜" },
      h("p", {}, "先猜：我的规则会得出什么？"),
      h(
        "div",
        { class: "tiles" },
        ...bench.settings.labels.map((one) =>
          tile(one, () => bench.guess(one.key), {
            key: `guess-${one.key}`,
            after: "step",
            label: `我猜：${one.text}`,
          }),
        ),
        button("没有结论", () => bench.guess("none"), {
          key: "guess-none",
          after: "step",
          label: "我猜：没有结论",
        }),
      ),
    );
  }

  private firing({ chosen, ready, adds }: Firing): HTMLElement {
    const { bench } = this;
    const rule = bench.rule(chosen);
    const others = ready.filter((id) => id !== chosen).map((id) => bench.place(id));
    const because = rule ? rule.if.map((key) => bench.name(key)).join("、") : "";
    return h(
      "li",
      {},
      h("span", {}, `第 ${bench.place(chosen)} 条规则：因为${because}，所以`),
      h("strong", {}, bench.name(adds)),
      others.length ? h("small", {}, `这一步第 ${others.join("、")} 条也能用。`) : null,
    );
  }

  private dispute(): Child {
    const { bench } = this;
    const { argued, answer } = bench.course;
    if (argued.length < 2) return null;
    const names = argued.map((key) => bench.name(key)).join("、");
    return h(
      "p",
      { class: "dispute" },
      h("strong", {}, "规则互相矛盾："),
      `有的说${argued.length === 2 ? names.replace("、", "，有的说") : names}。按“${STRATEGY_TEXT[bench.state.strategy]}”，用了${bench.name(answer)}。`,
    );
  }

  // --- why

  private why(): Child {
    const { bench } = this;
    const { reason, state } = bench;
    if (!bench.running || !bench.over || !reason) return null;
    return section(
      "c-why",
      "为什么得出这个结论",
      null,
      state.told ? this.told(reason) : this.choosing(reason),
    );
  }

  private choosing(reason: Reason): HTMLElement {
    const { bench } = this;
    return h(
      "div",
      { class: "guessing", role: "group", "aria-label": "它靠的事实" },
      h("p", {}, `得出“${bench.name(reason.key)}”，靠的是哪些事实？选全，别多选。`),
      h(
        "div",
        { class: "tiles" },
        ...bench.caseFacts.map((key) =>
          tile(bench.thing(key), () => bench.toggleBecause(key), {
            key: `because-${key}`,
            label: `靠的是：${bench.name(key)}`,
            pressed: bench.state.because.includes(key),
          }),
        ),
      ),
      button("就靠这些", () => bench.explain(), { key: "explain", after: "next" }),
    );
  }

  private told(reason: Reason): HTMLElement {
    const right = this.bench.state.explained.at(-1)?.right;
    return h(
      "div",
      { class: "why-chain" },
      h("p", { class: "verdict" }, right ? "说对了。一步步看：" : "不全对。它是这样推出来的："),
      h("ul", { class: "chain" }, this.link(reason)),
    );
  }

  private link(reason: Reason): HTMLElement {
    const { bench } = this;
    const how = reason.rule === null ? "看到的事实" : `第 ${bench.place(reason.rule)} 条规则，因为`;
    return h(
      "li",
      {},
      h("span", {}, h("strong", {}, bench.name(reason.key)), ` ← ${how}`),
      reason.from.length ? h("ul", {}, ...reason.from.map((one) => this.link(one))) : null,
    );
  }

  // --- all cases

  private all(): HTMLElement {
    const { bench } = this;
    const { current } = bench.state;
    return section(
      "c-all",
      "全部试一遍",
      null,
      h(
        "div",
        { class: "row" },
        button("全部试一遍", () => bench.tryAll(), { key: "all" }),
        bench.waiting ? button("来一个新的", () => bench.comes(), { key: "comes", after: "all" }) : null,
      ),
      current
        ? h("p", { class: "verdict" }, bench.tally())
        : h(
            "p",
            { class: "soft" },
            bench.state.trials.length ? "规则或例子变了，再试一遍。" : "看看规则能对几个。",
          ),
      current ? this.table() : null,
    );
  }

  private table(): HTMLElement {
    const { bench } = this;
    const rows = bench.outcomes().map(({ case: one, course, right }) =>
      h(
        "tr",
        {},
        h(
          "th",
          { scope: "row" },
          button(one.title, () => bench.look(one.key), { key: `row-${one.key}` }),
        ),
        h("td", {}, bench.name(one.label)),
        h("td", {}, bench.name(course.answer)),
        h(
          "td",
          {},
          h(
            "span",
            { class: right ? "ok" : "bad" },
            right ? "✓ 对" : course.answer === null ? "○ 没有规则管" : "✗ 错",
          ),
          course.argued.length > 1 ? "，有矛盾" : "",
        ),
      ),
    );
    const heads = ["例子", "应该是", "规则说", "怎样"];
    return h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "每个例子的结果" },
      h(
        "table",
        { class: "tb" },
        h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", {}, ...rows),
      ),
    );
  }
}

function casesRow(bench: Bench): HTMLElement {
  const { settings, state } = bench;
  return h(
    "div",
    { class: "tiles cases", role: "group", "aria-label": "例子" },
    ...bench.cases.map((one) =>
      tile(
        { key: one.key, text: one.fresh ? `${one.title}（新）` : one.title, draw: one.draw },
        () => bench.look(one.key),
        {
          key: `case-${one.key}`,
          pressed: state.at === one.key,
        },
      ),
    ),
    settings.own
      ? button("自己出一个", () => bench.look(OWN), {
          key: `case-${OWN}`,
          icon: "plus",
          pressed: state.at === OWN,
        })
      : null,
  );
}

function caseCard(bench: Bench): HTMLElement {
  const one = bench.case;
  if (!one)
    return section(
      "c-case",
      "自己出的例子",
      "选它有哪些事实",
      h(
        "div",
        { class: "tiles", role: "group", "aria-label": "它有的事实" },
        ...bench.settings.facts.map((fact) =>
          tile(fact, () => bench.toggleOwn(fact.key), {
            key: `own-${fact.key}`,
            label: `它：${fact.text}`,
            pressed: bench.state.own.includes(fact.key),
          }),
        ),
      ),
    );
  return section(
    "c-case",
    one.title,
    one.fresh ? "新来的" : null,
    h(
      "div",
      { class: "case-card" },
      drawing(one.draw, true),
      h(
        "ul",
        { "aria-label": "看到的事实" },
        ...one.facts.map((key) => h("li", {}, drawing(bench.thing(key).draw), bench.name(key))),
      ),
    ),
  );
}
