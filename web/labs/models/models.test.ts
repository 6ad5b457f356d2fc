// samples.json: one model of each kind, trained once with scikit-learn, questions, and what scikit-learn answers.
import { describe, expect, it } from "vitest";
import {
  type Asked,
  MOST_BYTES,
  packed,
  predict,
  readModel,
  type TrainedModel,
  weightBytes,
  wordsIn,
} from "../models";
import { cardMarkdown, contentsText, fileName, scoresText } from "./card";
import samples from "./samples.json";
import { crc32, zip } from "./zip";

const whole = (value: unknown): TrainedModel => {
  const model = readModel(value);
  if (!model) throw new Error("not a model");
  return model;
};

describe("what models answer", () => {
  it.each(samples.cases.map((one, at) => [`${at} ${one.model.kind}`, one] as const))(
    "%s agrees with scikit-learn",
    (_, { model, asked, shares, said, values }) => {
      const read = whole(model);
      for (const [at, one] of asked.entries()) {
        const answer = predict(read, one as unknown as Asked);
        for (const [label, share] of (shares?.[at] ?? []).entries())
          expect(answer.shares[label]).toBeCloseTo(share, 4);
        if (said) expect(answer.index).toBe(said[at]);
        if (values) expect(answer.value).toBeCloseTo(values[at] as number, 4);
        else expect(answer.text).toBe(read.labels[answer.index]?.text);
      }
    },
  );

  it("finds the longest words first", () => {
    expect(wordsIn("不好吃，好吃吃", ["好吃", "不好吃", "吃"])).toEqual([1, 1, 1]);
  });

  it("measures what is asked as the vectors were", () => {
    const { model } = samples.cases[1] as (typeof samples.cases)[0];
    const given = model.parameters as unknown as { vectors: { rows: number[][] } };
    const rows = given.vectors.rows.map(([x = 0, y = 0]) => [(x - 1) * 10, (y - 2) * 5]);
    const parameters = { ...given, shift: [1, 2], stretch: [10, 5], vectors: { scale: 1, rows } };
    const moved = whole({ ...model, parameters });
    expect(predict(moved, [1, 5]).text).toBe("海棠");
  });

  it("packs rows into small whole numbers", () => {
    const { scale, rows } = packed([
      [0.5, -0.25],
      [0, 1],
    ]);
    expect(rows.flat().every((n) => Number.isInteger(n) && Math.abs(n) <= 127)).toBe(true);
    expect((rows[0]?.[0] ?? 0) * scale).toBeCloseTo(0.5, 2);
  });
});

describe("what is read as a model", () => {
  const { model } = samples.cases[0] as (typeof samples.cases)[0];
  const net = samples.cases.find((one) => one.model.kind === "dense")?.model;
  it.each<[string, unknown]>([
    ["nothing", null],
    ["a text", "x"],
    ["another format", { ...model, format: "qiming-model/2" }],
    ["another kind", { ...model, kind: "constructor" }],
    ["no labels", { ...model, labels: [] }],
    ["an unknown column", { ...model, parameters: { root: { column: "z", at: 1, yes: {}, no: {} } } }],
    ["counts of other labels", { ...model, parameters: { root: { says: 0, counts: [1] } } }],
    ["a number that is none", { ...net, parameters: { ...net?.parameters, shift: [0, null] } }],
    ["layers that do not fit", { ...net, parameters: { ...net?.parameters, layers: [] } }],
    ["a kind that needs another input", { ...model, input: { of: "numbers", names: ["x"] } }],
  ])("refuses %s", (_, value) => {
    expect(readModel(value)).toBeNull();
  });

  it("cuts what is too long and keeps the rest", () => {
    const read = whole({ ...model, name: "长".repeat(90), card: { data: "x".repeat(900), other: 1 } });
    expect(read.name).toHaveLength(40);
    expect(read.card.data).toHaveLength(400);
    expect(read.card.missing).toBe("");
    expect(weightBytes(read)).toBeLessThan(MOST_BYTES);
  });
});

describe("what is taken along", () => {
  const read = whole((samples.cases[0] as (typeof samples.cases)[0]).model);

  it("has a card that stays text", () => {
    const scores = { train: { right: 5, all: 6 }, test: null };
    const card = cardMarkdown({
      ...read,
      name: "叶子\n# 假的",
      scores,
      card: { ...read.card, data: "<b>[a](b)" },
    });
    expect(card.split("\n")[0]).toBe("# 模型卡：叶子 \\# 假的");
    expect(card).toContain("\\<b\\>\\[a\\](b)");
    expect(card).toContain("（没有填）");
    expect(card).toContain("学过的 6 个，对 5 个。没见过的还没有考。");
    expect(scoresText(read.scores)).toBe("");
    expect(contentsText(read)).toContain("没有原来的表");
    expect(fileName(" a/b..c ")).toBe("-a-b-c-".slice(1, -1));
  });

  it("is a zip with the right sums", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
    const bytes = zip([{ name: "模型卡.md", text: "卡" }]);
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(0, true)).toBe(0x04034b50);
    expect(view.getUint32(bytes.length - 22, true)).toBe(0x06054b50);
    expect(view.getUint16(bytes.length - 12, true)).toBe(1);
  });
});
