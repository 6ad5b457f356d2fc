import { describe, expect, it } from "vitest";
import { cosine } from "./model";
import { SIDE, simpleFeatures } from "./simple-features";

type Paint = (x: number, y: number) => [number, number, number];

function picture(paint: Paint): Uint8ClampedArray {
  const bytes = new Uint8ClampedArray(SIDE * SIDE * 4);
  for (let y = 0; y < SIDE; y += 1)
    for (let x = 0; x < SIDE; x += 1) bytes.set([...paint(x, y), 255], (y * SIDE + x) * 4);
  return bytes;
}

const stripes =
  (across: boolean): Paint =>
  (x, y) =>
    (across ? y : x) % 32 < 16 ? [0, 0, 0] : [255, 255, 255];
const plain =
  (...rgb: [number, number, number]): Paint =>
  () =>
    rgb;

describe("features without the network", () => {
  it("have length 1, also for a picture without an edge", () => {
    for (const paint of [stripes(true), plain(200, 30, 30)]) {
      const features = simpleFeatures(picture(paint));
      expect(cosine(features, features)).toBeCloseTo(1, 5);
    }
  });

  it("tell edges that run another way", () => {
    const [up, across] = [simpleFeatures(picture(stripes(false))), simpleFeatures(picture(stripes(true)))];
    expect(cosine(up, across)).toBeLessThan(0.4);
  });

  it("tell colours, and see a shade as nearer than another hue", () => {
    const [red, darker, blue] = [plain(200, 30, 30), plain(160, 20, 20), plain(30, 30, 200)].map((paint) =>
      simpleFeatures(picture(paint)),
    );
    if (!red || !darker || !blue) throw new Error("no features");
    expect(cosine(red, darker)).toBeGreaterThan(cosine(red, blue));
  });
});
