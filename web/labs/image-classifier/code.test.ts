import { describe, expect, it } from "vitest";
import { programOf } from "./code";
import { type Example, unit } from "./model";

/** Two clouds that overlap, the same every time. */
const picture = (cls: number, i: number): Example => ({
  id: `${cls}-${i}`,
  label: cls ? "b" : "a",
  features: unit(
    Float32Array.from([1 + cls * 0.2, 2 - cls * 0.3 + (i % 4) * 0.5, ((i * 7) % 5) * 0.6, (i * 3) % 4]),
  ),
});
const all = Array.from({ length: 20 }, (_, i) => picture(i % 2, i));
const [learnt, asked] = [all.slice(0, 12), all.slice(12)];
const shown = (some: Example[]) =>
  some.map(({ id, label, features }) => ({ name: id, cls: label === "a" ? 0 : 1, features }));

describe("the program", () => {
  it("has how alike each two pictures are, and no features of its own", () => {
    const text = programOf(["甲", "乙"], shown(learnt), shown(asked), "neighbours", 150);
    expect(text.match(/^ {4}\[/gm)).toHaveLength(20);
    expect(text).toContain('classes = ["甲", "乙"]');
    expect(text).toContain('("1-1", 1),');
    expect(text).not.toContain("times = ");
  });

  it("learns as often as the page does, and leaves the exam out before it was taken", () => {
    const text = programOf(["甲", "乙"], shown(learnt), [], "head", 150);
    expect(text).toContain("for _ in range(150):");
    expect(text).toContain("考一考以后才写在这里");
    expect(text.match(/^ {4}\[/gm)).toHaveLength(12);
  });
});
