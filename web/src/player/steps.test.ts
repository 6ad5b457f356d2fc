import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ActivityView } from "./desk";
import { FootBar } from "./foot";
import { openSteps, Steps } from "./steps";
import type { ActivityData, Live } from "./types";

const step = (key: string, extra = false): ActivityData => ({
  key,
  title: key,
  kind: "read",
  minutes: 5,
  extra,
});
const LESSON = [step("look"), step("guess"), step("spare", true), step("try"), step("quiz")];

function live(more: Partial<Live> = {}): Live {
  return {
    period: "p",
    version: 1,
    pace: "teacher",
    released: [],
    current: null,
    paused: false,
    poll: null,
    ended: false,
    ...more,
  };
}

describe("which steps are open", () => {
  it.each<[string, Live | null, Set<string> | null, string[]]>([
    ["alone", null, null, ["look", "guess", "try", "quiz"]],
    ["in class, nothing yet", live(), null, []],
    ["in class, two handed out", live({ released: ["look", "spare"] }), null, ["look", "spare"]],
    [
      "in class, everybody goes on",
      live({ pace: "free", released: ["look"] }),
      null,
      ["look", "guess", "try", "quiz"],
    ],
    ["after class", live({ ended: true, released: ["look"] }), null, ["look", "guess", "try", "quiz"]],
    ["a homework", null, new Set(["quiz"]), ["quiz"]],
  ])("%s", (_, state, only, expected) => {
    expect(openSteps(LESSON, state, only)).toEqual(expected);
  });
});

describe("following the teacher", () => {
  const done = new Set<string>();
  let said: string[];
  let finished: () => void;

  function setUp(): Steps {
    document.body.innerHTML = `<nav class="ruler">${LESSON.map((s) => `<a href="#${s.key}" data-step="${s.key}"></a>`).join("")}</nav>
      <main>${LESSON.map((s) => `<section data-activity="${s.key}"><h1>${s.key}</h1></section>`).join("")}</main><div id="foot"></div>`;
    const view: ActivityView = { el: document.createElement("div"), foot: () => ({}), steps: () => [0, 1] };
    said = [];
    finished = vi.fn<() => void>();
    return new Steps({
      activities: LESSON,
      views: new Map(LESSON.map((s) => [s.key, view])),
      foot: new FootBar(document.getElementById("foot") as HTMLElement, () => undefined),
      isDone: (key) => done.has(key),
      say: (text) => said.push(text),
      moved: () => undefined,
      finished,
      hand: null,
      only: null,
    });
  }
  const shown = () =>
    [...document.querySelectorAll<HTMLElement>("[data-activity]")]
      .filter((one) => !one.hidden)
      .map((one) => one.dataset["activity"]);

  beforeEach(() => {
    done.clear();
    history.replaceState(null, "", "#");
  });

  it("waits until the first step is handed out, then opens it", () => {
    const steps = setUp();
    steps.begin(live());
    expect(shown()).toEqual([]);
    expect(document.querySelector<HTMLElement>(".wait-step")?.hidden).toBe(false);
    steps.heard(live({ released: ["look"], current: "look", version: 2 }));
    expect(shown()).toEqual(["look"]);
    expect(document.querySelector<HTMLElement>(".wait-step")?.hidden).toBe(true);
  });

  it("offers a new step to who is still busy and takes along who is done", () => {
    const steps = setUp();
    steps.begin(live({ released: ["look"], current: "look" }));
    steps.heard(live({ released: ["look", "guess"], current: "guess", version: 2 }));
    expect(shown()).toEqual(["look"]);
    expect(document.querySelector(".notice")?.textContent).toContain("去做“guess”");
    done.add("look");
    steps.heard(live({ released: ["look", "guess", "try"], current: "try", version: 3 }));
    expect(shown()).toEqual(["try"]);
  });

  it("keeps closed steps closed and says so", () => {
    const steps = setUp();
    steps.begin(live({ released: ["look"], current: "look" }));
    steps.tryOpen("quiz");
    expect(shown()).toEqual(["look"]);
    expect(said).toEqual(["这一步老师还没发，等一下"]);
  });

  it("draws a curtain while paused and lifts it again", () => {
    const steps = setUp();
    steps.begin(live({ released: ["look"], current: "look" }));
    const curtain = document.querySelector<HTMLElement>(".curtain");
    steps.heard(live({ released: ["look"], current: "look", paused: true, version: 2 }));
    expect([curtain?.hidden, document.querySelector("main")?.hasAttribute("inert")]).toEqual([false, true]);
    steps.heard(live({ released: ["look"], current: "look", version: 3 }));
    expect([curtain?.hidden, document.querySelector("main")?.hasAttribute("inert")]).toEqual([true, false]);
  });

  it("opens everything when class is over and ends after the last step", () => {
    const steps = setUp();
    steps.begin(live({ released: ["look"], current: "look" }));
    steps.heard(live({ released: ["look"], current: "look", ended: true, version: 2 }));
    steps.tryOpen("quiz");
    expect(shown()).toEqual(["quiz"]);
    steps.onward();
    expect(finished).toHaveBeenCalledOnce();
  });
});
