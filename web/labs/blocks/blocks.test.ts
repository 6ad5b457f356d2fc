import { describe, expect, it, vi } from "vitest";
import type { Goal } from "../host";
import type { TrainedModel } from "../models";
import { standIn } from "../testing";
import { Bench } from "./bench";
import { fromBlockly, toBlockly, toToolbox } from "./blockly-state";
import { check, GOAL_TYPES } from "./checks";
import { FLOORS, floorOf } from "./floors";
import manifest from "./manifest.json";
import { offered, PIECES, SCENES } from "./pieces";
import { inWords, lines, type Node, readSteps, remove, shift, walk } from "./program";
import { steps } from "./programs";
import { MOST_STEPS, run, runAll } from "./run";
import { addRun, freshState, type Run, readSettings, resume } from "./state";
import type { Supply } from "./supply";
import { shaded } from "./things";
import { type Around, Belt, Robot, Stage, type Thing, USUAL } from "./world";

const around = (more: Partial<Around> = {}): Around => ({ ...USUAL, ...more });
const FOLLOW_WALLS = steps(["until", "goal", [["ifelse", "wall", ["right"], ["forward"]]]]);
const followLine = (line: string | readonly (string | number | readonly string[])[]) =>
  steps([
    "until",
    "goal",
    [["ifelse", line, ["forward"], ["right", ["if", ["not", line], ["left", "left"]]]]],
  ]);
const FOLLOW_LINE = followLine("line");
const BRIGHTER = followLine(["compare", "floor", "lt", 20]);

const drive = (program: Node[], floor: string, more: Partial<Around> = {}) => {
  const robot = new Robot(floorOf(floor), around(more));
  return { ...runAll(program, robot), at: [robot.x, robot.y], bumped: robot.bumped };
};

describe("a robot", () => {
  it.each([
    ["straight", FOLLOW_WALLS, "over"],
    ["bend", FOLLOW_WALLS, "over"],
    ["spiral", FOLLOW_WALLS, "over"],
    ["zigzag", FOLLOW_WALLS, "endless"],
    ["line", FOLLOW_LINE, "over"],
    ["straight", steps(["repeat", 5, ["forward"]]), "over"],
    ["straight", steps(["repeat", 4, ["forward"]]), "done"],
    ["straight", steps("left", "forward"), "halted"],
    ["straight", steps(["repeat", 9, ["forward"]]), "over"],
  ])("on the floor %s ends as it should", (floor, program, how) => {
    expect(drive(program as Node[], floor as string).how).toBe(how);
  });

  it("takes a dark floor for the line, and not when the program asks for less light", () => {
    expect(drive(FOLLOW_LINE, "line", { light: 36 }).how).toBe("over");
    expect(drive(FOLLOW_LINE, "line", { light: 34 }).bumped).toBe(true);
    for (const light of [20, 60]) expect(drive(BRIGHTER, "line", { light }).how).toBe("over");
  });

  it("is misled by disturbance, every time alike", () => {
    const once = drive(FOLLOW_LINE, "line", { noise: 100 });
    expect(drive(FOLLOW_LINE, "line", { noise: 100 })).toEqual(once);
    expect(once.how).not.toBe("over");
  });

  it("measures the way to the wall", () => {
    const robot = new Robot(floorOf("straight"), around());
    expect(robot.sense("distance")).toBe(5);
    expect(robot.sense("wall")).toBe(false);
  });

  it("has a way on every floor", () => {
    for (const { map } of FLOORS) {
      expect(map.match(/G/g)).toHaveLength(1);
      expect(map.match(/[>v<^]/g)).toHaveLength(1);
      expect(
        new Set(
          map
            .trim()
            .split("\n")
            .map((row) => row.length),
        ).size,
      ).toBe(1);
    }
  });
});

