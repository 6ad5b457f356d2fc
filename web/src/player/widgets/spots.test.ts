import { describe, expect, it } from "vitest";
import { type Area, boxOf, holds, landed, room } from "./spots";

const RECT: Area = { shape: "rect", at: [10, 20, 30, 40] };
const CIRCLE: Area = { shape: "circle", at: [50, 50, 10] };
const ELL: Area = { shape: "polygon", at: [0, 0, 60, 0, 60, 20, 20, 20, 20, 60, 0, 60] };

// the same points as qiming/curriculum/tests/test_shapes.py
describe("a point lies in an area or not", () => {
  it.each([
    [RECT, 10, 20, true],
    [RECT, 40, 60, true],
    [RECT, 40.1, 60, false],
    [RECT, 9.9, 30, false],
    [CIRCLE, 50, 60, true],
    [CIRCLE, 57.1, 57.1, false],
    [CIRCLE, 56, 56, true],
    [ELL, 10, 50, true],
    [ELL, 50, 10, true],
    [ELL, 40, 40, false],
    [ELL, -1, 10, false],
  ])("%o %d %d", (area, x, y, inside) => {
    expect(holds(area, x, y)).toBe(inside);
  });
});

describe("where a tap lands", () => {
  const spots = [
    { key: "A", area: { shape: "rect" as const, at: [0, 0, 100, 100] } },
    { key: "B", area: CIRCLE },
    { key: "C", area: { shape: "circle" as const, at: [200, 50, 5] } },
  ];
  it("means the smaller of two areas", () => {
    expect(landed(spots, 50, 50, 1)).toBe("B");
    expect(landed(spots, 5, 5, 1)).toBe("A");
  });
  it("gives small areas a finger's room, large ones none", () => {
    expect(landed(spots, 215, 50, 1)).toBe("C");
    expect(landed(spots, 215, 50, 4)).toBeNull();
    expect(landed(spots, 105, 120, 1)).toBeNull();
  });
  it("knows boxes and room", () => {
    expect(boxOf(ELL)).toEqual({ left: 0, top: 0, width: 60, height: 60 });
    expect(room(ELL)).toBe(2000);
    expect(room(CIRCLE)).toBeCloseTo(314.159, 2);
  });
});
