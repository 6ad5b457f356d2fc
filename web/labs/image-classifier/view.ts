// Draws the whole bench and draws it again after every change.
import { codeView } from "../code";
import { button, h, icon, redraw } from "../dom";
import { GoalsView } from "../goals";
import { KeepModel } from "../models/view";
import type { Bench } from "./bench";
import { check } from "./checks";
import { codeKey, imageCode } from "./code";
import { allowDragging } from "./drag";
import { draftOf } from "./keep";
import { type LabState, lastRun } from "./state";
import { type Cell, matrixSection } from "./view-matrix";
import { OwnPictures } from "./view-own";
import { runsSection, testSection } from "./view-test";
import { type TrainPart, trainSection } from "./view-train";
import { trySection } from "./view-try";
import noticeUrl from "./weights/NOTICE.txt?url";

export class View {
  private readonly eyeNote = h("div", { class: "lab-eye" });
  private readonly body = h("div", { class: "bench split" });
  private readonly own: OwnPictures;
  private readonly goals: GoalsView;
  private readonly keep: KeepModel;
  private readonly undrag: () => void;
  private readonly part: TrainPart;
  private readonly program = codeView("");
  private written = "";
  private cell: Cell | null = null;
  private pending = false;
  private examined: number;

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
  ) {
    const { state, spec, host } = bench;
    this.part = {
      target: state.classes[0]?.key ?? "",
      filter: "",
      trayOpen: !state.runs.length && !bench.settings.filled,
      renaming: null,
    };
    this.own = new OwnPictures(bench, () => this.draw());
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    const { level } = bench.settings;
    root.classList.add("lab", "lab-image", `level-${level}`);
    this.keep = new KeepModel(spec.id, host, () => draftOf(bench), spec.dataset);
    root.append(this.goals.element, this.eyeNote, this.body);
    if (level === "senior") root.append(this.program);
    if (level !== "primary") root.append(this.keep.element);
    root.append(this.origin());
    this.program.addEventListener("toggle", () => void this.write());
    this.undrag = allowDragging(root, (picture, cls) => {
      if (cls) bench.place([picture], cls);
      else bench.takeBack([picture]);
    });
    this.examined = examinedRun(state);
    this.draw();
  }

  close(): void {
    this.undrag();
    this.own.close();
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-image", `level-${this.bench.settings.level}`);
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
    if (!bench.state.classes.some((one) => one.key === this.part.target))
      this.part.target = bench.state.classes[0]?.key ?? "";
    const matrix = matrixSection(bench, this.cell, (cell) => {
      this.cell = cell;
      this.draw();
    });
    redraw(
      this.body,
      trainSection(bench, this.part, this.draw),
      h("div", { class: "asked" }, testSection(bench), trySection(bench), matrix),
      bench.settings.level === "primary" ? null : runsSection(bench),
      this.own.view(),
    );
    this.followExam();
    this.drawEye();
    this.program.hidden = !bench.state.runs.length;
    void this.write();
    this.keep.offer(bench.state.runs.length > 0);
    this.goals.update(check(bench.spec.goals, bench.facts()));
  };

  /** The program is long: written when somebody opens it, and anew when something else was learnt. */
  private async write(): Promise<void> {
    const key = codeKey(this.bench);
    const text = this.program.querySelector("pre");
    if (!this.program.open || !text || !key || key === this.written || this.bench.progress) return;
    this.written = key;
    const said = await imageCode(this.bench).catch(
      () => "# 有一张图片打不开，程序写不出来。再让它学一次试试。",
    );
    if (key === this.written) text.textContent = said;
  }

  /** Brings the results into view when an exam has just been taken. */
  private followExam(): void {
    const examined = examinedRun(this.bench.state);
    if (examined > this.examined) this.body.querySelector(".c-test")?.scrollIntoView({ block: "nearest" });
    this.examined = examined;
  }

  private drawEye(): void {
    const simple = this.bench.eye.kind === "simple";
    redraw(
      this.eyeNote,
      simple
        ? h(
            "p",
            { class: "note", role: "status" },
            icon("info"),
            "这台设备没有用上认图的模型，改用颜色和轮廓来比。照样能做，只是认得差一些。",
          )
        : null,
    );
  }

  private origin(): HTMLElement {
    const { set } = this.bench;
    return h(
      "p",
      { class: "tiny faint lab-origin" },
      `图片：${set.title}，${set.origin}。把图片变成数字的模型：EfficientNet-Lite0，`,
      h("a", { href: noticeUrl }, "来历与许可"),
      "。图片和计算都在这台设备上。",
    );
  }
}

/** The number of the last run if its exam was taken, else 0. */
function examinedRun(state: LabState): number {
  const run = lastRun(state);
  return run?.answers ? run.no : 0;
}

/** Shown instead of the bench when its pictures could not be fetched. */
export function unreachable(root: HTMLElement, again: () => void): void {
  redraw(
    root,
    h(
      "div",
      { class: "blank", role: "alert" },
      h("strong", {}, "图片没有取到"),
      h("p", {}, "你做过的都还在。检查一下网络，再试一次。"),
      button("再试一次", again, { key: "again" }),
    ),
  );
}
