// Draws the stage that is open and draws it again after every change.
import { codeView } from "../code";
import { button, h, redraw } from "../dom";
import { GoalsView } from "../goals";
import type { Bench } from "./bench";
import { check } from "./checks";
import { dataCode } from "./code";
import { auditSection } from "./view-audit";
import { cleanSection, type Diagnosis } from "./view-clean";
import { collectSection } from "./view-collect";
import { labelSection } from "./view-label";
import { plotSection } from "./view-plot";
import { STAGE_TEXT } from "./words";

export class View {
  private readonly body = h("div", { class: "bench" });
  private readonly goals: GoalsView;
  /** What is being said of the row that lies open, and the last answer; gone with the page. */
  private readonly diagnosis: Diagnosis = { column: null, fault: null, said: "" };
  private readonly typed: Record<string, string> = {};
  private readonly pick = { group: "", said: "" };
  private problem = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
  ) {
    const { state, spec, host, settings, set } = bench;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    root.classList.add("lab", "lab-data");
    root.dataset["level"] = settings.level;
    const origin = h("p", { class: "tiny faint lab-origin" }, `数据：${set.title}。${set.origin}。`);
    root.append(this.goals.element, this.body, origin);
    this.draw();
  }

  close(): void {
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-data");
    delete this.root.dataset["level"];
  }

  readonly draw = (): void => {
    const { bench } = this;
    const open = this.body.querySelector<HTMLDetailsElement>("details.program")?.open ?? false;
    const folds = [...this.body.querySelectorAll<HTMLDetailsElement>("details[data-fold]")];
    const opened = folds.filter((one) => one.open).map((one) => one.dataset["fold"]);
    const code = bench.settings.level === "senior" ? codeView(dataCode(bench)) : null;
    if (code) code.open = open;
    redraw(this.body, this.stages(), this.stage(), code);
    for (const one of this.body.querySelectorAll<HTMLDetailsElement>("details[data-fold]"))
      if (opened.includes(one.dataset["fold"])) one.open = true;
    this.goals.update(check(bench.spec.goals, bench.facts()));
  };

  private stages(): HTMLElement {
    const { bench } = this;
    return h(
      "div",
      { class: "row stages", role: "group", "aria-label": "做到哪一步" },
      ...bench.settings.stages.map((stage, i) =>
        button(`${i + 1} ${STAGE_TEXT[stage]}`, () => bench.go(stage), {
          key: `stage-${stage}`,
          pressed: bench.state.stage === stage,
        }),
      ),
    );
  }

  private stage(): HTMLElement {
    const { bench } = this;
    switch (bench.state.stage) {
      case "label":
        return labelSection(bench);
      case "collect":
        return collectSection(bench, this.typed, this.problem, (said) => {
          this.problem = said;
          this.draw();
        });
      case "clean":
        return cleanSection(bench, this.diagnosis, this.draw);
      case "plot":
        return plotSection(bench);
      default:
        return auditSection(bench, this.pick, this.draw);
    }
  }
}
