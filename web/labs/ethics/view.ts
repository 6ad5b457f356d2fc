// Draws the room that is open and draws it again after every change.
import { codeView } from "../code";
import { button, h, redraw } from "../dom";
import { GoalsView } from "../goals";
import { hush } from "./aloud";
import type { Bench } from "./bench";
import { check } from "./checks";
import { ethicsCode } from "./code";
import { caseSection } from "./view-cases";
import { foolSection } from "./view-fool";
import { madeSection } from "./view-made";
import { ROOM_TEXT } from "./words";

export class View {
  private readonly body = h("div", { class: "bench" });
  private readonly goals: GoalsView;

  constructor(
    private readonly root: HTMLElement,
    private readonly bench: Bench,
  ) {
    const { state, spec, host, settings, set } = bench;
    this.goals = new GoalsView(spec.goals, spec.hints, state, host, () => host.save(structuredClone(state)));
    root.classList.add("lab", "lab-ethics");
    root.dataset["level"] = settings.level;
    const origin = h(
      "p",
      { class: "tiny faint lab-origin" },
      `句子：${set.title}。${set.origin}。画和故事：启明课程组；故事里的人和事都是编的。`,
    );
    root.append(this.goals.element, this.body, origin);
    this.draw();
  }

  close(): void {
    hush();
    this.root.replaceChildren();
    this.root.classList.remove("lab", "lab-ethics");
    delete this.root.dataset["level"];
  }

  readonly draw = (): void => {
    const { bench } = this;
    const open = this.body.querySelector<HTMLDetailsElement>("details.program")?.open ?? false;
    const code = bench.settings.level === "senior" ? codeView(ethicsCode(bench)) : null;
    if (code) code.open = open;
    redraw(this.body, this.rooms(), this.room(), code);
    this.goals.update(check(bench.spec.goals, bench.facts()));
  };

  private rooms(): HTMLElement {
    const { bench } = this;
    return h(
      "div",
      { class: "row rooms", role: "group", "aria-label": "去哪里" },
      ...bench.settings.rooms.map((room) =>
        button(ROOM_TEXT[room], () => bench.go(room), {
          key: `room-${room}`,
          pressed: bench.state.room === room,
        }),
      ),
    );
  }

  private room(): HTMLElement {
    const { bench } = this;
    if (bench.state.room === "cases") return caseSection(bench);
    return bench.state.room === "fool" ? foolSection(bench) : madeSection(bench);
  }
}
