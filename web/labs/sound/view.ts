// Draws the whole bench and draws it again after every change.
import { codeView } from "../code";
import { button, h, redraw, section } from "../dom";
import { GoalsView } from "../goals";
import type { Cell } from "../matrix";
import { KeepModel } from "../models/view";
import type { Bench } from "./bench";
import { check } from "./checks";
import { soundCode } from "./code";
import { Speaker } from "./device";
import { lastTest } from "./state";
import { examSection, teachSection, whyPart, wrongSection } from "./view-learn";
import { OwnSounds } from "./view-own";
import { spectrogram } from "./view-picture";
import { PLACE_TEXT } from "./words";

export class View {
  private readonly body = h("div", { class: "bench split" });
  private readonly more = h("div", { class: "c-more" });
  private readonly goals: GoalsView;
  private readonly own: OwnSounds;
  private readonly keep: KeepModel;
  private readonly speaker = new Speaker();
  private cell: Cell | null = null;
  /** The kind whose sounds are offered. */
  private kind: string;
  private pending = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
  ) {
    const { state, spec, host, settings, set } = bench;
    this.kind = settings.train.find(({ key }) => key === state.shown)?.label ?? settings.labels[0]?.key ?? "";
    this.own = new OwnSounds(bench, () => this.ask());
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    this.keep = new KeepModel(spec.id, host, () => bench.draft(), spec.dataset);
    root.classList.add("lab", "lab-sound");
    root.dataset["level"] = settings.level;
    const origin = h(
      "p",
      { class: "tiny faint lab-origin" },
      `声音：${set.title}。${set.origin}。计算都在这台设备上。`,
    );
    root.append(this.goals.element, this.body, this.keep.element, this.more, origin);
    this.draw();
  }

  close(): void {
    this.speaker.close();
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-sound");
    delete this.root.dataset["level"];
  }

  /** Many changes in one turn are drawn once. */
  ask(): void {
    if (this.pending) return;
    this.pending = true;
    queueMicrotask(() => {
      this.pending = false;
      this.draw();
    });
  }

  private readonly draw = (): void => {
    const { bench } = this;
    if (!this.root.classList.contains("lab-sound")) return;
    const wrong = wrongSection(bench, this.cell, (cell) => {
      this.cell = cell;
      this.draw();
    });
    const why = bench.settings.level === "primary" ? whyPart(bench, lastTest(bench.state)) : null;
    redraw(
      this.body,
      h("div", { class: "c-side" }, this.lookSection(), this.quizSection()),
      h("div", { class: "c-side" }, teachSection(bench), examSection(bench), wrong, why, this.own.view()),
    );
    this.drawCode();
    this.keep.offer(bench.state.run !== null && !bench.state.run.own.length);
    this.goals.update(check(bench.spec.goals, bench.facts()));
  };

  /** Made anew only while it is open: it holds every sound's numbers. */
  private drawCode(): void {
    if (this.bench.settings.level !== "senior" || this.bench.progress) return;
    const open = this.more.querySelector("details")?.open ?? false;
    const shown = codeView(open ? soundCode(this.bench) : "");
    shown.open = open;
    shown.addEventListener("toggle", () => {
      const pre = shown.querySelector("pre");
      if (shown.open && pre && !pre.textContent) pre.textContent = soundCode(this.bench);
    });
    redraw(this.more, shown);
  }

  private play(id: string): void {
    const { ear, state, host } = this.bench;
    void this.speaker.play(ear.sound(id, state.place)).then((can) => {
      if (!can) host.say("这台设备放不出声音，看图也一样。");
    });
  }

  private lookSection(): HTMLElement {
    const { bench } = this;
    const { state, settings } = bench;
    const offered = settings.train.filter(({ label }) => label === this.kind);
    const { asked } = bench;
    return section(
      "c-look",
      "看见声音",
      null,
      h(
        "div",
        { class: "row", role: "group", "aria-label": "哪一类声音" },
        ...settings.labels.map(({ key, text }) =>
          button(text, () => this.pick(key), { key: `kind-${key}`, pressed: this.kind === key }),
        ),
      ),
      h(
        "div",
        { class: "row chips", role: "group", "aria-label": "哪一个声音" },
        ...offered.map(({ key }, i) =>
          button(String(i + 1), () => bench.show(key), {
            key: `sound-${key}`,
            pressed: state.shown === key,
            label: bench.nameOf(key),
          }),
        ),
      ),
      h("h3", {}, bench.nameOf(state.shown), h("small", {}, PLACE_TEXT[state.place])),
      spectrogram(bench.ear.picture(state.shown, state.place), bench.nameOf(state.shown)),
      h(
        "div",
        { class: "row" },
        button("听一听", () => this.play(state.shown), { key: "play", icon: "right" }),
        state.run
          ? button("它说是什么", () => void bench.askShown(), {
              key: "ask",
              disabled: bench.progress !== null,
            })
          : null,
      ),
      asked
        ? h("p", { class: "verdict" }, `它说：${bench.labelText(asked.said)}。`, this.shares(asked))
        : null,
      h("p", {}, "换个地方听："),
      h(
        "div",
        { class: "row", role: "group", "aria-label": "在哪里听" },
        ...settings.places.map((place) =>
          button(PLACE_TEXT[place], () => bench.setPlace(place), {
            key: `place-${place}`,
            pressed: state.place === place,
          }),
        ),
      ),
    );
  }

  private shares(asked: { likeness: { label: string; share: number }[] }): string {
    if (this.bench.settings.level === "primary") return "";
    const parts = asked.likeness
      .filter(({ share }) => share >= 0.05)
      .sort((a, b) => b.share - a.share)
      .map(({ label, share }) => `${this.bench.labelText(label)} ${Math.round(share * 100)} 份`);
    return ` 一百份里：${parts.join("，")}。`;
  }

  private pick(kind: string): void {
    this.kind = kind;
    const first = this.bench.settings.train.find(({ label }) => label === kind);
    if (first) this.bench.show(first.key);
  }

  private quizSection(): HTMLElement | null {
    const { bench } = this;
    const sound = bench.quizSound();
    if (!sound) return null;
    const { quiz } = bench.state;
    const right = quiz.said === sound.label;
    return section(
      "c-quiz",
      "只看图，猜一猜",
      quiz.right + quiz.wrong ? `猜对 ${quiz.right} 个，猜错 ${quiz.wrong} 个` : null,
      spectrogram(bench.ear.picture(sound.key, "quiet"), null),
      h(
        "div",
        { class: "row", role: "group", "aria-label": "这是什么声音" },
        ...bench.settings.labels.map(({ key, text }) =>
          button(text, () => bench.guessSound(key), {
            key: `quiz-${key}`,
            pressed: quiz.said === key,
            disabled: quiz.said !== null && quiz.said !== key,
            label: `猜是${text}`,
            after: "quiz-next",
          }),
        ),
      ),
      quiz.said
        ? h("p", { class: "verdict" }, `${right ? "猜对了" : "不是"}，这是${bench.labelText(sound.label)}。`)
        : h("p", { class: "soft" }, "先猜，再听。"),
      quiz.said
        ? h(
            "div",
            { class: "row" },
            button("听听对不对", () => void this.speaker.play(bench.ear.sound(sound.key, "quiet")), {
              key: "quiz-play",
              icon: "right",
            }),
            button("下一张", () => bench.nextQuiz(), { key: "quiz-next", class: "go" }),
          )
        : null,
    );
  }
}
