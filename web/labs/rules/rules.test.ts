import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseRules } from "../datasets";
import type { Goal, LabHost } from "../host";
import { standIn } from "../testing";
import { Bench } from "./bench";
import { check, type Facts, GOAL_TYPES, type Trial } from "./checks";
import manifest from "./manifest.json";
import { chain, depthOf, type Rule, reasonOf, restsOn, STRATEGIES } from "./model";
import { freshState, OWN, readSettings, resume } from "./state";

const SETS = resolve(import.meta.dirname, "../../../content/datasets");
const setOf = (name: string) => parseRules(readFileSync(`${SETS}/${name}/dataset.yaml`, "utf-8"));
const last = new Set(["yes", "no"]);
const rules = (...written: string[]): Rule[] =>
  written.map((text, at) => {
    const [conditions = "", so = "", priority = "1"] = text.split(">");
    return { id: at + 1, if: conditions.split("+"), so, priority: Number(priority) };
  });

describe("forward chaining", () => {
  const birds = rules("feather>bird", "bird>yes", "bird+heavy>no");

  it.each<[string, string[], (typeof STRATEGIES)[number], number[], string | null, string[]]>([
    ["two steps", ["feather"], "first", [1, 2], "yes", ["yes"]],
    ["nothing known", ["fur"], "first", [], null, []],
    ["the first wins", ["feather", "heavy"], "first", [1, 2], "yes", ["yes", "no"]],
    ["the more specific wins", ["feather", "heavy"], "specific", [1, 3], "no", ["yes", "no"]],
    ["equal priorities go by order", ["feather", "heavy"], "priority", [1, 2], "yes", ["yes", "no"]],
  ])("%s", (_name, facts, strategy, fired, answer, argued) => {
    const found = chain(birds, facts, last, strategy);
    expect(found.firings.map(({ chosen }) => chosen)).toEqual(fired);
    expect([found.answer, found.argued]).toEqual([answer, argued]);
  });

  it("a higher priority wins", () => {
    expect(chain(rules("a>yes", "a+b>no", "a>no>5"), ["a", "b"], last, "priority").firings).toEqual([
      { ready: [1, 2, 3], chosen: 3, adds: "no" },
    ]);
  });

  it("circles come to an end, each conclusion is drawn once", () => {
    const round = rules("a>b", "b>c", "c>b", "a>c", "c>yes");
    const found = chain(round, ["a"], last, "first");
    expect(found.firings.map(({ adds }) => adds)).toEqual(["b", "c", "yes"]);
    expect(found.firings[0]?.ready).toEqual([1, 4]);
  });

  it("gives the reason down to the facts", () => {
    const { firings } = chain(birds, ["feather", "heavy", "eggs"], last, "specific");
    const reason = reasonOf("no", firings, birds);
    expect(reason.from.map(({ key, rule }) => [key, rule])).toEqual([
      ["bird", 1],
      ["heavy", null],
    ]);
    expect([restsOn(reason), depthOf(reason)]).toEqual([["feather", "heavy"], 2]);
  });

  it("draws the same conclusions in whatever order the rules stand, before they dispute", () => {
    const facts = ["feather", "heavy"];
    const turned = [...birds].reverse();
    expect(chain(turned, facts, last, "specific").answer).toBe("no");
    expect(chain(turned, facts, last, "first").answer).toBe("no");
    expect(chain(turned, facts, last, "first").argued.sort()).toEqual(["no", "yes"]);
  });
});

const bench = (name: string, to: LabHost = standIn(), given = {}) =>
  new Bench(
    readSettings(given, setOf(name)),
    { id: "rules", dataset: name, settings: given, goals: [], hints: [] },
    to,
    () => undefined,
  );
function write(to: Bench, ...written: string[]): void {
  for (const text of written) {
    const [conditions = "", so = ""] = text.split(">");
    for (const key of conditions.split("+")) to.toggleIf(key);
    to.setThen(so);
    to.add();
  }
}