describe("a stage", () => {
  const REACTS = steps(["forever", [["ifelse", "dark", [["costume", "睡觉"]], [["costume", "开心"]]]]]);

  it("follows its sensors", () => {
    const looks = [10, 90].map((light) => {
      const stage = new Stage(around({ light }));
      expect(runAll(REACTS, stage, 50).how).toBe("endless");
      return stage.costume;
    });
    expect(looks).toEqual(["睡觉", "开心"]);
  });

  it("moves, says and counts", () => {
    const stage = new Stage(around({ dial: 7 }));
    const program = steps(
      ["set", "次数", 0],
      [
        "repeat",
        3,
        [
          ["change", "次数", ["sum", "dial", "+", 1]],
          ["move", 10],
        ],
      ],
      ["say", ["get", "次数"]],
    );
    expect(runAll(program, stage)).toEqual({ how: "done", why: "" });
    expect([stage.said, stage.x]).toEqual(["24", -30]);
  });

  it.each([
    [steps(["say", ["sum", 1, "/", 0]]), "不能除以 0"],
    [steps(["move", ["get", "结果"]], ["set", "结果", '"猫"'], ["move", ["get", "结果"]]), "“猫”不是数"],
    [steps(["forever", []]), `走了 ${MOST_STEPS} 步还没有停`],
  ])("says why it can't go on", (program, why) => {
    expect(runAll(program, new Stage(around())).why).toBe(why);
  });

  it("stops where it is told to, and compares words as words", () => {
    const stage = new Stage(around());
    runAll(steps(["if", ["compare", '"3"', "eq", 3], [["say", '"一样"'], "stop"]], ["say", '"后面"']), stage);
    expect(stage.said).toBe("一样");
  });
});

const MODEL = {
  format: "qiming-model/1",
  id: "m",
  name: "树",
  made: { lab: "x", at: "", camera: false },
  kind: "tree",
  input: { of: "table", columns: [{ key: "a", text: "长", kind: "number", unit: "", choices: [] }] },
  labels: [
    { key: "x", text: "柳" },
    { key: "y", text: "杨" },
  ],
  parameters: {
    root: { column: "a", at: 2, yes: { says: 0, counts: [3, 1] }, no: { says: 1, counts: [0, 4] } },
  },
  scores: { train: null, test: null },
  card: { what_for: "", data: "", missing: "", how_well: "", not_for: "", made_by: "" },
} satisfies TrainedModel;
const thing = (a: number, truth: string): Thing => ({
  id: String(a),
  title: `第 ${a}`,
  truth,
  asked: { a },
  shown: { of: "row", cells: [] },
});

describe("a belt", () => {
  const SORT = steps(["until", ["not", "more"], ["take", ["put", "answer"]]]);
  const things = [thing(1, "柳"), thing(2, "杨"), thing(3, "杨")];

  it("is sorted by the model's answers", () => {
    const belt = new Belt(things, MODEL);
    expect(runAll(SORT, belt).how).toBe("done");
    expect([belt.sorted.length, belt.right]).toEqual([3, 2]);
    expect(belt.sorted.map(({ box }) => box)).toEqual(["柳", "柳", "杨"]);
  });

  it.each([
    [steps("take", "take", "take", "take"), "传送带空了"],
    [steps(["put", "answer"]), "手里还没有东西，先拿一个"],
    [steps("take", ["put", '"柳"'], ["put", '"柳"']), "手里没有东西可放，先拿一个"],
  ])("says what is missing", (program, why) => {
    expect(runAll(program, new Belt(things, MODEL)).why).toBe(why);
  });

  it("can be left to people where the model is unsure", () => {
    const belt = new Belt(things, MODEL);
    const unsure = ["compare", "sure", "gt", 80] as const;
    runAll(steps(["until", ["not", "more"], ["take", ["if", unsure, [["put", "answer"]]]]]), belt);
    expect(belt.sorted.map(({ box }) => box)).toEqual(["杨"]);
  });

  it("has no answer without a model", () => {
    expect(runAll(steps("take", ["say", "answer"]), new Belt(things, null)).why).toBe("还没有选模型");
  });

  it("gets dark and shaken pictures the same every time", () => {
    const grey = new Uint8ClampedArray([100, 100, 100, 255]);
    expect(shaded(grey, around())).toBe(grey);
    expect([...shaded(grey, around({ light: 30 }))]).toEqual([50, 50, 50, 255]);
    expect(shaded(grey, around({ noise: 50 }))).toEqual(shaded(grey, around({ noise: 50 })));
  });
});

