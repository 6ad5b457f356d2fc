// Draws the whole bench and draws it again after every change.
import { codeView } from "../code";
import { button, type Child, h, redraw, section, share } from "../dom";
import { GoalsView } from "../goals";
import { confusion, count } from "../image-classifier/model";
import { type Cell, matrixTable } from "../matrix";
import { KeepModel } from "../models/view";
import { BANDS_OF_SCORE, bandOf } from "../sound/checks";
import { BAND_TEXT } from "../sound/words";
import type { Bench } from "./bench";
import { check } from "./checks";
import { textCode } from "./code";
import { typical } from "./model";
import { isCurrent, lessons } from "./state";
import { askSection } from "./view-ask";
import { PIECES_TEXT } from "./words";

const SEEN = 6;

export class View {
  private readonly body = h("div", { class: "bench split" });
  private readonly more = h("div", { class: "c-more" });
  private readonly goals: GoalsView;
  private readonly keep: KeepModel;
  private cell: Cell | null = null;
  private kind: string;

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
  ) {
    const { state, spec, host, settings, set } = bench;
    this.kind = settings.labels[0]?.key ?? "";
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    this.keep = new KeepModel(spec.id, host, () => bench.draft(), spec.dataset);
    root.classList.add("lab", "lab-text");
    root.dataset["level"] = settings.level;
    const origin = h("p", { class: "tiny faint lab-origin" }, `句子：${set.title}。${set.origin}。`);
    root.append(this.goals.element, this.body, this.keep.element, this.more, origin);
    this.draw();
  }

  close(): void {
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-text");
    delete this.root.dataset["level"];
  }

  readonly draw = (): void => {
    const { bench } = this;
    const open = this.body.querySelector("details")?.open ?? false;
    redraw(
      this.body,
      h(
        "div",
        { class: "c-side" },
        this.readSection(),
        this.teachSection(),
        this.examSection(),
        this.wrong(),
      ),
      h("div", { class: "c-side" }, askSection(bench)),
    );
    const asked = this.body.querySelector("details");
    if (asked) asked.open = open;
    this.drawCode();
    this.keep.offer(bench.state.run?.pieces === "words");
    this.goals.update(check(bench.spec.goals, bench.facts()));
  };

  private drawCode(): void {
    const { bench } = this;
    if (bench.settings.level !== "senior") return;
    const open = this.more.querySelector("details")?.open ?? false;
    const shown = codeView(textCode(bench));
    shown.open = open;
    redraw(this.more, shown);
  }

  private readSection(): HTMLElement {
    const { bench } = this;
    const { settings, state } = bench;
    const own = lessons(settings, state.amount).filter(({ label }) => label === this.kind);
    const machine = isCurrent(state) ? bench.machine() : null;
    const words = machine ? typical(machine, bench.labels().indexOf(this.kind), 8) : [];
    return section(
      "c-read",
      "读一读来信",
      null,
      h(
        "div",
        { class: "row", role: "group", "aria-label": "哪一类" },
        ...settings.labels.map(({ key, text }) =>
          button(
            text,
            () => {
              this.kind = key;
              this.draw();
            },
            { key: `kind-${key}`, pressed: this.kind === key },
          ),
        ),
      ),
      h(
        "ul",
        { class: "letters" },
        ...own.slice(0, SEEN).map(({ words: cut }) => h("li", {}, cut.join(" "))),
      ),
      own.length > SEEN ? h("p", { class: "soft small" }, `还有 ${own.length - SEEN} 句，都给它学。`) : null,
      words.length
        ? h(
            "p",
            {},
            h("strong", {}, `最像${bench.labelText(this.kind)}的：`),
            words.map(({ text }) => text).join("、"),
          )
        : null,
    );
  }

  private teachSection(): HTMLElement {
    const { bench } = this;
    const { state, settings } = bench;
    const current = isCurrent(state);
    const machine = current ? bench.machine() : null;
    return section(
      "c-teach",
      "教它读",
      null,
      h(
        "div",
        { class: "row", role: "group", "aria-label": "每类学几句" },
        h("span", {}, "每类学"),
        ...settings.amounts.map((amount) =>
          button(`${amount} 句`, () => bench.setAmount(amount), {
            key: `amount-${amount}`,
            pressed: state.amount === amount,
          }),
        ),
      ),
      settings.pieces === "choose"
        ? h(
            "div",
            { class: "row", role: "group", "aria-label": "数什么" },
            h("span", {}, "数"),
            ...(["words", "pairs"] as const).map((pieces) =>
              button(PIECES_TEXT[pieces], () => bench.setPieces(pieces), {
                key: `pieces-${pieces}`,
                pressed: state.pieces === pieces,
              }),
            ),
          )
        : null,
      button(state.run ? "再学一遍" : "让它学", () => bench.learn(), {
        key: "learn",
        class: current ? "" : "go",
      }),
      state.run && !current ? h("p", { class: "verdict" }, "你改了教法，要再学一遍才算。") : null,
      machine && state.run
        ? h(
            "p",
            { class: "verdict" },
            `学过的 ${state.run.train.all} 句，认对 ${state.run.train.right} 句。认识 ${machine.words.length} 个${bench.unit()}。`,
          )
        : null,
    );
  }

  private examSection(): HTMLElement | null {
    const { bench } = this;
    if (!isCurrent(bench.state)) return null;
    return section(
      "c-exam",
      "考一考",
      `没见过的 ${bench.settings.test.length} 句`,
      h(
        "div",
        { class: "guessing" },
        h("p", {}, "先猜再考：它能……"),
        h(
          "div",
          { class: "row" },
          ...BANDS_OF_SCORE.map((band) =>
            button(BAND_TEXT[band], () => bench.exam(band), { key: `guess-${band}` }),
          ),
        ),
        h("p", { class: "soft small" }, "“几乎全”是十句里八九句以上，“一大半”是一半以上。"),
      ),
      this.results(),
    );
  }

  private results(): Child {
    const { tests } = this.bench.state;
    if (!tests.length) return null;
    const row = ({ amount, pieces, answers, guess }: (typeof tests)[0]) => {
      const { right, all } = count(answers);
      return h(
        "tr",
        {},
        h("th", { scope: "row" }, `每类 ${amount} 句`),
        h("td", {}, PIECES_TEXT[pieces]),
        h("td", {}, `${all} 句，认对 ${right} 句`, share(h("span", { class: "bar" }, h("i")), right / all)),
        h("td", {}, guess === bandOf(right, all) ? "猜中了" : `猜的是${BAND_TEXT[guess]}`),
      );
    };
    const heads = ["学了", "数的是", "成绩", "你猜的"];
    return h(
      "div",
      { class: "runs" },
      h(
        "table",
        {},
        h("caption", {}, "每次考试"),
        h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
        h("tbody", {}, ...[...tests].reverse().map(row)),
      ),
    );
  }

  private wrong(): HTMLElement | null {
    const { bench } = this;
    const test = bench.lastTest();
    if (!test || !isCurrent(bench.state)) return null;
    const labels = bench.labels();
    const names = bench.settings.labels.map(({ text }) => text);
    return section(
      "c-cm",
      "它错在哪",
      "点一格，看是哪几句",
      matrixTable({
        counts: confusion(test.answers, labels),
        names,
        open: this.cell,
        choose: (cell) => {
          this.cell = cell;
          this.draw();
        },
      }),
      this.cell ? this.inCell(this.cell, labels) : null,
    );
  }

  private inCell({ truth, said }: Cell, labels: string[]): HTMLElement {
    const { bench } = this;
    const answers = bench.lastTest()?.answers ?? [];
    const found = answers.filter((one) => one.truth === labels[truth] && one.said === labels[said]);
    return h(
      "div",
      { class: "answers-list", role: "group", "aria-label": "这一格里的句子" },
      ...found.map(({ id, truth: key }) =>
        button(id, () => this.look(id, key), { key: `in-${id}`, icon: "right" }),
      ),
    );
  }

  /** Takes a sentence of the exam to the table, with what it really is. */
  private look(text: string, truth: string): void {
    this.bench.put(text, truth);
    this.root.querySelector(".c-ask")?.scrollIntoView({ block: "nearest" });
  }
}
