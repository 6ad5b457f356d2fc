import { describe, expect, it } from "vitest";
import { axisOf, type Drawing, readDrawings, sentence, shown, twin } from "./drawing";
import { figure } from "./view-drawing";

const plot = (points: unknown, lines: unknown = []) => ({
  kind: "plot",
  title: "图",
  x: "",
  y: "",
  points,
  lines,
});
const one = (raw: unknown): Drawing => {
  const [drawing] = readDrawings([raw]);
  if (!drawing) throw new Error("nothing to draw");
  return drawing;
};

describe("axes", () => {
  it.each([
    [[0, 10], 0, 10, 2],
    [[3, 97], 0, 100, 20],
    [[0.01, 0.09], 0, 0.1, 0.02],
    [[-4, 5], -4, 6, 2],
    [[1_000_000, 4_000_000], 1_000_000, 4_000_000, 1_000_000],
  ])("of %j go from %d to %d by %d", (values, from, to, step) => {
    const axis = axisOf(values);
    expect(axis.from).toBeCloseTo(from);
    expect(axis.to).toBeCloseTo(to);
    expect((axis.ticks[1] ?? 0) - (axis.ticks[0] ?? 0)).toBeCloseTo(step);
  });

  it("hold every value, also one alone and none at all", () => {
    for (const values of [[5], [0], [-3], [], [1e-9, 2e-9], [7, 7, 7]]) {
      for (const withZero of [false, true]) {
        const axis = axisOf(values, withZero);
        expect(axis.to).toBeGreaterThan(axis.from);
        for (const value of values) expect(value >= axis.from - 1e-12 && value <= axis.to + 1e-12).toBe(true);
        expect(axis.ticks.length).toBeGreaterThan(1);
        expect(axis.ticks.length).toBeLessThan(12);
        if (withZero) expect(axis.from <= 0 && axis.to >= 0).toBe(true);
      }
    }
  });

  it("write numbers without a tail", () => {
    expect([0.1 + 0.2, 3, 1234567, 2 / 3, 1e12].map(shown)).toEqual([
      "0.3",
      "3",
      "1234567",
      "0.6667",
      "1000000000000",
    ]);
  });
});

describe("what comes from a program", () => {
  it("is taken only as far as it can be drawn", () => {
    const junk = [
      null,
      3,
      "x",
      {},
      { kind: "film" },
      plot([]),
      plot([[1]]),
      plot([[Number.NaN, 1]]),
      { kind: "bars", bars: [["a", "b"]] },
    ];
    const more = [
      { kind: "grid", cells: [] },
      { kind: "grid", cells: [[1], [1, 2]] },
      { kind: "table", body: [] },
      plot(null, null),
    ];
    expect(readDrawings([...junk, ...more].slice(0, 12))).toEqual([]);
    expect(readDrawings(more)).toEqual([]);
    expect(readDrawings("no list")).toEqual([]);
    expect(readDrawings(Array.from({ length: 40 }, () => plot([[1, 2]])))).toHaveLength(12);
  });

  it("is said in a sentence and listed in a table", () => {
    const bars = one({
      kind: "bars",
      title: "一周",
      unit: "步",
      bars: [
        ["周一", 6200],
        ["周日", 4100],
      ],
    });
    expect(sentence(bars)).toBe("条形图“一周”：2 条，最高的是周一 6200，最低的是周日 4100。");
    expect(twin(bars)).toEqual({
      head: ["名称", "数（步）"],
      body: [
        ["周一", "6200"],
        ["周日", "4100"],
      ],
      left: 0,
    });
    const points = one(
      plot(
        [
          [1, 2, "猫"],
          [3, 4, "狗"],
        ],
        [
          {
            name: "",
            points: [
              [0, 0],
              [1, 1],
            ],
          },
        ],
      ),
    );
    expect(sentence(points)).toBe("坐标图“图”：2 个点（猫、狗），1 条线。");
    expect(twin(points).body).toEqual([
      ["猫", "1", "2"],
      ["狗", "3", "4"],
      ["线 1", "0", "0"],
      ["线 1", "1", "1"],
    ]);
    const many = one(plot(Array.from({ length: 100 }, (_, at) => [at, at])));
    expect(twin(many)).toMatchObject({ left: 40 });
    const grid = one({ kind: "grid", title: "", cells: [[1, 2]], rows: ["甲"], columns: [] });
    expect(twin(grid)).toEqual({ head: ["", "第 1 列", "第 2 列"], body: [["甲", "1", "2"]], left: 0 });
  });

  it("is drawn with a name for those who do not see it, and hostile words stay words", () => {
    const hostile = "<img src=x onerror=alert(1)>";
    const drawings = readDrawings([
      plot(
        [
          [1, 2, hostile],
          [3, 4, "b"],
        ],
        [
          {
            name: hostile,
            points: [
              [0, 0],
              [9, 9],
            ],
          },
        ],
      ),
      {
        kind: "bars",
        title: hostile,
        unit: "",
        bars: [
          [hostile, -3],
          ["b", 5],
        ],
      },
      {
        kind: "grid",
        title: "",
        cells: [
          [0, 1],
          [1, 0],
        ],
        rows: [hostile, "b"],
        columns: ["x", "y"],
      },
      { kind: "table", title: "", head: [hostile], body: [[hostile]] },
    ]);
    for (const drawing of drawings) {
      const made = figure(drawing);
      expect(made.querySelector("img")).toBeNull();
      const named = made.querySelector("svg[role=img]") ?? made.querySelector("[role=region]");
      expect(named?.getAttribute("aria-label")).toBe(sentence(drawing));
      expect(made.innerHTML).not.toContain("NaN");
    }
  });
});
