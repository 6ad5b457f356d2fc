// The list of goals and the hints, the same in every lab.
import { button, h, icon, redraw } from "./dom";
import type { Goal, LabHost } from "./host";

/** What a lab's checks say of one goal. */
export interface Verdict {
  done: boolean;
  /** How far it is, in words a pupil understands: “还差 2 张”. Empty when nothing can be said yet. */
  far: string;
  detail: Record<string, unknown>;
}

export interface GoalsState {
  reached: number[];
  hints: number;
}

export class GoalsView {
  readonly element = h("section", { class: "lab-goals", "aria-label": "挑战" });
  private readonly news = h("div", { class: "lab-news", role: "status" });
  private verdicts: Verdict[] = [];

  constructor(
    private readonly goals: Goal[],
    private readonly hints: string[],
    private readonly state: GoalsState,
    private readonly host: LabHost,
    private readonly changed: () => void,
  ) {
    // a host on another device may not know yet what was reached here
    for (const index of state.reached) host.reached(index, { goal: goals[index]?.goal ?? "", again: true });
    this.draw();
  }

  /** Takes in what the checks say now; a goal once reached stays reached. */
  update(verdicts: Verdict[]): void {
    this.verdicts = verdicts;
    for (const [index, verdict] of verdicts.entries()) {
      const goal = this.goals[index];
      if (!verdict.done || !goal || this.state.reached.includes(index)) continue;
      this.state.reached.push(index);
      this.host.reached(index, { goal: goal.goal, ...verdict.detail });
      this.announce(goal);
      this.changed();
    }
    this.draw();
  }

  private announce(goal: Goal): void {
    const left = this.goals.length - this.state.reached.length;
    const next = left ? `还有 ${left} 个挑战。` : "这里的挑战都做到了。";
    this.host.say(`做到了：${goal.text}。${next}`);
    redraw(
      this.news,
      h(
        "div",
        { class: "note good" },
        icon("check"),
        h("p", {}, h("strong", {}, "做到了："), `${goal.text}。${next}`),
      ),
    );
  }

  private draw(): void {
    if (!this.goals.length && !this.hints.length) return;
    const list = this.goals.map((goal, index) => this.line(goal, index));
    redraw(
      this.element,
      list.length ? h("ol", { class: "goal-list" }, ...list) : null,
      this.news,
      this.hints.length ? this.hintPart() : null,
    );
  }

  private line(goal: Goal, index: number): HTMLElement {
    const done = this.state.reached.includes(index);
    const far = done ? "" : (this.verdicts[index]?.far ?? "");
    return h(
      "li",
      { class: done ? "done" : "" },
      icon(done ? "check" : "ring"),
      h(
        "span",
        {},
        h("span", { class: "say" }, done ? "做到了：" : "还没做到："),
        `${goal.text} `,
        far ? h("small", {}, far) : null,
      ),
    );
  }

  private hintPart(): HTMLElement {
    const open = this.hints.slice(0, this.state.hints);
    const more = this.state.hints < this.hints.length;
    const ask = () => {
      this.state.hints += 1;
      this.host.did("asked-hint", { hint: this.state.hints });
      this.host.say(this.hints[this.state.hints - 1] ?? "");
      this.changed();
      this.draw();
    };
    return h(
      "div",
      { class: "goal-hints" },
      open.length ? h("ol", {}, ...open.map((text) => h("li", {}, icon("bulb"), h("span", {}, text)))) : null,
      more ? button(open.length ? "再要一点提示" : "要一点提示", ask, { key: "hint", icon: "bulb" }) : null,
    );
  }
}