describe("a program", () => {
  it("goes to Blockly and back unchanged", () => {
    for (const program of [FOLLOW_WALLS, FOLLOW_LINE, BRIGHTER]) {
      const saved = JSON.parse(JSON.stringify(toBlockly(program, [{ type: "left", x: 9 }])));
      const back = fromBlockly(saved, "robot");
      expect(back.steps).toEqual(program);
      expect(back.loose).toEqual([{ type: "left", x: 9 }]);
    }
    for (const piece of PIECES) expect(toToolbox(piece.type, ["甲"])).toMatchObject({ type: piece.type });
  });

  it("is read whatever was saved", () => {
    for (const bad of [null, 3, [null], [{ type: "eval" }], [{ type: "wall" }], [{ type: "move" }]])
      expect(readSteps(bad, "robot")).toEqual([]);
    const [read] = readSteps(
      [{ type: "repeat", values: { N: { type: "wall" } }, bodies: { DO: "x" } }],
      "robot",
    );
    expect(read?.values["N"]).toMatchObject({ type: "num", fields: { N: 3 } });
    let deep: unknown = { type: "repeat" };
    for (let i = 0; i < 60; i += 1) deep = { type: "repeat", bodies: { DO: [deep] } };
    expect([...walk(readSteps([deep], "robot"))].filter(({ type }) => type === "repeat").length).toBeLessThan(
      25,
    );
    expect(readSteps(Array(900).fill({ type: "left" }), "robot").length).toBeLessThanOrEqual(200);
  });

  it("reads aloud", () => {
    expect(lines(FOLLOW_WALLS).map(({ depth, text }) => `${depth} ${text}`)).toEqual([
      "0 重复，直到 到了终点",
      "1 如果 前面是墙 就",
      "2 向右转",
      "1 不然",
      "2 向前走一格",
    ]);
    expect(inWords(steps(["say", ["sum", 1, "+", 2]])[0] ?? null)).toBe("说 （1 + 2）");
    expect(inWords(steps(["if"])[0] ?? null)).toContain("还没放条件");
  });

  it("is changed by moving one step at a time, in and out", () => {
    const program = steps("left", ["repeat", 2, ["forward"]], "right");
    const [left, , right] = program as [Node, Node, Node];
    const text = () => lines(program).map(({ depth, text }) => `${depth}${text}`);
    shift(program, left.id, 1);
    expect(text()).toEqual(["0重复 2 次", "1向左转", "1向前走一格", "0向右转"]);
    shift(program, right.id, -1);
    expect(text()).toEqual(["0重复 2 次", "1向左转", "1向前走一格", "1向右转"]);
    shift(program, right.id, 1);
    shift(program, left.id, -1);
    expect(text()).toEqual(["0向左转", "0重复 2 次", "1向前走一格", "0向右转"]);
    expect(shift(program, left.id, -1)).toBe(false);
    remove(program, right.id);
    expect(program).toHaveLength(2);
  });

  it("moves through both branches", () => {
    const program = steps(["ifelse", "wall", ["left"], ["right"]]);
    const left = program[0]?.bodies["DO"]?.[0] as Node;
    shift(program, left.id, 1);
    expect(program[0]?.bodies["ELSE"]?.map(({ type }) => type)).toEqual(["left", "right"]);
    shift(program, left.id, -1);
    expect(program[0]?.bodies["DO"]?.[0]).toBe(left);
  });

  it("says which step comes before it does it", () => {
    const program = steps("left", "right");
    const going = run(program, new Robot(floorOf("bend"), around()));
    expect([going.next().value, going.next().value]).toEqual(program.map(({ id }) => ({ id, beats: 1 })));
    expect(going.next()).toEqual({ done: true, value: { how: "done", why: "" } });
  });
});

const ran = (more: Partial<Run>): Run => ({
  scene: "robot",
  place: "straight",
  shape: "a",
  around: around(),
  how: "done",
  ok: false,
  right: 0,
  all: 0,
  own: false,
  reacts: [],
  guess: "",
  came: "",
  ...more,
});

