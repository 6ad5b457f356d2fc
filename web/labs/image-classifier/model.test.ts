import { describe, expect, it } from "vitest";
import {
  confusedPairs,
  confusion,
  cosine,
  count,
  type Example,
  examine,
  Head,
  likeWord,
  mostConfused,
  neighbours,
  softmax,
  unit,
} from "./model";

const at = (id: string, label: string, ...values: number[]): Example => ({
  id,
  label,
  features: unit(new Float32Array(values)),
});

describe("features", () => {
  it("are scaled to length 1, nothing stays nothing", () => {
    expect([...unit(new Float32Array([3, 4]))]).toEqual([expect.closeTo(0.6), expect.closeTo(0.8)]);
    expect([...unit(new Float32Array([0, 0]))]).toEqual([0, 0]);
    expect(cosine(unit(new Float32Array([1, 1])), unit(new Float32Array([1, 0])))).toBeCloseTo(Math.SQRT1_2);
  });
});

describe("nearest neighbours", () => {
  const examples = [at("a1", "a", 1, 0), at("a2", "a", 1, 0.1), at("b1", "b", 0, 1), at("b2", "b", 0.1, 1)];

  it("say the class with most votes and show whom they looked at", () => {
    const { said, likeness, nearest } = neighbours(examples, ["a", "b"]).predict(
      unit(new Float32Array([1, 0.2])),
    );
    expect(said).toBe("a");
    expect(nearest.map(({ id }) => id)).toEqual(["a2", "a1", "b2"]);
    expect(likeness).toEqual([
      { label: "a", share: expect.closeTo(2 / 3) },
      { label: "b", share: expect.closeTo(1 / 3) },
    ]);
  });

  it("let the nearer ones decide when votes are level", () => {
    const two = neighbours(examples.slice(1, 3), ["a", "b"]);
    expect(two.predict(unit(new Float32Array([1, 0.9]))).said).toBe("a");
    expect(two.predict(unit(new Float32Array([0.5, 1]))).said).toBe("b");
  });

  it("work with fewer examples than neighbours wanted", () => {
    expect(neighbours(examples.slice(0, 1), ["a", "b"]).predict(unit(new Float32Array([0, 1]))).said).toBe(
      "a",
    );
  });
});

describe("the trained head", () => {
  it("turns scores into shares without overflowing", () => {
    expect(softmax([1000, 1000])).toEqual([0.5, 0.5]);
    const shares = softmax([0, Math.log(3)]);
    expect(shares[1]).toBeCloseTo(0.75);
  });

  it("takes the step that the formula gives", () => {
    // two mirrored examples, weights at zero: shares are 1/2, so each weight moves by rate · mean((1/2) · input)
    const head = new Head([at("a", "a", 1, 0), at("b", "b", 0, 1)], ["a", "b"]);
    expect(head.step()).toBeCloseTo(Math.log(2));
    // centred inputs are ±2.5 on both axes: weights become ±1.25, scores ±6.25 for the learnt pictures
    const [a] = head.predict(unit(new Float32Array([1, 0]))).likeness;
    expect(a?.share).toBeCloseTo(1 / (1 + Math.exp(-12.5)), 6);
  });

  it("brings the loss down and ends the same every time", () => {
    const examples = [
      at("1", "a", 1, 0, 0.2),
      at("2", "a", 0.9, 0.3, 0),
      at("3", "b", 0, 1, 0.1),
      at("4", "c", 0.2, 0.1, 1),
    ];
    const run = () => {
      const head = new Head(examples, ["a", "b", "c"]);
      return { losses: Array.from({ length: 60 }, () => head.step()), head };
    };
    const { losses, head } = run();
    for (let i = 1; i < losses.length; i += 1) expect(losses[i]).toBeLessThan(losses[i - 1] as number);
    expect(count(examine(head, examples))).toEqual({ right: 4, all: 4 });
    expect(run().losses).toEqual(losses);
  });
});

describe("an exam", () => {
  const answer = (truth: string, said: string, id = `${truth}${said}`) => ({ id, truth, said });
  const answers = [
    answer("a", "a"),
    answer("a", "b", "x"),
    answer("a", "b", "y"),
    answer("b", "a"),
    answer("c", "c"),
    answer("c", "a"),
  ];
  const labels = ["a", "b", "c"];

  it("is counted in rows of truth and columns of what was said", () => {
    expect(confusion(answers, labels)).toEqual([
      [1, 2, 0],
      [1, 0, 0],
      [1, 0, 1],
    ]);
    expect(count(answers)).toEqual({ right: 2, all: 6 });
  });

  it("finds the pair confused most, both ways added", () => {
    expect(confusedPairs(answers, labels).map(({ a, b, errors }) => [a, b, errors])).toEqual([
      ["a", "b", 3],
      ["a", "c", 1],
      ["b", "c", 0],
    ]);
    expect(mostConfused(answers, labels)).toEqual([{ a: "a", b: "b", errors: 3 }]);
  });

  it("names every pair that is level, and none when nothing was confused", () => {
    expect(mostConfused([answer("a", "b"), answer("c", "a")], labels)).toHaveLength(2);
    expect(mostConfused([answer("a", "a")], labels)).toEqual([]);
  });

  it.each([
    [1, "很像"],
    [2 / 3, "很像"],
    [0.59, "有点像"],
    [1 / 3, "有点像"],
    [0.19, "不像"],
    [0, "不像"],
  ])("calls a share of %d %s", (share, word) => {
    expect(likeWord(share)).toBe(word);
  });
});