// what the READMEs of the data say of them
describe("the data sets", () => {
  it("waste: two rules get four right, a handful more specific ones everything given", () => {
    const one = bench("waste-rules");
    one.tryAll();
    expect(one.state.trials[0]?.right).toEqual(["news", "carton", "apple", "rice"]);
    write(one, "plastic>recycle", "metal>recycle", "glass>recycle", "plant>kitchen", "poison>harmful");
    write(one, "paper+dirty>other", "plastic+dirty>other", "food+hard>other");
    one.tryAll();
    expect(one.state.trials[1]?.disputed).toEqual(["pizza", "tissue", "takeaway", "bone", "cell", "lamp"]);
    expect(one.state.trials[1]?.right).toHaveLength(9);
    one.setStrategy("specific");
    one.tryAll();
    expect(one.state.trials[2]?.wrong).toEqual(["cell", "lamp"]);
    for (const rule of one.state.rules.filter(({ if: [key] }) => key === "poison"))
      for (let at = one.place(rule.id); at > 1; at -= 1) one.move(rule.id, -1);
    one.tryAll();
    expect(one.state.trials[3]?.right).toHaveLength(15);
    one.comes();
    one.guess("none");
    expect(one.standing()).toContain("没有一条规则给出结论");
  });

  it("birds: penguin and ostrich are wrong until one rule says why", () => {
    const one = bench("bird-rules", standIn(), { strategy: "specific" });
    write(one, "fur>mammal", "mammal>stays", "mammal+wings>flies", "legs6>stays", "legs6+wings>flies");
    write(one, "scales>stays", "shell>stays");
    one.tryAll();
    expect(one.state.trials[0]?.right).toHaveLength(12);
    while (one.waiting) one.comes();
    one.tryAll();
    expect(one.state.trials[1]?.wrong).toEqual(["penguin", "ostrich"]);
    write(one, "bird+heavy>stays");
    one.tryAll();
    expect(one.state.trials[2]?.right).toHaveLength(16);
  });

  it("library: the given rules contradict each other for a card with a book overdue", () => {
    const one = bench("library-desk", standIn(), { strategy: "priority" });
    one.look("late");
    expect(one.course.argued).toEqual(["lend", "later"]);
    expect(one.course.answer).toBe("lend");
    one.rank(4, 1);
    one.look("late");
    expect(one.course.answer).toBe("later");
  });
});

const trial = (change: Partial<Trial> = {}): Trial => ({
  rules: 3,
  right: ["a", "b", "c", "d"],
  wrong: ["e"],
  uncovered: [],
  disputed: [],
  ...change,
});
const fresh: Facts["fresh"] = [{ key: "e", own: false, became: "wrong" }];
const broken = trial({ right: ["a"], wrong: ["e"], disputed: ["e"] });

describe("goals of the rules lab", () => {
  it("are those of the manifest", () => {
    expect([...GOAL_TYPES].sort()).toEqual(Object.keys(manifest.goals).sort());
    expect(GOAL_TYPES).toContain(manifest.break_it.goal.goal);
    expect(manifest.settings.properties.strategy.enum).toEqual([...STRATEGIES]);
  });

  it.each<[string, Record<string, unknown>, Partial<Facts>, boolean]>([
    ["solves", { goal: "solves", right: 4 }, { trials: [trial()] }, true],
    ["solves: too few", { goal: "solves", right: 5 }, { trials: [trial()] }, false],
    ["solves: too many rules", { goal: "solves", right: 4, rules_at_most: 2 }, { trials: [trial()] }, false],
    ["mended", { goal: "mended" }, { trials: [broken, trial({ right: ["a", "e"], wrong: [] })] }, true],
    ["mended: others lost", { goal: "mended" }, { trials: [broken, trial({ right: ["e"] })] }, false],
    [
      "mended: the other way round",
      { goal: "mended" },
      { trials: [trial({ right: ["a", "e"] }), broken] },
      false,
    ],
    [
      "mended: no dispute",
      { goal: "mended" },
      { trials: [trial({ right: ["a"] }), trial({ right: ["a", "e"] })] },
      false,
    ],
    ["explained", { goal: "explained", steps: 2 }, { explained: [{ right: true, steps: 2 }] }, true],
    ["explained: short", { goal: "explained", steps: 2 }, { explained: [{ right: true, steps: 1 }] }, false],
    ["explained: wrong", { goal: "explained" }, { explained: [{ right: false, steps: 3 }] }, false],
    ["foretold", { goal: "foretold" }, { foretold: [{ right: true }] }, true],
    [
      "foretold: twice",
      { goal: "foretold", count: 2 },
      { foretold: [{ right: true }, { right: false }] },
      false,
    ],
    ["stumped", { goal: "stumped" }, { trials: [trial()], fresh }, true],
    ["stumped: rules were poor", { goal: "stumped", after: 5 }, { trials: [trial()], fresh }, false],
    [
      "stumped: not",
      { goal: "stumped" },
      { trials: [trial()], fresh: [{ ...fresh[0], became: "right" }] as Facts["fresh"] },
      false,
    ],
    ["exception", { goal: "exception" }, { trials: [trial({ right: ["a", "b", "c", "e"] })], fresh }, true],
    ["exception: the rest lost", { goal: "exception" }, { trials: [trial({ right: ["e"] })], fresh }, false],
    [
      "exception: of one's own",
      { goal: "exception" },
      { trials: [trial({ right: ["a", "b", "c", "e"] })], fresh: [{ key: "e", own: true, became: "wrong" }] },
      false,
    ],
    ["unknown goals never hold", { goal: "win" }, { trials: [trial()] }, false],
  ])("%s", (_name, goal, facts, done) => {
    const given = { trials: [], foretold: [], explained: [], fresh: [], given: 4, ...facts };
    expect(check([{ text: "", ...goal } as Goal], given)[0]?.done).toBe(done);
  });
});