describe("goals", () => {
  it("are those of the manifest", () => {
    expect([...GOAL_TYPES].sort()).toEqual(Object.keys(manifest.goals).sort());
    expect(GOAL_TYPES).toContain(manifest.break_it.goal.goal);
  });

  const dark = around({ light: 10 });
  const ok = ran({ ok: true });
  it.each<[string, Record<string, unknown>, Run[], boolean]>([
    ["nothing", { goal: "arrives" }, [], false],
    ["half way", { goal: "arrives" }, [ran({})], false],
    ["there", { goal: "arrives" }, [ok], true],
    ["there elsewhere", { goal: "arrives", floor: "bend" }, [ok], false],
    ["two floors", { goal: "arrives-everywhere", floors: 2 }, [ok, ran({ ok: true, place: "bend" })], true],
    [
      "by two programs",
      { goal: "arrives-everywhere", floors: 2 },
      [ok, ran({ ok: true, place: "bend", shape: "b" })],
      false,
    ],
    [
      "reacts to another",
      { goal: "reacts", sensor: "light" },
      [ran({ scene: "stage", reacts: ["tilt"] })],
      false,
    ],
    ["reacts", { goal: "reacts", sensor: "tilt" }, [ran({ scene: "stage", reacts: ["tilt"] })], true],
    ["too few", { goal: "sorts", count: 6 }, [ran({ scene: "belt", right: 5, all: 5 })], false],
    ["enough", { goal: "sorts", count: 5 }, [ran({ scene: "belt", right: 4, all: 5 })], true],
    [
      "not the own",
      { goal: "sorts", count: 5, own: true },
      [ran({ scene: "belt", right: 5, all: 5 })],
      false,
    ],
    [
      "the own",
      { goal: "sorts", count: 5, own: true },
      [ran({ scene: "belt", right: 5, all: 5, own: true })],
      true,
    ],
    ["guessed", { goal: "guessed" }, [ran({ guess: "撞墙", came: "到终点" })], true],
    ["guessed wrong", { goal: "guessed", right: true }, [ran({ guess: "撞墙", came: "到终点" })], false],
    ["not guessed", { goal: "guessed" }, [ran({ came: "到终点" })], false],
    ["never worked", { goal: "broken" }, [ran({ around: dark })], false],
    ["broke", { goal: "broken" }, [ok, ran({ around: dark })], true],
    ["another program broke", { goal: "broken" }, [ok, ran({ around: dark, shape: "b" })], false],
    ["broke elsewhere", { goal: "broken", scene: "belt" }, [ok, ran({ around: dark })], false],
    [
      "mended in the dark only",
      { goal: "mended" },
      [ran({ around: dark }), ran({ around: dark, ok: true })],
      false,
    ],
    ["mended", { goal: "mended" }, [ran({ around: dark }), ran({ around: dark, ok: true }), ok], true],
    ["unknown", { goal: "fly" }, [ok], false],
  ])("%s", (_, goal, runs, done) => {
    expect(check([{ text: "", ...goal } as Goal], { runs })[0]?.done).toBe(done);
  });
});

describe("state and settings", () => {
  it("read every setting of the manifest", () => {
    const given = { level: "primary", scenes: ["stage"], floor: "bend", things: 5 };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    expect(readSettings(given)).toEqual({ level: "primary", scenes: ["stage"], floor: "bend", things: 5 });
    expect(readSettings({}).scenes).toEqual([...SCENES]);
    expect(readSettings({ level: "primary" }).scenes).toEqual(["robot", "stage"]);
    expect(offered("robot", "primary").length).toBeLessThan(offered("robot", "junior").length / 2 + 4);
  });

  it("resume makes any saved state fit", () => {
    const settings = readSettings({});
    const fresh = freshState(settings);
    for (const bad of [
      null,
      1,
      "x",
      [],
      { v: 2 },
      { v: 1, programs: 3, runs: [null], around: { light: "x" } },
    ])
      expect(resume(bad, settings).around).toEqual(USUAL);
    const state = { ...fresh, floor: "line", speed: 2, model: "m" };
    state.programs.robot = FOLLOW_LINE;
    addRun(state, ran({ ok: true }));
    expect(resume(JSON.parse(JSON.stringify(state)), settings)).toEqual(state);
  });
});

describe("the bench", () => {
  const supply = {
    of: "rows",
    set: { key: "t", title: "", origin: "", labels: [], columns: [], labelText: "", measure: "片", rows: [] },
  } as Supply;
  const host = standIn();

  it("asks for a guess before a new program, runs it, and tells what came", () => {
    vi.useFakeTimers();
    const spec = { id: "blocks", dataset: "t", settings: {}, goals: [], hints: [] };
    const bench = new Bench(
      supply,
      spec,
      host,
      () => undefined,
      () => undefined,
    );
    expect(bench.known).toBe(false);
    bench.guessAndRun("到终点");
    expect(bench.running).toBe(true);
    vi.runAllTimers();
    expect(bench.running).toBe(false);
    expect(bench.endText()).toBe("跑完了。");
    expect(bench.known).toBe(true);
    expect(host.did.mock.calls.map(([what]) => what)).toEqual(["predicted", "saw-prediction", "tested"]);
    bench.setProgram(FOLLOW_WALLS);
    bench.start();
    vi.advanceTimersByTime(700);
    bench.stop();
    expect(bench.state.runs.at(-1)).toMatchObject({ how: "stopped", ok: false });
    bench.setFloor("spiral");
    bench.start();
    vi.runAllTimers();
    expect(bench.state.runs.at(-1)).toMatchObject({ how: "over", ok: true, place: "spiral" });
    bench.close();
    vi.useRealTimers();
  });
});