describe("on the bench", () => {
  it("a guess comes first, each firing is shown, the reason is asked before the chain", () => {
    const to = standIn();
    const one = bench("bird-rules", to);
    one.step();
    expect(one.running).toBe(false);
    one.guess("flies");
    one.step();
    expect([one.state.shown, one.over]).toEqual([1, false]);
    one.step();
    expect(one.standing()).toBe("和你猜的一样。规则的结论：会飞，对。");
    one.explain();
    expect(one.state.told).toBe(false);
    one.toggleBecause("feather");
    one.explain();
    expect(one.state.explained).toEqual([{ right: true, steps: 2 }]);
    expect(to.did.mock.calls.map(([what]) => what)).toEqual(["predicted", "saw-prediction", "explained"]);
  });

  it("no rule stands twice, none without both halves", () => {
    const one = bench("bird-rules");
    one.add();
    write(one, "feather>bird");
    expect(one.state.rules).toHaveLength(2);
    expect(one.lacking).toBe("这条规则已经有了。");
  });

  it("tells once that it was broken", () => {
    const to = standIn();
    const one = bench("bird-rules", to);
    one.tryAll();
    one.look(OWN);
    expect(one.standing()).toBe("先给它选几个事实。");
    for (const key of ["shell", "fur"]) {
      one.toggleOwn(key);
      one.guess("none");
    }
    expect(to.did.mock.calls.filter(([what]) => what === "broke")).toHaveLength(1);
  });

  it("goes on where it was left", () => {
    const one = bench("bird-rules");
    one.comes();
    one.guess("flies");
    one.step();
    const saved = JSON.parse(JSON.stringify(one.state));
    const two = bench("bird-rules", standIn(saved));
    expect(two.state).toEqual(saved);
    two.finish();
    expect(two.state.fresh).toEqual([{ key: "penguin", own: false, became: "wrong" }]);
  });
});

describe("states and settings", () => {
  const settings = readSettings({}, setOf("waste-rules"));

  it.each([null, 3, "x", [], {}, { v: 2 }])("%j is a fresh start", (odd) => {
    expect(resume(odd, settings)).toEqual(freshState(settings));
  });

  it("what does not fit is left out", () => {
    const odd = {
      v: 1,
      rules: [
        { id: 1, if: ["paper", "gold"], so: "recycle", priority: 99 },
        { id: 1, if: ["food"], so: "kitchen" },
        { id: 3, if: [], so: "other" },
        { id: 4, if: ["food"], so: "paper" },
      ],
      at: "shirt",
      own: ["paper", "paper", 3],
      strategy: "loudest",
      trials: [{ right: ["news", "gold"] }],
      fresh: [3],
      shown: 1e9,
    };
    expect(resume(odd, settings)).toMatchObject({
      rules: [{ id: 1, if: ["paper"], so: "recycle", priority: 9 }],
      at: "news",
      own: ["paper"],
      strategy: "first",
      trials: [{ right: ["news"] }],
      shown: 99,
    });
  });

  it("reads every setting of the manifest", () => {
    const given = { level: "senior", start: "empty", strategy: "priority", own: false };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    expect(readSettings(given, setOf("waste-rules"))).toMatchObject({
      level: "senior",
      rules: [],
      strategy: "priority",
      own: false,
    });
  });
});
